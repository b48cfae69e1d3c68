"""What is drawn of a chart: the order of operations, what each step says, and what it refuses with which reason."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from dashboard.components.charts import chart_caption, figure_of, left_out
from dashboard.data import Archive, Chart, Selection, drawing

TURNOVER = "Trade between Russia and Pakistan"
WHEAT = "Russia: exports to Pakistan of wheat"


def chart(archive: Archive, title: str, **selection: Any) -> Chart:  # noqa: ANN401  the fields of a selection
    return next(each for each in archive.view(Selection(**selection)).charts if each.title == title)


def figures(drawn: pd.DataFrame) -> dict[str, float]:
    """Period → figure, three digits each."""
    return {row["period_label"]: float(f"{row['value']:.3g}") for row in drawn.to_dict("records")}


@pytest.mark.parametrize(
    ("title", "selection", "drawn", "refused"),
    [
        (WHEAT, {"unit": "pound"}, {"2022": 2.65e9, "2023": 1.98e9}, []),
        # A unit of something else leaves the figures as they stand.
        (WHEAT, {"unit": "barrel"}, {"2022": 1.2e6, "2023": 9e5}, []),
        (WHEAT, {"unit": "nonsense"}, {"2022": 1.2e6, "2023": 9e5}, []),
        (WHEAT, {"currency": "EUR"}, {"2022": 1.2e6, "2023": 9e5}, []),
        (WHEAT, {"transform": "index"}, {"2022": 100, "2023": 75}, []),
        (
            WHEAT,
            {"transform": "index", "base": "2023"},
            {},
            ["2 of 2 figures cannot be shown so", "2022, 2023: the figure of the base is only a bound"],
        ),
        (
            WHEAT,
            {"transform": "growth"},
            {"2023": -25},
            ["1 of 2 figures cannot be shown so", "2022: no figure for 2021"],
        ),
        (
            WHEAT,
            {"transform": "change", "scale": "log"},
            {},
            [
                "2 of 2 figures cannot be shown so",
                "2022: no figure for 2021",
                "2023: zero or less, for which a logarithmic axis has no place",
            ],
        ),
    ],
)
def test_what_is_drawn_and_what_is_refused(
    archive: Archive, title: str, selection: dict[str, str], drawn: dict[str, float], refused: list[str]
) -> None:
    told = chart(archive, title, **selection)
    assert figures(told.drawn.observations) == drawn
    assert left_out(told)[: len(refused) or None] == refused
    assert (figure_of(told, "light") is None) == (not drawn)
    assert len(told.drawn.observations) + len(told.drawn.refused) == len(told.observations)


def test_money_comes_in_another_currency_at_the_rate_of_its_period(archive: Archive) -> None:
    told = chart(archive, TURNOVER, currency="EUR", transform="growth")
    level = chart(archive, TURNOVER, currency="EUR")
    assert set(level.drawn.observations["unit"]) == {"EUR"}
    assert all("European Central Bank" in words for words in level.drawn.observations["conversion"])
    euros = level.drawn.observations.set_index("period_label")["value"]
    rates = level.drawn.observations.set_index("period_label")["rate"]
    assert euros["2018"] == pytest.approx(7e8 * rates["2018"])
    # Growth is made of what was converted.
    growth = told.drawn.observations.set_index("period_label")["value"]
    assert growth["2018"] == pytest.approx(100 * (euros["2018"] / euros["2017"] - 1))


def test_the_caption_says_what_was_done_in_the_order_it_was_done(archive: Archive) -> None:
    told = chart(archive, TURNOVER, currency="EUR", transform="growth", clock="published", scale="log")
    caption = chart_caption(told)
    places = [
        caption.index(words) for words in ("documents, 20", "In EUR at", "Change, %: 100 ×", "published", "Logar")
    ]
    assert places == sorted(places)


def test_by_the_other_clock_a_figure_stands_at_the_day_it_was_first_published(archive: Archive) -> None:
    told = chart(archive, TURNOVER, clock="published")
    days = told.drawn.observations.set_index("period_label")["period_start"]
    assert days["2017"] == days["2023"] == pd.Timestamp("2024-09-19")
    drawing = figure_of(told, "light")
    assert drawing is not None
    assert "by the day of first publication" in drawing.layout.title.text.lower()
    assert not any(trace.line.dash == "dot" for trace in drawing.data)


def test_a_logarithmic_axis_holds_every_figure(archive: Archive) -> None:
    told = chart(archive, TURNOVER, scale="log")
    drawing = figure_of(told, "light")
    assert drawing is not None
    low, high = drawing.layout.yaxis.range
    assert drawing.layout.yaxis.type == "log"
    marks = [value for trace in drawing.data if trace.customdata for value in trace.y]
    assert all(10**low < value < 10**high for value in marks)


def test_charts_of_one_dimension_are_laid_over_another_and_of_two_never(archive: Archive) -> None:
    view = archive.view(Selection(layout="overlay"))
    assert len({each.dimension for each in view.charts}) == len(view.charts)
    assert all(figure_of(each, "light") is not None for each in view.charts)


def test_a_chart_shows_as_many_marks_as_it_has_room_for_and_says_which_are_left_out(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "_MOST_MARKS", 3)
    told = chart(archive, TURNOVER)
    # Two sources for 2023, and two sides for the fiscal year, which then has no room.
    assert "2023" in set(told.drawn.observations["period_label"])
    sides = told.drawn.observations["sides"].fillna("").str.count(";") + 1
    assert 1 <= sides.sum() <= 3
    assert left_out(told)[1].endswith("which are those with most sources; choose fewer years")
    assert len(told.drawn.observations) + len(told.drawn.refused) == len(told.observations)


def test_what_does_not_add_up_has_a_flag_and_an_entry_in_the_legend(archive: Archive) -> None:
    told, checked = chart(archive, TURNOVER), archive.checks(60)
    assert checked is not None
    flagged = checked.failing(told.observations["observation_id"])
    conflict = told.observations[told.observations["agreement"] == "conflict"]
    assert flagged == set(conflict["observation_id"])
    plain, drawing = figure_of(told, "light"), figure_of(told, "light", checked)
    assert plain is not None
    assert drawing is not None
    names = [[trace.name for trace in each.data if trace.showlegend] for each in (plain, drawing)]
    assert [name for name in names[1] if name not in names[0]] == ["does not add up"]
    flags = [trace for trace in drawing.data if trace.marker.symbol == "triangle-right" and not trace.showlegend]
    assert [len(trace.x) for trace in flags] == [1]
    assert flags[0].y[0] > 920
