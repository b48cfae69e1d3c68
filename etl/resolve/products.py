"""A quantity in its scene → the goods it concerns."""

from __future__ import annotations

import re

from etl.model import Quantity
from etl.resolve.scene import Scene

__all__ = ["read_product"]

_ATTACHED = re.compile(r"\s*(?:worth\s+)?(?:of|in|for)?\s*(?:[\w’'-]+\s+){0,3}$", re.IGNORECASE)
_BREAK = re.compile(r"[,;:]|\b(?:and|to|from|while|is|was|were|as|with)\b", re.IGNORECASE)


def read_product(scene: Scene, quantity: Quantity, inherited: str | None) -> str | None:
    """The product named right behind the figure, else the last one named between the figure before and this one."""
    for cue in scene.products:
        gap = scene.text[quantity.end : cue.start]
        if cue.start >= quantity.start and (
            cue.start < quantity.end or (_ATTACHED.fullmatch(gap) and not _BREAK.search(gap))
        ):
            return cue.name
    before = scene.quantity_before(quantity.start)
    start = before.end if before else scene.sentence.start
    named = [cue.name for cue in scene.products if start <= cue.start and cue.end <= quantity.start]
    return named[-1] if named else inherited
