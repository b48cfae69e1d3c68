"""The whole run on one screen: paths → documents → claims → store."""

from __future__ import annotations

import datetime as dt
import math
import os
from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.decisions import Decision, DecisionLog, log_of
from etl.engine import Engine, Rescue, map_parts, uninterrupted
from etl.errors import DocumentError
from etl.evaluation import Evaluation
from etl.evaluation import evaluate as compare
from etl.extract import extractor_version
from etl.frame import TEXT, Column, claim_rows, claims_to_frame, typed
from etl.gold import read_gold
from etl.lexicon import in_use, using
from etl.lexicon.own import read_lexicon
from etl.model import Document, read_day
from etl.own_gold import OwnEvaluation, OwnGold, evaluate_own, own_gold
from etl.reading import Ending, Job, Names, Outcome, PartRead, divide, lose, parts_of, read_document, read_part
from etl.report import Progress, RunReport, Tally, lines_to
from etl.sources import (
    Failure,
    Item,
    Limits,
    Piece,
    count_units,
    find_sources,
    read_field,
    read_item,
    read_items,
    split,
)
from etl.sources.places import real
from etl.store import DOCUMENT_COLUMNS, Rows, Store, join_rows
from etl.titles import slug

__all__ = [
    "Failure",
    "Limits",
    "Progress",
    "RunReport",
    "bundled_documents",
    "claims_by_name",
    "decided_gold",
    "evaluate",
    "evaluate_decisions",
    "extract_claims",
    "read_document",
    "read_one",
    "run",
]

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]

# What is in one commit, and what a killed run can lose: documents, and bytes of their rows.
_BATCH = 4_000
_BATCH_BYTES = 64_000_000
# A document whole; of which other it is a copy takes long to find, and matters to no claim.
_DOCUMENT = (*(column for column in DOCUMENT_COLUMNS if column.name != "copy_of"), Column("text", TEXT, "its text"))
# Characters of a title in the name of a file.
_NAME = 40
# A single name with one of these is a pattern.
_WILD = frozenset("*?[")


def run(  # noqa: PLR0913  where to read, where to keep, where to work, and what to tell
    paths: Paths,
    store: str | os.PathLike[str] = "store",
    engine: Engine = "local",
    scheduler: str | None = None,
    jobs: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    lexicon: str | os.PathLike[str] | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    report: str | os.PathLike[str] | None = None,
    remove_missing: bool = False,
) -> RunReport:
    """Read the documents under `paths`, extract their claims, keep both in `store`, and report what was done.

    Documents the store has already are skipped; a changed one replaces its earlier text; one that is no longer there
    stays, or with `remove_missing` goes. One bad document never stops the run: it is in `RunReport.failed`. `columns`
    says which column of a dump holds which field, `limits` what one document may cost; `lexicon` is a folder of tables
    whose rows are added to ours. `progress` is called as the work goes on; `report` is a file to which a line of JSON a
    document is written, or "-" for the output. Raises `LexiconError` for a wrong table, `StoreError` for a store that
    is not ours, `ExportError` for a report that cannot be written, `EngineError` where the work cannot run; what was
    read until then, or until Ctrl+C, is kept.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.txt").write_text("Kenya's tea exports to Egypt were worth $250 million in 2023.")
    ...     done = run(f"{folder}/a.txt", f"{folder}/store")
    >>> done.read, done.claims, done.failures
    (1, 1, 0)
    """
    with using(read_lexicon(lexicon)), lines_to(report) as lines:
        target = Store.create_or_open(store)
        work = _Run(target, Tally(uuid4().hex[:12], lines, target.version), progress or _ignore)
        job = Job(extractor_version(), target.known(), in_use(), limits or Limits(), columns or {})
        total = work.count(paths) if progress else None
        parts = parts_of(work.pieces(paths, job))
        rescue = Rescue(divide, lose)
        results = map_parts(read_part, parts, job, rescue=rescue, engine=engine, scheduler=scheduler, jobs=jobs)
        try:
            for result in results:
                work.take(result)
                work.show("reading", total)
        finally:  # what was read is kept when the work cannot go on or a person stops the run
            with uninterrupted(), closing(results):
                work.commit()
        work.settle(paths, remove=remove_missing)
        work.show("tidying", total)
        target.tidy()
        return work.tally.report(target)


