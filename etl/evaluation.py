"""Claims and gold → what is found, and what is right in each field: the extractor's marks.

A claim answers the gold claim it overlaps most, one to one. Optional gold claims are neutral, found or missed; a
debatable field is not scored, and counts as right end to end.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import pandas as pd

from etl.errors import DimensionError
from etl.gold import Gold
from etl.lexicon import cache, read_table, words
from etl.lexicon.units import currencies, dimension, factor, unit_forms

__all__ = [
    "END_TO_END",
    "FIELDS",
    "SHOWN",
    "Evaluation",
    "Mark",
    "Marks",
    "Score",
    "as_dict",
    "below",
    "differences",
    "evaluate",
    "interval",
    "judge",
    "marks",
]

Row = Mapping[Hashable, Any]

# Values are compared as printed figures are rounded: 2 in 1,000 covers a unit conversion of a rounded figure.
_TOLERANCE = 2e-3
# A claim can answer a gold claim if they share half of the shorter span and it is at most so many characters longer.
_SHARED, _LONGER = 0.5, 40
# Of two claims that can, the one with the value of the gold claim answers, unless the other overlaps that much better.
_SAME_VALUE = 0.5
# A claim is right end to end when all of these are.
END_TO_END = ("value", "unit", "period", "metric", "parties")
# Standard deviations on each side of the middle of a normal distribution between which 95 % of it lie.
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean, between 0 and 1."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Mark:
    """The share of right claims of those in which a field was scored; None where it was in none."""

    right: float | None
    scored: int


@dataclass(frozen=True, slots=True)
class Marks:
    """What `marks` counts: gold claims that are not optional, claims, how many of these answer an optional one."""

    figures: int
    optional: int
    claims: int
    neutral: int
    found: int
    detection: Score
    end_to_end: Score
    fields: Mapping[str, Mark]
    spurious_on_negative: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The gold, the marks of all claims, those of each document, and every difference: see `evaluate`."""

    gold: Gold
    marks: Marks
    documents: pd.DataFrame
    differences: pd.DataFrame


class _Figure(NamedTuple):
    """What is compared, of a gold claim and of a claim alike."""

    doc: str
    start: int
    end: int
    text: str
    value: float | None
    upper: float | None
    unit: str | None
    qualifier: str
    kind: str | None
    metric: str | None
    parties: frozenset[str]
    sides: tuple[str | None, str | None]
    period: tuple[str | None, str | None]
    status: str


def evaluate(gold: Gold, claims: pd.DataFrame, *, right: Sequence[str] = END_TO_END) -> Evaluation:
    """The marks of `claims`, the tidy frame with a further column `doc`; right end to end is right in all of `right`.

    `documents` has a row a document: `doc, figures, found, right, spurious`, optional gold claims left out;
    `differences` is that of `differences`.
    """
    judged = judge(gold.claims, claims)
    return Evaluation(
        gold,
        marks(judged, right=right, negative=gold.negative),
        _by_document(judged, list(gold.documents), right),
        differences(judged, gold.claims, claims),
    )


