"""A file of official statistics → its figures as tidy rows, and the rows that were not taken with the reasons."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple, TypedDict, Unpack

import pandas as pd

from etl.errors import DatasetError
from etl.frame import typed
from etl.lexicon import read_table
from etl.lexicon.units import dimension
from etl.model import KINDS, read_day
from etl.reference.accounts import accounts_year, special_notes
from etl.reference.codes import (
    WORLD,
    Meaning,
    UnmappedError,
    kind_of,
    meaning_of,
    product_of,
    read_area,
    read_status,
    read_unit,
)
from etl.reference.columns import REFERENCE_COLUMNS, SKIPPED_COLUMNS
from etl.reference.layout import FIELDS, Layout, find_layout
from etl.reference.numbers import decimal_sign, is_empty, read_number
from etl.reference.periods import (
    Calendar,
    Stretch,
    are_fiscal,
    last_day,
    read_calendar,
    read_stretch,
    stretch_of,
)
from etl.reference.records import Record, Sheet, read_sheet

__all__ = ["Dataset", "Options", "read_dataset", "read_reference"]

_COMTRADE = ("UN Comtrade", "United Nations Statistics Division")
_WORLD_BANK = "World Bank"
_SCALES = {"units": 0, "thousands": 3, "millions": 6, "billions": 9, "trillions": 12}
_MOST_POWER = 15
# "ESTAT:NAMA_10_GDP(1.0): National accounts": agency, dataset, and a version that no figure depends on.
_FLOW = re.compile(r"(?:([^:(]+):)?([^:(]*).*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a file holds: `figures` in `REFERENCE_COLUMNS`, `skipped` rows in `SKIPPED_COLUMNS`, and its SHA-256."""

    figures: pd.DataFrame
    skipped: pd.DataFrame
    sha256: str


class Options(TypedDict, total=False):
    """What a file does not say of itself, or says otherwise than we read it; all may be left out.

    `columns` maps our fields to columns of the file. `dataset`, `publisher`, `url`, `published` and `retrieved` (days)
    complete the citation, and go before what the file says. `calendar` is "gregorian", "fiscal" (that of each
    country), or "fiscal:Jul": which years the file goes by. `decimal` is "." or ",".
    """

    columns: Mapping[str, str] | None
    dataset: str | None
    publisher: str | None
    url: str | None
    published: dt.date | str | None
    retrieved: dt.date | str | None
    calendar: str | None
    decimal: str | None


class _Subject(NamedTuple):
    """What a row is about; `code` is the publisher's name of the series."""

    metric: str
    product: str
    reporter: str
    partner: str
    parties: str
    kind: str
    unit: str
    power: int
    factor: float
    of: str
    measure: str
    code: str


@dataclass(frozen=True)
class _File:
    """A table with its layout, and what was said of it: a citation, a calendar, the decimal sign."""

    sheet: Sheet
    layout: Layout
    records: tuple[Record, ...]
    said: Mapping[str, object]
    calendar: Calendar | None
    given_decimal: str | None
    stretches: dict[tuple[str, ...], Stretch] = field(default_factory=dict)

    def cell(self, record: Record, name: str) -> str:
        return self.layout.cell(record.cells or (), name)

    @cached_property
    def decimal(self) -> str | None:
        columns = [self.layout.columns[name] for name in ("value", "weight") if name in self.layout.columns]
        chosen = [*columns, *self.layout.years]
        return self.given_decimal or decimal_sign(self._cells(chosen))

    @cached_property
    def pairs_are_fiscal(self) -> bool | None:
        if self.layout.kind != "tidy" or "period" not in self.layout.columns:
            return False
        return are_fiscal(set(self._cells([self.layout.columns["period"]])))

    @cached_property
    def accounts(self) -> Mapping[str, str]:
        """Country → what the archive's metadata notes on it."""
        return special_notes(self.sheet.notes)

    def _cells(self, columns: Sequence[int]) -> Iterator[str]:
        return (
            record.cells[at].strip()
            for record in self.records
            if record.cells
            for at in columns
            if at < len(record.cells)
        )


def read_reference(path: str | os.PathLike[str], **options: Unpack[Options]) -> pd.DataFrame:
    """The official figures of a file: one row a figure, columns and dtypes of `REFERENCE_COLUMNS`.

    The options are those of `read_dataset`, which also tells which rows were not taken, and why.
    """
    return read_dataset(path, **options).figures


