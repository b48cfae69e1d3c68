"""What every answer and every request must keep: no foreign content, no foreign caller, no flood."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from functools import cache
from urllib.parse import urlsplit

from dash import Dash
from flask import Flask, Response, abort, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

__all__ = ["CALLS", "LOOPBACK", "guard", "hostname"]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

CALLS = RateLimitItemPerMinute(6_000)
"""What a caller may ask. A page takes some 30 calls, a filter 10; behind a proxy all readers are one caller."""

# What a callback sends is below 10 kB; an address that takes more says so itself.
_LARGEST_POST = 1_000_000

_ANYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  (compared with, not bound to)


def guard(app: Dash, host: str, name: str | None = None) -> None:
    """Answer only calls to this address (or `name`, where a proxy serves it), and let nothing come from elsewhere.

    A page that a foreign site opens under a name of its own (DNS rebinding) names a host we do not know: 403. So does
    a form or script of another site that posts to us, or loads what only its user may see. A link to us is welcome.
    Where the operator listens on every address, every name is ours. A caller may ask 6,000 times a minute (then 429)
    and post a megabyte (413).
    """
    names = LOOPBACK | {host} | ({hostname(name)} if name else set())
    server: Flask = app.server
    server.config["MAX_CONTENT_LENGTH"] = _LARGEST_POST
    limiter = FixedWindowRateLimiter(MemoryStorage())

    @server.before_request
    def refuse_foreign_callers() -> None:
        if not names & _ANYWHERE and hostname(request.host) not in names:
            abort(403, "This dashboard answers only at the address it was started on.")
        if _is_cross_site() and not _is_link():
            abort(403, "This dashboard takes no posts from other sites, and is no part of their pages.")

    @server.before_request
    def refuse_floods() -> Response | None:
        caller = request.remote_addr or ""
        if limiter.hit(CALLS, caller):
            return None
        wait = math.ceil(limiter.get_window_stats(CALLS, caller).reset_time - time.time())
        return Response(
            f"Too many requests: {CALLS.amount:,} a minute are answered. Ask again in {wait} seconds.\n",
            status=429,
            headers={"Retry-After": str(wait)},
            content_type="text/plain; charset=utf-8",
        )

    @cache
    def policy() -> str:
        # Not before the first answer: Dash adds the script that sets page titles when the first request comes.
        return _policy(app.csp_hashes())

    @server.after_request
    def add_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy()
        # Other sites learn nothing. With "no-referrer" a browser would not say either that our own forms are ours.
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        return response


def _policy(script_hashes: Sequence[str]) -> str:
    # Plotly, AG Grid and Mantine set styles at run time; without 'unsafe-inline' for styles the layout breaks.
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def hostname(host: str) -> str:
    """The name in what a request calls its host.

    >>> hostname("[::1]:8050"), hostname("Figures.example")
    ('::1', 'figures.example')
    """
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_cross_site() -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def _is_link() -> bool:
    """Whether a reader follows a link: the answer becomes a page or a file of its own."""
    return request.method in {"GET", "HEAD"} and request.headers.get("Sec-Fetch-Mode") == "navigate"
