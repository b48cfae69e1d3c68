"""The about page: method, marks, columns, vocabulary, versions, and the proof of every quote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.metadata import version

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components import faces
from dashboard.data import Archive
from dashboard.form import whole
from dashboard.words import count
from etl.errors import TradeFiguresError
from etl.export import TABLES
from etl.extract import extractor_version
from etl.frame import Column
from etl.lexicon import read_lines, table_names, table_purpose

__all__ = ["TITLE", "layout"]

TITLE = "About · trade-figures"

_PATIENCE, _RELOAD = 2.0, 5_000  # seconds that the page waits, milliseconds until it asks again

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
            html.Section([html.H2("Tables and their columns"), _column_intro(), *_tables()], className="card prose"),
            html.Section([html.H2("Words it knows"), _lexicon_intro(), _lexicon()], className="card prose"),
            html.Section([html.H2("Versions"), _versions(archive)], className="card prose"),
        ],
        className="page",
    )


def _paragraphs(text: str) -> list[Component]:
    return [html.P(paragraph) for paragraph in text.strip().split("\n\n")]


def _proof(archive: Archive) -> Component:
    """How many quotes match; of a large store that takes a while, and the page asks again."""
    proof = archive.proof(_PATIENCE)
    if proof is None:
        words = f"Comparing {count(len(archive.snapshot()), 'quote')} with their documents …"
        return html.Div(
            [html.P(words, className="badge", role="status"), dcc.Interval(id=ids.RELOAD, interval=_RELOAD)]
        )
    proved, total = proof
    words = f"{whole(proved)} of {count(total, 'quote')} match their document character for character"
    return html.P(
        [html.Span(className="glyph glyph-check"), words], className="badge" if proved == total else "badge bad"
    )


def _marks() -> Component:
    rows = [
        html.Tr([html.Td(html.Span(className=f"sample sample-{mark}")), html.Td(meaning)]) for mark, meaning in MARKS
    ]
    return html.Table(html.Tbody(rows), className="plain")


def _column_intro() -> Component:
    everything, python = html.A("everything", href="/all.csv"), html.Code("pandas.read_csv(address)")
    return html.P(
        [
            "A view can be taken along as these tables, ",
            everything,
            " as one of claims. ",
            python,
            " reads every address.",
        ]
    )


def _tables() -> list[Component]:
    return [
        html.Details([html.Summary(f"{name.capitalize()}: {table.says}"), _columns(table.columns)], className="more")
        for name, table in TABLES.items()
    ]


def _columns(columns: Sequence[Column]) -> Component:
    return _plain(("Column", "Meaning"), [(html.Code(column.name), column.meaning) for column in columns])


def _lexicon_intro() -> Component:
    return html.P(
        "Texts are read by rules and tables, no model is trained or asked: the same text gives the same figures on "
        "every machine. Each table can be added to with rows of your own."
    )


def _lexicon() -> Component:
    rows = [(table_purpose(name).replace("`", ""), whole(len(read_lines(name)))) for name in table_names()]
    table = _plain(("What a table holds", "Lines"), sorted(rows))
    return html.Details([html.Summary(count(len(rows), "table")), table], className="more")


def _versions(archive: Archive) -> Component:
    try:
        snapshot = archive.snapshot()
    except TradeFiguresError:
        return _plain(("What", "Version"), [("trade-figures", version("trade-figures"))])
    read_by = sorted(set(snapshot.documents["extractor_version"].dropna()))
    holds = f"{count(len(snapshot.documents), 'document')}, {count(len(snapshot), 'claim')}"
    rows = [
        ("trade-figures", version("trade-figures")),
        ("Rules that would read a text now", extractor_version()),
        ("Rules that have read the documents", ", ".join(read_by)),
        ("Store", f"version {whole(snapshot.store.version)}: {holds}"),
    ]
    return _plain(("What", "Version"), rows)


def _plain(heads: Sequence[str], rows: Iterable[Sequence[Component | str]]) -> Component:
    """A table of texts."""
    head = html.Thead(html.Tr([html.Th(name) for name in heads]))
    body = html.Tbody([html.Tr([html.Td(cell) for cell in row]) for row in rows])
    return html.Div(html.Table([head, body], className="plain"), className="scroll")
