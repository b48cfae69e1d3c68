"""The explore page: filters, charts with their sources, the claims behind them, downloads.

The address is the state: `layout(**query)` builds the page a link asks for, and every change of a filter writes the
address anew (in the browser, `figures.writeQuery` in app.js).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast
from urllib.parse import parse_qs

import orjson
from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component
from plotly.io.json import to_json_plotly

from dashboard import ids
from dashboard.components import asof, faces
from dashboard.components.chart_menu import base_display, chart_menu
from dashboard.components.charts import results
from dashboard.components.claim_table import column_menu, table_caption, table_fault, table_place, table_size
from dashboard.components.facets import boxes, facets, filter_count, year_bars
from dashboard.components.markup import aria, data
from dashboard.components.outlets import view_outlets
from dashboard.components.panel import panel
from dashboard.data import (
    Archive,
    Selection,
    Snapshot,
    View,
    read_query,
    records,
    write_query,
)
from dashboard.data.kept import Kept
from dashboard.form import Form, reader
from dashboard.words import as_known_on, count
from etl.errors import TradeFiguresError

__all__ = ["TITLE", "Page", "Pages", "connect", "layout"]

TITLE = "Explore · trade-figures"

Id = Mapping[str, str]
Parts = Mapping[str, list[Any]]


Page = dict[str, Any]
Pages = Kept[tuple[tuple[int, int], Selection, Form], Page]
"""Pages as browsers get them, for the last few selections of a version: most readers open the same ones.

