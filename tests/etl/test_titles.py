"""Names → titles in plain words, and slugs that outlive them."""

from __future__ import annotations

import pytest

from etl.titles import Subject, kind_title, metric_title, parties_title, party_name, series_slug, subject_title

BOTH = "PAK;RUS"

TITLES = [
    (Subject("trade_turnover", parties=BOTH), "Trade between Russia and Pakistan"),
    (Subject("trade_turnover", parties="CHN;PAK;RUS"), "Trade between China, Russia and Pakistan"),
    (Subject("trade_turnover", "wheat", BOTH), "Trade between Russia and Pakistan in wheat"),
    (Subject("trade_turnover", parties=BOTH, kind="change_rel"), "Growth of trade between Russia and Pakistan"),
    (Subject("trade_turnover", parties="PAK"), "Trade turnover, Pakistan"),
    (Subject("trade_turnover"), "Trade turnover"),
    (Subject("exports", "", BOTH, "PAK", "RUS"), "Pakistan: exports to Russia"),
    (Subject("exports", "wheat", BOTH, "RUS", "PAK"), "Russia: exports to Pakistan of wheat"),
    (Subject("imports", "wheat", BOTH, "PAK", "RUS"), "Pakistan: imports from Russia of wheat"),
    (Subject("imports", "wheat", "PAK", "PAK"), "Pakistan: imports of wheat"),
    (Subject("imports", "", BOTH, "PAK", "RUS", "change_rel"), "Pakistan: growth of imports from Russia"),
    (Subject("exports", "", BOTH, "PAK", "RUS", "change_abs"), "Pakistan: change in exports to Russia"),
    (Subject("trade_deficit", "", BOTH, "PAK", "RUS"), "Pakistan: trade deficit with Russia"),
    (Subject("investment", "", BOTH, "RUS", "PAK"), "Russia: investment in Pakistan"),
    (Subject("exchange_rate", "", "PAK", "PAK", "USA"), "Pakistan: exchange rate against United States"),
    (Subject("gdp_growth", "", "PAK", "PAK", kind="rate"), "Pakistan: GDP growth"),
    (
        Subject("settlement_share", parties=BOTH, kind="share"),
        "Share of settlements in national currencies, Russia and Pakistan",
    ),
    (Subject("price", "wheat"), "Price of wheat"),
    (Subject("sunshine_hours", "", "XYZ", "XYZ"), "XYZ: sunshine hours"),
]


@pytest.mark.parametrize(("subject", "expected"), TITLES)
def test_a_subject_has_a_title_in_plain_words(subject: Subject, expected: str) -> None:
    assert subject_title(subject) == expected


SLUGS = [
    (Subject("trade_turnover", parties=BOTH), "trade-turnover.pak-rus"),
    (Subject("exports", "wheat", BOTH, "RUS", "PAK"), "exports.of-wheat.rus-to-pak"),
    (Subject("exports", "crude oil", "CHN;PAK;RUS", "RUS", "PAK"), "exports.of-crude-oil.rus-to-pak-chn-pak-rus"),
    (Subject("exports", "", BOTH, "PAK"), "exports.pak-pak-rus"),
    (Subject("production", parties="OPEC", reporter="OPEC"), "production.opec"),
    (Subject("production", parties="OPEC+", reporter="OPEC+"), "production.opecplus"),
    (Subject("trade_turnover", parties=BOTH, kind="change_rel"), "trade-turnover.pak-rus.change-rel"),
]


@pytest.mark.parametrize(("subject", "expected"), SLUGS)
def test_a_subject_has_a_slug_made_of_names(subject: Subject, expected: str) -> None:
    assert series_slug(subject) == expected


def test_a_slug_ends_with_what_else_tells_series_apart() -> None:
    slug = series_slug(Subject("price", "wheat"), "price:USD/mass", "fiscal year Jul–Jun", "", "forecast")
    assert slug == "price.of-wheat.price-usd-mass.fiscal-year-jul-jun.forecast"


def test_names_the_lexicon_lacks_stand_for_themselves() -> None:
    names = (party_name("XYZ"), metric_title("sunshine_hours"), kind_title("odd_kind"), parties_title("XYZ;PAK"))
    assert names == ("XYZ", "Sunshine hours", "Odd kind", "Pakistan and XYZ")
