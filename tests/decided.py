"""Decisions written for the tests: about one claim each, by Ann or Ben, at a minute of one morning."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from etl.decisions import FIELDS, Decision

__all__ = ["about", "decide"]

MORNING = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)


def about(claims: pd.DataFrame, row: int) -> dict[str, Any]:
    """What every decision says of the claim in a row."""
    claim = claims.iloc[row]
    place = {name: claim[name] for name in ("claim_id", "document_id", "document_sha256")}
    offsets = {name: int(claim[name]) for name in ("span_start", "span_end")}
    return {**place, **offsets, "seen": {name: claim[name] for name in FIELDS}}


def decide(claim: dict[str, Any], name: str, action: str, *, who: str = "Ann", **more: Any) -> Decision:  # noqa: ANN401
    """A decision called `name`, which is its id and its act; letters later in the alphabet were made later."""
    made = MORNING + dt.timedelta(minutes=ord(name[0]))
    plain = {"id": name, "together": name, "made": made, "who": who, "act": action, "action": action}
    return Decision(**{**plain, **claim, **more})
