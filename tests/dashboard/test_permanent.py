"""The permanent pages: a figure with all that is said of it, a series with its figures."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

from dashboard.data import Archive, Row, View, records
from dashboard.pages import observation, series
from tests.sample_store import CONFLICT, FISCAL


def words(node: Any) -> list[str]:  # noqa: ANN401  whatever a component holds
    """Every text of a component, in reading order."""
    if isinstance(node, (list, tuple)):
        return [text for child in node for text in words(child)]
    if isinstance(node, Component):
        return words(getattr(node, "children", None))
    return [node] if isinstance(node, str) else []


def table(node: Any) -> list[list[str]]:  # noqa: ANN401
    """The rows of the tables of a component, the texts of a row joined by cell."""
    found = [row for row in _walk(node) if type(row).__name__ == "Tr"]
    return [["".join(words(cell)) for cell in row.children] for row in found]


def _walk(node: Any) -> list[Component]:  # noqa: ANN401
    if isinstance(node, (list, tuple)):
        return [each for child in node for each in _walk(child)]
    if isinstance(node, Component):
        return [node, *_walk(getattr(node, "children", None))]
    return []


def of_conflict(view: View) -> Row:
    """The observation on which two sources of the sample store disagree."""
    found = view.observations
    return records(found[found["agreement"] == "conflict"])[0]


def test_a_figure_tells_who_said_it_first_and_how_all_stood_then(archive: Archive, view: View) -> None:
    page = observation.layout(archive, of_conflict(view)["observation_id"])
    assert table(page) == [
        ["Published", "Who", "Figure", "How", "All then"],
        ["13 Oct 2023", "The Ledger", "$920 m", "says it first", "One source"],
        ["7 Mar 2024", "Chamber Monthly", "$667 m", "says it first", "Sources disagree: 2 sources"],
    ]
    chosen = "Of several figures $667 m stands: the one published last. Its sources leave $667 m to $925 m possible."
    assert chosen in words(page)
    assert "Before: $388 m, FY2021–22 (Jul–Jun)" in words(page)


def test_a_series_lists_its_figures_with_a_link_to_each_and_how_they_changed(archive: Archive, view: View) -> None:
    name = of_conflict(view)["series_id"]
    page = series.layout(archive, name)
    assert table(page) == [
        ["Period", "Figure", "Sources", "Agreement"],
        ["FY2021–22 (Jul–Jun)", "$388 m", "1", "One source"],
        ["FY2022–23 (Jul–Jun)", "$667 m / $920 m", "2", "Sources disagree"],
        ["Period", "Published", "Who", "Figure", "All then"],
        ["FY2022–23 (Jul–Jun)", "13 Oct 2023", "The Ledger", "$920 m", "One source"],
        ["", "7 Mar 2024", "Chamber Monthly", "$667 m", "Sources disagree: 2 sources"],
    ]
    ways = [str(getattr(each, "href", "")) for each in _walk(page)]
    links = [way for way in ways if way.startswith("/observation/")]
    assert links == [f"/observation/{row}" for row in view.observations.query("series_id == @name")["observation_id"]]


def test_a_series_of_several_periods_has_its_chart_and_one_figure_has_none(archive: Archive) -> None:
    addresses = [
        [each.to_plotly_json()["props"].get("data-figure") for each in _walk(series.layout(archive, name))]
        for name in (FISCAL, "price.of-wheat.rus-to-pak.price.price-usd-mass.calendar-year")
    ]
    shown = [[address for address in found if address] for found in addresses]
    assert shown == [[f"/figure.json?series={FISCAL}&chart=0"], []]


def test_the_window_of_a_permanent_page_names_what_it_shows(archive: Archive) -> None:
    assert [page.title(archive, name) for page, name in ((observation, CONFLICT), (series, FISCAL))] == [
        "$667 m / $920 m, Trade between Russia and Pakistan, FY2022–23 (Jul–Jun) · trade-figures",
        "Trade between Russia and Pakistan, USD, fiscal year Jul–Jun · trade-figures",
    ]
    assert [page.title(archive, "nothing") for page in (observation, series)] == [
        "Figure · trade-figures",
        "Series · trade-figures",
    ]
