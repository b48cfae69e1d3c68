"""A verb that moves goods or money, in its scene → its two sides: who owns the metric and who is the counterparty."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from etl.grammar.phrases import Cue, plain
from etl.lexicon import Row, alternatives, cache, read_table, words
from etl.model import Quantity, Span
from etl.resolve.beside import Sides, actors, is_origin, place_beside, strong
from etl.resolve.metrics import Reading
from etl.resolve.places import Place
from etl.resolve.scene import Scene

__all__ = ["turning", "verb_sides"]

_SUBJECT_BORDER = re.compile(r"\b(?:while|whereas|but|although)\b|;", re.IGNORECASE)
_NEAR_BORDER = re.compile(r"\b(?:while|whereas|but|although)\b|[;,:]", re.IGNORECASE)
# What ties a place to a verb: not "after", "than", "across".
_TIED = frozenset({"from", "to", "for", "by", "of", "in", "into", "between", "towards"})
# "to Brazil, [which bought] gas": the place in front of the pronoun buys.
_RELATIVE = re.compile(r",?\s+(?:which|who|that)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
# "earns $7m, two-thirds [of it] from Chad": whose a part of the figure is.
_OF_IT = re.compile(r"\bof\s+(?:it|that|them|which|those)\b")
_TO_WHOM = re.compile(r",?\s+(to|from)\s+(?:which|whom)\s")
# "Chad, after a poor year, ..., [importing] rice": what a participle behind a comma tells is told of the first actor.
_PARTICIPLE = re.compile(r",\s+\w+ing\b")
# "; [it] sold": whoever the sentence began with.
_PRONOUN = re.compile(r"[;,]\s+(?:and\s+|but\s+)?(?:it|they)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
# "Russian parcels were booked": what stands in front of the verb are the goods, and whose they are.
_PASSIVE = re.compile(r"\b(?:was|were|been|being|is|are|be)\s+(?:\w+ly\s+|also\s+)?$", re.IGNORECASE)


def verb_sides(scene: Scene, quantity: Quantity, reading: Reading) -> Sides:
    """flow = subject verb goods ("from" | "to") place | goods "were" verb "by" subject, the roles as in `flows.txt`."""
    cue = reading.cue
    if cue is None:
        return None, None
    row = _flow_of(cue, reading.metric)
    clause = scene.clauses[scene.clause_at(cue.start)]
    ahead = [place for place in strong(scene.places) if clause.start <= place.start and place.end <= cue.start]
    passive = _PASSIVE.search(scene.text, scene.sentence.start, cue.start)
    active = not passive and row["subject"] != "-"
    roles: dict[str, str] = {}
    for role, code in _roles(scene, quantity, cue, row, ahead, passive=passive is not None):
        roles.setdefault(role, code)
    related = _related(scene, cue) if active else None
    subject = related or (_subject(scene, cue) if active else None)
    if row["subject"] == "partner":
        return _sender_sides(scene, cue, ahead, subject, roles.get("reporter"))
    owner, partner = subject or roles.get("reporter"), roles.get("partner")
    if related and partner is None:  # "Togo buys rice from India, which supplied 500 tonnes"
        partner = next((place.code for place in actors(scene) if place.end <= cue.start), None)
    return owner, partner if partner != owner else None


def _roles(
    scene: Scene, quantity: Quantity, cue: Cue, row: Row, ahead: Sequence[Place], *, passive: bool
) -> Iterator[tuple[str, str]]:
    """Role and country of each place that the verb gives one, the first of a role counts."""
    tied = [place for place in ahead if place.preposition in {"from", "to"}]
    yield from ((_role(row, place), place.code) for place in (*_objects(scene, quantity, cue), *tied))
    yield from _to_whom(scene, cue, row)
    made = [place for place in ahead if place.preposition != "by"]
    goods = made if passive else _goods_countries(scene, cue, row, ahead)
    yield from ((_origin(row), place.code) for place in goods[-1:])


def _sender_sides(scene: Scene, cue: Cue, ahead: Sequence[Place], subject: str | None, home: str | None) -> Sides:
    """Of money sent home: people "in" a country send it to their own, else a country's people send it "to" home."""
    near = [*reversed(ahead), *(place for place in strong(scene.places) if place.start >= cue.end)]
    host = next((place.code for place in near if place.preposition == "in"), None)
    sender = subject or next((place.code for place in near if place.preposition == "by"), None)
    return (sender or home, host) if host else (home, sender)


