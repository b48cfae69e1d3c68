"""Addresses beside the pages: the claims of a view as CSV, for curl and `pandas.read_csv` too, and its drawings."""

from __future__ import annotations

import json

from flask import Flask, Response, request

from dashboard.components.charts import figure_of
from dashboard.components.tooltip import details
from dashboard.data import Archive, StillReadingError, read_query
from etl.errors import TradeFiguresError
from etl.export import to_csv
from etl.frame import COLUMNS

__all__ = ["serve_routes"]


def serve_routes(server: Flask, archive: Archive) -> None:
    """Serve three addresses that take the query of the explore page.

    `/claims.csv?…` has the claims of a view in the order of its table, `/all.csv` every claim, `/figure.json?…` one
    chart of a view with what its tooltips say, `chart=` its number on the page and `scheme=` light or dark. A query
    that makes no sense is answered with 400 and one sentence for each fault (half a table is no answer to a program),
    a chart that is not there with 404, a store that cannot be read with 503 and its reason.
    """

    @server.get("/claims.csv")
    def claims_csv() -> Response:
        return _csv(archive, request.args.to_dict(flat=False), "trade-figures-view.csv")

    @server.get("/all.csv")
    def all_csv() -> Response:
        return _csv(archive, {}, "trade-figures.csv")

    @server.get("/figure.json")
    def figure_json() -> Response:
        query = request.args.to_dict(flat=False)
        number, scheme = query.pop("chart", [""])[-1], query.pop("scheme", [""])[-1]
        return _figure(archive, query, number, scheme)

    @server.errorhandler(TradeFiguresError)
    def explain(error: TradeFiguresError) -> Response:
        answer = _text(str(error), 503)
        if isinstance(error, StillReadingError):
            answer.headers["Retry-After"] = "2"
        return answer


def _csv(archive: Archive, query: dict[str, list[str]], name: str) -> Response:
    selection, problems = read_query(query, archive.snapshot())
    if problems:
        return _text("\n".join(problems), 400)
    body = to_csv(archive.view(selection).claims[[column.name for column in COLUMNS]])
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"}
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)


def _figure(archive: Archive, query: dict[str, list[str]], number: str, scheme: str) -> Response:
    selection, _ = read_query(query, archive.snapshot())
    charts = archive.view(selection).charts
    if not (number.isascii() and number.isdigit() and int(number[:6]) < len(charts)):
        return _text("This view has no such chart; the store may have changed: reload the page.", 404)
    chart = charts[int(number)]
    drawing = figure_of(chart, "dark" if scheme == "dark" else "light")
    told = json.dumps(details(chart.shown, chart.observations))
    body = f'{{"figure":{drawing.to_json()},"details":{told}}}'
    return Response(body, content_type="application/json", headers={"Cache-Control": "no-cache"})


def _text(message: str, status: int) -> Response:
    return Response(f"{message}\n", status=status, content_type="text/plain; charset=utf-8")
