"""Observations → changes, growth, indices, shares, sums and annual rates: figures, intervals, formulas, refusals."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from etl.errors import DayError, TransformError
from etl.frame import empty_frame
from etl.model import Period
from etl.series import OBSERVATION_COLUMNS, TRANSFORM_COLUMNS, TRANSFORMS, observe, transform
from etl.series.counterparts import LISTED
from tests.samples import fiscal, months, sample_claims, state, year

Case = tuple[str, float, Period | None, dict[str, Any]]
PERCENT: dict[str, Any] = {"unit": "percent", "kind": "share", "metric": "settlement_share"}


def watch(*cases: Case | tuple[str, float, Period | None]) -> pd.DataFrame:
    """Observations of trade in US dollars unless said otherwise: (figure, value, period, what else is said)."""
    claims = [state(case[0], case[1], case[2], **(case[3] if len(case) > 3 else {})) for case in cases]
    return observe(pd.concat(claims))


def made(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """The cells of some columns, a missing one as None, a number to four digits."""
    return [
        tuple(None if pd.isna(cell) else round(cell, 4) if isinstance(cell, float) else cell for cell in row)
        for row in frame[list(columns)].to_numpy(dtype=object)
    ]


FIGURES = ("period_label", "value", "low", "high", "refused")

CALLS = [
    pytest.param(
        "level",
        {},
        [("$10", 10.0, year(2017)), ("$12", 12.0, None)],
        [("2017", 10.0, 9.5, 10.5, None), (None, 12.0, 11.5, 12.5, None)],
        id="a level is the figure, dated or not",
    ),
    pytest.param(
        "change",
        {},
        [("$10", 10.0, year(2017)), ("$12", 12.0, year(2018)), ("$20", 20.0, year(2020))],
        [
            ("2017", None, None, None, "no figure for 2016"),
            ("2018", 2.0, 1.0, 3.0, None),
            ("2020", None, None, None, "no figure for 2019"),
        ],
        id="the change of two rounded figures has an interval; over a gap there is none",
    ),
    pytest.param(
        "growth",
        {},
        [("$100", 100.0, year(2017)), ("$150.0", 150.0, year(2018))],
        [("2017", None, None, None, "no figure for 2016"), ("2018", 50.0, 42.8095, 57.9474, None)],
        id="growth of two rounded figures has an interval",
    ),
    pytest.param(
        "growth",
        {},
        [("$100", 100.0, fiscal(2016)), ("$150", 150.0, year(2017)), ("$80", 80.0, year(2018), {"status": "target"})],
        [
            ("2017", None, None, None, "no figure for 2016"),
            ("2018", None, None, None, "no figure for 2017"),
            ("FY2016/17", None, None, None, "no figure for FY2015/16"),
        ],
        id="unlike years, targets and actual figures are never set against each other",
    ),
    pytest.param(
        "growth",
        {},
        [("$10", 10.0, months(2017, 1, 11)), ("$20", 20.0, months(2018, 1, 11)), ("$8", 8.0, months(2018, 1, 10))],
        [
            ("2017-01-01/P11M", None, None, None, "no figure for 2016-01-01/P11M"),
            ("2018-01-01/P11M", 100.0, 85.7143, 115.7895, None),
            ("2018-01-01/P10M", None, None, None, "no figure for 2017-01-01/P10M"),
        ],
        id="eleven months are set against the same eleven",
    ),
    pytest.param(
        "growth",
        {"over": "period"},
        [("$10", 10.0, months(2017, 10, 12)), ("$20", 20.0, months(2018, 1, 3)), ("$8", 8.0, months(2017, 1, 3))],
        [
            ("2017-01-01/P3M", None, None, None, "no figure for 2016-Q4"),
            ("2017-10-01/P3M", None, None, None, "no figure for 2017-Q3"),
            ("2018-01-01/P3M", 100.0, 85.7143, 115.7895, None),
        ],
        id="over the period a quarter is set against the one before",
    ),
    pytest.param(
        "growth",
        {},
        [("$800", 800.0, year(2020), {"qualifier": "<"}), ("$600", 600.0, year(2021))],
        [("2020", None, None, None, "no figure for 2019"), ("2021", -25.0, -25.625, None, None)],
        id="against a bound growth is open",
    ),
    pytest.param(
        "growth",
        {},
        [("$800", 800.0, year(2020), {"qualifier": ">"}), ("$900", 900.0, year(2021), {"qualifier": ">"})],
        [("2020", None, None, None, "no figure for 2019"), ("2021", None, None, None, "a bound against a bound")],
        id="more than one figure against more than another says nothing",
    ),
    pytest.param(
        "growth",
        {},
        [("$0", 0.0, year(2020)), ("$900", 900.0, year(2021)), ("$-5", -5.0, year(2022))],
        [
            ("2020", None, None, None, "no figure for 2019"),
            ("2021", None, None, None, "the figure it is set against may be zero or less"),
            ("2022", None, None, None, "its figure is below zero"),
        ],
        id="nothing grows from zero or below",
    ),
    pytest.param(
        "growth",
        {},
        [("20%", 20.0, year(2022), PERCENT), ("25%", 25.0, year(2023), PERCENT)],
        [
            (label, None, None, None, "growth of a figure in percent: take the change, in percentage points")
            for label in ("2022", "2023")
        ],
        id="growth of a share is refused",
    ),
    pytest.param(
        "change",
        {},
        [("20%", 20.0, year(2022), PERCENT), ("25%", 25.0, year(2023), PERCENT | {"qualifier": ">"})],
        [("2022", None, None, None, "no figure for 2021"), ("2023", 5.0, 4.5, None, None)],
        id="its change has an interval, open as it is",
    ),
    pytest.param(
        "index",
        {"base": "2017"},
        [("$10", 10.0, year(2016)), ("$20", 20.0, year(2017)), ("$8", 8.0, fiscal(2016))],
        [
            ("2016", 50.0, 46.3415, 53.8462, None),
            ("2017", 100.0, 100.0, 100.0, None),
            ("FY2016/17", None, None, None, "the series has no figure for the base 2017"),
        ],
        id="the base is 100 exactly",
    ),
    pytest.param(
        "index",
        {"base": "FY2016/17"},
        [("$8", 8.0, fiscal(2016)), ("$12", 12.0, fiscal(2017))],
        [("FY2016/17", 100.0, 100.0, 100.0, None), ("FY2017/18", 150.0, 142.8571, 157.2327, None)],
        id="a fiscal year is a base by its label",
    ),
    pytest.param(
        "index",
        {"base": "2017"},
        [("$10", 10.0, months(2017, 1, 6)), ("$30", 30.0, months(2017, 7, 12)), ("$20", 20.0, months(2018, 1, 6))],
        [
            ("2017-01-01/P6M", 50.0, 46.3415, 53.8462, None),
            ("2017-07-01/P6M", 150.0, 143.9024, 156.4103, None),
            ("2018-01-01/P6M", 100.0, 95.1220, 105.1282, None),
        ],
        id="a base of several figures is their average",
    ),
    pytest.param(
        "index",
        {"base": "2017"},
        [("$10", 10.0, months(2017, 1, 3)), ("$30", 30.0, months(2017, 7, 9))],
        [
            (label, None, None, None, "the series has no figure for the base 2017")
            for label in ("2017-01-01/P3M", "2017-07-01/P3M")
        ],
        id="figures that do not fill the base are none",
    ),
    pytest.param(
        "index",
        {},
        [("$10", 10.0, year(2016), {"qualifier": ">"}), ("$20", 20.0, year(2017))],
        [(label, None, None, None, "the figure of the base is only a bound") for label in ("2016", "2017")],
        id="a bound is no base",
    ),
    pytest.param(
        "index",
        {},
        [("20%", 20.0, year(2022), PERCENT), ("30%", 30.0, year(2023), PERCENT | {"qualifier": "<"})],
        [
            ("2022", 100.0, 100.0, 100.0, None),
            ("2023", None, None, None, "an index of a share that is only a bound"),
        ],
        id="of a bound of a share there is no index",
    ),
    pytest.param(
        "cumulative",
        {},
        [
            *((f"${number}", float(number), months(2018, number, number)) for number in (1, 2, 4)),
            ("$7", 7.0, months(2019, 1, 1)),
            ("$7", 7.0, months(2020, 3, 3)),
        ],
        [
            ("2018-01-01/P1M", 1.0, 0.95, 1.05, None),
            ("2018-02-01/P1M", 3.0, 2.9, 3.1, None),
            ("2018-04-01/P1M", None, None, None, "no figure for 2018-03"),
            ("2019-01-01/P1M", 7.0, 6.95, 7.05, None),
            ("2020-03-01/P1M", None, None, None, "no figure for 2020-01-01/P2M"),
        ],
        id="months sum up from January to the first gap",
    ),
    pytest.param(
        "cumulative",
        {"base": "2018-07-01/2019-06-30"},
        [
            ("$1", 1.0, months(2018, 4, 6)),
            ("$2", 2.0, months(2018, 7, 9)),
            ("$3", 3.0, months(2018, 10, 12)),
            ("$4", 4.0, months(2019, 1, 3), {"qualifier": ">"}),
        ],
        [
            ("2018-04-01/P3M", None, None, None, "before the base 2018-07-01/2019-06-30"),
            ("2018-07-01/P3M", 2.0, 1.95, 2.05, None),
            ("2018-10-01/P3M", 5.0, 4.9, 5.1, None),
            ("2019-01-01/P3M", 9.0, 8.9, None, None),
        ],
        id="quarters sum up from the base on, across years",
    ),
    pytest.param(
        "cumulative",
        {},
        [
            ("$1", 1.0, year(2016)),
            ("$2", 2.0, year(2017)),
            ("$2", 2.0, months(2017, 1, 5)),
            ("$3", 3.0, year(2017), {"metric": "debt"}),
            ("2%", 2.0, year(2017), PERCENT),
        ],
        [
            ("2017", None, None, None, "stocks, shares, prices, rates and changes do not add up"),
            ("2017", None, None, None, "stocks, shares, prices, rates and changes do not add up"),
            ("2016", 1.0, 0.95, 1.05, None),
            ("2017", 3.0, 2.9, 3.1, None),
            (
                "2017-01-01/P5M",
                None,
                None,
                None,
                "its period has no place in a row of years, halves, quarters or months",
            ),
        ],
        id="years sum up from the first; only flows do",
    ),
    pytest.param(
        "annualised",
        {},
        [
            ("$10", 10.0, months(2018, 1, 6)),
            ("$33", 33.0, months(2018, 1, 11)),
            ("$10", 10.0, year(2018)),
            ("$4", 4.0, months(2018, 1, 6), {"metric": "debt"}),
            ("10%", 10.0, months(2018, 1, 3), {"unit": "percent", "kind": "change_rel"}),
        ],
        [
            ("2018-01-01/P6M", None, None, None, "stocks, shares, prices, rates and changes do not add up to a year"),
            ("2018-01-01/P3M", None, None, None, "only growth over the period before compounds to a year"),
            ("2018", None, None, None, "its period is a year or more already"),
            ("2018-01-01/P6M", 20.0, 19.0, 21.0, None),
            ("2018-01-01/P11M", 36.0, 35.4545, 36.5455, None),
        ],
        id="a part of a year makes a year, a stock and known growth do not",
    ),
]


@pytest.mark.parametrize(("name", "arguments", "cases", "expected"), CALLS)
def test_what_is_made_of_figures(
    name: str, arguments: dict[str, Any], cases: list[Any], expected: list[tuple[Any, ...]]
) -> None:
    observed = watch(*cases)
    result = transform(observed, name, **arguments)
    assert result["observation_id"].tolist() == observed["observation_id"].tolist()
    assert [row[1:] for row in made(result, *FIGURES)] == [row[1:] for row in expected]
    assert result["period_label"].isna().tolist() == [row[0] is None for row in expected]


GOODS: dict[str, Any] = {"metric": "exports", "reporter": "RUS", "partner": "PAK"}


def goods(*shares: tuple[str, float, str | None], **said: Any) -> pd.DataFrame:  # noqa: ANN401  of `Said`
    """Exports of 2020: (figure, value, product or None for all)."""
    named = [(figure, value, {"product": product} if product else {}) for figure, value, product in shares]
    return watch(*((figure, value, year(2020), GOODS | said | product) for figure, value, product in named))


def test_a_share_is_of_the_sum_of_its_group() -> None:
    result = transform(goods(("$30", 30.0, "rice"), ("$10.0", 10.0, "wheat")), "share")
    assert made(result, "product", "value", "low", "high", "unit", "kind", "formula") == [
        ("rice", 75.0, 74.5891, 75.4017, "percent", "share", "100 × value(2020) / sum of the 2 figures of 2020"),
        ("wheat", 25.0, 24.5983, 25.4109, "percent", "share", "100 × value(2020) / sum of the 2 figures of 2020"),
    ]
    assert result["inputs"].tolist() == [";".join(result["observation_id"])] * 2


GROUPS = [
    ([("$30", 30.0, "rice")], {}, "nothing stands beside it in its period"),
    (
        [("$30", 30.0, "rice"), ("$90", 90.0, None)],
        {},
        "the figures of its period hold a whole beside its parts: name it, or leave it out",
    ),
    (
        [("$30", 30.0, "rice"), ("$9", 9.0, "wheat")],
        {"kind": "change_abs"},
        "only amounts and counts add up to a whole",
    ),
    ([("$0", 0.0, "rice"), ("$0", 0.0, "wheat")], {}, "the sum is zero"),
    ([("$-3", -3.0, "rice"), ("$9", 9.0, "wheat")], {}, "a part of the sum is below zero"),
]


@pytest.mark.parametrize(("parts", "said", "expected"), GROUPS)
def test_a_group_that_is_no_whole_is_refused(parts: list[Any], said: dict[str, Any], expected: str) -> None:
    assert set(transform(goods(*parts, **said), "share")["refused"]) == {expected}


def test_parts_of_several_kinds_are_no_whole() -> None:
    observed = watch(
        ("$3", 3.0, year(2020), GOODS | {"product": "rice"}),
        ("$4", 4.0, year(2020), GOODS | {"product": "wheat", "partner": "CHN", "parties": ("CHN", "RUS")}),
    )
    assert transform(observed, "share")["refused"].str.contains("parts of several kinds").all()


def test_a_share_is_of_the_whole_that_is_named() -> None:
    observed = goods(("$30", 30.0, "rice"), ("$120", 120.0, None))
    whole = observed["series_id"][observed["product"].isna()].iloc[0]
    for of in (whole, observed[observed["series_id"] == whole]):
        result = transform(observed, "share", whole=of)
        assert made(result.sort_values("value"), "value", "low", "high") == [
            (25.0, 23.6, 26.5217),
            (100.0, 100.0, 100.0),
        ]
    assert result["formula"].iloc[0].startswith("100 × value(2020) / value(2020) of Russia: exports to Pakistan")


UNLIKE = [
    ({"unit": "tonne"}, "in another unit than the whole: convert one of them first"),
    ({"status": "target"}, "of another status than the whole: actual, target and forecast differ"),
    ({"kind": "change_abs"}, "only amounts and counts are parts of a whole"),
]


@pytest.mark.parametrize(("said", "expected"), UNLIKE)
def test_what_is_no_part_of_the_whole_is_refused(said: dict[str, Any], expected: str) -> None:
    part = watch(("$3", 3.0, year(2020), GOODS | {"product": "rice"} | said))
    whole = watch(("$9", 9.0, year(2020), GOODS))
    assert transform(part, "share", whole=whole)["refused"].tolist() == [expected]


def test_a_period_the_whole_lacks_is_named() -> None:
    part = watch(("$3", 3.0, year(2021), GOODS | {"product": "rice"}))
    whole = watch(("$9", 9.0, year(2020), GOODS))
    assert transform(part, "share", whole=whole)["refused"].tolist() == ["no figure of the whole for 2021"]


def test_formula_and_inputs_say_how_a_value_was_made() -> None:
    observed = watch(("$100", 100.0, year(2017)), ("$150", 150.0, year(2018)))
    result = transform(observed, "growth")
    first, second = observed["observation_id"]
    assert made(result, "transform", "formula", "inputs") == [
        ("growth", None, None),
        ("growth", "100 × value(2018) / value(2017) − 100", f"{second};{first}"),
    ]
    assert made(result[1:], "kind", "unit", "dimension", "series_title") == [
        ("change_rel", "percent", "percent", "Trade between Russia and Pakistan, USD: Change, %")
    ]


def test_a_conflict_is_carried_through_with_its_sides() -> None:
    claims = [
        state("$100", 100.0, year(2017)),
        state("$150", 150.0, year(2018), publisher="A"),
        state("$200", 200.0, year(2018), publisher="B"),
        state("$300", 300.0, year(2019)),
    ]
    result = transform(observe(pd.concat(claims)), "growth").iloc[1:]
    assert result["sides"].tolist()[0] == "=50;=100"
    low, high = result["low"].tolist(), result["high"].tolist()
    assert (low[0], high[0]) == (pytest.approx(100 * 145 / 105 - 100), pytest.approx(100 * 205 / 95 - 100))
    assert (low[1], high[1]) == (pytest.approx(100 * 295 / 205 - 100), pytest.approx(100 * 305 / 145 - 100))


def test_ranges_stay_ranges() -> None:
    observed = watch(("$750 to $800", 750.0, year(2018), {"value_upper": 800.0}), ("$500", 500.0, year(2017)))
    result = transform(observed, "growth").sort_values("period_start")
    assert made(result[1:], "value", "value_upper") == [(50.0, 60.0)]


BOUNDS = [
    (">", "=", 150.0, ">="),
    ("=", ">", 150.0, "<="),
    ("<", "=", 150.0, "<="),
    ("=", "<", 50.0, "<="),
    ("~", "=", 150.0, "~"),
    ("=", "=", 150.0, "="),
]


@pytest.mark.parametrize(("own", "before", "value", "expected"), BOUNDS)
def test_a_bound_stays_a_bound_and_of_a_fall_bounds_the_size(
    own: str, before: str, value: float, expected: str
) -> None:
    observed = watch(
        ("$100", 100.0, year(2017), {"qualifier": before}), (f"${value:g}", value, year(2018), {"qualifier": own})
    )
    assert transform(observed, "growth")["qualifier"].iloc[1] == expected


def test_growth_over_the_period_before_compounds_to_a_year() -> None:
    observed = watch(("$100.0", 100.0, months(2018, 1, 3)), ("$102.0", 102.0, months(2018, 4, 6)))
    yearly = transform(transform(observed, "growth", over="period"), "annualised")
    assert made(yearly[1:], "value", "refused", "transform") == [
        (8.2432, None, "growth over the period before, annualised")
    ]
    assert "; value: 100 × value(" in yearly["formula"].iloc[1]
    assert made(yearly[:1], "value", "refused") == [(None, "no figure for 2017-Q4")]


def test_what_is_refused_once_stays_refused_with_its_reason() -> None:
    observed = watch(("$100", 100.0, year(2017)), ("$150", 150.0, year(2018))).assign(
        refused=pd.Series(["no rate for RUB", None], dtype="str"), value=[float("nan"), 150.0]
    )
    assert transform(observed, "change")["refused"].tolist() == ["no rate for RUB", "no figure for 2017"]


def test_a_long_sum_names_its_first_and_last_input() -> None:
    size = LISTED + 2
    observed = watch(*((f"${number}", float(number), year(1960 + number)) for number in range(1, size)))
    result = transform(observed, "cumulative")
    assert result["inputs"].iloc[LISTED - 1].count(";") == LISTED - 1
    assert result["inputs"].iloc[-1] == f"{observed['observation_id'].iloc[0]};{observed['observation_id'].iloc[-1]}"
    assert result["formula"].iloc[-1] == f"sum of the {LISTED + 1} values 1961 to {1960 + LISTED + 1}"
    assert result["value"].iloc[-1] == sum(range(1, size))


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("growht", {}, "choose one of level, change, growth"),
    ("growth", {"over": "decade"}, "choose one of year, period"),
    ("growth", {"base": "2015"}, "a base belongs to index and cumulative"),
    ("index", {"whole": "exports"}, "a whole belongs to share"),
    ("share", {"whole": "exports"}, "no observation of the series 'exports'"),
    ("share", {"whole": observe(sample_claims())}, "series; a share is of one"),
]


@pytest.mark.parametrize(("name", "arguments", "message"), WRONG)
def test_a_call_that_makes_no_sense_is_refused_as_a_whole(name: str, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(TransformError, match=message):
        transform(observe(sample_claims()), name, **arguments)


def test_a_base_that_is_no_period_is_refused() -> None:
    with pytest.raises(DayError, match="2023-Q3"):
        transform(observe(sample_claims()), "index", base="then")


def test_two_vintages_at_once_are_refused() -> None:
    observed = observe(sample_claims())
    with pytest.raises(TransformError, match="one vintage at a time"):
        transform(pd.concat([observed, observed]), "growth")


@pytest.mark.parametrize("name", TRANSFORMS)
@pytest.mark.parametrize("claims", [sample_claims(), empty_frame()], ids=["samples", "none"])
def test_the_table_is_as_described(name: str, claims: pd.DataFrame) -> None:
    result = transform(observe(claims), name)
    columns = [*OBSERVATION_COLUMNS, *TRANSFORM_COLUMNS]
    assert [(column, str(dtype)) for column, dtype in result.dtypes.items()] == [
        (col.name, col.dtype) for col in columns
    ]
    assert result["value"].isna().equals(result["refused"].notna())
    assert result["value"].isna().equals(result["formula"].isna())
    figures = result.loc[result["refused"].notna(), ["value_upper", "low", "high", "sides"]]
    assert figures.isna().all(axis=None)
