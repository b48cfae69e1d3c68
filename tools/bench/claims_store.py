"""Invented claims → a store of them, each quote at its place in a document of random words.

The claims are those of `tools.bench.series`; `trade-figures verify` finds nothing wrong with the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.copies import sketch
from etl.frame import claim_id
from etl.model import Document
from etl.store import Rows, Store, place_key
from etl.store.rows import SCHEMAS, signed
from tools.bench.series import make_claims

__all__ = ["make_store"]

_AT_ONCE: Final = 100_000
_SYLLABLES = np.array("ba be co da de fi go ha ka la lo ma mi no pa ra ri sa so ta te to va vi zo".split())  # noqa: SIM905


def make_store(folder: Path, number: int) -> None:
    """A store of so many invented claims in `folder`, each quote at its place in a document of random words."""
    claims, store, rng = make_claims(number), Store.create_or_open(folder), np.random.default_rng(11)
    for start in range(0, number, _AT_ONCE):
        store.commit(_rows(claims.iloc[start : start + _AT_ONCE].reset_index(drop=True), rng))


# ---- a store, column by column: a million objects would take minutes ------------------------------------------------


def _rows(claims: pd.DataFrame, rng: np.random.Generator) -> Rows:
    firsts = claims.drop_duplicates("document_id")
    quotes = [group.tolist() for _, group in claims.groupby("document_id", sort=False)["quote"]]
    starts = [group.tolist() for _, group in claims.groupby("document_id", sort=False)["quote_start"]]
    told = zip(firsts.itertuples(), quotes, starts, strict=True)
    documents = [_document(row, said, at, rng) for row, said, at in told]
    of = dict(zip(firsts["document_id"], documents, strict=True))
    written = [of[name] for name in claims["document_id"]]
    places = zip(written, claims["span_start"].tolist(), claims["span_end"].tolist(), strict=True)
    mended = claims.assign(
        claim_id=[claim_id(document.id, *span) for document, *span in places],
        document_id=[document.id for document in written],
        document_sha256=[document.sha256 for document in written],
        url=[document.url for document in written],
        title=[document.title for document in written],
    )
    nothing = {kind: SCHEMAS[kind].empty_table() for kind in ("mention", "copy")}
    found = {"document": _document_table(documents, [len(said) for said in quotes]), "claim": _table(mended, "claim")}
    return {**found, **nothing}


def _document(row: Any, quotes: Sequence[str], starts: Sequence[int], rng: np.random.Generator) -> Document:  # noqa: ANN401
    """A document that has each quote at its place, and between them words that no other has in this order."""
    text = ""
    for quote, start in zip(quotes, starts, strict=True):
        text += _words(rng, start - len(text)) + quote
    title = f"{_words(rng, 24).strip().capitalize()}: what the figures say"
    published = None if pd.isna(row.published) else row.published.date()
    publisher = row.publisher if isinstance(row.publisher, str) else None
    return Document(text, title=title, publisher=publisher, published=published, url=row.url)


def _words(rng: np.random.Generator, length: int) -> str:
    """So many characters of invented words."""
    syllables = _SYLLABLES[rng.integers(0, len(_SYLLABLES), (length // 5 + 1, 2))]
    return " ".join(first + second for first, second in syllables.tolist())[: max(length - 1, 0)].ljust(length)


def _document_table(documents: Sequence[Document], claims: Sequence[int]) -> pa.Table:
    columns: dict[str, Sequence[object]] = {
        "document_id": [each.id for each in documents],
        "source": [f"{each.id}.txt" for each in documents],
        "characters": [len(each.text) for each in documents],
        "document_sha256": [each.sha256 for each in documents],
        "place": [f"/invented/{each.id}.txt" for each in documents],
        "source_key": [signed(place_key(f"/invented/{each.id}.txt")) for each in documents],
        "claims": claims,
        "sketch": sketch(each.text for each in documents),
        **{name: [getattr(each, name) for each in documents] for name in ("title", "publisher", "published")},
        **{name: [getattr(each, name) for each in documents] for name in ("url", "language", "kind", "text")},
    }
    same: dict[str, Any] = {"status": "read", "basis": "{}", "mentions": 0, "extractor_version": "0", "fingerprint": 0}
    return _table(pd.DataFrame(columns).assign(**same), "document")


def _table(frame: pd.DataFrame, kind: str) -> pa.Table:
    schema = SCHEMAS[kind]
    missing: dict[str, Any] = {name: None for name in schema.names if name not in frame}
    return pa.Table.from_pandas(frame.assign(**missing), schema, preserve_index=False)
