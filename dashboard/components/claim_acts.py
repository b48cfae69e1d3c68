"""What a reviewer can do about a claim → buttons, each with its key, and how far she has come."""

from __future__ import annotations

from typing import Any, Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.markup import aria, data
from dashboard.data import Queue
from dashboard.form import whole
from dashboard.words import count

__all__ = ["MOST_WORDS", "claim_acts", "progress", "reasons"]

_ACTS: Final = (
    ("accept", "Accept", "a"),
    ("correct", "Save as corrected", "s"),
    ("ask", "Reject …", "r"),
    ("skip", "Skip", "n"),
    ("merge", "Merge", "m"),
    ("undo", "Undo", "u"),
)
_REASONS: Final = (
    "It is no figure of trade",
    "The number is read wrongly",
    "It repeats another claim",
    "The text does not say so",
    "It is a misprint of the source",
)

MOST_WORDS: Final = 500
"""Characters of a reason."""


def reasons() -> dict[str, str]:
    """The acts that reject a claim with a reason that is often given, and the reason.

    >>> list(reasons().items())[0]
    ('reject:1', 'It is no figure of trade')
    """
    return {f"reject:{number}": words for number, words in enumerate(_REASONS, 1)}


def claim_acts(*, is_read_only: bool, is_alone: bool) -> Component:
    """The buttons; reasons to reject come when they are asked for. A claim that is looked at alone is not skipped."""
    acts = [
        _button(name, words, key, is_off=is_read_only and name != "skip")
        for name, words, key in _ACTS
        if not (is_alone and name == "skip")
    ]
    why = [_button(name, words, str(number)) for number, (name, words) in enumerate(reasons().items(), 1)]
    own = dcc.Input(
        id=ids.REASON, placeholder="or in your own words, then Enter", className="reason", maxLength=MOST_WORDS
    )
    other = html.Button("Reject", id=ids.part(ids.DECIDE, "reject"), className="button act-own")
    listed = html.Div([html.P("Why?"), *why, own, other], className="reject-reasons", hidden=True, id="reject-reasons")
    said = html.P(id=ids.SAID, role="status", className="review-said")
    return html.Div([html.Div(acts, className="acts"), listed, said], className="review-acts")


def progress(queue: Queue) -> list[Component]:
    """How much of the view has been reviewed, as a bar and in words."""
    doubtful = f"{whole(queue.doubtful)} of the others are worth a look"
    left = doubtful if queue.doubtful else "none of the others is doubtful"
    said = f"{whole(queue.reviewed)} of {count(queue.total, 'claim')} reviewed; {left}"
    bar = html.Progress(value=str(queue.reviewed), max=str(max(queue.total, 1)), **aria(label="Claims reviewed"))
    return [bar, html.Span(said, className="quiet")]


def _button(name: str, words: str, key: str, *, is_off: bool = False) -> Component:
    # To ask why is up to the browser: nothing is decided yet.
    name_of = "ask-why" if name == "ask" else ids.part(ids.DECIDE, name)
    look: dict[str, Any] = {"id": name_of, "className": f"button act-{name.partition(':')[0]}", "disabled": is_off}
    return html.Button([words, html.Kbd(key)], **look, **data(key=key), **aria(keyshortcuts=key))
