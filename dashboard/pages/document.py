"""One document: its text with every claim marked, and the numbers that were seen and not used, with the reason."""

from __future__ import annotations

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components import faces
from dashboard.data import Archive, Row, records
from dashboard.words import NEW_PAGE, figure, known, period_of, safe_url, source_name
from etl.dates import format_date
from etl.errors import TradeFiguresError
from etl.series import calendar_group
from etl.store import READ
from etl.titles import metric_title

__all__ = ["TITLE", "layout", "marked_text"]

TITLE = "Document · trade-figures"

# A wire story may be in hundreds of papers.
_MOST_COPIES = 20


def layout(
    archive: Archive, document_id: str = "", claim: str | list[str] = "", **_query: str | list[str]
) -> Component:
    """The text of a document; `claim` is the id of a claim to point out."""
    try:
        snapshot = archive.snapshot()
        document = snapshot.document(document_id)
        if document is None:
            return faces.not_found(
                "This store has no such document. It may have been read anew since the link was made."
            )
        claims, mentions = snapshot.claims_in(document_id), snapshot.mentions(document_id)
        nodes = marked_text(snapshot.text(document_id), claims, mentions, claim if isinstance(claim, str) else "")
        return _page(document, nodes, mentions, records(snapshot.family(document)))
    except TradeFiguresError as error:
        return html.Div([html.H1("Document"), faces.unreadable(error)], className="page")


def marked_text(text: str, claims: pd.DataFrame, mentions: pd.DataFrame, pointed: str = "") -> list[str | Component]:
    """The text as nodes: claims and unused numbers marked, everything else as it is, nothing lost or doubled.

    `pointed` is the id of a claim to point out.
    """
    marks = sorted([*_claim_marks(claims, pointed), *_mention_marks(mentions)], key=lambda mark: mark[:2])
    nodes: list[str | Component] = []
    at = 0
    for start, end, mark in marks:
        if start < at:  # a number inside a claim is marked once
            continue
        nodes += [text[at:start], mark]
        at = end
    return [node for node in [*nodes, text[at:]] if node != ""]


Mark = tuple[int, int, Component]


def _claim_marks(claims: pd.DataFrame, pointed: str) -> list[Mark]:
    rows = zip(records(claims), calendar_group(claims), strict=True)
    return [(claim["span_start"], claim["span_end"], _claim_mark(claim, calendar, pointed)) for claim, calendar in rows]


def _claim_mark(claim: Row, calendar: str, pointed: str) -> Component:
    said = f"{metric_title(claim['metric'])}: {figure(claim)}, {period_of(claim, calendar)}"
    is_pointed = claim["claim_id"] == pointed
    return html.Mark(claim["span_text"], title=said, className="pointed" if is_pointed else "")


def _mention_marks(mentions: pd.DataFrame) -> list[Mark]:
    return [
        (
            mention["span_start"],
            mention["span_end"],
            html.Span(mention["span_text"], className="unused", title=f"Not used: {mention['reason']}"),
        )
        for mention in records(mentions)
    ]


def _page(document: Row, nodes: list[str | Component], mentions: pd.DataFrame, family: list[Row]) -> Component:
    title = known(document["title"]) or "Untitled"
    head = html.Div([html.A("Documents", href="/documents"), html.H1(title)], className="document-head")
    text = html.Section(html.Div(nodes, className="text"), className="card prose")
    origin = html.P(_origin(document), className="quiet")
    notes = [*_unread(document), *_copies(document, family)]
    return html.Div([head, origin, *notes, text, _unused(mentions)], className="page")


def _origin(document: Row) -> list[str | Component]:
    url = safe_url(document["url"])
    digest = "a digest of the original, in words of its own" if document["kind"] == "digest" else ""
    parts = [known(document["publisher"]), known(document["author"]), format_date(document["published"]), digest]
    said = " · ".join(part for part in parts if part)
    return [said, " · ", html.A("Open the original", href=url, target="_blank", rel=NEW_PAGE)] if url else [said]


def _unread(document: Row) -> list[Component]:
    """Why a document is without claims, where its text was not read."""
    if document["status"] == READ:
        return []
    reason = str(document["status"])
    return [
        html.P(f"{reason[:1].upper()}{reason[1:]}. The text is kept, and nothing is taken from it.", className="notice")
    ]


def _copies(document: Row, family: list[Row]) -> list[Component]:
    """The document's original, and where else its text was printed."""
    originals = [other for other in family if other["document_id"] == document["copy_of"]]
    others = [other for other in family if other["document_id"] != document["copy_of"]]
    lines = [("A copy of", originals), ("The same text also in" if originals else "Also published in", others)]
    told = [html.P(_listed(words, listed)) for words, listed in lines if listed]
    ending = html.P("All of them count as one source.", className="quiet")
    return [html.Section([*told, ending], className="card prose")] if told else []


def _listed(words: str, documents: list[Row]) -> list[str | Component]:
    """The documents in a sentence; of very many the latest, and how many more there are."""
    shown, more = documents[:_MOST_COPIES], len(documents) - _MOST_COPIES
    links: list[list[str | Component]] = [
        [html.A(source_name(other), href=f"/document/{other['document_id']}"), f", {format_date(other['published'])}"]
        for other in shown
    ]
    joined = [node for at, link in enumerate(links) for node in (["; ", *link] if at else link)]
    return [f"{words} ", *joined, f"; and {more:,} more." if more > 0 else "."]


def _unused(mentions: pd.DataFrame) -> Component:
    if mentions.empty:
        return html.Div()
    rows = [html.Tr([html.Td(mention["span_text"]), html.Td(mention["reason"])]) for mention in records(mentions)]
    head = html.Thead(html.Tr([html.Th("Number"), html.Th("Why it was not used")]))
    heading = html.H2(["Numbers seen and not used", html.Span(f"{len(rows):,}", className="tally")])
    return html.Section([heading, html.Table([head, html.Tbody(rows)], className="plain")], className="card prose")
