"""Pages with an address of their own: from a figure of a text to its page, its series, its checks, and back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from etl.frame import claim_id
from tests.browser.conftest import PATIENCE, Open
from tests.sample_store import CONFLICT, FISCAL, LEDGER

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE)

AT = LEDGER.text.index("$920 million")
CLAIM = claim_id(LEDGER.id, AT, AT + len("$920 million"))
TEXT = f"/document/{LEDGER.id}"


def test_a_number_that_was_not_used_tells_its_reason_to_keys_and_to_a_finger(open_page: Open) -> None:
    reason = "Not used: a count of people"
    page = open_page(TEXT)
    page.locator(".text .unused").wait_for()
    page.get_by_role("link", name="$920 million").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("note", name=reason)).to_be_focused()
    expect(page.locator(".mark-note")).to_have_text(reason)
    page.keyboard.press("Escape")
    expect(page.locator(".mark-note")).to_be_hidden()
    telephone = open_page(TEXT, width=390, height=844, has_touch=True, is_mobile=True)
    telephone.locator(".text .unused").tap()
    note = telephone.locator(".mark-note")
    expect(note).to_have_text(reason)
    box = note.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    telephone.get_by_role("heading", name="Two fiscal years").tap()
    expect(note).to_be_hidden()


def test_from_a_figure_of_a_text_to_its_page_and_its_series_and_back_to_the_same_place(open_page: Open) -> None:
    page = open_page(TEXT)
    page.get_by_role("link", name="$920 million").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("$667 m / $920 m")
    page.get_by_role("link", name="All figures of this series").click()
    expect(page).to_have_url(re.compile(r"/series/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Trade")
    page.go_back()
    expect(page).to_have_url(re.compile(r"/observation/"))
    expect(page.get_by_role("heading", name="Who says so")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile(rf"{TEXT}\?claim={CLAIM}$"))
    expect(page.locator("mark").filter(has_text="$920 million")).to_be_in_viewport()


def test_a_figure_leads_to_each_of_its_sources_at_the_place_it_stands(open_page: Open) -> None:
    page = open_page(f"{TEXT}?claim={CLAIM}", width=390, height=240)
    expect(page.locator("mark.pointed a")).to_be_focused()
    page.locator("mark.pointed a").click()
    page.get_by_role("row").filter(has_text="The Ledger").get_by_role("link").click()
    expect(page.locator("mark.pointed")).to_have_text("$920 million")
    expect(page.locator("mark.pointed")).to_be_in_viewport()


def test_a_figure_of_the_chart_of_a_series_opens_its_page(open_page: Open) -> None:
    page = open_page(f"/series/{FISCAL}")
    chart = page.get_by_role("application")
    chart.locator(".main-svg").first.wait_for()
    page.wait_for_function("() => document.querySelector('.chart-frame').told")
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tip-body")).to_contain_text("$388 m")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/observation/{CONFLICT}$"))
    expect(page).to_have_title(re.compile("^\\$667 m / \\$920 m, Trade between Russia and Pakistan"))
    page.go_back()
    chart.locator(".main-svg").first.wait_for()
    page.wait_for_function("() => document.querySelector('.chart-frame').told")
    mark = chart.locator(".scatterlayer .trace .points path").last
    mark.hover(force=True)
    expect(page.locator(".tip-body")).to_be_visible()
    mark.click(force=True)
    expect(page).to_have_url(re.compile("/observation/"))


def test_a_check_leads_to_its_figure(open_page: Open) -> None:
    page = open_page("/checks")
    page.locator(".check-list h2 a").first.click()
    expect(page).to_have_url(re.compile("/observation/"))
    expect(page.get_by_role("heading", name="What it is set against")).to_be_visible()
