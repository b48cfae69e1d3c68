"""A metric read in a scene → whose figure it is: parties, reporter (who owns the metric) and partner."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from etl.model import Quantity
from etl.resolve.beside import Sides, is_aside, opens_list, owner_of_whole, place_beside, sole_subject, strong
from etl.resolve.flows import turning, verb_sides
from etl.resolve.gifts import gift_sides, receivers_together
from etl.resolve.metrics import Reading, part_words, points_back
from etl.resolve.places import Place, Topic
from etl.resolve.scene import Scene
from etl.resolve.scopes import is_of_all, is_of_the_world, is_worldwide
from etl.resolve.sides import directed, duty_sides, is_exchange, names_counterparty, noun_sides

__all__ = ["NO_PARTIES", "Parties", "read_parties", "seen_from"]

_COUNTERPARTY = frozenset({"to", "from", "with", "on", "against", "via", "through"})
_MUTUAL = re.compile(r"\b(?:bilateral|two-way|mutual|reciprocal)\b[^,;]{0,60}$", re.IGNORECASE)
# "Switzerland took $3bn, ahead of China's $2bn": the next of a list.
_RANKS = frozenset({"ahead of", "followed by"})
_BETWEEN_REACH = 70


class Parties(NamedTuple):
    """All countries or blocs a figure is about, and the direction where it has one.

    `lead` is the party from whose side a figure without direction is told ("Kenya's trade with Togo"): the exports that
    follow are its own. `flow` is the metric that set them: what A exports, others import from it.
    """

    codes: tuple[str, ...] = ()
    reporter: str | None = None
    partner: str | None = None
    lead: str | None = None
    flow: str | None = None

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
    topic = _home_first(document)
    if is_of_the_world(scene, reading):
        return Parties(("WLD",), None if reading.row["parties"] == "pair" else "WLD")
    match reading.row["parties"]:
        case "pair":
            return _pair(scene, quantity, reading, focus, document)
        case "give":
            return _gift(scene, quantity, reading, focus, topic)
        case _ if reading.metric in directed():
            return _directed_parties(scene, quantity, reading, focus, document)
        case _:
            return _owner_only(scene, quantity, focus, topic)


def seen_from(metric: str, told: Parties) -> Parties:
    """The parties of a figure that says another metric's: what A supplied is a share of B's imports.

    >>> seen_from("import_share", Parties.of("OMN", "JPN")._replace(flow="exports")).reporter
    'JPN'
    """
    turned = metric == "import_share" and told.flow == "exports" and told.partner
    return told._replace(reporter=told.partner, partner=told.reporter) if turned else told


def _home_first(document: Topic) -> Parties:
    """The parties a document is about, its own country first."""
    return Parties(tuple(sorted(document.codes, key=lambda code: code != document.home)))


def _pair(scene: Scene, quantity: Quantity, reading: Reading, focus: Parties, document: Topic) -> Parties:
    """pair = "between" A "and" B | A "-" B cue | A cue "with" B | those of the focus."""
    anchor = reading.cue.end if reading.cue else quantity.start
    near = sorted(strong(_near(scene, reading, quantity)), key=lambda place: _distance(place, anchor))
    named = _codes(_between(scene, near) or near)
    topic = _pair_of(scene, reading, document)
    beside = place_beside(scene, quantity)
    side = focus.lead or _first(topic.codes)
    if (
        reading.cue is None
        and side
        and beside
        and beside.preposition in {"with", "and", None}
        and not _between(scene, near)
    ):
        return _told_from(side, beside.code)  # "trade with China was $14bn, [with Russia] $9.8bn"
    known = focus if len(focus.codes) > 1 or (reading.cue is None and focus.codes) else topic
    if not named:
        return Parties(known.codes if len(known.codes) > 1 else _first_two(scene) or known.codes, lead=focus.lead)
    if len(named) == 1:
        return _pair_with(named[0], near, known, worldwide=is_worldwide(scene, reading))
    partners = {place.code for place in near if place.preposition == "with"} & {*named[:2]}
    lead = next(iter({*named[:2]} - partners), None) if len(partners) == 1 else None
    return Parties(tuple(sorted(named[:2])), lead=lead)


def _pair_of(scene: Scene, reading: Reading, document: Topic) -> Parties:
    """The two a document is about; where trade is called bilateral, the two it names most."""
    mutual = reading.cue is not None and _MUTUAL.search(scene.text, scene.sentence.start, reading.cue.end)
    return Parties(document.ranked[:2] if mutual and len(document.codes) < 2 else document.codes)  # noqa: PLR2004  a pair


def _pair_with(one: str, near: Sequence[Place], known: Parties, *, worldwide: bool) -> Parties:
    """The pair of the one party named and the other of those known; one alone where its trade is with all."""
    toward = any(place.code == one and place.preposition == "with" for place in near)
    if worldwide and not toward:
        return Parties((one,), lead=one)
    sides = (known.other(one), known.reporter, known.lead, *known.codes)
    other = next((code for code in sides if code not in {None, one}), None)
    return _told_from(other or one, one) if toward else _told_from(one, other or one)


def _told_from(side: str, other: str) -> Parties:
    """A pair without direction, told from one side: what follows without an owner is its own."""
    return Parties(tuple(sorted({side, other})), lead=side)


def _first_two(scene: Scene) -> tuple[str, ...]:
    """The first two countries of a sentence, where it names as many."""
    codes = _codes(strong(scene.places)) or _codes(scene.places)
    return tuple(sorted(codes[:2])) if len(codes) > 1 else ()


def _first(codes: Sequence[str]) -> str | None:
    return next(iter(codes), None)


def _between(scene: Scene, places: Sequence[Place]) -> list[Place]:
    """The two places behind "between", where there are such."""
    opened = next((place for place in places if place.preposition == "between"), None)
    if opened is None:
        return []
    return [place for place in scene.places if opened.start <= place.start < opened.start + _BETWEEN_REACH][:2]


def _distance(place: Place, anchor: int) -> int:
    return min(abs(place.start - anchor), abs(place.end - anchor))


def _gift(scene: Scene, quantity: Quantity, reading: Reading, focus: Parties, topic: Parties) -> Parties:
    """gift = giver verb ... ("to" | "in" | "for") recipient | recipient "received" ... "from" giver."""
    near = _near(scene, reading, quantity)
    giver, receiver = gift_sides(scene, quantity, reading, near)
    if both := receivers_together(scene, near):
        return Parties(tuple(sorted(both)))
    if giver is None and receiver is None:
        own = focus.reporter or focus.lead or next(iter(topic.codes), None)
        return focus if reading.cue is None and focus.codes else topic if len(topic.codes) > 1 else Parties.of(own)
    if receiver is None and reading.cue is None and focus.partner != giver:
        receiver = focus.partner
    if receiver is None and any(place.code == giver and place.preposition == "from" for place in scene.places):
        receiver = next((code for code in (*topic.codes, focus.partner) if code not in {None, giver}), None)
    return Parties.of(giver or topic.other(receiver), receiver or topic.other(giver))


def _directed_parties(scene: Scene, quantity: Quantity, reading: Reading, focus: Parties, document: Topic) -> Parties:
    """directed = owner cue ("to" | "from" | "with") partner, or that of the figure before with another place."""
    topic = _home_first(document)
    told = _told(scene, quantity, reading, focus)
    owner, partner = _recast(scene, quantity, reading, told)
    if told == (None, None) and topic.codes and _toward(reading) == {"with"} and topic.codes[0] in focus.codes:
        owner = topic.codes[0]  # a balance that names nobody is told from the side of whom the text is about
    if owner in focus.codes and partner is None and reading.metric.endswith("_share") and points_back(scene, quantity):
        partner = focus.other(owner)  # "That was 1 percent of India's exports": what was between the two
    if is_of_all(scene, quantity):
        return Parties.of(owner or focus.reporter)
    if told[0] not in {None, owner} and told[1] is None and partner is None and not reading.verb:
        return Parties.of(owner)  # "India's exports reached $60bn, Pakistan's $12bn": each has its own
    if partner is None and (is_worldwide(scene, reading) or (reading.cue is None and owner and owner == told[0])):
        return Parties.of(owner or focus.reporter or focus.lead or (topic.codes[0] if topic.codes else None))
    told_of = focus.reporter or (focus.lead if focus.lead != owner else _first(topic.codes))
    if partner is None and owner not in {None, told_of} and is_exchange(scene, reading):
        # "Malawi grows tobacco. Belgium bought $140 million of it"; "Oman supplied Japan. Qatari deliveries fell"
        again = focus.flow in {reading.metric, f"{reading.metric[:-1]}_share"}
        partner = told_of if not again else focus.other(owner if owner in focus.codes else told_of)
    clause = scene.clauses[scene.clause_at(quantity.start)]
    if owner and partner is None and not document.named_before(topic.other(owner), clause.end):
        return Parties.of(owner)  # "Angola's exports hit $9bn, and China ...": nobody knows of China yet
    return _completed(owner, partner, focus, topic)


def _told(scene: Scene, quantity: Quantity, reading: Reading, focus: Parties) -> Sides:
    """What the words around the metric tell; without any, the sides of the figure before, or those turned around."""
    spoken = focus.reporter, focus.partner
    if (reading.cue is None or reading.metric == focus.flow) and _is_reversed(scene, quantity):
        return focus.partner, focus.reporter
    if reading.metric == "tariff_rate":
        owner, partner = duty_sides(scene, quantity, reading)
        return (owner or focus.other(partner), partner or focus.other(owner)) if owner or partner else spoken
    if reading.cue is None:
        owner, partner = _deal_parties(scene, quantity, reading) if reading.metric == "price" else spoken
        return owner or focus.reporter, partner or focus.partner
    if reading.metric == focus.flow and reading.metric.endswith("_share") and _is_next_part(scene, quantity, reading):
        return spoken
    return verb_sides(scene, quantity, reading) if reading.verb else noun_sides(scene, quantity, reading)


def _is_next_part(scene: Scene, quantity: Quantity, reading: Reading) -> bool:
    """Whether a share is of what the one before was: "68 percent of [exports], of which Malta 9 percent"."""
    cue = reading.cue
    before = scene.quantity_before(cue.start) if cue and cue.end <= quantity.start else None
    return bool(cue and before and scene.text[before.end : cue.start].lstrip().startswith("of "))


def _is_reversed(scene: Scene, quantity: Quantity) -> bool:
    """Whether a figure goes the other way than the one before: "in the opposite direction went $350 million"."""
    clause = scene.clauses[scene.clause_at(quantity.start)]
    start = max((clause.start, *(other.end for other in scene.quantities if other.end <= quantity.start)))
    named = any(start <= place.start < quantity.start for place in scene.places)
    return not named and turning("reverse").search(scene.text, start, clause.end) is not None


def _deal_parties(scene: Scene, quantity: Quantity, reading: Reading) -> Sides:
    """The parties of the deal that a price is paid in: "Egypt bought wheat from Romania at $265 a tonne"."""
    deals = [cue for cue in scene.flows if cue.end <= quantity.start and cue.name in {"imports", "exports"}]
    return verb_sides(scene, quantity, Reading(reading.row, deals[-1], verb=True)) if deals else (None, None)


def _recast(scene: Scene, quantity: Quantity, reading: Reading, told: Sides) -> Sides:
    """The two sides with the place that stands beside this very figure in its role: one item of a list, or a contrast.

    "to China (+3.5%) and [Taiwan] (+77.0%)", "India's exports reached $60bn, [Pakistan]'s $12bn".
    """
    owner, partner = told
    place = place_beside(scene, quantity)
    if (
        place
        and place.preposition == "of"
        and place.form == "demonym"
        and not reading.verb
        and quantity.unit != "percent"
    ):
        return _of_origin(reading, place.code, told)
    if place is None or place.code in told:
        return told if place or reading.cue else _turned_to(scene, quantity, told)
    ranked = partner is not None and place.preposition in _RANKS
    if ranked or place.preposition in _toward(reading) or (reading.cue and names_counterparty(reading.cue)):
        return owner, place.code
    if place.start > quantity.start:
        return (place.code, partner) if place.possessive or place.preposition in {"of", "by"} else told
    if not place.possessive and _is_partner_item(scene, quantity, reading, place, told):
        return owner, place.code
    return (place.code, partner) if place.possessive or _opening(scene, reading) <= place.start else told


def _turned_to(scene: Scene, quantity: Quantity, told: Sides) -> Sides:
    """The sides behind a new subject: "Prices in Benin rose. Ghana's cocoa board raised them by [63 percent]"."""
    subject = sole_subject(scene)
    if subject is None or subject.code in told or subject.end > quantity.start:
        return told
    return told if scene.quantities_between(subject.end, quantity.start) else (subject.code, None)


def _is_partner_item(scene: Scene, quantity: Quantity, reading: Reading, place: Place, told: Sides) -> bool:
    """Whether the place in front of a figure is an item of a list of partners, not of owners."""
    owner, partner = told
    tied, start = {*_toward(reading), "between"}, _opening(scene, reading)
    before = [other for other in scene.places if other.end < place.start]
    return bool(
        (owner is not None and part_words().search(scene.text[place.end : quantity.start]))
        or any(other.code == partner and other.form == place.form for other in before)
        or opens_list(scene, quantity, place)
        or any(other.preposition in tied for other in before if other.start >= start)
    )


def _opening(scene: Scene, reading: Reading) -> int:
    """Where the list behind the metric begins."""
    return reading.cue.end if reading.cue else scene.sentence.start


def _toward(reading: Reading) -> frozenset[str]:
    return directed().get(reading.metric, frozenset())


def _of_origin(reading: Reading, origin: str, told: Sides) -> Sides:
    """The sides of goods from a country: "15,000 tonnes of Pakistani rice" are its exports, another's imports."""
    other = next((code for code in reversed(told) if code != origin), None)
    return (other, origin) if "from" in _toward(reading) else (origin, other)


