"""A selection → the menu above the charts: level or change, unit, currency, axes, one chart each or one for all."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.markup import aria
from dashboard.data import PARAMETERS, Selection, Snapshot
from dashboard.words import unit_name
from etl.lexicon import read_table
from etl.lexicon.units import read_unit
from etl.series import TRANSFORMS, ecb_rates

__all__ = ["base_display", "chart_menu", "choice"]

_WORDS = {
    "linear": "Linear",
    "log": "Logarithmic",
    "period": "Period",
    "published": "Day published",
    "multiples": "One each",
    "overlay": "Overlaid",
}
_TITLES = {each.name: each.title for each in PARAMETERS}


def chart_menu(snapshot: Snapshot, selection: Selection) -> Component:
    """The menu, set as the selection says. Units and currencies are offered where the store has any to convert."""
    dimensions = snapshot.series.dimensions
    controls = [
        choice("transform", selection, [(name, made.title) for name, made in TRANSFORMS.items()]),
        _base(selection),
        choice("unit", selection, [("", "As stated"), *_units(dimensions)]),
        choice("currency", selection, [("", "As stated"), *_currencies(dimensions)], searchable=True),
        *(choice(name, selection, _values(name)) for name in ("scale", "clock", "layout")),
    ]
    return html.Div(controls, className="chart-menu", role="group", **aria(label="How the charts are drawn"))


def choice(name: str, selection: Selection, options: list[tuple[str, str]], **how: bool) -> Component:
    """A list of values and their words to choose a parameter from; not seen where there is nothing to choose."""
    asked = str(getattr(selection, name))
    # A link may ask for a unit or a currency that the list does not offer.
    listed = options if asked in dict(options) else [*options, (asked, unit_name(asked))]
    select: Component = dmc.Select(
        id=ids.part(ids.LOOK, name),
        data=[{"value": value, "label": label} for value, label in listed],
        value=asked,
        label=_TITLES[name],
        size="xs",
        allowDeselect=False,
        checkIconPosition="right",
        display="none" if len(listed) == 1 else None,
        **how,
    )
    return select


def base_display(selection: Selection) -> str | None:
    """How the field of the base period is shown: not at all where nothing has a base."""
    return None if selection.transform in {"index", "cumulative"} else "none"


def _base(selection: Selection) -> Component:
    field: Component = dmc.TextInput(
        id=ids.part(ids.LOOK, "base"),
        value=selection.base,
        label=_TITLES["base"],
        placeholder="2015, FY2014/15",
        size="xs",
        debounce=True,
        display=base_display(selection),
    )
    return field


def _values(name: str) -> list[tuple[str, str]]:
    values = next(each.values for each in PARAMETERS if each.name == name)
    return [(value, _WORDS[value]) for value in values]


def _units(dimensions: frozenset[str]) -> list[tuple[str, str]]:
    written: list[Any] = [
        unit.strip()
        for row in read_table("unit_choices.txt")
        if row["dimension"] in dimensions
        for unit in row["units"].split(",")
    ]
    return [(unit, unit_name(read_unit(unit))) for unit in written]


def _currencies(dimensions: frozenset[str]) -> list[tuple[str, str]]:
    has_money = any(name.startswith(("currency:", "price:")) for name in dimensions)
    return [(code, code) for code in ecb_rates().currencies] if has_money else []
