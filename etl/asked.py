"""What was typed → the names that tables hold: "pakistan, Russia" → PAK;RUS; a wrong name is told its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from etl.errors import UnknownNameError
from etl.lexicon import read_table, words
from etl.series import CHOICES

__all__ = ["read_metric", "read_parties", "read_product", "read_rule"]

_NEAR = 3
# Names alike in so much of their letters are offered: "trade_turnovr", "pakistn" are, "wheat" for "heat pumps" is not.
_ALIKE = 0.6
_NO_METRICS = {"-", "none"}


def read_metric(typed: str, own: Iterable[str] = ()) -> str:
    """The metric of this name or title; `own` are those that the lexicon need not have.

    Raises `UnknownNameError` with names near to it.

    >>> read_metric("Trade turnover")
    'trade_turnover'
    """
    rows = [row for row in read_table("metrics.txt") if row["metric"] not in _NO_METRICS]
    titles = {row["title"]: row["metric"] for row in rows}
    return _find(typed, {**titles, **_themselves(titles.values()), **_themselves(own)}, "metric")


def read_product(typed: str, own: Iterable[str] = ()) -> str:
    """The product of this name, or that this word names.

    >>> read_product("LNG"), read_product("Natural Gas")
    ('LNG', 'natural gas')
    """
    rows = [row for row in read_table("products.txt") if row["product"] != "-"]
    named = {word: row["product"] for row in rows for word in words(row["words"])}
    return _find(typed, {**named, **_themselves(named.values()), **_themselves(own)}, "product")


def read_parties(typed: Iterable[str], own: Iterable[str] = ()) -> str:
    """ISO 3166 codes, sorted and joined by ";", of codes or names parted by "," or ";".

    >>> read_parties(["Pakistan,RUS"]), read_parties(["russian", "pak"])
    ('PAK;RUS', 'PAK;RUS')
    """
    rows = [row for row in read_table("countries.txt") if row["code"] != "-"]
    columns = ("demonyms", "aliases", "name", "code")
    named = {word: row["code"] for column in columns for row in rows for word in words(row[column])}
    named |= _themselves(own)
    listed = [party.strip() for each in typed for party in re.split("[;,]", each)]
    return ";".join(sorted({_find(party, named, "country or bloc") for party in listed if party}))


def read_rule(typed: str, rules: Sequence[str] = CHOICES, what: str = "rule") -> str:
    """The one of `rules` that is so called, or the only one with these words in its name.

    >>> read_rule("latest"), read_rule("most precise")
    ('latest published', 'most precise')
    """
    meant = [rule for rule in rules if typed.casefold() in rule.casefold().split()]
    if typed.strip() and len(meant) == 1 and typed not in rules:
        return meant[0]
    if typed in rules:
        return typed
    message = f"{typed!r} is no {what}; choose one of: {', '.join(rules)}"
    raise UnknownNameError(message)


def _find(typed: str, named: Mapping[str, str], what: str) -> str:
    known = {_plain(name): value for name, value in named.items()}
    if (found := known.get(_plain(typed))) is not None:
        return found
    near = [known[name] for name in get_close_matches(_plain(typed), known, n=_NEAR, cutoff=_ALIKE)]
    meant = f"; did you mean {' or '.join(dict.fromkeys(near))}?" if near else ";"
    message = f"{typed!r} is no {what} we know{meant} trade-figures series lists what the store has"
    raise UnknownNameError(message)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split())


def _themselves(names: Iterable[str]) -> dict[str, str]:
    return {name: name for name in names}
