"""The words around a figure's metric in its scene → its two sides: who owns the metric and who is the counterparty."""

from __future__ import annotations

import re

from etl.grammar.phrases import Cue
from etl.lexicon import alternatives, cache, read_table, words
from etl.model import Quantity
from etl.resolve.beside import Sides, actors, is_item, opening, opens_list, owner_of_whole, place_beside, strong
from etl.resolve.flows import turning
from etl.resolve.metrics import Reading, part_words
from etl.resolve.places import Place
from etl.resolve.scene import Scene

__all__ = ["directed", "duty_sides", "is_exchange", "names_counterparty", "noun_sides"]

# Words between an owner and its metric: "Pakistan's total wheat exports", not "Pakistan said that exports".
_OWNER_GAP = re.compile(
    r"(?:[’']s?)?(?:[\s-]+(?!(?:and|to|from|with|in|by|is|was|has|had|said|says|for|at)\b)[\w’'-]+){0,4}[\s-]*$"
)
# "its imports": the owner is whoever the text has just spoken of.
_PRONOUN = re.compile(r"\b(?:its|their)\s+(?:own\s+)?(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
_SHARE_BEHIND = re.compile(r"[’']s?\s+(?:\w+\s+)?share\s+(?:of|in)\s+", re.IGNORECASE)
_WHOSE = re.compile(r"\S*[’']s\b|its|their|the", re.IGNORECASE)
_OWN_TRADE = re.compile(r"(?:re ?)?(?:ex|im)port")
# "buyers of the Kenyan", not "buyer, ahead of China"
_NEXT = re.compile(r"\s+\w+\s+(?:the\s+)?")
# "to Kenya, its largest buyer"
_APPOSED = re.compile(r",\s+(?:its|their|the)\s+(?:[\w-]+\s+){0,3}", re.IGNORECASE)
_SHARE_AHEAD = re.compile(r"\bshares?\s+of\s+(?:the\s+)?$", re.IGNORECASE)
# Where goods come in, and where a duty is paid.
_INTO = frozenset({"in", "into", "entering", "to"})
_PARTNER_REACH = 70


def noun_sides(scene: Scene, quantity: Quantity, reading: Reading) -> Sides:
    """The owner and the partner that stand around the noun of a metric."""
    whole = owner_of_whole(scene, quantity)
    if whole:
        return whole.code, _part_of(scene, quantity, reading, whole.code)
    if reading.cue and names_counterparty(reading.cue):
        return _counterparty_sides(scene, reading.cue)
    if reading.metric == "tariff_rate":
        return duty_sides(scene, quantity, reading)
    partner = _partner_after(scene, reading) or _share_holder(scene, reading)
    beside = _owner_beside(scene, reading, partner)
    if beside and partner is None:  # "Nigeria's export earnings from Spain"
        partner = _partner_after(scene, reading, frozenset({"to", "from", "with"}))
    owner = beside or _owner_of(scene, reading, partner)
    part = _part_of(scene, quantity, reading, None)
    if part and partner is None:
        return (None if part == owner else owner), part
    return owner, partner


def duty_sides(scene: Scene, quantity: Quantity, reading: Reading) -> Sides:
    """duty = levier cue "on" goods | goods "pay" cue ("in" | "entering") levier; the nearest to the figure count."""
    places = strong(scene.places)
    ahead = [place for place in reversed(places) if place.start < quantity.start]
    beside = place_beside(scene, quantity)
    near = [*([beside] if beside else []), *ahead, *(place for place in places if place.start >= quantity.end)]
    market = next((place.code for place in near if place.preposition in _INTO), None)
    goods = next((place.code for place in near if place.preposition in {"on", "from"} and place.code != market), None)
    pays = turning("tariff_rate").search(scene.text, scene.sentence.start, scene.sentence.end)
    levier = _owner_beside(scene, reading, goods)
    if pays:
        payer = next((place.code for place in places if place.end <= pays.start() and place.code != market), None)
        return market or (levier if levier != payer else None), goods or payer
    acting = next((place.code for place in ahead if place in actors(scene) and place.code != goods), None)
    return levier or market or _owner_of(scene, reading, goods) or (acting if beside else None), goods


@cache
def directed() -> dict[str, frozenset[str]]:
    """Metric → the prepositions that name its counterparty, from the `towards` column."""
    return {row["metric"]: frozenset(words(row["towards"])) for row in read_table("metrics.txt") if row["towards"]}


def is_exchange(scene: Scene, reading: Reading) -> bool:
    """Whether the words of a metric take two: "bought", "Qatari deliveries"; not "exported", nor its "own sales"."""
    cue = reading.cue
    if cue is None or reading.metric not in {"exports", "imports"} or _OWN_TRADE.match(cue.plain):
        return False
    if opening(scene, "in"):
        return False  # "In Zimbabwe the floors sold": nobody says to whom
    owned = reading.verb or _owner_beside(scene, reading, None) is not None
    return owned and not scene.text.endswith("own ", scene.sentence.start, cue.start)


def names_counterparty(cue: Cue) -> bool:
    """Whether the noun of a metric names who stands on its other side: "top buyer", "main suppliers"."""
    return _part_noun().search(cue.text) is not None


def _part_of(scene: Scene, quantity: Quantity, reading: Reading, owner: str | None) -> str | None:
    """partner = place "accounts for" figure "of" cue: the last place that can act in front of a share."""
    if not reading.metric.endswith("_share") or reading.verb:
        return None
    left = scene.text[max(scene.sentence.start, quantity.start - _PARTNER_REACH) : quantity.start]
    beside = place_beside(scene, quantity)
    if beside and opens_list(scene, quantity, beside):
        return beside.code
    if not part_words().search(left):
        return None
    acting = [place.code for place in strong(scene.places) if place.end <= quantity.start]
    return next((code for code in reversed(acting) if code != owner), acting[-1] if acting and owner is None else None)


@cache
def _part_noun() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives('parts.txt', kind='noun')})$", re.IGNORECASE)


