"""A folder of a user's tables → the `Lexicon` whose rows stand beside ours."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from etl.errors import LexiconError
from etl.lexicon import OURS, Lexicon, Row, numbered_lines, parse, read_table, table_names, using, words
from etl.lexicon.units import registry

__all__ = ["read_lexicon"]

# Columns of which the code knows every word: another would change nothing, or break a claim.
CLOSED = {
    "boilerplate.txt": ("kind",),
    "changes.txt": ("change", "kind"),
    "comparisons.txt": ("before",),
    "countries.txt": ("kind",),
    "flows.txt": ("subject", "from", "to", "needs"),
    "kinds.txt": ("kind",),
    "labels.txt": ("place",),
    "metrics.txt": ("kind", "measures", "span", "parties"),
    "numbers.txt": ("kind",),
    "offices.txt": ("place",),
    "parts.txt": ("kind",),
    "period_cues.txt": ("cue",),
    "periods.txt": ("kind",),
    "qualifiers.txt": ("qualifier", "place"),
    "references.txt": ("points",),
    "scopes.txt": ("scope",),
    "statuses.txt": ("status",),
    "turns.txt": ("metric",),
    "word_classes.txt": ("kind",),
}
# Columns that name a metric: one of ours, or of the user's own.
_OF_METRICS = {
    "flows.txt": ("metric",),
    "identities.txt": ("whole",),
    "metrics.txt": ("share", "growth"),
    "series_titles.txt": ("metric",),
}
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")
_PARTS = r"(- )?\w+( of partner)?( [+-] \w+( of partner)?)*"
FORMATS = {
    "fiscal_years.txt": ("start", re.compile(r"(0[1-9]|1[0-2])-([0-2]\d|3[01])"), "month and day, as 07-01"),
    "identities.txt": ("parts", re.compile(_PARTS), "metrics with their signs, as exports - imports of partner"),
    "numbers.txt": ("value", re.compile(rf"{_NUMBER.pattern}|\d+/[1-9]\d*"), "a number or a fraction"),
    "price_index.txt": ("average", _NUMBER, "a number"),
    "unit_labels.txt": ("from", _NUMBER, "a number"),
    "unit_names.txt": ("factor", _NUMBER, "a number"),
}
_DEFINITIONS, _WORDINGS = "units.txt", "unit_names.txt"


def read_lexicon(folder: str | os.PathLike[str] | None) -> Lexicon:
    """The tables of `folder`, every `.txt` in it, checked; without a folder, no tables.

    Raises `LexiconError` with every breach, each with its file and line: a name that is no table of ours, a column we
    do not have, a row with too few or too many cells, a word that its column does not know, a unit nobody defines.
    """
    if folder is None:
        return OURS
    paths = sorted(path for path in _listed(Path(folder)) if path.suffix == ".txt")
    if not paths:
        message = f"{folder}: no tables; name them as ours: {', '.join(table_names())}"
        raise LexiconError(message)
    tables = tuple((path.name, _text(path)) for path in paths)
    lexicon = Lexicon(tables, str(folder))
    if breaches := [breach for name, text in tables for breach in _breaches(lexicon, name, text)]:
        raise LexiconError("\n".join(dict.fromkeys(breaches)))
    return lexicon


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        message = f"{folder}: {error.strerror}; name a folder of tables"
        raise LexiconError(message) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read as UTF-8 text: {error}"
        raise LexiconError(message) from error


def _breaches(lexicon: Lexicon, name: str, text: str) -> list[str]:
    place = lexicon.place(name)
    if name not in table_names():
        return [f"{place}: no table of this name; the tables are {', '.join(table_names())}"]
    try:
        if name == _DEFINITIONS:
            with using(lexicon):
                registry()
            return []
        rows = parse(place, text, tuple(read_table(name)[0]))
    except LexiconError as error:
        return [str(error)]
    numbers = [number for number, _ in numbered_lines(text)[1:]]
    return [
        f"{place}:{number}: {breach}"
        for number, row in zip(numbers, rows, strict=True)
        for breach in (
            *_row_breaches(name, row),
            *_unknown_metrics(lexicon, name, row),
            *_unknown_unit(lexicon, name, row),
        )
    ]


def _row_breaches(name: str, row: Row) -> Iterator[str]:
    key, first = next(iter(row.items()))
    if not first:
        yield f"{key} is empty; the columns are {' | '.join(row)}"
    for column in CLOSED.get(name, ()):
        known = {word for ours in read_table(name) for word in _cell(ours[column])}
        if unknown := [word for word in _cell(row[column]) if word not in known]:
            yield f"{column} is {unknown[0]!r}; choose from {', '.join(repr(word) for word in sorted(known))}"
    column, form, meaning = FORMATS.get(name, (key, re.compile(".*"), ""))
    if not form.fullmatch(row[column]):
        yield f"{column} is {row[column]!r}; expected {meaning}"


def _unknown_metrics(lexicon: Lexicon, name: str, row: Row) -> Iterator[str]:
    with using(lexicon):
        known = {metric["metric"] for metric in read_table("metrics.txt")} if name in _OF_METRICS else set[str]()
    for column in _OF_METRICS.get(name, ()):
        if row[column] and row[column] not in known:
            yield f"{column} is {row[column]!r}, which metrics.txt does not name"


def _unknown_unit(lexicon: Lexicon, name: str, row: Row) -> Iterator[str]:
    known = True
    with using(lexicon), suppress(LexiconError):  # what is wrong in units.txt is listed with that table
        known = name != _WORDINGS or all(part in registry() for part in row["unit"].split("/"))
    if not known:
        yield f"unit is {row['unit']!r}, which neither Pint nor {_DEFINITIONS} defines"


def _cell(cell: str) -> tuple[str, ...]:
    return words(cell) or ("",)
