"""Productions for years and longer: `2017`, `FY2016-17`, `the 2022/23 season`, `the 1990s`, `nineteen ninety`."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from etl.grammar.periods.nodes import Century, Decade, Era, FiscalYear, Node, SplitYear, Unit, Year
from etl.grammar.periods.reader import Production, Reader, choice, production

__all__ = [
    "UNITS",
    "absolute_year",
    "count",
    "named_fiscal",
    "ordinal",
    "plain_year",
    "split_year",
    "two_digits",
    "unit",
]

Style = Literal["bare", "full", "fiscal", "season"]

_UNITS: dict[str, Unit] = {
    "unit day": "day",
    "unit week": "week",
    "unit month": "month",
    "unit quarter": "quarter",
    "unit half": "half",
    "unit year": "year",
    "unit decade": "decade",
    "unit century": "century",
}
UNITS = " | ".join(kind for kind in _UNITS if kind != "unit century")  # as `production` lists kinds
_DIGITS_OF_YEAR = 4


def unit(r: Reader, *units: str) -> Unit | None:
    """The unit at the cursor if it is one of `units` (any but a century without them); "half-year" is a half."""
    name = _UNITS.get(r.token.role)
    if name is None or (name not in units if units else name == "century"):
        return None
    r.at += 1
    if name == "half" and not r.skip("-", "unit year"):
        r.skip("unit year")
    return name


def count(r: Reader) -> int | None:
    """`count = N | NN_words`."""
    if "digits" in r.token.kinds:
        return r.number("digits") or None
    return _spelled_number(r) if "number" in r.token.kinds else None


def ordinal(r: Reader) -> int | None:
    """`ordinal = ordinal_word | tens "-"? ordinal_word | N ("st" | "nd" | "rd" | "th")`; "final" is -1."""
    kinds = r.token.kinds
    return _ordinal(r) if "ordinal" in kinds or "digits" in kinds or "number" in kinds else None


@production("ordinal | number | digits")
def _ordinal(r: Reader) -> int | None:
    tens = r.number("number") or 0
    if tens:
        r.skip("-")
    number = r.number("ordinal")
    if number is not None:
        return tens + number
    digits = None if tens else r.number("digits")
    return digits if digits is not None and r.glued and r.skip("st") else None


@production("digits")
def two_digits(r: Reader) -> int | None:
    """`NN`: a year of the century that the publication date decides."""
    token = r.take("digits")
    return int(token.word) if token is not None and len(token.word) == 2 else None  # noqa: PLR2004 - its name says it


@production("year | '")
def plain_year(r: Reader) -> Year | None:
    """`plain_year = YEAR | "'" NN`."""
    year = r.number("year")
    if year is None and r.skip("'"):
        year = two_digits(r)
    return None if year is None else Year(year)


@production("full | calendar | unit year | year | '")
def calendar_year(r: Reader) -> Year | None:
    """`calendar_year = ("full" "-"? "of"?)? "calendar"? ("year" "of"?)? plain_year | "CY" NN`: "the year 2008"."""
    if r.skip("full"):
        r.skip("-")
        r.skip("of")
    if r.skip("calendar") and r.glued and r.sees("digits"):
        short = two_digits(r)
        return None if short is None else Year(short)
    if r.skip("unit year"):
        r.skip("of")
    return plain_year(r)


@production("year", then="- | /")
def split_year(r: Reader) -> SplitYear | None:
    """`split_year = YEAR ("-" | "/") (NN | YEAR)` where the second follows the first."""
    first = r.number("year")
    return None if first is None else _second_year(r, first, "bare")


@production("year | digits | '")
def named_fiscal(r: Reader) -> SplitYear | FiscalYear | None:
    """`named_fiscal = "'"? (YEAR | NN) (("-" | "/") (NN | YEAR))?`: what may follow "FY"."""
    r.skip("'")
    year = r.number("year") if r.sees("year") else two_digits(r)
    if year is None:
        return None
    return _second_year(r, year, "fiscal") or FiscalYear(year)


@production("fiscal", then="unit year | year | digits | '")
def fiscal_year(r: Reader) -> SplitYear | FiscalYear | None:
    """`fiscal_year = "fiscal" "year"? named_fiscal`: "FY2016-17", "fiscal 2017"."""
    r.skip("fiscal")
    r.skip("unit year")
    return named_fiscal(r)


@production("year", then="- | / | fiscal")
def year_fiscal(r: Reader) -> SplitYear | FiscalYear | None:
    """`year_fiscal = YEAR_named_fiscal "-"? "fiscal" "year"`: "the 2016-17 fiscal year"."""
    named = named_fiscal(r)
    r.skip("-")
    return named if r.skip("fiscal", "unit year") else None


@production("season", then="unit year | year")
def season_year(r: Reader) -> SplitYear | None:
    """`season_year = "season" "year"? split_year`: no calendar says when a crop's year begins."""
    r.skip("season")
    r.skip("unit year")
    split = split_year(r)
    return None if split is None else replace(split, style="season")


