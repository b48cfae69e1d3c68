"""Official statistics → tidy rows, each with the line and the cell it was read from: another kind of source than news.

A file is told by its header, not by its name: a download of UN Comtrade or the World Bank, SDMX-CSV, or a table with
our own column names. The tables `reference_*.txt` of the lexicon say what the publishers' codes are in our words.
"""

from __future__ import annotations

from etl.reference.columns import REFERENCE_COLUMNS, SKIPPED_COLUMNS, as_claims, breach
from etl.reference.reading import Dataset, Options, read_dataset, read_reference

__all__ = [
    "REFERENCE_COLUMNS",
    "SKIPPED_COLUMNS",
    "Dataset",
    "Options",
    "as_claims",
    "breach",
    "read_dataset",
    "read_reference",
]
