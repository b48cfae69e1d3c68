"""Addresses beside the pages: what each answers, that it is the table of the view, and that OpenAPI tells the truth."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import frictionless
import jsonschema
import pandas as pd
import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.components.charts import drawing_of
from dashboard.data import PARAMETERS, Archive, Selection, View, read_query, write_query
from dashboard.figures.timeline import draw
from dashboard.routes import ROUTES
from dashboard.routes.api import FAULTS
from dashboard.routes.asking import Asked
from dashboard.routes.openapi import describe
from dashboard.routes.snippet import snippet
from dashboard.routes.tables import table_of
from dashboard.signing_in import SIGN_IN, SIGN_OUT
from etl.decisions import DecisionLog, log_of
from etl.export import TABLES, from_csv, from_package
from etl.series import list_series
from tests.decided import about, decide
from tests.sample_store import HOSTILE, make_store

DOCS = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
QUERIES = ["", "metric=exports", "parties=PAK&parties=RUS&from=2018", "from=1900&to=1901", "publisher=Northern+Wire"]


def view_of(archive: Archive, **chosen: Any) -> View:  # noqa: ANN401  the fields of a selection
    return archive.view(Selection(**chosen))


def asked_for(archive: Archive, **chosen: Any) -> Asked:  # noqa: ANN401  the fields of a selection
    return Asked(archive.version(), Selection(**chosen), {}, "http://localhost/")


def test_every_table_of_a_view_is_a_csv_with_its_columns_and_a_telling_name(client: FlaskClient) -> None:
    shapes = {}
    for name, table in TABLES.items():
        answer = client.get(f"/{name}.csv?metric=exports&from=2022")
        frame = from_csv(answer.data, table.columns)
        assert list(frame.columns) == [column.name for column in table.columns]
        assert answer.headers["Content-Disposition"] == f'attachment; filename="trade-figures-{name}-exports-2022.csv"'
        assert answer.content_type == "text/csv; charset=utf-8"
        shapes[name] = len(frame)
    assert shapes == {"claims": 2, "observations": 2, "series": 1, "checks": 0, "documents": 1}


def test_documents_without_a_claim_are_listed_where_nothing_is_chosen(client: FlaskClient) -> None:
    counts = [len(client.get(f"/documents.csv?{query}").text.splitlines()) - 1 for query in ("", "from=1900")]
    assert counts == [8, 6]


def test_excel_gets_the_mark_it_asks_for(client: FlaskClient) -> None:
    plain, marked = (client.get(f"/claims.csv?metric=exports&bom={bom}").data for bom in (0, 1))
    assert marked == b"\xef\xbb\xbf" + plain


def test_a_csv_is_sent_in_parts(client: FlaskClient) -> None:
    answer = client.get("/claims.csv", buffered=False)
    assert answer.is_streamed
    assert answer.content_length is None
    answer.close()


@pytest.mark.parametrize("path", [route.path for route in ROUTES])
def test_who_has_an_answer_is_told_so(client: FlaskClient, path: str) -> None:
    client.get("/api/v1/checks")  # made beside the requests: once they are there, answers stay as they are
    first = client.get(path)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-cache")
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    if path != "/all.csv":
        other = client.get(path, headers={"If-None-Match": 'W/"other"'})
        assert other.status_code == 200


def test_the_tag_changes_with_the_query_and_the_options(client: FlaskClient) -> None:
    asked = ["", "?metric=exports", "?metric=exports&bom=1", "?from=2018", "?transform=growth"]
    assert len({client.get(f"/claims.csv{query}").headers["ETag"] for query in asked}) == len(asked)
    swapped = ["?metric=exports&from=2022", "?from=2022&metric=exports"]
    assert len({client.get(f"/claims.csv{query}").headers["ETag"] for query in swapped}) == 1


def test_the_tag_changes_with_a_decision_about_a_claim(tmp_path: Path) -> None:
    store = make_store(tmp_path / "store")
    first = create_app(store).server.test_client().get("/claims.csv")
    claims = Archive(str(store)).view(Selection()).claims
    DecisionLog(log_of(store)).append([decide(about(claims, 0), "a", "reject", reason="a misprint")])
    again = create_app(store).server.test_client().get("/claims.csv", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.text.count("\r\n")) == (200, first.text.count("\r\n") - 1)


def test_a_drawing_is_made_once_for_all_who_ask_and_anew_after_a_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counted(*drawn: Any) -> Any:  # noqa: ANN401  as `drawing_of`
        made.append(drawn[1])
        return drawing_of(*drawn)

    monkeypatch.setattr("dashboard.routes.charts.drawing_of", counted)
    store = make_store(tmp_path / "store")
    app, archive = create_app(store), Archive(str(store))
    assert app.server.test_client().get("/checks.csv").status_code == 200  # the flags of a drawing are checks
    first, again, dark = (
        app.server.test_client().get(f"/figure.json?chart=0&scheme={scheme}") for scheme in ("light", "light", "dark")
    )
    assert (first.data, made, first.data != dark.data) == (again.data, ["light", "dark"], True)
    claims = archive.view(Selection()).claims
    five = {"value": 5.0}
    decisions = [decide(about(claims, row), f"a{row}", "correct", decided=five) for row in range(len(claims))]
    DecisionLog(log_of(store)).append(decisions)
    other = create_app(store).server.test_client().get("/figure.json?chart=0")
    assert (other.data != first.data, len(made)) == (True, 3)


@pytest.mark.parametrize(
    "query", ["currency=EUR", "transform=growth", "transform=index&base=2023", "unit=kt", "transform=share"]
)
def test_the_observations_of_a_view_are_those_its_charts_draw(
    client: FlaskClient, archive: Archive, query: str
) -> None:
    """What was made of a figure stands beside it; one that was refused has no figure, and says why."""
    view = archive.view(read_query(parse_qs(query), archive.snapshot())[0])
    columns = (*TABLES["observations"].columns, *TABLES["observations"].made)
    whole = from_csv(client.get(f"/observations.csv?{query}").data, columns).set_index("observation_id")
    assert len(whole) == view.observation_count
    for chart in view.charts:
        drawn, refused = chart.drawn.observations, chart.drawn.refused
        for name in ("value", "value_upper", "low", "high", "unit", "sides"):
            shown = whole.loc[drawn["observation_id"], name]
            pd.testing.assert_series_equal(shown.reset_index(drop=True), drawn[name], check_dtype=False)
        left = whole.loc[refused["observation_id"]]
        assert left[["value", "value_upper", "low", "high", "sides"]].isna().all(axis=None)
        assert left["refused"].tolist() == refused["refused"].tolist()


def test_observations_in_parts_are_the_same_as_all_at_once(archive: Archive) -> None:
    rows = table_of(asked_for(archive, currency="EUR", transform="growth"), "observations")
    parts = pd.concat(rows.parts(2), ignore_index=True)
    pd.testing.assert_frame_equal(parts, rows.at(0, rows.count))


def test_series_in_parts_are_listed_as_of_all_observations(archive: Archive, view: View) -> None:
    parts = pd.concat(table_of(asked_for(archive), "series").parts(2), ignore_index=True)
    pd.testing.assert_frame_equal(parts, list_series(view.observations))


@pytest.mark.parametrize("query", [*QUERIES, "transform=growth"])
def test_the_package_of_a_view_holds_its_tables_and_says_what_was_chosen(
    client: FlaskClient, query: str, tmp_path: Path
) -> None:
    (tmp_path / "view.zip").write_bytes(client.get(f"/package.zip?{query}").data)
    assert frictionless.validate(tmp_path / "view.zip").flatten(["message"]) == []
    package = from_package(tmp_path / "view.zip")
    for name in ("claims", "observations", "checks"):
        columns = (*TABLES[name].columns, *TABLES[name].made)
        frame = from_csv(client.get(f"/{name}.csv?{query}").data, columns)
        pd.testing.assert_frame_equal(package.tables[name], frame)
    assert set(package.tables["documents"]["document_id"]) == set(package.tables["claims"]["document_id"])
    assert package.chosen.link == f"http://localhost/{'?' if query else ''}{query}"
    assert package.chosen.store_version == 1


def test_the_charts_of_a_view_can_be_drawn_from_its_package(client: FlaskClient, view: View) -> None:
    observations = from_package(client.get("/package.zip").data).tables["observations"]
    for chart in view.charts:
        mine = (observations["subject"] == chart.title) & (observations["dimension"] == chart.dimension)
        assert draw(observations[mine & observations["period_start"].notna()]) == draw(chart.observations)


def test_a_package_says_its_filters_in_words(client: FlaskClient) -> None:
    answer = client.get("/package.zip?parties=RUS&parties=PAK&from=2018")
    assert from_package(answer.data).chosen.filters == ("Who is concerned: Pakistan and Russia", "From: 2018")
    assert "trade-figures-package-pak-rus-2018.zip" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert "- Who is concerned: Pakistan and Russia\n- From: 2018\n" in archive.read("README.md").decode()


@pytest.mark.parametrize(
    ("ending", "media_type", "begins"),
    [
        ("txt", "text/plain", "Northern Wire, “Wheat”, 12 Feb 2024."),
        ("bib", "application/x-bibtex", "@misc{northernwire2024-"),
        ("json", "application/vnd.citationstyles.csl+json", '[\n  {\n    "id": "northernwire2024-'),
    ],
)
def test_the_documents_of_a_view_are_cited_in_every_form(
    client: FlaskClient, ending: str, media_type: str, begins: str
) -> None:
    answer = client.get(f"/citations.{ending}?metric=exports")
    assert answer.content_type == f"{media_type}; charset=utf-8"
    assert answer.text.startswith(begins)


@pytest.mark.parametrize("table", TABLES)
def test_the_pages_of_the_api_are_the_table_of_the_view(client: FlaskClient, table: str) -> None:
    rows: list[dict[str, Any]] = []
    link, pages = f"/api/v1/{table}?limit=3", 0
    while link:
        answer = client.get(link)
        content = answer.get_json()
        assert (content["limit"], content["offset"], content["store_version"]) == (3, len(rows), 1)
        rows += content["rows"]
        link, pages = content["next"], pages + 1
        assert answer.headers.get("Link") == (f'<{link}>; rel="next"' if link else None)
    assert (len(rows), pages) == (content["total"], max(1, -(-content["total"] // 3)))
    shown = from_csv(client.get(f"/{table}.csv").data, TABLES[table].columns)
    days = {str(name): shown[name].dt.strftime("%Y-%m-%d") for name in shown.select_dtypes("datetime")}
    plain = shown.assign(**days).astype(object)
    assert rows == plain.where(plain.notna(), None).to_dict("records")


def test_a_page_beyond_the_end_is_empty(client: FlaskClient) -> None:
    content = client.get("/api/v1/claims?offset=500").get_json()
    assert (content["total"], content["rows"], content["next"]) == (12, [], None)


@pytest.mark.parametrize(
    ("path", "status", "parameters"),
    [
        ("/api/v1/claims?metric=nonsense&from=x", 400, ["metric", "from"]),
        ("/api/v1/claims?from=2020&to=2010", 400, ["from"]),
        ("/api/v1/claims?limit=0&offset=-1", 400, ["limit", "offset"]),
        ("/api/v1/claims?colour=red", 400, ["colour"]),
        ("/openapi.json?metric=exports", 400, ["metric"]),
        ("/api/v1/nonsense", 404, []),
    ],
)
def test_the_api_refuses_in_json_and_names_the_parameter(
    client: FlaskClient, path: str, status: int, parameters: list[str]
) -> None:
    answer = client.get(path)
    content = answer.get_json()
    jsonschema.Draft202012Validator(FAULTS).validate(content)
    assert (answer.status_code, content["status"]) == (status, status)
    assert sorted(error["parameter"] for error in content["errors"]) == sorted(parameters)
    assert content["message"]


def test_without_a_store_every_address_says_why(tmp_path: Path) -> None:
    client = create_app(tmp_path / "nowhere").server.test_client()
    for route in ROUTES:
        answer = client.get(route.path)
        said = answer.get_json()["message"] if route.is_api else answer.text
        assert (answer.status_code, "no store at" in said) == (503, True), route.path


def test_openapi_lists_every_address_that_is_no_page_and_no_other(client: FlaskClient) -> None:
    served = {rule.rule for rule in create_app("store").server.url_map.iter_rules()}
    dash = {
        rule for rule in served if rule.startswith(("/_", "/assets", "/static", "/healthz", "/<path", "/api/<path"))
    } | {"/", SIGN_IN, SIGN_OUT}
    assert set(client.get("/openapi.json").get_json()["paths"]) == {route.path for route in ROUTES} == served - dash


def test_openapi_describes_every_parameter_once() -> None:
    described = describe(ROUTES)
    assert list(described["components"]["parameters"]) == [each.name for each in PARAMETERS]
    for route in ROUTES:
        named = described["paths"][route.path]["get"]["parameters"]
        own = [each["name"] for each in named if "name" in each]
        assert own == [extra.name for extra in route.extras]
        assert len(named) == len(own) + (len(PARAMETERS) if route.takes_view else 0)


@pytest.mark.parametrize("table", TABLES)
def test_an_answer_of_the_api_keeps_the_schema_it_names(client: FlaskClient, table: str) -> None:
    described = client.get("/openapi.json").get_json()
    schema = described["paths"][f"/api/v1/{table}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    whole = {**schema, "components": described["components"]}
    jsonschema.Draft202012Validator.check_schema(whole)
    jsonschema.Draft202012Validator(whole).validate(client.get(f"/api/v1/{table}").get_json())


def test_openapi_is_as_its_standard_wants_it() -> None:
    described = describe(ROUTES)
    assert (described["openapi"], list(described)) == ("3.1.0", ["openapi", "info", "servers", "paths", "components"])
    ids = [path["get"]["operationId"] for path in described["paths"].values()]
    assert len(set(ids)) == len(ids)
    for path in described["paths"].values():
        assert {"operationId", "summary", "parameters", "responses"} == set(path["get"])
        for answer in path["get"]["responses"].values():
            assert "description" in answer
    text = json.dumps(described)
    for reference in set(re.findall(r'"#/components/(\w+)/(\w+)"', text)):
        assert reference[1] in described["components"][reference[0]]


def test_the_manual_lists_every_address_and_parameter() -> None:
    listed = re.findall(r"(?m)^\| `(/[^`?]*)[^`]*` \|", DOCS)
    assert listed == [route.path for route in ROUTES]
    parameters = re.findall(r"(?m)^\| `(\w+)` \|", DOCS)
    extras = {extra.name: extra for route in ROUTES for extra in route.extras}
    assert parameters == [*(each.name for each in PARAMETERS), *extras]


# The values of a filter stand in the order of the alphabet, as in an address that was read.
CHOSEN: list[dict[str, Any]] = [
    {},
    {"metric": ("exports", "price")},
    {"parties": ("PAK",), "first": 2018},
    {"parties": ("PAK", "RUS"), "product": ("none",), "first": 2018, "last": 2021},
    {"status": ("potential",)},
    {"publisher": ("The Ledger", "none"), "last": 2022},
    {"reporter": ("RUS", "none"), "frequency": ("annual",)},
    {"agreement": ("agree", "conflict"), "status": ("actual",)},
    {"sources": 2, "as_of": dt.date(2024, 9, 30)},
    {"review": ("accepted", "unreviewed"), "as_of": dt.date(2024, 9, 30)},
    {"series": ("exports.of-wheat.rus-to-pak.mass", "trade-turnover.pak-rus.currency-usd.fiscal-year-jul-jun")},
]


@pytest.mark.parametrize("chosen", CHOSEN)
def test_the_snippet_of_a_view_makes_its_tables_from_address_and_store(
    client: FlaskClient, archive: Archive, chosen: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each half of the script is run; pandas gets what the address answers."""
    script = client.get(f"/snippet.py?{write_query(Selection(**chosen))}").text
    read = pd.read_csv

    def fetch(address: str, **options: Any) -> pd.DataFrame:  # noqa: ANN401
        parts = urlsplit(address)
        frame: pd.DataFrame = read(io.BytesIO(client.get(f"{parts.path}?{parts.query}").data), **options)
        return frame

    monkeypatch.setattr(pd, "read_csv", fetch)
    whole = script.replace('store = "store"', f"store = {archive.path!r}")
    first, second = whole.partition("# From the store,")[::2]
    view = view_of(archive, **chosen)
    for half in (first, f"#{second}"):
        names: dict[str, Any] = {}
        exec(half, names)  # noqa: S102  our own script
        assert sorted(names["claims"]["claim_id"]) == sorted(view.claims["claim_id"])
        made, shown = (
            each.set_index("observation_id")["value"].sort_index()
            for each in (names["observations"], view.observations)
        )
        pd.testing.assert_series_equal(made, shown, check_dtype=False, check_index_type=False)


