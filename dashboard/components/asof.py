"""The days on which anything was published → a slider to the day whose knowledge is shown."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence

import dash_mantine_components as dmc
import numpy as np
from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.markup import aria, data
from dashboard.data import Snapshot, View
from dashboard.words import as_known_on

__all__ = ["MOST_STOPS", "day_at", "place_of", "slider", "standing", "stops"]

MOST_STOPS = 300
"""Days the slider stops at: about as many as it has pixels."""


def slider(view: View) -> Component:
    """The slider, which keys and pointers move, at the day of the selection; to its right end is all that is known.

    It is there, but not seen, where all was published on one day, or on none.
    """
    days = stops(view.snapshot)
    words = [*map(as_known_on, days), as_known_on(None)]
    moved: Component = dmc.Slider(
        id=ids.AS_OF,
        min=0,
        max=max(len(days), 1),
        value=place_of(view.selection.as_of, days),
        # While it is dragged its label tells the day; the charts follow when it is let go.
        updatemode="mouseup",
        label={"function": "wordsOf", "options": {"words": words}},
        thumbLabel="As known on",
        size="sm",
    )
    said = html.Div(standing(view.selection.as_of), id=ids.AS_OF_SAID, className="as-of-said")
    return html.Div(
        [said, moved], className="as-of", hidden=len(days) <= 1, role="group", **aria(label="What was known when")
    )


def standing(day: dt.date | None) -> list[Component]:
    """What the slider is set to, and the way back to everything."""
    said: list[Component] = [html.Span(as_known_on(day))]
    if day is not None:
        said.append(html.Button("Everything known", className="button", **data(everything="")))
    return said


def stops(snapshot: Snapshot) -> list[dt.date]:
    """The days of publication, ascending; of more than `MOST_STOPS` so many, spread evenly, with the first and last."""
    days = snapshot.published_days
    places = np.linspace(0, len(days) - 1, min(len(days), MOST_STOPS)).round().astype(int)
    return [day.date() for day in days[places]]


def place_of(day: dt.date | None, days: Sequence[dt.date]) -> int:
    """Where the slider stands for a day: at the last stop that is no later; without a day at its right end.

    >>> days = [dt.date(2020, 1, 1), dt.date(2021, 1, 1)]
    >>> [place_of(day, days) for day in (dt.date(2019, 1, 1), dt.date(2020, 5, 1), dt.date(2021, 1, 1), None)]
    [0, 0, 1, 2]
    """
    return len(days) if day is None else max(bisect_right(days, day) - 1, 0)


def day_at(place: int, asked: dt.date | None, days: Sequence[dt.date]) -> dt.date | None:
    """The day a place of the slider stands for; the day `asked` for, while the slider still stands there.

    >>> days = [dt.date(2020, 1, 1), dt.date(2021, 1, 1)]
    >>> [day_at(place, dt.date(2020, 5, 1), days) for place in (0, 1, 2)]
    [datetime.date(2020, 5, 1), datetime.date(2021, 1, 1), None]
    """
    if place == place_of(asked, days):
        return asked
    return days[place] if place < len(days) else None
