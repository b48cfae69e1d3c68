"""Figures → how a formula speaks of them: 171.94 million, over 1 billion."""

from __future__ import annotations

import numpy as np

from etl.series.checks.facts import Facts

__all__ = ["spoken", "spoken_facts"]

_QUALIFIERS = {"=": "", "~": "about ", ">": "over ", ">=": "at least ", "<": "under ", "<=": "up to "}
_SCALES = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))


def spoken(value: float, upper: float = float("nan"), qualifier: str = "=") -> str:
    """A figure in words of the page.

    >>> spoken(171_940_000), spoken(1.5e9, 1.6e9, "~"), spoken(-45_122.5)
    ('171.94 million', 'about 1.5–1.6 billion', '-45,122.5')
    """
    largest = max(abs(value), abs(upper)) if upper == upper else abs(value)  # noqa: PLR0124  nan is not itself
    scale, name = next((pair for pair in _SCALES if largest >= pair[0]), (1.0, ""))
    numbers = [_number(number / scale) for number in (value, upper) if number == number]  # noqa: PLR0124
    return f"{_QUALIFIERS[qualifier]}{'–'.join(numbers)}{name}"


def spoken_facts(facts: Facts, wanted: np.ndarray) -> dict[int, str]:
    """How each of the wanted facts is stated, in its unit; of one in conflict the lowest and the highest figure."""
    distinct = np.unique(wanted)
    rows = facts.table.iloc[distinct]
    names = ("value", "value_upper", "qualifier", "conflict", "lowest", "highest")
    cells = zip(distinct.tolist(), *(rows[name].tolist() for name in names), strict=True)
    return {
        fact: f"{spoken(low)} to {spoken(high)}" if conflict else spoken(value, upper, qualifier)
        for fact, value, upper, qualifier, conflict, low, high in cells
    }


def _number(value: float) -> str:
    # Twelve digits, as everywhere: what binary fractions lose is not shown.
    whole, _, rest = f"{float(f'{value:.12g}'):,.12f}".rstrip("0").partition(".")
    return f"{whole}.{rest}" if rest else whole
