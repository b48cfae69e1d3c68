"""The vocabulary: one data table a file, and one loader that turns a table into typed rows.

A table is a text file. Lines that begin with `#` teach its columns; the first other line names them; each further
line is a row, its cells separated by `|`. A cell with several words separates them by commas. A domain expert adds
a row without opening a `.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from etl.errors import LexiconError

__all__ = ["Row", "alternatives", "any_of", "read_table", "words"]

Row = dict[str, str]


@cache
def read_table(name: str) -> tuple[Row, ...]:
    """The rows of `etl/lexicon/<name>`, each a dict column → cell, cells stripped.

    Raises `LexiconError` with file and line where a row has too few or too many cells.

    >>> read_table("qualifiers.txt")[0]["qualifier"]
    '~'
    """
    return _parse(name, (files(__name__) / name).read_text(encoding="utf-8"))


def words(cell: str) -> tuple[str, ...]:
    """The comma-separated words of a cell.

    >>> words("about, around,  some")
    ('about', 'around', 'some')
    """
    return tuple(word.strip() for word in cell.split(",") if word.strip())


@cache
def alternatives(name: str, **where: str) -> str:
    r"""A pattern for any of the `words` in the rows of `name` whose cells are as asked, the longest that fits.

    >>> alternatives("comparisons.txt", before="date")
    '(?:compared\\s+(?:to|with)|exceed(?:ed|ing)|relative\\s+to|than)'
    """
    rows = [row for row in read_table(name) if all(row[column] == value for column, value in where.items())]
    return any_of(word for row in rows for word in words(row["words"]))


def any_of(vocabulary: Iterable[str]) -> str:
    r"""A pattern for the longest of the words that fits, any white space for a space of theirs.

    It decides letter by letter: several times faster than a pattern that tries each word.

    >>> any_of(["june", "july", "last july"])
    '(?:ju(?:ly|ne)|last\\s+july)'
    """
    tree: _Tree = {}
    for word in vocabulary:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _branches(tree)


def _parse(name: str, text: str) -> tuple[Row, ...]:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    if not lines:
        message = f"{name}: the table is empty; its first line must name the columns"
        raise LexiconError(message)
    columns = _cells(lines[0][1])
    return tuple(_row(name, number, columns, _cells(line)) for number, line in lines[1:])


def _row(name: str, number: int, columns: list[str], cells: list[str]) -> Row:
    if len(cells) != len(columns):
        message = (
            f"{name}:{number}: {len(cells)} cells where the table has {len(columns)} columns "
            f"({' | '.join(columns)}); separate cells by '|'"
        )
        raise LexiconError(message)
    return dict(zip(columns, cells, strict=True))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


_Tree = dict[str, "_Tree"]


def _branches(node: _Tree) -> str:
    signs = {letter: r"\s+" if letter == " " else re.escape(letter) for letter in sorted(node) if letter}
    branches = [sign + _branches(node[letter]) for letter, sign in signs.items()]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 and "" not in node else f"(?:{'|'.join(branches)})"
    return f"{joined}?" if "" in node else joined
