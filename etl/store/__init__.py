"""Documents with their claims and mentions → one Delta table, and the table → frames.

One table holds all kinds of record, so that a commit, which is atomic for a table, brings a document together with its
claims and mentions. It is partitioned by kind of record, and a file has the columns of its kind. Readers query its
Parquet files with DuckDB, at one version. We write the files, and the log through `create_write_transaction`: Delta's
own merge and delete write `string_view` columns, which other Parquet readers refuse. Days are stored as dates, so that
any Delta reader opens the table.
"""

from __future__ import annotations

from etl.store.loading import (
    Proof,
    count_copies,
    load_checks,
    load_claims,
    load_documents,
    load_mentions,
    load_reference,
    load_reviewed,
    load_revisions,
    load_series,
    load_text,
    prove,
)
from etl.store.references import Skipped, Taken, add_reference, list_datasets, remove_datasets
from etl.store.rows import (
    DOCUMENT_COLUMNS,
    MENTION_COLUMNS,
    READ,
    Record,
    Rows,
    drop_documents,
    join_rows,
    place_key,
    to_rows,
)
from etl.store.store import Committed, Store

__all__ = [
    "DOCUMENT_COLUMNS",
    "MENTION_COLUMNS",
    "READ",
    "Committed",
    "Proof",
    "Record",
    "Rows",
    "Skipped",
    "Store",
    "Taken",
    "add_reference",
    "count_copies",
    "drop_documents",
    "join_rows",
    "list_datasets",
    "load_checks",
    "load_claims",
    "load_documents",
    "load_mentions",
    "load_reference",
    "load_reviewed",
    "load_revisions",
    "load_series",
    "load_text",
    "place_key",
    "prove",
    "remove_datasets",
    "to_rows",
]
