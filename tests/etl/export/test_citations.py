"""Citations to paste: what each form says of a claim or a document, and that no text of a document breaks it."""

from __future__ import annotations

import datetime as dt
import json
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.export import FORMS, cite

POST: dict[str, object] = {
    "document_id": "4150550d847ada0f",
    "publisher": "Capital Post",
    "title": "Ministers meet",
    "author": "Jane Doe",
    "published": pd.Timestamp("2024-09-19"),
    "url": "https://capital.example/50%_{more}",
    "retrieved": dt.date(2024, 10, 1),
    "language": "en",
    "document_sha256": "ab" * 32,
    "kind": "article",
}
SAID: dict[str, object] = {
    **POST,
    "kind": "level",
    "document_kind": "article",
    "page": 3,
    "quote": "It was $1 bn, 5% & more.",
}
UNKNOWN: dict[str, object] = {
    "document_id": "00",
    "title": None,
    "publisher": float("nan"),
    "published": pd.NaT,
    "url": "javascript:x",
}

TITLED = "Jane Doe, Capital Post, “Ministers meet”, 19 Sep 2024"
FOUND = "https://capital.example/50%_{more} (retrieved 1 Oct 2024)"

# Rows, a form → the citations.
CITED: dict[str, tuple[list[dict[str, object]], str]] = {
    "text": ([SAID], f"{TITLED}, p. 3. Quote: “It was $1 bn, 5% & more.” {FOUND}"),
    "text of a document": ([POST], f"{TITLED}. {FOUND}"),
    "text of two claims of a digest": (
        [{**UNKNOWN, "document_kind": "digest", "quote": "One.", "page": 2}, {**UNKNOWN, "quote": "Two.", "page": 4}],
        "untitled, no date, pp. 2, 4. Digest of the original, in words of its own: “One.” “Two.” javascript:x",
    ),
    "text of a digest": (
        [{**POST, "author": None, "url": None, "retrieved": None, "kind": "digest"}],
        "Capital Post, “Ministers meet”, 19 Sep 2024. Digest of the original, in words of its own.",
    ),
    "text of nothing known": ([UNKNOWN], "untitled, no date. javascript:x"),
    "text of two documents": ([UNKNOWN, {"document_id": "01"}], "untitled, no date. javascript:x\nuntitled, no date."),
    "bibtex": (
        [SAID],
        r"""@misc{capitalpost2024-4150550d,
  author = {{Jane Doe}},
  title = {{Ministers meet}},
  howpublished = {Capital Post},
  year = {2024},
  month = {9},
  day = {19},
  pages = {3},
  url = {https://capital.example/50%_%7Bmore%7D},
  urldate = {2024-10-01},
  note = {Quote: “It was \$1 bn, 5\% \& more.”},
}
""",
    ),
    "bibtex of nothing known": ([UNKNOWN], "@misc{document-00,\n  title = {{untitled}},\n}\n"),
}

# The schema of CSL input data: every name we may use, and what it holds.
CSL_FIELDS = {
    "id": str,
    "type": str,
    "title": str,
    "author": list,
    "container-title": str,
    "publisher": str,
    "issued": dict,
    "accessed": dict,
    "URL": str,
    "language": str,
    "page": str,
    "note": str,
    "custom": dict,
}


@pytest.mark.parametrize("name", CITED)
def test_a_citation_says_what_is_known_and_nothing_else(name: str) -> None:
    rows, expected = CITED[name]
    assert cite(rows, name.split(maxsplit=1)[0]) == expected


def test_a_csl_item_is_as_its_schema_wants_it() -> None:
    assert json.loads(cite([SAID, UNKNOWN], "csl")) == [
        {
            "id": "capitalpost2024-4150550d",
            "type": "webpage",
            "title": "Ministers meet",
            "author": [{"literal": "Jane Doe"}],
            "container-title": "Capital Post",
            "issued": {"date-parts": [[2024, 9, 19]]},
            "accessed": {"date-parts": [[2024, 10, 1]]},
            "URL": "https://capital.example/50%_{more}",
            "language": "en",
            "page": "3",
            "note": "Quote: “It was $1 bn, 5% & more.”",
            "custom": {"document_id": "4150550d847ada0f", "document_sha256": "ab" * 32},
        },
        {"id": "document-00", "type": "document"},
    ]


WORDS = st.text(max_size=20)


@given(WORDS, WORDS, WORDS)
def test_no_text_of_a_document_breaks_a_form(title: str, publisher: str, quote: str) -> None:
    row = {**SAID, "title": title, "publisher": publisher, "quote": quote}
    entry = cite([row], "bibtex")
    assert re.fullmatch(r"@misc\{[a-z0-9-]+,\n(?:  \w+ = \{.*\},\n)+\}\n", entry)
    assert _depth(entry) == 0
    (item,) = json.loads(cite([row], "csl"))
    assert {name: type(value) for name, value in item.items()} == {name: CSL_FIELDS[name] for name in item}


def test_every_form_has_its_media_type_and_ending() -> None:
    assert {name: (form.media_type, form.ending) for name, form in FORMS.items()} == {
        "text": ("text/plain", "txt"),
        "bibtex": ("application/x-bibtex", "bib"),
        "csl": ("application/vnd.citationstyles.csl+json", "json"),
    }


def _depth(entry: str) -> int:
    """How many braces are left open, those that TeX escapes left aside; below zero is an error at once."""
    depth = 0
    for sign in re.sub(r"\\[{}\\]", "", entry):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    return depth
