"""The log of decisions: it only grows, several write at once, and what was acknowledged is there after a kill."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from etl.decisions import Decision, DecisionLog, from_lines, from_table, log_of, to_lines, to_table
from etl.errors import DecisionError
from etl.export import from_csv, to_csv
from tests.decided import decide

CLAIM = {
    "claim_id": "c" * 16,
    "document_id": "d" * 16,
    "document_sha256": "e" * 64,
    "span_start": 5,
    "span_end": 9,
    "seen": {"metric": "exports", "value": 5.25, "unit": None, "period_start": pd.Timestamp("2017-01-01")},
}
HOSTILE = '=cmd|" /C calc"!A0\r\n<script>alert(1)</script> — ’; DROP TABLE decision; --'


def some() -> list[Decision]:
    """Decisions of every action, with awkward words."""
    return [
        decide(CLAIM, "a", "accept", who="Ann Müller"),
        decide(CLAIM, "b", "reject", reason=HOSTILE, saw=("a",)),
        decide(
            CLAIM, "c", "correct", decided={"value": 0.1 + 0.2, "product": "crude oil"}, reason="'+1", saw=("a", "b")
        ),
        decide({**CLAIM, "seen": {}}, "d", "undo", undoes="c"),
    ]


def test_a_log_gives_back_what_went_in_and_counts_it_once(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "log")
    assert (log.read(), len(log), (tmp_path / "log").exists()) == ([], 0, False)
    assert [log.append(some()), log.append(some()[:2]), len(log)] == [4, 0, 4]
    assert log.read() == some()


def test_the_file_refuses_every_change(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "log")
    log.append(some())
    connection = sqlite3.connect(log.path)
    for statement in ("UPDATE decision SET who = 'Eve'", "DELETE FROM decision"):
        with pytest.raises(sqlite3.IntegrityError, match="the log only grows"):
            connection.execute(statement)
    connection.close()
    assert log.read() == some()


def test_another_decision_of_the_same_id_is_refused_with_all_that_came_with_it(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "log")
    log.append(some()[:1])
    with pytest.raises(DecisionError, match="another decision a"):
        log.append([decide(CLAIM, "e", "reject"), decide(CLAIM, "a", "reject")])
    assert log.read() == some()[:1]


def test_lines_and_tables_give_back_what_went_in() -> None:
    assert from_lines(to_lines(some())) == some()
    assert from_table(to_table(some())) == some()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 2 is no JSON"),
        ("[]", "line 2 is no decision"),
        ("{}", "line 2 is no decision"),
        (to_lines(some()[:1]).replace('"accept"', '"burn"'), "line 2 is no decision: .*burn"),
        (to_lines(some()[:1]).replace('"exports"', "null"), "a claim without metric"),
        (to_lines(some()[:1]).replace("5.25", '"much"'), "'much' as value; give a number"),
        (to_lines(some()[:1]).replace('"span_start": 5', '"span_start": "x"'), "line 2 is no decision"),
    ],
)
def test_a_line_that_is_no_decision_is_named(line: str, says: str) -> None:
    with pytest.raises(DecisionError, match=says):
        from_lines(f"{to_lines(some()[:1])}{line}")


def broken(path: Path) -> None:
    path.write_bytes(b"no database, " * 400)


def other(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE accounts (name TEXT)")
    connection.execute("PRAGMA user_version=7")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "says"), [(broken, "not a database; give the path of a log"), (other, "no log of decisions in format 1")]
)
def test_a_file_that_is_no_log_is_named_and_left_as_it_is(
    tmp_path: Path, spoil: Callable[[Path], None], says: str
) -> None:
    path = tmp_path / "log"
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(DecisionError, match=says):
        DecisionLog(path).read()
    with pytest.raises(DecisionError, match=says):
        DecisionLog(path).append(some())
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DecisionError, match="unable to open database file; create its folder"):
        DecisionLog(tmp_path / "none" / "log").append(some())


def test_a_backup_has_every_decision_and_replaces_nothing(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "log")
    log.append(some())
    assert log.back_up(tmp_path / "copy") == 4
    assert DecisionLog(tmp_path / "copy").read() == some()
    with pytest.raises(DecisionError, match="a backup never replaces a file"):
        log.back_up(tmp_path / "copy")


def test_one_copied_file_is_a_backup(tmp_path: Path) -> None:
    log = DecisionLog(tmp_path / "log")
    log.append(some())
    shutil.copy(log.path, tmp_path / "copy")
    assert DecisionLog(tmp_path / "copy").read() == some()


WRITER = """
import sys
from etl.decisions import DecisionLog
from tests.decided import decide
from tests.etl.decisions.test_log import CLAIM
log, who, count = DecisionLog(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for number in range(count):
    log.append([decide(CLAIM, f"{who}{number}", "accept", who=who)])
    print(f"{who}{number}", flush=True)
"""


def writer(log: Path, who: str, count: int) -> subprocess.Popen[str]:
    """A program that decides, and says so after each decision was acknowledged."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(log), who, str(count)],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_four_reviewers_at_once_lose_nothing(tmp_path: Path) -> None:
    writers = [writer(tmp_path / "log", who, 25) for who in "wxyz"]
    told = [line for each in writers for line in each.communicate(timeout=120)[0].split()]
    assert len(told) == 100
    assert sorted(decision.id for decision in DecisionLog(tmp_path / "log").read()) == sorted(told)


def test_a_kill_at_any_moment_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "log"
    told: list[str] = []
    for run in range(20):
        process = writer(path, chr(ord("a") + run), 10_000)
        assert process.stdout is not None
        told += [process.stdout.readline().strip() for _ in range(1 + run % 5)]
        os.kill(process.pid, signal.SIGKILL)
        told += process.communicate(timeout=60)[0].split()
    kept = {decision.id for decision in DecisionLog(path).read()}
    # The line that a kill cut in the middle is no acknowledgement.
    assert [name for name in told if name and name not in kept and name + "0" not in kept] == []
    assert len(kept) >= 20


def test_a_log_stands_beside_its_store(tmp_path: Path) -> None:
    assert log_of(tmp_path / "store") == tmp_path / "store.decisions.sqlite"


def test_a_table_for_a_spreadsheet_gives_back_what_went_in() -> None:
    table = to_table(some())
    assert from_table(from_csv(to_csv(table))) == some()
