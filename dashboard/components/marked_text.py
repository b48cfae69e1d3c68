"""A document's text, its claims and the numbers not used → the text with each of them marked, a part at a time.

A claim is a link to the page of its figure. A number that was not used tells its reason: to a mouse by its title, on
focus and on a tap by a note (assets/document.js).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components.markup import data
from dashboard.data import Row, records
from dashboard.form import whole
from dashboard.words import count, direction, figure, known, page_of, period_of, product_name
from etl.series import calendar_group
from etl.titles import metric_title

__all__ = ["MOST_CHARACTERS", "MOST_MARKS", "Mark", "MarkedText", "legend"]

# A browser draws a part of this size in a fraction of a second.
MOST_CHARACTERS, MOST_MARKS = 200_000, 500
"""What a part of a text has at most."""

# What a mark needs of a claim: of the thousands in a long text all columns take a second to read.
_TOLD = [
    *("claim_id", "observation_id", "span_text", "span_start", "span_end", "page"),
    *("metric", "product", "reporter", "partner", "parties", "value", "value_upper", "unit", "qualifier"),
    *("period_start", "period_end", "period_label"),
]


@dataclass(frozen=True)
class Mark:
    """A place of the text: a claim, or a number that was not used."""

    start: int
    end: int
    row: Row

    @property
    def is_claim(self) -> bool:
        """Whether a claim stands here."""
        return "claim_id" in self.row

    @property
    def told(self) -> str:
        """What a reader is told of it."""
        return _claimed(self.row) if self.is_claim else f"Not used: {self.row['reason']}"


@dataclass(frozen=True)
class MarkedText:
    """A text with what was found in it; offsets count its characters.

    `claims` and `mentions` are those of the one document. Claims of a store have an `observation_id`, which their
    marks link to; those that are not kept yet have none.
    """

    text: str
    claims: pd.DataFrame
    mentions: pd.DataFrame

    @cached_property
    def marks(self) -> list[Mark]:
        """The marks in the order of the text; a number inside another is marked once."""
        told = self.claims[[name for name in _TOLD if name in self.claims]]
        rows = [*records(told.assign(calendar_group=calendar_group(self.claims))), *records(self.mentions)]
        found = [Mark(int(row["span_start"]), int(row["span_end"]), row) for row in rows]
        marks: list[Mark] = []
        for mark in sorted(found, key=lambda mark: (mark.start, mark.end)):
            if not marks or mark.start >= marks[-1].end:
                marks.append(mark)
        return marks

    @cached_property
    def parts(self) -> list[tuple[int, int]]:
        """Where each part begins and ends: together they are the text, and none cuts a mark in two."""
        parts = [(0, self._end_of_part(0))]
        while parts[-1][1] < len(self.text):
            start = parts[-1][1]
            parts.append((start, self._end_of_part(start)))
        return parts

    def part_of(self, claim_id: str) -> int | None:
        """The number of the part, from 0, that has a claim; None where no part has it."""
        place = next((mark.start for mark in self.marks if mark.row.get("claim_id") == claim_id), None)
        if place is None:
            return None
        return next(number for number, (_, end) in enumerate(self.parts) if place < end)

    def marks_of(self, part: int) -> list[Mark]:
        """The marks of a part."""
        first, last = (bisect_left(self._starts, place) for place in self.parts[part])
        return self.marks[first:last]

    def nodes(self, part: int | None = None, pointed: str = "") -> list[str | Component]:
        """A part, or the whole, as nodes: marks where they belong, everything else as it is, nothing lost or doubled.

        `pointed` is the id of a claim to point out.
        """
        at, end = (0, len(self.text)) if part is None else self.parts[part]
        nodes: list[str | Component] = []
        for mark in self.marks if part is None else self.marks_of(part):
            nodes += [self.text[at : mark.start], _claim(mark, pointed) if mark.is_claim else _unused(mark)]
            at = mark.end
        return [node for node in [*nodes, self.text[at:end]] if node != ""]

    @cached_property
    def _starts(self) -> list[int]:
        return [mark.start for mark in self.marks]

    def _end_of_part(self, start: int) -> int:
        """Where a part ends: after a line of its second half, else before the mark that has no room."""
        over = bisect_left(self._starts, start) + MOST_MARKS
        limit = min(start + MOST_CHARACTERS, self._starts[over] if over < len(self.marks) else len(self.text))
        if limit >= len(self.text):
            return len(self.text)
        line = self.text.rfind("\n", (start + limit) // 2, limit) + 1
        return self._before_mark(line or limit, start)

    def _before_mark(self, place: int, start: int) -> int:
        """The place; where it would cut a mark in two the beginning of that, if the part begins before it."""
        number = bisect_left(self._starts, place) - 1
        if number < 0 or self.marks[number].end <= place:
            return place
        mark = self.marks[number]
        return mark.start if mark.start > start else mark.end


def legend(marks: list[Mark]) -> Component:
    """What is marked in a text, how often; of the numbers that were not used for which reasons."""
    claims = sum(mark.is_claim for mark in marks)
    reasons = Counter(str(mark.row["reason"]) for mark in marks if not mark.is_claim)
    unused = sum(reasons.values())
    lines: list[list[str | Component]] = []
    if claims:
        lines.append([html.Mark(count(claims, "claim")), "; each opens the page of its figure."])
    if unused:
        why = "; ".join(f"{reason} ({whole(number)})" for reason, number in reasons.most_common())
        lines.append([html.Span(count(unused, "number"), className="unused"), f" seen and not used: {why}."])
    return html.Ul([html.Li(line) for line in lines], className="legend")


def _claimed(claim: Row) -> str:
    product = product_name(claim["product"]).lower() if known(claim["product"]) else ""
    what = (metric_title(claim["metric"]), product, direction(claim))
    said = (figure(claim), period_of(claim), page_of(claim))
    return ": ".join(", ".join(part for part in parts if part) for parts in (what, said))


def _claim(mark: Mark, pointed: str) -> Component:
    claim, words = mark.row, mark.row["span_text"]
    to_page = "observation_id" in claim
    inner = (
        html.A(words, href=f"/observation/{claim['observation_id']}", title=mark.told, **data(claim=claim["claim_id"]))
        if to_page
        else words
    )
    return html.Mark(
        inner, title=None if to_page else mark.told, className="pointed" if claim["claim_id"] == pointed else ""
    )


def _unused(mark: Mark) -> Component:
    return html.Span(mark.row["span_text"], className="unused", title=mark.told, tabIndex=0, role="note")
