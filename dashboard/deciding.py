"""What a reviewer did on a page → the decisions that the log gets, or a sentence that says why it gets none.

Nothing is taken from the browser but what was done, to which claim, and the fields of the form: the claim itself is
read anew, as the newest decisions leave it, and nobody decides about what she has not seen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.components.claim_acts import MOST_WORDS, reasons
from dashboard.components.claim_form import read_form, touched
from dashboard.components.claim_shown import same_claims
from dashboard.data import Desk, Row, figure_at
from dashboard.words import count
from etl.decisions import Decision, Reviewer
from etl.errors import DecisionError

__all__ = ["Asked", "decide", "expect_untouched"]


@dataclass(frozen=True)
class Asked:
    """What a reviewer did, and what she saw.

    `seen` is how many decisions there were when the claim was shown, `selected` a number in the text and what for,
    `same` the claims that say the same.
    """

    act: str
    claim_id: str
    seen: int
    fields: Mapping[str, Any]
    selected: Mapping[str, Any]
    same: Sequence[str]
    reason: str


def decide(desk: Desk, reviewer: str, asked: Asked) -> tuple[list[Decision], str]:
    """The decisions of an act, and how the page says it.

    Raises `DecisionError` for what makes no sense, or where somebody has decided since the claim was shown.
    """
    hand = Reviewer(reviewer, tuple(desk.decisions))
    if asked.act == "undo":
        return _taken_back(desk, hand, asked.seen)
    if len(asked.reason) > MOST_WORDS:
        message = f"a reason has {MOST_WORDS} characters at most, this one has {len(asked.reason):,}; say it shorter"
        raise DecisionError(message)
    claim = desk.claim(asked.claim_id)
    _expect_unseen(desk, asked, [asked.claim_id, *asked.same])
    if asked.act.startswith("reject"):
        return hand.reject(claim, _why(asked)), "Rejected."
    if asked.act == "correct":
        return _saved(desk, hand, asked, claim)
    expect_untouched(asked, claim)
    if asked.act == "merge":
        others = _others(desk, asked, claim)
        return hand.merge(claim, others), f"Merged: {count(len(others), 'claim')} that said the same."
    return hand.accept(claim), "Accepted."


def expect_untouched(asked: Asked, claim: Row) -> None:
    """Raise `DecisionError` where the form says something that would be lost."""
    names = touched(asked.fields, claim)
    if names or asked.selected:
        message = "You changed the fields. Save them (s), or take the changes back (Reset fields, or Escape)."
        raise DecisionError(message)


def _taken_back(desk: Desk, hand: Reviewer, seen: int) -> tuple[list[Decision], str]:
    if any(each.who == hand.who for each in desk.decisions[seen:]):
        message = "You have decided something since this page was shown. Reload it to see what an undo takes back."
        raise DecisionError(message)
    made = hand.undo()
    return made, "Taken back." if made else "There is nothing of yours to take back."


def _saved(desk: Desk, hand: Reviewer, asked: Asked, claim: Row) -> tuple[list[Decision], str]:
    """What the log gets when the form is saved: a correction, or a claim at the number that was selected."""
    fields = read_form(asked.fields, claim, desk.snapshot)
    if not asked.selected:
        return hand.correct(claim, fields, asked.reason), "Corrected." if fields else "Accepted."
    act = str(asked.selected["act"])
    spot = _spot(desk, claim, asked.selected, is_split=act == "split")
    fields = {**_ELSEWHERE, **({} if _is_within(claim, spot) else {"attribution": None}), **fields}
    if act == "split":
        return hand.split(claim, {}, spot, fields, asked.reason), f"Split: a second claim at “{spot['span_text']}”."
    return hand.add(claim, spot, fields, asked.reason), f"Added a claim at “{spot['span_text']}”."


# What a claim says of itself that its neighbour does not.
_ELSEWHERE = {"comparison_start": None, "comparison_end": None}


def _spot(desk: Desk, claim: Row, selected: Mapping[str, Any], *, is_split: bool) -> dict[str, Any]:
    """Where the figure that was selected stands, with the sentence of the claim as far as it is in it.

    A figure that is split off may stand within the one it is split from, such as the second half of a range.
    """
    document_id = str(claim["document_id"])
    text = desk.snapshot.text(document_id)
    start, end = int(selected["start"]), int(selected["end"])
    found = figure_at(text, start, end)
    if not (is_split and _meet(claim, found.start, found.end)):
        start, end = found.start, found.end
    for other in desk.claims_in(document_id):
        is_own = is_split and other["claim_id"] == claim["claim_id"]
        if _meet(other, start, end) and not (is_own and (other["span_start"], other["span_end"]) != (start, end)):
            message = f"“{other['span_text']}” is a claim already: correct that one instead"
            raise DecisionError(message)
    return {**_quoted(claim, text, start, end), "span_text": text[start:end], "span_start": start, "span_end": end}


def _quoted(claim: Row, text: str, start: int, end: int) -> dict[str, Any]:
    """The words around a figure; the page is known where that of the claim's sentence is."""
    first, last = min(start, int(claim["quote_start"])), max(end, int(claim["quote_end"]))
    if text[first:start].count("\n\n") or text[end:last].count("\n\n"):
        first, last = start, end
    spot = {"quote": text[first:last], "quote_start": first, "quote_end": last}
    return {**spot, "page": claim["page"] if _is_within(claim, spot) else None}


def _is_within(claim: Row, spot: Mapping[str, Any]) -> bool:
    """Whether a figure stands in the sentence of a claim."""
    return bool(spot["quote_start"] == claim["quote_start"] and spot["quote_end"] == claim["quote_end"])


def _meet(claim: Row, start: int, end: int) -> bool:
    return bool(claim["span_start"] < end and start < claim["span_end"])


def _others(desk: Desk, asked: Asked, claim: Row) -> list[Row]:
    """The claims to merge: those that are ticked, of the same document and figure."""
    possible = {str(other["claim_id"]) for other in same_claims(desk.view, claim)}
    if not asked.same or not set(asked.same) <= possible:
        message = "Merge takes out other claims of this document that state the same figure: tick at least one of them."
        raise DecisionError(message)
    return [desk.claim(name) for name in asked.same]


def _why(asked: Asked) -> str:
    """The reason of a rejection, chosen or in own words."""
    why = reasons().get(asked.act, asked.reason.strip())
    if not why:
        message = "Say why the claim is rejected: choose a reason, or write one."
        raise DecisionError(message)
    return why


def _expect_unseen(desk: Desk, asked: Asked, claim_ids: Collection[str]) -> None:
    since = desk.since(asked.seen)
    for name in claim_ids:
        if name in since:
            whose = "this claim" if name == asked.claim_id else "one of the claims to merge"
            message = f"{since[name].who} has decided about {whose} while you looked at it. Reload the page to see it."
            raise DecisionError(message)
