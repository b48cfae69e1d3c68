"""A claim under review → its quote in the text, why it is worth a look, its chart, and what was decided before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.charts import card
from dashboard.components.claim_form import written
from dashboard.components.markup import aria, data
from dashboard.data import Archive, Desk, Queue, Row, Selection, View, records
from dashboard.form import format_day, whole
from dashboard.words import count, direction, figure, figures_of, known, period_of, safe_url, source_name
from etl.decisions import Decision, Reviewed, Ruling
from etl.series import reconcile
from etl.titles import metric_title

__all__ = ["claim_shown", "nothing_left", "same_claims", "unsettled"]

_TAKEN_OUT: Final = "Taken out; accept it to bring it back"
_CONTEXT: Final = 1_200  # characters of the text before and after the quote
_MOST_DECISIONS: Final = 10
_MOST_UNSETTLED: Final = 50

Children = Sequence[str | Component]


def nothing_left(queue: Queue) -> Component:
    """The end of a queue."""
    said = f"All {count(queue.total, 'claim')} of this view are reviewed." if queue.total else "No claim matches."
    links = [html.A("Explore", href="/", className="button"), html.A("All claims", href="/review", className="button")]
    return html.Div([html.H2(said), html.Div(links, className="actions")], className="card prose")


def unsettled(reviewed: Reviewed) -> list[Component]:
    """Decisions that need a look, since they cannot all hold or fit no more; and the claims that were taken out."""
    conflicts = [
        _told(each, "Decided in different ways; nothing is applied until somebody decides.")
        for each in reviewed.conflicts
    ]
    stale = [_told(each.ruling, each.why) for each in reviewed.stale]
    gone = [
        _gone(row) for row in records(reviewed.rejected.sort_values("reviewed", ascending=False).head(_MOST_UNSETTLED))
    ]
    again = _listed("Decisions to look at again", [*conflicts, *stale], len(conflicts) + len(stale))
    return [*again, *_listed("Taken out", gone, len(reviewed.rejected))]


def _listed(title: str, items: Sequence[Children], number: int) -> list[Component]:
    """A list under its title, with how many there are; nothing where there is none."""
    if not items:
        return []
    shown = [html.Li(list(item)) for item in items[:_MOST_UNSETTLED]]
    left = number - len(shown)
    more = [html.P(f"{whole(left)} more: trade-figures decisions list", className="quiet")] if left else []
    heading = html.H2([title, html.Span(whole(number), className="tally")])
    return [html.Section([heading, html.Ul(shown), *more], className="card prose")]


def _told(ruling: Ruling, why: str) -> Children:
    said = "; ".join(_decided(decision) for decision in ruling.decisions)
    return [f"{why} ", said, ". ", *_links(ruling.claim_id, ruling.decisions[0].document_id)]


def _gone(claim: Row) -> Children:
    """A claim that was taken out: its figure, by whom, and the way back."""
    who = f"{known(claim['reviewed_by'])}, {format_day(claim['reviewed'])}"
    return [f"“{claim['quote']}” ", f"({figure(claim)}; {who}). ", *_links(claim["claim_id"], claim["document_id"])]


def _links(claim_id: str, document_id: str) -> Children:
    review = html.A("Review", href=f"/review?claim={claim_id}")
    return [review, " ", html.A("Text", href=f"/document/{document_id}?claim={claim_id}")]


def claim_shown(desk: Desk, claim: Row, *, is_alone: bool) -> list[Component]:
    """All that helps to judge a claim, in the order in which it is needed; `is_alone` where its chart is at hand."""
    why = [_TAKEN_OUT] if claim["review"] == "rejected" else desk.reasons(str(claim["claim_id"]))
    parts = [_head(claim, why), _text(desk.view, claim), _ways(claim)]
    return [
        html.Section(parts, className="card", **data(fields=json.dumps(written(claim)))),
        *_same(desk.view, claim),
        *([] if is_alone else [_effect(desk.archive, claim)]),
        *_history(claim, desk.decisions),
    ]


def _head(claim: Row, why: Sequence[str]) -> Component:
    badges = [html.Span(words, className="why") for words in why]
    stated = html.Strong(figure(claim), className="panel-value")
    when = html.Span(period_of(claim) or "no period")
    origin = " · ".join(
        part for part in (source_name(claim), known(claim["title"]), format_day(claim["published"])) if part
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


def same_claims(view: View, claim: Row) -> list[Row]:
    """Other claims of the same document about the same figure: those that can be merged into this one."""
    if not claim["observation_id"]:
        return []
    return [
        other
        for other in records(view.snapshot.claims_in(str(claim["document_id"])))
        if other["observation_id"] == claim["observation_id"] and other["claim_id"] != claim["claim_id"]
    ]


def _same(view: View, claim: Row) -> list[Component]:
    """The claims that can be merged into this one, ticked."""
    shown = same_claims(view, claim)
    if not shown:
        return []
    boxes = [dmc.Checkbox(value=other["claim_id"], label=f"“{other['quote']}”", size="xs") for other in shown]
    group = dmc.CheckboxGroup(boxes, id=ids.part(ids.SAME, 0), value=[other["claim_id"] for other in shown])
    words = html.P("The same document says the same again. Merge keeps this claim and takes out those ticked.")
    return [html.Section([html.H2("Said again"), words, group], className="card prose same-claims")]


def _effect(archive: Archive, claim: Row) -> Component:
    """What the chart loses without the claim, and the chart; of one that is in no chart, nothing."""
    everything = archive.view(Selection())
    snapshot = everything.snapshot
    observation = everything.observation(str(claim["observation_id"]))
    if observation is None:
        return html.Div()
    at = snapshot.observation_ids.place(str(claim["observation_id"]))
    rows: list[int] = [] if at is None else snapshot.history.groups.of_group(at).tolist()
    own = snapshot.claim_ids.place(str(claim["claim_id"]))
    others = [row for row in rows if row != own]
    now = " / ".join(figures_of(observation))
    if not others:
        said = f"Without it the chart has no figure for {period_of(observation) or 'this'}; no other claim states one."
    else:
        without = " / ".join(figures_of(records(reconcile(snapshot.statements_at(others)))[0]))
        said = f"The chart shows {now}; without it, {without}, from {count(len(others), 'other claim')}."
    kinds = (ids.SERIES_CHART, ids.SERIES_TOOLTIP)
    shown = archive.view(Selection(series=(str(observation["series_id"]),)))
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
