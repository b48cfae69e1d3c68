"""The header of a table → which column holds what, and what kind of table it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from etl.errors import DatasetError
from etl.reference.codes import UnmappedError, column_words, plain_name
from etl.reference.records import Record

__all__ = ["FIELDS", "Layout", "find_layout"]

Kind = Literal["trade", "wide", "coded", "tidy"]

# What a column can hold, in the order in which columns are given out.
FIELDS = (
    *("reporter", "partner", "parties", "metric", "flow", "product", "indicator", "unit", "multiplier", "kind"),
    *("period", "period_start", "period_end", "calendar", "value", "weight", "weight_estimated", "status"),
    *("dataset", "publisher", "url", "published", "retrieved", "measure", "frequency", "classification", "type"),
)
# Lines in which the header must stand: a World Bank file has four before it.
_PREAMBLE = 20
_YEAR = re.compile(r"(?:18|19|20)\d\d(?: \[YR\d{4}\])?")
# The measure of SDMX: columns before it are dimensions, those behind it only explain.
_MEASURE = "obsvalue"
_CODED = frozenset(("reporter", "partner", "product", "flow", "indicator", "unit", "multiplier", "status", "frequency"))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of a table stand: field → column; `years` are the columns of a wide table that are years.

    `totals` are columns that split a figure further, `labelled` says that cells are "A: Annual", and `before` are the
    rows before the header.
    """

    kind: Kind
    names: tuple[str, ...]
    columns: Mapping[str, int]
    years: tuple[int, ...] = ()
    totals: tuple[int, ...] = ()
    labelled: bool = False
    before: tuple[tuple[str, ...], ...] = field(default=())

    def cell(self, row: Sequence[str], name: str) -> str:
        """What a row says of a field; "" where the table has no such column. Raises `UnmappedError` for a short row."""
        at = self.columns.get(name)
        if at is None:
            return ""
        if at >= len(row):
            message = f"{len(row)} cells where the header names {len(self.names)} columns"
            raise UnmappedError(message, name)
        text = row[at].strip()
        return text.partition(":")[0].strip() if self.labelled and name in _CODED else text

    def check_totals(self, row: Sequence[str]) -> None:
        """Raise `UnmappedError` where a column says that the row is only a part of the figure."""
        for at in self.totals:
            cell = row[at].partition(":")[0].strip() if at < len(row) else ""
            if cell and plain_name(cell) not in column_words("all"):
                message = f"{self.names[at]} {cell!r}: a part of the figure, or a dimension that we do not know"
                raise UnmappedError(message, self.names[at])


def find_layout(records: Iterable[Record], given: Mapping[str, str], name: str) -> Layout:
    """The layout by the first row that names columns we know; `given` names columns of fields.

    Raises `DatasetError` where there is no such row, or no column of a name that was given.
    """
    before: list[tuple[str, ...]] = []
    for _, record in zip(range(_PREAMBLE), records, strict=False):
        cells = record.cells or ()
        if layout := _layout(cells, given, tuple(before)):
            return layout
        before.append(cells)
    missing = [column for column in given.values() if all(column not in cells for cells in before)]
    told = f" (no column is called {missing[0]!r})" if missing else ""
    message = (
        f"{name}: no line names columns of official statistics{told}; a tidy table has metric, reporter, period, unit "
        "and value, and --column FIELD=NAME names others"
    )
    raise DatasetError(message)


def _layout(cells: tuple[str, ...], given: Mapping[str, str], before: tuple[tuple[str, ...], ...]) -> Layout | None:
    names = [plain_name(cell.partition(":")[0]) for cell in cells]
    at = {one: found for one in FIELDS if (found := _place(one, cells, names, given)) is not None}
    years = tuple(number for number, cell in enumerate(cells) if _YEAR.fullmatch(cell.strip()))
    kind = _kind(at.keys(), years)
    if kind is None or any(column not in cells for column in given.values()):
        return None
    return Layout(
        kind=kind,
        names=cells,
        columns=at,
        years=years if kind == "wide" else (),
        totals=_totals(names, set(at.values())),
        labelled=any(":" in cell for cell in cells),
        before=before,
    )


def _place(one: str, cells: Sequence[str], names: Sequence[str], given: Mapping[str, str]) -> int | None:
    if one in given:
        return cells.index(given[one]) if given[one] in cells else None
    return next((names.index(word) for word in column_words(one) if word in names), None)


def _kind(fields: Iterable[str], years: Sequence[int]) -> Kind | None:
    has = set(fields)
    kinds: tuple[tuple[Kind, set[str]], ...] = (
        ("tidy", {"metric", "value", "period"}),
        ("tidy", {"metric", "value", "period_start", "period_end"}),
        ("trade", {"reporter", "flow", "product", "period", "value"}),
        ("coded", {"reporter", "indicator", "period", "value"}),
    )
    found = next((kind for kind, needs in kinds if needs <= has), None)
    return found or ("wide" if years and {"reporter", "indicator"} <= has else None)


def _totals(names: Sequence[str], taken: set[int]) -> tuple[int, ...]:
    """Columns that split a figure: those the table lists, and every dimension of SDMX that is not known."""
    known, notes = column_words("total"), {*column_words("note"), ""}
    dimensions = names[: names.index(_MEASURE)] if _MEASURE in names else []
    return tuple(
        number
        for number, name in enumerate(names)
        if number not in taken and name not in notes and (name in known or number < len(dimensions))
    )
