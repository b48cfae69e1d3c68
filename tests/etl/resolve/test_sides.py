"""Sentences → the two sides that their own words tell, without what the text has said before."""

from __future__ import annotations

import pytest

from etl.grammar.phrases import split_words
from etl.grammar.quantities import read_quantities
from etl.model import Span
from etl.resolve.beside import Sides, place_beside
from etl.resolve.cues import find_cues
from etl.resolve.flows import verb_sides
from etl.resolve.gifts import gift_sides
from etl.resolve.metrics import Reading, read_metric
from etl.resolve.scene import Scene, read_scene
from etl.resolve.scopes import is_of_all, is_of_the_world, is_worldwide
from etl.resolve.sides import duty_sides, noun_sides

SIDES = [
    ("an owner in front of the noun", "Peru's exports to Chile rose to $2 billion.", ("PER", "CHL")),
    ("an owner behind the noun", "Imports of Ghana from Togo were $3 million.", ("GHA", "TGO")),
    ("goods' own country", "Imports of Polish apples into Egypt were $9 million.", ("EGY", "POL")),
    (
        "an owner tied to the noun sells to whom it earns from",
        "Oman's export earnings from Iran hit $1bn.",
        ("OMN", "IRN"),
    ),
    ("a buyer", "Japan is Qatar's largest buyer, with $9 billion.", ("QAT", "JPN")),
    ("a buyer behind a comma", "Fiji's sales to Tonga, its main customer, hit $2 million.", ("FJI", "TON")),
    ("a share's holder", "Italy's share of Libyan exports was 20 percent.", ("LBY", "ITA")),
    ("a subject that opens its clause", "Exports fell, and Norway had a surplus of $5 billion.", ("NOR", None)),
    ("the active verb", "Kenya bought rice from India for $5 million.", ("KEN", "IND")),
    ("the passive with its agent", "Rice worth $5 million was bought by Kenya from India.", ("KEN", "IND")),
    ("the passive with its goods", "Indian rice worth $5 million was shipped to Kenya.", ("IND", "KEN")),
    ("a relative clause", "Kenya buys rice from India, which supplied 500 tonnes.", ("IND", "KEN")),
    ("a participle", "Chad, after Niger the poorest, lost out, importing 500 tonnes.", ("TCD", None)),
    ("goods that arrive", "A tanker of Angolan crude with 500 tonnes docked in Lisbon.", ("PRT", "AGO")),
    ("goods that reach a country", "About 500 tonnes of Thai rice reached Benin.", ("BEN", "THA")),
    ("goods that earn", "Cuban cigars earned $5 million from Spain.", ("CUB", "ESP")),
    ("people who send money home", "Filipinos in Kuwait sent home $5 million.", ("PHL", "KWT")),
    ("a lender", "Japan lent Laos $5 million.", ("JPN", "LAO")),
    ("a borrower", "Laos received a loan of $5 million from Japan.", ("JPN", "LAO")),
    ("an investor", "Swiss investment in Malta was $5 million.", ("CHE", "MLT")),
    ("who levies a duty", "Mexico put a 5 percent duty on rice from Peru.", ("MEX", "PER")),
    ("who pays a duty", "Peruvian rice faces a 5 percent duty in Mexico.", ("MEX", "PER")),
]


def _scene(text: str) -> Scene:
    sentence = Span(0, len(text))
    return read_scene(text, sentence, find_cues(split_words(text), [sentence])[0], read_quantities(text)[0])


def _sides(text: str) -> Sides:
    scene = _scene(text)
    quantity = scene.quantities[-1]
    reading = read_metric(scene, quantity, (), change=False)
    assert reading, text
    if reading.row["parties"] == "give":
        return gift_sides(scene, quantity, reading, scene.places)
    if reading.metric == "tariff_rate":
        return duty_sides(scene, quantity, reading)
    return (verb_sides if reading.verb else noun_sides)(scene, quantity, reading)


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in SIDES], ids=[row[0] for row in SIDES])
def test_the_words_tell_who_owns_a_metric_and_who_is_the_counterparty(text: str, expected: Sides) -> None:
    assert _sides(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Exports to Peru (3%) grew.", "PER"),
        ("Exports to Peru grew 3%.", "PER"),
        ("It sold $3bn of rice to Peru.", "PER"),
        ("Peru's exports, its sales to Chile and its loans came to $3bn.", None),
    ],
)
def test_a_place_is_bound_to_the_figure_beside_it(text: str, code: str | None) -> None:
    scene = _scene(text)
    place = place_beside(scene, scene.quantities[-1])
    assert (place.code if place else None) == code


@pytest.mark.parametrize(
    ("text", "with_all", "of_world", "behind"),
    [
        ("Total exports hit $5bn.", True, False, False),
        ("Foreign trade: the deficit hit $5bn.", True, False, False),
        ("For all markets together exports hit $5bn.", True, False, False),
        ("Global exports hit $5bn.", True, True, False),
        ("Exports hit $5bn overall.", False, False, True),
        ("Exports hit $5bn to all origins.", False, False, True),
        ("Exports hit $5bn.", False, False, False),
    ],
)
def test_a_metric_can_be_that_of_all_partners_or_of_the_world(
    text: str, *, with_all: bool, of_world: bool, behind: bool
) -> None:
    scene = _scene(text)
    reading = read_metric(scene, scene.quantities[0], (), change=False)
    assert isinstance(reading, Reading)
    told = is_worldwide(scene, reading), is_of_the_world(scene, reading), is_of_all(scene, scene.quantities[0])
    assert told == (with_all, of_world, behind)
