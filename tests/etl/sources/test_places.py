"""Documents at addresses: of a file system that fsspec knows, or of a page or feed; nothing else is ever fetched."""

from __future__ import annotations

import gzip
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import fsspec
import pytest

from etl.model import Document
from etl.sources import Failure, Limits, Source, dumps, find_sources, read_documents, split

TEXT = b"Trade reached $1 billion."
LINES = b'{"id": 1, "text": "one"}\n{"id": 2, "text": "two"}\n'
FILES = {
    "docs/a.txt": TEXT,
    "docs/sub/b.txt": TEXT,
    "docs/sub/metadata.csv": b"file,title\nb.txt,Near\nc.txt,Lost\n",
    "docs/dump.jsonl": LINES,
    "docs/.hidden.txt": TEXT,
    "docs/README.md": TEXT,
    "docs/store/_delta_log/0.json": b"{}",
}
FOUND = ["a.txt", "dump.jsonl#1", "dump.jsonl#2", "sub/b.txt Near", "! c.txt"]


def told(*paths: str, **options: object) -> list[str]:
    return [
        f"{found.source} {found.title or ''}".strip() if isinstance(found, Document) else f"! {found.source}"
        for found in read_documents(paths, **options)  # type: ignore[arg-type]
    ]


@pytest.fixture
def memory() -> Iterator[str]:
    system = fsspec.filesystem("memory")
    for name, data in FILES.items():
        system.pipe(f"/{name}", data)
    yield "memory://"
    system.store.clear()
    system.pseudo_dirs[:] = [""]


def test_a_folder_of_any_file_system_is_read_as_one_of_this_machine(memory: str, tmp_path: Path) -> None:
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        for name, data in FILES.items():
            file.writestr(name, data)
    assert told(str(tmp_path / "docs")) == FOUND
    assert told(f"file://{tmp_path}/docs") == FOUND
    assert told(f"{memory}docs") == FOUND
    assert told(f"zip://docs::{tmp_path}/all.zip") == FOUND


