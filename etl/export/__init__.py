"""Tables → what others can read: CSV, Parquet, a data package; and claims → citations to paste."""

from __future__ import annotations

from etl.export.citations import FORMS, cite, is_web_address
from etl.export.decisions import read_decisions
from etl.export.files import csv_parts, from_csv, to_csv, to_parquet, write
from etl.export.package import Chosen, Package, from_package, load_package, package_parts, to_package
from etl.export.rows import Rows
from etl.export.tables import TABLES, Table, cut

__all__ = [
    "FORMS",
    "TABLES",
    "Chosen",
    "Package",
    "Rows",
    "Table",
    "cite",
    "csv_parts",
    "cut",
    "from_csv",
    "from_package",
    "is_web_address",
    "load_package",
    "package_parts",
    "read_decisions",
    "to_csv",
    "to_package",
    "to_parquet",
    "write",
]
