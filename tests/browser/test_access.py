"""For everybody: what axe finds on each page, light and dark, wide and narrow, and what keys alone can do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE, Open
from tests.sample_store import CONFLICT, FISCAL, LEDGER

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE)

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Each page, and what is there when it is ready.
PAGES = {
    "/": ".chart-frame .main-svg",
    "/?status=potential&from=2020": ".face",
    "/checks?verdict=holds": ".check-list",
    "/documents": "table",
    f"/document/{LEDGER.id}": "mark",
    f"/series/{FISCAL}": ".chart-frame .main-svg",
    f"/observation/{CONFLICT}": ".citation",
    "/add": "#add-drop[data-seen]",
    "/about": "table",
    "/nowhere": ".face",
}


def faults(page: Page) -> list[str]:
    """What axe finds that hinders people, one line an element."""
    found: list[dict[str, Any]] = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [
        f"{each['impact']}: {each['id']}: {node['html'][:160]}: {node.get('failureSummary', '')[:300]}"
        for each in found
        for node in each["nodes"]
        if each["impact"] in {"moderate", "serious", "critical"}
    ]


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_that_hinders_people(open_page: Open, path: str) -> None:
    found = {}
    for scheme, width in (("light", 1280), ("dark", 390)):
        page = open_page(path, width=width, color_scheme=scheme)
        page.locator(PAGES[path]).first.wait_for()
        if lines := faults(page):
            found[f"{scheme} {width}"] = lines
    assert json.dumps(found, indent=1) == "{}"


def test_axe_finds_nothing_in_the_open_panel(open_page: Open) -> None:
    page = open_page()
    page.locator(".chart-frame .main-svg").first.wait_for()
    page.get_by_role("application").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_role("complementary", name="Sources of a figure").get_by_role("heading").first.wait_for()
    assert faults(page) == []
