"""What a system gives for a text → rows of the scorers: its own words and units, nothing mended.

A row of a quantity has `value` (a number, or both ends), `unit` and `change`; a row of a period has `span`, `start` and
`end` (ISO days, both inclusive, None where open). Names of units are left to the scorer, which knows the synonyms.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final

__all__ = ["Adapter", "Row", "as_given", "date_wrangler", "dateparser", "quantulum3", "recognizers"]

Row = dict[str, Any]
Adapter = Callable[[str, Sequence[Row]], list[Row]]

DAY: Final = dt.timedelta(days=1)
NO_CHANGE: Final = "="
_UNITS_BY_KIND: Final = {"number": "-", "percentage": "percentage"}
_DATES: Final = tuple(
    f"datetimeV2.{kind}" for kind in ("date", "daterange", "datetime", "datetimerange", "time", "timerange")
)
_RANGES: Final = ("daterange", "datetimerange")
_MOMENTS: Final = ("date", "datetime")


def as_given(_text: str, found: Sequence[Row]) -> list[Row]:
    """The rows of a system that gives what the scorer asks for."""
    return list(found)


def quantulum3(_text: str, found: Sequence[Row]) -> list[Row]:
    """Its uncertainty makes a range; it says nothing of changes.

    >>> quantulum3("between 4% and 5%", [{"value": 4.5, "uncertainty": 0.5, "unit": "percentage"}])
    [{'value': [4.0, 5.0], 'unit': 'percentage', 'change': '='}]
    """
    return [{"value": _spread(each), "unit": each["unit"], "change": NO_CHANGE} for each in found]


def _spread(each: Row) -> object:
    value, margin = each["value"], each["uncertainty"]
    return [value - margin, value + margin] if margin else value


def recognizers(_text: str, found: Sequence[Row]) -> list[Row]:
    """Its models read side by side: of two that meet the longer, else the more special, is kept, and no part of a date.

    >>> money = {"kind": "currency", "start": 0, "end": 1, "resolution": {"value": "5", "unit": "Dollar"}}
    >>> recognizers("$5", [money, {"kind": "number", "start": 1, "end": 1, "resolution": {"value": "5"}}])
    [{'value': 5.0, 'unit': 'Dollar', 'change': '='}]
    """
    dates = [each for each in found if each["kind"] in _DATES]
    kept: list[Row] = []
    for each in sorted(found, key=lambda each: each["start"] - each["end"]):
        if each["resolution"].get("value") and not any(_meet(each, other) for other in (*dates, *kept)):
            kept.append(each)
    return [_recognized(each) for each in sorted(kept, key=lambda each: each["start"])]


def _meet(one: Row, other: Row) -> bool:
    return bool(one["start"] <= other["end"] and other["start"] <= one["end"])


def _recognized(each: Row) -> Row:
    value, unit = each["resolution"]["value"], each["resolution"].get("unit")
    return {"value": float(value.rstrip("%")), "unit": unit or _UNITS_BY_KIND[each["kind"]], "change": NO_CHANGE}


def recognized_periods(_text: str, found: Sequence[Row]) -> list[Row]:
    """Of several readings the first, which is the past one; durations, hours and repetitions are no periods.

    >>> reading = {"type": "daterange", "start": "2024-01-01", "end": "2024-04-01"}
    >>> recognized_periods("in Q1", [{"start": 3, "end": 4, "resolution": {"values": [reading]}}])
    [{'span': [3, 5], 'start': '2024-01-01', 'end': '2024-03-31'}]
    """
    return [
        {"span": [each["start"], each["end"] + 1], **dates}
        for each in found
        for dates in map(_read, each["resolution"].get("values", [])[:1])
        if dates
    ]


def _read(reading: Row) -> Row:
    if reading["type"] in _MOMENTS and reading.get("value", "not resolved") != "not resolved":
        return {"start": reading["value"][:10], "end": reading["value"][:10]}
    if reading["type"] in _RANGES:
        start, end = (reading[name][:10] if name in reading else None for name in ("start", "end"))
        return {"start": start, "end": end if reading.get("timex", "").endswith("D)") else _day_before(end)}
    return {}


def date_wrangler(_text: str, found: Sequence[Row]) -> list[Row]:
    """Its ranges end before their last day.

    >>> date_wrangler("in 2024", [{"span": [3, 7], "start": "2024-01-01", "end": "2025-01-01"}])
    [{'span': [3, 7], 'start': '2024-01-01', 'end': '2024-12-31'}]
    """
    return [each | {"end": _day_before(each["end"])} for each in found]


def dateparser(text: str, found: Sequence[Row]) -> list[Row]:
    """Its words are looked for where the last ones ended; its day stands for the period it names.

    >>> dateparser("since May 2024", [{"words": "May 2024", "day": "2024-05-22", "period": "month"}])
    [{'span': [6, 14], 'start': '2024-05-01', 'end': '2024-05-31'}]
    """
    rows = []
    end = 0
    for each in found:
        start = text.index(each["words"], end)
        end = start + len(each["words"])
        rows.append({"span": [start, end], **_whole(dt.date.fromisoformat(each["day"]), each["period"])})
    return rows


def _whole(day: dt.date, period: str) -> Row:
    """The year, month or week a day lies in, or the day."""
    if period == "year":
        first, after = day.replace(month=1, day=1), day.replace(year=day.year + 1, month=1, day=1)
    elif period == "month":
        first = day.replace(day=1)
        after = (first + 31 * DAY).replace(day=1)
    elif period == "week":
        first = day - day.weekday() * DAY
        after = first + 7 * DAY
    else:
        first, after = day, day + DAY
    return {"start": first.isoformat(), "end": (after - DAY).isoformat()}


def _day_before(day: str | None) -> str | None:
    return day and (dt.date.fromisoformat(day) - DAY).isoformat()
