"""Object storage, by the rights and addresses that delta-rs takes from the environment → files for pyarrow and DuckDB.

DuckDB's own reader of object storage is an extension that it would have to fetch from the network.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.fs as pafs
from deltalake.fs import DeltaStorageHandler
from fsspec import AbstractFileSystem

__all__ = ["PROTOCOL", "bucket", "engine_for"]

PROTOCOL = "store"
# A file of so many bytes is read whole: as much comes in the time of one more question.
_AT_ONCE = 1_000_000


def bucket(root: str) -> pafs.FileSystem:
    """The files under an address such as s3://bucket/store."""
    return pafs.PyFileSystem(DeltaStorageHandler(root))


def engine_for(files: pafs.FileSystem, sizes: Mapping[str, int]) -> duckdb.DuckDBPyConnection:
    """A DuckDB that reads `files` by names such as store://record=claim/1.parquet; it holds them until it is closed.

    `sizes` are those of the files by their paths: the log knows them, and to ask takes as long as to read a small one.
    """
    engine = duckdb.connect()
    engine.register_filesystem(_Files(files, sizes))
    return engine


class _Files(AbstractFileSystem):  # type: ignore[misc]
    """What DuckDB asks of a file system: sizes, times and open files."""

    protocol = PROTOCOL
    cachable = False

    def __init__(self, files: pafs.FileSystem, sizes: Mapping[str, int]) -> None:
        super().__init__()
        self._files, self._sizes = files, sizes

    def info(self, path: str, **_: object) -> dict[str, Any]:
        return {"name": path, "size": self._sizes[self._strip_protocol(path)], "type": "file"}

    def modified(self, path: str) -> dt.datetime:  # noqa: ARG002  a file of the store never changes
        return dt.datetime.fromtimestamp(0, dt.UTC)

    def glob(self, path: str, **_: object) -> list[str]:
        return [path]

    def _open(self, path: str, *_: object, **__: object) -> pa.NativeFile:
        opened = self._files.open_input_file(path)
        if self._sizes[path] > _AT_ONCE:
            return opened
        with opened:
            return pa.BufferReader(opened.read())
