"""A figure's quote, its place and its surroundings; and the proof that a row of the table needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.citation import CONTEXT, LONGEST_QUOTE, cite, verify
from etl.model import Citation, Span

TEXT = "Trade grew.\n It reached $1 billion in 2023. Wheat led."


def test_the_quote_is_the_sentence_without_the_space_around_it() -> None:
    figure = Span(TEXT.index("$"), TEXT.index("$") + 10)
    quote = "It reached $1 billion in 2023."
    start = TEXT.index("It")
    end = start + len(quote)
    assert cite(TEXT, Span(11, end + 1), figure) == Citation(quote, start, end, "Trade grew.\n ", " Wheat led.")


@pytest.mark.parametrize("sentence", [Span(11, 25), Span(30, 40), Span(-1, 50), Span(0, 500)])
def test_a_figure_outside_its_sentence_or_text_is_refused(sentence: Span) -> None:
    with pytest.raises(ValueError, match="must lie in its sentence"):
        cite(TEXT, sentence, Span(24, 34))


def test_a_text_without_sentence_ends_is_quoted_around_the_figure_at_spaces() -> None:
    text = "rice 10 tons wheat 20 tons " * 400
    figure = Span(5400 + 19, 5400 + 26)
    citation = cite(text, Span(0, len(text)), figure)
    assert LONGEST_QUOTE - 40 < len(citation.quote) <= LONGEST_QUOTE
    assert text[citation.start - 1] == text[citation.end] == " "


@given(st.text(st.sampled_from("ab 1\n.$é€😀"), min_size=1, max_size=1500), st.data())
def test_a_quote_holds_its_figure_and_stands_in_the_text_with_its_surroundings(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    sentence = Span(data.draw(st.integers(0, start)), data.draw(st.integers(end, len(text))))
    found = cite(text, sentence, Span(start, end))
    assert text[found.start : found.end] == found.quote
    assert sentence.start <= found.start <= start < end <= found.end <= sentence.end
    assert len(found.quote) <= max(LONGEST_QUOTE, end - start)
    assert text[: found.start].endswith(found.prefix)
    assert text[found.end :].startswith(found.suffix)
    assert len(found.prefix) == min(CONTEXT, found.start)


ROW = {"quote": "It reached $1 billion in 2023.", "quote_start": 13, "quote_end": 43}
ROW |= {"span_text": "$1 billion", "span_start": 24, "span_end": 34}

BREACHES = {
    "as it stands": ({}, None),
    "a quote one character off": (
        {"quote_start": 12},
        "quote at 12-43: expected 'It reached $1 billion in 2023.', the document has ' It reached $1 billion in 2023.'",
    ),
    "another figure": (
        {"span_text": "$2 billion"},
        "span_text at 24-34: expected '$2 billion', the document has '$1 billion'",
    ),
    "beyond the text": ({"span_end": 99}, "span_text at 24-99 is no stretch of the document, which has 54 characters"),
    "an empty quote": (
        {"quote": "", "quote_start": 3, "quote_end": 3},
        "quote at 3-3 is no stretch of the document, which has 54 characters",
    ),
}


@pytest.mark.parametrize(("change", "breach"), BREACHES.values(), ids=BREACHES)
def test_a_row_proves_itself_or_says_what_is_wrong(change: dict[str, object], breach: str | None) -> None:
    assert verify(TEXT, ROW | change) == breach
