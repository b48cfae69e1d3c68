"""An observation and its claims → the side panel: every source with its quote in context."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components.markup import aria, data
from dashboard.data import Row
from dashboard.theme import format_date
from dashboard.words import (
    NEW_PAGE,
    agreement,
    figures_of,
    hedge,
    known,
    one_line_citation,
    page_of,
    period_of,
    safe_url,
    source_name,
    status_note,
)

__all__ = ["Part", "panel", "quote_in_context"]

CONTEXT = 160
"""Characters shown on either side of a quote."""

Part = tuple[str, str]
"""A stretch of text and its role: "context", "quote" or "figure"."""


def panel(observation: Row, claims: Sequence[Row], text_of: Callable[[str], str]) -> list[Component]:
    """What the panel shows: the figure, whether its sources agree, and one citation card a claim, latest first."""
    close = html.Button(
        html.Span(className="glyph glyph-close"),
        className="close",
        **data(close="panel"),
        **aria(label="Close sources"),
    )
    when = " · ".join(part for part in (period_of(observation), status_note(observation)) if part)
    cards = [_card(claim, text_of(claim["document_id"])) for claim in reversed(claims)]
    return [
        html.Div([html.H2(observation["series_title"], tabIndex=-1), close], className="panel-head"),
        html.P(
            [html.Strong(" / ".join(figures_of(observation)), className="panel-value"), html.Span(when)],
            className="panel-figure",
        ),
        html.P(agreement(observation), className=f"verdict {observation['agreement']}"),
        html.Ul(cards, className="cards"),
    ]


def quote_in_context(claim: Row, text: str) -> list[Part]:
    """The words around the quote, the quote, and the figure in it, in reading order, nothing lost or doubled.

    Context stops at a blank line. Where `text` does not hold the quote at its place, the quote comes alone.
    """
    quote, start, end = str(claim["quote"]), int(claim["quote_start"]), int(claim["quote_end"])
    at = int(claim["span_start"]) - start
    figure = str(claim["span_text"])
    said = [(quote[:at], "quote"), (figure, "figure"), (quote[at + len(figure) :], "quote")]
    around = text[start:end] == quote
    before = _before(text, start) if around else ""
    after = _after(text, end) if around else ""
    return [part for part in [(before, "context"), *said, (after, "context")] if part[0]]


def _before(text: str, start: int) -> str:
    stretch = text[max(0, start - CONTEXT) : start]
    if "\n\n" in stretch:
        return stretch.rpartition("\n\n")[2]
    return stretch if start <= CONTEXT else "… " + stretch.partition(" ")[2]


def _after(text: str, end: int) -> str:
    stretch = text[end : end + CONTEXT]
    if "\n\n" in stretch:
        return stretch.partition("\n\n")[0]
    return stretch if len(text) <= end + CONTEXT else stretch.rpartition(" ")[0] + " …"


def _card(claim: Row, text: str) -> Component:
    digest = html.P("A digest: it restates the original in words of its own.", className="digest")
    parts = [_source(claim), _written(claim), _quote(claim, text), _actions(claim)]
    return html.Li(
        [*parts[:3], digest, parts[3]] if claim["document_kind"] == "digest" else parts, className="citation"
    )


def _source(claim: Row) -> Component:
    title = known(claim["title"]) if known(claim["publisher"]) else ""
    return html.Div(
        [
            html.Strong(source_name(claim)),
            html.Span(format_date(claim["published"]), className="citation-date"),
            html.Span(title, className="citation-title"),
            html.Span(page_of(claim), className="citation-page"),
        ],
        className="citation-source",
    )


def _written(claim: Row) -> Component:
    said_by = f"according to {claim['attribution']}" if known(claim["attribution"]) else ""
    stated = f"Written “{claim['span_text']}”, {hedge(claim['qualifier'])}"
    return html.P([html.Span(stated), html.Span(said_by)], className="written")


def _quote(claim: Row, text: str) -> Component:
    tags = {"context": html.Span, "quote": html.Span, "figure": html.Mark}
    parts = [tags[role](words, className=f"said-{role}") for words, role in quote_in_context(claim, text)]
    return html.Blockquote(parts)


def _actions(claim: Row) -> Component:
    url = safe_url(claim["url"])
    original = html.A("Original", href=url, target="_blank", rel=NEW_PAGE, className="button")
    address = f"/document/{claim['document_id']}?claim={claim['claim_id']}"
    copy = dmc.CopyButton(
        value=one_line_citation(claim),
        children="Copy citation",
        copiedChildren="Copied",
        className="button",
        unstyled=True,
    )
    links = [html.A("Whole text", href=address, className="button"), copy]
    return html.Div([original, *links] if url else links, className="actions")
