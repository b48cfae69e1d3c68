"""A wire story, the papers that printed it, and a paper with figures of its own, for the tests of copies."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from etl.model import Document
from etl.store import Record, Store, to_rows
from tests.sample_store import record
from tests.samples import year

__all__ = ["DAILY", "FRENCH", "GAZETTE", "HERALD", "OWN", "RECORDS", "WIRE", "make_story_store"]

TEXT = (
    "Trade between Russia and Pakistan came to $1 billion in 2023, the commerce minister told the chamber on Tuesday. "
    "Wheat and crude oil made up 74 per cent of it, he said, and 26 lorries cross the mountains on every working day. "
    "A ferry from Karachi is to follow in spring, if the harbour of Astrakhan is dredged by then to 4.5 metres."
)
WIRE = Document(TEXT, title="Trade at a billion", publisher="Steppe Wire", published=dt.date(2024, 3, 1))
HERALD = Document(
    "A new era of commerce\n\nBy our own correspondent\n\n" + TEXT,
    title="A new era",
    publisher="Herald",
    author="A. Scribe",
    published=dt.date(2024, 3, 2),
)
DAILY = Document(
    TEXT.replace("$1 billion", "$1.1 billion"), title="A slip", publisher="Daily", published=dt.date(2024, 3, 3)
)
GAZETTE = Document(TEXT + " Subscribe to the Gazette.", title="Undated", publisher="Gazette")
OWN = Document(
    "Our count of customs papers has trade between the two at $1.02 billion for the whole of 2023, most of it grain.",
    title="We counted",
    publisher="Ledger",
    published=dt.date(2024, 3, 9),
)
FRENCH = Document("Le commerce a atteint un milliard.", title="Un milliard", publisher="Matin", language="fr")

RECORDS = [
    record(WIRE, ("$1 billion", 1e9, year(2023), {})),
    record(HERALD, ("$1 billion", 1e9, year(2023), {})),
    record(DAILY, ("$1.1 billion", 1.1e9, year(2023), {})),
    record(GAZETTE, ("$1 billion", 1e9, year(2023), {})),
    record(OWN, ("$1.02 billion", 1.02e9, year(2023), {})),
    Record(FRENCH, FRENCH.id, 1, "not read: language fr"),
]


def make_story_store(folder: Path, records: list[Record] | None = None) -> Path:
    """A store of the story in `folder`: 6 documents, of which 3 are copies of the first."""
    Store.create_or_open(folder).commit(to_rows(records or RECORDS, "0"))
    return folder
