"""A name and a password → a signed session: the page and the posts of signing in and out, and who needs to."""

from __future__ import annotations

import math
import time
from typing import Final
from urllib.parse import urlencode

from flask import Flask, Response, redirect, render_template_string, request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as Answer

from dashboard.access import Access
from dashboard.sessions import keep_sessions

__all__ = ["LARGEST", "SIGN_IN", "SIGN_OUT", "TRIES", "let_in", "own_path"]

SIGN_IN, SIGN_OUT = "/login", "/logout"

TRIES = RateLimitItemPerMinute(5)
"""How often a caller may try the password of a name."""

CALLS = RateLimitItemPerMinute(30)
"""How often a caller may try any: behind a proxy all reviewers are one caller."""

LARGEST = 20_000
"""Bytes of the largest form: a name, a password, a page to go to."""

_WRONG: Final = "This name and this password do not belong together."
_NOT_KEPT: Final = (
    "The name and the password are right, but your browser has not kept that you signed in. Over http it does so on "
    "the machine of the dashboard alone: open the dashboard over https, and allow its cookie."
)
_TOO_LARGE: Final = "This is too long for a name and a password."

# What a browser needs to show the page of signing in, and a supervisor to see that the server runs.
_OPEN: Final = frozenset({"/healthz", SIGN_IN, SIGN_OUT})

_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Sign in · trade-figures</title>
    <meta name="color-scheme" content="light dark">
    <link rel="icon" href="/assets/mark.svg" type="image/svg+xml">
    <script src="/assets/first.js"></script>
    <link rel="stylesheet" href="/assets/app.css">
    <link rel="stylesheet" href="/assets/add.css">
    <link rel="stylesheet" href="/assets/login.css">
  </head>
  <body class="login">
    <header><div class="header"><div class="brand">
      <a href="/"><img src="/assets/mark.svg" alt="" width="24" height="24">trade-figures</a>
    </div></div></header>
    <main class="login-page">
      <h1>Sign in</h1>
      {% if problem %}<p class="notice" role="alert">{{ problem }}</p>{% endif %}
      {% if has_accounts %}
      <form method="post" action="{{ action }}" class="card login-form">
        <input type="hidden" name="next" value="{{ next }}">
        <div>
          <label for="name">Name</label>
          <input id="name" name="name" value="{{ name }}" autocomplete="username" autocapitalize="none"
            spellcheck="false" maxlength="120" required {{ "" if name else "autofocus" }}>
        </div>
        <div>
          <label for="password">Password</label>
          <input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024"
            required {{ "autofocus" if name else "" }}>
        </div>
        <button class="button primary">Sign in</button>
      </form>
      <p class="quiet">No account, or a forgotten password? Whoever runs the dashboard helps with
        <code>trade-figures user add NAME</code> or <code>trade-figures user password NAME</code>.</p>
      {% endif %}
    </main>
  </body>
</html>
"""


def let_in(server: Flask, access: Access) -> None:
    """Serve signing in and out, and where the dashboard is private, nothing else to those who have not."""
    keep_sessions(server, access.accounts)
    limiter = MovingWindowRateLimiter(MemoryStorage())

    @server.get(SIGN_IN)
    def ask() -> Answer:
        to = own_path(request.args.get("next", ""))
        if access.may_write:
            return redirect(to, 303)
        problem = _NOT_KEPT if "entered" in request.args else ""
        return _page(access, to, problem)

    @server.post(SIGN_IN)
    def enter() -> Answer:
        request.max_content_length = LARGEST
        try:
            name, password = request.form.get("name", ""), request.form.get("password", "")
        except RequestEntityTooLarge:
            return _page(access, "/", _TOO_LARGE, status=413)
        to = own_path(request.form.get("next", ""))
        if wait := _wait(limiter, name):
            answer = _page(access, to, f"Too many tries. Try again in {wait} seconds.", name, status=429)
            answer.headers["Retry-After"] = str(wait)
            return answer
        if not access.sign_in(name, password):
            return _page(access, to, _WRONG, name, status=403)
        # By way of the page of signing in: it tells who comes without the cookie that it was not kept.
        return redirect(f"{SIGN_IN}?{urlencode({'next': to, 'entered': 1})}", 303)

    @server.post(SIGN_OUT)
    def leave() -> Answer:
        access.sign_out()
        return redirect("/", 303)

    if access.is_private:
        _close(server, access)


def own_path(asked: str) -> str:
    r"""The page to go to after signing in, if it is one of ours; else the first one.

    >>> [own_path(asked) for asked in ("/checks?page=2", "//evil.example", "https://evil.example", "/\\evil.example")]
    ['/checks?page=2', '/', '/', '/']
    """
    # Browsers take \ for / and leave out tabs and line ends: "/\t/evil.example" is another host.
    is_plain = asked.isprintable() and "\\" not in asked and " " not in asked
    is_ours = asked.startswith("/") and not asked.startswith(("//", SIGN_IN, SIGN_OUT))
    return asked if is_plain and is_ours else "/"


def _wait(limiter: MovingWindowRateLimiter, name: str) -> int:
    """Seconds until this caller may try this name; 0 where it is counted as a try now."""
    caller = request.remote_addr or ""
    tries: list[tuple[RateLimitItem, tuple[str, ...]]] = [(CALLS, (caller,)), (TRIES, (caller, name.casefold()))]
    for limit, who in tries:
        if not limiter.hit(limit, *who):
            return max(1, math.ceil(limiter.get_window_stats(limit, *who).reset_time - time.time()))
    return 0


def _page(access: Access, to: str, problem: str, name: str = "", *, status: int = 200) -> Response:
    has_accounts = access.has_accounts
    page = render_template_string(
        _PAGE,
        action=SIGN_IN,
        next=to,
        name=name,
        problem=problem or ("" if has_accounts else access.why_not()),
        has_accounts=has_accounts,
    )
    return Response(page, status=status, headers={"Cache-Control": "no-store"})


def _close(server: Flask, access: Access) -> None:
    """Send who has not signed in to where that is done; a program gets 401 and a sentence."""

    @server.before_request
    def only_the_known() -> Answer | None:
        if _is_open() or access.may_write:
            return None
        if access.has_accounts and request.method == "GET" and request.accept_mimetypes.best == "text/html":
            return redirect(f"{SIGN_IN}?{urlencode({'next': request.full_path.rstrip('?')})}", 303)
        return Response(
            f"{access.why_not()}\n",
            status=401,
            headers={"WWW-Authenticate": "Cookie", "Cache-Control": "no-store"},
            content_type="text/plain; charset=utf-8",
        )

    @server.after_request
    def keep_from_others(response: Response) -> Response:
        """No cache between the server and a reader may keep what only some may read."""
        if not _is_open():
            response.cache_control.private = True
        return response


def _is_open() -> bool:
    return request.path in _OPEN or request.path.startswith("/assets/")
