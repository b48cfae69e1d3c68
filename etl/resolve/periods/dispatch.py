"""Period node + context → interval: every module of this package registers the function for its nodes here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from etl.grammar.periods.nodes import Node
from etl.resolve.periods.intervals import UNKNOWN, Context, Dates, Interval

__all__ = ["in_each_reading", "resolve", "resolves"]

N = TypeVar("N")
_RESOLVERS: dict[type, Callable[[Any, Context], Interval]] = {}


def resolves(kind: type[N]) -> Callable[[Callable[[N, Context], Interval]], Callable[[N, Context], Interval]]:
    """Register the function that finds the dates of nodes of type `kind`."""

    def register(function: Callable[[N, Context], Interval]) -> Callable[[N, Context], Interval]:
        _RESOLVERS[kind] = function
        return function

    return register


def resolve(node: Node, context: Context) -> Interval:
    """The dates of `node`; `UNKNOWN` when the context does not hold what they need."""
    return _RESOLVERS[type(node)](node, context)


def in_each_reading(container: Interval, cut: Callable[[Interval], Interval | None]) -> Interval:
    """The part `cut` takes out of `container`; of a container without dates, that part of each of its readings.

    "The first half of FY17" of an unknown country has no dates, but one pair for each usual fiscal calendar.
    """
    if container.known or not container.alternatives:
        return cut(container) or UNKNOWN
    parts = (cut(Interval(start, end)) for start, end in container.alternatives)
    readings: tuple[Dates, ...] = tuple(part.dates for part in parts if part is not None)
    return Interval(basis="none", alternatives=readings)
