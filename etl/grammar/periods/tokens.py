"""Text → runs of neighbouring period words and numbers, each run with at least one word that can name a period.

One compiled alternation looks for such anchors ("2017", "month", "June"); only around them is the text cut into tokens,
as far as the words are known, so most of a text costs no Python at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from etl.lexicon import any_of, cache, read_table, words

__all__ = ["END", "FIRST_YEAR", "LAST_YEAR", "Token", "lowered", "months_by_name", "token_runs"]

FIRST_YEAR, LAST_YEAR = 1900, 2100  # outside these, a bare four-digit number in business news is a count

Kinds = Mapping[str, int | None]

_DASHES = "-–—−~"
_QUOTES = "'’"
# Kinds a run needs one of to name a period; anchors made of digits are spelled out in `_anchor_pattern`.
_ANCHORS = frozenset(
    ("month", "weekday", "unit", "plural", "eoy", "eom", "ytd", "date", "fiscal", "century", "calendar", "now", "span")
)


class Token(NamedTuple):
    """A word, number or mark; `kinds` maps each part it can play in the grammar to its number there."""

    word: str
    kinds: Kinds
    role: str  # the names of its kinds, as a key
    start: int
    end: int
    glued: bool  # nothing between the token before and this one


_NOTHING: Kinds = {}
_DIGITS, _YEAR, _NUMERIC = ({kind: None} for kind in ("digits", "year", "numeric"))
END = Token("", _NOTHING, "", 0, 0, glued=False)  # what a reader sees behind the last token


def lowered(text: str) -> str:
    """`text` in lower case with every character in its place: "İ" alone would become two.

    >>> len(lowered("İstanbul")) == len("İstanbul")
    True
    """
    return text.replace("İ", "I").lower()


def token_runs(text: str) -> Iterator[list[Token]]:
    """Runs of neighbouring tokens the grammar knows, in text order; words it does not know part them.

    >>> [[token.word for token in run] for run in token_runs("Exports fell in June 2017 and in the first half.")]
    [['in', 'june', '2017', 'and', 'in', 'the', 'first', 'half', '.']]
    """
    low = lowered(text)
    backwards, size, reached = low[::-1], len(low), 0
    for anchor in _anchor_pattern().finditer(low):
        if anchor.start() >= reached:
            led = _lead_pattern().match(backwards, size - anchor.start(), size - reached)
            run = list(_tokens(low, size - led.end() if led else anchor.start()))
            reached = run[-1].end
            yield run


@cache
def months_by_name() -> Mapping[str, int]:
    """Month names and abbreviations, lower case → 1 to 12."""
    rows = (row for row in read_table("periods.txt") if row["kind"] == "month")
    return {word: int(row["value"]) for row in rows for word in words(row["words"])}


# Numbers with a decimal point, thousands or a clock's colon stay whole, so that "6,107.31 August" has no day 31.
_TOKEN = re.compile(
    r"""(?P<word>[qhm](?=fy\s?'?\d)|[^\W\d_]+)
      | (?P<numeric>(?:
            \d{4}(?P<s1>[-/.])\d{1,2}(?P=s1)\d{1,2}
          | \d{1,2}(?P<s2>[-/.])\d{1,2}(?P=s2)\d{4}
          | \d{1,2}/\d{1,2}/\d{2}
        )(?![\w/]|-(?!\d+[-/.]\d)))
      | (?P<amount>\d{1,3}(?:,\d{2,3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)+)
      | (?P<digits>\d+)
      | (?P<wall>\n\s*\n)
      | (?P<mark>\S)
    """,
    re.VERBOSE,
)


def _tokens(low: str, start: int) -> Iterator[Token]:
    """The tokens from `start` on as far as they are known; a blank line ends them too."""
    known, reached = _lexicon(), -1
    for match in _TOKEN.finditer(low, start):
        kind, word = match.lastgroup, match.group()
        found = known.get(word) if kind in ("word", "mark", "wall") else _number(kind, word)
        if found is None:
            return
        kinds, role = found
        begin, end = match.span()
        yield Token(word, kinds, role, begin, end, begin == reached)
        reached = end


def _number(kind: str | None, word: str) -> tuple[Kinds, str]:
    """`2017` is a year, `17` a number, `20200701` a date; an amount is nothing the grammar takes."""
    is_day = kind == "digits" and len(word) == 8 and word.startswith(("19", "20"))  # noqa: PLR2004 - YYYYMMDD
    if kind == "numeric" or is_day:
        return _NUMERIC, "numeric"
    if kind == "digits" and len(word) == 4 and FIRST_YEAR <= int(word) <= LAST_YEAR:  # noqa: PLR2004 - YYYY
        return _YEAR, "year"
    return (_DIGITS, "digits") if kind == "digits" and len(word) <= 4 else (_NOTHING, "")  # noqa: PLR2004 - YYYY


@cache
def _lexicon() -> Mapping[str, tuple[Kinds, str]]:
    """Every word of the table and every mark → the parts it plays, and their names as one key."""
    marks = {mark: mark for mark in "/.,"} | dict.fromkeys(_DASHES, "-") | dict.fromkeys(_QUOTES, "'")
    table: dict[str, dict[str, int | None]] = {mark: {name: None} for mark, name in marks.items()}
    for row in read_table("periods.txt"):
        number = int(row["value"]) if row["value"].lstrip("-").isdigit() else None
        kind = row["kind"] if row["kind"] != "unit" else f"unit {row['value']}"
        for word in words(row["words"]):
            table.setdefault(word, {})[kind] = number
    return {word: (kinds, " ".join(kinds)) for word, kinds in table.items()}


_NO_LETTER_BEFORE, _NO_LETTER_BEHIND = r"(?<![^\W\d_])", r"(?![^\W\d_])"


@cache
def _anchor_pattern() -> re.Pattern[str]:
    """A word or number that can name a period."""
    known = ((word, kinds) for word, (kinds, _) in _lexicon().items() if word.isalpha())
    anchors = any_of(word for word, kinds in known if any(kind.split()[0] in _ANCHORS for kind in kinds))
    numeric = rf"(?:19|20|21)\d\d(?!\d)|\d{{8}}(?!\d)|\d0[{_QUOTES}]?s(?!\w)|[qh]\d|\d+(?=[qh]|mfy|/\d)"
    return re.compile(rf"{_NO_LETTER_BEFORE}(?:(?:{anchors}){_NO_LETTER_BEHIND}|(?<!\d)(?:{numeric}))")


@cache
def _lead_pattern() -> re.Pattern[str]:
    """The known words and numbers in front of an anchor, in a text read backwards."""
    word = any_of(word[::-1] for word in _lexicon() if word.isalpha())
    marks = re.escape("".join(word for word in _lexicon() if not word.isalpha()))
    gap = rf"(?:[ \t{marks}]|\n(?!\s*\n))*"
    return re.compile(rf"(?:{gap}(?:(?:{word}){_NO_LETTER_BEHIND}|\d+))+(?:[{_QUOTES}](?![^\W_]))?")
