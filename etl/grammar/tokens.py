"""A text → its tokens in parallel lists, so that grammar functions work on indices and never on characters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from operator import add
from typing import Final, Generic, NamedTuple, TypeVar

__all__ = ["DASHES", "WALL", "Tokens", "Wordings", "tokenize"]

WALL: Final = ""
"""The token at both ends of a text and between paragraphs: no quantity reaches across it."""

DASHES: Final = frozenset("-\u2010\u2011\u2012\u2013\u2014")
"""Hyphens and dashes as texts use them between digits and words; the minus sign U+2212 is none."""

_NUMERAL = r"\d{1,3}(?: \d{3})+(?:\.\d+|,\d\d?)?(?!\d|,\d)|\d+(?:[.,'’]\d+)*|(?<![\w.])\.\d+"
# Nearly every word is plain ASCII, and one space follows it: tried first, that takes a third off the time.
_WORD = r"(?:[A-Za-z]+(?![^\W\d_]|['’])|[^\W\d_¼½¾⅐-⅞]+(?:['’](?:[sS]|[tT])\b)?)"
# A line end inside a paragraph is a space: agencies wrap "3.65\nbillion dlrs".
_SPACE = r"(?: (?!\s)|[^\S\n]*(?:\n(?![^\S\n]*\n)[^\S\n]*)?)"
# A terminal's colour code, as logs hold it, is no "31m".
_ESCAPE = r"\x1b\[[\d;]*[A-Za-z]"
_PIECES = re.compile(rf"(?:{_ESCAPE}|{_WORD}|{_NUMERAL}|\S){_SPACE}|\s+")
_PAD = 10
_CODE_LETTERS = 4

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text: words in lower case, as written, and their places, padded with walls at both ends.

    A grammar function may look ten tokens beyond an anchor without asking where the text ends.
    """

    text: str
    words: list[str]
    raw: list[str]
    starts: list[int]
    ends: list[int]

    def glued(self, index: int) -> bool:
        """Whether nothing stands between this token and the one before it."""
        return self.ends[index - 1] == self.starts[index] and self.words[index] != WALL != self.words[index - 1]

    def joins(self, index: int) -> bool:
        """Whether this token stands between two others without a space: the hyphen of Mi-35."""
        return self.glued(index) and self.glued(index + 1)


def tokenize(text: str) -> Tokens:
    """The tokens of `text`: words, numerals and single signs, with a wall for each blank line.

    >>> [word for word in tokenize("about $3.1bn").words if word]
    ['about', '$', '3.1', 'bn']
    """
    pieces = _PIECES.findall(text)
    raw = list(map(str.rstrip, pieces))
    starts = list(accumulate(map(len, pieces), initial=0))
    ends = list(map(add, starts, map(len, raw)))
    walls, front, back = [WALL] * _PAD, [0] * _PAD, [len(text)] * _PAD
    return Tokens(
        text=text,
        words=[*walls, *map(str.lower, raw), *walls],
        raw=[*walls, *raw, *walls],
        starts=[*front, *starts[:-1], *back],
        ends=[*front, *ends, *back],
    )


class Wordings(Generic[Value]):
    """Wordings of a table → values, looked up at one place among the tokens; the longest wording that fits wins.

    A wording fits any case; a single letter, or a code of up to four with a capital, fits exactly: `Mt` is not `mt`.

    >>> wordings = Wordings([("over", ">"), ("just over", ">"), ("no more than", "<=")])
    >>> tokens = tokenize("no more than 20%")
    >>> wordings.before(tokens, tokens.words.index("20"))[1]
    '<='
    """

    def __init__(self, wordings: Iterable[tuple[str, Value]]) -> None:
        """Index `wordings`, those that fit exactly apart; of two alike the first counts."""
        self._values: dict[bool, dict[tuple[str, ...], Value]] = {True: {}, False: {}}
        self._by_first: dict[str, list[_Shape]] = {}
        self._by_last: dict[str, list[_Shape]] = {}
        for wording, value in wordings:
            exact = _is_code(wording)
            form = _phrase(wording if exact else wording.lower())
            self._values[exact].setdefault(form, value)
            _note(self._by_first, form[0].lower(), _Shape(-len(form), not exact))
            _note(self._by_last, form[-1].lower(), _Shape(-len(form), not exact))

    def after(self, tokens: Tokens, start: int) -> tuple[int, Value] | None:
        """The wording that begins at token `start`: index after it, and its value."""
        for less, folded in self._by_first.get(tokens.words[start], ()):
            seen = tokens.words if folded else tokens.raw
            value = self._values[not folded].get(tuple(seen[start : start - less]))
            if value is not None:
                return start - less, value
        return None

    def before(self, tokens: Tokens, end: int) -> tuple[int, Value] | None:
        """The wording that ends before token `end`: index of its first token, and its value."""
        for less, folded in self._by_last.get(tokens.words[end - 1], ()):
            seen = tokens.words if folded else tokens.raw
            value = self._values[not folded].get(tuple(seen[end + less : end]))
            if value is not None:
                return end + less, value
        return None


class _Shape(NamedTuple):
    """How long a wording is, negated, and whether it fits any case: so sorted, the longest is tried first."""

    less: int
    folded: bool


def _note(shapes: dict[str, list[_Shape]], word: str, shape: _Shape) -> None:
    shapes[word] = sorted({*shapes.get(word, ()), shape})


def _phrase(wording: str) -> tuple[str, ...]:
    return tuple(piece.rstrip() for piece in _PIECES.findall(wording))


def _is_code(wording: str) -> bool:
    letters = [character for character in wording if character.isalpha()]
    return len(wording) == 1 or (len(letters) <= _CODE_LETTERS and any(map(str.isupper, letters)))
