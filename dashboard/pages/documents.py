"""The documents page: everything that was read, with the number of claims found in each."""

from __future__ import annotations

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components import faces
from dashboard.data import Archive, Row, records
from dashboard.theme import format_date
from dashboard.words import NEW_PAGE, count, known, safe_url
from etl.errors import TradeFiguresError

__all__ = ["TITLE", "layout"]

TITLE = "Documents · trade-figures"


def layout(archive: Archive, **_query: str | list[str]) -> Component:
    """A table of the documents, latest first."""
    try:
        documents = archive.snapshot().documents
    except TradeFiguresError as error:
        return html.Div([html.H1("Documents"), faces.failed(str(error))], className="page")
    if documents.empty:
        return html.Div([html.H1("Documents"), faces.empty_store()], className="page")
    return html.Div(
        [html.H1("Documents"), html.P(_summary(documents), className="quiet"), _table(documents)], className="page"
    )


def _summary(documents: pd.DataFrame) -> str:
    digests = int((documents["kind"] == "digest").sum())
    found = f"{count(len(documents), 'document')} with {count(int(documents['claims'].sum()), 'claim')}"
    if not digests:
        return f"{found}."
    which = "All are digests" if digests == len(documents) else f"{count(digests, 'digest')} among them"
    return f"{found}. {which}: texts that restate the figures of the original they link, in words of their own."


def _table(documents: pd.DataFrame) -> Component:
    heads = [
        html.Th("Title"),
        html.Th("Publisher"),
        html.Th("Published"),
        html.Th("Claims", className="number"),
        html.Th("Original"),
    ]
    latest = documents.sort_values(["published", "title"], ascending=[False, True], na_position="last")
    rows = [_row(document) for document in records(latest)]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="plain")
    return html.Section(html.Div(table, className="scroll"), className="card")


def _row(document: Row) -> Component:
    url = safe_url(document["url"])
    title = known(document["title"]) or "Untitled"
    kind = [html.Span("digest", className="kind")] if document["kind"] == "digest" else []
    unread = [] if document["status"] == "read" else [html.Span(document["status"], className="kind")]
    return html.Tr(
        [
            html.Td([html.A(title, href=f"/document/{document['document_id']}"), *kind, *unread]),
            html.Td(known(document["publisher"]) or "not known"),
            html.Td(format_date(document["published"]), className="date"),
            html.Td(f"{document['claims']:,}", className="number"),
            html.Td(html.A("Open", href=url, target="_blank", rel=NEW_PAGE) if url else ""),
        ]
    )
