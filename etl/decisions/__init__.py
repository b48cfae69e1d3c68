"""What people decided about claims: an append-only log, and the claims as the decisions leave them."""

from __future__ import annotations

from etl.decisions.applying import REVIEW_COLUMNS, REVIEWS, Reviewed, Stale, review
from etl.decisions.log import DecisionLog, log_of
from etl.decisions.model import ACTIONS, ACTS, FIELDS, Decision
from etl.decisions.standing import Ruling, rule
from etl.decisions.tables import DECISION_COLUMNS, from_lines, from_table, to_lines, to_table

__all__ = [
    "ACTIONS",
    "ACTS",
    "DECISION_COLUMNS",
    "FIELDS",
    "REVIEWS",
    "REVIEW_COLUMNS",
    "Decision",
    "DecisionLog",
    "Reviewed",
    "Ruling",
    "Stale",
    "from_lines",
    "from_table",
    "log_of",
    "review",
    "rule",
    "to_lines",
    "to_table",
]
