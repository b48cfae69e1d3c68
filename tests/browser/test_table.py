"""The table of claims in a browser: order and filters are part of the address, and a block that fails says so."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.test_dashboard import drawn

ROWS = "#table .ag-center-cols-container .ag-row"


def test_a_link_orders_and_narrows_the_table_and_the_heads_show_it(open_page: Open) -> None:
    page = drawn(open_page("/?metric=exports&sort=-value&where=value%3E5"), charts=1)
    expect(page.locator(ROWS)).to_have_count(2)
    expect(page.locator("#table-found")).to_have_text("2 of them pass the filters of the table.")
    expect(page.locator(f"{ROWS} [col-id=value]")).to_have_text(["1,200,000", "900,000"])
    page.locator("#table [role=columnheader][col-id=value]").get_by_text("Value").click()
    expect(page).to_have_url(re.compile(r"/\?metric=exports&where=value%3E5$"))
    expect(page.locator(ROWS)).to_have_count(2)


def test_rows_that_do_not_come_are_told_and_asked_for_again(open_page: Open) -> None:
    page = open_page()
    page.route("**/rows.json*", lambda route: route.fulfill(body="gone"))
    page.reload()
    page.locator("#table").scroll_into_view_if_needed()
    expect(page.locator("#table-fault")).to_contain_text("could not be loaded")
    page.unroute("**/rows.json*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#table-fault")).to_be_hidden()
    expect(page.get_by_role("gridcell", name="900,000 tonnes")).to_be_visible()


def test_the_script_of_the_table_comes_after_the_chart_and_is_asked_for_again_where_it_did_not(open_page: Open) -> None:
    page = open_page("/about")
    page.route("**/dash_ag_grid.min.js", lambda route: route.fulfill(body=""))
    page.goto(page.url.replace("/about", "/?metric=exports"))
    expect(page.get_by_text("Some rows could not be loaded")).to_be_visible()
    expect(page.locator(".chart-frame .main-svg").first).to_be_visible()
    page.unroute("**/dash_ag_grid.min.js")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(ROWS)).to_have_count(2)
    expect(page.locator("#table-fault")).to_be_hidden()


def test_a_view_without_charts_has_its_table_at_once(open_page: Open) -> None:
    page = open_page("/?q=nothing+of+the+kind")
    expect(page.locator("#table")).to_contain_text("No Rows To Show")


def test_columns_are_chosen_and_the_browser_keeps_the_choice(open_page: Open) -> None:
    page = open_page("/?metric=exports", width=1800)
    heads = page.locator(".ag-header-cell-text")
    expect(heads.first).to_have_text("What is measured")
    page.get_by_text("Columns", exact=True).click()
    columns = page.get_by_role("group", name="Columns of the table")
    columns.get_by_role("checkbox", name="Who", exact=True).uncheck()
    columns.get_by_role("checkbox", name="Who is quoted").check()
    expect(heads.filter(has_text=re.compile(r"^Who$"))).to_have_count(0)
    for name in ("As written", "Said as", "Goods", "Status", "Publisher", "Title", "Quote"):
        columns.get_by_role("checkbox", name=name, exact=True).uncheck()
    expect(heads.filter(has_text="Who is quoted")).to_be_visible()
    page.reload()
    expect(heads.filter(has_text="Who is quoted")).to_be_visible()
    expect(heads.filter(has_text=re.compile(r"^Who$"))).to_have_count(0)
