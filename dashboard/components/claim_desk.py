"""A claim and what is known about it → all that a reviewer needs to decide about it, on a page or in a panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components import faces
from dashboard.components.claim_acts import claim_acts
from dashboard.components.claim_form import claim_form, written
from dashboard.components.claim_shown import claim_shown, nothing_left
from dashboard.components.markup import aria, data
from dashboard.data import Desk
from etl.errors import DecisionError

__all__ = ["claim_desk", "shown_on"]

Fields = Mapping[str, Any]


def claim_desk(desk: Desk, claim_id: str, why_not: str, *, is_alone: bool) -> Component:
    """The claim, the form and the buttons; `why_not` says why nothing can be decided, "" where it can.

    With `is_alone` the claim stays once it is decided about; else the next one of the queue comes.
    """
    shown, fields = shown_on(desk, claim_id, is_alone=is_alone)
    reset = html.Button(["Reset fields", html.Kbd("Esc")], id="reset-fields", className="button")
    heading = html.Div([html.H2("Fields"), reset], className="form-head")
    acts = claim_acts(is_read_only=bool(why_not), is_alone=is_alone)
    place = {"claim": claim_id, "seen": len(desk.decisions), "alone": is_alone}
    return html.Div(
        [
            *([html.P(why_not, className="notice")] if why_not else []),
            html.Div(
                [
                    html.Div(shown, id=ids.REVIEW, className="review-claim", **aria(live="off")),
                    html.Div([heading, claim_form(desk.snapshot, fields), acts], className="card review-form"),
                ],
                className="review",
            ),
            dcc.Store(id=ids.PLACE, data=place),
            dcc.Store(id=ids.SELECTED, data={}),
            dcc.Store(id=ids.SKIPPED, data=[], storage_type="session"),
        ],
        **data(review=""),
    )


def shown_on(desk: Desk, claim_id: str, *, is_alone: bool) -> tuple[list[Component], Fields]:
    """The claim with all that helps to judge it, and its fields; a friendly end where none is left."""
    if not claim_id:
        return [nothing_left(desk.queue)], {}
    try:
        claim = desk.claim(claim_id)
    except DecisionError as error:
        return [faces.not_found(str(error))], {}
    return claim_shown(desk, claim, is_alone=is_alone), written(claim)
