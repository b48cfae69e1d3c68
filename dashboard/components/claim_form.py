"""A claim ↔ the fields of a form that corrects it: pick lists, and days and numbers as people write them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import dash_mantine_components as dmc
import numpy as np
import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.markup import aria
from dashboard.data import Row, Snapshot
from dashboard.words import hedge, known, product_name, status_name, unit_name
from etl import find_quantities
from etl.errors import DecisionError
from etl.lexicon import read_table
from etl.model import KINDS, QUALIFIERS, STATUSES, Quantity
from etl.series.periods import is_fiscal, read_period
from etl.titles import metric_title, party_name

__all__ = ["FIELDS", "claim_form", "read_form", "read_quantity", "touched", "written"]

Choice = tuple[str, str]

FIELDS: Final[Mapping[str, str]] = {
    "metric": "What is measured",
    "value": "Value",
    "value_upper": "To, of a range",
    "unit": "Unit",
    "qualifier": "Said as",
    "period": "Period",
    "reporter": "Whose figure",
    "partner": "Towards",
    "parties": "Who is concerned",
    "product": "Goods",
    "status": "Status",
    "kind": "Kind",
}
"""The fields of the form, and what each is called; "period" stands for all that a claim says of its period."""

_HINTS: Final = {"value": "500000000", "value_upper": "none", "period": "2018, 2018-Q3, 2017-07/2018-06, 2015/.."}

# SDMX and ISO 8601-2 write an end that is open like this.
_OPEN: Final = ".."
_PLAIN: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d{1,2})?")
_GROUPED: Final = re.compile(r"-?\d{1,3}(?:(,\d{3})+|([ \u00a0\u202f]\d{3})+)(\.\d+)?")
_DIGITS: Final = re.compile(r"[\d.,\s+-]*")
_MOST: Final = 1e21  # more than any sum of money there is, in any currency


def claim_form(snapshot: Snapshot, fields: Mapping[str, Any]) -> Component:
    """The form with the fields as `written` gives them."""
    lists = _lists(snapshot)
    shown = [
        html.Div(_field(name, title, lists.get(name), fields.get(name)), className=f"field-{name}")
        for name, title in FIELDS.items()
    ]
    return html.Div(shown, id=ids.FORM, className="claim-form", role="group", **aria(label="Fields of the claim"))


def written(claim: Row) -> dict[str, Any]:
    """The fields as the form shows them.

    >>> shown = {"metric": "exports", "value": 5e8, "parties": "PAK;RUS", "period_start": pd.NaT, "period_end": pd.NaT}
    >>> blank = dict.fromkeys(("value_upper", "unit", "reporter", "partner", "product", "period_label"))
    >>> said = written({**shown, **blank, "qualifier": "=", "status": "actual", "kind": "level"})
    >>> said["value"], said["parties"], said["period"], said["unit"]
    ('500000000', ['PAK', 'RUS'], '', None)
    """
    plain = {name: known(claim[name]) or None for name in FIELDS if name in claim}
    numbers = {name: _number(claim[name]) for name in ("value", "value_upper")}
    parties = known(claim["parties"])
    return {**plain, **numbers, "parties": parties.split(";") if parties else [], "period": _period(claim)}


def touched(form: Mapping[str, Any], claim: Row) -> list[str]:
    """The fields of the form that are not as the claim has them."""
    before = written(claim)
    return [name for name in FIELDS if _plain(form.get(name)) != _plain(before[name])]


def read_form(form: Mapping[str, Any], claim: Row, snapshot: Snapshot) -> dict[str, object]:
    """The fields of a claim as the form says; what was not touched is as the claim has it.

    Raises `DayError` or `DecisionError`, with what was expected, for what makes no sense or no pick list has.
    """
    names = touched(form, claim)
    lists = _lists(snapshot) if names else {}
    fields: dict[str, object] = {}
    for name in names:
        _expect_listed(name, form.get(name), lists.get(name))
        fields.update(_READERS.get(name, _named)(name, form.get(name), claim))
    _expect_order({**claim, **fields})
    return fields


def read_quantity(quantity: Quantity, snapshot: Snapshot) -> dict[str, object]:
    """The fields of the form that the figure of a selection says; a unit that no list has stays open."""
    units = {unit for unit, _ in _lists(snapshot)["unit"]}
    return {
        "value": _number(quantity.value),
        "value_upper": _number(quantity.value_upper),
        "unit": quantity.unit if quantity.unit in units else None,
        "qualifier": quantity.qualifier,
    }


def _expect_listed(name: str, cell: Any, choices: Sequence[Choice] | None) -> None:  # noqa: ANN401  of a browser
    given = cell if isinstance(cell, list) else [cell]
    unknown = [each for each in given if choices and each and each not in {value for value, _ in choices}]
    if unknown:
        message = f"{unknown[0]!r} is none of the choices of “{FIELDS[name]}”; choose one from its list"
        raise DecisionError(message)


def _expect_order(claim: Row) -> None:
    value, upper = claim["value"], claim["value_upper"]
    if pd.notna(upper) and upper < value:
        message = (
            f"the range ends at {_number(upper)}, before it begins at {_number(value)}; put the smaller number first"
        )
        raise DecisionError(message)


def _field(name: str, title: str, options: Sequence[Choice] | None, value: Any) -> Component:  # noqa: ANN401
    look: dict[str, Any] = {"id": ids.part(ids.FIELD, name), "label": title, "size": "xs", "value": value}
    if options is None:
        text: Component = dmc.TextInput(**look, placeholder=_HINTS.get(name, ""))
        return text
    listed = [{"value": value, "label": label} for value, label in options]
    kind = dmc.MultiSelect if name == "parties" else dmc.Select
    select: Component = kind(**look, data=listed, searchable=True, clearable=name not in _NEEDED, limit=50)
    return select


_NEEDED: Final = {"metric", "qualifier", "status", "kind"}


def _lists(snapshot: Snapshot) -> dict[str, list[Choice]]:
    """The pick lists: the names of the lexicon, and what the store has beside."""
    parties = _listed((row["code"] for row in read_table("countries.txt")), party_name)
    units = [*snapshot.statements["unit"].dropna().unique(), *_common_units()]
    goods = [*(row["product"] for row in read_table("products.txt")), *snapshot.own["product"].dropna().unique()]
    metrics = (row["metric"] for row in read_table("metrics.txt"))
    return {
        "metric": _listed((name for name in metrics if name not in {"-", "none"}), metric_title),
        "unit": _listed(units, unit_name),
        "qualifier": [(name, f"{name}  {hedge(name)}") for name in QUALIFIERS],
        "reporter": parties,
        "partner": parties,
        "parties": parties,
        "product": _listed(goods, product_name),
        "status": [(name, status_name(name)) for name in STATUSES],
        "kind": [(name, name.replace("_", " ").capitalize()) for name in KINDS],
    }


def _listed(names: Any, words: Callable[[str], str]) -> list[Choice]:  # noqa: ANN401  an iterable of names
    return sorted(((str(name), words(str(name))) for name in dict.fromkeys(names)), key=lambda choice: choice[1])


def _common_units() -> list[str]:
    return [unit.strip() for row in read_table("unit_choices.txt") for unit in row["units"].split(",")]


def _number(cell: Any) -> str:  # noqa: ANN401  a number or nothing
    return "" if pd.isna(cell) else np.format_float_positional(float(cell), trim="-")


def _period(claim: Row) -> str:
    start, end = claim["period_start"], claim["period_end"]
    if pd.isna(start) or pd.isna(end):
        return "" if pd.isna(start) and pd.isna(end) else f"{_day(start)}/{_day(end)}"
    whole_years = (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)
    if whole_years and start.year == end.year:
        return f"{start.year}"
    return f"{start:%Y-%m-%d}/{end:%Y-%m-%d}"


def _day(day: pd.Timestamp) -> str:
    return _OPEN if pd.isna(day) else f"{day:%Y-%m-%d}"


def _plain(cell: object) -> object:
    """What the form has in a form that can be compared: nothing is None, a list is in order."""
    return sorted(cell) if isinstance(cell, list) else str(cell or "").strip()


def _named(name: str, cell: Any, _: Row) -> dict[str, object]:  # noqa: ANN401
    return {name: cell or None}


def _read_parties(name: str, cell: list[str] | None, _: Row) -> dict[str, object]:
    return {name: ";".join(sorted(cell or ())) or None}


def _read_number(name: str, cell: str | None, _: Row) -> dict[str, object]:
    text = (cell or "").strip()
    if not text and name == "value":
        message = "a claim has a value; give a number such as 500000000"
        raise DecisionError(message)
    return {name: _number_of(text) if text else None}


def _number_of(text: str) -> float:
    """A number in digits, or as a text has it, such as 1.2 billion.

    A lone comma may be that of decimals or of thousands: 1,5 is refused rather than guessed.
    """
    plain = re.sub(r"[ \u00a0\u202f,]", "", text) if _GROUPED.fullmatch(text) else text
    if _PLAIN.fullmatch(plain):
        number = float(plain)
    else:
        said = [] if _DIGITS.fullmatch(text) else find_quantities(text)
        number = said[0].value if len(said) == 1 and said[0].text == text and said[0].unit is None else math.nan
    if not abs(number) < _MOST:
        message = f"{text!r} is no number we can be sure of; give a number such as 500000000, 1.5 or 1.2 billion"
        raise DecisionError(message)
    return number


def _read_days(_: str, cell: str | None, claim: Row) -> dict[str, object]:
    """All that a claim says of its period; the wording of the text is no longer what names it."""
    text = (cell or "").strip()
    start, end, bound = _days(text, str(known(claim["period_bound"]))) if text else (None, None, None)
    return {
        "period_start": start,
        "period_end": end,
        "period_label": text if text and "/" not in text else None,
        "period_granularity": None,
        "period_calendar": None,
        "period_bound": bound,
    }


def _days(text: str, bound: str) -> tuple[pd.Timestamp | None, pd.Timestamp | None, str]:
    """The days of a period, open ones too, and how it is bound: as before where that is still possible."""
    if is_fiscal(text):
        message = f"the days of {text} depend on the country; give them, such as 2022-07-01/2023-06-30"
        raise DecisionError(message)
    first, _, last = text.partition("/")
    if first == _OPEN and last != _OPEN:
        return None, read_period(last)[1], bound if bound in {"until", "before"} else "until"
    if last == _OPEN and first != _OPEN:
        return read_period(first)[0], None, bound if bound in {"since", "after"} else "since"
    start, end = read_period(text)
    return start, end, "asof" if bound == "asof" and start == end else "closed"


_READERS: Final[Mapping[str, Callable[[str, Any, Row], dict[str, object]]]] = {
    "parties": _read_parties,
    "value": _read_number,
    "value_upper": _read_number,
    "period": _read_days,
}
