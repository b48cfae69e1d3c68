"""Packed bytes (gzip, deflate) → what is in them, up to a limit or a step at a time: a bomb is never unpacked."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, BinaryIO

from etl.errors import DocumentError
from etl.sources.limits import Limits
from etl.sources.places import reason_of

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["Steady", "check_size", "fault_of", "first_unpacked", "unpack"]

_STEP = 1 << 17
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


def fault_of(error: Exception) -> str:
    """Why a file could not be read, or not to its end, and what to do."""
    if isinstance(error, DocumentError):
        return str(error)
    if isinstance(error, EOFError | zlib.error | gzip.BadGzipFile):
        return f"a packed file that is broken ({reason_of(error)}); what stands before is read, pack it again"
    if isinstance(error, OSError):
        return f"cannot be read: {reason_of(error)}; check the file and its permissions"
    return f"cannot be read ({type(error).__name__}: {reason_of(error)}); please report it with this file"


class Steady(io.BufferedReader):
    """A file that ends where it cannot be read further; `fault` is then what was wrong.

    >>> broken = Steady(gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(b"Trade grew.")[:-4])))
    >>> broken.read(), type(broken.fault).__name__
    (b'Trade grew.', 'EOFError')
    """

    def __init__(self, file: BinaryIO | gzip.GzipFile) -> None:
        self._steps = _Steps(file)
        super().__init__(self._steps, _STEP)

    @property
    def fault(self) -> Exception | None:
        """What was raised where the file ends too early."""
        return self._steps.fault


class _Steps(io.RawIOBase):
    """A file read a step at a time, so that what stands before a fault is not lost with it."""

    def __init__(self, file: BinaryIO | gzip.GzipFile) -> None:
        self._read: Callable[[int], bytes] = getattr(file, "read1", file.read)
        self.fault: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = b"" if self.fault else self._read(len(view))
        except Exception as error:  # noqa: BLE001  whatever a file or storage brings to light: what was read is kept
            self.fault, data = error, b""
        view[: len(data)] = data
        return len(data)


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
