"""A WARC archive of a crawl → its items: the pages, texts and PDFs that were answered to a request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from etl.errors import DocumentError
from etl.sources.columns import one_of_many
from etl.sources.items import Failure, Item, Skipped, Source
from etl.sources.limits import Limits
from etl.sources.packed import unpack
from etl.sources.places import reason_of

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

__all__ = ["read_archive"]

_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/pdf")
_OK = 200


def read_archive(file: BinaryIO, source: Source, limits: Limits) -> Iterator[Item | Failure | Skipped]:
    """The items of a WARC file, packed or not, in order; the other records are counted as skipped.

    An item is a response with status 200 whose type is HTML, plain text or PDF; its address is the record's target and
    its day of retrieval the record's date. Of a page that is there twice, the later ones have the date in their names.
    A record that is too large or whose body is broken is a failure, and so is
    the place where the archive breaks off: what stands before it is read.
    """
    from fastwarc.warc import ArchiveIterator  # noqa: PLC0415  a run without archives need not load it

    skipped, place, read = 0, 0, 0
    seen: set[str] = set()
    try:
        for record in ArchiveIterator(file, parse_http=False, fsspec_args=False):
            place, read = record.stream_pos, read + 1
            found = _item(record, source, limits, seen)
            skipped += found is None
            if found is not None:
                yield found
    except OSError as error:
        where = f"behind the record at byte {place:,}" if read else "at its beginning"
        reason = f"the archive is broken {where} ({reason_of(error)}); what stands before is read, fetch it again"
        yield Failure(source.name, reason)
    if skipped:
        yield Skipped(source.name, skipped, "records that are no pages, texts or PDFs")


def _item(record: WarcRecord, source: Source, limits: Limits, seen: set[str]) -> Item | Failure | None:
    """The item of a record, why it cannot be read, or None for a record of another kind."""
    from fastwarc.warc import WarcRecordType  # noqa: PLC0415

    if record.record_type != WarcRecordType.response or not record.is_http:
        return None
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    try:
        return _answer(record, source, url, limits, seen)
    except DocumentError as error:
        return Failure(f"{source.name}#{url}", str(error))


def _answer(record: WarcRecord, source: Source, url: str, limits: Limits, seen: set[str]) -> Item | None:
    size = record.content_length
    if size > limits.bytes:
        message = f"a record of {size:,} bytes, more than the {limits.bytes:,} of a document"
        raise DocumentError(message)
    try:
        record.freeze()
        whole = record.content_length == size
        record.parse_http(auto_decode="transfer")
    except OSError as error:
        message = f"the record is broken ({reason_of(error)}); fetch the page again"
        raise DocumentError(message) from error
    headers = record.http_headers
    if headers is None or headers.status_code != _OK or record.http_content_type not in _TYPES:
        return None
    if not whole:
        message = "the archive ends inside this record; fetch it again"
        raise DocumentError(message)
    data = unpack(record.reader.read(), headers.get("Content-Encoding") or "", limits)
    date = record.headers.get("WARC-Date") or ""
    stated = {"url": url, "retrieved": date[:10]}
    name = f"{url} {date}" if url in seen else url
    seen.add(url)
    return one_of_many(source, [name], data, {"WARC header": stated}, record.http_charset)
