"""Paths → documents: one reader a format, each field of the metadata from the most trusted place that has it.

    paths → sources → pieces → items → documents

`find_sources` names the files to open, `split` divides what is too large for one worker, `read_items` takes the
documents out of their containers, and `read_item` reads one: the only step that costs time. A reader takes the bytes of
a document and returns its `Content`; a new format is a module with a reader and a row of `READERS`. Text is decoded and
normalised once, before anything counts offsets in it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping

from etl.errors import DocumentError
from etl.model import Document
from etl.sources.columns import MAPPED
from etl.sources.containers import count_units, read_items, split
from etl.sources.content import Content
from etl.sources.files import Paths, find_sources
from etl.sources.formats import Format, sniff
from etl.sources.guard import GUARDED, read_guarded
from etl.sources.items import Failure, Item, Piece, Skipped, Source
from etl.sources.limits import Limits
from etl.sources.metadata import build_document, read_field
from etl.sources.packed import check_size
from etl.sources.text import read_text

__all__ = [
    "MAPPED",
    "READERS",
    "Failure",
    "Item",
    "Limits",
    "Piece",
    "Skipped",
    "Source",
    "count_units",
    "find_sources",
    "read_documents",
    "read_field",
    "read_item",
    "read_items",
    "split",
]

Reader = Callable[[bytes, "str | None"], Content]

# The reader of each format that is read here: the bytes of a document, and the encoding its container states → its
# content. Those of the other formats run in a process of their own: `GUARDED`.
READERS: Mapping[Format, Reader] = {"text": read_text}
_USUAL = Limits()


def read_documents(
    paths: Paths,
    *,
    metadata: str | os.PathLike[str] | None = None,
    columns: Mapping[str, str] | None = None,
    limits: Limits = _USUAL,
) -> Iterator[Document | Failure]:
    r"""The documents under `paths` (files, folders, globs, addresses), in order; what cannot be read is a `Failure`.

    Each field of the metadata is taken from the first place that has it, in the order of `metadata.TRUST`; what nobody
    states is None, and `Document.basis` says where each field was found. `metadata` names a table that stands for the
    metadata.csv beside the files, `columns` says which column of a dump holds which field, `limits` what one document
    may cost.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.md").write_text("---\npublished: 2024-09-19\n---\nTrade reached $1 billion.")
    ...     [document] = read_documents(folder)
    >>> document.text, document.published, document.basis
    ('Trade reached $1 billion.', datetime.date(2024, 9, 19), {'published': 'front matter'})
    """
    for found in find_sources(paths, metadata=metadata):
        pieces = () if isinstance(found, Failure) else split(found, columns=columns, limits=limits)
        if isinstance(found, Failure):
            yield found
        for piece in pieces:
            for item in read_items(piece, columns=columns, limits=limits):
                if isinstance(item, Item):
                    yield read_item(item, limits)
                elif isinstance(item, Failure):
                    yield item


def read_item(item: Item, limits: Limits = _USUAL) -> Document | Failure:
    """The document of `item`, or why it could not be read."""
    try:
        check_size(item.data, limits)
        return build_document(_content(item, limits), item.stated, item.source)
    except DocumentError as error:
        return Failure(item.source, str(error))


def _content(item: Item, limits: Limits) -> Content:
    name = sniff(item.data)
    if name in GUARDED:
        return read_guarded(name, item.data, item.charset, limits)
    return READERS.get(name, read_text)(item.data, item.charset)
