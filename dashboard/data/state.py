"""The query of an address ↔ what a reader chose: one table of parameters drives reading, writing and complaints."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Protocol, TypeVar
from urllib.parse import urlencode

from dashboard.data.conditions import read_condition, read_order
from etl.decisions import REVIEWS
from etl.errors import DayError
from etl.lexicon.units import currencies
from etl.model import AGREEMENTS, STATUSES, read_day
from etl.series import CHOICES, FREQUENCIES, TRANSFORMS
from etl.series.periods import read_period

__all__ = [
    "FACETS",
    "NONE",
    "PARAMETERS",
    "Facet",
    "Known",
    "Parameter",
    "Query",
    "Selection",
    "read_query",
    "write_query",
]

NONE: Final = "none"
"""The value, in a query, of claims that name no product, party or publisher."""

MOST_WORDS: Final = 200
"""Characters of a search that are read."""

MOST_CONDITIONS: Final = 20
"""Conditions of a table that are read."""

Query = Mapping[str, str | Sequence[str]]

Value = TypeVar("Value")

Kind = Literal[
    "names", "choices", "conditions", "choice", "year", "day", "number", "words", "period", "unit", "currency", "order"
]


class Known(Protocol):
    """What a store has of each parameter of names: the values a link may ask for."""

    @property
    def options(self) -> Mapping[str, Collection[str]]:
        """Parameter → its values."""
        ...


@dataclass(frozen=True, slots=True)
class Facet:
    """A column to choose by. A claim may have several parties, and must have `all_of` those chosen."""

    name: str
    title: str
    all_of: bool = False


FACETS: tuple[Facet, ...] = (
    Facet("series", "Series"),
    Facet("metric", "What is measured"),
    Facet("parties", "Who is concerned", all_of=True),
    Facet("reporter", "Whose figure"),
    Facet("product", "Goods"),
    Facet("status", "Status"),
    Facet("frequency", "How often"),
    Facet("agreement", "Agreement"),
    Facet("publisher", "Publisher"),
    Facet("review", "Review"),
)


@dataclass(frozen=True, slots=True)
class Selection:
    """What a reader chose, and how it is drawn; what is not chosen in a facet means everything.

    Years are inclusive. `as_of` is the day whose knowledge is shown. Each field is a row of `PARAMETERS`.
    """

    metric: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    reporter: tuple[str, ...] = ()
    product: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    frequency: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    agreement: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    sources: int = 1
    q: str = ""
    series: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    as_of: dt.date | None = None
    rule: str = CHOICES[0]
    clock: str = "period"
    layout: str = "multiples"
    transform: str = "level"
    base: str = ""
    unit: str = ""
    currency: str = ""
    scale: str = "linear"
    page: int = 1
    sort: str = ""
    where: tuple[str, ...] = ()

    def chosen(self, facet: str) -> tuple[str, ...]:
        """The values chosen in a facet.

        >>> Selection(parties=("PAK",)).chosen("parties")
        ('PAK',)
        """
        values: tuple[str, ...] = getattr(self, facet)
        return values

    def choosing(self, facet: str, values: Iterable[str]) -> Selection:
        """The same with these values chosen in a facet instead.

        >>> Selection(parties=("PAK",)).choosing("parties", ["RUS", "PAK"]).parties
        ('PAK', 'RUS')
        """
        chosen: dict[str, Any] = {facet: tuple(sorted(set(values)))}
        return replace(self, **chosen)

    @property
    def filters(self) -> Selection:
        """The same claims, drawn as by default: what two views of one selection have in common.

        >>> Selection(metric=("exports",), scale="log", page=2).filters
        Selection(metric=('exports',), ...)
        """
        drawing: dict[str, Any] = {each.field: each.default for each in PARAMETERS if not each.filters}
        return replace(self, **drawing)

    @property
    def size(self) -> int:
        """How many filters are set; the period counts as one."""
        named = {each.name: each for each in PARAMETERS if each.filters}
        changed = {name for name, each in named.items() if getattr(self, each.field) != each.default}
        return len(changed) - ({"from", "to"} <= changed)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of an address: its name, how it is read, what it means, and whether it chooses claims or draws them.

    `field` is where a `Selection` keeps it. `values` are all it may be, where that does not depend on the store.
    """

    name: str
    kind: Kind
    title: str
    meaning: str
    filters: bool = True
    values: tuple[str, ...] = ()
    field: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "field", self.field or self.name)

    @property
    def is_many(self) -> bool:
        """Whether it may be given several times."""
        return self.kind in {"names", "choices", "conditions"}

    @property
    def is_of_table(self) -> bool:
        """Whether it orders or narrows the table of claims alone."""
        return self.kind in {"order", "conditions"}

    @property
    def default(self) -> Any:  # noqa: ANN401  a tuple, a text, a number or nothing
        """What it is where an address does not say."""
        return Selection.__dataclass_fields__[self.field].default


