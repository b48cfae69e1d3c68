"""Claims → what each figure did to those said before it, first release against latest, and what was known when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from etl.errors import DayError
from etl.frame import empty_frame
from etl.series import (
    RELEASE_COLUMNS,
    REVISION_COLUMNS,
    VINTAGE_COLUMNS,
    as_known,
    observe,
    releases,
    revisions,
    vintages,
)
from etl.series.vintages import MEMORY
from tests.samples import Said, fiscal, sample_claims, state, year

DAYS = [dt.date(2024, 1, number) for number in range(1, 29)]
Stated = tuple[str, str, float, int | None]


def say(*stated: Stated) -> pd.DataFrame:
    """Claims about trade in 2023: (publisher, figure, value, day of January 2024 or None)."""
    return pd.concat(
        [
            state(figure, value, year(2023), publisher=publisher, published=DAYS[day - 1] if day else None)
            for publisher, figure, value, day in stated
        ],
        ignore_index=True,
    )


def told(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """The cells of some columns, a missing one as None."""
    return [
        tuple(None if pd.isna(cell) else cell for cell in row) for row in frame[list(columns)].to_numpy(dtype=object)
    ]


REVISED = [
    pytest.param(
        [("A", "$454 million", 454e6, 1)],
        [("A", "first", None, None)],
        id="nothing was said before",
    ),
    pytest.param(
        [("A", "$454 million", 454e6, 1), ("B", "$454.0 million", 454e6, 2), ("A", "$0.454 bn", 454e6, 3)],
        [("A", "first", None, None), ("B", "repeated", 454e6, 0.0), ("A", "repeated", 454e6, 0.0)],
        id="the same figure again, whoever says it",
    ),
    pytest.param(
        [("A", "$1 billion", 1e9, 1), ("B", "$1.04 billion", 1.04e9, 2), ("A", "$1.02 billion", 1.02e9, 3)],
        [("A", "first", None, None), ("B", "confirmed", 1e9, 4e7), ("A", "confirmed", 1e9, 2e7)],
        id="more digits that round to the same are no revision",
    ),
    pytest.param(
        [("A", "$920 million", 920e6, 1), ("A", "$667 million", 667e6, 2)],
        [("A", "first", None, None), ("A", "revised", 920e6, -253e6)],
        id="a source that says another figure revises its own",
    ),
    pytest.param(
        [("A", "$454 million", 454e6, 1), ("B", "$474 million", 474e6, 2)],
        [("A", "first", None, None), ("B", "disputed", 454e6, 20e6)],
        id="another source that says another figure disputes it",
    ),
    pytest.param(
        [("A", "$454 million", 454e6, 1), ("B", "$474 million", 474e6, 2), ("A", "$454m", 454e6, 3)],
        [("A", "first", None, None), ("B", "disputed", 454e6, 20e6), ("A", "repeated", 454e6, 0.0)],
        id="a source that stays with its figure is compared with itself",
    ),
    pytest.param(
        [("A", "$454 million", 454e6, 1), ("B", "$474 million", 474e6, 2), ("C", "$454.2 million", 454.2e6, 3)],
        [("A", "first", None, None), ("B", "disputed", 454e6, 20e6), ("C", "confirmed", 454e6, 0.2e6)],
        id="who confirms one side of a dispute disputes nothing new",
    ),
    pytest.param(
        [("A", "$454 million", 454e6, None), ("B", "$474 million", 474e6, 5), ("C", "$600 million", 6e8, None)],
        [("B", "first", None, None), ("A", "undated", None, None), ("C", "undated", None, None)],
        id="figures of unknown days come last and are compared with nothing",
    ),
]


@pytest.mark.parametrize(("stated", "expected"), REVISED)
def test_a_figure_does_something_to_those_said_before_it(stated: list[Stated], expected: list[tuple[Any, ...]]) -> None:
    said = revisions(say(*stated))
    dated, undated = said[said["published"].notna()], said[said["published"].isna()].sort_values("publisher")
    found = told(pd.concat([dated, undated]), "publisher", "revision", "previous", "change")
    assert [row[:2] for row in found] == [row[:2] for row in expected]
    for row, wanted in zip(found, expected, strict=True):
        assert row[2:] == pytest.approx(wanted[2:])


def test_a_copy_speaks_with_the_voice_of_its_original() -> None:
    claims = say(("A", "$920 million", 920e6, 1), ("B", "$667 million", 667e6, 2))
    said = revisions(claims, {claims["document_id"].iloc[1]: "A"})
    assert told(said, "source", "revision") == [("A", "first"), ("A", "revised")]


def test_a_document_without_a_publisher_is_its_own_source() -> None:
    claims = pd.concat([state("$1 bn", 1e9, year(2023), publisher=None), state("$2 bn", 2e9, year(2023))])
    assert set(revisions(claims)["source"]) == {claims["document_id"].iloc[0], "Wire"}


def test_change_is_told_in_percent_too_where_there_was_something() -> None:
    said = revisions(say(("A", "$200", 200.0, 1), ("A", "$150", 150.0, 2), ("A", "$0", 0.0, 3), ("A", "$5", 5.0, 4)))
    assert told(said, "change_rel") == [(None,), (-25.0,), (-100.0,), (None,)]


def test_a_revision_names_the_claim_it_is_compared_with() -> None:
    claims = say(("A", "$454 million", 454e6, 1), ("B", "$474 million", 474e6, 2))
    assert told(revisions(claims), "previous_claim_id") == [(None,), (claims["claim_id"].iloc[0],)]


def test_what_was_said_of_a_year_goes_from_target_to_actual() -> None:
    claims = [
        state("$0.9 billion", 9e8, year(2023), published=DAYS[2], publisher="B"),
        state("$1.5 billion", 1.5e9, year(2023), status="target", published=DAYS[0]),
        state("$1.2 billion", 1.2e9, year(2023), status="forecast", published=DAYS[1]),
        state("$3 billion", 3e9, year(2022), published=DAYS[3]),
        state("$0.5 billion", 5e8, fiscal(2022), published=DAYS[0]),
    ]
    said = revisions(pd.concat(claims))
    assert told(said, "period_label", "status", "value", "revision") == [
        ("2022", "actual", 3e9, "first"),
        ("FY2022/23", "actual", 5e8, "first"),
        ("2023", "target", 1.5e9, "first"),
        ("2023", "forecast", 1.2e9, "first"),
        ("2023", "actual", 9e8, "first"),
    ]


def test_open_ends_are_missing() -> None:
    said = revisions(state("$1 billion", 1e9, year(2023), qualifier=">"))
    assert told(said, "qualifier", "low", "high") == [(">", 1e9, None)]


def test_only_the_last_figures_of_others_are_remembered() -> None:
    others = [(f"P{number}", f"${number}00", number * 100.0, number + 2) for number in range(2, 2 + MEMORY)]
    claims = pd.concat(
        [
            state(figure, value, year(2023), publisher=name, published=dt.date(2024, 1, 1) + dt.timedelta(days=day))
            for name, figure, value, day in [("A", "$10", 10.0, 0), *others, ("Z", "$10.4", 10.4, 90)]
        ]
    )
    [last] = revisions(claims)[-1:].to_dict("records")
    assert (last["publisher"], last["revision"]) == ("Z", "disputed")
    [last] = revisions(claims[claims["publisher"] != "P2"])[-1:].to_dict("records")
    assert (last["publisher"], last["revision"], last["previous"]) == ("Z", "confirmed", 10.0)


RELEASED = [
    pytest.param(
        [("A", "$1 billion", 1e9, 1)],
        ("A", 1e9, "A", 1e9, 1, 0, 0, 0, 0.0, 0.0, 0.0, True),
        id="one figure is first and latest",
    ),
    pytest.param(
        [("A", "$920 million", 920e6, 1), ("B", "$900 million", 9e8, 3), ("A", "$667 million", 667e6, 11)],
        ("A", 920e6, "A", 667e6, 3, 1, 1, 10, -253e6, -258.5e6, -247.5e6, False),
        id="a revision and a dispute",
    ),
    pytest.param(
        [("A", "$1 billion", 1e9, 1), ("B", "$1.04 billion", 1.04e9, 2), ("C", "$3 billion", 3e9, None)],
        ("A", 1e9, "B", 1.04e9, 3, 0, 0, 1, 4e7, -1.5e7, 9.5e7, True),
        id="figures of unknown days are counted, and are neither first nor latest",
    ),
]


@pytest.mark.parametrize(("stated", "expected"), RELEASED)
def test_the_first_release_is_set_against_the_latest(stated: list[Stated], expected: tuple[Any, ...]) -> None:
    ends = ("first_publisher", "first_value", "latest_publisher", "latest_value")
    counts = ("figures", "revised", "disputed", "days", "change", "change_low", "change_high", "agree")
    [row] = told(releases(revisions(say(*stated))), *ends, *counts)
    numbers = slice(8, 11)
    assert row[numbers] == pytest.approx(expected[numbers])
    assert row[:8] + row[11:] == expected[:8] + expected[11:]


def test_a_bound_leaves_the_change_open() -> None:
    claims = [
        state("$1.04 billion", 1.04e9, year(2023), published=DAYS[0]),
        state("$1 billion", 1e9, year(2023), qualifier=">", published=DAYS[1]),
    ]
    released = releases(revisions(pd.concat(claims)))
    [(low, high, agree)] = told(released, "change_low", "change_high", "agree")
    assert (low, high, agree) == (pytest.approx(-4.5e7), None, True)


def test_without_a_day_of_publication_there_is_no_release() -> None:
    assert releases(revisions(state("$1 billion", 1e9, year(2023)))).empty


def test_an_observation_is_told_as_it_stood_each_day_something_was_said_of_it() -> None:
    claims = say(("A", "$454 million", 454e6, 1), ("B", "$474 million", 474e6, 2), ("C", "$454.1m", 454.1e6, 4))
    other = state("$1 billion", 1e9, year(2022), published=DAYS[2])
    stood = vintages(pd.concat([claims, other]))
    assert [(row[0].day, *row[1:]) for row in told(stood, "vintage", "period_label", "value", "agreement")] == [
        (1, "2023", 454e6, "single"),
        (2, "2023", 474e6, "conflict"),
        (3, "2022", 1e9, "single"),
        (4, "2023", 454.1e6, "conflict"),
    ]


def test_chosen_days_tell_apart_what_they_part() -> None:
    claims = say(("A", "$454 million", 454e6, 1), ("B", "$474 million", 474e6, 2), ("C", "$500 million", 5e8, 9))
    stood = vintages(claims, days=["2024-01-20", dt.date(2024, 1, 2)])
    assert [(row[0].day, row[1]) for row in told(stood, "vintage", "claims")] == [(2, 2), (20, 3)]
    assert len(vintages(claims, days=["2024-01-01"])) == 1
    assert vintages(claims, days=[]).empty


def test_vintages_of_a_series_are_in_one_unit() -> None:
    said: Said = {"metric": "exports", "product": "rice"}
    claims = pd.concat(
        [
            state("4 tons", 4.0, year(2022), published=DAYS[0], **said | {"unit": "tonne"}),
            state("4,100 kg", 4100.0, year(2022), published=DAYS[1], **said | {"unit": "kilogram"}),
            state("5,000 kg", 5000.0, year(2023), published=DAYS[2], **said | {"unit": "kilogram"}),
        ]
    )
    assert told(vintages(claims), "unit", "value") == [("kilogram", 4000.0), ("kilogram", 4100.0), ("kilogram", 5000.0)]


@pytest.mark.parametrize("day", ["2024-13-01", "soon"])
def test_a_vintage_is_a_day(day: str) -> None:
    with pytest.raises(DayError, match=day):
        vintages(sample_claims(), days=[day])
    with pytest.raises(DayError, match=day):
        as_known(vintages(empty_frame()), day)


def test_what_was_known_on_a_day_is_what_the_claims_until_then_give() -> None:
    claims = sample_claims()
    known = vintages(claims)
    for day in claims["published"].dropna().unique():
        pd.testing.assert_frame_equal(as_known(known, day), observe(claims[claims["published"] <= day]))


@pytest.mark.parametrize("claims", [sample_claims(), empty_frame()], ids=["samples", "none"])
def test_the_tables_are_as_described(claims: pd.DataFrame) -> None:
    said = revisions(claims)
    tables = {"said": (said, REVISION_COLUMNS), "known": (vintages(claims), VINTAGE_COLUMNS)}
    for table, columns in [*tables.values(), (releases(said), RELEASE_COLUMNS)]:
        assert [(name, str(dtype)) for name, dtype in table.dtypes.items()] == [
            (col.name, col.dtype) for col in columns
        ]
        for column in columns:
            assert not column.values or set(table[column.name].dropna()) <= set(column.values)
            assert column.dtype != "str" or not (table[column.name] == "").any()
    assert len(said) == len(claims)
