"""Decisions and documents as they are now → the same decisions about claims as those are called now.

A document has another identifier once its publisher or its address becomes known, and with it all its claims. Its text
is the same, and so are the places in it: that is how decisions find their claims again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from etl.decisions.model import Decision
from etl.frame import claim_id

__all__ = ["named_now"]


def named_now(decisions: Iterable[Decision], documents: pd.DataFrame) -> list[Decision]:
    """The decisions, those about a document that is gone under the name of one with the same text.

    `documents` has `document_id` and `document_sha256`. Where several have the text, it is that of the first
    identifier; where none has, the decision stays as it is.
    """
    told = list(decisions)
    ids = {each.document_id for each in told}
    ids -= set(documents.loc[documents["document_id"].isin(ids), "document_id"])
    hashes = {each.document_sha256 for each in told if each.document_id in ids}
    heirs = documents[documents["document_sha256"].isin(hashes)].sort_values("document_id", ascending=False)
    heir_of = dict(zip(heirs["document_sha256"], heirs["document_id"], strict=True))
    return [_under(each, heir_of.get(each.document_sha256)) if each.document_id in ids else each for each in told]


def _under(decision: Decision, document_id: str | None) -> Decision:
    if document_id is None:
        return decision
    name = claim_id(document_id, decision.span_start, decision.span_end)
    return replace(decision, document_id=document_id, claim_id=name)
