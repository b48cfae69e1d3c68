"""Figures, periods and dates → the way people write them; and the colours and spacing of every chart and page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.form import written
from etl.lexicon import read_table
from etl.lexicon.units import currencies

__all__ = [
    "DARK",
    "FONT",
    "LIGHT",
    "SCHEMES",
    "STEP",
    "Scale",
    "Scheme",
    "SchemeName",
    "choose_scale",
    "format_value",
    "template",
]

SchemeName = Literal["light", "dark"]

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'DejaVu Sans', Arial, sans-serif"

STEP = 8
"""The rhythm of the page in pixels: distances are multiples of it."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The colours of a colour scheme; `series` are told apart with any colour vision, `conflict` is for disagreement.

    Text, muted, series and conflict keep a contrast of 4.5:1 on `background` (WCAG 2.2, 1.4.3).
    """

    background: str
    text: str
    muted: str
    grid: str
    zero: str
    accent: str
    conflict: str
    series: tuple[str, ...]


LIGHT = Scheme(
    background="#FFFFFF",
    text="#1F2937",
    muted="#4B5563",
    grid="#E5E7EB",
    zero="#9CA3AF",
    accent="#0F6FB5",
    conflict="#C2410C",
    series=("#0F6FB5", "#B45309", "#0F766E", "#7C3AED", "#6B7280"),
)
DARK = Scheme(
    background="#1B1E24",
    text="#E5E7EB",
    muted="#A9B1BD",
    grid="#323842",
    zero="#6B7280",
    accent="#6CB6EE",
    conflict="#FB8A5B",
    series=("#6CB6EE", "#E3A24A", "#4FC0B0", "#B79CF7", "#A3ABB8"),
)
SCHEMES: dict[SchemeName, Scheme] = {"light": LIGHT, "dark": DARK}

_HEDGES = {"=": "", "~": "~", ">": "> ", ">=": "≥ ", "<": "< ", "<=": "≤ "}

_TENS, _HUNDREDS = 10, 100

# "300,000" fits beside an axis, seven digits are read more easily in the next larger scale.
_LONGEST_LABEL = 1_000_000


@dataclass(frozen=True, slots=True)
class Scale:
    """A size figures are divided by to be read: the words after a figure ("m") and on an axis ("USD million")."""

    divisor: float
    sign: str
    short: str
    long: str
    decimals: int | None


@cache
def template(scheme: SchemeName) -> go.layout.Template:
    """The Plotly template of a colour scheme: quiet axes, horizontal grid only, the page's font."""
    colours = SCHEMES[scheme]
    axis = {"zeroline": False, "ticks": "", "tickfont": {"color": colours.muted, "size": 12}, "automargin": True}
    title = {"size": 17, "color": colours.text}
    return go.layout.Template(
        layout={
            "paper_bgcolor": colours.background,
            "plot_bgcolor": colours.background,
            "colorway": colours.series,
            "font": {"family": FONT, "color": colours.text, "size": 13},
            "title": {"font": title, "subtitle": {"font": {"size": 13, "color": colours.muted}}},
            "xaxis": {**axis, "showgrid": False, "ticklabelstandoff": 6},
            "yaxis": {
                **axis,
                "gridcolor": colours.grid,
                "zeroline": True,
                "zerolinecolor": colours.zero,
                "zerolinewidth": 1,
            },
            "legend": {"font": {"color": colours.muted, "size": 12}, "bgcolor": "rgba(0,0,0,0)"},
        }
    )


def format_value(value: float, unit: str | None, qualifier: str = "=", value_upper: float | None = None) -> str:
    """A figure as people write it, with its hedge; the exact value stays in the table.

    >>> format_value(1e9, "USD"), format_value(5e8, "USD", "~"), format_value(80, "percent", ">")
    ('$1.00 bn', '~$500 m', '> 80 %')
    >>> format_value(3.1e6, "tonne"), format_value(12.4e9, "m^3"), format_value(7.5e8, "USD", "=", 8e8)
    ('3.1 Mt', '12.4 bcm', '$750–800 m')
    """
    upper = value if value_upper is None or pd.isna(value_upper) else value_upper
    # Three digits decide the scale, so that 999.6 million is "$1.00 bn" and not "$1000 m".
    scale = _reach(_scales(_text(unit)), float(f"{max(abs(value), abs(upper)):.3g}"))
    figure = _signed(value, scale) if upper == value else _range(value, upper, scale)
    return f"{_HEDGES[_mirrored(qualifier) if value < 0 else qualifier]}{written(figure)}{scale.short}"


