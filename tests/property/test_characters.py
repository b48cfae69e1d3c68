"""However the characters of a text are printed, and whatever unseen ones are among them, it tells the same."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from etl.citation import LONGEST_QUOTE, verify
from etl.extract import read_claims
from etl.frame import proof_of
from etl.grammar.characters import legible
from etl.grammar.quantities import read_quantities
from etl.model import Claim, Document, Mention, Quantity
from etl.resolve.periods import find_periods

CASES = Path(__file__).parents[1] / "cases"
TEXTS = [
    row["text"]
    for name in ("claims", "quantities", "periods")
    for row in map(json.loads, (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
    if legible(row["text"]).as_written
]
UNSEEN = "\u00ad\u200b\u200d\u2060\ufeff\u200e\ufe0f"
ALIKE = {" ": "\u00a0\u2009\u202f\u3000", "-": "\u2010\u2011\u2012", "ﬁ": "fi", "’": "\u02bc"}


def disguise(text: str, random: Random) -> str:
    """The text with look-alikes for a part of its characters, and unseen characters among them."""
    text = text.replace("fi", "ﬁ") if random.random() < 0.5 else text
    text = unicodedata.normalize("NFD", text) if random.random() < 0.5 else text
    part = random.choice([0.0, 0.05, 0.5])
    return "".join(
        (alike(character, random) if random.random() < part else character)
        + (random.choice(UNSEEN) if random.random() < part else "")
        for character in text
    )


def alike(character: str, random: Random) -> str:
    if character in ALIKE:
        return random.choice(ALIKE[character]) if character != "ﬁ" else character
    if character.isdecimal() and character.isascii():
        return chr(random.choice([0xFF10, 0x0660, 0x06F0, 0x1D7CE]) + int(character))
    return chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character


DISGUISED = st.builds(
    lambda text, random: (text, disguise(text, random)), st.sampled_from(TEXTS), st.randoms(use_true_random=False)
)


@given(DISGUISED)
def test_a_text_in_disguise_gives_the_same_quantities_and_mentions(texts: tuple[str, str]) -> None:
    plain, disguised = map(read_quantities, texts)
    assert [[_shown(texts[1], each) for each in part] for part in disguised] == [
        [_shown(texts[0], each) for each in part] for part in plain
    ]


@given(DISGUISED)
def test_a_text_in_disguise_gives_the_same_periods(texts: tuple[str, str]) -> None:
    plain, disguised = map(find_periods, texts)
    assert all(texts[1][each.span_start : each.span_end] == each.text for each in disguised)
    assert [(legible(each.text).text, each.label, each.basis, each.bound) for each in disguised] == [
        (each.text, each.label, each.basis, each.bound) for each in plain
    ]


@given(DISGUISED)
def test_a_text_in_disguise_gives_the_same_claims_which_prove_themselves(texts: tuple[str, str]) -> None:
    plain, disguised = (read_claims(Document(text)).claims for text in texts)
    assert [verify(texts[1], proof_of(claim)) for claim in disguised] == [None] * len(disguised)
    assert list(map(_told, disguised)) == list(map(_told, plain))
    if len(texts[1]) <= LONGEST_QUOTE:  # where a long sentence is cut goes by its length as written
        assert [legible(claim.citation.quote).text for claim in disguised] == [claim.citation.quote for claim in plain]


@given(st.text(alphabet=st.sampled_from("a1é0.·−²³⁻⁶ﬁ５\u0301\u00ad\u200b\u2029× ½"), max_size=30))
def test_every_plain_character_is_written_somewhere_and_in_order(text: str) -> None:
    read = legible(text)
    spans = [read.span(place, place + 1) for place in range(len(read.text))]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert spans == sorted(spans, key=lambda span: (span.start, span.end))


def _shown(text: str, found: Quantity | Mention) -> tuple[object, ...]:
    assert text[found.start : found.end] == found.text
    told = (found.reason,) if isinstance(found, Mention) else (found.value, found.value_upper, found.unit, found.change)
    return (legible(found.text).text, *told)


def _told(claim: Claim) -> tuple[object, ...]:
    quantity, period = claim.quantity, claim.period
    return (
        *(legible(quantity.text).text, quantity.value, quantity.value_upper, quantity.unit, quantity.qualifier),
        *(claim.metric, claim.kind, claim.status, claim.parties, claim.product, claim.attribution),
        *(period and period.label, claim.comparison and claim.comparison.label),
    )
