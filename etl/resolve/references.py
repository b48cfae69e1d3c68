"""A word that points back ("its northern neighbour", "the bloc") → the country or bloc it stands for in its scene."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from etl.grammar.phrases import Cue, plain
from etl.lexicon import cache, read_table, words
from etl.model import Span
from etl.resolve.places import Place, Topic, place_at
from etl.resolve.scene import Scene

__all__ = ["resolve_references"]

_OF_TWO = {"former": 0, "latter": 1}
# "Canada, its northern neighbour": the name itself stands beside the reference.
_APPOSITION = 24


def resolve_references(
    scene: Scene, spoken: tuple[str, ...], lead: str | None, topic: Topic, earlier: Sequence[Place] = ()
) -> Scene:
    """The scene with a place for each reference in it; one that points to nothing the text has named gives none.

    `spoken` is the pair the text has just spoken of, `lead` the party whose side it took, `earlier` the places of the
    sentence before.
    """
    if not scene.references:
        return scene
    places = [place for place in scene.places if not any(_holds(cue, place) for cue in scene.references)]
    for cue in scene.references:
        if any(_apposed(scene, cue, place) for place in places):
            continue
        before = [place for place in places if place.end <= cue.start]
        if cue.name in _OF_TWO:
            pointed = _of_two(cue, [*earlier, *before])
        else:
            pointed = (
                _own(scene, cue, before, [*earlier, *before], lead, topic)
                if cue.name == "own"
                else _pointed(cue, before, spoken, lead, topic)
            )
        places += _places(scene.text, cue, pointed)
    return replace(scene, places=tuple(sorted(places, key=lambda place: place.start)))


def _holds(cue: Cue, place: Place) -> bool:
    """Whether a place is named inside a reference: "the [Asian] country"."""
    return cue.start <= place.start and place.end <= cue.end


def _apposed(scene: Scene, cue: Cue, place: Place) -> bool:
    first, last = sorted(((cue.start, cue.end), (place.start, place.end)))
    gap = scene.text[first[1] : last[0]]
    return cue.name in {"other", "own"} and len(gap) < _APPOSITION and gap.lstrip().startswith(",") and "." not in gap


def _pointed(cue: Cue, before: list[Place], spoken: tuple[str, ...], lead: str | None, topic: Topic) -> tuple[str, ...]:
    pair = next((codes for codes in (topic.codes, spoken) if len(codes) > 1), ())
    actors = [place.code for place in before if not place.weak]
    subject = next((place.code for place in reversed(before) if place.preposition in {None, "and"}), None)
    match cue.name:
        case "pair":
            return pair
        case "other":
            one = next((code for code in (subject, lead, *pair[:1]) if code in pair), None)
            return tuple(code for code in pair if code != one)
        case "home":
            return (topic.home,) if topic.home in topic.codes else ()
        case _:
            return next(((code,) for code in reversed(actors) if code in _blocs()), _first_bloc(topic))


def _own(
    scene: Scene, cue: Cue, before: Sequence[Place], named: Sequence[Place], lead: str | None, topic: Topic
) -> tuple[str, ...]:
    """What "the country" stands for: who speaks or acts in a clause before, never the subject of its own clause.

    "The Indian government said [the country]'s exports fell", but "India takes most of [the country]'s exports". A
    kingdom is the last one named.
    """
    if called := _called().get(cue.plain):
        kingdoms = [*(place.code for place in reversed(named)), lead, *topic.codes, *topic.ranked]
        return tuple(code for code in kingdoms if code in called)[:1]
    subjects = [place for place in reversed(before) if place.preposition in {None, "and"} and place.form != "city"]
    clause = scene.clause_at(cue.start)
    acting = [place.code for place in subjects if not place.weak and scene.clause_at(place.start) == clause]
    told = [place.code for place in subjects if place.code not in acting]
    home = topic.home if topic.home in topic.codes else None
    known = [code for code in (*told[:1], lead, home, *topic.codes) if code and code not in acting]
    return tuple(known[:1])


def _of_two(cue: Cue, named: Sequence[Place]) -> tuple[str, ...]:
    """The one of the last two countries named: "the former" the first, "the latter" the second."""
    codes = list(dict.fromkeys(place.code for place in named if not place.weak))
    return (codes[-2:][_OF_TWO[cue.name]],) if len(codes) > 1 else ()


def _first_bloc(topic: Topic) -> tuple[str, ...]:
    return next(((code,) for code in topic.ranked if code in _blocs()), ())


def _places(text: str, cue: Cue, codes: tuple[str, ...]) -> Iterator[Place]:
    """A place for each code; of a pair, the first half of the words stands for one and the rest for the other."""
    middle = (cue.start + cue.end) // 2
    spans = [Span(cue.start, cue.end)] if len(codes) == 1 else [Span(cue.start, middle), Span(middle, cue.end)]
    for span, code in zip(spans, codes, strict=False):
        place = place_at(text, Span(cue.start, cue.end), code, "reference")
        yield place._replace(start=span.start, end=span.end)


@cache
def _called() -> dict[str, frozenset[str]]:
    """The countries that a word can stand for, of those that do not fit every country: "the kingdom"."""
    rows = (row for row in read_table("references.txt") if row["codes"])
    return {plain(word): frozenset(words(row["codes"])) for row in rows for word in words(row["words"])}


@cache
def _blocs() -> frozenset[str]:
    return frozenset(row["code"] for row in read_table("countries.txt") if row["kind"] == "bloc")
