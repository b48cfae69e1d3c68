"""What a reader sees of the connection: a server that is gone and comes back, and an answer that takes long."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PATIENCE, Open, served
from tests.sample_store import make_store

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE)


def test_a_lost_server_is_told_and_the_page_comes_back_with_it(browser: Browser, tmp_path: Path) -> None:
    store = make_store(tmp_path / "store")
    page = browser.new_page()
    with served(store) as address:
        page.goto(f"{address}/?metric=exports")
        expect(page.locator(".chart-frame .main-svg").first).to_be_visible()
    page.get_by_role("group", name="What is measured").get_by_text("Exports", exact=True).click()
    banner = page.get_by_role("alert").filter(has_text="The server does not answer")
    expect(banner).to_be_visible()
    # What is on the page stays.
    expect(page.locator(".chart-frame .main-svg").first).to_be_visible()
    with served(store, urlsplit(address).port or 0):
        expect(banner).to_be_hidden()
        expect(page.locator(".chart-frame .main-svg").first).to_be_visible()
    page.close()


def test_an_answer_that_takes_long_is_told(open_page: Open) -> None:
    page = open_page()
    expect(page.locator(".chart-frame .main-svg").first).to_be_visible()
    root = page.locator("html")
    expect(root).not_to_have_attribute("data-busy", "")

    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 3000, "downloadThroughput": -1, "uploadThroughput": -1}
    network.send("Network.emulateNetworkConditions", slow)
    page.get_by_role("group", name="What is measured").get_by_text("Exports", exact=True).click()
    expect(root).to_have_attribute("data-busy", "")
    expect(page.locator("#summary")).to_contain_text("2 claims from 1 document")
    expect(root).not_to_have_attribute("data-busy", "")
