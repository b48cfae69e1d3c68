"""The bytes of a text → its characters, and the name of the encoding where it is not plain UTF-8."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from etl.errors import DocumentError

__all__ = ["Decoded", "read_characters"]

# UTF-32 first: its mark begins as that of UTF-16 does. A mark in front of UTF-8 tells nothing that the bytes do not.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# What pages and files name by its subset: the labels of the WHATWG Encoding Standard.
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# The encodings of that standard that texts outside UTF-8 are still found in, by their names in Python.
_NAMES = {
    **{f"cp125{number}": f"windows-125{number}" for number in range(9)},
    **{f"iso8859_{number}": f"iso-8859-{number}" for number in (2, 5, 7)},
    "koi8_r": "koi8-r",
    "koi8_u": "koi8-u",
    "cp874": "windows-874",
    "gb18030": "gb18030",
    "big5": "big5",
    "cp932": "shift_jis",
    "euc_jp": "euc-jp",
    "cp949": "euc-kr",
}
# Above this share of noise, as charset-normalizer measures it, no guess is sure; so is one that finds no language in
# what it read, unless the characters can hardly be other ones.
_MOST_NOISE = 0.1
_MANY_BYTES = frozenset(("gb18030", "big5", "cp932", "euc_jp", "cp949"))
# Bytes from the first that is not ASCII on: enough for a guess, in milliseconds whatever the size of the text.
_SAMPLE = 16_384
_LATIN = "À-ÖØ-öø-ÿŠŒŽšœžŸ"
# What windows-1252 makes of another encoding, and English, French or Spanish has not: three such letters in a row, a
# capital behind a small letter, a sign inside a word, control characters, the letters of Iceland (in their places
# Turkish has its own).
_NOT_WESTERN = re.compile(
    rf"[{_LATIN}]{{3}}|[a-zß-öø-ÿšœž][À-ÖØ-ÞŠŒŽŸ]|[^\W\d_][^\w\s’‘`\x00-\x7f–—·][^\W\d_]|[ðÐþÞýÝ\x00-\x08\x0e-\x1f]"
)
_ESCAPED = b"\x1b$"
# Encodings of Python in which no text is saved, and UTF-7, with which pages hide scripts.
_NO_TEXTS = frozenset(("utf-7", "unicode-escape", "raw-unicode-escape", "punycode", "idna"))
_HIGH = re.compile(rb"[\x80-\xff]")
_FOREIGN, _DAMAGED = re.compile(r"[^\x00-\x7f]"), re.compile("[\udc80-\udcff]")


class Decoded(NamedTuple):
    """A text, and how its encoding is known: None for UTF-8, else "utf-16, byte order mark", "big5, guessed"."""

    text: str
    encoding: str | None = None


def read_characters(data: bytes, declared: str | None = None, *, guess: bool = True) -> Decoded:
    r"""The characters of `data`: by its byte order mark, as UTF-8, as `declared`, or by the best guess that is sure.

    `declared` is the encoding a page or a header names; one that there is not is none. UTF-8 with broken bytes is not
    taken for anything else. Raises `DocumentError` for a zero byte, for bytes that no encoding settles, or, without
    `guess`, that neither UTF-8 nor what is declared settles, with the first of them and the next step.

    >>> read_characters("It cost £5m.".encode("windows-1252"))
    Decoded(text='It cost £5m.', encoding='windows-1252, guessed')
    >>> read_characters("торговля".encode("koi8-r"), "KOI8-R")
    Decoded(text='торговля', encoding='koi8-r, declared')
    """
    if mark := next((name for start, name in _MARKS.items() if data.startswith(start)), None):
        return _marked(data, mark)
    codec = _codec(declared)
    wide = codec is not None and codec.startswith(("utf-16", "utf-32"))
    if not wide and (zero := data.find(b"\0")) >= 0:
        message = f"a binary file, not a text (zero byte at offset {zero}); give the text of the document"
        raise DocumentError(message)
    if not wide and (text := _read(data, "utf-8")) is not None:
        return _unescaped(data) or Decoded(text.removeprefix("\ufeff"))
    if codec and codec != "utf-8" and (text := _read(data, codec)) is not None:
        return Decoded(text, f"{_NAMES.get(codec.replace('-', '_'), codec)}, declared")
    guessed = _guess(data) if guess else None
    if guessed is None:
        raise DocumentError(_broken(data))
    return guessed


def _marked(data: bytes, name: str) -> Decoded:
    text = _read(data, name)
    if text is None:
        message = f"the byte order mark is that of {name}, the bytes are not; save the file as UTF-8"
        raise DocumentError(message)
    return Decoded(text, f"{name}, byte order mark")


def _read(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeError:
        return None


def _codec(declared: str | None) -> str | None:
    """The name of the encoding that decodes what is declared; None where there is none in which texts are saved."""
    try:
        name = codecs.lookup((declared or "").strip()).name
        b" ".decode(name, "ignore")
    except (LookupError, ValueError):
        return None
    return None if name in _NO_TEXTS else _SUPERSETS.get(name, name)


def _unescaped(data: bytes) -> Decoded | None:
    """Japanese in seven bits, which are ASCII to whoever does not know: "$B" is no sum."""
    text = _read(data, "iso2022_jp") if _ESCAPED in data else None
    return Decoded(text, "iso-2022-jp, guessed") if text and not text.isascii() else None


def _guess(data: bytes) -> Decoded | None:
    if b"\0" in data or _is_broken_utf8(data):
        return None
    western = _read(data, "windows-1252")
    if western is not None and not _NOT_WESTERN.search(western):
        return Decoded(western, "windows-1252, guessed")
    codec = _guessed_codec(data)
    text = _read(data, codec) if codec else None
    return Decoded(text, f"{_NAMES[codec]}, guessed") if codec and text is not None else None


def _is_broken_utf8(data: bytes) -> bool:
    """Whether most of what is not ASCII is UTF-8: a file that was damaged, or joined of two."""
    text = data.decode("utf-8", "surrogateescape")
    return len(_FOREIGN.findall(text)) > 2 * len(_DAMAGED.findall(text))


def _guessed_codec(data: bytes) -> str | None:
    from charset_normalizer import from_bytes  # noqa: PLC0415  few texts need it

    foreign = _HIGH.search(data)
    start = max(0, (foreign.start() if foreign else 0) - _SAMPLE // 8)
    best = from_bytes(data[start : start + _SAMPLE], cp_isolation=list(_NAMES)).best()
    if best is None or best.encoding not in _NAMES or best.chaos > _MOST_NOISE:
        return None
    return best.encoding if best.coherence or best.encoding in _MANY_BYTES else None


def _broken(data: bytes) -> str:
    damaged = _DAMAGED.search(data.decode("utf-8", "surrogateescape"))
    before = damaged.string[: damaged.start()] if damaged else ""
    place = len(before.encode())
    return (
        f"not UTF-8: byte 0x{data[place]:02X} at byte offset {place}, and nothing tells its encoding; "
        "save the file as UTF-8 (from Windows: iconv -f WINDOWS-1252 -t UTF-8)"
    )
