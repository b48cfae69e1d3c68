"""One series at its permanent address: its figures, what each rests on, and the ways to its chart and its files."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import faces
from dashboard.data import Archive, Row, Selection, View, records
from dashboard.words import count, facet_value, figures_of, period_of
from etl.errors import TradeFiguresError

__all__ = ["TITLE", "layout"]

TITLE = "Series · trade-figures"

# Rows of one page; the rest is behind the link to the CSV.
_MOST_ROWS = 500


def layout(archive: Archive, series_id: str = "", **_query: str | list[str]) -> Component:
    """The page of a series of the store."""
    try:
        if archive.snapshot().series.ids.place(series_id) is None:
            return faces.not_found("There is no such series; it may have changed when documents were read again.")
        return _page(archive.view(Selection(series=(series_id,))), series_id)
    except TradeFiguresError as error:
        return html.Div([html.H1("Series"), faces.unreadable(error)], className="page")


def _page(view: View, series_id: str) -> Component:
    observations = records(view.observations_at(stop=_MOST_ROWS))
    told = f"{count(view.observation_count, 'figure')}, {count(view.sources.documents, 'document')}."
    head = [html.H1(observations[0]["series_title"]), html.P(told, className="quiet")]
    return html.Div(
        [html.Div(head, className="document-head"), _ways(series_id), _table(observations, view.observation_count)],
        className="page",
    )


def _ways(series_id: str) -> Component:
    query = f"?series={series_id}"
    return html.Div(
        [
            html.A("Chart of this series", href=f"/{query}", className="button"),
            html.A("Figures, CSV", href=f"/observations.csv{query}", className="button", download=""),
            html.A("Claims, CSV", href=f"/claims.csv{query}", className="button", download=""),
        ],
        className="actions",
    )


def _table(observations: list[Row], total: int) -> Component:
    head = html.Thead(html.Tr([html.Th(name) for name in ("Period", "Figure", "Sources", "Agreement")]))
    table = html.Table([head, html.Tbody([_row(row) for row in observations])], className="plain")
    left = total - len(observations)
    more = [html.P(f"{count(left, 'more figure')} in the CSV.", className="quiet")] if left else []
    return html.Section([html.H2("Figures"), table, *more], className="card prose")


def _row(row: Row) -> Component:
    link = html.A(" / ".join(figures_of(row)), href=f"/observation/{row['observation_id']}")
    cells: list[str | Component] = [
        period_of(row) or "No period",
        link,
        f"{row['sources']:,}",
        facet_value("agreement", row["agreement"]),
    ]
    return html.Tr([html.Td(cell) for cell in cells])
