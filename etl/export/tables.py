"""The tables that leave: their names, what a row of each is, and their columns, for files, addresses and documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from etl.decisions import REVIEWED_COLUMNS
from etl.export.rows import Rows
from etl.frame import Column
from etl.series import CHECK_COLUMNS, OBSERVATION_COLUMNS, SERIES_COLUMNS, TRANSFORM_COLUMNS
from etl.series.money import MONEY_COLUMNS
from etl.series.units import CONVERSION_COLUMNS
from etl.store import DOCUMENT_COLUMNS

__all__ = ["TABLES", "Table", "cut"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, what a row is, its columns, and the one that names a row.

    `made` are columns that only conversions and transforms add.
    """

    name: str
    says: str
    columns: tuple[Column, ...]
    key: str
    made: tuple[Column, ...] = ()

    def columns_of(self, frame: pd.DataFrame) -> tuple[Column, ...]:
        """The columns that leave with `frame`: all of the table, and those of `made` that were made.

        >>> [column.name for column in TABLES["documents"].columns_of(pd.DataFrame())][:2]
        ['document_id', 'title']
        """
        return (*self.columns, *(column for column in self.made if column.name in frame))


# A conversion and a transform both say why there is no figure, in one column.
_MADE = {column.name: column for column in (*CONVERSION_COLUMNS, *MONEY_COLUMNS, *TRANSFORM_COLUMNS)}

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table(
            "claims",
            "One row a claim: one figure, stated in one sentence of one document, with its quote.",
            REVIEWED_COLUMNS,
            "claim_id",
        ),
        Table(
            "observations",
            "One row an observation: what the claims of one series say of one period, reconciled.",
            OBSERVATION_COLUMNS,
            "observation_id",
            tuple(_MADE.values()),
        ),
        Table("series", "One row a series, with what it has.", SERIES_COLUMNS, "series_id"),
        Table(
            "checks",
            "One row a check: claims set against each other, with both sides, the tolerance and a verdict.",
            CHECK_COLUMNS,
            "check_id",
        ),
        Table("documents", "One row a document, with its metadata.", DOCUMENT_COLUMNS, "document_id"),
    )
}


def cut(rows: Rows, table: Table) -> Rows:
    """`rows` with exactly the columns that leave, in their order."""

    def at(start: int, stop: int) -> pd.DataFrame:
        frame = rows.at(start, stop)
        return frame[[column.name for column in table.columns_of(frame)]]

    return Rows(rows.count, at)
