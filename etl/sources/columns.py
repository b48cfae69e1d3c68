"""A record of a dump and the names of its columns → the item: which column is the text, which the title, the day."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from etl.errors import DocumentError
from etl.lexicon import cache, read_table, words
from etl.sources.days import day_of
from etl.sources.items import Item, Source
from etl.sources.metadata import FIELDS, language_code

__all__ = ["MAPPED", "Columns", "NoTextError", "field_of", "one_of_many", "shared_fields"]

Record = Mapping[str, object]

# What a column may be mapped to.
MAPPED = ("text", "id", *FIELDS)
# What a line of metadata.csv can say of all documents of a file: they have one publisher, not one title.
_SHARED = ("publisher", "retrieved", "language", "kind")
_DAYS = ("published", "retrieved")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_JOINTS = re.compile(r"[\s_.-]+")
# A text may be a list: of its paragraphs.
_PARAGRAPHS = "\n\n"
# An identifier longer than this is no name; its hash is.
_LONGEST_NAME = 200


class NoTextError(DocumentError):
    """A record whose columns hold no text of a document."""


@dataclass(slots=True)
class Columns:
    """The columns of a dump by the field they hold: those that were `given`, the others guessed by their names."""

    given: Mapping[str, str] = field(default_factory=dict)
    _known: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)

    def of(self, names: Sequence[str]) -> dict[str, str]:
        """Field → column, for a record that has columns with these names; raises `NoTextError` without a text.

        >>> Columns().of(["headline", "articleBody", "views"])
        {'title': 'headline', 'text': 'articleBody'}
        """
        key = tuple(names)
        if key not in self._known:
            self._known[key] = self._mapped(key)
        return self._known[key]

    def check(self, names: Sequence[str]) -> None:
        """Raise `DocumentError` for a column that was named and that no record has."""
        if missing := [f"{name}={column}" for name, column in self.given.items() if column not in names]:
            message = f"no column for {', '.join(missing)}; the columns are {', '.join(names)}: correct --column"
            raise DocumentError(message)

    def item(self, record: Record, source: Source) -> Item:
        """The item of `record`; raises `DocumentError` where it has no text, or a cell that is none."""
        mapped = self.of(tuple(record))
        text = record[mapped["text"]]
        data = text if isinstance(text, bytes) else _encoded(_words(text, mapped["text"], _PARAGRAPHS))
        if not data.strip():
            message = f"nothing in column {mapped['text']}; a document needs a text"
            raise DocumentError(message)
        stated = {f"column {column}": {name: cell} for name, column in mapped.items() if name in FIELDS
                  and (cell := _cell(name, record[column], column))}  # fmt: skip
        cells = [_words(record[mapped[name]], mapped[name]) for name in ("id", "url") if name in mapped]
        charset = None if isinstance(text, bytes) else "utf-8"
        return one_of_many(source, cells, data, stated, charset)

    def _mapped(self, names: tuple[str, ...]) -> dict[str, str]:
        guessed = _guessed(names)
        mapped = {name: column for name, column in {**guessed, **self.given}.items() if column in names}
        if wanted := self.given.get("text"):
            mapped["text"] = wanted
        if mapped.get("text") not in names:
            shown = ", ".join(names[:20]) + (", …" if len(names) > 20 else "")  # noqa: PLR2004  a line of them
            missing = f"no column {wanted}" if wanted else "no column with the text of a document"
            message = f"{missing}; the columns are {shown or 'none'}: name the right one with --column text=NAME"
            raise NoTextError(message)
        return mapped


def one_of_many(
    source: Source, names: Sequence[str], data: bytes, stated: Mapping[str, Mapping[str, str]], charset: str | None
) -> Item:
    """One document of a container, called by the first of `names` that is one, else by its content.

    Its name is never its number: a document put in above must not change all below.
    """
    own = next((name for name in names if name.strip()), "")
    if not own or len(own) > _LONGEST_NAME:
        own = hashlib.sha256(data + repr(sorted(stated.items())).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    # Half a character, as JSON may write it, is no part of a name that can be stored.
    own = " ".join(own.split()).encode("utf-8", "backslashreplace").decode()
    rows = {**stated, "metadata.csv": shared_fields(source)} if source.row else stated
    return Item(f"{source.name}#{own}", f"{source.place}#{own}", data, rows, charset)


def shared_fields(source: Source) -> dict[str, str]:
    """What the line of metadata.csv says of every document of a container: who published them, not their title."""
    return {name: value for name, value in source.row.items() if name in _SHARED}


def field_of(name: str) -> str | None:
    """The field that a column or a key of this name holds, as columns.txt has it; None for a name that it has not.

    >>> field_of("datePublished"), field_of("views")
    ('published', None)
    """
    known = _fields_by_name().get(_plain(name))
    return known[0] if known else None


def _guessed(names: tuple[str, ...]) -> dict[str, str]:
    fields = _fields_by_name()
    found: dict[str, tuple[int, str]] = {}
    for column in names:
        known = fields.get(_plain(column))
        if known and (known[0] not in found or known[1] < found[known[0]][0]):
            found[known[0]] = (known[1], column)
    return {name: column for name, (_, column) in found.items()}


@cache
def _fields_by_name() -> dict[str, tuple[str, int]]:
    """The field of each name in the table, with how sure it is."""
    return {
        word: (row["field"], rank) for row in read_table("columns.txt") for rank, word in enumerate(words(row["words"]))
    }


def _plain(column: str) -> str:
    return _JOINTS.sub(" ", _CAMEL.sub(" ", column)).strip().lower()


def _cell(name: str, value: object, column: str) -> str:
    written = _words(value, column)
    if name == "language":
        return language_code(written)
    return day_of(written) if name in _DAYS else written


def _words(value: object, column: str, between: str = "; ") -> str:
    """The words of a cell: of a list all of them, of a person or publisher the name; nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return between.join(filter(None, (_words(one, column) for one in value)))
    if isinstance(value, Mapping) and "name" in value:
        return _words(value["name"], column)
    if isinstance(value, Mapping | bytes):
        message = f"column {column} holds no text; name another with --column FIELD=NAME"
        raise DocumentError(message)
    return str(value)


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        message = f"the text has half a character (U+{ord(text[error.start]):04X}) at {error.start}; write it as UTF-8"
        raise DocumentError(message) from error
