"""A chart's observations → a card with drawing, tooltip and caption; lone figures → a list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pandas as pd
import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.markup import aria, data
from dashboard.components.outlets import chart_outlets
from dashboard.data import CHARTS_A_PAGE, Chart, Checked, Row, View, records, write_query
from dashboard.figures.timeline import Drawing, Look, caption, sketch
from dashboard.form import whole
from dashboard.theme import SchemeName
from dashboard.words import count, figure, period_of, status_note
from etl.series import TRANSFORMS

__all__ = ["CONFIG", "card", "chart_caption", "drawing_of", "figure_of", "left_out", "results", "rows"]

_FIRST_ROWS, _MOST_ROWS = 8, 60
_MOST_LISTED = 12
_REFUSED = ["period_start", "period_end", "period_label", "calendar_group", "refused"]

# Any: what Plotly takes is more than the type that Dash declares.
CONFIG: Any = {
    "displaylogo": False,
    "responsive": True,
    # plotly.js offers by default to upload the chart and its data to a cloud service.
    "showSendToCloud": False,
    "plotlyServerURL": "",
    # No toImage: the menu below a chart makes pictures, with the caption in them.
    "modeBarButtons": [["zoom2d", "pan2d", "resetScale2d"]],
}


def results(view: View) -> list[Component]:
    """The charts, the richest one across the page, then the figures that no chart can hold."""
    cards = [card(number, chart, view) for number, chart in enumerate(view.charts)]
    return [
        html.Div(cards, className="charts"),
        *_pages(view),
        rows(
            "Single figures",
            "One figure makes no series. Each opens its sources.",
            view.singles(_MOST_ROWS),
            len(view.single_numbers),
        ),
        rows(
            "Without a closed period",
            "Their sources give no dates, or only a beginning or an end: these figures have no place on the time axis.",
            view.undated(_MOST_ROWS),
            len(view.undated_numbers),
        ),
    ]


def _pages(view: View) -> list[Component]:
    """Which charts these are, and the way to those before and after; nothing where all are on one page."""
    if view.page_count == 1:
        return []
    page = min(view.selection.page, view.page_count)
    ways = [("Previous charts", page - 1), ("Next charts", page + 1)]
    links = [
        html.A(words, href=f"/?{write_query(replace(view.selection, page=to))}", className="button")
        for words, to in ways
        if 1 <= to <= view.page_count
    ]
    first = (page - 1) * CHARTS_A_PAGE + 1
    last = min(first + CHARTS_A_PAGE - 1, view.chart_count)
    where = f"{whole(first)} to {whole(last)} of {count(view.chart_count, 'chart')}"
    return [
        html.Nav([*links, html.Span(where, className="quiet")], className="pager", **aria(label="Pages of the charts"))
    ]


def card(number: int, chart: Chart, view: View, kinds: tuple[str, str] = (ids.CHART, ids.TOOLTIP)) -> Component:
    """One chart with its caption; it can be read with mouse, keys and touch.

    The browser fetches the drawing (`/figure.json`) when the card comes near the window. `kinds` name the chart and
    its tooltip for the callbacks of the page.
    """
    label = (
        f"{chart.title}: a chart of {count(chart.figures, 'figure')}. "
        "Arrow keys go from figure to figure, Enter shows the sources."
    )
    chosen = write_query(view.selection)
    query = "&".join(part for part in (chosen, f"chart={number}") if part)
    # The browser puts it into its place with its drawing: one without would be drawn too, with axes of its own.
    graph = dcc.Graph(id=ids.part(kinds[0], number), config=CONFIG, className="chart", clear_on_unhover=True)
    frame = html.Div(
        [
            html.Div(id=ids.part(ids.GRAPH_PLACE, number), className="chart-place"),
            html.Div(className="ring"),
            dcc.Tooltip(id=ids.part(kinds[1], number), className="tip", background_color="var(--surface)", zindex=150),
        ],
        className="chart-frame",
        tabIndex=0,
        role="application",
        **data(figure=f"/figure.json?{query}", graph=orjson.dumps(graph.to_plotly_json()).decode()),
        **aria(label=label, roledescription="chart"),
    )
    quiet = html.P(chart_caption(chart), className="caption")
    notes = html.Div(id=ids.part(ids.NOTES, number), className="notes")
    foot = html.Div([quiet, chart_outlets(chosen, number, chart.title)], className="card-foot")
    return html.Section([frame, notes, foot], className="card hero" if number == 0 else "card")


def figure_of(chart: Chart, scheme: SchemeName, checked: Checked | None = None) -> go.Figure | None:
    """The drawing of a chart as a Plotly figure, which can be changed; None where nothing can be drawn as asked."""
    drawing = drawing_of(chart, scheme, checked)
    return None if drawing is None else go.Figure(drawing)


def drawing_of(chart: Chart, scheme: SchemeName, checked: Checked | None = None) -> Drawing | None:
    """The drawing of a chart, None where not one figure can be drawn as asked. Dragging scrolls, it does not zoom.

    What does not add up has a flag, where the store has been `checked`.
    """
    selection = chart.selection
    look = Look(
        selection.clock,
        selection.scale,
        TRANSFORMS[selection.transform].title * (selection.transform != "level"),
        selection.as_of,
        frozenset() if checked is None else checked.failing(chart.drawn.observations["observation_id"]),
    )
    drawing = sketch(chart.drawn.observations, scheme=scheme, look=look)
    return drawing and {**drawing, "layout": {**drawing["layout"], "dragmode": False}}


def left_out(chart: Chart) -> list[str]:
    """How many figures of a chart cannot be drawn as asked, then each reason with the periods it holds for."""
    periods: dict[str, list[str]] = {}
    for row in records(chart.drawn.refused[_REFUSED]):
        periods.setdefault(row["refused"], []).append(period_of(row))
    reasons = [f"{_listed(list(dict.fromkeys(of)))}: {why}" for why, of in periods.items()]
    number = len(chart.drawn.refused)
    return [f"{whole(number)} of {count(chart.figures, 'figure')} cannot be shown so", *reasons] if number else []


def _listed(periods: list[str]) -> str:
    """Periods in a line; of many the first, and how many more."""
    more = len(periods) - _MOST_LISTED
    return ", ".join(periods) if more <= 0 else f"{', '.join(periods[:_MOST_LISTED])} and {whole(more)} more"


def chart_caption(chart: Chart) -> str:
    """The sources of a chart, and what was done to its figures."""
    return ". ".join([caption(chart.sources), *chart.told])


def rows(title: str, why: str, observations: pd.DataFrame, total: int) -> Component:
    """Figures as a list, each opens its sources; of `total` these are the first."""
    if observations.empty:
        return html.Div()
    listed = [_words(observation) for observation in records(observations)]
    heading = html.H2([title, html.Span(whole(total), className="tally")])
    first, rest = listed[:_FIRST_ROWS], listed[_FIRST_ROWS:]
    shown = [heading, html.P(why, className="quiet"), html.Ul([_row(*words) for words in first], className="rows")]
    if rest:
        # The browser makes these rows when they are asked for: with them a page took a third longer to appear.
        parts = [html.Summary(f"{whole(len(rest))} more"), html.Ul(className="rows")]
        shown.append(html.Details(parts, className="more", **data(rest=orjson.dumps(rest).decode())))
    if total > len(listed):
        shown.append(html.P(f"{count(total - len(listed), 'more figure')} behind the filters.", className="quiet"))
    return html.Section(shown, className="card")


def _words(observation: Row) -> tuple[str, str, str, str]:
    """The id of an observation, its figure, what it is of, and what else is known of it."""
    notes = [period_of(observation), status_note(observation), count(observation["claims"], "claim")]
    said = ", ".join(note for note in notes if note)
    return observation["observation_id"], figure(observation), observation["subject"], said


def _row(observation_id: str, value: str, title: str, notes: str) -> Component:
    parts = [
        html.Span(value, className="row-value"),
        html.Span(title, className="row-title"),
        html.Span(notes, className="row-notes"),
    ]
    return html.Li(html.Button(parts, className="row", **data(observation=observation_id)))
