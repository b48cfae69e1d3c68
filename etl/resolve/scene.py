"""A sentence → its scene: the quantities in it and every cue that says what they measure, for whom and when."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter

from etl.grammar.clauses import clauses
from etl.grammar.phrases import Cue, PhraseFinder, Words, split_words
from etl.lexicon import read_table
from etl.lexicon import words as cell_words
from etl.model import Period, Quantity, Span
from etl.resolve.places import Place, names_office

__all__ = ["Scene", "names_goods", "read_scene"]


@dataclass(frozen=True, slots=True)
class Scene:
    """One sentence with what was found in it, each list in text order."""

    text: str
    sentence: Span
    clauses: tuple[Span, ...]
    quantities: tuple[Quantity, ...]
    periods: tuple[Period, ...]
    metrics: tuple[Cue, ...]
    flows: tuple[Cue, ...]
    products: tuple[Cue, ...]
    statuses: tuple[Cue, ...]
    places: tuple[Place, ...]
    references: tuple[Cue, ...] = ()

    def clause_at(self, offset: int) -> int:
        """The number of the clause that holds `offset`."""
        return max(0, bisect.bisect_right(self.clauses, offset, key=attrgetter("start")) - 1)

    def crossings(self, first: int, second: int) -> int:
        """How many clause borders lie between two offsets."""
        return abs(self.clause_at(first) - self.clause_at(second))

    def quantities_between(self, first: int, second: int) -> int:
        """How many quantities lie between two offsets."""
        low, high = sorted((first, second))
        begin = bisect.bisect_left(self.quantities, low, key=attrgetter("start"))
        return max(0, bisect.bisect_right(self.quantities, high, key=attrgetter("end")) - begin)


def read_scene(
    words: Words,
    sentence: Span,
    quantities: Sequence[Quantity],
    periods: Sequence[Period],
    named: tuple[Sequence[Place], Sequence[Cue]],
) -> Scene:
    """The scene of `sentence`; words, quantities, periods and what is named (places, references) are its own."""
    places, references = named
    text = words.text
    busy = [Span(quantity.start, quantity.end) for quantity in quantities]
    return Scene(
        text,
        sentence,
        tuple(clauses(text, sentence)),
        tuple(quantities),
        tuple(periods),
        _free([cue for cue in _metric_finder().find(words) if not names_office(text, cue.end)], busy),
        _free(_flow_finder().find(words), busy),
        _free(_finder("products.txt", "product").find(words), []),
        _free(_finder("statuses.txt", "status").find(words), []),
        tuple(place for place in places if not _inside(place, busy)),
        tuple(references),
    )


def _free(cues: Sequence[Cue], busy: Sequence[Span]) -> tuple[Cue, ...]:
    """The cues that stand for something and do not lie inside a quantity."""
    return tuple(cue for cue in cues if cue.name != "-" and not _inside(cue, busy))


def _inside(found: Cue | Place, spans: Sequence[Span]) -> bool:
    return any(span.start <= found.start and found.end <= span.end for span in spans)


def names_goods(text: str) -> bool:
    """Whether a text names a product of the lexicon.

    >>> names_goods("four helicopters"), names_goods("four ministers")
    (True, False)
    """
    return bool(_finder("products.txt", "product").find(split_words(text)))


@cache
def _metric_finder() -> PhraseFinder:
    return _metrics_by_word("metrics.txt", "words", "weak")


@cache
def _flow_finder() -> PhraseFinder:
    return _metrics_by_word("flows.txt", "words")


def _metrics_by_word(table: str, *columns: str) -> PhraseFinder:
    """A word of several metrics stands for all of them, in the order of the table."""
    named: dict[str, list[str]] = {}
    for row in read_table(table):
        for word in (word for column in columns for word in cell_words(row[column])):
            named.setdefault(word, []).append(row["metric"])
    return PhraseFinder((word, " ".join(names)) for word, names in named.items())


@cache
def _finder(table: str, column: str) -> PhraseFinder:
    return PhraseFinder((word, row[column]) for row in read_table(table) for word in cell_words(row["words"]))
