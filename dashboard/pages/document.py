"""One document: its text with every claim marked, and the numbers that were seen and not used, with the reason.

The address is the state: `?claim=` points out a claim, whichever part of a long text it is in; `?part=`
is another part.
"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import faces
from dashboard.components.marked_text import Mark, MarkedText, legend
from dashboard.components.markup import aria
from dashboard.data import Archive, Row, Snapshot, records
from dashboard.form import format_day, whole
from dashboard.words import NEW_PAGE, known, safe_url, source_name, window_title
from etl.errors import TradeFiguresError
from etl.store import READ

__all__ = ["TITLE", "layout", "title"]

TITLE = "Document · trade-figures"

# A wire story may be in hundreds of papers.
_MOST_COPIES = 20

Query = str | list[str]


def title(archive: Archive, document_id: str = "") -> str:
    """What the window of a document is called."""
    try:
        document = archive.snapshot().document(document_id)
    except TradeFiguresError:
        return TITLE
    return TITLE if document is None else window_title(_name(document))


def layout(archive: Archive, document_id: str = "", claim: Query = "", part: Query = "1", **_query: Query) -> Component:
    """The text of a document; `claim` is the id of a claim to point out, `part` a part of a long text, from 1.

    A part that is not there is the first.
    """
    try:
        snapshot = archive.snapshot()
        document = snapshot.document(document_id)
        if document is None:
            return faces.not_found(
                "This store has no such document. It may have been read anew since the link was made."
            )
        return _page(snapshot, document, _last(claim), _last(part))
    except TradeFiguresError as error:
        return html.Div([html.H1("Document"), faces.unreadable(error)], className="page")


def _last(value: Query) -> str:
    return value if isinstance(value, str) else value[-1]


def _page(snapshot: Snapshot, document: Row, claim: str, part: str) -> Component:
    name = document["document_id"]
    text = MarkedText(snapshot.text(name), snapshot.claims_in(name), snapshot.mentions(name))
    place = text.part_of(claim)
    number = _part_asked(part, len(text.parts)) if place is None else place
    head = html.Div([html.A("Documents", href="/documents"), html.H1(_name(document))], className="document-head")
    origin = html.P(_origin(document), className="quiet")
    notes = [*_unread(document), *_copies(document, records(snapshot.family(document)))]
    shown = [_text(document, text, number, claim), _unused(text, number)]
    return html.Div([head, origin, *notes, *shown], className="page")


def _name(document: Row) -> str:
    return known(document["title"]) or "Untitled"


def _part_asked(part: str, parts: int) -> int:
    """The number of a part, from 0."""
    asked = int(part[:9]) if part.isascii() and part.isdigit() else 1
    return asked - 1 if 1 <= asked <= parts else 0


def _text(document: Row, text: MarkedText, number: int, claim: str) -> Component:
    """What is marked, and the text; of a long one a part, with the ways to the others above and below it."""
    told = [legend(text.marks)] if text.marks else []
    words = html.Div(text.nodes(number, claim), className="text", lang=document["language"])
    if len(text.parts) == 1:
        return html.Section([*told, words], className="card prose")
    above, below = (
        _pager(document, number, len(text.parts), f"Parts, {where} the text") for where in ("above", "below")
    )
    return html.Section([*told, above, words, below], className="card prose")


def _pager(document: Row, number: int, parts: int, label: str) -> Component:
    address = f"/document/{document['document_id']}?part="
    before = [html.A("Previous part", href=f"{address}{number}", className="button")] if number else []
    after = [html.A("Next part", href=f"{address}{number + 2}", className="button")] if number + 1 < parts else []
    told = html.Span(f"Part {whole(number + 1)} of {whole(parts)}", className="quiet")
    return html.Nav([*before, told, *after], className="pager", **aria(label=label))


def _origin(document: Row) -> list[str | Component]:
    url = safe_url(document["url"])
    digest = "a digest of the original, in words of its own" if document["kind"] == "digest" else ""
    parts = [known(document["publisher"]), known(document["author"]), format_day(document["published"]), digest]
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
        [html.A(source_name(other), href=f"/document/{other['document_id']}"), f", {format_day(other['published'])}"]
        for other in shown
    ]
    joined = [node for at, link in enumerate(links) for node in (["; ", *link] if at else link)]
    return [f"{words} ", *joined, f"; and {whole(more)} more." if more > 0 else "."]


def _unused(text: MarkedText, number: int) -> Component:
    """The numbers that were not used, in the order of the part of the text that is shown."""
    unused = [mark for mark in text.marks_of(number) if not mark.is_claim]
    if not unused:
        return html.Div()
    head = html.Thead(html.Tr([html.Th("Number"), html.Th("Why it was not used")]))
    title = "Numbers seen and not used" if len(text.parts) == 1 else "Numbers of this part seen and not used"
    heading = html.H2([title, html.Span(whole(len(unused)), className="tally")])
    table = html.Table([head, html.Tbody([_unused_row(mark) for mark in unused])], className="plain")
    return html.Section([heading, table], className="card prose")


def _unused_row(mark: Mark) -> Component:
    return html.Tr([html.Td(mark.row["span_text"]), html.Td(mark.row["reason"])])
