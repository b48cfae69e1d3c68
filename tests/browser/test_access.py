"""For everybody: what axe finds on each page, light and dark, wide and narrow, and what keys alone can do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboard.components.shell import PAGES as ROW
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


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_the_smallest_telephone(open_page: Open, path: str) -> None:
    page = open_page(path, width=320, height=568)
    page.locator(PAGES[path]).first.wait_for(state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_telephone_has_every_page_in_a_menu_by_touch_and_by_keys(open_page: Open) -> None:
    page = open_page("/documents", width=320, height=568, has_touch=True)
    pages, menu = page.get_by_role("navigation", name="Pages"), page.get_by_role("banner").get_by_text("Menu")
    expect(pages.get_by_role("link")).to_have_count(0)
    menu.tap()
    expect(pages.get_by_role("link")).to_have_text([name for name, _ in ROW])
    expect(pages.get_by_role("link", name="Documents")).to_have_attribute("aria-current", "page")
    for link in pages.get_by_role("link").all():
        expect(link).to_be_in_viewport(ratio=1)
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(pages.get_by_role("link")).to_have_count(0)
    page.keyboard.press("Enter")
    for _ in ROW:
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="About these figures")).to_be_visible()


@pytest.mark.parametrize("width", [1920, 2560, 3840])
def test_a_large_window_shows_charts_beside_each_other_and_stretches_none(open_page: Open, width: int) -> None:
    page = open_page("/", width=width, height=width * 9 // 16)
    page.locator(".chart-frame .main-svg").nth(1).wait_for()
    first, second = (card.bounding_box() for card in page.locator(".charts .card").all())
    assert first is not None
    assert second is not None
    assert first["y"] == second["y"]
    assert [first["width"], second["width"]] == pytest.approx([1100, 540], abs=100)


@pytest.mark.parametrize(
    ("locale", "shown", "day", "figure"),
    [
        ("de-DE", ["660.000.000", "2. Okt. 2024", "1.020.000.000", "2. Okt. 2024"], "13. Okt. 2023", "$1,02 bn"),
        ("en-US", ["660,000,000", "2024-10-02", "1,020,000,000", "2024-10-02"], "13 Oct 2023", "$1.02 bn"),
    ],
)
def test_numbers_and_days_are_in_the_form_of_the_reader(
    open_page: Open, locale: str, shown: list[str], day: str, figure: str
) -> None:
    page = open_page("/?metric=trade_turnover", width=2560, locale=locale)
    rows = page.locator("#table .ag-row").filter(has_text="$1.02 billion")
    expect(rows.locator("[col-id=value], [col-id=published]")).to_have_text(shown)
    page.get_by_role("application").first.focus()
    page.keyboard.press("End")
    expect(page.locator(".tip-body")).to_contain_text(figure)
    expect(page.locator(".tip-body")).to_contain_text("$1.02 billion")
    page = open_page("/documents", locale=locale)
    expect(page.locator("time[datetime='2023-10-13']")).to_have_text(day)
    expect(page.locator("html")).to_have_attribute("lang", "en")
