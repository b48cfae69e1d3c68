"""The words around a figure's metric in its scene → its two sides: who owns the metric and who is the counterparty."""

from __future__ import annotations

import re
from collections.abc import Iterable

from etl.grammar.phrases import Cue, plain
from etl.lexicon import Row, alternatives, cache, read_table, words
from etl.model import Quantity
from etl.resolve.metrics import Reading, part_words
from etl.resolve.places import Place
from etl.resolve.scene import Scene

__all__ = [
    "Sides",
    "directed",
    "is_of_the_world",
    "is_worldwide",
    "noun_sides",
    "owner_of_whole",
    "place_beside",
    "strong",
    "verb_sides",
]

# Owner and counterparty, each None where the words name none.
Sides = tuple[str | None, str | None]
# Words between an owner and its metric: "Pakistan's total wheat exports", not "Pakistan said that exports".
_OWNER_GAP = re.compile(
    r"(?:[’']s?)?(?:[\s-]+(?!(?:and|to|from|with|in|by|is|was|has|had|said|says|for|at)\b)[\w’'-]+){0,4}[\s-]*$"
)
# "its imports": the owner is whoever the text has just spoken of.
_PRONOUN = re.compile(r"\b(?:its|their)\s+(?:own\s+)?(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
_OF = re.compile(r"\s+of\s+(?:the\s+|all\s+|total\s+)?", re.IGNORECASE)
_SHARE_BEHIND = re.compile(r"[’']s?\s+(?:\w+\s+)?share\s+(?:of|in)\s+(?=\S*[’']s\b|its|their|the)", re.IGNORECASE)
_SHARE_AHEAD = re.compile(r"\bshares?\s+of\s+(?:the\s+)?$", re.IGNORECASE)
_POSSESSOR = re.compile(r"[’']s?\s+(?:[\w-]+\s+){0,2}$")
# A place bound to the figure behind it: "Russia (240,000)", "to Taiwan (+77%)", "Pakistan's $12bn", "Chad: 5 mln".
_BOUND = re.compile(
    r"(?:[’']s?)?(?:\s+case)?,?\s*(?P<list>\(|:|at\b|for\b|by\b|with\b|accounted\s+for\b|,)?[\s,]*"
    r"(?:(?:about|some|over|nearly|almost|only|around|it|was|were|is|set|to|hit|reach|reached|more|than|worth|a|by"
    r"|rose|fell|grew|up|down|another|took|bought|those|increased|decreased|climbed|dropped|sliding|jumped)\s+){0,8}$",
    re.IGNORECASE,
)
# "those to Japan [edged down]": what happened to the figure stands between.
_MOVED = re.compile(r"\s+(?:[a-z]+\s+){1,4}")
# A figure bound to the place behind it: "$3bn from Iraq", "2 million tonnes of rice to Benin".
_BINDS = re.compile(
    r"\s+(?:worth\s+)?(?:(?:of|in)\s+[\w-]+\s+){0,2}(?:on\s+(?:those|that|goods|imports|products)\s+)?\w+\s+"
    r"(?:the\s+|its\s+)?",
    re.IGNORECASE,
)
_SUBJECT_BORDER = re.compile(r"\b(?:while|whereas|but|although)\b|;", re.IGNORECASE)
_NEAR_BORDER = re.compile(r"\b(?:while|whereas|but|although)\b|[;,:]", re.IGNORECASE)
_PARTNER_REACH = 70
# "Russian parcels were booked": what stands in front of the verb are the goods, and whose they are.
_PASSIVE = re.compile(r"\b(?:was|were|been|being|is|are|be)\s+(?:\w+ly\s+|also\s+)?$", re.IGNORECASE)
_WORLDWIDE = re.compile(
    r"\b(?:total|overall|global|worldwide|all|world|entire|aggregate|full-month|foreign|external|merchandise)\s+"
    r"(?:[\w.’'-]+\s+){0,2}$",
    re.IGNORECASE,
)
_OF_THE_WORLD = re.compile(r"\b(?:global|world|worldwide)\s+(?:\w+\s+){0,2}\w+$", re.IGNORECASE)
_WORLDWIDE_BEHIND = re.compile(
    r"(?:\s+\w+){0,2}\s+(?:from|to|with)\s+(?:the\s+(?:whole\s+)?world|all)\b", re.IGNORECASE
)


def noun_sides(scene: Scene, quantity: Quantity, reading: Reading) -> Sides:
    """The owner and the partner that stand around the noun of a metric."""
    whole = owner_of_whole(scene, quantity)
    if whole:
        return whole.code, _part_of(scene, quantity, reading, whole.code)
    if reading.cue and _part_noun().search(reading.cue.text):
        acting = [place.code for place in _actors(scene) if place.end <= reading.cue.start]
        return None, acting[-1] if acting else None
    partner = _partner_after(scene, reading) or _share_holder(scene, reading)
    owner = _owner_of(scene, reading, partner)
    part = _part_of(scene, quantity, reading, None)
    if part and partner is None:
        return (None if part == owner else owner), part
    return owner, partner


def verb_sides(scene: Scene, quantity: Quantity, reading: Reading) -> Sides:
    """flow = subject verb goods ("from" | "to") place, the roles as in `flows.txt`."""
    cue = reading.cue
    if cue is None:
        return None, None
    row = _flow_of(cue, reading.metric)
    roles: dict[str, str] = {}
    ahead = [place for place in strong(scene.places) if place.end <= cue.start]
    for place in (*_objects(scene, quantity, cue), *(place for place in ahead if place.preposition in {"from", "to"})):
        roles.setdefault(_role(row, place), place.code)
    passive = _PASSIVE.search(scene.text, scene.sentence.start, cue.start)
    if passive and ahead:
        roles.setdefault(row["from"], ahead[-1].code)
    subject = None if passive or row["subject"] == "-" else _subject(scene, cue)
    if row["subject"] == "partner":
        return roles.get("reporter"), subject or roles.get("partner")
    owner, partner = subject or roles.get("reporter"), roles.get("partner")
    return owner, partner if partner != owner else None


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
    return before if not named and (moved or _BOUND.fullmatch(gap)) else None


def owner_of_whole(scene: Scene, quantity: Quantity) -> Place | None:
    """owner = place "'s" figure | figure "of" place | figure "of" place "'s" ("48 pct of Pakistan's imports")"""
    ahead = [place for place in scene.places if place.possessive and place.end <= quantity.start]
    if ahead and _POSSESSOR.fullmatch(scene.text[ahead[-1].end : quantity.start]):
        return ahead[-1]
    behind = (
        place for place in scene.places if place.start > quantity.end and (place.possessive or place.form == "demonym")
    )
    return next((place for place in behind if _OF.fullmatch(scene.text[quantity.end : place.start])), None)


def is_worldwide(scene: Scene, reading: Reading, quantity: Quantity | None = None) -> bool:
    """Whether the metric is that of all partners together: "total exports", "imports from the world"."""
    cue = reading.cue
    if cue is None:
        return False
    before = scene.text[max(scene.sentence.start, cue.start - 30) : cue.end]
    return bool(
        _WORLDWIDE.search(before[: len(before) - len(cue.text)])
        or _WORLDWIDE.match(cue.text + " ")
        or _WORLDWIDE_BEHIND.match(scene.text, cue.end)
        or (quantity is not None and _WORLDWIDE_BEHIND.match(scene.text, quantity.end))
    )


def is_of_the_world(scene: Scene, reading: Reading) -> bool:
    """Whether the metric is the world's: "global trade", "the world economy", and no country is named near it."""
    cue = reading.cue
    if cue is None or any(abs(place.start - cue.start) < _PARTNER_REACH for place in scene.places):
        return False
    return _OF_THE_WORLD.search(scene.text, max(scene.sentence.start, cue.start - 30), cue.end) is not None


@cache
def directed() -> dict[str, frozenset[str]]:
    """Metric → the prepositions that name its counterparty, from the `towards` column."""
    return {row["metric"]: frozenset(words(row["towards"])) for row in read_table("metrics.txt") if row["towards"]}


def strong(places: Iterable[Place]) -> list[Place]:
    """The places a figure can be about: not those of speakers, offices and meetings."""
    return [place for place in places if not place.weak]


def _part_of(scene: Scene, quantity: Quantity, reading: Reading, owner: str | None) -> str | None:
    """partner = place "accounts for" figure "of" cue: the last place that can act in front of a share."""
    if not reading.metric.endswith("_share") or reading.verb:
        return None
    left = scene.text[max(scene.sentence.start, quantity.start - _PARTNER_REACH) : quantity.start]
    if not part_words().search(left):
        return None
    acting = [place.code for place in strong(scene.places) if place.end <= quantity.start]
    return next((code for code in reversed(acting) if code != owner), acting[-1] if acting and owner is None else None)


@cache
def _part_noun() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives('parts.txt', kind='noun')})$", re.IGNORECASE)


