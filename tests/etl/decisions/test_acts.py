"""What a reviewer does, one act after the other, and what then becomes of the claim that was on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etl.decisions import Decision, Reviewed, Reviewer, review
from etl.errors import DecisionError
from etl.store import load_claims, load_documents, load_text
from tests.sample_store import make_store

Step = tuple[Any, ...]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store nobody writes to."""
    return make_store(tmp_path_factory.mktemp("acts") / "store")


class Desk:
    """A log and the claims as it leaves them; each step is what a reviewer does about one claim as it is shown."""

    def __init__(self, store: Path) -> None:
        self.claims, self.documents = load_claims(store), load_documents(store)
        self.first = {str(name): cell for name, cell in self.claims.iloc[0].items()}
        self.text = load_text(store, self.first["document_id"])
        self.log: list[Decision] = []

    def take(self, steps: Sequence[Step]) -> Reviewed:
        """The claims after all steps: who, what, with what."""
        for who, act, *how in steps:
            self.log += self._do(Reviewer(who, tuple(self.log)), act, *how)
        return self.reviewed

    @property
    def reviewed(self) -> Reviewed:
        """The claims with the log applied."""
        return review(self.claims, self.log, self.documents)

    def _do(self, reviewer: Reviewer, act: str, *how: Any) -> list[Decision]:  # noqa: ANN401
        if act == "undo":
            return reviewer.undo()
        shown = self.reviewed.claims.set_index("claim_id", drop=False)
        claim = shown.loc[self.first["claim_id"]].to_dict() if self.first["claim_id"] in shown.index else self.first
        if act == "merge":
            return reviewer.merge(claim, [self.claims.iloc[row].to_dict() for row in how])
        if act == "split":
            return reviewer.split(claim, how[0], self.place(claim), how[1])
        if act == "add":
            return reviewer.add(claim, self.place(claim), how[0])
        return list(getattr(reviewer, act)(claim, *how))

    def place(self, claim: Mapping[str, Any]) -> dict[str, Any]:
        """The place of the first character of the figure of a claim."""
        spot = {name: claim[name] for name in ("quote", "quote_start", "quote_end", "page")}
        start = int(claim["span_start"])
        return {**spot, "span_start": start, "span_end": start + 1, "span_text": self.text[start]}


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        pytest.param([("Ann", "accept")], ["accepted", 7e8, "Ann"], id="accept"),
        pytest.param([("Ann", "correct", {})], ["accepted", 7e8, "Ann"], id="a correction of nothing accepts"),
        pytest.param([("Ann", "correct", {"value": 5})], ["corrected", 5.0, "Ann"], id="correct"),
        pytest.param(
            [("Ann", "correct", {"value": 5}), ("Ben", "correct", {"status": "target"})],
            ["corrected", 5.0, "Ben"],
            id="a later correction keeps what an earlier one said, and is the one that stands",
        ),
        pytest.param(
            [("Ann", "correct", {"value": 5}), ("Ben", "correct", {"value": 7e8})],
            ["accepted", 7e8, "Ben"],
            id="back to what the extractor said",
        ),
        pytest.param([("Ann", "correct", {"value": 5}), ("Ann", "undo")], ["unreviewed", 7e8, None], id="undo"),
        pytest.param(
            [("Ann", "correct", {"value": 5}), ("Ann", "correct", {"value": 6}), ("Ann", "undo")],
            ["corrected", 5.0, "Ann"],
            id="undo restores what stood before",
        ),
        pytest.param([("Ann", "accept"), ("Ben", "undo")], ["accepted", 7e8, "Ann"], id="nobody undoes for another"),
        pytest.param(
            [("Ann", "accept"), ("Ben", "correct", {"value": 5}), ("Ann", "undo")],
            ["corrected", 5.0, "Ben"],
            id="nor what another has decided since",
        ),
        pytest.param([("Ann", "reject", "a misprint")], None, id="reject"),
        pytest.param([("Ann", "reject", "a misprint"), ("Ann", "accept")], ["accepted", 7e8, "Ann"], id="and accept"),
    ],
)
def test_what_becomes_of_the_claim(store: Path, steps: list[Step], left: list[object] | None) -> None:
    desk = Desk(store)
    reviewed = desk.take(steps)
    mine = reviewed.claims[reviewed.claims["claim_id"] == desk.first["claim_id"]]
    found = mine[["review", "value", "reviewed_by"]].astype(object).where(mine.notna(), None).to_numpy().tolist()
    assert found == ([] if left is None else [left])
    assert (reviewed.conflicts, reviewed.stale) == ((), ())


