"""Text around an expression → its tense, whether it speaks of a stock, and the periods named before it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from etl.grammar.clauses import sentences
from etl.grammar.periods.tokens import lowered
from etl.lexicon import any_of, cache, read_table, words
from etl.model import Period, Span

__all__ = ["NOWHERE", "Earlier", "Surroundings", "Tense", "Text"]

Tense = Literal["past", "future"]

_REACH = 120  # characters a verb may stand from its date
_LOOK_BACK = 12  # periods: more than any two sentences of the development texts name
_CLAUSE_BREAK = re.compile(r"[.!?;:]\s|\n\s*\n")


class Earlier(NamedTuple):
    """A period found before, and how many sentence ends lie between."""

    period: Period
    sentences_back: int


class Text:
    """A text with its sentences, looked for when first asked."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def sentences(self) -> list[Span]:
        """The sentences in order."""
        return list(sentences(self.text))

    def sentences_between(self, start: int, end: int) -> int:
        """How many sentences begin after `start` and not after `end`."""
        return bisect_right(self._starts, end) - bisect_right(self._starts, start)

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]


class Surroundings:
    """One expression in its text, after the periods `found` before it; each fact is worked out when first asked."""

    def __init__(self, text: Text, start: int, end: int, found: Sequence[Period]) -> None:
        self._text = text
        self._start = start
        self._end = end
        self._found = found

    @cached_property
    def tense(self) -> Tense | None:
        """The tense of the nearest verb before the expression in its clause, else of the first one after it.

        >>> Surroundings(Text("The alliance will hold a summit in October."), 35, 42, ()).tense
        'future'
        """
        cues = list(_cues().finditer(self._left)) or list(_cues().finditer(self._right))[:1]
        return None if not cues else "future" if cues[-1].lastgroup == "future" else "past"

    @cached_property
    def stock(self) -> bool:
        """Whether the clause names something that is counted on a day: reserves, debt, a population."""
        return bool(_stocks().search(self._left) or _stocks().search(self._right))

    def earlier(self) -> Iterator[Earlier]:
        """The last periods before the expression, each with its distance in sentences."""
        for period in self._found[-_LOOK_BACK:]:
            yield Earlier(period, self._text.sentences_between(period.span_end, self._start))

    @cached_property
    def _left(self) -> str:
        left = self._text.text[max(0, self._start - _REACH) : self._start]
        return lowered(_CLAUSE_BREAK.split(left)[-1])

    @cached_property
    def _right(self) -> str:
        right = self._text.text[self._end : self._end + _REACH]
        return lowered(_CLAUSE_BREAK.split(right, maxsplit=1)[0])


NOWHERE = Surroundings(Text(""), 0, 0, ())  # no words around, nothing before


@cache
def _cues() -> re.Pattern[str]:
    future, past = _listed("future"), _listed("past")
    return re.compile(rf"\b(?:(?P<future>{future})|(?P<past>(?<!be )(?:{past}|\w\w+ed)))\b")


@cache
def _stocks() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_listed('stock')})\b")


def _listed(cue: str) -> str:
    return any_of(word for row in read_table("period_cues.txt") if row["cue"] == cue for word in words(row["words"]))
