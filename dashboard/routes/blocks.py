"""A view → the rows of its table as a page shows them, in plain words, a block at a time."""

from __future__ import annotations

import orjson
from flask import Response

from dashboard.cells import claim_rows, rows_of_claims
from dashboard.routes.asking import Asked, Extra, Route

__all__ = ["BLOCKS"]

_START = Extra("start", "rows before the block", "0", most=999_999_999)
_ROWS = Extra("rows", "rows of the block", "100", least=1, most=1_000)


def _block(asked: Asked) -> Response:
    view, start = asked.view, asked.number("start")
    rows = rows_of_claims(view)
    cells = claim_rows(view.snapshot.claims_at(rows[start : start + asked.number("rows")]))
    return Response(orjson.dumps({"total": len(rows), "rows": cells}), content_type="application/json")


BLOCKS: tuple[Route, ...] = (
    Route(
        "/rows.json",
        "Rows of the table of claims of a view, in the words of the page.",
        "application/json",
        _block,
        (_START, _ROWS),
        is_kept=True,
    ),
)
