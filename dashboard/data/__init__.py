"""What all pages stand on: a store and the query of an address → what a page shows."""

from __future__ import annotations

from dashboard.data.snapshot import (
    Archive,
    Chart,
    Option,
    Row,
    Snapshot,
    View,
    copies_among,
    count_options,
    count_years,
    records,
    select_claims,
)
from dashboard.data.state import FACETS, NONE, PARAMETERS, Facet, Parameter, Selection, read_query, write_query

__all__ = [
    "FACETS",
    "NONE",
    "PARAMETERS",
    "Archive",
    "Chart",
    "Facet",
    "Option",
    "Parameter",
    "Row",
    "Selection",
    "Snapshot",
    "View",
    "copies_among",
    "count_options",
    "count_years",
    "read_query",
    "records",
    "select_claims",
    "write_query",
]
