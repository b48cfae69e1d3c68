"""Scripts of libraries: only what a page needs at first, small where the browser takes Brotli."""

from __future__ import annotations

import re
from pathlib import Path

import brotli
import pytest
from flask import request
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.data import Archive
from dashboard.vendor import plotly_js
from dashboard.warming import warm

PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
TABLE = "/_dash-component-suites/dash_ag_grid/dash_ag_grid.min.js"


@pytest.mark.parametrize(
    ("path", "accepted", "encoding"),
    [
        (PLOTLY, "gzip, deflate, br, zstd", "br"),
        (PLOTLY, "br", "br"),
        (PLOTLY, "identity", None),
        (PLOTLY, "", None),
        (PLOTLY, "br;q=0, gzip", "gzip"),
        ("/_dash-component-suites/plotly/nothing.js", "br", None),
        ("/healthz", "br", None),
    ],
)
def test_who_takes_brotli_gets_it(client: FlaskClient, path: str, accepted: str, encoding: str | None) -> None:
    answer = client.get(path, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers.get("Vary") == "Accept-Encoding"


def test_a_script_is_the_same_however_it_is_sent(client: FlaskClient) -> None:
    small, again, whole = (
        client.get(PLOTLY, headers={"Accept-Encoding": accepted}).data for accepted in ("br", "br", "identity")
    )
    assert brotli.decompress(small) == whole
    assert (again, len(small) < len(whole) / 3) == (small, True)


def test_charts_are_drawn_by_the_small_script(client: FlaskClient) -> None:
    answer = client.get(PLOTLY)
    assert (answer.text, answer.mimetype) == (plotly_js(), "text/javascript")
    again = client.get(PLOTLY, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_page_loads_no_more_than_it_needs(client: FlaskClient) -> None:
    page = client.get("/").text
    tags = re.findall(r"<script ((?:nomodule )?)src=\"([^\"]+?)\"|<link rel=\"stylesheet\" href=\"([^\"]+?)\"", page)
    names = [
        f"{old}{re.sub(r'[@.?].*', '', path.rpartition('/')[2])}" for old, *paths in tags for path in paths if path
    ]
    assert names == [
        *("first", "all", "all"),
        *("nomodule polyfill", "react", "react-dom", "prop-types", "dash_mantine_components", "dash_renderer"),
        *("dash_core_components", "dash_core_components-shared", "dash_html_components", "bundle"),
    ]


def test_our_own_styles_and_scripts_are_a_file_each_which_browsers_keep(client: FlaskClient) -> None:
    page = client.get("/").text
    for kind, parts in {
        "js": ["regeneratorRuntime", "figures", "dash_clientside.table"],
        "css": [".tip", ".add"],
    }.items():
        [address] = re.findall(rf"/assets/all\.{kind}\?v=\w+", page)
        answer = client.get(address)
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert [part for part in parts if part not in answer.text] == []


def test_the_script_of_the_table_is_there_for_a_page_that_asks(client: FlaskClient) -> None:
    assert len(client.get(TABLE).data) > 1_000_000


def test_the_first_page_is_made_before_anybody_asks(sample_store: Path) -> None:
    app = create_app(sample_store)
    archive = Archive(str(sample_store))
    asked = list[str]()
    app.server.before_request(lambda: asked.append(request.path))
    warm(app, archive).join(60)
    assert (asked[0], sum("_dash-component-suites" in path for path in asked)) == ("/", 10)
    assert [path for path in asked if path == "/figure.json"] == ["/figure.json"] * 3
    assert archive.version().is_checked


def test_a_dashboard_without_a_store_is_warmed_as_far_as_it_goes(tmp_path: Path) -> None:
    app = create_app(tmp_path / "none")
    thread = warm(app, Archive(str(tmp_path / "none")))
    thread.join(60)
    assert not thread.is_alive()
