"""The comparison with other tools: what they give becomes rows of the scorers, and what was measured a table."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from etl.frame import check_frame
from tools.bench import adapters, corpus, scale, series, speed
from tools.bench.adapters import Adapter
from tools.bench.gold import TASKS
from tools.bench.systems import OURS, PEERS
from tools.bench.table import Measurement, render

Row = dict[str, Any]


def _model(kind: str, start: int, end: int, **resolution: str | None) -> Row:
    return {"kind": kind, "start": start, "end": end, "resolution": resolution}


def _reading(start: int, end: int, *values: Row) -> Row:
    return {"kind": "datetimeV2", "start": start, "end": end, "resolution": {"values": list(values)}}


@pytest.mark.parametrize(
    ("adapter", "text", "found", "rows"),
    [
        pytest.param(
            adapters.quantulum3,
            "Prices rose by 4 to 6 dollars, costs by 3.",
            [
                {"value": 5.0, "uncertainty": 1.0, "unit": "dollar"},
                {"value": 3.0, "uncertainty": None, "unit": "dimensionless"},
            ],
            [
                {"value": [4.0, 6.0], "unit": "dollar", "change": "="},
                {"value": 3.0, "unit": "dimensionless", "change": "="},
            ],
            id="quantulum3: an uncertainty is a range",
        ),
        pytest.param(
            adapters.recognizers,
            "5% of $2 million, 7 of them in 2019, for 3 years",
            [
                _model("percentage", 0, 1, value="5%"),
                _model("currency", 6, 15, value="2000000", unit="Dollar"),
                _model("dimension", 20, 21, value=None, unit="Inch"),
                _model("number", 0, 0, value="5"),
                _model("number", 7, 15, value="2000000"),
                _model("number", 18, 18, value="7"),
                _model("number", 31, 34, value="2019"),
                _model("number", 41, 41, value="3"),
                _model("datetimeV2.daterange", 31, 34),
                _model("datetimeV2.duration", 41, 47),
            ],
            [
                {"value": 5.0, "unit": "percentage", "change": "="},
                {"value": 2e6, "unit": "Dollar", "change": "="},
                {"value": 7.0, "unit": "-", "change": "="},
                {"value": 3.0, "unit": "-", "change": "="},
            ],
            id="recognizers: the longest of those that meet, none without a value, no part of a date",
        ),
        pytest.param(
            adapters.recognized_periods,
            "In May, on 3 May, from 3 to 9 May, before 2019, for 3 years, at noon",
            [
                _reading(
                    3,
                    5,
                    {"type": "daterange", "timex": "XXXX-05", "start": "2019-05-01", "end": "2019-06-01"},
                    {"type": "daterange", "timex": "XXXX-05", "start": "2020-05-01", "end": "2020-06-01"},
                ),
                _reading(11, 15, {"type": "date", "timex": "XXXX-05-03", "value": "2019-05-03"}),
                _reading(
                    18, 32, {"type": "daterange", "timex": "(a,b,P6D)", "start": "2019-05-03", "end": "2019-05-09"}
                ),
                _reading(35, 45, {"type": "daterange", "timex": "2019", "Mod": "before", "end": "2019-01-01"}),
                _reading(52, 58, {"type": "duration", "timex": "P3Y", "value": "94608000"}),
                _reading(64, 67, {"type": "time", "timex": "T12", "value": "12:00:00"}),
                {"kind": "datetimeV2", "start": 0, "end": 1, "resolution": {}},
            ],
            [
                {"span": [3, 6], "start": "2019-05-01", "end": "2019-05-31"},
                {"span": [11, 16], "start": "2019-05-03", "end": "2019-05-03"},
                {"span": [18, 33], "start": "2019-05-03", "end": "2019-05-09"},
                {"span": [35, 46], "start": None, "end": "2018-12-31"},
            ],
            id="recognizers: the first reading, whole days, no durations and hours",
        ),
        pytest.param(
            adapters.date_wrangler,
            "In 2019 and since May",
            [
                {"span": [3, 7], "start": "2019-01-01", "end": "2020-01-01"},
                {"span": [12, 21], "start": "2019-05-01", "end": None},
            ],
            [
                {"span": [3, 7], "start": "2019-01-01", "end": "2019-12-31"},
                {"span": [12, 21], "start": "2019-05-01", "end": None},
            ],
            id="date-wrangler: an end is the day before theirs",
        ),
        pytest.param(
            adapters.dateparser,
            "2019, then 2019, December 2019, last week, 3 May",
            [
                {"words": "2019", "day": "2019-07-03", "period": "year"},
                {"words": "2019", "day": "2019-07-03", "period": "year"},
                {"words": "December 2019", "day": "2019-12-03", "period": "month"},
                {"words": "last week", "day": "2019-06-26", "period": "week"},
                {"words": "3 May", "day": "2019-05-03", "period": "day"},
            ],
            [
                {"span": [0, 4], "start": "2019-01-01", "end": "2019-12-31"},
                {"span": [11, 15], "start": "2019-01-01", "end": "2019-12-31"},
                {"span": [17, 30], "start": "2019-12-01", "end": "2019-12-31"},
                {"span": [32, 41], "start": "2019-06-24", "end": "2019-06-30"},
                {"span": [43, 48], "start": "2019-05-03", "end": "2019-05-03"},
            ],
            id="dateparser: a day stands for the period it names, words are found one after the other",
        ),
    ],
)
def test_what_a_tool_gives_becomes_rows_of_the_scorer(
    adapter: Adapter, text: str, found: list[Row], rows: list[Row]
) -> None:
    assert adapter(text, found) == rows


def test_every_system_has_its_runner(root: Path) -> None:
    runners = {path.stem for path in (root / "tools" / "bench" / "runners").glob("*.py")} - {"harness"}
    assert runners == {system.name for system in (OURS, *PEERS)}


def test_the_readme_shows_the_systems_that_are_measured(root: Path) -> None:
    page = (root / "README.md").read_text(encoding="utf-8")
    assert [system.title for system in (OURS, *PEERS) if f"| {system.title} |" not in page] == []


def test_every_package_that_is_installed_is_pinned() -> None:
    assert [each for peer in PEERS for each in (*peer.requirements, *peer.bare) if "==" not in each] == []


def test_a_runner_answers_its_job(tmp_path: Path, root: Path) -> None:
    source = {"text": "Trade reached $2 billion last year.", "date": "2020-06-03"}
    job, answer = tmp_path / "job.json", tmp_path / "answer.json"
    job.write_text(json.dumps({"task": "periods", "texts": [source], "timed": [source], "seconds": 0}))
    subprocess.run([sys.executable, "-m", "tools.bench.runners.trade_figures", job, answer], cwd=root, check=True)
    told = json.loads(answer.read_text())
    assert told["found"] == [[{"span": [25, 34], "start": "2019-01-01", "end": "2019-12-31"}]]
    assert told["failures"] == []
    assert told["speed"] > 0
    assert told["memory"] > 0


def _noted_quantities(gold: Path) -> list[list[Row]]:
    items = json.loads((gold / "quantities_dev.json").read_text(encoding="utf-8"))
    return [[{**row, "unit": row["normalized_unit"]} for row in item["quantities"]] for item in items]


def _noted_periods(gold: Path) -> list[list[Row]]:
    names = ("periods_dev.jsonl", "negatives_dev.jsonl")
    lines = [line for name in names for line in (gold / name).read_text(encoding="utf-8").splitlines()]
    return [json.loads(line)["expected"] for line in lines]


def _noted_claims(gold: Path) -> list[list[Row]]:
    claims = [json.loads(line) for line in (gold / "claims.jsonl").read_text(encoding="utf-8").splitlines()]
    names = json.loads((gold / "split.json").read_text(encoding="utf-8"))["dev"]
    return [[claim for claim in claims if claim["doc"] == name] for name in names]


@pytest.mark.parametrize(
    ("task", "noted"), [("quantities", _noted_quantities), ("periods", _noted_periods), ("claims", _noted_claims)]
)
def test_the_annotation_itself_has_full_marks(
    task: str, noted: Callable[[Path], list[list[Row]]], shared: Path, tmp_path: Path
) -> None:
    gold = shared / "eval"
    found = noted(gold)
    assert len(TASKS[task].texts(gold)) == len(found)
    marks = TASKS[task].score(gold, tmp_path, found)
    assert marks == {name: 0 if name == "false" else 100 for name in marks}


def test_a_table_compares_ours_with_the_best_other() -> None:
    marks: list[dict[str, float]] = [
        {"found": 90, "exact": 80.25, "false": 1, "speed": 2000, "memory": 20},
        {"found": 50, "exact": 40, "false": 3, "speed": 100, "memory": 50},
        {"found": 95, "exact": 70, "false": 1, "speed": 4, "memory": 40},
    ]
    measured = [
        Measurement(title="ours", task="periods", marks=marks[0], ours=True),
        Measurement(title="fast", task="periods", marks=marks[1]),
        Measurement(title="exact", task="periods", marks=marks[2], failures=("E: x",)),
        Measurement(title="broken", task="periods", reason="no such package"),
    ]
    _, about, table = render(measured, {"periods": "Said."}, "3 May 2020", "a machine").split("\n\n", 2)
    assert about == "Said."
    assert table == (
        "| | found | both days right | false | KB/s | MB |\n"
        "|---|--:|--:|--:|--:|--:|\n"
        "| ours | 90.0 | 80.2 | 1 | 2,000 | 20.0 |\n"
        "| fast | 50.0 | 40.0 | 3 | 100 | 50.0 |\n"
        "| exact | 95.0 | 70.0 | 1 | 4.0 | 40.0 |\n"
        "| broken | – | – | – | – | – |\n"
        "| *beside the best other* | −5.0 | +10.2 | 0 | × 20.0 | × 0.5 |\n"
        "\n"
        "broken was not measured: no such package\n"
        "\n"
        "exact failed on 1 texts, the first time with `E: x`.\n"
    )


def test_the_speed_of_reading_knows_no_other_option() -> None:
    with pytest.raises(SystemExit, match="2"):
        speed.main(["--harder"])


def test_every_article_is_another_and_the_same_again() -> None:
    articles = [corpus.make_article(number) for number in range(500)]
    assert articles == [corpus.make_article(number) for number in range(500)]
    assert len({article.text for article in articles}) == 500
    assert all(1_500 < len(article.text) < 3_500 for article in articles)
    assert not [article for article in articles if re.search(r"[{}\[\]]", article.title + article.text)]


def test_one_article_in_33_repeats_all_but_the_last_paragraph_of_one_before_it() -> None:
    texts = [corpus.make_article(number).text for number in range(200)]
    cut = {text.rpartition("\n\n")[0]: number for number, text in enumerate(texts)}
    assert [number for number, text in enumerate(texts) if text in cut and cut[text] < number] == [*range(32, 200, 33)]


def test_a_revision_changes_every_hundredth_article_and_is_taken_back(tmp_path: Path) -> None:
    [dump] = dumps = corpus.make_dumps(tmp_path, 250)
    first = dump.read_bytes().splitlines()
    corpus.revise(dumps, 1)
    second = dump.read_bytes().splitlines()
    assert [number for number, (one, other) in enumerate(zip(first, second, strict=True)) if one != other] == [
        0,
        100,
        200,
    ]
    assert [json.loads(line)["id"] for line in first] == [json.loads(line)["id"] for line in second]
    corpus.revise(dumps, 0)
    assert dump.read_bytes().splitlines() == first


def test_articles_of_an_earlier_generator_are_not_measured(tmp_path: Path) -> None:
    corpus.clean(tmp_path)
    made = corpus.make_dumps(tmp_path, 2)
    corpus.clean(tmp_path)
    assert [path.exists() for path in made] == [True]
    (tmp_path / "made-by").write_text("another")
    corpus.clean(tmp_path)
    assert [path.exists() for path in made] == [False]


def test_the_benchmark_at_scale_measures_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(scale, "BUILD", tmp_path)
    monkeypatch.setattr(scale, "ENGINES", {**scale.ENGINES, "files": ("--jobs", "1")})
    scale.main(["--articles", "30", "--engines", "files"])
    rows = json.loads((tmp_path / "scale.json").read_bytes())
    assert [(row["step"], row["read"], row["claims"] > 30) for row in rows] == [
        ("cold", 30, True),
        ("unchanged", 0, True),
    ]
    assert all(row["memory"] > 50 for row in rows)
    scale.main(["--articles", "30", "--engines", "files", "--missing"])
    assert json.loads((tmp_path / "scale.json").read_bytes()) == rows
    assert capsys.readouterr().out.count("| 30 | pool of 2, files | unchanged |") == 2


def test_the_benchmark_of_series_measures_every_step_on_valid_claims(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    claims = check_frame(series.make_claims(900))
    assert claims.equals(series.make_claims(900))
    monkeypatch.setattr(series, "BUILD", tmp_path)
    series.main(["--claims", "900"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == [*series.STEPS, "peak of memory, MB"]
    assert lines[2].endswith("| 900 |")
    assert list(tmp_path.iterdir()) == []
