"""A quantity in its scene → the metric it measures: the cue that fits its unit and is bound to it most closely."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from etl.grammar.phrases import Cue, plain
from etl.lexicon import Row, alternatives, cache, read_table, words
from etl.model import Quantity
from etl.resolve.kinds import is_growth, measure_of
from etl.resolve.scene import Scene

__all__ = ["Reading", "part_words", "points_back", "read_metric", "topic_of", "without_takers"]

# What binds a figure to a word: costs of a reading, the cheapest wins. Only their order matters: a word attached to the
# figure, a word in front of it, the metric the text has just spoken of, a word somewhere behind.
_ATTACHED, _BASE, _LEFT, _CONTINUED, _CARRIED, _RIGHT = 0.3, 0.5, 1.0, 1.2, 2.6, 3.0
# Money for a unit of goods, where no word beside it says what it is.
_UNIT = 1.9
_WEAK_NEAR, _WEAK_FAR, _CLAUSE_BORDER, _OTHER_QUANTITY, _BREAK, _PER_CHARACTER = 0.6, 2.5, 1.0, 0.6, 1.0, 0.006
_NEAR = 32
# Money below this is that of one unit of goods (a price, a duty), never the trade of a country.
_DEAREST = 10_000
# Money a day below this is the hire of a ship, never what a country spends.
_DEAREST_DAY = 500_000
_ATTACHMENT = re.compile(r"\s*(?:worth\s+)?(?:of\s+|in\s+|for\s+)?(?:[\w’'-]+\s+){0,6}", re.IGNORECASE)
_ATTACHED_LEFT = re.compile(
    r"\s+(?:of|at|was|is|were|are|totall?ed|reached|hit|stood at|came to|amounted to|worth)\s+(?:[\w’'-]+\s+){0,2}",
    re.IGNORECASE,
)
_VERB_OR_BREAK = re.compile(
    r"[,;:.()]|\b(?:and|or|but|to|from|between|while|whereas|is|was|were|are|by|as|with"
    r"|against|compared|than|after|when|which|that|who|had|has|following|amid|due|because|thanks|despite|since|it)\b|\d{4}",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"\b(?:on|of|for|in|the|all|its|their)\s+$", re.IGNORECASE)
_OF_IT = re.compile(
    r"\s+of\s+(?:it|that|this|them|those|these|the\s+(?:total|volume|amount|sum|whole|value))\b", re.IGNORECASE
)
_LEADS_TO = re.compile(r"(?:\s*,?\s+or\s[^,;.]{0,30})?[\w\s-]{0,20}\s(?:to|at)\s+(?:[\w-]+\s+){0,2}", re.IGNORECASE)
_AND = re.compile(r"\band\b", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*\([^()]*\)\s*")
# A subject that points back: the figure is of the metric the text has just spoken of.
_POINTS_BACK = re.compile(
    r"\W*(?:\w+,\s+)?(?:(?:for|in|by|during)\s[^,]{0,40}?\b)?(?:it|this|that|they|these|those"
    r"|the (?:figure|total|sum|amount|volume|value|share|number|level|result|pace|rate|former|latter)s?)\b",
    re.IGNORECASE,
)


class Reading(NamedTuple):
    """A metric read for a quantity: its lexicon row, and the noun or verb that named it (None when inherited)."""

    row: Row
    cue: Cue | None = None
    verb: bool = False

    @property
    def metric(self) -> str:
        """The metric's name."""
        return self.row["metric"]


def _metric_row(metric: str) -> Row:
    """The row of a metric in `metrics.txt`.

    >>> _metric_row("trade_turnover")["title"]
    'Trade turnover'
    """
    return _rows()[metric]


def read_metric(
    scene: Scene, quantity: Quantity, carried: Iterable[Row], *, change: bool, base: bool = False
) -> Reading | None:
    """The metric that the nearest fitting word of the sentence names, else the first of `carried` that fits, else None.

    A percent is measured by what it is a percent of (`share` in the lexicon) unless it is a change.
    """
    carried = tuple(carried)
    readings = [
        *_named(scene, quantity, carried, change=change),
        *_carried(scene, quantity, carried, change=change, base=base),
        *_by_unit(scene, quantity, change=change),
    ]
    return min(readings, key=lambda pair: pair[0])[1] if readings else _named_alone(scene, quantity, change=change)


