"""`REFERENCE_COLUMNS`: the one description of an official figure; official figures → claims of their datasets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from etl.frame import COLUMNS, Column, typed
from etl.model import KINDS, STATUSES

__all__ = ["REFERENCE_COLUMNS", "SKIPPED_COLUMNS", "as_claims", "breach"]

TEXT, NUMBER, DAY, COUNT = "str", "float64", "datetime64[us]", "int64"

REFERENCE_COLUMNS: tuple[Column, ...] = (
    Column("reference_id", TEXT, "16 hexadecimal digits: same dataset, series and period, same id", required=True),
    Column("dataset_id", TEXT, "16 hexadecimal digits of publisher and dataset", required=True),
    Column("metric", TEXT, "what is measured, a name of the metric lexicon", required=True),
    Column("product", TEXT, "the goods concerned, a name of the product lexicon"),
    Column("reporter", TEXT, "whose figure it is: ISO 3166 alpha-3 or a bloc"),
    Column("partner", TEXT, "the counterparty; none where it is all partners together"),
    Column("parties", TEXT, "all countries or blocs the figure is about, sorted, joined by ';'"),
    Column("kind", TEXT, "level, share, rate ...", values=KINDS, required=True),
    Column("value", NUMBER, "the figure in the base unit (1 million = 1e6)", required=True),
    Column("unit", TEXT, "ISO 4217 code, percent, or a name the Pint registry parses", required=True),
    Column("status", TEXT, "actual, estimate, forecast ...", values=STATUSES, required=True),
    Column("period_start", DAY, "first day the figure speaks of, inclusive", required=True),
    Column("period_end", DAY, "last day the figure speaks of, inclusive", required=True),
    Column("period_label", TEXT, "2017, 2017-06, 2017-S1, FY2016/17 ...", required=True),
    Column("period_granularity", TEXT, "day, month, quarter, half, year, range", required=True),
    Column("period_calendar", TEXT, "gregorian or fiscal", required=True),
    Column("measure", TEXT, "what the publisher says it measured: two measures of one metric may differ"),
    Column("dataset", TEXT, "title of the dataset", required=True),
    Column("publisher", TEXT, "who published it"),
    Column("url", TEXT, "its address"),
    Column("published", DAY, "day of the release"),
    Column("retrieved", DAY, "day the file was fetched"),
    Column("file", TEXT, "name of the file, behind a '/' that of the table inside an archive", required=True),
    Column("line", COUNT, "line of the file the row begins on, from 1", required=True),
    Column("column", TEXT, "name of the column", required=True),
    Column("cell", TEXT, "the figure exactly as in the file", required=True),
    Column("quote", TEXT, "the whole row exactly as in the file", required=True),
    Column("cell_start", COUNT, "offset of the cell in the quote, in code points", required=True),
    Column("file_sha256", TEXT, "SHA-256 of the file that was read", required=True),
)

SKIPPED_COLUMNS: tuple[Column, ...] = (
    Column("file", TEXT, "name of the file", required=True),
    Column("line", COUNT, "line the row begins on, from 1", required=True),
    Column("column", TEXT, "the column that decided, if one did"),
    Column("cell", TEXT, "what stands there"),
    Column("reason", TEXT, "why the row, or its figure, was not taken", required=True),
)


def as_claims(reference: pd.DataFrame) -> pd.DataFrame:
    """Official figures as claims of their datasets, columns and dtypes of `COLUMNS`: what `etl.series` works with.

    The claim_id is the reference_id, the document_id the dataset_id, the quote the row of the file.

    >>> as_claims(typed([], REFERENCE_COLUMNS)).shape
    (0, 39)
    """
    said = {"claim_id": "reference_id", "document_id": "dataset_id", "title": "dataset", "span_text": "cell"}
    places = {"document_sha256": "file_sha256", "span_start": "cell_start"}
    copied = {name: reference[column] for name, column in (said | places).items()}
    ends = {
        "span_end": reference["cell_start"] + reference["cell"].str.len(),
        "quote_end": reference["quote"].str.len(),
    }
    plain: dict[str, Any] = {
        "qualifier": "=",
        "period_bound": "closed",
        "period_basis": "explicit",
        "quote_start": 0,
        "language": "en",
    }
    return typed(reference.assign(**copied, **ends, **plain, extractor_version="reference"), COLUMNS)


def breach(row: Mapping[Any, object]) -> str | None:
    """What is wrong with an official figure: its cell does not stand in the row of the file that is its quote.

    >>> breach({"quote": "PAK,2018,23.6", "cell_start": 9, "cell": "23.6"}) is None
    True
    """
    quote, start, cell = str(row["quote"]), int(str(row["cell_start"])), str(row["cell"])
    if quote[start : start + len(cell)] == cell:
        return None
    return f"the row of line {row.get('line')} of {row.get('file')} does not have {cell!r} at {start}"
