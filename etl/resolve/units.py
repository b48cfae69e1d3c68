"""The unit of a quantity → the unit of a claim: things of one kind count alike, whatever a text adds to their name."""

from __future__ import annotations

from dataclasses import replace

from etl.model import Quantity

__all__ = ["claimed"]


def claimed(quantity: Quantity) -> Quantity:
    """The quantity in the unit of its series: a counted noun phrase stands for its head.

    >>> [claimed(Quantity(0, 1, "4", 4.0, unit=unit)).unit for unit in ("mi-35m attack helicopter", "case of measles")]
    ['helicopter', 'case']
    >>> claimed(Quantity(0, 1, "4", 4.0, unit="USD/tonne")).unit
    'USD/tonne'
    """
    phrase, slash, per = (quantity.unit or "").partition("/")
    if " " not in phrase:
        return quantity
    head = phrase.partition(" of ")[0].rpartition(" ")[2]
    return replace(quantity, unit=f"{head}{slash}{per}")
