"""Claims and gold → what is found, what is right per field: the extractor's marks.

Gold is a table with a row a figure: `fact_id`, `document` (file name), `text` (the figure as written), the fields of a
claim, `optional` (reported beside the score) and `debatable` (a list of fields a careful reader could fill otherwise).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path

import pandas as pd

__all__ = ["FIELDS", "judge", "marks", "read_gold"]

# A claim is right when all of these are; status is reported beside them.
_RIGHT = ("value", "unit", "qualifier", "period", "metric", "direction")
FIELDS = (*_RIGHT, "status")
# What the gold calls `other` is measured by something without a common name; any name is right.
_NO_COMMON_NAME = "other"
# Values are compared as printed figures are rounded: 2 in 1,000 covers a unit conversion of a rounded figure.
_TOLERANCE = 2e-3


def read_gold(paths: Sequence[Path]) -> pd.DataFrame:
    """The gold rows of JSONL files, one frame in file order."""
    return pd.concat([pd.read_json(path, lines=True, dtype=False) for path in paths], ignore_index=True)


def judge(gold: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """One row a gold figure: `fact_id, document, text, optional, found`, a bool per field of `FIELDS`, and `right`.

    `claims` is the tidy frame with a further column `document`. Among the claims whose span meets the gold text, the
    one with most fields right is judged.
    """
    by_document = dict(iter(claims.groupby("document")))
    rows = [_judge_one(row, by_document.get(row["document"])) for row in gold.to_dict("records")]
    return pd.DataFrame(rows)


def marks(judged: pd.DataFrame) -> pd.Series:
    """The share of gold figures found, right per field (of those found), and right in all, between 0 and 1."""
    scored = judged[~judged["optional"]]
    found = scored[scored["found"]]
    return pd.Series(
        {"figures": len(scored), "found": scored["found"].mean()}
        | {field: found[field].mean() for field in FIELDS}
        | {"right": scored["right"].mean(), "right_of_all": judged["right"].mean()}
    )


def _judge_one(gold: Mapping[Hashable, object], claims: pd.DataFrame | None) -> dict[str, object]:
    head = {name: gold[name] for name in ("fact_id", "document", "text")} | {"optional": bool(gold["optional"])}
    candidates = (
        []
        if claims is None
        else [row for row in claims.to_dict("records") if _meets(str(gold["text"]), row["span_text"])]
    )
    verdicts = [_verdict(gold, claim) for claim in candidates]
    best = max(verdicts, key=lambda verdict: sum(verdict.values()), default=dict.fromkeys(FIELDS, False))
    return head | {"found": bool(verdicts)} | best | {"right": all(best[field] for field in _RIGHT)}


def _meets(gold: str, span: str) -> bool:
    return gold == span or gold in span or (span in gold and len(span) * 2 >= len(gold))


def _verdict(gold: Mapping[Hashable, object], claim: Mapping[Hashable, object]) -> dict[str, bool]:
    debatable = gold.get("debatable")
    open_fields = set(debatable) if isinstance(debatable, list) else set()
    if "parties" in open_fields:
        open_fields.add("direction")
    right = {
        "value": _same_number(gold["value"], claim["value"])
        and _same_number(gold["value_upper"], claim["value_upper"]),
        "unit": gold["unit"] == claim["unit"],
        "qualifier": gold["qualifier"] == claim["qualifier"],
        "period": all(_day(gold[name]) == _day(claim[name]) for name in ("period_start", "period_end")),
        "metric": gold["metric"] in {claim["metric"], _NO_COMMON_NAME},
        "direction": _direction(gold) == _direction(claim),
        "status": gold["status"] == claim["status"],
    }
    return {field: verdict or field in open_fields for field, verdict in right.items()}


def _same_number(first: object, second: object) -> bool:
    if _missing(first) or _missing(second):
        return _missing(first) and _missing(second)
    return math.isclose(float(str(first)), float(str(second)), rel_tol=_TOLERANCE)


def _day(value: object) -> str | None:
    return None if _missing(value) else str(value)[:10]


def _direction(row: Mapping[Hashable, object]) -> tuple[frozenset[str], str | None, str | None]:
    parties = row["parties"]
    codes = parties if isinstance(parties, list) else [] if _missing(parties) else str(parties).split(";")
    reporter, partner = (None if _missing(row[name]) else str(row[name]) for name in ("reporter", "partner"))
    directed = (reporter, partner) if reporter and partner else (None, None)
    return frozenset(codes), *directed


def _missing(value: object) -> bool:
    return value is None or (not isinstance(value, list) and bool(pd.isna(value)))  # type: ignore[call-overload]
