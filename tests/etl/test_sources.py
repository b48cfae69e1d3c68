"""Paths → documents: what is read, what is left out, and what each failure says."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from etl.model import Document
from etl.sources import Failure, Limits, read_documents

TEXT = "Trade reached $1 billion."


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def sources(folder: Path | Sequence[Path | str]) -> list[str]:
    return [found.source if isinstance(found, Document) else f"! {found.source}" for found in read_documents(folder)]  # type: ignore[misc]


def test_a_folder_is_read_sorted_with_all_below_it_but_no_readme_and_nothing_hidden(tmp_path: Path) -> None:
    names = ["b.md", "a.txt", "sub/c.markdown", "README.md", "sub/readme.txt", ".hidden.txt", ".git/d.txt"]
    write(tmp_path, dict.fromkeys(names, TEXT) | {"metadata.csv": "file\n"})
    assert sources(tmp_path) == ["a.txt", "b.md", "sub/c.markdown"]


def test_a_store_among_the_documents_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(["a.txt", "store/_delta_log/0.json", "store/record=claim/0.parquet"], TEXT))
    assert sources(tmp_path) == ["a.txt"]


def test_files_folders_and_globs_mix_and_a_file_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(["a.txt", "b.txt", "c.md", "sub/d.txt"], TEXT))
    given: list[Path | str] = [tmp_path / "b.txt", f"{tmp_path}/*.txt", tmp_path / "sub", tmp_path]
    assert sources(given) == ["b.txt", "a.txt", "d.txt", "c.md"]


def test_each_failure_names_its_document_and_the_others_are_read(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.txt": TEXT,
        "b.pdf": b"%PDF-1.7",
        "c.txt": b"",
        "d.md": "---\npublished: 2024-13-01\n---\nText.",
        "e.css": TEXT,
        "f": TEXT,
        "z.txt": TEXT,
    }
    assert [found for found in read_documents(write(tmp_path, files)) if isinstance(found, Failure)] == [
        Failure("b.pdf", "a broken PDF, or one without pages; open it and save it again"),
        Failure("c.txt", "the file is empty; put the text of the document in it"),
        Failure(
            "d.md",
            "front matter: published must be a day as YYYY-MM-DD, for example 2024-09-19\n"
            "published: 2024-13-01\n           ~~~~~~~~~^",
        ),
        Failure("e.css", "no reader for .css; a text must end in one of .txt, .text, .md, .markdown"),
    ]
    assert sources(tmp_path) == ["a.txt", "! b.pdf", "! c.txt", "! d.md", "! e.css", "f", "z.txt"]


def test_a_missing_path_a_glob_without_files_and_an_empty_folder_are_failures(tmp_path: Path) -> None:
    assert list(read_documents([tmp_path / "no", tmp_path / "*.txt", tmp_path])) == [
        Failure(f"{tmp_path}/no", "no such file or folder; check the path"),
        Failure(f"{tmp_path}/*.txt", "no such file or folder; check the path"),
        Failure(str(tmp_path), "no documents in this folder; put texts, pages, PDFs, feeds or dumps there"),
    ]


def test_a_path_that_cannot_even_be_looked_up_is_a_failure(tmp_path: Path) -> None:
    long = "x" * 300
    assert list(read_documents(["", long, "a\0b", "\udcff.txt"])) == [
        Failure("", "an empty path; name a file or a folder, . for this one"),
        Failure(long, "cannot be read: File name too long; check the path and its permissions"),
        Failure("a\0b", "no such file or folder; check the path"),
        Failure("\\xff.txt", "no such file or folder; check the path"),
    ]
    assert sources([tmp_path / "no" / "a.txt"]) == [f"! {tmp_path}/no/a.txt"]


def test_what_is_not_a_file_is_a_failure_and_nothing_waits_for_it(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": TEXT})
    os.mkfifo(tmp_path / "pipe.txt")
    for name, target in {"broken.txt": "nowhere", "self.txt": "self.txt", "folder": ".", "same.txt": "a.txt"}.items():
        (tmp_path / name).symlink_to(target)
    why = "not a file: a link that leads nowhere, a pipe or a device; give the text of the document"
    failures = [Failure(name, why) for name in ("broken.txt", "pipe.txt", "self.txt")]
    assert [found for found in read_documents(tmp_path) if isinstance(found, Failure)] == failures
    assert sources(tmp_path) == ["a.txt", "! broken.txt", "! pipe.txt", "! self.txt"]
    assert list(read_documents(tmp_path / "brok*.txt")) == failures[:1]


def test_any_name_a_file_can_have_can_be_kept(tmp_path: Path) -> None:
    names = ["-a.txt", "[b].txt", "c%20d.txt", "e\nf.txt", "g h 😀.txt", "\udcff.txt", "cafe\u0301.txt"]
    write(tmp_path, {name: f"{number} {TEXT}" for number, name in enumerate(names)})
    write(tmp_path, {"metadata.csv": "file,title\ncaf\u00e9.txt,Coffee\n"})
    expected = {*names[:5], "\\xff.txt", "caf\u00e9.txt"}
    documents = [found for found in read_documents(tmp_path) if isinstance(found, Document)]
    assert {document.source for document in documents} == expected
    assert [document.title for document in documents if document.title] == ["Coffee"]


def test_all_names_of_a_folder_as_a_shell_gives_them_are_its_documents(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": TEXT, "metadata.csv": "file,title\na.txt,A\n"})
    assert sources([tmp_path / "a.txt", tmp_path / "metadata.csv"]) == ["a.txt"]
    assert sources([f"{tmp_path}/*"]) == ["a.txt"]


def test_a_folder_without_the_right_to_read_it_is_a_failure(ordinary_folder: Path) -> None:
    write(ordinary_folder, {"a.txt": TEXT, "closed/b.txt": TEXT})
    (ordinary_folder / "closed").chmod(0)
    assert sources(ordinary_folder) == ["a.txt", f"! {ordinary_folder}/closed"]


def test_a_document_takes_the_row_of_the_nearest_table(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(["a.txt", "sub/b.txt", "sub/c.txt"], TEXT))
    write(
        tmp_path,
        {
            "metadata.csv": "file,title\na.txt,A\nsub/b.txt,far\nsub/c.txt,C\n",
            "sub/metadata.csv": "file,title\nb.txt,near\n",
        },
    )
    titles = {found.source: found.title for found in read_documents(tmp_path) if isinstance(found, Document)}
    assert titles == {"a.txt": "A", "sub/b.txt": "near", "sub/c.txt": "C"}
    [alone] = read_documents(tmp_path / "a.txt")
    assert isinstance(alone, Document)
    assert alone.title == "A"


def test_a_table_kept_elsewhere_can_be_named(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "docs/a.txt": TEXT,
            "docs/metadata.csv": "file,title\na.txt,near\n",
            "other.csv": "file,title\na.txt,A\nb.txt,B\n",
        },
    )
    document, left = read_documents(tmp_path / "docs", metadata=tmp_path / "other.csv")
    assert isinstance(document, Document)
    assert document.title == "A"
    assert left == Failure("b.txt", "other.csv has a row for it, but the folder has no such document; correct the row")


def test_a_row_without_its_file_is_a_failure(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": TEXT, "metadata.csv": "file,title\na.txt,A\n../a.txt,outside\nb.txt,B\n"})
    why = "metadata.csv has a row for it, but the folder has no such document; correct the row"
    assert [found for found in read_documents(tmp_path) if isinstance(found, Failure)] == [
        Failure("../a.txt", why),
        Failure("b.txt", why),
    ]


def test_the_documents_of_a_broken_table_wait_for_its_repair(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": TEXT, "sub/b.txt": TEXT, "sub/metadata.csv": "name\nb.txt\n"})
    document, failure = read_documents(tmp_path)
    assert isinstance(document, Document)
    assert document.source == "a.txt"
    assert isinstance(failure, Failure)
    assert failure.source == "sub/metadata.csv"
    assert failure.reason.startswith("no column 'file' in line 1 (found name)")
    assert failure.reason.endswith("; the documents it describes were not read")


def test_a_file_too_large_to_be_a_document_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(Limits().bytes + 1)
    assert list(read_documents(tmp_path)) == [
        Failure("a.txt", "more than the 50,000,000 bytes of a document; split it into its articles")
    ]


def test_a_file_without_the_right_to_read_it_is_a_failure(ordinary_folder: Path) -> None:
    write(ordinary_folder, {"a.txt": TEXT})
    (ordinary_folder / "a.txt").chmod(0)
    assert list(read_documents(ordinary_folder)) == [
        Failure("a.txt", "cannot be read: Permission denied; check the file and its permissions")
    ]


def test_the_real_articles_are_read_with_their_table(shared: Path) -> None:
    table = {
        found.source: (found.publisher, found.published, found.title and found.title[:20], len(found.text))
        for found in read_documents(shared / "seeds")
        if isinstance(found, Document)
    }
    assert table == {
        "000_0378492d965555f1.txt": ("Kyiv Independent", dt.date(2024, 9, 19), "Russia, Pakistan str", 3267),
        "001_2a599bb2073e5ecb.txt": ("Global Village Space", dt.date(2024, 9, 19), None, 2983),
        "002_79f5c5c032e7671c.txt": (None, dt.date(2024, 9, 19), None, 4448),
        "003_0a0b2e7b4185abbe.txt": ("Nukta", dt.date(2026, 1, 16), "Putin says Russia-Pa", 2983),
        "004_99cd657e6ccc34e8.txt": (
            "Ministry of Foreign Affairs of the Russian Federation",
            dt.date(2018, 2, 19),
            "Comment by the Infor",
            3990,
        ),
    }


def test_without_their_table_the_real_articles_state_only_what_they_print(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "none.csv").write_text("file\n")
    found = [
        (document.published, document.basis)
        for document in read_documents(shared / "seeds", metadata=tmp_path / "none.csv")
        if isinstance(document, Document)
    ]
    assert found == [
        (None, {"title": "title line", "language": "detected"}),
        (None, {"language": "detected"}),
        (None, {"language": "detected"}),
        (None, {"title": "title line", "language": "detected"}),
        (dt.date(2018, 2, 19), {"published": "date line", "title": "title line", "language": "detected"}),
    ]
