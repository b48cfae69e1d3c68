"""Safety: what is refused, whom nothing is told, and the headers of every answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from limits import RateLimitItemPerMinute

from dashboard import safety
from dashboard.app import create_app

NAVIGATES = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
# A picture, a script, a fetch without credentials: what another site can do with an address of ours.
EMBEDS = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}


def test_every_answer_forbids_foreign_content(client: FlaskClient) -> None:
    for path in ("/", "/all.csv", "/_dash-layout", "/assets/app.js", "/assets/nothing.js", "/all.csv?x=1"):
        with client.get(path) as answer:
            headers = answer.headers
        policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == policy["connect-src"] == "'self'"
        assert "unsafe" not in policy["script-src"]
        assert policy["frame-ancestors"] == "'none'"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:8050"}, 200),
        ({"Host": "[::1]:8050"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example:8050"}, 403),
    ],
)
def test_a_request_under_another_name_is_refused(client: FlaskClient, headers: dict[str, str], status: int) -> None:
    assert client.get("/all.csv", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({}, False),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, False),
        ({"Origin": "https://evil.example"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
    ],
)
def test_a_post_from_another_site_is_refused(client: FlaskClient, headers: dict[str, str], refused: bool) -> None:  # noqa: FBT001
    answer = client.post("/_dash-update-component", json={}, headers=headers)
    assert (answer.status_code == 403) is refused


def test_who_listens_everywhere_answers_to_every_name(sample_store: Path) -> None:
    client = create_app(sample_store, host="0.0.0.0").server.test_client()  # noqa: S104
    assert client.get("/all.csv", headers={"Host": "figures.example:8050"}).status_code == 200


@pytest.mark.parametrize("name", ["figures.example", "Figures.Example", "figures.example:8443"])
def test_who_is_served_by_a_proxy_answers_to_its_name(sample_store: Path, name: str) -> None:
    client = create_app(sample_store, name=name).server.test_client()
    hosts = ("figures.example", "FIGURES.example:443", "localhost", "evil.example", "figures.example.evil.example")
    statuses = [client.get("/healthz", headers={"Host": host}).status_code for host in hosts]
    assert statuses == [200, 200, 200, 403, 403]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", NAVIGATES, 200),
        ("/all.csv", NAVIGATES, 200),
        ("/all.csv", EMBEDS, 403),
        ("/assets/app.js", EMBEDS, 403),
        ("/all.csv", {**EMBEDS, "Sec-Fetch-Mode": "cors", "Origin": "https://evil.example"}, 403),
    ],
)
def test_another_site_may_link_to_a_page_and_load_nothing(
    client: FlaskClient, path: str, headers: dict[str, str], status: int
) -> None:
    assert client.get(path, headers=headers).status_code == status


def test_a_post_of_more_than_a_megabyte_is_refused(client: FlaskClient) -> None:
    posts = [client.post("/_dash-update-component", json="x" * size) for size in (10, 1_000_000)]
    assert [answer.status_code == 413 for answer in posts] == [False, True]


def test_who_asks_too_often_waits_and_others_do_not(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "CALLS", RateLimitItemPerMinute(3))
    client = create_app(sample_store).server.test_client()
    near, far = ({"REMOTE_ADDR": address} for address in ("192.0.2.1", "192.0.2.2"))
    answers = [client.get("/healthz", environ_overrides=near) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].text.startswith("Too many requests: 3 a minute are answered. Ask again in ")
    assert client.get("/healthz", environ_overrides=far).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", ["/all.csv", "/healthz"])
def test_nothing_can_be_changed(client: FlaskClient, method: str, path: str) -> None:
    assert client.open(path, method=method).status_code == 405


def test_a_fault_of_ours_tells_no_path_and_no_code(sample_store: Path) -> None:
    server = create_app(sample_store).server

    def broken() -> str:
        message = f"broken at {__file__}"
        raise RuntimeError(message)

    server.add_url_rule("/broken", "broken", broken)
    answer = server.test_client().get("/broken")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert __file__ not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
