"""The routes → their OpenAPI 3.1 document: every address, its parameters, and the schema of what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from dashboard.data import PARAMETERS, Parameter
from dashboard.routes.api import FAULTS, row_schema
from dashboard.routes.asking import Extra, Route
from etl.export import TABLES

__all__ = ["describe"]

_TYPES: dict[str, dict[str, Any]] = {
    "year": {"type": "integer", "minimum": 1000, "maximum": 2999},
    "number": {"type": "integer", "minimum": 1},
    "day": {"type": "string", "format": "date"},
}
_WRONG = {
    "400": "A query that makes no sense; what is wrong with it.",
    "404": "A chart that the view does not have.",
    "503": "The store cannot be read, or not yet: why, and in Retry-After when to ask again.",
}
_GUARDED = {
    "403": "A name that the server was not started with, or a call of another site.",
    "429": "Too many requests; Retry-After says when to ask again.",
}


def describe(routes: Sequence[Route]) -> dict[str, Any]:
    """The OpenAPI document of these routes."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "trade-figures",
            "version": version("trade-figures"),
            "description": "Trade figures with their sources. Every address takes the query of the explore page: "
            "open a view there, and put its query behind any of these.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": {route.path: {"get": _operation(route)} for route in routes},
        "components": {
            "parameters": {each.name: _of_view(each) for each in PARAMETERS},
            "schemas": {
                **{name: row_schema(table.columns, table.made) for name, table in TABLES.items()},
                "refusal": FAULTS,
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    shared = [{"$ref": f"#/components/parameters/{each.name}"} for each in PARAMETERS] if route.takes_view else []
    content = {route.media_type.partition(";")[0]: {"schema": dict(route.schema)} if route.schema else {}}
    return {
        "operationId": route.name,
        "summary": route.says,
        "parameters": shared + [_extra(extra) for extra in route.extras],
        "responses": {"200": {"description": route.says, "content": content}, **_refusals(route)},
    }


def _refusals(route: Route) -> dict[str, Any]:
    statuses = [status for status in _WRONG if status != "404" or any(each.name == "chart" for each in route.extras)]
    media_type, schema = (
        ("application/json", {"$ref": "#/components/schemas/refusal"})
        if route.is_api
        else ("text/plain", {"type": "string"})
    )
    return {
        "304": {"description": "The answer is the one whose ETag was sent."},
        **{status: {"description": _WRONG[status], "content": {media_type: {"schema": schema}}} for status in statuses},
        **{status: {"description": said} for status, said in _GUARDED.items()},
    }


def _of_view(each: Parameter) -> dict[str, Any]:
    schema = dict(_TYPES.get(each.kind, {"type": "string"}))
    if each.values:
        schema["enum"] = list(each.values)
    if each.is_many:
        schema = {"type": "array", "items": schema}
    elif each.default not in (None, ""):
        schema["default"] = each.default
    return {"name": each.name, "in": "query", "description": f"{each.title}: {each.meaning}.", "schema": schema}


def _extra(extra: Extra) -> dict[str, Any]:
    schema: dict[str, Any] = (
        {"type": "string", "enum": list(extra.values)}
        if extra.values
        else {"type": "integer", "minimum": extra.least, "maximum": extra.most}
    )
    if extra.default:
        schema["default"] = extra.default if extra.values else int(extra.default)
    return {
        "name": extra.name,
        "in": "query",
        "description": f"{extra.meaning[:1].upper()}{extra.meaning[1:]}.",
        "schema": schema,
    }
