"""Source → its pieces → their items: the documents in feeds, dumps, archives and packed files, not yet read."""

from __future__ import annotations

import gzip
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import ceil
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from etl.errors import DocumentError
from etl.sources.archives import carry_records, read_archive
from etl.sources.columns import Columns
from etl.sources.dumps import (
    PIECE,
    carry_lines,
    divide_lines,
    divide_parquet,
    has_text,
    read_json,
    read_lines,
    read_parquet,
    read_rows,
)
from etl.sources.feeds import read_feed
from etl.sources.formats import HEAD, Format, sniff
from etl.sources.items import Carried, Failure, Item, Piece, Skipped, Source
from etl.sources.limits import Limits
from etl.sources.packed import Steady, check_size, fault_of, first_unpacked
from etl.sources.places import is_web, open_place, size_of
from etl.sources.web import fetch

__all__ = ["count_units", "read_items", "split"]

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


def count_units(source: Source) -> int:
    """The sum of the units of the pieces of `source`, without reading it: one for each megabyte of a large file."""
    try:
        return 1 if is_web(source.place) else max(1, ceil(size_of(source.place) / PIECE))
    except (DocumentError, OSError):
        return 1


def split(source: Source, *, columns: Mapping[str, str] | None = None, limits: Limits | None = None) -> Iterator[Piece]:
    """The pieces of `source`, in order: together they are all of it, and each can be read by another worker.

    A file of JSON lines is divided by bytes, a Parquet file by row groups. A packed dump, an archive and a giant row
    group cannot be entered in the middle: they are read here, once, a piece at a time, and the pieces carry their
    bytes. What is small, another format, or cannot be opened is one piece, and reading it says why. So is a dump
    without a text in its first records.
    """
    units = count_units(source)
    given, held = 0, Piece(source)
    # Each waits for the next: the last piece has the units that are left.
    for number, (piece, share) in enumerate(_pieces(source, units, Columns(columns or {}), limits or Limits())):
        if number:
            yield held
        done = min(int(share * units), units)
        held, given = replace(piece, units=done - given), done
    yield replace(held, units=held.units + units - given)


def read_items(
    piece: Piece, *, columns: Mapping[str, str] | None = None, limits: Limits | None = None
) -> Iterator[Item | Failure | Skipped]:
    """The documents of `piece`, not yet read, in order; one that cannot be taken out is a `Failure`.

    `columns` says which column of a dump holds which field; the others are guessed by their names. Memory is bounded by
    `limits`, whatever the size of the source.
    """
    try:
        yield from _items(piece, Columns(columns or {}), limits or Limits())
    except Exception as error:  # noqa: BLE001  whatever one file or storage brings to light, the others are read
        yield Failure(piece.source.name, fault_of(error))


def _pieces(source: Source, units: int, columns: Columns, limits: Limits) -> Iterator[tuple[Piece, float]]:
    """The pieces of a source, and how much of it, from 0 to 1, is behind with each."""
    if units == 1:
        yield Piece(source), 1.0
        return
    begun = False
    try:
        with open_place(source.place) as file:
            for piece in _divided(file, source, columns, limits):
                yield piece
                begun = True
    except Exception as error:  # noqa: BLE001  the worker that reads the piece says so
        carried = Carried("text", fault=fault_of(error)) if begun else None
        yield Piece(source, carried=carried), 1.0


def _divided(file: BinaryIO, source: Source, columns: Columns, limits: Limits) -> Iterator[tuple[Piece, float]]:
    head = file.read(HEAD)
    form = sniff(head)
    file.seek(0)
    if form == "lines" and has_text(file, columns):
        yield from divide_lines(source, size_of(source.place))
    elif form == "parquet":
        yield from divide_parquet(source, file, columns)
    elif form == "warc":
        yield from _carrying(carry_records(Steady(file), PIECE, limits), source, file)
    elif form == "gzip":
        yield from _unpacking(file, first_unpacked(head, HEAD), source, columns, limits)
    else:
        yield Piece(source), 1.0


def _unpacking(
    file: BinaryIO, head: bytes, source: Source, columns: Columns, limits: Limits
) -> Iterator[tuple[Piece, float]]:
    form = sniff(head)
    with gzip.GzipFile(fileobj=file) as inner:
        if form == "lines" and has_text(cast("BinaryIO", inner), columns):
            inner.seek(0)
            yield from _carrying(carry_lines(Steady(inner), limits), source, file)
        elif form == "warc":
            yield from _carrying(carry_records(Steady(inner), PIECE, limits), source, file)
        else:
            yield Piece(source), 1.0


def _carrying(stretches: Iterator[Carried], source: Source, file: BinaryIO) -> Iterator[tuple[Piece, float]]:
    start, size = 0, size_of(source.place)
    for carried in stretches:
        yield Piece(source, start, None, carried), file.tell() / size
        start += len(carried.data)


def _items(piece: Piece, columns: Columns, limits: Limits) -> Iterator[Item | Failure | Skipped]:
    if piece.carried:
        yield from _brought(piece.carried, piece.source, columns, limits)
        return
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


def _brought(carried: Carried, source: Source, columns: Columns, limits: Limits) -> Iterator[Item | Failure | Skipped]:
    """The items of a stretch that was carried here, then why there are no more."""
    if carried.form == "warc":
        yield from read_archive(carried, source, limits)
    elif carried.form == "parquet":
        yield from read_rows(carried.data, Piece(source), columns, carried.above)
    elif carried.form == "lines":
        yield from read_lines(io.BytesIO(carried.data), Piece(source), columns, limits, carried.above)
    if carried.fault:
        yield Failure(source.name, carried.fault)


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
        yield from _archive(file, source, columns, limits)
    else:
        data = check_size(file.read(limits.bytes + 1), limits)
        yield from read_feed(data, source) if form == "feed" else [_document(data, form, source)]


def _archive(file: BinaryIO, source: Source, columns: Columns, limits: Limits) -> Iterator[Item | Failure | Skipped]:
    """The items of a whole archive; what is skipped in its stretches is counted together."""
    skipped: Counter[str] = Counter()
    for carried in carry_records(Steady(file), PIECE, limits):
        for found in _brought(carried, source, columns, limits):
            if isinstance(found, Skipped):
                skipped[found.what] += found.count
            else:
                yield found
    for what, many in skipped.items():
        yield Skipped(source.name, many, what)


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