@pytest.mark.parametrize(
    "chosen",
    [
        {"currency": "EUR", "transform": "growth"},
        {"currency": "EUR", "unit": "kg"},
        {"unit": "kg", "transform": "change"},
        {"metric": ("trade_turnover",), "transform": "index", "base": "2017"},
        {"metric": ("exports",), "unit": "no such unit", "transform": "change"},
        {"transform": "share"},
        {"transform": "share", "layout": "overlay"},
        {"metric": ("price",), "first": 1900, "last": 1901, "transform": "change"},
    ],
)
def test_the_snippet_of_a_view_draws_what_its_charts_draw(archive: Archive, chosen: dict[str, Any]) -> None:
    script = snippet(Selection(**chosen), "http://h/").partition("# From the store,")[2]
    names: dict[str, Any] = {"pd": pd}
    exec(f"#{script}".replace('store = "store"', f"store = {archive.path!r}"), names)  # noqa: S102  our own script
    charts = view_of(archive, **chosen).charts
    shown = {
        row.observation_id: pytest.approx(row.value)
        for chart in charts
        for row in chart.drawn.observations.itertuples()
    }
    charted = {name for chart in charts for name in chart.observations["observation_id"]}
    drawn = names["drawn"]
    assert {row.observation_id: row.value for row in drawn.itertuples() if row.observation_id in charted} == shown


