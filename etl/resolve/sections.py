"""A sentence → the countries of the heading it is or begins with, where it opens a section of a round-up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.model import Span
from etl.resolve.places import Place

__all__ = ["heading_of"]

# What may stand around the names of a heading: "* POLAND/GRAIN:", "TRINIDAD AND TOBAGO.", "Kenya and Uganda".
_BEFORE = re.compile(r"[\s*•·#–—-]*(?:the\s+)?", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:,|/|&|-|and)\s*(?:the\s+)?", re.IGNORECASE)
_ALONE = re.compile(r"[\s.*#:–—-]*")
# A label runs on into a sentence; behind the name in a list stands its figure ("India: $72 billion").
_LABEL = re.compile(r"(?:\s*/\s*[\w ]{1,20})?:\s+(?=[^\W\d_])")


def heading_of(text: str, sentence: Span, places: Sequence[Place]) -> tuple[str, ...]:
    """The codes of the countries that a heading or a label before a colon names; none where a sentence is no heading.

    >>> from etl.grammar.phrases import split_words
    >>> from etl.resolve.places import find_places
    >>> def heading(text):
    ...     return heading_of(text, Span(0, len(text)), find_places(split_words(text)))
    >>> heading("PERU AND CHILE."), heading("* HUNGARY: the deficit grew."), heading("India: $72 billion")
    (('PER', 'CHL'), ('HUN',), ())
    """
    if not places or not _BEFORE.fullmatch(text, sentence.start, places[0].start):
        return ()
    named = [places[0]]
    for place in places[1:]:
        if not _BETWEEN.fullmatch(text, named[-1].end, place.start):
            break
        named.append(place)
    end = named[-1].end
    heads = _ALONE.fullmatch(text, end, sentence.end) or _LABEL.match(text, end, sentence.end)
    plain = all(place.form in {"name", "bloc"} for place in named)
    return tuple(dict.fromkeys(place.code for place in named)) if heads and plain else ()
