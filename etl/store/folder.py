"""A path or address → the Delta table there; what the storage library says of failures → one plain sentence."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable, Schema
from deltalake.exceptions import DeltaError, TableNotFoundError

from etl.errors import StoreError
from etl.store.rows import SCHEMAS

__all__ = [
    "TABLE",
    "address",
    "cause",
    "check_rights",
    "check_room",
    "create_table",
    "is_remote",
    "open_table",
    "unwritable",
    "widen",
]

_NAME, _SCHEMA = "trade-figures", "3"
_MARK = {"tradeFigures.schema": _SCHEMA}

_COLOUR = re.compile(r"\x1b\[\d*m")
_BACKTRACE = re.compile(r"\n\s*(?:stack backtrace:|\d+: )")
# What object storage answers is a page of XML on one line.
_ANSWER = re.compile(r"<Message>(.*?)</Message>")
_SYSTEM_ERROR = re.compile(r'Os \{.*message: "(.*)" \}')
# delta-rs reads these in a folder's name as parts of a URL: it fails, or writes elsewhere.
_UNUSABLE = re.compile("[\\[\\]^|\\\\\x00-\x1f\x7f\ud800-\udfff]|%[0-9A-Fa-f]{2}")


def _table_schema() -> pa.Schema:
    """The columns of all kinds of record; those of one name have one type."""
    fields = {"record": pa.string()}
    for schema in SCHEMAS.values():
        fields |= {field.name: field.type for field in schema}
    return pa.schema(list(fields.items()))


TABLE = _table_schema()


def widen(table: DeltaTable) -> None:
    """Give a table of an earlier version the columns it lacks, of kinds of record that are new since."""
    have = {field.name for field in table.schema().fields}
    lacking = pa.schema([field for field in TABLE if field.name not in have])
    if len(lacking):
        table.alter.add_columns(list(Schema.from_arrow(lacking).fields))


def is_remote(path: str) -> bool:
    """Whether `path` is an address of object storage.

    >>> is_remote("s3://bucket/store"), is_remote("file:///data/store"), is_remote("store")
    (True, False, False)
    """
    scheme, separator, _ = path.partition("://")
    return bool(separator) and scheme != "file"


def address(path: str) -> str:
    """What delta-rs opens: an absolute path, or the address of object storage without a slash at its end."""
    return path.rstrip("/") if is_remote(path) else str(_folder(path).absolute())


def open_table(path: str) -> DeltaTable | None:
    """The table at `path`, None where a new one may be made; `StoreError` where something else is."""
    if not is_remote(path) and not _may_be_store(_folder(path)):
        return None
    try:
        table = DeltaTable(address(path))
    except TableNotFoundError:
        return None
    except (OSError, DeltaError) as error:
        message = f"the store at {path} cannot be read: {cause(error)}; choose another --store"
        raise StoreError(message) from error
    _check_mark(table, path)
    return table


def create_table(path: str) -> DeltaTable:
    """A new table at `path`, or the one that another run has just made there."""
    try:
        return DeltaTable.create(
            address(path),
            TABLE,
            mode="ignore",
            partition_by=["record"],
            name=_NAME,
            description="Documents, their claims and mentions; made by trade-figures",
            configuration=_MARK,
            raise_if_key_not_exists=False,
        )
    except (OSError, DeltaError) as error:
        if table := open_table(path):
            return table
        raise StoreError(unwritable(path, error)) from error


def check_rights(path: str) -> None:
    """Said before the work begins: delta-rs would find out when it is done, and panic on its own threads."""
    folder = _folder(path)
    if not is_remote(path) and folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
        raise StoreError(unwritable(path, PermissionError("Permission denied")))


def check_room(path: str, size: int) -> None:
    """Said before anything is written, for the same reason; Parquet needs less than the `size` of rows in memory."""
    if is_remote(path):
        return
    try:
        free = shutil.disk_usage(_folder(path)).free
    except OSError as error:
        raise StoreError(unwritable(path, OSError(f"it was there when the work began ({error.strerror})"))) from error
    if free < size:
        raise StoreError(unwritable(path, OSError(f"{size:,} bytes to write, {free:,} are free")))


def unwritable(path: str, error: Exception) -> str:
    """The message for a place that cannot be written."""
    return f"cannot write to {path}: {cause(error)}; free space there, or choose another --store"


def cause(error: Exception) -> str:
    """The innermost cause, which delta-rs prints in the last line before a backtrace, behind a coloured arrow."""
    lines = _BACKTRACE.split(_COLOUR.sub("", str(error)))[0].split("\n")
    found = next((line.strip(" ↳") for line in reversed(lines) if line.strip(" ↳")), type(error).__name__)
    inner = _SYSTEM_ERROR.search(found) or _ANSWER.search(found)
    return (inner[1] if inner else found).rstrip(".")


def _folder(path: str) -> Path:
    scheme, separator, rest = path.partition("://")
    return Path(unquote(rest)) if separator and scheme == "file" else Path(path)


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
