"""Decisions → what stands about each claim: the decisions nobody superseded or undid, and whether they can all hold.

A decision names those it saw. What it did not see was made apart from it, perhaps on another machine: where two such
decisions cannot both hold, neither does, and the conflict is shown. No clock decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from etl.decisions.model import Cell, Decision

__all__ = ["Ruling", "Verdict", "rule", "standing_acts", "still_made", "touched_since"]

Verdict = Literal["accepted", "corrected", "rejected", "added", "conflict"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What stands about one claim: the decisions in force, oldest first, and what they make of it together."""

    claim_id: str
    decisions: tuple[Decision, ...]

    @property
    def verdict(self) -> Verdict:
        """What becomes of the claim; "conflict" where decisions made apart cannot both hold."""
        if any(not _hold_together(one, other) for one, other in combinations(self.decisions, 2)):
            return "conflict"
        actions = {decision.action for decision in self.decisions}
        return next(verdict for action, verdict in _VERDICTS if action in actions)

    @property
    def asserts(self) -> Mapping[str, Cell]:
        """The fields that are decided, with their values."""
        return {name: cell for decision in self.decisions for name, cell in decision.asserts.items()}


_VERDICTS: tuple[tuple[str, Verdict], ...] = (
    ("reject", "rejected"),
    ("add", "added"),
    ("correct", "corrected"),
    ("accept", "accepted"),
)


def rule(decisions: Iterable[Decision]) -> dict[str, Ruling]:
    """Claim id → what stands about it; claims about which nothing stands any more are not there.

    The order of the decisions does not matter, and a decision that is given twice counts once.
    """
    made = still_made(decisions)
    superseded = {name for each in made for name in each.saw}
    about: dict[str, list[Decision]] = defaultdict(list)
    for each in sorted(made, key=lambda each: (each.made, each.id)):
        if each.id not in superseded:
            about[each.claim_id].append(each)
    return {claim_id: Ruling(claim_id, tuple(standing)) for claim_id, standing in about.items()}


def still_made(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that are not undone, superseded or not; no undo is among them."""
    every = {decision.id: decision for decision in decisions}
    undone = _undone(list(every.values()))
    return [each for each in every.values() if each.action != "undo" and each.together not in undone]


def standing_acts(decisions: Iterable[Decision]) -> list[Decision]:
    """The first decision of each act that is not undone and that no later decision supersedes: what can be undone."""
    made = still_made(decisions)
    superseded = {name for each in made for name in each.saw}
    firsts: dict[str, Decision] = {}
    for each in made:
        if each.id not in superseded:
            firsts.setdefault(each.together, each)
    return list(firsts.values())


def touched_since(decisions: Sequence[Decision], first: int) -> dict[str, Decision]:
    """Claim id → the last decision about it after the `first` ones, or the undo that changed what stands about it."""
    claims_of: dict[str, set[str]] = defaultdict(set)
    touched: dict[str, Decision] = {}
    for number, each in enumerate(decisions):
        about = {each.claim_id} if each.undoes is None else claims_of[each.undoes]
        claims_of[each.together] |= about
        if number >= first:
            touched.update(dict.fromkeys(about, each))
    return touched


def _undone(decisions: Sequence[Decision]) -> set[str]:
    """The acts that are undone. An undo can itself be undone; then what it undid stands again."""
    undos: dict[str, set[str]] = defaultdict(set)
    for each in decisions:
        if each.undoes is not None:
            undos[each.undoes].add(each.together)
    return {act for act in undos if not _stands(act, undos)}


def _stands(act: str, undos: Mapping[str, set[str]], path: frozenset[str] = frozenset()) -> bool:
    """Whether no undo of an act stands; `path` ends a circle, which only a forged log has."""
    return not any(undo not in path and _stands(undo, undos, path | {act}) for undo in undos.get(act, ()))


def _hold_together(one: Decision, other: Decision) -> bool:
    """Whether two decisions made apart can both hold: both reject, or no field is decided in two ways."""
    if "reject" in {one.action, other.action}:
        return one.action == other.action
    first, second = one.asserts, other.asserts
    return all(first[name] == second[name] for name in first.keys() & second.keys())
