"""What a person takes out of the dashboard: files, citations, pictures, a page of its own, code."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, expect

from etl.export import from_csv
from tests.browser.conftest import PATIENCE, Open
from tests.browser.test_access import faults
from tests.browser.test_dashboard import drawn

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE)


# The rows of the table once they are all there.
TABLE = """
count => {
  const rows = [];
  dash_ag_grid.getApi("table").forEachNode(node => rows.push(node.data));
  return rows.length === count && rows.every(row => row && row.claim_id) && rows;
}
"""


@pytest.mark.parametrize(("link", "query", "charts"), [("Claims, CSV", "metric=exports", 1), ("Every claim", "", 2)])
def test_a_downloaded_csv_equals_the_table(open_page: Open, tmp_path: Path, link: str, query: str, charts: int) -> None:
    page = drawn(open_page(f"/?{query}"), charts=charts)
    page.get_by_text("Download", exact=True).click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link).click()
    waiting.value.save_as(tmp_path / "claims.csv")
    frame = from_csv((tmp_path / "claims.csv").read_bytes())
    page.locator("#table").scroll_into_view_if_needed()
    table = page.wait_for_function(TABLE, arg=len(frame)).json_value()
    names = ["claim_id", "span_text", "value", "quote"]
    assert [tuple(row[name] for name in names) for row in table] == list(
        frame[names].itertuples(index=False, name=None)
    )


def test_the_python_of_a_view_is_copied_and_runs(open_page: Open) -> None:
    page = drawn(open_page("/?metric=exports", permissions=["clipboard-read", "clipboard-write"]), charts=1)
    page.get_by_text("Use this data", exact=True).click()
    page.get_by_role("button", name="Copy Python").click()
    expect(page.locator("#live")).to_have_text("Copy Python with pandas: copied")
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    script = page.evaluate("navigator.clipboard.readText()")
    names: dict[str, pd.DataFrame] = {}
    exec(script.partition("# From the store,")[0], names)  # noqa: S102  our own script
    assert names["claims"]["span_text"].tolist() == ["1.2 million tonnes", "900,000 tonnes"]


def test_a_menu_says_that_the_server_is_gone(open_page: Open) -> None:
    page = drawn(open_page("/?metric=exports"), charts=1)
    page.route("**/figure.json*caption=1*", lambda route: route.fulfill(body="gone"))
    page.get_by_text("Take this chart").click()
    page.get_by_role("button", name="Picture, PNG").click()
    expect(page.locator("#live")).to_have_text("Picture, PNG: failed, is the server there?")


def test_a_citation_is_copied_in_the_form_one_chooses_with_the_keys(open_page: Open) -> None:
    page = drawn(open_page("/?metric=exports", permissions=["clipboard-read", "clipboard-write"]), charts=1)
    page.locator(".chart-frame").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    menu = page.locator("#panel").get_by_text("Copy citation").first
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_have_text("BibTeX: copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith("@misc{northernwire2024-")
    menu.press("Enter")
    expect(page.get_by_role("button", name="CSL-JSON").last).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#panel .menu[open]")).to_have_count(0)
    expect(page.locator("#panel h2")).to_be_visible()


@pytest.mark.parametrize(("name", "begins"), [("Picture, PNG", b"\x89PNG"), ("Picture, SVG", b"<svg")])
def test_a_picture_of_a_chart_has_its_caption(open_page: Open, tmp_path: Path, name: str, begins: bytes) -> None:
    page = drawn(open_page("/?metric=exports"), charts=1)
    page.get_by_text("Take this chart").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    waiting.value.save_as(tmp_path / "picture")
    made = (tmp_path / "picture").read_bytes()
    assert made.startswith(begins)
    if begins == b"<svg":
        assert b"latest: Northern Wire, 12 Feb 2024" in made


def test_a_standalone_chart_opens_from_a_file_and_a_dot_leads_to_its_sources(
    open_page: Open, browser: Browser, tmp_path: Path
) -> None:
    page = drawn(open_page("/?metric=exports"), charts=1)
    page.get_by_text("Take this chart").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Page with its sources").click()
    waiting.value.save_as(tmp_path / "chart.html")
    context = browser.new_context(offline=True)
    alone, errors = context.new_page(), []
    alone.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    alone.on("pageerror", lambda error: errors.append(str(error)))
    alone.goto((tmp_path / "chart.html").as_uri())
    expect(alone.locator("h1")).to_have_text("Russia: exports to Pakistan of wheat")
    alone.locator("#chart .points path").first.click(force=True)
    expect(alone.locator("tbody:target")).to_contain_text("1.2 million tonnes")
    assert errors == []
    context.close()
    tested = browser.new_context(bypass_csp=True).new_page()  # whose policy lets in no script, not even axe
    tested.goto((tmp_path / "chart.html").as_uri())
    tested.locator("#chart .main-svg").first.wait_for()
    assert faults(tested) == []
    tested.context.close()


def test_axe_finds_nothing_in_the_open_menus(open_page: Open) -> None:
    page = drawn(open_page())
    page.locator("details.menu").evaluate_all("menus => menus.forEach(menu => (menu.open = true))")
    assert page.locator(".menu-entries:visible").count() == 5
    assert faults(page) == []