def read_dataset(path: str | os.PathLike[str], **options: Unpack[Options]) -> Dataset:
    """The figures of a file of official statistics, and the rows that were not taken with their reasons.

    `options` are named and explained in `Options`. Raises `DatasetError` for a file that is none of the formats, and
    for an option that does not fit it.
    """
    file = _open(Path(path), options)
    figures: list[dict[str, object]] = []
    skipped: list[dict[str, object]] = []
    seen: dict[str, dict[str, object]] = {}
    for found in (row for record in file.records for row in _read_record(file, record)):
        first = seen.setdefault(str(found["reference_id"]), found) if "reference_id" in found else None
        if first is found:
            figures.append(found)
        else:
            skipped.append(found if first is None else _repeated(found, first))
    return Dataset(typed(figures, REFERENCE_COLUMNS), typed(skipped, SKIPPED_COLUMNS), file.sheet.sha256)


def _open(path: Path, options: Options) -> _File:
    columns, decimal = options.get("columns") or {}, options.get("decimal")
    if unknown := [name for name in columns if name not in FIELDS]:
        message = f"no field {unknown[0]!r}; the fields are {', '.join(FIELDS)}"
        raise DatasetError(message)
    if decimal not in {None, ".", ","}:
        message = f"no decimal sign: {decimal!r}; expected . or ,"
        raise DatasetError(message)
    days = {"published": _given_day(options, "published"), "retrieved": _given_day(options, "retrieved")}
    texts = {name: options.get(name) for name in ("dataset", "publisher", "url")}
    calendar = read_calendar(options.get("calendar"))
    sheet = read_sheet(path)
    records = iter(tuple(sheet.records()))
    layout = find_layout(records, columns, sheet.name)
    return _File(sheet, layout, tuple(records), {**texts, **days}, calendar, decimal)


def _repeated(row: Mapping[str, object], first: Mapping[str, object]) -> dict[str, object]:
    """A figure of a series and period that an earlier row has, as a skipped row."""
    same = "the same figure" if first["value"] == row["value"] else f"another figure ({first['cell']})"
    reason = f"line {first['line']} has {same} for this series and period"
    return {name: row[name] for name in ("file", "line", "column", "cell")} | {"reason": reason}


def _read_record(file: _File, record: Record) -> Iterator[dict[str, object]]:
    """The figures of a row, and what of it was not taken."""
    try:
        file.layout.check_totals(_whole(record))
        subject = _subject(file, record)
        citation = _citation(file, record)
    except UnmappedError as error:
        yield _skip(file, record, error, None)
        return
    for at, period in _cells(file, record):
        try:
            yield from _figure(file, record, subject, at, period, citation)
        except UnmappedError as error:
            yield _skip(file, record, error, at)


def _whole(record: Record) -> tuple[str, ...]:
    if record.cells is None:
        message = "a quotation mark is opened and not closed"
        raise UnmappedError(message)
    return record.cells


def _cells(file: _File, record: Record) -> Iterator[tuple[int, str]]:
    """The columns of a row that hold figures, with the period each is of."""
    layout = file.layout
    if layout.kind == "wide":
        yield from ((at, layout.names[at].strip()) for at in layout.years)
        return
    period = layout.cell(record.cells or (), "period")
    yield from ((layout.columns[name], period) for name in ("value", "weight") if name in layout.columns)


def _figure(
    file: _File, record: Record, subject: _Subject, at: int, period: str, citation: Mapping[str, object]
) -> Iterator[dict[str, object]]:
    cell = record.cells[at] if record.cells and at < len(record.cells) else ""
    is_weight = at == file.layout.columns.get("weight")
    if is_empty(cell):
        # Years without a figure are no rows of a wide table, and few flows of goods are weighed.
        if file.layout.kind == "wide" or is_weight:
            return
        message = "no figure in the cell"
        raise UnmappedError(message, "value")
    status = read_status(file.cell(record, "status"))
    if is_weight:
        subject = subject._replace(unit="kilogram", power=0, factor=1.0, measure=f"{subject.measure}, net weight")
        status = "estimate" if file.cell(record, "weight_estimated").casefold() in {"true", "1"} else status
    value = read_number(cell, file.decimal, subject.power) * subject.factor
    if is_weight and value == 0:
        message = "net weight 0: it was not given"
        raise UnmappedError(message, "weight")
    stretch = _stretch(file, record, subject, period)
    yield {
        "reference_id": _reference_id(subject, citation, stretch),
        **subject._asdict(),
        **_named(subject),
        "value": value,
        "status": status,
        "period_start": stretch.start,
        "period_end": stretch.end,
        "period_label": stretch.label,
        "period_granularity": stretch.granularity,
        "period_calendar": stretch.calendar,
        **citation,
        "line": record.line,
        "column": file.layout.names[at],
        "cell": cell,
        "quote": record.text,
        "cell_start": record.starts[at],
    }


