"""A query → the CSV of what it shows; plain addresses, so that curl and `pandas.read_csv` read them too."""

from __future__ import annotations

from flask import Flask, Response, request

from dashboard.data import Archive, Selection, read_query
from etl.errors import TradeFiguresError
from etl.export import to_csv
from etl.frame import COLUMNS

__all__ = ["serve_downloads"]


def serve_downloads(server: Flask, archive: Archive) -> None:
    """Serve `/claims.csv?…`, the claims of a view in the order of its table, and `/all.csv`, every claim.

    A query that makes no sense is answered with 400 and one sentence for each fault: half a table is no answer to a
    program. A store that cannot be read is answered with 503 and its reason.
    """

    @server.get("/claims.csv")
    def claims_csv() -> Response:
        try:
            selection, problems = read_query(request.args.to_dict(flat=False), archive.snapshot())
            return _refuse(problems) if problems else _csv(archive, selection, "trade-figures-view.csv")
        except TradeFiguresError as error:
            return _text(str(error), 503)

    @server.get("/all.csv")
    def all_csv() -> Response:
        try:
            return _csv(archive, Selection(), "trade-figures.csv")
        except TradeFiguresError as error:
            return _text(str(error), 503)


def _csv(archive: Archive, selection: Selection, name: str) -> Response:
    body = to_csv(archive.view(selection).claims[[column.name for column in COLUMNS]])
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"}
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)


def _refuse(problems: list[str]) -> Response:
    return _text("\n".join(problems), 400)


def _text(message: str, status: int) -> Response:
    return Response(f"{message}\n", status=status, content_type="text/plain; charset=utf-8")
