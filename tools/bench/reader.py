"""A reader of the dashboard, for locust: looks at charts, points of the table, filters and days, and thinks between.

`tools.bench.dashboard` runs twenty of them; by hand: `locust -f tools/bench/reader.py --host http://127.0.0.1:8050`.
"""

from __future__ import annotations

import random
from typing import Any

from locust import HttpUser, between, task

CHARTS, ROWS = 12, 100
_FILTERS = 0.5  # so often a metric is chosen too
METRICS = ("exports", "imports", "trade_turnover")


class Reader(HttpUser):
    """Asks every second or two for what a page asks for."""

    wait_time = between(0.5, 1.5)

    @task(4)
    def chart(self) -> None:
        """A chart comes near the window."""
        self.client.get(f"/figure.json?chart={random.randrange(CHARTS)}&{_filter()}", name="a chart")  # noqa: S311

    @task(3)
    def rows(self) -> None:
        """The table is scrolled."""
        start = ROWS * random.randrange(50)  # noqa: S311
        self.client.get(f"/rows.json?start={start}&rows={ROWS}&{_filter()}", name="rows of the table")

    @task(1)
    def sorted_rows(self) -> None:
        """The table is put in another order."""
        self.client.get(f"/rows.json?start=0&rows={ROWS}&sort=-value&{_filter()}", name="the table in another order")

    @task(2)
    def page(self) -> None:
        """The page of some filters is opened."""
        self.client.post("/_dash-update-component", json=_page(f"?{_filter()}"), name="the page with other filters")

    @task(1)
    def day(self) -> None:
        """The page of a day is opened."""
        search = f"?as_of=20{random.randrange(12, 25)}-06-30"  # noqa: S311
        self.client.post("/_dash-update-component", json=_page(search), name="the page of another day")


def _filter() -> str:
    chosen = [f"metric={random.choice(METRICS)}"] if random.random() < _FILTERS else []  # noqa: S311
    return "&".join([*chosen, f"from={random.randrange(2000, 2016)}"])  # noqa: S311


def _page(search: str) -> dict[str, Any]:
    """What Dash asks when an address is opened."""
    location = "_pages_location"
    inputs = [
        {"id": location, "property": name, "value": value} for name, value in (("pathname", "/"), ("search", search))
    ]
    outputs = [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}]
    return {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": outputs,
        "inputs": inputs,
        "changedPropIds": [f"{location}.search"],
    }
