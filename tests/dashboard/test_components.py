"""Frames → parts of a page: tooltips, source panel, table, document text, faces; words of documents stay words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from dash.development.base_component import Component
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components import faces
from dashboard.components.charts import results, rows
from dashboard.components.claim_table import table_caption, table_size
from dashboard.components.marked_text import MarkedText
from dashboard.components.panel import MOST_CARDS, panel, quote_in_context
from dashboard.components.tooltip import details
from dashboard.data import Row, Snapshot, StillReadingError, View, records
from dashboard.words import figure, period_of, safe_url, shorten
from etl.errors import StoreError
from tests.sample_store import HOSTILE


def walk(node: object) -> Iterator[Component]:
    """Every component in a tree."""
    if isinstance(node, Component):
        yield node
        yield from walk(getattr(node, "children", None))
    elif isinstance(node, (list, tuple)):
        for child in node:
            yield from walk(child)


def kind(node: Component) -> str:
    """The name of a component: "Mark", "Graph" ..."""
    return type(node).__name__


def prop(node: Component, name: str) -> object:
    """A property of a component, None where it has none."""
    return getattr(node, name, None)


def text_of(node: object) -> str:
    """What a reader reads of a tree."""
    if isinstance(node, (list, tuple)):
        return "".join(map(text_of, node))
    return text_of(getattr(node, "children", None)) if isinstance(node, Component) else str(node or "")


def observation_of(view: View, figure: str) -> Row:
    """The observation that a figure, as written, is a claim of."""
    claim = view.claims[view.claims["span_text"] == figure].iloc[0]
    found = view.observation(claim["observation_id"])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("figure", "detail"),
    [
        (
            "$500 million",
            {
                "value": "~$500 m",
                "period": "2017",
                "written": "“$500 million”, about",
                "quote": "It was about $500 million in 2017.",
                "source": "Capital Post",
                "document": "Ministers meet",
                "date": "19 Sep 2024",
                "made": "",
                "check": "",
                "digest": "",
                "agreement": "One source so far.",
                "conflict": "",
            },
        ),
        (
            "$388.5 million",
            {
                "value": "$388 m",
                "period": "FY2021–22 (Jul–Jun)",
                "written": "“$388.5 million”, stated plainly",
                "quote": (
                    "Trade was $388.5 million in 2021-22, and in the fiscal year 2022-23 it recovered to $920 million."
                ),
                "source": "The Ledger",
                "document": "Two fiscal years",
                "date": "13 Oct 2023",
                "made": "",
                "check": "",
                "digest": "Digest of the original",
                "agreement": "One source so far.",
                "conflict": "",
            },
        ),
        (
            "$5 billion",
            {
                "value": "$5.00 bn",
                "period": "undated · potential",
                "written": "“$5 billion”, stated plainly",
                "quote": "Trade could one day be worth $5 billion.",
                "source": "A document without a name",
                "document": "",
                "date": "no date",
                "made": "",
                "check": "",
                "digest": "",
                "agreement": "One source so far.",
                "conflict": "",
            },
        ),
    ],
)
def test_a_tooltip_says_value_period_wording_source_and_agreement(
    view: View, figure: str, detail: dict[str, str]
) -> None:
    assert details(view.shown, view.observations)[observation_of(view, figure)["observation_id"]] == [detail]


def test_sources_that_agree_are_counted_and_the_latest_speaks(view: View) -> None:
    (detail,) = details(view.shown, view.observations)[observation_of(view, "$1 billion")["observation_id"]]
    assert (detail["source"], detail["agreement"]) == ("Northern Wire", "2 sources agree, within rounding.")


def test_sources_that_disagree_have_a_tooltip_each_the_lowest_first(view: View) -> None:
    sides = details(view.shown, view.observations)[observation_of(view, "$920 million")["observation_id"]]
    assert [(side["value"], side["source"]) for side in sides] == [
        ("$667 m", "Chamber Monthly"),
        ("$920 m", "The Ledger"),
    ]
    assert {side["agreement"] for side in sides} == {"Sources disagree beyond rounding: $667 m and $920 m."}


def test_the_panel_shows_every_source_with_its_quote_and_marks_the_figure(view: View, snapshot: Snapshot) -> None:
    observation = observation_of(view, "$920 million")
    shown = panel(observation, view.claims_of(observation), snapshot.text)
    words = text_of(shown)
    marks = [text_of(node) for node in walk(shown) if kind(node) == "Mark"]
    assert marks == ["$666.85 million", "$920 million"]
    assert [
        said for said in ("The Ledger", "Chamber Monthly", "7 Mar 2024", "FY2022–23", "A digest") if said not in words
    ] == []
    assert "according to a federation of chambers" in words
    assert "the weather" not in words, "context stops at a blank line"
    links = [prop(node, "href") for node in walk(shown) if prop(node, "target")]
    assert links == ["https://ledger.example/fiscal"]
    assert {prop(node, "rel") for node in walk(shown) if prop(node, "target")} == {"noopener noreferrer"}


def test_words_of_a_document_are_never_markup(view: View, snapshot: Snapshot) -> None:
    observation = observation_of(view, "$700 million")
    shown = panel(observation, view.claims_of(observation), snapshot.text)
    assert HOSTILE.text in text_of(shown)
    assert str(HOSTILE.title) in text_of(shown)
    pages = [
        shown,
        results(view),
        MarkedText(HOSTILE.text, view.claims.iloc[:0], pd.DataFrame()).nodes(),
    ]
    nodes = [node for page in pages for node in walk(page)]
    assert {kind(node) for node in nodes} & {"Markdown", "DangerouslySetInnerHTML", "Iframe", "Script"} == set()
    assert [node for node in nodes if "javascript:" in str(getattr(node, "href", ""))] == []


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", " https://x", "ftp://x", "", None, 3]
)
def test_only_web_addresses_become_links(url: object) -> None:
    assert safe_url(url) is None


@given(before=st.text(), figure=st.text(min_size=1), after=st.text(), left=st.text(), right=st.text())
def test_a_quote_in_context_loses_and_doubles_nothing(
    before: str, figure: str, after: str, left: str, right: str
) -> None:
    quote = f"{before}{figure}{after}"
    claim = {
        "quote": quote,
        "quote_start": len(left),
        "quote_end": len(left) + len(quote),
        "span_start": len(left) + len(before),
        "span_text": figure,
    }
    parts = quote_in_context(claim, left + quote + right)
    assert "".join(words for words, role in parts if role != "context") == quote
    assert [words for words, role in parts if role == "figure"] == [figure]
    context = [words.replace("… ", "").replace(" …", "") for words, role in parts if role == "context"]
    assert [words for words in context if words not in left and words not in right] == []


def test_a_quote_whose_document_has_changed_comes_without_context(view: View) -> None:
    claim = records(view.claims)[0]
    assert {role for _, role in quote_in_context(claim, "Another text altogether.")} <= {"quote", "figure"}


@given(before=st.text(), figure=st.text(min_size=1, max_size=20), after=st.text(), limit=st.integers(30, 80))
def test_a_shortened_quote_keeps_its_figure_and_its_length(before: str, figure: str, after: str, limit: int) -> None:
    text = before + figure + after
    short = shorten(text, figure, limit)
    assert figure in short
    assert len(short) <= max(limit + 4, len(figure) + 4)


HEADS = "Filters in the column heads narrow the table and the files of claims, not the charts."


def test_a_table_says_how_much_it_has_and_what_its_own_filters_do_not_reach(view: View) -> None:
    large = View(view.selection, replace(view.shown, kept=np.ones(1_000_000, dtype=bool)))
    assert table_caption(large) == f"1,000,000 claims. A row opens its sources. {HEADS}"
    assert table_size(large) == {"height": "538px", "width": "100%"}
    assert table_caption(view) == f"{len(view.claims)} claims. A row opens its sources. {HEADS}"


def test_rows_of_a_list_that_are_out_of_sight_are_words_for_the_browser(view: View) -> None:
    one = view.singles(1)
    many = pd.concat([one] * 10, ignore_index=True)
    shown = rows("Single figures", "", many, 12)
    [more] = [node for node in walk(shown) if kind(node) == "Details"]
    row = records(one)[0]
    words = [row["observation_id"], figure(row), row["subject"], f"{period_of(row)}, {row['claims']} claim"]
    assert json.loads(more.to_plotly_json()["props"]["data-rest"]) == [words, words]
    assert text_of(more) == "2 more"
    assert text_of(shown).endswith("2 more figures behind the filters.")


def test_no_chart_is_empty_and_no_list_is(view: View) -> None:
    shown = results(view)
    charts = [node for node in walk(shown) if "data-graph" in node.to_plotly_json()["props"]]
    assert len(charts) == len(view.charts) == view.chart_count
    assert rows("Single figures", "", view.singles(0), 0).children is None
    headings = [text_of(node) for node in walk(shown) if kind(node) == "H2"]
    assert headings == ["Single figures1", "Without a closed period1"]


@pytest.mark.parametrize(
    ("face", "said"),
    [
        (faces.empty_store(), ["No figures yet", "trade-figures extract FOLDER", "trade-figures demo"]),
        (faces.nothing_matches(), ["Nothing matches", "clear all filters"]),
        (faces.failed("the store is on fire"), ["could not be read", "the store is on fire", "reload"]),
        (faces.unreadable(StoreError("no store at x")), ["could not be read", "no store at x"]),
        (faces.unreadable(StillReadingError(1_000_000, 3.2)), ["Reading 1,000,000 claims", "3 seconds so far"]),
        (faces.not_found("No such page."), ["Not here", "No such page.", "Go to all figures"]),
    ],
)
def test_a_page_without_figures_says_what_happened_and_what_to_do(face: Component, said: list[str]) -> None:
    assert [words for words in said if words not in text_of(face)] == []


def test_a_panel_shows_the_latest_sources_and_says_where_the_others_are(view: View, snapshot: Snapshot) -> None:
    observation = observation_of(view, "$388.5 million")
    claim = view.claims_of(observation)[0]
    many = [{**claim, "claim_id": f"{number:016x}", "original": f"{number:016x}"} for number in range(23)]
    shown = panel(observation, many, snapshot.text)
    assert len([node for node in walk(shown) if kind(node) == "Blockquote"]) == MOST_CARDS
    assert "And 3 earlier sources: CSV of the whole series." in text_of(shown)


def test_the_panel_tells_the_checks_that_do_not_add_up(view: View, snapshot: Snapshot) -> None:
    observation = observation_of(view, "$920 million")
    checks = [
        {"rule": rule, "verdict": verdict, "formula": f"{rule} {verdict}: 2 against 3", "observation_id": "0" * 16}
        for rule, verdict in (("growth", "contradicts"), ("growth", "holds"), ("conflict", "contradicts"))
    ]
    words = text_of(panel(observation, view.claims_of(observation), snapshot.text, checks))
    assert "Contradicts: growth contradicts: 2 against 3" in words
    assert words.count("2 against 3") == 1
