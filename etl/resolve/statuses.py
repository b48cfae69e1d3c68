"""A quantity in its scene → its status: it happened, or it is meant, expected, possible, promised or estimated."""

from __future__ import annotations

import re

from etl.model import Quantity, Status
from etl.resolve.metrics import Reading
from etl.resolve.scene import Scene

__all__ = ["read_status"]

# A relative clause in the past, or the older of two figures, ends the reach of "expects", "aims".
_ENDS_REACH = re.compile(
    r"\b(?:which|who|that)\s+(?:was|were|stood|had|reached)\b|\b(?:up|down)\s+from\b"
    r"|\bfrom\b(?![^,]*\bto\s+(?:[\w-]+\s+){0,2}$)(?=[^,]*$)|\b(?:compared|against|versus)\b|;",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\s+(?:of|at)\s+(?:[\w-]+\s+){0,2}", re.IGNORECASE)
# What will be is a forecast where no word says that it is somebody's plan or promise.
_WILL = re.compile(r"\b(?:will|shall)\b", re.IGNORECASE)
_BEHIND = re.compile(r"[-\s]+(?:(?!and\b|or\b|but\b|that\b|which\b|as\b)[\w-]+\s+){0,2}$")


def read_status(scene: Scene, quantity: Quantity, reading: Reading, *, base: bool) -> Status:
    """The status that the nearest word of intent, expectation or promise in the clause gives; actual without one."""
    if base and not _names_figure(scene, quantity):
        return "actual"
    for cue in reversed(scene.statuses):
        if cue.end <= quantity.start and _reaches(scene, cue.end, quantity):
            return _settled(cue.name, reading)
    for cue in scene.statuses:
        if cue.start >= quantity.end and _BEHIND.fullmatch(scene.text[quantity.end : cue.start]):
            return _settled(cue.name, reading)
    clause = scene.clauses[scene.clause_at(quantity.start)]
    coming = _WILL.search(scene.text, clause.start, quantity.start)
    return "forecast" if coming and _reaches(scene, coming.end(), quantity) else "actual"


def _names_figure(scene: Scene, quantity: Quantity) -> bool:
    """Whether the figure itself is called a target or a forecast: "against a target of $58bn"."""
    ahead = (cue for cue in scene.statuses if cue.end <= quantity.start)
    return any(_NAMED.fullmatch(scene.text[cue.end : quantity.start]) for cue in ahead)


def _reaches(scene: Scene, cue_end: int, quantity: Quantity) -> bool:
    gap = scene.text[cue_end : quantity.start]
    return scene.crossings(cue_end - 1, quantity.start) == 0 and not _ENDS_REACH.search(gap)


def _settled(status: str, reading: Reading) -> Status:
    """A promise is kept for money and deals; "agreed to raise trade to $1bn" sets a target."""
    if status == "commitment" and reading.row["span"] == "flow" and not reading.verb:
        return "target" if reading.row["parties"] == "pair" else "commitment"
    return status  # type: ignore[return-value]  # the table's column holds Status names only
