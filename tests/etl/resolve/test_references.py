"""Words that point back to a country → the country they stand for."""

from __future__ import annotations

import pytest

from etl.grammar.phrases import split_words
from etl.model import Span
from etl.resolve.cues import find_cues
from etl.resolve.places import Topic, find_places
from etl.resolve.references import resolve_references
from etl.resolve.scene import read_scene

NEPAL = Topic(("NPL", "IND"), ("NPL", "IND"), home="NPL")
EUROPE = Topic(("CHN",), ("CHN", "EU"))
CASES = [
    ("the other of a pair", "Nepal's exports to its southern neighbour fell.", NEPAL, ["NPL", "IND"]),
    ("both of a pair", "Trade between the two countries fell.", NEPAL, ["NPL", "IND"]),
    ("the country of the text", "India sold us rice.", NEPAL, ["IND", "NPL"]),
    ("the country last spoken of", "The kingdom bought rice.", NEPAL, ["NPL"]),
    ("the bloc named", "Chinese exports to the bloc fell.", EUROPE, ["CHN", "EU"]),
    ("the name itself beside it", "Nepal's trade with its neighbour, India, fell.", NEPAL, ["NPL", "IND"]),
    ("nothing the text has named", "Exports to a neighbour fell.", Topic(("PER",), ("PER",)), []),
    ("a name inside a reference is none of its own", "The Himalayan nation sold rice.", NEPAL, ["NPL"]),
    ("the former and the latter", "The former sold rice, the latter bought it.", NEPAL, ["PER", "OMN"]),
    ("a country's initials are not us", "US wheat", NEPAL, ["USA"]),
]


@pytest.mark.parametrize(("text", "topic", "expected"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_a_reference_stands_for_a_country_the_text_has_named(text: str, topic: Topic, expected: list[str]) -> None:
    sentence = Span(0, len(text))
    scene = read_scene(text, sentence, find_cues(split_words(text), [sentence])[0])
    earlier = find_places(split_words("Peru and Oman met."))
    assert [place.code for place in resolve_references(scene, (), None, topic, earlier).places] == expected
