"""Signing in and out in a browser, by keys alone, and what axe finds on the way; light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from etl.accounts import Accounts, accounts_of
from tests.browser.conftest import PATIENCE, Open, served
from tests.browser.test_access import faults
from tests.sample_store import make_store

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE)

WORDS = "correct horse battery staple"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a dashboard with the account Ann is served."""
    store = make_store(tmp_path_factory.mktemp("accounts") / "store")
    Accounts(accounts_of(store)).add("Ann", WORDS)
    with served(store) as where:
        yield where


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_who_signs_in_comes_back_and_is_named_until_he_signs_out(
    open_page: Open, address: str, scheme: str, width: int
) -> None:
    page = open_page("/checks?verdict=holds", color_scheme=scheme, width=width)
    page.get_by_role("link", name="Sign in").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_be_focused()
    assert faults(page) == []
    page.keyboard.type("Ann")
    page.keyboard.press("Tab")
    page.keyboard.type(WORDS)
    page.keyboard.press("Enter")
    menu = page.locator(".account summary")
    expect(menu).to_have_text("Ann")
    expect(page).to_have_url(f"{address}/checks?verdict=holds")
    assert [each.get("httpOnly") for each in page.context.cookies()] == [True]
    menu.press("Enter")
    expect(page.get_by_text("Signed in as Ann")).to_be_visible()
    page.locator(".check-list").first.wait_for()
    assert faults(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    expect(page).to_have_url(f"{address}/")
    assert page.context.cookies() == []


def test_without_scripts_one_can_sign_in(open_page: Open) -> None:
    page = open_page("/login?next=/about", java_script_enabled=False)
    page.get_by_label("Name").fill("Ann")
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/about")
    assert len(page.context.cookies()) == 1
