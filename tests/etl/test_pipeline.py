"""The whole run: what is read, what is left as it is, what fails, and what the store then holds."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from distributed import LocalCluster
from hypothesis import given, settings
from hypothesis import strategies as st

import etl
import etl.pipeline
import etl.reading
from etl.errors import DocumentError, ExportError, StoreError
from etl.extract import Extraction, read_claims
from etl.frame import check_frame, empty_frame
from etl.model import Claim, Document
from etl.pipeline import Progress, RunReport, bundled_documents, extract_claims, read_one, run
from etl.sources import Failure, Item, Limits, containers, dumps, guard, read_item
from etl.store import Proof, Store, load_claims, load_documents, load_mentions, load_text, prove

BILLION = "Trade between Russia and Pakistan reached $1 billion in 2023, after 12 meetings."
MILLION = "Pakistan's exports to Russia were $146 million in 2021."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text(f"---\ntitle: Trade grows\npublished: 2024-09-19\n---\n{BILLION}\n")
    (docs / "b.txt").write_text(MILLION)
    return docs


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with LocalCluster(n_workers=1, processes=False, protocol="tcp://", dashboard_address="127.0.0.1:0") as cluster:
        yield str(cluster.scheduler_address)


def counts(report: RunReport) -> dict[str, object]:
    """The counts of a report that are not nought."""
    names: tuple[str, ...] = (
        "read",
        "unchanged",
        "copies",
        "other_language",
        "removed",
        "missing",
        "claims",
        "mentions",
    )
    names += ("stored_documents", "stored_claims")
    found: dict[str, object] = {name: getattr(report, name) for name in names if getattr(report, name)}
    return found | ({"failed": [failure.source for failure in report.failed]} if report.failed else {})


def texts(store: Path) -> list[str]:
    return sorted(load_text(store, document_id).strip() for document_id in load_documents(store)["document_id"])


FIRST = {"read": 2, "claims": 2, "mentions": 3, "stored_documents": 2, "stored_claims": 2}
AGAIN = {"unchanged": 2, "stored_documents": 2, "stored_claims": 2}


def test_a_folder_goes_in_and_proved_claims_come_out(folder: Path, tmp_path: Path) -> None:
    report = run(folder, tmp_path / "store")
    assert counts(report) == FIRST
    assert (report.documents, report.version, report.failed) == (2, 1, ())
    claims = check_frame(load_claims(tmp_path / "store"))
    assert claims[["value", "title", "span_text"]].values.tolist() == [
        [1e9, "Trade grows", "$1 billion"],
        [146e6, pytest.approx(float("nan"), nan_ok=True), "$146 million"],
    ]
    assert prove(tmp_path / "store") == Proof(2, ())


def test_a_second_run_changes_nothing_and_commits_nothing(folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path / "store")
    before = load_claims(tmp_path / "store")
    report = run(folder, tmp_path / "store")
    assert counts(report) == AGAIN
    assert report.version == 1
    pd.testing.assert_frame_equal(load_claims(tmp_path / "store"), before)


def test_the_same_folder_gives_the_same_store_anywhere(folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path / "one")
    run([folder / "b.txt"], tmp_path / "two")
    run([str(folder / "*.md"), folder], tmp_path / "two")
    pd.testing.assert_frame_equal(load_claims(tmp_path / "one"), load_claims(tmp_path / "two"))
    pd.testing.assert_frame_equal(load_mentions(tmp_path / "one"), load_mentions(tmp_path / "two"))


def test_a_changed_text_replaces_the_earlier_one(folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path / "store")
    (folder / "b.txt").write_text(MILLION.replace("146", "279"))
    report = run(folder, tmp_path / "store")
    assert counts(report) | {"mentions": 0} == {"read": 1, "unchanged": 1, "claims": 1, "mentions": 0} | {
        "stored_documents": 2,
        "stored_claims": 2,
    }
    assert sorted(load_claims(tmp_path / "store")["value"]) == [279e6, 1e9]


@pytest.mark.parametrize("piece", [dumps.PIECE, 100])
def test_of_two_records_with_one_name_the_first_is_kept_and_the_other_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(dumps, "PIECE", piece)
    monkeypatch.setattr(containers, "PIECE", piece)
    dump, store = tmp_path / "dump.jsonl", tmp_path / "store"
    records = [{"id": 7, "text": BILLION}, {"id": 7, "text": MILLION}, {"id": 7, "text": BILLION}]

    def done() -> dict[str, object]:
        dump.write_text("".join(f"{json.dumps(record)}\n" for record in records))
        return counts(run(dump, store, jobs=1)) | {"texts": texts(store)}

    kept = {"stored_documents": 1, "stored_claims": 1, "failed": ["dump.jsonl#7"], "texts": [BILLION]}
    assert done().items() >= kept.items()
    assert done().items() >= kept.items()
    records.pop(0)
    assert done().items() >= (kept | {"texts": [MILLION]}).items()


def test_a_corrected_title_is_taken_over_and_the_identity_stays(folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path / "store")
    before = load_claims(tmp_path / "store")
    (folder / "metadata.csv").write_text("file,title\nb.txt,Exports to Russia\n")
    assert counts(run(folder, tmp_path / "store"))["read"] == 1
    after = load_claims(tmp_path / "store")
    assert after["claim_id"].tolist() == before["claim_id"].tolist()
    assert "Exports to Russia" in set(after["title"])


def test_another_version_of_the_extractor_reads_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(folder, tmp_path / "store")
    monkeypatch.setattr(etl.pipeline, "extractor_version", lambda: "next")
    monkeypatch.setattr(etl.reading, "extractor_version", lambda: "next")
    assert counts(run(folder, tmp_path / "store")) == FIRST
    assert set(load_claims(tmp_path / "store")["extractor_version"]) == {"next"}


def test_files_of_one_name_in_two_folders_are_two_documents(tmp_path: Path) -> None:
    for name, text in {"2023": BILLION, "2024": MILLION}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(text)
        run(tmp_path / name, tmp_path / "store")
    assert texts(tmp_path / "store") == sorted([BILLION, MILLION])


def test_a_text_that_is_there_twice_is_one_document_and_stays_one(folder: Path, tmp_path: Path) -> None:
    (folder / "c.txt").write_text(MILLION)
    assert counts(run(folder, tmp_path / "store")) == FIRST | {"copies": 1}
    for _ in range(2):
        assert counts(run(folder, tmp_path / "store")) == AGAIN | {"unchanged": 3}
    (folder / "b.txt").write_text("Wheat led.")
    run(folder, tmp_path / "store")
    assert texts(tmp_path / "store") == sorted([BILLION, MILLION, "Wheat led."])


def test_a_moved_file_is_a_copy_and_the_document_stays_when_it_changes(folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path / "store")
    (folder / "b.txt").rename(folder / "moved.txt")
    run(folder, tmp_path / "store")
    assert len(texts(tmp_path / "store")) == 2
    (folder / "moved.txt").write_text("Wheat led.")
    run(folder, tmp_path / "store")
    assert texts(tmp_path / "store") == sorted([BILLION, MILLION, "Wheat led."])


def test_one_bad_document_never_stops_the_run(folder: Path, tmp_path: Path) -> None:
    (folder / "bad.txt").write_bytes("Trade – gr\udc96w – fast".encode(errors="surrogateescape"))
    (folder / "empty.md").write_text("")
    report = run([folder, tmp_path / "missing"], tmp_path / "store")
    assert counts(report) == FIRST | {"failed": [f"{tmp_path}/missing", "bad.txt", "empty.md"]}


def test_a_document_the_extractor_fails_on_is_named_and_the_others_are_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(document: Document) -> Extraction:
        if "146" in document.text:
            message = "no such unit"
            raise KeyError(message)
        return read_claims(document)

    monkeypatch.setattr(guard, "read_claims", failing)
    report = run(folder, tmp_path / "store")
    assert report.failed == (
        Failure("b.txt", "the extractor failed (KeyError: 'no such unit'); please report it with this document"),
    )
    assert texts(tmp_path / "store") == [BILLION]


Change = Callable[[Sequence[Claim]], Sequence[Claim]]

BROKEN: dict[str, tuple[Change, str]] = {
    "a claim twice": (
        lambda claims: [*claims, *claims],
        "a claim breaks the contract of the table: claim_id, field_uniqueness: ",
    ),
    "a kind we do not know": (
        lambda claims: [replace(claim, kind="nonsense") for claim in claims],  # type: ignore[arg-type]
        "a claim breaks the contract of the table: kind, isin(",
    ),
    "a quote that is not in the text": (
        lambda claims: [replace(claim, citation=replace(claim.citation, start=1)) for claim in claims],
        "a claim does not prove itself: quote at 1-",
    ),
}


@pytest.mark.parametrize(("change", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_document_with_claims_that_do_not_hold_is_refused_and_the_others_are_kept(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Change,
    reason: str,
) -> None:
    def broken(document: Document) -> Extraction:
        found = read_claims(document)
        return replace(found, claims=tuple(change(found.claims))) if "146" in document.text else found

    monkeypatch.setattr(guard, "read_claims", broken)
    report = run(folder, tmp_path / "store")
    [failure] = report.failed
    assert failure.source == "b.txt"
    assert failure.reason.startswith(reason)
    assert texts(tmp_path / "store") == [BILLION]
    assert (report.read, report.claims, report.version) == (1, 1, 1)


def test_a_document_in_another_language_is_kept_and_not_read(folder: Path, tmp_path: Path) -> None:
    (folder / "c.md").write_text("---\nlanguage: fr-FR\n---\nLe commerce a atteint $1 billion.")
    assert counts(run(folder, tmp_path / "store")) == FIRST | {"other_language": 1, "stored_documents": 3}
    statuses = load_documents(tmp_path / "store").set_index("source")["status"].to_dict()
    assert statuses == {"a.md": "read", "b.txt": "read", "c.md": "not read: language fr-FR"}
    assert counts(run(folder, tmp_path / "store"))["unchanged"] == 3


def test_progress_goes_from_finding_to_tidying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(etl.reading, "_PART_PIECES", 2)
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(f"Exports were ${number} million.")
    calls: list[Progress] = []
    run(tmp_path, tmp_path / "store", progress=calls.append)
    assert calls == [
        *(Progress("finding", pieces=number) for number in (1, 2, 3)),
        Progress("reading", documents=2, pieces=2, total=3),
        Progress("reading", documents=3, pieces=3, total=3),
        Progress("committing", documents=3, pieces=3),
        Progress("tidying", documents=3, pieces=3, total=3),
    ]


def test_a_divided_archive_is_reported_as_one_and_progress_ends_at_its_total(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    divided(monkeypatch)
    address = "WARC-Target-URI: https://a.example/"
    record = "WARC/1.0\r\nWARC-Type: request\r\n{}{}\r\nContent-Length: 4\r\n\r\nGET \r\n\r\n"
    (tmp_path / "a.warc").write_text("".join(record.format(address, n) for n in range(50)), newline="")
    calls: list[Progress] = []
    report = run(tmp_path / "a.warc", tmp_path / "store", progress=calls.append)
    assert report.skipped == (Failure("a.warc", "50 records that are no pages, texts or PDFs"),)
    assert len(calls) > 10
    assert (calls[-1].pieces, calls[-1].total) == (17, 17)


def divided(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("containers", "dumps"):
        monkeypatch.setattr(f"etl.sources.{module}.PIECE", 300)


@pytest.mark.parametrize("engine", ["processes", "cluster"])
def test_every_engine_leaves_the_same_store(
    tmp_path: Path, engine: str, cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    divided(monkeypatch)
    options: dict[str, Any] = {"jobs": 2} if engine == "processes" else {"engine": "dask", "scheduler": cluster}
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(40):
        (docs / f"{number:02}.txt").write_text(f"Pakistan's exports to Russia were ${number + 1} million in 2021.")
    texts = [{"id": number, "text": f"Tea exports to Egypt were ${number} million in 2021."} for number in range(90)]
    (docs / "z.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, texts)).encode()))
    here, there = run(docs, tmp_path / "here"), run(docs, tmp_path / "there", **options)
    assert counts(there) == counts(here)
    pd.testing.assert_frame_equal(load_claims(tmp_path / "there"), load_claims(tmp_path / "here"))
    assert counts(run(docs, tmp_path / "there", **options))["unchanged"] == 130


def test_a_large_run_is_committed_in_batches(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(etl.reading, "_PART_PIECES", 1)
    monkeypatch.setattr(etl.pipeline, "_BATCH", 1)
    report = run(folder, tmp_path / "store")
    assert (report.version, counts(report)) == (2, FIRST)


def test_a_folder_that_is_no_store_is_refused_before_anything_is_read(folder: Path) -> None:
    with pytest.raises(StoreError, match="holds other files"):
        run(folder, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["a.md", "b.txt"]


def test_a_run_killed_half_way_leaves_the_last_commit_and_the_next_run_ends_the_work(
    tmp_path: Path, root: Path
) -> None:
    docs, store = tmp_path / "docs", tmp_path / "store"
    docs.mkdir()
    for number in range(30):
        (docs / f"{number:02}.txt").write_text(f"Pakistan's exports to Russia were ${number + 1} million in 2021.")
    code = (
        "import sys, etl.reading as r, etl.pipeline as p; r._PART_PIECES = p._BATCH = 3; print('ready', flush=True);"
        "p.run(sys.argv[1], sys.argv[2], progress=lambda now: print(now.documents, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, docs, store], cwd=root, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        while worker.stdout.readline().strip() not in {"12", ""}:
            time.sleep(0)
        os.kill(worker.pid, signal.SIGKILL)
    held = Store.open(store)
    assert held.version >= 3
    assert held.count("document") == held.count("claim") == 3 * held.version
    assert counts(run(docs, store))["unchanged"] == held.count("document")
    assert len(load_claims(store)) == 30


def test_claims_of_a_text_need_no_store() -> None:
    claims = extract_claims(
        "Trade between Russia and Pakistan reached $1 billion last year.",
        title="Trade grows",
        publisher="Dawn",
        published=dt.date(2024, 9, 19),
        url="https://example.org/a",
    )
    assert claims[["value", "unit", "parties", "period_label", "title", "publisher", "url"]].values.tolist() == [
        [1e9, "USD", "PAK;RUS", "2023", "Trade grows", "Dawn", "https://example.org/a"]
    ]


def test_a_text_without_claims_or_in_another_language_gives_the_empty_frame() -> None:
    pd.testing.assert_frame_equal(extract_claims("Wheat led."), empty_frame())
    pd.testing.assert_frame_equal(extract_claims(BILLION, language="ur"), empty_frame())


A_DAY = "extract_claims: published must be a day as YYYY-MM-DD, for example 2024-09-19\npublished: "
A_LANGUAGE = "extract_claims: language must be a language code such as en or pt-BR\nlanguage: "

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no such month": ({"published": "2024-13-01"}, f"{A_DAY}2024-13-01\n           ~~~~~~~~~^"),
    "a year alone": ({"published": 2024}, f"{A_DAY}2024\n           ~~~^"),
    "a language in words": ({"language": "English"}, f"{A_LANGUAGE}English\n          ~~~~~~^"),
    "a number for a title": ({"title": 5}, "title must be a str, not int"),
    "no text": ({"text": None}, "the text must be a str, not NoneType; for a file: read_documents(path)"),
    "bytes": ({"text": b"Trade"}, "the text must be a str, not bytes; for a file: read_documents(path)"),
    "half a character": ({"text": "a\ud800 $1"}, "the text has half a character (U+D800) at 1; decode it as UTF-8"),
}


@pytest.mark.parametrize(("given", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_text_or_metadata_that_is_none_is_refused(given: dict[str, Any], reason: str) -> None:
    with pytest.raises(DocumentError) as refused:
        extract_claims(**{"text": BILLION, **given})
    assert str(refused.value) == reason


DAYS = [
    dt.date(2024, 9, 19),
    dt.datetime(2024, 9, 19, 23, tzinfo=dt.UTC),
    pd.Timestamp("2024-09-19 10:00"),
    np.datetime64("2024-09-19"),
    "2024-09-19T10:00:00Z",
]


@pytest.mark.parametrize("published", DAYS, ids=lambda day: type(day).__name__)
def test_a_day_may_come_as_any_library_writes_it(published: Any) -> None:  # noqa: ANN401
    assert extract_claims(BILLION, published=published)["published"].tolist() == [pd.Timestamp("2024-09-19")]


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT], ids=str)
def test_a_missing_cell_of_pandas_is_metadata_that_is_not_known(missing: Any) -> None:  # noqa: ANN401
    names = ("title", "publisher", "published", "url", "language")
    pd.testing.assert_frame_equal(extract_claims(BILLION, **dict.fromkeys(names, missing)), extract_claims(BILLION))


def test_what_was_read_is_kept_when_the_run_is_stopped(folder: Path, tmp_path: Path) -> None:
    def stop(now: Progress) -> None:
        if now.phase == "reading":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(folder, tmp_path / "store", progress=stop)
    assert counts(run(folder, tmp_path / "store")) == AGAIN


def test_whatever_reading_a_file_brings_to_light_the_others_are_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(item: Item, limits: Limits) -> Document | Failure:
        assert limits == Limits()
        return read_item(item) if item.source == "b.txt" else 1 / 0  # type: ignore[return-value]

    monkeypatch.setattr(etl.reading, "read_item", read)
    report = run(folder, tmp_path / "store")
    reason = "the extractor failed (ZeroDivisionError: division by zero); please report it with this document"
    assert (report.read, report.failed) == (1, (Failure("a.md", reason),))


def test_what_is_no_longer_there_stays_until_it_is_to_be_removed(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    other = tmp_path / "other.txt"
    other.write_text("Wheat led.")
    run([folder, other], store)
    (folder / "b.txt").unlink()
    assert counts(run(folder, store))["missing"] == 1
    assert len(texts(store)) == 3
    assert counts(run(folder, store, remove_missing=True))["removed"] == 1
    assert texts(store) == sorted([BILLION, "Wheat led."])
    assert "missing" not in counts(run(folder, store))


def test_a_document_is_removed_when_its_last_place_is_gone(folder: Path, tmp_path: Path) -> None:
    (folder / "c.txt").write_text(MILLION)
    for name in ("b.txt", "c.txt"):
        run(folder, tmp_path / "store")
        (folder / name).unlink()
        run(folder, tmp_path / "store", remove_missing=True)
        assert texts(tmp_path / "store") == sorted([BILLION, *([MILLION] if name == "b.txt" else [])])


def test_a_record_that_is_no_longer_in_its_dump_is_removed(tmp_path: Path) -> None:
    dump, store = tmp_path / "dump.jsonl", tmp_path / "store"
    lines = [json.dumps({"id": str(number), "text": text}) for number, text in enumerate([BILLION, MILLION])]
    dump.write_text("\n".join(lines))
    run(dump, store)
    dump.write_text(f"{lines[0]}\n{{broken")
    assert counts(run(dump, store, remove_missing=True)).get("removed") is None  # it may stand in the broken line
    dump.write_text(lines[0])
    assert counts(run(dump, store, remove_missing=True))["removed"] == 1
    assert texts(store) == [BILLION]


def test_nothing_is_removed_for_what_could_not_be_looked_at(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    run(folder, store)
    (folder / "b.txt").write_bytes(b"")
    (folder / "a.md").unlink()
    kept = sorted([BILLION, MILLION])
    for paths in ([folder, tmp_path / "unplugged"], [folder / "*.txt"], [folder / "a.txt"]):
        run(paths, store, remove_missing=True)
        assert texts(store) == kept
    folder.rename(tmp_path / "moved")
    run(folder, store, remove_missing=True)
    assert texts(store) == kept
    (tmp_path / "moved").rename(folder)
    assert counts(run(folder, store, remove_missing=True))["removed"] == 1
    assert texts(store) == [MILLION]  # its file is there, though it is empty now


def test_the_report_has_a_line_a_document(folder: Path, tmp_path: Path) -> None:
    (folder / "c.txt").write_text(MILLION)
    (folder / "d.txt").touch()
    run(folder / "a.md", tmp_path / "store")
    run(folder, tmp_path / "store", report=tmp_path / "report.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
    [document_id] = {line["document_id"] for line in lines} - {None}
    nothing: dict[str, object] = {"document_id": None, "claims": 0, "mentions": 0, "language": None, "reason": None}
    reason = "the file is empty; put the text of the document in it"
    read = {"document_id": document_id, "language": "en"}
    assert sorted(lines, key=lambda line: str(line["source"])) == [
        nothing | {"source": "a.md", "outcome": "unchanged"},
        nothing | read | {"source": "b.txt", "outcome": "read", "claims": 1, "mentions": 1},
        nothing | read | {"source": "c.txt", "outcome": "copy"},
        nothing | {"source": "d.txt", "outcome": "failed", "reason": reason},
    ]


def test_a_report_that_cannot_be_written_is_said_before_anything_is_read(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="choose another --report"):
        run(folder, tmp_path / "store", report=tmp_path / "no" / "report.jsonl")
    assert not (tmp_path / "store").exists()


def test_a_report_keeps_so_many_failures_and_counts_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.report._KEPT", 2)
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(3):
        (docs / f"{number}.txt").touch()
    report = run(docs, tmp_path / "store")
    assert (report.failures, [failure.source for failure in report.failed]) == (3, ["0.txt", "1.txt"])


def test_one_document_of_many_is_named_behind_its_dump(tmp_path: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    dump.write_text("".join(json.dumps({"id": name, "text": f"{name} grew."}) + "\n" for name in ("tea", "rice")))
    found = read_one(f"{dump}#rice")
    assert isinstance(found, Document)
    assert found.text == "rice grew."
    reason = "2 of its 2 documents; name one of them: dump.jsonl#tea, dump.jsonl#rice …"
    assert read_one(str(dump)) == Failure(str(dump), reason)


STOPPED = """
import os, signal, sys, threading, time
import etl.cli, etl.reading, etl.pipeline, dashboard.__main__
signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
etl.reading._PART_PIECES = 2
read_document = etl.reading.read_document
def slowly(*arguments):  # so that workers are busy when they are told to end
    time.sleep(0.2)
    return read_document(*arguments)
