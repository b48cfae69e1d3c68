"""The dashboard in a real browser; every page must keep quiet and stay at home."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from dashboard.intake import ADDRESS
from tests.sample_store import make_store

# A browser that calls home would hide a page that does.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SECOND = 1000
PATIENCE = 60 * SECOND

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the dashboard over the sample store is served, by the command a person would give."""
    with served(make_store(tmp_path_factory.mktemp("browser") / "store")) as where:
        yield where


@contextmanager
def served(store: Path, port: int = 0) -> Iterator[str]:
    """The address of the dashboard over a store, as long as it is needed; at any free port, or at this one."""
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", port))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "dashboard", "serve", "--store", str(store), "--port", str(port)]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True)
    try:
        _wait_until_up(f"http://127.0.0.1:{port}/healthz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Open]:
    """Open an address of the dashboard in a fresh window.

    At the end of the test no page may have written an error to the console, thrown one, or asked another host.
    """
    faults: list[str] = []
    contexts: list[BrowserContext] = []

    def open_at(path: str = "/", *, width: int = 1280, height: int = 900, **options: Any) -> Page:  # noqa: ANN401
        context = browser.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True, **{"locale": "en-GB", **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        _watch(page, address, faults)
        page.goto(address + path)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert faults == []


def _watch(page: Page, address: str, faults: list[str]) -> None:
    page.on("console", lambda message: faults.append(message.text) if _is_fault(message, address) else None)
    page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
    at_home = (address, "data:", "blob:")
    page.on("request", lambda sent: None if sent.url.startswith(at_home) else faults.append(f"asked {sent.url}"))


def _is_fault(message: ConsoleMessage, address: str) -> bool:
    """Whether a page complains; that documents were refused, which the browser notes, it tells the reader itself."""
    return message.type == "error" and message.location["url"] != address + ADDRESS


def _wait_until_up(url: str, process: subprocess.Popen[str]) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + float(os.environ.get("SERVER_PATIENCE", "120"))
    while time.monotonic() < deadline and process.poll() is None:
        try:
            opener.open(url, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"the dashboard did not come up at {url}")
