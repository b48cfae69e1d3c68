"""A claim and what a person does about it → the decisions of that act, which supersede all that were made before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from etl.decisions.model import FIELDS, PLACE, Act, Action, Cell, Decision, new_id, read_cells, utc_now
from etl.decisions.standing import rule, standing_acts, still_made
from etl.frame import claim_id

__all__ = ["Reviewer"]

_WHERE: Final = ("claim_id", "document_id", "document_sha256", "span_start", "span_end")

_AS_FOUND: Final = {"unreviewed", "stale", "conflict"}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Reviewer:
    """A person who has seen the decisions of a log; each act is what the log is to get, all of it or nothing.

    `claim` is a row with the columns of `REVIEWED_COLUMNS`, as the decisions leave it; without `review` it is as the
    extractor gave it. Raises `DecisionError` for what nobody
    can decide, such as a value that is no number.
    """

    who: str
    seen: Sequence[Decision] = field(default=(), repr=False)

    def accept(self, claim: Row) -> list[Decision]:
        """The claim holds as it is shown."""
        return [self._shown(claim, claim, "accept", new_id())]

    def reject(self, claim: Row, reason: str) -> list[Decision]:
        """The claim is taken out."""
        return [self._decide(claim, "reject", "reject", new_id(), reason=reason)]

    def correct(self, claim: Row, fields: Mapping[str, object], reason: str = "") -> list[Decision]:
        """The claim has these values; with none that differs from what is shown it is accepted."""
        return [self._shown(claim, {**claim, **fields}, "correct", new_id(), reason)]

    def add(self, claim: Row, place: Row, fields: Mapping[str, object], reason: str = "") -> list[Decision]:
        """A claim at another place of the same document; what `fields` do not say is as in `claim`."""
        return [self._added(claim, place, fields, "add", new_id(), reason)]

    def split(
        self, claim: Row, fields: Mapping[str, object], place: Row, others: Mapping[str, object], reason: str = ""
    ) -> list[Decision]:
        """The claim has the values of `fields`, and its text states another at `place`, with those of `others`."""
        together = new_id()
        first = self._shown(claim, {**claim, **fields}, "split", together, reason)
        return [first, self._added(claim, place, others, "split", together, reason)]

    def merge(self, claim: Row, others: Iterable[Row], reason: str = "") -> list[Decision]:
        """The claim stands for the others too, which are taken out."""
        together = new_id()
        kept = self._shown(claim, claim, "merge", together, reason)
        return [kept, *(self._decide(other, "merge", "reject", together, reason=reason) for other in others)]

    def undo(self) -> list[Decision]:
        """What this person did last, and has not undone, is taken back; nothing where there is no such act."""
        mine = [each for each in standing_acts(self.seen) if each.who == self.who]
        if not mine:
            return []
        last = max(mine, key=lambda each: (each.made, each.id))
        return [self._made(last.claim_id, _where(last), "undo", "undo", new_id(), undoes=last.together)]

    def _shown(self, claim: Row, wanted: Row, act: Act, together: str, reason: str = "") -> Decision:
        """The decision after which a claim has the fields that are wanted, as little as it takes to say so."""
        before = self._found(claim)
        if before is None:
            return self._added(claim, claim, wanted, "correct" if act == "accept" else act, together, reason)
        asked = read_cells({name: wanted[name] for name in FIELDS})
        decided = {name: cell for name, cell in asked.items() if cell != before[name]}
        is_as_shown = asked == read_cells({name: claim[name] for name in FIELDS})
        said: Act = "accept" if act == "correct" and is_as_shown else act
        return self._decide(claim, said, "correct" if decided else "accept", together, decided=decided, reason=reason)

    def _added(
        self, claim: Row, place: Row, fields: Mapping[str, object], act: Act, together: str, reason: str
    ) -> Decision:
        spot = {name: place[name] for name in PLACE}
        whole = {**{name: claim[name] for name in FIELDS}, **{name: fields[name] for name in FIELDS if name in fields}}
        start, end = int(place["span_start"]), int(place["span_end"])
        name = claim_id(str(claim["document_id"]), start, end)
        at = {**claim, "span_start": start, "span_end": end}
        return self._made(name, at, act, "add", together, decided={**spot, **whole}, reason=reason)

    def _decide(
        self,
        claim: Row,
        act: Act,
        action: Action,
        together: str,
        *,
        decided: Mapping[str, Cell] | None = None,
        reason: str = "",
    ) -> Decision:
        seen = self._found(claim) or {}
        return self._made(claim["claim_id"], claim, act, action, together, decided=decided, reason=reason, seen=seen)

    def _found(self, claim: Row) -> Mapping[str, Cell] | None:
        """The fields of a claim as the extractor gave them; None of one that a person added.

        They are shown where nothing is applied, also where decisions are stale or in conflict; else what stands is
        taken back from what is shown.
        """
        shown = read_cells({name: claim[name] for name in FIELDS})
        if claim.get("review", "unreviewed") in _AS_FOUND:
            return shown
        about = self._about(str(claim["claim_id"]))
        if any(each.action == "add" for each in about):
            return None
        standing = [each for ruling in rule(about).values() for each in ruling.decisions]
        return {**shown, **{name: each.seen[name] for each in standing for name in each.decided}}

    @cached_property
    def _made_before(self) -> list[Decision]:
        return still_made(self.seen)

    def _about(self, name: str) -> list[Decision]:
        """The decisions about a claim that are not undone."""
        return [each for each in self._made_before if each.claim_id == name]

    def _made(self, name: str, where: Row, act: Act, action: Action, together: str, **more: Any) -> Decision:  # noqa: ANN401
        place = {key: where[key] for key in _WHERE[1:]}
        place.update(span_start=int(place["span_start"]), span_end=int(place["span_end"]))
        before = tuple(each.id for each in self._about(name)) if action != "undo" else ()
        told = {key: cell for key, cell in more.items() if cell is not None}
        return Decision(
            id=new_id(),
            made=utc_now(),
            who=self.who,
            act=act,
            action=action,
            together=together,
            claim_id=name,
            saw=before,
            **place,
            **told,
        )


def _where(decision: Decision) -> Row:
    return {name: getattr(decision, name) for name in _WHERE}