def test_a_snippet_says_what_only_the_address_carries() -> None:
    script = snippet(Selection(as_of=dt.date(2024, 1, 31), rule="most precise", scale="log"), "http://h/")
    assert 'etl.load_claims(store, as_of="2024-01-31")' in script
    assert 'rule="most precise"' in script
    assert "# Only in the address: scale;" in script


def test_a_name_in_a_snippet_stays_a_name() -> None:
    script = snippet(Selection(publisher=('"]; import os #',)), "http://h/")
    compile(script, "snippet", "exec")
    assert 'isin(["\\"]; import os #"])' in script


def test_a_standalone_chart_is_one_file_with_every_source_and_nothing_that_runs(
    client: FlaskClient, view: View
) -> None:
    answer = client.get("/chart.html?chart=0")
    page = answer.text
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="trade-figures-chart-trade-between-')
    head, _, table = page.partition("</style>")
    assert "default-src 'none'; script-src 'sha256-" in head
    assert re.findall(r'(?:src|href)="((?!https?://)[^"]*)"', table.split("<script")[0]) == []
    ids = re.findall(r'<tbody id="(\w+)">', page)
    assert ids == view.charts[0].observations["observation_id"].tolist()
    claims = view.charts[0].observations["claims"].sum()
    assert page.count("<tr>") - 1 == claims
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert str(HOSTILE.title) not in page
    assert "javascript:alert" not in page
    assert 1e6 < len(page) < 6e6


def test_a_standalone_chart_has_the_figures_that_are_drawn_and_why_others_are_not(client: FlaskClient) -> None:
    page = client.get("/chart.html?transform=growth&metric=trade_turnover").text
    table = page.partition("<tbody")[2]
    assert "Change, %: 100 × value" in page
    assert "not drawn: no figure for" in table
    assert re.search(r"[0-9] %</td>", table)


def test_a_picture_carries_its_caption_as_text(client: FlaskClient) -> None:
    plain, pictured = (
        client.get(f"/figure.json?caption={caption}").get_json()["figure"]["layout"] for caption in (0, 1)
    )
    added = pictured["title"]["text"].removeprefix(plain["title"]["text"])
    assert "5 documents, 2019–2024; latest: Northern Wire, 2 Oct 2024. Read by trade-figures" in added
    higher = 22 * added.count("<br>") + 16
    assert pictured["height"] - plain["height"] == pictured["margin"]["t"] - plain["margin"]["t"] == higher
