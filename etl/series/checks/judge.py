"""What rules compared → the table of checks: verdict, gap, claims and words of each."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import pandas as pd

from etl.frame import Column, typed
from etl.series.categories import cells, join_texts
from etl.series.checks.facts import ACROSS, Facts, codes_of
from etl.series.checks.hints import hints
from etl.series.statements import SAME

__all__ = [
    "CHECK_COLUMNS",
    "SCOPES",
    "VERDICTS",
    "Compared",
    "Rule",
    "Writer",
    "combine",
    "compared",
    "joined",
    "judge",
    "nothing",
]

Writer: TypeAlias = Callable[[np.ndarray], Sequence[str]]

VERDICTS = ("contradicts", "implausible", "holds")
SCOPES = ("document", "sources")

TEXT: Final = "str"
NUMBER, DAY = "float64", "datetime64[us]"

CHECK_COLUMNS: tuple[Column, ...] = (
    Column("check_id", TEXT, "16 hexadecimal digits: same rule, same observations, same place, same id", required=True),
    Column("rule", TEXT, "which rule compared the two sides", required=True),
    Column(
        "verdict",
        TEXT,
        "holds: the two sides share a point; contradicts: they do not; implausible: beyond a bound that the rule names",
        values=VERDICTS,
        required=True,
    ),
    Column("scope", TEXT, "document: all figures stand in one document; sources: in several", SCOPES, required=True),
    Column("subject", TEXT, "what is checked, in plain words", required=True),
    Column("metric", TEXT, "what is measured, a name of the metric lexicon", required=True),
    Column("product", TEXT, "the goods concerned"),
    Column("parties", TEXT, "all countries or blocs the figure is about, sorted, joined by ';'"),
    Column("observation_id", TEXT, "the observation that is checked", required=True),
    Column("period_start", DAY, "first day the figure speaks of, inclusive"),
    Column("period_end", DAY, "last day the figure speaks of, inclusive"),
    Column("period_label", TEXT, "2017, 2017-06, 2017-S1, FY2016/17 ..."),
    Column("left", NUMBER, "the figure as stated", required=True),
    Column("left_low", NUMBER, "lower end of what it leaves possible; null = open"),
    Column("left_high", NUMBER, "upper end of what it leaves possible; null = open"),
    Column("right", NUMBER, "what follows from the other claims", required=True),
    Column("right_low", NUMBER, "lower end of what they leave possible; null = open"),
    Column("right_high", NUMBER, "upper end of what they leave possible; null = open"),
    Column("unit", TEXT, "unit of both sides, of tolerance and gap"),
    Column("tolerance", NUMBER, "how far left and right may be apart and still meet; null where a side is open"),
    Column("gap", NUMBER, "how far the two sides are from meeting; 0 where they meet", required=True),
    Column("gap_share", NUMBER, "the gap relative to the larger of left and right", required=True),
    Column("formula", TEXT, "the comparison in words, with its figures", required=True),
    Column("hint", TEXT, "what may have gone wrong: a factor of 1,000, two digits swapped ..."),
    Column("left_claims", TEXT, "the claims of the left side, joined by ';'", required=True),
    Column("right_claims", TEXT, "the claims of the right side, joined by ';'"),
    Column("document_ids", TEXT, "the documents of all these claims, joined by ';'", required=True),
    Column("first_published", DAY, "day of the earliest publication among them"),
    Column("last_published", DAY, "day of the latest publication among them"),
)

_ABOUT = ["subject", "metric", "product", "parties", "observation_id", "period_start", "period_end", "period_label"]
_ENDS = ["left_low", "left_high", "right_low", "right_high"]


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs of sides that a rule set against each other.

    Of `rows`, one a check: `fact` (on the left; it names subject, period and unit), `left`, `left_low`, `left_high`,
    `right`, `right_low`, `right_high` in the unit of that fact, `size` (the largest magnitude that was added up, for
    what decimal fractions lose in binary), `apart` (the verdict where the sides do not meet), `hint` ("" for none).
    Of `sides`, one a claim: `check`, `right` (False on the left) and `row` of the statements.
    `write` makes the formulas of some checks, by number.
    """

    rows: pd.DataFrame
    sides: pd.DataFrame
    write: Writer


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the checks: its name in the table, a title, what it says in a sentence, and the rule itself."""

    name: str
    title: str
    says: str
    compare: Callable[[Facts], Compared]


def compared(facts: Facts, rows: pd.DataFrame, right: tuple[np.ndarray, np.ndarray], write: Writer) -> Compared:
    """`rows` with the claims of their facts on the left, and on the right those of `right`: (check, fact) each."""
    left_at, left_rows = facts.rows_of(rows["fact"].to_numpy(dtype=np.int64))
    right_at, right_rows = facts.rows_of(right[1])
    sides = pd.DataFrame(
        {
            "check": np.concatenate([left_at, right[0][right_at]]),
            "right": np.repeat([False, True], [len(left_at), len(right_at)]),
            "row": np.concatenate([left_rows, right_rows]),
        }
    )
    return Compared(rows.reset_index(drop=True), sides, write)


def combine(
    facts: Facts, left: np.ndarray, check: np.ndarray, fact: np.ndarray, sign: np.ndarray | float = 1.0
) -> pd.DataFrame:
    """`rows` of `Compared` that set each fact of `left` against the sum of its terms, `sign` times a fact each.

    `check` is for each term the place of its left side in `left`.
    """
    table = facts.table
    scale = table["scale"].to_numpy()
    by = sign * scale[fact] / scale[left][check]
    low, middle, high = (table[name].to_numpy() for name in ("low", "middle", "high"))
    one, other = low[fact] * by, high[fact] * by

    def total(terms: np.ndarray) -> np.ndarray:
        return np.bincount(check, terms, len(left))

    return pd.DataFrame(
        {
            "fact": left,
            "left": middle[left],
            "left_low": low[left],
            "left_high": high[left],
            "right": total(middle[fact] * by),
            "right_low": total(np.minimum(one, other)),
            "right_high": total(np.maximum(one, other)),
            "size": np.maximum(np.abs(middle[left]), total(np.abs(middle[fact] * by))),
            "apart": VERDICTS[0],
            "hint": "",
        }
    )


def judge(facts: Facts, rule: str, found: Compared) -> pd.DataFrame:
    """The table of checks for what a rule compared, columns and dtypes of `CHECK_COLUMNS`.

    A check across sources whose claims all stand in one document is left out: the document's own check says it. So is
    one that nothing could contradict, because a side is open to both ends.
    """
    sides, kept = _keep(facts, found)
    rows, about = found.rows.iloc[kept], facts.table.iloc[found.rows["fact"].to_numpy(dtype=np.int64)[kept]]
    ends = {"under": rows["right_low"] - rows["left_high"], "over": rows["left_low"] - rows["right_high"]}
    gap = pd.DataFrame(ends).max(axis=1)
    apart = gap > SAME * rows["size"]
    gap = gap.where(apart, 0.0)
    size = rows[["left", "right"]].abs().max(axis=1)
    judged = about[[*_ABOUT, "unit"]].reset_index(drop=True)
    judged = judged.assign(**{name: rows[name].to_numpy() for name in ("left", "right", *_ENDS)})
    guessed = np.where(rows["apart"] == VERDICTS[0], hints(rows, about["step"].to_numpy()), "")
    judged = judged.replace({name: {np.inf: np.nan, -np.inf: np.nan} for name in _ENDS}).assign(
        rule=rule,
        scope=np.where(about["place"] == ACROSS, SCOPES[1], SCOPES[0]),
        verdict=np.where(apart, rows["apart"], VERDICTS[2]),
        gap=gap.to_numpy(),
        hint=np.where(apart, np.where(guessed == "", rows["hint"], guessed), ""),
        gap_share=(gap / size).where(size > 0, 0.0).to_numpy(),
        formula=found.write(kept),
        **_claims(facts, sides, len(kept)),
    )
    widths = (judged[f"{side}_high"] - judged[f"{side}_low"] for side in ("left", "right"))
    return _typed(judged.assign(tolerance=sum(widths) / 2, check_id=_ids(judged)))


def nothing() -> Compared:
    """What a rule found that had nothing to compare."""
    names = ["fact", "left", "right", *_ENDS, "size"]
    rows = pd.DataFrame({name: np.empty(0) for name in names}).assign(apart="", hint="")
    return Compared(rows, pd.DataFrame({"check": [], "right": [], "row": []}, dtype=np.int64), lambda _: [])


def joined(found: Sequence[Compared]) -> Compared:
    """What several comparisons of one rule found."""
    starts = np.cumsum([0, *(len(one.rows) for one in found)])
    rows = pd.concat([one.rows for one in found], ignore_index=True)
    sides = [one.sides.assign(check=one.sides["check"] + start) for one, start in zip(found, starts, strict=False)]

    def write(kept: np.ndarray) -> list[str]:
        parts = [kept[(kept >= start) & (kept < end)] - start for start, end in itertools.pairwise(starts)]
        return [text for one, part in zip(found, parts, strict=True) for text in one.write(part)]

    return Compared(rows, pd.concat(sides, ignore_index=True), write)


def _keep(facts: Facts, found: Compared) -> tuple[pd.DataFrame, np.ndarray]:
    """The sides of the checks that stay, numbered anew, sorted by check and claim; and the old numbers of those."""
    rows, sides = found.rows, found.sides
    place = facts.table["place"].to_numpy()[rows["fact"].to_numpy(dtype=np.int64)]
    check = sides["check"].to_numpy()
    document = codes_of(facts.stated["document_id"])[sides["row"].to_numpy()]
    first = np.full(len(rows), -1, dtype=np.int64)
    first[check[::-1]] = document[::-1]
    several = np.bincount(check, document != first[check], len(rows)) > 0
    shut = np.isfinite(rows[_ENDS].to_numpy(dtype=float))
    bounded = (shut[:, 0] | shut[:, 1]) & (shut[:, 2] | shut[:, 3])
    keep = ((place != ACROSS) | several) & bounded
    numbers = np.cumsum(keep) - 1
    sides = sides[keep[check]]
    sides = sides.assign(check=numbers[sides["check"]]).sort_values(["check", "right", "row"], ignore_index=True)
    return sides, np.flatnonzero(keep)


def _claims(facts: Facts, sides: pd.DataFrame, count: int) -> dict[str, object]:
    """The columns that the claims of each check fill."""
    check, row, right = (sides[name].to_numpy() for name in ("check", "row", "right"))
    right = right.astype(bool)
    stated = facts.stated
    ids = stated["claim_id"].to_numpy(dtype=object)[row]
    published = pd.Series(stated["published"].to_numpy()[row]).groupby(check)
    known = {"first_published": published.min(), "last_published": published.max()}
    apart = sides.assign(document=codes_of(stated["document_id"])[row]).drop_duplicates(["check", "document"])
    documents = stated["document_id"].astype(object).to_numpy()[apart["row"]]
    return {
        "left_claims": join_texts(ids[~right], np.bincount(check[~right], minlength=count)),
        "right_claims": join_texts(ids[right], np.bincount(check[right], minlength=count)),
        "document_ids": join_texts(documents, np.bincount(apart["check"], minlength=count)),
        **{name: days.reindex(range(count)).to_numpy() for name, days in known.items()},
    }


def _ids(judged: pd.DataFrame) -> list[str]:
    names = ["rule", "scope", "observation_id", "left_claims", "right_claims"]
    return [hashlib.sha256("\n".join(key).encode()).hexdigest()[:16] for key in cells(judged[names])]


def _typed(judged: pd.DataFrame) -> pd.DataFrame:
    """`judged` as the table says; a text that says nothing is missing."""
    table = typed(judged, CHECK_COLUMNS)
    texts = [column.name for column in CHECK_COLUMNS if column.dtype == TEXT and not column.required]
    return table.assign(**{name: table[name].mask(table[name] == "") for name in texts})
