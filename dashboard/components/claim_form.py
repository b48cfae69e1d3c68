"""A claim ↔ the fields of a form that corrects it: pick lists, and days and numbers as people write them."""

from __future__ import annotations

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
from etl.errors import DecisionError
from etl.lexicon import read_table
from etl.model import KINDS, QUALIFIERS, STATUSES
from etl.series.periods import read_period
from etl.titles import metric_title, party_name

__all__ = ["FIELDS", "claim_form", "read_form", "written"]

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

_HINTS: Final = {"value": "500000000", "value_upper": "none", "period": "2018, 2018-Q3, 2017-07/2018-06"}


def claim_form(snapshot: Snapshot) -> Component:
    """The form, empty; `written` fills it."""
    lists = _lists(snapshot)
    fields = [
        html.Div(_field(name, title, lists.get(name)), className=f"field-{name}") for name, title in FIELDS.items()
    ]
    return html.Div(fields, id=ids.FORM, className="claim-form", role="group", **aria(label="Fields of the claim"))


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


def read_form(form: Mapping[str, Any], claim: Row) -> dict[str, object]:
    """The fields of a claim as the form says; what was not touched is as the claim has it.

    Raises `DayError` or `DecisionError`, with what was expected, for what makes no sense.
    """
    before = written(claim)
    changed = {name: form[name] for name in FIELDS if _plain(form.get(name)) != _plain(before[name])}
    fields: dict[str, object] = {}
    for name, cell in changed.items():
        fields.update(_READERS.get(name, _named)(name, cell))
    return fields


def _field(name: str, title: str, options: Sequence[Choice] | None) -> Component:
    look: dict[str, Any] = {"id": ids.part(ids.FIELD, name), "label": title, "size": "xs"}
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
        return ""
    whole_years = (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)
    if whole_years and start.year == end.year:
        return f"{start.year}"
    return f"{start:%Y-%m-%d}/{end:%Y-%m-%d}"


def _plain(cell: object) -> object:
    """What the form has in a form that can be compared: nothing is None, a list is in order."""
    return sorted(cell) if isinstance(cell, list) else str(cell or "").strip()


def _named(name: str, cell: Any) -> dict[str, object]:  # noqa: ANN401
    return {name: cell or None}


def _read_parties(name: str, cell: list[str] | None) -> dict[str, object]:
    return {name: ";".join(sorted(cell or ())) or None}


def _read_number(name: str, cell: str | None) -> dict[str, object]:
    text = (cell or "").replace(",", "").replace(" ", "")
    if not text and name == "value":
        message = "a claim has a value; give a number such as 500000000"
        raise DecisionError(message)
    return {name: text or None}


def _read_days(_: str, cell: str | None) -> dict[str, object]:
    """All that a claim says of its period; the wording of the text is no longer what names it."""
    text = (cell or "").strip()
    start, end = read_period(text) if text else (None, None)
    return {
        "period_start": start,
        "period_end": end,
        "period_label": text if text and "/" not in text else None,
        "period_granularity": None,
        "period_calendar": None,
        "period_bound": "closed" if text else None,
    }


_READERS: Final[Mapping[str, Callable[[str, Any], dict[str, object]]]] = {
    "parties": _read_parties,
    "value": _read_number,
    "value_upper": _read_number,
    "period": _read_days,
}