def topic_of(scene: Scene) -> Reading | None:
    """The metric a sentence speaks of, whether or not it gives a figure: its last strong noun, else its last verb."""
    named = [(cue, name) for cue in scene.metrics if (name := cue.name.split()[0]) != "none"]
    strong = [(cue, name) for cue, name in named if not _is_weak(name, cue)]
    if strong:
        return Reading(_metric_row(strong[-1][1]), strong[-1][0])
    traded = len({place.code for place in scene.places}) > 1
    told = [cue for cue in scene.flows if scene.products or (traded and cue.plain not in _goods_verbs())]
    verbs = [cue for cue in told if _metric_row(cue.name.split()[0])["towards"]]
    if verbs:
        return Reading(_metric_row(verbs[-1].name.split()[0]), verbs[-1], verb=True)
    weak = [(cue, name) for cue, name in named if _metric_row(name)["span"] == "flow"]
    return Reading(_metric_row(weak[-1][1]), weak[-1][0]) if weak else None


def without_takers(scene: Scene, carried: Collection[Row]) -> Scene:
    """The scene without the verbs that take a part of what was told: "exports rose; China [took] 9m tonnes"."""
    if not any(cue.plain in _takes() for cue in scene.flows):
        return scene
    told = any(row["metric"] in {"exports", "export_share"} for row in carried)
    named = min((cue.start for cue in scene.metrics if "exports" in cue.name.split()), default=scene.sentence.end)
    kept = [cue for cue in scene.flows if cue.plain not in _takes() or not (told or named < cue.start)]
    return replace(scene, flows=tuple(kept))


def _fits(row: Row, quantity: Quantity, *, change: bool) -> Row | None:
    """The row that a quantity of this unit can state where this metric is named: itself, its share metric, or None."""
    measure = measure_of(quantity.unit)
    if measure == "point":
        return row if "percent" in words(row["measures"]) else _rows().get(row["share"])
    if change and measure in {"percent", "factor"}:
        return _metric_row(row["growth"]) if row["growth"] else row if _changes(row) else None
    if measure == "money" and (abs(quantity.value) < _DEAREST or _is_hire(quantity)):
        return row if "price" in row["measures"] else None
    if measure in words(row["measures"]) or (measure == "count" and "goods" in row["measures"]):
        return row
    if measure == "percent" and row["share"]:
        return _metric_row(row["share"])
    whole = _wholes().get(row["metric"])
    return _fits(whole, quantity, change=change) if whole and measure != "percent" else None


@cache
def part_words() -> re.Pattern[str]:
    """The end of a text whose last words make what stands in front a part: "Russia accounted for nearly"."""
    verbs = alternatives("parts.txt", kind="verb")
    return re.compile(rf"\b(?:{verbs})\s+(?:[\w-]+\s+){{0,3}}$", re.IGNORECASE)


def points_back(scene: Scene, quantity: Quantity) -> bool:
    """Whether the subject of a figure's clause is what the text has just spoken of: "it totalled $1.3bn".

    In "imports took a knock: they were down 16%" it is what the sentence itself has just named.
    """
    clause = scene.clauses[scene.clause_at(quantity.start)]
    told = any(cue.end <= clause.start for cue in scene.metrics) and not scene.quantities_between(
        scene.sentence.start, quantity.start
    )
    named = any(clause.start <= cue.start < quantity.start for cue in (*scene.metrics, *scene.flows))
    alone = not told and not named and not scene.quantities_between(clause.start, quantity.start)
    return alone and _POINTS_BACK.match(scene.text, clause.start, quantity.start) is not None


def _named(
    scene: Scene, quantity: Quantity, carried: Sequence[Row], *, change: bool
) -> Iterator[tuple[float, Reading]]:
    """The readings of the words of the sentence: of each word the likeliest metric that fits."""
    spoken = {row["metric"] for row in carried}
    for cue, verb in [*((cue, False) for cue in scene.metrics), *((cue, True) for cue in scene.flows)]:
        for rank, name in enumerate(_ranked(scene, cue, spoken)):
            row = _fits(_metric_row(name), quantity, change=change)
            if verb and change and _AND.search(scene.text, cue.end, quantity.start):
                continue  # "received doses and admissions fell 12%": what fell is another subject
            if row:
                apart = _WEAK_NEAR if verb and _is_attribute(scene, cue) else 0.0
                yield (
                    apart
                    + _cost(scene, quantity, cue, weak=_is_weak(name, cue) and not _is_subject(scene, cue))
                    + rank * _PER_CHARACTER,
                    Reading(row, cue, verb),
                )
                break


