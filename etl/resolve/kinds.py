"""A quantity in its scene → its kind (level, change, share, rate ...) and the sign its words give it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import cast

from etl.lexicon import Row, alternatives, cache, read_table, words
from etl.lexicon.units import currencies, dimension
from etl.model import Kind, Quantity, Way
from etl.resolve.scene import Scene

__all__ = ["FILLER", "Change", "is_growth", "kind_of", "measure_of", "read_change", "signed"]

_REACH = 90
# What may stand between a word of change and its figure: articles, hedges, an adjective.
FILLER = (
    r"(?:(?:by|a|an|the|its|their|some|about|around|nearly|almost|roughly|approximately|over|more than|less than|under"
    r"|above|at least|up to|as much as|close to|another|further|just|only|mere|well|record|sharp|massive|modest"
    r"|whopping|\w+ly)\s+){0,4}"
)
_TO = re.compile(rf"\s+to\s+{FILLER}", re.IGNORECASE)
# "fell below 1 million tonnes" is a level.
_TO_LEVEL = re.compile(
    r"\b(?:(?:below|above|beneath|past)\s+(?:the\s+)?|(?<!\bby\s)(?:up|down)\s+to\s+)$", re.IGNORECASE
)

_BY = re.compile(rf"(?<!followed)\s+by\s+{FILLER}$", re.IGNORECASE)
_OF_WHOLE = re.compile(r"\s+of\s+(?:the|its|their|all|total)\b", re.IGNORECASE)
_TIMES_WHAT = re.compile(r"\s+(?:those|that|the|as|what|its|their|of)\b", re.IGNORECASE)
_OPENED = re.compile(r"\s*\(\s*")
_WHOLE = 100
_PLUS = re.compile(r"\bplus\s+$", re.IGNORECASE)
_WAYS: tuple[Way, Way] = ("up", "down")
_KIND_OF_MEASURE: dict[str, Kind] = {
    "percent": "share",
    "price": "price",
    "exchange": "price",
    "count": "count",
    "length": "other",
    "area": "other",
    "point": "change_abs",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is itself a change, up or down; `index` where it is printed as a percent of the earlier level."""

    direction: Way
    index: bool = False


@cache
def _index_words() -> re.Pattern[str]:
    """index = figure ("of" | "to" | "from" | ...) "the"? ("same" | "previous" | ...): what is told as a share of it"""
    same = alternatives("periods.txt", kind="same")
    return re.compile(
        r"\s*(?:of|to|by|from|against|compared (?:to|with))\s+(?:the\s+)?(?:level\s+(?:of|in)\s+)?(?:the\s+)?"
        rf"(?:{same}|last year|previous|preceding|level)\b",
        re.IGNORECASE,
    )


@cache
def measure_of(unit: str | None) -> str:
    """What a unit counts, in the words of the metric lexicon's `measures` column; "none" without a unit, else "other".

    >>> [measure_of(unit) for unit in ("USD", "percent", "barrel/day", "USD/tonne", "MW", "helicopter", None)]
    ['money', 'percent', 'goods', 'price', 'power', 'count', 'none']
    """
    if unit is None:
        return "none"
    name = dimension(unit)
    if name.startswith("price:") and name.endswith("/duration"):
        return "money"
    if name.startswith("price:") and name.rpartition("/")[2] in _codes():
        return "exchange"
    units, dimensions = _measures()
    return units.get(unit) or dimensions.get(name.split(":")[0], "other")


@cache
def _codes() -> frozenset[str]:
    """The codes of all currencies: "price:PKR/USD" is one for another, "price:USD/TEU" is no such rate."""
    return frozenset(currency.code for currency in currencies())


def read_change(scene: Scene, quantity: Quantity) -> Change | None:
    """The change the words around a figure make of it, or None for a level, a share, a rate.

    "exports fell 5%", "by 5%", "a 5% decline", "5% higher" are changes; "fell to 5%", "from 5%" are not.
    """
    if quantity.unit == "percent" and _is_index(scene, quantity):
        return Change("up" if quantity.value >= _WHOLE else "down", index=True)
    if quantity.unit == "percent" and _is_signed(scene, quantity):
        return Change("up" if quantity.value > 0 else "down")
    if quantity.change and not _to_level(scene, quantity) and not _is_part(scene, quantity):
        return Change(quantity.change)
    if quantity.unit == "factor" and _is_multiple(scene, quantity):
        return Change("up")
    return _unmarked_change(scene, quantity) if quantity.unit == "percent" else None


def _is_multiple(scene: Scene, quantity: Quantity) -> bool:
    """Whether a factor is one of an earlier level: "to double", "5.5 times those of 2022"; not "twenty times" alone."""
    often = quantity.text.endswith("times")
    return not often or _TIMES_WHAT.match(scene.text, quantity.end, scene.sentence.end) is not None


def _unmarked_change(scene: Scene, quantity: Quantity) -> Change | None:
    """The change that a percent is without a word of change beside it."""
    ends = (other.end for other in scene.quantities if other.end <= quantity.start)
    first = max((scene.sentence.start, quantity.start - _REACH, *ends))
    left = scene.text[max(scene.sentence.start, quantity.start - _REACH) : quantity.start]
    if _leads_to_level(scene, quantity):
        return Change(_nearest_way(left) or "up")
    for way in _WAYS:
        if _growth_is(way).search(scene.text, first, quantity.start) or _passed_by(way).search(left):
            return Change(way)
    gapped = _nearest_way(scene.text[scene.sentence.start : quantity.start]) if _BY.search(left) else None
    return Change(gapped) if gapped else None


def _is_index(scene: Scene, quantity: Quantity) -> bool:
    """Whether a percent is of the earlier level: "112% of the same period", "886.1 mln dollars (121%)"."""
    if quantity.change is None and _index_words().match(scene.text, quantity.end, scene.sentence.end):
        return True
    return quantity.value > _WHOLE and _is_in_brackets(scene, quantity)


