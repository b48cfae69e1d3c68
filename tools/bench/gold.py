"""The annotated data beside the project → texts to read, and marks for what was found in them, by its own scorers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

__all__ = ["TASKS", "Marks", "Row", "Task"]

Row = dict[str, Any]
Marks = dict[str, float]
Found = Sequence[list[Row]]

NEWS: Final = "NewsQuant"
QUANTITIES: Final = "quantities_dev.json"
PERIODS: Final = ("periods_dev.jsonl", "negatives_dev.jsonl")
READING_DAY: Final = "2020-01-01"
"""A day for finders of periods to count from where only their speed matters."""


@dataclass(frozen=True)
class Task:
    """One kind of finding: the gold files it needs, what they hold, its texts, those to be timed, and its scorer."""

    needs: tuple[str, ...]
    about: Callable[[Path], str]
    texts: Callable[[Path], list[Row]]
    timed: Callable[[Path], list[Row]]
    score: Callable[[Path, Path, Found], Marks]


def _about_quantities(gold: Path) -> str:
    items = _read_json(gold / QUANTITIES)
    news = [item for item in items if item["dataset"] == NEWS]
    without = sum(not item["quantities"] for item in news)
    return (
        f"**Quantities.** NewsQuant: {len(news)} sentences of business news, *false* being the figures reported on the "
        f"{without} that have none. R-Text: {len(items) - len(news)} short texts with ages, currencies, dimensions and "
        "temperatures."
    )


def _quantity_texts(gold: Path) -> list[Row]:
    return [{"text": item["text"]} for item in _read_json(gold / QUANTITIES)]


def _news(gold: Path) -> list[Row]:
    return [
        {"text": item["text"], "date": READING_DAY} for item in _read_json(gold / QUANTITIES) if item["dataset"] == NEWS
    ]


def _score_quantities(gold: Path, work: Path, found: Found) -> Marks:
    """Marks on NewsQuant, and on the other sets together."""
    items = _read_json(gold / QUANTITIES)
    predicted = work / "quantities.jsonl"
    _write_lines(
        predicted, [{"text": item["text"], "quantities": rows} for item, rows in zip(items, found, strict=True)]
    )
    scores = {}
    for name in {item["dataset"]: None for item in items}:
        (work / f"{name}.json").write_text(json.dumps([item for item in items if item["dataset"] == name]))
        result = work / f"{name}.score.json"
        _scorer(gold, "score_quantities.py", work / f"{name}.json", predicted, "--dataset", name, "--json", result)
        scores[name] = _read_json(result)
    news = scores.pop(NEWS)
    return {
        "value": news["value"]["F1"],
        "value+unit": news["value+unit"]["F1"],
        "value+change": news["value+change"]["F1"],
        "main value+unit": news["value+unit [cur/pct/phys]"]["F1"],
        "false": news["no-gold sentences"]["false_alarms"],
        "R-Text value": _pooled([score["value"] for score in scores.values()]),
        "R-Text value+unit": _pooled([score["value+unit"] for score in scores.values()]),
    }


def _pooled(scores: Sequence[Row]) -> float:
    """F1 in per cent over several sets as if they were one."""
    total = sum((Counter({name: score[name] for name in ("tp", "gold", "pred")}) for score in scores), Counter[str]())
    return 200 * total["tp"] / (total["gold"] + total["pred"])


def _about_periods(gold: Path) -> str:
    texts, without = (len(_read_lines(gold / name)) for name in PERIODS)
    return (
        f"**Periods.** {texts} texts of the Recognizers-Text specifications; *false*: periods reported in {without} "
        "texts that name none."
    )


def _period_texts(gold: Path) -> list[Row]:
    return [
        {"text": item["text"], "date": item["reference_date"]} for name in PERIODS for item in _read_lines(gold / name)
    ]


def _score_periods(gold: Path, work: Path, found: Found) -> Marks:
    items = [item for name in PERIODS for item in _read_lines(gold / name)]
    predicted = work / "periods.jsonl"
    _write_lines(predicted, [{"id": item["id"], "predictions": rows} for item, rows in zip(items, found, strict=True)])
    texts, negatives = (gold / name for name in PERIODS)
    score = json.loads(_scorer(gold, "score_periods.py", texts, predicted, "--negatives", negatives, "--json"))
    return {"exact": 100 * score["e2e_F1"], "found": 100 * score["det_F1"], "false": score["neg_fp"]}


def _about_claims(gold: Path) -> str:
    return (
        f"**Claims.** {len(_articles(gold))} annotated articles and passages. *Right in all*: value, unit, period, "
        "metric and parties; *false*: claims reported in documents that make none. No other tool finds claims. The "
        "best that a day's work could glue together from the tools above found 95 and had 34 to 36 right, at 10 to "
        "37 KB/s; that was measured once, with the same scorer on all documents, and not again here."
    )


def _articles(gold: Path) -> list[Row]:
    return [
        {
            "text": (gold / "docs" / f"{name}.txt").read_bytes().decode(),
            "date": facts["published"],
            "title": facts["title"],
            "publisher": facts["publisher"],
        }
        for name in _read_json(gold / "split.json")["dev"]
        for facts in [_read_json(gold / "docs" / f"{name}.json")]
    ]


def _score_claims(gold: Path, work: Path, found: Found) -> Marks:
    names = _read_json(gold / "split.json")["dev"]
    predicted = work / "claims.jsonl"
    _write_lines(predicted, [{"doc": name, **row} for name, rows in zip(names, found, strict=True) for row in rows])
    score = json.loads(_scorer(gold, "score_claims.py", gold, "dev", predicted, "--json"))
    return {
        "found": 100 * score["detection"]["F"],
        "right": 100 * score["end_to_end"]["F"],
        "false": score["spurious_on_negative_docs"],
    }


def _scorer(gold: Path, script: str, *arguments: object) -> str:
    command = [sys.executable, str(gold / script), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _read_json(path: Path) -> Any:  # noqa: ANN401  what a gold file holds
    return json.loads(path.read_text(encoding="utf-8"))


def _read_lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _write_lines(path: Path, rows: Sequence[Row]) -> None:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


TASKS: Final = {
    "quantities": Task((QUANTITIES,), _about_quantities, _quantity_texts, _news, _score_quantities),
    "periods": Task((*PERIODS, QUANTITIES), _about_periods, _period_texts, _news, _score_periods),
    "claims": Task(("split.json", "claims.jsonl"), _about_claims, _articles, _articles, _score_claims),
}
