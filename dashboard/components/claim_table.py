"""The claims of a view → the table below the charts, which asks for its rows block by block (see table.js)."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
import orjson
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.markup import aria, data
from dashboard.components.outlets import menu
from dashboard.data import TABLE_COLUMNS, TableColumn, View
from dashboard.words import count

__all__ = ["BLOCK", "claim_table", "column_menu", "table_caption", "table_fault", "table_place", "table_size"]

BLOCK = 100
"""Rows that the browser asks for at once."""

_HEADS = "Filters in the column heads narrow the table and the files of claims, not the charts."

_ROW, _MOST_SHOWN, _SCROLLBAR, _MOST_BLOCKS = 40, 12, 18, 20

_SHOWN = {
    "metric": 190,
    "who": 170,
    "period": 180,
    "span_text": 160,
    "qualifier": 140,
    "value": 150,
    "unit": 100,
    "product": 120,
    "status": 110,
    "publisher": 170,
    "published": 130,
    "title": 280,
    "quote": 460,
    "url": 120,
}
"""The columns of a table nobody has changed, and how wide they are."""

_WIDTH = 180

_FILTERS: dict[str, dict[str, Any]] = {
    "text": {
        "filter": "agTextColumnFilter",
        "filterParams": {"filterOptions": ["contains", "notContains", "equals", "notEqual", "blank", "notBlank"]},
    },
    "number": {
        "filter": "agNumberColumnFilter",
        "type": "numericColumn",
        "valueFormatter": {"function": "plainNumber(params.value)"},
        "filterParams": {
            "filterOptions": [
                *("inRange", "greaterThanOrEqual", "lessThanOrEqual", "greaterThan", "lessThan"),
                *("equals", "notEqual", "blank", "notBlank"),
            ],
            "inRangeInclusive": True,
        },
    },
    "day": {
        "filter": "agDateColumnFilter",
        "valueFormatter": {"function": "plainDay(params.value)"},
        "filterParams": {
            "filterOptions": [
                *("inRange", "greaterThan", "lessThan", "equals", "notEqual", "blank", "notBlank"),
            ],
            "inRangeInclusive": True,
        },
    },
}

_OWN: dict[str, dict[str, Any]] = {
    "metric": {"pinned": "left", "valueFormatter": {"function": "orLoading(params)"}},
    "title": {"tooltipField": "title"},
    "quote": {"tooltipField": "quote"},
    "url": {"cellRenderer": "OriginalLink"},
}


def claim_table(view: View) -> Component:
    """The table of the view's claims; a row opens the sources of its figure."""
    grid: Component = dag.AgGrid(
        id=ids.TABLE,
        columnDefs=[_column(column) for column in _in_order()],
        defaultColDef={"resizable": True, "suppressHeaderMenuButton": False},
        rowModelType="infinite",
        dashGridOptions={
            "cacheBlockSize": BLOCK,
            "maxBlocksInCache": _MOST_BLOCKS,
            "infiniteInitialRowCount": min(max(view.claim_count, 1), _MOST_SHOWN),
            "rowHeight": _ROW,
            "headerHeight": _ROW,
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
            "tooltipShowDelay": 400,
            "suppressFieldDotNotation": True,
            "theme": {"function": "quietTheme(themeQuartz)"},
        },
        getRowId="params.data.claim_id",
        style={"height": "100%", "width": "100%"},
    )
    return grid


def table_place(view: View) -> list[Component]:
    """Where the table goes, and the table, which the browser puts there when the charts in sight are drawn (table.js).

    The heads of all columns are told for print (print.js).
    """
    heads = {column.name: column.title for column in TABLE_COLUMNS}
    place = html.Div(id=ids.GRID_PLACE, style=table_size(view), **data(heads=orjson.dumps(heads).decode()))
    return [dcc.Store(id=ids.GRID, data=claim_table(view).to_plotly_json()), place]


def column_menu() -> Component:
    """Which columns the table shows; the browser keeps the choice."""
    boxes = [dmc.Checkbox(value=column.name, label=column.title, size="xs") for column in _in_order()]
    listed = html.Div(boxes, className="columns")
    group = dmc.CheckboxGroup(listed, id=ids.COLUMNS, value=list(_SHOWN), persistence=True, persistence_type="local")
    return menu("Columns", [html.Div(group, role="group", **aria(label="Columns of the table"))])


def table_caption(view: View) -> str:
    """How many claims the table shows, and what the filters in its heads leave as it is."""
    return f"{count(view.claim_count, 'claim')}. A row opens its sources. {_HEADS}"


def table_fault() -> Component:
    """What is shown where a block of rows did not come."""
    words = "Some rows could not be loaded. Is the server still running? "
    return html.P([words, html.Button("Try again", className="button")], id=ids.TABLE_FAULT, role="alert", hidden=True)


def table_size(view: View) -> dict[str, str]:
    """The height that shows the rows there are, up to a dozen; the rest scroll."""
    rows = min(max(view.claim_count, 2), _MOST_SHOWN)
    return {"height": f"{(rows + 1) * _ROW + _SCROLLBAR}px", "width": "100%"}


def _in_order() -> list[TableColumn]:
    """Those shown at first come first, in their order; a column that is put in stands beside its like."""
    places = {name: place for place, name in enumerate(_SHOWN)}
    return sorted(TABLE_COLUMNS, key=lambda column: places.get(column.name, len(places)))


def _column(column: TableColumn) -> dict[str, Any]:
    return {
        "field": column.name,
        "headerName": column.title,
        "width": _SHOWN.get(column.name, _WIDTH),
        "hide": column.name not in _SHOWN,
        "sortable": column.sortable,
        **_FILTERS[column.kind],
        **_OWN.get(column.name, {}),
    }
