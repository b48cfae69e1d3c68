"""The review page: one claim at a time with its quote, its fields and its chart; each decision goes into the log.

The browser sends what was done and the fields of the form; who does it is judged at the server, at every request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import ids
from dashboard.access import Access
from dashboard.components import faces
from dashboard.components.claim_form import FIELDS, claim_form, read_form, written
from dashboard.components.claim_shown import ACTS, claim_shown, nothing_left, progress, reasons, unsettled
from dashboard.components.markup import aria, data
from dashboard.data import Archive, Queue, Row, Selection, Snapshot, View, read_query, records, write_query
from dashboard.words import count
from etl.decisions import Decision, DecisionLog, Reviewer, log_of, rule
from etl.errors import TradeFiguresError
from etl.store import load_reviewed

__all__ = ["TITLE", "connect", "layout"]

TITLE = "Review · trade-figures"

_SMALL = 100_000  # claims whose decisions are weighed while the page waits
_PATIENCE = 2.0  # seconds that the first page waits for the checks of a small store


@dataclass(frozen=True)
class _Desk:
    """What a reviewer has before her: the view, the log, what is left to do."""

    view: View
    log: DecisionLog
    decisions: Sequence[Decision]
    queue: Queue

    def next(self, skipped: Sequence[str]) -> str:
        """The claim to show: the first that was not skipped, else the first that was; "" where none is left."""
        first = self.queue.rows[: len(skipped) + 1]
        names = self.view.snapshot.statements["claim_id"].iloc[first]
        fresh = names[~names.isin(skipped)]
        return str((fresh if len(fresh) else names).iloc[0]) if len(names) else ""


def layout(archive: Archive, access: Access, claim: str | list[str] = "", **query: str | list[str]) -> Component:
    """The page a query string asks for, with the claim it names or the one that helps most."""
    try:
        snapshot = archive.snapshot()
        if not len(snapshot):
            return html.Div([html.H1("Review"), faces.empty_store()], className="page")
        selection, problems = read_query(query, snapshot)
        desk = _desk(archive, selection, _PATIENCE)
        name = claim if isinstance(claim, str) and claim else desk.next([])
        return _page(desk, name, problems, access)
    except TradeFiguresError as error:
        return html.Div([html.H1("Review"), faces.unreadable(error)], className="page")


def connect(app: Dash, archive: Archive, access: Access) -> None:
    """A button, or its key, decides, skips or takes back; what fails is said, and the form stays as it is."""

    @app.callback(
        output={
            "shown": Output(ids.REVIEW, "children"),
            "fields": Output(ids.parts(ids.FIELD), "value"),
            "progress": Output(ids.REVIEWED, "children"),
            "said": Output(ids.SAID, "children"),
            "place": Output(ids.PLACE, "data"),
            "selected": Output(ids.SELECTED, "data"),
            "skipped": Output(ids.SKIPPED, "data"),
            "reason": Output(ids.REASON, "value"),
        },
        inputs={
            "_clicks": Input(ids.parts(ids.DECIDE), "n_clicks"),
            "form": {"ids": State(ids.parts(ids.FIELD), "id"), "values": State(ids.parts(ids.FIELD), "value")},
            "same": State(ids.parts(ids.SAME), "value"),
            "reason": State(ids.REASON, "value"),
            "place": State(ids.PLACE, "data"),
            "selected": State(ids.SELECTED, "data"),
            "skipped": State(ids.SKIPPED, "data"),
            "query": State(ids.QUERY, "data"),
        },
        prevent_initial_call=True,
    )
    def decide(
        _clicks: list[int | None],
        form: Mapping[str, list[Any]],
        same: list[list[str]],
        reason: str,
        place: dict[str, Any],
        selected: dict[str, Any] | None,
        skipped: list[str],
        query: str,
    ) -> dict[str, Any]:
        if ctx.triggered_id is None or not any(_clicks):
            raise PreventUpdate
        fields = {part["index"]: value for part, value in zip(form["ids"], form["values"], strict=True)}
        ticked = [each for one in same for each in one or ()]
        asked = _Asked(str(ctx.triggered_id["index"]), place, selected or {}, fields, ticked, reason or "")
        try:
            return _answer(archive, access, asked, skipped or [], query, list(fields))
        except TradeFiguresError as error:
            return _stays(str(error), len(fields))


@dataclass(frozen=True)
class _Asked:
    """What a reviewer did: the act, the claim she saw, the number she selected, the form, claims that say the same."""

    act: str
    place: Mapping[str, Any]
    selected: Mapping[str, Any]
    fields: Mapping[str, Any]
    same: Sequence[str]
    reason: str


def _answer(
    archive: Archive, access: Access, asked: _Asked, skipped: list[str], query: str, names: list[str]
) -> dict[str, Any]:
    """What the page becomes after an act."""
    snapshot = archive.snapshot()
    selection = read_query(parse_qs(query), snapshot)[0]
    claim_id = str(asked.place["claim"])
    if asked.act == "skip":
        skipped = [*(name for name in skipped if name != claim_id), claim_id]
        desk = _desk(archive, selection)
        return _becomes(desk, desk.next(skipped), "Skipped; it comes again at the end.", skipped, names)
    reviewer = access.reviewer()
    if reviewer is None:
        return _stays(access.why_not(), len(names))
    desk = _desk(archive, selection)
    made, said = _decisions(desk, reviewer, asked, claim_id)
    desk.log.append(made)
    if asked.act == "undo":
        archive.renew()
    after = _desk(archive, selection)
    name = made[0].claim_id if asked.act == "undo" and made else after.next(skipped)
    return _becomes(after, name, said, skipped, names)


def _decisions(desk: _Desk, reviewer: str, asked: _Asked, claim_id: str) -> tuple[list[Decision], str]:
    """What the log gets for an act, and how the page says it.

    Raises `TradeFiguresError` for what makes no sense, or where somebody else has decided since the claim was shown.
    """
    hand = Reviewer(reviewer, tuple(desk.decisions))
    if asked.act == "undo":
        made = hand.undo()
        return made, "Taken back." if made else "There is nothing of yours to take back."
    claim = _claim(desk.view.snapshot, claim_id)
    _expect_unseen(desk.decisions[int(asked.place["seen"]) :], claim_id)
    if asked.act == "accept":
        return hand.accept(claim), "Accepted."
    if asked.act.startswith("reject"):
        return hand.reject(claim, _why(asked)), "Rejected."
    if asked.act == "merge":
        others = [_claim(desk.view.snapshot, name) for name in asked.same]
        return hand.merge(claim, others), f"Merged: {count(len(others), 'claim')} that said the same."
    return _saved(desk, hand, asked, claim)


def _saved(desk: _Desk, hand: Reviewer, asked: _Asked, claim: Row) -> tuple[list[Decision], str]:
    """What the log gets when the form is saved: a correction, or a claim at the number that was selected."""
    fields, spot = read_form(asked.fields, claim), _spot(desk.view.snapshot, claim, asked.selected)
    if spot is None:
        return hand.correct(claim, fields, asked.reason), "Corrected." if fields else "Accepted."
    if asked.selected["act"] == "split":
        return hand.split(claim, {}, spot, fields), "Split into two claims."
    return hand.add(claim, spot, fields), f"Added a claim at “{spot['span_text']}”."


def _why(asked: _Asked) -> str:
    """The reason of a rejection, chosen or in own words."""
    why = reasons().get(asked.act, asked.reason.strip())
    if not why:
        message = "Say why the claim is rejected: choose a reason, or write one."
        raise TradeFiguresError(message)
    return why


def _expect_unseen(later: Sequence[Decision], claim_id: str) -> None:
    others = [each for each in later if each.claim_id == claim_id]
    if others:
        message = f"{others[-1].who} has decided about this claim while you looked at it. Reload the page to see it."
        raise TradeFiguresError(message)


def _spot(snapshot: Snapshot, claim: Row, selected: Mapping[str, Any]) -> dict[str, Any] | None:
    """Where a number that was selected in the text stands, with the sentence of the claim as far as it is in it."""
    if not selected:
        return None
    text = snapshot.text(str(claim["document_id"]))
    start, end = int(selected["start"]), int(selected["end"])
    first, last = min(start, int(claim["quote_start"])), max(end, int(claim["quote_end"]))
    if text[first:start].count("\n\n") or text[end:last].count("\n\n"):
        first, last = start, end
    quoted = {"quote": text[first:last], "quote_start": first, "quote_end": last, "page": claim["page"]}
    return {**quoted, "span_text": text[start:end], "span_start": start, "span_end": end}


def _desk(archive: Archive, selection: Selection, patience: float = 0) -> _Desk:
    view = archive.view(replace(selection, page=1))
    log = DecisionLog(log_of(view.snapshot.store.path))
    decisions = log.read()
    settled = [name for name, ruling in rule(decisions).items() if ruling.verdict != "conflict"]
    return _Desk(view, log, decisions, Queue.of(view, archive.checks(patience), settled))


def _claim(snapshot: Snapshot, claim_id: str) -> Row:
    at = snapshot.claim_ids.place(claim_id)
    if at is None:
        message = "This claim is no longer in the store; it may have been rejected. Reload the page."
        raise TradeFiguresError(message)
    return records(snapshot.claims_at([at]))[0]


def _becomes(desk: _Desk, claim_id: str, said: str, skipped: list[str], names: list[str]) -> dict[str, Any]:
    shown, fields = _shown(desk, claim_id)
    return {
        "shown": shown,
        "fields": [fields.get(name) for name in names],
        "progress": progress(desk.queue),
        "said": said,
        "place": {"claim": claim_id, "seen": len(desk.decisions)},
        "selected": {},
        "skipped": skipped,
        "reason": "",
    }


def _stays(why: str, fields: int) -> dict[str, Any]:
    """The page as it is, with the reason why nothing was done."""
    kept = dict.fromkeys(("shown", "progress", "place", "selected", "skipped", "reason"), no_update)
    return {**kept, "fields": [no_update] * fields, "said": html.Span(why, className="fault")}


def _shown(desk: _Desk, claim_id: str) -> tuple[list[Component], dict[str, Any]]:
    """The claim with all that helps to judge it, and its fields; a friendly end where none is left."""
    if not claim_id:
        return [nothing_left(desk.queue)], {}
    snapshot = desk.view.snapshot
    at = snapshot.claim_ids.place(claim_id)
    if at is None:
        return [
            faces.not_found("This claim is not in the store; it may have been rejected, or its text read anew.")
        ], {}
    claim = records(snapshot.claims_at([at]))[0]
    return claim_shown(desk.view, claim, desk.queue.reasons(at), desk.decisions), written(claim)


def _page(desk: _Desk, claim_id: str, problems: list[str], access: Access) -> Component:
    shown, fields = _shown(desk, claim_id)
    form = claim_form(desk.view.snapshot)
    for name, field in zip(FIELDS, form.children, strict=True):
        field.children.value = fields.get(name)
    why_not = "" if access.reviewer() else access.why_not()
    return html.Div(
        [
            html.Div([html.H1("Review"), html.Div(progress(desk.queue), id=ids.REVIEWED)], className="page-head"),
            *faces.problems(problems),
            *([html.P(why_not, className="notice")] if why_not else []),
            html.Div(
                [
                    html.Div(shown, id=ids.REVIEW, className="review-claim", **aria(live="off")),
                    html.Div([html.H2("Fields"), form, _buttons(bool(why_not))], className="card review-form"),
                ],
                className="review",
            ),
            *_unsettled(desk),
            dcc.Store(id=ids.QUERY, data=write_query(desk.view.selection)),
            dcc.Store(id=ids.PLACE, data={"claim": claim_id, "seen": len(desk.decisions)}),
            dcc.Store(id=ids.SELECTED, data={}),
            dcc.Store(id=ids.SKIPPED, data=[], storage_type="session"),
        ],
        className="page review-page",
        **data(review=""),
    )


def _unsettled(desk: _Desk) -> list[Component]:
    """The decisions that need a look; of a very large store `trade-figures decisions list` tells them."""
    if not desk.decisions or len(desk.view.snapshot) > _SMALL:
        return []
    return unsettled(load_reviewed(desk.view.snapshot.store))


def _buttons(is_read_only: bool) -> Component:  # noqa: FBT001  of the page
    """What can be done, each with its key; reasons to reject come when they are asked for."""
    acts = [_button(name, words, key, is_off=is_read_only and name != "skip") for name, words, key in ACTS]
    why = [_button(name, words, str(number)) for number, (name, words) in enumerate(reasons().items(), 1)]
    own = dcc.Input(id=ids.REASON, placeholder="or in your own words, then Enter", className="reason", maxLength=500)
    other = html.Button("Reject", id=ids.part(ids.DECIDE, "reject"), className="button act-own")
    listed = html.Div([html.P("Why?"), *why, own, other], className="reject-reasons", hidden=True, id="reject-reasons")
    said = html.P(id=ids.SAID, role="status", className="review-said")
    return html.Div([html.Div(acts, className="acts"), listed, said], className="review-acts")


def _button(name: str, words: str, key: str, *, is_off: bool = False) -> Component:
    # To ask why is up to the browser: nothing is decided yet.
    name_of = "ask-why" if name == "ask" else ids.part(ids.DECIDE, name)
    look: dict[str, Any] = {"id": name_of, "className": f"button act-{name.partition(':')[0]}", "disabled": is_off}
    return html.Button([words, html.Kbd(key)], **look, **data(key=key), **aria(keyshortcuts=key))
