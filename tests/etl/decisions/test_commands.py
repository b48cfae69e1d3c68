"""The commands about decisions: look, take elsewhere, bring together, keep safe."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from etl.cli import app
from etl.decisions import DecisionLog, log_of
from etl.store import load_claims, load_reviewed
from tests.decided import about, decide
from tests.sample_store import make_store


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store without decisions."""
    return make_store(tmp_path / "store")


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["decisions", *map(str, arguments)], env={"COLUMNS": "120"})


def test_loaded_claims_have_the_decisions_applied(store: Path) -> None:
    claims = load_claims(store)
    log = DecisionLog(log_of(store))
    log.append(
        [decide(about(claims, 0), "a", "reject"), decide(about(claims, 1), "b", "correct", decided={"value": 5.0})]
    )
    after = load_claims(store)
    assert list(after["claim_id"]) == list(claims["claim_id"][1:])
    assert after["value"].iloc[0] == 5
    assert list(load_reviewed(store).rejected["claim_id"]) == [claims["claim_id"].iloc[0]]
    published = claims["published"].iloc[2]
    assert list(load_claims(store, published.date())["claim_id"]) == list(
        after["claim_id"][after["published"] <= published]
    )


def test_without_decisions_every_command_says_so(store: Path, tmp_path: Path) -> None:
    assert call("list", "--store", store).stdout.splitlines()[0] == "0 decisions made"
    assert call("export", "--store", store, "--csv", tmp_path / "none.csv").exit_code == 0
    answer = call("backup", tmp_path / "copy", "--store", store)
    assert answer.exit_code == 2
    assert "nothing was decided yet" in answer.output


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_two_people_work_apart_and_merge(store: Path, tmp_path: Path, form: str) -> None:
    claims = load_claims(store)
    mine, theirs = log_of(store), tmp_path / "theirs.decisions.sqlite"
    both = decide(about(claims, 0), "a", "accept")
    DecisionLog(mine).append([both, decide(about(claims, 1), "b", "reject", reason="a capacity")])
    DecisionLog(theirs).append(
        [both, decide(about(claims, 1), "c", "accept", who="Ben"), decide(about(claims, 2), "d", "accept", who="Ben")]
    )
    make_store(tmp_path / "theirs")
    file = tmp_path / f"theirs.{form}"
    assert (
        call("export", "--store", tmp_path / "theirs", f"--{form}", file).stdout == f"3 decisions written to {file}\n"
    )
    answer = call("import", file, "--store", store)
    assert answer.exit_code == 0, answer.output
    lines = answer.stdout.splitlines()
    assert lines[:2] == ["2 new decisions, 1 were known", "4 decisions made"]
    assert [line.split() for line in lines[3:7]] == [
        ["unreviewed", "9"],
        ["accepted", "2"],
        ["conflict", "1"],
        ["rejected", "0"],
    ]
    assert lines[-1] == f"{claims['claim_id'].iloc[1]}: Ann rejects (a capacity); Ben accepts"
    assert call("import", file, "--store", store).stdout.splitlines()[0] == "0 new decisions, 3 were known"
    assert DecisionLog(theirs).read() == [each for each in DecisionLog(mine).read() if each.id != "b"]


@pytest.mark.parametrize(
    ("content", "says"),
    [("", "wrong.csv: "), ("a,b\r\n1,2\r\n", "is missing"), ("{}\n", "line 1 is no decision"), (None, "cannot read")],
)
def test_a_file_without_decisions_is_named_and_nothing_is_added(
    store: Path, tmp_path: Path, content: str | None, says: str
) -> None:
    file = tmp_path / "wrong.csv"
    if content is not None:
        file.write_text(content)
    answer = call("import", file, "--store", store)
    assert answer.exit_code == 2
    assert "wrong.csv" in answer.output
    assert says in answer.output
    assert not log_of(store).exists()
