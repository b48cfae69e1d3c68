"""What a page shows when there is nothing to show: what happened, and the next step."""

from __future__ import annotations

from collections.abc import Callable

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.data import StillReadingError
from dashboard.words import count
from etl.errors import TradeFiguresError

__all__ = [
    "being_checked",
    "empty_store",
    "failed",
    "not_found",
    "nothing_matches",
    "nothing_to_check",
    "problems",
    "unreadable",
]

_EXTRACT = "trade-figures extract FOLDER"
_DEMO = "trade-figures demo"
_RELOAD = 2_000  # milliseconds


def empty_store() -> Component:
    """A store that holds no claim yet."""
    return _face(
        "No figures yet",
        [
            html.P("This store holds no claims. Give it a folder of articles (texts, web pages, PDFs, feeds, dumps):"),
            html.Pre(html.Code(_EXTRACT)),
            html.P(["or ", html.A("give it one here", href="/add"), ","]),
            html.P("or look at the bundled example first:"),
            html.Pre(html.Code(_DEMO)),
            html.P("This page shows the figures as soon as they are there; reload it."),
        ],
    )


def nothing_matches() -> Component:
    """Filters that leave no claim."""
    return _face(
        "Nothing matches these filters",
        [
            html.P("Every filter must hold at once, and at least one of yours rules out the last claim."),
            html.P(["Take one away, or ", html.A("clear all filters", href="/"), "."]),
        ],
    )


def being_checked(claims: int) -> Component:
    """Checks that are being made: the page comes by itself when they are there."""
    return _face(
        f"Checking {count(claims, 'claim')}",
        [
            html.P("The claims are being set against each other. This page shows what was found when it is there."),
            dcc.Interval(id=ids.RELOAD, interval=_RELOAD),
        ],
    )


def nothing_to_check() -> Component:
    """Claims of which no two can be set against each other."""
    return _face(
        "Nothing to check yet",
        [
            html.P("No two figures of this store speak of the same thing, or of parts of it."),
            html.P("More documents about the same trade bring figures that can be compared."),
        ],
    )


def unreadable(error: TradeFiguresError) -> Component:
    """A store that cannot be read, or not yet: the page then comes by itself as soon as it can be shown."""
    if not isinstance(error, StillReadingError):
        return failed(str(error))
    return _face(
        f"Reading {count(error.claims, 'claim')}",
        [
            html.P("The store is being read for the first time since the dashboard was started."),
            html.P(
                f"It has taken {error.seconds:.0f} seconds so far. This page shows the figures when they are there."
            ),
            dcc.Interval(id=ids.RELOAD, interval=_RELOAD),
        ],
    )


def failed(message: str) -> Component:
    """A store that cannot be read; `message` says why."""
    return _face(
        "The figures could not be read",
        [
            html.P(message, className="face-reason"),
            html.P("Nothing is lost: pages only read the store. Put it right, then reload this page."),
        ],
        role="alert",
    )


def not_found(what: str) -> Component:
    """A page for an address that leads nowhere; `what` says what was looked for."""
    return _face("Not here", [html.P(what), html.P(html.A("Go to all figures", href="/"))], heading=html.H1)


def problems(sentences: list[str]) -> list[Component]:
    """What was wrong with the link that led here; nothing where all was well."""
    if not sentences:
        return []
    lines = [html.P(sentence) for sentence in [*sentences, "That part of the link is left out."]]
    return [html.Div([html.Strong("This link is not quite right"), *lines], className="notice", role="status")]


def _face(
    title: str, lines: list[Component], role: str = "status", heading: Callable[[str], Component] = html.H2
) -> Component:
    return html.Section([heading(title), *lines], className="face", role=role)
