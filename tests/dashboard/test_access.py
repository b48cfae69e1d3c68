"""Who may decide: the local user, who has signed in, whom a proxy names; and everybody who may not, with the reason."""

from __future__ import annotations

import getpass
import json
import re
import time
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import RateLimitItemPerMinute
from werkzeug.test import TestResponse

from dashboard import signing_in
from dashboard.access import Access, Proxy, Visitor
from dashboard.app import create_app
from dashboard.components.shell import header
from dashboard.routes import ROUTES
from dashboard.sessions import LASTS
from dashboard.signing_in import LARGEST
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
    assert asked(Access(accounts, "127.0.0.1")) == (None, "Sign in to decide about claims and to add documents.")


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


# ---- signing in ------------------------------------------------------------------------------------------------------

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def ann(store: Path, accounts: Accounts) -> FlaskClient:
    """A caller who has not signed in yet, of a dashboard with the account Ann."""
    accounts.add("Ann", WORDS)
    return caller(store)


def caller(store: Path, **options: Any) -> FlaskClient:  # noqa: ANN401
    """A caller of the dashboard over a store."""
    client: FlaskClient = create_app(store, **options).server.test_client()
    return client


def enter(client: FlaskClient, name: str = "Ann", password: str = WORDS, **fields: str) -> TestResponse:
    return client.post("/login", data={"name": name, "password": password, **fields})


def shown(client: FlaskClient) -> str:
    """The header as this caller sees it, as JSON."""
    return client.get("/_dash-layout").text


def is_in(client: FlaskClient) -> bool:
    return "Sign out" in shown(client)


def test_who_signs_in_is_known_until_he_signs_out(ann: FlaskClient) -> None:
    assert [words in shown(ann) for words in ("Sign in", "Sign out")] == [True, False]
    entered = enter(ann, next="/checks?page=2")
    assert (entered.status_code, entered.location) == (303, "/login?next=%2Fchecks%3Fpage%3D2&entered=1")
    arrived = ann.get(entered.location)
    assert (arrived.status_code, arrived.location) == (303, "/checks?page=2")
    assert [words in shown(ann) for words in ("Sign in", "Sign out", '"Ann"')] == [False, True, True]
    left = ann.post("/logout")
    assert (left.status_code, left.location) == (303, "/")
    assert not is_in(ann)


def test_signing_in_looks_alike_whatever_was_wrong(ann: FlaskClient) -> None:
    answers = [enter(ann, *each) for each in (("Ann", "wrong"), ("Eve", WORDS), ("Ann\n\x00", ""), ("", ""))]
    assert [answer.status_code for answer in answers] == [403] * 4
    pages = {re.sub('name="name" value="[^"]*"', "", answer.text).replace(" autofocus", "") for answer in answers[:2]}
    assert len(pages) == 1
    assert "This name and this password do not belong together." in pages.pop()
    assert not is_in(ann)


@pytest.mark.parametrize(
    ("host", "scheme", "name", "is_secure"),
    [
        ("127.0.0.1:8050", "http", "reviewer", False),
        ("[::1]:8050", "http", "reviewer", False),
        ("localhost", "https", "__Host-reviewer", True),
        ("figures.example", "http", "__Host-reviewer", True),
        ("figures.example", "https", "__Host-reviewer", True),
    ],
)
def test_a_cookie_is_for_this_dashboard_alone(
    store: Path,
    accounts: Accounts,
    host: str,
    scheme: str,
    name: str,
    is_secure: bool,  # noqa: FBT001
) -> None:
    accounts.add("Ann", WORDS)
    client = caller(store, name="figures.example")
    form = {"name": "Ann", "password": WORDS}
    answer = client.post("/login", data=form, base_url=f"{scheme}://{host}")
    morsel = SimpleCookie(answer.headers["Set-Cookie"])[name]
    flags = {key: morsel[key] for key in ("httponly", "secure", "samesite", "path", "domain")}
    expected = {"httponly": True, "secure": True if is_secure else "", "samesite": "Strict", "path": "/", "domain": ""}
    assert flags == expected


