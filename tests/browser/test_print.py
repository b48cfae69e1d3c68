"""Pages on paper: what a reader wants to keep is there, what is there to be pressed is not."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, Open
from tests.browser.test_access import PAGES
from tests.browser.test_dashboard import drawn
from tests.sample_store import CONFLICT, FISCAL, LEDGER

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE)

CONTROLS = "header, .filters, .menu, .button:not([target]), .chart-menu, .as-of, input, #table, .modebar"

# How a chart is drawn, and how many tables there are for paper.
LOOK = """[
  document.querySelector(".main-svg").style.background,
  document.querySelector(".main-svg").clientWidth,
  document.querySelectorAll("table.on-paper").length,
]"""

WORDS = {
    "/": [
        "Figures and their sources",
        "Trade between Russia and Pakistan",
        "documents, 20",
        "Ledger",
        "900,000 tonnes",
    ],
    f"/series/{FISCAL}": ["Trade between Russia and Pakistan", "FY2022–23 (Jul–Jun)", "$667 m / $920 m"],
    f"/observation/{CONFLICT}": ["Sources disagree", "Chamber Monthly", "Original: https://ledger.example/fiscal"],
    f"/document/{LEDGER.id}": [
        "Two fiscal years",
        "$920 million",
        "https://ledger.example/fiscal",
        "a count of people",
    ],
    "/checks?verdict=holds": ["Checks", "Holds", "Set against"],
}


@pytest.mark.parametrize("path", WORDS)
def test_on_paper_there_are_words_and_charts_in_light_colours_and_nothing_to_press(open_page: Open, path: str) -> None:
    page = open_page(path, color_scheme="dark")
    page.locator(PAGES[path]).first.wait_for()
    page.emulate_media(media="print")
    assert page.locator(CONTROLS).locator("visible=true").count() == 0
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("h1")).to_have_css("color", "rgb(31, 41, 55)")
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")


@pytest.mark.parametrize("path", WORDS)
def test_the_paper_has_every_chart_source_and_address(open_page: Open, tmp_path: Path, path: str) -> None:
    page = open_page(path)
    page.locator(PAGES[path]).first.wait_for()
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    sheets = pdfium.PdfDocument(tmp_path / "page.pdf")
    text = " ".join(" ".join(sheet.get_textpage().get_text_bounded() for sheet in sheets).split())
    assert [words for words in WORDS[path] if words not in text] == []


def test_after_printing_the_page_is_as_it_was(open_page: Open, tmp_path: Path) -> None:
    page = drawn(open_page(color_scheme="dark"))
    before = page.evaluate(LOOK)
    # Ours has drawn the charts when this listener, which came later, is called.
    page.evaluate(f"addEventListener('beforeprint', () => (window.onPaper = {LOOK}))")
    page.pdf(path=tmp_path / "page.pdf")
    assert page.evaluate("window.onPaper") == ["rgb(255, 255, 255)", 680, 1]
    page.wait_for_function(f"before => JSON.stringify({LOOK}) === JSON.stringify(before)", arg=before)
