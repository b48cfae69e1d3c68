"""Text → period expressions: what each phrase says, before a date or a fiscal calendar resolves it.

One pass cuts the text into runs of period words (`tokens`), and a recursive-descent parser (`phrases`, `parts`,
`relative`, `years`) takes the longest phrase at each place. Work per token is bounded, so time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl.grammar.periods.nodes import Expression, Year
from etl.grammar.periods.phrases import phrase
from etl.grammar.periods.reader import Reader
from etl.grammar.periods.tokens import Token, token_runs

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
            expression = Expression(run[first].start, run[r.at - 1].end, node)
            if _stands_free(text, expression):
                yield expression
                continue
        r.at = first + 1


_NAME_BEFORE = re.compile(r"[$€£¥₹₽₺#№@\w]$")
_NUMBER_BEFORE = re.compile(r"(?:\d\s?[-–]\s?|[\d][.,:]|/|\w[-–])$")  # noqa: RUF001 - printed dashes
_NUMBER_AFTER = re.compile(r"\w|\s?%|[-–/:]\d|[.,]\d(?!\d{3}\b)|-[A-Z]")  # noqa: RUF001 - as above


def _stands_free(text: str, expression: Expression) -> bool:
    """Whether nothing beside the expression makes it a part of a number, a code or a name ("138-2010-2015")."""
    start, end = expression.start, expression.end
    left = max(0, start - 4)
    if _NAME_BEFORE.search(text, left, start) or text[end : end + 1].isalnum():
        return False
    if text[start].isdigit() and _NUMBER_BEFORE.search(text, left, start):
        return False
    return not (text[end - 1].isdigit() and _NUMBER_AFTER.match(text, end)) and _counts_time(text, expression)


def _counts_time(text: str, expression: Expression) -> bool:
    return not isinstance(expression.node, Year) or not _COUNTED.match(text, expression.end)


_COUNTED = re.compile(r"\s?(?:tonnes|tons)\b")
