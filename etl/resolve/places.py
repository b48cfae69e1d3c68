"""Text → the countries and blocs it names, with what tells whether a figure is about them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from etl.grammar.phrases import Cue, PhraseFinder, Words, split_words
from etl.lexicon import alternatives, any_of, cache, read_table, words
from etl.lexicon.units import currencies
from etl.lexicon.word_classes import word_class
from etl.model import Span

__all__ = [
    "Place",
    "Topic",
    "find_places",
    "first_named",
    "names_office",
    "place_at",
    "place_finder",
    "read_home",
    "read_places",
    "read_topic",
]

_PASSAGE = frozenset({"via", "through"})
# A region of many countries is a counterparty and nothing else: "exports to Europe", not "the largest mine in Asia".
_TOWARD = frozenset({"to", "from", "with"})
_POSSESSIVE = re.compile(r"[’'][sS]?\b|[’'](?=\s)")
_MONEY = re.compile(r"[a-z]{3,}")
# What ends a dateline, as in "ANKARA, May 31 - ".
_DATELINE_ENDS = re.compile(r"[:–—-]\s")
_DATELINE = re.compile(rf"(?:\s*\([^)]*\)|,[^:–—-]{{0,30}})?\s*{_DATELINE_ENDS.pattern}")
_LOOK_AHEAD = 48
_LOOK_BEHIND = 28
# The two a text is about are named in its title or its first sentences.
_OPENING = 6
# Two countries are a document's pair when the second stands in this part of the first one's sentences.
_SHARED_SENTENCES = 0.3
# Among other countries two are a pair when they share this many sentences, or two and the others are a minority.
_BILATERAL = 3
# or when it is named in this many sentences for each that names the first.
_SECOND_PARTY = 0.5


class Place(NamedTuple):
    """A country or bloc named in a text; `form` is name, demonym, capital, city, region or reference ("its neighbour").

    `weak`: the name belongs to a speaker, an office, a place of meeting or of passage. `preposition`: the word that
    ties it to what stands before ("to", "from", "with" ...), or None. `possessive`: "Pakistan's".
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
    return read_places(words.text, place_finder().find(words))


def read_places(text: str, named: Iterable[Cue]) -> list[Place]:
    """The places of a text from what `place_finder` found in it, but for names that belong to money."""
    own = (cue for cue in named if not (cue.name.startswith("-") or _names_money(text, cue)))
    return [place_at(text, Span(cue.start, cue.end), *cue.name.split()) for cue in own]


@dataclass(frozen=True, slots=True)
class Topic:
    """The country or the pair of countries a whole document is about, and all it names, the most named first.

    `home` is the country the text is written in, as its publisher's name or its dateline tells, or None; `told` are the
    countries it tells of in more than one sentence other than as somebody's counterparty, the most told of first;
    `since` is where its body first names a country that neither its title nor its publisher's name does.
    """

    codes: tuple[str, ...] = ()
    ranked: tuple[str, ...] = ()
    home: str | None = None
    told: tuple[str, ...] = ()
    since: Mapping[str, int] = field(default_factory=dict)

    def named_before(self, code: str | None, offset: int) -> bool:
        """Whether a country is known to the reader of a text where she comes to `offset`."""
        return code is not None and self.since.get(code, -1) < offset

    @property
    def lead(self) -> str | None:
        """Whose a figure is where nothing near it tells: the country told of, else the home country."""
        return next(iter((*self.told, *filter(None, [self.home]), *self.codes)), None)


def read_topic(sentences: Iterable[Iterable[Place]]) -> Topic:
    """The parties that sentences speak of, each given by the places it names.

    A pair is two countries that share sentences, the most named first; a second country that only turns up now and
    then, or far down, or only as a scene of events, makes no pair.

    >>> told = ("Trade between Moscow and Islamabad grew.", "Pakistan sold Russia rice.")
    >>> read_topic(find_places(split_words(sentence)) for sentence in told).codes
    ('RUS', 'PAK')
    """
    told = [tuple(place for place in places if not _stands_for_many(place)) for places in sentences]
    named = [{place.code: None for place in places} for places in told]
    alone = Counter(code for codes in named for code in codes)
    ranked = tuple(code for code, _ in alone.most_common())
    acting = {place.code for places in told for place in places if place.preposition != "in"}
    opening = {code for codes in named[:_OPENING] for code in codes}
    partners = [code for code in ranked[1:] if code in acting & opening and _is_pair(named, alone, ranked[0], code)]
    acts = Counter(code for places in told for code in {place.code: None for place in places if _acts(place)})
    leads = tuple(code for code, count in acts.most_common() if count > 1)
    return Topic((*ranked[:1], *partners[:1]), ranked, told=leads)


def first_named(heading: Iterable[Place], body: Iterable[Place]) -> dict[str, int]:
    """Where a text first names each country that its heading does not.

    >>> text = "Kenya sold tea to Oman."
    >>> first_named(find_places(split_words("Kenyan tea")), find_places(split_words(text)))
    {'OMN': 18}
    """
    known = {place.code for place in heading}
    return {place.code: place.start for place in reversed([*body]) if place.code not in known}


def _stands_for_many(place: Place) -> bool:
    """Whether a place is no party of its own: a region, or the rest of the world."""
    return place.form == "region" or place.code == "WLD"


def _acts(place: Place) -> bool:
    return not place.weak and place.preposition not in {"to", "from", "with", "in", "against"}


