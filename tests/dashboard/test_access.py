"""Who may decide: the local user, who has signed in, whom a proxy names; and everybody who may not, with the reason."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from dashboard.access import Access, Proxy
from dashboard.app import create_app
from etl.accounts import Accounts, accounts_of
from tests.sample_store import make_store

WORDS = "correct horse battery staple"
EVERYWHERE = "0.0.0.0"  # noqa: S104  (named, not bound to)
PROXY = Proxy("192.0.2.9", "X-Forwarded-User")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store that may get accounts."""
    return make_store(tmp_path / "store")


@pytest.fixture
def accounts(store: Path) -> Accounts:
    """Its accounts, none yet."""
    return Accounts(accounts_of(store))


def asked(access: Access, address: str = "127.0.0.1", **headers: str) -> tuple[str | None, str]:
    """Who is thought to ask, and why he may not write."""
    server = create_app("nowhere", access=access).server
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with server.test_request_context("/", headers=sent, environ_base={"REMOTE_ADDR": address}):
        assert access.may_write is (access.reviewer() is not None)
        return access.reviewer(), access.why_not()


@pytest.mark.parametrize(
    ("host", "address", "headers", "why_not"),
    [
        ("127.0.0.1", "127.0.0.1", {}, ""),
        ("localhost", "::1", {}, ""),
        ("::1", "::ffff:127.0.0.1", {}, ""),
        ("127.0.0.1", "192.0.2.1", {}, "handed on by a proxy"),
        ("127.0.0.1", "127.0.0.1", {"X_Forwarded_For": "192.0.2.1"}, "handed on by a proxy"),
        ("127.0.0.1", "127.0.0.1", {"Via": "1.1 proxy"}, "handed on by a proxy"),
        ("127.0.0.1", "127.0.0.1", {"X_Forwarded_User": "Eve"}, ""),
        (EVERYWHERE, "127.0.0.1", {}, "trade-figures user add NAME"),
        ("192.0.2.5", "192.0.2.1", {"X_Forwarded_User": "Eve"}, "trade-figures user add NAME"),
    ],
)
def test_without_accounts_the_user_of_this_machine_may_write_and_nobody_else(
    accounts: Accounts, host: str, address: str, headers: dict[str, str], why_not: str
) -> None:
    who, reason = asked(Access(accounts, host), address, **headers)
    assert who == (None if why_not else getpass.getuser())
    assert why_not in reason
    assert bool(reason) is bool(why_not)


def test_a_user_without_a_name_is_local(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert asked(Access(accounts, "127.0.0.1")) == ("local", "")


def test_with_accounts_the_user_of_this_machine_signs_in_like_anybody(accounts: Accounts) -> None:
    accounts.add("Ann", WORDS)
    assert asked(Access(accounts, "127.0.0.1")) == (None, "Sign in to decide about claims.")


def test_accounts_that_cannot_be_read_let_nobody_write(accounts: Accounts) -> None:
    accounts.path.write_text("{", encoding="utf-8")
    who, reason = asked(Access(accounts, "127.0.0.1"))
    assert who is None
    assert "restore it, or delete it" in reason


@pytest.mark.parametrize(
    ("address", "said", "who"),
    [
        ("192.0.2.9", "Ann", "Ann"),
        ("::ffff:192.0.2.9", " Ann ", "Ann"),
        ("192.0.2.9", "<b>Ann</b>", "<b>Ann</b>"),
        ("192.0.2.9", "Zoë".encode().decode("latin-1"), "Zoë"),
        ("192.0.2.9", "Zoë", "Zoë"),
        ("192.0.2.9", "", None),
        ("192.0.2.9", "Eve, Ann", None),
        ("192.0.2.9", "A" * 121, None),
        ("192.0.2.9", "Ann\x9b", None),
        ("192.0.2.1", "Ann", None),
        ("127.0.0.1", "Ann", None),
    ],
)
def test_a_name_is_taken_from_the_proxy_alone(accounts: Accounts, address: str, said: str, who: str | None) -> None:
    named, reason = asked(Access(accounts, "127.0.0.1", proxy=PROXY), address, X_Forwarded_User=said)
    assert named == who
    assert ("takes the names of reviewers from the proxy" in reason) is (who is None)
