"""The log of decisions: an SQLite file that only grows. What `append` has returned from is on the disk."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from etl.beside import beside
from etl.decisions.model import Decision
from etl.errors import DecisionError

__all__ = ["DecisionLog", "log_of"]

_FORMAT: Final = 1
# Seconds that a reviewer waits for others who are writing; a commit takes a few milliseconds.
_PATIENCE: Final = 30.0

_TABLE: Final = """
CREATE TABLE decision (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    made TEXT NOT NULL,
    who TEXT NOT NULL,
    act TEXT NOT NULL,
    action TEXT NOT NULL,
    together TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    document_sha256 TEXT NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    seen TEXT NOT NULL,
    decided TEXT NOT NULL,
    reason TEXT NOT NULL,
    saw TEXT NOT NULL,
    undoes TEXT
) STRICT;
CREATE TRIGGER no_change BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER no_loss BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
"""
_COLUMNS: Final = (
    *("id", "made", "who", "act", "action", "together", "claim_id", "document_id", "document_sha256"),
    *("span_start", "span_end", "seen", "decided", "reason", "saw", "undoes"),
)
_INSERT: Final = f"INSERT INTO decision ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM decision"  # noqa: S608  names of our own


def log_of(store: str | os.PathLike[str]) -> Path:
    """Where the decisions about the claims of a store are.

    >>> log_of("data/store").as_posix()
    'data/store.decisions.sqlite'
    """
    return beside(store, "decisions.sqlite")


class DecisionLog:
    """The decisions in the file at `path`; there is none before the first decision.

    Several programs may write at once. Nothing is ever changed or deleted: the file itself refuses it. Raises
    `DecisionError`, with the next step, where the file cannot be read or written; what was in it stays.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def read(self, after: int = 0) -> list[Decision]:
        """Every decision but the first `after`, in the order in which they came into this log."""
        if not self.path.exists():
            return []
        with self._open(writing=False) as connection:
            if _is_empty(connection):
                return []
            rows = connection.execute(f"{_SELECT} ORDER BY number LIMIT -1 OFFSET ?", (after,))
            return [_decision(row) for row in rows]

    def __len__(self) -> int:
        """How many decisions there are: cheap to ask, and it grows whenever something is decided."""
        if not self.path.exists():
            return 0
        with self._open(writing=False) as connection:
            if _is_empty(connection):
                return 0
            return int(connection.execute("SELECT count(*) FROM decision").fetchone()[0])

    def append(self, decisions: Sequence[Decision]) -> int:
        """Add decisions, all or none, and return how many are new: one that the log has already counts as added.

        Raises `DecisionError` where the log has another decision of the same id.
        """
        if not decisions:
            return 0
        with self._open(writing=True) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                new = [each for each in decisions if _is_new(connection, each)]
                connection.executemany(_INSERT, map(_row, new))
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        return len(new)

    def back_up(self, path: str | os.PathLike[str]) -> int:
        """Copy the log into one file, also while others write, and return how many decisions are in it."""
        target = Path(path)
        if target.exists():
            message = f"{target} is there already; a backup never replaces a file, choose another name"
            raise DecisionError(message)
        if not self.path.exists():
            message = f"there is no log of decisions at {self.path}; nothing was decided yet"
            raise DecisionError(message)
        with self._open(writing=False) as connection, _explained(target):
            copy = sqlite3.connect(target)
            try:
                connection.backup(copy)
                return int(copy.execute("SELECT count(*) FROM decision").fetchone()[0])
            finally:
                copy.close()

    @contextmanager
    def _open(self, *, writing: bool) -> Iterator[sqlite3.Connection]:
        with _explained(self.path):
            connection = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
            try:
                _expect_format(connection, self.path)
                if writing:
                    _prepare(connection)
                yield connection
            finally:
                connection.close()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        message = f"the log of decisions {path} cannot be used: {error}; {_next_step(str(error))}"
        raise DecisionError(message) from error


def _next_step(error: str) -> str:
    """What to do about an error of SQLite, in the words SQLite has for it."""
    steps = {
        "disk is full": "make room on the disk and decide again; what was decided before is kept",
        "readonly": "make the file and its folder writable, or give another log",
        "unable to open": "create its folder and make it writable, or give another log",
        "locked": "another program has held it for half a minute; end that one and decide again",
        "malformed": "restore it from a backup; the store is not touched",
        "not a database": "give the path of a log, or of a file that does not exist yet",
    }
    return next((step for words, step in steps.items() if words in error), "what was decided before is kept")


def _prepare(connection: sqlite3.Connection) -> None:
    """A write-ahead log lets others read meanwhile; with FULL each commit is on the disk before it is acknowledged."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    if connection.execute("PRAGMA user_version").fetchone()[0]:
        return
    connection.execute("BEGIN EXCLUSIVE")
    if not connection.execute("PRAGMA user_version").fetchone()[0]:
        for statement in _statements():
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version={_FORMAT}")
    connection.execute("COMMIT")


def _statements() -> list[str]:
    table, *triggers = _TABLE.split("CREATE TRIGGER")
    return [table, *(f"CREATE TRIGGER{trigger}" for trigger in triggers)]


def _is_empty(connection: sqlite3.Connection) -> bool:
    """Whether there is nothing in the file yet: somebody makes the log at this moment."""
    return not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def _expect_format(connection: sqlite3.Connection, path: Path) -> None:
    # In this order: another program may be making the log, whose tables and version come at once.
    is_empty = _is_empty(connection)
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found != _FORMAT and not is_empty:
        message = f"{path} is no log of decisions in format {_FORMAT} (it says {found}); give another path, or update"
        raise DecisionError(message)


def _is_new(connection: sqlite3.Connection, decision: Decision) -> bool:
    row = connection.execute(f"{_SELECT} WHERE id = ?", (decision.id,)).fetchone()
    if row is not None and _decision(row) != decision:
        message = f"the log has another decision {decision.id}; one of the two was changed by hand, nothing was added"
        raise DecisionError(message)
    return row is None


def _row(decision: Decision) -> tuple[Any, ...]:
    cells = {name: getattr(decision, name) for name in _COLUMNS}
    for name in ("seen", "decided"):
        cells[name] = json.dumps(dict(cells[name]), ensure_ascii=False)
    cells["made"], cells["saw"] = decision.made.astimezone(dt.UTC).isoformat(), json.dumps(decision.saw)
    return tuple(cells.values())


def _decision(row: Sequence[Any]) -> Decision:
    cells = dict(zip(_COLUMNS, row, strict=True))
    for name in ("seen", "decided", "saw"):
        cells[name] = json.loads(cells[name])
    cells["saw"], cells["made"] = tuple(cells["saw"]), dt.datetime.fromisoformat(cells["made"])
    return Decision(**cells)
