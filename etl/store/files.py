"""Rows → Parquet data files of the table, and data files → the relation that DuckDB queries."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.fs as pafs
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.transaction import AddAction, RemoveAction

from etl.store.folder import address, is_remote
from etl.store.rows import SCHEMAS

__all__ = ["DataFile", "Files", "data_files"]

# Rows of a row group, which is read whole for one document: 2 MB of texts, or as much of claims.
_ROW_GROUP = {"document": 1_000, "claim": 5_000, "mention": 20_000, "copy": 50_000, "reference": 20_000}
_ORDER = {
    "claim": ["document_id", "span_start"],
    "mention": ["document_id", "span_start"],
    "reference": ["document_id", "line"],
}
# In memory; zstd makes about a third of it, so that files stay below 64 MB.
_FILE_BYTES = 160_000_000


@dataclass(frozen=True, slots=True)
class DataFile:
    """A Parquet file of the table: its path inside, the kind of record it holds, and its documents' first and last."""

    path: str
    kind: str
    size: int
    rows: int
    first: str
    last: str

    def added(self, *, changed: bool) -> AddAction:
        """The entry of the log that makes it part of the table; not `changed` where it has rows of other files."""
        ends = {"minValues": {"document_id": self.first}, "maxValues": {"document_id": self.last}}
        stats = json.dumps({"numRecords": self.rows, **ends, "nullCount": {"document_id": 0}})
        return AddAction(self.path, self.size, {"record": self.kind}, _now(), changed, stats)

    def removed(self, *, changed: bool) -> RemoveAction:
        """The entry of the log that takes it out; the file stays for those who read an earlier version."""
        return RemoveAction(self.path, changed, _now(), self.size, {"record": self.kind})


def data_files(table: DeltaTable) -> tuple[DataFile, ...]:
    """The files of the table's version."""
    columns = ["path", "partition.record", "size_bytes", "num_records", "min.document_id", "max.document_id"]
    actions = pa.table(table.get_add_actions(flatten=True))
    if not actions.num_rows:
        return ()
    rows = zip(*(actions[name].to_pylist() for name in columns), strict=True)
    # Another program that joins our files need not say what is in them.
    files = (
        DataFile(path, kind, size, count, first or "", last or "g") for path, kind, size, count, first, last in rows
    )
    return tuple(sorted(files, key=attrgetter("kind", "first", "path")))


