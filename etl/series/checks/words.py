"""Figures → how a formula speaks of them: 171.94 million, over 1 billion."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from etl.series.categories import cells
from etl.series.checks.facts import Facts

__all__ = ["spoken", "spoken_facts"]

_QUALIFIERS = {"=": "", "~": "about ", ">": "over ", ">=": "at least ", "<": "under ", "<=": "up to "}
_SCALES = ((1.0, ""), (1e6, " million"), (1e9, " billion"), (1e12, " trillion"))
_BOUNDS = [scale for scale, _ in _SCALES[1:]]


def spoken(value: float, upper: float = float("nan"), qualifier: str = "=") -> str:
    """A figure in words of the page.

    >>> spoken(171_940_000), spoken(1.5e9, 1.6e9, "~"), spoken(-45_122.5)
    ('171.94 million', 'about 1.5–1.6 billion', '-45,122.5')
    """
    ranged = upper == upper  # noqa: PLR0124  nan is not itself
    largest = max(abs(value), abs(upper)) if ranged else abs(value)
    scale, name = _SCALES[bisect_right(_BOUNDS, largest)]
    # Twelve digits, as everywhere: what binary fractions lose is not shown.
    end = f"–{upper / scale:,.12g}" if ranged else ""
    return f"{_QUALIFIERS[qualifier]}{value / scale:,.12g}{end}{name}"


def spoken_facts(facts: Facts, wanted: np.ndarray) -> dict[int, str]:
    """How each of the wanted facts is stated, in its unit; of one in conflict the lowest and the highest figure."""
    distinct = np.unique(wanted)
    names = ["value", "value_upper", "qualifier", "conflict", "lowest", "highest"]
    told = (
        f"{spoken(low)} to {spoken(high)}" if conflict else spoken(value, upper, qualifier)
        for value, upper, qualifier, conflict, low, high in cells(facts.table[names].iloc[distinct])
    )
    return dict(zip(distinct.tolist(), told, strict=True))