@cache
def turning(metric: str) -> re.Pattern[str]:
    """The words of `turns.txt` that put the subject on the other side: "faces" a duty, "received" a loan."""
    return re.compile(rf"\b{alternatives('turns.txt', metric=metric)}\b", re.IGNORECASE)


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
    earlier = [place for place in actors(scene) if place.end <= cue.start]
    told = _PARTICIPLE.match(scene.text, cue.start - 2) or _PRONOUN.search(scene.text, scene.sentence.start, cue.start)
    if earlier and told:
        return earlier[0].code
    for border in (_NEAR_BORDER, _SUBJECT_BORDER):
        start = max(
            (match.end() for match in border.finditer(scene.text, scene.sentence.start, cue.start)),
            default=scene.sentence.start,
        )
        verb = min((flow.start for flow in scene.flows if start <= flow.start), default=cue.start)
        named = [place for place in actors(scene) if start <= place.start and place.end <= verb]
        if named:
            return named[-1].code
    return None


def _related(scene: Scene, cue: Cue) -> str | None:
    """The place that a relative pronoun in front of the verb stands for: "to [Brazil], which bought"."""
    pronoun = _RELATIVE.search(scene.text, scene.sentence.start, cue.start)
    return next((place.code for place in scene.places if pronoun and place.end == pronoun.start()), None)


def _to_whom(scene: Scene, cue: Cue, row: Row) -> Iterator[tuple[str, str]]:
    """The role of the place that a pronoun behind a preposition stands for: "led by [Chad], to which Togo sold"."""
    for place in scene.places:
        if tied := _TO_WHOM.match(scene.text, place.end, cue.start):
            yield row[tied[1]], place.code


def _objects(scene: Scene, quantity: Quantity, cue: Cue) -> list[Place]:
    """The places behind a verb, up to the next verb, but those that belong to the other figures of a list."""
    end = scene.clauses[scene.clause_at(cue.start)].end
    end = min((flow.start for flow in scene.flows if cue.end < flow.start < end), default=end)
    listed = _listed(scene, quantity, Span(cue.end, end))
    goods = _flow_of(cue, "")["subject"] == "-"
    return [
        place
        for place in scene.places
        if cue.end <= place.start < end
        and (goods or not place.weak)
        and place.start not in listed
        and not _OF_IT.search(scene.text, quantity.end, place.start)
        and (
            place.preposition in _TIED
            or (place.form == "demonym" and place.preposition in {None, "and"})
            or (place.preposition in {None, "and"} and not scene.quantities_between(cue.end, place.start))
        )
    ]


def _listed(scene: Scene, quantity: Quantity, span: Span) -> set[int]:
    """Where the places of the other figures of a list start: "to Chad (3%), [Togo] (4%)"."""
    own = place_beside(scene, quantity)
    others = [other for other in scene.quantities if span.start <= other.start < span.end]
    bound = [place for other in others if (place := place_beside(scene, other)) and place != own]
    several = len({place.code for place in (*bound, *filter(None, [own]))}) > 1
    return {place.start for place in bound} if several else set()


def _goods_countries(scene: Scene, cue: Cue, row: Row, ahead: Sequence[Place]) -> list[Place]:
    """The countries that goods in front of a verb come from: "a tanker of [Russian] crude docked"."""
    named = [
        place
        for place in strong(scene.places)
        if place.end <= cue.start and place.form == "demonym" and place.preposition not in {"from", "to"}
    ]
    if row["subject"] != "-":
        return [place for place in named if place in ahead and is_origin(scene, place)]
    near = [place for place in ahead if place in named or (row["metric"] == "exports" and place in actors(scene))]
    return near or named


def _role(row: Row, place: Place) -> str:
    """The role of an object: by "from" and "to" as in the table; goods' own country made them; else counterparty."""
    if place.preposition in {"from", "to", "for"}:
        return row["from" if place.preposition == "from" else "to"]
    if place.preposition == "by" and row["subject"] != "-":
        return row["subject"]
    if place.form == "demonym":
        return _origin(row)
    return "reporter" if row["subject"] == "-" else "partner"


def _origin(row: Row) -> str:
    """The role of the country whose goods a verb moves: its exports, others' imports."""
    return "reporter" if row["metric"] == "exports" else "partner"
