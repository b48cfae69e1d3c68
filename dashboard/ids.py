"""The names by which callbacks, scripts and tests find the parts of a page."""

from __future__ import annotations

from typing import Any

from dash import ALL

__all__ = ["part", "parts"]

LIVE = "live"
RELOAD = "reload"
NOTICE = "notice"

QUERY = "query"
SUMMARY = "summary"
RESULTS = "results"
PERIOD = "period"
AS_OF = "as-of"
AS_OF_SAID = "as-of-said"
SPREAD = "spread"
FILTERS = "filters"
FILTER_COUNT = "filter-count"

OPENED = "opened"
PANEL = "panel"

TABLE = "table"
GRID = "grid"
GRID_PLACE = "grid-place"
TABLE_CAPTION = "table-caption"
TABLE_FOUND = "table-found"
COLUMNS = "columns"
TABLE_FAULT = "table-fault"
OUTLETS = "outlets"

REVIEW = "review"
REVIEWED = "reviewed"
SKIPPED = "skipped"
DECIDE = "decide"
REASON = "reason"
FORM = "claim-form"
FIELD = "field"
PLACE = "place"
SELECTED = "selected"
SAME = "same"
SAID = "said"
DESK = "desk"
LOOK_AT = "look-at"

ADD_STAGE = "add-stage"
ADD_JOB = "add-job"
ADD_POLL = "add-poll"
ADD_ANSWER = "add-answer"

CHART = "chart"
GRAPH_PLACE = "graph-place"
NOTES = "notes"
LOOK = "look"
FACET = "facet"
BOXES = "boxes"
FIND = "find"
MORE = "more"
TOOLTIP = "tooltip"
SERIES_CHART = "series-chart"
SERIES_TOOLTIP = "series-tooltip"


def part(kind: str, index: int | str) -> dict[str, int | str]:
    """The id of one of several like parts, for Dash's pattern-matching callbacks.

    >>> part(CHART, 0)
    {'type': 'chart', 'index': 0}
    """
    return {"type": kind, "index": index}


def parts(kind: str, wildcard: Any = ALL) -> dict[str, Any]:  # noqa: ANN401  ALL or MATCH
    """The id that stands for all like parts, in callbacks."""
    return {"type": kind, "index": wildcard}
