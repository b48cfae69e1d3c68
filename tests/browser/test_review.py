"""What a reviewer does: ten claims by keys alone, what the next page then says, a number selected, fingers, faults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from etl.store import load_reviewed
from tests.browser.conftest import PATIENCE, Open, served
from tests.browser.test_access import faults
from tests.browser.test_dashboard import drawn
from tests.sample_store import make_store

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE)

SELECT = """
(number) => {
  const text = document.querySelector(".review-text");
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(number);
    if (at < 0) continue;
    getSelection().setBaseAndExtent(node, at, node, at + number.length);
    return;
  }
}
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of its own: what these tests decide, others must not see."""
    return make_store(tmp_path / "store")


@pytest.fixture
def address(store: Path) -> Iterator[str]:
    """Where its dashboard is."""
    with served(store) as where:
        yield where


def said(page: Page, words: str, reviewed: int, of: int = 12) -> None:
    """Wait until the page says what was done, and how many claims are reviewed."""
    expect(page.locator("#said")).to_have_text(words)
    expect(page.locator("#reviewed")).to_contain_text(f"{reviewed} of {of} claims reviewed")
    expect(page.locator("#review[data-dash-is-loading]")).to_have_count(0)


def press(page: Page, key: str, words: str, reviewed: int) -> None:
    page.keyboard.press(key)
    said(page, words, reviewed)


def shown(page: Page) -> str:
    return str(page.locator(".review-text mark").inner_text())


def ready(page: Page) -> Page:
    expect(page.locator(".review-text")).to_be_visible()
    expect(page.locator("[data-key=a]")).to_be_enabled()
    page.wait_for_load_state("networkidle")
    return page


def test_ten_claims_by_keys_alone_and_all_is_there_after_a_reload(open_page: Open, store: Path) -> None:
    page = ready(open_page("/review"))
    expect(page.locator(".why").first).to_have_text("Sources disagree")
    for number in range(1, 6):
        press(page, "a", "Accepted.", number)
    page.keyboard.press("r")
    expect(page.get_by_role("button", name="It is no figure of trade")).to_be_focused()
    press(page, "1", "Rejected.", 6)
    page.keyboard.press("r")
    page.locator("#reason").focus()
    page.keyboard.type("the text is a joke")
    press(page, "Enter", "Rejected.", 7)
    skipped = shown(page)
    press(page, "n", "Skipped; it comes again at the end.", 7)
    page.keyboard.press("c")
    expect(page.get_by_role("textbox", name="What is measured")).to_be_focused()
    value = page.get_by_role("textbox", name="Value")
    value.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("123")
    press(page, "Control+Enter", "Corrected.", 8)
    page.keyboard.press("Escape")
    press(page, "a", "Accepted.", 9)
    undone = shown(page)
    press(page, "a", "Accepted.", 10)
    press(page, "u", "Taken back.", 9)
    expect(page.locator(".review-text mark")).to_have_text(undone)
    press(page, "a", "Accepted.", 10)
    page.reload()
    ready(page)
    expect(page.locator("#reviewed")).to_contain_text("10 of 12 claims reviewed")
    left = {shown(page)}
    press(page, "n", "Skipped; it comes again at the end.", 10)
    left.add(shown(page))
    assert skipped in left
    reviewed = load_reviewed(store)
    assert reviewed.claims["review"].value_counts().to_dict() == {"accepted": 7, "unreviewed": 2, "corrected": 1}
    assert (reviewed.claims.query("review == 'corrected'")["value"].tolist(), len(reviewed.rejected)) == ([123.0], 2)
    page.goto(page.url.replace("/review", "/?review=corrected"))
    expect(page.locator("#summary")).to_have_text(re.compile(r"^1 claim from 1 document"))


def test_a_number_that_is_selected_becomes_a_claim_with_the_value_it_says(open_page: Open, store: Path) -> None:
    page = ready(open_page("/review"))
    value = page.get_by_role("textbox", name="Value")
    before = value.input_value()
    page.keyboard.press("+")
    expect(page.locator("#place-said")).to_contain_text("Select the number in the text first")
    page.evaluate(SELECT, "14")
    page.get_by_role("button", name="Split this one").click()
    expect(page.locator("#place-said")).to_contain_text("Split: a second claim at “14”")
    expect(value).to_have_value("14")
    page.keyboard.press("Escape")
    expect(value).to_have_value(before)
    page.evaluate(SELECT, "14")
    page.keyboard.press("+")
    expect(page.locator("#place-said")).to_contain_text("A new claim at “14”")
    expect(value).to_have_value("14")
    page.keyboard.press("Control+Enter")
    said(page, "Added a claim at “14 ministers”.", 1, of=13)
    [added] = load_reviewed(store).claims.query("review == 'added'").to_dict("records")
    assert (added["value"], added["span_text"]) == (14.0, "14 ministers")
    assert added["quote"][added["span_start"] - added["quote_start"] :].startswith("14 ministers")


def test_what_was_typed_is_never_lost_by_a_key(open_page: Open, store: Path) -> None:
    page = ready(open_page("/review"))
    value = page.get_by_role("textbox", name="Value")
    before = value.input_value()
    value.fill("123")
    value.blur()
    page.keyboard.press("a")
    expect(page.locator("#said")).to_contain_text("You changed the fields.")
    expect(value).to_have_value("123")
    page.get_by_role("button", name="Reset fields").click()
    expect(value).to_have_value(before)
    press(page, "a", "Accepted.", 1)
    page.keyboard.down("a")
    for _ in range(5):
        page.keyboard.down("a")  # held: the browser says that it repeats
    page.keyboard.up("a")
    said(page, "Accepted.", 2)
    assert load_reviewed(store).claims["review"].value_counts().to_dict() == {"unreviewed": 10, "accepted": 2}


def test_a_claim_is_reviewed_in_the_panel_of_the_chart(open_page: Open, store: Path) -> None:
    page = drawn(open_page())
    page.locator(".chart-frame").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    panel.get_by_role("button", name="Review").first.click()
    expect(panel.get_by_role("heading", name="Review of this claim")).to_be_focused()
    panel.get_by_role("textbox", name="Value").fill("123")
    page.keyboard.press("Control+Enter")
    said(page, "Corrected. See it in the chart", 1)
    expect(panel.locator(".claim-head .panel-value")).to_contain_text("123")
    press(page, "u", "Taken back. See it in the chart", 0)
    page.keyboard.press("r")
    press(page, "3", "Rejected. See it in the chart", 1)
    expect(panel.locator(".why")).to_have_text("Taken out; accept it to bring it back")
    assert faults(page) == []
    assert len(load_reviewed(store).rejected) == 1


def test_fingers_do_the_same_and_what_makes_no_sense_is_said(open_page: Open, store: Path) -> None:
    page = ready(open_page("/review", width=390, height=844, has_touch=True, is_mobile=True))
    page.get_by_role("textbox", name="Value").fill("much")
    page.get_by_role("button", name="Save as corrected").tap()
    expect(page.locator("#said")).to_contain_text("give a number such as 500000000")
    page.get_by_role("button", name="Reject …").tap()
    page.get_by_role("button", name="The number is read wrongly").tap()
    said(page, "Rejected.", 1)
    page.get_by_role("button", name="Undo").tap()
    said(page, "Taken back.", 0)
    assert load_reviewed(store).rejected.empty
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_wrong(open_page: Open, scheme: str, width: int) -> None:
    page = ready(open_page("/review", width=width, color_scheme=scheme))
    page.keyboard.press("r")
    expect(page.locator("#reject-reasons")).to_be_visible()
    assert faults(page) == []