def test_a_glob_and_a_file_of_any_file_system_and_each_is_read_once(memory: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        file.writestr("docs/a.txt", TEXT)
    assert told(f"{memory}docs/**/*.txt", f"{memory}docs/a.txt") == ["a.txt", "b.txt Near"]
    assert told(f"zip://**/*.txt::{tmp_path}/all.zip") == ["a.txt"]
    assert told(f"{memory}docs/a.txt", metadata=f"{memory}docs/sub/metadata.csv") == ["a.txt"]


def test_places_are_addresses_that_a_worker_elsewhere_can_open(memory: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        file.writestr("docs/a.txt", TEXT)
    found = [*find_sources([f"{memory}docs/a.txt", f"zip://docs::{tmp_path}/all.zip"])]
    places = [source.place for source in found if isinstance(source, Source)]
    assert places == ["memory:///docs/a.txt", f"zip://docs/a.txt::{tmp_path}/all.zip"]


def test_a_dump_of_any_file_system_is_divided(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.sources.containers.PIECE", 20)
    monkeypatch.setattr(dumps, "PIECE", 20)
    [source] = find_sources(f"{memory}docs/dump.jsonl")
    assert isinstance(source, Source)
    assert [(piece.start, piece.end) for piece in split(source)] == [(0, 20), (20, 40), (40, 50)]
    assert told(f"{memory}docs/dump.jsonl") == ["dump.jsonl#1", "dump.jsonl#2"]


def test_what_is_not_there_or_cannot_be_reached_is_a_failure_with_the_next_step(
    memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(read_documents([f"{memory}nowhere", f"{memory}nowhere/*.txt"])) == [
        Failure("memory://nowhere", "no such file or folder; check the path"),
        Failure("memory://nowhere/*.txt", "no such file or folder; check the path"),
    ]
    [unknown] = read_documents("nosuch://bucket/a.txt")
    assert unknown == Failure(
        "nosuch://bucket/a.txt", "no way to read nosuch:// (Protocol not known: nosuch); check the address"
    )
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.setattr(sys.modules["fsspec.registry"], "_registry", {})
    [missing] = read_documents("s3://bucket/a.txt")
    assert missing == Failure(
        "s3://bucket/a.txt", "reading s3:// needs a package that is not there; pip install 'trade-figures[s3]'"
    )


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """A bucket of a storage server on the loopback, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as knock:
                if not knock.connect_ex(("127.0.0.1", port)):
                    break
            threading.Event().wait(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def test_a_bucket_is_read_with_the_credentials_of_the_environment(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_ENDPOINT_URL": bucket,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    system = fsspec.filesystem("s3")
    system.mkdir("trade")
    for name, data in FILES.items():
        system.pipe(f"trade/{name}", data)
    assert told("s3://trade/docs") == FOUND
    assert told("s3://trade/docs/**/*.txt") == ["a.txt", "b.txt Near"]
    assert list(read_documents("s3://trade/no.txt")) == [
        Failure("s3://trade/no.txt", "no such file or folder; check the path")
    ]


PAGES = {
    "/a.txt": (200, {"Content-Type": "text/plain"}, TEXT),
    "/packed": (200, {"Content-Type": "text/plain", "Content-Encoding": "gzip"}, gzip.compress(TEXT)),
    "/moved": (302, {"Location": "/a.txt"}, b""),
    "/to-a-file": (302, {"Location": "file:///etc/hostname"}, b""),
    "/round": (302, {"Location": "/round"}, b""),
    "/large": (200, {}, b"x" * 2_000),
    "/bomb": (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(10_000_000))),
    "/feed": (
        200,
        {},
        b"<rss><channel><item><guid>1</guid><description>Trade grew.</description></item></channel></rss>",
    ),
    "/slow": (200, {}, b"."),
}


class Handler(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status, headers, body = PAGES.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.path == "/slow":
            while not self.server.stopped.wait(0.05):  # type: ignore[attr-defined]
                try:
                    self.wfile.write(body)
                except OSError:
                    return
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.stopped = threading.Event()  # type: ignore[attr-defined]
    Handler.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.stopped.set()  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_page_or_feed_the_user_names_is_fetched_once(site: str) -> None:
    found = list(read_documents([f"{site}/a.txt", f"{site}/packed", f"{site}/moved", f"{site}/feed"]))
    told = [
        (document.source, document.text, document.url, document.basis)
        for document in found
        if isinstance(document, Document)
    ]
    assert told == [
        (f"{site}/a.txt", TEXT.decode(), f"{site}/a.txt", {"url": "address"}),
        (f"{site}/packed", TEXT.decode(), f"{site}/packed", {"url": "address"}),
        (f"{site}/moved", TEXT.decode(), f"{site}/a.txt", {"url": "address"}),
        (f"{site}/feed#1", "Trade grew.", None, {}),
    ]
    assert Handler.asked == ["/a.txt", "/packed", "/moved", "/a.txt", "/feed"]


ADDRESSES = {
    "/none": "cannot be fetched: the server says 404 Not Found; check the address",
    "/large": "more than the 1,000 bytes of a document; split it into its articles",
    "/bomb": "more than the 1,000 bytes of a document; split it into its articles",
    "/slow": "cannot be fetched within 0.3 seconds; save the page and give its file",
}


@pytest.mark.parametrize(("path", "reason"), ADDRESSES.items())
def test_an_address_that_gives_nothing_or_too_much_is_a_failure(site: str, path: str, reason: str) -> None:
    limits = Limits(bytes=1_000, seconds=0.3)
    assert list(read_documents(site + path, limits=limits)) == [Failure(site + path, reason)]


@pytest.mark.parametrize("path", ["/to-a-file", "/round"])
def test_a_redirect_leads_to_another_page_or_nowhere(site: str, path: str) -> None:
    [found] = read_documents(site + path)
    assert isinstance(found, Failure)
    assert found.reason.startswith("cannot be fetched: ")


def test_an_address_where_nobody_answers_or_that_is_none_is_a_failure() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        addresses = [f"http://127.0.0.1:{free.getsockname()[1]}/a", "http://", "https://a b/"]
        failures = list(read_documents(addresses, limits=Limits(seconds=1)))
    assert [failure.source for failure in failures] == addresses
    assert all("cannot be fetched: " in failure.reason for failure in failures if isinstance(failure, Failure))


# Documents of every kind that name an address where they can; {} is one that would answer.
ENTITIES = '<!DOCTYPE r [<!ENTITY a SYSTEM "{0}"><!ENTITY % b SYSTEM "{0}"> %b;]>'
HOSTILE = {
    "a.md": "---\ntitle: !!python/object/apply:urllib.request.urlopen ['{0}']\nurl: {0}\n---\n![a]({0})",
    "b.xml": '<?xml version="1.0"?><?xml-stylesheet href="{0}"?>'
    + ENTITIES
    + '<rss xml:base="{0}"><channel><title>&a;</title><link>{0}</link><item><guid>{0}</guid>'
    '<description>Trade. &a; &lt;img src="{0}"&gt;</description><enclosure url="{0}"/></item></channel></rss>',
    "c.jsonl": '{{"id": "{0}", "text": "{0}", "url": "{0}"}}\n',
    "d.txt": "{0}",
    "e.html": ENTITIES
    + '<html><head><base href="{0}"><meta http-equiv="refresh" content="0;url={0}"><link rel="canonical" href="{0}">'
    '<link rel="amphtml" href="{0}"><script src="{0}"></script></head><body><article>'
    '<p>Trade with neighbours reached $1 billion in 2023.</p><img src="{0}"><iframe src="{0}"></iframe>'
    "</article></body></html>",
    "metadata.csv": "file,url,title\nd.txt,{0},{0}\n",
}


def test_no_document_makes_anything_be_fetched(site: str, tmp_path: Path) -> None:
    for name, data in HOSTILE.items():
        (tmp_path / name).write_text(data.format(f"{site}/a.txt"))
    assert len(list(read_documents(tmp_path))) == len(HOSTILE) - 1
    assert Handler.asked == []