def choose_scale(values: Iterable[float], unit: str | None) -> Scale:
    """The scale of an axis: that of the middle figure, unless the largest would then have seven digits.

    >>> choose_scale([5e8, 9.2e8, 1.81e9], "USD").long
    'USD million'
    """
    sizes = [abs(value) for value in values if value] or [1.0]
    scales = _scales(_text(unit))
    short = [scale for scale in scales if max(sizes) / scale.divisor < _LONGEST_LABEL]
    return max(_reach(scales, median(sizes)), (short or scales[:1])[-1], key=lambda scale: scale.divisor)


def _mirrored(qualifier: str) -> str:
    # "Fell by more than 12%" is a change below -12.
    return qualifier.translate(str.maketrans("<>", "><"))


def _reach(scales: tuple[Scale, ...], size: float) -> Scale:
    return next((scale for scale in scales if size >= scale.divisor), scales[-1])


@cache
def _scales(unit: str) -> tuple[Scale, ...]:
    """The sizes a unit is printed in, the largest first."""
    rows = [row for row in read_table("unit_labels.txt") if row["unit"] == _family(unit)]
    return tuple(_scale(row, unit) for row in sorted(rows, key=lambda row: -float(row["from"])))


def _family(unit: str) -> str:
    if any(row["unit"] == unit for row in read_table("unit_labels.txt")):
        return unit
    return "money" if unit.partition("/")[0] in _codes() else "other"


def _scale(row: Mapping[str, str], unit: str) -> Scale:
    sign, short, long = "", _after(row["short"]), row["long"]
    if row["unit"] == "money":
        code, _, per = unit.partition("/")
        sign = _signs().get(code, f"{code} ")
        short += f"/{_short(per)}" if per else ""
        long = _join(code, long) + (f" per {_words(per)}" if per else "")
    elif row["unit"] == "other":
        short, long = short + _after(_plural(unit)), _join(long, _plural(unit))
    return Scale(float(row["from"]), sign, short, long, int(row["printed"]) if row["printed"] else None)


def _signed(value: float, scale: Scale) -> str:
    return f"{'−' if value < 0 else ''}{scale.sign}{_digits(abs(value) / scale.divisor, scale.decimals)}"


def _range(value: float, upper: float, scale: Scale) -> str:
    if value < 0:
        return f"{_signed(value, scale)} to {_signed(upper, scale)}"
    return f"{_signed(value, scale)}–{_signed(upper, scale).removeprefix(scale.sign)}"


def _digits(size: float, decimals: int | None) -> str:
    """A size with three significant digits, at most two decimals; small sizes with all three, thousands in full."""
    if decimals is not None and size < _TENS:
        return f"{size:.{decimals}f}"
    if 0 < size < 1:
        return np.format_float_positional(size, precision=3, fractional=False, trim="-")
    return f"{size:,.0f}" if size >= _HUNDREDS else f"{size:.2f}".rstrip("0").rstrip(".")


def _short(unit: str) -> str:
    return _scales(unit)[-1].short.strip() if _family(unit) == unit else _words(unit)


def _words(unit: str) -> str:
    return unit.replace("_", " ")


def _plural(unit: str) -> str:
    words = _words(unit)
    return f"{words}s" if words[-1:].islower() and not words.endswith("s") else words


def _after(words: str) -> str:
    return f" {words}" if words else ""


def _join(*words: str) -> str:
    return " ".join(filter(None, words))


@cache
def _codes() -> frozenset[str]:
    return frozenset(currency.code for currency in currencies())


@cache
def _signs() -> dict[str, str]:
    return {row["code"]: row["sign"] for row in read_table("currency_signs.txt")}


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