@dataclass(slots=True)
class _Run:
    """A run as it goes on: what was read and is not yet committed, and the places that were seen."""

    store: Store
    tally: Tally
    tell: Callable[[Progress], None]
    rows: list[Rows] = field(default_factory=list)
    waiting: list[Outcome] = field(default_factory=list)
    bytes: int = 0
    held: int = 0
    seen: array[int] = field(default_factory=lambda: array("Q"))
    unread: set[str] = field(default_factory=set)
    names: Names = field(default_factory=Names)

    def pieces(self, paths: Paths, job: Job) -> Iterator[Piece]:
        """The pieces of all sources, in order; a path that cannot be read is counted."""
        for found in find_sources(paths):
            if isinstance(found, Failure):
                self.tally.fail(found)
            else:
                yield from split(found, columns=job.columns, limits=job.limits)

    def count(self, paths: Paths) -> int:
        """How many units of work there are, told to whoever watches."""
        total = 0
        for found in find_sources(paths):
            if not isinstance(found, Failure):
                total += count_units(found)
                self.tell(Progress("finding", pieces=total))
        return total

    def show(self, phase: str, total: int | None) -> None:
        """Tell how far the run has come."""
        self.tell(self.tally.progress(phase, len(self.waiting), total))

    def take(self, result: PartRead) -> None:
        """Count what needs no commit, and commit when enough is there."""
        result = self.names.settle(result)
        self.tally.pieces += result.pieces
        self.unread.update(result.unread)
        self.seen.extend(outcome.key for outcome in result.outcomes if outcome.key)
        self.held += sum(1 for outcome in result.outcomes if outcome.key and outcome.outcome != "failed")
        self.tally.count(outcome for outcome in result.outcomes if not _is_new(outcome))
        self.waiting += filter(_is_new, result.outcomes)
        if result.rows:
            self.rows.append(result.rows)
            self.bytes += sum(table.nbytes for table in result.rows.values())
        if len(self.waiting) >= _BATCH or self.bytes >= _BATCH_BYTES:
            self.commit()

    def commit(self) -> None:
        """Commit what was read, and count it."""
        if not self.rows:
            return
        self.show("committing", None)
        rows, waiting, self.rows, self.waiting, self.bytes = self.rows, self.waiting, [], [], 0
        with uninterrupted():
            done = self.store.commit(join_rows(rows), run=self.tally.run)
            self.tally.count(_settled(outcome, done.copies) for outcome in waiting)

    def settle(self, paths: Paths, *, remove: bool) -> None:
        """Count the documents of the store that lie under `paths` no longer, and with `remove` take them out.

        Where a folder or a container could not be read to its end, nothing is known to be missing from it.
        """
        stored = self.store.count("document") + self.store.count("copy")
        if self.tally.unfound or stored == self.held:
            return
        gone = [place for place in self.store.absent(_roots(paths), self._seen()) if not self._is_unread(place.place)]
        if remove and gone:
            self.store.remove(gone, run=self.tally.run)
        ending: Ending = "removed" if remove else "missing"
        self.tally.count(Outcome(place.source or place.place, ending, place.document_id) for place in gone)

    def _seen(self) -> npt.NDArray[np.uint64]:
        return np.frombuffer(self.seen, np.uint64) if self.seen else np.empty(0, np.uint64)

    def _is_unread(self, place: str) -> bool:
        return place in self.unread or place.partition("#")[0] in self.unread


def _ignore(progress: Progress) -> None:
    """Nobody watches."""


def _is_new(outcome: Outcome) -> bool:
    return outcome.outcome in ("read", "not read")


def _settled(outcome: Outcome, copies: frozenset[int]) -> Outcome:
    if outcome.key not in copies:
        return outcome
    return outcome._replace(outcome="copy", claims=0, mentions=0, reason=None)


def _roots(paths: Paths) -> list[str]:
    """The folders and files given by name; of a pattern it is not known what it had matched before."""
    given = [paths] if isinstance(paths, str | os.PathLike) else paths
    return [real(name) for name in (str(path) for path in given) if Path(name).exists() or not set(name) & _WILD]


def read_one(
    place: str, *, columns: Mapping[str, str] | None = None, limits: Limits | None = None
) -> Document | Failure:
    """The one document at `place`; of a container of many, the one named behind "#", as in "dump.jsonl#17"."""
    path, _, name = (place, "", "") if Path(place).exists() else place.rpartition("#")
    items = list(_items(path or place, columns, limits))
    wanted = [item for item in items if not name or item.source.endswith(f"#{name}")]
    if len(wanted) == 1:
        [one] = wanted
        return one if isinstance(one, Failure) else read_item(one, limits or Limits())
    some = ", ".join(item.source for item in items[:5] if isinstance(item, Item))
    return Failure(place, f"{len(wanted) or 'none'} of its {len(items):,} documents; name one of them: {some} …")


def _items(path: str, columns: Mapping[str, str] | None, limits: Limits | None) -> Iterator[Item | Failure]:
    for found in find_sources(path):
        if isinstance(found, Failure):
            yield found
            continue
        for piece in split(found, columns=columns, limits=limits):
            for item in read_items(piece, columns=columns, limits=limits):
                if isinstance(item, Item | Failure):
                    yield item


