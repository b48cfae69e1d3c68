"""The filters beside the charts: the values each lists, what a search among them finds, and what is not drawn."""

from __future__ import annotations

from typing import Any

import pytest
from dash.development.base_component import Component

from dashboard import ids
from dashboard.components import facets as made
from dashboard.components.facets import boxes, facets
from dashboard.data import FACETS, Archive, Selection


def words(box: Component) -> tuple[str, ...]:
    """What one reads of a box to tick, or of what stands in its place."""
    parts: Any = getattr(box, "label", None)
    return (str(box.children),) if parts is None else tuple(str(part.children) for part in parts)


@pytest.mark.parametrize(
    ("facet", "find", "asked", "listed", "more"),
    [
        pytest.param("metric", "", 0, [("Trade turnover", "9")], "Show more (2 left)", id="the first"),
        pytest.param("metric", "", 1, 3, "", id="and more where they are asked for"),
        pytest.param("metric", "EXP", 0, [("Exports", "2")], "", id="those that have the words, however written"),
        pytest.param("metric", "turnover trade", 0, [("Trade turnover", "9")], "", id="words in any order"),
        pytest.param("metric", "zinc", 0, [("Nothing has these words.",)], "", id="none"),
        pytest.param("series", "russia pak", 0, 1, "Show more (2 left)", id="series by their titles"),
    ],
)
def test_the_values_a_facet_lists(
    archive: Archive,
    monkeypatch: pytest.MonkeyPatch,
    facet: str,
    find: str,
    asked: int,
    listed: int | list[tuple[str, ...]],
    more: str,
) -> None:
    monkeypatch.setattr(made, "_FIRST", 1)
    found = boxes(archive.view(Selection()), facet, find, asked)
    seen = [words(box) for box in found.boxes]
    assert (len(seen) if isinstance(listed, int) else seen) == listed
    assert ("" if found.display else found.more) == more


def test_what_is_chosen_is_listed_whatever_is_searched_for(archive: Archive) -> None:
    found = boxes(archive.view(Selection(metric=("exports",))), "metric", "turnover")
    assert [words(box)[0] for box in found.boxes] == ["Trade turnover", "Exports"]


def test_a_chosen_series_within_a_chart_is_listed_by_its_title(archive: Archive) -> None:
    series = archive.snapshot().series.table.iloc[0]
    found = boxes(archive.view(Selection(series=(series["series_id"],))), "series", "nothing like it")
    assert words(found.boxes[0]) == (series["title"], str(series["claims"]))


def test_a_facet_with_nothing_to_choose_is_not_shown_but_where_it_is_chosen(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown(selection: Selection) -> list[str]:
        sections = {each.children[0].children: each for each in facets(archive.view(selection)).children[1:-1]}
        return [facet.title for facet in FACETS if not sections[facet.title].hidden]

    assert shown(Selection()) == [facet.title for facet in FACETS if facet.name != "review"]
    monkeypatch.setattr(made, "_FEWEST", 1_000)
    assert shown(Selection(metric=("exports",))) == ["What is measured"]


def test_how_many_sources_a_figure_must_have_can_be_chosen(archive: Archive) -> None:
    *_, section = facets(archive.view(Selection(sources=2))).children
    select = section.children
    assert select.id == ids.part(ids.LOOK, "sources")
    assert (select.value, [option["value"] for option in select.data]) == ("2", ["1", "2", "3", "5"])
