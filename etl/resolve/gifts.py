"""The places around money that goes one way (a loan, aid, an investment) → who gives it and who receives it."""

from __future__ import annotations

from collections.abc import Sequence

from etl.model import Quantity
from etl.resolve.beside import Sides, place_beside, strong
from etl.resolve.flows import turning
from etl.resolve.metrics import Reading
from etl.resolve.places import Place
from etl.resolve.scene import Scene

__all__ = ["gift_sides", "receivers_together"]

_SOURCE, _TARGET = frozenset({"from", "by"}), frozenset({"to", "in", "into", "for"})


def gift_sides(scene: Scene, quantity: Quantity, reading: Reading, near: Sequence[Place]) -> Sides:
    """gift = giver verb receiver? ("to" | "in") receiver | receiver turning-verb cue "from" giver."""
    places = strong(near) or strong(scene.places)
    source = _tied(scene, quantity, near, _SOURCE)
    target = _tied(scene, quantity, places, _TARGET)
    free = [place for place in places if place.preposition not in _SOURCE | _TARGET]
    given = next((place for place in free if _follows_verb(scene, reading, place)), None)
    later = {place.start for place in free if place.preposition == "and" and place.start > quantity.end}
    others = [place for place in free if place is not given and place.start not in later]
    turned = turning("give").search(scene.text, scene.sentence.start, scene.sentence.end)
    if turned or (source and not target):
        receiver = target or given or next(iter(others), None)
        giver = source or next((place for place in others if place is not receiver), None)
    else:
        giver = source or next(iter(others), None)
        receiver = target or given or next((place for place in free if place is not giver), None)
    same = giver and receiver and giver.code == receiver.code
    return giver.code if giver else None, receiver.code if receiver and not same else None


def receivers_together(scene: Scene, near: Sequence[Place]) -> tuple[str, ...]:
    """The two countries that receive one sum, where no giver is named: "inflows to Peru and Chile"."""
    placed = strong(near)
    if len(placed) < 2 or placed[0].preposition not in _TARGET or any(place.preposition in _SOURCE for place in placed):  # noqa: PLR2004  a pair
        return ()
    joined = placed[1].preposition == "and" and scene.text[placed[0].end : placed[1].start].strip() == "and"
    return (placed[0].code, placed[1].code) if joined else ()


def _tied(scene: Scene, quantity: Quantity, places: Sequence[Place], prepositions: frozenset[str]) -> Place | None:
    """The place behind one of the prepositions that is bound to the figure, else the one nearest to it."""
    bound = place_beside(scene, quantity)
    if bound and bound.preposition in prepositions:
        return bound
    fitting = [place for place in places if place.preposition in prepositions]
    return min(fitting, key=lambda place: abs(place.start - quantity.start), default=None)


def _follows_verb(scene: Scene, reading: Reading, place: Place) -> bool:
    """Whether a place stands right behind the verb: "lent Tanzania $160 million"."""
    cue = reading.cue
    return cue is not None and cue.end < place.start and not scene.text[cue.end : place.start].strip()
