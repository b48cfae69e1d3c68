"""Claims → observations: which claims belong together, what they leave possible, which figure stands for them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from etl.errors import DimensionError, RuleError
from etl.frame import empty_frame
from etl.model import Period
from etl.series import OBSERVATION_COLUMNS, calendar_group, convert, count_as, dated, observe, split_sides
from tests.samples import day, fiscal, months, sample_claims, state, year

MAY, JUNE = dt.date(2024, 5, 1), dt.date(2024, 6, 1)


def told(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """The cells of some columns, a missing one as None."""
    return [
        tuple(None if pd.isna(cell) else cell for cell in row) for row in frame[list(columns)].to_numpy(dtype=object)
    ]


RECONCILED = [
    pytest.param(
        [state("$1 billion", 1e9, year(2023))],
        ("=", 1e9, 0.95e9, 1.05e9, "single", 1, 1, "only figure", None),
        id="one claim: the printed digits leave half a step to either side",
    ),
    pytest.param(
        [state("$1.81 billion", 1.81e9, fiscal(2023))],
        ("=", 1.81e9, 1.805e9, 1.815e9, "single", 1, 1, "only figure", None),
        id="more digits leave less",
    ),
    pytest.param(
        [state("$500 million", 5e8, year(2017), qualifier="~")],
        ("~", 5e8, 4.5e8, 5.5e8, "single", 1, 1, "only figure", None),
        id="about widens by a tenth",
    ),
    pytest.param(
        [state("$1 billion", 1e9, year(2023), qualifier=">")],
        (">", 1e9, 1e9, None, "single", 1, 1, "only figure", None),
        id="more than opens upwards, and is taken at its word",
    ),
    pytest.param(
        [state("20%", 20.0, year(2022), unit="percent", kind="share", metric="settlement_share", qualifier="<=")],
        ("<=", 20.0, None, 20.0, "single", 1, 1, "only figure", None),
        id="up to opens downwards",
    ),
    pytest.param(
        [state("5%", -5.0, year(2022), unit="percent", kind="change_rel", qualifier=">")],
        (">", -5.0, None, -5.0, "single", 1, 1, "only figure", None),
        id="a fall by more than 5% opens downwards",
    ),
    pytest.param(
        [state("$1 billion", 1e9, year(2023), publisher="A"), state("$1 billion", 1e9, year(2023), publisher="B")],
        ("=", 1e9, 0.95e9, 1.05e9, "agree", 2, 2, "only figure", None),
        id="two publishers with one figure agree",
    ),
    pytest.param(
        [state("$1 billion", 1e9, year(2023)), state("$1.0 billion", 1e9, year(2023))],
        ("=", 1e9, 0.95e9, 1.05e9, "single", 2, 1, "only figure", None),
        id="a publisher that repeats itself is one source",
    ),
    pytest.param(
        [state("$1 bn", 1e9, year(2023), publisher=None), state("$1.0 bn", 1e9, year(2023), publisher=None)],
        ("=", 1e9, 0.95e9, 1.05e9, "agree", 2, 2, "only figure", None),
        id="documents without a publisher count one by one",
    ),
    pytest.param(
        [
            state("$1 billion", 1e9, year(2023), publisher="A"),
            state("$1.04 billion", 1.04e9, year(2023), publisher="B"),
        ],
        ("=", 1.04e9, 1.035e9, 1.045e9, "agree", 2, 2, "most sources", None),
        id="rounding reconciles, and the figure that both admit stands",
    ),
    pytest.param(
        [
            state("$790 million", 7.9e8, year(2020), publisher="A", published=MAY),
            state("$800 million", 8e8, year(2020), publisher="B", published=JUNE, qualifier="<"),
        ],
        ("=", 7.9e8, 7.85e8, 7.95e8, "agree", 2, 2, "most sources", None),
        id="a later bound does not replace the figure it admits",
    ),
    pytest.param(
        [
            state("$454 million", 4.54e8, year(2014), publisher="A", published=JUNE),
            state("$474 million", 4.74e8, year(2014), publisher="B", published=MAY),
        ],
        ("=", 4.54e8, 4.535e8, 4.745e8, "conflict", 2, 2, "latest published", "=454000000;=474000000"),
        id="no shared point is a conflict: both sides are kept, the latest stands",
    ),
    pytest.param(
        [
            state("$454 million", 4.54e8, year(2014), publisher="A", published=JUNE),
            state("$474 million", 4.74e8, year(2014), publisher="B", published=MAY),
            state("$474.3m", 4.743e8, year(2014), publisher="C", published=MAY),
        ],
        ("=", 4.743e8, 4.535e8, 4.745e8, "conflict", 3, 3, "most sources", "=454000000;=474000000;=474300000"),
        id="in a conflict the side with most sources stands",
    ),
    pytest.param(
        [
            state("$454.2 million", 4.542e8, year(2014), published=MAY),
            state("$47 million", 4.7e7, year(2014), published=MAY),
        ],
        ("=", 4.542e8, 4.65e7, 4.5425e8, "conflict", 2, 1, "most precise", "=47000000;=454200000"),
        id="one source can contradict itself",
    ),
    pytest.param(
        [
            state("$1.2 billion", 1.2e9, year(2023), publisher="A", qualifier=">"),
            state("$750 to $800 million", 7.5e8, year(2023), publisher="B", value_upper=8e8, published=MAY),
        ],
        ("=", 7.5e8, 7.45e8, None, "conflict", 2, 2, "latest published", "=750000000..800000000;>1200000000"),
        id="a range and a bound can disagree; a dated source goes before an undated one",
    ),
    pytest.param(
        [
            state("$1.0 bn", 1.0e9, year(2023), publisher="A", published=MAY),
            state("$1.1 bn", 1.1e9, year(2023), publisher="B", published=JUNE),
        ],
        ("=", 1.1e9, 1.05e9, 1.05e9, "agree", 2, 2, "latest published", None),
        id="intervals that touch share a point",
    ),
]


@pytest.mark.parametrize(("claims", "expected"), RECONCILED)
def test_claims_of_one_period_are_reconciled(claims: list[pd.DataFrame], expected: tuple[Any, ...]) -> None:
    observations = observe(pd.concat(claims, ignore_index=True))
    columns = ("qualifier", "value", "low", "high", "agreement", "claims", "sources", "rule", "sides")
    [row] = told(observations, *columns)
    numbers = slice(1, 4)
    assert row[numbers] == pytest.approx(expected[numbers])
    assert row[:1] + row[4:] == expected[:1] + expected[4:]


GROUPS = [
    (year(2017), "calendar year"),
    (fiscal(2022), "fiscal year Jul–Jun"),
    (fiscal(2022, month=4), "fiscal year Apr–Mar"),
    (months(2024, 1, 6), "half"),
    (months(2024, 4, 9), "part of a year Apr–Sep"),
    (months(2023, 7, 9), "quarter"),
    (months(2023, 7, 7), "month"),
    (months(2018, 1, 10), "part of a year Jan–Oct"),
    (months(2023, 7, 17), "part of a year Jul–May"),
    (day(2007, 4, 9), "day"),
    (Period(0, 0, "", dt.date(2023, 3, 21), dt.date(2024, 3, 19), calendar="fiscal"), "fiscal year 21 Mar–19 Mar"),
    (Period(0, 0, "", dt.date(2017, 2, 19), dt.date(2018, 2, 18)), "other"),
    (Period(0, 0, "", dt.date(2018, 1, 12), dt.date(2018, 1, 22)), "part of a year"),
    (Period(0, 0, "", dt.date(1990, 1, 1), dt.date(1999, 12, 31)), "several years (120 months)"),
    (Period(0, 0, "", None, dt.date(2023, 5, 31)), "other"),
    (Period(0, 0, "", dt.date(2015, 1, 1), None), "other"),
    (Period(0, 0, "FY2017", None, None, "FY2016/17"), "undated"),
    (None, "undated"),
]


@pytest.mark.parametrize(("period", "expected"), GROUPS)
def test_the_days_of_a_period_tell_its_calendar(period: Period | None, expected: str) -> None:
    assert calendar_group(state("$1", 1.0, period)).tolist() == [expected]


PLAIN: dict[str, Any] = {"period": year(2017), "metric": "exports", "reporter": "RUS", "partner": "PAK"}
UNLIKE: list[dict[str, Any]] = [
    {"period": fiscal(2016)},
    {"period": months(2017, 1, 11)},
    {"period": months(2016, 7, 17)},
    {"period": day(2017, 12, 31)},
    {"period": None},
    {"metric": "imports"},
    {"metric": "imports", "reporter": "PAK", "partner": "RUS"},
    {"reporter": "PAK", "partner": "RUS"},
    {"parties": ("CHN", "PAK", "RUS")},
    {"product": "wheat"},
    {"kind": "change_abs"},
    {"unit": "PKR"},
    {"unit": "tonne"},
    {"status": "target"},
    {"status": "forecast"},
]


@pytest.mark.parametrize("other", UNLIKE, ids=str)
def test_unlike_figures_are_never_one_series(other: dict[str, Any]) -> None:
    claims = [state("$1 million", 1e6, **PLAIN), state("$2 million", 2e6, **(PLAIN | other))]
    assert observe(pd.concat(claims))["series_id"].nunique() == 2


LIKE: list[dict[str, Any]] = [{"period": year(2018)}, {"status": "estimate"}, {"qualifier": "~"}, {"publisher": "B"}]


@pytest.mark.parametrize("other", LIKE, ids=str)
def test_like_figures_are_one_series(other: dict[str, Any]) -> None:
    claims = [state("$1 million", 1e6, **PLAIN), state("$2 million", 2e6, **(PLAIN | other))]
    assert observe(pd.concat(claims))["series_id"].unique().tolist() == [
        "exports.rus-to-pak.currency-usd.calendar-year"
    ]


def test_a_lone_party_owns_its_figure() -> None:
    said: dict[str, Any] = {"metric": "production", "product": "steel", "unit": "tonne", "parties": ("PAK",)}
    claims = [state("3 tons", 3.0, year(2017), **said), state("4 tons", 4.0, year(2018), reporter="PAK", **said)]
    observed = observe(pd.concat(claims))
    assert told(observed, "series_id", "reporter") == [("production.of-steel.pak.mass.calendar-year", "PAK")] * 2


QUARREL = pd.concat(
    [
        state("$1.2 billion", 1.2e9, year(2023), publisher="Wire", published=MAY),
        state("$1.1 billion", 1.1e9, year(2023), publisher="Daily", published=MAY),
        state("$1.10 billion", 1.1e9, year(2023), publisher="Herald", published=MAY),
        state("$1,312 million", 1.312e9, year(2023), publisher="Bureau", published=MAY),
        state("$1.4 billion", 1.4e9, year(2023), publisher="Post", published=JUNE),
    ],
    ignore_index=True,
)
CHOSEN: list[tuple[dict[str, Any], float, str]] = [
    ({}, 1.1e9, "most sources"),
    ({"rule": "most sources"}, 1.1e9, "most sources"),
    ({"rule": "latest published"}, 1.4e9, "latest published"),
    ({"rule": "most precise"}, 1.312e9, "most precise"),
    ({"prefer": "Wire"}, 1.2e9, "preferred publisher"),
    ({"prefer": ["Gazette", "Bureau", "Wire"]}, 1.312e9, "preferred publisher"),
    ({"prefer": "Gazette", "rule": "latest published"}, 1.4e9, "latest published"),
]


@pytest.mark.parametrize(("how", "value", "rule"), CHOSEN, ids=str)
def test_a_rule_chooses_the_figure_and_all_sides_stay(how: dict[str, Any], value: float, rule: str) -> None:
    sides = "=1100000000;=1200000000;=1312000000;=1400000000"
    assert told(observe(QUARREL, **how), "value", "rule", "claims", "sides") == [(value, rule, 5, sides)]


def test_a_rule_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(RuleError, match=r"'best' is no rule .* most sources, latest published, most precise"):
        observe(QUARREL, rule="best")


TITLES: list[tuple[dict[str, Any], str]] = [
    ({"period": year(2017)}, "Trade between Russia and Pakistan, USD"),
    ({"period": fiscal(2022)}, "Trade between Russia and Pakistan, USD, fiscal year Jul–Jun"),
    ({"period": months(2018, 1, 11)}, "Trade between Russia and Pakistan, USD, part of a year Jan–Nov"),
    ({"period": year(2030), "status": "target"}, "Trade between Russia and Pakistan, USD, target"),
    ({}, "Trade between Russia and Pakistan, USD, undated"),
]


@pytest.mark.parametrize(("said", "title"), TITLES)
def test_the_title_of_a_series_tells_it_from_the_others(said: dict[str, Any], title: str) -> None:
    observed = observe(state("$1 billion", 1e9, **said))
    assert told(observed, "subject", "series_title") == [("Trade between Russia and Pakistan", title)]


def test_twelve_months_have_one_label_however_they_are_worded() -> None:
    worded = Period(0, 0, "", dt.date(2023, 7, 1), dt.date(2024, 6, 30), "2023-07-01/P1Y")
    claims = [state("$1.8 billion", 1.8e9, fiscal(2023)), state("$1.81 billion", 1.81e9, worded, published=MAY)]
    assert told(observe(pd.concat(claims)), "period_label", "claims") == [("FY2023/24", 2)]


def test_undated_figures_are_kept_and_not_compared() -> None:
    claims = [
        state("$1 billion", 1e9, publisher="A"),
        state("$400 million", 4e8, publisher="B"),
        state("$400 million", 4e8, publisher="C"),
    ]
    observed = observe(pd.concat(claims))
    columns = ("calendar_group", "value", "claims", "agreement")
    assert told(observed, *columns) == [("undated", 4e8, 2, "agree"), ("undated", 1e9, 1, "single")]
    assert dated(observed).empty


def test_figures_of_a_series_share_the_unit_most_of_them_use() -> None:
    said: dict[str, Any] = {"metric": "exports", "product": "rice"}
    claims = [
        state("2 tons", 2.0, year(2017), unit="tonne", publisher="A", **said),
        state("2 tons", 2.0, year(2018), unit="tonne", publisher="A", **said),
        state("2,004 kg", 2004.0, year(2017), unit="kilogram", publisher="B", **said),
    ]
    observed = observe(pd.concat(claims))
    assert told(observed, "unit", "value", "agreement") == [("tonne", 2.004, "agree"), ("tonne", 2.0, "single")]
    assert observed["low"][0] == pytest.approx(2.0035)


def test_converting_leaves_open_ends_open_and_every_side_in_place() -> None:
    claims = [
        state("5 tons", 5.0, year(2017), unit="tonne", qualifier=">", publisher="A"),
        state("2 to 3 tons", 2.0, year(2017), unit="tonne", value_upper=3.0, publisher="B", published=MAY),
    ]
    converted = convert(observe(pd.concat(claims)), "kilogram")
    columns = ("unit", "value", "value_upper", "low", "high", "sides")
    assert told(converted, *columns) == [("kilogram", 2000.0, 3000.0, 1950.0, None, "=2000..3000;>5000")]


@pytest.mark.parametrize("unit", ["PKR", "tonne", "percent"])
def test_a_unit_of_another_dimension_is_refused_by_name(unit: str) -> None:
    observed = observe(state("$1 billion", 1e9, year(2023)))
    with pytest.raises(DimensionError, match=f"'USD'.*'{unit}'"):
        convert(observed, unit)


def test_plain_numbers_have_no_unit_to_convert_to() -> None:
    observed = observe(state("1,200", 1200.0, year(2023)).assign(unit=pd.Series([None], dtype="str")))
    assert told(observed, "dimension", "unit") == [("number", None)]
    with pytest.raises(DimensionError, match="plain numbers"):
        convert(observed, "USD")


def test_sides_are_listed_one_a_row() -> None:
    claims = [
        state("$454 million", 4.54e8, year(2014), publisher="A"),
        state("$750 to $800 million", 7.5e8, year(2014), publisher="B", value_upper=8e8, qualifier="~"),
        state("$1 billion", 1e9, year(2023), qualifier=">"),
    ]
    sides = split_sides(observe(pd.concat(claims)))
    expected = [("=", 4.54e8, None), ("~", 7.5e8, 8e8), (">", 1e9, None)]
    assert told(sides, "qualifier", "value", "value_upper") == expected


STORY: list[pd.DataFrame] = [
    state("$1 billion", 1e9, year(2023), publisher="Wire"),
    state("$1.0 billion", 1e9, year(2023), publisher="Daily"),
    state("$1.00 billion", 1e9, year(2023), publisher="Herald"),
    state("$1.04 billion", 1.04e9, year(2023), publisher=None),
]
WIRE, DAILY, HERALD, SHEET = (frame["document_id"].iloc[0] for frame in STORY)

COPIED = [
    ({}, (4, "conflict", 1e9)),
    ({DAILY: "Wire"}, (3, "conflict", 1e9)),
    ({DAILY: "Wire", HERALD: "Wire"}, (2, "conflict", 1.04e9)),
    ({DAILY: "Wire", HERALD: "Wire", SHEET: "Wire"}, (1, "conflict", 1e9)),
    ({WIRE: SHEET, DAILY: SHEET}, (2, "conflict", 1e9)),
]


@pytest.mark.parametrize(("copies", "expected"), COPIED)
def test_copies_count_as_their_original(copies: dict[str, str], expected: tuple[Any, ...]) -> None:
    observed = observe(pd.concat(STORY, ignore_index=True), copies)
    assert told(observed, "sources", "agreement", "value") == [expected]


def test_many_copies_of_one_figure_do_not_outvote_two_papers() -> None:
    claims = [
        *(state(f"${digits} billion", 2e9, year(2023), publisher=f"Copy {digits}") for digits in ("2", "2.0", "2.00")),
        *(state(f"${digits} billion", 1e9, year(2023), publisher=f"Paper {digits}") for digits in ("1.0", "1.00")),
    ]
    stated = pd.concat(claims, ignore_index=True)
    copies = dict.fromkeys(stated["document_id"][:3], "Copy 2")
    assert told(observe(stated), "value", "sources", "rule") == [(2e9, 5, "most sources")]
    assert told(observe(stated, copies), "value", "sources", "rule") == [(1e9, 3, "most sources")]


def test_a_copy_counts_as_the_publisher_of_its_original_or_as_the_original() -> None:
    rows = [("a", "Wire", None), ("b", "Daily", "a"), ("c", None, None), ("d", "Daily", "c"), ("e", None, "a")]
    documents = pd.DataFrame(rows, columns=["document_id", "publisher", "copy_of"]).astype("str")
    assert count_as(documents) == {"b": "Wire", "d": "c", "e": "Wire"}
    assert count_as(documents[:1]) == {}


def test_the_table_is_as_described() -> None:
    described = [(column.name, column.dtype) for column in OBSERVATION_COLUMNS]
    for observed in (observe(sample_claims()), observe(empty_frame())):
        assert [(name, str(dtype)) for name, dtype in observed.dtypes.items()] == described
    observed = observe(sample_claims())
    for column in OBSERVATION_COLUMNS:
        assert not column.required or observed[column.name].notna().all()
        assert not column.values or set(observed[column.name].dropna()) <= set(column.values)
        assert column.dtype != "str" or not (observed[column.name] == "").any()


def test_ids_are_the_same_on_every_machine() -> None:
    observed = observe(state("$1 billion", 1e9, year(2023)))
    expected = [("ad11339cf3cc6b36", "trade-turnover.pak-rus.currency-usd.calendar-year")]
    assert told(observed, "observation_id", "series_id") == expected


def test_claims_are_listed_from_the_earliest_publication_on() -> None:
    claims = [
        state("$1 billion", 1e9, year(2023), publisher="A", published=JUNE),
        state("$1 billion", 1e9, year(2023), publisher="B", published=MAY),
        state("$1 billion", 1e9, year(2023), publisher="C"),
    ]
    observed = observe(pd.concat(claims))
    ids = [frame["claim_id"].iloc[0] for frame in claims]
    assert told(observed, "claim_ids", "first_published", "last_published") == [
        (";".join([ids[1], ids[0], ids[2]]), pd.Timestamp(MAY), pd.Timestamp(JUNE))
    ]
