"""Copies on the pages: the panel lists them under their original, the documents link each other, counts are right."""

from __future__ import annotations

from pathlib import Path

import pytest
from dash.development.base_component import Component

from dashboard.components.panel import panel
from dashboard.components.tooltip import details
from dashboard.data import Archive, Selection, Snapshot, View, copies_among, records
from dashboard.pages import document, documents
from dashboard.pages.documents import PAGE_SIZE
from dashboard.words import agreement
from etl.model import Document
from etl.store import Record, Store, to_rows
from tests.dashboard.test_components import kind, prop, text_of, walk
from tests.story import FRENCH, HERALD, OWN, WIRE, make_story_store


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return Archive(str(make_story_store(tmp_path_factory.mktemp("story") / "store")))


@pytest.fixture
def snapshot(archive: Archive) -> Snapshot:
    return archive.snapshot()


@pytest.fixture
def view(archive: Archive) -> View:
    return archive.view(Selection())


def links(node: object) -> dict[str, str]:
    """The words of each link → its address."""
    return {text_of(found): str(prop(found, "href")) for found in walk(node) if kind(found) == "A"}


def paragraphs(node: object) -> list[str]:
    return [text_of(found) for found in walk(node) if kind(found) == "P"]


def test_the_panel_lists_a_copy_under_its_original(view: View, snapshot: Snapshot) -> None:
    [observation] = records(view.observations)
    shown = panel(observation, view.claims_of(observation), snapshot.text)
    cards = [text_of(card) for card in walk(shown) if prop(card, "className") == "citation"]
    assert [card.split("20")[0] for card in cards] == ["Ledger9 Mar ", "Daily3 Mar ", "Steppe Wire1 Mar "]
    assert "A copy of another document; the two count as one source." in cards[1]
    assert "The same text:Gazetteno dateHerald2 Mar 2024" in cards[2]
    herald = next(address for words, address in links(shown).items() if words == "Herald")
    assert herald.startswith(f"/document/{HERALD.id}?claim=")


def test_without_the_original_the_first_copy_stands_for_it(archive: Archive, snapshot: Snapshot) -> None:
    view = archive.view(Selection(publisher=("Herald", "Gazette")))
    [observation] = records(view.observations)
    shown = panel(observation, view.claims_of(observation), snapshot.text)
    assert len([card for card in walk(shown) if prop(card, "className") == "citation"]) == 1
    assert "One source so far, in 2 copies of one text." in paragraphs(shown)


def test_the_latest_original_speaks_for_a_figure(view: View) -> None:
    [sides] = details(view.shown, view.observations).values()
    assert [(side["value"], side["source"]) for side in sides] == [
        ("$1.00 bn", "Steppe Wire"),
        ("$1.02 bn", "Ledger"),
        ("$1.10 bn", "Daily"),
    ]


def test_copies_are_counted_among_the_claims_shown(view: View) -> None:
    claims = records(view.claims)
    assert copies_among(claims) == 3
    assert copies_among([claim for claim in claims if claim["publisher"] in {"Herald", "Ledger"}]) == 0


@pytest.mark.parametrize(
    ("sources", "claims", "verdict", "copies", "said"),
    [
        (1, 1, "single", 0, "One source so far."),
        (1, 2, "single", 0, "One source so far, which says it twice."),
        (1, 3, "single", 2, "One source so far, in 3 copies of one text."),
        (2, 2, "agree", 0, "2 sources agree, within rounding."),
        (2, 3, "agree", 1, "2 sources agree, within rounding; a copy of one is not counted."),
        (2, 1202, "agree", 1200, "2 sources agree, within rounding; 1,200 copies are not counted."),
    ],
)
def test_the_sentence_counts_independent_sources(
    sources: int, claims: int, verdict: str, copies: int, said: str
) -> None:
    assert agreement({"sources": sources, "claims": claims, "agreement": verdict}, copies) == said


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (WIRE, "Also published in Daily, 3 Mar 2024; Herald, 2 Mar 2024; Gazette, no date."),
        (HERALD, "A copy of Steppe Wire, 1 Mar 2024."),
        (HERALD, "The same text also in Daily, 3 Mar 2024; Gazette, no date."),
        (HERALD, "Herald · A. Scribe · 2 Mar 2024"),
        (FRENCH, "Not read: language fr. The text is kept, and nothing is taken from it."),
    ],
)
def test_a_document_says_where_else_its_text_is_and_why_it_was_not_read(
    archive: Archive, shown: Document, told: str
) -> None:
    assert told in paragraphs(document.layout(archive, shown.id))


def test_a_document_without_copies_says_nothing_of_them(archive: Archive) -> None:
    page = document.layout(archive, OWN.id)
    assert [words for words in paragraphs(page) if "copy" in words or "source" in words] == []


def titles(page: Component) -> list[str]:
    return [
        words for words, address in links(page).items() if address.startswith("/document/") and "copy of" not in words
    ]


