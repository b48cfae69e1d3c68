"""Text → period expressions and strict dates, before anything is resolved."""

from __future__ import annotations

import datetime as dt

import pytest

from etl.grammar.periods import find_expressions
from etl.grammar.periods.dates import find_dates, parse_date
from etl.grammar.periods.nodes import (
    Beside,
    Day,
    Ending,
    FiscalYear,
    Fuzzy,
    Month,
    Node,
    Nth,
    NumericDate,
    Open,
    Range,
    Relative,
    RelativeFiscal,
    Rolling,
    Same,
    Shift,
    SplitYear,
    Stretch,
    Weekday,
    WeekOf,
    Year,
)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("2017", Year(2017)),
        ("the third quarter of 2016", Nth("quarter", 3, Year(2016))),
        ("1H17", Nth("half", 1, Year(17))),
        ("9MFY23", Stretch("month", 9, of=FiscalYear(23))),
        ("the first eleven months of FY2020-21", Stretch("month", 11, of=SplitYear(2020, "fiscal"))),
        ("the last four months of 2021", Stretch("month", 4, last=True, of=Year(2021))),
        ("three months to December", Ending("month", 3, Month(12))),
        ("mid-November", Fuzzy("mid", Month(11))),
        ("June 30, 2017", Day(30, 6, Year(2017))),
        ("30/06/2017", NumericDate(30, 6, Year(2017))),
        ("last year", Relative("year", -1)),
        ("the past five years", Rolling("year", 5, -1)),
        ("the previous quarter", Shift("quarter", -1, deictic=True)),
        ("a year earlier", Shift("year", -1)),
        ("the same period last year", Same(Relative("year", -1))),
        ("the current fiscal year", RelativeFiscal(0)),
        ("from 2013 to 2018", Range(Year(2013), Year(2018))),
        ("10-25 December", Range(Day(10), Day(25, 12))),
        ("January-June 2017", Range(Month(1), Month(6, Year(2017)))),
        ("two years after 2011", Beside("year", 2, Year(2011))),
        ("the three years before 2019", Beside("year", -3, Year(2019), stretch=True)),
        ("last Friday", Weekday(4, -1)),
        ("Friday, 6 March 2020", Day(6, 3, Year(2020))),
        ("the week of 16 September", WeekOf(Day(16, 9))),
        ("the week ended 13 September", Ending("week", 1, Day(13, 9))),
        ("the last day of this month", Nth("day", -1, Relative("month", 0))),
        ("the 5th of this month", Day(5, of=Relative("month", 0))),
        ("the closing months of 2019", Fuzzy("late", Year(2019))),
        ("up to and including 2019", Open("until", Year(2019))),
        ("by 2030", Open("until", Year(2030))),
        ("no later than June 2018", Open("until", Month(6, Year(2018)))),
    ],
)
def test_phrase_is_read_as_one_node(text: str, node: Node) -> None:
    [expression] = find_expressions(text)
    assert (text[expression.start : expression.end], expression.node) == (text, node)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Exports rose from $3bn in 2013 to $5bn in 2018.", ["2013", "2018"]),
        ("In 2016 and 2017, it fell.", ["2016", "2017"]),
        ("Trade in the first half of 2017\n\nJanuary opened well.", ["the first half of 2017", "January"]),
        ("in February 1987 from 2.85\nbillion in\nJanuary", ["February 1987", "January"]),
        ("the 2018 budget", ["2018"]),
        ("İzmir, 5 May 2017", ["5 May 2017"]),
    ],
)
def test_spans_are_the_words_of_the_period(text: str, spans: list[str]) -> None:
    assert [text[found.start : found.end] for found in find_expressions(text)] == spans


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("19 February 2018 10:39", "2018-02-19"),
        ("Sept. 18, 2024", "2024-09-18"),
        ("September 18th, 2024", "2024-09-18"),
        ("18 Sept 2024", "2024-09-18"),
        ("2024-09-18", "2024-09-18"),
        ("2024-09-18T23:30:00Z", "2024-09-18"),
        ("2024-09-18 10:30:00+05:00", "2024-09-18"),
        ("Mon, 19 Feb 2018 10:39:00 +0500", "2018-02-19"),
        ("Wednesday, September 18, 2024, 9:05 PM", "2024-09-18"),
        ("18.09.2024", "2024-09-18"),
        ("  5 May 2017  ", "2017-05-05"),
        ("29 February 2019", None),
        ("31.11.2024", None),
        ("2024-13-01", None),
        ("2024-02-30", None),
        ("September 2024", None),
        ("Oct 12", None),
        ("10/12/2024", None),
        ("yesterday", None),
        ("19 February 2018, a Monday of some note", None),
        ("", None),
    ],
)
def test_text_is_a_date_or_none(text: str, date: str | None) -> None:
    assert parse_date(text) == (None if date is None else dt.date.fromisoformat(date))


def test_dates_are_found_with_their_places() -> None:
    text = "Updated 18.09.2024; first published Sept. 17, 2024, not 31 November 2024, v2024-09-18."
    found = [(span.within(text), day.isoformat()) for span, day in find_dates(text)]
    assert found == [("18.09.2024", "2024-09-18"), ("Sept. 17, 2024", "2024-09-17")]


def test_time_printed_straight_behind_the_year_leaves_the_date() -> None:
    text = "19 February 201810:39"
    assert [(span.within(text), day) for span, day in find_dates(text)] == [("19 February 2018", dt.date(2018, 2, 19))]
