"""The review page: one claim at a time with its quote, its fields and its chart; each decision goes into the log.

The browser sends what was done and the fields of the form; who does it is judged at the server, at every request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import ids
from dashboard.access import Access
from dashboard.components import faces
from dashboard.components.claim_acts import progress
from dashboard.components.claim_desk import claim_desk, shown_on
from dashboard.components.claim_form import read_quantity
from dashboard.components.claim_shown import unsettled
from dashboard.data import Archive, Desk, Selection, figure_at, read_query, write_query
from dashboard.deciding import Asked, decide, expect_untouched
from etl.errors import TradeFiguresError
from etl.store import load_reviewed

__all__ = ["TITLE", "connect", "layout"]

TITLE = "Review · trade-figures"

_SMALL = 100_000  # claims whose decisions are weighed while the page waits
_PATIENCE = 2.0  # seconds that the first page waits for the checks of a small store


def layout(archive: Archive, access: Access, claim: str | list[str] = "", **query: str | list[str]) -> Component:
    """The page a query string asks for, with the claim it names or the one that helps most."""
    try:
        snapshot = archive.snapshot()
        if not len(snapshot) and not len(snapshot.rejected):
            return html.Div([html.H1("Review"), faces.empty_store()], className="page")
        selection, problems = read_query(query, snapshot)
        desk = Desk.of(archive, selection, _PATIENCE)
        name = claim if isinstance(claim, str) and claim else desk.next([])
        return _page(desk, name, problems, access)
    except TradeFiguresError as error:
        return html.Div([html.H1("Review"), faces.unreadable(error)], className="page")


def connect(app: Dash, archive: Archive, access: Access) -> None:
    """Buttons and keys decide, on the page and in the panel of Explore; what fails is said, and the form stays."""
    _connect_acts(app, archive, access)
    _connect_places(app, archive)
    _connect_panel(app, archive, access)


def _connect_acts(app: Dash, archive: Archive, access: Access) -> None:
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
            "form": _FORM,
            "same": State(ids.parts(ids.SAME), "value"),
            "reason": State(ids.REASON, "value"),
            "place": State(ids.PLACE, "data"),
            "selected": State(ids.SELECTED, "data"),
            "skipped": State(ids.SKIPPED, "data"),
            "query": State(ids.QUERY, "data"),
        },
        prevent_initial_call=True,
    )
    def act(
        _clicks: list[int | None],
        form: Mapping[str, list[Any]],
        same: list[list[str]],
        reason: str,
        place: dict[str, Any],
        selected: dict[str, Any] | None,
        skipped: list[str],
        query: str,
    ) -> dict[str, Any]:
        if ctx.triggered_id is None or not ctx.triggered[0]["value"]:
            raise PreventUpdate
        fields = _named(form)
        ticked = [each for one in same for each in one or ()]
        name = str(ctx.triggered_id["index"])
        asked = Asked(name, str(place["claim"]), int(place["seen"]), fields, selected or {}, ticked, reason or "")
        turn = _Turn(archive, access, asked, bool(place["alone"]), skipped or [], query)
        try:
            return turn.skip() if name == "skip" else turn.decide()
        except TradeFiguresError as error:
            return turn.stays(str(error))


def _connect_places(app: Dash, archive: Archive) -> None:
    @app.callback(
        Output(ids.parts(ids.FIELD), "value", allow_duplicate=True),
        Input(ids.SELECTED, "data"),
        State(ids.parts(ids.FIELD), "id"),
        State(ids.PLACE, "data"),
        prevent_initial_call=True,
    )
    def read(selected: dict[str, Any] | None, fields: list[dict[str, str]], place: dict[str, Any]) -> list[Any]:
        """The figure that was selected, in the form; one that cannot be read is left to the reviewer."""
        if not selected:
            raise PreventUpdate
        desk = Desk.of(archive, Selection())
        text = desk.snapshot.text(str(desk.claim(str(place["claim"]))["document_id"]))
        try:
            found = read_quantity(figure_at(text, int(selected["start"]), int(selected["end"])), desk.snapshot)
        except TradeFiguresError:
            found = {"value": "", "value_upper": ""}  # saving it says what is wrong
        return [found.get(part["index"], no_update) for part in fields]


def _connect_panel(app: Dash, archive: Archive, access: Access) -> None:
    @app.callback(
        Output(ids.DESK, "children"),
        Input(ids.parts(ids.LOOK_AT), "n_clicks"),
        State(ids.QUERY, "data"),
        prevent_initial_call=True,
    )
    def look_at(_clicks: list[int | None], query: str) -> list[Component]:
        """A claim of the panel, to decide about it where it stands."""
        if ctx.triggered_id is None or not ctx.triggered[0]["value"]:
            raise PreventUpdate
        desk = Desk.of(archive, _selection(archive, query))
        why_not = "" if access.reviewer() else access.why_not()
        shown = claim_desk(desk, str(ctx.triggered_id["index"]), why_not, is_alone=True)
        return [html.H3("Review of this claim", tabIndex=-1), html.Div(progress(desk.queue), id=ids.REVIEWED), shown]

    show = ClientsideFunction("review", "showDesk")
    app.clientside_callback(show, Input(ids.DESK, "children"), prevent_initial_call=True)


_FORM = {"ids": State(ids.parts(ids.FIELD), "id"), "values": State(ids.parts(ids.FIELD), "value")}


def _named(form: Mapping[str, list[Any]]) -> dict[str, Any]:
    return {part["index"]: value for part, value in zip(form["ids"], form["values"], strict=True)}


def _selection(archive: Archive, query: str) -> Selection:
    return read_query(parse_qs(query), archive.snapshot())[0]


@dataclass(frozen=True)
class _Turn:
    """One act of a reviewer, and what the page becomes by it."""

    archive: Archive
    access: Access
    asked: Asked
    is_alone: bool
    skipped: list[str]
    query: str

    def skip(self) -> dict[str, Any]:
        """The next claim; this one comes again at the end."""
        desk, name = self._desk(), self.asked.claim_id
        expect_untouched(self.asked, desk.claim(name))
        skipped = [*(each for each in self.skipped if each != name), name]
        return self._becomes(desk, desk.next(skipped), "Skipped; it comes again at the end.", skipped)

    def decide(self) -> dict[str, Any]:
        """What the page becomes once the log has the decision."""
        reviewer = self.access.reviewer()
        if reviewer is None:
            return self.stays(self.access.why_not())
        desk = self._desk()
        made, said = decide(desk, reviewer, self.asked)
        self.archive.log.append(made)
        if self.asked.act == "undo":
            self.archive.renew()
        after = self._desk()
        name = self._next(after, made[0].claim_id if self.asked.act == "undo" and made else "")
        return self._becomes(after, name, said, self.skipped)

    def stays(self, why: str) -> dict[str, Any]:
        """The page as it is, with the reason why nothing was done."""
        kept = dict.fromkeys(("shown", "progress", "place", "selected", "skipped", "reason"), no_update)
        said = html.Span(why[:1].upper() + why[1:], className="fault")
        return {**kept, "fields": [no_update] * len(self.asked.fields), "said": said}

    def _desk(self) -> Desk:
        return Desk.of(self.archive, _selection(self.archive, self.query))

    def _next(self, desk: Desk, undone: str) -> str:
        """The claim that an undo is about, where there is one; else the same again, or the next of the queue."""
        if undone and desk.knows(undone):
            return undone
        return self.asked.claim_id if self.is_alone or undone else desk.next(self.skipped)

    def _told(self, said: str) -> list[str | Component]:
        """What was done; beside a chart also the way to see it there."""
        return [said, " ", html.A("See it in the chart", href=f"/?{self.query}")] if self.is_alone else [said]

    def _becomes(self, desk: Desk, claim_id: str, said: str, skipped: list[str]) -> dict[str, Any]:
        shown, fields = shown_on(desk, claim_id, is_alone=self.is_alone)
        return {
            "shown": shown,
            "fields": [fields.get(name) for name in self.asked.fields],
            "progress": progress(desk.queue),
            "said": self._told(said),
            "place": {"claim": claim_id, "seen": len(desk.decisions), "alone": self.is_alone},
            "selected": {},
            "skipped": skipped,
            "reason": "",
        }


def _page(desk: Desk, claim_id: str, problems: list[str], access: Access) -> Component:
    why_not = "" if access.reviewer() else access.why_not()
    return html.Div(
        [
            html.Div([html.H1("Review"), html.Div(progress(desk.queue), id=ids.REVIEWED)], className="page-head"),
            *faces.problems(problems),
            claim_desk(desk, claim_id, why_not, is_alone=False),
            *_unsettled(desk),
            dcc.Store(id=ids.QUERY, data=write_query(desk.view.selection)),
        ],
        className="page review-page",
    )


def _unsettled(desk: Desk) -> list[Component]:
    """The decisions that need a look; of a very large store `trade-figures decisions list` tells them."""
    if not desk.decisions or len(desk.snapshot) > _SMALL:
        return []
    return unsettled(load_reviewed(desk.snapshot.store))
