"""Who asks → whether they may decide: a local user, somebody who has signed in, or whom a proxy in front names."""

from __future__ import annotations

import getpass
import ipaddress
from dataclasses import dataclass
from typing import Final, Literal

from flask import request, session

from dashboard.safety import LOOPBACK
from etl.accounts import Accounts, read_name
from etl.errors import AccountError

__all__ = ["Access", "Proxy", "Visitor"]

_WHO: Final = "who"
_STAMP: Final = "stamp"

_SIGN_IN: Final = "Sign in to decide about claims and to add documents."
_PRIVATE: Final = "This dashboard is private: sign in at /login."
_OPEN: Final = (
    "This dashboard can be reached from other machines, so nobody may decide about claims before there are accounts. "
    "Whoever runs it makes one with: trade-figures user add NAME"
)
_NOT_NAMED: Final = (
    "Nobody may decide about claims at this address: the dashboard takes the names of reviewers from the proxy in "
    "front of it, and this request came with none."
)
_FORWARDED: Final = (
    "This request was handed on by a proxy, so it is not known who sent it. Whoever runs the dashboard makes accounts "
    "with: trade-figures user add NAME"
)


@dataclass(frozen=True, slots=True)
class Proxy:
    """A reverse proxy that knows its users: the address it calls from, and the header in which it names them."""

    address: str
    header: str

    def is_caller(self) -> bool:
        """Whether the request at hand came from it."""
        return _ip(request.remote_addr) == _ip(self.address)

    def named(self) -> str | None:
        """Who it says is asking."""
        said = request.headers.get(self.header, "") if self.is_caller() else ""
        # A second header of this name, which a caller may have sent himself, stands behind a comma.
        return None if "," in said else _read(_in_utf8(said))


@dataclass(frozen=True, slots=True)
class Visitor:
    """What the header says of who asks: a name, and whether one can sign in or out."""

    name: str | None = None
    way: Literal["in", "out"] | None = None


class Access:
    """Who may change anything, judged anew at every request.

    Whom `proxy` names; else who has signed in, where `accounts` are; else, where the dashboard answers this machine
    alone, the user of this machine. Otherwise nobody. Documents are added where the dashboard answers this machine
    alone, elsewhere with `adding`.
    """

    def __init__(
        self,
        accounts: Accounts,
        host: str,
        *,
        proxy: Proxy | None = None,
        private: bool = False,
        adding: bool = False,
    ) -> None:
        self.accounts = accounts
        self.is_private = private
        self.takes_documents = adding or host in LOOPBACK
        self._adding = adding
        self._proxy = proxy
        self._is_local = host in LOOPBACK

    def reviewer(self) -> str | None:
        """The name of who asks, as decisions keep it; None for somebody who may only read."""
        try:
            return self._named() or self._signed_in() or self._local_user()
        except AccountError:
            return None

    @property
    def may_write(self) -> bool:
        """Whether who asks may change anything."""
        return self.reviewer() is not None

    @property
    def may_add(self) -> bool:
        """Whether who asks may add documents: a reviewer; with `adding` anybody, as long as no reviewers are known."""
        are_known = self._proxy or self.accounts.path.exists()
        return self.takes_documents and (self.may_write or (self._adding and not are_known))

    def why_not(self) -> str:
        """Why who asks may only read, and what changes that; empty for a reviewer."""
        if self.may_write:
            return ""
        try:
            self.accounts.names()
        except AccountError as error:
            return f"Nobody may decide about claims: {error}."
        if self.has_accounts:
            return _PRIVATE if self.is_private else _SIGN_IN
        if self._proxy:
            return _NOT_NAMED
        return _FORWARDED if self._is_local else _OPEN

    @property
    def has_accounts(self) -> bool:
        """Whether there is somebody who can sign in."""
        try:
            return bool(self.accounts.names())
        except AccountError:
            return False

    def visitor(self) -> Visitor:
        """What the header says of who asks; nothing on a machine of one's own, and where nobody can sign in."""
        if not self.has_accounts:
            return Visitor(self._named())
        name = self._named()
        return Visitor(name) if name else Visitor(self._signed_in(), "out" if self._signed_in() else "in")

    def sign_in(self, name: str, password: str) -> bool:
        """Whether name and password belong together; who asks is then signed in."""
        if not self.accounts.check(name, password):
            return False
        session.clear()
        session.permanent = True
        session[_WHO] = read_name(name)
        session[_STAMP] = self.accounts.stamp(session[_WHO])
        return True

    def sign_out(self) -> None:
        """Sign out who asks, wherever he is signed in: a copy of his cookie is worth nothing from now on."""
        name = self._signed_in()
        session.clear()
        if name:
            self.accounts.end_sessions(name)

    def _signed_in(self) -> str | None:
        """Who has signed in and still may: the account is there, and its password is the same."""
        name, stamp = session.get(_WHO), session.get(_STAMP)
        return name if name and stamp and stamp == self.accounts.stamp(name) else None

    def _named(self) -> str | None:
        return self._proxy.named() if self._proxy else None

    def _local_user(self) -> str | None:
        """The user of this machine, where nobody has said otherwise, and nobody stands between."""
        is_open = self._is_local and not self._proxy and not self.accounts.names()
        return _login_name() if is_open and _comes_from_here() else None


def _comes_from_here() -> bool:
    is_forwarded = any(name in request.headers for name in ("Forwarded", "Via", "X-Forwarded-For", "X-Real-IP"))
    address = _ip(request.remote_addr)
    return not is_forwarded and address is not None and address.is_loopback


def _login_name() -> str:
    try:
        return _read(getpass.getuser()) or "local"
    except (OSError, KeyError, ImportError):  # a container whose user has no name
        return "local"


def _ip(address: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _in_utf8(header: str) -> str:
    """A header as its sender wrote it: WSGI hands on bytes as Latin-1."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _read(name: str) -> str | None:
    try:
        return read_name(name)
    except AccountError:
        return None
