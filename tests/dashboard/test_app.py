"""The application as a whole: pages, downloads, headers, refusals, and the commands that serve it."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from typer.testing import CliRunner

from dashboard.__main__ import check_port
from dashboard.app import create_app
from dashboard.data import View
from etl.cli import app as commands
from etl.errors import PortInUseError
from etl.export import TABLES, from_csv
from etl.extract import extractor_version
from etl.lexicon import table_names, table_purpose
from etl.store import Store, load_claims
from tests.sample_store import make_store

LOCATION = "_pages_location"


def page(client: FlaskClient, path: str, search: str = "") -> tuple[str, str]:
    """The content of a page as JSON, and its title."""
    client.get("/")
    body = {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
        "inputs": [
            {"id": LOCATION, "property": "pathname", "value": path},
            {"id": LOCATION, "property": "search", "value": search},
        ],
        "changedPropIds": [f"{LOCATION}.pathname", f"{LOCATION}.search"],
    }
    response = client.post("/_dash-update-component", json=body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.get_json()["response"]
    return json.dumps(answer["_pages_content"]["children"], ensure_ascii=False), answer["_pages_store"]["data"]["title"]


def find(node: Any, name: str) -> list[Any]:  # noqa: ANN401  any JSON
    """Every value under a name, anywhere in the JSON of a page."""
    if isinstance(node, list):
        return [value for child in node for value in find(child, name)]
    if not isinstance(node, dict):
        return []
    return ([node[name]] if name in node else []) + [value for child in node.values() for value in find(child, name)]


@pytest.mark.parametrize(
    ("path", "search", "title", "said"),
    [
        ("/", "", "Explore · trade-figures", "Figures and their sources"),
        ("/", "?metric=exports&from=2022", "Explore · trade-figures", "2 claims from 1 document"),
        ("/", "?from=2019", "Explore · trade-figures", "the choice of years leaves out 1 claim without a date"),
        ("/", "?metric=nonsense", "Explore · trade-figures", "This link is not quite right"),
        ("/", "?status=potential&from=2020", "Explore · trade-figures", "Nothing matches these filters"),
        ("/checks", "", "Checks · trade-figures", "1 check of 4 does not hold"),
        ("/checks", "?verdict=holds&rule=pace", "Checks · trade-figures", "The two sides meet"),
        ("/checks", "?verdict=implausible&page=x", "Checks · trade-figures", "No check is like this."),
        ("/documents", "", "Documents · trade-figures", "8 documents with 12 claims"),
        ("/documents", "?x=1", "Documents · trade-figures", "Two fiscal years"),
        ("/add", "", "Add documents · trade-figures", "Nothing enters the store before you say so."),
        ("/add", "?job=nonsense", "Add documents · trade-figures", "What was given here is gone"),
        ("/about", "", "About · trade-figures", "12 of 12 quotes match their document character for character"),
        ("/document/nonsense", "", "Document · trade-figures", "This store has no such document"),
        ("/observation/nonsense", "", "Figure · trade-figures", "There is no such figure"),
        ("/series/nonsense", "", "Series · trade-figures", "There is no such series"),
        ("/nowhere", "", "Not found · trade-figures", "There is no page at this address"),
    ],
)
def test_every_address_is_a_page_with_a_title(
    client: FlaskClient, path: str, search: str, title: str, said: str
) -> None:
    content, shown_title = page(client, path, search)
    assert shown_title == title
    assert said in content


def test_the_about_page_explains_every_column_names_every_table_and_tells_the_versions(client: FlaskClient) -> None:
    content, _ = page(client, "/about")
    columns = {column.name for table in TABLES.values() for column in table.columns}
    assert sorted(name for name in columns if f'"{name}"' not in content) == []
    assert [name for name in table_names() if table_purpose(name).replace("`", "") not in content] == []
    assert '"version 1: 8 documents, 12 claims"' in content
    assert f'"{extractor_version()}"' in content


def test_no_page_lets_a_component_read_markup(client: FlaskClient) -> None:
    for path in ("/", "/documents", "/about"):
        content, _ = page(client, path)
        assert "dangerously_allow" not in content
        assert '"type": "Markdown"' not in content


@pytest.mark.parametrize("path", ["/", "/checks", "/documents", "/about", "/document/0000000000000000"])
def test_without_a_store_a_page_names_the_way_out(tmp_path: Path, path: str) -> None:
    client = create_app(tmp_path / "nowhere").server.test_client()
    content, _ = page(client, path)
    assert "could not be read" in content
    assert "trade-figures extract" in content
    answer = client.get("/all.csv")
    assert (answer.status_code, answer.content_type) == (503, "text/plain; charset=utf-8")


def test_an_empty_store_names_the_way_out(tmp_path: Path) -> None:
    Store.create_or_open(tmp_path / "store")
    client = create_app(tmp_path / "store").server.test_client()
    for path in ("/", "/documents"):
        assert "No figures yet" in page(client, path)[0]
    assert from_csv(client.get("/all.csv").data).empty


def test_the_csv_of_everything_is_every_claim(client: FlaskClient, sample_store: Path, view: View) -> None:
    frame = from_csv(client.get("/all.csv").data)
    assert sorted(frame["claim_id"]) == sorted(load_claims(sample_store)["claim_id"])
    assert frame["claim_id"].tolist() == view.claims["claim_id"].tolist()


def test_a_csv_of_a_broken_link_is_refused_with_every_reason(client: FlaskClient) -> None:
    answer = client.get("/claims.csv?metric=nonsense&from=x")
    assert answer.status_code == 400
    assert len(answer.text.strip().splitlines()) == 2


@pytest.mark.parametrize(("scheme", "ground"), [("light", "#FFFFFF"), ("dark", "#1B1E24")])
def test_a_chart_is_drawn_in_the_colours_of_the_page_and_carries_observation_ids(
    client: FlaskClient, view: View, scheme: str, ground: str
) -> None:
    told = client.get(f"/figure.json?chart=0&scheme={scheme}").get_json()
    figure = told["figure"]
    marked = {name for trace in figure["data"] for name in trace.get("customdata") or []}
    assert marked == set(view.charts[0].observations["observation_id"])
    assert set(told["details"]) == marked
    assert figure["layout"]["dragmode"] is False
    assert figure["layout"]["template"]["layout"]["paper_bgcolor"] == ground


def test_a_chart_holds_no_words_of_a_document(client: FlaskClient) -> None:
    drawing = json.dumps(client.get("/figure.json?chart=0").get_json()["figure"])
    assert [words for words in ("evil.example", "<b>", "onerror", "Capital Post") if words in drawing] == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("chart=2", 404),
        ("metric=exports&chart=1", 404),
        ("chart=-1", 400),
        ("chart=x", 400),
        ("chart=", 400),
        ("chart=²", 400),
        ("scheme=pink", 400),
        ("", 200),
    ],
)
def test_a_chart_that_is_not_there_is_not_found(client: FlaskClient, query: str, status: int) -> None:
    assert client.get(f"/figure.json?{query}").status_code == status
    assert client.get(f"/chart.html?{query}").status_code == status


def test_the_page_is_in_english_and_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    index = client.get("/").text
    assert '<html lang="en">' in index
    assert "<title>Explore · trade-figures</title>" in index or "<title>trade-figures</title>" in index
    addresses = re.findall(r'(?:src|href)="([^"]+)"', index)
    assert addresses
    assert [address for address in addresses if not address.startswith("/")] == []


def test_two_dashboards_in_one_process_keep_their_callbacks(sample_store: Path) -> None:
    first, second = (create_app(sample_store).server.test_client() for _ in range(2))
    names = [
        sorted(entry["output"] for entry in client.get("/_dash-dependencies").get_json()) for client in (first, second)
    ]
    assert names[0] == names[1]
    assert [page(client, "/about")[1] for client in (first, second)] == ["About · trade-figures"] * 2


def test_the_health_address_answers(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200


def test_serve_names_the_next_step_where_there_is_no_store(tmp_path: Path) -> None:
    port = str(_free_port())
    answer = CliRunner().invoke(commands, ["serve", "--store", str(tmp_path / "nowhere"), "--port", port])
    assert answer.exit_code == 2
    assert "trade-figures extract" in answer.output
    assert "Traceback" not in answer.output


def test_serve_takes_the_address_of_a_store_as_it_is() -> None:
    """As a path its two slashes were one, and it was looked for in a folder called s3:."""
    port = str(_free_port())
    answer = CliRunner().invoke(commands, ["serve", "--store", "file:///nowhere/store", "--port", port])
    assert "no store at file:///nowhere/store" in answer.output


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_in_use_is_named_with_the_way_out(tmp_path: Path, command: str) -> None:
    store = make_store(tmp_path / "store")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = CliRunner().invoke(commands, [command, "--store", str(store), "--port", str(port)])
    assert answer.exit_code == 2
    assert f"port {port} is in use" in answer.output
    assert "--port" in answer.output


def test_an_address_that_is_not_ours_is_refused_before_anything_is_read() -> None:
    with pytest.raises(PortInUseError, match=r"cannot listen on 192\.0\.2\.1"):
        check_port("192.0.2.1", 8050)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--private"], "nobody could sign in; make an account first"),
        (["--user-header", "X-Forwarded-User"], "one goes with the other"),
        (["--trusted-proxy", "127.0.0.1"], "one goes with the other"),
        (["--trusted-proxy", "localhost", "--user-header", "X-User"], "'localhost' is no IP address"),
        (["--trusted-proxy", "127.0.0.1", "--user-header", "X_User"], "'X_User' is no name of a header"),
    ],
)
def test_serve_says_which_options_go_together(sample_store: Path, options: list[str], message: str) -> None:
    answer = CliRunner().invoke(commands, ["serve", "--store", str(sample_store), *options], env={"COLUMNS": "200"})
    assert answer.exit_code == 2
    assert message in answer.output


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
