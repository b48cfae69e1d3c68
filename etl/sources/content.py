"""The bytes of a file → its text, decoded and normalised once, before anything counts offsets in it."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field

from etl.errors import DocumentError

__all__ = ["Content", "decode"]

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader finds in a file: the text that offsets count in, and the metadata fields written into the file."""

    text: str
    fields: Mapping[str, str] = field(default_factory=dict)


def decode(data: bytes) -> str:
    r"""The text of `data`, which must be UTF-8; a byte order mark is dropped, `\r\n` and `\r` become `\n`.

    Raises `DocumentError` for an empty or binary file and for bytes that are not UTF-8, with the next step.

    >>> decode(b"Trade grew.\r\nWheat led.")
    'Trade grew.\nWheat led.'
    """
    if data.startswith(_UTF16):
        message = "the text is UTF-16; save it as UTF-8"
        raise DocumentError(message)
    if (zero := data.find(b"\0")) >= 0:
        message = f"a binary file, not a text (zero byte at offset {zero}); give the text of the document"
        raise DocumentError(message)
    text = _utf8(data).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        message = "the file is empty; put the text of the document in it"
        raise DocumentError(message)
    return text


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = (
            f"not UTF-8: byte 0x{data[error.start]:02X} at byte offset {error.start}; "
            "save the file as UTF-8 (from Windows: iconv -f WINDOWS-1252 -t UTF-8)"
        )
        raise DocumentError(message) from error
