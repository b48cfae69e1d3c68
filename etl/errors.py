"""One root error; every message names the thing, says what was expected and gives the next step."""

from __future__ import annotations

__all__ = [
    "AccountError",
    "DatasetError",
    "DayError",
    "DecisionError",
    "DimensionError",
    "DocumentError",
    "EngineError",
    "ExportError",
    "GoldError",
    "LexiconError",
    "PackageError",
    "PortInUseError",
    "RuleError",
    "StoreError",
    "TradeFiguresError",
    "TransformError",
    "UnitError",
    "UnknownNameError",
    "point_at",
]


class TradeFiguresError(Exception):
    """The root of all errors this package raises on purpose."""


class AccountError(TradeFiguresError, ValueError):
    """An account that can be none or is not there, or a file of accounts that cannot be read or written."""


class DocumentError(TradeFiguresError, ValueError):
    """A document that cannot be read; the run goes on and lists it with this message."""


class EngineError(TradeFiguresError, RuntimeError):
    """The place where the work should run is missing, out of reach, or lost a worker."""


class DatasetError(TradeFiguresError, ValueError):
    """A file that holds no official statistics we can read, or an option that does not fit it."""


class DayError(TradeFiguresError, ValueError):
    """A day that is none, where one was asked for."""


class DecisionError(TradeFiguresError, ValueError):
    """A decision that can be none, or a log of decisions that cannot be read or written."""


class DimensionError(TradeFiguresError, ValueError):
    """A conversion between units of different dimensions; names both."""


class ExportError(TradeFiguresError, OSError):
    """A file that cannot be written."""


class GoldError(TradeFiguresError, ValueError):
    """Annotated articles that contradict themselves; names every breach with its file and line."""


class LexiconError(TradeFiguresError, ValueError):
    """A row of a lexicon table that breaks the table's own rules; names file and line."""


class PackageError(TradeFiguresError, ValueError):
    """A file that is no data package of ours, or one that was changed since it was written."""


class RuleError(TradeFiguresError, ValueError):
    """A way to choose figures or series that is none; lists those there are."""


class RateError(TradeFiguresError, ValueError):
    """A file of exchange rates or of a price index that breaks its own rules; names file and line."""


class StoreError(TradeFiguresError, OSError):
    """A folder that is not a trade-figures store, or a store that cannot be written."""


class UnknownNameError(TradeFiguresError, ValueError):
    """A metric, product, country or choice that nobody knows; names those near to it, or all there are."""


class TransformError(TradeFiguresError, ValueError):
    """A transform that there is not, or an argument that makes no sense for it; lists what there is."""


class PortInUseError(TradeFiguresError, OSError):
    """The address the dashboard should listen on is taken."""


class UnitError(TradeFiguresError, ValueError):
    """A unit, a currency or a conversion factor that nobody knows; names it and what is known."""


def point_at(text: str, start: int, end: int, *, width: int = 60) -> str:
    """Show the line of `text` that holds `[start, end)`, with a marker below it.

    >>> print(point_at("published: 2024-13-01", 11, 21))
    published: 2024-13-01
               ~~~~~~~~~^
    """
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line = text[line_start : line_end if line_end >= 0 else len(text)]
    left = max(0, start - line_start - width)
    shown = line[left : left + 2 * width]
    marker_end = min(max(end - line_start - left, start - line_start - left + 1), len(shown))
    marker = " " * (start - line_start - left)
    return f"{shown}\n{marker}{'~' * (marker_end - len(marker) - 1)}^"
