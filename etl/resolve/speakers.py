"""A sentence → who says what it says, by name."""

from __future__ import annotations

import re

from etl.lexicon import alternatives, cache
from etl.resolve.scene import Scene

__all__ = ["read_speaker"]

# From the first capitalised word to the last: "according to the diplomat" names nobody.
_NAME = re.compile(r"[A-Z]\S*(?:.*\s[A-Z]\S*)?")


def read_speaker(scene: Scene) -> str | None:
    """speaker = "according to" Name | Name "said", a name beginning and ending with a capital; a country is none."""
    match = _speaker().search(scene.text, scene.sentence.start, scene.sentence.end)
    found = _NAME.search(match[1] or match[2]) if match else None
    name = found.group().rstrip(".") if found else ""
    return None if name in {scene.text[place.start : place.end] for place in scene.places} else name or None


@cache
def _speaker() -> re.Pattern[str]:
    says = alternatives("offices.txt", place="says")
    return re.compile(
        r"\b[Aa]ccording to (?:the |a |an )?((?:[A-Z][\w’'.-]*|of|the|for|and)(?: (?:[A-Z][\w’'.-]*|of|the|for|and))*)"
        rf"|\b((?:[A-Z][\w’'-]+ ){{1,4}})(?:{says})\b"
    )
