"""Numbers and days in the form of the reader: on pages and in charts; files and words of documents stay as they are."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.form import ENGLISH, Form, form_of, format_day, reader, whole, write_for, written
from dashboard.theme import format_value

GERMAN = Form(".", ",", "de")
DAY = dt.date(2024, 10, 2)


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        ("de", GERMAN),
        ("de;q=0.9,en;q=0.5", GERMAN),
        ("de-CH,de", Form("’", ".", "de_CH")),
        ("fr-FR", Form("\N{NARROW NO-BREAK SPACE}", ",", "fr_FR")),
        ("hi-IN", Form(",", ".", "hi_IN")),
        ("zh-Hans-CN", Form(",", ".", "zh")),
        ("de-ZZ", GERMAN),
        ("root", ENGLISH),
        ("wa", ENGLISH),
        ("en-GB,de", ENGLISH),
        ("EN", ENGLISH),
        ("", ENGLISH),
        ("*", ENGLISH),
        ("xx-unknown", ENGLISH),
        ("../../etc/passwd", ENGLISH),
        ("de\x00", ENGLISH),
        ("a" * 10_000, ENGLISH),
    ],
)
def test_the_first_language_of_a_browser_decides(languages: str, expected: Form) -> None:
    assert form_of(languages) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234,567.891", "1.234.567,891"),
        ("1.02 + 2.5 = 3.52", "1,02 + 2,5 = 3,52"),
        ("−$1,020.5 m (2023)", "−$1.020,5 m (2023)"),
        ("3.1–4.2 Mt, 5 of 1,200", "3,1–4,2 Mt, 5 of 1.200"),
        ("in 2017, 2018 and 2019.", "in 2017, 2018 and 2019."),
        ("FY2022/23, 2017-06, v1.2.3", "FY2022/23, 2017-06, v1.2.3"),
        ("667,920 and 667, 920", "667.920 and 667, 920"),
        ("no number", "no number"),
    ],
)
def test_separators_change_and_nothing_else(text: str, expected: str) -> None:
    assert written(text) == text
    with write_for(GERMAN):
        assert written(text) == expected


def test_figures_counts_and_days_are_written_for_the_reader_and_for_nobody_after_him() -> None:
    with write_for(GERMAN):
        said = [whole(1_020_000), format_value(1.02e9, "USD"), format_day(DAY), format_day(None)]
    assert said == ["1.020.000", "$1,02 bn", "2. Okt. 2024", "no date"]
    assert (reader(), whole(1_020_000), format_day(DAY)) == (ENGLISH, "1,020,000", "2 Oct 2024")


def test_charts_are_written_for_each_reader_and_kept_for_each(client: FlaskClient) -> None:
    asked = "/figure.json?chart=0&metric=trade_turnover"
    answers = {language: client.get(asked, headers={"Accept-Language": language}) for language in ("en", "de", "en-GB")}
    told = {language: answer.get_json() for language, answer in answers.items()}
    assert told["en"] == told["en-GB"] != told["de"]
    values = {
        language: {side["value"] for each in said["details"].values() for side in each}
        for language, said in told.items()
    }
    assert "$1.02 bn" in values["en"]
    assert "$1,02 bn" in values["de"]
    assert [told[language]["figure"]["layout"]["separators"] for language in ("en", "de")] == [".,", ",."]
    assert "Accept-Language" in answers["de"].headers["Vary"]
    known = {"Accept-Language": "de", "If-None-Match": answers["de"].headers["ETag"]}
    assert client.get(asked, headers=known).status_code == 304
    assert client.get(asked, headers={**known, "Accept-Language": "en"}).status_code == 200


def test_words_of_documents_stay_as_they_are(client: FlaskClient) -> None:
    told = client.get("/figure.json?metric=trade_turnover", headers={"Accept-Language": "de"}).get_json()
    said = [side for each in told["details"].values() for side in each]
    assert any("“$1.02 billion”" in side["written"] for side in said)
    assert any("$1.02 billion in 2023" in side["quote"] for side in said)


@pytest.mark.parametrize(
    "path", ["/claims.csv", "/all.csv", "/chart.html?metric=trade_turnover", "/snippet.py", "/api/v1/claims"]
)
def test_files_are_the_same_for_all(client: FlaskClient, path: str) -> None:
    bodies = {client.get(path, headers={"Accept-Language": language}).data for language in ("en", "de", "fr")}
    assert len(bodies) == 1


def test_pages_are_written_for_each_reader(sample_store: Path) -> None:
    caller = create_app(sample_store).server.test_client()
    location = "_pages_location"
    body = {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
        "inputs": [
            {"id": location, "property": "pathname", "value": "/"},
            {"id": location, "property": "search", "value": ""},
        ],
        "changedPropIds": [f"{location}.pathname"],
    }
    pages = [
        caller.post("/_dash-update-component", json=body, headers={"Accept-Language": language}).text
        for language in ("en", "de", "en", "de")
    ]
    assert pages[0] == pages[2] != pages[1] == pages[3]
    assert ("2 Oct 2024" in pages[0], "2. Okt. 2024" in pages[1]) == (True, True)
