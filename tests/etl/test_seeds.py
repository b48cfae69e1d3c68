"""Five real articles → exactly the figures they state, each proved by its quote; no dates, ordinals or tickers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from etl.citation import verify
from etl.pipeline import run
from etl.store import load_claims, load_text

COLUMNS = [
    "value",
    "unit",
    "qualifier",
    "metric",
    "parties",
    "product",
    "period_start",
    "period_end",
    "publisher",
    "span_text",
]
MINISTRY = "Ministry of Foreign Affairs of the Russian Federation"
VILLAGE, KYIV = "Global Village Space", "Kyiv Independent"
PAIR, TRADE, SHARE = "PAK;RUS", "trade_turnover", "settlement_share"
HELICOPTERS = "four Russian Mi-35M combat transport helicopters"
EXPECTED = [
    (4.0, "helicopter", "=", "imports", PAIR, "helicopters", "2017-01-01", "2017-12-31", MINISTRY, HELICOPTERS),
    (500e6, "USD", "~", TRADE, PAIR, None, "2017-01-01", "2017-12-31", MINISTRY, "$500 million"),
    (3.1e6, "tonne", "=", "production_gap", "PAK", "steel", None, None, VILLAGE, "3.1 million tons"),
    (20.0, "percent", "<", SHARE, PAIR, None, "2022-01-01", "2022-12-31", VILLAGE, "20%"),
    (1e9, "USD", "=", TRADE, PAIR, None, "2023-01-01", "2023-12-31", None, "$1 billion"),
    (1e9, "USD", "=", TRADE, PAIR, None, "2023-01-01", "2023-12-31", VILLAGE, "$1 billion"),
    (1e9, "USD", "=", TRADE, PAIR, None, "2023-01-01", "2023-12-31", KYIV, "$1 billion"),
    (80.0, "percent", ">", SHARE, PAIR, None, "2024-01-01", "2024-06-30", VILLAGE, "80%"),
]  # fmt: skip


@pytest.fixture(scope="module")
def store(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeds") / "store"
    report = run([shared / "seeds"], store=folder)
    assert (report.read, report.failed) == (5, ())
    return folder


def test_the_articles_give_exactly_these_figures(store: Path) -> None:
    claims = load_claims(store)[COLUMNS].sort_values(["period_end", "value", "publisher"], na_position="first")
    claims = claims.assign(**{name: claims[name].dt.strftime("%Y-%m-%d") for name in ("period_start", "period_end")})
    found = {tuple(None if pd.isna(cell) else cell for cell in row) for row in claims.itertuples(index=False)}
    assert (found, len(claims)) == (set(EXPECTED), len(EXPECTED))


def test_every_figure_proves_itself(store: Path) -> None:
    rows = load_claims(store).to_dict("records")
    assert [verify(load_text(store, row["document_id"]), row) for row in rows] == [None] * len(EXPECTED)


def test_the_sentence_that_says_last_year_is_resolved_by_its_date(store: Path) -> None:
    quotes = load_claims(store).set_index("span_start")
    row = quotes[(quotes["publisher"] == "Global Village Space") & (quotes["span_text"] == "$1 billion")].iloc[0]
    assert ("last year" in row["quote"], row["period_label"], row["period_basis"]) == (True, "2023", "pubdate")
