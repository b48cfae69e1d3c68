"""Properties of extraction that hold for any text."""

from __future__ import annotations

import datetime as dt
import sys
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from etl.citation import verify
from etl.extract import extractor_version, read_claims
from etl.frame import check_frame, claims_to_frame
from etl.model import Document
from tools.bench.speed import hard_texts

VOCABULARY = """trade exports imports Russia Pakistan Turkish to from in of the rose fell reached about over $5 20% 3.1
million billion tonnes 2017 last year first half 1,234 wheat gap . , ; – € Rs crore bn between and aims by 2030 🚢 №
since starting July June 1 will per decade an ５ ٣ − ((( \u200f \u202e \u202f \u0301 \0 \x85"""
WORDS = st.sampled_from([*VOCABULARY.split(), "\n"])
TEXTS = st.lists(WORDS, max_size=60).map(" ".join) | st.text(max_size=200)


@given(TEXTS)
def test_spans_lie_in_the_text_and_quotes_verify(text: str) -> None:
    document = Document(text)
    frame = check_frame(claims_to_frame(document, read_claims(document).claims, extractor_version=extractor_version()))
    assert [verify(text, row) for row in frame.to_dict("records")] == [None] * len(frame)


@given(TEXTS, st.none() | st.dates())
@example("Starting July 1 exports rose to $5 billion.", dt.date(2024, 6, 15))
@example("Exports in December rose 20%.", dt.date.max)
@example("Exports in FY22 rose 20%.", dt.date.min)
def test_no_period_ends_before_it_begins(text: str, published: dt.date | None) -> None:
    claims = read_claims(Document(text, published=published)).claims
    periods = [period for claim in claims for period in (claim.period, claim.comparison) if period]
    assert [period for period in periods if period.start and period.end and period.start > period.end] == []


@given(TEXTS)
def test_claims_and_mentions_never_overlap(text: str) -> None:
    extraction = read_claims(Document(text))
    spans = sorted(
        [(c.quantity.start, c.quantity.end) for c in extraction.claims]
        + [(m.start, m.end) for m in extraction.mentions]
    )
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


@given(TEXTS)
def test_the_same_text_gives_the_same_claims(text: str) -> None:
    first, second = (
        claims_to_frame(Document(text), read_claims(Document(text)).claims, extractor_version="v") for _ in range(2)
    )
    assert first.equals(second)


@given(TEXTS)
def test_a_text_broken_at_every_space_is_read_too(text: str) -> None:
    document = Document(text.replace(" ", "\n"))
    extraction = read_claims(document)
    assert all(claim.quantity.text in document.text for claim in extraction.claims)


@pytest.mark.parametrize("name", dict(hard_texts(100)))
def test_a_text_twice_as_long_takes_no_more_than_twice_the_calls(name: str) -> None:
    """Calls, not seconds: they are the same on any machine. What regular expressions take, `make bench-speed` shows."""
    text, longer = dict(hard_texts(4500))[name], dict(hard_texts(9000))[name]
    read_claims(Document(longer))  # what is made of the tables is made before
    assert _calls(longer) <= 2.2 * _calls(text)


def _calls(text: str) -> int:
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        read_claims(Document(text))
    finally:
        sys.setprofile(None)
    return calls