def _drawn(name: str, kind: Kind, title: str, meaning: str, values: tuple[str, ...] = ()) -> Parameter:
    return Parameter(name, kind, title, meaning, filters=False, values=values)


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("metric", "names", "What is measured", "any of these metrics"),
    Parameter("parties", "names", "Who is concerned", "all of these countries or blocs, ISO 3166 alpha-3"),
    Parameter("reporter", "names", "Whose figure", "any of these countries or blocs, as the one whose figure it is"),
    Parameter("product", "names", "Goods", f"any of these goods; {NONE} where all goods are meant"),
    Parameter("status", "choices", "Status", "any of these statuses", values=STATUSES),
    Parameter("frequency", "choices", "How often", "series with figures this often", values=FREQUENCIES),
    Parameter("publisher", "names", "Publisher", f"any of these publishers; {NONE} where none is named"),
    Parameter(
        "agreement",
        "choices",
        "Agreement",
        "figures whose sources agree, are in conflict, or are a single one, as all claims known make them",
        values=AGREEMENTS,
    ),
    Parameter("review", "choices", "Review", "claims of which people decided any of these", values=REVIEWS),
    Parameter("sources", "number", "Independent sources", "figures with at least so many independent sources"),
    Parameter("q", "words", "Search", "all of these words, in the title of the series, the publisher or the document"),
    Parameter("series", "names", "Series", "any of these series, by the identifier in its address"),
    Parameter("from", "year", "From", "figures that speak of this year or a later one", field="first"),
    Parameter("to", "year", "To", "figures that speak of this year or an earlier one", field="last"),
    Parameter("as_of", "day", "As known on", "what was published on or before this day"),
    _drawn("rule", "choice", "Which figure stands", "what decides where sources state several figures", CHOICES),
    _drawn("clock", "choice", "Time axis", "days a figure speaks of, or day it was published", ("period", "published")),
    _drawn("layout", "choice", "Charts", "a chart for each subject, or all on one", ("multiples", "overlay")),
    _drawn("transform", "choice", "Shown as", "what is made of the figures", tuple(TRANSFORMS)),
    _drawn("base", "period", "Base period", "the period that is 100 in an index, or where a sum begins"),
    _drawn("unit", "unit", "Unit", "the unit of all figures that can be converted to it"),
    _drawn("currency", "currency", "Currency", "the currency of all money, at dated rates"),
    _drawn("scale", "choice", "Value axis", "linear or logarithmic", ("linear", "log")),
    _drawn("page", "number", "Page", "of the charts, from 1"),
    _drawn("sort", "order", "Order of the table", "columns the claims are sorted by, a - before one turns it around"),
    _drawn("where", "conditions", "Rows of the table", "claims that keep all of these, such as value>=1000"),
)
"""Every parameter of an address, in the order in which an address has them."""

_BY_NAME: Final = {each.name: each for each in PARAMETERS}


def read_query(query: Query, known: Known) -> tuple[Selection, list[str]]:
    """The selection a link asks for, and one sentence for each part of the link that makes no sense here."""
    problems = [
        f"The link sets “{_short(key)}”, which this page does not know." for key in query if key not in _BY_NAME
    ]
    read: dict[str, Any] = {}
    for each in PARAMETERS:
        asked = query.get(each.name, ())
        if texts := [asked] if isinstance(asked, str) else list(asked):
            read[each.field] = _read(each, texts, known, problems)
    return _forwards(Selection(**read), problems), problems


