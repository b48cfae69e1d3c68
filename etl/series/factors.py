"""Equations as people write them → factors between units: "7.33 barrel = 1 tonne"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from etl.errors import UnitError
from etl.lexicon import cache, read_table, words
from etl.lexicon.units import factor, read_unit, registry, split_scale

if TYPE_CHECKING:
    import pint

__all__ = ["Factor", "factor_with", "read_factors"]

_AMOUNT = r"(\d[\d,]*(?:\.\d+)?(?:e-?\d+)?) *"
_EQUATION = re.compile(rf"{_AMOUNT}(\D[^=]*?) *= *{_AMOUNT}(\D[^=()]*?)(?: *\(([^()]*)\))?", re.IGNORECASE)
# A few in a row: tonnes of LNG to cubic metres of gas to energy.
_MOST = 4


@dataclass(frozen=True, slots=True)
class Factor:
    """So much of one unit stands for so much of another, in the `products` it is said of, or in all."""

    amount: float
    unit: str
    other_amount: float
    other: str
    source: str = ""
    products: tuple[str, ...] = ()

    def __str__(self) -> str:
        equation = f"{self.amount:g} {self.unit} = {self.other_amount:g} {self.other}"
        return f"{equation} ({self.source})" if self.source else equation


def read_factors(using: str | Iterable[str]) -> tuple[Factor, ...]:
    """The factors of some equations, or of names in factors.txt.

    Raises `UnitError` for a text that is neither, or an equation with a unit nobody knows.

    >>> [str(factor) for factor in read_factors("1 bcm = 35.3 million MMBtu")]
    ['1 bcm = 35.3 million MMBtu']
    """
    texts = (using,) if isinstance(using, str) else tuple(using)
    if len(texts) > _MOST:
        message = f"{len(texts)} factors are more than a conversion can need; state {_MOST} at most"
        raise UnitError(message)
    return tuple(map(_read_factor, texts))


@cache
def factor_with(unit: str, to: str, stated: tuple[Factor, ...]) -> tuple[float, tuple[Factor, ...]]:
    """What a value in `unit` is multiplied by to be in `to`, and those of the stated factors that it takes.

    Raises `DimensionError` where they do not lead there.

    >>> by, taken = factor_with("USD/barrel", "USD/tonne", read_factors("7.33 barrel = 1 tonne"))
    >>> round(by, 6), [str(each) for each in taken]
    (7.33, ['7.33 barrel = 1 tonne'])
    """
    # Each factor is one: it may be multiplied or divided by. The fewest that lead there are taken.
    for powers in sorted(product((0, 1, -1), repeat=len(stated)), key=lambda powers: sum(map(abs, powers))):
        taken = tuple(each for each, power in zip(stated, powers, strict=True) if power)
        if not taken:
            continue
        if (by := _through(unit, to, stated, powers)) is not None:
            return by, taken
    return factor(unit, to), ()


def _through(unit: str, to: str, stated: tuple[Factor, ...], powers: tuple[int, ...]) -> float | None:
    import pint  # noqa: PLC0415  see `registry`.

    try:
        quantity = _quantity(1.0, unit)
        for each, power in zip(stated, powers, strict=True):
            quantity *= (_quantity(each.amount, each.unit) / _quantity(each.other_amount, each.other)) ** power
        size, base = split_scale(to)
        return float(quantity.to(base).magnitude) / size
    except (pint.PintError, AttributeError):
        return None


def _quantity(amount: float, unit: str) -> pint.Quantity[float]:
    size, base = split_scale(unit)
    return registry().Quantity(amount * size, base)


@cache
def _read_factor(text: str) -> Factor:
    named = {row["name"].casefold(): row for row in read_table("factors.txt")}
    if (row := named.get(text.strip().casefold())) is not None:
        return _read_equation(row["equation"], row["source"], words(row["products"]))
    return _read_equation(text)


def _read_equation(text: str, source: str = "", products: tuple[str, ...] = ()) -> Factor:
    """equation = amount unit "=" amount unit ("(" source ")")?"""
    found = _EQUATION.fullmatch(text.strip())
    amounts = [float(found[group].replace(",", "")) for group in (1, 3)] if found else [0.0]
    if found is None or not all(amounts):
        names = ", ".join(row["name"] for row in read_table("factors.txt"))
        message = f"{text!r} is no factor; write one as '7.33 barrel = 1 tonne', or name one of {names}"
        raise UnitError(message)
    return Factor(amounts[0], read_unit(found[2]), amounts[1], read_unit(found[4]), found[5] or source, products)
