"""Lexicon phrases → the places where a text uses them."""

from __future__ import annotations

import pytest

from etl.grammar.phrases import PhraseFinder, split_words

PLAIN = PhraseFinder([("trade", "t"), ("trade deficit", "d"), ("two-way trade", "w")])
CASED = PhraseFinder([("Turkey", "TUR"), ("US", "USA"), ("U.S.", "USA")], cased=True)
CASES = [
    (PLAIN, "The trade deficit and the trade.", [("trade deficit", "d"), ("trade", "t")]),
    (PLAIN, "TWO-WAY TRADE", [("TWO-WAY TRADE", "w")]),
    (PLAIN, "trade’s rise", [("trade", "t")]),
    (PLAIN, "traded trader", []),
    (PLAIN, "the trade\ndeficit", [("trade\ndeficit", "d")]),
    (CASED, "Turkey sold us turkey; the U.S. bought.", [("Turkey", "TUR"), ("U.S.", "USA")]),
    (CASED, "", []),
]


@pytest.mark.parametrize(("finder", "text", "expected"), CASES, ids=[repr(case[1]) for case in CASES])
def test_the_longest_phrase_wins_at_each_place(
    finder: PhraseFinder, text: str, expected: list[tuple[str, str]]
) -> None:
    cues = finder.find(split_words(text))
    assert [(cue.text, cue.name) for cue in cues] == expected
    assert [text[cue.start : cue.end] for cue in cues] == [cue.text for cue in cues]
