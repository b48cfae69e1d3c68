"""Ten thousand broken files of every format: each is in an outcome, none stops the run or reaches beyond its store."""

from __future__ import annotations

import socket
import tempfile
from pathlib import Path

import pytest

import etl
from etl.sources import Failure
from tools import fuzz

# Cheap formats have most; a page or a PDF is read in a process of its own.
SHARES = {
    "text": 2_000,
    "metadata": 500,
    "html": 250,
    "pdf": 400,
    "feed": 600,
    "jsonl": 1_500,
    "jsonl.gz": 750,
    "parquet": 2_300,
    "warc": 900,
    "warc.gz": 900,
}


def test_every_format_is_among_the_ten_thousand_files() -> None:
    assert list(SHARES) == list(fuzz.FORMATS)
    assert sum(SHARES.values()) >= 10_000


@pytest.mark.parametrize("form", SHARES)
def test_a_broken_file_is_in_an_outcome_and_reaches_nothing(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    places = [tmp_path / name for name in ("work", "temporary", "home")]
    for place in places:
        place.mkdir()
    monkeypatch.chdir(places[0])
    monkeypatch.setenv("TMPDIR", str(places[1]))
    monkeypatch.setenv("HOME", str(places[2]))
    monkeypatch.setattr(tempfile, "tempdir", None)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        cases = [*fuzz.make_cases(form, SHARES[form], canary=address)]
        assert [*fuzz.breaches(cases, tmp_path / "run")] == []
        listener.setblocking(False)  # noqa: FBT003  socket takes it so
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert [[*place.iterdir()] for place in places] == [[], [], []]
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["files", "report.jsonl", "store"]
    files = tmp_path / "run" / "files"
    assert {str(path.relative_to(files)) for path in files.rglob("*") if path.is_file()} == {
        case.name for case in cases
    }
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("form", [form for form in SHARES if form != "metadata"])
def test_what_is_broken_was_sound(form: str, tmp_path: Path) -> None:
    rule = fuzz.FORMATS[form]
    for number, data in enumerate(rule.sound("https://example.org/")):
        (tmp_path / f"{number}{rule.ending}").write_bytes(rule.pack(data))
    found = [*etl.read_documents(tmp_path)]
    assert [each for each in found if isinstance(each, Failure)] == []


def test_a_breach_is_told_and_its_file_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        message = "boom"
        raise RuntimeError(message)

    monkeypatch.setattr(fuzz, "KEPT", tmp_path)
    monkeypatch.setattr("etl.reading.read_claims_guarded", fail)
    with pytest.raises(SystemExit, match="broke a promise; they are kept in"):
        fuzz.main(["--cases", "4", "--formats", "text"])
    assert "the extractor failed (RuntimeError: boom)" in capsys.readouterr().out
    assert sorted(tmp_path.rglob("*.*"))
