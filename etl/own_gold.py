"""Decisions and the texts they were made about → a gold set of one's own, and which of today's claims it corrects.

What people accepted, corrected or added is right, what they rejected is not there, and of all else nobody said
anything: it may be found or missed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from etl.decisions import FIELDS, Cell, Decision, Ruling, changed_fields, named_now, read_cells, rule
from etl.evaluation import SHOWN, Evaluation, Mark, as_dict, below, evaluate, judge
from etl.gold import Gold, Line, gold_of
from etl.model import Document

__all__ = ["CAUSES", "OUTCOMES", "OwnEvaluation", "OwnGold", "evaluate_own", "own_as_dict", "own_below", "own_gold"]

OUTCOMES: Final = ("accepted", "corrected", "added", "rejected", "conflict", "stale")
"""What decisions come to; nothing is measured with those in conflict and those that are stale."""

CAUSES: Final[Mapping[str, str]] = {
    "metric": "what is measured",
    "kind": "kind of figure",
    "unit": "unit",
    "period_basis": "how the period was found",
    "publisher": "publisher",
}
"""Columns of a claim that say which part of the extractor made it, or of what kind of text; and how to say it."""

_FATES: Final = ("stand", "corrected", "rejected")
_NONE: Final = "none"

# A figure of a text: the name of the document, its first character, and the one after its last.
Place = tuple[str, int, int]


@dataclass(frozen=True)
class OwnGold:
    """What people decided, as annotated articles: documents by name, and the lines of their claims.jsonl.

    `counts` is how many claims came to each of `OUTCOMES`.
    """

    documents: Mapping[str, Document]
    lines: tuple[Line, ...]
    counts: Mapping[str, int]

    @property
    def measured(self) -> int:
        """How many claims were decided about in a way that something can be measured with."""
        return sum(count for outcome, count in self.counts.items() if outcome not in {"conflict", "stale"})

    @cached_property
    def gold(self) -> Gold:
        """The same as `etl.evaluation` takes it."""
        return gold_of(self.documents, self.lines)


@dataclass(frozen=True)
class OwnEvaluation:
    """The marks against one's own gold, what became of the claims that were decided about, and where that comes from.

    `fates` is how many of today's claims that were decided about `stand`, are `corrected` and are `rejected`. `causes`
    has a row a value of each of `CAUSES`: `by, name, claims` and the fates, those with most to correct first.
    """

    own: OwnGold
    evaluation: Evaluation
    fates: Mapping[str, int]
    causes: pd.DataFrame


def own_gold(decisions: Iterable[Decision], documents: Mapping[str, Document], claims: pd.DataFrame) -> OwnGold:
    """What people decided about `documents`, by name; `claims` are those found today, with a further column `doc`.

    A decision is stale where its text is none of these, and a rejection where the extractor now reads something else
    at its place: of that nobody said anything yet. An accepted or a corrected claim is what the text says, whatever the
    extractor makes of it today.
    """
    rulings, lost = _by_place(decisions, documents)
    found = {place: read_cells({name: row[name] for name in FIELDS}) for place, row in _rows(claims)}
    outcomes = {place: _outcome(ruling, found.get(place)) for place, ruling in rulings.items()}
    told = {
        place: rulings[place] for place, outcome in outcomes.items() if outcome in {"accepted", "corrected", "added"}
    }
    rejected = {place for place, outcome in outcomes.items() if outcome == "rejected"}
    names = {name for name, _, _ in told.keys() | rejected}
    kept = {name: document for name, document in documents.items() if name in names}
    lines = [_line(place, ruling, kept) for place, ruling in sorted(told.items(), key=lambda item: item[0])]
    counts = Counter(outcomes.values()) + Counter(stale=lost)
    return OwnGold(
        kept, (*lines, *_optional(claims, kept, told, rejected)), {outcome: counts[outcome] for outcome in OUTCOMES}
    )


def evaluate_own(own: OwnGold, claims: pd.DataFrame) -> OwnEvaluation:
    """What the extractor finds today against what people decided; `claims` are those that made the gold."""
    claims = claims[claims["doc"].isin(own.documents.keys())].reset_index(drop=True)
    judged = judge(own.gold.claims, claims)
    decided = judged[~judged["optional"] & judged["claim"].notna()]
    products = _products(own, claims, decided[decided["outcome"] == "found"])
    wrong = (~decided[list(SHOWN)].astype("boolean").fillna(value=True)).any(axis=1)
    wrong |= (products["gold"] != products["ours"]).reindex(decided.index, fill_value=False)
    fates = pd.Series("stand", decided.index).mask(wrong, "corrected")
    fates = fates.mask(decided["outcome"] == "spurious", "rejected")
    return OwnEvaluation(
        own,
        _with_products(evaluate(own.gold, claims), products),
        {fate: int((fates == fate).sum()) for fate in _FATES},
        _causes(claims.iloc[decided["claim"].to_numpy(dtype=int)], fates),
    )


def own_below(judged: OwnEvaluation, floors: Mapping[str, float]) -> list[str]:
    """Each mark that is lower than its floor, as `etl.evaluation.below`; without a decision no floor is reached."""
    if floors and not judged.own.measured:
        return ["nothing was decided that could be measured"]
    return below(judged.evaluation.marks, floors)


def own_as_dict(evaluation: OwnEvaluation) -> dict[str, object]:
    """What JSON can hold: what was decided, what became of claims, that of `etl.evaluation.as_dict`, and the causes."""
    return {
        "decided": dict(evaluation.own.counts),
        "fates": dict(evaluation.fates),
        **as_dict(evaluation.evaluation),
        "causes": evaluation.causes.to_dict("records"),
    }


def _by_place(decisions: Iterable[Decision], documents: Mapping[str, Document]) -> tuple[dict[Place, Ruling], int]:
    """What stands about each place of the documents, whatever ids its claim had; and of how many the text is lost."""
    names = {document.id: name for name, document in documents.items()}
    texts = pd.DataFrame(
        [(document.id, document.sha256) for document in documents.values()], columns=["document_id", "document_sha256"]
    )
    about: dict[Place, Ruling] = {}
    rulings = rule(named_now(decisions, texts)).values()
    for ruling in rulings:
        told = ruling.decisions[0]
        if told.document_id in names:
            about[names[told.document_id], told.span_start, told.span_end] = ruling
    return about, len(rulings) - len(about)


def _rows(claims: pd.DataFrame) -> Iterator[tuple[Place, Mapping[Any, Any]]]:
    """Each claim with its place."""
    for row in claims.to_dict("records"):
        yield (row["doc"], row["span_start"], row["span_end"]), row


def _outcome(ruling: Ruling, now: Mapping[str, Cell] | None) -> str:
    is_rejected = ruling.verdict == "rejected"
    if is_rejected and now and all(changed_fields(decision, now) for decision in ruling.decisions):
        return "stale"
    return ruling.verdict


def _line(place: Place, ruling: Ruling, documents: Mapping[str, Document]) -> Line:
    """What people said of a figure, as claims.jsonl has it."""
    cells = {**ruling.decisions[-1].seen, **ruling.asserts}
    parties = cells.get("parties")
    plain = ("value", "unit", "qualifier", "kind", "metric", "product", "reporter", "partner", "period_start")
    return {
        **_head(place, documents),
        "id": ruling.claim_id,
        **{name: cells.get(name) for name in (*plain, "period_end", "status")},
        "range_upper": cells.get("value_upper"),
        "parties": parties.split(";") if isinstance(parties, str) else None,
    }


def _head(place: Place, documents: Mapping[str, Document]) -> Line:
    doc, start, end = place
    return {"doc": doc, "start": start, "end": end, "text": documents[doc].text[start:end]}


def _optional(
    claims: pd.DataFrame, documents: Mapping[str, Document], told: Iterable[Place], rejected: Collection[Place]
) -> Iterator[Line]:
    """A line for each claim of these documents of which nobody said anything: it may be found or missed."""
    taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for doc, start, end in told:
        taken[doc].append((start, end))
    for place, _ in _rows(claims[claims["doc"].isin(documents.keys())]):
        doc, start, end = place
        is_told = any(start < last and first < end for first, last in taken[doc])
        if not is_told and place not in rejected:
            yield {**_head(place, documents), "optional": True}


def _products(own: OwnGold, claims: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Of each claim that was found its goods, as people said and as found; annotated articles say nothing of them."""
    ours = claims["product"].iloc[found["claim"].to_numpy(dtype=int)].fillna("").to_list()
    gold = [own.lines[place]["product"] or "" for place in found["gold"]]
    return found[["doc", "start", "end", "text"]].assign(outcome="wrong", field="product", gold=gold, ours=ours)


