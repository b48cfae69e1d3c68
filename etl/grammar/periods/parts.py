"""Productions for parts of a year: `30 June 2017`, `2017-Q3`, `the first nine months of 2019`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeVar

from etl.grammar.periods.nodes import (
    Day,
    Ending,
    Month,
    Node,
    Nth,
    NumericDate,
    Range,
    Relative,
    Shift,
    Stretch,
    The,
    Unit,
    Weekday,
    WeekOf,
    Year,
)
from etl.grammar.periods.reader import Production, Reader, choice, production
from etl.grammar.periods.relative import container, year_like
from etl.grammar.periods.tokens import Token
from etl.grammar.periods.years import UNITS, count, ordinal, plain_year, split_year, two_digits, unit

__all__ = ["bare_day", "part", "short_range", "slash_day"]

Found = TypeVar("Found")

_LETTER_UNITS: dict[str, Unit] = {"q": "quarter", "h": "half", "m": "month"}
_PER_YEAR: dict[Unit, int] = {"quarter": 4, "half": 2, "month": 12, "week": 53, "day": 366}
_MONTHS, _MOST_DAYS = 12, 31
_LONGEST_SHORT_RANGE = 50  # years: "1985-90"; a longer one is a code ("2015-86")
_LONGEST_LIST = 4  # members that one "and" after another may share a year with
_LIST_LOOKAHEAD = 8  # tokens: "January, February, March and April 2019"
# After a number these make it an amount, so "in December 20 percent" keeps December and leaves the 20.
_AMOUNT_NEXT = re.compile(
    r"\s*(?:%|[-–]?(?:per\s?cent|pct|pc|mln|bln|bn|million|billion|thousand|crore|lakh|tonnes|tons|mt)\b)",
    re.IGNORECASE,
)
_MONTH_LEADS = frozenset(
    (
        "in",
        "of",
        "since",
        "by",
        "until",
        "from",
        "during",
        "between",
        "through",
        "-",
        "part",
        "edge",
        "digits",
        "ordinal",
        "year",
        "/",
        "last",
        "next",
    )
)
_MARKS = frozenset(("-", "/", ",", ".", "of"))
_SMALL_WORD_BEFORE = re.compile(r"(?<![^\s(\"'’])[a-z\d][\w.,'’]*[\s-]+\Z")


@production("numeric")
def numeric_date(r: Reader) -> Node | None:
    """`numeric_date = YYYY sep MM sep DD | YYYYMMDD | DD "." MM "." YYYY | NN sep NN sep YYYY`."""
    word = r.token.word
    r.skip("numeric")
    parts = [word[:4], word[4:6], word[6:]] if word.isdigit() else re.split(r"[-/.]", word)
    first, second, third = map(int, parts)
    if first > _MOST_DAYS:
        return Day(third, second, Year(first))
    return Day(first, second, Year(third)) if "." in word else NumericDate(first, second, Year(third))


@production("digits | year | month", then="- | /")
def joined_date(r: Reader) -> Day | None:
    """`joined_date = day, month and YEAR in any order, joined by "-" or "/" | day sep month sep NN`: "23-Sep-2020"."""
    tokens = r.tokens[r.at : r.at + 5]
    if len(tokens) < 5 or tokens[1].word != tokens[3].word or not all(token.glued for token in tokens[1:]):  # noqa: PLR2004 - three and two marks
        return None
    pieces = sorted(tokens[::2], key=_place_in_date)
    if [_place_in_date(piece) for piece in pieces] == [0, 0, 1] and len(tokens[4].word) == 2:  # noqa: PLR2004 - NN
        pieces = [tokens[0], tokens[2], tokens[4]]
    elif [_place_in_date(piece) for piece in pieces] != [0, 1, 2]:
        return None
    day, month, year = int(pieces[0].word), pieces[1].kinds["month"], int(pieces[2].word)
    r.at += 5
    return Day(day, month, Year(year)) if 1 <= day <= _MOST_DAYS else None


def _place_in_date(token: Token) -> int:
    """0 for a day, 1 for a month, 2 for a year, 3 for what is none."""
    return next((place for place, kind in enumerate(("digits", "month", "year")) if kind in token.kinds), 3)


@production("year", then="- | /")
def year_month(r: Reader) -> Month | None:
    """`year_month = YYYY ("-" | "/") MM`: "2015-12"; but "2015-16" is a split year."""
    if split_year(r):
        return None
    year = r.number("year")
    if year is None or not r.glued or not r.take("-", "/") or not r.glued:
        return None
    month = r.number("digits")
    return Month(month, Year(year)) if month is not None and 1 <= month <= _MONTHS else None


@production("year", then="-")
def short_range(r: Reader) -> Range | None:
    """`short_range = YYYY "-" YY`: "2013-18" is six years."""
    year = r.number("year")
    if year is None or not r.glued or not r.skip("-") or not r.glued:
        return None
    last = two_digits(r)
    if last is None or not 1 < last - year % 100 < _LONGEST_SHORT_RANGE:
        return None
    return Range(Year(year), Year(year - year % 100 + last))


@production("digits", then="- | /")
def month_year(r: Reader) -> Month | None:
    """`month_year = MM ("-" | "/") YYYY`: "11/2016"."""
    month = r.number("digits")
    if month is None or not r.glued or not r.take("-", "/") or not r.glued:
        return None
    year = plain_year(r)
    return Month(month, year) if year is not None and 1 <= month <= _MONTHS else None


@production("year", then=", | - | / | month | the | q | h | digits | ordinal | number | last")
def year_first(r: Reader) -> Node | None:
    """`year_first = YEAR ("," | "-" | "/")? (month ("-" | "/")? day? | "the"? (lettered | nth))`: "2016 Q3"."""
    year = r.number("year")
    comma = r.skip(",")
    if not comma:
        r.take("-", "/")
    if year is None:
        return None
    month = _month(r)
    if month is None:
        r.skip("the")
        found = _piece(r)
        return replace(found, of=Year(year)) if isinstance(found, Nth) and found.of is None else None
    if comma and container(r):
        return None
    mark = r.at
    r.take("-", "/")
    number = _day_number(r)
    if number is None or container(r):
        r.at = mark
        return Month(month, Year(year))
    return Day(number, month, Year(year))


@production("q | h | digits", then="q | h | m | digits")
def lettered(r: Reader) -> Node | None:
    """`lettered = (("Q" | "H") N | N ("Q" | "H" | "M")) (NN | container)?`: "Q3 2017", "1H17", "9M 2019"."""
    letter = r.take("q", "h")
    number = r.number("digits") if letter is None or r.glued else None
    if letter is None and number is not None and r.glued:
        letter = r.take("q", "h", "m")
    if letter is None or number is None or not 1 <= number <= _PER_YEAR[_LETTER_UNITS[letter.word]]:
        return None
    short = two_digits(r) if r.glued else None
    of = container(r) if short is None else Year(short)
    if letter.word == "m":
        return None if of is None else Stretch("month", number, of=of)
    shared = _listed_with(r, lettered) if of is None else None
    return Nth(_LETTER_UNITS[letter.word], number, shared.of if isinstance(shared, Nth) else of)


@production("ordinal | last | digits | number", then=f"digits | number | - | {UNITS}")
def stretch(r: Reader) -> Stretch | None:
    """`stretch = ("first" | "last") count "-"? units container? | count "-"? units "period"? container`."""
    first = r.number("ordinal")
    last = first == -1 or (first is None and r.skip("last"))
    number = count(r) if first in (None, 1, -1) else None
    r.skip("-")
    name = None if number is None else unit(r, "day", "week", "month", "quarter")
    if number is None or name is None:
        return None
    r.skip("span")
    led = first == 1
    of = _month_of(r) or (container(r) if led or last or not r.sees("in") else None)
    return Stretch(name, number, last, of) if of is not None or (led and name not in ("day", "week")) else None


@production("ordinal | last | digits | number", then=f"st | - | ordinal | and | {UNITS}")
def nth(r: Reader) -> Nth | None:
    """`nth = (ordinal | "last") "-"? ("day" | "month" | ... | "half") (month_of | container)? | ordinal "and" nth`."""
    last = r.skip("last")
    number = -1 if last else ordinal(r)
    if number is not None and r.sees("and"):
        shared = _listed_with(r, nth)
        return None if shared is None else replace(shared, n=number)
    r.skip("-")
    name = None if number is None else unit(r, *_PER_YEAR)
    if name is None or number is None or number > _PER_YEAR[name]:
        return None
    of = (_month_of(r) if name in ("half", "week", "day") else None) or container(r)
    return None if of is None and (last or name in ("month", "week", "day")) else Nth(name, number, of)


@production("unit quarter | unit half", then="digits | number")
def numbered(r: Reader) -> Nth | None:
    """`numbered = ("quarter" | "half") N container`: "quarter 1 of 2018"."""
    name = unit(r, "quarter", "half")
    number = count(r)
    of = container(r)
    if name is None or number is None or of is None or number > _PER_YEAR[name]:
        return None
    return Nth(name, number, of)


@production("weekday | this | last | next")
def weekday(r: Reader) -> Node | None:
    """`weekday = step? weekday | weekday ","? day`: "last Friday"; "Friday, 6 March" is the day it is the name of."""
    step = next((r.number(kind) for kind in ("this", "last", "next") if r.sees(kind, "weekday")), None)
    number = r.number("weekday")
    if number is None:
        return None
    mark = r.at
    r.skip(",")
    r.skip("the")
    day = _dated(r) if step is None else None
    if isinstance(day, Day | NumericDate):
        return day
    r.at = mark
    return Weekday(number, step)


@production("unit week", then="of | starting")
def week_of(r: Reader) -> WeekOf | None:
    """`week_of = "week" ("of" | "beginning") "on"? "the"? day`."""
    r.skip("unit week")
    begins = r.skip("starting")
    r.take("of", "on")
    r.skip("the")
    day = _dated(r)
    return WeekOf(day, begins) if isinstance(day, Day | NumericDate) else None


@production("digits | ordinal | number", then="of | - | / | month | st | ordinal | number | and")
def day_first(r: Reader) -> Day | None:
    """`day_first = day (("of" | "-" | "/")? month year_of? | "of" told_month)`: "30 June 2017", "5th of this month"."""
    number = _day_number(r)
    if number is None:
        return None
    if r.sees("and"):
        shared = _listed_with(r, day_first)
        return None if shared is None else replace(shared, day=number)
    tied = r.take("of", "-", "/")
    month = _month(r)
    if month is not None:
        return Day(number, month, _year_of(r))
    of = year_like(r) if tied and "of" in tied.kinds else None
    return Day(number, of=of) if isinstance(of, Relative | Shift | The) and of.unit == "month" else None


@production("month | this | last | next | previous | unit month")
def month_first(r: Reader) -> Node | None:
    """`month_first = step month | ("month" "of")? month (day year_of? | "quarter" container? | year_of "quarter"?)?`"""
    step = next((r.number(kind) for kind in ("this", "last", "next", "previous") if r.sees(kind, "month")), None)
    r.skip("unit month", "of")
    month = _month(r)
    if month is None:
        return None
    if step is not None:
        return Month(month, step=step)
    if r.skip("unit quarter"):
        return Ending("quarter", 1, Month(month, container(r)))
    dated = _day_of_month(r, month) or _year_after(r, month) or Month(month, _shared_year(r))
    return Ending("quarter", 1, dated) if isinstance(dated, Month) and r.skip("unit quarter") else dated


@production("the | ordinal | number | digits")
def bare_day(r: Reader) -> Day | None:
    """`bare_day = "the"? day`: the first end of "10-25 December"."""
    r.skip("the")
    number = _day_number(r)
    return None if number is None else Day(number)


@production("digits")
def slash_day(r: Reader) -> NumericDate | None:
    """`slash_day = N "/" N`: an end of a range, "from 10/1 to 11/7"; alone it is a fraction."""
    first = r.number("digits")
    second = r.number("digits") if r.glued and r.skip("/") and r.glued else None
    return NumericDate(first, second) if first is not None and second is not None else None


_dated: Production[Node | None] = choice(numeric_date, joined_date, day_first, month_first)
_piece: Production[Node | None] = choice(lettered, nth)
part: Production[Node | None] = choice(
    numeric_date,
    joined_date,
    year_month,
    month_year,
    year_first,
    lettered,
    stretch,
    nth,
    numbered,
    weekday,
    week_of,
    day_first,
    month_first,
)


def _day_of_month(r: Reader, month: int) -> Day | None:
    """`day_of_month = ("the" | "-" | "/")? day year_of?`: "June 30, 2017"; "in June 12" is no date."""
    mark = r.at
    in_month = "in" in r.tokens[r.at - 2].kinds
    r.take("the", "-", "/")
    number = _day_number(r)
    if number is not None:
        of = _year_of(r)
        if of is not None or not in_month:
            return Day(number, month, of)
    r.at = mark
    return None


def _year_after(r: Reader, month: int) -> Month | None:
    """`year_after = year_of | NN`, the two digits more than any day: "August 99"."""
    of = _year_of(r)
    if of is not None or not r.sees("digits"):
        return None if of is None else Month(month, of)
    mark = r.at
    short = two_digits(r)
    if short is not None and short > _MOST_DAYS and not _AMOUNT_NEXT.match(r.text, r.before.end):
        return Month(month, Year(short))
    r.at = mark
    return None


def _day_number(r: Reader) -> int | None:
    """`day = ordinal | N`, 1 to 31 and not an amount."""
    kinds = r.token.kinds
    return _numbered_day(r) if "ordinal" in kinds or "digits" in kinds or "number" in kinds else None


@production("ordinal | number | digits")
def _numbered_day(r: Reader) -> int | None:
    number = ordinal(r) or r.number("digits")
    if number is None or not 1 <= number <= _MOST_DAYS:
        return None
    return None if _AMOUNT_NEXT.match(r.text, r.before.end) else number


def _month(r: Reader) -> int | None:
    """A month at the cursor, where a word that is also another ("may") stands as a month does."""
    token = r.token
    if "month" not in token.kinds or ("unsure" in token.kinds and not _stands_as_month(r)):
        return None
    month = r.number("month")
    if "short" in token.kinds and r.glued:
        r.skip(".")
    return month


def _stands_as_month(r: Reader) -> bool:
    """Whether "may" or "march" has a preposition, a day or a year beside it, or a capital where only a name has one."""
    token, after = r.token, r.tokens[r.at + 1]
    marked = not after.kinds.keys().isdisjoint(_MARKS)
    if marked:
        after = r.tokens[r.at + 2]
    if "year" in after.kinds or "digits" in after.kinds or (marked and "month" in after.kinds):
        return True
    if not r.before.kinds.keys().isdisjoint(_MONTH_LEADS):
        return True
    if "to" in r.before.kinds and not r.tokens[r.at - 2].kinds.keys().isdisjoint(("month", "year", "digits")):
        return True
    left = r.text[max(0, token.start - 24) : token.start]
    return r.text[token.start].isupper() and bool(_SMALL_WORD_BEFORE.search(left))


def _year_of(r: Reader) -> Node | None:
    """`year_of = ("of" | "in")? year_like | ("," | "-" | "/") plain_year`."""
    mark = r.at
    found: Node | None = plain_year(r) if r.take(",", "-", "/") else None
    if found is None:
        r.at = mark
        r.take("of", "in")
        found = year_like(r)
    if found is None:
        r.at = mark
    return found


def _listed_with(r: Reader, parse: Production[Found | None]) -> Found | None:
    """What follows "and", the cursor staying: "the first and second quarters of 2017", "24 and 25 March"."""
    mark = r.at
    r.listed += 1
    found = parse(r) if r.listed <= _LONGEST_LIST and r.skip("and") else None
    r.listed -= 1
    r.at = mark
    return found


def _shared_year(r: Reader) -> Node | None:
    """The year at the end of a list of months: "in October and November 2017" names one year for both."""
    mark = r.at
    year = None
    while r.at < mark + _LIST_LOOKAHEAD and r.take("and", ",", "or") and _month(r) is not None:
        year = plain_year(r)
    r.at = mark
    return year


@production("of")
def _month_of(r: Reader) -> Month | None:
    """`month_of = "of" month year_of?`: "the first half of December"."""
    r.skip("of")
    month = _month(r)
    return None if month is None else Month(month, _year_of(r))
