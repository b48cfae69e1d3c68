"""The bytes of a file → its text, decoded and normalised once, before anything counts offsets in it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from etl.errors import DocumentError

__all__ = ["Content", "decode"]

# UTF-32 first: its mark begins as that of UTF-16 does.
_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
# How a file begins that is no text, whatever its name ends in.
_FORMATS = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a Word, Excel or ZIP file",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel file",
    b"{\\rtf": "an RTF file",
    b"\x1f\x8b": "a gzip file",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
}
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader finds in a document: the text that offsets count in, and the metadata written into the document.

    `fields` has the metadata fields by the place that states them: `{"front matter": {"title": "Wheat"}}`. `pages` are
    the offsets at which the pages of a PDF begin; a document without pages has none.
    """

    text: str
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    pages: tuple[int, ...] = ()


def decode(data: bytes) -> str:
    r"""The text of `data`, which must be UTF-8; a byte order mark is dropped, `\r\n` and `\r` become `\n`.

    Raises `DocumentError` for an empty or binary file, for a PDF, a web page and other formats that only carry the name
    of a text, and for bytes that are not UTF-8, with the next step.

    >>> decode(b"Trade grew.\r\nWheat led.")
    'Trade grew.\nWheat led.'
    """
    if encoding := _begins(data, _MARKS):
        message = f"the text is {encoding}; save it as UTF-8"
        raise DocumentError(message)
    if name := _begins(data, _FORMATS) or ("a web page" if _HTML.match(data) else None):
        message = f"{name}, not a text, whatever its name says; open it and save its text as .txt in UTF-8"
        raise DocumentError(message)
    if (zero := data.find(b"\0")) >= 0:
        message = f"a binary file, not a text (zero byte at offset {zero}); give the text of the document"
        raise DocumentError(message)
    text = _utf8(data).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        message = "the file is empty; put the text of the document in it"
        raise DocumentError(message)
    return text


def _begins(data: bytes, names: Mapping[bytes, str]) -> str | None:
    return next((name for start, name in names.items() if data.startswith(start)), None)


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = (
            f"not UTF-8: byte 0x{data[error.start]:02X} at byte offset {error.start}; "
            "save the file as UTF-8 (from Windows: iconv -f WINDOWS-1252 -t UTF-8)"
        )
        raise DocumentError(message) from error
