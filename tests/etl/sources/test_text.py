"""What the bytes of a text or Markdown file become, and how a file that cannot be read says so."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import DocumentError
from etl.sources.content import Content, decode
from etl.sources.text import read_text

READ = {
    "plain text": (b"Trade grew.", Content("Trade grew.")),
    "byte order mark and Windows line ends": (b"\xef\xbb\xbfTrade\r\ngrew.\r", Content("Trade\ngrew.\n")),
    "front matter is not text": (
        b"---\ntitle: Wheat\nauthor: [A. Khan, B. Lee]\n---\n\nTrade grew.\n",
        Content("Trade grew.\n", {"front matter": {"title": "Wheat", "author": "A. Khan; B. Lee"}}),
    ),
    "values stay as written": (
        b"---\npublished: 2024-13-01\ntitle: 2024\n---\nx",
        Content("x", {"front matter": {"published": "2024-13-01", "title": "2024"}}),
    ),
    "a tag is not obeyed": (
        b"---\ntitle: !!python/object/apply:os.getcwd []\n---\nx",
        Content("x", {"front matter": {"title": ""}}),
    ),
    "keys we do not know are kept out": (
        b"---\nlayout: {a: [b]}\ntitle: T\n---\nx",
        Content("x", {"front matter": {"title": "T"}}),
    ),
    "empty front matter": (b"---\n---\nTrade grew.", Content("Trade grew.")),
    "only comments": (b"---\n# nothing yet\n---\nTrade grew.", Content("Trade grew.")),
    "a field in capitals is the field": (b"---\nTitle: T\n---\nx", Content("x", {"front matter": {"title": "T"}})),
    "what YAML calls nothing is nothing, in quotes it is a word": (
        b"---\nauthor: ~\npublisher: null\ntitle: 'Null'\n---\nx",
        Content("x", {"front matter": {"author": "", "publisher": "", "title": "Null"}}),
    ),
    "an anchor is not unfolded": (
        b"---\na: &a [x, x]\nb: &b [*a, *a]\n? [c]\n: d\ntitle: T\n---\nx",
        Content("x", {"front matter": {"title": "T"}}),
    ),
    "other names for the fields, as far as their values fit": (
        b"---\nheadline: Tea\nDate: 2024-09-19 10:00\nlink: https://a.ex/1\nsource: Dawn\nauthors: [A, B]\n---\nx",
        Content(
            "x",
            {
                "front matter": {
                    "title": "Tea",
                    "published": "2024-09-19",
                    "url": "https://a.ex/1",
                    "publisher": "Dawn",
                    "author": "A; B",
                }
            },
        ),
    ),
    "our own name before another": (
        b"---\ndate: 2024-09-19\npublished: 2024-09-18\nlink: /2024/wheat\nmedia: wheat.jpg\n---\nx",
        Content("x", {"front matter": {"published": "2024-09-18"}}),
    ),
    "a ruled line is no front matter": (b"---\nTrade grew.\n---\n", Content("---\nTrade grew.\n---\n")),
    "a rule further down is text": (b"Trade\n---\ntitle: x\n---\n", Content("Trade\n---\ntitle: x\n---\n")),
}

QUOTES = "write lines of 'key: value', with quotes around a value with a colon"
OPEN_IT = "not a text, whatever its name says; open it and save its text as .txt in UTF-8"
TAB = "\n\tpublished: b\n^"
NAMED = "\npublisher: {name: Dawn}\n           ~~~~~~~~~~~^"
MARKED = "\ntitle: Wheat: a record\n            ^"

REFUSED = {
    "empty": (b"", "the file is empty; put the text of the document in it"),
    "white space": (b" \n\t\r\n", "the file is empty; put the text of the document in it"),
    "binary": (
        b"Trade\x00\x01",
        "a binary file, not a text (zero byte at offset 5); give the text of the document",
    ),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", f"a PDF, {OPEN_IT}"),
    "a Word file": (b"PK\x03\x04\x14\x00", f"a Word, Excel or ZIP file, {OPEN_IT}"),
    "an RTF file": (rb"{\rtf1\ansi Trade grew.}", f"an RTF file, {OPEN_IT}"),
    "a web page": (b"\n<!DOCTYPE html><p>Trade grew.</p>", f"a web page, {OPEN_IT}"),
    "front matter never closed": (
        b"---\ntitle: Wheat\nTrade grew.",
        "front matter is opened in line 1 and never closed; close it with a line '---'\n---\n~~^",
    ),
    "front matter alone": (
        b"---\ntitle: Wheat\n---\n\n",
        "no text after the front matter; put the text of the document below the closing '---'",
    ),
    "a colon in a value": (
        b"---\nkind: digest\ntitle: Wheat: a record\n---\nx",
        f"front matter is not YAML, line 3: mapping values are not allowed in this context; {QUOTES}{MARKED}",
    ),
    "a quote that is never closed": (
        b"---\ntitle: 'Wheat\n---\nx",
        f"front matter is not YAML, line 2: found unexpected end of stream; {QUOTES}\ntitle: 'Wheat\n       ^",
    ),
    "a known key with a table": (
        b"---\npublisher: {name: Dawn}\n---\nx",
        f"front matter: publisher must be one line of text or a list of them{NAMED}",
    ),
    "a field twice": (
        "---\ntitle: Café\nurl: x\nTitle: B\n---\nx".encode(),
        "front matter: title is there twice; keep one\nTitle: B\n~~~~^",
    ),
    "a list": (b"---\n# fields\n- a: b\n---\nx", "front matter must be lines of 'key: value'\n# fields\n~~~~~~~^"),
    "a tab as indent": (
        b"---\ntitle: a\n\tpublished: b\n---\nx",
        f"front matter is not YAML, line 3: found a tab character that violates indentation; {QUOTES}{TAB}",
    ),
    "a control character": (
        b"---\ntitle: a\npublisher: \x1b[31mred\n---\nx",
        "front matter is not YAML, line 3: a control character (U+001B); remove it",
    ),
    "brackets that would end the process": (
        b"---\ntitle: " + b"[" * 60_000 + b"\n---\nx",
        "front matter of 60,008 characters, more than 10,000; close it with '---' above the text",
    ),
    "brackets in brackets": (
        b"---\ntitle:\n " + b"[" * 4_000 + b"]" * 4_000 + b"\n---\nx",
        f"front matter: title must be one line of text or a list of them\n {'[' * 119}\n {'~' * 118}^",
    ),
}


@pytest.mark.parametrize(("data", "expected"), READ.values(), ids=READ)
def test_a_file_becomes_text_and_the_fields_written_in_it(data: bytes, expected: Content) -> None:
    assert read_text(data) == expected


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as refused:
        read_text(data)
    assert str(refused.value) == reason


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r")).filter(str.strip))
def test_a_text_comes_back_as_it_was_saved(text: str) -> None:
    assert decode(text.encode()) == (text.removeprefix("\ufeff"), None)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_with_a_reason(data: bytes) -> None:
    with suppress(DocumentError):
        assert read_text(b"---\n" + data).text.strip()