def judge(gold: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """One row a gold claim, then one a claim that answers none: `doc, start, end, text, outcome, optional`, `FIELDS`.

    `gold` is `Gold.claims`, `claims` the tidy frame with a further column `doc`. `outcome` is "found", "missed" or
    "spurious"; `gold` and `claim` are the positions of the rows compared; a field is True, False, or missing where it
    was not scored.
    """
    noted, told = _gold_figures(gold), _claim_figures(claims)
    answers = _matched(noted, told)
    answering = set(answers.values())
    rows = [_judged(noted, told, place, answers.get(place), row) for place, row in enumerate(_records(gold))]
    rows += [_spurious(told, place) for place in range(len(told)) if place not in answering]
    columns = {"doc": "str", "start": "int64", "end": "int64", "text": "str", "outcome": "str", "optional": "bool"}
    columns |= {"gold": "Int64", "claim": "Int64"} | dict.fromkeys(FIELDS, "boolean")
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def marks(judged: pd.DataFrame, *, right: Sequence[str] = END_TO_END, negative: Collection[str] = ()) -> Marks:
    """The marks of the frame that `judge` gives; `negative` names the documents without claims."""
    noted, spurious = judged[judged["outcome"] != "spurious"], judged[judged["outcome"] == "spurious"]
    figures, optional = noted[~noted["optional"]], noted[noted["optional"]]
    found = figures[figures["outcome"] == "found"]
    neutral = int((optional["outcome"] == "found").sum())
    counted = len(found) + len(spurious)
    return Marks(
        figures=len(figures),
        optional=len(optional),
        claims=counted + neutral,
        neutral=neutral,
        found=len(found),
        detection=_score(len(found), counted, len(figures)),
        end_to_end=_score(int(_all_right(found, right).sum()), counted, len(figures)),
        fields={name: _mark(found[name].dropna()) for name in FIELDS},
        spurious_on_negative=int(spurious["doc"].isin(list(negative)).sum()),
    )


def differences(judged: pd.DataFrame, gold: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """What is not as in the gold, in text order: `doc, start, end, text, outcome, field, gold, ours`.

    `outcome` is "wrong" in a row a wrong field, "missed" or "spurious" in a row a figure without its counterpart.
    """
    noted, told = _gold_figures(gold), _claim_figures(claims)
    rows = [
        {name: row[name] for name in ("doc", "start", "end", "text")} | difference
        for row in _records(judged[~judged["optional"]].sort_values(["doc", "start"], kind="stable"))
        for difference in _differences(row, noted, told)
    ]
    return pd.DataFrame(rows, columns=["doc", "start", "end", "text", "outcome", "field", "gold", "ours"])


def as_dict(evaluation: Evaluation) -> dict[str, object]:
    """What JSON can hold: the marks by name, a dict a document, and a dict a difference."""
    return {
        "marks": asdict(evaluation.marks),
        "documents": _records(evaluation.documents),
        "differences": _records(evaluation.differences),
    }


def below(marks: Marks, floors: Mapping[str, float]) -> list[str]:
    """Each mark that is lower than its floor, in words; a field that was never scored is lower than any.

    `floors` names fields, "detection" or "end_to_end", whose mark is F1.
    """
    reached: dict[str, float | None] = {name: mark.right for name, mark in marks.fields.items()}
    reached |= {"detection": marks.detection.f1, "end_to_end": marks.end_to_end.f1}
    return [
        f"{name} is {'not scored' if share is None else round(share, 4)}, its floor {floor}"
        for name, floor in floors.items()
        if (share := reached[name]) is None or share < floor
    ]


def interval(right: int, of: int) -> tuple[float, float]:
    """Between which shares the true one lies with 95 % confidence, where `right` of `of` cases were right.

    Wilson's score interval, which stays within 0 and 1 and is sound for few cases too (E. B. Wilson, Probable
    inference, the law of succession, and statistical inference, JASA 22, 1927).

    >>> [round(share, 3) for share in interval(9, 10)], interval(0, 0)
    ([0.596, 0.982], (0.0, 1.0))
    """
    if not of:
        return 0.0, 1.0
    share, square = right / of, _Z**2 / of
    middle = (share + square / 2) / (1 + square)
    half = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of)) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def _by_document(judged: pd.DataFrame, names: list[str], right: Sequence[str]) -> pd.DataFrame:
    counted = judged[~judged["optional"]]
    found = counted["outcome"] == "found"
    table = pd.DataFrame(
        {
            "doc": counted["doc"],
            "figures": counted["outcome"] != "spurious",
            "found": found,
            "right": found & _all_right(counted, right),
            "spurious": counted["outcome"] == "spurious",
        }
    )
    return table.groupby("doc").sum().reindex(names, fill_value=0).astype("int64").reset_index()


def _records(frame: pd.DataFrame) -> list[dict[Hashable, Any]]:
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def _gold_figures(gold: pd.DataFrame) -> list[_Figure]:
    return [_figure(row, row["start"], row["end"], row["text"], row["range_upper"]) for row in _records(gold)]


def _claim_figures(claims: pd.DataFrame) -> list[_Figure]:
    rows = _records(claims)
    return [_figure(row, row["span_start"], row["span_end"], row["span_text"], row["value_upper"]) for row in rows]


def _figure(row: Mapping[Hashable, Any], start: int, end: int, text: str, upper: float | None) -> _Figure:
    parties = row["parties"].split(";") if isinstance(row["parties"], str) else row["parties"] or ()
    return _Figure(
        doc=row["doc"],
        start=start,
        end=end,
        text=text,
        value=row["value"],
        upper=None if upper is not None and _same(upper, row["value"]) else upper,
        unit=row["unit"],
        qualifier=row["qualifier"] or "=",
        kind=row["kind"],
        metric=_metric(row["metric"]),
        parties=frozenset(party for name in parties if (party := _party(name))),
        sides=(_party(row["reporter"]), _party(row["partner"])),
        period=(_day(row["period_start"]), _day(row["period_end"])),
        status=row["status"] or "actual",
    )


