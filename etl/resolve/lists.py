"""A scene whose figures are told "respectively" → the scene of one figure: of each list only the item it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from etl.model import Quantity, Span
from etl.resolve.scene import Scene

__all__ = ["told_apart"]

Item = TypeVar("Item")
_WORD = "respectively"
# Characters from a figure to the word: "$5bn and $6bn in the first and the second quarter, respectively".
_REACH = 120
# What stands between two items of a list: "Peru [, ]Chile [and to the ]UK", "40 [and about ]50 tonnes".
_LINK = re.compile(
    r"(?:[’']s?)?\s*(?:,|&|,?\s*\b(?:and|or)\b)\s*(?:(?:to|from|with|in|by|of|for|at|the|about|nearly|over|some)\s+){0,2}",
    re.IGNORECASE,
)


def told_apart(scene: Scene, quantity: Quantity) -> Scene:
    """The scene without the other figures of its list, and without the places and periods that belong to them.

    "Exports to Peru and Chile were $3bn and $4bn, respectively": beside $4bn stays Chile. Without the word, or where
    the lists differ in length, the scene is as it was.
    """
    word = scene.text.find(_WORD, quantity.end, min(scene.sentence.end, quantity.end + _REACH))
    if word < 0:
        return scene
    figures = [Span(other.start, other.end) for other in scene.quantities]
    own = scene.quantities.index(quantity)
    run = next(run for run in _runs(scene.text, figures) if own in run)
    behind = Span(figures[run[-1]].end, word)
    places = [Span(place.start, place.end) for place in scene.places]
    periods = [Span(period.span_start, period.span_end) for period in scene.periods]
    place_list = _list_of(scene.text, places, len(run), figures[run[0]].start, behind)
    period_list = _list_of(scene.text, periods, len(run), figures[run[0]].start, behind)
    if not place_list and not period_list:
        return scene
    number = run.index(own)
    tied = [
        place._replace(preposition=scene.places[place_list[0]].preposition) if index in place_list else place
        for index, place in enumerate(scene.places)
    ]
    return replace(
        scene,
        quantities=_without_others(scene.quantities, run, number),
        places=_without_others(tied, place_list, number),
        periods=_without_others(scene.periods, period_list, number),
    )


def _without_others(items: Sequence[Item], listed: Sequence[int], number: int) -> tuple[Item, ...]:
    """The items but those of a list, of which only the one with this number stays."""
    return tuple(item for index, item in enumerate(items) if index not in listed or index == listed[number])


def _list_of(text: str, spans: Sequence[Span], length: int, figures: int, behind: Span) -> list[int]:
    """The list of as many items as there are figures: between them and the word, else the last in front of them."""
    lists = [run for run in _runs(text, spans) if len(run) == length > 1]
    after = [run for run in lists if behind.start <= spans[run[0]].start and spans[run[-1]].end <= behind.end]
    before = [run for run in lists if spans[run[-1]].end <= figures]
    return (after or before[-1:] or [[]])[0]


def _runs(text: str, spans: Sequence[Span]) -> list[list[int]]:
    """The numbers of spans, those that stand in one list together."""
    runs = [[0]] if spans else []
    for number, (first, second) in enumerate(pairwise(spans), 1):
        if first.end <= second.start and _LINK.fullmatch(text, first.end, second.start):
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs
