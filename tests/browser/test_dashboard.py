"""What a person does on the dashboard: filter, hover, click, use the keys, touch, download, reload, go back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from etl.frame import claim_id
from tests.browser.conftest import PATIENCE, SECOND, Open
from tests.sample_store import HOSTILE, LEDGER

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE)

# Where on the screen the mark of an observation lies: the axes of the drawn chart tell.
PLACE = """
([title, value]) => {
  const frame = [...document.querySelectorAll(".chart-frame")].find((each) => each.ariaLabel.startsWith(title));
  const plot = frame.querySelector(".js-plotly-plot");
  const { left, top } = plot.getBoundingClientRect();
  const { xaxis, yaxis } = plot._fullLayout;
  for (const trace of plot._fullData) {
    if (!trace.customdata || !String(trace.mode).includes("markers")) continue;
    const at = Array.from(trace.y).findIndex((y) => Math.abs(y - value) < 1e-6);
    if (at >= 0) return [left + xaxis._offset + xaxis.d2p(trace.x[at]), top + yaxis._offset + yaxis.d2p(trace.y[at])];
  }
}
"""
PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
TURNOVER = "Trade between Russia and Pakistan"


def drawn(page: Page, charts: int = 2) -> Page:
    """The page once its charts are there."""
    expect(page.locator(".chart-frame .main-svg:first-of-type").locator("visible=true").first).to_be_visible()
    page.wait_for_function(
        "count => [...document.querySelectorAll('.js-plotly-plot')].filter(each => each._fullLayout).length === count",
        arg=charts,
    )
    return page


def place(page: Page, title: str, value: float) -> tuple[float, float]:
    """Where the mark of a figure is, in pixels of the window."""
    x, y = page.evaluate(PLACE, [title, value])
    return x, y


def hover(page: Page, title: str, value: float) -> Locator:
    """Point at a mark and return the tooltip."""
    x, y = place(page, title, value)
    page.mouse.move(x - 25, y - 25)
    page.mouse.move(x, y, steps=4)
    tip = page.locator(".tip-body")
    expect(tip).to_be_visible()
    return tip


def choose(page: Page, facet: str, option: str) -> None:
    """Set or unset an option of a filter."""
    page.get_by_role("group", name=facet).get_by_text(option, exact=True).click()


def hold(page: Page, pattern: str) -> list[Route]:
    """The requests for some addresses, which wait until they are told to go on."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(pattern, keep)
    return held


def test_hovering_a_figure_shows_its_source_without_asking_the_server(open_page: Open) -> None:
    page = drawn(open_page())
    # The rows of the table come after the charts.
    page.locator("#table .ag-cell").filter(has_text="900,000 tonnes").wait_for(state="attached")
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    tip = hover(page, TURNOVER, 500)
    for words in ("~$500 m", "2017", "“$500 million”, about", "Capital Post", "19 Sep 2024", "Ministers meet"):
        expect(tip).to_contain_text(words)
    expect(tip).to_contain_text("“It was about $500 million in 2017.”")
    expect(tip).to_contain_text("One source so far.")
    assert asked == []


def test_a_tooltip_stays_inside_the_window_and_on_a_readable_ground(open_page: Open) -> None:
    page = drawn(open_page(color_scheme="dark"))
    for value in (500, 1020):
        box = hover(page, TURNOVER, value).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1280
    ground = page.locator(".tip").first.evaluate("each => getComputedStyle(each).backgroundColor")
    assert ground == "rgb(27, 30, 36)"


def test_words_of_a_document_are_shown_as_they_are(open_page: Open) -> None:
    page = drawn(open_page())
    tip = hover(page, TURNOVER, 700)
    expect(tip).to_contain_text("<b>$700 million</b>")
    expect(tip).to_contain_text(str(HOSTILE.title))
    x, y = place(page, TURNOVER, 700)
    page.mouse.click(x, y)
    panel = page.get_by_role("complementary", name="Sources of a figure")
    expect(panel).to_contain_text(HOSTILE.text)
    assert page.locator("img[src='x'], b, a[href*='evil'], a[href^='javascript']").count() == 0


