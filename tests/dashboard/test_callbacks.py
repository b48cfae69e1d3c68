"""What happens on a page, asked of the server as the browser asks: filters and the source panel."""

from __future__ import annotations

import json
from typing import Any

from flask.testing import FlaskClient

from dashboard import ids
from dashboard.data import FACETS, View

Json = dict[str, Any]

FACET_IDS = [{"index": facet.name, "type": "facet"} for facet in FACETS]
BOX_IDS = [{"index": facet.name, "type": "boxes"} for facet in FACETS]
EVERY_BOX = '{"index":["ALL"],"type":"boxes"}'


def post(client: FlaskClient, body: Json) -> Json:
    """The answer to a callback: component → its new properties."""
    response = client.post("/_dash-update-component", json=body)
    assert response.status_code == 200, response.text
    answer: Json = response.get_json()["response"]
    return answer


def choose(client: FlaskClient, years: tuple[int, int] = (2017, 2023), **chosen: list[str]) -> Json:
    """What the page becomes after a reader has set the filters."""
    single = [(ids.RESULTS, "children"), (ids.TABLE, "rowData"), (ids.TABLE, "style"), (ids.TABLE_CAPTION, "children")]
    single += [(ids.SUMMARY, "children"), (ids.SPREAD, "children")]
    single += [(ids.FILTER_COUNT, "children"), (ids.OUTLETS, "children"), (ids.QUERY, "data")]
    outputs: list[Json | list[Json]] = [{"id": name, "property": prop} for name, prop in single]
    outputs.append([{"id": boxes, "property": "children"} for boxes in BOX_IDS])
    values = [{"id": facet, "property": "value", "value": chosen.get(facet["index"], [])} for facet in FACET_IDS]
    return post(
        client,
        {
            "output": ".." + "...".join([*(f"{name}.{prop}" for name, prop in single), f"{EVERY_BOX}.children"]) + "..",
            "outputs": outputs,
            "inputs": [values, {"id": ids.PERIOD, "property": "value", "value": list(years)}],
            "changedPropIds": [f"{ids.PERIOD}.value"],
            "state": [[{"id": facet, "property": "id", "value": facet} for facet in FACET_IDS]],
        },
    )


def words(node: Any) -> str:  # noqa: ANN401  the JSON of a component, a list of them, or text
    """What a reader reads of a tree as the browser gets it."""
    if isinstance(node, list):
        return "".join(map(words, node))
    return words(node["props"].get("children")) if isinstance(node, dict) else str(node or "")


def test_a_filter_changes_charts_table_counts_address_and_download_together(client: FlaskClient) -> None:
    page = choose(client, metric=["exports"])
    assert [row["written"] for row in page[ids.TABLE]["rowData"]] == ["1.2 million tonnes", "900,000 tonnes"]
    assert page[ids.QUERY]["data"] == "metric=exports"
    assert "'href': '/claims.csv?metric=exports'" in str(page[ids.OUTLETS]["children"])
    assert page[ids.SUMMARY]["children"] == "2 claims from 1 document, published 2024"
    assert page[ids.FILTER_COUNT]["children"] == "Filters (1)"
    boxes = page[json.dumps({"index": "publisher", "type": "boxes"}, separators=(",", ":"))]["children"]
    assert [(box["props"]["value"], words(box["props"]["label"])) for box in boxes] == [
        ("Northern Wire", "Northern Wire2")
    ]


def test_the_slider_at_its_ends_leaves_the_period_open(client: FlaskClient) -> None:
    assert choose(client)[ids.QUERY]["data"] == ""
    assert choose(client, years=(2018, 2023))[ids.QUERY]["data"] == "from=2018"
    assert choose(client, years=(2017, 2018))[ids.QUERY]["data"] == "to=2018"


def test_filters_that_leave_nothing_say_so(client: FlaskClient) -> None:
    page = choose(client, metric=["exports"], years=(2017, 2017))
    assert "Nothing matches these filters" in words(page[ids.RESULTS]["children"])
    assert page[ids.TABLE]["rowData"] == []


def open_panel(client: FlaskClient, opened: Json | None, query: str = "") -> str:
    """What the source panel says."""
    answer = post(
        client,
        {
            "output": f"{ids.PANEL}.children",
            "outputs": {"id": ids.PANEL, "property": "children"},
            "inputs": [{"id": ids.OPENED, "property": "data", "value": opened}],
            "changedPropIds": [f"{ids.OPENED}.data"],
            "state": [{"id": ids.QUERY, "property": "data", "value": query}],
        },
    )
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
