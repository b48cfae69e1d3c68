"""Productions told from a date outside the phrase: `last year`, `the past five years`, `a year earlier`."""

from __future__ import annotations

import re

from etl.grammar.periods.nodes import (
    Ahead,
    Node,
    Now,
    Relative,
    RelativeFiscal,
    Rest,
    Rolling,
    Shift,
    The,
    ToDate,
    Unit,
)
from etl.grammar.periods.reader import Production, Reader, choice, production
from etl.grammar.periods.years import UNITS, absolute_year, count, named_fiscal, plain_year, unit

__all__ = [
    "ahead",
    "container",
    "now",
    "relative",
    "rolling",
    "shift",
    "the_unit",
    "to_date",
    "year_like",
    "year_to_date",
]

_NOUN_NEXT = re.compile(r"\s+[^\W\d_]")

_STEPS = ("this", "last", "next")
_BY_MONTHS: dict[int, Unit] = {1: "month", 3: "quarter", 12: "year"}


@production("this | last | next")
def relative_unit(r: Reader) -> Node | None:
    """`relative_unit = ("this" | "last" | "next") "calendar"? (unit | "fiscal" "year"? named_fiscal?)`."""
    offset = next((number for kind in _STEPS if (number := r.number(kind)) is not None), 0)
    r.skip("calendar")
    if r.skip("fiscal"):
        return (named_fiscal(r) or RelativeFiscal(offset)) if r.skip("unit year") or _stands_alone(r) else None
    name = unit(r, "century") or _single(r)
    return None if name is None or name == "day" else Relative(name, offset)


@production(UNITS, then="before | after")
def one_further(r: Reader) -> Relative | None:
    """`one_further = unit ("before" "last" | "after" "the"? "next")`: "the year after next"."""
    name = unit(r)
    if name is None:
        return None
    if r.skip("before", "last"):
        return Relative(name, -2)
    if not r.skip("after"):
        return None
    r.skip("the")
    return Relative(name, 2) if r.skip("next") else None


relative: Production[Node | None] = choice(relative_unit, one_further)


@production(
    "within | past | last | next | previous | digits | number",
    then=f"past | last | next | previous | digits | number | vague | the | a | {UNITS}",
)
def rolling(r: Reader) -> Rolling | None:
    """`rolling = ("within" "a"?)? "the"? (direction (count | "few")? units | count direction units | count units)`.

    A bare "count units" needs "within" before it; units in the plural without a count name no dates.
    """
    within = r.skip("within")
    r.skip("the")
    number = 1 if within and r.skip("a") else count(r)
    lead = r.take("past", "last", "next", "previous")
    if lead is None and not (within and number):
        return None
    number = count(r) if number is None else number
    vague = number is None and (r.skip("vague", "of") or r.skip("vague"))
    plural = r.token.word.endswith("s")
    name = unit(r)
    alone = number is None and not vague and not plural
    if name is None or (alone and (lead is None or "past" not in lead.kinds)):
        return None
    back = lead is not None and (not lead.kinds.keys().isdisjoint(("past", "last")) or lead.kinds.get("previous") == -1)
    return Rolling(name, 1 if alone else number, -1 if back else 1, within)


@production("in | digits | number", then=f"digits | number | {UNITS}")
def ahead(r: Reader) -> Ahead | None:
    """`ahead = "in" count unit ("'"? "time")? | count unit ("from" "now" | "hence")`; not "in two months of 2017"."""
    led = r.skip("in")
    number = count(r)
    name = None if number is None else unit(r)
    if number is None or name is None or not r.token.kinds.keys().isdisjoint(("of", "to", "before", "after")):
        return None
    if r.skip("from", "now") or r.skip("hence"):
        return Ahead(name, number, 1, certain=True)
    if not r.skip("'", "time"):
        r.skip("time")
    return Ahead(name, number, 1) if led else None


@production("previous", then=f"fiscal | {UNITS}")
def previous(r: Reader) -> Node | None:
    """`previous = "previous" (unit | "fiscal" "year")`: "the previous quarter", "the following year"."""
    step = r.number("previous") or 0
    if r.skip("fiscal"):
        return RelativeFiscal(step) if r.skip("unit year") else None
    name = _single(r)
    return None if name is None else Shift(name, step, deictic=True)


@production(f"a | digits | number | {UNITS}", then=f"digits | number | - | ago | earlier | later | before | {UNITS}")
def ago(r: Reader) -> Node | None:
    """`ago = ("a" | "the" | count) unit "-"? ("ago" | "earlier" | "before" | "later") | unit "-" "earlier"`."""
    article = r.skip("a") or "the" in r.before.kinds
    number = count(r)
    name = unit(r)
    hyphen = r.skip("-")
    if name is None or not (article or number or hyphen):
        return None
    word = r.take("ago", "earlier", "before", "later")
    if word is None:
        return None
    steps = number or 1
    if "ago" in word.kinds and (steps > 1 or name == "day"):
        return Ahead(name, steps, -1)
    return Shift(name, steps if "later" in word.kinds else -steps)


