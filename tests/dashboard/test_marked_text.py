"""The text of a document: every claim and every unused number marked at its place, long texts in parts."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from dash.development.base_component import Component
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components import marked_text
from dashboard.components.marked_text import MarkedText, legend
from dashboard.data import Archive, Snapshot, records
from dashboard.pages import document
from etl.frame import COLUMNS, typed
from tests.dashboard.test_components import kind, prop, text_of, walk
from tests.sample_store import GRAIN, LEDGER


def of(snapshot: Snapshot, document_id: str) -> MarkedText:
    """The marked text of a document of the store."""
    return MarkedText(snapshot.text(document_id), snapshot.claims_in(document_id), snapshot.mentions(document_id))


def numbers(text: str) -> MarkedText:
    """A text each of whose numbers was seen and not used."""
    found = [
        {"span_start": each.start(), "span_end": each.end(), "span_text": each.group(), "reason": "a count"}
        for each in re.finditer(r"[0-9]+", text)
    ]
    claims = typed(pd.DataFrame(columns=[column.name for column in COLUMNS]), COLUMNS)
    return MarkedText(text, claims, pd.DataFrame(found))


def test_the_text_is_whole_with_every_claim_and_unused_number_marked(snapshot: Snapshot) -> None:
    for name in snapshot.documents["document_id"]:
        marked = of(snapshot, name)
        nodes = marked.nodes()
        assert text_of(nodes) == marked.text
        claims = marked.claims.sort_values("span_start")
        links = [(text_of(node), prop(node, "href")) for node in walk(nodes) if kind(node) == "A"]
        assert links == [(claim["span_text"], f"/observation/{claim['observation_id']}") for claim in records(claims)]
        unused = [
            (text_of(node), prop(node, "title"), prop(node, "tabIndex")) for node in walk(nodes) if kind(node) == "Span"
        ]
        assert unused == [(row["span_text"], f"Not used: {row['reason']}", 0) for row in records(marked.mentions)]


def test_a_mark_tells_what_was_read_and_the_legend_counts(snapshot: Snapshot) -> None:
    marked = of(snapshot, LEDGER.id)
    assert [mark.told for mark in marked.marks] == [
        "Trade turnover, Russia and Pakistan: $388 m, FY2021–22 (Jul–Jun)",
        "Trade turnover, Russia and Pakistan: $920 m, FY2022–23 (Jul–Jun)",
        "Not used: a count of people",
    ]
    assert of(snapshot, GRAIN.id).marks[0].told == "Exports, wheat, Russia → Pakistan: 1.2 Mt, 2022"
    assert [text_of(line) for line in walk(legend(marked.marks)) if kind(line) == "Li"] == [
        "2 claims; each opens the page of its figure.",
        "1 number seen and not used: a count of people (1).",
    ]


def test_what_is_not_kept_yet_has_no_page_to_open(snapshot: Snapshot) -> None:
    marked = of(snapshot, LEDGER.id)
    nodes = MarkedText(marked.text, marked.claims.drop(columns="observation_id"), marked.mentions).nodes()
    assert [kind(node) for node in walk(nodes)] == ["Mark", "Mark", "Span"]
    assert prop(next(walk(nodes)), "title") == marked.marks[0].told


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", [""]),
        ("No number at all.", ["No number at a", "ll."]),
        ("Line one.\nLine two.\n", ["Line one.\n", "Line two.\n"]),
        ("1 2 3 4 5", ["1 2 3 ", "4 5"]),
        ("A\nvery long line", ["A\nvery long li", "ne"]),
        ("twelve word 123456", ["twelve word ", "123456"]),
        ("12345678901234567890 1", ["12345678901234567890", " 1"]),
    ],
)
def test_a_long_text_comes_in_parts_that_cut_no_number(
    monkeypatch: pytest.MonkeyPatch, text: str, parts: list[str]
) -> None:
    monkeypatch.setattr(marked_text, "MOST_CHARACTERS", 14)
    monkeypatch.setattr(marked_text, "MOST_MARKS", 3)
    marked = numbers(text)
    assert [text_of(marked.nodes(part)) for part in range(len(marked.parts))] == parts


@given(text=st.text("12 \né𝟙", max_size=80), characters=st.integers(1, 20), marks=st.integers(1, 4))
def test_parts_lose_and_double_nothing(text: str, characters: int, marks: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(marked_text, "MOST_CHARACTERS", characters)
        patched.setattr(marked_text, "MOST_MARKS", marks)
        marked = numbers(text)
        parts = range(len(marked.parts))
        assert "".join(text_of(marked.nodes(part)) for part in parts) == text
        assert [mark for part in parts for mark in marked.marks_of(part)] == marked.marks
        assert max(len(marked.marks_of(part)) for part in parts) <= marks


def links_of(page: Component) -> list[str]:
    """The ways to other parts of a text."""
    return [str(prop(node, "href")) for node in walk(page) if "?part=" in str(prop(node, "href"))]


def pointed(page: Component) -> list[str]:
    """The claims that are pointed out."""
    return [text_of(node) for node in walk(page) if prop(node, "className") == "pointed"]


def test_a_link_to_a_claim_opens_the_part_it_is_in(
    archive: Archive, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marked_text, "MOST_MARKS", 1)
    address, second = f"/document/{LEDGER.id}?part=", snapshot.claims_in(LEDGER.id).iloc[1]["claim_id"]
    pages = [
        document.layout(archive, LEDGER.id, **asked)
        for asked in ({}, {"part": "2"}, {"claim": second}, {"part": "9"}, {"part": "0"}, {"part": "x"})
    ]
    assert [links_of(page)[: len(links_of(page)) // 2] for page in pages] == [
        [f"{address}2"],
        [f"{address}1", f"{address}3"],
        [f"{address}1", f"{address}3"],
        *[[f"{address}2"]] * 3,
    ]
    assert [pointed(page) for page in pages] == [[], [], ["$920 million"], [], [], []]


def test_a_text_is_told_in_its_language_and_its_window_by_its_title(archive: Archive) -> None:
    page = document.layout(archive, LEDGER.id)
    assert [prop(node, "lang") for node in walk(page) if prop(node, "className") == "text"] == ["en"]
    assert document.title(archive, LEDGER.id) == "Two fiscal years · trade-figures"
    assert document.title(archive, "0" * 16) == "Document · trade-figures"
