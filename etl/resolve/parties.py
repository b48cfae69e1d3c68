"""A metric read in a scene → whose figure it is: parties, reporter (who owns the metric) and partner."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from etl.grammar.phrases import Cue
from etl.lexicon import Row, read_table, words
from etl.model import Quantity
from etl.resolve.metrics import Reading
from etl.resolve.places import Place, Topic
from etl.resolve.scene import Scene

__all__ = ["NO_PARTIES", "Parties", "read_parties"]

# Words between an owner and its metric: "Pakistan's total wheat exports", not "Pakistan said that exports".
_OWNER_GAP = re.compile(
    r"(?:[’']s?)?(?:[\s-]+(?!(?:and|to|from|with|in|by|is|was|has|had|said|says)\b)[\w’'-]+){0,4}[\s-]*$"
)
# "its imports": the owner is whoever the text has just spoken of.
_PRONOUN = re.compile(r"\b(?:its|their|our|the country[’']s)\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
_OF = re.compile(r"\s+of\s+(?:the\s+|all\s+)?", re.IGNORECASE)
_COUNTERPARTY = frozenset({"to", "from", "with", "on", "against"})
_SHARE_OF_ITS = re.compile(
    r"[’']s\s+share\s+(?:of|in)\s+(?:its|their|the country[’']s)\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE
)
_POSSESSOR = re.compile(r"[’']s?\s+(?:[\w-]+\s+){0,2}$")
_LISTED = re.compile(r"\s*(?:\(|at|for|:|,)\s*(?:about\s+|some\s+)?", re.IGNORECASE)
_SUBJECT_BORDER = re.compile(r"\b(?:while|whereas|but|although)\b|;", re.IGNORECASE)
_NEAR_BORDER = re.compile(r"\b(?:while|whereas|but|although)\b|[;,:]", re.IGNORECASE)
_PARTNER_REACH = 70
_WORLDWIDE = re.compile(
    r"\b(?:total|overall|global|worldwide|all|world|entire|aggregate|country's)\s+(?:\w+\s+){0,2}$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Parties:
    """All countries or blocs a figure is about, and the direction where it has one.

    `lead` is the party from whose side a figure without direction is told ("Kenya's trade with Togo"): the exports that
    follow are its own.
    """

    codes: tuple[str, ...] = ()
    reporter: str | None = None
    partner: str | None = None
    lead: str | None = None

    def other(self, code: str | None) -> str | None:
        """The other of two parties, or None where `code` is not one of two."""
        others = [party for party in self.codes if party != code]
        return others[0] if len(self.codes) == 2 and len(others) == 1 else None  # noqa: PLR2004  a pair

    @staticmethod
    def of(reporter: str | None, partner: str | None = None) -> Parties:
        """Parties from a direction."""
        return Parties(tuple(sorted({code for code in (reporter, partner) if code})), reporter, partner)


NO_PARTIES = Parties()


def read_parties(scene: Scene, quantity: Quantity, reading: Reading, focus: Parties, document: Topic) -> Parties:
    """Whose figure it is: by the metric's grammar (`parties` in the lexicon), by the focus, by the document."""
    topic = Parties(document.codes)
    match reading.row["parties"]:
        case "pair":
            return _pair(
                scene, quantity, reading, focus, topic if len(topic.codes) > 1 else Parties(document.ranked[:2])
            )
        case "give":
            return _gift(scene, quantity, reading, focus, topic)
        case _ if reading.metric in _directed():
            return _directed_parties(scene, quantity, reading, focus, topic)
        case _:
            return _owner_only(scene, quantity, focus, topic)


def _pair(scene: Scene, quantity: Quantity, reading: Reading, focus: Parties, topic: Parties) -> Parties:
    """pair = "between" A "and" B | A "-" B cue | A cue "with" B | those of the focus."""
    anchor = reading.cue.end if reading.cue else quantity.start
    places = sorted(_strong(_near(scene, reading, quantity)), key=lambda place: _distance(place, anchor))
    named = _codes(_between(places, anchor) or places)
    if len(named) >= 2:  # noqa: PLR2004  a pair
        partners = {place.code for place in places if place.preposition == "with"}
        leads = [code for code in named[:2] if code not in partners] if partners else []
        return Parties(tuple(sorted(named[:2])), lead=leads[0] if len(leads) == 1 else None)
    known = focus if len(focus.codes) > 1 else topic
    if not named:
        return Parties(known.codes or tuple(_codes(scene.places)[:2]))
    partner = (
        known.other(named[0]) if named[0] in known.codes else next((c for c in known.codes if c != named[0]), None)
    )
    return Parties(tuple(sorted({named[0], partner or named[0]})))


