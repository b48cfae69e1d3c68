"""A quantity in its scene → its status: it happened, or it is meant, expected, possible, promised or estimated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from etl.grammar.phrases import Cue, plain
from etl.lexicon import any_of, cache, read_table, words
from etl.model import Quantity, Status
from etl.resolve.kinds import FILLER
from etl.resolve.metrics import Reading
from etl.resolve.scene import Scene

__all__ = ["read_status", "status_ahead"]

# A relative clause in the past, or the older of two figures, ends the reach of "expects", "aims".
_ENDS_REACH = re.compile(
    r"\b(?:which|who|that)\s+(?:was|were|stood|had|reached)\b|\bwhose\b|\b(?:up|down)\s+from\b"
    r"|\bfrom\b(?![^,]*\bto\s+(?:[\w-]+\s+){0,2}$)(?=\s+(?-i:(?:[a-z-]+\s+){0,2})$|[^,]*\d[^,]*$)|\b(?:compared|against|versus|since|following)\b|;",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\s+(?:of|at)\s+(?:[\w-]+\s+){0,2}", re.IGNORECASE)
# "a $5bn target", "$5bn (4.6bn euros) was pledged"; not "$5bn against a target".
_BEHIND = re.compile(
    r"(?:\s*\([^()]*\))?[-\s]+"
    r"(?:(?!(?:and|or|but|that|which|as|against|versus|than|from|to|with|below|above|if|while|by|short|of\s+(?:the|its|their|an?))\b)[\w-]+\s+)"
    r"{0,3}",
    re.IGNORECASE,
)
# "by the ministry's estimate": whose figure it is, wherever in the clause it stands.
_SOURCE = re.compile(r"\b(?:by|according\s+to|on)\s+(?:[\w’'-]+\s+){0,3}$", re.IGNORECASE)
_BY_HOW_MUCH = re.compile(rf"\s+by\s+{FILLER}", re.IGNORECASE)
_RAISED_TO = re.compile(rf"\s+be\s+[\w-]+\s+to\s+{FILLER}", re.IGNORECASE)
_OWNED = r"\s+(?:(?:its|the|their|his|her|an?)\s+)?(?:[\w-]+\s+){0,3}$"


def read_status(scene: Scene, quantity: Quantity, reading: Reading, *, base: bool) -> Status:
    """The status that the nearest word of intent, expectation or promise in the clause gives; actual without one."""
    if base:
        return _status_of_base(scene, quantity)
    cues = (*_in_front(scene, quantity), *_behind(scene, quantity), *_sources(scene, quantity))
    strong = [cue for cue in cues if not _is_weak(cue)]
    first = next(iter(strong or cues), None)
    if first and first.name == "estimate" and len(strong) < len(cues):
        return "forecast"  # "reckons that it will absorb 761,000 tonnes"
    return _settled(first.name, reading) if first else "actual"


def status_ahead(scene: Scene, quantity: Quantity) -> Status:
    """The status of a figure of time to come: what the sentence has called one so far, else a forecast."""
    said = [cue.name for cue in scene.statuses if cue.end <= quantity.start]
    return cast("Status", said[-1]) if said else "forecast"


def _status_of_base(scene: Scene, quantity: Quantity) -> Status:
    """The older of two figures is one that happened, unless it is itself called a target or a forecast."""
    named = (cue for cue in scene.statuses if cue.end <= quantity.start and _names_figure(scene, cue, quantity))
    called = (*named, *(cue for cue in _behind(scene, quantity) if cue.name != "potential"))
    return next((cast("Status", cue.name) for cue in called), "actual")


def _names_figure(scene: Scene, cue: Cue, quantity: Quantity) -> bool:
    """Whether a word calls the older figure a target: "against a target of $58bn", "its target to $5bn from $6bn"."""
    if _NAMED.fullmatch(scene.text, cue.end, quantity.start):
        return True
    revised = scene.crossings(cue.start, quantity.start) == 0
    return revised and _revision().search(scene.text, scene.sentence.start, cue.start) is not None


def _in_front(scene: Scene, quantity: Quantity) -> Iterator[Cue]:
    """The words in front of a figure that reach it, the nearest first; "a target of $5bn" is that of $5bn alone."""
    return (cue for cue in reversed(scene.statuses) if cue.end <= quantity.start and _reaches(scene, cue.end, quantity))


def _behind(scene: Scene, quantity: Quantity) -> Iterator[Cue]:
    """The words right behind a figure: "a $5bn target"."""
    behind = (cue for cue in scene.statuses if cue.start >= quantity.end)
    near = (cue for cue in behind if _BEHIND.fullmatch(scene.text, quantity.end, cue.start))
    return (cue for cue in near if not _leads_away(scene, cue))


def _leads_away(scene: Scene, cue: Cue) -> bool:
    """Whether what is meant is the next figure: "its tariff of 7.5% could be raised to 10%"."""
    following = next((other for other in scene.quantities if other.start >= cue.end), None)
    return following is not None and _RAISED_TO.fullmatch(scene.text, cue.end, following.start) is not None


def _sources(scene: Scene, quantity: Quantity) -> Iterator[Cue]:
    """The words of the clause that tell whose figure it is: "fell 3m tonnes last year by the ministry's estimate"."""
    clause = scene.clauses[scene.clause_at(quantity.start)]
    inside = (cue for cue in scene.statuses if clause.start <= cue.start < clause.end and cue.name == "estimate")
    return (cue for cue in inside if _SOURCE.search(scene.text, clause.start, cue.start))


def _reaches(scene: Scene, cue_end: int, quantity: Quantity) -> bool:
    gap = scene.text[cue_end : quantity.start]
    if _ENDS_REACH.search(gap) or _BY_HOW_MUCH.fullmatch(gap) or scene.crossings(cue_end - 1, quantity.start):
        return False
    other = next((other for other in scene.quantities if other.start >= cue_end), quantity)
    return other is quantity or not _NAMED.fullmatch(scene.text, cue_end, other.start)


def _settled(status: str, reading: Reading) -> Status:
    """A promise is kept for money and deals; "agreed to raise trade to $1bn" sets a target."""
    if status == "commitment" and reading.row["span"] == "flow" and not reading.verb:
        return "target" if reading.row["parties"] == "pair" else "commitment"
    return cast("Status", status)


@cache
def _revision() -> re.Pattern[str]:
    """The end of a text after which a target or forecast is one that was changed: "raised its"."""
    moved = any_of(word for row in read_table("changes.txt") if row["kind"] in _MOVES for word in words(row["words"]))
    return re.compile(rf"\b(?:{moved}){_OWNED}", re.IGNORECASE)


_MOVES = frozenset({"verb", "move"})


@cache
def _weak_words() -> frozenset[str]:
    return frozenset(plain(word) for row in read_table("statuses.txt") for word in words(row["weak"]))


def _is_weak(cue: Cue) -> bool:
    return plain(cue.text) in _weak_words()
