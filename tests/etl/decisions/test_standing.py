"""What stands about a claim: every order, every repetition and every undo of the decisions."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.decisions import Decision, rule
from tests.decided import decide

CLAIM: dict[str, Any] = {
    "claim_id": "c" * 16,
    "document_id": "d" * 16,
    "document_sha256": "e" * 64,
    "span_start": 5,
    "span_end": 9,
    "seen": {"metric": "exports", "value": 5.0, "unit": "USD"},
}


def make(told: str) -> Decision:
    """A decision in short: "b reject a" is decision b, which rejects and saw a; "c value=6", "d undo b"."""
    name, action, *rest = told.split()
    if action == "undo":
        return decide({**CLAIM, "seen": {}}, name, "undo", undoes=rest[0])
    fields: dict[str, Any] = {}
    if "=" in action:
        field, _, value = action.partition("=")
        fields, action = {"decided": {field: value}}, "correct"
    return decide(CLAIM, name, action, saw=tuple(rest), **fields)


@pytest.mark.parametrize(
    ("told", "verdict", "asserts"),
    [
        (["a accept"], "accepted", {"metric": "exports", "value": 5.0, "unit": "USD"}),
        (["a reject"], "rejected", {}),
        (["a value=6"], "corrected", {"value": 6.0}),
        # One saw the other: the later act counts.
        (["a accept", "b reject a"], "rejected", {}),
        (["a reject", "b value=6 a"], "corrected", {"value": 6.0}),
        (["a value=6", "b value=7 a"], "corrected", {"value": 7.0}),
        (["a value=6", "b value=7 a", "c value=8 a b"], "corrected", {"value": 8.0}),
        # Made apart, and both can hold.
        (["a reject", "b reject"], "rejected", {}),
        (["a value=6", "b value=6"], "corrected", {"value": 6.0}),
        (["a value=6", "b metric=imports"], "corrected", {"value": 6.0, "metric": "imports"}),
        # Made apart, and they cannot both hold: the later does not win.
        (["a accept", "b reject"], "conflict", None),
        (["a value=6", "b value=7"], "conflict", None),
        (["a accept", "b value=7"], "conflict", None),
        (["a value=6", "b value=7", "c metric=imports"], "conflict", None),
        # Whoever saw the conflict settles it.
        (["a value=6", "b value=7", "c value=7 a b"], "corrected", {"value": 7.0}),
        # An undo restores what was before, and an undo of the undo what was undone.
        (["a value=6", "b undo a"], None, None),
        (["a accept", "b reject a", "c undo b"], "accepted", {"metric": "exports", "value": 5.0, "unit": "USD"}),
        (["a accept", "b reject a", "c undo b", "d undo c"], "rejected", {}),
        (["a value=6", "b value=7", "c undo a"], "corrected", {"value": 7.0}),
        (["a value=6", "b undo nothing"], "corrected", {"value": 6.0}),
        (["b undo nothing"], None, None),
    ],
)
def test_what_stands(told: list[str], verdict: str | None, asserts: dict[str, Any] | None) -> None:
    decisions = [make(each) for each in told]
    for order in (decisions, decisions[::-1], decisions + decisions):
        ruling = rule(order).get(CLAIM["claim_id"])
        assert (ruling and ruling.verdict) == verdict
        if ruling is not None and asserts is not None:
            assert dict(ruling.asserts) == asserts


def test_undoes_in_a_circle_end() -> None:
    circle = [make("a undo b"), make("b undo a"), make("c reject")]
    assert rule(circle)[CLAIM["claim_id"]].verdict == "rejected"


ACTIONS = st.sampled_from(["accept", "reject", "value=6", "value=7", "metric=imports", "unit=EUR"])


@st.composite
def logs(draw: st.DrawFn) -> list[Decision]:
    """A history of a claim in which each decision saw some of those before, or undoes one."""
    told: list[str] = []
    for number in range(draw(st.integers(1, 8))):
        name = chr(ord("a") + number)
        before = [each.split()[0] for each in told]
        if before and draw(st.integers(0, 3)) == 0:
            told.append(f"{name} undo {draw(st.sampled_from(before))}")
        else:
            saw = draw(st.lists(st.sampled_from(before), unique=True)) if before else []
            told.append(" ".join([name, draw(ACTIONS), *saw]))
    return [make(each) for each in told]


@given(logs(), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_matters(log: list[Decision], chance: random.Random) -> None:
    shuffled = log + log[: len(log) // 2]
    chance.shuffle(shuffled)
    assert rule(shuffled) == rule(log)


@given(logs())
def test_an_undo_restores_what_stood_before(log: list[Decision]) -> None:
    known = tuple(each.id for each in log if each.action != "undo")
    for action in ("reject", "value=9"):
        done = make(" ".join(["y", action, *known]))
        assert rule([*log, done, make("z undo y")]) == rule(log)