def _counterparty_sides(scene: Scene, cue: Cue) -> Sides:
    """sides = partner ("is" | "," "its") owner "'s"? cue | owner cue "are" partner | cue "of" owner "is" partner."""
    before = [place for place in strong(scene.places) if place.end <= cue.start]
    behind = [place for place in strong(scene.places) if place.start >= cue.end]
    owners = [place for place in before[-1:] if place.possessive or place.form == "demonym"]
    owners += [
        place
        for place in behind[:1]
        if place.preposition in {"of", "for"} and _NEXT.fullmatch(scene.text[cue.end : place.start])
    ]
    apposed = [place for place in before[-1:] if _APPOSED.fullmatch(scene.text[place.end : cue.start])]
    owner = next((place.code for place in owners), None)
    acting = apposed or [place for place in reversed(actors(scene)) if place.end <= cue.start and place not in owners]
    partner = next((place.code for place in (*acting, *behind) if place not in owners), None)
    if owner is None and apposed:
        owner = next((place.code for place in before if place.code != partner), None)
    return owner, partner


def _partner_after(scene: Scene, reading: Reading, toward: frozenset[str] | None = None) -> str | None:
    """partner = cue ("to" | "from" | "with") place | cue "of" demonym goods, where the goods come from abroad."""
    cue = reading.cue
    if cue is None:
        return None
    opened = opening(scene, "with")
    if opened and opened.end <= cue.start and not scene.quantities_between(opened.end, cue.start):
        return opened.code
    toward = toward or directed()[reading.metric]
    for place in strong(scene.places):
        near = place.start - cue.end < _PARTNER_REACH and scene.crossings(cue.start, place.start) == 0
        if (
            place.start >= cue.end
            and near
            and (place.preposition in toward or _foreign_goods(scene, place, toward))
            and not scene.quantities_between(cue.end, place.start)
        ):
            return place.code
    return None


def _foreign_goods(scene: Scene, place: Place, toward: frozenset[str]) -> bool:
    """Whether a place is the origin of what comes in: "imports of Russian gas", "purchases of Sri Lanka tea"."""
    goods = place.form == "demonym" or any(product.start == place.end + 1 for product in scene.products)
    return "from" in toward and "to" not in toward and goods and place.preposition in {"of", "for"}


def _share_holder(scene: Scene, reading: Reading) -> str | None:
    """holder = place "'s share of" cue | "share of" place "in" cue, where the cue is what all together have."""
    cue = reading.cue
    if cue is None or not reading.metric.endswith("_share"):
        return None
    for place in strong(scene.places):
        behind = _SHARE_BEHIND.match(scene.text, place.end) if place.possessive else None
        held = behind and (
            _WHOSE.match(scene.text, behind.end())
            or any(behind.end() <= other.start < cue.start for other in scene.places)
        )
        shared = _SHARE_AHEAD.search(scene.text[max(scene.sentence.start, place.start - 20) : place.start])
        if place.end <= cue.start and (held or shared):
            return place.code
    return None


def _owner_beside(scene: Scene, reading: Reading, partner: str | None) -> str | None:
    """owner = (place "'s"? | demonym) words? cue"""
    cue = reading.cue
    before = [place for place in scene.places if cue and place.end <= cue.start and place.code != partner]
    if cue is None or not before or _PRONOUN.search(scene.text, scene.sentence.start, cue.start):
        return None
    nearest = before[-1]
    tied = nearest.preposition in {"to", "from", "with"}
    return None if tied or not _OWNER_GAP.fullmatch(scene.text[nearest.end : cue.start]) else nearest.code


def _owner_of(scene: Scene, reading: Reading, partner: str | None) -> str | None:
    """owner = "its" cue, of the subject in front | cue ("of" | "by") place | the subject in front."""
    cue = reading.cue
    if cue is None:
        return None
    if _PRONOUN.search(scene.text, scene.sentence.start, cue.start):
        acting = [place.code for place in actors(scene) if place.end <= cue.start and place.code != partner]
        return acting[-1] if acting else None
    before = [place for place in scene.places if place.end <= cue.start and place.code != partner]
    own = {"of", "by"} | ({"from"} if "to" in directed()[reading.metric] else {"into", "to"})
    for place in strong(scene.places):
        near = cue.end <= place.start < cue.end + _PARTNER_REACH
        if near and place.code != partner and place.preposition in own:
            if place.preposition == "by" and scene.quantities_between(cue.end, place.start):
                continue  # "exports hit $5bn, helped by Japanese demand"
            return place.code
    follows = scene.quantities_between(scene.sentence.start, cue.start) > 0
    subjects = [
        place
        for place in strong(before)
        if (place.preposition in {None, "for"} or _opens_clause(scene, place))
        and not (follows and scene.crossings(place.start, cue.start))
        and not is_item(scene, place)
    ]
    return subjects[-1].code if subjects else None


def _opens_clause(scene: Scene, place: Place) -> bool:
    """Whether nothing but "and" stands between the clause's beginning and a place: ", and Moscow had a surplus"."""
    start = scene.clauses[scene.clause_at(place.start)].start
    return place.preposition == "and" and scene.text[start : place.start].strip(" ,") == "and"
