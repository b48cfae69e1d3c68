"""A sentence → its scene: the quantities in it and every cue that says what they measure, for whom and when."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

from etl.grammar.clauses import clauses
from etl.grammar.phrases import Cue
from etl.model import Period, Quantity, Span
from etl.resolve.cues import Cues
from etl.resolve.places import Place

__all__ = ["Scene", "read_scene"]

Found = TypeVar("Found", Cue, Place)


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
    text: str, sentence: Span, cues: Cues, quantities: Sequence[Quantity] = (), periods: Sequence[Period] = ()
) -> Scene:
    """The scene of a sentence from the cues, quantities and periods in it; what measures lies outside the figures."""
    return Scene(
        text,
        sentence,
        tuple(clauses(text, sentence)),
        tuple(quantities),
        tuple(periods),
        _free(cues.metrics, quantities),
        _free(cues.flows, quantities),
        tuple(cues.products),
        tuple(cues.statuses),
        _free(cues.places, quantities),
        tuple(cues.references),
    )


def _free(found: Sequence[Found], quantities: Sequence[Quantity]) -> tuple[Found, ...]:
    """Those that do not lie inside a quantity."""
    return tuple(
        item for item in found if not any(one.start <= item.start and item.end <= one.end for one in quantities)
    )
