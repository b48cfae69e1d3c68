"""The claims of a figure on which sources disagree → why they cannot all be right, in two sentences."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboard.data import Row
from dashboard.form import written
from dashboard.words import known, period_of, source_name, unit_name
from etl.series.checks.words import spoken

__all__ = ["why_apart"]


def why_apart(observation: Row, claims: Sequence[Row]) -> str:
    """What the two claims furthest apart share, and why rounding and hedges do not bring them together.

    `claims` are those of `View.claims_of`, which know what each admits. Nothing where the sources agree.
    """
    if observation["agreement"] != "conflict":
        return ""
    one, other = min(claims, key=lambda claim: claim["high"]), max(claims, key=lambda claim: claim["low"])
    who = "They" if observation["sides"].count(";") == 1 else "The lowest and the highest"
    shared = [part for part in (*_who_says(one, other), _when(observation), _status(one, other)) if part]
    as_said = "As printed" if one["qualifier"] == other["qualifier"] == "=" else "As worded"
    unit = unit_name(observation["unit"])
    most, least = (written(f"{spoken(end)} {unit}".rstrip()) for end in (one["high"], other["low"]))
    limits = f"“{one['span_text']}” is {most} at most, and “{other['span_text']}” {least} at least"
    return f"{who} cannot both be right: {', '.join(shared)}. {as_said}, {limits}."


def _who_says(one: Row, other: Row) -> list[str]:
    """Who publishes the two, and whom they cite."""
    names = [source_name(claim) for claim in (one, other)]
    cited = [known(claim["attribution"]) for claim in (one, other)]
    if one["document_id"] == other["document_id"]:
        said = f"both in one text of {names[0]}"
    else:
        said = f"both from {names[0]}" if names[0] == names[1] else f"one from {names[0]}, the other from {names[1]}"
    if cited[0] and cited[0] == cited[1]:
        return [said, f"both according to {cited[0]}"]
    return [said]


def _when(observation: Row) -> str:
    period = period_of(observation)
    return f"both for {period}" if period and pd.notna(observation["period_end"]) else "neither with a period"


def _status(one: Row, other: Row) -> str:
    return f"one as {one['status']}, the other as {other['status']}" if one["status"] != other["status"] else ""
