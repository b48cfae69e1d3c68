"""The about page: what the figures are, how marks are read, what the columns mean, and the proof of every quote."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components import faces
from dashboard.data import Archive
from dashboard.words import count
from etl.errors import TradeFiguresError
from etl.frame import COLUMNS

__all__ = ["TITLE", "layout"]

TITLE = "About · trade-figures"

MARKS = (
    ("bar", "the period a figure speaks of, from its first to its last day; the mark sits in its middle"),
    ("dot", "stated plainly"),
    ("circle", "about, nearly, around"),
    ("up", "more than, at least"),
    ("down", "less than, up to"),
    ("span", "a range in the text"),
    ("diamond", "a target or commitment; with a dotted bar, a forecast or a potential"),
    ("guide", "joins the yearly figures of one calendar: a guide for the eye, gaps stay gaps"),
    ("band", "sources disagree by more than rounding allows"),
    ("number", "so many independent sources agree"),
)

METHOD = """
Every figure comes from a sentence in a document. The sentence is kept word for word with its place in the text, so each
figure can be proved: the characters at that place are the quote.

Values are kept as written and in the base unit (1 million = 1,000,000). Words such as “about” or “over” are kept as
part of the figure. A period the text does not give stays empty; it is never the year of publication.

Claims of the same measure and period form one figure. They agree when the ranges their printed digits allow have a
point in common; otherwise all sides stay visible. Calendar years, fiscal years and parts of a year are never joined
with each other.

A text that several publishers print counts as one source, whatever headline or page is around it: a copy shares most
of its pairs of words and of its figures with a text published earlier. A thorough rewrite is not found this way, and
counts as a source of its own.

Some documents are digests: they restate the figures of the original they cite, in words of their own. The original is
linked; the quote is the digest's.
"""


def layout(archive: Archive, **_query: str | list[str]) -> Component:
    """Method, marks and columns, with the number of quotes that match their document."""
    try:
        proof: Component = _proof(archive)
    except TradeFiguresError as error:
        proof = faces.unreadable(error)
    return html.Div(
        [
            html.H1("About these figures"),
            proof,
            html.Section([html.H2("Method"), *_paragraphs(METHOD)], className="card prose"),
            html.Section([html.H2("How to read the marks"), _marks()], className="card prose"),
            html.Section([html.H2("Columns of the CSV"), _column_intro(), _columns()], className="card prose"),
        ],
        className="page",
    )


def _paragraphs(text: str) -> list[Component]:
    return [html.P(paragraph) for paragraph in text.strip().split("\n\n")]


def _proof(archive: Archive) -> Component:
    proved, total = archive.snapshot().proved_quotes
    words = f"{proved:,} of {count(total, 'quote')} match their document character for character"
    return html.P(
        [html.Span(className="glyph glyph-check"), words], className="badge" if proved == total else "badge bad"
    )


def _marks() -> Component:
    rows = [
        html.Tr([html.Td(html.Span(className=f"sample sample-{mark}")), html.Td(meaning)]) for mark, meaning in MARKS
    ]
    return html.Table(html.Tbody(rows), className="plain")


def _column_intro() -> Component:
    view, everything = html.A("everything", href="/all.csv"), html.Code("pandas.read_csv(address)")
    return html.P(
        ["The CSV, of one view or of ", view, ", has one row a claim. ", everything, " reads either address."]
    )


def _columns() -> Component:
    rows = [html.Tr([html.Td(html.Code(column.name)), html.Td(column.meaning)]) for column in COLUMNS]
    head = html.Thead(html.Tr([html.Th("Column"), html.Th("Meaning")]))
    return html.Div(html.Table([head, html.Tbody(rows)], className="plain"), className="scroll")
