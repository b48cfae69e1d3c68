"""Who has signed in ↔ a signed cookie: it lasts twelve hours, and no script and no other site can use it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from dashboard.safety import LOOPBACK, hostname
from etl.accounts import Accounts
from etl.errors import AccountError

__all__ = ["LASTS", "keep_sessions"]

LASTS: Final = timedelta(hours=12)
"""After this time everybody signs in again."""

_NAME: Final = "reviewer"


def keep_sessions(server: Flask, accounts: Accounts) -> None:
    """Sign the cookies of a server with the secret of its accounts."""
    server.session_interface = _Sessions(accounts)
    server.config.update(
        PERMANENT_SESSION_LIFETIME=LASTS,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_REFRESH_EACH_REQUEST=False,
    )


class _Sessions(SecureCookieSessionInterface):
    """Sessions of Flask with the secret of the accounts, which may come and change while the server runs."""

    digest_method = staticmethod(hashlib.sha256)

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What signs; None, and nobody is signed in, where there are no accounts or they cannot be read."""
        try:
            app.secret_key = self._accounts.secret
        except AccountError:
            return None
        return super().get_signing_serializer(app)

    def get_cookie_secure(self, app: Flask) -> bool:
        """Always, but on this machine without TLS: some browsers keep no such cookie there."""
        del app
        return request.is_secure or hostname(request.host) not in LOOPBACK

    def get_cookie_name(self, app: Flask) -> str:
        """With `__Host-` a browser takes it from this host alone, and over TLS (RFC 6265bis, 4.1.3)."""
        return f"__Host-{_NAME}" if self.get_cookie_secure(app) else _NAME