def _ranked(scene: Scene, cue: Cue, spoken: Collection[str]) -> list[str]:
    """The metrics of a word; of several, first what the sentence has named, then what the text speaks of."""
    names = cue.name.split()
    if len(names) == 1:
        return names
    named = {name for other in scene.metrics if other.end <= cue.start for name in other.name.split()}
    return sorted(names, key=lambda name: (name not in named, name not in spoken))


def _carried(
    scene: Scene, quantity: Quantity, rows: Sequence[Row], *, change: bool, base: bool
) -> Iterator[tuple[float, Reading]]:
    if not rows:
        return
    clause = scene.clauses[scene.clause_at(quantity.start)]
    continued = _CONTINUED if _continues(scene, quantity) else _CARRIED
    follows = any(other.end <= quantity.start and other.unit == quantity.unit for other in scene.quantities)
    cost = _BASE if base and follows else _LEFT if points_back(scene, quantity) else continued
    words_of_part = part_words().search(scene.text, max(clause.start, quantity.start - _NEAR), quantity.start)
    part = words_of_part or _OF_IT.match(scene.text, quantity.end)
    for rank, row in enumerate(rows):
        if row["kind"] in {"growth", "rate"} and cost >= _CARRIED:
            continue  # what grew or is taxed is in their name; another subject has a metric of its own
        fitting = _fits(row, quantity, change=change) or (row if part and quantity.unit == "percent" else None)
        if fitting and (change or part or fitting is row):
            yield cost + rank * _PER_CHARACTER, Reading(fitting)


def _continues(scene: Scene, quantity: Quantity) -> bool:
    """Whether another figure stands before this one in the sentence, and no metric is named between the two."""
    before = scene.quantity_before(quantity.start)
    return before is not None and not _names_between(scene, before.end, quantity.start)


def _named_alone(scene: Scene, quantity: Quantity, *, change: bool) -> Reading | None:
    """The metric that a general noun stands for where nothing else is spoken of: "expects growth of 6%"."""
    clause = scene.clauses[scene.clause_at(quantity.start)].within(scene.text)
    rows = (row for row in _rows().values() if row["alone"] and _fits(row, quantity, change=change))
    return next((Reading(row) for row in rows if _alone(row["alone"]).search(clause)), None)


@cache
def _alone(cell: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words(cell)))})\b", re.IGNORECASE)


def _by_unit(scene: Scene, quantity: Quantity, *, change: bool) -> Iterator[tuple[float, Reading]]:
    """Money for a unit of goods is a price, whatever the text speaks of; so is what leads to one."""
    match measure_of(quantity.unit):
        case "price":
            yield _UNIT, Reading(_metric_row("price"))
        case "exchange":
            yield _UNIT, Reading(_metric_row("exchange_rate"))
        case "people" if quantity.unit == "job":
            yield _UNIT, Reading(_metric_row("employment"))
        case "money" | "percent" if change and _leads_to_price(scene, quantity):
            yield _ATTACHED, Reading(_metric_row("price"))
        case "money" if _is_hire(quantity):
            yield _UNIT, Reading(_metric_row("price"))
        case "money" if abs(quantity.value) < _DEAREST and any(measure_of(unit) == "price" for unit in scene.units):
            yield _UNIT, Reading(_metric_row("price"))
        case _:
            return


def _is_hire(quantity: Quantity) -> bool:
    """Whether money is that of one day of a ship: "supertankers earned [$29,800 a day]"."""
    return str(quantity.unit).endswith("/day") and abs(quantity.value) < _DEAREST_DAY


def _leads_to_price(scene: Scene, quantity: Quantity) -> bool:
    """Whether a change ends at a price: "gained RM41 or [1.8 per cent] to RM2,356 a tonne"."""
    following = [other for other in scene.quantities if other.start >= quantity.end][:2]
    ends = next((other for other in following if measure_of(other.unit) == "price"), None)
    return ends is not None and _LEADS_TO.fullmatch(scene.text, quantity.end, ends.start) is not None


