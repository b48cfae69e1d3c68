"""A text → its quantities as the NewsQuant and R-Text benchmarks write them: value, unit, change.

What the benchmarks write otherwise than we do, and nothing else, is put right here: names of units; cents, kilos and
tons that keep the unit as written; fractions ("a third" is 1/3, not 33.3 percent); "from A to B" as a range, "A or B"
as two; and `change`, which holds our qualifier too, follows the verb ("fell to 5%" is down), not the noun ("a 20% drop"
is "="), and gives a range none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from etl.grammar.quantities import find_quantities
from etl.lexicon import alternatives
from etl.model import Quantity

__all__ = ["read_rows", "to_rows"]

Row = dict[str, Any]

NAMES: Final = {
    "ESP": "peseta",
    "GEL": "georgian lari",
    "LAK": "lao kip",
    "PKR": "rupee",
    "MMBtu": "mega british thermal unit",
    "basis_point": "basis point",
    "day_of_age": "day of age",
    "kV": "kilovolt",
    "degC": "celsius",
    "degF": "fahrenheit",
    "factor": "count",
    "kilopound_per_square_inch": "ksi",
    "km^2": "square kilometre",
    "ft^2": "square foot",
    "ft^3": "cubic foot",
    "m^3": "cubic metre",
    "month_of_age": "month of age",
    "newton_metre": "newton metre",
    "parts_per_billion": "ppb",
    "parts_per_million": "ppm",
    "percentage_point": "percentage point",
    "pound_foot": "pound-foot",
    "ampere/centimetre^2": "ampere per square centimetre",
    "week_of_age": "week of age",
    "year_of_age": "year of age",
}
"""Our unit → its name there, where the benchmark's own table of synonyms does not know ours."""


class Written(NamedTuple):
    """A unit that keeps its written name: a pattern in the quote, our unit, their name, how many of it make ours."""

    wording: re.Pattern[str]
    unit: str
    name: str
    number: float = 1


WRITTEN: Final = (
    Written(re.compile(r"cents?\b|¢"), "USD", "cent", 100),
    Written(re.compile(r"pence|penny|\dp\b"), "GBP", "penny", 100),
    Written(re.compile(r"\bsen\b"), "MYR", "sen", 100),
    Written(re.compile(r"kg|kilo"), "tonne", "kilogram", 1000),
    Written(re.compile(r"(?<!metric )\btons?\b"), "tonne", "ton"),
    Written(re.compile(r"bhp|brake"), "horsepower", "brake horsepower"),
    Written(re.compile(r"horses"), "horsepower", "horse"),
    Written(re.compile(r"\boil\b"), "barrel", "barrel of oil"),
    Written(re.compile(r"^[^\d%]+$(?<!percent)(?<!per cent)"), "percent", "percentage", 0.01),
)
_LINKING: Final = re.compile(r"['’]s\b|\b(?:a|an|and|of|or|the|its|their|his|her) ")
_YEARLY: Final = re.compile(r"(?:\bper|\ban?|/)[ -]?(?:year|annum)$")
_REACH: Final = 60
_NOUN_BEHIND: Final = re.compile(rf"(?i)[ -](?:{alternatives('changes.txt', kind='after')})\b")
_NOUN_BEFORE: Final = re.compile(rf"(?i)\b(?:{alternatives('changes.txt', kind='noun')}) of (?:\w+ ){{0,2}}$")
_TO_LEVEL: Final = {
    way: re.compile(rf"(?i)\b(?:{alternatives('changes.txt', change=way, kind='verb')}) (?:\w+ )?to $")
    for way in ("up", "down")
}
_OR: Final = re.compile(r"\bor\b")
_FROM: Final = re.compile(r"(?i)\bfrom (?:\w+ ){0,2}$")
_TO: Final = re.compile(r"(?i)[^;]{0,40}?\bto (?:\w+ ){0,2}")


def read_rows(text: str) -> list[Row]:
    """The quantities of a text as the benchmark's rows.

    >>> read_rows("Shares rose from 18 to 19 cents, a 5% gain.")
    [{'value': [18.0, 19.0], 'unit': 'cent', 'change': '='}, {'value': 5.0, 'unit': 'percent', 'change': '='}]
    """
    return to_rows(text, find_quantities(text))


def to_rows(text: str, quantities: Sequence[Quantity]) -> list[Row]:
    """The benchmark's rows of what was found in a text."""
    rows: list[Row] = []
    left = None
    for quantity in quantities:
        row = _row(text, quantity)
        if left and _is_range(text, left, quantity):
            unit, number = _unit(quantity)
            rows[-1] = {"value": [left.value * number, quantity.value * number], "unit": unit, "change": "="}
            left = None
        else:
            rows += _alternatives(row) if _OR.search(quantity.text) else [row]
            left = quantity if quantity.value_upper is None else None
    return rows


def _alternatives(row: Row) -> list[Row]:
    """The two rows of "8 or 9 euros"; a qualifier is the first one's."""
    ends = row["value"] if isinstance(row["value"], list) else [row["value"]]
    return [row | {"value": end, "change": row["change"] if end == ends[0] else "="} for end in ends]


def _row(text: str, quantity: Quantity) -> Row:
    unit, number = _unit(quantity)
    ends = [end * number for end in (quantity.value, quantity.value_upper) if end is not None]
    return {"value": ends if len(ends) > 1 else ends[0], "unit": unit, "change": _change(text, quantity)}


def _unit(quantity: Quantity) -> tuple[str, float]:
    """The name of the unit there, and how many of it make one of ours."""
    unit, _, per = (quantity.unit or "-").partition("/")
    if quantity.unit in NAMES:
        return NAMES[quantity.unit], 1
    for written in WRITTEN:
        if unit == written.unit and written.wording.search(quantity.text.lower()):
            unit, number = written.name, written.number
            break
    else:
        unit, number = NAMES.get(unit, _LINKING.sub("", unit)), 1
    per = per or ("year" if _YEARLY.search(quantity.text.lower()) else "")
    return (f"{unit} per {NAMES.get(per, per)}" if per else unit), number


def _change(text: str, quantity: Quantity) -> str:
    """The qualifier, else the change that a verb before the figure makes or ends in; a range has none."""
    lead = text[max(0, quantity.start - _REACH) : quantity.start]
    if quantity.qualifier != "=" and not (quantity.qualifier == "~" and quantity.change):
        return {"<=": "<", ">=": ">"}.get(quantity.qualifier, quantity.qualifier)
    if quantity.value_upper is not None:
        return "="
    if quantity.change is None:
        return next((way for way, verb in _TO_LEVEL.items() if verb.search(lead)), "=")
    return "=" if _NOUN_BEHIND.match(text, quantity.end) or _NOUN_BEFORE.search(lead) else quantity.change


def _is_range(text: str, left: Quantity, right: Quantity) -> bool:
    alike = left.unit == right.unit and right.value_upper is None
    lead = text[max(0, left.start - _REACH) : left.start]
    return alike and bool(_FROM.search(lead) and _TO.fullmatch(text, left.end, right.start))