def write_query(selection: Selection) -> str:
    """The query string of a selection, always in the same order; empty where nothing is chosen.

    >>> write_query(Selection(metric=("exports",), parties=("RUS", "PAK"), first=2015))
    'metric=exports&parties=PAK&parties=RUS&from=2015'
    """
    pairs: list[tuple[str, str]] = []
    for each in PARAMETERS:
        value = getattr(selection, each.field)
        if each.is_many:
            pairs += [(each.name, text) for text in sorted(set(value))]
        elif value != each.default:
            pairs.append((each.name, str(value)))
    return urlencode(pairs)


def _read(each: Parameter, texts: Sequence[str], known: Known, problems: list[str]) -> Any:  # noqa: ANN401
    """The value of a parameter; of one that can be given once the last text counts."""
    if each.kind == "conditions":
        return tuple(_conditions(each, texts, problems))
    if each.is_many:
        return tuple(_known(each, texts, each.values or known.options[each.name], problems))
    try:
        return _READERS[each.kind](texts[-1], each)
    except ValueError as fault:
        problems.append(f"The link sets “{each.name}” to “{_short(texts[-1])}”; {fault}.")
        return each.default


def _known(each: Parameter, texts: Sequence[str], known: Collection[str], problems: list[str]) -> list[str]:
    asked = sorted(set(texts))
    missing = "this is none of its values" if each.values else "no claim in this store has it"
    problems += [
        f"The link asks for “{_short(text)}” under “{each.title}”; {missing}." for text in asked if text not in known
    ]
    return [text for text in asked if text in known]


def _conditions(each: Parameter, texts: Sequence[str], problems: list[str]) -> list[str]:
    asked = sorted(set(texts))
    faults: dict[str, str] = {}
    for text in asked:
        try:
            read_condition(text)
        except ValueError as fault:
            faults[text] = f"The link sets “{each.name}” to “{_short(text)}”; {fault}."
    problems += faults.values()
    return [text for text in asked if text not in faults][:MOST_CONDITIONS]


def _forwards(selection: Selection, problems: list[str]) -> Selection:
    first, last = selection.first, selection.last
    if first is None or last is None or first <= last:
        return selection
    problems.append(f"The link asks for the years {first} to {last}, which run backwards; the period is left open.")
    return replace(selection, first=None, last=None)


_YEAR = re.compile(r"[12]\d{3}", re.ASCII)
_NUMBER = re.compile(r"[1-9]\d{0,4}", re.ASCII)
_UNIT = re.compile(r"[^\W_][\w/·³² .%-]{0,39}|%")


def _choice(text: str, each: Parameter) -> str:
    return _expect(text if text in each.values else None, f"{', '.join(each.values[:-1])} or {each.values[-1]}")


def _year(text: str, _: Parameter) -> int:
    return _expect(int(text) if _YEAR.fullmatch(text) else None, "a year such as 2015")


def _day(text: str, _: Parameter) -> dt.date:
    return _expect(read_day(text), "a day such as 2023-06-30")


def _number(text: str, _: Parameter) -> int:
    return _expect(int(text) if _NUMBER.fullmatch(text) else None, "a number such as 2")


def _words(text: str, _: Parameter) -> str:
    return " ".join(text.split())[:MOST_WORDS].strip()


def _period(text: str, _: Parameter) -> str:
    return _expect(text.strip() if _is_period(text) else None, "a period such as 2015, 2015-Q1 or 2014-07/2015-06")


def _is_period(text: str) -> bool:
    try:
        read_period(text)
    except DayError:
        return False
    return True


def _unit(text: str, _: Parameter) -> str:
    return _expect(text.strip() if _UNIT.fullmatch(text.strip()) else None, "a unit such as tonne or USD")


def _order(text: str, _: Parameter) -> str:
    read_order(text)
    return ",".join(filter(None, text.split(",")))


def _currency(text: str, _: Parameter) -> str:
    code = text.strip().upper()
    return _expect(code if code in {currency.code for currency in currencies()} else None, "a currency such as EUR")


_READERS: Mapping[str, Callable[[str, Parameter], Any]] = {
    "choice": _choice,
    "year": _year,
    "day": _day,
    "number": _number,
    "words": _words,
    "period": _period,
    "unit": _unit,
    "currency": _currency,
    "order": _order,
}


def _expect(value: Value | None, form: str) -> Value:
    if value is None:
        message = f"{form} was expected"
        raise ValueError(message)
    return value


def _short(text: str, limit: int = 40) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
