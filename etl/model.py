"""Frozen values that pass between the steps: document, quantity, period, mention, claim.

Every value with a place in a text keeps it as `start` (inclusive) and `end` (exclusive), in Unicode code points
of `Document.text`, as the W3C Web Annotation TextPositionSelector counts them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

__all__ = [
    "AGREEMENTS",
    "KINDS",
    "QUALIFIERS",
    "STATUSES",
    "Citation",
    "Claim",
    "Document",
    "Kind",
    "Mention",
    "Period",
    "Qualifier",
    "Quantity",
    "Span",
    "Status",
    "read_day",
]

Qualifier = Literal["=", "~", ">", ">=", "<", "<="]
Kind = Literal["level", "change_abs", "change_rel", "share", "gap", "rate", "price", "count", "other"]
Status = Literal["actual", "estimate", "target", "forecast", "potential", "commitment"]
Way = Literal["up", "down"]
Granularity = Literal["day", "month", "quarter", "half", "year", "decade", "range", "window", "open"]
Bound = Literal["closed", "since", "after", "until", "before", "asof"]
Basis = Literal["explicit", "pubdate", "anaphor", "document_default", "none"]

QUALIFIERS: tuple[Qualifier, ...] = ("=", "~", ">", ">=", "<", "<=")
KINDS: tuple[Kind, ...] = ("level", "change_abs", "change_rel", "share", "gap", "rate", "price", "count", "other")
STATUSES: tuple[Status, ...] = ("actual", "estimate", "target", "forecast", "potential", "commitment")
AGREEMENTS = ("single", "agree", "conflict")


_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}.*)?")


def read_day(day: object) -> dt.date | None:
    """The day of "2024-09-19", of the same with a time, of a date, a datetime or a pandas Timestamp; else None.

    >>> read_day("2024-09-19T23:00:00+05:00"), read_day(dt.datetime(2024, 9, 19, 23)), read_day("2024-13-01")
    (datetime.date(2024, 9, 19), datetime.date(2024, 9, 19), None)
    """
    found = _DAY.fullmatch(str(day))
    try:
        return dt.date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch `[start, end)` of a text."""

    start: int
    end: int

    def within(self, text: str) -> str:
        """The characters of the span.

        >>> Span(0, 2).within("$1 billion")
        '$1'
        """
        return text[self.start : self.end]


@dataclass(frozen=True)
class Document:
    """One text with its metadata; a field that is not known is None, never guessed.

    `kind` is "article" or "digest" (a digest restates another publisher's figures in its own words and cites the
    original). `source` is where the text was read: a path relative to the folder that was given, or an address.
    `basis` says how each metadata field was found, for example `{"published": "dateline"}`. `pages` are the offsets
    where the pages of a PDF begin.
    """

    text: str
    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: dt.date | None = None
    url: str | None = None
    retrieved: dt.date | None = None
    language: str = "en"
    kind: str = "article"
    source: str | None = None
    basis: Mapping[str, str] = field(default_factory=dict)
    pages: tuple[int, ...] = ()

    def page(self, offset: int) -> int | None:
        """The number of the page, from 1, on which the character at `offset` stands; None where there are no pages.

        >>> Document("Trade grew. Wheat led.", pages=(0, 12)).page(12)
        2
        """
        return bisect_right(self.pages, offset) or None

    @cached_property
    def sha256(self) -> str:
        """Hash of the text in UTF-8, 64 hexadecimal digits."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def id(self) -> str:
        """16 hexadecimal digits from url, publisher and text: the same on every machine and in every run.

        One text at two addresses is two documents; a corrected title or date leaves the identity alone.

        >>> Document("Trade reached $1 billion.", url="https://example.org/a").id
        '4150550d847ada0f'
        """
        identity = "\n".join((self.url or "", self.publisher or "", self.sha256))
        return hashlib.sha256(identity.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A magnitude with its unit as found in a text.

    `value` is in the base unit (1 million = 1e6); for a range it is the lower end and `value_upper` the upper one.
    `unit` is an ISO 4217 code, `percent`, `percentage_point`, a name the Pint registry parses (`tonne`, `USD/tonne`),
    a counted noun (`helicopter`), or None. `change` is the direction of a change the words give to the figure.
    """

    start: int
    end: int
    text: str
    value: float
    value_upper: float | None = None
    unit: str | None = None
    qualifier: Qualifier = "="
    change: Way | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time as a text names it; `start` and `end` are inclusive, None where open or unknown."""

    span_start: int
    span_end: int
    text: str
    start: dt.date | None = None
    end: dt.date | None = None
    label: str | None = None
    granularity: Granularity = "open"
    calendar: Literal["gregorian", "fiscal"] = "gregorian"
    fiscal_year_start: str | None = None
    bound: Bound = "closed"
    approx: bool = False
    basis: Basis = "none"
    alternatives: tuple[tuple[dt.date | None, dt.date | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A number that was seen and did not become a claim, with the reason."""

    start: int
    end: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Citation:
    """The quote (a sentence, as a rule) that states a figure, and its place in the text.

    `prefix` and `suffix` are the characters around the quote: W3C TextQuoteSelector, which survives a re-crawl.
    """

    quote: str
    start: int
    end: int
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of one quantity in one document.

    `parties` is sorted ISO 3166 alpha-3 codes or blocs; `reporter` owns the metric, `partner` is the counterparty.
    """

    quantity: Quantity
    citation: Citation
    metric: str
    kind: Kind
    status: Status = "actual"
    parties: tuple[str, ...] = ()
    reporter: str | None = None
    partner: str | None = None
    product: str | None = None
    period: Period | None = None
    comparison: Period | None = None
    attribution: str | None = None
