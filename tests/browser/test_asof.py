"""Going back to what was known on a day, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.test_dashboard import drawn


def test_the_slider_goes_back_to_what_was_known_by_keys_alone_and_returns(open_page: Open) -> None:
    page = drawn(open_page())
    slider = page.get_by_role("slider", name="As known on")
    expect(slider).to_have_attribute("aria-valuetext", "Everything known")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"/\?as_of=2024-03-07$"))
    expect(page.locator("#summary")).to_contain_text("As known on 7 Mar 2024, without 1 document that has no date")
    expect(slider).to_have_attribute("aria-valuetext", "As known on 7 Mar 2024")
    drawn(page, charts=2)
    page.get_by_role("button", name="Everything known").click()
    expect(page).to_have_url(re.compile(r":\d+/$"))
    expect(slider).to_be_focused()
    expect(page.locator("#summary")).not_to_contain_text("As known on")
