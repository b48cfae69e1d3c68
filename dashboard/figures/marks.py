"""Observations → marks: where each figure stands in time and value, in which colour and shape."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.data import records
from dashboard.theme import Scheme
from etl.series import STATUS_CLASSES, split_sides

__all__ = ["Mark", "key_name", "key_rank", "mark_up"]

# The calendars in the order of the legend, each with the colour of the palette it takes where that is free, and its
# name in the legend if it has a shorter one there.
_CALENDARS = (
    ("calendar year", 0, "calendar year"),
    ("fiscal year", 1, "FY ({})"),
    ("half-yearly", 3, "half-year"),
    ("quarterly", 3, "quarter"),
    ("monthly", 2, "month"),
    ("part of a year", 4, "part of a year"),
    ("daily", 4, "on a day"),
    ("several years", 4, "several years"),
    ("other", 4, "other periods"),
)

_OBSERVED = [
    *("observation_id", "series_id", "subject", "kind", "calendar_group", "frequency", "period_start", "period_end"),
    *("value", "qualifier", "status", "agreement", "sources"),
]


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure on the chart: the value of an observation, or one side of a conflict.

    `day` is the middle of the period. `key` is what the colour tells: the subject where a chart has several, else the
    calendar. `outlook` is actual, target or forecast. `qualifier` faces the axis: > and >= open upwards. `stands` marks
    the value of the observation.
    """

    observation_id: str
    series_id: str
    calendar: str
    key: str
    colour: str
    start: pd.Timestamp
    end: pd.Timestamp
    day: pd.Timestamp
    bottom: float
    top: float
    qualifier: str
    status: str
    outlook: str
    agreement: str
    sources: int
    stands: bool

    @property
    def value(self) -> float:
        """The figure, of a range its middle."""
        return (self.bottom + self.top) / 2

    @property
    def opens(self) -> int:
        """1 where the figure is a lower bound, -1 where it is an upper one, else 0."""
        return {">": 1, "<": -1}.get(self.qualifier[0], 0)

    @property
    def symbol(self) -> str:
        """The Plotly name of the shape."""
        if self.outlook != "actual":
            return "diamond"
        return {1: "triangle-up", -1: "triangle-down", 0: "circle"}[self.opens]

    @property
    def is_hollow(self) -> bool:
        """True of what is not, or not exactly, the case: an outlook, and "about"."""
        return self.outlook != "actual" or self.qualifier == "~"


def mark_up(observations: pd.DataFrame, colours: Scheme, divisor: float) -> list[Mark]:
    """The marks of observations that have a place in time and one unit; values are divided by `divisor`."""
    observed = observations[_OBSERVED].rename(columns={"value": "chosen", "qualifier": "chosen_as"})
    sides = split_sides(observations).merge(observed, on="observation_id")
    upper = sides["value_upper"].fillna(sides["value"])
    keys = sides["subject"] if _several(sides["subject"]) else _calendars(sides)
    marks = pd.DataFrame(
        {
            **{name: sides[name] for name in ("observation_id", "series_id")},
            "calendar": sides["calendar_group"],
            "key": keys,
            "colour": keys.map(assign_colours(keys.unique().tolist(), colours)),
            "start": sides["period_start"],
            "end": sides["period_end"],
            "day": sides["period_start"] + (sides["period_end"] - sides["period_start"]) / 2,
            "bottom": sides["value"] / divisor,
            "top": upper / divisor,
            "qualifier": _face_axis(sides),
            "status": sides["status"],
            "outlook": sides["status"].map(STATUS_CLASSES),
            "agreement": sides["agreement"],
            "sources": sides["sources"],
            "stands": np.isclose(sides["value"], sides["chosen"]) & (sides["qualifier"] == sides["chosen_as"]),
        }
    )
    return [Mark(**row) for row in records(marks)]


def assign_colours(keys: Sequence[str], colours: Scheme) -> dict[str, str]:
    """A colour for each calendar or subject, in the order of the legend; beyond the palette colours repeat."""
    ordered = sorted(keys, key=key_rank)
    wanted: dict[str, str] = {}
    for key in ordered:
        at, _ = key_rank(key)
        if at < len(_CALENDARS):
            wanted.setdefault(colours.series[_CALENDARS[at][1]], key)
    chosen = {key: colour for colour, key in wanted.items()}
    free = itertools.cycle([colour for colour in colours.series if colour not in wanted] or colours.series)
    return {key: chosen.get(key) or next(free) for key in ordered}


def key_rank(key: str) -> tuple[int, str]:
    """The place of a colour in the legend: calendars in their order, then subjects in alphabetical order."""
    return next((at for at, (name, *_) in enumerate(_CALENDARS) if key.startswith(name)), len(_CALENDARS)), key


def key_name(key: str) -> str:
    """What the legend calls a colour.

    >>> key_name("fiscal year Jul–Jun"), key_name("Trade between Russia and Pakistan")
    ('FY (Jul–Jun)', 'Trade between Russia and Pakistan')
    """
    at, _ = key_rank(key)
    return _CALENDARS[at][2].format(key.removeprefix("fiscal year ")) if at < len(_CALENDARS) else key


def _calendars(sides: pd.DataFrame) -> pd.Series[str]:
    """Calendar and fiscal years apart; of all other stretches how long they are."""
    return sides["calendar_group"].where(sides["frequency"] == "annual", sides["frequency"])


def _several(cells: Iterable[str]) -> bool:
    return len(set(cells)) > 1


def _face_axis(sides: pd.DataFrame) -> pd.Series[str]:
    """The qualifiers as they open on the axis: "fell by more than 5%" (-5, >) is a figure below -5."""
    falls = sides["kind"].isin(["change_abs", "change_rel"]) & (sides["value"] < 0)
    return sides["qualifier"].mask(falls, sides["qualifier"].str.translate(str.maketrans("<>", "><")))
