"""What all pages stand on: a store and the query of an address → what a page shows.

`Archive` keeps the newest `Version` of the store, whose claims are a `Snapshot`; `read_query` makes a `Selection` of an
address, and `Version.view` a `View` of that.
"""

from __future__ import annotations

from dashboard.data.archive import Archive, StillCheckingError, StillReadingError
from dashboard.data.checks import Checked, is_told
from dashboard.data.conditions import TABLE_COLUMNS, TableColumn, read_condition, read_order
from dashboard.data.desk import Desk
from dashboard.data.filters import Option, Options
from dashboard.data.place import figure_at
from dashboard.data.queue import REASONS, Queue
from dashboard.data.rows import Row, copies_among, records
from dashboard.data.snapshot import Snapshot
from dashboard.data.state import FACETS, NONE, PARAMETERS, Facet, Parameter, Selection, read_query, write_query
from dashboard.data.table import Column, Maker, table_rows
from dashboard.data.version import Version
from dashboard.data.view import CHARTS_A_PAGE, Chart, Shown, Sources, View

__all__ = [
    "CHARTS_A_PAGE",
    "FACETS",
    "NONE",
    "PARAMETERS",
    "REASONS",
    "TABLE_COLUMNS",
    "Archive",
    "Chart",
    "Checked",
    "Column",
    "Desk",
    "Facet",
    "Maker",
    "Option",
    "Options",
    "Parameter",
    "Queue",
    "Row",
    "Selection",
    "Shown",
    "Snapshot",
    "Sources",
    "StillCheckingError",
    "StillReadingError",
    "TableColumn",
    "Version",
    "View",
    "copies_among",
    "figure_at",
    "is_told",
    "read_condition",
    "read_order",
    "read_query",
    "records",
    "table_rows",
    "write_query",
]
