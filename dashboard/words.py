"""Codes of the tables → the words a reader sees: qualifiers, statuses, parties, agreement, citations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd

from dashboard.data import NONE, PARAMETERS, Parameter, Row, Selection
from dashboard.form import format_day, whole
from dashboard.theme import format_value
from etl.dates import format_period
from etl.export import is_web_address
from etl.series.observations import read_side
from etl.titles import metric_title, parties_title, partner_link, party_name

__all__ = [
    "NEW_PAGE",
    "agreement",
    "as_known_on",
    "chosen_in_words",
    "count",
    "direction",
    "facet_value",
    "figure",
    "figures_of",
    "hedge",
    "known",
    "page_of",
    "period_of",
    "product_name",
    "review_name",
    "safe_url",
    "shorten",
    "source_name",
    "status_name",
    "status_note",
    "unit_name",
    "verdict_name",
    "window_title",
]

NEW_PAGE = "noopener noreferrer"
"""How a link to another site opens: that site learns nothing of this page, and cannot reach back into it."""

# The way the goods go between owner and counterparty.
_ARROWS = {"to": "→", "from": "←"}
_HEDGES = {
    "=": "stated plainly",
    "~": "about",
    ">": "more than",
    ">=": "at least",
    "<": "less than",
    "<=": "up to",
}

_VERDICTS = {"contradicts": "Contradicts", "implausible": "Hard to believe", "holds": "Holds"}
_REVIEWS = {
    "unreviewed": "Not reviewed",
    "accepted": "Accepted",
    "corrected": "Corrected",
    "added": "Added by hand",
    "conflict": "Reviewers disagree",
    "stale": "Reviewed, but read differently now",
}
_AGREEMENTS = {"single": "One source", "agree": "Sources agree", "conflict": "Sources disagree"}

_NOBODY = {
    "parties": "No party named",
    "reporter": "No one party’s",
    "product": "All goods, or none named",
    "publisher": "Publisher not known",
}


def window_title(name: str) -> str:
    """What the window of a page is called. Dash fills its page where it finds `{%`, also in the words of a title.

    >>> window_title("Two fiscal years"), window_title("{%scripts%}")
    ('Two fiscal years · trade-figures', '{ %scripts%} · trade-figures')
    """
    return f"{name.replace('{%', '{ %')} · trade-figures"


def hedge(qualifier: str) -> str:
    """What a qualifier means.

    >>> hedge(">=")
    'at least'
    """
    return _HEDGES[qualifier]


def status_name(status: str) -> str:
    """A status as a word on its own.

    >>> status_name("actual")
    'Actual'
    """
    return status.capitalize()


def verdict_name(verdict: str) -> str:
    """What a check found, in words.

    >>> verdict_name("implausible")
    'Hard to believe'
    """
    return _VERDICTS[verdict]


def review_name(review: str) -> str:
    """What people decided about a claim, in words.

    >>> review_name("unreviewed")
    'Not reviewed'
    """
    return _REVIEWS[review]


def product_name(product: str) -> str:
    """A product as a label.

    >>> product_name("crude_oil")
    'Crude oil'
    """
    plain = product.replace("_", " ")
    return plain[:1].upper() + plain[1:]


def unit_name(unit: object) -> str:
    """A unit as a reader knows it; a currency keeps its code.

    >>> unit_name("percentage_point"), unit_name("USD/tonne"), unit_name(None)
    ('percentage point', 'USD per tonne', '')
    """
    return known(unit).replace("_", " ").replace("/", " per ")


def facet_value(facet: str, value: str) -> str:
    """The label of a value a reader can choose.

    >>> facet_value("parties", "PAK"), facet_value("product", "none")
    ('Pakistan', 'All goods, or none named')
    """
    if value == NONE:
        return _NOBODY[facet]
    names: dict[str, Callable[[str], str]] = {
        "metric": metric_title,
        "parties": party_name,
        "reporter": party_name,
        "product": product_name,
        "status": status_name,
        "frequency": str.capitalize,
        "agreement": _AGREEMENTS.__getitem__,
        "review": review_name,
    }
    return names[facet](value) if facet in names else value


def chosen_in_words(selection: Selection) -> list[str]:
    """What a reader chose, one line a filter, and how it is drawn where that is not as usual.

    >>> chosen_in_words(Selection(metric=("exports",), parties=("PAK", "RUS"), first=2015))
    ['What is measured: Exports', 'Who is concerned: Pakistan and Russia', 'From: 2015']
    """
    set_values = [(each, getattr(selection, each.field)) for each in PARAMETERS if not each.is_of_table]
    return [f"{each.title}: {_values(each, value)}" for each, value in set_values if value != each.default]


def _values(each: Parameter, value: object) -> str:
    """The values of a parameter in words: of parties all are meant, of others any."""
    if not isinstance(value, tuple):
        return str(value)
    joined = " and " if each.name == "parties" else " or "
    return joined.join(facet_value("parties" if each.name == "reporter" else each.name, text) for text in value)


def as_known_on(day: dt.date | None) -> str:
    """How the day whose knowledge is shown is named.

    >>> as_known_on(dt.date(2024, 9, 19)), as_known_on(None)
    ('As known on 19 Sep 2024', 'Everything known')
    """
    return "Everything known" if day is None else f"As known on {format_day(day)}"


def direction(claim: Row) -> str:
    """Who a claim is about: owner and counterparty, an arrow the way the goods go; without an owner the parties.

    >>> sides = {"reporter": "RUS", "partner": "PAK", "parties": "PAK;RUS"}
    >>> [direction({"metric": metric, **sides}) for metric in ("exports", "imports", "trade_deficit")]
    ['Russia → Pakistan', 'Russia ← Pakistan', 'Russia with Pakistan']
    """
    reporter, partner = known(claim["reporter"]), known(claim["partner"])
    if reporter and partner:
        link = partner_link(claim["metric"])
        return f"{party_name(reporter)} {_ARROWS.get(link, link)} {party_name(partner)}"
    return parties_title(claim["parties"]) if known(claim["parties"]) else ""


def known(cell: object) -> str:
    """The text of a cell, empty where it is missing.

    >>> known("APP"), known(None), known(float("nan"))
    ('APP', '', '')
    """
    return cell if isinstance(cell, str) else ""


def figure(row: Row) -> str:
    """The value of a claim or an observation as people write it, with its hedge.

    >>> figure({"value": 5e8, "unit": "USD", "qualifier": "~", "value_upper": None})
    '~$500 m'
    """
    return format_value(row["value"], row["unit"], row["qualifier"], row["value_upper"])


def period_of(row: Row, calendar: str = "") -> str:
    """The period of a claim or an observation as people write it; a claim does not know its `calendar`."""
    return format_period(
        row["period_start"], row["period_end"], row["period_label"], calendar or row.get("calendar_group")
    )


def status_note(row: Row) -> str:
    """The status where it is not "actual", which needs no word.

    >>> status_note({"status": "target"}), status_note({"status": "actual"})
    ('target', '')
    """
    return "" if row["status"] == "actual" else str(row["status"])


def figures_of(observation: Row) -> list[str]:
    """Every figure an observation stands for: its value, or in a conflict one a side, the lowest first."""
    if not known(observation["sides"]):
        return [figure(observation)]
    sides = [read_side(side) for side in observation["sides"].split(";")]
    return [
        figure({"qualifier": sign, "value": value, "value_upper": upper, "unit": observation["unit"]})
        for sign, value, upper in sides
    ]


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "claim"), count(1200, "source")
    ('1 claim', '1,200 sources')
    """
    return f"{whole(number)} {noun}" if number == 1 else f"{whole(number)} {noun}s"