def _between(places: list[Place], anchor: int) -> list[Place]:
    """The two places behind "between", where there are such."""
    opened = [
        place for place in places if place.preposition == "between" and abs(place.start - anchor) < _PARTNER_REACH
    ]
    return [place for place in places if opened and place.start >= opened[0].start][:2]


def _distance(place: Place, anchor: int) -> int:
    return min(abs(place.start - anchor), abs(place.end - anchor))


def _gift(scene: Scene, quantity: Quantity, reading: Reading, focus: Parties, topic: Parties) -> Parties:
    """gift = giver verb ... ("to" | "in" | "for") recipient."""
    places = _strong(_near(scene, reading, quantity)) or _strong(scene.places) or list(scene.places)
    receivers = [place for place in places if place.preposition in {"to", "in", "into", "for"} or place.possessive]
    givers = [place for place in places if place not in receivers]
    giver = givers[0].code if givers else None
    receiver = next((place.code for place in receivers if place.code != giver), None)
    if giver is None and receiver is None:
        return focus if focus.codes else topic
    return Parties.of(giver or topic.other(receiver), receiver or topic.other(giver))


def _directed_parties(scene: Scene, quantity: Quantity, reading: Reading, focus: Parties, topic: Parties) -> Parties:
    """directed = owner cue ("to" | "from" | "with") partner."""
    if reading.cue is None:
        listed = _listed_place(scene, quantity, focus)
        return (
            Parties.of(focus.reporter, listed)
            if listed
            else focus
            if focus.reporter
            else _completed(None, None, focus, topic)
        )
    whole = _whole_owner(scene, quantity)
    if whole:
        before = [
            place.code for place in _strong(scene.places) if place.end <= quantity.start and place.code != whole.code
        ]
        return _completed(
            whole.code, before[-1] if before and reading.metric.endswith("_share") else None, focus, topic
        )
    if reading.verb:
        owner, partner = _verb_parties(scene, reading)
    else:
        partner = _partner_after(scene, reading) or _share_holder(scene, reading)
        owner = _owner_of(scene, reading, partner)
    worldwide = _WORLDWIDE.search(scene.text[max(scene.sentence.start, reading.cue.start - 30) : reading.cue.start])
    if worldwide and partner is None and not reading.metric.endswith("_share"):
        return Parties.of(owner or focus.reporter)
    return _completed(owner, partner, focus, topic)


def _listed_place(scene: Scene, quantity: Quantity, focus: Parties) -> str | None:
    """partner = place ("(" | "at" | "for") figure, in a list: "Russia (240,000), Romania (60,000)"."""
    before = [place for place in scene.places if place.end <= quantity.start and place.code != focus.reporter]
    listed = before and focus.reporter and _LISTED.fullmatch(scene.text[before[-1].end : quantity.start])
    return before[-1].code if listed else None


def _completed(owner: str | None, partner: str | None, focus: Parties, topic: Parties) -> Parties:
    """A missing owner is whoever the text has just spoken of, a missing partner the other of the document's pair."""
    pair = topic if len(topic.codes) > 1 else focus
    if owner is None and partner is None:
        if focus.reporter or focus.lead:
            return focus if focus.reporter else Parties.of(focus.lead, focus.other(focus.lead))
        return Parties.of(pair.codes[0]) if len(pair.codes) == 1 else Parties(pair.codes)
    if owner is None:
        known = [focus.reporter, pair.other(partner) if partner in pair.codes else None, *topic.codes]
        owner = next((code for code in known if code not in {None, partner}), None)
    elif partner is None and owner in topic.codes:
        partner = topic.other(owner)
    return Parties.of(owner, partner)


def _verb_parties(scene: Scene, reading: Reading) -> tuple[str | None, str | None]:
    """flow = subject verb goods ("from" | "to") place, the roles as in `flows.txt`."""
    cue = reading.cue
    if cue is None:
        return None, None
    row = next(
        row for row in read_table("flows.txt") if row["metric"] in cue.name and cue.text.lower() in words(row["words"])
    )
    roles: dict[str, str] = {}
    for place in _objects(scene, cue):
        roles.setdefault(_role(row, place), place.code)
    owner = _subject(scene, cue) or roles.get("reporter")
    partner = roles.get("partner")
    return owner, partner if partner != owner else None


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
    return None