def _flow_of(cue: Cue, metric: str) -> Row:
    """The row of `flows.txt` for a verb; of a verb with several metrics, that of the metric read."""
    rows = _flows()[cue.plain]
    return next((row for row in rows if row["metric"] == metric), rows[0])


@cache
def _flows() -> dict[str, list[Row]]:
    flows: dict[str, list[Row]] = {}
    for row in read_table("flows.txt"):
        for word in words(row["words"]):
            flows.setdefault(plain(word), []).append(row)
    return flows


def _subject(scene: Scene, cue: Cue) -> str | None:
    """The last place in front of the verb, or of the verb it is coordinated with ("sold X goods and bought ...")."""
    for border in (_NEAR_BORDER, _SUBJECT_BORDER):
        start = max(
            (match.end() for match in border.finditer(scene.text, scene.sentence.start, cue.start)),
            default=scene.sentence.start,
        )
        verb = min((flow.start for flow in scene.flows if start <= flow.start), default=cue.start)
        named = [place for place in _actors(scene) if start <= place.start and place.end <= verb]
        if named:
            return named[-1].code
    earlier = [place for place in _actors(scene) if place.end <= cue.start]
    return earlier[0].code if earlier and cue.text.endswith("ing") else None


def _actors(scene: Scene) -> list[Place]:
    """The places that can act: not behind a preposition, and not the origin of goods ("Russian wheat")."""
    goods = {product.start for product in scene.products}
    return [
        place
        for place in strong(scene.places)
        if place.preposition in {None, "and"} and not (place.form == "demonym" and place.end + 1 in goods)
    ]


