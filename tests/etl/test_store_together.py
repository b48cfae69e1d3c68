"""A store with several users at once, in a folder and on object storage: no document twice, none lost, one version."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from etl.errors import StoreError
from etl.store import Record, Store, load_claims, load_documents, load_text, prove, to_rows
from tests.etl.test_store import VERSION, record

KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an S3 server in a process of its own: in ours it would wait for the lock that its client holds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process)
        yield address
        process.terminate()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            urllib.request.urlopen(address).close()  # noqa: S310  our own server
        except HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the S3 server did not start")


@pytest.fixture(params=["a folder", "object storage"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where a new store may be made."""
    if request.param == "a folder":
        return str(tmp_path / "store")
    address = request.getfixturevalue("server")
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": address, "AWS_ALLOW_HTTP": "true"}.items():
        monkeypatch.setenv(name, value)
    bucket = f"bucket-{tmp_path.name.replace('_', '-')[:40]}".lower().rstrip("-")
    urllib.request.urlopen(urllib.request.Request(f"{address}/{bucket}", method="PUT")).close()  # noqa: S310  as above
    return f"s3://{bucket}/archive/store"


def commit(path: str, *records: Record) -> int:
    return Store.create_or_open(path).commit(to_rows(records, VERSION)).version


def test_a_store_works_alike_wherever_it_lies(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.store.store._SMALL_FILES", 4)
    for number in range(1, 6):
        commit(
            place, record(f"Exports were ${number} million.", f"/{number}"), record("Trade was $1 bn.", f"/t/{number}")
        )
    changed = commit(place, record("Exports were $77 million.", "/3"))
    assert sorted(load_claims(place)["value"]) == [1e6, 2e6, 4e6, 5e6, 77e6, 1e9]
    store = Store.open(place)
    assert (store.count("document"), store.count("copy"), len(store.known())) == (6, 4, 10)
    assert [load_text(place, name) for name in load_documents(place)["document_id"]]
    assert prove(place).claims == 6
    gone = store.absent(["/t"], store.known()[:0])
    assert store.remove(gone).removed == 1
    store.tidy()
    assert len(load_claims(place)) == 5
    assert len(load_claims(place, version=changed)) == 6
    assert {"extract", "compact", "remove"} <= set(store.history()["what"])


def test_what_is_not_there_is_named(place: str) -> None:
    with pytest.raises(StoreError, match=f"no store at {place}; run: trade-figures extract PATH --store {place}"):
        load_claims(place)


WRITER = """
import sys
from tests.etl.test_store import record
from etl.store import Store, to_rows
path, name, commits = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = Store.create_or_open(path)
print("ready", flush=True)
sys.stdin.readline()
for number in range(commits):
    shared = record(f"Imports were ${number + 1} million.", f"/both/{number}")
    own = record(f"Exports of {name} were ${number + 1} million.", f"/{name}/{number}")
    print(store.commit(to_rows([shared, own], "1")).version, flush=True)
"""


def test_two_runs_at_once_both_succeed_and_no_document_is_there_twice(place: str, root: Path) -> None:
    commits = 5 if place.startswith("s3:") else 20
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, place, name, str(commits)],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    counts = []
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    while any(writer.poll() is None for writer in writers):
        store = Store.open(place)
        claims = load_claims(store)
        assert len(claims) == claims["claim_id"].nunique() == store.count("document") == len(store.known())
        counts.append(len(claims))
    for writer in writers:
        assert writer.communicate()[0].count("\n") == commits
        assert writer.returncode == 0
    assert counts == sorted(counts)
    claims = load_claims(place)
    assert len(claims) == claims["claim_id"].nunique() == len(load_documents(place)) == 3 * commits
