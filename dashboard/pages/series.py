"""One series at its permanent address: its chart, its figures, how they changed, and the ways to its files."""

from __future__ import annotations

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components import faces
from dashboard.components.charts import card
from dashboard.components.standing import revisions
from dashboard.data import Archive, Row, Selection, View, records
from dashboard.form import whole
from dashboard.words import count, facet_value, figures_of, period_of, window_title
from etl.errors import TradeFiguresError

__all__ = ["TITLE", "connect", "layout", "title"]

TITLE = "Series · trade-figures"

# Rows of one page; the rest is behind the link to the CSV.
_MOST_ROWS = 500


def title(archive: Archive, series_id: str = "") -> str:
    """What the window of a series is called."""
    try:
        series = archive.snapshot().series
    except TradeFiguresError:
        return TITLE
    at = series.ids.place(series_id)
    return TITLE if at is None else window_title(str(series.table["title"].iloc[at]))


def layout(archive: Archive, series_id: str = "", **_query: str | list[str]) -> Component:
    """The page of a series of the store."""
    try:
        if archive.snapshot().series.ids.place(series_id) is None:
            return faces.not_found("There is no such series; it may have changed when documents were read again.")
        return _page(archive.view(Selection(series=(series_id,))), series_id)
    except TradeFiguresError as error:
        return html.Div([html.H1("Series"), faces.unreadable(error)], className="page")


def connect(app: Dash) -> None:
    """Pointing at a figure of the chart tells it, without a request; a click, a tap or Enter opens its page."""
    hovered = Input({"type": ids.SERIES_CHART, "index": MATCH}, "hoverData")
    tooltip = {"type": ids.SERIES_TOOLTIP, "index": MATCH}
    told = [Output(tooltip, name) for name in ("show", "bbox", "direction", "children")]
    app.clientside_callback(ClientsideFunction("figures", "showTooltip"), *told, hovered, prevent_initial_call=True)
    clicked = Input({"type": ids.SERIES_CHART, "index": ALL}, "clickData")
    app.clientside_callback(ClientsideFunction("figures", "openPage"), clicked, prevent_initial_call=True)


def _page(view: View, series_id: str) -> Component:
    observations = records(view.observations_at(stop=_MOST_ROWS))
    told = f"{count(view.observation_count, 'figure')}, {count(view.sources.documents, 'document')}."
    head = [html.H1(observations[0]["series_title"]), html.P(told, className="quiet")]
    charts = [
        card(number, chart, view, kinds=(ids.SERIES_CHART, ids.SERIES_TOOLTIP))
        for number, chart in enumerate(view.charts)
    ]
    return html.Div(
        [
            html.Div(head, className="document-head"),
            *charts,
            _ways(series_id),
            _table(observations, view.observation_count),
            revisions(view.snapshot, observations),
        ],
        className="page wide",
    )


def _ways(series_id: str) -> Component:
    query = f"?series={series_id}"
    return html.Div(
        [
            html.A("Explore this series", href=f"/{query}", className="button"),
            html.A("Figures, CSV", href=f"/observations.csv{query}", className="button", download=""),
            html.A("Claims, CSV", href=f"/claims.csv{query}", className="button", download=""),
        ],
        className="actions",
    )


def _table(observations: list[Row], total: int) -> Component:
    head = html.Thead(html.Tr([html.Th(name) for name in ("Period", "Figure", "Sources", "Agreement")]))
    table = html.Table([head, html.Tbody([_row(row) for row in observations])], className="plain figures")
    left = total - len(observations)
    more = [html.P(f"{count(left, 'more figure')} in the CSV.", className="quiet")] if left else []
    return html.Section([html.H2("Figures"), html.Div(table, className="scroll"), *more], className="card prose")


def _row(row: Row) -> Component:
    link = html.A(" / ".join(figures_of(row)), href=f"/observation/{row['observation_id']}")
    cells: list[str | Component] = [
        period_of(row) or "No period",
        link,
        whole(row["sources"]),
        facet_value("agreement", row["agreement"]),
    ]
    return html.Tr([html.Td(cell) for cell in cells])
