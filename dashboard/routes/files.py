"""A view → files: tables as CSV, the data package, citations, and the Python that reads them all again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask import Response

from dashboard.data import records
from dashboard.routes.asking import Asked, Extra, Route, without
from dashboard.routes.snippet import snippet
from dashboard.routes.tables import OF_CHECKS, documents_behind, table_of
from dashboard.words import chosen_in_words
from etl.export import FORMS, TABLES, Chosen, Rows, cite, csv_parts, package_parts

__all__ = ["FILES", "attached"]

_BOM = Extra("bom", "1 puts the mark before a CSV that Excel needs to see UTF-8", "0", ("0", "1"))
# They say how charts look, and change no table.
_OF_CHARTS = ("clock", "layout", "scale", "page")
_CSV = "text/csv; charset=utf-8"


def _csv(name: str) -> Route:
    def answer(asked: Asked) -> Response:
        return _rows(asked, table_of(asked, name), asked.file_name(name, "csv"))

    extras = (_BOM, *OF_CHECKS) if name == "checks" else (_BOM,)
    return Route(f"/{name}.csv", f"The {name} of a view as CSV.", _CSV, answer, extras)


def _everything(asked: Asked) -> Response:
    return _rows(asked, table_of(asked, "claims"), "trade-figures.csv")


def _rows(asked: Asked, rows: Rows, name: str) -> Response:
    return attached(csv_parts(rows.parts(), excel=asked.extras["bom"] == "1"), _CSV, name)


def _package(asked: Asked) -> Response:
    # The claims behind all its figures, whatever the table of the page leaves out.
    asked = replace(asked, selection=without(asked.selection, "sort", "where"))
    view = asked.view
    tables = {name: table_of(asked, name) for name in ("claims", "observations", "checks")}
    tables["documents"] = Rows.of(documents_behind(view))
    filters = chosen_in_words(without(asked.selection, *_OF_CHARTS))
    chosen = Chosen(tuple(filters), asked.link("/"), asked.snapshot.store.version)
    return attached(package_parts(tables, chosen), "application/zip", asked.file_name("package", "zip"))


def _citations(form: str) -> Route:
    known = FORMS[form]

    def answer(asked: Asked) -> Response:
        written = cite(records(documents_behind(asked.view)), form).encode()
        return attached([written], f"{known.media_type}; charset=utf-8", asked.file_name("citations", known.ending))

    says = f"Citations of the documents behind a view, as {known.title}."
    return Route(f"/citations.{known.ending}", says, known.media_type, answer)


def _snippet(asked: Asked) -> Response:
    series = asked.snapshot.series
    chosen = series.table["series_id"][series.marks(asked.selection.series)].to_list()
    return Response(snippet(asked.selection, asked.root, chosen), content_type="text/x-python; charset=utf-8")


def attached(parts: Iterable[bytes], content_type: str, name: str) -> Response:
    """A file that is sent part by part, to be kept under a name."""
    return Response(parts, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


FILES: tuple[Route, ...] = (
    *(_csv(name) for name in TABLES),
    Route("/all.csv", "Every claim of the store as CSV.", _CSV, _everything, (_BOM,), takes_view=False),
    Route(
        "/package.zip",
        "A view as a Frictionless Data Package: tables, what they mean, sources, citations.",
        "application/zip",
        _package,
    ),
    *(_citations(form) for form in FORMS),
    Route(
        "/snippet.py", "Python that reads the view with pandas, and makes it from the store.", "text/x-python", _snippet
    ),
)
