"""A CSV file, or an archive with one → its rows: line, exact text and cells of each."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from etl.errors import DatasetError

__all__ = ["Record", "Sheet", "read_sheet"]

# A quotation mark that is not closed within so many lines is a slip: what follows is read as lines again.
_MOST_LINES = 100
# Largest table taken from an archive: what is larger would not be read in reasonable time either.
_MOST_BYTES: Final = 2_000_000_000
_DELIMITERS = (",", ";", "\t", "|")
# Lines in which the header must begin: a World Bank file has four lines before it.
_PREAMBLE = 20
_METADATA = re.compile(r"(?:^|/)Metadata_", re.IGNORECASE)


@dataclass(frozen=True)
class Record:
    """A row of a table: the line it begins on, its text, its cells; None where a quotation mark is not closed."""

    line: int
    text: str
    cells: tuple[str, ...] | None
    delimiter: str

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The offset of each cell in the text.

        >>> Record(1, 'a,"b c",d', ("a", "b c", "d"), ",").starts
        (0, 3, 8)
        """
        found, at = [], 0
        pattern = re.compile(rf'"((?:[^"]|"")*)"[^{re.escape(self.delimiter)}]*|([^{re.escape(self.delimiter)}]*)')
        while at <= len(self.text):
            if (match := pattern.match(self.text, at)) is None:
                break
            found.append(match.start(1) if match[1] is not None else match.start(2))
            at = match.end() + 1
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: name, SHA-256 of the whole file, delimiter, rows; `notes` are other tables of its archive by name."""

    name: str
    sha256: str
    delimiter: str
    text: str
    notes: dict[str, str]

    def records(self) -> Iterator[Record]:
        """The rows that are not empty, in order."""
        lines = list(io.StringIO(self.text, newline=""))
        number = 0
        while number < len(lines):
            size = _record_size(lines, number)
            text = "".join(lines[number : number + max(size, 1)]).rstrip("\r\n")
            if text.strip():
                yield Record(number + 1, text, _split(text, self.delimiter) if size else None, self.delimiter)
            number += max(size, 1)


def read_sheet(path: str | Path) -> Sheet:
    """The table in the file at `path`; of a zip archive the largest CSV that is not metadata.

    Raises `DatasetError` for a file that cannot be read and an archive without a table.
    """
    place = Path(path)
    try:
        data = place.read_bytes()
    except OSError as error:
        message = f"cannot read {path}: {error.strerror}; give a file of official statistics"
        raise DatasetError(message) from error
    sha256 = hashlib.sha256(data).hexdigest()
    if not data.startswith(b"PK\x03\x04"):
        return _sheet(place.name, sha256, data, {})
    name, table, notes = _unpack(place, data)
    return _sheet(f"{place.name}/{name}", sha256, table, notes)


def _unpack(place: Path, data: bytes) -> tuple[str, bytes, dict[str, str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [one for one in archive.infolist() if one.filename.lower().endswith((".csv", ".tsv", ".txt"))]
            tables = sorted(one.file_size for one in members if one.file_size > _MOST_BYTES)
            if tables:
                message = f"{place.name}: a table of {tables[-1]:,} bytes; the largest taken is {_MOST_BYTES:,}"
                raise DatasetError(message)
            texts = {one.filename: archive.read(one) for one in members}
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        message = f"{place.name}: the archive cannot be opened ({error}); unpack it and give the table"
        raise DatasetError(message) from error
    data_tables = [name for name in texts if not _METADATA.search(name)]
    if not data_tables:
        message = f"{place.name}: no CSV in the archive; give an archive with one, or the table itself"
        raise DatasetError(message)
    name = max(data_tables, key=lambda one: (len(texts[one]), one))
    return name, texts[name], {other: _decode(texts[other]) for other in texts if _METADATA.search(other)}


def _sheet(name: str, sha256: str, data: bytes, notes: dict[str, str]) -> Sheet:
    text = _decode(data)
    if "\0" in text:
        message = f"{name} is no text; official statistics are read from CSV files, or zip archives with one"
        raise DatasetError(message)
    return Sheet(name, sha256, _delimiter(text), text, notes)


def _decode(data: bytes) -> str:
    """UTF-8, or UTF-16 by its mark; else Latin letters in one byte, as UN Comtrade writes names of countries."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    """The sign that parts most cells in one of the first lines, outside quotation marks."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text[:100_000].splitlines()[:_PREAMBLE]]
    counts = {sign: max((line.count(sign) for line in lines), default=0) for sign in _DELIMITERS}
    return max(_DELIMITERS, key=lambda sign: counts[sign])


def _record_size(lines: list[str], number: int) -> int:
    """How many lines the row takes that begins at `number`; 0 where its quotation mark is not closed."""
    marks = 0
    for size, line in enumerate(lines[number : number + _MOST_LINES], 1):
        marks += line.count('"')
        if marks % 2 == 0:
            return size
    return 0


def _split(text: str, delimiter: str) -> tuple[str, ...]:
    return tuple(next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
