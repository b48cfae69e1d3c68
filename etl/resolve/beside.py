"""A scene → its places that a figure can be about, those that can act, and the one bound to a figure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from etl.lexicon import any_of, cache
from etl.lexicon.word_classes import word_class
from etl.model import Quantity
from etl.resolve.places import Place
from etl.resolve.scene import Scene

__all__ = [
    "Sides",
    "actors",
    "is_aside",
    "is_item",
    "is_origin",
    "opening",
    "opens_list",
    "owner_of_whole",
    "place_beside",
    "sole_subject",
    "strong",
]

# Owner and counterparty, each None where the words name none.
Sides = tuple[str | None, str | None]
_OF = re.compile(r"\s+of\s+(?:the\s+|all\s+|total\s+)?", re.IGNORECASE)
_POSSESSOR = re.compile(r"[’']s?\s+(?:[\w-]+\s+){0,2}$")
# "those to Japan [edged down]": what happened to the figure stands between.
_MOVED = re.compile(r"\s+(?:[a-z]+\s+){1,4}")
# A figure bound to the place behind it: "$3bn from Iraq", "2 million tonnes of rice to Benin".
_BINDS = re.compile(
    r"\s+(?:worth\s+)?(?:(?:of|in)\s+[\w-]+\s+){0,2}(?:on\s+(?:those|that|goods|imports|products)\s+)?\w+\s+"
    r"(?:the\s+|its\s+)?",
    re.IGNORECASE,
)
# What stands in front of the first place of a sentence.
_ARTICLE = re.compile(r"\W*(?:The\s+)?")
# A verb behind a subject: not "Baku, 23 May", "Chad and Togo", "the US market".
_ACTS = re.compile(
    r"(?:[’']s?\s[^,.\d]{1,40})?(?:,[^,.\d]{1,60},)?\s+(?:(?:meanwhile|too|also|itself|now)\s)?(?:[a-z]+(?:s|ed)|had)\b"
)
_OPENING = re.compile(r"\w+\s+(?:the\s+|neighbouring\s+|neighboring\s+)?")
_ASIDE = re.compile(r",\s+(?:the|a|an|which|who|whose|where|once|now)\s[^,;.:\d]{0,80}")
_ASIDE_ENDS = re.compile(r"[^,;.:\d]{0,60},")
# "Russia (36.8 percent", "Chad: 5 mln": an item of a list acts on nothing.
_ITEM = re.compile(r"\s*[(:]\s*\D{0,12}\d")


def strong(places: Iterable[Place]) -> list[Place]:
    """The places a figure can be about: not those of speakers, offices and meetings."""
    return [place for place in places if not place.weak]


def actors(scene: Scene) -> list[Place]:
    """The places that can act: not behind a preposition but for "In Chad, ...", no goods' origin, no aside."""
    home = opening(scene, "in")
    return [
        place
        for place in strong(scene.places)
        if (place.preposition in {None, "and"} or place is home)
        and not (is_origin(scene, place) or is_item(scene, place) or is_aside(scene, place))
    ]


def opening(scene: Scene, preposition: str) -> Place | None:
    """The place that a sentence opens with behind a preposition: "In Zambia mines sold", "With Oman the deficit"."""
    first = next(iter(strong(scene.places)), None)
    if first is None or first.preposition != preposition:
        return None
    return first if _OPENING.fullmatch(scene.text, scene.sentence.start, first.start) else None


def sole_subject(scene: Scene) -> Place | None:
    """Whom a sentence tells of from its beginning: "In Zambia the picture is ...", "Malta, too, is a case apart"."""
    if not scene.places:
        return None
    first = scene.places[0]
    opens = _ARTICLE.fullmatch(scene.text, scene.sentence.start, first.start) and _ACTS.match(scene.text, first.end)
    return first if opens and not first.weak and first.form != "demonym" else opening(scene, "in")


def is_aside(scene: Scene, place: Place) -> bool:
    """Whether a place is named in passing, of another one: "Ireland, the first [eurozone] country in recession, is"."""
    before = next((other for other in reversed(scene.places) if other.end <= place.start), None)
    return (
        before is not None
        and _ASIDE.fullmatch(scene.text, before.end, place.start) is not None
        and _ASIDE_ENDS.match(scene.text, place.end) is not None
    )


def is_origin(scene: Scene, place: Place) -> bool:
    """Whether a place only tells where goods come from: "Russian wheat"."""
    return place.form == "demonym" and any(product.start == place.end + 1 for product in scene.products)


def is_item(scene: Scene, place: Place) -> bool:
    """Whether a place only opens an item of a list: "Russia (240,000 tonnes)"."""
    return _ITEM.match(scene.text, place.end) is not None


def place_beside(scene: Scene, quantity: Quantity) -> Place | None:
    """The place bound to a figure: right in front of it with no other figure between, or right behind a preposition."""
    places = strong(scene.places)
    behind = next((place for place in places if place.start >= quantity.end), None)
    if (
        behind
        and behind.preposition not in {None, "and", "between"}
        and _BINDS.fullmatch(scene.text[quantity.end : behind.start])
    ):
        return behind
    before = next((place for place in reversed(places) if place.end <= quantity.start), None)
    if before is None or scene.quantities_between(before.end, quantity.start):
        return None
    gap = scene.text[before.end : quantity.start]
    named = any(before.end <= cue.start < quantity.start for cue in (*scene.metrics, *scene.flows))
    moved = before.preposition in {"to", "from", "with"} and _MOVED.fullmatch(gap)
    return before if not named and (moved or _bound().fullmatch(gap)) else None


@cache
def _bound() -> re.Pattern[str]:
    """What stands between a place and its figure: "Russia (240,000)", "to Taiwan (+77%)", "Pakistan's $12bn"."""
    fillers = any_of(word_class("filler"))
    return re.compile(
        rf"(?:[’']s?)?(?:\s+case)?(?:,[^,;:.()\d]{{1,40}},(?=\s))?,?\s*(?:\(|:|,|(?:at|for|by|with|accounted\s+for)\b)?[\s,]*(?:(?:{fillers}|[a-z]+ed)\s+){{0,8}}$",
        re.IGNORECASE,
    )


def opens_list(scene: Scene, quantity: Quantity, place: Place) -> bool:
    """Whether a figure stands in brackets or behind a colon of its place: "Russia (240,000)"."""
    return scene.text[place.end : quantity.start].strip()[:1] in {"(", ":"}


def owner_of_whole(scene: Scene, quantity: Quantity) -> Place | None:
    """owner = place "'s" figure | figure "of" place | figure "of" place "'s" ("48 pct of Pakistan's imports")"""
    ahead = [place for place in scene.places if place.possessive and place.end <= quantity.start]
    if ahead and _POSSESSOR.fullmatch(scene.text[ahead[-1].end : quantity.start]):
        return ahead[-1]
    part = quantity.unit == "percent"  # "48 percent of Pakistani imports", but "48 tonnes of Russian wheat"
    behind = (
        place
        for place in scene.places
        if place.start > quantity.end and (place.possessive or (part and place.form == "demonym"))
    )
    return next((place for place in behind if _OF.fullmatch(scene.text[quantity.end : place.start])), None)
