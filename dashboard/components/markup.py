"""Names and values → the `aria-*` and `data-*` attributes of an element; a day → its element."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.form import format_day
from etl.dates import Day

__all__ = ["aria", "data", "written_day"]


def aria(**values: str) -> dict[str, Any]:
    """What assistive technology is told.

    >>> aria(label="Filters")
    {'aria-label': 'Filters'}
    """
    return {f"aria-{name}": value for name, value in values.items()}


def data(**values: str) -> dict[str, Any]:
    """What the scripts of the page (assets/) read.

    >>> data(close="panel", copy_from="/snippet.py")
    {'data-close': 'panel', 'data-copy-from': '/snippet.py'}
    """
    return {f"data-{name.replace('_', '-')}": value for name, value in values.items()}


def written_day(day: Day) -> str | Component:
    """A day as its reader writes it.

    >>> import datetime as dt
    >>> written_day(dt.date(2026, 1, 16))
    Time(children='16 Jan 2026', dateTime='2026-01-16')
    >>> written_day(None)
    'no date'
    """
    return format_day(day) if day is None or pd.isna(day) else html.Time(format_day(day), dateTime=f"{day:%Y-%m-%d}")
