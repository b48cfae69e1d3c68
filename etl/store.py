"""Documents with their claims and mentions → one Delta table, and the table → frames.

One table holds the three kinds of record, so that a commit, which is atomic for a table, brings a document together
with its claims and mentions. It is partitioned by kind of record and by one of 16 buckets of the document's id; readers
query its Parquet files with DuckDB, at one version. A commit replaces rows by `replaceWhere`: Delta's own merge and
delete write `string_view` columns, which other Parquet readers refuse. Days are stored as dates, so that any Delta
reader opens the table.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote

import duckdb
import pandas as pd
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from etl.citation import verify
from etl.errors import DayError, DocumentError, StoreError
from etl.frame import COLUMNS, Column, check_frame, claim_rows, typed
from etl.model import Claim, Document, Mention, read_day
from etl.series import observe

__all__ = [
    "DOCUMENT_COLUMNS",
    "MENTION_COLUMNS",
    "READ",
    "Proof",
    "Record",
    "Store",
    "check_records",
    "fingerprint",
    "load_claims",
    "load_documents",
    "load_mentions",
    "load_series",
    "load_text",
    "prove",
]

StoreLike: TypeAlias = "str | os.PathLike[str] | Store"
Day: TypeAlias = dt.date | str

TEXT, DAY, OFFSET = "str", "datetime64[us]", "int64"

DOCUMENT_COLUMNS: tuple[Column, ...] = (
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

MENTION_COLUMNS: tuple[Column, ...] = (
    Column("document_id", TEXT, "the document it stands in", required=True),
    Column("span_text", TEXT, "the number exactly as in the document", required=True),
    Column("span_start", OFFSET, "offset of its first character, in code points", required=True),
    Column("span_end", OFFSET, "offset after its last character", required=True),
    Column("reason", TEXT, "why it did not become a claim", required=True),
)

# The status of a document whose text was read; any other says why it was not.
READ = "read"

_NAME, _SCHEMA = "trade-figures", "1"
_MARK = {"tradeFigures.schema": _SCHEMA}
_BUCKETS = 16
# Two runs that touch the same documents conflict, and the later one must look again; five looks outlast any pair.
_ATTEMPTS = 5
# 48 partitions with more than four files each made every query 3 to 8 times slower.
_SMALL_FILES = 200

_COLOUR = re.compile(r"\x1b\[\d*m")
_BACKTRACE = re.compile(r"\n\s*(?:stack backtrace:|\d+: )")
_SYSTEM_ERROR = re.compile(r'Os \{.*message: "(.*)" \}')
# delta-rs reads these in a folder's name as parts of a URL: it fails, or writes elsewhere.
_UNUSABLE = re.compile("[\\[\\]^|\\\\\x00-\x1f\x7f\ud800-\udfff]|%[0-9A-Fa-f]{2}")
_DOCUMENT_ID = re.compile("[0-9a-f]{16}")

# A claim has a kind and a status of its own, so in the one table a document's have other names.
_OWN_NAMES = {"kind": "document_kind", "status": "document_status"}
_HIDDEN = ("source_key", "fingerprint", "text")
_ARROW = {"str": pa.string(), "float64": pa.float64(), "int64": pa.int64(), DAY: pa.date32()}


def _table_schema() -> pa.Schema:
    fields = {"record": pa.string(), "bucket": pa.int32()}
    fields |= {column.name: _ARROW[column.dtype] for column in (*COLUMNS, *MENTION_COLUMNS)}
    fields |= {_OWN_NAMES.get(column.name, column.name): _ARROW[column.dtype] for column in DOCUMENT_COLUMNS}
    return pa.schema(list((fields | dict.fromkeys(_HIDDEN, pa.string())).items()))


_TABLE = _table_schema()


@dataclass(frozen=True, slots=True)
class Record:
    """What a run found in one document. `key` names the place the text came from: a later text replaces an earlier."""

    document: Document
    key: str
    status: str = READ
    claims: tuple[Claim, ...] = ()
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """How many claims were compared with their documents, and what was wrong with those that do not hold."""

    claims: int
    breaches: tuple[tuple[str, str], ...]


class Store:
    """The table of documents, claims and mentions in the folder `path`, which may be given as a file:// address.

    A `Store` stays at the version it was opened at, so whatever is read through it belongs together.
    """

    def __init__(self, table: DeltaTable, path: str) -> None:
        self._table, self.path = table, path

    @classmethod
    def open(cls, path: str | os.PathLike[str] = "store") -> Store:
        """The store at `path` at its latest version.

        Raises `StoreError` where there is no store, or where the folder or table is not one of trade-figures.
        """
        name = str(path)
        table = _open_table(name)
        if table is None:
            message = f"no store at {name}; run: trade-figures extract PATH --store {name}"
            raise StoreError(message)
        return cls(table, name)

    @classmethod
    def create_or_open(cls, path: str | os.PathLike[str] = "store") -> Store:
        """The store at `path`, made where there is none; a folder with other things in it is left alone.

        Raises `StoreError` for a folder, file or table that is not ours, and where nothing can be written.
        """
        name = str(path)
        table = _open_table(name)
        _check_rights(name)
        return cls(table or _create_table(name), name)

    @property
    def version(self) -> int:
        """The version that is read; each commit makes the next."""
        return self._table.version()

    def fingerprints(self) -> dict[str, frozenset[str]]:
        """Place → the fingerprints of the documents read there: what a run need not read again."""
        rows = self._query("document", "source_key, list(fingerprint)", "true GROUP BY source_key").fetchall()
        return {key: frozenset(marks) for key, marks in rows}

    def commit(self, records: Sequence[Record], *, extractor_version: str) -> int:
        """Write `records` in one atomic commit and return its version; the store then is at that version.

        A record replaces what the store has of the same document, and what was read earlier at the same place. Raises
        `StoreError` when other runs keep changing the same documents, or nothing can be written.
        """
        rows = _to_arrow(records, extractor_version)
        _check_room(self.path, rows.nbytes)
        for attempt in range(_ATTEMPTS):
            try:
                self._replace(rows, {record.document.id for record in records} | self._outdated(records))
            except CommitFailedError:
                time.sleep(0.1 * 2**attempt)
                self._table = DeltaTable(_address(self.path))
            except (OSError, DeltaError) as error:
                raise StoreError(_unwritable(self.path, error)) from error
            else:
                self._table = DeltaTable(_address(self.path))
                return self.version
        message = (
            f"other runs keep changing {self.path}; run again when they have ended, nothing written before is lost"
        )
        raise StoreError(message)

    def tidy(self) -> None:
        """Join small files where there are many, and remove those no reader of the last seven days can need."""
        if len(self._table.file_uris()) <= _SMALL_FILES:
            return
        try:
            self._table.optimize.compact()
            self._table.vacuum(dry_run=False)
        except CommitFailedError:
            return  # another run is writing; the next one joins the files
        self._table = DeltaTable(_address(self.path))

    def frame(
        self,
        record: str,
        columns: Sequence[Column],
        where: str = "true",
        values: Sequence[object] = (),
        *,
        bucket: int | None = None,
    ) -> pd.DataFrame:
        """The records of one kind ("claim", "document", "mention") as a frame of `columns`, in a stable order.

        `where` is an SQL condition over the table's columns, with a `?` for each of `values`.
        """
        names = [_stored_name(record, column.name) for column in columns]
        chosen = ", ".join(f'"{name}"' for name in names)
        ordered = f"({where}) ORDER BY published, document_id, span_start"
        frame = self._query(record, chosen, ordered, values, bucket).to_arrow_table().to_pandas(date_as_object=False)
        return typed(frame.set_axis([column.name for column in columns], axis=1), columns)

    def count(self, record: str) -> int:
        """How many records of one kind ("claim", "document", "mention") there are."""
        return int(self._query(record, "count(*)").fetchall()[0][0])

    def text(self, document_id: str) -> str:
        """The text of a document; raises `StoreError` where the store has no such document."""
        known = _DOCUMENT_ID.fullmatch(document_id)
        place = ("document_id = ?", (document_id,), _bucket(document_id) if known else None)
        found = self._query("document", "text", *place).fetchall()
        if not found:
            message = f"no document {document_id} in {self.path}; load_documents() lists what there is"
            raise StoreError(message)
        return str(found[0][0])

    def texts(self, bucket: int) -> dict[str, str]:
        """Document id → text, of one of the 16 buckets."""
        return dict(self._query("document", "document_id, text", bucket=bucket).fetchall())

    def _outdated(self, records: Sequence[Record]) -> set[str]:
        keys = [record.key for record in records]
        found = self._query("document", "document_id", "source_key IN (SELECT unnest(?))", (keys,))
        return {document_id for (document_id,) in found.fetchall()}

    def _replace(self, rows: pa.Table, ids: Iterable[str]) -> None:
        chosen = sorted(ids)
        buckets = ", ".join(str(bucket) for bucket in sorted({_bucket(document_id) for document_id in chosen}))
        names = ", ".join("'" + document_id.replace("'", "''") + "'" for document_id in chosen)
        predicate = f"bucket IN ({buckets}) AND document_id IN ({names})"
        write_deltalake(self._table, rows, mode="overwrite", predicate=predicate)

    def _query(
        self, record: str, chosen: str, where: str = "true", values: Sequence[object] = (), bucket: int | None = None
    ) -> duckdb.DuckDBPyRelation:
        files = self._files(record, bucket)
        # A table without files has no schema for DuckDB to read; an empty Arrow table has.
        empty = _TABLE.empty_table()  # noqa: F841  DuckDB finds it by its name
        origin = "read_parquet(?, hive_partitioning = false)" if files else "empty"
        query = f"SELECT {chosen} FROM {origin} WHERE {where}"  # noqa: S608  names of columns and conditions of ours
        # A cursor of DuckDB's own connection: starting another engine takes longer than most queries.
        try:
            return duckdb.cursor().sql(query, params=[files, *values] if files else [*values]).materialize()
        except duckdb.Error as error:
            message = f"the store at {self.path} is damaged: {_cause(error)}; extract the documents into a new --store"
            raise StoreError(message) from error

    def _files(self, record: str, bucket: int | None) -> list[str]:
        place = f"record = '{record}'" + ("" if bucket is None else f" AND bucket = {bucket}")
        files = self._table.file_uris(file_pruning_predicate=place)
        # delta-rs gives a local path as the path of a URL: a space in a folder's name comes as %20.
        return [unquote(file) for file in files]


def load_claims(store: StoreLike = "store", as_of: Day | None = None) -> pd.DataFrame:
    """The tidy frame of all claims, columns and dtypes of `COLUMNS`, by day of publication, document and place.

    `as_of` keeps what was published on or before that day; a document without a date is then left out. Raises
    `DayError` for a day that is none, `StoreError` where there is no store or where it is damaged.
    """
    opened = _opened(store)
    if as_of is None:
        return opened.frame("claim", COLUMNS)
    return opened.frame("claim", COLUMNS, "published <= ?", (_day(as_of),))


def load_documents(store: StoreLike = "store") -> pd.DataFrame:
    """One row a document, the columns of `DOCUMENT_COLUMNS`; those in another language are there with their status."""
    return _opened(store).frame("document", DOCUMENT_COLUMNS)


def load_mentions(store: StoreLike = "store") -> pd.DataFrame:
    """One row a number that was seen and not used, with the reason: the columns of `MENTION_COLUMNS`."""
    return _opened(store).frame("mention", MENTION_COLUMNS)


def load_text(store: StoreLike, document_id: str) -> str:
    """The text of a document, which the offsets of its claims count in."""
    return _opened(store).text(document_id)


def load_series(
    store: StoreLike = "store",
    *,
    metric: str | None = None,
    parties: str | Iterable[str] | None = None,
    product: str | None = None,
    status: str | None = None,
    as_of: Day | None = None,
) -> pd.DataFrame:
    """The observations of the claims that have this metric, these parties, this product and status.

    `parties` are ISO 3166 codes in any order, as a list or as "PAK;RUS". The columns are `OBSERVATION_COLUMNS` of
    `etl.series`.
    """
    claims = load_claims(store, as_of)
    wanted = {"metric": metric, "parties": _joined(parties), "product": product, "status": status}
    for column, value in wanted.items():
        if value is not None:
            claims = claims[claims[column] == value]
    return observe(claims)


def prove(store: StoreLike = "store") -> Proof:
    """Compare every claim of the store with the text of its document, character by character."""
    opened, count, breaches = _opened(store), 0, []
    for bucket in range(_BUCKETS):
        texts = opened.texts(bucket)
        claims = opened.frame("claim", COLUMNS, bucket=bucket)
        count += len(claims)
        breaches += [(row["claim_id"], wrong) for row in claims.to_dict("records") if (wrong := _wrong(row, texts))]
    return Proof(count, tuple(breaches))


def fingerprint(document: Document, extractor_version: str) -> str:
    """16 hexadecimal digits that change with the text, the metadata or the extractor, so the document is read again.

    >>> fingerprint(Document("Trade reached $1 billion."), "0.1.0")
    '05c436be55e61856'
    """
    days = (document.published, document.retrieved)
    parts = (document.id, document.title, document.author, *map(str, days), document.language, document.kind)
    stated = json.dumps([*parts, dict(document.basis), extractor_version], sort_keys=True)
    return hashlib.sha256(stated.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _wrong(row: Mapping[Any, object], texts: Mapping[str, str]) -> str | None:
    text = texts.get(str(row["document_id"]))
    if text is None:
        return f"the store has no document {row['document_id']}"
    if hashlib.sha256(text.encode()).hexdigest() != row["document_sha256"]:
        return f"the text of document {row['document_id']} is not the one that was read: its SHA-256 differs"
    return verify(text, row)


def check_records(records: Sequence[Record], extractor_version: str) -> list[dict[str, object]]:
    """The rows of all claims of `records`; raises `DocumentError` where one breaks the contract of the tidy table."""
    from pandera.errors import SchemaErrors  # noqa: PLC0415  0.4 s that only a run that writes should pay

    claims = [row for record in records for row in _claim_rows(record, extractor_version)]
    try:
        check_frame(typed(claims))
    except SchemaErrors as error:
        first = error.failure_cases.iloc[0]
        message = (
            f"a claim breaks the contract of the table: {first['column']}, {first['check']}: {first['failure_case']}"
        )
        raise DocumentError(message) from error
    return claims


def _to_arrow(records: Sequence[Record], extractor_version: str) -> pa.Table:
    claims = check_records(records, extractor_version)
    rows = [*claims, *(_document_row(record, extractor_version) for record in records)]
    rows += [row for record in records for row in _mention_rows(record)]
    return pa.Table.from_pylist(rows, _TABLE)


def _claim_rows(record: Record, extractor_version: str) -> Iterator[dict[str, object]]:
    place = {"record": "claim", "bucket": _bucket(record.document.id)}
    rows = claim_rows(record.document, record.claims, extractor_version=extractor_version)
    return ({**row, **place} for row in rows)


def _mention_rows(record: Record) -> Iterator[dict[str, object]]:
    place = {"record": "mention", "bucket": _bucket(record.document.id), "document_id": record.document.id}
    for mention in record.mentions:
        span = {"span_text": mention.text, "span_start": mention.start, "span_end": mention.end}
        yield {**place, **span, "reason": mention.reason}


def _document_row(record: Record, extractor_version: str) -> dict[str, object]:
    document = record.document
    return {
        "record": "document",
        "bucket": _bucket(document.id),
        "document_id": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "author": document.author,
        "published": document.published,
        "url": document.url,
        "retrieved": document.retrieved,
        "language": document.language,
        "document_kind": document.kind,
        "source": document.source,
        "document_status": record.status,
        "basis": json.dumps(dict(document.basis), sort_keys=True),
        "characters": len(document.text),
        "claims": len(record.claims),
        "mentions": len(record.mentions),
        "document_sha256": document.sha256,
        "extractor_version": extractor_version,
        "source_key": record.key,
        "fingerprint": fingerprint(document, extractor_version),
        "text": document.text,
    }


def _stored_name(record: str, column: str) -> str:
    return _OWN_NAMES.get(column, column) if record == "document" else column


def _bucket(document_id: str) -> int:
    return int(document_id[:4], 16) % _BUCKETS


def _opened(store: StoreLike) -> Store:
    return store if isinstance(store, Store) else Store.open(store)


def _joined(parties: str | Iterable[str] | None) -> str | None:
    if parties is None:
        return None
    return ";".join(sorted(parties.split(";") if isinstance(parties, str) else parties))


def _day(day: Day) -> dt.date:
    if (found := read_day(day)) is None:
        message = f"as_of must be a day as YYYY-MM-DD, for example 2024-09-19, not {day!r}"
        raise DayError(message)
    return found


def _address(path: str) -> str:
    return str(_folder(path).absolute())


def _folder(path: str) -> Path:
    scheme, separator, rest = path.partition("://")
    if not separator:
        return Path(path)
    if scheme == "file":
        return Path(unquote(rest))
    message = f"{path}: a store is a folder of this machine, {scheme}:// is not supported; choose another --store"
    raise StoreError(message)


def _open_table(path: str) -> DeltaTable | None:
    """The table at `path`, None where a new one may be made; `StoreError` where something else is."""
    if not _may_be_store(_folder(path)):
        return None
    try:
        table = DeltaTable(_address(path))
    except TableNotFoundError:
        return None
    except (OSError, DeltaError) as error:
        message = f"the store at {path} cannot be read: {_cause(error)}; choose another --store"
        raise StoreError(message) from error
    _check_mark(table, path)
    return table


def _may_be_store(folder: Path) -> bool:
    if found := _UNUSABLE.search(folder.absolute().as_posix()):
        message = f"a store cannot be kept in {folder}: its path has {found[0]!r}; choose another --store"
        raise StoreError(message)
    try:
        inside = {entry.name for entry in folder.iterdir()} if folder.exists() else set()
    except NotADirectoryError as error:
        message = f"{folder} is a file, not a trade-figures store; choose another --store"
        raise StoreError(message) from error
    except OSError as error:
        message = f"{folder} cannot be read: {error.strerror}; choose another --store"
        raise StoreError(message) from error
    if inside and "_delta_log" not in inside:
        message = f"{folder} holds other files and is not a trade-figures store; choose another --store"
        raise StoreError(message)
    return bool(inside)


def _check_mark(table: DeltaTable, path: str) -> None:
    metadata = table.metadata()
    if metadata.name != _NAME:
        message = f"{path} is a Delta table, but not a trade-figures store; choose another --store"
        raise StoreError(message)
    if (found := metadata.configuration.get(*_MARK)) != _SCHEMA:
        message = f"{path} was made by another version (schema {found}, here {_SCHEMA}); extract into a new --store"
        raise StoreError(message)


def _create_table(path: str) -> DeltaTable:
    try:
        return DeltaTable.create(
            _address(path),
            _TABLE,
            mode="ignore",
            partition_by=["record", "bucket"],
            name=_NAME,
            description="Documents, their claims and mentions; made by trade-figures",
            configuration=_MARK,
            raise_if_key_not_exists=False,
        )
    except (OSError, DeltaError) as error:
        raise StoreError(_unwritable(path, error)) from error


def _check_rights(path: str) -> None:
    """Said before the work begins: delta-rs would find out when it is done, and panic on its own threads."""
    folder = _folder(path)
    if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
        raise StoreError(_unwritable(path, PermissionError("Permission denied")))


def _check_room(path: str, size: int) -> None:
    """Said before anything is written, for the same reason; Parquet needs less than the `size` of rows in memory."""
    free = shutil.disk_usage(_folder(path)).free
    if free < size:
        raise StoreError(_unwritable(path, OSError(f"{size:,} bytes to write, {free:,} are free")))


def _unwritable(path: str, error: Exception) -> str:
    return f"cannot write to {path}: {_cause(error)}; free space there, or choose another --store"


def _cause(error: Exception) -> str:
    """The innermost cause, which delta-rs prints in the last line before a backtrace, behind a coloured arrow."""
    lines = _BACKTRACE.split(_COLOUR.sub("", str(error)))[0].split("\n")
    cause = next((line.strip(" ↳") for line in reversed(lines) if line.strip(" ↳")), type(error).__name__)
    system = _SYSTEM_ERROR.search(cause)
    return (system[1] if system else cause).rstrip(".")
