"""Observations → timelines, read back mark by mark, without a browser."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.data import Sources
from dashboard.figures.timeline import Look, caption, draw
from dashboard.theme import DARK, LIGHT
from etl.errors import DimensionError
from etl.series import observe
from tests.samples import day, fiscal, months, sample_claims, state, year

MAY, JUNE = dt.date(2024, 5, 1), dt.date(2024, 6, 1)
BLUE, BROWN, TEAL, VIOLET, GREY = LIGHT.series


def drawn(*claims: pd.DataFrame, **how: Any) -> go.Figure:  # noqa: ANN401  passed on to draw
    """The timeline of some claims."""
    figure = draw(observe(pd.concat(claims, ignore_index=True)), **how)
    assert figure is not None
    return figure


def marks(figure: go.Figure) -> list[tuple[str, float, str, str, str]]:
    """What a pointer meets, by day: day, value, symbol, colour of the inside, colour of the rim."""
    found = [
        (x[:10], *look)
        for trace in figure.data
        if trace.hoverinfo == "none"
        for x, *look in zip(
            trace.x, trace.y, trace.marker.symbol, trace.marker.color, trace.marker.line.color, strict=True
        )
    ]
    return sorted(found)


def strokes(figure: go.Figure, **look: Any) -> list[list[tuple[str, float]]]:  # noqa: ANN401  as Plotly has it
    """The lines with this width or dash that are drawn, each as its points."""
    lines: list[list[tuple[str, float]]] = []
    for trace in figure.data:
        if trace.mode == "lines" and all(trace.line[name] == value for name, value in look.items()):
            points = [(x[:10], y) if x else None for x, y in zip(trace.x, trace.y, strict=True)]
            while None in points:
                lines.append([point for point in points[: points.index(None)] if point])
                points = points[points.index(None) + 1 :]
    return sorted(lines)


def key(figure: go.Figure) -> list[str]:
    """The names in the legend."""
    return [trace.name for trace in figure.data if trace.showlegend]


SHAPES: list[tuple[dict[str, Any], str, bool, str]] = [
    ({}, "circle", False, ""),
    ({"status": "estimate"}, "circle", False, ""),
    ({"qualifier": "~"}, "circle", True, "about"),
    ({"qualifier": ">"}, "triangle-up", False, "more than"),
    ({"qualifier": ">="}, "triangle-up", False, "at least"),
    ({"qualifier": "<"}, "triangle-down", False, "less than"),
    ({"qualifier": "<="}, "triangle-down", False, "up to"),
    ({"status": "target"}, "diamond", True, "target"),
    ({"status": "commitment"}, "diamond", True, "commitment"),
    ({"status": "forecast"}, "diamond", True, "forecast"),
    ({"status": "potential"}, "diamond", True, "potential"),
]


@pytest.mark.parametrize(("said", "symbol", "hollow", "name"), SHAPES, ids=str)
def test_a_mark_shows_hedge_and_status(said: dict[str, Any], symbol: str, hollow: bool, name: str) -> None:  # noqa: FBT001
    figure = drawn(state("$500 million", 5e8, year(2017), **said))
    colours = (LIGHT.background, BLUE) if hollow else (BLUE, LIGHT.background)
    assert marks(figure) == [("2017-07-02", 500.0, symbol, *colours)]
    assert key(figure) == ["calendar year", name] if name else ["calendar year"]


@pytest.mark.parametrize(
    ("status", "dash"), [("actual", "solid"), ("target", "solid"), ("forecast", "dot"), ("potential", "dot")]
)
def test_a_bar_spans_the_period_from_its_first_to_its_last_day(status: Any, dash: str) -> None:  # noqa: ANN401
    figure = drawn(state("$500 million", 5e8, fiscal(2016), status=status))
    assert strokes(figure, width=2.5, dash=dash) == [[("2016-07-01", 500.0), ("2017-06-30", 500.0)]]


def test_a_day_has_a_mark_and_no_bar() -> None:
    figure = drawn(state("$520 million", 5.2e8, day(2007, 4, 9)))
    assert [mark[0] for mark in marks(figure)] == ["2007-04-09"]
    assert strokes(figure) == []


def test_a_range_is_a_vertical_bar_with_its_mark_in_the_middle() -> None:
    figure = drawn(state("$750 to $800 million", 7.5e8, year(2018), value_upper=8e8))
    assert strokes(figure, width=4) == [[("2018-07-02", 750.0), ("2018-07-02", 800.0)]]
    assert [mark[1] for mark in marks(figure)] == [775.0]
    assert key(figure) == ["calendar year", "from … to"]


FADES = [(">", 5e8, "level", 1), ("<", 5e8, "level", -1), (">", -5.0, "change_rel", -1), ("<=", -5.0, "change_rel", 1)]


@pytest.mark.parametrize(("qualifier", "value", "kind", "way"), FADES)
def test_a_line_fades_away_to_the_open_side(qualifier: Any, value: float, kind: Any, way: int) -> None:  # noqa: ANN401
    unit = "percent" if kind == "change_rel" else "USD"
    figure = drawn(state("$5", value, year(2017), qualifier=qualifier, kind=kind, unit=unit))
    [fade] = [trace for trace in figure.data if trace.marker.symbol == "square"]
    [(_, level, symbol, _, _)] = marks(figure)
    assert all((y - level) * way > 0 for y in fade.y)
    assert list(fade.marker.opacity) == sorted(fade.marker.opacity, reverse=True)
    assert symbol == ("triangle-up" if way > 0 else "triangle-down")


def test_years_of_one_calendar_that_follow_each_other_are_joined_and_nothing_else() -> None:
    figure = drawn(
        state("$1 million", 1e6, year(2012)),
        state("$2 million", 2e6, year(2013)),
        state("$4 million", 4e6, year(2015)),
        state("$5 million", 5e6, year(2016), status="target"),
        state("$6 million", 6e6, fiscal(2013)),
        state("$7 million", 7e6, fiscal(2014)),
        state("$3 million", 3e6, months(2013, 1, 6)),
        state("$3 million", 3e6, months(2013, 7, 12)),
    )
    years = [("2012-07-01", 1.0), ("2013-07-02", 2.0)]
    fiscals = [("2013-12-30", 6.0), ("2014-12-30", 7.0)]
    assert strokes(figure, width=1.5) == [years, fiscals]


def test_a_conflict_shows_every_side_and_a_warm_band_between_the_outer_ones() -> None:
    figure = drawn(
        state("$400 million", 4e8, year(2014), publisher="A", published=JUNE),
        state("$600 million", 6e8, year(2014), publisher="B", published=MAY, qualifier="~"),
        state("$1,000 million", 1e9, year(2014), publisher="C", published=MAY),
        state("$500 million", 5e8, year(2015)),
    )
    sides = [(400.0, BLUE), (600.0, LIGHT.background), (1000.0, BLUE)]
    assert [(mark[1], mark[3]) for mark in marks(figure) if mark[0] == "2014-07-02"] == sides
    [band] = strokes(figure, color=LIGHT.conflict, width=16)
    assert [day for day, _ in band] == ["2014-07-02"] * 2
    assert 300 < band[0][1] < 400
    assert 1000 < band[1][1] < 1100
    assert strokes(figure, width=1.5) == [[("2014-07-02", 400.0), ("2015-07-02", 500.0)]]
    assert key(figure) == ["calendar year", "about", "sources differ"]


def test_agreement_is_one_mark_with_the_number_of_its_sources() -> None:
    figure = drawn(*(state("$1 billion", 1e9, year(2023), publisher=name) for name in "ABC"))
    assert len(marks(figure)) == 1
    assert [trace.text for trace in figure.data if trace.mode == "markers+text"] == [("3",)]
    assert key(figure) == ["calendar year", "n sources agree"]


def test_names_of_one_shape_stand_below_each_other_in_the_legend() -> None:
    claims = [state("$5", 5.0, year(2017), status="target"), state("$6", 6.0, year(2018), status="commitment")]
    assert key(drawn(*claims)) == ["calendar year", "target,<br>commitment"]


def test_a_number_gives_way_to_the_mark_above_it() -> None:
    crowd = [state("$1 billion", 1e9, year(2023), publisher=name) for name in "AB"]
    above = state("$1.05 billion", 1.05e9, months(2023, 1, 12), status="target")
    free = state("$20 million", 2e7, year(2010))
    for claims, expected in (([*crowd, free], "top center"), ([*crowd, free, above], "bottom center")):
        [counts] = [trace for trace in drawn(*claims).data if trace.mode == "markers+text"]
        assert counts.textposition == (expected,)


def test_the_colour_tells_the_calendar_of_one_subject() -> None:
    periods = [year(2017), fiscal(2016), fiscal(2016, month=4), months(2017, 5, 5), months(2017, 1, 10)]
    figure = drawn(*(state("$5", 5.0, period) for period in periods))
    assert [(trace.name, trace.marker.color) for trace in figure.data if trace.showlegend] == [
        ("calendar year", BLUE),
        ("FY (Apr–Mar)", BROWN),
        ("FY (Jul–Jun)", VIOLET),
        ("month", TEAL),
        ("part of a year", GREY),
    ]


def test_the_colour_tells_the_subject_of_several() -> None:
    flows: list[dict[str, Any]] = [{"reporter": "RUS", "partner": "PAK"}, {"reporter": "PAK", "partner": "RUS"}]
    claims = [
        state("$5", 5.0, period, metric="exports", **flow) for flow in flows for period in (year(2017), fiscal(2016))
    ]
    figure = drawn(*claims)
    assert key(figure) == ["Pakistan: exports to Russia", "Russia: exports to Pakistan"]
    assert sorted({mark[3] for mark in marks(figure)}) == sorted([BLUE, BROWN])
    assert figure.layout.title.text.startswith("Exports, Russia and Pakistan<br>")


def test_title_and_unit_are_in_plain_words() -> None:
    figure = drawn(state("$500 million", 5e8, year(2017)))
    title, line = figure.layout.title.text.split("<br>")
    assert title == "Trade between Russia and Pakistan"
    assert "USD million; each bar spans its figure's period" in line


@pytest.mark.parametrize(
    ("said", "low", "suffix"),
    [
        ({}, 0.0, ""),
        ({"kind": "share", "unit": "percent", "metric": "settlement_share"}, 0.0, " %"),
        ({"kind": "price", "unit": "USD/tonne", "metric": "price"}, 340.0, ""),
    ],
)
def test_the_value_axis_begins_at_zero_but_for_prices(said: dict[str, Any], low: float, suffix: str) -> None:
    figure = drawn(state("350", 350.0, year(2017), **said), state("450", 450.0, year(2018), **said))
    assert figure.layout.yaxis.range[0] == pytest.approx(low)
    assert figure.layout.yaxis.range[1] > 450
    assert figure.layout.yaxis.ticksuffix == suffix


def test_a_fall_stands_below_zero() -> None:
    figure = drawn(state("12%", -12.0, year(2021), unit="percent", kind="change_rel"))
    low, high = figure.layout.yaxis.range
    assert low < -12
    assert high == 0


def test_a_unit_of_the_same_dimension_can_be_chosen() -> None:
    figure = drawn(state("2 tons", 2.0, year(2017), unit="tonne", metric="exports"), unit="kilogram")
    assert [mark[1] for mark in marks(figure)] == [2000.0]
    assert "Kilograms" in figure.layout.title.text


def test_two_dimensions_are_refused_by_name() -> None:
    claims = [state("$5", 5.0, year(2017)), state("5 tons", 5.0, year(2017), unit="tonne")]
    with pytest.raises(DimensionError, match="currency:USD, mass"):
        draw(observe(pd.concat(claims)))
    with pytest.raises(DimensionError, match=r"'USD'.*'tonne'"):
        draw(observe(claims[0]), unit="tonne")


def test_what_has_no_place_in_time_is_not_drawn() -> None:
    undated = state("$5 billion", 5e9)
    assert draw(observe(undated)) is None
    assert len(marks(drawn(undated, state("$1 billion", 1e9, year(2023))))) == 1


def test_a_mark_carries_the_id_of_its_observation_and_nothing_from_a_document() -> None:
    trap = "<b>bold</b> <a href='https://evil.example'>link</a>"
    claims = state("$1 billion", 1e9, year(2023), publisher=trap, product="<i>tea</i>", attribution=trap)
    observed = observe(claims)
    figure = draw(observed)
    assert figure is not None
    [points] = [trace for trace in figure.data if trace.hoverinfo == "none"]
    assert list(points.customdata) == observed["observation_id"].tolist()
    assert all(isinstance(cell, str) for cell in points.to_plotly_json()["customdata"])
    assert {trace.hoverinfo for trace in figure.data} == {"none", "skip"}
    assert all(text not in figure.to_json() for text in (trap, "It came to", "<i>"))


def test_dark_and_light_differ_in_colours_alone() -> None:
    observed = observe(sample_claims())
    trade = observed[(observed["metric"] == "trade_turnover") & (observed["kind"] == "level")]
    light, dark = draw(trade), draw(trade, scheme="dark")
    assert light is not None
    assert dark is not None
    assert [trace.y for trace in light.data] == [trace.y for trace in dark.data]
    assert LIGHT.background not in dark.to_json()
    assert DARK.background not in light.to_json()


def test_every_chart_of_the_sample_can_be_drawn() -> None:
    observed = observe(sample_claims())
    charts = [draw(group) for _, group in observed.groupby(["subject", "dimension"])]
    assert sum(chart is not None for chart in charts) == 7
    numbers = [len(marks(chart)) for chart in charts if chart]
    assert sum(numbers) == len(observed) - 3 + 2  # three are undated, two conflicts have a second side


EARLY, LATE = pd.Timestamp(2007, 4, 9), pd.Timestamp(2024, 5, 1)


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (Sources(1, LATE, LATE, "Nukta"), "1 document, 2024; latest: Nukta, 1 May 2024"),
        (Sources(1_200, EARLY, LATE), "1,200 documents, 2007–2024; latest: 1 May 2024"),
        (Sources(1), "1 document, no date of publication"),
    ],
)
def test_a_caption_names_the_documents_and_the_latest(sources: Sources, expected: str) -> None:
    assert caption(sources) == expected


def test_a_thin_line_stands_at_the_day_whose_knowledge_is_shown_where_the_axis_has_it() -> None:
    claims = state("$1 billion", 1e9, year(2020)), state("$2 billion", 2e9, year(2023))
    figure = drawn(*claims, look=Look(as_of=dt.date(2022, 5, 1)))
    assert [(line.x0, line.x1, line.yref) for line in figure.layout.shapes] == [("2022-05-01", "2022-05-01", "paper")]
    assert "as known on<br>1 May 2022" in [trace.name for trace in figure.data]
    later = drawn(*claims, look=Look(as_of=dt.date(2042, 5, 1)))
    assert later == drawn(*claims)