def _actors(scene: Scene) -> list[Place]:
    """The places that can act: not behind a preposition, and not the origin of goods ("Russian wheat")."""
    goods = {product.start for product in scene.products}
    return [
        place
        for place in _strong(scene.places)
        if place.preposition in {None, "and"} and not (place.form == "demonym" and place.end + 1 in goods)
    ]


def _objects(scene: Scene, cue: Cue) -> list[Place]:
    end = scene.clauses[scene.clause_at(cue.start)].end
    following = min((flow.start for flow in scene.flows if flow.start > cue.end), default=end)
    listed = {place.end for place in scene.places for other in scene.quantities if _in_list(scene, place, other)}
    return [
        place
        for place in _strong(scene.places)
        if cue.end <= place.start < min(end, following) and place.end not in listed
    ]


def _in_list(scene: Scene, place: Place, quantity: Quantity) -> bool:
    """Whether a figure stands in brackets behind a place: "Russia (240,000)"."""
    return scene.text[place.end : quantity.start].strip() == "(" and place.end < quantity.start


def _role(row: Row, place: Place) -> str:
    """The role of an object: by "from" and "to" as in the table; goods' own country made them; else counterparty."""
    if place.preposition in {"from", "to"}:
        return row[place.preposition]
    return "reporter" if place.form == "demonym" and row["from"] == "reporter" else "partner"


def _partner_after(scene: Scene, reading: Reading) -> str | None:
    """partner = cue ("to" | "from" | "with") place."""
    cue = reading.cue
    if cue is None:
        return None
    toward = _directed()[reading.metric]
    for place in _strong(scene.places):
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
    """holder = place "'s share of" ("its" | "the country's") cue"""
    cue = reading.cue
    if cue is None or not _SHARE_OF_ITS.search(scene.text, scene.sentence.start, cue.start):
        return None
    before = [place for place in _strong(scene.places) if place.end <= cue.start]
    return before[-1].code if before else None


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
    own = {"of", "by"} | ({"from"} if "to" in _directed()[reading.metric] else {"into", "to"})
    for place in _strong(scene.places):
        if cue.end <= place.start < cue.end + _PARTNER_REACH and place.code != partner and place.preposition in own:
            return place.code
    subjects = [place for place in _strong(before) if place.preposition in {None, "for"}]
    return subjects[-1].code if subjects else None


def _whole_owner(scene: Scene, quantity: Quantity) -> Place | None:
    """owner = place "'s" figure | figure "of" place "'s" ("48 pct of Pakistan's imports")"""
    ahead = [place for place in scene.places if place.possessive and place.end <= quantity.start]
    if ahead and _POSSESSOR.fullmatch(scene.text[ahead[-1].end : quantity.start]):
        return ahead[-1]
    behind = (place for place in scene.places if place.start > quantity.end and place.possessive)
    return next((place for place in behind if _OF.fullmatch(scene.text[quantity.end : place.start])), None)


def _owner_only(scene: Scene, quantity: Quantity, focus: Parties, topic: Parties) -> Parties:
    """owner = figure "of" place | the nearest place in front of the figure, else behind it, else the focus."""
    whole = _whole_owner(scene, quantity)
    if whole:
        return Parties.of(whole.code)
    for places in (_strong(scene.places), list(scene.places)):
        before = [place for place in places if place.end <= quantity.start and place.preposition not in _COUNTERPARTY]
        after = [place for place in places if place.start >= quantity.end]
        if before or after:
            return Parties.of((before[-1] if before else after[0]).code)
    return Parties.of(focus.reporter) if focus.reporter else Parties.of(topic.codes[0] if topic.codes else None)


def _near(scene: Scene, reading: Reading, quantity: Quantity) -> list[Place]:
    """The places of the clauses that hold the cue or the figure."""
    held = {scene.clause_at(quantity.start)} | ({scene.clause_at(reading.cue.start)} if reading.cue else set())
    return [place for place in scene.places if scene.clause_at(place.start) in held]


def _strong(places: Iterable[Place]) -> list[Place]:
    return [place for place in places if not place.weak]


def _codes(places: Iterable[Place]) -> list[str]:
    return list(dict.fromkeys(place.code for place in places))


@cache
def _directed() -> dict[str, frozenset[str]]:
    """Metric → the prepositions that name its counterparty, from the `towards` column."""
    return {
        row["metric"]: frozenset(words(row["towards"]))
        for row in read_table("metrics.txt")
        if row["towards"] not in {"", "-"}
    }
