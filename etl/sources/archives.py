"""A WARC archive of a crawl → its stretches → its items: the pages, texts and PDFs that were answered to a request."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from etl.errors import DocumentError
from etl.sources.columns import one_of_many
from etl.sources.items import Carried, Failure, Item, Skipped, Source
from etl.sources.limits import Limits
from etl.sources.packed import Steady, unpack
from etl.sources.places import reason_of

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

__all__ = ["carry_records", "read_archive"]

_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/pdf")
_OK = 200
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_RESPONSE = re.compile(rb"^warc-type:[ \t]*response[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_TARGET = re.compile(rb"^warc-target-uri:[ \t]*<?([^\s>]+)", re.IGNORECASE | re.MULTILINE)
_ANSWER = re.compile(rb"HTTP/\S+ +200\b")
# The longest header of a record: the standard names no bound, an address of a page has seldom more than 2,000 bytes.
_HEADER = 1 << 16
_STEP = 1 << 20
_END = b"\r\n\r\n"
_INVALID = "Invalid WARC header"


def carry_records(file: Steady, size: int, limits: Limits) -> Iterator[Carried]:
    """The records of a WARC file, unpacked, in stretches of about `size` bytes; the last says where it breaks off.

    Of a record that is larger than a document may be only the header is there.
    """
    held, place, last = bytearray(), 0, -1
    # Addresses as hashes, for an archive may have millions; where in `held` pages begin that were there before.
    seen, again = set[int](), set[int]()
    try:
        while record := _record(file, limits):
            if record.page in seen:
                again.add(len(held))
            if record.page is not None:
                seen.add(record.page)
            held += record.data
            place, last = place + record.size, place
            if len(held) >= size or record.size > len(record.data):
                yield Carried("warc", bytes(held), again=frozenset(again))
                held.clear()
                again.clear()
        fault = None
    except OSError as error:
        fault = _broken(last, error)
    if held or fault or not place:
        yield Carried("warc", bytes(held), fault=fault, again=frozenset(again))


def read_archive(carried: Carried, source: Source, limits: Limits) -> Iterator[Item | Failure | Skipped]:
    """The items of a stretch of a WARC file, in order; the other records are counted as skipped.

    An item is a response with status 200 whose type is HTML, plain text or PDF; its address is the record's target and
    its day of retrieval the record's date. Of a page that is there twice, the later ones have the date in their names.
    A record that is too large or whose body is broken is a failure.
    """
    from fastwarc.warc import ArchiveIterator  # noqa: PLC0415  a run without archives need not load it

    skipped, place = 0, -1
    try:
        for record in ArchiveIterator(io.BytesIO(carried.data), parse_http=False, fsspec_args=False):
            place = record.stream_pos
            found = _item(record, source, limits, again=place in carried.again)
            skipped += found is None
            if found is not None:
                yield found
    except OSError as error:
        yield Failure(source.name, _broken(place, error))
    if skipped:
        yield Skipped(source.name, skipped, "records that are no pages, texts or PDFs")


@dataclass(frozen=True, slots=True)
class _Record:
    """The bytes of a record, how many it has (more where it is too large to be held), and which page it answers."""

    data: bytes
    size: int
    page: int | None = None


def _record(file: Steady, limits: Limits) -> _Record | None:
    """The next record, None at the end; raises `OSError` where the archive is broken."""
    header = _header(file)
    if not header:
        return None
    length = _LENGTH.search(header)
    if not header.startswith(b"WARC/") or not length:
        raise OSError(_INVALID)
    size = int(length[1])
    if size > limits.bytes:
        return _Record(header, len(header) + _skipped(file, size))
    body = file.read(size)
    if file.fault:
        raise OSError(reason_of(file.fault)) from file.fault
    data = header + body + (_END if len(body) == size else b"")
    return _Record(data, len(data), _page(header, body))


def _page(header: bytes, body: bytes) -> int | None:
    """64 bits for the address that a record answers, None where it answers nothing, or with another status."""
    target = _TARGET.search(header)
    if not target or not _RESPONSE.search(header) or not _ANSWER.match(body):
        return None
    return int.from_bytes(blake2b(target[1], digest_size=8).digest(), "big")


def _header(file: Steady) -> bytes:
    """The lines up to an empty one, without those before them; nothing at the end of the archive."""
    header, read = b"", 0
    while line := file.readline(_HEADER):
        read += len(line)
        if read > _HEADER:
            raise OSError(_INVALID)
        if line.strip(b"\r\n"):
            header += line
        elif header:
            return header + line
    if file.fault:
        raise OSError(reason_of(file.fault)) from file.fault
    if header:
        raise OSError(_INVALID)
    return header


def _skipped(file: Steady, size: int) -> int:
    rest = size
    while rest and (data := file.read(min(rest, _STEP))):
        rest -= len(data)
    return size


def _broken(place: int, error: OSError) -> str:
    where = f"behind the record at byte {place:,}" if place >= 0 else "at its beginning"
    return f"the archive is broken {where} ({reason_of(error)}); what stands before is read, fetch it again"


def _item(record: WarcRecord, source: Source, limits: Limits, *, again: bool) -> Item | Failure | None:
    """The item of a record, why it cannot be read, or None for a record of another kind."""
    from fastwarc.warc import WarcRecordType  # noqa: PLC0415

    if record.record_type != WarcRecordType.response or not record.is_http:
        return None
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    try:
        return _answer(record, source, url, limits, again=again)
    except DocumentError as error:
        return Failure(f"{source.name}#{url}", str(error))


def _answer(record: WarcRecord, source: Source, url: str, limits: Limits, *, again: bool) -> Item | None:
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
    name = f"{url} {date}" if again else url
    return one_of_many(source, [name], data, {"WARC header": stated}, record.http_charset)