def _with_products(evaluation: Evaluation, products: pd.DataFrame) -> Evaluation:
    """The evaluation with the goods as a further field."""
    is_right = products["gold"] == products["ours"]
    mark = Mark(float(is_right.mean()) if len(is_right) else None, len(is_right))
    differences = pd.concat([evaluation.differences, products[~is_right]], ignore_index=True)
    return replace(
        evaluation,
        marks=replace(evaluation.marks, fields={**evaluation.marks.fields, "product": mark}),
        differences=differences.sort_values(["doc", "start"], kind="stable", ignore_index=True),
    )


def _causes(claims: pd.DataFrame, fates: pd.Series) -> pd.DataFrame:
    """How many claims of each metric, kind ... stand, are corrected and are rejected; most to correct first."""
    groups = [(by, name, group) for by in CAUSES for name, group in fates.groupby(claims[by].fillna(_NONE).to_numpy())]
    counted = [
        {"by": by, "name": str(name), "claims": len(group), **{fate: int((group == fate).sum()) for fate in _FATES}}
        for by, name, group in groups
    ]
    table = pd.DataFrame(counted, columns=["by", "name", "claims", *_FATES])
    wrong = table["claims"] - table["stand"]
    order = np.lexsort([-wrong / table["claims"], -wrong])
    return table.iloc[order].reset_index(drop=True)
