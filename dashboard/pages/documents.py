"""The documents page: everything that was read, with the number of claims found in each; a page of the list at a time.

The address is the state: `?q=` has the words searched for, `?show=` the part of the list, `?sort=` the column it is
sorted by, with a `-` before it the other way around, `?page=` the page of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import faces
from dashboard.components.markup import aria, written_day
from dashboard.data import Archive, Row, Snapshot, records
from dashboard.form import whole
from dashboard.words import NEW_PAGE, count, known, safe_url, source_name
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

_LATEST = "-published"

# Column → its title, and how it is sorted when it is first asked for.
_COLUMNS = {
    "title": ("Title", "title"),
    "publisher": ("Publisher", "publisher"),
    "published": ("Published", _LATEST),
    "claims": ("Claims", "-claims"),
}

Query = str | list[str]


@dataclass(frozen=True)
class _Asked:
    """What is shown: the documents that have some words, a part of them, in an order, a page of that."""

    words: str = ""
    show: str = ""
    sort: str = _LATEST
    page: int = 1

    @property
    def address(self) -> str:
        """The address of the page that shows this."""
        values = {"q": self.words, "show": self.show, "sort": self.sort, "page": str(self.page)}
        usual = {"q": "", "show": "", "sort": _LATEST, "page": "1"}
        asked = urlencode({name: value for name, value in values.items() if value != usual[name]})
        return f"/documents?{asked}" if asked else "/documents"

    @property
    def column(self) -> str:
        """The column that sorts."""
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Whether the largest come first."""
        return self.sort.startswith("-")


def layout(
    archive: Archive, q: Query = "", show: Query = "", sort: Query = "", page: Query = "1", **_query: Query
) -> Component:
    """A page of the documents that have all words of `q`; what makes no sense in the address is as if it were left out.

    `show` is "copies" for those that are copies of another, "unread" for those whose text was not read. `sort` is a
    column such as "publisher" or "-claims"; without it the latest come first.
    """
    try:
        snapshot = archive.snapshot()
        if snapshot.documents.empty:
            return html.Div([html.H1("Documents"), faces.empty_store()], className="page")
        return _page(snapshot, _read(q, show, sort, page))
    except TradeFiguresError as error:
        return html.Div([html.H1("Documents"), faces.unreadable(error)], className="page")


def _read(q: Query, show: Query, sort: Query, page: Query) -> _Asked:
    part, order, number = _last(show), _last(sort), _last(page)
    return _Asked(
        _last(q),
        part if part in _PARTS else "",
        order if order.removeprefix("-") in _COLUMNS else _LATEST,
        max(1, int(number[:9])) if number.isascii() and number.isdigit() else 1,
    )


def _last(value: Query) -> str:
    return value if isinstance(value, str) else value[-1]


