"""What came of each document → the report of a run: counts, failures, and a line a document where one is asked for."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from etl.errors import ExportError
from etl.reading import Outcome
from etl.sources import Failure
from etl.store import Store, count_copies

__all__ = ["Progress", "RunReport", "Tally", "lines_to"]

# Failures that a report keeps: more than anyone reads, and a million broken files do not fill the memory.
_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come. `pieces` of `total` are files, or stretches of a large dump.

    `phase` is "finding", "reading", "committing" or "tidying"; `total` is None while it is not known.
    """

    phase: str
    documents: int = 0
    pieces: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did, and what the store holds after it.

    `run` is its name in the history of the store. `documents` were met: `read` in this run, `unchanged` in the store
    already, `copies` of one with the same text, publisher and address, `other_language` kept without being read, and
    those that failed. `failures` is how many failed, paths that could not be read with them, and `failed` the first
    thousand. `skipped` lists what archives hold beside documents. `removed` and `missing` are places of documents that
    are no longer there: those taken out of the store, and those still in it. `claims` and `mentions` are those of the
    documents read. `stored_copies` of the documents that are stored are near-copies of another, which count with it as
    one source; None where the run changed nothing, so that they were not counted.
    """

    store: str
    run: str
    version: int
    documents: int
    read: int
    unchanged: int
    copies: int
    other_language: int
    failures: int
    failed: tuple[Failure, ...]
    skipped: tuple[Failure, ...]
    removed: int
    missing: int
    claims: int
    mentions: int
    stored_documents: int
    stored_claims: int
    stored_copies: int | None
    seconds: float


@dataclass(slots=True)
class Tally:
    """The counts of a run as it goes on; each outcome is written to `lines`, if there are any, and forgotten.

    `before` is the version of the store that the run began with.
    """

    run: str
    lines: TextIO | None = None
    before: int | None = None
    started: float = field(default_factory=time.perf_counter)
    pieces: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failed: list[Failure] = field(default_factory=list)
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)
    unfound: int = 0

    @property
    def documents(self) -> int:
        """The documents met until now, whatever came of them."""
        met = ("read", "unchanged", "copy", "not read", "failed")
        return sum(self.counts[name] for name in met) - self.unfound

    def count(self, outcomes: Iterable[Outcome]) -> None:
        """Count what came of documents, and write it down."""
        for outcome in outcomes:
            self.counts[outcome.outcome] += 1
            self.counts["claims"] += outcome.claims
            self.counts["mentions"] += outcome.mentions
            self._keep(outcome)
            if self.lines:
                self.lines.write(_line(outcome))

    def fail(self, failure: Failure) -> None:
        """Count a path that could not be read, which is no document."""
        self.unfound += 1
        self.count([Outcome(failure.source, "failed", reason=failure.reason)])

    def _keep(self, outcome: Outcome) -> None:
        reason = outcome.reason or ""
        if outcome.outcome == "failed" and len(self.failed) < _KEPT:
            self.failed.append(Failure(outcome.source, reason))
        if outcome.outcome == "skipped" and len(self.skipped) < _KEPT:
            self.skipped[outcome.source, reason] += outcome.many

    def progress(self, phase: str, waiting: int, total: int | None) -> Progress:
        """How far the run has come; `waiting` documents are read and not yet committed."""
        return Progress(phase, self.documents + waiting, self.pieces, total)

    def report(self, store: Store) -> RunReport:
        """The report of the run, which left `store` as it is."""
        return RunReport(
            store=store.path,
            run=self.run,
            version=store.version,
            documents=self.documents,
            read=self.counts["read"],
            unchanged=self.counts["unchanged"],
            copies=self.counts["copy"],
            other_language=self.counts["not read"],
            failures=self.counts["failed"],
            failed=tuple(self.failed),
            skipped=tuple(Failure(source, f"{many:,} {what}") for (source, what), many in self.skipped.items()),
            removed=self.counts["removed"],
            missing=self.counts["missing"],
            claims=self.counts["claims"],
            mentions=self.counts["mentions"],
            stored_documents=store.count("document"),
            stored_claims=store.count("claim"),
            stored_copies=None if store.version == self.before else count_copies(store),
            seconds=round(time.perf_counter() - self.started, 3),
        )


@contextmanager
def lines_to(path: str | os.PathLike[str] | None) -> Iterator[TextIO | None]:
    """The file for a line of JSON a document, the output for "-", None without a path.

    Raises `ExportError` where it cannot be written.
    """
    if path is None or str(path) == "-":
        yield sys.stdout if path else None
        return
    try:
        file = Path(path).open("w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115  closed below
    except OSError as error:
        message = f"cannot write {path}: {error.strerror}; choose another --report"
        raise ExportError(message) from error
    with file:
        yield file


def _line(outcome: Outcome) -> str:
    """The outcome as a line; what is skipped with its number."""
    reason = f"{outcome.many:,} {outcome.reason}" if outcome.many else outcome.reason
    line = {**outcome._asdict(), "reason": reason}
    return json.dumps({name: value for name, value in line.items() if name not in ("key", "many")}) + "\n"
