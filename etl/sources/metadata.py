"""Metadata as written in front matter, in a metadata.csv and in the text itself → the fields of one document."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Mapping

from etl.errors import DocumentError, point_at
from etl.model import Document, read_day
from etl.sources.content import Content, decode
from etl.sources.header import read_header
from etl.sources.language import settle_language

__all__ = ["DAYS", "FIELDS", "TRUST", "build_document", "language_code", "read_field", "read_table"]

FIELDS = ("title", "publisher", "published", "url", "author", "retrieved", "language", "kind")
# How the places begin where a field may be stated, the most trusted first: what a person says of a document, and what
# she wrote for it, before what a machine keeps of its page, and that before what the text says of itself.
TRUST = (
    "by hand",
    "front matter",
    "column",
    "metadata.csv",
    "feed",
    "WARC header",
    "page",
    "address",
    "PDF properties",
    "date line",
    "dateline",
    "title line",
)
_COLUMNS = ",".join(("file", *FIELDS))
_DELIMITERS = ",;\t"
DAYS = ("published", "retrieved")
_KINDS = ("article", "digest")
# What a text can say of itself: where all of it is stated, nobody asks the text.
_IN_HEADER = {"published", "title"}
_LONE = re.compile("[\ud800-\udfff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def read_table(data: bytes) -> dict[str, dict[str, str]]:
    r"""The rows of a metadata.csv by their `file`; of each row the cells of `FIELDS` that are not empty.

    Cells are divided by commas, or by the semicolons or tabs of other countries' spreadsheets; the names of columns may
    be in capitals. Raises `DocumentError` when the bytes are no UTF-8 text, when there is no column `file` or a column
    twice, and for a row without a file, with more cells than columns, or for a file that has a row already, each with
    its line.

    >>> read_table(b"file,published,colour\na.txt,2024-09-19,red\n")
    {'a.txt': {'published': '2024-09-19'}}
    """
    if not data.strip():
        message = f"the table is empty; name the columns in line 1: {_COLUMNS}"
        raise DocumentError(message)
    text = decode(data, guess=False).text
    reader = csv.DictReader(io.StringIO(text), delimiter=_delimiter(text), strict=True)
    try:
        return _rows(reader)
    except csv.Error as error:
        message = f"line {reader.reader.line_num}: {error}; check the quotes of this line and those above"
        raise DocumentError(message) from error


def build_document(content: Content, stated: Mapping[str, Mapping[str, str]], source: str) -> Document:
    """The document: each field from the most trusted place that has it, `basis` says from which.

    `stated` is what stands around the document, by place; `TRUST` has the order of places. A field found nowhere stays
    None; of the language the text has the last word. An encoding other than UTF-8 is in the basis. Raises
    `DocumentError` for a date, kind or language that is no such thing.
    """
    written = {**stated, **content.fields}
    found = _merge(written)
    retrieved = found.get("retrieved")
    if not found.keys() >= _IN_HEADER:
        header = read_header(content.text, retrieved and _day("retrieved", *retrieved))
        found = _merge({**written, **header})
    fields = {name: read_field(name, value, place) for name, (value, place) in found.items()}
    basis = {name: place for name, (_, place) in found.items()}
    fields["language"], known = settle_language(content.text, *found.get("language", (None, None)))
    told = {"language": known, "encoding": content.encoding}
    basis |= {name: how for name, how in told.items() if how}
    return Document(content.text, source=source, basis=basis, pages=content.pages, **fields)  # type: ignore[arg-type]


def _delimiter(text: str) -> str:
    return max(_DELIMITERS, key=text.partition("\n")[0].count)


def _rows(reader: csv.DictReader[str]) -> dict[str, dict[str, str]]:
    reader.fieldnames = names = [name.strip().lower() for name in reader.fieldnames or ()]
    if "file" not in names:
        message = f"no column 'file' in line 1 (found {', '.join(names) or 'none'}); name the columns there: {_COLUMNS}"
        raise DocumentError(message)
    if twice := next((name for name in ("file", *FIELDS) if names.count(name) > 1), None):
        message = f"line 1: column {twice} is there twice; keep one"
        raise DocumentError(message)
    table: dict[str, dict[str, str]] = {}
    for row in reader:
        table[_file(row, reader.line_num, table)] = {name: row[name].strip() for name in FIELDS if row.get(name)}
    return table


def _file(row: dict[str, str], line: int, known: Mapping[str, object]) -> str:
    # DictReader puts the cells that have no column under the key None.
    if None in row:
        message = f"line {line}: more cells than columns; put quotes around a cell with a comma"
        raise DocumentError(message)
    # A Mac writes é in a file's name as e and an accent, and in a table as one letter.
    name = unicodedata.normalize("NFC", (row["file"] or "").strip().replace("\\", "/").removeprefix("./"))
    if not name:
        message = f"line {line}: the cell 'file' is empty; name the file the row describes"
        raise DocumentError(message)
    if name in known:
        message = f"line {line}: {name} has a row already; keep one row a file"
        raise DocumentError(message)
    return name


def _merge(places: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for place in sorted(places, key=_trust):
        for name, value in places[place].items():
            if name in FIELDS and value.strip():
                found.setdefault(name, (" ".join(value.split()), place))
    return found


def _trust(place: str) -> int:
    """The rank of a place in `TRUST`, which it begins with: "column headline"."""
    return next(rank for rank, name in enumerate(TRUST) if place.startswith(name))


def language_code(written: str) -> str:
    """The code of a language as dumps and feeds write it; nothing for a word: a text says itself what it is in.

    >>> language_code("en_US"), language_code("English!")
    ('en-US', '')
    """
    code = written.strip().replace("_", "-")
    return code if _LANGUAGE.fullmatch(code) else ""


def read_field(name: str, value: str, place: str) -> str | dt.date:
    """What `value` says for the field `name`; raises `DocumentError`, naming the `place`, for what it cannot be."""
    if lone := _LONE.search(value):
        message = f"{place}: {name} has half a character (U+{ord(lone[0]):04X}) at {lone.start()}; write it whole"
        raise DocumentError(message)
    if name in DAYS:
        return _day(name, value, place)
    if name == "kind" and value not in _KINDS:
        raise DocumentError(_wrong(name, value, place, " or ".join(_KINDS)))
    if name == "language" and not _LANGUAGE.fullmatch(value):
        raise DocumentError(_wrong(name, value, place, "a language code such as en or pt-BR"))
    return value


def _day(name: str, value: str, place: str) -> dt.date:
    if (day := read_day(value)) is None:
        raise DocumentError(_wrong(name, value, place, "a day as YYYY-MM-DD, for example 2024-09-19"))
    return day


def _wrong(name: str, value: str, place: str, expected: str) -> str:
    shown = f"{name}: {value}"
    return f"{place}: {name} must be {expected}\n{point_at(shown, len(name) + 2, len(shown))}"
