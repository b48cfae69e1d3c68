"""Facet counts → the filters of the explore page."""

from __future__ import annotations

from dataclasses import dataclass

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components.chart_menu import choice
from dashboard.components.markup import aria, data
from dashboard.data import FACETS, Facet, Option, Selection, View
from dashboard.form import whole
from dashboard.words import count, facet_value, unit_name

__all__ = ["Boxes", "boxes", "facets", "filter_count", "year_bars"]

# Values a facet lists at first, and how many more it lists each time it is asked for more.
_FIRST, _MORE = 10, 40
_CLOSED = {"series", "reporter", "frequency", "publisher"}
# A facet with fewer values leaves nothing to choose.
_FEWEST = 2
_SOURCES = [("1", "Any number"), ("2", "2 or more"), ("3", "3 or more"), ("5", "5 or more")]


@dataclass(frozen=True)
class Boxes:
    """The values of a facet to tick, what the button for more of them says, and how it is displayed."""

    boxes: list[Component]
    more: str
    display: dict[str, str]


def boxes(view: View, facet: str, find: str = "", asked: int = 0) -> Boxes:
    """The values of a facet whose words have `find` in them; `asked` is how often more of them were asked for."""
    words = find.casefold().split()

    def matches(value: str) -> bool:
        label = _label(view, facet, value).casefold()
        return all(word in label for word in words)

    most = _FIRST + _MORE * asked
    found = view.count_options(facet, most, matches if words else None)
    left = found.total - most
    listed = [_box(_label(view, facet, option.value), option) for option in found.shown]
    if words and not found.total:
        listed.append(html.P("Nothing has these words.", className="quiet"))
    return Boxes(listed, f"Show more ({whole(left)} left)", {} if left > 0 else {"display": "none"})


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
    sections = [_facet(facet, view) for facet in FACETS]
    return html.Aside(
        [head, *sections[:3], _period(view), *sections[3:], _sources(view)],
        id=ids.FILTERS,
        className="filters",
        **aria(label="Filters"),
    )


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


def _facet(facet: Facet, view: View) -> Component:
    """The values of a facet; it is hidden where the store has no two of them to choose from."""
    number, chosen = view.snapshot.count_values(facet.name), list(view.selection.chosen(facet.name))
    made = boxes(view, facet.name)
    find: Component = dmc.TextInput(
        id=ids.part(ids.FIND, facet.name),
        placeholder=f"Search {whole(number)}",
        debounce=250,
        size="xs",
        className="find",
        display=None if number > _FIRST else "none",
        **aria(label=f"Search: {facet.title}"),
    )
    group = html.Div(
        dmc.CheckboxGroup(
            html.Div(made.boxes, id=ids.part(ids.BOXES, facet.name), className="checklist"),
            id=ids.part(ids.FACET, facet.name),
            value=chosen,
        ),
        role="group",
        **aria(label=facet.title),
    )
    more = html.Button(
        made.more, id=ids.part(ids.MORE, facet.name), n_clicks=0, className="show-more", style=made.display
    )
    return html.Details(
        [html.Summary(facet.title), find, group, more],
        open=facet.name not in _CLOSED or bool(chosen),
        className="facet",
        hidden=number < _FEWEST and not chosen,
    )


def _box(label: str, option: Option) -> Component:
    """A box to tick: the words of the value, and how many claims it has."""
    box: Component = dmc.Checkbox(
        label=[html.Span(label), html.Span(whole(option.count), className="number")],
        value=option.value,
        size="xs",
        className="choice",
    )
    return box


def _label(view: View, facet: str, value: str) -> str:
    if facet != "series":
        return facet_value(facet, value)
    title, unit = view.snapshot.series.named(value)
    return f"{title}, {unit_name(unit)}" if unit else title


def _sources(view: View) -> Component:
    """How many independent sources a figure must have."""
    return html.Div(choice("sources", view.selection, _SOURCES), className="facet")


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