def _cost(scene: Scene, quantity: Quantity, cue: Cue, *, weak: bool) -> float:
    behind = cue.start >= quantity.end
    first, last = (quantity.end, cue.start) if behind else (cue.end, quantity.start)
    gap = scene.text[first:last]
    gap = _BRACKETS.sub(" ", gap) if "(" in gap else gap
    others = scene.quantities_between(first, last)
    near = not others and (len(gap) < _NEAR or not _names_between(scene, first, last))
    penalty = (_WEAK_NEAR if near else _WEAK_FAR) if weak else 0.0
    broken = behind and _VERB_OR_BREAK.search(gap)
    if behind and not broken and _ATTACHMENT.fullmatch(gap):
        return _ATTACHED + penalty + _PER_CHARACTER * len(gap)
    if not behind and _ATTACHED_LEFT.fullmatch(gap):
        return _ATTACHED / 2 + penalty / 2 + _PER_CHARACTER * len(gap)
    # "60,000 tonnes of wheat have reached Togo": the figure is the verb's subject.
    told = behind and not others and not scene.crossings(quantity.start, cue.start)
    moves = told and cue.plain in _goods_verbs()
    base = _RIGHT + (_BREAK if broken else 0.0) if behind and not moves else _LEFT
    return (
        base
        + penalty
        + _CLAUSE_BORDER * scene.crossings(first, last)
        + _OTHER_QUANTITY * others
        + _PER_CHARACTER * len(gap)
    )


def _is_attribute(scene: Scene, cue: Cue) -> bool:
    """Whether a verb only describes goods: "the tax on [imported] phones"."""
    return _ATTRIBUTE.search(scene.text, max(scene.sentence.start, cue.start - _NEAR), cue.start) is not None


def _names_between(scene: Scene, first: int, last: int) -> bool:
    return any(first <= cue.start < last for cues in (scene.metrics, scene.flows) for cue in cues)


def _is_subject(scene: Scene, cue: Cue) -> bool:
    """Whether a verb follows a word: "trade" in "trade will reach $5bn" is what the sentence is about."""
    return _predicate().match(scene.text, cue.end) is not None


@cache
def _predicate() -> re.Pattern[str]:
    verbs = alternatives("changes.txt", kind="verb")
    return re.compile(
        rf"\s+(?:(?:has|have|had|will|would|could|should|may|might|is|was|were|are)|{verbs}"
        r"|reached|totall?ed|amounted|came|stood|hit|made|composed|constituted)\b",
        re.IGNORECASE,
    )


def _changes(row: Row) -> bool:
    """Whether growth in percent of this metric is spoken of under its own name: levels yes, shares and rates no."""
    amounts = {"money", "goods", "price", "people", "energy", "area", "exchange"} & set(words(row["measures"]))
    return is_growth(row) or (bool(amounts) and row["span"] != "plan")


@cache
def _rows() -> dict[str, Row]:
    return {row["metric"]: row for row in read_table("metrics.txt") if row["metric"] != "-"}


@cache
def _goods_verbs() -> frozenset[str]:
    """The verbs whose subject is goods: without goods "the minister arrived in Moscow" is no trade."""
    rows = (row for row in read_table("flows.txt") if row["subject"] == "-")
    return frozenset(plain(word) for row in rows for word in words(row["words"]))


@cache
def _takes() -> frozenset[str]:
    """The verbs that tell of trade only where a country is their subject, and then of imports: "China took"."""
    rows = read_table("flows.txt")
    led, other = (
        frozenset(plain(word) for row in rows if (row["needs"] == "subject") is needed for word in words(row["words"]))
        for needed in (True, False)
    )
    return led - other


@cache
def _wholes() -> dict[str, Row]:
    """Share metric → what it is a share of: "the share of exports was 239 mln USD" is an amount of exports."""
    return {row["share"]: row for row in reversed(_rows().values()) if row["share"]}


@cache
def _weak_words() -> dict[str, frozenset[str]]:
    return {name: frozenset(map(plain, words(row["weak"]))) for name, row in _rows().items()}


def _is_weak(metric: str, cue: Cue) -> bool:
    return cue.plain in _weak_words()[metric]
