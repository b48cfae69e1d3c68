"""What a period expression says, before a publication date or a fiscal calendar turns it into dates.

`of` is the container a part is counted in: `Nth("quarter", 3, of=Year(2016))` is "the third quarter of 2016".
`None` there means that the text leaves the year to the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "Ahead",
    "Beside",
    "Century",
    "Day",
    "Decade",
    "Edge",
    "Ending",
    "Era",
    "Expression",
    "FiscalYear",
    "Fuzzy",
    "Month",
    "Node",
    "Now",
    "Nth",
    "NumericDate",
    "Open",
    "Range",
    "Relative",
    "RelativeFiscal",
    "Rest",
    "Rolling",
    "Same",
    "Shift",
    "SplitYear",
    "Stretch",
    "The",
    "ToDate",
    "Unit",
    "WeekOf",
    "Weekday",
    "Year",
]

Unit = Literal["day", "week", "month", "quarter", "half", "year", "decade", "century"]


@dataclass(frozen=True, slots=True)
class Year:
    """`in 2017`."""

    year: int


@dataclass(frozen=True, slots=True)
class SplitYear:
    """`2016-17`, `FY2016/17`, `the 2022/23 season`: a year that begins in one calendar year and ends in the next.

    `2016-2017`, in full, may as well be two years.
    """

    first: int
    style: Literal["bare", "full", "fiscal", "season"] = "bare"


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """`FY17`, `fiscal 2017`: a fiscal year with one name; the country decides which calendar year that is."""

    year: int


@dataclass(frozen=True, slots=True)
class RelativeFiscal:
    """`the current fiscal year`, `last fiscal year`; `complete` asks for the latest one that has ended."""

    offset: int = 0
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Era:
    """`the Iranian year 1401`: a year of the solar Hijri calendar, from 21 March."""

    year: int


@dataclass(frozen=True, slots=True)
class Decade:
    """`the 1990s`, or `the '90s` with two digits."""

    first: int


@dataclass(frozen=True, slots=True)
class Century:
    """`the 21st century`."""

    number: int


@dataclass(frozen=True, slots=True)
class Month:
    """`June 2017`; with a `step`, `last December` (-1), `this May` (0), `next June` (1)."""

    month: int
    of: Node | None = None
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """`30 June 2017`; `month` is None in the first half of `10-25 December`."""

    day: int
    month: int | None = None
    of: Node | None = None


@dataclass(frozen=True, slots=True)
class NumericDate:
    """`30/06/2017`: two numbers of unknown order and a year."""

    first: int
    second: int
    of: Node | None = None


@dataclass(frozen=True, slots=True)
class Nth:
    """`the third quarter of 2016`, `H1 2018`; -1 is the last one."""

    unit: Unit
    n: int
    of: Node | None = None


@dataclass(frozen=True, slots=True)
class Weekday:
    """`Monday`; with a `step`, `last Friday` (-1), `this Friday` (0), `next Friday` (1); Monday is 0."""

    weekday: int
    step: int | None = None


@dataclass(frozen=True, slots=True)
class WeekOf:
    """`the week of 16 September`: Monday to Sunday around a day; `the week beginning 16 September` `begins` on it."""

    of: Node
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """`the first nine months of 2019`, `the last four months of 2021`."""

    unit: Unit
    count: int
    last: bool = False
    of: Node | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """`three months to December`, `the year ended June 30, 2017`."""

    unit: Unit
    count: int
    end: Node
    fiscal: bool = False


@dataclass(frozen=True, slots=True)
class Relative:
    """`last year` (-1), `this quarter` (0), `the year after next` (2), told from the publication date."""

    unit: Unit
    offset: int


@dataclass(frozen=True, slots=True)
class The:
    """`the year`, `that month`: the one the text speaks of, else the one of the publication date."""

    unit: Unit


@dataclass(frozen=True, slots=True)
class Shift:
    """`a year earlier`; `the previous quarter` is `deictic`: with no period before, told from the publication date."""

    unit: Unit
    offset: int
    deictic: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """`two years after 2011` (2), `the month before June 2017` (-1); `the three years before 2020` is a `stretch`."""

    unit: Unit
    count: int
    of: Node
    stretch: bool = False


@dataclass(frozen=True, slots=True)
class Same:
    """`the same period last year`, `the corresponding quarter of 2016`, `the same period`."""

    of: Node | None = None


@dataclass(frozen=True, slots=True)
class Rolling:
    """`the past five years` (-1), `the next 3 decades` (1); no `count` where it says "few"."""

    unit: Unit
    count: int | None
    direction: Literal[-1, 1]
    within: bool = False


@dataclass(frozen=True, slots=True)
class Ahead:
    """`in two years` (1), `three years ago` (-1); `two years from now` is `certain` to lie ahead."""

    unit: Unit
    count: int
    direction: Literal[-1, 1]
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """`early 2019`, `mid-November`, `late last year`."""

    part: Literal["early", "mid", "late"]
    of: Node


@dataclass(frozen=True, slots=True)
class Edge:
    """`the end of 2018`, `the start of the year`: the instant where a stretch begins or ends."""

    side: Literal["start", "end"]
    of: Node


@dataclass(frozen=True, slots=True)
class ToDate:
    """`so far this year`; without `of`, `to date`."""

    of: Node | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """`the rest of the month`, `later in the year`; `later this year` is `loose`: its second half."""

    of: Node
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Now:
    """`today`, `now`: the publication date; `yesterday` (-1), `tomorrow` (1)."""

    offset: int = 0


@dataclass(frozen=True, slots=True)
class Range:
    """`from 2013 to 2018`, `January-June 2017`, `10-25 December`; both ends belong to it."""

    first: Node
    last: Node


@dataclass(frozen=True, slots=True)
class Open:
    """`since 2015`, `by 2030`, `before March`, `as of 1 September`."""

    bound: Literal["since", "after", "until", "before", "asof"]
    of: Node


Node = (
    Year
    | SplitYear
    | FiscalYear
    | RelativeFiscal
    | Era
    | Decade
    | Century
    | Month
    | Day
    | NumericDate
    | Nth
    | Weekday
    | WeekOf
    | Stretch
    | Ending
    | Relative
    | The
    | Shift
    | Beside
    | Same
    | Rolling
    | Ahead
    | Fuzzy
    | Edge
    | ToDate
    | Rest
    | Now
    | Range
    | Open
)


@dataclass(frozen=True, slots=True)
class Expression:
    """A node with its place `[start, end)` in the text."""

    start: int
    end: int
    node: Node
