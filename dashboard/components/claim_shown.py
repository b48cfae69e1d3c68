"""A claim under review → its quote in the text, why it is worth a look, its chart, and what was decided before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.charts import card
from dashboard.components.markup import aria, data
from dashboard.data import Queue, Row, Selection, Shown, View, records
from dashboard.words import count, direction, figure, figures_of, known, period_of, safe_url, source_name
from etl.dates import format_date
from etl.decisions import Decision, Reviewed, Ruling
from etl.series import reconcile
from etl.titles import metric_title

__all__ = ["ACTS", "claim_shown", "nothing_left", "progress", "reasons", "unsettled"]

ACTS: Final = (
    ("accept", "Accept", "a"),
    ("correct", "Save as corrected", "s"),
    ("ask", "Reject …", "r"),
    ("skip", "Skip", "n"),
    ("merge", "Merge", "m"),
    ("undo", "Undo", "u"),
)
"""What can be done about a claim: a name, the words of its button, its key."""

_REASONS: Final = (
    "It is no figure of trade",
    "The number is read wrongly",
    "It repeats another claim",
    "The text does not say so",
    "It is a misprint of the source",
)

_CONTEXT: Final = 1_200  # characters of the text before and after the quote
_MOST_DECISIONS: Final = 10
_MOST_UNSETTLED: Final = 50


def reasons() -> dict[str, str]:
    """The acts that reject a claim with a reason that is often given, and the reason.

    >>> list(reasons().items())[0]
    ('reject:1', 'It is no figure of trade')
    """
    return {f"reject:{number}": words for number, words in enumerate(_REASONS, 1)}


def progress(queue: Queue) -> list[Component]:
    """How much of the view has been reviewed, as a bar and in words."""
    left = f"{queue.doubtful:,} of the others are worth a look" if queue.doubtful else "none of the others is doubtful"
    said = f"{queue.reviewed:,} of {count(queue.total, 'claim')} reviewed; {left}"
    bar = html.Progress(value=str(queue.reviewed), max=str(max(queue.total, 1)), **aria(label="Claims reviewed"))
    return [bar, html.Span(said, className="quiet")]


def nothing_left(queue: Queue) -> Component:
    """The end of a queue."""
    said = f"All {count(queue.total, 'claim')} of this view are reviewed." if queue.total else "No claim matches."
    links = [html.A("Explore", href="/", className="button"), html.A("All claims", href="/review", className="button")]
    return html.Div([html.H2(said), html.Div(links, className="actions")], className="card prose")


def unsettled(reviewed: Reviewed) -> list[Component]:
    """Decisions that need a look: those made apart that cannot all hold, and those that fit no more."""
    told = [
        (ruling, "Decided in different ways; nothing is applied until somebody decides.")
        for ruling in reviewed.conflicts
    ]
    told += [(stale.ruling, stale.why) for stale in reviewed.stale]
    if not told:
        return []
    items = [html.Li(_unsettled(ruling, why)) for ruling, why in told[:_MOST_UNSETTLED]]
    left = len(told) - len(items)
    more = [html.P(f"{left:,} more: trade-figures decisions list", className="quiet")] if left else []
    heading = html.H2(["Decisions to look at again", html.Span(f"{len(told):,}", className="tally")])
    return [html.Section([heading, html.Ul(items), *more], className="card prose")]


def _unsettled(ruling: Ruling, why: str) -> list[str | Component]:
    said = "; ".join(_decided(decision) for decision in ruling.decisions)
    links = [
        html.A("Review", href=f"/review?claim={ruling.claim_id}"),
        html.A("Text", href=f"/document/{ruling.decisions[0].document_id}?claim={ruling.claim_id}"),
    ]
    return [f"{why} ", said, ". ", links[0], " ", links[1]]


def claim_shown(view: View, claim: Row, why: Sequence[str], decisions: Sequence[Decision]) -> list[Component]:
    """All that helps to judge a claim, in the order in which it is needed."""
    return [
        html.Section([_head(claim, why), _text(view, claim), _ways(claim)], className="card"),
        *_same(view, claim),
        _effect(view, claim),
        *_history(claim, decisions),
    ]


def _head(claim: Row, why: Sequence[str]) -> Component:
    badges = [html.Span(words, className="why") for words in why]
    stated = html.Strong(figure(claim), className="panel-value")
    when = html.Span(period_of(claim) or "no period")
    origin = " · ".join(
        part for part in (source_name(claim), known(claim["title"]), format_date(claim["published"])) if part
    )
    about = (metric_title(claim["metric"]), direction(claim), known(claim["product"]).replace("_", " "))
    return html.Div(
        [
            html.H2(" · ".join(part for part in about if part)),
            html.P([stated, when], className="panel-figure"),
            html.P(badges, className="whys"),
            html.P(origin),
        ],
        className="claim-head",
    )


def _text(view: View, claim: Row) -> Component:
    """The text around the figure; a number that is selected in it can become a claim of its own."""
    text = view.snapshot.text(str(claim["document_id"]))
    start, end = int(claim["span_start"]), int(claim["span_end"])
    first = max(0, int(claim["quote_start"]) - _CONTEXT)
    last = min(len(text), int(claim["quote_end"]) + _CONTEXT)
    quote_start, quote_end = max(first, int(claim["quote_start"])), min(last, int(claim["quote_end"]))
    parts = [
        html.Span(text[first:quote_start], className="said-context"),
        html.Span(text[quote_start:start], className="said-quote"),
        html.Mark(text[start:end], className="said-figure"),
        html.Span(text[end:quote_end], className="said-quote"),
        html.Span(text[quote_end:last], className="said-context"),
    ]
    adding = [
        html.Button([words, html.Kbd(key)], className="button", **data(place=act))
        for act, words, key in (("add", "Add it as a claim", "+"), ("split", "Split this one", "p"))
    ]
    hint = html.P(["Another number in this text? Select it, then ", *adding], className="quiet place-ways")
    reading = html.Blockquote(parts, className="review-text", tabIndex=0, lang=known(claim["language"]) or None)
    box = html.Div(
        reading, className="review-scroll", **data(start=str(first)), **aria(label="The text around the figure")
    )
    return html.Div([box, hint, html.P(id="place-said", role="status", className="place-said")])


def _ways(claim: Row) -> Component:
    url = safe_url(claim["url"])
    links = [
        html.A("Whole text", href=f"/document/{claim['document_id']}?claim={claim['claim_id']}", className="button"),
        html.A("Page of the figure", href=f"/observation/{claim['observation_id']}", className="button"),
    ]
    original = [html.A("Original", href=url, target="_blank", rel="noreferrer", className="button")] if url else []
    return html.Div([*links, *original], className="actions")


def _same(view: View, claim: Row) -> list[Component]:
    """Other claims of the same document about the same figure, ticked to be merged into this one."""
    shown = [
        other
        for other in records(view.snapshot.claims_in(str(claim["document_id"])))
        if other["observation_id"] == claim["observation_id"] and other["claim_id"] != claim["claim_id"]
    ]
    if not shown:
        return []
    boxes = [dmc.Checkbox(value=other["claim_id"], label=f"“{other['quote']}”", size="xs") for other in shown]
    group = dmc.CheckboxGroup(boxes, id=ids.part(ids.SAME, 0), value=[other["claim_id"] for other in shown])
    words = html.P("The same document says the same again. Merge keeps this claim and takes out those ticked.")
    return [html.Section([html.H2("Said again"), words, group], className="card prose same-claims")]


def _effect(view: View, claim: Row) -> Component:
    """What the chart loses without the claim, and the chart."""
    snapshot = view.snapshot
    everything = View(Selection(), Shown.of(snapshot, Selection()))
    observation = everything.observation(str(claim["observation_id"]))
    if observation is None:
        return html.Div()
    at = snapshot.observation_ids.place(str(claim["observation_id"]))
    rows: list[int] = [] if at is None else snapshot.history.groups.of_group(at).tolist()
    others = [row for row in rows if snapshot.statements["claim_id"].iloc[row] != claim["claim_id"]]
    now = " / ".join(figures_of(observation))
    if not others:
        said = f"Without it the chart has no figure for {period_of(observation) or 'this'}; no other claim states one."
    else:
        without = " / ".join(figures_of(records(reconcile(snapshot.statements_at(others)))[0]))
        said = f"The chart shows {now}; without it, {without}, from {count(len(others), 'other claim')}."
    series = Selection(series=(str(observation["series_id"]),))
    kinds = (ids.SERIES_CHART, ids.SERIES_TOOLTIP)
    shown = View(series, Shown.of(snapshot, series))
    charts = [card(number, chart, shown, kinds=kinds) for number, chart in enumerate(shown.charts[:1])]
    told = html.Section([html.H2("In the chart"), html.P(said)], className="card prose")
    return html.Div([told, *charts], className="review-effect")


def _history(claim: Row, decisions: Sequence[Decision]) -> list[Component]:
    """What was decided about the claim, latest first."""
    about = [each for each in reversed(decisions) if each.claim_id == claim["claim_id"]][:_MOST_DECISIONS]
    if not about:
        return []
    items = [html.Li(_decided(each)) for each in about]
    return [html.Section([html.H2("Decided so far"), html.Ul(items)], className="card prose")]


def _decided(decision: Decision) -> str:
    changed: Mapping[str, object] = decision.decided
    fields = ", ".join(name.replace("_", " ") for name in changed)
    parts = [f"{decision.made:%Y-%m-%d %H:%M} UTC", f"{decision.who}: {decision.act}", fields, decision.reason]
    return " · ".join(part for part in parts if part)
