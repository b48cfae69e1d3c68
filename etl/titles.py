"""Names in the tables → titles in plain words and readable identifiers: RUS → Russia, exports → "Exports"."""

from __future__ import annotations

import re
from typing import NamedTuple

from etl.lexicon import cache, read_table

__all__ = [
    "Subject",
    "kind_title",
    "metric_title",
    "parties_title",
    "partner_link",
    "party_name",
    "series_slug",
    "series_title",
    "slug",
    "subject_title",
]


class Subject(NamedTuple):
    """What a series is about; an empty string stands for "not said"."""

    metric: str
    product: str = ""
    parties: str = ""
    reporter: str = ""
    partner: str = ""
    kind: str = "level"


def subject_title(subject: Subject) -> str:
    """What the series measures, in plain words; unit, calendar and status are said elsewhere.

    >>> subject_title(Subject("trade_turnover", parties="PAK;RUS"))
    'Trade between Russia and Pakistan'
    >>> subject_title(Subject("exports", "wheat", "PAK;RUS", "RUS", "PAK"))
    'Russia: exports to Pakistan of wheat'
    >>> subject_title(Subject("trade_turnover", parties="PAK;RUS", kind="change_rel"))
    'Growth of trade between Russia and Pakistan'
    """
    phrase = _owned_phrase(subject) if subject.reporter else _shared_phrase(subject)
    prefix = _column("kinds.txt", "kind", "prefix").get(subject.kind, "")
    phrase = f"{prefix} {_lower_first(phrase)}" if prefix else phrase
    if subject.reporter:
        return f"{party_name(subject.reporter)}: {_lower_first(phrase)}"
    return _upper_first(phrase)


def series_title(subject: str, unit: str, calendar_group: str = "calendar year", status_class: str = "actual") -> str:
    """The title of one series: its subject with what else tells series apart, where that is not the usual.

    >>> series_title("Pakistan: exports to Russia", "USD")
    'Pakistan: exports to Russia, USD'
    >>> series_title("Pakistan: exports to Russia", "USD", "fiscal year Jul–Jun", "target")
    'Pakistan: exports to Russia, USD, fiscal year Jul–Jun, target'
    """
    usual = {"calendar year", "actual"}
    return ", ".join(part for part in (subject, unit, calendar_group, status_class) if part and part not in usual)


def series_slug(subject: Subject, *more: str) -> str:
    """A readable identifier for addresses, made of names only: it outlives every change of a title.

    `more` adds what else tells series apart: dimension, calendar, status.

    >>> series_slug(Subject("exports", "wheat", "PAK;RUS", "RUS", "PAK"), "currency:USD", "calendar year")
    'exports.of-wheat.rus-to-pak.currency-usd.calendar-year'
    """
    product = f"of {subject.product}" if subject.product else ""
    kind = "" if subject.kind == "level" else subject.kind
    return slug(subject.metric, product, _slug_direction(subject), kind, *more)


def slug(*parts: str) -> str:
    """Names as a part of an address.

    >>> slug("currency:USD", "", "fiscal year Jul–Jun")
    'currency-usd.fiscal-year-jul-jun'
    """
    return ".".join(part for part in map(_slug, parts) if part)


def metric_title(name: str) -> str:
    """The title of a metric; a name the lexicon lacks is shown with spaces.

    >>> metric_title("settlement_share")
    'Share of settlements in national currencies'
    """
    return _column("metrics.txt", "metric", "title").get(name) or _upper_first(name.replace("_", " "))


def kind_title(name: str) -> str:
    """The plain word for a kind of figure.

    >>> kind_title("change_rel")
    'Growth'
    """
    return _column("kinds.txt", "kind", "title").get(name) or _upper_first(name.replace("_", " "))


def party_name(code: str) -> str:
    """The name of a country or bloc; a code the lexicon lacks stands for itself.

    >>> party_name("PAK")
    'Pakistan'
    """
    return _column("countries.txt", "code", "name").get(code, code)


def parties_title(parties: str) -> str:
    """The parties of a figure as a list in words, the larger economy first.

    >>> parties_title("CHN;PAK;RUS")
    'China, Russia and Pakistan'
    """
    names = [party_name(code) for code in _larger_first(parties)]
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


def partner_link(metric: str) -> str:
    """The word between the owner of a figure and its counterparty.

    >>> partner_link("exports"), partner_link("imports"), partner_link("trade_deficit")
    ('to', 'from', 'with')
    """
    return _column("series_titles.txt", "metric", "link").get(metric) or "with"


def _owned_phrase(subject: Subject) -> str:
    partner = f" {partner_link(subject.metric)} {party_name(subject.partner)}" if subject.partner else ""
    return f"{metric_title(subject.metric)}{partner}{_of_product(subject)}"


def _shared_phrase(subject: Subject) -> str:
    between = _column("series_titles.txt", "metric", "between").get(subject.metric)
    parties = parties_title(subject.parties)
    if between and ";" in subject.parties:
        return f"{between} {parties}{_of_product(subject, link='in')}"
    place = f", {parties}" if parties else ""
    return f"{metric_title(subject.metric)}{_of_product(subject)}{place}"


def _of_product(subject: Subject, *, link: str = "of") -> str:
    return f" {link} {subject.product}" if subject.product else ""


def _slug_direction(subject: Subject) -> str:
    direction = subject.reporter + (f" to {subject.partner}" if subject.partner else "")
    owners = {subject.reporter, subject.partner} - {""}
    others = set(subject.parties.split(";")) - {""} != owners
    return f"{direction} {subject.parties}" if others else direction


@cache
def _slug(part: str) -> str:
    # OPEC and OPEC+ are two blocs, and a plus sign in an address reads as a space.
    return re.sub(r"\W+|_", "-", part.casefold().replace("+", "plus")).strip("-")


def _larger_first(parties: str) -> list[str]:
    ranks = _ranks()
    return sorted(filter(None, parties.split(";")), key=lambda code: (ranks.get(code, len(ranks)), party_name(code)))


@cache
def _ranks() -> dict[str, int]:
    return {row["code"]: rank for rank, row in enumerate(read_table("economies.txt"))}


@cache
def _column(table: str, key: str, column: str) -> dict[str, str]:
    return {row[key]: row[column] for row in read_table(table)}


def _lower_first(phrase: str) -> str:
    # "GDP growth" keeps its capitals.
    return phrase if phrase[1:2].isupper() else phrase[:1].lower() + phrase[1:]


def _upper_first(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
