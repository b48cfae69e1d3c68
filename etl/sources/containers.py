"""Source → its pieces → their items: the documents in feeds, dumps, archives and packed files, not yet read."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from etl.errors import DocumentError
from etl.sources.archives import read_archive
from etl.sources.columns import Columns
from etl.sources.dumps import PIECE, divide_lines, divide_parquet, first_has_text, read_json, read_lines, read_parquet
from etl.sources.feeds import read_feed
from etl.sources.formats import HEAD, Format, sniff
from etl.sources.items import Failure, Item, Piece, Skipped, Source
from etl.sources.limits import Limits
from etl.sources.packed import check_size, first_unpacked
from etl.sources.places import is_web, open_place, reason_of, size_of
from etl.sources.web import fetch

__all__ = ["read_items", "split"]

# What may be a text: plain text has no mark of its own, so its name must not say that it is something else.
_TEXTS = ("", ".txt", ".text", ".md", ".markdown")

# What people give instead, and what to do with it.
_ADVICE = {
    (".csv", ".tsv", ".xls", ".xlsx", ".ods"): "a table; write it as JSON lines or Parquet, a document a row",
    (".doc", ".docx", ".odt", ".rtf", ".epub", ".ppt", ".pptx"): "save it as PDF, or its text as .txt",
    (".eml", ".msg", ".mbox", ".mht", ".mhtml"): "save it as a page (HTML), or its text as .txt",
    (".zip", ".wacz", ".tar", ".tgz", ".7z", ".bz2", ".xz", ".zst"): "unpack it; of packed files only .gz is read",
    (".json", ".jsonl", ".ndjson"): "it holds no JSON object with named values; a dump has one a document",
    (".html", ".htm", ".xhtml"): "no page, for it has no tags; if it is a text, name it .txt",
    (".xml",): "neither a feed nor a page; save its text as .txt",
}
_PAGES = (".html", ".htm", ".xhtml")


def split(source: Source, *, columns: Mapping[str, str] | None = None) -> Iterator[Piece]:
    """The pieces of `source`, in order: together they are all of it, and each can be read by another worker.

    A file of JSON lines is divided by bytes, a Parquet file by row groups; what is small, another format, or cannot be
    opened is one piece, and reading it says why. So is a dump without a text in its first record.
    """
    try:
        if is_web(source.place) or size_of(source.place) <= PIECE:
            yield Piece(source)
            return
        with open_place(source.place) as file:
            pieces = list(_divided(file, source, Columns(columns or {})))
    except (DocumentError, OSError):
        pieces = [Piece(source)]
    yield from pieces


def read_items(
    piece: Piece, *, columns: Mapping[str, str] | None = None, limits: Limits | None = None
) -> Iterator[Item | Failure | Skipped]:
    """The documents of `piece`, not yet read, in order; one that cannot be taken out is a `Failure`.

    `columns` says which column of a dump holds which field; the others are guessed by their names. Memory is bounded by
    `limits`, whatever the size of the source.
    """
    source = piece.source
    try:
        yield from _items(piece, Columns(columns or {}), limits or Limits())
    except DocumentError as error:
        yield Failure(source.name, str(error))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        reason = f"a packed file that is broken ({reason_of(error)}); what stands before is read, pack it again"
        yield Failure(source.name, reason)
    except OSError as error:
        yield Failure(source.name, f"cannot be read: {reason_of(error)}; check the file and its permissions")
    except Exception as error:  # noqa: BLE001  whatever one file or storage brings to light, the others are read
        reason = f"cannot be read ({type(error).__name__}: {reason_of(error)}); please report it with this file"
        yield Failure(source.name, reason)


def _divided(file: BinaryIO, source: Source, columns: Columns) -> Iterator[Piece]:
    form = sniff(file.read(HEAD))
    file.seek(0)
    if form == "lines" and first_has_text(file, columns):
        yield from divide_lines(source, size_of(source.place))
    elif form == "parquet":
        yield from divide_parquet(source, file)
    else:
        yield Piece(source)


def _items(piece: Piece, columns: Columns, limits: Limits) -> Iterator[Item | Failure | Skipped]:
    if is_web(piece.source.place):
        yield from _fetched(piece, columns, limits)
        return
    with open_place(piece.source.place) as opened:
        head = opened.read(HEAD)
        # Less is the whole of it, as most texts are.
        file = opened if len(head) == HEAD else cast("BinaryIO", io.BytesIO(head))
        file.seek(0)
        if sniff(head) == "gzip":
            yield from _unpacked(file, piece, columns, limits)
        else:
            yield from _taken_out(file, head, piece, columns, limits)


def _fetched(piece: Piece, columns: Columns, limits: Limits) -> Iterator[Item | Failure | Skipped]:
    source = piece.source
    found = fetch(source.place, limits)
    for item in _taken_out(io.BytesIO(found.data), found.data[:HEAD], piece, columns, limits):
        if isinstance(item, Item) and item.place == source.place:
            stated = {"address": {"url": found.url}}
            yield replace(item, charset=found.charset, stated=stated)
        else:
            yield item


def _unpacked(file: BinaryIO, piece: Piece, columns: Columns, limits: Limits) -> Iterator[Item | Failure | Skipped]:
    head = first_unpacked(file.read(HEAD), HEAD)
    file.seek(0)
    if sniff(head) == "warc":  # its own reader knows where each packed record begins
        yield from read_archive(file, piece.source, limits)
        return
    with gzip.GzipFile(fileobj=file) as inner:
        yield from _taken_out(cast("BinaryIO", inner), head, piece, columns, limits)


def _taken_out(
    file: BinaryIO, head: bytes, piece: Piece, columns: Columns, limits: Limits
) -> Iterator[Item | Failure | Skipped]:
    """The items of an open file, by what it begins with."""
    source = piece.source
    form = sniff(head)
    if form == "lines":
        yield from read_lines(file, piece, columns, limits)
    elif form == "json":
        yield from read_json(file, piece, columns, limits)
    elif form == "parquet":
        yield from read_parquet(file, piece, columns, limits)
    elif form == "warc":
        yield from read_archive(file, source, limits)
    else:
        data = check_size(file.read(limits.bytes + 1), limits)
        yield from read_feed(data, source) if form == "feed" else [_document(data, form, source)]


def _document(data: bytes, form: Format, source: Source) -> Item:
    ending = PurePosixPath(source.name.lower().removesuffix(".gz")).suffix
    if form == "text" and ending in _PAGES and data.startswith(b"<"):  # the beginning of a page was cut off
        data = b"<!DOCTYPE html>" + data
    elif form == "text" and ending not in _TEXTS and not is_web(source.place):
        usual = f"a text must end in one of {', '.join(filter(None, _TEXTS))}"
        advice = next((advice for endings, advice in _ADVICE.items() if ending in endings), usual)
        message = f"no reader for {ending}; {advice}"
        raise DocumentError(message)
    return Item(source.name, source.place, data, {"metadata.csv": source.row} if source.row else {})
