"""Packed bytes (gzip, deflate) → what is in them, up to a limit: a bomb is never unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from etl.errors import DocumentError
from etl.sources.limits import Limits

__all__ = ["check_size", "first_unpacked", "unpack"]

# How zlib names what stands around packed bytes: the head of gzip, that of zlib, or nothing.
_GZIP, _ZLIB, _BARE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_MARKS: Mapping[str, bytes] = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b"}


def unpack(data: bytes, coding: str, limits: Limits) -> bytes:
    """The bytes that an HTTP `Content-Encoding` has packed; what is not packed, whatever the header says, stays.

    Raises `DocumentError` for bytes that end too early or are broken, for more than `limits.bytes` of them, and for a
    coding we cannot undo.

    >>> unpack(zlib.compress(b"Trade grew."), "deflate", Limits()), unpack(b"Trade grew.", "gzip", Limits())
    (b'Trade grew.', b'Trade grew.')
    """
    coding = coding.strip().lower()
    if coding in ("", "identity") or not data.startswith(_MARKS.get(coding, b"")):
        return data
    if coding in _MARKS:
        return _inflated(data, _GZIP, limits)
    if coding == "deflate":
        # The standard says zlib; some servers send the bare stream.
        return _inflated(data, _ZLIB if data[0] & 15 == zlib.DEFLATED else _BARE, limits)
    message = f"packed as {coding}, which cannot be unpacked here; ask the server for gzip"
    raise DocumentError(message)


def check_size(data: bytes, limits: Limits) -> bytes:
    """`data`, read up to a byte beyond the limit; raises `DocumentError` where there is that byte."""
    if len(data) > limits.bytes:
        message = f"more than the {limits.bytes:,} bytes of a document; split it into its articles"
        raise DocumentError(message)
    return data


def first_unpacked(head: bytes, size: int) -> bytes:
    """The first bytes, `size` at most, of what begins with `head` and is packed with gzip."""
    return zlib.decompressobj(_GZIP).decompress(head, size)


def _inflated(data: bytes, window: int, limits: Limits) -> bytes:
    unpacker = zlib.decompressobj(window)
    try:
        found = check_size(unpacker.decompress(data, limits.bytes + 1), limits)
    except zlib.error as error:
        message = f"packed bytes that are broken ({error}); fetch the page again"
        raise DocumentError(message) from error
    if not unpacker.eof:
        message = "packed bytes that end too early; fetch the page again"
        raise DocumentError(message)
    return found
