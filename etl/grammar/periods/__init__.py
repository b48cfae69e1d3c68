"""Text → period expressions: what each phrase says, before a date or a fiscal calendar resolves it.

One pass cuts the text into runs of period words (`tokens`), and a recursive-descent parser (`phrases`, `parts`,
`relative`, `years`) takes the longest phrase at each place. Work per token is bounded, so time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl.grammar.periods.nodes import Expression, Month, Node, SplitYear, Year
from etl.grammar.periods.phrases import phrase
from etl.grammar.periods.reader import Reader
from etl.grammar.periods.tokens import Token, token_runs
from etl.lexicon import any_of, cache, read_table, words

__all__ = ["Expression", "find_expressions"]


def find_expressions(text: str) -> list[Expression]:
    """Period expressions of `text`, in order, not overlapping.

    >>> find_expressions("Exports fell in the first half of 2017.")
    [Expression(start=16, end=38, node=Nth(unit='half', n=1, of=Year(year=2017)))]
    """
    return [found for run in token_runs(text) for found in _in_run(text, run)]


def _in_run(text: str, run: list[Token]) -> Iterator[Expression]:
    r = Reader(text, run)
    while r.at < len(run):
        first = r.at
        node = phrase(r) if not phrase.first.isdisjoint(run[first].kinds) else None
        if node is not None:
            expression = Expression(_start(run, first, node), _end(run, r.at), node)
            if _stands_free(text, expression):
                yield expression
                continue
        r.at = first + 1


def _start(run: list[Token], first: int, node: Node) -> int:
    """Where the words of `node` begin: in "the 2018 budget" the article belongs to the budget."""
    article = run[first].word in ("the", "that") and isinstance(node, Year | Month | SplitYear)
    return run[first + article].start


def _end(run: list[Token], at: int) -> int:
    """Where the words before token `at` end: the full stop of "Oct." is read and left outside."""
    return run[at - 1 - (run[at - 1].word == ".")].end


_PART_OF_NAME = re.compile(r"[$€£¥₹₽₺#№@\w]\Z")
_PART_OF_NUMBER = re.compile(r"(?:\d\s?[-–]\s?|\d[.,:]|/|\w[-–])\Z")
_NUMBER_GOES_ON = re.compile(r"\w|\s?%|[-–/:]\d|[.,]\d(?!\d{3}\b)|-[A-Z]")
_NOUN_NEXT = re.compile(r"\s+[a-z]+s\b")
_REACH = 16  # characters: the longest word that makes a number a name
_ROUND = 50


def _stands_free(text: str, expression: Expression) -> bool:
    """Whether nothing beside the expression makes it a part of a number, a code or a name ("138-2010-2015")."""
    start, end = expression.start, expression.end
    left = text[max(0, start - _REACH) : start]
    if _PART_OF_NAME.search(left) or text[end : end + 1].isalnum():
        return False
    if text[start].isdigit() and _PART_OF_NUMBER.search(left):
        return False
    if text[end - 1].isdigit() and _NUMBER_GOES_ON.match(text, end):
        return False
    return not isinstance(expression.node, Year) or not _is_amount(text, expression, expression.node.year, left)


def _is_amount(text: str, expression: Expression, year: int, left: str) -> bool:
    """Whether a lone number is a count or a name: "2000 tonnes", "page 2019", "for 2000 workers".

    Counts are round or in words, years seldom: before a plural noun such a number is a year only behind "in".
    """
    if _counted().match(text, expression.end) or _naming().search(left):
        return True
    plain = text[expression.start : expression.end].isdigit() and year % _ROUND == 0
    spelled = text[expression.end - 1].isalpha()
    return (plain or spelled) and bool(_NOUN_NEXT.match(text, expression.end)) and not left.lower().endswith("in ")


@cache
def _counted() -> re.Pattern[str]:
    return re.compile(rf"[\s-]?(?:{_listed('counted')})\b", re.IGNORECASE)


@cache
def _naming() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_listed('name')})\b\.?[\s-]*\Z", re.IGNORECASE)


def _listed(cue: str) -> str:
    return any_of(word for row in read_table("period_cues.txt") if row["cue"] == cue for word in words(row["words"]))
