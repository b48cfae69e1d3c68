"""What the head of a text states about itself: title and day of publication, and nothing that it does not."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.grammar.characters import legible
from etl.sources.header import read_date_line, read_dateline, read_header

DATE_LINES = {
    "a ministry's date with its time run together": (["19 February 201810:39"], dt.date(2018, 2, 19)),
    "month first": (["September 18, 2024"], dt.date(2024, 9, 18)),
    "label before it": (["Published: Sept. 18, 2024"], dt.date(2024, 9, 18)),
    "byline beside it": (["By A. Khan | 18 September 2024 | Islamabad"], dt.date(2024, 9, 18)),
    "published is trusted before updated": (
        ["Last updated: 20 September 2024", "Posted on 18 September 2024"],
        dt.date(2024, 9, 18),
    ),
    "updated is better than nothing": (["Updated 20 September 2024"], dt.date(2024, 9, 20)),
    "an impossible day is none": (["31 February 2018"], None),
    "a sentence with a date is no date line": (["Talks were held on 18 September 2024 in Islamabad"], None),
    "a number is no date line": (["2 min read", "2024"], None),
}

DATELINES = {
    "without a year, the latest such day": (
        "ISLAMABAD, Oct 12 (APP): Trade grew.",
        dt.date(2024, 3, 1),
        dt.date(2023, 10, 12),
    ),
    "the day itself": ("ISLAMABAD, Oct 12 (APP): Trade grew.", dt.date(2023, 10, 12), dt.date(2023, 10, 12)),
    "without a year and a day of retrieval": ("ISLAMABAD, Oct 12 (APP): Trade grew.", None, None),
    "with a year": ("MOSCOW, December 25, 2023. /TASS/. Trade grew.", None, dt.date(2023, 12, 25)),
    "day first": ("NEW DELHI, 3 May (PTI) — Trade grew.", dt.date(2024, 6, 1), dt.date(2024, 5, 3)),
    "country after the place": ("TASHKENT, Uzbekistan, May 3 — Trade grew.", dt.date(2024, 6, 1), dt.date(2024, 5, 3)),
    "a leap day waits for its year": ("KARACHI, Feb 29 (APP): Trade grew.", dt.date(2023, 1, 1), dt.date(2020, 2, 29)),
    "no month": ("ISLAMABAD, Clause 12 (a): Trade grew.", dt.date(2024, 3, 1), None),
    "a sentence": ("On Oct 12 (APP): trade grew.", dt.date(2024, 3, 1), None),
}

HEADERS = {
    "a ministry's page": (
        "19 February 201810:39\n\nComment on the visit to Moscow\n\n • en-GB1\n\nOn February 20 he will visit.",
        {"date line": {"published": "2018-02-19"}, "title line": {"title": "Comment on the visit to Moscow"}},
    ),
    "words of the page are no title": (
        "Top Stories\n\n2 min read\n\nhttps://example.org/a/b c d\n\n“Wheat leads Pakistan’s purchases”\n\nText.",
        {"title line": {"title": "“Wheat leads Pakistan’s purchases”"}},
    ),
    "a subheading below the first paragraph is no title": (
        "Trade between the two countries grew last year to a record.\nStrengthening bilateral trade ties\nMore text.",
        {},
    ),
    "a heading is a title, however short": ("# Wheat\n\nTrade grew.", {"title line": {"title": "Wheat"}}),
    "a byline is no title": ("By Ali Khan and Maria Petrova\n\nTrade grew.", {}),
    "nothing stated": ("Trade grew.", {}),
    "date line and dateline": (
        "Trade between neighbours grows\n18 September 2024\nMOSCOW, September 17, 2024. /TASS/. Trade grew.",
        {
            "date line": {"published": "2024-09-18"},
            "dateline": {"published": "2024-09-17"},
            "title line": {"title": "Trade between neighbours grows"},
        },
    ),
}


@pytest.mark.parametrize(("lines", "day"), DATE_LINES.values(), ids=DATE_LINES)
def test_a_date_line_is_a_line_that_is_a_date(lines: list[str], day: dt.date | None) -> None:
    assert read_date_line(lines) == day


@pytest.mark.parametrize(("line", "retrieved", "day"), DATELINES.values(), ids=DATELINES)
def test_a_dateline_gives_a_day_that_is_never_in_the_future(
    line: str, retrieved: dt.date | None, day: dt.date | None
) -> None:
    assert read_dateline(line, retrieved) == day


@pytest.mark.parametrize(("text", "expected"), HEADERS.values(), ids=HEADERS)
def test_the_head_of_a_text_is_read_and_nothing_is_invented(text: str, expected: dict[str, dict[str, str]]) -> None:
    assert read_header(text) == expected


def test_a_date_after_the_day_of_retrieval_is_not_believed() -> None:
    assert read_header("18 September 2024\n\nTrade grew.", dt.date(2024, 9, 17)) == {}


@given(st.text(max_size=300), st.dates(dt.date(1990, 1, 1), dt.date(2050, 1, 1)))
def test_whatever_the_text_a_title_stands_in_it_and_no_date_is_in_the_future(text: str, retrieved: dt.date) -> None:
    for fields in read_header(text, retrieved).values():
        assert fields.get("title", "") in legible(text).text
        assert dt.date.fromisoformat(fields.get("published", "1990-01-01")) <= retrieved


def test_characters_that_a_reader_does_not_see_are_not_in_the_way() -> None:
    assert read_header("\u200eTrade with Mos\u00adcow grows fast\n\n１９\u00a0February ２０１８\n\nIt grew.") == {
        "date line": {"published": "2018-02-19"},
        "title line": {"title": "Trade with Moscow grows fast"},
    }