def test_a_browser_that_keeps_no_cookie_is_told(ann: FlaskClient) -> None:
    page = ann.get("/login?next=/&entered=1")
    assert page.status_code == 200
    assert "open the dashboard over https" in page.text


def stolen(client: FlaskClient) -> str:
    cookie = client.get_cookie("reviewer")
    assert cookie is not None
    return cookie.value


def test_a_cookie_dies_with_what_it_stands_for(
    ann: FlaskClient, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signed out elsewhere, another password, no account, the same name anew, after its time, signed by another."""

    def works(cookie: str) -> bool:
        other = ann.application.test_client()
        other.set_cookie("reviewer", cookie)
        return is_in(other)

    def again() -> str:
        enter(ann)
        assert works(stolen(ann))
        return stolen(ann)

    def anew() -> None:
        accounts.remove("Ann")
        accounts.add("Ann", WORDS)

    ends = (lambda: ann.post("/logout"), lambda: accounts.set_password("Ann", WORDS), anew)
    for end in ends:
        cookie = again()
        end()
        assert not works(cookie)
    late, fresh = time.time() + LASTS.total_seconds() + 5, again()
    body, signature = fresh.rsplit(".", 1)
    forged = [f"{body}.{signature[::-1]}", f"{body[::-1]}.{signature}", "x", "..", "eyJ3aG8iOiJBbm4ifQ.AAAA.AAAA"]
    assert [works(cookie) for cookie in forged] == [False] * 5
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: late)
        assert not works(fresh)
    accounts.path.write_text(accounts.path.read_text(encoding="utf-8").replace(accounts.secret, "0" * 64), "utf-8")
    assert not works(fresh)
    accounts.path.unlink()
    assert not works(fresh)


def test_a_caller_who_guesses_waits_and_others_do_not(ann: FlaskClient) -> None:
    tries = [enter(ann, name, "wrong wrong wrong").status_code for name in ("Ann", "ann", "ANN", "Ann", "Ann")]
    waits = enter(ann)
    assert (tries, waits.status_code) == ([403] * 5, 429)
    assert 1 <= int(waits.headers["Retry-After"]) <= 60
    assert "Too many tries. Try again in" in waits.text
    near = ann.application.test_client()
    elsewhere = near.post("/login", data={"name": "Ann", "password": WORDS}, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert (elsewhere.status_code, is_in(near)) == (303, True)


def test_a_caller_who_guesses_names_waits_too(ann: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "CALLS", RateLimitItemPerMinute(3))
    assert [enter(ann, f"Eve {at}").status_code for at in range(4)] == [403, 403, 403, 429]


def test_a_form_that_is_too_large_is_refused_unread(ann: FlaskClient) -> None:
    answers = [enter(ann, password="x" * size).status_code for size in (LARGEST // 2, LARGEST)]
    assert answers == [403, 413]


@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_another_site_signs_nobody_in_or_out(ann: FlaskClient, path: str) -> None:
    enter(ann)
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert ann.post(path, data={"name": "Ann", "password": WORDS}, headers=headers).status_code == 403
    assert is_in(ann)
    assert ann.get("/logout").status_code in {200, 405}
    assert is_in(ann)


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/login?next=/",
        "/logout",
        "",
    ],
)
def test_signing_in_leads_to_no_other_site(ann: FlaskClient, to: str) -> None:
    assert enter(ann, next=to).location == "/login?next=%2F&entered=1"
    assert ann.get("/login", query_string={"next": to}).location == "/"


def test_words_of_a_caller_are_never_markup(store: Path, accounts: Accounts) -> None:
    accounts.add(HOSTILE, WORDS)
    client = caller(store)
    page = enter(client, f'"><script>{HOSTILE}', "wrong", next=f'/"><script>{HOSTILE.replace(" ", "/")}')
    assert "&#34;&gt;&lt;script&gt;&lt;img" in page.text
    assert "<img src=x" not in page.text
    enter(client, HOSTILE)
    assert HOSTILE in json.dumps(client.get("/_dash-layout").get_json())


@pytest.mark.parametrize(
    ("visitor", "words"),
    [
        (Visitor(), []),
        (Visitor(None, "in"), ["Sign in"]),
        (Visitor("Ann"), ["Ann"]),
        (Visitor("Ann", "out"), ["Ann", "Signed in as ", "Sign out"]),
    ],
)
def test_the_header_shows_who_is_signed_in_where_there_is_something_to_show(visitor: Visitor, words: list[str]) -> None:
    drawn = json.dumps(header(visitor).to_plotly_json(), default=lambda each: each.to_plotly_json())
    known = ("Sign in", "Ann", "Signed in as ", "Sign out")
    assert [word for word in known if f'"{word}"' in drawn] == words


def test_without_accounts_there_is_nothing_to_sign_in_with(store: Path) -> None:
    here, elsewhere = caller(store), caller(store, host=EVERYWHERE)
    assert here.get("/login?next=/about").location == "/about"
    assert "Sign in" not in shown(here) + shown(elsewhere)
    page = elsewhere.get("/login")
    assert (page.status_code, "<form" in page.text) == (200, False)
    assert "trade-figures user add NAME" in page.text
    assert enter(elsewhere).status_code == 403


# ---- what only some may do -------------------------------------------------------------------------------------------


def private(store: Path, accounts: Accounts) -> FlaskClient:
    return caller(store, access=Access(accounts, "127.0.0.1", private=True))


def addresses(server: Flask) -> list[str]:
    """Every address of the server, each with something in its places."""
    return sorted({re.sub("<[^>]*>", "x", rule.rule) for rule in server.url_map.iter_rules()})


def test_a_private_dashboard_shows_nothing_to_who_has_not_signed_in(store: Path, accounts: Accounts) -> None:
    accounts.add("Ann", WORDS)
    client = private(store, accounts)
    every = addresses(client.application)
    assert {"/all.csv", "/_dash-layout", "/_dash-update-component", "/_add", *(each.path for each in ROUTES)} <= {
        *every
    }
    answers = {path: [client.open(path, method=method) for method in ("GET", "POST", "HEAD")] for path in every}
    told = {path for path, all_of_it in answers.items() if {answer.status_code for answer in all_of_it} != {401}}
    assert told == {"/assets/all.css", "/assets/all.js", "/assets/x", "/healthz", "/login", "/logout"}
    refused = client.get("/all.csv")
    assert refused.text == "This dashboard is private: sign in at /login.\n"
    assert refused.headers["WWW-Authenticate"] == "Cookie"
    seen = client.get("/checks?page=2", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (seen.status_code, seen.location) == (303, "/login?next=%2Fchecks%3Fpage%3D2")
    enter(client)
    shown_now = client.get("/all.csv")
    assert (shown_now.status_code, shown_now.cache_control.private) == (200, True)
    assert "Cookie" in shown_now.vary


def test_a_private_dashboard_behind_a_proxy_is_for_whom_it_names(store: Path, accounts: Accounts) -> None:
    client = caller(store, access=Access(accounts, "127.0.0.1", proxy=PROXY, private=True))
    named = {"X-Forwarded-User": "Ann"}
    calls = [({}, "192.0.2.9"), (named, "127.0.0.1"), (named, "192.0.2.9")]
    codes = [client.get("/", headers=sent, environ_base={"REMOTE_ADDR": at}).status_code for sent, at in calls]
    assert codes == [401, 401, 200]


def test_where_reviewers_are_known_they_alone_add_documents(ann: FlaskClient) -> None:
    refused = ann.post("/_add", data={"text": "Trade was $1 billion in 2020."})
    assert (refused.status_code, refused.get_json()["problem"]) == (
        403,
        "Sign in to decide about claims and to add documents.",
    )
    enter(ann)
    assert ann.post("/_add", data={"text": "Trade was $1 billion in 2020."}).status_code == 202