def _is_in_brackets(scene: Scene, quantity: Quantity) -> bool:
    """Whether a figure stands alone in brackets right behind an amount."""
    last = next((other for other in reversed(scene.quantities) if other.end <= quantity.start), None)
    opened = last and _OPENED.fullmatch(scene.text, last.end, quantity.start)
    return bool(opened) and scene.text[quantity.end : quantity.end + 1] == ")"


def _to_level(scene: Scene, quantity: Quantity) -> bool:
    return _TO_LEVEL.search(scene.text, scene.sentence.start, quantity.start) is not None


def _is_part(scene: Scene, quantity: Quantity) -> bool:
    """Whether a percent is a part and its verb no growth: "grows 38% of the world's cocoa"."""
    return (
        quantity.change == "up" and quantity.unit == "percent" and _OF_WHOLE.match(scene.text, quantity.end) is not None
    )


def _is_signed(scene: Scene, quantity: Quantity) -> bool:
    """Whether a figure is printed with its sign; no share is negative."""
    plus = quantity.text[0] == "+" or _PLUS.search(scene.text, scene.sentence.start, quantity.start)
    return quantity.value < 0 or bool(plus)


def _leads_to_level(scene: Scene, quantity: Quantity) -> bool:
    """Whether a percent leads on to an amount: it is growth, with or without a verb ("bedwear 28.8pc to $2.77bn")."""
    following = next((other for other in scene.quantities if other.start >= quantity.end), None)
    gap = scene.text[quantity.end : following.start] if following else ""
    return following is not None and measure_of(following.unit) in {"money", "goods"} and bool(_TO.fullmatch(gap))


def _nearest_way(left: str) -> Way | None:
    """Which way the last verb of change in a text goes; None without one."""
    found = {way: max((match.end() for match in _verb_of(way).finditer(left)), default=0) for way in _WAYS}
    nearest = max(_WAYS, key=lambda way: found[way])
    return nearest if found[nearest] else None


@cache
def _verb_of(direction: Way) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives('changes.txt', change=direction, kind='verb')})\b", re.IGNORECASE)


@cache
def _growth_is(direction: Way) -> re.Pattern[str]:
    """The end of a text that makes the percent behind it growth.

    growth = noun words ("was" | "reached" | ...)       "the gain on the same period [was] 168.1%"
           | verb words "at" "a" words "rate" "of"      "grew [at an average rate of] 9%"
           | verb "by"? "a" words                       "rose [a provisional] 0.2 pct"
           | verb "for"                                 "increased [for] 24%", in translated copy
    """
    nouns, verbs = (alternatives("changes.txt", change=direction, kind=kind) for kind in ("noun", "verb"))
    pace = r"(?:at|by)\s+(?:an?|the|its)\s+(?:[\w-]+\s+){0,2}?(?:rate|pace|average|speed|clip)\s+of"
    return re.compile(
        rf"\b(?:(?:{nouns})\b[^,;:]{{0,60}}?\s(?:was|is|of|at|hit|reached|came\s+to|stood\s+at)"
        rf"|(?:{verbs})\b[^,;:]{{0,40}}?\s{pace}|(?:{verbs})\s+for|(?:{verbs})(?:\s+by)?\s+an?(?:\s+[\w-]+){{1,2}})\s+{FILLER}$",
        re.IGNORECASE,
    )


@cache
def _passed_by(direction: Way) -> re.Pattern[str]:
    """The end of a text that makes the figure behind it a difference: "exceeding the same months [by] 168%"."""
    past = alternatives("changes.txt", change=direction, kind="past")
    return re.compile(rf"\b(?:{past})\b[^,;:]{{0,60}}?\sby\s+{FILLER}$", re.IGNORECASE)


def signed(quantity: Quantity, change: Change | None) -> Quantity:
    """The quantity with the sign of its change: "fell 5%" is -5, "112% of last year's level" +12.

    >>> signed(Quantity(0, 2, "5%", 5.0, unit="percent"), Change("down")).value
    -5.0
    """
    if change is None:
        return quantity
    if change.index:
        return replace(quantity, value=round(quantity.value - 100, 10))
    if change.direction == "down" and quantity.value > 0:
        lower = -quantity.value if quantity.value_upper is None else -quantity.value_upper
        return replace(quantity, value=lower, value_upper=None if quantity.value_upper is None else -quantity.value)
    return quantity


def kind_of(quantity: Quantity, metric: Row, change: Change | None) -> Kind:
    """What sort of figure a quantity is, as one of its metric (a row of `metrics.txt`) and by its change.

    >>> kind_of(Quantity(0, 2, "5%", 5.0, unit="percent"), {"metric": "exports", "kind": ""}, Change("up"))
    'change_rel'
    """
    measure = measure_of(quantity.unit)
    if change is not None and metric["kind"] != "gap" and not (is_growth(metric) and quantity.unit == "percent"):
        return "change_rel" if measure in {"percent", "factor"} else "change_abs"
    if is_growth(metric):
        return "rate"
    return cast("Kind", metric["kind"]) or _KIND_OF_MEASURE.get(measure, "level")


def is_growth(metric: Row) -> bool:
    """Whether a metric is growth itself, so that a change in percent states it: "the economy shrank 4.9%"."""
    return metric["kind"] == "growth"


@cache
def _measures() -> tuple[dict[str, str], dict[str, str]]:
    """Unit → measure, and dimension → measure."""
    rows = read_table("measures.txt")
    units = {unit: row["measure"] for row in rows for unit in words(row["units"])}
    return units, {dimension: row["measure"] for row in rows for dimension in words(row["dimensions"])}