def _is_pair(named: Sequence[Collection[str]], alone: Counter[str], first: str, second: str) -> bool:
    """Whether the second of two countries is the first one's counterparty throughout, not one of many others."""
    shared = sum(first in codes and second in codes for codes in named)
    others = sum(not {first, second}.issuperset(codes) for codes in named)
    if others and shared < _BILATERAL and (shared < 2 or 2 * others > alone[first] + alone[second]):  # noqa: PLR2004  half
        return False
    often = shared >= max(2, alone[first] * _SHARED_SENTENCES)
    only = len(alone) == 2 and (shared > 0 or alone.total() > 2)  # noqa: PLR2004  a pair, one of them named again
    return only or often or (shared > 0 and alone[second] >= max(2, alone[first] * _SECOND_PARTY))


def read_home(publisher: Iterable[Place], text: str) -> str | None:
    """The country a text is written in: the one most named in its publisher's name, else that of its dateline.

    >>> read_home([], "KATHMANDU: Trade with India fell."), read_home([], "India sold rice.")
    ('NPL', None)
    >>> read_home(find_places(split_words("Europe Cocoa Letter")), "India sold rice.")  # a region is nobody's home
    """
    named = Counter(place.code for place in publisher if not _stands_for_many(place))
    if named:
        return named.most_common(1)[0][0]
    opening = text[: _LOOK_AHEAD * 2]
    if not _DATELINE_ENDS.search(opening):
        return None
    first = next(iter(find_places(split_words(opening))), None)
    dated = first and first.form in {"capital", "city"} and _DATELINE.match(opening, first.end)
    return first.code if first and dated else None


def names_office(text: str, end: int) -> bool:
    """Whether the word that ends at `end` belongs to an office: "trade" in "the trade ministry".

    >>> names_office("the trade ministry", 9), names_office("trade fell", 5)
    (True, False)
    """
    return _office_next().match(text, end) is not None


# "to its giant southern neighbour": adjectives between a preposition and a word that points back.
_ADJECTIVES = re.compile(r"(\b(?:its|the|their)\s+)(?:[\w’'-]+\s+){1,2}$", re.IGNORECASE)


def _names_money(text: str, cue: Cue) -> bool:
    """Whether a name belongs to a currency: "U.S. $", "Australian dollars", "the Korean won"."""
    spaced = cue.text.isupper() and text.startswith(" $", cue.end)
    return spaced or _currency(cue.name.split()[1]).match(text, cue.end) is not None


@cache
def _currency(form: str) -> re.Pattern[str]:
    """A sign or a word of money: one that several currencies share; behind a demonym also one's own ("won")."""
    own = form == "demonym"
    known = [word for money in currencies() for word in (*money.shared, *money.cents, *(money.forms if own else ()))]
    return re.compile(rf"\$|\s{any_of(word for word in known if _MONEY.fullmatch(word))}\b", re.IGNORECASE)


def place_at(text: str, span: Span, code: str, form: str) -> Place:
    """The place that the words of a span name, with what stands around it.

    >>> place_at("exports to its neighbour", Span(15, 24), "IND", "reference").preposition
    'to'
    """
    before = text[max(0, span.start - _LOOK_BEHIND) : span.start]
    after = text[span.end : span.end + _LOOK_AHEAD]
    if form == "reference":
        before = _ADJECTIVES.sub(r"\1", before)
    preposition = _preposition().search(before)
    word = preposition[1].lower() if preposition else None
    passed = word in _PASSAGE or (form == "capital" and word in {"in", "at"})
    vague = form == "city" or (form == "region" and word not in _TOWARD)
    return Place(
        span.start,
        span.end,
        code,
        form,
        weak=vague or passed or _speaks(before, after),
        preposition=word,
        possessive=_POSSESSIVE.match(after) is not None,
    )


def _speaks(before: str, after: str) -> bool:
    """Whether an office stands within three words behind the name, or right in front of it."""
    return _offices_after().match(after) is not None or _offices_before().search(before) is not None


@cache
def _preposition() -> re.Pattern[str]:
    return re.compile(rf"\b({any_of(word_class('to_place'))})\s+(?:(?:its|the|their)\s+)?$", re.IGNORECASE)


@cache
def place_finder() -> PhraseFinder:
    """Finds the names of `countries.txt`; the name of a cue is the code and the form of its place."""
    phrases = []
    for row in read_table("countries.txt"):
        named = "region" if row["kind"] == "region" else "name"
        phrases += [(word, f"{row['code']} {named}") for word in (row["name"], *words(row["aliases"]))]
        people = "region" if row["kind"] == "region" else "demonym"
        phrases += [(form, f"{row['code']} {people}") for word in words(row["demonyms"]) for form in _numbers(word)]
        phrases += [(word, f"{row['code']} capital") for word in words(row["capitals"])]
        phrases += [(word, f"{row['code']} city") for word in words(row["cities"])]
    # Datelines and headlines are set in capitals.
    return PhraseFinder([*phrases, *((word.upper(), name) for word, name in phrases)], cased=True)


def _numbers(demonym: str) -> tuple[str, ...]:
    """A demonym and its plural, where that is made with an s: Kenyan, Kenyans; but Chinese, Danish, Swiss."""
    return (demonym,) if demonym.endswith(("s", "sh", "ch", "ese")) else (demonym, f"{demonym}s")


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
