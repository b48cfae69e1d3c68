"""Texts → countries and blocs, and whether a figure can be about them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from etl.grammar.clauses import sentences
from etl.grammar.phrases import split_words
from etl.lexicon import read_table
from etl.resolve.places import find_places, names_office, read_home, read_topic

PLACES = [
    (
        "a demonym and a name behind a preposition",
        "Pakistani exports to Russia",
        [("PAK", False, None), ("RUS", False, "to")],
    ),
    (
        "capitals stand for their states",
        "trade between Moscow and Islamabad",
        [("RUS", False, "between"), ("PAK", False, "and")],
    ),
    ("a capital as a place of meeting is weak", "told reporters in Islamabad", [("PAK", True, "in")]),
    ("a speaker is weak", "the Russian deputy prime minister", [("RUS", True, None)]),
    ("an office in front makes weak", "the embassy of Kenya", [("KEN", True, "of")]),
    ("a city is weak", "KARACHI: Exports fell", [("PAK", True, None)]),
    ("a currency is not a place", "US$5 billion, Australian dollars", []),
    ("a bird is not a country", "They ate turkey with us.", []),
    ("a bloc", "the Eurasian Economic Union (EAEU)", [("EAEU", False, None), ("EAEU", False, None)]),
    ("a route is weak", "trade via Hong Kong", [("HKG", True, "via")]),
    ("a possessive in capitals", "UKRAINE'S EXPORTS", [("UKR", False, None)]),
    ("dollars behind a name belong to no country", "Japan $920 million, US $5 billion", [("JPN", False, None)]),
    ("a pair in one word", "Russia-Pakistan ties", [("RUS", False, None), ("PAK", False, None)]),
    ("the won is money", "the South Korean won fell", []),
    ("to win is not", "South Korea won a contract", [("KOR", False, None)]),
    ("a region is a counterparty", "exports to Europe", [("EUROPE", False, "to")]),
    ("a region as a scene is weak", "the largest mine in Asia", [("ASIA", True, "in")]),
    ("a bloc's own office speaks for it", "the European Commission said", [("EU", True, None)]),
    ("a country behind a place in time does not act", "second after South Africa", [("ZAF", False, "after")]),
]
LOOKALIKES = [
    ("New Mexico, New Jersey and West Virginia", ["USA", "USA", "USA"]),
    ("the US state of Georgia", ["USA", "USA"]),
    ("Georgia Tech", ["USA"]),
    ("Georgian wine", ["GEO"]),
    ("Nigerien uranium, Nigerian oil, the Niger Delta", ["NER", "NGA", "NGA"]),
    ("Guinea, Guinea-Bissau, Equatorial Guinea, Papua New Guinea", ["GIN", "GNB", "GNQ", "PNG"]),
    ("guinea pigs", []),
    ("DR Congo, the Republic of Congo, Brazzaville and Kinshasa", ["COD", "COG", "COG", "COD"]),
    ("North Korean coal, South Korean ships, Seoul, Pyongyang", ["PRK", "KOR", "KOR", "PRK"]),
    ("Northern Ireland and Ireland", ["GBR", "IRL"]),
    ("Dominica and the Dominican Republic", ["DMA", "DOM"]),
    ("Latin America, South America, the Americas and America", ["LAC", "SAMERICA", "USA"]),
    ("Soviet-era debt", []),
    ("the Suez Canal and the Panama Canal", []),
    ("the Gulf of Oman and the Gulf of Mexico", []),
    ("Mr Jordan met Michael Jordan in Jordan", ["JOR"]),
    ("American Samoa and Samoa", ["ASM", "WSM"]),
    ("Kenyans, Filipinos, Danes, Swiss and Chinese", ["KEN", "PHL", "DNK", "CHE", "CHN"]),
    ("women, roman, mali, chad", []),
]
TOPICS = [
    ("two countries that share sentences are a pair", "Iran and Iraq met. Iran sold Iraq gas.", ("IRN", "IRQ")),
    ("one country alone", "Kenya grew. Kenyan tea sold well.", ("KEN",)),
    (
        "a country that turns up once makes no pair",
        "Egypt grew. Egypt sold oil. Egypt and Oman met. Egypt paid. Egyptian ports filled. Peru did not.",
        ("EGY",),
    ),
    (
        "a country where something happens makes no pair",
        "The USA sold wheat. US stocks fell. Traders in Australia were surprised.",
        ("USA",),
    ),
    (
        "two of many countries are no pair",
        "Fiji sold fish. Fiji and Japan met. Japan paid. Peru sold fish. Chile and Togo did not.",
        ("FJI",),
    ),
    (
        "two of many countries are a pair when they stay together",
        "Fiji and Japan met. Fiji sold Japan fish. Japan paid Fiji. Peru sold fish. Chile did not.",
        ("FJI", "JPN"),
    ),
    ("none", "Trade grew.", ()),
]


HOMES = [
    ("the publisher's country", "National Bank of Georgia", "Transfers from Russia fell.", "GEO"),
    ("the country a publisher names most", "Australia Indonesia Trade Council (Sydney)", "Trade grew.", "AUS"),
    ("a dateline", "", "KATHMANDU: Trade with India fell.", "NPL"),
    ("a dateline with a day", "", "ANKARA, May 31 - Turkey's deficit grew.", "TUR"),
    ("a first word that is no dateline", "", "Ankara said trade with Russia grew.", None),
    ("none", "", "Trade grew.", None),
]


@pytest.mark.parametrize(("publisher", "text", "expected"), [row[1:] for row in HOMES], ids=[row[0] for row in HOMES])
def test_the_home_is_the_publishers_country_or_the_datelines(publisher: str, text: str, expected: str | None) -> None:
    assert read_home(find_places(split_words(publisher)), text) == expected


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in PLACES], ids=[row[0] for row in PLACES])
def test_places(text: str, expected: list[tuple[str, bool, str | None]]) -> None:
    assert [(place.code, place.weak, place.preposition) for place in find_places(split_words(text))] == expected


@pytest.mark.parametrize(("text", "codes"), LOOKALIKES)
def test_names_that_look_alike_are_told_apart(text: str, codes: list[str]) -> None:
    assert [place.code for place in find_places(split_words(text))] == codes


def test_every_country_is_known_by_one_code() -> None:
    codes = [row["code"] for row in read_table("countries.txt")]
    assert sorted(set(codes)) == sorted(codes)


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in TOPICS], ids=[row[0] for row in TOPICS])
def test_the_topic_is_one_country_or_a_pair(text: str, expected: tuple[str, ...]) -> None:
    told = [split_words(text, [sentence]) for sentence in sentences(text)]
    assert read_topic(find_places(words) for words in told).codes == expected


def test_a_ministry_of_trade_names_no_metric() -> None:
    assert [names_office(text, len("trade")) for text in ("trade ministry", "trade grew")] == [True, False]


def test_the_order_in_which_a_machine_hashes_names_decides_nothing() -> None:
    """Four countries act alike; Python's seed for hashing strings is another in each process."""
    program = (
        "from etl.grammar.phrases import split_words; from etl.resolve.places import find_places, read_topic;"
        "print(read_topic([find_places(split_words('Peru, Chile, Kenya and Togo sold rice.'))] * 2))"
    )
    assert len({_output(program, seed) for seed in ("1", "2", "3")}) == 1


def _output(program: str, seed: str) -> bytes:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
