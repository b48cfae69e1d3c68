"""A text says itself whether it is English; `tests/cases/languages.jsonl` has invented texts in 33 other languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.model import Document
from etl.pipeline import bundled_documents, run
from etl.sources import read_documents, read_field
from etl.sources.language import detect_language, settle_language
from etl.store import load_documents

ROOT = Path(__file__).parents[3]
CASES = [
    json.loads(line) for line in (ROOT / "tests" / "cases" / "languages.jsonl").read_text(encoding="utf-8").splitlines()
]
TEXTS = {case["name"]: case["text"] for case in CASES}
ENGLISH, GERMAN, SHORT = TEXTS["a quote in Spanish"], TEXTS["de"], TEXTS["too short to tell"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_text_is_in_this_language(case: dict[str, Any]) -> None:
    assert detect_language(case["text"]) == case["language"]


@pytest.mark.parametrize(
    ("text", "stated", "settled"),
    [
        (ENGLISH, None, ("en", "detected")),
        (ENGLISH, "en-GB", ("en-GB", "page")),
        (ENGLISH, "de", ("en", "detected; page: de")),
        (GERMAN, None, ("de", "detected")),
        (GERMAN, "en", ("de", "detected; page: en")),
        (GERMAN, "de-AT", ("de-AT", "page")),
        (TEXTS["id, told as its sister"], "id", ("id", "page")),
        (SHORT, "de", ("de", "page")),
        (SHORT, None, ("en", None)),
    ],
)
def test_whether_it_is_english_the_text_says_and_the_rest_is_believed(
    text: str, stated: str | None, settled: tuple[str, str | None]
) -> None:
    assert settle_language(text, stated, "page") == settled


def test_every_bundled_and_annotated_article_is_english() -> None:
    documents = list(read_documents([bundled_documents(), ROOT / "data" / "annotated" / "docs"]))
    texts = [document.text for document in documents if isinstance(document, Document)]
    assert len(texts) > 150
    assert {detect_language(text) for text in texts} == {"en"}


def test_a_document_in_another_language_is_kept_and_not_misread(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"---\nlanguage: en\n---\n{GERMAN}", encoding="utf-8")
    assert run(tmp_path, tmp_path / "store").other_language == 1
    [document] = load_documents(tmp_path / "store").to_dict("records")
    assert (document["language"], document["status"]) == ("de", "not read: language de (detected)")


@given(st.text())
def test_any_text_is_in_a_language_that_documents_can_state_or_too_short_to_tell(text: str) -> None:
    found = detect_language(text)
    assert found is None or read_field("language", found, "text") == found
