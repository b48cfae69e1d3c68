"""Documents given by hand: what is said of them, what they are made of, and what keeping them does to the store."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Mapping
from pathlib import Path

import pytest

from etl.errors import DocumentError
from etl.given import Given, keep, open_given, read_given, read_stated
from etl.sources import Failure, Limits
from etl.store import Record, Store, load_documents
from tests.pdfs import set_pdf

TEXT = "Trade between Russia and Pakistan reached $1 billion in 2023."
OTHER = "Kenya's tea exports to Egypt were worth $250 million in 2022."
LINES = f'{{"id": "a", "text": "{TEXT}"}}\n{{"id": "b", "text": "{OTHER}"}}\n'
SAID = {"title": "T", "publisher": "P", "published": "2024-09-19", "url": "https://a.example/b", "language": "en"}


def given(folder: Path, files: Mapping[str, bytes], stated: Mapping[str, str] | None = None) -> list[Record | Failure]:
    """What is read of files that somebody gives under these names."""
    handed = []
    for number, (name, content) in enumerate(files.items()):
        file = folder / str(number)
        file.write_bytes(content)
        handed.append(Given(name, file, stated or {}))
    return [read_given(item, Limits()) for item in open_given(handed, Limits(), 10)]


def records(found: list[Record | Failure]) -> list[Record]:
    return [one for one in found if isinstance(one, Record)]


@pytest.mark.parametrize(
    ("name", "content", "texts"),
    [
        ("pasted text", TEXT.encode(), [TEXT]),
        ("news.md", f"# A title\n\n{TEXT}".encode(), [f"# A title\n\n{TEXT}"]),
        ("news.txt.gz", gzip.compress(TEXT.encode(), mtime=0), [TEXT]),
        ("news.jsonl", LINES.encode(), [TEXT, OTHER]),
        ("news.pdf", set_pdf(TEXT), [TEXT]),
        ("no ending", f"<!DOCTYPE html><html><body><article><p>{TEXT}</p></article></body></html>".encode(), [TEXT]),
    ],
)
def test_any_format_is_read_by_what_it_holds(tmp_path: Path, name: str, content: bytes, texts: list[str]) -> None:
    found = records(given(tmp_path, {name: content}))
    assert [record.document.text for record in found] == texts
    assert [len(record.claims) for record in found] == [1] * len(texts)
    assert [record.document.source for record in found] == [name] if len(texts) == 1 else [f"{name}#a", f"{name}#b"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("news.docx", b"PK\x03\x04", "no reader for .docx; save it as PDF, or its text as .txt"),
        ("empty.txt", b" ", "the file is empty; put the text of the document in it"),
        ("broken.pdf", b"%PDF-1.7 and no more", "PDF"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n", "an image, not a text, whatever its name says"),
    ],
)
def test_what_is_no_document_says_why_beside_those_that_are(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    failed, read = given(tmp_path, {name: content, "b.txt": TEXT.encode()})
    assert isinstance(failed, Failure)
    assert (failed.source, reason in failed.reason) == (name, True)
    assert isinstance(read, Record)


def test_another_language_is_a_record_that_was_not_read(tmp_path: Path) -> None:
    french = (
        "Le commerce entre la Russie et le Pakistan a atteint un milliard de dollars, selon le ministre du commerce."
    )
    [record] = records(given(tmp_path, {"a.txt": french.encode()}))
    assert (record.status, record.claims) == ("not read: language fr (detected)", ())


def test_what_is_said_of_one_document_counts_before_what_it_says_of_itself(tmp_path: Path) -> None:
    text = f"---\ntitle: Its own\npublisher: Itself\n---\n{TEXT}"
    [record] = records(given(tmp_path, {"a.md": text.encode()}, SAID))
    document = record.document
    said = (document.title, document.publisher, document.published, document.url)
    assert said == ("T", "P", dt.date(2024, 9, 19), "https://a.example/b")
    assert {document.basis[name] for name in ("title", "publisher", "published", "url")} == {"by hand"}


@pytest.mark.parametrize(
    "files", [{"a.txt": TEXT.encode(), "b.txt": OTHER.encode()}, {"a.jsonl": LINES.encode()}], ids=["files", "dump"]
)
def test_of_several_documents_only_publisher_and_language_are_taken(tmp_path: Path, files: dict[str, bytes]) -> None:
    found = [record.document for record in records(given(tmp_path, files, SAID))]
    assert [(one.title, one.publisher, one.published, one.url) for one in found] == [(None, "P", None, None)] * 2


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ({"published": "19 September"}, "published must be a day as YYYY-MM-DD"),
        ({"language": "English!"}, "language must be a language code"),
        ({"url": "javascript:alert(1)"}, "the address must begin with https://"),
        ({"title": "x" * 1_001}, "title has 1,001 characters; it may have 1,000"),
    ],
)
def test_what_cannot_be_said_of_a_document_is_refused(written: dict[str, str], reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read_stated(written)


@pytest.mark.parametrize(("limits", "most"), [(Limits(), 1), (Limits(bytes=100), 10)], ids=["number", "size"])
def test_more_than_anyone_looks_at_is_refused_with_the_way_out(tmp_path: Path, limits: Limits, most: int) -> None:
    file = tmp_path / "dump"
    file.write_text(LINES)
    with pytest.raises(DocumentError, match="trade-figures extract FILE"):
        open_given([Given("dump.jsonl", file)], limits, most)


def test_one_text_given_twice_is_one_document_and_by_two_publishers_two(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = keep(store, records(given(tmp_path, {"a.txt": TEXT.encode()}, {"publisher": "Wire"})))
    again = keep(store, records(given(tmp_path, {"b.txt": TEXT.encode()}, {"publisher": "Wire"})))
    other = keep(store, records(given(tmp_path, {"a.txt": TEXT.encode()}, {"publisher": "Daily"})))
    assert [first.added, again.added, other.added] == [1, 0, 1]
    assert sorted(load_documents(store)["publisher"]) == ["Daily", "Wire"]
    assert set(Store.open(store).history()["run"]) == {"", "added in the browser"}