etl.reading.read_document = slowly
take = etl.pipeline._Run.take
def stop(self, result):  # a person presses Ctrl+C, and again: each reaches every process of the terminal
    take(self, result)
    threading.Thread(target=insist, daemon=True).start()
    os.killpg(0, signal.SIGINT)
def insist():
    for _ in range(20):
        time.sleep(0.05)
        os.killpg(0, signal.SIGINT)
leave = etl.cli.Commands.invoke
def left(*arguments):  # until the run says that it has stopped
    try:
        return leave(*arguments)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
etl.cli.Commands.invoke = left
etl.pipeline._Run.take = stop
if __name__ == "__main__":
    sys.argv[1:] = ["extract", "docs", "--jobs", "2"]
    dashboard.__main__.main()
"""


def test_a_pool_that_is_stopped_keeps_what_was_read_and_says_so_once(tmp_path: Path, root: Path) -> None:
    (tmp_path / "docs").mkdir()
    for number in range(40):
        (tmp_path / "docs" / f"{number:02}.txt").write_text(f"Exports were ${number + 1} million in 2021.")
    (tmp_path / "stopped.py").write_text(STOPPED)
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "stopped.py"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        timeout=600,  # only so that a run that hangs ends
    )
    assert (done.returncode, done.stderr) == (
        130,
        "stopped; what was read is kept, the same command goes on from there\n",
    )
    assert load_documents(tmp_path / "store")["source"].tolist() != []


PHRASES = st.sampled_from(
    [
        BILLION,
        MILLION,
        "Wheat: 3.1 million tons.",
        "Shares fell to 20%,",
        "over",
        "\n\n",
        "€5bn–€7bn",
        "2017",
        "😀",
        "لاہور",
        "$",
        "1",
    ]
)


@settings(max_examples=40)
@given(st.lists(PHRASES, max_size=12).map(" ".join))
def test_for_any_text_every_claim_proves_itself_and_the_ids_are_the_same_again(text: str) -> None:
    claims = check_frame(extract_claims(text, published="2024-09-19"))
    for row in claims.to_dict("records"):
        assert text[row["quote_start"] : row["quote_end"]] == row["quote"]
        assert text[row["span_start"] : row["span_end"]] == row["span_text"]
    pd.testing.assert_frame_equal(claims, extract_claims(text, published="2024-09-19"))


def test_the_bundled_documents_are_read_without_a_failure(tmp_path: Path) -> None:
    report = run(bundled_documents(), tmp_path / "store")
    assert report.failed == ()
    assert report.read == report.documents > 50
    assert prove(tmp_path / "store") == Proof(report.claims, ())


def test_the_public_names_are_there_and_others_are_not() -> None:
    assert set(etl.__all__) <= set(dir(etl))
    assert all(callable(getattr(etl, name)) for name in etl.__all__)
    with pytest.raises(AttributeError, match="module 'etl' has no attribute 'nothing'"):
        _ = etl.nothing