They are kept as plain values, which become JSON in a twentieth of the time that components take.
"""


def layout(archive: Archive, pages: Pages, **query: str | list[str]) -> Component | Page:
    """The page a query string asks for; a part of it that makes no sense is named and left out."""
    try:
        snapshot = archive.snapshot()
        if not len(snapshot):
            return html.Div([html.H1("Explore"), faces.empty_store()], className="page")
        selection, problems = read_query(query, snapshot)
        if problems:
            return _page(archive.view(selection), problems)
        return pages.get((snapshot.state, selection, reader()), lambda: _plain(_page(archive.view(selection), [])))
    except TradeFiguresError as error:
        return html.Div([html.H1("Explore"), faces.unreadable(error)], className="page")


def connect(app: Dash, archive: Archive) -> None:
    """Filters redraw the view; a figure opens its sources. Hovering asks the server nothing."""
    _connect_filters(app, archive)
    _connect_facets(app, archive)
    _connect_outlets(app)
    _connect_panel(app, archive)
    _connect_table(app)
    _connect_browser(app)


def summary(view: View) -> str:
    """What the view holds, in one line."""
    told, left_out = view.sources, view.left_out
    span = "–".join(map(str, sorted({day.year for day in (told.first, told.last) if day is not None})))
    sources = f"{count(view.claim_count, 'claim')} from {count(told.documents, 'document')}"
    said = f"{sources}, published {span}" if span else sources
    if left_out:
        said += f"; the choice of years leaves out {count(left_out, 'claim')} without a date"
    return f"{said}{_as_of(view)}"


def _as_of(view: View) -> str:
    """The day whose knowledge is shown, and how much has no place on that clock."""
    if view.selection.as_of is None:
        return ""
    known, undated = as_known_on(view.selection.as_of), view.undated_documents
    left_out = (
        f", without {count(undated, 'document')} that {'has' if undated == 1 else 'have'} no date" if undated else ""
    )
    return f". {known}{left_out}."


def _page(view: View, problems: list[str]) -> Component:
    query = write_query(view.selection)
    middle = html.Div(
        [
            html.Div(
                [html.H1("Figures and their sources"), html.P(summary(view), id=ids.SUMMARY, role="status")],
                className="page-head",
            ),
            *faces.problems(problems),
            chart_menu(view.snapshot, view.selection),
            asof.slider(view),
            html.Div(_results(view), id=ids.RESULTS),
            _table(view, query),
        ],
        className="middle",
    )
    side = html.Aside(id=ids.PANEL, className="panel", **aria(label="Sources of a figure"))
    stores = [
        dcc.Store(id=ids.QUERY, data=query),
        dcc.Store(id=ids.OPENED),
    ]
    open_filters = html.Button(
        filter_count(view.selection), id=ids.FILTER_COUNT, className="button open-filters", **data(open="sheet")
    )
    return html.Div([facets(view), middle, side, open_filters, *stores], className="explore")


def _plain(page: Component) -> Page:
    return cast("Page", orjson.loads(to_json_plotly(page)))


def _results(view: View) -> list[Component]:
    return [faces.nothing_matches()] if not view.claim_count else results(view)


def _table(view: View, query: str) -> Component:
    links = html.Div(view_outlets(query), id=ids.OUTLETS, className="actions")
    menus = html.Div([column_menu(), links], className="actions")
    heading = html.Div([html.H2("Claims behind this view"), menus], className="table-head")
    caption = html.P(
        [html.Span(table_caption(view), id=ids.TABLE_CAPTION), " ", html.Span(id=ids.TABLE_FOUND, role="status")],
        className="quiet",
    )
    return html.Section([heading, caption, *table_place(view), table_fault()], className="card table-card")


def _connect_filters(app: Dash, archive: Archive) -> None:
    @app.callback(
        output=(
            Output(ids.RESULTS, "children"),
            Output(ids.GRID_PLACE, "style"),
            Output(ids.TABLE_CAPTION, "children"),
            Output(ids.SUMMARY, "children"),
            Output(ids.SPREAD, "children"),
            Output(ids.FILTER_COUNT, "children"),
            Output(ids.QUERY, "data"),
            Output(ids.parts(ids.BOXES), "children"),
            Output(ids.parts(ids.MORE), "children"),
            Output(ids.parts(ids.MORE), "style"),
            Output(ids.part(ids.LOOK, "base"), "display"),
            Output(ids.AS_OF_SAID, "children"),
        ),
        inputs={
            "chosen": {"values": Input(ids.parts(ids.FACET), "value"), "ids": State(ids.parts(ids.FACET), "id")},
            "look": {"values": Input(ids.parts(ids.LOOK), "value"), "ids": State(ids.parts(ids.LOOK), "id")},
            "years": Input(ids.PERIOD, "value"),
            "place": Input(ids.AS_OF, "value"),
            "listed": {"find": State(ids.parts(ids.FIND), "value"), "asked": State(ids.parts(ids.MORE), "n_clicks")},
            "query": State(ids.QUERY, "data"),
        },
        prevent_initial_call=True,
    )
    def redraw(chosen: Parts, look: Parts, years: list[int], place: int, listed: Parts, query: str) -> tuple[Any, ...]:
        snapshot = archive.snapshot()
        asked = {**_by_name(chosen), **_by_name(look)}
        selection = _known_at(snapshot, _selection(snapshot, query, asked, years), place)
        view = archive.view(selection)
        facets = zip(_by_name(chosen), listed["find"], listed["asked"], strict=True)
        made = [boxes(view, name, find or "", asked or 0) for name, find, asked in facets]
        query = write_query(selection)
        return (
            _results(view),
            table_size(view),
            table_caption(view),
            summary(view),
            year_bars(view.count_years()),
            filter_count(selection),
            query,
            [each.boxes for each in made],
            [each.more for each in made],
            [each.display for each in made],
            base_display(selection),
            asof.standing(selection.as_of),
        )


def _connect_facets(app: Dash, archive: Archive) -> None:
    @app.callback(
        Output(ids.parts(ids.BOXES, MATCH), "children", allow_duplicate=True),
        Output(ids.parts(ids.MORE, MATCH), "children", allow_duplicate=True),
        Output(ids.parts(ids.MORE, MATCH), "style", allow_duplicate=True),
        Input(ids.parts(ids.FIND, MATCH), "value"),
        Input(ids.parts(ids.MORE, MATCH), "n_clicks"),
        State(ids.parts(ids.FIND, MATCH), "id"),
        State(ids.QUERY, "data"),
        prevent_initial_call=True,
    )
    def list_values(find: str | None, asked: int, facet_id: Id, query: str) -> tuple[Any, ...]:
        view = archive.view(_from_query(archive.snapshot(), query))
        made = boxes(view, facet_id["index"], find or "", asked)
        return made.boxes, made.more, made.display


def _by_name(parts: Parts) -> dict[str, Any]:
    """The values of like parts of the page, by their names."""
    return {part_id["index"]: value for part_id, value in zip(parts["ids"], parts["values"], strict=True)}


def _selection(snapshot: Snapshot, query: str, chosen: Mapping[str, str | list[str]], years: list[int]) -> Selection:
    """What the address says with what is set on the page instead, from its first charts on.

    A slider at its ends leaves the period open, so that undated claims stay.
    """
    first, last = snapshot.years or (None, None)
    ends = {"from": "" if years[0] == first else str(years[0]), "to": "" if years[1] == last else str(years[1])}
    asked: dict[str, str | list[str]] = {**parse_qs(query), **chosen, **ends, "page": ""}
    return read_query({name: value for name, value in asked.items() if value}, snapshot)[0]


def _known_at(snapshot: Snapshot, selection: Selection, place: int) -> Selection:
    """The selection with the day that the slider stands at."""
    return replace(selection, as_of=asof.day_at(place, selection.as_of, asof.stops(snapshot)))


def _connect_outlets(app: Dash) -> None:
    @app.callback(Output(ids.OUTLETS, "children"), Input(ids.QUERY, "data"), prevent_initial_call=True)
    def link(query: str) -> list[Component]:
        return view_outlets(query)


def _connect_panel(app: Dash, archive: Archive) -> None:
    @app.callback(
        Output(ids.PANEL, "children"),
        Input(ids.OPENED, "data"),
        State(ids.QUERY, "data"),
        prevent_initial_call=True,
    )
    def show_sources(opened: dict[str, Any] | None, query: str) -> list[Component]:
        if not opened:
            return []
        snapshot = archive.snapshot()
        view = archive.view(_from_query(snapshot, query))
        observation = view.observation(str(opened["observation"]))
        if observation is None:
            return [faces.not_found("The store has changed, and this figure is gone. Reload the page.")]
        checked = archive.checks()
        checks = [] if checked is None else records(checked.about(str(observation["observation_id"])))
        return panel(observation, view.claims_of(observation), snapshot.text, checks)


def _from_query(snapshot: Snapshot, query: str) -> Selection:
    return read_query(parse_qs(query), snapshot)[0]


def _connect_table(app: Dash) -> None:
    def browser(function: str, *arguments: Input | Output | State) -> None:
        app.clientside_callback(ClientsideFunction("table", function), *arguments)

    query, columns = ids.QUERY, ids.COLUMNS
    browser("make", Output(ids.GRID_PLACE, "children"), Input(ids.GRID, "data"))
    browser("follow", Input(query, "data"))
    browser("begin", Input(ids.TABLE, "getRowsRequest"), State(query, "data"), State(columns, "value"))
    browser("showColumns", Input(columns, "value"))


def _connect_browser(app: Dash) -> None:
    def browser(function: str, *arguments: Input | Output | State) -> None:
        app.clientside_callback(ClientsideFunction("figures", function), *arguments, prevent_initial_call=True)

    tooltip = [Output(ids.parts(ids.TOOLTIP, MATCH), name) for name in ("show", "bbox", "direction", "children")]
    browser("writeQuery", Input(ids.QUERY, "data"))
    browser("showTooltip", *tooltip, Input(ids.parts(ids.CHART, MATCH), "hoverData"))
    browser("openFigure", Output(ids.OPENED, "data"), Input(ids.parts(ids.CHART), "clickData"))
    browser("openClaim", Output(ids.OPENED, "data", allow_duplicate=True), Input(ids.TABLE, "cellClicked"))
    browser("showPanel", Input(ids.PANEL, "children"))
