"""A chart's observations → a card with drawing, tooltip and caption; lone figures → a list."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.markup import aria, data
from dashboard.data import Chart, Row, View, records, write_query
from dashboard.figures.timeline import caption, draw
from dashboard.theme import SchemeName
from dashboard.words import count, figure, period_of, status_note

__all__ = ["CONFIG", "MOST_CHARTS", "card", "figure_of", "results", "rows"]

MOST_CHARTS = 16
"""Charts on one page: beyond these a reader filters rather than scrolls, and the browser slows down."""

_FIRST_ROWS = 8

# Any: what Plotly takes is more than the type that Dash declares.
CONFIG: Any = {
    "displaylogo": False,
    "responsive": True,
    # plotly.js offers by default to upload the chart and its data to a cloud service.
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "modeBarButtons": [["toImage", "zoom2d", "pan2d", "resetScale2d"]],
    "toImageButtonOptions": {"format": "png", "scale": 2, "filename": "trade-figures"},
}


def results(view: View) -> list[Component]:
    """The charts, the richest one across the page, then the figures that no chart can hold."""
    shown, more = view.charts[:MOST_CHARTS], len(view.charts) - MOST_CHARTS
    cards = [card(number, chart, view) for number, chart in enumerate(shown)]
    hint = [html.P(f"{count(more, 'more chart')} behind the filters.", className="quiet")] if more > 0 else []
    return [
        html.Div(cards, className="charts"),
        *hint,
        rows("Single figures", "One figure makes no series. Each opens its sources.", view.singles),
        rows(
            "Without a closed period",
            "Their sources give no dates, or only a beginning or an end: these figures have no place on the time axis.",
            view.undated,
        ),
    ]


def card(number: int, chart: Chart, view: View) -> Component:
    """One chart with its caption; it can be read with mouse, keys and touch.

    The browser fetches the drawing (`/figure.json`) when the card comes near the window.
    """
    label = (
        f"{chart.title}: a chart of {count(len(chart.observations), 'figure')}. "
        "Arrow keys go from figure to figure, Enter shows the sources."
    )
    query = "&".join(part for part in (write_query(view.selection), f"chart={number}") if part)
    frame = html.Div(
        [
            dcc.Graph(id=ids.part(ids.CHART, number), config=CONFIG, className="chart", clear_on_unhover=True),
            html.Div(className="ring"),
            dcc.Tooltip(
                id=ids.part(ids.TOOLTIP, number), className="tip", background_color="var(--surface)", zindex=150
            ),
        ],
        className="chart-frame",
        tabIndex=0,
        role="application",
        **data(figure=f"/figure.json?{query}"),
        **aria(label=label, roledescription="chart"),
    )
    quiet = html.P(caption(chart.observations, view.claims), className="caption")
    return html.Section([frame, quiet], className="card hero" if number == 0 else "card")


def figure_of(chart: Chart, scheme: SchemeName) -> go.Figure:
    """The drawing of a chart. Dragging scrolls the page, it does not zoom."""
    drawing = draw(chart.observations, scheme=scheme)
    if drawing is None:
        message = f"no figure of “{chart.title}” has a period"
        raise ValueError(message)
    return drawing.update_layout(dragmode=False)


def rows(title: str, why: str, observations: pd.DataFrame) -> Component:
    """Figures as a list; each opens its sources."""
    if observations.empty:
        return html.Div()
    items = [_row(observation) for observation in records(observations)]
    heading = html.H2([title, html.Span(f"{len(items):,}", className="tally")])
    first, rest = items[:_FIRST_ROWS], items[_FIRST_ROWS:]
    shown = [heading, html.P(why, className="quiet"), html.Ul(first, className="rows")]
    if rest:
        shown.append(
            html.Details([html.Summary(f"{len(rest):,} more"), html.Ul(rest, className="rows")], className="more")
        )
    return html.Section(shown, className="card")


def _row(observation: Row) -> Component:
    notes = [period_of(observation), status_note(observation), count(observation["claims"], "claim")]
    parts = [
        html.Span(figure(observation), className="row-value"),
        html.Span(observation["subject"], className="row-title"),
        html.Span(", ".join(note for note in notes if note), className="row-notes"),
    ]
    return html.Li(html.Button(parts, className="row", **data(observation=observation["observation_id"])))
