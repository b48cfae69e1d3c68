"""One figure at its permanent address: who says it, whether they agree, how it came to stand, and what is beside it."""

from __future__ import annotations

import numpy as np
from dash import html
from dash.development.base_component import Component

from dashboard.components import faces
from dashboard.components.markup import aria
from dashboard.components.outlets import citation_menu
from dashboard.components.panel import apart, cards
from dashboard.components.standing import standing
from dashboard.data import Archive, Checked, Row, Selection, Snapshot, View, copies_among, records
from dashboard.form import whole, written
from dashboard.theme import format_value
from dashboard.words import (
    agreement,
    figure,
    figures_of,
    period_of,
    status_note,
    verdict_name,
    window_title,
)
from etl.errors import TradeFiguresError

__all__ = ["TITLE", "layout", "possible", "title"]

TITLE = "Figure · trade-figures"

_PATIENCE = 1.0  # seconds that the page waits for the checks
_MOST_CHECKS = 20

_RULES = {
    "preferred publisher": "the one of the preferred publisher",
    "most sources": "the one that most sources state or allow",
    "latest published": "the one published last",
    "most precise": "the most precise one",
    "first stated": "with nothing else to tell them apart, the one stated first",
}


def title(archive: Archive, observation_id: str = "") -> str:
    """What the window of a figure is called: the figure, of what, and when."""
    try:
        observation = archive.view(Selection()).observation(observation_id)
    except TradeFiguresError:
        return TITLE
    if observation is None:
        return TITLE
    said = (" / ".join(figures_of(observation)), observation["subject"], period_of(observation))
    return window_title(", ".join(part for part in said if part))


def layout(archive: Archive, observation_id: str = "", **_query: str | list[str]) -> Component:
    """The page of an observation of all claims of the store."""
    try:
        view = archive.view(Selection())
        observation = view.observation(observation_id)
        if observation is None:
            return faces.not_found(
                "There is no such figure; it may have changed when documents were read again, or when more were added."
            )
        return _page(archive, view, observation)
    except TradeFiguresError as error:
        return html.Div([html.H1("Figure"), faces.unreadable(error)], className="page")


def possible(observation: Row) -> str:
    """What the claims leave possible, in a sentence; nothing where that is the figure itself.

    >>> possible({"low": 9e8, "high": 1e9, "unit": "USD"})
    'Its sources leave $900 m to $1.00 bn possible.'
    >>> possible({"low": 9e8, "high": None, "unit": "USD"})
    'Its sources leave $900 m and more possible.'
    """
    low, high = (_end(observation[name], observation["unit"]) for name in ("low", "high"))
    if low == high:
        return ""
    if low and high:
        return f"Its sources leave {low} to {high} possible."
    return f"Its sources leave {low} and more possible." if low else f"Its sources leave {high} and less possible."


def _end(value: float | None, unit: str) -> str:
    return "" if value is None or not np.isfinite(value) else format_value(value, unit)


def _page(archive: Archive, view: View, observation: Row) -> Component:
    snapshot, claims = view.snapshot, view.claims_of(observation)
    return html.Div(
        [
            _head(observation),
            _verdict(observation, claims),
            _ways(observation, claims),
            html.Section(
                [html.H2("Who says so"), *cards(observation, claims, snapshot.text)],
                className="card prose",
                **aria(label="Sources"),
            ),
            standing(snapshot, observation["observation_id"]),
            _checks(archive.checks(_PATIENCE), observation["observation_id"]),
            _beside(snapshot, observation["observation_id"]),
        ],
        className="page",
    )


def _head(observation: Row) -> Component:
    when = " · ".join(part for part in (period_of(observation), status_note(observation)) if part)
    subject = html.Span(f"{observation['subject']}, {when}" if when else observation["subject"], className="row-title")
    way = html.A("All figures of this series", href=f"/series/{observation['series_id']}")
    value = html.Strong(" / ".join(figures_of(observation)), className="panel-value")
    return html.Div([way, html.H1([value, html.Br(), subject])], className="document-head")


def _verdict(observation: Row, claims: list[Row]) -> Component:
    said = agreement(observation, copies_among(claims))
    told = " ".join(part for part in (_chosen(observation), possible(observation)) if part)
    return html.Div(
        [
            html.P(said, className=f"verdict {observation['agreement']}"),
            *apart(observation, claims),
            html.P(told, className="quiet"),
        ],
        className="verdicts",
    )


def _chosen(observation: Row) -> str:
    """Which rule chose the figure that stands, in words."""
    if observation["rule"] not in _RULES:
        return "Its sources state one figure only."
    return f"Of several figures {figure(observation)} stands: {_RULES[observation['rule']]}."


def _ways(observation: Row, claims: list[Row]) -> Component:
    query = f"?series={observation['series_id']}"
    return html.Div(
        [
            html.A("Explore this series", href=f"/{query}", className="button"),
            html.A("Figures of the series, CSV", href=f"/observations.csv{query}", className="button", download=""),
            html.A("Claims of the series, CSV", href=f"/claims.csv{query}", className="button", download=""),
            citation_menu(claims, "Cite all sources of this figure"),
        ],
        className="actions",
    )


def _checks(checked: Checked | None, observation_id: str) -> Component:
    """What sums, shares and growth say of the figure, contradictions first."""
    if checked is None:
        return html.P("The claims are being checked against each other; reload this page in a moment.")
    found = records(checked.about(observation_id))
    if not found:
        return html.P("Nothing else in the store can be set against this figure.", className="quiet")
    lines = [
        html.Li([html.Strong(verdict_name(check["verdict"])), f": {written(check['formula'])}"]) for check in found
    ]
    more = len(lines) - _MOST_CHECKS
    rest = [html.P(f"And {whole(more)} more.", className="quiet")] if more > 0 else []
    every = html.P(html.A("All checks", href="/checks"))
    listed = html.Ul(lines[:_MOST_CHECKS])
    return html.Section([html.H2("What it is set against"), listed, *rest, every], className="card prose")


def _beside(snapshot: Snapshot, observation_id: str) -> Component:
    """The periods before and after in the same series; observations are in the order of series and period."""
    at = snapshot.observation_ids.place(observation_id) or 0
    series, number = snapshot.series_of_observation, len(snapshot.base)
    near = [
        (words, to)
        for words, to in (("Before", at - 1), ("After", at + 1))
        if 0 <= to < number and series[to] == series[at]
    ]
    if not near:
        return html.Div()
    rows = records(snapshot.observations_at(np.array([to for _, to in near])))
    links = [
        html.A(
            f"{words}: {' / '.join(figures_of(row))}, {period_of(row)}", href=f"/observation/{row['observation_id']}"
        )
        for (words, _), row in zip(near, rows, strict=True)
    ]
    return html.Nav([node for link in links for node in (link, " ")], className="actions", **aria(label="Neighbours"))
