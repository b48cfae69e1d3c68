"""The menu above the charts: what a reader sets there is drawn, said, and in the address; keys do it all."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE, Open

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE)


_ANSWERED = 250  # milliseconds after which a list shows what a key did


def shown(page: Page, words: str) -> None:
    """Wait until the first chart says so in the line below its title."""
    expect(page.locator(".chart-frame .main-svg .gtitle").first).to_contain_text(words)


def pick(page: Page, name: str, option: str) -> None:
    """Choose from a list with the keys alone."""
    page.get_by_role("textbox", name=name).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name=option, exact=True)).to_be_visible()
    at = page.locator("[role=option][data-combobox-selected]")
    for _ in range(30):
        page.wait_for_timeout(_ANSWERED)
        if at.all_inner_texts() == [option]:
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name=name)).to_have_value(option)


def test_keys_alone_show_a_level_as_change_and_back(open_page: Open) -> None:
    page = open_page()
    shown(page, "USD million")
    pick(page, "Shown as", "Change, %")
    expect(page).to_have_url(re.compile(r"/\?transform=growth$"))
    shown(page, "Change, %")
    first = page.locator(".card").first
    expect(first.locator(".caption")).to_contain_text("100 × value / value of the year")
    expect(first.locator(".notes summary")).to_have_text(re.compile(r"\d of 6 figures cannot be shown so"))
    page.reload()
    shown(page, "Change, %")
    pick(page, "Shown as", "Level")
    expect(page).to_have_url(re.compile(r":\d+/$"))
    shown(page, "USD million")
    expect(first.locator(".notes")).to_be_empty()


def test_a_chart_that_cannot_be_drawn_so_says_why(open_page: Open) -> None:
    page = open_page("/?metric=exports&transform=change&scale=log")
    card = page.locator(".card").first
    expect(card.locator(".notes h3")).to_have_text("Russia: exports to Pakistan of wheat")
    expect(card.locator(".notes li")).to_have_text(
        ["2022: no figure for 2021", "2023: zero or less, for which a logarithmic axis has no place"]
    )
    expect(card.locator(".chart-frame")).to_be_hidden()


def test_back_undoes_the_last_choice_and_forward_does_it_again(open_page: Open) -> None:
    page = open_page()
    shown(page, "USD million")
    facet = page.get_by_role("group", name="What is measured")
    facet.get_by_text("Exports", exact=True).click()
    expect(page).to_have_url(re.compile(r"/\?metric=exports$"))
    pick(page, "Shown as", "Change, %")
    expect(page).to_have_url(re.compile(r"/\?metric=exports&transform=growth$"))
    page.go_back()
    expect(page.get_by_role("textbox", name="Shown as")).to_have_value("Level")
    expect(page).to_have_url(re.compile(r"/\?metric=exports$"))
    expect(facet.get_by_role("checkbox", name="Exports")).to_be_checked()
    page.go_back()
    expect(page.locator("#summary")).to_contain_text("12 claims")
    expect(facet.get_by_role("checkbox", name="Exports")).not_to_be_checked()
    page.go_forward()
    expect(page.locator("#summary")).to_contain_text("2 claims")
    page.go_forward()
    expect(page.get_by_role("textbox", name="Shown as")).to_have_value("Change, %")


def test_keys_alone_ask_for_more_sources_and_choose_a_series(open_page: Open) -> None:
    page = open_page()
    shown(page, "USD million")
    pick(page, "Independent sources", "2 or more")
    expect(page).to_have_url(re.compile(r"\?sources=2$"))
    series = page.get_by_role("group", name="Series")
    page.locator("summary", has_text="Series").focus()
    page.keyboard.press("Enter")
    expect(series.get_by_role("checkbox")).to_have_count(1)
    pick(page, "Independent sources", "Any number")
    expect(page).to_have_url(re.compile(r":\d+/$"))
    expect(series.get_by_role("checkbox")).to_have_count(3)
    series.get_by_role("checkbox", name="Price").focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile(r"\?series=price\.of-wheat"))
    expect(page.locator(".chart-frame")).to_have_count(0)
