"""Addresses beside the pages, for people, curl, pandas and programs: each takes the query of the explore page."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import partial

from flask import Flask, Response, request

from dashboard.data import Archive, Selection, StillCheckingError, StillReadingError, Version
from dashboard.data.kept import Kept
from dashboard.form import Form, follow_readers, reader, write_for
from dashboard.routes.api import API, refused
from dashboard.routes.asking import Asked, Fault, Route, read
from dashboard.routes.blocks import BLOCKS
from dashboard.routes.charts import CHARTS, NoChartError
from dashboard.routes.files import FILES
from dashboard.routes.openapi import describe
from etl.errors import TradeFiguresError

__all__ = ["ROUTES", "serve_routes"]

_MOST_KEPT = 1024  # answers of some fifty kilobytes
_AT_ONCE = 2
_LEVEL = 2  # of gzip, which every client takes: half a megabyte in some milliseconds


def _openapi(_asked: Asked) -> Response:
    return Response(json.dumps(describe(ROUTES), ensure_ascii=False), content_type="application/json")


ROUTES: tuple[Route, ...] = (
    *FILES,
    *CHARTS,
    *BLOCKS,
    *API,
    Route("/openapi.json", "This document.", "application/json", _openapi, takes_view=False, is_api=True),
)
"""Every address that is no page."""


def serve_routes(server: Flask, archive: Archive) -> None:
    """Serve `ROUTES`.

    A query that makes no sense is answered with 400 and a sentence for each fault (half a table is no answer to a
    program), a chart that is not there with 404, a store that cannot be read with 503 and its reason. An answer has an
    ETag, and one who has it already is told so (304) before anything is computed; what pages ask for is kept for the
    next reader of the same view.
    """
    follow_readers(server, {route.path for route in ROUTES if not route.is_kept})
    for route in ROUTES:
        # Of each address by itself: rows, which are soon made, do not wait for drawings.
        kept = Kept[str, tuple[bytes, str]](_MOST_KEPT, _AT_ONCE)
        server.add_url_rule(route.path, route.name, partial(_answer, route, archive, kept))

    @server.get("/api/<path:rest>")
    def no_such_address(rest: str) -> Response:
        return refused(404, f"There is no /api/{rest}; /openapi.json lists every address.")

    @server.errorhandler(TradeFiguresError)
    def explain(error: TradeFiguresError) -> Response:
        answer = _refuse(404 if isinstance(error, NoChartError) else 503, str(error))
        if isinstance(error, (StillReadingError, StillCheckingError)):
            answer.headers["Retry-After"] = "2"
        return answer


def _answer(route: Route, archive: Archive, kept: Kept[str, tuple[bytes, str]]) -> Response:
    asked, faults = read(route, request.args.to_dict(flat=False), archive, request.host_url)
    if faults:
        return _refuse(400, "\n".join(fault.message for fault in faults), faults)
    tag = asked.tag(route.path)
    known = request.if_none_match.contains_weak(tag)
    response = Response(status=304) if known else _made(route, asked, kept, tag)
    # Weak: the same rows may come compressed or not.
    response.set_etag(tag, weak=True)
    response.vary.add("Accept-Language")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _made(route: Route, asked: Asked, kept: Kept[str, tuple[bytes, str]], tag: str) -> Response:
    if not route.is_kept:
        return route.answer(asked)

    def make() -> tuple[bytes, str]:
        place = (route.path, asked.selection, asked.extras, asked.root, reader())
        return asked.version.ask(_packed, *place) if route.is_apart else _packed(asked.version, *place)

    body, content_type = kept.get(tag, make)
    if not request.accept_encodings["gzip"]:
        return Response(gzip.decompress(body), content_type=content_type)
    return Response(body, content_type=content_type, headers={"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})


def _packed(
    version: Version, path: str, selection: Selection, extras: Mapping[str, str], root: str, form: Form
) -> tuple[bytes, str]:
    """The answer of the route with this path, written for a reader; compressed, and its type."""
    [route] = [each for each in ROUTES if each.path == path]
    with write_for(form):
        answer = route.answer(Asked(version, selection, extras, root))
    return gzip.compress(answer.get_data(), _LEVEL), answer.content_type


def _refuse(status: int, message: str, faults: list[Fault] | None = None) -> Response:
    """In JSON for programs that ask for it, else as text."""
    if request.path.startswith("/api/") or request.path == "/openapi.json":
        return refused(status, message, faults or [])
    return Response(f"{message}\n", status=status, content_type="text/plain; charset=utf-8")
