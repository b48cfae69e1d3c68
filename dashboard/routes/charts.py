"""A chart of a view → its drawing and tooltips for the browser, and a page of its own that opens without a server."""

from __future__ import annotations

import orjson
import plotly.graph_objects as go
from flask import Response

from dashboard.components.charts import chart_caption, drawing_of, figure_of, left_out
from dashboard.components.tooltip import details
from dashboard.data import Chart, Checked
from dashboard.figures.picture import with_caption
from dashboard.routes.asking import Asked, Extra, Route, without
from dashboard.routes.files import attached
from dashboard.standalone import standalone
from dashboard.theme import SchemeName
from dashboard.words import chosen_in_words
from etl.errors import TradeFiguresError

__all__ = ["CHARTS", "NoChartError"]

_CHART = Extra("chart", "the number of a chart of the view, from 0", "0", most=99_999)
_SCHEME = Extra("scheme", "the colours", "light", ("light", "dark"))
_CAPTION = Extra("caption", "1 puts the caption into the drawing, for a picture of it", "0", ("0", "1"))


# The caption of the page tells what these did.
_TOLD = ("transform", "base", "currency", "clock", "scale", "layout", "page")

# A store of so many claims is checked in a second or two.
_SMALL, _PATIENCE = 20_000, 2.0


class NoChartError(TradeFiguresError, LookupError):
    """A chart that the view does not have."""


def _drawing(asked: Asked) -> Response:
    chart, scheme = _chart(asked), _scheme(asked)
    checked = _checked(asked)
    drawing = drawing_of(chart, scheme, checked)
    if drawing is not None and asked.extras["caption"] == "1":
        drawing = with_caption(go.Figure(drawing), _caption(asked, chart), scheme).to_plotly_json()
    tooltips = details(chart.shown, chart.observations, chart.drawn.observations, checked)
    told = {"figure": drawing, "title": chart.title, "details": tooltips, "left_out": left_out(chart)}
    return Response(orjson.dumps(told), content_type="application/json")


def _page(asked: Asked) -> Response:
    chart, scheme = _chart(asked), _scheme(asked)
    figure = figure_of(chart, scheme, _checked(asked))
    if figure is None:
        message = f"No figure of this chart can be drawn so. {'. '.join(left_out(chart))}"
        raise NoChartError(message)
    page = standalone(figure, chart, asked.view, title=chart.title, caption=_caption(asked, chart), scheme=scheme)
    return attached([page.encode()], "text/html; charset=utf-8", asked.file_name(f"chart {chart.title}", "html"))


def _checked(asked: Asked) -> Checked | None:
    """The checks, for their flags; a drawing of a large store does not wait for them."""
    return asked.version.checks(_PATIENCE if len(asked.snapshot) <= _SMALL else 0)


def _chart(asked: Asked) -> Chart:
    charts, number = asked.view.charts, asked.number("chart")
    if number >= len(charts):
        message = "This view has no such chart; the store may have changed: reload the page."
        raise NoChartError(message)
    return charts[number]


def _caption(asked: Asked, chart: Chart) -> str:
    """The sources of the chart, what was done to its figures, and what was chosen beside that."""
    chosen = "; ".join(chosen_in_words(without(asked.selection, *_TOLD)))
    stated = chart_caption(chart)
    return ". ".join(part for part in (stated, chosen, "Read by trade-figures, each figure with its quote") if part)


def _scheme(asked: Asked) -> SchemeName:
    return "dark" if asked.extras["scheme"] == "dark" else "light"


CHARTS: tuple[Route, ...] = (
    Route(
        "/figure.json",
        "The drawing of a chart of a view for plotly.js, and what its tooltips say.",
        "application/json",
        _drawing,
        (_CHART, _SCHEME, _CAPTION),
        is_kept=True,
        is_apart=True,
    ),
    Route(
        "/chart.html",
        "A chart of a view with its citations in one file, which opens without a network (1.2 MB).",
        "text/html",
        _page,
        (_CHART, _SCHEME),
    ),
)
