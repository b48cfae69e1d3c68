"""Texts and files that a person hands over → their documents with claims, for a look; then, if she says so, one commit.

What `run` finds under a path is kept as it is found. What is given by hand has no place of its own: its place is made
of the document itself, so that the same text, publisher and address are one document however often they are given.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from etl.errors import DocumentError
from etl.extract import extractor_version
from etl.reading import fingerprint, read_document
from etl.sources import Failure, Item, Limits, Source, read_field, read_item, read_items, split
from etl.store import Committed, Record, Rows, Store, to_rows

__all__ = ["BY_HAND", "Given", "keep", "open_given", "read_given", "read_stated", "rows_of"]

BY_HAND = ("title", "publisher", "published", "url", "language")
"""What a person can say of what she gives."""

# What is said of a file of many documents, or of many files, says it of each.
_OF_ALL = frozenset({"publisher", "language"})
_PLACE = "by hand"
_LONGEST = 1_000
_RUN = "added in the browser"


@dataclass(frozen=True, slots=True)
class Given:
    """A file, or a text in one: the name it has for people, where its bytes lie now, and what is said of it."""

    name: str
    file: Path
    stated: Mapping[str, str] = field(default_factory=dict)


def read_stated(written: Mapping[str, str]) -> dict[str, str]:
    """What a person wrote about a document: of `BY_HAND` what is not empty.

    Raises `DocumentError` for a day, a language or an address that is none, and for what is longer than any is.

    >>> read_stated({"publisher": " Dawn ", "title": "", "published": "2024-09-19"})
    {'publisher': 'Dawn', 'published': '2024-09-19'}
    """
    said = {name: " ".join(written.get(name, "").split()) for name in BY_HAND}
    found = {name: value for name, value in said.items() if value}
    for name, value in found.items():
        if len(value) > _LONGEST:
            message = f"{name} has {len(value):,} characters; it may have {_LONGEST:,}"
            raise DocumentError(message)
        read_field(name, value, "what is said of it")
    if not found.get("url", "https://").lower().startswith(("https://", "http://")):
        message = "the address must begin with https:// or http://"
        raise DocumentError(message)
    return found


def open_given(given: Iterable[Given], limits: Limits, most: int) -> list[Item | Failure]:
    """The documents in all that is given, not yet read; what cannot be opened is a `Failure`.

    Raises `DocumentError` for more than `most` documents, or more than `limits.bytes` of them together.
    """
    found: list[Item | Failure] = []
    size = 0
    for item in _items(given, limits):
        found.append(item)
        size += len(item.data) if isinstance(item, Item) else 0
        if len(found) > most or size > limits.bytes:
            message = (
                f"these are more than {most:,} documents or {limits.bytes // 1_000_000} MB, unpacked; give fewer "
                "at once, or read them with: trade-figures extract FILE"
            )
            raise DocumentError(message)
    return found


def read_given(item: Item | Failure, limits: Limits) -> Record | Failure:
    """The document of `item` with its claims, or why it could not be read."""
    if isinstance(item, Failure):
        return item
    document = read_item(item, limits)
    if isinstance(document, Failure):
        return document
    place = f"{_RUN}:{document.id}"
    try:
        mark = fingerprint(replace(item, place=place), extractor_version())
        record = read_document(document, place, mark, limits)
        to_rows([record], extractor_version())
    except DocumentError as error:
        return Failure(item.source, str(error))
    except Exception as error:  # noqa: BLE001  whatever one document brings to light, the others are read
        reason = f"the extractor failed ({type(error).__name__}: {error}); please report it with this document"
        return Failure(item.source, reason)
    return record


def rows_of(records: Iterable[Record]) -> Rows:
    """The rows of records for the store."""
    return to_rows(records, extractor_version())


def keep(store: str | os.PathLike[str], records: Iterable[Record]) -> Committed:
    """Write records into the store in one commit, which its history calls "added in the browser".

    Raises `StoreError` where nothing can be written.
    """
    return Store.create_or_open(store).commit(rows_of(records), run=_RUN)


def _items(given: Iterable[Given], limits: Limits) -> Iterator[Item | Failure]:
    given = list(given)
    for one in given:
        for piece in split(Source(one.name, str(one.file)), limits=limits):
            for found in read_items(piece, limits=limits):
                if isinstance(found, Item):
                    yield _as_stated(found, one, alone=len(given) == 1 and found.place == str(one.file))
                elif isinstance(found, Failure):
                    yield found


def _as_stated(item: Item, given: Given, *, alone: bool) -> Item:
    """The item with what is said of it."""
    said = {name: value for name, value in given.stated.items() if alone or name in _OF_ALL}
    return replace(item, stated={**item.stated, _PLACE: said})