def test_the_list_marks_copies_and_what_was_not_read(archive: Archive) -> None:
    page = documents.layout(archive)
    assert titles(page) == ["We counted", "A slip", "A new era", "Trade at a billion", "Un milliard", "Undated"]
    marks = [text_of(node) for node in walk(page) if prop(node, "className") == "kind"]
    assert marks == [*["copy of Steppe Wire"] * 2, "not read: language fr", "copy of Steppe Wire"]
    assert links(page)["copy of Steppe Wire"] == f"/document/{WIRE.id}"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "herald"}, ["A new era"]),
        ({"q": "scribe NEW"}, ["A new era"]),
        ({"q": "("}, []),
        ({"show": "copies"}, ["A slip", "A new era", "Undated"]),
        ({"show": "unread"}, ["Un milliard"]),
        ({"show": "copies", "q": "slip"}, ["A slip"]),
        ({"show": "nonsense", "page": "x", "q": ["x", "ledger"]}, ["We counted"]),
        ({"page": "9"}, ["We counted", "A slip", "A new era", "Trade at a billion", "Un milliard", "Undated"]),
    ],
)
def test_the_list_is_searched_and_parted_by_its_address(
    archive: Archive, query: dict[str, str | list[str]], found: list[str]
) -> None:
    assert titles(documents.layout(archive, **query)) == found


def test_the_parts_of_the_list_keep_the_words_searched_for(archive: Archive) -> None:
    assert {
        words: address
        for words, address in links(documents.layout(archive, q="a")).items()
        if "?q=a" in address and "sort" not in address
    } == {
        "All5": "/documents?q=a",
        "Copies3": "/documents?q=a&show=copies",
        "Not read1": "/documents?q=a&show=unread",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"sort": "title"}, ["A new era", "A slip", "Trade at a billion", "Un milliard", "Undated", "We counted"]),
        ({"sort": "-title", "show": "copies"}, ["Undated", "A slip", "A new era"]),
        ({"sort": "published", "show": "copies"}, ["A new era", "A slip", "Undated"]),
        ({"sort": "-published", "show": "copies"}, ["A slip", "A new era", "Undated"]),
        ({"sort": "nonsense", "show": "copies"}, ["A slip", "A new era", "Undated"]),
    ],
)
def test_the_list_is_sorted_by_its_address_what_has_no_value_last(
    archive: Archive, query: dict[str, str | list[str]], found: list[str]
) -> None:
    assert titles(documents.layout(archive, **query)) == found


@pytest.mark.parametrize(
    ("query", "heads"),
    [
        (
            {},
            [
                ("Title", None, "/documents?sort=title"),
                ("Publisher", None, "/documents?sort=publisher"),
                ("Published", "descending", "/documents?sort=published"),
                ("Claims", None, "/documents?sort=-claims"),
            ],
        ),
        (
            {"sort": "title", "q": "a", "show": "copies", "page": "2"},
            [
                ("Title", "ascending", "/documents?q=a&show=copies&sort=-title"),
                ("Publisher", None, "/documents?q=a&show=copies&sort=publisher"),
                ("Published", None, "/documents?q=a&show=copies"),
                ("Claims", None, "/documents?q=a&show=copies&sort=-claims"),
            ],
        ),
    ],
)
def test_a_head_sorts_by_its_column_or_turns_the_order_around(
    archive: Archive, query: dict[str, str | list[str]], heads: list[tuple[str, str | None, str]]
) -> None:
    page = documents.layout(archive, **query)
    found = [node for node in walk(page) if kind(node) == "Th" and text_of(node) != "Original"]
    assert [(text_of(head), prop(head, "aria-sort"), prop(head.children, "href")) for head in found] == heads


def test_a_long_list_is_sent_a_page_at_a_time(tmp_path: Path) -> None:
    many = [Document(f"Nothing {number}.", title=f"Text {number:03}") for number in range(2 * PAGE_SIZE + 7)]
    store = Store.create_or_open(tmp_path / "store")
    store.commit(to_rows([Record(text, text.id, number) for number, text in enumerate(many)], "0"))
    archive = Archive(str(tmp_path / "store"))
    pages = [documents.layout(archive, page=str(number), q="text") for number in (1, 2, 3)]
    assert [titles(page) for page in pages] == [
        [text.title for text in many[start : start + PAGE_SIZE]] for start in (0, PAGE_SIZE, 2 * PAGE_SIZE)
    ]
    steps = [
        {words: address for words, address in links(page).items() if words in {"Previous", "Next"}} for page in pages
    ]
    assert steps == [
        {"Next": "/documents?q=text&page=2"},
        {"Previous": "/documents?q=text", "Next": "/documents?q=text&page=3"},
        {"Previous": "/documents?q=text&page=2"},
    ]
    assert "201 to 207 of 207 documents" in text_of(pages[2])