def _objects(scene: Scene, quantity: Quantity, cue: Cue) -> list[Place]:
    end = scene.clauses[scene.clause_at(cue.start)].end
    following = min((flow.start for flow in scene.flows if flow.start > cue.end), default=end)
    own = place_beside(scene, quantity)
    bound = {place.start: place for other in scene.quantities if (place := place_beside(scene, other)) and place != own}
    listed = bound if len({place.code for place in (*bound.values(), *filter(None, [own]))}) > 1 else {}
    return [
        place
        for place in strong(scene.places)
        if cue.end <= place.start < min(end, following)
        and place.start not in listed
        and (
            place.preposition not in {None, "and"}
            or place.form == "demonym"
            or not scene.quantities_between(cue.end, place.start)
        )
    ]


def _role(row: Row, place: Place) -> str:
    """The role of an object: by "from" and "to" as in the table; goods' own country made them; else counterparty."""
    if place.preposition in {"from", "to"}:
        return row[place.preposition]
    if row["subject"] == "-":
        return "reporter"
    return "reporter" if place.form == "demonym" and row["from"] == "reporter" else "partner"


def _partner_after(scene: Scene, reading: Reading) -> str | None:
    """partner = cue ("to" | "from" | "with") place."""
    cue = reading.cue
    if cue is None:
        return None
    toward = directed()[reading.metric]
    for place in strong(scene.places):
        near = place.start - cue.end < _PARTNER_REACH and scene.crossings(cue.start, place.start) == 0
        if (
            place.start >= cue.end
            and near
            and place.preposition in toward
            and not scene.quantities_between(cue.end, place.start)
        ):
            return place.code
    return None


def _share_holder(scene: Scene, reading: Reading) -> str | None:
    """holder = place "'s share of" cue | "share of" place "in" cue, where the cue is what all together have."""
    cue = reading.cue
    if cue is None or not reading.metric.endswith("_share"):
        return None
    for place in strong(scene.places):
        held = place.possessive and _SHARE_BEHIND.match(scene.text, place.end)
        shared = _SHARE_AHEAD.search(scene.text[max(scene.sentence.start, place.start - 20) : place.start])
        if place.end <= cue.start and (held or shared):
            return place.code
    return None


def _owner_of(scene: Scene, reading: Reading, partner: str | None) -> str | None:
    """owner = (place "'s"? | demonym) words? cue | cue ("of" | "by") place | the subject in front."""
    cue = reading.cue
    if cue is None:
        return None
    if _PRONOUN.search(scene.text, scene.sentence.start, cue.start):
        actors = [place.code for place in _actors(scene) if place.end <= cue.start and place.code != partner]
        return actors[-1] if actors else None
    before = [place for place in scene.places if place.end <= cue.start and place.code != partner]
    nearest = before[-1] if before else None
    if (
        nearest
        and nearest.preposition not in {"to", "from", "with"}
        and _OWNER_GAP.fullmatch(scene.text[nearest.end : cue.start])
    ):
        return nearest.code
    own = {"of", "by"} | ({"from"} if "to" in directed()[reading.metric] else {"into", "to"})
    for place in strong(scene.places):
        if cue.end <= place.start < cue.end + _PARTNER_REACH and place.code != partner and place.preposition in own:
            return place.code
    follows = scene.quantities_between(scene.sentence.start, cue.start) > 0
    subjects = [
        place
        for place in strong(before)
        if place.preposition in {None, "for"} and not (follows and scene.crossings(place.start, cue.start))
    ]
    return subjects[-1].code if subjects else None
