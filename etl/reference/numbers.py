"""A cell of a table → its number; whether a comma is a decimal sign is told by all cells, never by one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from etl.reference.codes import UnmappedError

__all__ = ["decimal_sign", "is_empty", "read_number"]

_EMPTY = frozenset(("", "..", ":", "-", "–", "…", ".", "na", "n/a", "n.a.", "nan", "null", "none", "#n/a"))
# Spaces and apostrophes that part thousands, and no others: "12 7" is two numbers.
_GROUP_SIGNS = re.compile(r"(?<=\d)[ \u00a0\u202f'’](?=\d{3}(?!\d))")
_COMMA_GROUPS = re.compile(r"[-+]?\d{1,3}(,\d{3})+")
_POINT_GROUPS = re.compile(r"[-+]?\d{1,3}(\.\d{3}){2,}")


def is_empty(cell: str) -> bool:
    """Whether a cell says that there is no figure.

    >>> is_empty(".."), is_empty(":"), is_empty("0")
    (True, True, False)
    """
    return cell.strip().casefold() in _EMPTY


def decimal_sign(cells: Iterable[str]) -> str | None:
    """The decimal sign of a column: "." or ","; None where a comma could be either.

    >>> decimal_sign(["1.5", "2"]), decimal_sign(["1,5", "2,125"]), decimal_sign(["2,125"]), decimal_sign(["1,024.5"])
    ('.', ',', None, '.')
    """
    with_comma = [cell for cell in cells if "," in cell or _POINT_GROUPS.fullmatch(cell.strip())]
    plain = [_GROUP_SIGNS.sub("", cell.strip()) for cell in with_comma]
    if not plain:
        return "."
    comma = any(not _COMMA_GROUPS.fullmatch(cell) and cell.rfind(",") > cell.rfind(".") for cell in plain)
    comma = comma or any(_POINT_GROUPS.fullmatch(cell) for cell in plain)
    point = any("." in cell and cell.rfind(".") > cell.rfind(",") and "," in cell for cell in plain)
    point = point or any(cell.count(",") > 1 for cell in plain)
    return None if comma == point else "," if comma else "."


def read_number(cell: str, decimal: str | None, power: int = 0) -> float:
    """The number of a cell times ten to the `power`; raises `UnmappedError`.

    >>> read_number("411.4", ".", 6), read_number("1,024", "."), read_number("12,5", ",")
    (411400000.0, 1024.0, 12.5)
    """
    text = _GROUP_SIGNS.sub("", cell.strip())
    if decimal is None and "," in text:
        message = f"{cell!r}: is the comma a decimal sign? say so with --decimal , or --decimal ."
        raise UnmappedError(message, "value")
    text = text.replace(".", "").replace(",", ".") if decimal == "," else text.replace(",", "")
    try:
        number = float(Decimal(text).scaleb(power))
    except (InvalidOperation, ValueError, OverflowError) as error:
        message = f"no number: {cell!r}"
        raise UnmappedError(message, "value") from error
    if number - number != 0:
        message = f"no number: {cell!r}"
        raise UnmappedError(message, "value")
    return number
