"""Observations and their claims → what the tooltip of each mark says, as plain strings by observation id.

The browser draws them as text nodes: words from a document are never markup.
"""

from __future__ import annotations

from dashboard.data import Row, View, copies_among, records
from dashboard.words import agreement, figure, hedge, known, period_of, shorten, source_name, status_note
from etl.dates import format_date
from etl.series import split_sides

__all__ = ["Detail", "details"]

Detail = dict[str, str]

QUOTE_LENGTH = 200

_SAME = 1e-9


def details(view: View) -> dict[str, list[Detail]]:
    """Observation id → the tooltip of each of its marks: one, or in a conflict one a side, the lowest figure first."""
    observations = view.observations
    sides = split_sides(observations).groupby("observation_id", sort=False)
    stated: dict[object, list[Row]] = {name: records(group) for name, group in sides}
    return {
        row["observation_id"]: [_detail(row, side, view.claims_of(row)) for side in stated[row["observation_id"]]]
        for row in records(observations)
    }


def speaker(side: Row, claims: list[Row]) -> Row:
    """The claim that speaks for a figure: of those that state it, or else of all, the latest published; no copy."""
    stating = [claim for claim in claims if _states(claim, side)] or claims
    originals = [claim for claim in stating if claim["document_id"] == claim["original"]]
    return (originals or stating)[-1]


def _states(claim: Row, side: Row) -> bool:
    same = abs(claim["value"] - side["value"]) <= abs(side["value"]) * _SAME
    return bool(same and claim["qualifier"] == side["qualifier"])


def _detail(observation: Row, side: Row, claims: list[Row]) -> Detail:
    claim = speaker(side, claims)
    return {
        "value": figure({**side, "unit": observation["unit"]}),
        "period": " · ".join(part for part in (period_of(observation), status_note(claim)) if part),
        "written": f"“{claim['span_text']}”, {hedge(claim['qualifier'])}",
        "quote": shorten(claim["quote"], claim["span_text"], QUOTE_LENGTH),
        "source": source_name(claim),
        "document": known(claim["title"]) if known(claim["publisher"]) else "",
        "date": format_date(claim["published"]),
        "digest": "Digest of the original" if claim["document_kind"] == "digest" else "",
        "agreement": agreement(observation, copies_among(claims)),
        "conflict": "yes" if observation["agreement"] == "conflict" else "",
    }
