"""A view, a chart or some claims → menus of what can be taken out of the page: files, pictures, code, citations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.components.markup import aria, data
from dashboard.data import Row
from etl.export import FORMS, cite

__all__ = ["chart_outlets", "citation_menu", "menu", "view_outlets"]

_FILES = (
    ("Claims, CSV", "/claims.csv"),
    ("Figures, CSV", "/observations.csv"),
    ("Checks, CSV", "/checks.csv"),
    ("Claims for Excel, CSV", "/claims.csv?bom=1"),
    ("Data package, zip", "/package.zip"),
    ("Citations, text", "/citations.txt"),
    ("Citations, BibTeX", "/citations.bib"),
    ("Citations, CSL-JSON", "/citations.json"),
    ("Every claim of the store, CSV", "/all.csv"),
)
_CODE = (
    ("JSON of the claims", "/api/v1/claims"),
    ("JSON of the figures", "/api/v1/observations"),
    ("What the JSON means (OpenAPI)", "/openapi.json"),
)
# They are the same whatever is chosen.
_WHOLE = {"/all.csv", "/openapi.json"}


def view_outlets(query: str) -> list[Component]:
    """What can be taken of a view: files to download, and addresses to program with."""
    files = [html.A(name, href=_with(path, query), download="") for name, path in _FILES]
    python = html.Button("Copy Python with pandas", **data(copy_from=_with("/snippet.py", query)))
    code = [html.A(name, href=_with(path, query), target="_blank") for name, path in _CODE]
    return [menu("Download", files), menu("Use this data", [python, *code])]


def chart_outlets(query: str, number: int, title: str) -> Component:
    """What can be taken of a chart: pictures, which the browser makes, and a page with its citations."""
    drawing = _with(f"/figure.json?chart={number}&caption=1", query)
    file = "-".join(["trade-figures", *re.findall(r"\w+", title.lower())])
    pictures = [
        html.Button(f"Picture, {name}", **data(picture=form, drawing=drawing, name=file))
        for form, name in (("png", "PNG"), ("svg", "SVG"))
    ]
    page = html.A("Page with its sources, HTML, 1.2 MB", href=_with(f"/chart.html?chart={number}", query), download="")
    return menu("Take this chart", [*pictures, page], label=f"Take this chart: {title}")


def citation_menu(claims: Sequence[Row], label: str = "Copy citation") -> Component:
    """The citations of some claims, to copy in any of their forms."""
    buttons = [html.Button(form.title, **data(copy=cite(claims, name))) for name, form in FORMS.items()]
    return menu(label, buttons)


def menu(name: str, entries: Sequence[Component], label: str = "") -> Component:
    """A button that shows its entries: HTML's own, so that keys and screen readers know it."""
    summary = html.Summary(name, className="button", **(aria(label=label) if label else {}))
    return html.Details([summary, html.Div(list(entries), className="menu-entries")], className="menu")


def _with(path: str, query: str) -> str:
    """The address with the query of the view behind it."""
    if not query or path in _WHOLE:
        return path
    return f"{path}{'&' if '?' in path else '?'}{query}"
