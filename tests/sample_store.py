"""A small store of documents written for the tests of the dashboard: every case a page must show."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from etl.model import Citation, Claim, Document, Mention, Period, Quantity
from etl.store import Record, Store, to_rows
from tests.samples import Said, fiscal, months, year

__all__ = ["HOSTILE", "LEDGER", "POST", "WHEAT", "make_store", "record"]

HOSTILE = Document(
    'Trade was <b>$700 million</b> in 2018, see <a href="https://evil.example/">here</a>.',
    title="<img src=x onerror=alert(1)>",
    publisher="**Bold** & Sons",
    published=dt.date(2019, 2, 1),
    url="javascript:alert(1)",
)
"""A document that would run code, load a picture or become bold on a page that took its words for markup."""

LEDGER = Document(
    "First paragraph, about the weather.\n\nTrade was $388.5 million in 2021-22, and in the fiscal year 2022-23 it "
    "recovered to $920 million. Nobody expected that of the 14 ministers who came.",
    title="Two fiscal years",
    publisher="The Ledger",
    published=dt.date(2023, 10, 13),
    url="https://ledger.example/fiscal",
    kind="digest",
)
CHAMBER = Document(
    "A federation of chambers counts $666.85 million for the fiscal year 2022-23.",
    title="Chambers count again",
    publisher="Chamber Monthly",
    published=dt.date(2024, 3, 7),
)
POST = Document(
    "Trade between the two reached $1 billion in 2023. It was about $500 million in 2017.",
    title="Ministers meet",
    publisher="Capital Post",
    published=dt.date(2024, 9, 19),
    url="https://capital.example/ministers",
)
WIRE = Document(
    "Trade came to $1.02 billion in 2023, and $660 million from January to October 2018.",
    title="A record",
    publisher="Northern Wire",
    published=dt.date(2024, 10, 2),
)
GRAIN = Document(
    "Russia sold Pakistan 1.2 million tonnes of wheat in 2022 and over 900,000 tonnes in 2023. A tonne cost $372.",
    title="Wheat",
    publisher="Northern Wire",
    published=dt.date(2024, 2, 12),
)
RUMOUR = Document("Trade could one day be worth $5 billion.")

FISCAL = "trade-turnover.pak-rus.currency-usd.fiscal-year-jul-jun"
"""The series of the fiscal years, of two figures."""

CONFLICT = "553c1a605c76d856"
"""Its figure for 2022/23, on which two sources disagree; an identifier is the same in every store."""

WHEAT: Said = {"metric": "exports", "reporter": "RUS", "partner": "PAK", "product": "wheat", "unit": "tonne"}


def make_store(folder: Path) -> Path:
    """A store of 8 documents and 12 claims in `folder`."""
    records = [
        record(LEDGER, ("$388.5 million", 3.885e8, fiscal(2021), {}), ("$920 million", 9.2e8, fiscal(2022), {})),
        record(CHAMBER, ("$666.85 million", 6.6685e8, fiscal(2022), {"attribution": "a federation of chambers"})),
        record(POST, ("$1 billion", 1e9, year(2023), {}), ("$500 million", 5e8, year(2017), {"qualifier": "~"})),
        record(WIRE, ("$1.02 billion", 1.02e9, year(2023), {}), ("$660 million", 6.6e8, months(2018, 1, 10), {})),
        record(
            GRAIN,
            ("1.2 million tonnes", 1.2e6, year(2022), WHEAT),
            ("900,000 tonnes", 9e5, year(2023), {**WHEAT, "qualifier": ">"}),
            ("$372", 372.0, year(2023), {**WHEAT, "metric": "price", "kind": "price", "unit": "USD/tonne"}),
        ),
        record(HOSTILE, ("$700 million", 7e8, year(2018), {})),
        record(RUMOUR, ("$5 billion", 5e9, None, {"status": "potential"})),
        record(Document("No figure at all.", title="Nothing", publisher="The Ledger")),
    ]
    Store.create_or_open(folder).commit(to_rows(records, "0"))
    return folder


def record(document: Document, *stated: tuple[str, float, Period | None, Said]) -> Record:
    """What a run would have found in `document`: the figures stated, and any 14 as a number not used."""
    claims = tuple(_claim(document.text, *figure) for figure in stated)
    at = document.text.find("14 ")
    mentions = (Mention(at, at + 2, "14", "a count of people"),) if at >= 0 else ()
    return Record(document, document.id, 1, claims=claims, mentions=mentions)


def _claim(text: str, figure: str, value: float, period: Period | None, said: Said) -> Claim:
    start = text.index(figure)
    return Claim(
        Quantity(start, start + len(figure), figure, value, None, said.get("unit", "USD"), said.get("qualifier", "=")),
        _sentence(text, start),
        said.get("metric", "trade_turnover"),
        said.get("kind", "level"),
        said.get("status", "actual"),
        ("PAK", "RUS"),
        said.get("reporter"),
        said.get("partner"),
        said.get("product"),
        period,
        attribution=said.get("attribution"),
    )


def _sentence(text: str, at: int) -> Citation:
    start = max(text.rfind(end, 0, at) + len(end) if end in text[:at] else 0 for end in (". ", "\n\n"))
    stop = text.find(". ", at)
    end = len(text) if stop < 0 else stop + 1
    return Citation(text[start:end], start, end, text[max(0, start - 32) : start], text[end : end + 32])
