"""The vocabulary: one data table a file, and one loader that turns a table into typed rows.

A table is a text file. Lines that begin with `#` teach its columns; the first other line names them; each further
line is a row, its cells separated by `|`. A cell with several words separates them by commas. A domain expert adds
a row without opening a `.py`.

A user adds rows in tables of her own (`etl.lexicon.own` reads them): while her `Lexicon` is in use, every reader sees
her rows beside ours. What a reader makes of the tables is kept for each lexicon apart, by `cache`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache, update_wrapper
from hashlib import sha256
from importlib.resources import files
from pathlib import PurePath
from typing import Any, TypeVar, TypeVarTuple, cast

from etl.errors import LexiconError

__all__ = [
    "NAMING",
    "OURS",
    "Lexicon",
    "Row",
    "alternatives",
    "any_of",
    "cache",
    "in_use",
    "numbered_lines",
    "parse",
    "read_lines",
    "read_table",
    "table_names",
    "table_purpose",
    "using",
    "words",
]

Row = dict[str, str]
Key = TypeVarTuple("Key")
Result = TypeVar("Result")

# The tables whose first column names a thing: a user's rows for it stand instead of ours. The others are lists of
# words, to which hers are added.
NAMING = frozenset(
    {
        "columns.txt",
        "countries.txt",
        "currencies.txt",
        "currency_signs.txt",
        "date_labels.txt",
        "dimensions.txt",
        "economies.txt",
        "factors.txt",
        "fiscal_years.txt",
        "kinds.txt",
        "measures.txt",
        "metrics.txt",
        "price_index.txt",
        "product_parts.txt",
        "products.txt",
        "reference_areas.txt",
        "reference_columns.txt",
        "reference_indicators.txt",
        "reference_products.txt",
        "reference_statuses.txt",
        "reference_units.txt",
        "series_titles.txt",
        "unit_labels.txt",
    }
)
# Lexicons whose derived tables are kept: a service that reads with more of them in turn derives some again (0.2 s).
_KEPT = 4


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The tables a user adds to ours: (name, text) of each; it travels to workers as these texts, never as a path.

    `folder` is where they were read, for messages. `memory` holds what was made of the tables, and does not travel.
    """

    tables: tuple[tuple[str, str], ...] = ()
    folder: str = field(default="", compare=False)
    memory: dict[object, dict[object, Any]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __reduce__(self) -> tuple[type[Lexicon], tuple[tuple[tuple[str, str], ...], str]]:
        return Lexicon, (self.tables, self.folder)

    def text(self, name: str) -> str | None:
        """The text of her table `name`, if she has one."""
        return dict(self.tables).get(name)

    def place(self, name: str) -> str:
        """What messages call her table `name`."""
        return str(PurePath(self.folder, name))

    @property
    def version(self) -> str:
        """8 hexadecimal digits of the tables; empty where there is none."""
        lines = [f"{name}\n{text}" for name, text in self.tables]
        return sha256("".join(lines).encode()).hexdigest()[:8] if lines else ""


OURS = Lexicon()
_IN_USE = ContextVar("lexicon", default=OURS)


def in_use() -> Lexicon:
    """The lexicon that readers see now: `OURS`, but inside `using` another."""
    return _IN_USE.get()


@contextmanager
def using(lexicon: Lexicon) -> Iterator[None]:
    r"""Inside the block, in this thread, every reader sees the rows of `lexicon` beside ours.

    >>> with using(Lexicon((("products.txt", "product | words\nsaffron | saffron"),))):
    ...     read_table("products.txt")[0]
    {'product': 'saffron', 'words': 'saffron'}
    """
    before = _IN_USE.set(_kept(lexicon))
    try:
        yield
    finally:
        _IN_USE.reset(before)


@lru_cache(_KEPT)
def _kept(lexicon: Lexicon) -> Lexicon:
    """The first lexicon with these tables: what was made of them is not made again."""
    return lexicon if lexicon.tables else OURS


def cache(function: Callable[[*Key], Result]) -> Callable[[*Key], Result]:
    """`functools.cache` for what is made of the tables: it remembers the results of each lexicon apart."""

    def remembered(*key: *Key) -> Result:
        try:
            result: Result = _IN_USE.get().memory[function][key]
        except KeyError:
            result = _IN_USE.get().memory.setdefault(function, {})[key] = function(*key)
        return result

    return cast("Callable[[*Key], Result]", update_wrapper(remembered, function))


@cache
def read_table(name: str) -> tuple[Row, ...]:
    """The rows of `etl/lexicon/<name>`, each a dict column → cell, cells stripped, with the rows of the lexicon in use.

    Where a word stands in several rows, readers take the first; a user's new rows come before ours. Raises
    `LexiconError` with file and line where a row has too few or too many cells.

    >>> read_table("qualifiers.txt")[0]["qualifier"]
    '~'
    """
    ours = parse(name, _our_text(name))
    own = in_use().text(name)
    return ours if own is None else _joined(name, ours, parse(in_use().place(name), own, tuple(ours[0])))


@cache
def read_lines(name: str) -> tuple[tuple[str, str], ...]:
    """The lines of `etl/lexicon/<name>` with their places ("units.txt:12"), then those of the lexicon in use."""
    own = (in_use().place(name), in_use().text(name) or "")
    texts = ((name, _our_text(name)), own)
    return tuple((f"{place}:{number}", line) for place, text in texts for number, line in numbered_lines(text))


def table_names() -> tuple[str, ...]:
    """The file names of all tables.

    >>> "metrics.txt" in table_names()
    True
    """
    return tuple(sorted(path.name for path in files(__name__).iterdir() if path.name.endswith(".txt")))


@cache
def table_purpose(name: str) -> str:
    """What a table holds, in the words its head begins with, to the first stop.

    >>> table_purpose("qualifiers.txt"), table_purpose("metrics.txt")
    ('Words that bound or blur a figure', 'What is measured')
    """
    head = itertools.takewhile(lambda line: line.startswith("# "), _our_text(name).splitlines())
    said = " ".join(line.removeprefix("# ") for line in head)
    return re.split(r"[.:;](?= |$)", said, maxsplit=1)[0]


@lru_cache(None)
def words(cell: str) -> tuple[str, ...]:
    """The comma-separated words of a cell.

    >>> words("about, around,  some")
    ('about', 'around', 'some')
    """
    return tuple(word.strip() for word in cell.split(",") if word.strip())


def alternatives(name: str, **where: str) -> str:
    r"""A pattern for any of the `words` in the rows of `name` whose cells are as asked, the longest that fits.

    >>> re.fullmatch(alternatives("comparisons.txt", before="date"), "relative  to").group()
    'relative  to'
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


def parse(name: str, text: str, columns: Sequence[str] = ()) -> tuple[Row, ...]:
    """The rows of a table's text; of `columns`, where they are given, it may leave some out, whose cells are empty."""
    lines = numbered_lines(text)
    if not lines:
        message = f"{name}: the table is empty; its first line must name the columns"
        raise LexiconError(message)
    (number, head), *body = lines
    named = _cells(head)
    if unknown := [column for column in named if columns and column not in columns]:
        message = f"{name}:{number}: no column {unknown[0]!r}; the first line names the columns: {' | '.join(columns)}"
        raise LexiconError(message)
    empty = dict.fromkeys(columns, "")
    return tuple(empty | _row(f"{name}:{number}", named, _cells(line)) for number, line in body)


def numbered_lines(text: str) -> list[tuple[int, str]]:
    """The lines of a table that are neither empty nor begin with `#`, with their numbers."""
    return [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]


def _our_text(name: str) -> str:
    return (files(__name__) / name).read_text(encoding="utf-8")


def _joined(name: str, ours: tuple[Row, ...], own: tuple[Row, ...]) -> tuple[Row, ...]:
    if name not in NAMING:
        return own + ours
    known, given = _by_name(ours), _by_name(own)
    new = {thing: rows for thing, rows in given.items() if thing not in known}
    return tuple(row for rows in (new | known | given).values() for row in rows)


def _by_name(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(next(iter(row.values())), []).append(row)
    return found


def _row(place: str, columns: list[str], cells: list[str]) -> Row:
    if len(cells) != len(columns):
        message = (
            f"{place}: {len(cells)} cells where the table has {len(columns)} columns "
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
