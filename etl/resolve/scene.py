"""A sentence → its scene: the quantities in it and every cue that says what they measure, for whom and when."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from etl.grammar.clauses import clauses
from etl.grammar.phrases import Cue
from etl.model import Period, Quantity, Span
from etl.resolve.cues import Cues
from etl.resolve.places import Place

__all__ = ["Scene", "read_scene"]

Found = TypeVar("Found", Cue, Place)


@dataclass(frozen=True)
class Scene:
    """One sentence with what was found in it, each list in text order."""

    text: str
    sentence: Span
    quantities: tuple[Quantity, ...]
    periods: tuple[Period, ...]
    metrics: tuple[Cue, ...]
    flows: tuple[Cue, ...]
    products: tuple[Cue, ...]
    statuses: tuple[Cue, ...]
    places: tuple[Place, ...]
    references: tuple[Cue, ...] = ()

    @cached_property
    def clauses(self) -> list[Span]:
        """The clauses of the sentence."""
        return clauses(self.text, self.sentence)

    def clause_at(self, offset: int) -> int:
        """The number of the clause that holds `offset`."""
        return max(0, bisect.bisect_right(self._clause_starts, offset) - 1)

    def crossings(self, first: int, second: int) -> int:
        """How many clause borders lie between two offsets."""
        return abs(self.clause_at(first) - self.clause_at(second))

    def quantities_between(self, first: int, second: int) -> int:
        """How many quantities lie between two offsets."""
        low, high = (first, second) if first <= second else (second, first)
        return max(0, bisect.bisect_right(self._ends, high) - bisect.bisect_left(self._starts, low))

    def quantity_before(self, offset: int) -> Quantity | None:
        """The last quantity that ends at or before an offset."""
        number = bisect.bisect_right(self._ends, offset)
        return self.quantities[number - 1] if number else None

    @cached_property
    def units(self) -> frozenset[str | None]:
        """The units of the quantities."""
        return frozenset(quantity.unit for quantity in self.quantities)

    @cached_property
    def _clause_starts(self) -> list[int]:
        return [clause.start for clause in self.clauses]

    @cached_property
    def _starts(self) -> list[int]:
        return [quantity.start for quantity in self.quantities]

    @cached_property
    def _ends(self) -> list[int]:
        return [quantity.end for quantity in self.quantities]


def read_scene(
    text: str, sentence: Span, cues: Cues, quantities: Sequence[Quantity] = (), periods: Sequence[Period] = ()
) -> Scene:
    """The scene of a sentence from the cues, quantities and periods in it; what measures lies outside the figures."""
    return Scene(
        text,
        sentence,
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
    if not found or not quantities:
        return tuple(found)
    return tuple(
        item for item in found if not any(one.start <= item.start and item.end <= one.end for one in quantities)
    )
