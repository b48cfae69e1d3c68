"""An observation and its claims → the side panel: every source with its quote in context."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.apart import why_apart
from dashboard.components.markup import aria, data, written_day
from dashboard.components.outlets import citation_menu
from dashboard.data import Row, Selection, copies_among, is_told, write_query
from dashboard.form import written
from dashboard.words import (
    NEW_PAGE,
    agreement,
    count,
    figures_of,
    hedge,
    known,
    page_of,
    period_of,
    safe_url,
    source_name,
    status_note,
    verdict_name,
)

__all__ = ["MOST_CARDS", "Part", "apart", "cards", "panel", "quote_in_context"]

MOST_CARDS = 20
"""Sources that a panel shows; a reader who wants more wants a table."""

CONTEXT = 160
"""Characters shown on either side of a quote."""

Part = tuple[str, str]
"""A stretch of text and its role: "context", "quote" or "figure"."""


def panel(
    observation: Row, claims: Sequence[Row], text_of: Callable[[str], str], checks: Sequence[Row] = ()
) -> list[Component]:
    """What the panel shows: the figure, whether its sources agree, and one citation card a claim, latest first.

    A copy that states what its original states is a line of the original's card. Of the `checks` of the figure those
    are told that do not add up; why its own sources cannot all be right stands under their agreement.
    """
    failed = [_failed(check) for check in checks if is_told(check)]
    close = html.Button(
        html.Span(className="glyph glyph-close"),
        className="close",
        **data(close="panel"),
        **aria(label="Close sources"),
    )
    when = " · ".join(part for part in (period_of(observation), status_note(observation)) if part)
    return [
        html.Div([html.H2(observation["subject"], tabIndex=-1), close], className="panel-head"),
        html.P(
            [html.Strong(" / ".join(figures_of(observation)), className="panel-value"), html.Span(when)],
            className="panel-figure",
        ),
        html.P(agreement(observation, copies_among(claims)), className=f"verdict {observation['agreement']}"),
        *apart(observation, claims),
        *_cite_all(claims),
        html.P(html.A("Permanent page of this figure", href=f"/observation/{observation['observation_id']}")),
        *failed,
        html.Div(id=ids.DESK, className="panel-desk"),
        *cards(observation, claims, text_of, can_review=True),
    ]


def apart(observation: Row, claims: Sequence[Row]) -> list[Component]:
    """Why the figures of sources that disagree cannot all be right."""
    why = why_apart(observation, claims)
    return [html.P(why, className="quiet")] if why else []


def _failed(check: Row) -> Component:
    """A check that does not add up, in words, and the way to both its sides."""
    words = html.A(verdict_name(check["verdict"]), href=f"/observation/{check['observation_id']}")
    return html.P([words, f": {written(check['formula'])}"], className="verdict conflict")


def cards(
    observation: Row, claims: Sequence[Row], text_of: Callable[[str], str], *, can_review: bool = False
) -> list[Component]:
    """One citation card a claim, latest first; a copy that states what its original states is a line of its card.

    With `can_review` each claim can be reviewed where it stands; else a link leads to its review.
    """
    copies = _copies_of(claims)
    listed = {copy["claim_id"] for copied in copies.values() for copy in copied}
    leading = [claim for claim in reversed(claims) if claim["claim_id"] not in listed]
    shown = [
        _card(claim, text_of(claim["document_id"]), copies.get(claim["claim_id"], []), can_review=can_review)
        for claim in leading[:MOST_CARDS]
    ]
    return [html.Ul(shown, className="cards"), *_rest(observation, len(leading) - len(shown))]


def _rest(observation: Row, number: int) -> list[Component]:
    """Where the sources are that the panel has no room for."""
    if number <= 0:
        return []
    series = Selection(series=(observation["series_id"],))
    every = html.A("CSV of the whole series", href=f"/claims.csv?{write_query(series)}", download="")
    return [html.P([f"And {count(number, 'earlier source')}: ", every, "."], className="quiet")]


def _cite_all(claims: Sequence[Row]) -> list[Component]:
    """The citations of several claims together; a lone one has its own menu."""
    if len(claims) == 1:
        return []
    return [html.Div(citation_menu(claims, "Cite all sources of this figure"), className="actions cite-all")]


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


def _copies_of(claims: Sequence[Row]) -> dict[str, list[Row]]:
    """claim_id → the claims of copies of its document that state the same figure, earliest first.

    Where the original is not among the claims, the first copy stands for it.
    """
    leads: dict[str, str] = {}
    for claim in sorted(claims, key=lambda claim: bool(claim["document_id"] != claim["original"])):
        leads.setdefault(claim["original"], claim["document_id"])
    stated = {
        _statement(claim): claim for claim in reversed(claims) if claim["document_id"] == leads[claim["original"]]
    }
    copies: dict[str, list[Row]] = {}
    for claim in claims:
        lead = stated.get(_statement(claim))
        if lead is not None and lead["document_id"] != claim["document_id"]:
            copies.setdefault(lead["claim_id"], []).append(claim)
    return copies


def _statement(claim: Row) -> tuple[str, ...]:
    return (claim["original"], *(str(claim[name]) for name in ("value", "value_upper", "unit", "qualifier")))


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


def _card(claim: Row, text: str, copies: Sequence[Row], *, can_review: bool) -> Component:
    said = [_source(claim), _written(claim), _quote(claim, text), *_notes(claim), *_same_text(copies)]
    return html.Li([*said, _actions(claim, can_review=can_review)], className="citation")


def _notes(claim: Row) -> list[Component]:
    notes = []
    if claim["document_kind"] == "digest":
        notes.append("A digest: it restates the original in words of its own.")
    if claim["document_id"] != claim["original"]:
        notes.append("A copy of another document; the two count as one source.")
    return [html.P(note, className="digest") for note in notes]


def _same_text(copies: Sequence[Row]) -> list[Component]:
    """Where else the text was printed, a link a document."""
    documents = {copy["document_id"]: copy for copy in copies}
    if not documents:
        return []
    links = [
        html.Li(
            [
                html.A(source_name(copy), href=f"/document/{name}?claim={copy['claim_id']}"),
                html.Span(written_day(copy["published"]), className="citation-date"),
            ]
        )
        for name, copy in documents.items()
    ]
    return [html.Div([html.P("The same text:"), html.Ul(links)], className="same-text")]


def _source(claim: Row) -> Component:
    title = known(claim["title"]) if known(claim["publisher"]) else ""
    return html.Div(
        [
            html.Strong(source_name(claim)),
            html.Span(written_day(claim["published"]), className="citation-date"),
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


def _actions(claim: Row, *, can_review: bool) -> Component:
    url = safe_url(claim["url"])
    original = html.A("Original", href=url, target="_blank", rel=NEW_PAGE, className="button")
    address = f"/document/{claim['document_id']}?claim={claim['claim_id']}"
    links = [
        html.A("Whole text", href=address, className="button"),
        _review(claim, can_review=can_review),
        citation_menu([claim]),
    ]
    return html.Div([original, *links] if url else links, className="actions")


def _review(claim: Row, *, can_review: bool) -> Component:
    name = str(claim["claim_id"])
    if can_review:
        return html.Button("Review", id=ids.part(ids.LOOK_AT, name), className="button")
    return html.A("Review", href=f"/review?claim={name}", className="button")