def _subject(file: _File, record: Record) -> _Subject:
    if file.layout.kind == "tidy":
        return _tidy_subject(file, record)
    name = "flow" if file.layout.kind == "trade" else "indicator"
    code = file.cell(record, name)
    meaning = meaning_of(code, name)
    product = _goods(file, record) if file.layout.kind == "trade" else meaning.product
    unit, power, factor = _unit(file, record, meaning)
    area = read_area(file.cell(record, "reporter"), "reporter")
    partner = _partner(file, record)
    reporter, partner = (area, partner) if meaning.party == "reporter" else ("", area)
    goods = file.cell(record, "product") if file.layout.kind == "trade" else ""
    measure = ", ".join(filter(None, (meaning.measure, goods and f"HS {goods}")))
    parties = ";".join(sorted(filter(None, {reporter, partner})))
    code = " ".join(filter(None, (code, goods)))
    return _Subject(
        meaning.metric,
        product,
        reporter,
        partner,
        parties,
        meaning.kind,
        unit,
        power,
        factor,
        meaning.of,
        measure,
        code,
    )


def _tidy_subject(file: _File, record: Record) -> _Subject:
    metric = file.cell(record, "metric")
    written = file.cell(record, "unit")
    if not written:
        message = "no unit; name its column with --column unit=NAME"
        raise UnmappedError(message, "unit")
    unit, power, factor = read_unit(written)
    kind = file.cell(record, "kind") or kind_of(metric, unit)
    if kind not in KINDS:
        message = f"no kind: {kind!r}; the kinds are {', '.join(KINDS)}"
        raise UnmappedError(message, "kind")
    kind_of(metric, "USD")  # a metric that there is
    product = product_of(file.cell(record, "product") or "TOTAL")
    cells = {name: file.cell(record, name) for name in ("reporter", "partner")}
    sides = {name: read_area(cell, name, ours=True) if cell else "" for name, cell in cells.items()}
    others = [read_area(code, "parties", ours=True) for code in file.cell(record, "parties").split(";") if code]
    reporter, partner = sides["reporter"], "" if sides["partner"] == WORLD else sides["partner"]
    parties = sorted({*filter(None, (reporter, partner)), *others})
    if _is_pair(metric) and len(parties) > 1:
        reporter = partner = ""
    power += _multiplier(file.cell(record, "multiplier"))
    measure = file.cell(record, "measure")
    return _Subject(
        metric, product, reporter, partner, ";".join(parties), kind, unit, power, factor, "period", measure, measure
    )


def _goods(file: _File, record: Record) -> str:
    code, classification = file.cell(record, "product"), file.cell(record, "classification")
    if file.cell(record, "type") == "S":
        message = "trade in services has no codes of goods"
        raise UnmappedError(message, "type")
    if code != "TOTAL" and classification and not classification.upper().startswith("H"):
        message = f"classification {classification!r} is not the Harmonized System"
        raise UnmappedError(message, "classification")
    return product_of(code)


def _partner(file: _File, record: Record) -> str:
    if "partner" not in file.layout.columns:
        return ""
    found = read_area(file.cell(record, "partner"), "partner")
    return "" if found == WORLD else found


def _unit(file: _File, record: Record, meaning: Meaning) -> tuple[str, int, float]:
    written = file.cell(record, "unit")
    power = _multiplier(file.cell(record, "multiplier"))
    if not written:
        if not meaning.unit:
            message = "no unit; name its column with --column unit=NAME"
            raise UnmappedError(message, "unit")
        return meaning.unit, power, 1.0
    unit, more, factor = read_unit(written)
    if meaning.unit not in {"", unit}:
        message = f"unit {written!r} where the indicator is in {meaning.unit}"
        raise UnmappedError(message, "unit")
    if meaning.kind == "level" and unit == "percent":
        message = f"{meaning.metric} in percent: of what is not said"
        raise UnmappedError(message, "unit")
    return unit, power + more, factor


