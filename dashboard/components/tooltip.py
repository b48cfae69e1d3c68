"""Observations and their claims → what the tooltip of each mark says, as plain strings by observation id.

The browser draws them as text nodes: words from a document are never markup.
"""

from __future__ import annotations

import pandas as pd

from dashboard.data import Checked, Row, Shown, records
from dashboard.form import format_day, written
from dashboard.words import agreement, figure, hedge, known, period_of, shorten, source_name, status_note, verdict_name
from etl.series import split_sides

__all__ = ["Detail", "details"]

Detail = dict[str, str]

QUOTE_LENGTH = 200

_OBSERVED = [
    *("observation_id", "value", "value_upper", "unit", "qualifier", "sides", "agreement", "sources", "claims"),
    *("period_start", "period_end", "period_label", "calendar_group", "formula", "conversion"),
]


def details(
    shown: Shown, observations: pd.DataFrame, drawn: pd.DataFrame | None = None, checked: Checked | None = None
) -> dict[str, list[Detail]]:
    """Observation id → the tooltip of each of its marks: one, or in a conflict one a side, the lowest figure first.

    `drawn` are those that are drawn, with what was done to their figures; else all, as they stand. The words are those
    of the documents. Where the store has been `checked`, what does not add up says so.
    """
    drawn = observations if drawn is None else drawn
    rows = {row["observation_id"]: row for row in records(drawn[drawn.columns.intersection(_OBSERVED)])}
    stated = observations[observations["observation_id"].isin(list(rows))]
    speakers, sides = _by_observation(shown.speakers(stated)), _by_observation(split_sides(drawn))
    failed = {} if checked is None else checked.worst_of(rows)
    return {name: _details(row, sides[name], speakers[name], failed.get(name)) for name, row in rows.items()}


def _details(observation: Row, sides: list[Row], speakers: list[Row], failed: Row | None) -> list[Detail]:
    """The tooltips of the marks of an observation; what does not depend on the side is said alike."""
    shared = {
        "made": written(known(observation.get("formula")) or known(observation.get("conversion"))),
        "agreement": agreement(observation, speakers[-1]["copies"]),
        "check": "" if failed is None else f"{verdict_name(failed['verdict'])}: {written(failed['formula'])}",
        "conflict": "yes" if observation["agreement"] == "conflict" else "",
    }
    period = period_of(observation)
    return [
        {**_detail({**side, "unit": observation["unit"]}, claim, period), **shared}
        for side, claim in _pairs(sides, speakers)
    ]


def _by_observation(frame: pd.DataFrame) -> dict[str, list[Row]]:
    told: dict[str, list[Row]] = {}
    for row in records(frame):
        told.setdefault(row["observation_id"], []).append(row)
    return told


def _pairs(sides: list[Row], speakers: list[Row]) -> list[tuple[Row, Row]]:
    """Each side with who states it; what is made of figures may have fewer sides, and then the last one speaks."""
    if len(sides) == len(speakers):
        return list(zip(sides, speakers, strict=True))
    return [(side, speakers[-1]) for side in sides]


def _detail(side: Row, claim: Row, period: str) -> Detail:
    """What one side of an observation says, in the words of the claim that states it."""
    return {
        "value": figure(side),
        "period": " · ".join(part for part in (period, status_note(claim)) if part),
        "written": f"“{claim['span_text']}”, {hedge(claim['qualifier'])}",
        "quote": shorten(claim["quote"], claim["span_text"], QUOTE_LENGTH),
        "source": source_name(claim),
        "document": known(claim["title"]) if known(claim["publisher"]) else "",
        "date": format_day(claim["published"]),
        "digest": "Digest of the original" if claim["document_kind"] == "digest" else "",
    }
