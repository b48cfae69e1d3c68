"""The documents page: everything that was read, with the number of claims found in each; a page of the list at a time.

The address is the state: `?q=` has the words searched for, `?show=` the part of the list, `?page=` the page of it.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import faces
from dashboard.components.markup import aria
from dashboard.data import Archive, Row, Snapshot, records
from dashboard.words import NEW_PAGE, count, known, safe_url, source_name
from etl.dates import format_date
from etl.errors import TradeFiguresError
from etl.store import READ

__all__ = ["PAGE_SIZE", "TITLE", "layout"]

TITLE = "Documents · trade-figures"

PAGE_SIZE = 100
"""Documents on a page of the list."""

_PARTS: dict[str, tuple[str, Callable[[pd.DataFrame], pd.Series[bool]]]] = {
    "": ("All", lambda documents: documents["document_id"].notna()),
    "copies": ("Copies", lambda documents: documents["copy_of"].notna()),
    "unread": ("Not read", lambda documents: documents["status"] != READ),
}

Query = str | list[str]


def layout(archive: Archive, q: Query = "", show: Query = "", page: Query = "1", **_query: Query) -> Component:
    """A page of the documents that have all words of `q`, latest first; a part or page that is not there is the first.

    `show` is "copies" for those that are copies of another, "unread" for those whose text was not read.
    """
    try:
        snapshot = archive.snapshot()
        if snapshot.documents.empty:
            return html.Div([html.H1("Documents"), faces.empty_store()], className="page")
        return _page(snapshot, _last(q), _last(show), _last(page))
    except TradeFiguresError as error:
        return html.Div([html.H1("Documents"), faces.unreadable(error)], className="page")


def _last(value: Query) -> str:
    return value if isinstance(value, str) else value[-1]


def _page(snapshot: Snapshot, words: str, show: str, page: str) -> Component:
    show = show if show in _PARTS else ""
    found = _search(snapshot.latest, words)
    chosen = found[_PARTS[show][1](found)]
    pages = max(1, -(-len(chosen) // PAGE_SIZE))
    number = min(int(page), pages) if page.isascii() and page.isdigit() and int(page[:9]) > 0 else 1
    start = (number - 1) * PAGE_SIZE
    return html.Div(
        [
            html.H1("Documents"),
            html.P(_summary(snapshot.documents), className="quiet"),
            _controls(found, words, show),
            _table(snapshot, chosen.iloc[start : start + PAGE_SIZE]) if len(chosen) else _nothing(),
            _pager(len(chosen), number, pages, {"q": words, "show": show}),
        ],
        className="page",
    )


def _search(documents: pd.DataFrame, words: str) -> pd.DataFrame:
    for word in words.lower().split():
        documents = documents[documents["words"].str.contains(word, regex=False)]
    return documents


def _summary(documents: pd.DataFrame) -> str:
    digests = int((documents["kind"] == "digest").sum())
    found = f"{count(len(documents), 'document')} with {count(int(documents['claims'].sum()), 'claim')}"
    if not digests:
        return f"{found}."
    which = "All are digests" if digests == len(documents) else f"{count(digests, 'digest')} among them"
    return f"{found}. {which}: texts that restate the figures of the original they link, in words of their own."


def _controls(found: pd.DataFrame, words: str, show: str) -> Component:
    """The search, and the parts of the list that hold anything, each with its number of documents."""
    field = dcc.Input(
        name="q", type="search", value=words, placeholder="Title, publisher, author", className="search-field"
    )
    label = html.Label([html.Span("Search documents", className="unseen"), field])
    search = html.Form(
        [label, html.Button("Search", className="button")], action="/documents", method="GET", className="search"
    )
    counts = {name: int(part(found).sum()) for name, (_, part) in _PARTS.items()}
    links = [_part_link(name, counts[name], words, show) for name in _PARTS if counts[name] or name in {"", show}]
    return html.Div(
        [search, html.Nav(links if len(links) > 1 else [], **aria(label="Part of the list"))], className="controls"
    )


def _part_link(name: str, number: int, words: str, show: str) -> Component:
    current = aria(current="true") if name == show else {}
    title: list[str | Component] = [_PARTS[name][0], html.Span(f"{number:,}", className="tally")]
    return html.A(title, href=_address({"q": words, "show": name}), className="button", **current)


def _address(query: dict[str, str]) -> str:
    asked = urlencode({name: value for name, value in query.items() if value})
    return f"/documents?{asked}" if asked else "/documents"


def _nothing() -> Component:
    return html.P(["No document has these words. ", html.A("Show all documents", href="/documents")], className="card")


def _table(snapshot: Snapshot, documents: pd.DataFrame) -> Component:
    heads = [
        html.Th("Title"),
        html.Th("Publisher"),
        html.Th("Published"),
        html.Th("Claims", className="number"),
        html.Th("Original"),
    ]
    wanted = snapshot.documents[snapshot.documents["document_id"].isin(documents["copy_of"].dropna())]
    originals = {original["document_id"]: original for original in records(wanted)}
    rows = [_row(document, originals) for document in records(documents)]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="plain documents")
    return html.Section(html.Div(table, className="scroll"), className="card")


def _row(document: Row, originals: dict[str, Row]) -> Component:
    url = safe_url(document["url"])
    title = known(document["title"]) or "Untitled"
    author = [html.Div(known(document["author"]), className="quiet")] if known(document["author"]) else []
    return html.Tr(
        [
            html.Td([html.A(title, href=f"/document/{document['document_id']}"), *_marks(document, originals)]),
            html.Td([known(document["publisher"]) or "not known", *author]),
            html.Td(format_date(document["published"]), className="date"),
            html.Td(f"{document['claims']:,}", className="number"),
            html.Td(html.A("Open", href=url, target="_blank", rel=NEW_PAGE) if url else ""),
        ]
    )


def _marks(document: Row, originals: dict[str, Row]) -> list[Component]:
    """What sets a document apart: a digest, a text that was not read, a copy."""
    marks: list[Component] = [html.Span("digest", className="kind")] if document["kind"] == "digest" else []
    if document["status"] != READ:
        marks.append(html.Span(document["status"], className="kind"))
    if original := originals.get(document["copy_of"]):
        address = f"/document/{original['document_id']}"
        marks.append(html.A(f"copy of {source_name(original)}", href=address, className="kind"))
    return marks


def _pager(number: int, page: int, pages: int, query: dict[str, str]) -> Component:
    """Which documents these are, and the way to those before and after; nothing where all are on one page."""
    if pages == 1:
        return html.Div()
    first, last = (page - 1) * PAGE_SIZE + 1, min(page * PAGE_SIZE, number)
    before = (
        [html.A("Previous", href=_address(query | {"page": str(page - 1)}), className="button")] if page > 1 else []
    )
    after = [html.A("Next", href=_address(query | {"page": str(page + 1)}), className="button")] if page < pages else []
    where = html.Span(f"{first:,} to {last:,} of {count(number, 'document')}", className="quiet")
    return html.Nav([*before, where, *after], className="pager", **aria(label="Pages of the list"))