def test_clicking_a_figure_opens_its_sources_and_escape_closes_them(open_page: Open) -> None:
    page = drawn(open_page())
    x, y = place(page, TURNOVER, 920)
    page.mouse.click(x, y)
    panel = page.get_by_role("complementary", name="Sources of a figure")
    expect(panel).to_contain_text("Sources disagree beyond rounding: $667 m and $920 m.")
    expect(panel.locator("mark")).to_have_text(["$666.85 million", "$920 million"])
    original = panel.get_by_role("link", name="Original")
    expect(original).to_have_attribute("href", "https://ledger.example/fiscal")
    expect(original).to_have_attribute("rel", "noopener noreferrer")
    chart, side = page.locator(".chart-frame").first.bounding_box(), panel.bounding_box()
    assert chart is not None
    assert side is not None
    assert chart["x"] + chart["width"] <= side["x"], "the panel lies beside the chart, not over it"
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    x, y = place(page, TURNOVER, 920)
    page.mouse.click(x, y)
    expect(panel).to_be_visible()


def test_the_script_of_the_charts_is_asked_for_at_once_and_only_once(open_page: Open) -> None:
    page = drawn(open_page())
    asked = "performance.getEntriesByType('resource').map(each => new URL(each.name).pathname)"
    paths = page.evaluate(asked)
    assert [path for path in paths if path.endswith("/plotly.min.js")] == [PLOTLY]
    assert paths.index(PLOTLY) < paths.index("/_dash-layout")


def test_a_drawing_that_comes_late_does_not_take_the_place_of_another(open_page: Open) -> None:
    page = open_page("/about")
    script = hold(page, f"**{PLOTLY}")
    page.goto(page.url.replace("/about", "/"), wait_until="commit")
    # The first drawing waits for the script, the second for the first.
    expect(page.locator(".chart-frame[data-shown]")).to_have_count(2)
    drawings = hold(page, "**/figure.json*scale=log*")
    page.evaluate("window.dash_clientside.set_props({type: 'look', index: 'scale'}, {value: 'log'})")
    page.wait_for_timeout(2 * SECOND)
    assert len(drawings) == 2
    expect(page.locator(".dash-graph")).to_have_count(0)
    for held in (*script, *drawings):
        held.continue_()
    drawn(page)
    axes = "[...document.querySelectorAll('.js-plotly-plot')].map(each => each.layout.yaxis.type)"
    assert page.evaluate(axes) == 2 * ["log"]


def test_keys_go_from_figure_to_figure_open_the_sources_and_come_back(open_page: Open) -> None:
    page = drawn(open_page())
    chart = page.get_by_role("application", name=TURNOVER)
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tip-body")).to_contain_text("~$500 m")
    expect(page.locator("#live")).to_contain_text("Capital Post")
    page.keyboard.press("End")
    expect(page.locator(".tip-body")).to_contain_text("2023")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Sources of a figure")
    expect(panel).to_contain_text("2 sources agree")
    expect(panel.get_by_role("heading")).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(chart).to_be_focused()


def test_a_row_of_the_table_opens_its_sources(open_page: Open) -> None:
    page = drawn(open_page())
    page.get_by_role("gridcell", name="900,000 tonnes").click()
    expect(page.get_by_role("complementary", name="Sources of a figure")).to_contain_text("> 900,000 t")


def test_a_filter_changes_charts_table_and_address_and_outlives_a_reload_and_back(open_page: Open) -> None:
    page = drawn(open_page())
    choose(page, "What is measured", "Exports")
    expect(page.locator("#summary")).to_have_text("2 claims from 1 document, published 2024")
    expect(page).to_have_url(re.compile(r"/\?metric=exports$"))
    drawn(page, charts=1)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    page.reload()
    drawn(page, charts=1)
    expect(page.locator("#summary")).to_have_text("2 claims from 1 document, published 2024")
    page.get_by_role("link", name="Documents").click()
    expect(page.get_by_role("heading", name="Documents")).to_be_visible()
    page.go_back()
    drawn(page, charts=1)
    expect(page).to_have_url(re.compile(r"/\?metric=exports$"))
    choose(page, "What is measured", "Exports")
    drawn(page, charts=2)
    expect(page).to_have_url(re.compile(r":\d+/$"))