def _page(snapshot: Snapshot, asked: _Asked) -> Component:
    found = _search(snapshot.latest, asked.words)
    chosen = found[_PARTS[asked.show][1](found)]
    pages = max(1, -(-len(chosen) // PAGE_SIZE))
    asked = replace(asked, page=min(asked.page, pages))
    start = (asked.page - 1) * PAGE_SIZE
    shown = _sorted(chosen, asked).iloc[start : start + PAGE_SIZE]
    return html.Div(
        [
            html.H1("Documents"),
            html.P(_summary(snapshot.documents), className="quiet"),
            _controls(found, asked),
            _table(snapshot, shown, asked) if len(shown) else _nothing(),
            _pager(len(chosen), pages, asked),
        ],
        className="page wide",
    )


def _sorted(documents: pd.DataFrame, asked: _Asked) -> pd.DataFrame:
    """The documents, which come latest first, in the order asked for; those without a value last."""
    if asked.sort == _LATEST:
        return documents
    key = documents[asked.column]
    key = key.str.casefold() if asked.column in {"title", "publisher"} else key
    order = key.reset_index(drop=True).sort_values(ascending=not asked.is_descending, kind="stable", na_position="last")
    return documents.iloc[order.index]


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


def _controls(found: pd.DataFrame, asked: _Asked) -> Component:
    """The search, and the parts of the list that hold anything, each with its number of documents."""
    field = dcc.Input(
        name="q", type="search", value=asked.words, placeholder="Title, publisher, author", className="search-field"
    )
    label = html.Label([html.Span("Search documents", className="unseen"), field])
    kept = [] if asked.sort == _LATEST else [dcc.Input(name="sort", type="hidden", value=asked.sort)]
    button = html.Button("Search", className="button")
    search = html.Form([label, *kept, button], action="/documents", method="GET", className="search")
    counts = {name: int(part(found).sum()) for name, (_, part) in _PARTS.items()}
    shown = [name for name in _PARTS if counts[name] or name in {"", asked.show}]
    links = [_part_link(name, counts[name], asked) for name in shown] if len(shown) > 1 else []
    return html.Div([search, html.Nav(links, **aria(label="Part of the list"))], className="controls")


def _part_link(name: str, number: int, asked: _Asked) -> Component:
    current = aria(current="true") if name == asked.show else {}
    title: list[str | Component] = [_PARTS[name][0], html.Span(whole(number), className="tally")]
    return html.A(title, href=replace(asked, show=name, page=1).address, className="button", **current)


def _nothing() -> Component:
    return html.P(["No document has these words. ", html.A("Show all documents", href="/documents")], className="card")


def _table(snapshot: Snapshot, documents: pd.DataFrame, asked: _Asked) -> Component:
    heads = [*(_head(column, asked) for column in _COLUMNS), html.Th("Original")]
    wanted = snapshot.documents[snapshot.documents["document_id"].isin(documents["copy_of"].dropna())]
    originals = {original["document_id"]: original for original in records(wanted)}
    rows = [_row(document, originals) for document in records(documents)]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="plain documents")
    return html.Section(html.Div(table, className="scroll"), className="card")


def _head(column: str, asked: _Asked) -> Component:
    """The head of a column: a link that sorts by it, or turns the order around."""
    title, first = _COLUMNS[column]
    sort = first
    sorts = {}
    if column == asked.column:
        sort = column if asked.is_descending else f"-{column}"
        sorts = aria(sort="descending" if asked.is_descending else "ascending")
    link = html.A(title, href=replace(asked, sort=sort, page=1).address)
    return html.Th(link, className="number" if column == "claims" else "", **sorts)


def _row(document: Row, originals: dict[str, Row]) -> Component:
    url = safe_url(document["url"])
    title = known(document["title"]) or "Untitled"
    author = [html.Div(known(document["author"]), className="quiet")] if known(document["author"]) else []
    return html.Tr(
        [
            html.Td([html.A(title, href=f"/document/{document['document_id']}"), *_marks(document, originals)]),
            html.Td([known(document["publisher"]) or "not known", *author]),
            html.Td(written_day(document["published"]), className="date"),
            html.Td(whole(document["claims"]), className="number"),
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


def _pager(number: int, pages: int, asked: _Asked) -> Component:
    """Which documents these are, and the way to those before and after; nothing where all are on one page."""
    if pages == 1:
        return html.Div()
    first, last = (asked.page - 1) * PAGE_SIZE + 1, min(asked.page * PAGE_SIZE, number)
    before = [_step("Previous", asked, asked.page - 1)] if asked.page > 1 else []
    after = [_step("Next", asked, asked.page + 1)] if asked.page < pages else []
    where = html.Span(f"{whole(first)} to {whole(last)} of {count(number, 'document')}", className="quiet")
    return html.Nav([*before, where, *after], className="pager", **aria(label="Pages of the list"))


def _step(words: str, asked: _Asked, page: int) -> Component:
    return html.A(words, href=replace(asked, page=page).address, className="button")
