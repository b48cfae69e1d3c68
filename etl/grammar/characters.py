"""A text as it is written → the plain text that the grammar reads, and every place found there → its place as written.

Typesetting, web pages and PDFs put characters into words and numbers that a reader does not see or takes for others:
soft hyphens, thin spaces, full-width digits, ligatures, letters apart from their accents. The grammar reads a text
without them; what it finds is told in the offsets and the characters of the text as it is written.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, NamedTuple, TypeVar

from etl.model import Mention, Period, Quantity, Span

__all__ = ["Legible", "legible"]

# What Unicode calls default ignorable, of what texts hold: soft hyphen, zero-width space and joiners, marks of
# direction, byte order mark, variation selectors.
_UNSEEN = (
    r"\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
)
_SPACES = r"\u00a0\u2000-\u200a\u202f\u205f\u3000"
_ACCENTS = r"\u0300-\u034e\u0350-\u036f\u20d0-\u20f0"
# Characters that Unicode takes for compatible with plain ones: ligatures, small forms, full-width signs, letters and
# digits of mathematics, the squared units of East Asia.
_COMPATIBLE = r"\ufb00-\ufb06\ufe50-\ufe6b\uff01-\uff5e\uffe0\uffe1\uffe5\uffe6\U0001d400-\U0001d7ff\u3380-\u33df"
_RAISED = "⁰¹²³⁴-⁹⁻"
# What a footnote's number stands behind: a digit, a word, the end of a clause; but km² and metres³ are units.
_NOTED = (
    r"(?:(?<=\d)|(?<=[^\W\d_]{3})(?<!metre)(?<!meter)(?<!metres)(?<!meters)|(?<=[bmt]n)|(?<=[^\W_][.,;:!?])|(?<=[%)”]))"
)
_ALIKE: Final = {
    **dict.fromkeys("\u2010\u2011\u2012\u02d7", "-"),
    "\u2015": "—",
    **dict.fromkeys("\u02bc\u201b\u00b4", "’"),
    **dict.fromkeys("\u2215\u29f8", "/"),
    "\u066a": "%",
    "\u066b": ".",
    "\u066c": ",",
    "\u2028": "\n",
    "\u2029": "\n\n",
}
_ODD = re.compile(
    # Told apart only where one of them stands: that takes two thirds off the time.
    rf"""(?=[^\x00-\x9f])(?:
        (?P<unseen>[{_UNSEEN}]+)
      | (?P<space>[{_SPACES}])
      | (?P<accents>(?<=[^\W_])[{_ACCENTS}]+)
      | (?P<alike>[{"".join(_ALIKE)}])
      | (?P<compatible>[{_COMPATIBLE}])
      | (?P<digit>\d)
      | (?P<point>(?<=\d)·(?=\d)(?!10(?:\^|[{_RAISED}]|[-−]\d)))  # £1·5bn, not 6.02·10^23
      | (?P<dash>(?<=\d)−(?=\d))  # 750−800, a range
      | (?P<power>(?<=(?<![\d.,])10)(?![¹²](?![{_RAISED}]))[{_RAISED}]+)  # 10⁶, but 10¹ has a footnote
      | (?P<note>{_NOTED}[{_RAISED}]+)  # 5.2¹ billion²
      )
    """,
    re.VERBOSE,
)
# Nothing of the above is among these, which nearly every text is made of: most are settled by one quick look.
_USUAL = re.compile(r"[^\x00-\x9f\xa1-\xac\xae-\xb1\xb5\xb6\xb8\xba-\u02bb‘’“”–—…€₹₽•]")

Found = TypeVar("Found", Quantity, Mention)


class _Edit(NamedTuple):
    """A stretch whose plain form has another length: where it lies in the plain text and where as written."""

    start: int
    end: int
    written_start: int
    written_end: int


@dataclass(frozen=True)
class Legible:
    """A text as `written` and its plain `text`; `edits` are the stretches that differ in length, in order."""

    written: str
    text: str
    edits: tuple[_Edit, ...] = ()

    @property
    def as_written(self) -> bool:
        """Whether the text is plain as it is written."""
        return self.text is self.written

    def span(self, start: int, end: int) -> Span:
        """Where the plain characters `[start, end)` are written, without unseen characters at either end."""
        return Span(self._written_at(start)[0], self._written_at(end - 1)[1])

    def found(self, found: Found) -> Found:
        """A quantity or a mention of the plain text, as it is written."""
        span = self.span(found.start, found.end)
        return replace(found, start=span.start, end=span.end, text=span.within(self.written))

    def period(self, period: Period) -> Period:
        """A period of the plain text, as it is written."""
        span = self.span(period.span_start, period.span_end)
        return replace(period, span_start=span.start, span_end=span.end, text=span.within(self.written))

    def _written_at(self, place: int) -> tuple[int, int]:
        """Where the character that stands for a plain one begins and ends as written."""
        number = bisect_right(self._starts, place) - 1
        if number < 0:
            return place, place + 1
        edit = self.edits[number]
        if place < edit.end:
            return edit.written_start, edit.written_end
        start = edit.written_end + place - edit.end
        return start, start + 1

    @cached_property
    def _starts(self) -> list[int]:
        return [edit.start for edit in self.edits]


def legible(text: str) -> Legible:
    r"""`text` without what a reader does not see, and with the plain form of characters that are printed in another.

    Unseen characters and the raised digits of footnotes vanish;
    each space is " ", each digit one of 0 to 9; hyphens,
    apostrophes, full-width and mathematical characters, ligatures, squared units and accents set apart become the usual
    characters. Dashes and the minus sign stay: they mean something else than a hyphen does. To do it twice changes
    nothing.

    >>> read = legible("It cost $5.2¹ bil\u00adlion.")
    >>> read.text, read.span(8, 20)
    ('It cost $5.2 billion.', Span(start=8, end=22))
    """
    if text.isascii() or not _USUAL.search(text):
        return Legible(text, text)
    pieces: list[str] = []
    edits: list[_Edit] = []
    done = size = 0
    for match in _ODD.finditer(text):
        start, end = match.span()
        start -= match.lastgroup == "accents" and start > done
        plain = _plain(match.lastgroup, text[start:end])
        size += start - done
        if len(plain) != end - start:
            edits.append(_Edit(size, size + len(plain), start, end))
        pieces += (text[done:start], plain)
        done, size = end, size + len(plain)
    return Legible(text, "".join((*pieces, text[done:])), tuple(edits)) if pieces else Legible(text, text)


def _plain(kind: str | None, written: str) -> str:
    """The plain form of what a group of `_ODD` matched; of accents with the letter before them."""
    if kind == "space":
        return " "
    if kind == "alike":
        return _ALIKE[written]
    if kind == "accents":
        return unicodedata.normalize("NFC", written)[0] if written[0].isalnum() else ""
    if kind in ("compatible", "digit"):
        return str(int(written)) if written.isdecimal() else unicodedata.normalize("NFKC", written)
    if kind == "power":
        return "^" + unicodedata.normalize("NFKC", written).replace("\N{MINUS SIGN}", "-")
    return {"point": ".", "dash": "–"}.get(kind or "", "")
