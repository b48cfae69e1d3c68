"""The whole run on one screen: paths → documents → claims → store."""

from __future__ import annotations

import datetime as dt
import math
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.citation import verify
from etl.engine import Engine, map_parts
from etl.errors import DocumentError
from etl.evaluation import Evaluation
from etl.evaluation import evaluate as compare
from etl.extract import extractor_version
from etl.frame import claim_rows, claims_to_frame, proof_of, typed
from etl.gold import read_gold
from etl.lexicon import Lexicon, in_use, using
from etl.lexicon.own import read_lexicon
from etl.model import Document
from etl.sources import Failure, Item, Limits, Skipped, Source, find_sources, read_field, read_item, read_items, split
from etl.sources.guard import read_claims_guarded
from etl.store import READ, Record, Store, fingerprint, to_rows

__all__ = ["Failure", "RunReport", "bundled_documents", "claims_by_name", "evaluate", "extract_claims", "run"]

# Files a worker reads in one go: enough that handing them over costs nothing, few enough for a steady progress bar.
_PART = 16
# Documents in one commit: what a killed run can lose, against the files that each commit adds.
_BATCH = 4_000
_LANGUAGE = "en"
_LIMITS = Limits()
_LONE = re.compile("[\ud800-\udfff]")

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did, and what the store holds after it.

    `read` counts the documents read in this run, `unchanged` those the store has already, `copies` those whose text,
    publisher and address another document of the run has, `other_language` those kept without being read. `claims` and
    `mentions` are those of the documents read.
    """

    store: str
    version: int
    documents: int
    read: int
    unchanged: int
    copies: int
    other_language: int
    failed: tuple[Failure, ...]
    claims: int
    mentions: int
    stored_documents: int
    stored_claims: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Part:
    """The files one worker reads, the fingerprints of what the store has, sorted, and the lexicon."""

    files: tuple[Source, ...]
    known: npt.NDArray[np.uint64]
    lexicon: Lexicon


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A document that the store has as it is."""

    document_id: str


Outcome = Record | Unchanged | Failure


def run(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    store: str | os.PathLike[str] = "store",
    engine: Engine = "local",
    scheduler: str | None = None,
    jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    lexicon: str | os.PathLike[str] | None = None,
) -> RunReport:
    """Read the documents under `paths`, extract their claims, keep both in `store`, and report what was done.

    Documents the store has already are skipped; a changed one replaces its earlier text. One bad document never stops
    the run: it is in `RunReport.failed`. `progress(done, total)` is called as files are done. `lexicon` is a folder of
    tables whose rows are added to ours. Raises `LexiconError` for a wrong table in it, `StoreError` for a store that is
    not ours, `EngineError` where the work cannot run; what was read until then, or until Ctrl+C, is kept.
    """
    tally = Tally(started=time.perf_counter())
    with using(read_lexicon(lexicon)):
        target = Store.create_or_open(store)
        files = tally.sift(find_sources(paths))
        batch: list[Record] = []
        try:
            for outcomes in map_parts(read_part, _parts(files, target), engine=engine, scheduler=scheduler, jobs=jobs):
                batch += tally.sift_outcomes(outcomes)
                if len(batch) >= _BATCH:
                    full, batch = batch, []
                    tally.count(_commit(full, target))
                if progress:
                    progress(tally.done, len(files))
        finally:  # what was read is kept when a worker dies or a person stops the run
            tally.count(_commit(batch, target))
        target.tidy()
        return tally.report(target)


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


def claims_by_name(documents: Mapping[str, Document]) -> pd.DataFrame:
    """The tidy frame of the claims of all `documents`, with a further column `doc`, their names."""
    found = [(name, read_document(document)) for name, document in documents.items()]
    rows = [
        (name, row)
        for name, record in found
        for row in claim_rows(record.document, record.claims, extractor_version=extractor_version())
    ]
    return typed([row for _, row in rows]).assign(doc=[name for name, _ in rows])


def read_part(part: Part) -> list[Outcome]:
    """What became of each file of a part, in order; runs in a worker."""
    with using(part.lexicon):
        return [outcome for source in part.files for outcome in _read_source(source, part.known)]


def read_document(document: Document, place: str = "", mark: int = 0, limits: Limits = _LIMITS) -> Record:
    """The claims and mentions of a document; of one in a language we do not read, only that it is there.

    Raises `DocumentError` for a text that cannot be stored, or whose claims take more than `limits`.
    """
    if lone := _LONE.search(document.text):
        message = f"the text has half a character (U+{ord(lone[0]):04X}) at {lone.start()}; decode it as UTF-8"
        raise DocumentError(message)
    if document.language.split("-")[0].lower() != _LANGUAGE:
        detected = " (detected)" if document.basis.get("language", "").startswith("detected") else ""
        return Record(document, place, mark, f"not read: language {document.language}{detected}")
    extraction = read_claims_guarded(document, limits)
    for claim in extraction.claims:
        if wrong := verify(document.text, proof_of(claim)):
            message = f"a claim does not prove itself: {wrong}; please report it with this document"
            raise DocumentError(message)
    return Record(document, place, mark, READ, tuple(extraction.claims), tuple(extraction.mentions))


