"""The words beside a figure → its qualifier (= ~ > >= < <=) and the direction of a change (up, down)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, cast

from etl.grammar.tokens import WALL, Tokens, Wordings
from etl.lexicon import cache, read_table, words
from etl.lexicon.word_classes import word_class
from etl.model import Qualifier, Way

__all__ = ["Hedge", "find_change", "find_hedge", "follows_change"]

_FILLERS: Final = frozenset(
    (
        *("a", "an", "the", "by", "of", "at", "between", "its", "another", "further", "additional", "record", "total"),
        *("whopping", "mere", "average", "annual", "yearly", "annualised", "annualized", "rate", "pace"),
    )
)
_RATES: Final = frozenset(("rate", "pace"))
_LANDINGS: Final = frozenset(("above", "below", "under", "beneath"))
_HEDGED_FILLERS: Final = frozenset(("a", "an", "the", "(", "record", "of"))
_ADVERBS: Final = frozenset(
    ("year", "-", "on", "month", "further", "again", "only", "just", "even", "another", "y", "o")
)
_NO_CHANGE: Final = "-"
_HEDGE_STEPS, _FILLER_STEPS, _ADVERB_STEPS = 3, 5, 3
_CLAUSE_REACH, _MOVE_REACH = 16, 4


class Hedge(NamedTuple):
    """A qualifier, and the tokens `[first, last)` that the figure with its wording reaches over."""

    qualifier: Qualifier
    first: int
    last: int


def find_hedge(tokens: Tokens, first: int, last: int) -> Hedge:
    """hedge = wording ("a" | "the")* figure | figure "-"? wording ; the wording before wins, without one it is "="

    >>> from etl.grammar.tokens import tokenize
    >>> tokens = tokenize("no more than 20 percent")
    >>> find_hedge(tokens, tokens.words.index("20"), tokens.words.index("percent") + 1).qualifier
    '<='
    """
    start, wordings = first, _hedges()
    for _ in range(_HEDGE_STEPS):
        if found := wordings.before.before(tokens, start):
            return Hedge(found[1], found[0], last)
        if tokens.words[start - 1] not in _HEDGED_FILLERS:
            break
        start -= 1
    after = wordings.after.after(tokens, last + (tokens.words[last] == "-"))
    return Hedge(after[1], first, after[0]) if after else Hedge("=", first, last)


def find_change(tokens: Tokens, first: int, last: int, *, of: Literal["thing", "sum", "other"] = "other") -> Way | None:
    """change = (verb | noun "of") adverb* "by"? figure | figure "-"? word | verb ... "by" figure

    `first` and `last` enclose the figure with its qualifier. "Fell to 5" and "up from 5" state a level: None. After a
    counted thing the word is a verb of its own ("1,240 items fall to zero duty"); a sum of money is raised or lost.

    >>> from etl.grammar.tokens import tokenize
    >>> tokens = tokenize("exports fell by 5 percent")
    >>> find_change(tokens, tokens.words.index("5"), tokens.words.index("percent") + 1)
    'down'
    """
    if tokens.words[last] == "short" or tokens.words[first] in _LANDINGS:
        return None  # "fell 3.1 million tonnes short of demand" is a gap, "fell below 5" a level.
    verbs = _changes("sum" if of == "sum" else "verb")
    change = _before_figure(tokens, first, verbs) or (None if of == "thing" else _after_figure(tokens, last))
    return None if change in (None, _NO_CHANGE) else cast("Way", change)


def follows_change(tokens: Tokens, first: int, reach: int = _CLAUSE_REACH) -> bool:
    """Whether a word of change stands shortly before token `first`: then "from A to B" are two levels.

    >>> from etl.grammar.tokens import tokenize
    >>> tokens = tokenize("exports rose from 5 to 6 percent")
    >>> follows_change(tokens, tokens.words.index("from"))
    True
    """
    moved = any(_changes("move").before(tokens, end) for end in range(first, first - _MOVE_REACH, -1))
    return moved or _clause_change(tokens, first, reach) is not None


def _before_figure(tokens: Tokens, first: int, verbs: Wordings[str]) -> str | None:
    """before = (verb | noun) adverb{0,3} ("by" | "of" | "a" ...){0,4} | verb ... "by" ; left of the figure"""
    end = first
    while end > first - _FILLER_STEPS and tokens.words[end - 1] in _FILLERS:
        end -= 1
    if "at" in (led := tokens.words[end:first]) and _RATES.isdisjoint(led):
        return None  # "closed lower at 50" tells a level, "grew at a rate of 5%" a change.
    for skip in range(_ADVERB_STEPS + 1):
        if found := verbs.before(tokens, end - skip):
            return found[1]
        if not _is_adverb(tokens.words[end - skip - 1]):
            break
    return _clause_change(tokens, end, _CLAUSE_REACH) if "by" in led and not _names_agent(tokens, end) else None


def _names_agent(tokens: Tokens, by: int) -> bool:
    """Whether "by" tells who did it, not by how much: a round led by three funds"""
    verb = tokens.words[by - 1]
    done = verb.endswith("ed") or verb in word_class("participle")
    return done and _changes("verb").before(tokens, by) is None


def _is_adverb(word: str) -> bool:
    return word.endswith("ly") or word in _ADVERBS


def _after_figure(tokens: Tokens, last: int) -> str | None:
    """after = "-"? word, that leads on to no other figure"""
    found = _changes("after").after(tokens, last + (tokens.words[last] == "-"))
    return None if found is None or _leads_on(tokens, found[0]) else found[1]


def _leads_on(tokens: Tokens, end: int) -> bool:
    """Whether "up" or "down" after a figure leads on: 3.9 million headsets up from 2.4 million; shares up for sale"""
    word, following = tokens.words[end - 1], tokens.words[end]
    level = following in ("from", "to") and any(tokens.words[at][-1:].isdecimal() for at in (end + 1, end + 2))
    return word in ("up", "down") and (following == "for" or level)


def _clause_change(tokens: Tokens, first: int, reach: int) -> str | None:
    """The nearest word of change to the left, inside the sentence."""
    for end in range(first, max(first - reach, 1), -1):
        if tokens.words[end - 1] in (WALL, ";") or (tokens.words[end - 1] in ".?!" and tokens.raw[end][:1].isupper()):
            return None
        found = _changes("verb").before(tokens, end)
        if found is not None and found[1] != _NO_CHANGE:
            return found[1]
    return None


class _Hedges(NamedTuple):
    before: Wordings[Qualifier]
    after: Wordings[Qualifier]


@cache
def _hedges() -> _Hedges:
    return _Hedges(*(Wordings(_qualifiers(place)) for place in _Hedges._fields))


def _qualifiers(place: str) -> Iterator[tuple[str, Qualifier]]:
    for row in read_table("qualifiers.txt"):
        if row["place"] == place:
            yield from ((wording, cast("Qualifier", row["qualifier"])) for wording in words(row["words"]))


@cache
def _changes(kind: str) -> Wordings[str]:
    """Wordings of one kind; a noun of change stands before a figure as a verb does: "a fall of 5%"."""
    kinds = {"verb": ("verb", "noun"), "sum": ("sum", "verb", "noun")}.get(kind, (kind,))
    rows = sorted(
        (row for row in read_table("changes.txt") if row["kind"] in kinds), key=lambda row: row["kind"] != "sum"
    )
    return Wordings([(wording, row["change"]) for row in rows for wording in words(row["words"])])
