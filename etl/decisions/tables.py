"""Decisions ↔ a table for a spreadsheet and lines of JSON for a program; both give back exactly what went in."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from etl.decisions.model import ACTIONS, ACTS, Decision
from etl.errors import DecisionError
from etl.frame import OFFSET, TEXT, Column, typed

__all__ = ["DECISION_COLUMNS", "from_lines", "from_table", "to_lines", "to_table"]

DECISION_COLUMNS: Final[tuple[Column, ...]] = (
    Column("id", TEXT, "32 hexadecimal digits that no other decision has", required=True),
    Column("made", TEXT, "moment of the decision, UTC, ISO 8601", required=True),
    Column("who", TEXT, "who decided", required=True),
    Column("act", TEXT, "what the person did", values=ACTS, required=True),
    Column("action", TEXT, "what that does to this claim", values=ACTIONS, required=True),
    Column("together", TEXT, "the same for all decisions of one act", required=True),
    Column("claim_id", TEXT, "the claim that is decided about", required=True),
    Column("document_id", TEXT, "its document", required=True),
    Column("document_sha256", TEXT, "SHA-256 of the text of the document that was seen", required=True),
    Column("span_start", OFFSET, "offset of the figure's first character", required=True),
    Column("span_end", OFFSET, "offset after the figure's last character", required=True),
    Column("seen", TEXT, "the fields as the extractor gave them, JSON", required=True),
    Column("decided", TEXT, "the fields that are different, JSON", required=True),
    Column("reason", TEXT, "why, in the words of who decided"),
    Column("saw", TEXT, "the decisions about the claim that this one supersedes, JSON", required=True),
    Column("undoes", TEXT, "the act that an undo takes back"),
)
"""The columns of a table of decisions."""


def to_table(decisions: Iterable[Decision]) -> pd.DataFrame:
    """One row a decision, columns and dtypes of `DECISION_COLUMNS`."""
    return typed([_cells(each) for each in decisions], DECISION_COLUMNS)


def from_table(table: pd.DataFrame) -> list[Decision]:
    """The decisions of a table; raises `DecisionError` naming the row of one that is none."""
    missing = [column.name for column in DECISION_COLUMNS if column.required and column.name not in table]
    if missing:
        message = f"a table of decisions has the columns of `trade-figures decisions export`; {missing[0]} is missing"
        raise DecisionError(message)
    rows = typed(table, DECISION_COLUMNS).to_dict("records")
    return [_read(f"row {number}", {str(k): v for k, v in row.items()}) for number, row in enumerate(rows, 2)]


def to_lines(decisions: Iterable[Decision]) -> str:
    """One JSON object a line."""
    return "".join(f"{json.dumps(_plain(each), ensure_ascii=False)}\n" for each in decisions)


def from_lines(text: str) -> list[Decision]:
    """The decisions of lines of JSON; raises `DecisionError` naming the line of one that is none."""
    return [
        _read(f"line {number}", _object(number, line))
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip()
    ]


def _object(number: int, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as error:
        message = f"line {number} is no JSON: {error}"
        raise DecisionError(message) from error
    if not isinstance(found, dict):
        message = (
            f"line {number} is no decision; an object with the fields of `trade-figures decisions export` was expected"
        )
        raise DecisionError(message)
    return found


def _plain(decision: Decision) -> dict[str, Any]:
    """A decision as JSON has it."""
    cells = {column.name: getattr(decision, column.name) for column in DECISION_COLUMNS}
    cells["made"] = decision.made.astimezone(dt.UTC).isoformat()
    return {**cells, "seen": dict(decision.seen), "decided": dict(decision.decided), "saw": list(decision.saw)}


def _cells(decision: Decision) -> dict[str, Any]:
    """A decision as a table has it: what is nested as JSON."""
    plain = _plain(decision)
    nested = {name: json.dumps(plain[name], ensure_ascii=False) for name in ("seen", "decided", "saw")}
    return {**plain, **nested, "reason": decision.reason or None}


def _read(where: str, cells: Mapping[str, Any]) -> Decision:
    try:
        return Decision(**{name: _cell(name, cells.get(name)) for name in (column.name for column in DECISION_COLUMNS)})
    except (DecisionError, TypeError, ValueError, KeyError) as error:
        message = f"{where} is no decision: {error}"
        raise DecisionError(message) from error


def _cell(name: str, cell: Any) -> Any:  # noqa: ANN401  a cell of a file that anybody may have written
    if name in {"seen", "decided", "saw"}:
        value = json.loads(cell) if isinstance(cell, str) else cell
        return tuple(map(str, value)) if name == "saw" else dict(value)
    missing = cell is None or cell != cell  # noqa: PLR0124  NaN
    if name == "made":
        return dt.datetime.fromisoformat(str(cell))
    if name in {"span_start", "span_end"}:
        return int(cell)
    if missing:
        return "" if name == "reason" else None
    return str(cell)
