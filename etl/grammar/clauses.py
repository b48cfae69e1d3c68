"""Text → sentences and clauses, as spans that cover every word.

Sentences end at a full stop, question or exclamation mark with a capital, a digit, a quote or the text's end behind
it, and where a line was ended on purpose (a heading, a list item); not after an abbreviation ("Sept.", "U.S.") nor
inside a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from etl.lexicon import cache, read_table, words
from etl.model import Span

__all__ = ["clauses", "paragraphs", "sentences"]

_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
_LINE_END = re.compile(r"\n")
_STOP = re.compile(r"""[.!?…]["”’')\]]*(?=\s|$)""")
_BULLET = re.compile(r"\s*(?:[-*•·–]\s|\|)")
_CAPITAL = re.compile(r"""\s*["“‘'(]?[A-ZÀ-ÖØ-Þ]""")
_RUNS_ON = re.compile(r"(?:[,–-]|\b(?:a|an|and|as|at|by|for|from|in|of|on|or|that|the|to|with))\s*$")
_LAST_WORD = re.compile(r"[\w.&-]+\.$")
_STARTS_SENTENCE = re.compile(r"""\s+["“‘'(\[]*[A-Z0-9$€£¥₹“"À-ÖØ-Þ]|\s*$""")
# White space is taken whole or not at all, so that a long run of it costs no more than its length.
_CLAUSE = re.compile(
    r"""[;:.]\s++ | \s[–—-](?=\s) | —
      | (?:,\s*+|(?<![\s,])\s++)(?:while|whereas|although|though|but|however|meanwhile)\b
      | ,\s++(?:and|with|as)\s++(?=\w)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A line broken by a text's own width is nearly full; ragged setting leaves up to a sixth of it empty.
_FULL_LINE = 0.85
_LONGEST_INITIALISM = 3


def sentences(text: str) -> Iterator[Span]:
    """The sentences of a text in order, without the white space around them.

    >>> [span.within("Trade hit $1.5 bn. It fell.") for span in sentences("Trade hit $1.5 bn. It fell.")]
    ['Trade hit $1.5 bn.', 'It fell.']
    """
    for passage in _passages(text):
        yield from _sentences_of(text, passage)


def paragraphs(text: str) -> list[int]:
    r"""Where the paragraphs of a text begin; the items of a list belong to the paragraph in front of them.

    >>> paragraphs("Exports rose:\n- to Peru\n- to Chile\n\nImports fell.")
    [0, 36]
    """
    starts = (passage.start for passage in _passages(text))
    return [start for start in starts if start == 0 or not _BULLET.match(text, start)]


def clauses(text: str, sentence: Span) -> list[Span]:
    """The clauses of a sentence: cut at semicolons, colons, stops, dashes, "while", "but", ", and", ", with", ", as".

    >>> text = "Exports rose to $5bn, while imports fell."
    >>> [span.within(text) for span in clauses(text, Span(0, len(text)))]
    ['Exports rose to $5bn', ', while imports fell.']
    """
    cuts = [match.start() for match in _CLAUSE.finditer(text, sentence.start, sentence.end)]
    edges = [sentence.start, *(cut for cut in cuts if cut > sentence.start), sentence.end]
    return [Span(first, last) for first, last in pairwise(edges) if first < last]


def _cut(text: str, span: Span, at: re.Pattern[str]) -> Iterator[Span]:
    begin = span.start
    for match in at.finditer(text, span.start, span.end):
        yield Span(begin, match.start())
        begin = match.end()
    yield Span(begin, span.end)


def _passages(text: str) -> Iterator[Span]:
    """The parts of a text that blank lines and lines ended on purpose part from each other."""
    for block in _cut(text, Span(0, len(text)), _BLANK_LINE):
        yield from _runs_of_lines(text, block)


def _runs_of_lines(text: str, block: Span) -> Iterator[Span]:
    """A run is lines that go on; a line with room left for the next word was ended on purpose."""
    if text.find("\n", block.start, block.end) < 0:
        yield block
        return
    lines = list(_cut(text, block, _LINE_END))
    width = max(line.end - line.start for line in lines)
    begin = block.start
    for line, following in pairwise(lines):
        if _ended_on_purpose(line.within(text), following.within(text), width):
            yield Span(begin, line.end)
            begin = following.start
    yield Span(begin, block.end)


def _ended_on_purpose(line: str, following: str, width: int) -> bool:
    if _BULLET.match(following):
        return True
    if _RUNS_ON.search(line):
        return False
    if _indent(following) > _indent(line) + 1:
        return True
    first_word = following.split(maxsplit=1)[:1]
    return _CAPITAL.match(following) is not None and len(line) + 1 + len(first_word[0]) < _FULL_LINE * width


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _sentences_of(text: str, passage: Span) -> Iterator[Span]:
    begin = passage.start
    for match in _STOP.finditer(text, passage.start, passage.end):
        if _ends_sentence(text, match.start(), match.end()):
            yield _trimmed(text, begin, match.end())
            begin = match.end()
    if text[begin : passage.end].strip():
        yield _trimmed(text, begin, passage.end)


def _ends_sentence(text: str, stop: int, after: int) -> bool:
    if not _STARTS_SENTENCE.match(text, after):
        return False
    if text[stop] != "." or after > stop + 1:
        return True
    word = _LAST_WORD.search(text, max(0, stop - 20), stop + 1)
    return not (word and _is_abbreviation(word.group()[:-1]))


def _is_abbreviation(word: str) -> bool:
    initial = len(word) == 1 and word.isupper()
    initialism = "." in word and len(word) <= _LONGEST_INITIALISM
    return initial or initialism or word.lower() in _abbreviations()


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(word for row in read_table("abbreviations.txt") for word in words(row["words"]))


def _trimmed(text: str, start: int, end: int) -> Span:
    body = text[start:end]
    return Span(end - len(body.lstrip()), start + len(body.rstrip()))
