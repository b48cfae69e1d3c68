"""What the first reader will ask for → made before he does: libraries loaded, scripts compressed, charts drawn."""

from __future__ import annotations

import re
import threading
from contextlib import suppress
from typing import Final

from dash import Dash, page_registry

from dashboard.data import Archive, StillReadingError
from dashboard.scripts import PLOTLY
from etl.errors import TradeFiguresError

__all__ = ["warm"]

_SCRIPT: Final = re.compile(r'<script src="(/_dash-component-suites/[^"]+)"')
_IN_SIGHT: Final = 3  # charts of the first page
_PATIENCE: Final = 10.0  # seconds: of a large store drawings come before its checks
_BROWSER: Final = {"Accept-Encoding": "gzip, deflate, br"}


def warm(app: Dash, archive: Archive) -> threading.Thread:
    """Begin, in a thread of its own, to ask `app` for what its first page needs, as soon as the store has been read."""
    thread = threading.Thread(target=_ask, args=(app, archive), name="warming up", daemon=True)
    thread.start()
    return thread


def _ask(app: Dash, archive: Archive) -> None:
    reader = app.server.test_client()
    for script in [PLOTLY, *_SCRIPT.findall(reader.get("/").text)]:
        reader.get(script, headers=_BROWSER)
    # Where there is no store to read, whoever asks is told.
    with suppress(TradeFiguresError):
        if not _claims(archive):
            return
        # The flags of the checks are part of a drawing.
        archive.checks(_PATIENCE)
        page_registry["explore"]["layout"]()
        for number in range(_IN_SIGHT):
            reader.get(f"/figure.json?chart={number}&scheme=light", headers=_BROWSER)


def _claims(archive: Archive) -> int:
    """How many claims there are to show, once they have been read."""
    while True:
        with suppress(StillReadingError):
            return len(archive.snapshot())
