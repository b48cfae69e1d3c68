"""A part of the documents → its rows for the store, and what came of each document: the work of one worker."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import islice
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from etl.citation import verify
from etl.errors import DocumentError, EngineError
from etl.extract import extractor_version
from etl.frame import proof_of
from etl.lexicon import OURS, Lexicon, using
from etl.model import Document
from etl.sources import Failure, Item, Limits, Piece, Skipped, read_item, read_items
from etl.sources.guard import read_claims_guarded
from etl.store import READ, Record, Rows, drop_documents, place_key, to_rows

__all__ = [
    "Ending",
    "Job",
    "Names",
    "Outcome",
    "Part",
    "PartRead",
    "divide",
    "fingerprint",
    "lose",
    "parts_of",
    "read_document",
    "read_part",
]

Ending = Literal["read", "unchanged", "copy", "not read", "failed", "skipped", "removed", "missing"]

# A part is as much as keeps a worker busy for some tenths of a second: handing it over then costs nothing, and the
# progress bar moves steadily.
_PART_BYTES = 256_000
_PART_PIECES = 128
# What a document of another storage, which is not asked, may have.
_UNKNOWN_SIZE = 16_000
# Into so many a part is divided to find the document that kills its worker: each step costs one worker.
_FAN = 16
# Documents of a piece among which one is looked for; behind them the rest counts as one.
_MANY = _FAN**3
_LANGUAGE = "en"
_LIMITS = Limits()
_LONE = re.compile("[\ud800-\udfff]")
_NAMED_TWICE = (
    "another record of this file has the same name and another text, and only the first is kept; "
    "name a column that tells them apart with --column id=NAME, or leave one of them out"
)
_DIED = "the worker process died while reading it, perhaps for want of memory; read it alone, or leave it out"


class Outcome(NamedTuple):
    """What came of one document: a line of the run's report. `key` stands for its place, and is 0 where it has none.

    What is skipped is counted: `many` of them in a stretch of a container.
    """

    source: str
    outcome: Ending
    document_id: str | None = None
    claims: int = 0
    mentions: int = 0
    language: str | None = None
    reason: str | None = None
    key: int = 0
    many: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """What all workers of a run must know: `known` are the fingerprints of what need not be read again, sorted."""

    version: str
    known: npt.NDArray[np.uint64]
    lexicon: Lexicon = OURS
    limits: Limits = _LIMITS
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """The pieces that one worker reads in one go; of a single one perhaps only the documents `[start, stop)`."""

    pieces: tuple[Piece, ...]
    start: int = 0
    stop: int | None = None


@dataclass(frozen=True, slots=True)
class PartRead:
    """The rows of a part, what came of its documents, how far the run comes with it, and the places not wholly read."""

    rows: Rows
    outcomes: tuple[Outcome, ...]
    pieces: int
    unread: tuple[str, ...] = ()


def parts_of(pieces: Iterable[Piece]) -> Iterator[Part]:
    """The pieces in parts for a worker each, in order; a piece of a divided source is a part by itself."""
    held: list[Piece] = []
    size = 0
    for piece in pieces:
        weight = _weight(piece)
        if held and (size + weight > _PART_BYTES or len(held) == _PART_PIECES):
            yield Part(tuple(held))
            held, size = [], 0
        held.append(piece)
        size += weight
    if held:
        yield Part(tuple(held))


def read_part(part: Part, job: Job) -> PartRead:
    """The rows of what is new in a part, and what came of each of its documents, in order; runs in a worker.

    Raises `EngineError` where the worker has another version of the extractor than the one that handed out the work.
    """
    with using(job.lexicon):
        if (version := extractor_version()) != job.version:
            message = (
                f"a worker has version {version} of the extractor, this machine {job.version}; "
                "install the same trade-figures in the environment of every worker"
            )
            raise EngineError(message)
        unread: list[str] = []
        found = [_read(item, job) for item in _items(part, job, unread)]
        found, rows = _rows(found, job.version)
    outcomes = tuple(_outcome(one) if isinstance(one, Record) else one for one in found)
    return PartRead(rows, outcomes, _units(part), tuple(unread))


def read_document(document: Document, place: str = "", mark: int = 0, limits: Limits = _LIMITS) -> Record:
    """The claims and mentions of a document; of one in a language we do not read, only that it is there.

    Raises `DocumentError` for a text that cannot be stored, or whose claims take more than `limits`.
    """
    if not document.text.isascii() and (lone := _LONE.search(document.text)):
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


def fingerprint(item: Item, version: str) -> int:
    """64 bits that change with the place, the bytes or the metadata of `item`, or with the version of the extractor.

    >>> fingerprint(Item("a.txt", "/news/a.txt", b"Trade reached $1 billion."), "0.1.0")
    779805516820045934
    """
    stated = {where: dict(fields) for where, fields in item.stated.items() if fields}
    around = json.dumps([item.place, item.charset, stated, version], sort_keys=True)
    return int.from_bytes(blake2b(around.encode() + b"\n" + item.data, digest_size=8).digest(), "big")


def divide(part: Part) -> Sequence[Part]:
    """Smaller parts that are together `part`; none where it is one document."""
    if len(part.pieces) > 1:
        step = -(-len(part.pieces) // _FAN)
        return [Part(part.pieces[start : start + step]) for start in range(0, len(part.pieces), step)]
    stop = part.start + _MANY if part.stop is None else part.stop
    if stop - part.start == 1 or part.start >= _MANY:
        return ()
    step = -(-(stop - part.start) // _FAN)
    smaller = [replace(part, start=start, stop=start + step) for start in range(part.start, stop, step)]
    return smaller if part.stop is not None else [*smaller, replace(part, start=stop)]


def lose(part: Part) -> PartRead:
    """What stands in the place of a part that killed its worker."""
    failures = tuple(Outcome(_name(piece, part), "failed", reason=_DIED) for piece in part.pieces)
    return PartRead({}, failures, _units(part), tuple(piece.source.place for piece in part.pieces))


def _units(part: Part) -> int:
    return 0 if part.start else sum(piece.units for piece in part.pieces)


@dataclass(slots=True)
class Names:
    """The records of the file that is being read, by their places: of two that share one, only the first is kept.

    Together they would be kept, until one of them changes: then the store could not tell which of them it was. Parts
    come in the order of the file, so it is the same one whatever the parts.
    """

    _file: str = ""
    _documents: dict[int, str | None] = field(default_factory=dict)

    def settle(self, result: PartRead) -> PartRead:
        """`result` with a failure in the place of each record that has the name of another."""
        outcomes = tuple(map(self._settled, result.outcomes))
        if outcomes == result.outcomes:
            return result
        kept = {outcome.document_id for outcome in outcomes}
        lost = {one.document_id for one in result.outcomes if one.document_id and one.document_id not in kept}
        rows = drop_documents(result.rows, lost) if result.rows and lost else result.rows
        return replace(result, outcomes=outcomes, rows=rows)

    def _settled(self, outcome: Outcome) -> Outcome:
        file, sign, _ = outcome.source.partition("#")
        if not sign or not outcome.key or outcome.outcome == "failed":
            return outcome
        if file != self._file:
            self._file, self._documents = file, {}
        first = self._documents.setdefault(outcome.key, outcome.document_id)
        # The same text, or both as they were: nothing is lost.
        same = first == outcome.document_id
        return outcome if same else Outcome(outcome.source, "failed", reason=_NAMED_TWICE, key=outcome.key)


def _weight(piece: Piece) -> int:
    if piece.carried or piece.start or piece.end is not None:
        return _PART_BYTES
    try:
        return os.stat(piece.source.place).st_size  # noqa: PTH116  a third of the time of a Path
    except (OSError, ValueError):
        return _UNKNOWN_SIZE


def _items(part: Part, job: Job, unread: list[str]) -> Iterator[Item | Outcome]:
    for piece in part.pieces:
        found = read_items(piece, columns=job.columns, limits=job.limits)
        for item in islice(found, part.start, part.stop):
            if isinstance(item, Failure):
                unread.append(piece.source.place)
                yield Outcome(item.source, "failed", reason=item.reason)
            elif isinstance(item, Skipped):
                yield Outcome(item.source, "skipped", reason=item.what, many=item.count)
            else:
                yield item


def _read(item: Item | Outcome, job: Job) -> Record | Outcome:
    if isinstance(item, Outcome):
        return item
    key = place_key(item.place)
    try:
        mark = fingerprint(item, job.version)
        if _has(job.known, mark):
            return Outcome(item.source, "unchanged", key=key)
        document = read_item(item, job.limits)
        if isinstance(document, Failure):
            return Outcome(document.source, "failed", reason=document.reason, key=key)
        return read_document(document, item.place, mark, job.limits)
    except DocumentError as error:
        return Outcome(item.source, "failed", reason=str(error), key=key)
    except Exception as error:  # noqa: BLE001  whatever one document brings to light, the others are read
        reason = f"the extractor failed ({type(error).__name__}: {error}); please report it with this document"
        return Outcome(item.source, "failed", reason=reason, key=key)


def _has(known: npt.NDArray[np.uint64], mark: int) -> bool:
    place = int(known.searchsorted(np.uint64(mark)))
    return place < len(known) and int(known[place]) == mark


def _rows(found: list[Record | Outcome], version: str) -> tuple[list[Record | Outcome], Rows]:
    """The rows of the records; one that breaks the contract of the table becomes a failure, the others are kept."""
    records = [one for one in found if isinstance(one, Record)]
    if not records:
        return found, {}
    try:
        return found, to_rows(records, version)
    except DocumentError:
        checked = [_checked(one, version) for one in found]
        return checked, to_rows([one for one in checked if isinstance(one, Record)], version)


def _checked(one: Record | Outcome, version: str) -> Record | Outcome:
    if isinstance(one, Outcome):
        return one
    try:
        to_rows([one], version)
    except DocumentError as error:
        name = one.document.source or one.document.id
        return Outcome(name, "failed", reason=str(error), key=place_key(one.place))
    return one


def _outcome(record: Record) -> Outcome:
    document, is_read = record.document, record.status == READ
    return Outcome(
        document.source or document.id,
        "read" if is_read else "not read",
        document.id,
        len(record.claims),
        len(record.mentions),
        document.language,
        None if is_read else record.status.removeprefix("not read: "),
        place_key(record.place),
    )


def _name(piece: Piece, part: Part) -> str:
    """What people call the document, or the stretch of a container that could not be told apart further."""
    first, last = part.start + 1, part.stop
    if last is None and not part.start and piece.end is None and not piece.start:
        return piece.source.name
    records = f"record {first}" if last == first else f"records {first} to {last or 'the last'}"
    return f"{piece.source.name}, {records}{f' behind byte {piece.start:,}' if piece.start else ''}"
