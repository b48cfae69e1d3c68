"""What people decided about claims: an append-only log, and the claims as the decisions leave them."""

from __future__ import annotations

from etl.decisions.acts import Reviewer
from etl.decisions.applying import REVIEW_COLUMNS, REVIEWED_COLUMNS, REVIEWS, Reviewed, Stale, changed_fields, review
from etl.decisions.log import DecisionLog, log_of
from etl.decisions.matching import named_now
from etl.decisions.model import ACTIONS, ACTS, FIELDS, Cell, Decision, read_cells
from etl.decisions.standing import Ruling, rule, touched_since
from etl.decisions.tables import DECISION_COLUMNS, from_lines, from_table, to_lines, to_table

__all__ = [
    "ACTIONS",
    "ACTS",
    "DECISION_COLUMNS",
    "FIELDS",
    "REVIEWED_COLUMNS",
    "REVIEWS",
    "REVIEW_COLUMNS",
    "Cell",
    "Decision",
    "DecisionLog",
    "Reviewed",
    "Reviewer",
    "Ruling",
    "Stale",
    "changed_fields",
    "from_lines",
    "from_table",
    "log_of",
    "named_now",
    "read_cells",
    "review",
    "rule",
    "to_lines",
    "to_table",
    "touched_since",
]
