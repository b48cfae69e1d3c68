"""The lines of printed pages, each with its place → one text in paragraphs, and the offset where each page begins.

Lines that a page's width broke are joined, over columns and pages too; a heading, a row of a table, a line ended on
purpose stays apart, so that no sentence reaches from one into another. Running heads, feet and page numbers are left
out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise
from statistics import median

from etl.lexicon import cache, read_table, words

__all__ = ["LINE_HYPHEN", "Line", "Page", "join_pages", "table_row"]

LINE_HYPHEN = "\ufffe"
"""PDFium's sign for a hyphen at the end of a line, which may belong to the word or not."""

_HYPHENATED = re.compile(rf"([^\W_]*){LINE_HYPHEN}(?=([^\W_]*))(?!\Z)")
_TRAILING = re.compile(rf"([^\W_]*)([-{LINE_HYPHEN}])\Z")
_BROKEN = re.compile(rf"[^\W_]*{LINE_HYPHEN}[^\W_]*|[^\W_]+-\Z")
_FIRST = re.compile(r"[^\W_]*")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# "oil- and gas-fired": the hyphen stands for what follows later.
_SUSPENDED = frozenset({"and", "or", "to"})
# A space, and a letter for what letters differ in width.
_ROOM = 2
_INTEGER = re.compile(r"\d{1,4}")
_ENDED = re.compile(r"""[.!?:;…]["”’')\]]*$""")
_SMALL = re.compile(r"""["“‘'(\[]*[a-zà-öø-ÿ]""")
_ITEM = re.compile(r"[•·▪‣◦*–—-]\s|\|")
# Share of a page's height above and below which running heads and page numbers stand; a margin of an inch is 0.09.
_EDGE = 0.09
# Running heads change with the chapter, so three pages are enough; in a document of two pages both.
_REPEATED = 3
# Lines of one paragraph differ by less than a tenth in distance and size, those of a sentence that has words in another
# type by less than a half.
_LARGER, _FAR = 1.2, 1.6


@dataclass(frozen=True, slots=True)
class Line:
    """A line as printed: its text, left and right edge, bottom, and the height of its letters, in points.

    PDFium makes one of two lines that a hyphen joins: such a one is `deep`, from its first line's bottom to its last's.
    """

    text: str
    left: float
    right: float
    bottom: float
    height: float
    deep: float = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A page's lines in reading order, and its height in points."""

    lines: tuple[Line, ...]
    height: float


def join_pages(pages: Sequence[Page]) -> tuple[str, tuple[int, ...]]:
    r"""The text of all pages, paragraphs parted by blank lines, and the offset where each page begins in it.

    >>> first = Page((Line("Trade grew, the min-", 0, 96, 700, 10), Line("istry said.", 0, 50, 688, 10)), 842)
    >>> join_pages([first, Page((Line("Wheat led.", 0, 50, 700, 10),), 842)])
    ('Trade grew, the ministry said.\n\nWheat led.', (0, 32))
    """
    bodies = [page.lines for page in _without_running_heads(pages)]
    lines = [line for body in bodies for line in body]
    pieces = _mended([line.text for line in lines], _breaks(bodies))
    starts = list(accumulate(map(len, pieces), initial=0))
    firsts = accumulate(map(len, bodies), initial=0)
    return "".join(pieces), tuple(starts[first] for first, _ in zip(firsts, bodies, strict=False))


def table_row(cells: Sequence[str]) -> str:
    """The cells of a table's row in one line, which the grammar takes for a passage of its own.

    >>> table_row(["2023", "$1.7 billion"])
    '| 2023 | $1.7 billion |'
    """
    return f"| {' | '.join(cells)} |"


Mark = tuple[str, int]


def _without_running_heads(pages: Sequence[Page]) -> list[Page]:
    counted = Counter(mark for number, page in enumerate(pages) for mark in _marks_of(page, number))
    least = min(_REPEATED, max(2, len(pages)))
    repeated = {mark for mark, count in counted.items() if count >= least}
    return [
        replace(page, lines=tuple(line for line in page.lines if not _repeats(line, page, number, repeated)))
        for number, page in enumerate(pages)
    ]


def _marks_of(page: Page, number: int) -> set[Mark]:
    return {mark for line in page.lines if _at_edge(line, page) for mark in _marks(line, number)}


def _marks(line: Line, number: int) -> Iterator[Mark]:
    """What a running head has in common with that of the next page: height and words, a number running with the page.

    A number is compared by its distance from the page's, so that the same words with other figures are no such head.
    """
    height = round(line.bottom)
    yield line.text, height
    for found in _INTEGER.finditer(line.text):
        yield f"{line.text[: found.start()]}#{int(found[0]) - number}{line.text[found.end() :]}", height


def _at_edge(line: Line, page: Page) -> bool:
    return not _EDGE * page.height <= line.bottom <= (1 - _EDGE) * page.height


