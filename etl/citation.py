"""A place in a text → the citation that proves it, and a row of the tidy table → what is wrong with its proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from etl.model import Citation, Span

__all__ = ["CONTEXT", "LONGEST_QUOTE", "cite", "verify"]

# Enough characters around a quote to find it again after a re-crawl, as W3C TextQuoteSelector examples keep.
CONTEXT = 32
# A text without sentence ends (a table run together) would else be quoted whole for every figure in it.
LONGEST_QUOTE = 600

_OFFSETS = (("quote", "quote_start", "quote_end"), ("span_text", "span_start", "span_end"))


def cite(text: str, sentence: Span, figure: Span) -> Citation:
    """The citation of `figure`: its sentence without the white space around it, exactly as in `text`.

    A sentence longer than `LONGEST_QUOTE` characters is cut at spaces around the figure. Raises `ValueError` when the
    figure does not lie in the sentence, or the sentence not in the text.

    >>> cite("Trade grew. It reached $1 billion. Wheat led.", Span(11, 35), Span(23, 33))
    Citation(quote='It reached $1 billion.', start=12, end=34, prefix='Trade grew. ', suffix=' Wheat led.')
    """
    if not 0 <= sentence.start <= figure.start < figure.end <= sentence.end <= len(text):
        message = f"the figure {figure} must lie in its sentence {sentence}, and that in the {len(text)} characters"
        raise ValueError(message)
    start, end = _stripped(text, _cut(text, sentence, figure), figure)
    return Citation(text[start:end], start, end, text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])


def verify(text: str, row: Mapping[Any, object]) -> str | None:
    """None when the quote and the figure of `row` stand in `text` at their offsets, else what is wrong.

    `row` has the columns `quote, quote_start, quote_end, span_text, span_start, span_end` of the tidy table.

    >>> row = {"quote": "Trade: $1 bn.", "quote_start": 0, "quote_end": 13}
    >>> row |= {"span_text": "$1 bn", "span_start": 7, "span_end": 12}
    >>> verify("Trade: $1 bn.", row)
    >>> verify("Trade: $2 bn.", row)
    "quote at 0-13: expected 'Trade: $1 bn.', the document has 'Trade: $2 bn.'"
    """
    for column, start_column, end_column in _OFFSETS:
        expected, start, end = str(row[column]), int(str(row[start_column])), int(str(row[end_column]))
        if not 0 <= start < end <= len(text):
            return f"{column} at {start}-{end} is no stretch of the document, which has {len(text)} characters"
        if (found := text[start:end]) != expected:
            return f"{column} at {start}-{end}: expected {expected!r}, the document has {found!r}"
    return None


def _cut(text: str, sentence: Span, figure: Span) -> Span:
    if sentence.end - sentence.start <= LONGEST_QUOTE:
        return sentence
    room = max(0, LONGEST_QUOTE - (figure.end - figure.start)) // 2
    start, end = max(sentence.start, figure.start - room), min(sentence.end, figure.end + room)
    if start > sentence.start:
        start = _after_space(text, start, figure.start)
    if end < sentence.end:
        end = _before_space(text, figure.end, end)
    return Span(start, end)


def _after_space(text: str, start: int, end: int) -> int:
    space = text.find(" ", start, end)
    return space + 1 if space >= 0 else start


def _before_space(text: str, start: int, end: int) -> int:
    space = text.rfind(" ", start, end)
    return space if space >= 0 else end


def _stripped(text: str, sentence: Span, figure: Span) -> tuple[int, int]:
    start, end = sentence.start, sentence.end
    while start < figure.start and text[start].isspace():
        start += 1
    while end > figure.end and text[end - 1].isspace():
        end -= 1
    return start, end
