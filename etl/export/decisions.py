"""A file of decisions, as `trade-figures decisions export` writes it → the decisions."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

from etl.decisions import DECISION_COLUMNS, Decision, from_lines, from_table
from etl.errors import DecisionError
from etl.export.files import from_csv

__all__ = ["read_decisions"]


def read_decisions(path: str | os.PathLike[str]) -> list[Decision]:
    """The decisions of a file: JSON lines where it begins with a brace, else CSV.

    Raises `DecisionError` naming the file, and the row or line of what is no decision.
    """
    try:
        data = Path(path).read_bytes().removeprefix(codecs.BOM_UTF8)
        if data.lstrip().startswith(b"{"):
            return from_lines(data.decode())
        return from_table(from_csv(data, DECISION_COLUMNS))
    except OSError as error:
        message = f"cannot read {path}: {error.strerror}"
        raise DecisionError(message) from error
    except ValueError as error:  # not UTF-8, no table, or no decision
        message = f"{path}: {error}"
        raise DecisionError(message) from error
