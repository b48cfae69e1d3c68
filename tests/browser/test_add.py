"""What a person does to add documents: paste, drop, look, keep, discard; by mouse, keyboard and touch."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import PATIENCE, Open, served
from tests.browser.test_access import faults
from tests.pdfs import set_pdf
from tests.sample_store import make_store

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE)

TEA = (
    "Kenya's tea exports to Egypt were worth $250 million in 2022. "
    "Kenya's tea exports to Egypt were worth $230 million in 2021."
)
HOSTILE = "Trade between Russia and Pakistan was <b>$3 billion</b> in 2015. <img src=x onerror=alert(1)>"

DROP = """
([name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))], name));
  document.querySelector("#add-drop").dispatchEvent(
    new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }),
  );
}
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard over a store of its own: what these tests keep, others must not see."""
    with served(make_store(tmp_path_factory.mktemp("adding") / "store")) as where:
        yield where


def paste(page: Page, text: str) -> Page:
    page.get_by_label("Paste a text").fill(text)
    return page


def read(page: Page) -> Page:
    page.get_by_role("button", name="Read").click()
    return page


def keep(page: Page) -> Page:
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", name="Kept:")).to_be_focused()
    return page


def test_a_text_is_pasted_looked_at_kept_and_on_the_chart(open_page: Open) -> None:
    page = paste(open_page("/add"), TEA)
    page.get_by_label("Title").fill("Tea leaves")
    page.get_by_label("Publisher").fill("Tea Board")
    page.get_by_label("Day of publication").fill("2023-03-01")
    read(page)
    found = page.get_by_role("heading", name="2 claims found in 1 document.")
    expect(found).to_be_visible()
    expect(page.get_by_text("Kenya: exports to Egypt of tea, 2022, $250 m")).to_be_visible()
    expect(page.locator("mark")).to_have_text(["$250 million", "$230 million"])
    keep(page)
    page.get_by_role("link", name="See the figures").click()
    chart = page.locator(".chart-frame[data-shown]")
    expect(chart).to_have_attribute("aria-label", re.compile("^Kenya: exports to Egypt of tea"))
    page.go_back()
    page.get_by_role("link", name="Tea leaves").click()
    expect(page.locator(".text mark")).to_have_text(["$250 million", "$230 million"])
    expect(page.get_by_text("Tea Board · 1 Mar 2023")).to_be_visible()


def test_a_dropped_pdf_is_read_and_discarded_without_a_trace(open_page: Open) -> None:
    page = open_page("/add")
    expect(page.locator("#add-files")).to_be_attached()
    content = set_pdf("Oman's dates exports to India were worth $12 million in 2019.")
    page.evaluate(DROP, ["dates.pdf", base64.b64encode(content).decode()])
    expect(page.get_by_text("dates.pdf, ")).to_be_visible()
    read(page)
    expect(page.get_by_role("heading", name="1 claim found in 1 document.")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_role("heading", name="Discarded")).to_be_focused()
    page.goto(page.url.partition("/add")[0] + "/documents?q=dates")
    expect(page.get_by_text("No document has these words.")).to_be_visible()


def test_all_of_it_can_be_done_by_the_keyboard(open_page: Open) -> None:
    page = open_page("/add")
    page.get_by_label("Paste a text").focus()
    page.keyboard.type("Peru's copper exports to Chile were worth $7 million in 2014.")
    page.keyboard.press("Tab")
    expect(page.locator("#add-files")).to_be_focused()
    page.get_by_label("Language").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Read")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 claim found")).to_be_visible()
    page.get_by_role("button", name="Keep 1 document").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Kept: 1 document with 1 claim")).to_be_focused()


def test_files_can_be_left_out_again_and_hostile_names_and_words_stay_words(open_page: Open) -> None:
    page = open_page("/add", width=390, height=844, has_touch=True)
    names = ("<img src=x onerror=alert(1)>.txt", HOSTILE), ("b.txt", TEA)
    page.locator("#add-files").set_input_files([_file(name, text) for name, text in names])
    page.get_by_role("button", name="Leave out b.txt").tap()
    expect(page.locator("#add-chosen li")).to_have_count(1)
    page.get_by_role("button", name="Read").tap()
    expect(page.get_by_role("heading", name="1 claim found in 1 document.")).to_be_visible()
    expect(page.get_by_text("no date · <img src=x onerror=alert(1)>.txt")).to_be_visible()
    expect(page.locator(".given-text")).to_have_text(HOSTILE)
    assert page.locator("img[src='x'], .given b").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("button", name="Discard").tap()
    expect(page.get_by_role("heading", name="Discarded")).to_be_visible()


def test_what_cannot_be_read_says_why_and_keeps_what_was_written(open_page: Open) -> None:
    page = read(open_page("/add"))
    expect(page.get_by_role("alert")).to_have_text("There is nothing to read: paste a text or choose a file.")
    paste(page, TEA).get_by_label("Day of publication").fill("1 March")
    with page.expect_response("**/_add") as refused:
        read(page)
    assert refused.value.status == 400
    expect(page.get_by_role("alert")).to_contain_text("published must be a day as YYYY-MM-DD, for example 2024-09-19")
    expect(page.get_by_label("Paste a text")).to_have_value(TEA)
    page.get_by_label("Paste a text").evaluate("field => { field.value = 'x'.repeat(2_000_001) }")
    read(page)
    expect(page.get_by_role("alert")).to_contain_text("This is too large")


def test_axe_finds_nothing_that_hinders_people_at_any_step(open_page: Open) -> None:
    found = {}
    for scheme, width in (("light", 1280), ("dark", 390)):
        page = read(paste(open_page("/add", width=width, color_scheme=scheme), f"{HOSTILE} {width} ministers came."))
        page.get_by_role("button", name="Discard").wait_for()
        found[f"{scheme} look"] = faults(page)
        page.get_by_role("button", name="Discard").click()
        page.get_by_role("heading", name="Discarded").wait_for()
        found[f"{scheme} discarded"] = faults(page)
    assert {step: lines for step, lines in found.items() if lines} == {}


def _file(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
