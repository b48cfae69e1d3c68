"""The words beside a figure → its qualifier (= ~ > >= < <=) and the direction of a change (up, down)."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple, cast

from etl.grammar.tokens import WALL, Phrases, Tokens
from etl.lexicon import read_table, words
from etl.model import Change, Qualifier

__all__ = ["Hedge", "find_change", "find_hedge", "follows_change"]

_FILLERS: Final = frozenset(("a", "an", "the", "by", "record", "total", "its", "another", "further", "additional", "of", "whopping", "mere", "further"))
_ADVERB_REACH: Final = 3
_BY_REACH: Final = 16
_NONE: Final = "-"
_MOVE_REACH: Final = 4


class Hedge(NamedTuple):
    """A qualifier and the tokens `[first, last)` that its wording and the figure reach over."""

    qualifier: Qualifier
    first: int
    last: int


def find_hedge(tokens: Tokens, first: int, last: int) -> Hedge:
    """hedge = wording? ("a" | "the")? figure wording? ; the wording before wins

    >>> from etl.grammar.tokens import tokenize
    >>> find_hedge(tokenize("no more than 20 percent"), 11, 13).qualifier
    '<='
    """
    start = first
    for _ in range(3):
        found = _before().before(tokens, start)
        if found is not None:
            return Hedge(found[1], found[0], last)
        if tokens.words[start - 1] not in ("a", "an", "the", "(", "record", "of"):
            break
        start -= 1
    after = _after().after(tokens, last + (tokens.words[last] == "-"))
    return Hedge(after[1], first, after[0]) if after else Hedge("=", first, last)


def find_change(tokens: Tokens, first: int, last: int) -> Change | None:
    """change = verb adverb? "by"? figure | noun ("of" | "by")? figure | figure "-"? word | verb ... "by" figure

    `first` and `last` enclose the figure with its qualifier. "Fell to 5" and "up from 5" leave a level.

    >>> from etl.grammar.tokens import tokenize
    >>> find_change(tokenize("exports fell by 5 percent"), 11, 13)
    'down'
    """
    if tokens.words[last] == "short":
        return None
    change = _before_figure(tokens, first) or _after_figure(tokens, last)
    return None if change == _NONE else change


def follows_change(tokens: Tokens, first: int, reach: int = _BY_REACH) -> bool:
    """Whether a word of change stands in the clause before token `first`: then "from A to B" are two levels."""
    moves = (_moves().before(tokens, end) for end in range(first, max(first - _MOVE_REACH, 1), -1))
    return any(moves) or _clause_change(tokens, first, reach) is not None


def _before_figure(tokens: Tokens, first: int) -> Change | None:
    end = first
    while end > first - 4 and tokens.words[end - 1] in _FILLERS:  # noqa: PLR2004
        end -= 1
    by = "by" in tokens.words[end:first]
    for skip in range(_ADVERB_REACH + 1):
        found = _verbs().before(tokens, end - skip) or _nouns().before(tokens, end - skip)
        if found is not None:
            return found[1] if skip == 0 or not _is_level(tokens, end - skip, end) else None
        if not _is_adverb(tokens.words[end - skip - 1]):
            break
    return _clause_change(tokens, end, _BY_REACH) if by else None


def _is_level(tokens: Tokens, first: int, last: int) -> bool:
    return any(word in ("to", "from", "at") for word in tokens.words[first:last])


def _is_adverb(word: str) -> bool:
    return word.endswith("ly") or word in ("year", "-", "on", "month", "further", "again", "only", "just", "even", "another", "y", "o", "sharply")


def _after_figure(tokens: Tokens, last: int) -> Change | None:
    step = 1 if tokens.words[last] in ("-", "in", "of", "y", "year") and tokens.words[last] != WALL else 0
    found = _afters().after(tokens, last + step)
    if found is None or (step and tokens.words[last] != "-") or _leads_on(tokens, found[0]):
        return None
    return found[1]


def _leads_on(tokens: Tokens, end: int) -> bool:
    """Whether "up" or "down" after a figure leads on to another: 3.9 million headsets up from 2.4 million; up for sale"""
    word, following = tokens.words[end - 1], tokens.words[end]
    levels = following in ("from", "to") and any(character.isdigit() for character in tokens.words[end + 1] + tokens.words[end + 2])
    return word in ("up", "down") and (following == "for" or levels)


def _clause_change(tokens: Tokens, first: int, reach: int) -> Change | None:
    """The nearest word of change to the left, inside the sentence."""
    for end in range(first, max(first - reach, 1), -1):
        if tokens.words[end - 1] in (WALL, ";") or (tokens.words[end - 1] in ".?!" and tokens.raw[end][:1].isupper()):
            return None
        found = _verbs().before(tokens, end) or _nouns().before(tokens, end)
        if found is not None and found[1] != _NONE:
            return found[1]
    return None


@cache
def _before() -> Phrases[Qualifier]:
    return Phrases(_rows("before"))


@cache
def _after() -> Phrases[Qualifier]:
    return Phrases(_rows("after"))


def _rows(place: str) -> list[tuple[str, Qualifier]]:
    rows = (row for row in read_table("qualifiers.txt") if row["place"] == place)
    return [(wording, cast("Qualifier", row["qualifier"])) for row in rows for wording in words(row["words"])]


@cache
def _moves() -> Phrases[Change]:
    return Phrases(_changes("move"))


@cache
def _verbs() -> Phrases[Change]:
    return Phrases(_changes("verb"))


@cache
def _nouns() -> Phrases[Change]:
    return Phrases(_changes("noun"))


@cache
def _afters() -> Phrases[Change]:
    return Phrases(_changes("after"))


def _changes(kind: str) -> list[tuple[str, Change]]:
    rows = (row for row in read_table("changes.txt") if row["kind"] == kind)
    return [(wording, cast("Change", row["change"])) for row in rows for wording in words(row["words"])]
