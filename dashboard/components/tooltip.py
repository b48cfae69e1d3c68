"""Observations and their claims → what the tooltip of each mark says, as plain strings by observation id.

The browser draws them as text nodes: words from a document are never markup.
"""

from __future__ import annotations

import pandas as pd

from dashboard.data import Row, Shown, records
from dashboard.words import agreement, figure, hedge, known, period_of, shorten, source_name, status_note
from etl.dates import format_date
from etl.series import split_sides

__all__ = ["Detail", "details"]

Detail = dict[str, str]

QUOTE_LENGTH = 200


def details(shown: Shown, observations: pd.DataFrame) -> dict[str, list[Detail]]:
    """Observation id → the tooltip of each of its marks: one, or in a conflict one a side, the lowest figure first."""
    rows = {row["observation_id"]: row for row in records(observations)}
    told: dict[str, list[Detail]] = {name: [] for name in rows}
    for side, claim in zip(records(split_sides(observations)), records(shown.speakers(observations)), strict=True):
        told[side["observation_id"]].append(_detail(rows[side["observation_id"]], side, claim))
    return told


def _detail(observation: Row, side: Row, claim: Row) -> Detail:
    return {
        "value": figure({**side, "unit": observation["unit"]}),
        "period": " · ".join(part for part in (period_of(observation), status_note(claim)) if part),
        "written": f"“{claim['span_text']}”, {hedge(claim['qualifier'])}",
        "quote": shorten(claim["quote"], claim["span_text"], QUOTE_LENGTH),
        "source": source_name(claim),
        "document": known(claim["title"]) if known(claim["publisher"]) else "",
        "date": format_date(claim["published"]),
        "digest": "Digest of the original" if claim["document_kind"] == "digest" else "",
        "agreement": agreement(observation, claim["copies"]),
        "conflict": "yes" if observation["agreement"] == "conflict" else "",
    }