shift: Production[Node | None] = choice(previous, ago)


@production("full | calendar | fiscal | unit month | unit quarter | unit year")
def the_unit(r: Reader) -> The | RelativeFiscal | None:
    """`the_unit = ("the" | "that") ("full" | "calendar")? ("fiscal" "year" | unit)`: "on the year" is a comparison."""
    if r.before.kinds.keys().isdisjoint(("the", "that")) or "on" in r.tokens[r.at - 2].kinds:
        return None
    r.take("full", "calendar")
    if r.skip("fiscal"):
        return RelativeFiscal(0) if r.skip("unit year") else None
    token = r.token
    name = unit(r, "month", "quarter", "year")
    return None if name is None or token.word.endswith("s") else The(name)


_year_like: Production[Node | None] = choice(relative, absolute_year, shift, the_unit)


def year_like(r: Reader) -> Node | None:
    """`year_like = "the"? (relative | absolute_year | shift | the_unit)`: what a part of a year can be counted in."""
    mark = r.at
    r.take("the", "that")
    found = _year_like(r)
    if found is None:
        r.at = mark
    return found


def container(r: Reader) -> Node | None:
    """`container = ("of" | "in" | "for" | "during")? year_like | ("," | "-" | "/" | ".") plain_year`."""
    mark = r.at
    if r.take("of", "in", "for", "during") is None and r.take(",", "-", "/", "."):
        found: Node | None = plain_year(r) or (absolute_year(r) if "fiscal" in r.token.kinds else None)
    else:
        found = year_like(r)
    if found is None:
        r.at = mark
    return found


@production("ytd | unit month | unit quarter | unit year | fiscal")
def year_to_date(r: Reader) -> ToDate | None:
    """`year_to_date = "ytd" | "mtd" | "fiscal"? unit "-"? "to" "-"? "date"`."""
    months = r.number("ytd")
    if months is not None:
        return ToDate(Relative(_BY_MONTHS[months], 0))
    fiscal = r.skip("fiscal")
    name = unit(r, "month", "quarter", "year")
    r.skip("-")
    if name is None or not r.skip("to"):
        return None
    r.skip("-")
    of = RelativeFiscal(0) if fiscal else Relative(name, 0)
    return ToDate(of) if r.skip("date") else None


@production("so", then="far")
def so_far(r: Reader) -> ToDate | None:
    """`so_far = "so" "far" "in"? year_like`; the other order is a tail of `phrase`."""
    if not r.skip("so", "far"):
        return None
    r.skip("in")
    of = year_like(r)
    return None if of is None else ToDate(of)


@production("earlier | later")
def earlier_or_later(r: Reader) -> ToDate | Rest | None:
    """`earlier_or_later = ("earlier" | "later") "in"? ("this" | "the") unit`."""
    later = "later" in r.token.kinds
    r.at += 1
    r.skip("in")
    of = year_like(r)
    if not isinstance(of, The | Relative) or (isinstance(of, Relative) and of.offset):
        return None
    return Rest(of, loose=isinstance(of, Relative)) if later else ToDate(of)


@production("rest | the", then="rest | of")
def rest(r: Reader) -> Rest | None:
    """`rest = "the"? "rest" "of" year_like`."""
    r.skip("the")
    of = year_like(r) if r.skip("rest", "of") else None
    return None if of is None else Rest(of)


@production("to | until", then="date")
def plain_to_date(r: Reader) -> ToDate | None:
    """`plain_to_date = ("to" | "till") ("date" | "now")`; "up to date" is no period."""
    if r.before.word in ("up", "-"):
        return None
    return ToDate() if r.take("to", "until") and r.skip("date") else None


to_date: Production[Node | None] = choice(so_far, earlier_or_later, rest, plain_to_date)


@production("now")
def now(r: Reader) -> Now | None:
    """`now = "today" | "now"`: an end of a range, no period of its own."""
    offset = r.number("now")
    return None if offset is None else Now(offset)


def _stands_alone(r: Reader) -> bool:
    """Whether "fiscal" is a noun here: "grew last fiscal." is a year, "last fiscal deficit" is none."""
    return bool(r.token.role) or not _NOUN_NEXT.match(r.text, r.before.end)


def _single(r: Reader) -> Unit | None:
    """A unit in the singular: "last years" is no year."""
    return None if r.token.word.endswith("s") else unit(r)