def source_name(claim: Row) -> str:
    """Who published the document of a claim, as far as it is known."""
    return known(claim["publisher"]) or known(claim["title"]) or "A document without a name"


def agreement(observation: Row, copies: int = 0) -> str:
    """One sentence: how many sources state the figure, and whether they can all be right.

    `copies` is the number of documents beside them that have the text of one of them.
    """
    sources, claims = int(observation["sources"]), int(observation["claims"])
    if observation["agreement"] == "conflict":
        *most, last = figures_of(observation)
        return f"Sources disagree beyond rounding: {', '.join(most)} and {last}."
    if observation["agreement"] == "agree":
        beside = {0: "", 1: "; a copy of one is not counted"}.get(copies, f"; {whole(copies)} copies are not counted")
        return f"{count(sources, 'source')} agree, within rounding{beside}."
    if copies:
        return f"One source so far, in {whole(copies + 1)} copies of one text."
    again = {1: "", 2: ", which says it twice"}.get(claims, f", which says it {claims} times")
    return f"One source so far{again}."


def page_of(claim: Row) -> str:
    """The page a claim stands on; empty where its document has no pages.

    >>> page_of({"page": 3}), page_of({"page": None})
    ('p. 3', '')
    """
    return "" if pd.isna(claim["page"]) else f"p. {int(claim['page'])}"


def shorten(text: str, figure: str, limit: int = 220) -> str:
    """A quote cut at words to about `limit` characters, always with the figure in it.

    >>> shorten("Trade reached $1 billion in 2023.", "$1 billion")
    'Trade reached $1 billion in 2023.'
    >>> shorten("one two three four $5 six seven eight", "$5", limit=18)
    '… four $5 six …'
    """
    if len(text) <= limit:
        return text
    at = max(text.find(figure), 0)
    left = max(0, min(at - (limit - len(figure)) // 2, len(text) - limit))
    right = min(len(text), max(left + limit, at + len(figure)))
    first = 0 if left == 0 else min(at, _after_space(text, left))
    last = len(text) if right == len(text) else max(at + len(figure), text.rfind(" ", 0, right))
    return ("… " if first else "") + text[first:last] + (" …" if last < len(text) else "")


def safe_url(url: object) -> str | None:
    """The address if a browser may open it, else None: a document must not smuggle in another scheme.

    >>> safe_url("https://example.org/a"), safe_url("javascript:alert(1)"), safe_url(None)
    ('https://example.org/a', None, None)
    """
    return url if isinstance(url, str) and is_web_address(url) else None


def _after_space(text: str, start: int) -> int:
    space = text.find(" ", start)
    return start if space < 0 else space + 1
