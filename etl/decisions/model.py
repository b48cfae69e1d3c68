"""What a person did about a claim → a frozen decision that says all it needs to be applied, matched and undone."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

import pandas as pd

from etl.errors import DecisionError
from etl.frame import COLUMNS, DAY, NUMBER
from etl.model import read_day

__all__ = ["ACTIONS", "ACTS", "FIELDS", "Act", "Action", "Cell", "Decision", "new_id", "read_cells", "utc_now"]

Action = Literal["accept", "reject", "correct", "add", "undo"]
Act = Literal["accept", "reject", "correct", "add", "split", "merge", "undo"]
Cell = str | float | None

ACTIONS: Final[tuple[Action, ...]] = ("accept", "reject", "correct", "add", "undo")
"""What a decision does to a claim: it holds, it is gone, it has other values, it is new; or a decision is undone."""

ACTS: Final[tuple[Act, ...]] = ("accept", "reject", "correct", "add", "split", "merge", "undo")
"""What a person did: a split corrects a claim and adds others at its place, a merge accepts one and rejects others."""

FIELDS: Final[tuple[str, ...]] = (
    *("metric", "product", "reporter", "partner", "parties", "kind", "value", "value_upper", "unit", "qualifier"),
    *("status", "period_start", "period_end", "period_label", "period_granularity", "period_calendar"),
    *("period_bound", "comparison_start", "comparison_end", "attribution"),
)
"""The columns of a claim that a person may correct; where it stands in its document, nobody may."""

PLACE: Final = ("quote", "quote_start", "quote_end", "span_text", "span_start", "span_end", "page")
"""What an added claim says beside the `FIELDS`: its place in the document."""

_BY_NAME: Final = {column.name: column for column in COLUMNS}
_NOTHING: Final[Mapping[str, Cell]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry of the log.

    `act` is what the person did and `action` what it does to this claim; the decisions of one act have one `together`.
    `seen` are the `FIELDS` as the extractor gave them, `decided` what they are instead (of an added claim all, and its
    place). `saw` names every decision about this claim that had been made and not undone: those are superseded.
    `undoes` is the `together` of the act that an undo takes back. `made` is in UTC.
    """

    id: str
    made: dt.datetime
    who: str
    act: Act
    action: Action
    together: str
    claim_id: str
    document_id: str
    document_sha256: str
    span_start: int
    span_end: int
    seen: Mapping[str, Cell] = field(default_factory=dict)
    decided: Mapping[str, Cell] = field(default_factory=dict)
    reason: str = ""
    saw: tuple[str, ...] = ()
    undoes: str | None = None

    def __post_init__(self) -> None:
        """Raise `DecisionError` for what can be no decision."""
        _expect(self.act in ACTS and self.action in ACTIONS, f"a decision that {self.act}s and {self.action}s a claim")
        _expect(bool(self.who.strip()), "a decision without the name of who made it")
        _expect(self.made.tzinfo is not None, "a decision at a time without a time zone")
        _expect((self.action == "undo") == (self.undoes is not None), "an undo that names no act, or another that does")
        _expect(self.action != "correct" or bool(self.decided), "a correction that corrects nothing")
        allowed = {*FIELDS, *PLACE} if self.action == "add" else {*FIELDS}
        unknown = sorted({*self.seen, *self.decided} - allowed)
        _expect(not unknown, f"a decision about {', '.join(unknown)}, which no claim has or nobody may change")
        object.__setattr__(self, "seen", MappingProxyType(read_cells(self.seen)))
        object.__setattr__(self, "decided", MappingProxyType(read_cells(self.decided)))

    @property
    def asserts(self) -> Mapping[str, Cell]:
        """The fields that the decision says are so: of an accepted claim all, of a corrected one the corrected ones."""
        if self.action == "accept":
            return {**self.seen, **self.decided}
        return self.decided if self.action in {"correct", "add"} else _NOTHING


def new_id() -> str:
    """32 hexadecimal digits that no other decision has, on any machine (RFC 9562, version 4)."""
    return uuid.uuid4().hex


def utc_now() -> dt.datetime:
    """Now, in UTC."""
    return dt.datetime.now(dt.UTC)


def read_cells(cells: Mapping[str, object]) -> dict[str, Cell]:
    """Cells of a claim in plain form: numbers, texts, days as YYYY-MM-DD, None where there is nothing.

    Raises `DecisionError` for a cell that its column cannot hold.

    >>> read_cells({"value": 5, "metric": "exports", "period_start": dt.date(2017, 1, 1), "product": float("nan")})
    {'value': 5.0, 'metric': 'exports', 'period_start': '2017-01-01', 'product': None}
    """
    return {name: _cell(name, cell) for name, cell in cells.items()}


def _cell(name: str, cell: Any) -> Cell:  # noqa: ANN401  of a frame, of JSON or of a form
    column = _BY_NAME[name]
    if pd.isna(cell) or cell == "":
        _expect(not column.required, f"a claim without {name.replace('_', ' ')}")
        return None
    if column.dtype == NUMBER:
        return _number(name, cell)
    if column.dtype == DAY:
        day = read_day(cell)
        _expect(day is not None, f"{cell!r} as {name.replace('_', ' ')}; give a day such as 2023-06-30")
        return str(day)
    if column.dtype != "str":
        return int(str(cell))
    text = str(cell)
    _expect(not column.values or text in column.values, f"{text!r} as {name}; it is one of {', '.join(column.values)}")
    return text


def _number(name: str, cell: object) -> float:
    try:
        number = float(str(cell))
    except ValueError:
        number = math.nan
    _expect(math.isfinite(number), f"{cell!r} as {name.replace('_', ' ')}; give a number such as 500000000")
    return number


def _expect(holds: bool, instead: str) -> None:  # noqa: FBT001  a sentence: expect(this, instead of that)
    if not holds:
        message = f"the log cannot take {instead}"
        raise DecisionError(message)