class Files:
    """The data files of the store at `path`, in a folder or on object storage, reached as delta-rs reaches them."""

    def __init__(self, path: str) -> None:
        self._root, self._remote = address(path), is_remote(path)
        self._system = _system(self._root, remote=self._remote)

    def write(self, kind: str, rows: pa.Table) -> list[DataFile]:
        """Write `rows`, sorted by document, as files that no version has yet."""
        ordered = rows.sort_by([(name, "ascending") for name in _ORDER.get(kind, ["document_id"])])
        size = -(-rows.num_rows // (rows.nbytes // _FILE_BYTES + 1)) or 1
        parts = (ordered.slice(start, size) for start in range(0, rows.num_rows, size))
        return [file for part in parts if (file := self._write(kind, [part]))]

    def rewrite(self, file: DataFile, column: str, gone: Sequence[object]) -> DataFile | None:
        """The file without the rows whose `column` is in `gone`, row group by row group; None where none is left."""
        return self._write(file.kind, self._without(file, column, gone))

    def join(self, files: Sequence[DataFile]) -> list[DataFile]:
        """The rows of several files of one kind, in as few new ones."""
        return self.write(files[0].kind, pa.concat_tables([self._read(file) for file in files]))

    def holding(self, files: Sequence[DataFile], column: str, values: Sequence[object]) -> list[DataFile]:
        """Those `files` that have a row whose `column` is one of `values`."""
        if not files or not values:
            return []
        names = {self._name(file): file for file in files}
        query = f"SELECT DISTINCT filename FROM read_parquet(?, filename = true) WHERE {column} IN (SELECT unnest(?))"  # noqa: S608  columns of ours
        return [names[name] for name in self._run(query, files, [list(names), values])["filename"].to_pylist()]

    def missing(self, files: Iterable[DataFile]) -> list[DataFile]:
        """Those `files` that are not there any more."""
        given = list(files)
        infos = self._system.get_file_info([file.path for file in given])
        return [file for file, info in zip(given, infos, strict=True) if not info.is_file]

    def discard(self, files: Iterable[DataFile]) -> None:
        """Delete files that were written and never became part of the table; those out of reach are for vacuum."""
        for file in files:
            with suppress(OSError):
                self._system.delete_file(file.path)

    def select(
        self, files: Sequence[DataFile], kind: str, chosen: str, where: str, values: Sequence[object]
    ) -> pa.Table:
        """The expressions `chosen` of the rows of `files`, all of one kind, that fulfil the condition `where`.

        Raises `duckdb.Error` where a file is damaged or gone.
        """
        query = f"SELECT {chosen} FROM {{}} WHERE {where}"  # noqa: S608  names of columns and conditions of ours
        if not files:  # DuckDB has no schema to read then; an empty Arrow table has one
            return self._run(query.format("empty"), files, values, empty=SCHEMAS[kind].empty_table())
        return self._run(query.format("read_parquet(?)"), files, [[self._name(file) for file in files], *values])

    def _write(self, kind: str, groups: Iterable[pa.Table]) -> DataFile | None:
        # A new name every time: one made from the content would come back with a text that was changed back, and
        # whoever clears away the old file would take the new one.
        path = f"record={kind}/{uuid.uuid4().hex}.parquet"
        full = (group for group in groups if group.num_rows)
        if (first := next(full, None)) is None:
            return None
        rows, ends = 0, []
        if not self._remote:
            self._system.create_dir(f"record={kind}")
        with self._system.open_output_stream(path) as out, _writer(out, kind) as writer:
            for group in (first, *full):
                writer.write_table(group, row_group_size=_ROW_GROUP[kind])
                rows += group.num_rows
                ends += pc.min_max(group["document_id"]).as_py().values()
        self._settle(path)
        return DataFile(path, kind, self._system.get_file_info(path).size, rows, min(ends), max(ends))

    def _settle(self, path: str) -> None:
        """A local file is on the disk before the log speaks of it: power may fail at any moment."""
        if not self._remote:
            with Path(self._root, path).open("rb") as written:
                os.fsync(written.fileno())

    def _without(self, file: DataFile, column: str, gone: Sequence[object]) -> Iterator[pa.Table]:
        values = pa.array(gone, SCHEMAS[file.kind].field(column).type)
        with self._open(file) as parquet:
            for number in range(parquet.num_row_groups):
                group = _own(file.kind, parquet.read_row_group(number))
                yield group.filter(pc.invert(pc.is_in(group[column], value_set=values)))

    def _read(self, file: DataFile) -> pa.Table:
        with self._open(file) as parquet:
            return _own(file.kind, parquet.read())

    def _open(self, file: DataFile) -> pq.ParquetFile:
        if not self._remote:
            return pq.ParquetFile(self._name(file), memory_map=True)
        # Read whole: each question to object storage takes as long as some megabytes.
        with self._system.open_input_file(file.path) as source:
            return pq.ParquetFile(pa.BufferReader(source.read_buffer()))

    def _name(self, file: DataFile) -> str:
        return f"store://{file.path}" if self._remote else f"{self._root}/{file.path}"

    def _run(self, query: str, files: Sequence[DataFile], values: Sequence[object], **tables: pa.Table) -> pa.Table:
        with self._engine(files) as engine:
            # It would draw its bar into the output of a command.
            engine.execute("SET enable_progress_bar = false")
            for name, table in tables.items():
                engine.register(name, table)
            return engine.sql(query, params=[*values]).to_arrow_table()

    def _engine(self, files: Sequence[DataFile]) -> duckdb.DuckDBPyConnection:
        if not self._remote:
            # A cursor of DuckDB's own connection: starting another engine takes longer than most queries.
            return duckdb.cursor()
        from etl.store.remote import engine_for  # noqa: PLC0415  most stores are folders

        return engine_for(self._system, {file.path: file.size for file in files})


def _system(root: str, *, remote: bool) -> pafs.FileSystem:
    if not remote:
        return pafs.SubTreeFileSystem(root, pafs.LocalFileSystem())
    from etl.store.remote import bucket  # noqa: PLC0415  as above

    return bucket(root)


def _writer(out: pa.NativeFile, kind: str) -> pq.ParquetWriter:
    return pq.ParquetWriter(out, SCHEMAS[kind], compression="zstd")


def _own(kind: str, rows: pa.Table) -> pa.Table:
    """The columns of a kind: another program that joins our files may have put in those of all."""
    return rows.select(SCHEMAS[kind].names).cast(SCHEMAS[kind])


def _now() -> int:
    return time.time_ns() // 1_000_000