def bundled_documents() -> Path:
    """The folder of the documents that come with the package: the digests of the demonstration."""
    package = Path(__file__).parent
    inside = package / "bundled"
    return inside if inside.is_dir() else package.parent / "data" / "documents"


@dataclass(slots=True)
class Tally:
    """The counts of a run as it goes on."""

    started: float
    done: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failed: list[Failure] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    copied: set[str] = field(default_factory=set)

    def sift(self, found: Iterable[Found | Failure]) -> list[Found]:
        """What is not a failure; the failures are kept for the report."""
        sound = []
        for item in found:
            if isinstance(item, Failure):
                self.failed.append(item)
            else:
                sound.append(item)
        return sound

    def sift_outcomes(self, outcomes: Sequence[Outcome]) -> list[Record]:
        """The records to commit: those the store has not."""
        self.done += len(outcomes)
        sound: list[Record | Unchanged] = self.sift(outcomes)
        for outcome in sound:
            self._look_at(outcome)
        return [outcome for outcome in sound if isinstance(outcome, Record)]

    def count(self, outcomes: Sequence[Record | Failure]) -> None:
        """Count what was committed, and what was refused."""
        for record in self.sift(outcomes):
            if record.place in self.copied:
                continue
            self.counts["read" if record.status == READ else "other_language"] += 1
            self.counts["claims"] += len(record.claims)
            self.counts["mentions"] += len(record.mentions)

    def report(self, store: Store) -> RunReport:
        """The report of the run, which left `store` as it is."""
        counted = ("read", "unchanged", "copies", "other_language", "claims", "mentions")
        return RunReport(
            store=store.path,
            version=store.version,
            documents=self.done,
            failed=tuple(self.failed),
            stored_documents=store.count("document"),
            stored_claims=store.count("claim"),
            seconds=round(time.perf_counter() - self.started, 3),
            **{name: self.counts[name] for name in counted},
        )

    def _look_at(self, outcome: Record | Unchanged) -> None:
        document_id = outcome.document.id if isinstance(outcome, Record) else outcome.document_id
        if document_id not in self.seen:
            self.seen.add(document_id)
            self.counts["unchanged"] += isinstance(outcome, Unchanged)
            return
        self.counts["copies"] += 1
        if isinstance(outcome, Record):
            self.copied.add(outcome.place)


def _parts(files: Sequence[Source], store: Store) -> list[Part]:
    known = store.known()
    return [Part(tuple(files[start : start + _PART]), known, in_use()) for start in range(0, len(files), _PART)]


def _read_source(source: Source, known: npt.NDArray[np.uint64]) -> Iterator[Outcome]:
    for piece in split(source):
        for item in read_items(piece):
            if not isinstance(item, Skipped):
                yield item if isinstance(item, Failure) else _read(item, known)


def _read(item: Item, known: npt.NDArray[np.uint64]) -> Outcome:
    try:
        document = read_item(item)
        if isinstance(document, Failure):
            return document
        mark = fingerprint(document, item.place, extractor_version())
        if _has(known, mark):
            return Unchanged(document.id)
        return read_document(document, item.place, mark)
    except DocumentError as error:
        return Failure(item.source, str(error))
    except Exception as error:  # noqa: BLE001  whatever one document brings to light, the others are read
        reason = f"the extractor failed ({type(error).__name__}: {error}); please report it with this document"
        return Failure(item.source, reason)


def _commit(records: Sequence[Record], store: Store) -> list[Record | Failure]:
    """Commit `records` at once; one whose claims break the contract of the table is a failure, the others are kept."""
    if not records:
        return []
    try:
        store.commit(to_rows(records, extractor_version()))
    except DocumentError:
        outcomes = [_checked(record) for record in records]
        sound = [outcome for outcome in outcomes if isinstance(outcome, Record)]
        store.commit(to_rows(sound, extractor_version()))
        return outcomes
    return list(records)


def _checked(record: Record) -> Record | Failure:
    try:
        to_rows([record], extractor_version())
    except DocumentError as error:
        return Failure(record.document.source or record.document.id, str(error))
    return record


def _has(known: npt.NDArray[np.uint64], mark: int) -> bool:
    place = int(np.searchsorted(known, np.uint64(mark)))
    return place < len(known) and int(known[place]) == mark


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def _field(name: str, value: object) -> str | dt.date:
    if name != "published" and not isinstance(value, str):
        message = f"{name} must be a str, not {type(value).__name__}"
        raise DocumentError(message)
    return read_field(name, str(value), "extract_claims")
