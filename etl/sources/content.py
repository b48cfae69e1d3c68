"""The bytes of a file → its text, decoded and normalised once, before anything counts offsets in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from etl.errors import DocumentError
from etl.sources.encodings import Decoded, read_characters

__all__ = ["Content", "decode"]

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
    the offsets at which the pages of a PDF begin; a document without pages has none. `encoding` says how the characters
    were read ("windows-1252, guessed"); None where that is plain UTF-8.
    """

    text: str
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    pages: tuple[int, ...] = ()
    encoding: str | None = None


def decode(data: bytes, declared: str | None = None, *, guess: bool = True) -> Decoded:
    r"""The text of `data`; a byte order mark is dropped, `\r\n` and `\r` become `\n`.

    `declared` is the encoding that came with it; without `guess` no other than that and UTF-8 is tried.

    Raises `DocumentError` for an empty or binary file, for a PDF, a web page and other formats that only carry the name
    of a text, and for bytes that no encoding settles, with the next step.

    >>> decode(b"Trade grew.\r\nWheat led.").text
    'Trade grew.\nWheat led.'
    """
    if name := _begins(data, _FORMATS) or ("a web page" if _HTML.match(data) else None):
        message = f"{name}, not a text, whatever its name says; open it and save its text as .txt in UTF-8"
        raise DocumentError(message)
    decoded = read_characters(data, declared, guess=guess)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        message = "the file is empty; put the text of the document in it"
        raise DocumentError(message)
    return Decoded(text, decoded.encoding)


def _begins(data: bytes, names: Mapping[bytes, str]) -> str | None:
    return next((name for start, name in names.items() if data.startswith(start)), None)