def test_the_colour_scheme_follows_the_system_and_the_switch(open_page: Open) -> None:
    page = drawn(open_page(color_scheme="dark"))
    root = page.locator("html")
    expect(root).to_have_attribute("data-mantine-color-scheme", "dark")
    expect(root).to_have_attribute("data-ag-theme-mode", "dark")
    ground = ".chart-frame .main-svg"
    expect(page.locator(ground).first).to_have_css("background-color", "rgb(27, 30, 36)")
    page.get_by_role("button", name="Toggle color scheme").click()
    expect(root).to_have_attribute("data-mantine-color-scheme", "light")
    expect(page.locator(ground).first).to_have_css("background-color", "rgb(255, 255, 255)")
    page.reload()
    expect(root).to_have_attribute("data-mantine-color-scheme", "light")


def test_on_a_telephone_the_chart_comes_first_filters_in_a_sheet_and_a_tap_opens_the_sources(open_page: Open) -> None:
    page = drawn(open_page(width=390, height=844, has_touch=True, is_mobile=True))
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    filters = page.get_by_role("complementary", name="Filters")
    expect(filters).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    expect(filters).to_be_visible()
    page.keyboard.press("Escape")
    expect(filters).to_be_hidden()
    x, y = place(page, TURNOVER, 500)
    page.touchscreen.tap(x, y)
    panel = page.get_by_role("complementary", name="Sources of a figure")
    expect(panel).to_contain_text("It was about $500 million in 2017.")
    box = panel.bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    page.get_by_role("button", name="Close sources").click()
    expect(panel).to_be_hidden()


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/documents", "Documents"),
        ("/about", "About these figures"),
        ("/?metric=nonsense", "Figures and their sources"),
        ("/?status=potential&from=2020", "Nothing matches these filters"),
        ("/nowhere", "Not here"),
        ("/document/0123456789abcdef", "Not here"),
    ],
)
def test_every_page_has_its_heading_and_no_page_is_wider_than_the_window(
    open_page: Open, path: str, heading: str
) -> None:
    for width in (1280, 390):
        page = open_page(path, width=width)
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_whole_text_shows_every_claim_marked(open_page: Open) -> None:
    page = open_page("/documents")
    page.get_by_role("link", name="Two fiscal years").click()
    expect(page.locator(".text mark")).to_have_text(["$388.5 million", "$920 million"])
    unused = page.locator(".text .unused")
    expect(unused).to_have_attribute("title", "Not used: a count of people")


def test_documents_are_searched_with_the_keys(open_page: Open) -> None:
    page = open_page("/documents")
    page.get_by_label("Search documents").fill("northern wire")
    page.keyboard.press("Enter")
    expect(page.locator(".documents tbody tr")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"/documents\?q=northern\+wire$"))


def test_a_head_of_the_list_of_documents_sorts_it_and_keeps_the_words_searched_for(open_page: Open) -> None:
    page = open_page("/documents?q=northern")
    first = page.locator(".documents tbody tr").first
    page.get_by_role("link", name="Title", exact=True).click()
    expect(page.get_by_role("columnheader", name="Title")).to_have_attribute("aria-sort", "ascending")
    expect(first).to_contain_text("A record")
    page.get_by_label("Search documents").press("Enter")
    expect(page).to_have_url(re.compile(r"/documents\?q=northern&sort=title$"))
    expect(first).to_contain_text("A record")
    page.go_back()
    page.go_back()
    expect(page.get_by_role("columnheader", name="Published")).to_have_attribute("aria-sort", "descending")


def test_a_text_opened_from_a_figure_shows_the_place_it_stands_at(open_page: Open) -> None:
    claim = claim_id(LEDGER.id, LEDGER.text.index("$920 million"), LEDGER.text.index("$920 million") + 12)
    page = open_page(f"/document/{LEDGER.id}?claim={claim}", width=390, height=240)
    expect(page.locator("mark.pointed")).to_have_text("$920 million")
    expect(page.locator("mark.pointed")).to_be_in_viewport()
