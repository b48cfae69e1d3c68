"""A view → JSON for programs: a page of one of its tables, and what is wrong with a request."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from flask import Response

from dashboard.routes.asking import Asked, Extra, Fault, Route
from dashboard.routes.tables import OF_CHECKS, table_of
from etl.export import TABLES, Rows
from etl.frame import Column

__all__ = ["API", "FAULTS", "refused", "row_schema"]

_LIMIT = Extra("limit", "rows of a page", "100", least=1, most=1_000)
_OFFSET = Extra("offset", "rows before the page", "0", most=999_999_999)

_TYPES: Mapping[str, Mapping[str, str]] = {
    "str": {"type": "string"},
    "float64": {"type": "number"},
    "int64": {"type": "integer"},
    "Int64": {"type": "integer"},
    "datetime64[us]": {"type": "string", "format": "date"},
}

FAULTS: Mapping[str, Any] = {
    "type": "object",
    "required": ["status", "message", "errors"],
    "properties": {
        "status": {"type": "integer"},
        "message": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["parameter", "message"],
                "properties": {"parameter": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
"""The JSON schema of a refusal."""


def refused(status: int, message: str, faults: Sequence[Fault] = ()) -> Response:
    """A refusal: its status, one sentence, and what is wrong with which parameter."""
    errors = [{"parameter": fault.parameter, "message": fault.message} for fault in faults]
    return _json({"status": status, "message": message, "errors": errors}, status)


def row_schema(columns: Sequence[Column], made: Sequence[Column] = ()) -> dict[str, Any]:
    """The JSON schema of a row with these columns; those of `made` are there where figures were made of others."""
    return {
        "type": "object",
        "required": [column.name for column in columns],
        "properties": {column.name: _cell_schema(column) for column in (*columns, *made)},
    }


def _cell_schema(column: Column) -> dict[str, Any]:
    schema: dict[str, Any] = {**_TYPES[column.dtype], "description": column.meaning}
    if column.values:
        schema["enum"] = list(column.values)
    # A figure that is always there may be missing after all where a conversion was refused.
    is_always_there = column.required and column.dtype != "float64"
    return schema if is_always_there else {**schema, "type": [schema["type"], "null"]}


def _table(name: str) -> Route:
    def answer(asked: Asked) -> Response:
        return _page(asked, name, table_of(asked, name))

    return Route(
        f"/api/v1/{name}",
        f"The {name} of a view, a page at a time.",
        "application/json",
        answer,
        (_LIMIT, _OFFSET, *(OF_CHECKS if name == "checks" else ())),
        is_api=True,
        schema=_page_schema(name),
    )


def _page(asked: Asked, name: str, rows: Rows) -> Response:
    limit, offset = asked.number("limit"), asked.number("offset")
    following = min(offset + limit, rows.count)
    page = rows.at(min(offset, following), following)
    link = asked.link(f"/api/v1/{name}", limit=limit, offset=following) if following < rows.count else None
    content = {
        "store_version": asked.snapshot.store.version,
        "total": rows.count,
        "limit": limit,
        "offset": offset,
        "next": link,
        "rows": _rows(page),
    }
    response = _json(content, 200)
    if link:
        response.headers["Link"] = f'<{link}>; rel="next"'
    return response


def _page_schema(name: str) -> dict[str, Any]:
    numbers = {key: {"type": "integer"} for key in ("store_version", "total", "limit", "offset")}
    rows = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
    properties = {**numbers, "next": {"type": ["string", "null"], "format": "uri"}, "rows": rows}
    return {"type": "object", "required": list(properties), "properties": properties}


def _rows(page: pd.DataFrame) -> list[dict[Any, Any]]:
    """Rows as JSON has them: days as YYYY-MM-DD, missing cells null."""
    days = {name: page[name].dt.strftime("%Y-%m-%d") for name in page.select_dtypes("datetime").columns}
    plain = page.assign(**days).astype(object)
    return plain.where(plain.notna(), None).to_dict("records")


def _json(content: object, status: int) -> Response:
    body = json.dumps(content, ensure_ascii=False, allow_nan=False)
    return Response(body, status=status, content_type="application/json")


API: tuple[Route, ...] = tuple(_table(name) for name in TABLES)
