"""Text → the countries and blocs it names, with what tells whether a figure is about them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from etl.grammar.phrases import Cue, PhraseFinder, Words
from etl.lexicon import alternatives, read_table, words

__all__ = ["Place", "Topic", "find_places", "names_office", "read_topic"]

_PREPOSITION = re.compile(
    r"\b(to|from|with|by|of|in|into|between|for|and|towards|against|at|on)\s+(?:the\s+)?$", re.IGNORECASE
)
_POSSESSIVE = re.compile(r"[’']s?\b|[’'](?=\s)")
# "US$", "Australian dollars": the name belongs to the money.
_CURRENCY = re.compile(
    r"\s?\$|\s(?:dollars?|dlrs|cents?|rupees?|rou?bles?|pounds?|lira|taka|baht|yuan)\b", re.IGNORECASE
)
_LOOK_AHEAD = 48
_LOOK_BEHIND = 28
# Two countries are a document's pair when the second stands in this part of the first one's sentences.
_SHARED_SENTENCES = 0.3
# or when it is named in this many sentences for each that names the first.
_SECOND_PARTY = 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """A country or bloc named in a text; `form` is name, demonym, capital or city.

    `weak`: the name belongs to a speaker, an office or a place of meeting. `preposition`: the word that ties it to what
    stands before ("to", "from", "with" ...), or None. `possessive`: "Pakistan's".
    """

    start: int
    end: int
    code: str
    form: str
    weak: bool
    preposition: str | None
    possessive: bool


def find_places(words: Words) -> list[Place]:
    """The places that words name, in order.

    >>> found = find_places(split_words("Pakistani exports to Russia"))
    >>> [(place.code, place.form, place.preposition) for place in found]
    [('PAK', 'demonym', None), ('RUS', 'name', 'to')]
    """
    text = words.text
    return [_place(text, cue) for cue in _finder().find(words) if not _CURRENCY.match(text, cue.end)]


@dataclass(frozen=True, slots=True)
class Topic:
    """The country or the pair of countries a whole document is about, and all it names, the most named first."""

    codes: tuple[str, ...] = ()
    ranked: tuple[str, ...] = ()


def read_topic(sentences: Iterable[Iterable[Place]]) -> Topic:
    """The parties that sentences speak of, each given by the places it names.

    A pair is two countries that share sentences; a second country that only turns up now and then makes no pair.

    >>> told = ("Trade between Moscow and Islamabad grew.", "Pakistan sold Russia rice.")
    >>> read_topic(find_places(split_words(sentence)) for sentence in told).codes
    ('PAK', 'RUS')
    """
    alone: Counter[str] = Counter()
    together: Counter[tuple[str, ...]] = Counter()
    for places in sentences:
        codes = list(dict.fromkeys(place.code for place in places))
        alone.update(codes)
        together.update(combinations(sorted(codes), 2))
    ranked = tuple(code for code, _ in alone.most_common())
    partners = [code for code in ranked[1:] if _is_pair(alone, together, ranked[0], code)]
    return Topic((*ranked[:1], *partners[:1]), ranked)


def _is_pair(alone: Counter[str], together: Counter[tuple[str, ...]], first: str, second: str) -> bool:
    shared = together[tuple(sorted((first, second)))]
    often = shared >= max(2, alone[first] * _SHARED_SENTENCES)
    only = len(alone) == 2 and (shared > 0 or alone.total() > 2)  # noqa: PLR2004  a pair, one of them named again
    return only or often or (shared > 0 and alone[second] >= max(2, alone[first] * _SECOND_PARTY))  # noqa: PLR2004


def names_office(text: str, end: int) -> bool:
    """Whether the word that ends at `end` belongs to an office: "trade" in "the trade ministry".

    >>> names_office("the trade ministry", 9), names_office("trade fell", 5)
    (True, False)
    """
    return _office_next().match(text, end) is not None


def _place(text: str, cue: Cue) -> Place:
    code, form = cue.name.split()
    before = text[max(0, cue.start - _LOOK_BEHIND) : cue.start]
    after = text[cue.end : cue.end + _LOOK_AHEAD]
    preposition = _PREPOSITION.search(before)
    word = preposition[1].lower() if preposition else None
    return Place(
        cue.start,
        cue.end,
        code,
        form,
        weak=form == "city" or _speaks(before, after) or (form == "capital" and word in {"in", "at"}),
        preposition=word,
        possessive=_POSSESSIVE.match(after) is not None,
    )


def _speaks(before: str, after: str) -> bool:
    """Whether an office stands within three words behind the name, or right in front of it."""
    return _offices_after().match(after) is not None or _offices_before().search(before) is not None


@cache
def _finder() -> PhraseFinder:
    phrases = []
    for row in read_table("countries.txt"):
        phrases += [(word, f"{row['code']} name") for word in (row["name"], *words(row["aliases"]))]
        phrases += [(word, f"{row['code']} demonym") for word in words(row["demonyms"])]
        phrases += [(word, f"{row['code']} capital") for word in words(row["capitals"])]
        phrases += [(word, f"{row['code']} city") for word in words(row["cities"])]
    # Datelines and headlines are set in capitals.
    return PhraseFinder([*phrases, *((word.upper(), name) for word, name in phrases)], cased=True)


@cache
def _offices_after() -> re.Pattern[str]:
    return re.compile(
        rf"(?:[’']s?)?(?:\s+[\w-]+){{0,2}}?\s+(?:{alternatives('offices.txt', place='after')})\b", re.IGNORECASE
    )


@cache
def _office_next() -> re.Pattern[str]:
    return re.compile(rf"\s+(?:{alternatives('offices.txt', place='after')})\b", re.IGNORECASE)


@cache
def _offices_before() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives('offices.txt', place='before')})\s+(?:the\s+)?$", re.IGNORECASE)