def _repeats(line: Line, page: Page, number: int, repeated: set[Mark]) -> bool:
    return _at_edge(line, page) and not repeated.isdisjoint(_marks(line, number))


def _breaks(bodies: Sequence[Sequence[Line]]) -> list[str]:
    """What stands between each line of the document and the next: a space, a line end, or a blank line."""
    columns = [column for body in bodies for column in _columns(body)]
    inside = [_breaks_in(column) for column in columns]
    between = [_between(*pair) for pair in pairwise(columns)]
    return [sign for signs, after in zip(inside, [*between, ""], strict=False) for sign in (*signs, after)]


def _columns(lines: Sequence[Line]) -> list[list[Line]]:
    """A page's lines, cut where the next one stands higher than the one before it."""
    higher = accumulate((b.bottom > a.bottom + a.height / 2 for a, b in pairwise(lines)), initial=0)
    return [[line for _, line in group] for _, group in groupby(zip(higher, lines, strict=False), lambda pair: pair[0])]


def _breaks_in(column: Sequence[Line]) -> list[str]:
    gaps = [line.bottom - line.deep - following.bottom for line, following in pairwise(column)]
    usual = median([gap for gap in gaps if gap > 0] or [1])
    right = max(line.right for line in column)
    return [_break(*pair, gap / usual, right) for pair, gap in zip(pairwise(column), gaps, strict=True)]


def _break(line: Line, following: Line, apart: float, right: float) -> str:
    """What stands between two lines that are `apart` times as far from each other as is usual in their column."""
    if _is_row(line) or _is_row(following):
        return "\n" if _is_row(line) and _is_row(following) else "\n\n"
    differ = max(apart, line.height / following.height, following.height / line.height)
    if differ < _FAR and _runs_on(line, following):
        return " "
    if differ > _LARGER:
        return "\n\n"
    if _ITEM.match(following.text):
        return "\n"
    return " " if _is_full(line, following, right) else "\n\n"


def _is_row(line: Line) -> bool:
    return line.text.startswith("|")


def _is_full(line: Line, following: Line, right: float) -> bool:
    """Whether the first word of the line that follows found no room."""
    letter = (line.right - line.left) / len(line.text)
    return line.right + letter * (len(following.text.split(maxsplit=1)[0]) + _ROOM) > right


def _runs_on(line: Line, following: Line) -> bool:
    """Whether the words alone say that the sentence goes on."""
    if broken := _TRAILING.search(line.text):
        return bool(broken[1])
    return line.text.endswith(",") or (_SMALL.match(following.text) is not None and not _ENDED.search(line.text))


def _between(column: Sequence[Line], following: Sequence[Line]) -> str:
    """What stands between the last line of a column or page and the first of the next."""
    last, first = column[-1], following[0]
    if _ENDED.search(last.text):
        return "\n\n"
    return _break(last, first, 1, max(line.right for line in column))


def _mended(texts: Sequence[str], breaks: Sequence[str]) -> list[str]:
    """Each line with what stands behind it; words that were broken at a line's end are whole again."""
    if not any(LINE_HYPHEN in text or text.endswith("-") for text in texts):
        return [text + sign for text, sign in zip(texts, breaks, strict=True)]
    known = _numbers() | {word for text in texts for word in _WORD.findall(_BROKEN.sub(" ", text.lower()))}
    mended = [_HYPHENATED.sub(lambda found: found[1] + _hyphen(found[1], found[2], known), text) for text in texts]
    pieces = []
    for text, sign, following in zip(mended, breaks, [*mended[1:], ""], strict=True):
        broken = _TRAILING.search(text) if sign == " " else None
        whole = (
            text[: broken.start(2)] + _hyphen(broken[1], _FIRST.findall(following)[0], known)
            if broken
            else text.replace(LINE_HYPHEN, "-") + sign
        )
        pieces.append(whole)
    return pieces


def _hyphen(before: str, after: str, known: Collection[str]) -> str:
    """What stands between the halves of a word broken at a hyphen: the hyphen where it is a part of the word.

    It is before a digit or a capital (2023-24, non-OPEC), beside a number (twenty-five, billion-dollar), where the
    document writes it so elsewhere, and where both halves are words of the document (debt-ridden, but not ex-ports).
    """
    first, second = before.lower(), after.lower()
    if second in _SUSPENDED:
        return "- "
    if not (first.isalpha() and after[:1].islower()):
        return "-"
    if first + second in known:
        return ""
    compound = (
        f"{first}-{second}" in known
        or not _numbers().isdisjoint((first, second))
        or (first in known and second in known)
    )
    return "-" if compound else ""


@cache
def _numbers() -> frozenset[str]:
    return frozenset(
        word for row in read_table("numbers.txt") if row["kind"] != "letter" for word in words(row["words"])
    )
