"""What happens on a page, asked of the server as the browser asks: filters and the source panel."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from dashboard import ids
from dashboard.data import FACETS, View
from tests.callbacks import Json, ask, part

NAMES = [facet.name for facet in FACETS]
LOOKS = ["sources", "transform", "base", "unit", "currency", "scale", "clock", "layout"]


def choose(
    client: FlaskClient,
    years: tuple[int, int] = (2017, 2023),
    query: str = "",
    look: Json | None = None,
    place: int = 6,
    **chosen: list[str],
) -> Json:
    """What the page becomes after a reader has set the filters and the chart menu."""
    values: Json = {f"{ids.PERIOD}.value": list(years), f"{ids.QUERY}.data": query, f"{ids.AS_OF}.value": place}
    values |= {f"facet.{name}.value": chosen.get(name, []) for name in NAMES}
    values |= {f"look.{name}.value": (look or {}).get(name, "") for name in LOOKS}
    return ask(
        client,
        f"{ids.RESULTS}.children",
        values,
        {"facet": NAMES, "boxes": NAMES, "find": NAMES, "more": NAMES, "look": LOOKS},
    )


def words(node: Any) -> str:  # noqa: ANN401  the JSON of a component, a list of them, or text
    """What a reader reads of a tree as the browser gets it."""
    if isinstance(node, list):
        return "".join(map(words, node))
    return words(node["props"].get("children")) if isinstance(node, dict) else str(node or "")


def test_a_filter_changes_charts_counts_and_address_together(client: FlaskClient) -> None:
    page = choose(client, metric=["exports"])
    assert page[ids.QUERY]["data"] == "metric=exports"
    assert page[ids.SUMMARY]["children"] == "2 claims from 1 document, published 2024"
    assert page[ids.FILTER_COUNT]["children"] == "Filters (1)"
    boxes = page[part(ids.BOXES, "publisher")]["children"]
    assert [(box["props"]["value"], words(box["props"]["label"])) for box in boxes] == [
        ("Northern Wire", "Northern Wire2")
    ]


def test_a_filter_leaves_the_order_and_the_conditions_of_the_table(client: FlaskClient) -> None:
    page = choose(client, query="metric=imports&page=2&sort=-value&where=value%3E5", metric=["exports"])
    assert page[ids.QUERY]["data"] == "metric=exports&sort=-value&where=value%3E5"


def test_the_files_are_those_of_the_address(client: FlaskClient) -> None:
    answer = ask(client, f"{ids.OUTLETS}.children", {f"{ids.QUERY}.data": "sort=-value"})
    assert "'href': '/claims.csv?sort=-value'" in str(answer[ids.OUTLETS]["children"])


def test_the_slider_at_its_ends_leaves_the_period_open(client: FlaskClient) -> None:
    assert choose(client)[ids.QUERY]["data"] == ""
    assert choose(client, years=(2018, 2023))[ids.QUERY]["data"] == "from=2018"
    assert choose(client, years=(2017, 2018))[ids.QUERY]["data"] == "to=2018"


def test_what_the_menu_sets_and_what_only_the_link_says_stay_together(client: FlaskClient) -> None:
    page = choose(client, query="q=trade&as_of=2024-12-31&page=2&scale=log", look={"transform": "growth"}, place=5)
    assert page[ids.QUERY]["data"] == "q=trade&as_of=2024-12-31&transform=growth"
    assert page[part(ids.LOOK, "base")]["display"] == "none"
    page = choose(client, look={"transform": "index", "base": "2017", "currency": "eur", "clock": "nonsense"})
    assert page[ids.QUERY]["data"] == "transform=index&base=2017&currency=EUR"
    assert page[part(ids.LOOK, "base")]["display"] is None


def test_the_day_whose_knowledge_is_shown_is_in_the_address_the_heading_and_beside_the_slider(
    client: FlaskClient,
) -> None:
    page = choose(client, place=3)
    assert page[ids.QUERY]["data"] == "as_of=2024-03-07"
    assert page[ids.SUMMARY]["children"] == (
        "7 claims from 4 documents, published 2019–2024. As known on 7 Mar 2024, without 1 document that has no date."
    )
    assert words(page[ids.AS_OF_SAID]["children"]) == "As known on 7 Mar 2024Everything known"
    page = choose(client, query="as_of=2024-03-07", metric=["exports"])
    assert page[ids.QUERY]["data"] == "metric=exports"
    assert words(page[ids.AS_OF_SAID]["children"]) == "Everything known"


def test_filters_that_leave_nothing_say_so(client: FlaskClient) -> None:
    page = choose(client, metric=["exports"], years=(2017, 2017))
    assert "Nothing matches these filters" in words(page[ids.RESULTS]["children"])


def open_panel(client: FlaskClient, opened: Json | None, query: str = "") -> str:
    """What the source panel says."""
    answer = ask(client, f"{ids.PANEL}.children", {f"{ids.OPENED}.data": opened, f"{ids.QUERY}.data": query})
    return words(answer[ids.PANEL]["children"])


def test_a_figure_opens_its_sources_as_the_filters_leave_them(client: FlaskClient, view: View) -> None:
    claim = view.claims[view.claims["span_text"] == "$920 million"].iloc[0]
    opened = {"observation": claim["observation_id"], "at": 1}
    both = open_panel(client, opened)
    assert "Sources disagree" in both
    assert "Chamber Monthly" in both
    one = open_panel(client, opened, "publisher=The+Ledger")
    assert "One source so far" in one
    assert "Chamber Monthly" not in one


def test_nothing_opened_is_an_empty_panel_and_a_figure_gone_says_so(client: FlaskClient) -> None:
    assert open_panel(client, None) == ""
    assert "this figure is gone" in open_panel(client, {"observation": "0" * 16, "at": 1})
