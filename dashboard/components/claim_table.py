"""The claims of a view → the table below the charts."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag
import pandas as pd
from dash.development.base_component import Component

from dashboard import ids
from dashboard.data import Row, View, records
from dashboard.words import (
    count,
    direction,
    hedge,
    known,
    period_of,
    product_name,
    safe_url,
    status_name,
    unit_name,
)
from etl.series import calendar_group
from etl.titles import metric_title

__all__ = ["MOST_ROWS", "claim_table", "table_caption", "table_rows", "table_size"]

MOST_ROWS = 2_000
"""Rows sent to the browser; the CSV has them all, and the caption says so."""

_HEADS = "Filters in the column heads narrow the table alone, not the charts or the CSV."

_ROW, _MOST_SHOWN, _SCROLLBAR = 40, 12, 18

_COLUMNS: list[dict[str, Any]] = [
    {"field": "measure", "headerName": "What is measured", "width": 190, "pinned": "left"},
    {"field": "who", "headerName": "Who", "width": 170},
    {"field": "period", "headerName": "Period", "width": 180, "comparator": {"function": "byPeriod"}},
    {"field": "written", "headerName": "As written", "width": 160},
    {"field": "hedge", "headerName": "Said as", "width": 140},
    {
        "field": "value",
        "headerName": "Value",
        "width": 150,
        "type": "numericColumn",
        "valueFormatter": {"function": "plainNumber(params.value)"},
    },
    {"field": "unit", "headerName": "Unit", "width": 100},
    {"field": "product", "headerName": "Goods", "width": 120},
    {"field": "status", "headerName": "Status", "width": 110},
    {"field": "publisher", "headerName": "Publisher", "width": 170},
    {"field": "published", "headerName": "Published", "width": 120},
    {"field": "title", "headerName": "Title", "width": 280, "tooltipField": "title"},
    {"field": "quote", "headerName": "Quote", "width": 460, "tooltipField": "quote"},
    {"field": "url", "headerName": "Original", "width": 120, "cellRenderer": "OriginalLink", "sortable": False},
]


def claim_table(view: View) -> Component:
    """The table of the view's claims; a row opens the sources of its figure."""
    grid: Component = dag.AgGrid(
        id=ids.TABLE,
        columnDefs=_COLUMNS,
        rowData=table_rows(view),
        defaultColDef={"sortable": True, "resizable": True, "filter": True, "suppressHeaderMenuButton": False},
        dashGridOptions={
            "rowHeight": _ROW,
            "headerHeight": _ROW,
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
            "tooltipShowDelay": 400,
            "suppressFieldDotNotation": True,
            "theme": {"function": "quietTheme(themeQuartz)"},
        },
        getRowId="params.data.claim",
        style=table_size(view),
    )
    return grid


def table_rows(view: View) -> list[dict[str, Any]]:
    """One row a claim, at most `MOST_ROWS`; values are plain JSON, missing ones None or empty."""
    claims = view.claims_at(stop=MOST_ROWS)
    return [_row(claim, calendar) for claim, calendar in zip(records(claims), calendar_group(claims), strict=True)]


def table_caption(view: View) -> str:
    """How many claims the table shows, where the rest is, and what the filters in its heads leave as it is."""
    total = view.claim_count
    if total > MOST_ROWS:
        return f"The first {MOST_ROWS:,} of {count(total, 'claim')}; the CSV has them all. {_HEADS}"
    return f"{count(total, 'claim')}. A row opens its sources. {_HEADS}"


def table_size(view: View) -> dict[str, str]:
    """The height that shows the rows there are, up to a dozen; the rest scroll."""
    rows = min(max(view.claim_count, 2), _MOST_SHOWN)
    return {"height": f"{(rows + 1) * _ROW + _SCROLLBAR}px", "width": "100%"}


def _row(claim: Row, calendar: str) -> dict[str, Any]:
    return {
        "claim": claim["claim_id"],
        "observation": claim["observation_id"],
        "measure": metric_title(claim["metric"]),
        "who": direction(claim),
        "period": period_of(claim, calendar),
        "period_start": _iso(claim["period_start"]),
        "written": claim["span_text"],
        "hedge": hedge(claim["qualifier"]),
        "value": float(claim["value"]),
        "unit": unit_name(claim["unit"]),
        "product": product_name(known(claim["product"])),
        "status": status_name(claim["status"]),
        "publisher": known(claim["publisher"]),
        "published": _iso(claim["published"]),
        "title": known(claim["title"]),
        "quote": claim["quote"],
        "url": safe_url(claim["url"]) or "",
    }


def _iso(day: pd.Timestamp) -> str:
    return "" if pd.isna(day) else f"{day:%Y-%m-%d}"
