"""A sentence → whether it opens a section of a round-up: a country's name as a heading of its own or before a colon."""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.model import Span
from etl.resolve.places import Place

__all__ = ["opens_section"]

# What may stand around the names of a heading: "* POLAND/GRAIN:", "TRINIDAD AND TOBAGO.", "Kenya and Uganda".
_BEFORE = re.compile(r"[\s*•·#–—-]*(?:the\s+)?", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:,|/|&|-|and)\s*(?:the\s+)?", re.IGNORECASE)
_ALONE = re.compile(r"[\s.*#:–—-]*")
# A label runs on into a sentence; behind the name in a list stands its figure ("India: $72 billion").
_LABEL = re.compile(r"(?:\s*/\s*[\w ]{1,20})?(?::|\s[–—-])\s+(?=[^\W\d_])")


def opens_section(text: str, sentence: Span, places: Sequence[Place]) -> bool:
    """Whether a sentence is a heading of place names, or begins with such a label.

    >>> from etl.grammar.phrases import split_words
    >>> from etl.resolve.places import find_places
    >>> def opens(text):
    ...     return opens_section(text, Span(0, len(text)), find_places(split_words(text)))
    >>> opens("JAMAICA."), opens("* HUNGARY: the deficit grew."), opens("India: $72 billion"), opens("India grew.")
    (True, True, False, False)
    """
    if not places or not _BEFORE.fullmatch(text, sentence.start, places[0].start):
        return False
    last = places[0]
    for place in places[1:]:
        if not _BETWEEN.fullmatch(text, last.end, place.start):
            break
        last = place
    named = all(place.form in {"name", "bloc"} for place in places[: places.index(last) + 1])
    alone = _ALONE.fullmatch(text, last.end, sentence.end) is not None
    return named and (alone or _LABEL.match(text, last.end, sentence.end) is not None)