def _multiplier(cell: str) -> int:
    named = _SCALES.get(cell.casefold(), cell or "0")
    try:
        power = int(named)
    except ValueError:
        power = _MOST_POWER + 1
    if abs(power) > _MOST_POWER:
        message = f"no power of ten: {cell!r}"
        raise UnmappedError(message, "multiplier")
    return power


def _stretch(file: _File, record: Record, subject: _Subject, period: str) -> Stretch:
    country = subject.reporter or subject.partner or None
    key = (period, country or "", subject.of, file.cell(record, "frequency"), file.cell(record, "calendar"))
    ends = file.cell(record, "period_start"), file.cell(record, "period_end")
    if (known := file.stretches.get((*key, *ends))) is None:
        known = file.stretches[*key, *ends] = _read_stretch(file, subject.of, key, ends)
    return known


def _read_stretch(file: _File, of: str, key: tuple[str, ...], ends: tuple[str, str]) -> Stretch:
    period, country, _, frequency, own = key
    try:
        calendar = read_calendar(own) or file.calendar
    except DatasetError as error:
        raise UnmappedError(str(error), "calendar") from error
    first, last = (read_day(end) for end in ends)
    if first and last and first <= last:
        return stretch_of(first, last, calendar, country or None)
    found = read_stretch(period, calendar, country or None, frequency=frequency, pairs_are_fiscal=file.pairs_are_fiscal)
    if of == "accounts" and calendar is None and found.granularity == "year":
        return accounts_year(found, country, file.accounts)
    return last_day(found) if of == "end" else found


def _citation(file: _File, record: Record) -> dict[str, object]:
    """Where a figure comes from: what the options say, else the row, else the lines before the header."""
    agency, flow = _FLOW.fullmatch(file.cell(record, "dataset")).groups("")  # type: ignore[union-attr]  # fits all
    head = {cells[0]: cells[1] for cells in file.layout.before if len(cells) > 1}
    stem = Path(file.sheet.name.partition("/")[0]).stem
    comtrade = _COMTRADE if file.layout.kind == "trade" and not flow else ("", "")
    bank = _WORLD_BANK if "Data Source" in head else ""
    dataset = _first(file.said["dataset"], flow, comtrade[0], head.get("Data Source"), stem)
    publisher = _first(file.said["publisher"], file.cell(record, "publisher"), agency, comtrade[1], bank)
    published = _first(file.said["published"], file.cell(record, "published"), head.get("Last Updated Date"))
    return {
        "dataset_id": _hash(publisher, dataset),
        "dataset": dataset,
        "publisher": publisher or None,
        "url": _first(file.said["url"], file.cell(record, "url")) or None,
        "published": read_day(published),
        "retrieved": read_day(_first(file.said["retrieved"], file.cell(record, "retrieved"))),
        "file": file.sheet.name,
        "file_sha256": file.sheet.sha256,
    }


def _reference_id(subject: _Subject, citation: Mapping[str, object], stretch: Stretch) -> str:
    named = (subject.metric, subject.product, subject.reporter, subject.partner, subject.parties, subject.kind)
    measured = (subject.code, dimension(subject.unit), stretch.start.isoformat(), stretch.end.isoformat())
    return _hash(str(citation["dataset_id"]), *named, *measured)


def _named(subject: _Subject) -> dict[str, object]:
    texts = ("product", "reporter", "partner", "parties", "measure")
    return {name: getattr(subject, name) or None for name in texts}


def _skip(file: _File, record: Record, error: UnmappedError, at: int | None) -> dict[str, object]:
    at = file.layout.columns.get(error.field, at)
    at = file.layout.names.index(error.field) if error.field in file.layout.names else at
    column = error.field if at is None else file.layout.names[at]
    cell = record.cells[at] if record.cells and at is not None and at < len(record.cells) else None
    return {
        "file": file.sheet.name,
        "line": record.line,
        "column": column or None,
        "cell": cell,
        "reason": error.reason,
    }


def _given_day(options: Options, name: Literal["published", "retrieved"]) -> dt.date | None:
    day = options.get(name)
    found = read_day(day) if day else None
    if day and found is None:
        message = f"{name} must be a day as YYYY-MM-DD, for example 2024-09-19, not {day!r}"
        raise DatasetError(message)
    return found


def _is_pair(metric: str) -> bool:
    return any(row["metric"] == metric and row["parties"] == "pair" for row in read_table("metrics.txt"))


def _first(*said: object) -> str:
    return next((str(one) for one in said if one), "")


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
