"""Documents with their claims and mentions → rows for the store: one Arrow table a kind of record, checked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.copies import sketch
from etl.errors import DocumentError
from etl.frame import COLUMNS, Column, claim_rows
from etl.model import Claim, Document, Mention
from etl.reference import REFERENCE_COLUMNS

__all__ = [
    "DOCUMENT_COLUMNS",
    "MENTION_COLUMNS",
    "READ",
    "SCHEMAS",
    "STORED_COLUMNS",
    "Record",
    "Rows",
    "drop_documents",
    "join_rows",
    "place_key",
    "plain",
    "reference_rows",
    "signed",
    "to_rows",
]

Rows: TypeAlias = Mapping[str, pa.Table]
"""Kind of record ("document", "claim", "mention", "copy") → its rows, in the columns of `SCHEMAS`."""

TEXT, DAY, OFFSET = "str", "datetime64[us]", "int64"

STORED_COLUMNS: tuple[Column, ...] = (
    Column("document_id", TEXT, "16 hexadecimal digits from url, publisher and text", required=True),
    Column("title", TEXT, "title of the document"),
    Column("publisher", TEXT, "who published it"),
    Column("author", TEXT, "its author"),
    Column("published", DAY, "day of publication"),
    Column("url", TEXT, "address of the original"),
    Column("retrieved", DAY, "day the text was fetched"),
    Column("language", TEXT, "language of the document, BCP 47", required=True),
    Column("kind", TEXT, "article, or digest: another publisher's figures in its own words", required=True),
    Column("source", TEXT, "where the text was read: a path relative to the folder that was given"),
    Column("status", TEXT, "read, or why it was not", required=True),
    Column("basis", TEXT, "JSON object: metadata field → where it was found", required=True),
    Column("characters", OFFSET, "length of the text, in code points", required=True),
    Column("claims", OFFSET, "claims found in it", required=True),
    Column("mentions", OFFSET, "numbers seen in it and not used", required=True),
    Column("document_sha256", TEXT, "SHA-256 of the text in UTF-8", required=True),
    Column("extractor_version", TEXT, "version of the extractor that read it", required=True),
)
# Which document is a copy of which is found when they are loaded: it depends on all of them.
DOCUMENT_COLUMNS = (
    *STORED_COLUMNS,
    Column("copy_of", TEXT, "document_id of the first document with its text, where another publisher had it before"),
)

MENTION_COLUMNS: tuple[Column, ...] = (
    Column("document_id", TEXT, "the document it stands in", required=True),
    Column("span_text", TEXT, "the number exactly as in the document", required=True),
    Column("span_start", OFFSET, "offset of its first character, in code points", required=True),
    Column("span_end", OFFSET, "offset after its last character", required=True),
    Column("reason", TEXT, "why it did not become a claim", required=True),
)

# The status of a document whose text was read; any other says why it was not.
READ = "read"

_ARROW = {"str": pa.string(), "float64": pa.float64(), "int64": pa.int64(), "Int64": pa.int64(), DAY: pa.date32()}
# Where a text was read, which people do not see: its absolute path or address, 64 bits of that, and what lay there.
# Delta has no unsigned numbers: the 64 bits are kept as a signed one.
_PLACE = [pa.field("place", pa.string()), pa.field("source_key", pa.int64()), pa.field("fingerprint", pa.int64())]


def _schema(columns: Sequence[Column], *hidden: pa.Field) -> pa.Schema:
    return pa.schema([*(pa.field(column.name, _ARROW[column.dtype]) for column in columns), *hidden])


SCHEMAS: Mapping[str, pa.Schema] = {
    "document": _schema(STORED_COLUMNS, *_PLACE, pa.field("text", pa.string()), pa.field("sketch", pa.binary())),
    "claim": _schema(COLUMNS),
    "mention": _schema(MENTION_COLUMNS),
    "copy": pa.schema([pa.field("document_id", pa.string()), pa.field("source", pa.string()), *_PLACE]),
    # The document_id, by which all files of the table are sorted and found, is the dataset_id.
    "reference": _schema(REFERENCE_COLUMNS, pa.field("document_id", pa.string()), *_PLACE),
}


# The kinds of record that a run brings with its documents.
_OF_DOCUMENTS = ("document", "claim", "mention", "copy")


@dataclass(frozen=True, slots=True)
class Record:
    """What a run found in one document.

    `place` is the absolute path or address the text came from: a later text replaces an earlier one. `fingerprint`
    (64 bits) stands for all that lay there and for the extractor: what has it need not be read again.
    """

    document: Document
    place: str
    fingerprint: int
    status: str = READ
    claims: tuple[Claim, ...] = ()
    mentions: tuple[Mention, ...] = ()


def to_rows(records: Iterable[Record], extractor_version: str) -> Rows:
    """The rows of `records`; one whose document an earlier one has already is a row of "copy" and no more.

    Raises `DocumentError` where a claim breaks the contract of the tidy table.
    """
    firsts: dict[str, Record] = {}
    copies = [_copy_row(record) for record in records if firsts.setdefault(record.document.id, record) is not record]
    sketches = sketch(record.document.text for record in firsts.values())
    documents = [
        _document_row(record, extractor_version) | {"sketch": made}
        for record, made in zip(firsts.values(), sketches, strict=True)
    ]
    claims = [
        row
        for record in firsts.values()
        for row in claim_rows(record.document, record.claims, extractor_version=extractor_version)
    ]
    mentions = [row for record in firsts.values() for row in _mention_rows(record)]
    rows = {"document": documents, "claim": claims, "mention": mentions, "copy": copies}
    tables = {kind: _table(kind, found) for kind, found in rows.items()}
    _check_claims(tables["claim"])
    return tables


def reference_rows(figures: pd.DataFrame, place: str, fingerprint: int) -> pa.Table:
    """The rows of official figures (`REFERENCE_COLUMNS`) that were read at `place`.

    `fingerprint` (64 bits) stands for the file, for what was said of it, and for the version that read it.
    """
    hidden: dict[str, Any] = {
        "place": plain(place),
        "source_key": signed(place_key(place)),
        "fingerprint": signed(fingerprint),
    }
    rows = figures.assign(document_id=figures["dataset_id"], **hidden)
    return pa.Table.from_pandas(rows, SCHEMAS["reference"], preserve_index=False)


def join_rows(parts: Iterable[Rows]) -> Rows:
    """The rows of all `parts` in order; a document that an earlier part has already is a row of "copy" and no more."""
    seen: set[str] = set()
    joined: dict[str, list[pa.Table]] = {kind: [SCHEMAS[kind].empty_table()] for kind in _OF_DOCUMENTS}
    for part in parts:
        ids = part["document"]["document_id"].to_pylist()
        for kind, table in without_documents(part, seen.intersection(ids)).items():
            joined[kind].append(table)
        seen.update(ids)
    return {kind: pa.concat_tables(tables) for kind, tables in joined.items()}


def without_documents(rows: Rows, ids: Iterable[str]) -> Rows:
    """`rows` with the documents of `ids` turned into rows of "copy"."""
    chosen = pa.array(sorted(ids), pa.string())
    if not len(chosen):
        return rows
    here = {kind: pc.is_in(table["document_id"], value_set=chosen) for kind, table in rows.items() if kind != "copy"}
    copies = rows["document"].filter(here["document"]).select(SCHEMAS["copy"].names)
    kept = {kind: rows[kind].filter(pc.invert(mask)) for kind, mask in here.items()}
    return {**kept, "copy": pa.concat_tables([rows["copy"], copies])}


def drop_documents(rows: Rows, ids: Iterable[str]) -> Rows:
    """`rows` without any of the documents of `ids`."""
    chosen = pa.array(sorted(ids), pa.string())
    return {
        kind: table.filter(pc.invert(pc.is_in(table["document_id"], value_set=chosen))) for kind, table in rows.items()
    }


def place_key(place: str) -> int:
    """64 bits that stand for the place a text was read at.

    >>> place_key("/news/a.txt")
    18010027367734136891
    """
    return _bits(place.encode("utf-8", "surrogatepass"))


def plain(place: str) -> str:
    r"""A place as the table keeps it: the bytes of a file's name that are no UTF-8 are written out.

    >>> plain("/news/\udcff.txt")
    '/news/\\xff.txt'
    """
    return place.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def signed(bits: int) -> int:
    """An unsigned number of 64 bits as the signed one that the table keeps.

    >>> signed(2**64 - 1)
    -1
    """
    return bits - 2**64 if bits >= 2**63 else bits


def _bits(data: bytes) -> int:
    return int.from_bytes(hashlib.sha256(data).digest()[:8], "big")


def _table(kind: str, rows: Sequence[Mapping[str, object]]) -> pa.Table:
    try:
        return pa.Table.from_pylist(rows, SCHEMAS[kind])
    except (pa.ArrowException, TypeError, ValueError) as error:
        message = f"a {kind} breaks the contract of the table: {error}"
        raise DocumentError(message) from error


def _document_row(record: Record, extractor_version: str) -> dict[str, object]:
    document = record.document
    return {
        "document_id": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "author": document.author,
        "published": document.published,
        "url": document.url,
        "retrieved": document.retrieved,
        "language": document.language,
        "kind": document.kind,
        "source": document.source,
        "status": record.status,
        "basis": json.dumps(dict(document.basis), sort_keys=True),
        "characters": len(document.text),
        "claims": len(record.claims),
        "mentions": len(record.mentions),
        "document_sha256": document.sha256,
        "extractor_version": extractor_version,
        **_place(record),
        "text": document.text,
    }


def _copy_row(record: Record) -> dict[str, object]:
    return {"document_id": record.document.id, "source": record.document.source, **_place(record)}


def _place(record: Record) -> dict[str, object]:
    key = signed(place_key(record.place))
    return {"place": plain(record.place), "source_key": key, "fingerprint": signed(record.fingerprint)}


def _mention_rows(record: Record) -> Iterator[dict[str, object]]:
    for mention in record.mentions:
        span = {"span_text": mention.text, "span_start": mention.start, "span_end": mention.end}
        yield {"document_id": record.document.id, **span, "reason": mention.reason}


def _check_claims(claims: pa.Table) -> None:
    """What `etl.frame.check_frame` asks of a frame, here of columns: 0.3 ms where that takes 20."""
    for column in COLUMNS:
        cells = claims[column.name]
        if column.required:
            _refuse(claims, pc.is_null(cells, nan_is_null=True), f"{column.name}, not_nullable")
        if column.values:
            known = pc.is_in(cells, value_set=pa.array(column.values))
            _refuse(claims, pc.invert(known), f"{column.name}, isin({list(column.values)})")
    _refuse(claims, _repeated(claims["claim_id"]), "claim_id, field_uniqueness")
    _refuse(claims, pc.greater(claims["period_start"], claims["period_end"]), "period_start <= period_end")
    outside = pc.or_(
        pc.less(claims["span_start"], claims["quote_start"]), pc.greater(claims["span_end"], claims["quote_end"])
    )
    _refuse(claims, outside, "span inside quote")
    _refuse(claims, _unproved(claims), "quote[span] == span_text")


def _refuse(claims: pa.Table, breach: pa.ChunkedArray, rule: str) -> None:
    places = pc.indices_nonzero(pc.fill_null(breach, fill_value=False))
    if len(places):
        row = claims.slice(places[0].as_py(), 1).to_pylist()[0]
        column = rule.partition(",")[0]
        message = f"a claim breaks the contract of the table: {rule}: {row.get(column, row['span_text'])}"
        raise DocumentError(message)


def _repeated(ids: pa.ChunkedArray) -> pa.ChunkedArray:
    seen: set[str] = set()
    # set.add returns None: an id is marked where it was seen before.
    marks = [one in seen or bool(seen.add(one)) for one in ids.to_pylist()]  # type: ignore[func-returns-value]
    return pa.chunked_array([pa.array(marks, pa.bool_())])


def _unproved(claims: pa.Table) -> pa.ChunkedArray:
    starts = pc.subtract(claims["span_start"], claims["quote_start"]).to_pylist()
    places = zip(claims["quote"].to_pylist(), starts, claims["span_text"].to_pylist(), strict=True)
    marks = [quote[start : start + len(text)] != text for quote, start, text in places]
    return pa.chunked_array([pa.array(marks, pa.bool_())])