def _matched(noted: Sequence[_Figure], told: Sequence[_Figure]) -> dict[int, int]:
    """Gold position → position of the claim that answers it: one to one, the best overlap first."""
    there = defaultdict(list)
    for place, figure in enumerate(told):
        there[figure.doc].append(place)
    pairs = [
        (-overlap - _SAME_VALUE * _same(gold.value, told[claim].value), place, claim)
        for place, gold in enumerate(noted)
        for claim in there[gold.doc]
        if (overlap := _overlap(gold, told[claim]))
    ]
    answers: dict[int, int] = {}
    taken: set[int] = set()
    for _, place, claim in sorted(pairs):
        if place not in answers and claim not in taken:
            answers[place] = claim
            taken.add(claim)
    return answers


def _overlap(gold: _Figure, claim: _Figure) -> float:
    """Shared characters of all that the two cover; 0 where the claim cannot answer."""
    shared = min(gold.end, claim.end) - max(gold.start, claim.start)
    lengths = gold.end - gold.start, claim.end - claim.start
    if shared <= 0 or shared < _SHARED * min(lengths) or lengths[1] > lengths[0] + _LONGER:
        return 0.0
    return shared / (sum(lengths) - shared)


def _judged(
    noted: Sequence[_Figure], told: Sequence[_Figure], place: int, answer: int | None, row: Row
) -> dict[str, object]:
    gold = noted[place]
    head = {"doc": gold.doc, "start": gold.start, "end": gold.end, "text": gold.text, "gold": place, "claim": answer}
    if answer is None:
        return head | {"outcome": "missed", "optional": row["optional"]}
    verdicts = {
        name: None if debatable in row["debatable"] else compare(gold, told[answer])
        for name, (debatable, compare) in _COMPARISONS.items()
    }
    return head | {"outcome": "found", "optional": row["optional"]} | verdicts


def _spurious(told: Sequence[_Figure], place: int) -> dict[str, object]:
    claim = told[place]
    head = {"doc": claim.doc, "start": claim.start, "end": claim.end, "text": claim.text, "claim": place}
    return head | {"outcome": "spurious", "optional": False}


def _same_value(gold: _Figure, claim: _Figure) -> bool:
    size = _size(claim.unit, gold.unit) or 1.0
    return _same(gold.value, claim.value, size) and _same(gold.upper, claim.upper, size)


def _same_unsigned(gold: _Figure, claim: _Figure) -> bool:
    return _same_value(_unsigned(gold), _unsigned(claim))


def _unsigned(figure: _Figure) -> _Figure:
    value, upper = (None if number is None else abs(number) for number in (figure.value, figure.upper))
    return figure._replace(value=value, upper=upper)


def _same_sides(gold: _Figure, claim: _Figure) -> bool | None:
    """Whether giver and taker are the same; a figure of one country has no direction."""
    return gold.sides == claim.sides if all(gold.sides) else None


def _same_years(gold: _Figure, claim: _Figure) -> bool:
    return _years(gold) == _years(claim)


def _years(figure: _Figure) -> list[str | None]:
    return [day and day[:4] for day in figure.period]


def _same(first: float | None, second: float | None, size: float = 1.0) -> bool:
    if first is None or second is None:
        return first is second
    return math.isclose(first, second * size, rel_tol=_TOLERANCE, abs_tol=1e-9)


@cache
def _size(unit: str | None, to: str | None) -> float | None:
    """What a value in `unit` is multiplied by to be in `to`; None where the two are not the same thing."""
    if unit is None or to is None:
        return 1.0 if unit is to else None
    (name, size), (other, of_other) = _written(unit), _written(to)
    if name == other:
        return size / of_other
    try:
        return factor(name, other) * size / of_other if dimension(name) == dimension(other) else None
    except DimensionError:
        return None


@cache
def _written(unit: str) -> tuple[str, float]:
    """The unit of our tables that somebody writes so, and its size in it; a flow per year keeps the plain unit."""
    plain = unit.strip().removesuffix("/year")
    if plain in _forms() or "/" not in plain:
        return _forms().get(plain, (plain, 1.0))
    (above, size), (below, of_below) = map(_written, plain.split("/", 1))
    return f"{above}/{below}", size / of_below