def extract_claims(
    text: str,
    *,
    title: str | None = None,
    publisher: str | None = None,
    published: dt.date | str | None = None,
    url: str | None = None,
    language: str = "en",
    lexicon: str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """The tidy frame of the claims in `text`, without a store; `published` is a date or "YYYY-MM-DD".

    Metadata that is None, or missing in a cell of pandas, is not known. A text in another language than English is not
    read: the frame is empty. `lexicon` is a folder of tables whose rows are added to ours. Raises `DocumentError` for a
    text or metadata that is none, a date or a language that there is not, `LexiconError` for a wrong table.

    >>> claims = extract_claims("Trade with Russia reached $1 billion last year.", published="2024-09-19")
    >>> claims[["value", "unit", "period_label", "quote_start", "quote_end"]].to_dict("records")
    [{'value': 1000000000.0, 'unit': 'USD', 'period_label': '2023', 'quote_start': 0, 'quote_end': 47}]
    """
    if not isinstance(text, str):
        message = f"the text must be a str, not {type(text).__name__}; for a file: read_documents(path)"
        raise DocumentError(message)
    given = {"title": title, "publisher": publisher, "published": published, "url": url, "language": language}
    fields = {name: _field(name, value) for name, value in given.items() if not _missing(value)}
    document = Document(text, **fields)  # type: ignore[arg-type]
    with using(read_lexicon(lexicon)):
        record = read_document(document)
        return claims_to_frame(document, record.claims, extractor_version=extractor_version())


def evaluate(
    gold: str | os.PathLike[str], split: str | None = None, lexicon: str | os.PathLike[str] | None = None
) -> Evaluation:
    """What the extractor finds in the annotated articles of the folder `gold`, against what a reader found in them.

    `split` chooses a list of its `split.json`; `lexicon` is a folder of tables whose rows are added to ours. Raises
    `GoldError` for articles that contradict themselves, `LexiconError` for a wrong table.
    """
    annotated = read_gold(gold, split)
    with using(read_lexicon(lexicon)):
        return compare(annotated, claims_by_name(annotated.documents))


def evaluate_decisions(
    store: str | os.PathLike[str] = "store", lexicon: str | os.PathLike[str] | None = None
) -> OwnEvaluation:
    """What the extractor of today finds in the texts that people decided about, against what they decided.

    The texts are those of the store, and are read again: what a change of the extractor, or the tables in the folder
    `lexicon`, make better or worse is seen at once. Raises `StoreError` where there is no store.
    """
    own, claims = _decided(store, lexicon)
    return evaluate_own(own, claims)


def decided_gold(store: str | os.PathLike[str] = "store", lexicon: str | os.PathLike[str] | None = None) -> OwnGold:
    """What people decided about the claims of a store, as annotated articles."""
    return _decided(store, lexicon)[0]


def _decided(store: str | os.PathLike[str], lexicon: str | os.PathLike[str] | None) -> tuple[OwnGold, pd.DataFrame]:
    """The gold that decisions make, and the claims that are found in its documents today."""
    decisions = DecisionLog(log_of(store)).read()
    documents = _documents_of(decisions, Store.open(store))
    with using(read_lexicon(lexicon)):
        claims = claims_by_name(documents)
    return own_gold(decisions, documents, claims), claims


def _documents_of(decisions: Iterable[Decision], store: Store) -> dict[str, Document]:
    """The documents that decisions speak of, by names a person can read and a file can have."""
    texts = sorted({decision.document_sha256 for decision in decisions})
    found = store.frame("document", _DOCUMENT, "document_sha256 IN (SELECT unnest(?))", (texts,))
    rows = found.astype(object).where(found.notna(), None).to_dict("records")
    return {_file_name(row): _stored(row) for row in rows}


def _file_name(row: Mapping[Hashable, Any]) -> str:
    return slug(str(read_day(row["published"]) or ""), (row["title"] or "")[:_NAME], row["document_id"][:8])


def _stored(row: Mapping[Hashable, Any]) -> Document:
    """A document as the store has it, but for the pages, which no claim depends on."""
    published, retrieved = (read_day(row[name]) for name in ("published", "retrieved"))
    title, publisher, author, url = (row[name] for name in ("title", "publisher", "author", "url"))
    return Document(row["text"], title, publisher, author, published, url, retrieved, row["language"], row["kind"])


def claims_by_name(documents: Mapping[str, Document]) -> pd.DataFrame:
    """The tidy frame of the claims of all `documents`, with a further column `doc`, their names."""
    found = [(name, read_document(document)) for name, document in documents.items()]
    rows = [
        (name, row)
        for name, record in found
        for row in claim_rows(record.document, record.claims, extractor_version=extractor_version())
    ]
    return typed([row for _, row in rows]).assign(doc=[name for name, _ in rows])


def bundled_documents() -> Path:
    """The folder of the documents that come with the package: the digests of the demonstration."""
    package = Path(__file__).parent
    inside = package / "bundled"
    return inside if inside.is_dir() else package.parent / "data" / "documents"


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def _field(name: str, value: object) -> str | dt.date:
    if name != "published" and not isinstance(value, str):
        message = f"{name} must be a str, not {type(value).__name__}"
        raise DocumentError(message)
    return read_field(name, str(value), "extract_claims")
