"""Documents that are made to hang, to fill the memory or to crash their reader fail alone, and the next one is read."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from etl.errors import DocumentError
from etl.extract import read_claims
from etl.lexicon import Lexicon, using
from etl.model import Document
from etl.sources import Failure, guard, read_documents
from etl.sources.guard import read_claims_guarded, read_guarded
from etl.sources.limits import Limits
from etl.sources.pdf import read_pdf
from tests.pdfs import set_pdf, write_pdf

SAID = "Trade between Russia and Pakistan reached $1 billion in 2023, the ministry of commerce said."
MORE = "Imports of oil fell by 12 percent to $700 million, its spokesperson told reporters in the capital."
PDF = set_pdf(SAID)
PAGE = f"<html><body><p>{SAID}</p></body></html>".encode()
SHORT, SMALL = Limits(seconds=1), Limits(memory=300_000_000)


def pdf_of(stream: bytes, kids: bytes = b"[3 0 R]", count: int = 1) -> bytes:
    packed = zlib.compress(stream, 9)
    return write_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids %s /Count %d >>" % (kids, count),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )


SHOWN = b"BT /F1 12 Tf 72 700 Td (Trade grew.) Tj ET"
LATE = "takes more than the 1 seconds of a document; leave it out, or raise --max-seconds"
CRASHED = "perhaps for want of the 300 MB of memory of a document; leave it out, or save its text"
FULL = "needs more than the 300 MB of memory of a document; leave it out, or raise --max-memory-mb"
BROKEN = "a broken PDF, or one without pages; open it and save it again"
BOMBS = {
    "a stream that unpacks to 300 MB": ("pdf", pdf_of(b"\n" * 300_000_000), SMALL, CRASHED),
    "pages that hold each other": ("pdf", pdf_of(SHOWN, b"[2 0 R 3 0 R]", 2), SMALL, BROKEN),
    "a million paragraphs": ("html", b"<html>" + b"<p>Trade grew in 2023." * 1_000_000, SMALL, FULL),
    "half a million attributes": (
        "html",
        b"<html><p " + b"".join(b"a%d=1 " % i for i in range(500_000)) + b">x",
        SHORT,
        LATE,
    ),
}


@pytest.mark.parametrize(("name", "data", "limits", "reason"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_fails_alone_with_its_reason_and_the_next_document_is_read(
    name: str, data: bytes, limits: Limits, reason: str
) -> None:
    with pytest.raises(DocumentError) as error:
        read_guarded(name, data, None, limits)
    assert str(error.value).endswith(reason)
    assert read_guarded("pdf", PDF, None, limits).text == SAID


LONG_TEXTS = {
    "prices without end": ("$1 " * 300_000, SHORT, LATE),
    "numbers without end": ("1 " * 3_000_000, Limits(memory=200_000_000), FULL.replace("300", "200")),
}


@pytest.mark.parametrize(("text", "limits", "reason"), LONG_TEXTS.values(), ids=LONG_TEXTS)
def test_a_long_text_made_to_take_hours_or_to_fill_the_memory_fails_alone(
    text: str, limits: Limits, reason: str
) -> None:
    with pytest.raises(DocumentError) as error:
        read_claims_guarded(Document(text), limits)
    assert str(error.value) == reason


def test_a_long_text_has_the_claims_it_has_outside_the_guard() -> None:
    document = Document(f"{SAID}\n\n" * 1_200, published=dt.date(2024, 9, 19))
    assert len(document.text) > 100_000
    assert read_claims_guarded(document, Limits()) == read_claims(document)


def test_a_page_count_that_is_a_lie_costs_nothing() -> None:
    assert read_guarded("pdf", pdf_of(SHOWN, count=2_000_000_000), None, SMALL).text == "Trade grew."


def test_the_run_goes_on_past_a_bomb(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    (tmp_path / "b.pdf").write_bytes(BOMBS["a stream that unpacks to 300 MB"][1])
    (tmp_path / "c.pdf").write_bytes(PDF)
    found = list(read_documents(tmp_path, limits=SMALL))
    texts = [each.reason[-len(CRASHED) :] if isinstance(each, Failure) else each.text for each in found]
    assert texts == [SAID, CRASHED, SAID]


def test_a_reader_that_crashes_is_said_to_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    crash = (sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    limits = Limits(seconds=31)  # no child has these yet
    with monkeypatch.context() as patch:
        patch.setattr(guard, "_COMMAND", crash)
        with pytest.raises(DocumentError, match=r"ended the process that read it \(signal 11\)"):
            read_guarded("pdf", PDF, None, limits)
    assert read_guarded("pdf", PDF, None, limits).text == SAID


def test_what_is_read_is_what_the_reader_reads() -> None:
    assert read_guarded("pdf", PDF, None, Limits()) == read_pdf(PDF)


def test_a_users_tables_count_in_the_child_too() -> None:
    page = f"<html><body><p>{SAID}</p><p>Reporting from Quetta: our team</p><p>{MORE}</p></body></html>".encode()
    with using(Lexicon((("boilerplate.txt", "kind | words\nopens | reporting from quetta"),))):
        assert read_guarded("html", page, None, Limits()).text == f"{SAID}\n\n{MORE}"


def test_threads_read_at_once_each_with_a_child_of_its_own() -> None:
    documents = [set_pdf(f"{SAID} {number}.") for number in range(24)]
    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(lambda data: read_guarded("pdf", data, None, Limits()).text, documents))
    assert found == [f"{SAID} {number}." for number in range(24)]


PARENT = """
import os, sys
from etl.sources import guard
from etl.sources.limits import Limits
start = guard._start
def told():
    process = start()
    print(process.pid, flush=True)
    return process
guard._start = told
data = b"<html>" + b"<p>Trade grew in 2023." * 1_000_000
guard.read_guarded("html", data, None, Limits(seconds=4))
"""


def test_a_child_ends_with_a_parent_that_is_killed() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        os.kill(child, 0)
        parent.send_signal(signal.SIGKILL)
    while _lives(child):  # a test that hangs is one that fails
        time.sleep(0.1)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_child_gets_nothing_of_the_environment_but_where_modules_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    given: list[dict[str, str]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *_, env, **__: given.append(env))
    guard._start()  # noqa: SLF001  what a child is given cannot be seen from outside on every system
    assert given[0].keys() <= {"PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT"}