def test_a_claim_that_is_read_otherwise_since_is_decided_about_as_it_is_shown(store: Path) -> None:
    """Ann accepted another value than the extractor gives now; Ben accepts that, corrects it, or rejects it."""
    old = {**Desk(store).first, "value": 123.0}
    acts: dict[str, tuple[list[Any], list[object]]] = {
        "accept": ([], ["accepted", 7e8]),
        "correct": ([{"value": 8.0}], ["corrected", 8.0]),
        "reject": (["a misprint"], []),
    }
    for act, (how, left) in acts.items():
        desk = Desk(store)
        desk.log += Reviewer("Ann").accept(old)
        assert [each.why for each in desk.reviewed.stale] == ["The extractor now reads it differently: value."]
        reviewed = desk.take([("Ben", act, *how)])
        mine = reviewed.claims[reviewed.claims["claim_id"] == old["claim_id"]]
        assert mine[["review", "value"]].to_numpy().tolist() == ([left] if left else [])
        assert (reviewed.stale, reviewed.conflicts) == ((), ())
        if act == "accept":
            assert (desk.log[-1].act, desk.log[-1].decided) == ("accept", {})


def test_decisions_in_conflict_are_settled_by_one_who_saw_both(store: Path) -> None:
    desk = Desk(store)
    desk.log += [*Reviewer("Ann").correct(desk.first, {"value": 5}), *Reviewer("Ben").reject(desk.first, "a misprint")]
    assert len(desk.reviewed.conflicts) == 1
    reviewed = desk.take([("Cid", "correct", {"value": 5})])
    assert (reviewed.conflicts, reviewed.claims.query("review == 'corrected'")["value"].tolist()) == ((), [5.0])


def test_an_added_claim_can_be_corrected_rejected_and_brought_back(store: Path) -> None:
    desk = Desk(store)
    added = desk.take([("Ann", "add", {"value": 1.0, "unit": "tonne"})]).claims.query("review == 'added'")
    row = {str(name): cell for name, cell in added.iloc[0].items()}
    assert (row["value"], row["unit"], row["metric"]) == (1.0, "tonne", desk.first["metric"])
    assert desk.text[row["span_start"] : row["span_end"]] == row["span_text"]
    acts: list[tuple[Callable[[Reviewer], list[Decision]], list[float]]] = [
        (lambda ben: ben.correct(row, {"value": 2.0}), [2.0]),
        (lambda ben: ben.accept({**row, "value": 2.0}), [2.0]),
        (lambda ben: ben.reject(row, "no figure"), []),
        (lambda ben: ben.undo(), [2.0]),
    ]
    for act, left in acts:
        desk.log += act(Reviewer("Ben", tuple(desk.log)))
        assert desk.reviewed.claims.query("review == 'added'")["value"].tolist() == left
        assert desk.reviewed.conflicts == ()


def test_a_split_and_a_merge_are_one_act_and_one_undo_takes_them_back(store: Path) -> None:
    desk = Desk(store)
    split = desk.take([("Ann", "split", {"value": 3.0}, {"value": 4.0})])
    assert sorted(split.claims.query("review != 'unreviewed'")["value"]) == [3.0, 4.0]
    merged = desk.take([("Ann", "undo"), ("Ann", "merge", 1, 2)])
    assert (merged.claims["review"] == "accepted").sum() == 1
    assert merged.rejected["claim_id"].tolist() == desk.claims["claim_id"].iloc[[1, 2]].tolist()
    left = desk.take([("Ann", "undo")])
    assert set(left.claims["review"]) == {"unreviewed"}
    pd.testing.assert_series_equal(left.claims["value"], desk.claims["value"])


def test_there_is_nothing_to_undo_in_an_empty_log() -> None:
    assert Reviewer("Ann").undo() == []


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"value": "much"}, "give a number"), ({"status": "maybe"}, "one of"), ({"metric": ""}, "metric")],
)
def test_what_nobody_can_decide(store: Path, fields: dict[str, object], why: str) -> None:
    desk = Desk(store)
    with pytest.raises(DecisionError, match=why):
        Reviewer("Ann").correct(desk.first, fields)
