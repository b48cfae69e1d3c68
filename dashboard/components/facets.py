"""Facet counts → the filters of the explore page."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.markup import aria, data
from dashboard.data import FACETS, Facet, Option, Selection, View
from dashboard.words import count, facet_value

__all__ = ["MOST_OPTIONS", "checkboxes", "facets", "filter_count", "year_bars"]

MOST_OPTIONS = 200
"""Values a facet lists, those with most claims and those that are chosen; a search finds the others."""

_CLOSED = {"reporter", "frequency", "publisher"}


def facets(view: View) -> Component:
    """Every filter, set as the selection says, with the counts that hold beside the other choices."""
    head = html.Div(
        [
            html.H2("Filters"),
            html.A("Clear all", href="/", className="clear"),
            html.Button("Done", className="button sheet-close", **data(close="sheet")),
        ],
        className="filters-head",
    )
    sections = [_facet(facet, view.count_options(facet.name, MOST_OPTIONS)) for facet in FACETS]
    period = _period(view)
    return html.Aside(
        [head, *sections[:2], period, *sections[2:]],
        id=ids.FILTERS,
        className="filters",
        **aria(label="Filters"),
    )


def checkboxes(facet: Facet, options: list[Option]) -> list[Component]:
    """A box to tick for each option: its words, and how many claims it has."""
    return [
        dmc.Checkbox(
            label=[
                html.Span(facet_value(facet.name, option.value)),
                html.Span(f"{option.count:,}", className="number"),
            ],
            value=option.value,
            size="xs",
            className="choice",
        )
        for option in options
    ]


def filter_count(selection: Selection) -> str:
    """What the button that opens the filters says on a narrow screen.

    >>> filter_count(Selection(metric=("exports",)))
    'Filters (1)'
    """
    return f"Filters ({selection.size})" if selection.size else "Filters"


def year_bars(years: dict[int, int]) -> list[Component]:
    """A bar a year, as high as its share of the busiest year."""
    most = max(years.values(), default=0) or 1
    return [
        html.Div(style={"height": f"{100 * number / most:.0f}%"}, title=f"{year}: {count(number, 'claim')}")
        for year, number in years.items()
    ]


def _facet(facet: Facet, options: list[Option]) -> Component:
    boxes = html.Div(checkboxes(facet, options), id=ids.part(ids.BOXES, facet.name), className="checklist")
    chosen = [option.value for option in options if option.chosen]
    group = html.Div(
        dmc.CheckboxGroup(boxes, id=ids.part(ids.FACET, facet.name), value=chosen),
        role="group",
        **aria(label=facet.title),
    )
    is_open = facet.name not in _CLOSED or bool(chosen)
    return html.Details([html.Summary(facet.title), group], open=is_open, className="facet")


def _period(view: View) -> Component:
    """A slider over the years; hidden, but there for the callbacks, where the store has fewer than two."""
    first, last = view.snapshot.years or (2000, 2001)
    slider = dmc.RangeSlider(
        id=ids.PERIOD,
        min=first,
        max=max(last, first + 1),
        value=[view.selection.first or first, view.selection.last or last],
        minRange=0,
        step=1,
        updatemode="mouseup",
        marks=[{"value": year, "label": str(year)} for year in (first, last)],
        thumbFromLabel="First year",
        thumbToLabel="Last year",
        size="sm",
    )
    bars = html.Div(year_bars(view.count_years()), id=ids.SPREAD, className="spread", **aria(hidden="true"))
    return html.Details(
        [html.Summary("Period"), html.Div([bars, slider], className="period")],
        open=True,
        className="facet",
        hidden=first == last,
    )