@production("year", then="- | /")
def year_season(r: Reader) -> SplitYear | None:
    """`year_season = split_year "season" "year"?`: "the 2022/23 marketing year"."""
    split = split_year(r)
    if split is None or not r.skip("season"):
        return None
    r.skip("unit year")
    return replace(split, style="season")


@production("era")
def era_year(r: Reader) -> Era | None:
    """`era_year = "era" "year"? NNNN`: "the Iranian year 1401"."""
    r.skip("era")
    r.skip("unit year")
    year = r.number("digits")
    return Era(year) if year is not None and 1300 <= year <= 1500 else None  # noqa: PLR2004 - the era's 1921 to 2122


@production("year | digits | '", then="digits | s | '")
def decade(r: Reader) -> Decade | None:
    """`decade = (YEAR | NN) "'"? "s"`, NN behind "the", a hyphen or an apostrophe: "the 1990s", "the '90s"."""
    led = not r.before.kinds.keys().isdisjoint(("the", "-", "part"))
    marked = r.skip("'")
    token = r.take("year", "digits")
    r.skip("'")
    if token is None or not r.skip("s") or not token.word.endswith("0"):
        return None
    if len(token.word) == _DIGITS_OF_YEAR:
        return Decade(int(token.word))
    return Decade(int(token.word)) if (led or marked) and len(token.word) == 2 else None  # noqa: PLR2004 - NN


@production("plural | number")
def spelled_decade(r: Reader) -> Decade | None:
    """`spelled_decade = ("the" | number "-"?) plural`: "the nineties", "nineteen seventies"; "tens of" is a count."""
    led = not r.before.kinds.keys().isdisjoint(("the", "-", "part"))
    head = r.number("number")
    r.skip("-")
    tail = r.number("plural")
    if tail is None or not (led or head):
        return None
    if tail == 1000:  # noqa: PLR2004 - "thousands"
        return Decade(2000) if head == 2 else None  # noqa: PLR2004 - "two thousands"
    if head and tail > 90:  # noqa: PLR2004 - "eighty noughties"
        return None
    return Decade(100 * (head or 0) + tail)


@production("ordinal | digits | number", then="- | unit century | ordinal | st")
def century(r: Reader) -> Century | None:
    """`century = ordinal "-"? "century"`."""
    number = ordinal(r)
    r.skip("-")
    return Century(number) if number is not None and number > 0 and unit(r, "century") else None


@production("number", then="- | number | thousand")
def spelled_year(r: Reader) -> Year | None:
    """`spelled_year = ("nineteen" | "twenty") NN_words | "two thousand" "and"? NN_words?`."""
    head = r.number("number")
    if head == 2 and r.skip("thousand"):  # noqa: PLR2004 - "two thousand"
        r.skip("and")
        return Year(2000 + (_spelled_number(r) or 0))
    if head not in (19, 20):
        return None
    r.skip("-")
    tail = _spelled_number(r)
    return Year(100 * head + tail) if tail is not None and tail > 9 else None  # noqa: PLR2004 - "twenty five" is 25


absolute_year: Production[Node | None] = choice(
    fiscal_year,
    year_fiscal,
    season_year,
    year_season,
    era_year,
    decade,
    spelled_decade,
    century,
    split_year,
    calendar_year,
    spelled_year,
)


@production("number")
def _spelled_number(r: Reader) -> int | None:
    """`NN_words = number ("-"? digit)?`: "eleven", "twenty-one"."""
    number = r.number("number")
    if number is None or number < 20:  # noqa: PLR2004 - "eleven" is complete
        return number
    return number + (_digit_word(r) or 0)


@production("- | number")
def _digit_word(r: Reader) -> int | None:
    """`digit = "-"? ("one" | ... | "nine")`."""
    r.skip("-")
    digit = r.number("number")
    return digit if digit is not None and digit < 10 else None  # noqa: PLR2004 - a single digit


def _second_year(r: Reader, first: int, style: Style) -> SplitYear | None:
    """`second_year = ("-" | "/") (NN | YEAR)`, the year after `first`."""
    mark = r.at
    mark_between = r.take("-", "/")
    if mark_between is not None:
        second = r.number("year") if r.sees("year") else two_digits(r)
        if second == first + 1 and style == "bare" and "-" in mark_between.kinds:
            return SplitYear(first, "full")
        if second in (first + 1, (first + 1) % 100):
            return SplitYear(first, style)
    r.at = mark
    return None
