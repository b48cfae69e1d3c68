"""Whatever the text: periods lie in it, in order, and each label gives its dates back."""

from __future__ import annotations

import calendar
import datetime as dt
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from etl.lexicon import read_table, words
from etl.resolve.periods import expand_label, find_periods, label_of, parse_date, shift_years

DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2090, 12, 31))
DAYS_EVER = DAYS | st.sampled_from([dt.date.min, dt.date.max])
VOCABULARY = sorted({word for row in read_table("periods.txt") for word in words(row["words"])})
NUMBERS = ["2017", "2018-19", "2017/18", "17", "5", "31", "1990s", "30/06/2017", "30.06.2017", "'90s", "1H17", "9MFY23"]
MARKS = [" ", " ", " ", "-", "/", ", ", ". ", "'", "\n", "\n\n", " $5bn ", " rose "]
# Words of the grammar in any order: far more often near a period than free text is.
JUMBLES = st.lists(st.sampled_from(VOCABULARY + NUMBERS + MARKS), max_size=14).map(" ".join)
TEXTS = st.one_of(JUMBLES, JUMBLES.map(str.title), st.text(max_size=60))
COUNTRIES = st.sampled_from([None, "PAK", "IND", "USA", "NPL", "RUS", "JPN", "AFG"])


@given(text=TEXTS, published=st.none() | DAYS_EVER, country=COUNTRIES)
@settings(max_examples=400, deadline=None)
def test_periods_lie_in_the_text_in_order_and_their_labels_expand_to_their_dates(
    text: str, published: dt.date | None, country: str | None
) -> None:
    found = find_periods(text, published, country=country)
    for period in found:
        assert text[period.span_start : period.span_end] == period.text != ""
        if period.start and period.end:
            assert period.start <= period.end
        if period.start or period.end:
            assert period.label is not None
            expanded = expand_label(period.label, fiscal_year_start=period.fiscal_year_start)
            assert expanded == (period.start, period.end)
        else:
            assert period.basis == "none"
    assert all(one.span_end <= following.span_start for one, following in pairwise(found))


@given(text=TEXTS)
@settings(max_examples=200, deadline=None)
def test_without_a_publication_date_nothing_rests_on_one(text: str) -> None:
    assert {period.basis for period in find_periods(text)} <= {"explicit", "anaphor", "none"}


@given(start=DAYS, length=st.integers(0, 4000))
def test_label_of_any_stretch_gives_it_back(start: dt.date, length: int) -> None:
    end = start + dt.timedelta(days=length)
    for dates in ((start, end), (start, None), (None, end)):
        label = label_of(*dates)
        assert label is not None
        assert expand_label(label) == dates


@given(first=st.integers(1950, 2080), month=st.integers(1, 12), months=st.integers(1, 36), years=st.integers(-9, 9))
def test_whole_months_shifted_and_shifted_back_are_the_same(first: int, month: int, months: int, years: int) -> None:
    last_year, last_month = divmod(first * 12 + month - 1 + months - 1, 12)
    last_month += 1
    ends = f"{calendar.month_name[month]} {first}", f"{calendar.month_name[last_month]} {last_year}"
    [period] = find_periods(f"from {ends[0]} to {ends[1]}")
    back = shift_years(shift_years(period, years), -years)
    assert (back.start, back.end, back.label) == (period.start, period.end, period.label)


@given(day=DAYS)
def test_date_written_in_any_form_is_read_back(day: dt.date) -> None:
    written = [
        day.isoformat(),
        f"{day.day} {day:%B %Y}",
        f"{day:%b} {day.day}, {day.year}",
        f"{day:%d.%m.%Y}",
        f"{day:%a, %d %b %Y} 10:39:00 +0500",
    ]
    assert [parse_date(text) for text in written] == [day] * len(written)
    assert [period.start for text in written[:4] for period in find_periods(text)] == [day] * 4
