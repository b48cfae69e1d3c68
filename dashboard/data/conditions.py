"""The text of an order or of a condition, as an address has it ↔ what the table of claims is sorted and filtered by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from etl.model import read_day

__all__ = ["TABLE_COLUMNS", "Condition", "Order", "TableColumn", "read_condition", "read_order"]

Kind = Literal["text", "number", "day"]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of the table of claims: its name in addresses and files, its head, the group it is chosen under."""

    name: str
    title: str
    group: str
    kind: Kind = "text"
    sortable: bool = True


_WHAT, _FIGURE, _PERIOD, _SOURCE, _REVIEW = "What", "Figure", "Period", "Source", "Review"
_PLACE = "Place in the text"

TABLE_COLUMNS: Final = (
    TableColumn("metric", "What is measured", _WHAT),
    TableColumn("who", "Who", _WHAT),
    TableColumn("reporter", "Whose figure", _WHAT),
    TableColumn("partner", "Counterparty", _WHAT),
    TableColumn("parties", "Who is concerned", _WHAT),
    TableColumn("product", "Goods", _WHAT),
    TableColumn("kind", "Kind of figure", _WHAT),
    TableColumn("status", "Status", _WHAT),
    TableColumn("attribution", "Who is quoted", _WHAT),
    TableColumn("period", "Period", _PERIOD),
    TableColumn("period_start", "First day", _PERIOD, "day"),
    TableColumn("period_end", "Last day", _PERIOD, "day"),
    TableColumn("period_label", "Period, as a label", _PERIOD),
    TableColumn("period_granularity", "Length of the period", _PERIOD),
    TableColumn("period_calendar", "Calendar", _PERIOD),
    TableColumn("period_bound", "Ends of the period", _PERIOD),
    TableColumn("period_basis", "How the period is known", _PERIOD),
    TableColumn("comparison_start", "Compared with, first day", _PERIOD, "day"),
    TableColumn("comparison_end", "Compared with, last day", _PERIOD, "day"),
    TableColumn("span_text", "As written", _FIGURE),
    TableColumn("qualifier", "Said as", _FIGURE),
    TableColumn("value", "Value", _FIGURE, "number"),
    TableColumn("value_upper", "Upper end of a range", _FIGURE, "number"),
    TableColumn("unit", "Unit", _FIGURE),
    TableColumn("publisher", "Publisher", _SOURCE),
    TableColumn("published", "Published", _SOURCE, "day"),
    TableColumn("title", "Title", _SOURCE),
    TableColumn("author", "Author", _SOURCE),
    TableColumn("language", "Language", _SOURCE),
    TableColumn("url", "Original", _SOURCE),
    TableColumn("retrieved", "Fetched", _SOURCE, "day"),
    TableColumn("review", "Review", _REVIEW),
    TableColumn("reviewed_by", "Reviewed by", _REVIEW),
    TableColumn("reviewed", "Reviewed on", _REVIEW, "day"),
    TableColumn("quote", "Quote", _PLACE, sortable=False),
    TableColumn("page", "Page", _PLACE, "number"),
    TableColumn("quote_start", "Quote begins at character", _PLACE, "number"),
    TableColumn("quote_end", "Quote ends at character", _PLACE, "number"),
    TableColumn("span_start", "Figure begins at character", _PLACE, "number"),
    TableColumn("span_end", "Figure ends at character", _PLACE, "number"),
    TableColumn("claim_id", "Identifier of the claim", _PLACE, sortable=False),
    TableColumn("document_id", "Identifier of the document", _PLACE, sortable=False),
    TableColumn("document_sha256", "SHA-256 of the text", _PLACE, sortable=False),
    TableColumn("extractor_version", "Read with version", _PLACE),
)
"""The columns of the table in their order: those of a claim, and two that put several of them into words."""

_BY_NAME: Final = {column.name: column for column in TABLE_COLUMNS}
_MOST_ORDERS: Final = 4
_OPERATORS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "text": ("~", "!~", "=", "!="),
    "number": ("=", "!=", ">=", "<=", ">", "<"),
    "day": ("=", "!=", ">=", "<=", ">", "<"),
}


@dataclass(frozen=True, slots=True)
class Order:
    """A column to sort by, and which way."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """What a cell must be: `~` holds the words, `!~` does not, the others compare; with no value, `=` is an empty cell.

    >>> str(Condition("value", ">=", "1000"))
    'value>=1000'
    """

    column: str
    operator: str
    value: str

    def __str__(self) -> str:
        """The text of the condition."""
        return f"{self.column}{self.operator}{self.value}"


def read_order(text: str) -> tuple[Order, ...]:
    """The columns that a text sorts by, the first before all; `-` before a column turns it around.

    Raises `ValueError` for a column that has no order.

    >>> read_order("-value,published")
    (Order(column='value', descending=True), Order(column='published', descending=False))
    """
    orders = tuple(Order(name.removeprefix("-"), name.startswith("-")) for name in text.split(",") if name)
    names = [order.column for order in orders]
    if len(set(names)) < len(names) or len(names) > _MOST_ORDERS or not all(map(_is_sortable, names)):
        message = "columns of the table such as -value,published, each once, were expected"
        raise ValueError(message)
    return orders


def read_condition(text: str) -> Condition:
    """The condition that a text states; raises `ValueError` for one the table cannot ask.

    >>> read_condition("publisher~wire")
    Condition(column='publisher', operator='~', value='wire')
    """
    found = _CONDITION.fullmatch(text)
    if found is None or not _makes_sense(*found.groups()):
        message = "a condition such as value>=1000, publisher~times or published>=2023-06-30 was expected"
        raise ValueError(message)
    return Condition(*found.groups())


_CONDITION: Final = re.compile(rf"({'|'.join(_BY_NAME)})(!~|~|!=|>=|<=|=|>|<)([^\n]{{0,200}})")


def _is_sortable(name: str) -> bool:
    return name in _BY_NAME and _BY_NAME[name].sortable


def _makes_sense(column: str, operator: str, value: str) -> bool:
    kind = _BY_NAME[column].kind
    if operator not in _OPERATORS[kind]:
        return False
    if not value:
        return operator in {"=", "!="}
    is_formed = kind == "text" or _FORMS[kind].fullmatch(value) is not None
    return is_formed and (kind != "day" or read_day(value) is not None)


_FORMS: Final[Mapping[Kind, re.Pattern[str]]] = {
    "number": re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?"),
    "day": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
}
