"""Productions for whole phrases: `from 2013 to 2018`, `since March`, `the end of 2017`, `three months to December`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from etl.grammar.periods.nodes import (
    Beside,
    Day,
    Edge,
    Ending,
    Fuzzy,
    Month,
    Node,
    Now,
    Nth,
    Open,
    Range,
    Relative,
    RelativeFiscal,
    Same,
    Stretch,
    ToDate,
)
from etl.grammar.periods.parts import bare_day, part, short_range, slash_day
from etl.grammar.periods.reader import Production, Reader, choice, production
from etl.grammar.periods.relative import (
    ahead,
    container,
    now,
    relative,
    rolling,
    shift,
    the_unit,
    to_date,
    year_to_date,
)
from etl.grammar.periods.years import UNITS, absolute_year, count, unit

__all__ = ["phrase"]

Bound = Literal["since", "after", "until", "before", "asof"]

_NEGATED: dict[Bound, Bound] = {"after": "until", "before": "since"}  # "no later than"
_INCLUSIVE: dict[Bound, Bound] = {"after": "since", "before": "until"}  # "after or on"
_COMPARED = "later | earlier | sooner"
_PARTS: tuple[Literal["early", "mid", "late"], ...] = ("early", "mid", "late")
_DATES_FOLLOW = frozenset(("of", "from", "between", "to", "until", "ended", "month", "year", "digits", "q", "h"))
_DAY_STARTS = frozenset(("month", "weekday", "digits", "numeric", "ordinal", "the"))
_NEVER_DAY = frozenset(("year", "month", "a", "'")) | frozenset(UNITS.split(" | "))  # roles, most frequent ones
_ENDING_SECOND = f"digits | number | - | fiscal | span | that | just | ended | to | through | until | {UNITS}"
_WORD_NEXT = re.compile(r"\s*\w")


@production("part")
def fuzzy(r: Reader) -> Fuzzy | None:
    """`fuzzy = ("early" | "mid" | "late") stages? ("-" | "of" | "in")? "the"? granule`."""
    number = r.number("part")
    if number is None:
        return None
    _stages(r)
    r.take("-", "of", "in")
    of = granule(r)
    return None if of is None else Fuzzy(_PARTS[number], of)


@production("ordinal | last", then="portion | unit month")
def opening_or_closing(r: Reader) -> Fuzzy | None:
    """`opening_or_closing = ("first" | "last") stages "of" granule`: "the closing months of 2018"."""
    number = -1 if r.skip("last") else r.number("ordinal")
    if number not in (1, -1) or not _stages(r) or not r.skip("of"):
        return None
    of = granule(r)
    return None if of is None else Fuzzy("early" if number == 1 else "late", of)


def _stages(r: Reader) -> bool:
    """`stages = "part" | "stages" | "months"`, uncounted."""
    return r.skip("portion") or (r.token.word == "months" and r.skip("unit month"))


@production("edge | eoy | eom")
def edge(r: Reader) -> Edge | None:
    """`edge = ("start" | "end") (("of" | "-") granule | absolute granule) | "EOY"`; "end the year" is a verb."""
    if r.take("eoy", "eom"):
        return Edge("end", Relative("month" if r.before.word == "eom" else "year", 0))
    side: Literal["start", "end"] = "end" if r.number("edge") else "start"
    tied = r.take("of", "-") is not None
    if not tied and r.sees("the"):
        return None
    if tied and r.sees("unit year"):
        r.skip("unit year")
        return Edge(side, Relative("year", 0))
    of = granule(r)
    return None if of is None else Edge(side, of)


@production("unit month | unit quarter | unit year")
def unit_end(r: Reader) -> Edge | None:
    """`unit_end = ("year" | "month" | "quarter") "-"? "end" container?`: "by year-end 2018"."""
    name = unit(r, "month", "quarter", "year")
    r.skip("-")
    if name is None or not r.number("edge"):
        return None
    return Edge("end", container(r) or Relative(name, 0))


@production("same")
def same(r: Reader) -> Same | None:
    """`same = "same" ((count? "-"? unit | "period") container? | "time" container)`: "the same quarter of 2019"."""
    r.skip("same")
    if r.skip("time"):
        of = container(r)
        return None if of is None else Same(of)
    count(r)
    r.skip("-")
    if unit(r, "month", "quarter", "half", "year") is None and not r.sees("span"):
        return None
    r.skip("span")
    return Same(container(r))


@production("this | span | review", then=None)
def the_period(r: Reader) -> Same | None:
    """`the_period = ("the" | "that" | "this") "reporting"? "period" ("under" "review")?`, with no dates behind it."""
    if not r.skip("this") and r.before.kinds.keys().isdisjoint(("the", "that")):
        return None
    r.skip("review")
    if r.token.word.endswith("s") or not r.skip("span"):
        return None
    r.skip("under", "review")
    return Same() if r.token.kinds.keys().isdisjoint(_DATES_FOLLOW) else None


@production(f"a | digits | number | fiscal | {UNITS}", then=_ENDING_SECOND)
def ending(r: Reader) -> Ending | RelativeFiscal | None:
    """`ending = ("a" | "the" | count)? "-"? "fiscal"? unit "period"? "that"? (reach point | "just" "ended")`."""
    led = r.skip("a") or "the" in r.before.kinds
    number = count(r)
    r.skip("-")
    fiscal = r.skip("fiscal")
    name = unit(r)
    if name is None or not (led or number or fiscal):
        return None
    r.skip("span")
    r.skip("that")
    if r.skip("just", "ended"):
        return RelativeFiscal(-1, complete=True) if fiscal else None
    if not r.take("ended", "to", "through", "until"):
        return None
    r.take("in", "on")
    end = _last_part(r)
    return None if end is None else Ending(name, number or 1, end, fiscal)


@production(f"a | digits | number | {UNITS}", then=f"digits | number | - | before | after | {UNITS}")
def beside(r: Reader) -> Beside | None:
    """`beside = ("a" | "the" | count) unit ("before" | "after") granule`: "two years after 2011"."""
    article = r.skip("a") or "the" in r.before.kinds
    stretch = "the" in r.before.kinds
    number = count(r)
    name = unit(r)
    if name is None or not (article or number):
        return None
    steps = (number or 1) * (1 if r.skip("after") else -1)
    if steps < 0 and not r.skip("before"):
        return None
    of = granule(r)
    return None if of is None else Beside(name, steps, of, stretch=stretch and number is not None)


def _last_part(r: Reader) -> Node | None:
    """`last_part = ("the"? "end" "of")? granule`: where "three months to the end of June" end."""
    if r.sees("the", "edge"):
        r.skip("the")
    if r.token.kinds.get("edge") == 1 and r.skip("edge"):
        r.take("of", "-")
    return granule(r)


@production("this | last | next | previous | unit year", then="unit year | fiscal | calendar | '")
def possessive(r: Reader) -> Node | None:
    """`possessive = (relative | shift | the_unit) "'" "s" part`: "last year's December"."""
    year = _told_year(r)
    if year is None or not r.skip("'", "s"):
        return None
    found = part(r)
    return replace(found, of=year) if isinstance(found, Month | Nth | Stretch) and found.of is None else None


_told_year: Production[Node | None] = choice(relative, shift, the_unit)
_granule: Production[Node | None] = choice(possessive, part, relative, absolute_year, shift, the_unit)


def granule(r: Reader) -> Node | None:
    """`granule = "the"? (part | relative | absolute_year | shift | the_unit)`."""
    mark = r.at
    r.take("the", "that")
    found = _granule(r)
    if found is None:
        r.at = mark
    return found


_point: Production[Node | None] = choice(
    fuzzy,
    opening_or_closing,
    edge,
    unit_end,
    same,
    the_period,
    year_to_date,
    ending,
    beside,
    possessive,
    part,
    rolling,
    relative,
    absolute_year,
    shift,
    the_unit,
    now,
)


def point(r: Reader) -> Node | None:
    """`point = "the"? (fuzzy | edge | same | year_to_date | ending | granule | rolling | now | ...)`."""
    mark = r.at
    r.take("the", "that")
    found = _point(r)
    if found is None:
        r.at = mark
    return found


@production(f"after | before | previous | {_COMPARED}")
def _strict(r: Reader) -> Bound | None:
    """`strict = "after" | "before" | "prior" "to" | ("later" | "earlier" | "sooner") "than"`."""
    if r.skip("after") or r.skip("later", "than"):
        return "after"
    before = r.skip("before") or r.skip("previous", "to") or r.skip("earlier", "than") or r.skip("sooner", "than")
    return "before" if before else None


@production(f"after | before | previous | {_COMPARED}")
def strict_bound(r: Reader) -> Bound | None:
    """`strict_bound = strict ("or" ("on" | "in"))?`: "before", "after or on"."""
    bound = _strict(r)
    if bound is None:
        return None
    return _INCLUSIVE[bound] if _or_equal(r) else bound


def _or_equal(r: Reader) -> bool:
    """`or_equal = "or" ("on" | "in" | "equal" "to")`."""
    return r.skip("or", "on") or r.skip("or", "in") or r.skip("or", "equal", "to")


@production("no | not", then=f"after | before | {_COMPARED}")
def negated_bound(r: Reader) -> Bound | None:
    """`negated_bound = ("no" | "not") strict`: "no later than"."""
    r.at += 1
    bound = _strict(r)
    return None if bound is None else _NEGATED[bound]


@production("on | in | during | since | equal", then="or | to")
def either_bound(r: Reader) -> Bound | None:
    """`either_bound = ("on" | "in" | "during" | "since" | "equal" "to") "or" strict`: "on or after"."""
    if not r.skip("equal", "to"):
        r.at += 1
    bound = _strict(r) if r.skip("or") else None
    return None if bound is None else _INCLUSIVE[bound]


@production("unit year", then="is | equal | greater | less")
def year_bound(r: Reader) -> Bound | None:
    """`year_bound = "year" "is"? ("equal" "to" "or")? ("greater" | "less") "than" or_equal?`: as in a filter."""
    r.skip("unit year")
    r.skip("is")
    inclusive = r.skip("equal", "to", "or")
    word = r.take("greater", "less")
    if word is None or not r.skip("than"):
        return None
    bound: Bound = "after" if "greater" in word.kinds else "before"
    return _INCLUSIVE[bound] if _or_equal(r) or inclusive else bound


@production("since | starting | with | as")
def since_bound(r: Reader) -> Bound | None:
    """`since_bound = "since" | "starting" | ("with" "starting" | "as") "from"`."""
    led = r.skip("with", "starting", "from") or r.skip("as", "from") or r.skip("since") or r.skip("starting")
    return "since" if led else None


@production("until | through | by | up")
def until_bound(r: Reader) -> Bound | None:
    """`until_bound = ("until" | "through" | "by" | "up" ("to" | "until")) ("and" "including")?`."""
    if not (r.take("until", "through", "by") or r.skip("up", "to") or r.skip("up", "until")):
        return None
    r.skip("and", "including")
    return "until"


@production("as", then="of | at | on")
def asof_bound(r: Reader) -> Bound | None:
    """`asof_bound = "as" ("of" | "at" | "on")`."""
    return "asof" if r.skip("as") and r.take("of", "at", "on") else None


_bound: Production[Bound | None] = choice(
    year_bound, negated_bound, either_bound, asof_bound, since_bound, until_bound, strict_bound
)


@production(_bound)
def bounded(r: Reader) -> Open | None:
    """`bounded = bound ("in" | "on" | "from")? point`; "by the same period" bounds nothing."""
    bound = _bound(r)
    if bound is None:
        return None
    r.take("in", "on", "from")
    of = point(r)
    return None if of is None or isinstance(of, Same) else Open(bound, of)


@production("from | between")
def led_range(r: Reader) -> Node | None:
    """`led_range = "from" end connector end period? | "between" end (connector | "and") end | "from" end "onwards"`."""
    between = "between" in r.token.kinds
    r.at += 1
    first = short_range(r)
    if first is not None:
        return first
    opening = _range_end(r)
    if opening is None:
        return None
    if not _connector(r) and not (between and r.skip("and")):
        return Open("since", opening) if not between and _onwards(r) else None
    return _closed_range(r, opening)


@production("the | that | a | ' | " + " | ".join(sorted(_point.first | {"ordinal", "number", "digits"})))
def open_phrase(r: Reader) -> Node | None:
    """`open_phrase = short_range | end (connector end period? | tail)?`."""
    found = short_range(r) if r.sees("year", "-") else None
    if found is not None:
        return found
    first = point(r) or (bare_day(r) if r.token.role not in _NEVER_DAY else None)
    if first is None:
        return None
    mark = r.at
    monthless = _monthless(first)
    if r.take("-", "to", "through") if monthless else _connector(r):
        closed = _closed_range(r, first)
        if closed is not None:
            return closed
        r.at = mark
    if isinstance(first, Now) or monthless:
        return None
    return _with_tail(r, first)


phrase: Production[Node | None] = choice(to_date, bounded, led_range, ahead, open_phrase)


def _range_end(r: Reader) -> Node | None:
    """`end = slash_day | point | day`: a bare day takes its month from the other end ("from 4 to 22 this month")."""
    return slash_day(r) or point(r) or bare_day(r)


def _onwards(r: Reader) -> bool:
    """`onwards = "onwards" | "on"`, but not the "on" of "from next season on July 1"."""
    return r.skip("onwards") and (r.before.word != "on" or r.token.kinds.keys().isdisjoint(_DAY_STARTS))


def _connector(r: Reader) -> bool:
    """`connector = "-" | "up"? "to" | "through" | "until" | "/"`."""
    r.skip("up")
    return r.take("-", "to", "through", "until", "/") is not None


def _closed_range(r: Reader, first: Node) -> Range | None:
    """`closed_range = "date" | end ("period" "of"? year | "of" year)?`, one year for both: "May-June of 2017"."""
    last = Now() if r.skip("date") else _range_end(r)
    if last is None:
        return None
    if _monthless(last):
        return _days_of(r, first, last)
    if isinstance(first, Day) and first.month is None and isinstance(last, Nth):
        first = Nth(last.unit, first.day, last.of)
    if isinstance(last, Month | Nth) and last.of is None and (r.skip("span") or r.sees("of")):
        last = replace(last, of=container(r))
    return Range(first, last)


def _days_of(r: Reader, first: Node, last: Node) -> Range | None:
    """`days_of = day connector day ("of"? month | "this" "month")`: "9 to 12 of June"; or "November 19-20"."""
    if not isinstance(first, Day) or not isinstance(last, Day):
        return None
    if not _monthless(first):
        year = None if first.of is not None else container(r)
        return Range(first, last) if year is None else Range(replace(first, of=year), last)
    r.take("of", "in")
    of = granule(r)
    return None if of is None else Range(replace(first, of=of), replace(last, of=of))


def _monthless(node: Node) -> bool:
    return isinstance(node, Day) and node.month is None and node.of is None


def _with_tail(r: Reader, found: Node) -> Node:
    """`tail = "so" "far" | "onwards" | ("and" | "or") ("after" | "later" | "greater" | "before" | "earlier")`."""
    if r.skip("so", "far"):
        return ToDate(found)
    if r.token.word in ("onwards", "onward"):
        r.at += 1
        return Open("since", found)
    mark = r.at
    joined = r.take("and", "or")
    if joined is not None:
        word = r.take("after", "later", "greater", "before", "earlier", "less")
        # "on 1/1/2016 and after" ends here; in "... and after my return" the words belong to what follows.
        alone = word is not None and not _WORD_NEXT.match(r.text, word.end)
        if word is not None and (alone or ("or" in joined.kinds and word.word not in ("after", "before"))):
            return Open("until" if {"before", "earlier", "less"} & word.kinds.keys() else "since", found)
    r.at = mark
    return found
