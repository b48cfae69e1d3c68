"""A text → its quantities, and the numbers in it that are none with the reason why.

The grammar is anchored in numbers: each number grows to the left and right into a figure (sign, currency, scale, unit,
denominator), neighbours join into ranges, and what a figure leaves out it takes from its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, repeat
from typing import Final, Literal, NamedTuple

from etl.grammar.cents import join_cents
from etl.grammar.characters import legible
from etl.grammar.ellipsis import fill_ellipsis, read_item
from etl.grammar.figures import Figure, Refusal, read_figure
from etl.grammar.labels import PART_OF_NAME
from etl.grammar.local import Local
from etl.grammar.numbers import find_anchors
from etl.grammar.qualifiers import Hedge, find_change, find_hedge
from etl.grammar.ranges import join_ranges
from etl.grammar.tokens import DASHES, Tokens, tokenize
from etl.lexicon.word_classes import word_class
from etl.model import Mention, Quantity

__all__ = ["find_quantities", "read_quantities"]


_ECHO_REACH: Final = 2


class _Reading(NamedTuple):
    figures: list[Figure]
    refusals: list[Refusal]


def find_quantities(text: str, *, home: str | None = None) -> list[Quantity]:
    """The quantities of `text` in order, none overlapping; values in base units, ranges as one quantity.

    `home` is the ISO 3166 alpha-3 code of the document's country: it settles a bare "$", "Rs" or "P".

    >>> [(q.text, q.value, q.unit, q.qualifier) for q in find_quantities("Trade reached about $500 million.")]
    [('$500 million', 500000000.0, 'USD', '~')]
    """
    return read_quantities(text, home=home)[0]


def read_quantities(text: str, *, home: str | None = None) -> tuple[list[Quantity], list[Mention]]:
    """The quantities of `text`, and every other number in it as a mention with the reason it is no quantity.

    Each run of digits is in exactly one quantity or mention.

    >>> [(m.text, m.reason) for m in read_quantities("In 2017 the Su-35 came.")[1]]
    [('2017', 'a year'), ('35', 'part of a name')]
    """
    read = legible(text)
    quantities, mentions = _in_plain(read.text, home)
    if read.as_written:
        return quantities, mentions
    return [read.found(quantity) for quantity in quantities], [read.found(mention) for mention in mentions]


def _in_plain(text: str, home: str | None) -> tuple[list[Quantity], list[Mention]]:
    tokens = tokenize(text)
    anchors = find_anchors(tokens)
    figures, refusals = _read(tokens, anchors, home)
    joined = join_ranges(tokens, join_cents(tokens, figures))
    figures = [figure for figure in fill_ellipsis(tokens, joined) if not _empty(figure)]
    quantities = _quantities(tokens, figures)
    return quantities, _mentions(tokens, anchors, quantities, refusals)


def _read(tokens: Tokens, anchors: list[int], home: str | None) -> _Reading:
    local = Local(tokens, home)
    figures: list[Figure] = []
    refusals: list[Refusal] = []
    done = 0
    for index in anchors:
        if index < done:
            continue
        read = _read_on(tokens, read_figure(tokens, index, local), refusals)
        if isinstance(read, Refusal) and read.reason == PART_OF_NAME and tokens.words[index].isdecimal():
            read = read_item(tokens, index, figures) or read
        if isinstance(read, Figure) and read.first >= done:
            figures.append(read)
        elif isinstance(read, Refusal):
            refusals.append(read)
        done = max(done, read.last if read else index + 1)
    return _Reading(figures, refusals)


def _read_on(tokens: Tokens, read: Figure | Refusal | None, refusals: list[Refusal]) -> Figure | Refusal | None:
    """What was read at a number; one that a hyphen joins to a name goes on that name: A330-200."""
    dash = read.first - 1 if read else 0
    named = bool(refusals) and refusals[-1].last == dash and refusals[-1].reason == PART_OF_NAME
    if read and named and tokens.words[dash] in DASHES and tokens.joins(dash):
        return Refusal(read.first, read.first + 1, PART_OF_NAME)
    return read


def _empty(figure: Figure) -> bool:
    """Whether a number word found neither unit nor noun: "the two", "one of them"."""
    return figure.kind == "bare" and figure.form == "words" and figure.scale == 1


def _quantities(tokens: Tokens, figures: list[Figure]) -> list[Quantity]:
    """A conversion in brackets has the qualifier of what it converts; "fell $65m, or 13%" is one fall, said twice."""
    quantities: list[Quantity] = []
    before = 0
    for figure in figures:
        quantity = _quantity(tokens, figure, before)
        if quantities and figure.first - before <= _ECHO_REACH:
            quantity = _echo(tokens.words[before : figure.first], quantities[-1], quantity)
        quantities.append(quantity)
        before = figure.last
    return quantities


def _echo(between: list[str], previous: Quantity, quantity: Quantity) -> Quantity:
    """echo = figure ("(" | "/") figure | figure ","? "or" figure of another unit | percent "and" percent"""
    if between in (["("], ["/"]) and quantity.qualifier == "=":
        return replace(quantity, qualifier=previous.qualifier)
    restated = between in (["or"], [",", "or"]) and previous.unit != quantity.unit
    paired = between == ["and"] and previous.unit == quantity.unit == "percent"
    if (restated or paired) and quantity.change is None:
        return replace(quantity, change=previous.change)
    return quantity


def _quantity(tokens: Tokens, figure: Figure, before: int) -> Quantity:
    """The quantity of a figure; `before` is where the figure before it ends."""
    hedge = find_hedge(tokens, figure.first, figure.last)
    start, end = tokens.starts[figure.first], tokens.ends[figure.last - 1]
    return Quantity(
        start=start,
        end=end,
        text=tokens.text[start:end],
        value=figure.value,
        value_upper=figure.upper,
        unit=figure.canonical,
        qualifier="=" if _compares(tokens, figure, hedge, before) else hedge.qualifier,
        change=find_change(tokens, hedge.first, hedge.last, of=_what(figure)),
    )


def _compares(tokens: Tokens, figure: Figure, hedge: Hedge, before: int) -> bool:
    """Whether a wording tells against what or how long, not how much: 40% more than the 5,000; paid over five years"""
    if hedge.qualifier == "=" or hedge.first == figure.first:
        return False
    lasts = tokens.words[hedge.first] == "over" and figure.unit in word_class("time")
    return hedge.first == before or (lasts and tokens.words[hedge.first - 1] not in word_class("while"))


def _what(figure: Figure) -> Literal["thing", "sum", "other"]:
    """What a word of change can do to a figure: 1,240 items fall to zero duty, a firm raised $5 million."""
    if figure.kind == "noun":
        return "thing"
    return "sum" if figure.kind == "money" and figure.scale > 1 else "other"


def _mentions(tokens: Tokens, anchors: list[int], quantities: list[Quantity], refusals: list[Refusal]) -> list[Mention]:
    """A mention for each numeral that no quantity covers."""
    reasons = {index: refusal.reason for refusal in refusals for index in range(refusal.first, refusal.last)}
    covered: Iterator[Quantity | None] = chain(quantities, repeat(None))
    current = next(covered)
    mentions = []
    for index in anchors:
        start = tokens.starts[index]
        while current is not None and current.end <= start:
            current = next(covered)
        numeral = tokens.words[index][-1].isdecimal()
        if (current is None or start < current.start) and (numeral or index in reasons):
            mentions.append(_mention(tokens, index, reasons.get(index, PART_OF_NAME)))
    return mentions


def _mention(tokens: Tokens, index: int, reason: str) -> Mention:
    return Mention(tokens.starts[index], tokens.ends[index], tokens.raw[index], reason)
