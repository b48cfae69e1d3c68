"""Real processes that are killed, read and write at once: nothing committed is lost, nothing is there twice."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from etl.errors import StoreError
from etl.export import to_csv
from etl.store import Store, load_claims, load_documents, prove

KILLS = 20
# The command line with small parts and batches: a few documents are then many commits.
COMMAND = """
import etl.pipeline, etl.reading
etl.pipeline._BATCH = 20
etl.reading._PART_PIECES = 4
if __name__ == "__main__":
    from etl.cli import app
    app()
"""


def write(folder: Path, numbers: Sequence[int], revision: int = 0) -> None:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        claims = " ".join(
            f"Imports were ${number}.{figure} million in {2000 + revision}." for figure in range(number % 4)
        )
        (folder / f"{number:03}.txt").write_text(
            f"Kenya's exports were ${number} million in {1980 + revision}. {claims}"
        )


def start(root: Path, *arguments: object) -> subprocess.Popen[str]:
    script = [sys.executable, "-c", COMMAND, "extract", *map(str, arguments), "--json"]
    return subprocess.Popen(script, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> dict[str, int]:
    told, complaint = process.communicate()
    assert (process.returncode, complaint) == (0, "")
    report: dict[str, int] = json.loads(told)
    return report


def sound(path: Path) -> tuple[int, frozenset[str]]:
    """The version of a store and the sources it has, once it is proved that each document is there once, and whole."""
    store = Store.open(path)
    documents, claims = load_documents(store), load_claims(store)
    assert documents["document_id"].is_unique
    assert documents["source"].is_unique
    assert claims["claim_id"].is_unique
    counts = dict(zip(documents["document_id"], documents["claims"], strict=True))
    assert claims.groupby("document_id").size().to_dict() == {name: count for name, count in counts.items() if count}
    return store.version, frozenset(documents["source"])


def version(path: Path) -> int:
    try:
        return Store.open(path).version
    except StoreError:
        return -1


def undisturbed(root: Path, paths: Sequence[Path], store: Path) -> bytes:
    finish(start(root, *paths, "--store", store, "--jobs", 1))
    return to_csv(load_claims(store))


def test_a_run_killed_at_any_moment_loses_and_doubles_nothing(tmp_path: Path, root: Path) -> None:
    docs, store, random = tmp_path / "docs", tmp_path / "store", Random(1)  # noqa: S311  moments, not secrets
    write(docs, range(150))
    finish(start(root, docs, "--store", store, "--jobs", 1))
    for kill in range(KILLS):
        write(docs, range(kill % 3, 150, 3), revision=kill + 1)
        before, sources = sound(store)
        with start(root, docs, "--store", store, "--jobs", 1 if kill % 3 else 2) as run:
            wanted = before + random.randint(0, 3)
            while run.poll() is None and version(store) < wanted:
                time.sleep(0.005)
            time.sleep(random.uniform(0, 0.2 if wanted > before else 2.0))
            acknowledged = version(store)
            run.kill()
        after, still = sound(store)
        assert before <= acknowledged <= after
        assert sources <= still
        assert prove(store).breaches == ()
    finish(start(root, docs, "--store", store, "--jobs", 1))
    assert to_csv(load_claims(store)) == undisturbed(root, [docs], tmp_path / "other")


WRITER = """
import sys
from pathlib import Path
import etl, etl.pipeline, etl.reading, etl.store.store
etl.pipeline._BATCH = 10
etl.reading._PART_PIECES = 4
etl.store.store._SMALL_FILES = 2
docs, store = map(Path, sys.argv[1:])
for revision in range(8):
    for number in range(0, 40, 1 + revision % 2):
        figures = " ".join(f"Imports were ${number}.{figure} million." for figure in range((number + revision) % 5))
        text = f"Kenya's exports were ${number} million in {1980 + revision}. {figures}"
        (docs / f"{number:03}.txt").write_text(text)
    etl.run(docs, store, jobs=1)
"""
READERS = {
    "loading": """
from etl.store import Store, load_claims, load_documents
def read():
    store = Store.open(path)
    return store.version, load_documents(store), load_claims(store)
""",
    "dashboard": """
from dashboard.data import Archive
archive = Archive(path)
def read():
    snapshot = archive.snapshot()
    return snapshot.store.version, snapshot.documents, snapshot.claims
""",
    "duckdb": """
import duckdb
from deltalake import DeltaTable
def read():
    table = DeltaTable(path)
    def rows(kind):
        files = [file for file in table.file_uris() if f"record={kind}" in file]
        return duckdb.sql("SELECT * FROM read_parquet(?, union_by_name = true)", params=[files]).df()
    return table.version(), rows("document"), rows("claim")
""",
}
READING = """
import json, sys, threading
path = sys.argv[1]
{source}
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
versions = []
while not stop.is_set():
    version, documents, claims = read()
    versions.append(version)
    counts = {{name: count for name, count in zip(documents["document_id"], documents["claims"]) if count}}
    assert documents["document_id"].is_unique and claims["claim_id"].is_unique, version
    assert claims.groupby("document_id").size().to_dict() == counts, version
print(json.dumps(versions))
"""


def test_readers_see_one_whole_version_after_another_while_runs_write(tmp_path: Path, root: Path) -> None:
    docs, store = tmp_path / "docs", tmp_path / "store"
    write(docs, range(40))
    finish(start(root, docs, "--store", store, "--jobs", 1))
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READING.format(source=source), store],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for source in READERS.values()
    ]
    subprocess.run([sys.executable, "-c", WRITER, docs, store], cwd=root, check=True)
    history = Store.open(store).history()
    compactions = history.loc[history["what"] == "compact", "version"]
    for reader in readers:
        told, complaint = reader.communicate()
        assert (reader.returncode, complaint) == (0, "")
        versions = json.loads(told)
        assert versions == sorted(versions)
        assert len(set(versions)) > 3
        assert compactions.between(versions[0] + 1, versions[-1]).any()
    assert len(sound(store)[1]) == 40


def test_runs_at_once_of_the_same_documents_leave_what_one_run_would(tmp_path: Path, root: Path) -> None:
    folders = [tmp_path / name for name in "abc"]
    for place, folder in enumerate(folders):
        write(folder, range(100 * place, 100 * place + 60))
    store = tmp_path / "store"
    given = [folders[:2], folders[1:], folders, folders]
    runs = [start(root, *paths, "--store", store, "--jobs", 1) for paths in given]
    for run in runs:
        finish(run)
    assert len(sound(store)[1]) == 180
    assert to_csv(load_claims(store)) == undisturbed(root, folders, tmp_path / "other")
    assert finish(start(root, *folders, "--store", store, "--jobs", 1))["unchanged"] == 180
