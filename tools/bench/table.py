"""Measurements → the tables of the README, in Markdown: a row a system, and how far ours is from the best other."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tools.bench.gold import Marks

__all__ = ["Measurement", "render", "replace_block"]

BEGIN, END = "<!-- begin: written by `make bench` -->", "<!-- end: written by `make bench` -->"


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What was measured of one system in one task, or the reason why nothing was.

    `marks` also holds `speed` in kilobytes a second and `memory` in megabytes; `failures` are the texts on which the
    system raised an error.
    """

    title: str
    task: str
    ours: bool = False
    marks: Marks = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class _Column:
    heading: str
    mark: str
    best: Callable[[Sequence[float]], float] = max
    ratio: bool = False


_COST: Final = (_Column("KB/s", "speed", ratio=True), _Column("MB", "memory", best=min, ratio=True))
_FALSE: Final = _Column("false", "false", best=min)
_COLUMNS: Final = {
    "quantities": (
        _Column("value", "value"),
        _Column("value and unit", "value+unit"),
        _Column("value and change", "value+change"),
        _Column("money, %, physical: value and unit", "main value+unit"),
        _FALSE,
        _Column("R-Text: value", "R-Text value"),
        _Column("R-Text: value and unit", "R-Text value+unit"),
        *_COST,
    ),
    "periods": (_Column("found", "found"), _Column("both days right", "exact"), _FALSE, *_COST),
    "claims": (_Column("found", "found"), _Column("right in all", "right"), _FALSE, *_COST),
}
_WHOLE: Final = ("false",)


def render(measurements: Sequence[Measurement], about: Mapping[str, str], when: str, where: str) -> str:
    """A table a task, each below what `about` says of its data; `when` is the day, `where` the machine."""
    head = (
        f"Measured on {when} in one run ({where}): each system in a process of its own on one core. F1 in per cent; "
        "KB/s of processor time over sentences of business news (claims: over the articles), loading not counted; MB "
        "at the peak. *beside the best other* is a difference, for KB/s and MB a ratio. Our rules were developed on "
        "these data, so expect less of us on others."
    )
    sections = [
        f"{_wrapped(said)}\n\n{_section(task, [each for each in measurements if each.task == task])}"
        for task, said in about.items()
    ]
    return "\n\n".join([_wrapped(head), *sections]) + "\n"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 119, break_on_hyphens=False)


def _section(task: str, measurements: Sequence[Measurement]) -> str:
    columns = _COLUMNS[task]
    headings = " | ".join(column.heading for column in columns)
    rows = [f"| | {headings} |", "|---" + "|--:" * len(columns) + "|"]
    rows += [_row(each, columns) for each in measurements]
    return "\n".join([*rows, *_beside(measurements, columns), *_notes(measurements)])


def _row(each: Measurement, columns: Sequence[_Column]) -> str:
    cells = [_number(column.mark, each.marks[column.mark]) if each.marks else "–" for column in columns]
    return f"| {each.title} | {' | '.join(cells)} |"


def _number(mark: str, value: float) -> str:
    """Three digits that count.

    >>> [_number("speed", 4.731), _number("speed", 1234.5), _number("value", 90.25), _number("false", 5)]
    ['4.7', '1,234', '90.2', '5']
    """
    return f"{value:.1f}" if mark not in _WHOLE and value < 100 else f"{value:,.0f}"  # noqa: PLR2004


def _beside(measurements: Sequence[Measurement], columns: Sequence[_Column]) -> list[str]:
    """The row of ours against the best other of each column; none without either."""
    ours = [each.marks for each in measurements if each.ours and each.marks]
    others = [each.marks for each in measurements if not each.ours and each.marks]
    if not ours or not others:
        return []
    cells = [_compare(column, ours[0], column.best([marks[column.mark] for marks in others])) for column in columns]
    return [f"| *beside the best other* | {' | '.join(cells)} |"]


def _compare(column: _Column, ours: Marks, best: float) -> str:
    if column.ratio:
        return f"× {_number(column.mark, ours[column.mark] / best)}"
    sign = {1: "+", -1: "−", 0: ""}[(ours[column.mark] > best) - (ours[column.mark] < best)]
    return f"{sign}{_number(column.mark, abs(ours[column.mark] - best))}"


def _notes(measurements: Sequence[Measurement]) -> list[str]:
    notes = [f"{each.title} was not measured: {each.reason}" for each in measurements if each.reason]
    notes += [
        f"{each.title} failed on {len(each.failures)} texts, the first time with `{each.failures[0]}`."
        for each in measurements
        if each.failures
    ]
    return [line for note in notes for line in ("", note)]


def replace_block(page: str, block: str) -> str:
    r"""`page` with what stands between its two marks replaced.

    >>> replace_block(f"Head\n{BEGIN}\nold\n{END}\nFoot", "new\n")
    'Head\n<!-- begin: written by `make bench` -->\n\nnew\n\n<!-- end: written by `make bench` -->\nFoot'
    """
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{block}\n{END}{rest.partition(END)[2]}"