@cache
def _forms() -> dict[str, tuple[str, float]]:
    money = {form: (currency.code, 1.0) for currency in currencies() for form in currency.forms}
    return money | {form.form: (form.unit, form.factor) for form in unit_forms()}


@cache
def _metric(name: str | None) -> str | None:
    """The metric that `name` is, or that it is a noun for."""
    rows = read_table("metrics.txt")
    if name is None or any(row["metric"] == name for row in rows):
        return name
    spoken = name.replace("_", " ")
    named = (row["metric"] for column in ("words", "weak") for row in rows if spoken in words(row[column]))
    return next(named, name)


@cache
def _party(name: str | None) -> str | None:
    """The code that `name` is, or the code of the country it names: "UK" is GBR."""
    rows = read_table("countries.txt")
    if not name or any(row["code"] == name for row in rows):
        return name or None
    named = (row["code"] for row in rows if name in (row["name"], *words(row["aliases"])))
    return next(named, name.upper())


def _day(value: object) -> str | None:
    return None if value is None else str(value)[:10]


def _all_right(judged: pd.DataFrame, fields: Sequence[str]) -> pd.Series:
    return judged[list(fields)].fillna(value=True).all(axis=1)


def _score(right: int, claims: int, figures: int) -> Score:
    """Without a claim nothing is wrong with the claims; without a figure none was missed."""
    precision = right / claims if claims else float(not figures)
    recall = right / figures if figures else 1.0
    both = precision + recall
    return Score(precision, recall, 2 * precision * recall / both if both else 0.0)


def _mark(verdicts: pd.Series) -> Mark:
    return Mark(float(verdicts.mean()) if len(verdicts) else None, len(verdicts))


def _differences(row: Row, noted: Sequence[_Figure], told: Sequence[_Figure]) -> Iterator[dict[str, str | None]]:
    gold = None if row["gold"] is None else noted[row["gold"]]
    ours = None if row["claim"] is None else told[row["claim"]]
    if gold and ours:
        for field, show in _SHOWN.items():
            if row[field] is False:
                yield {"outcome": "wrong", "field": field, "gold": show(gold), "ours": show(ours)}
    else:
        yield {"outcome": row["outcome"], "field": None, "gold": _summary(gold), "ours": _summary(ours)}


def _summary(figure: _Figure | None) -> str | None:
    return figure and " · ".join(shown for show in _SHOWN.values() if (shown := show(figure)))


def _shown_value(figure: _Figure) -> str:
    return "–".join(f"{number:,.12g}" for number in (figure.value, figure.upper) if number is not None)


# Field → the name it is debatable under, and whether a claim has it as the gold does; None where it is not scored.
_COMPARISONS: dict[str, tuple[str, Callable[[_Figure, _Figure], bool | None]]] = {
    "value": ("value", _same_value),
    "value_unsigned": ("value", _same_unsigned),
    "unit": ("unit", lambda gold, claim: _size(claim.unit, gold.unit) is not None),
    "qualifier": ("qualifier", lambda gold, claim: gold.qualifier == claim.qualifier),
    "qualifier_loose": ("qualifier", lambda gold, claim: gold.qualifier[0] == claim.qualifier[0]),
    "kind": ("kind", lambda gold, claim: gold.kind == claim.kind),
    "metric": ("metric", lambda gold, claim: gold.metric == claim.metric),
    "parties": ("parties", lambda gold, claim: gold.parties == claim.parties),
    "direction": ("direction", _same_sides),
    "period": ("period", lambda gold, claim: gold.period == claim.period),
    "period_year": ("period", _same_years),
    "period_given": ("period", lambda gold, claim: gold.period == claim.period if any(gold.period) else None),
    "status": ("status", lambda gold, claim: gold.status == claim.status),
}
FIELDS = tuple(_COMPARISONS)
# How a field is shown where it differs; the looser readings of a field are marks only.
_SHOWN: dict[str, Callable[[_Figure], str]] = {
    "qualifier": lambda figure: figure.qualifier,
    "value": _shown_value,
    "unit": lambda figure: figure.unit or "",
    "kind": lambda figure: figure.kind or "",
    "metric": lambda figure: figure.metric or "",
    "parties": lambda figure: ";".join(sorted(figure.parties)),
    "direction": lambda figure: " → ".join(side or "?" for side in figure.sides) if any(figure.sides) else "",
    "period": lambda figure: " to ".join(day or "…" for day in figure.period) if any(figure.period) else "",
    "status": lambda figure: figure.status,
}
SHOWN = tuple(_SHOWN)
