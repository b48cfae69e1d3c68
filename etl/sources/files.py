"""Paths, folders and globs, here or in a remote storage → the sources to read, each with its row of metadata.csv."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from etl.errors import DocumentError
from etl.sources.items import Failure, Source
from etl.sources.metadata import read_table
from etl.sources.places import (
    Entry,
    beside,
    exists,
    glob_places,
    is_address,
    is_folder,
    is_web,
    list_folder,
    open_place,
    real,
    reason_of,
    refresh,
)

__all__ = ["METADATA", "Paths", "find_sources"]

METADATA = "metadata.csv"

Paths: TypeAlias = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
Row: TypeAlias = Mapping[str, str]


@dataclass(slots=True)
class Table:
    """The rows of a metadata.csv, whose `file` cells begin behind `base`, the name of its folder in the folder given.

    `left` has the rows whose file was not met yet. A broken table has no rows, and none of its documents is read.
    """

    base: str
    name: str = METADATA
    rows: Mapping[str, Row] = field(default_factory=dict)
    left: dict[str, Row] = field(default_factory=dict)
    broken: bool = False


def find_sources(paths: Paths, *, metadata: str | os.PathLike[str] | None = None) -> Iterator[Source | Failure]:
    """The sources under `paths` (files, folders, globs, addresses), in the order given, sorted in a folder, each once.

    A path may be an address that fsspec knows (s3://bucket/folder, zip://*.txt::texts.zip), or that of a page or feed
    (https://…), which is fetched when it is read. Folders are read with all below them, and listed as they are walked;
    links to folders, hidden files, README.*, metadata.csv and stores are left out. A file's row is looked up in the
    metadata.csv of its own folder, then of the folders above it up to the one given; `metadata` names another table,
    whose `file` cells are relative to the folder given. A missing path, a folder without documents or that cannot be
    read, a broken metadata.csv (with the files it describes) and a row without its file are each a `Failure`.
    """
    given = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    roots = _Roots(os.fspath(metadata) if metadata else None)
    seen: set[str] = set()
    for path in given:
        for found in roots.expand(_local(os.fspath(path))):
            # Within one folder no file is met twice: a million names need not be kept.
            if isinstance(found, Failure) or (len(given) == 1 and roots.single):
                yield found
            elif found.place not in seen:
                seen.add(found.place)
                yield found


@dataclass(frozen=True, slots=True)
class _Near:
    """The folder of files that are given one by one: its place, and the tables that describe them."""

    place: str
    tables: Sequence[Table]


class _Roots:
    """The way from the paths given to sources; keeps the tables of the folders whose files are given one by one."""

    def __init__(self, metadata: str | None) -> None:
        self._metadata = metadata
        self._near: dict[str, _Near] = {}
        self.single = True

    def expand(self, given: str) -> Iterator[Source | Failure]:
        """The sources of one path."""
        try:
            yield from self._expand(given)
        except (DocumentError, OSError) as error:
            yield _unreadable(error, given)

    def _expand(self, given: str) -> Iterator[Source | Failure]:
        if not is_web(given):
            refresh(given)
        if not given:
            yield Failure(given, "an empty path; name a file or a folder, . for this one")
        elif is_web(given):
            yield Source(_shown(given), given)
        elif exists(given):
            yield from self._found(Entry(_last(given), given, is_folder(given), link=True))
        elif matches := glob_places(given):
            self.single = False
            for match in matches:
                yield from self._found(match)
        else:
            yield Failure(_shown(given), "no such file or folder; check the path")

    def _found(self, entry: Entry) -> Iterator[Source | Failure]:
        if entry.folder or (entry.link and is_folder(entry.place)):
            yield from _Folder(entry.place, self._metadata).sources()
        elif entry.name != METADATA:  # a shell makes docs/* all the names there
            yield from self._alone(entry)

    def _alone(self, entry: Entry) -> Iterator[Source | Failure]:
        table = beside(entry.place, METADATA)
        known = self._near.get(table)
        if known is None:
            loaded = list(_tables(table if exists(table) else None, "", self._metadata))
            yield from (failure for failure in loaded if isinstance(failure, Failure))
            known = _Near(real(beside(entry.place, ".")), [found for found in loaded if isinstance(found, Table)])
            self._near[table] = known
        if (row := _row(_shown(entry.name), known.tables)) is not None:
            plain = not entry.link and not is_address(entry.place)
            yield Source(_shown(entry.name), os.path.join(known.place, entry.name) if plain else real(entry.place), row)  # noqa: PTH118


class _Folder:
    """A walk through one folder, with the tables of the folders it is in."""

    def __init__(self, root: str, metadata: str | None) -> None:
        self._root, self._metadata = root, metadata
        self._place = real(root)
        self._linked: set[str] = set()
        self._found = False

    def sources(self) -> Iterator[Source | Failure]:
        yield from self._walk(self._place, "", [])
        if not self._found:
            yield Failure(
                _shown(self._root), "no documents in this folder; put texts, pages, PDFs, feeds or dumps there"
            )

    def _walk(self, folder: str, base: str, above: list[Table]) -> Iterator[Source | Failure]:
        try:
            entries = {entry.name: entry for entry in list_folder(folder)}
        except OSError as error:
            self._found = True
            yield _unreadable(error, os.path.join(self._root, base).rstrip("/") if base else self._root)  # noqa: PTH118
            return
        if "_delta_log" in entries:
            return
        own = list(self._own(base, entries))
        yield from (table for table in own if isinstance(table, Failure))
        tables = [*above, *(table for table in own if isinstance(table, Table))]
        for name in sorted(entries):
            yield from self._entry(entries[name], base, tables)
        yield from (failure for table in own if isinstance(table, Table) for failure in _left_over(table))

    def _own(self, base: str, entries: Mapping[str, Entry]) -> Iterator[Table | Failure]:
        """The tables that begin to count in this folder."""
        if self._metadata is None or not base:
            own = entries.get(METADATA)
            yield from _tables(own.place if own else None, base, self._metadata)

    def _entry(self, entry: Entry, base: str, tables: list[Table]) -> Iterator[Source | Failure]:
        name = entry.name
        if entry.folder and not name.startswith("."):
            yield from self._walk(entry.place, f"{base}{name}/", tables)
        elif not entry.folder and not _left_out(name):
            yield from self._file(entry, _shown(base + name), tables)

    def _file(self, entry: Entry, name: str, tables: list[Table]) -> Iterator[Source]:
        place = self._target(entry) if entry.link else entry.place
        if place is None:
            return
        self._found = True
        if (row := _row(name, tables)) is not None:
            yield Source(name, place, row)

    def _target(self, link: Entry) -> str | None:
        """Where a link leads; None for a folder, and for a file that is met under its own name or another link."""
        target = real(link.place)
        if is_folder(target) or (target != link.place and target in self._linked):
            return None
        self._linked.add(target)
        inside = target != link.place and target.startswith(self._place + os.sep) and Path(target).is_file()
        return None if inside and not _hidden(target.removeprefix(self._place)) else target


def _hidden(path: str) -> bool:
    """Whether a walk leaves out what has this path."""
    return f"{os.sep}." in path or _left_out(_last(path))


def _left_out(name: str) -> bool:
    return name.startswith(".") or name == METADATA or name.partition(".")[0].upper() == "README"


def _tables(own: str | None, base: str, metadata: str | None) -> Iterator[Table | Failure]:
    """The table of a folder, or the one that stands for all; a broken one comes with its failure."""
    place = metadata or own
    if place is None:
        return
    try:
        with open_place(place) as file:
            rows = read_table(file.read())
    except (DocumentError, OSError) as error:
        reason = f"cannot be read: {reason_of(error)}" if isinstance(error, OSError) else str(error)
        shown = _shown(_last(place)) if metadata else _shown(base + METADATA)
        yield Failure(shown, f"{reason}; the documents it describes were not read")
        yield Table(base, broken=True)
    else:
        yield Table(base, _last(place), rows, dict(rows))


def _row(name: str, tables: Sequence[Table]) -> Row | None:
    """The row of the nearest table that has one, else an empty one; None where a table that may have one is broken.

    Without its metadata a document would get another identity: those of a broken table wait for its repair.
    """
    found: Row | None = None
    for table in reversed(tables):
        if table.broken:
            return None
        row = table.rows.get(inner := name.removeprefix(table.base))
        if row is not None:
            table.left.pop(inner, None)
            found = row if found is None else found
    return found if found is not None else {}


def _left_over(table: Table) -> Iterator[Failure]:
    for name in table.left:
        yield Failure(name, f"{table.name} has a row for it, but the folder has no such document; correct the row")


def _local(path: str) -> str:
    return path.removeprefix("file://") if path.startswith("file:///") else path


def _last(place: str) -> str:
    return place.partition("::")[0].rstrip("/").rpartition("/")[2]


def _unreadable(error: Exception, name: str) -> Failure:
    if isinstance(error, DocumentError):
        return Failure(_shown(name), str(error))
    return Failure(_shown(name), f"cannot be read: {reason_of(error)}; check the path and its permissions")


def _shown(name: str) -> str:
    r"""A name that can be stored, printed and compared: accents composed, a byte that is no UTF-8 as \xff."""
    if name.isascii():
        return name
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "backslashreplace"))