def _completed(owner: str | None, partner: str | None, focus: Parties, topic: Parties) -> Parties:
    """A missing owner is whoever the text has just spoken of, a missing partner the other of the document's pair."""
    pair = topic if len(topic.codes) > 1 or not focus.codes else focus
    if owner is None and partner is None:
        if focus.reporter or focus.lead:
            return focus if focus.reporter else Parties.of(focus.lead, focus.other(focus.lead))
        return Parties.of(*pair.codes) if pair.codes else NO_PARTIES
    if owner is None:
        same = partner in focus.codes or focus.partner is None or focus.reporter in topic.codes[:1]
        told = focus.reporter if same else None
        other = pair.other(partner) if partner in pair.codes else None
        known = [told, other, *topic.codes[:1], focus.reporter, focus.lead, *topic.codes]
        owner = next((code for code in known if code not in {None, partner}), None)
    elif partner is None and owner in topic.codes and (not focus.codes or {*focus.codes} & {*topic.codes}):
        partner = topic.other(owner)
    return Parties.of(owner, partner)


def _owner_only(scene: Scene, quantity: Quantity, focus: Parties, topic: Parties) -> Parties:
    """owner = figure "of" place | the nearest place in front of the figure, else behind it, else the focus."""
    whole = owner_of_whole(scene, quantity)
    if whole:
        return Parties.of(whole.code)
    for places in (strong(scene.places), list(scene.places)):
        before = [place for place in places if place.end <= quantity.start and place.preposition not in _COUNTERPARTY]
        before = [place for place in before if not is_aside(scene, place)] or before
        after = [place for place in places if place.start >= quantity.end]
        if before or after:
            return Parties.of((before[-1] if before else after[0]).code)
    return Parties.of(focus.reporter or focus.lead or _first(topic.codes))


def _near(scene: Scene, reading: Reading, quantity: Quantity) -> list[Place]:
    """The places of the clauses that hold the cue or the figure."""
    held = {scene.clause_at(quantity.start)} | ({scene.clause_at(reading.cue.start)} if reading.cue else set())
    return [place for place in scene.places if scene.clause_at(place.start) in held]


def _codes(places: Iterable[Place]) -> list[str]:
    return list(dict.fromkeys(place.code for place in places))
