"""Paths, folders and globs → the sources to read, each with its row of metadata.csv."""

from __future__ import annotations

import glob
import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from etl.errors import DocumentError
from etl.sources.items import Failure, Source
from etl.sources.metadata import read_table

__all__ = ["METADATA", "find_sources"]

METADATA = "metadata.csv"

Row = Mapping[str, str]
Table = Mapping[str, Row]


def find_sources(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], *, metadata: str | os.PathLike[str] | None = None
) -> Iterator[Source | Failure]:
    """The sources under `paths` (files, folders, globs), in the order given and sorted within a folder, each once.

    Folders are read with all below them; links to folders, hidden files, README.*, metadata.csv and stores are left
    out. A file's row is looked up in the metadata.csv of its own folder, then of the folders above it up to the one
    given; `metadata` names another table, whose `file` cells are relative to the folder given. A missing path, a folder
    without documents or that cannot be read, a broken metadata.csv (with the files it describes) and a row without its
    file are each a `Failure`.
    """
    given = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    seen: set[str] = set()
    for path in given:
        for found in _expand(path, Path(metadata) if metadata else None):
            if isinstance(found, Failure):
                yield found
            elif found.place not in seen:
                seen.add(found.place)
                yield found


def _expand(given: str | os.PathLike[str], metadata: Path | None) -> Iterator[Source | Failure]:
    name = str(given)
    try:
        if not name:
            yield Failure(name, "an empty path; name a file or a folder, . for this one")
        elif Path(name).exists():
            yield from _found(Path(name), metadata)
        elif matches := sorted(glob.glob(name, recursive=True)):  # noqa: PTH207  Path.glob takes no absolute pattern
            for match in matches:
                yield from _found(Path(match), metadata)
        else:
            yield Failure(_shown(name), "no such file or folder; check the path")
    except OSError as error:
        yield _unreadable(error, name)


def _found(path: Path, metadata: Path | None) -> Iterator[Source | Failure]:
    if path.is_dir():
        yield from _folder(path, metadata)
    elif path.name != METADATA:  # a shell makes docs/* all the names there
        yield from _described([path], path.parent, metadata, complete=False)


def _folder(folder: Path, metadata: Path | None) -> Iterator[Source | Failure]:
    errors: list[OSError] = []
    files = sorted(_files_below(folder, errors.append))
    yield from (_unreadable(error, str(folder)) for error in errors)
    if not files and not errors:
        yield Failure(_shown(str(folder)), "no documents in this folder; put .txt or .md files there")
    yield from _described(files, folder, metadata, complete=True)


def _files_below(folder: Path, on_error: Callable[[OSError], None]) -> Iterator[Path]:
    for base, folders, names in os.walk(folder, onerror=on_error):
        if "_delta_log" in folders:
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(base, name) for name in names if not _left_out(name))


def _left_out(name: str) -> bool:
    return name.startswith(".") or name == METADATA or Path(name).stem.upper() == "README"


def _unreadable(error: OSError, name: str) -> Failure:
    path = _shown(str(error.filename or name))
    return Failure(path, f"cannot be read: {error.strerror}; check the path and its permissions")


def _described(files: list[Path], folder: Path, metadata: Path | None, *, complete: bool) -> Iterator[Source | Failure]:
    """Each of `files` with its row; `complete` says that `files` are all of the folder, so a row left over is wrong."""
    tables = {base: _load(path, folder) for base, path in _tables(files, folder, metadata).items()}
    yield from (table for table in tables.values() if isinstance(table, Failure))
    for path in files:
        described = [(base, table) for base in _bases(path, folder) if (table := tables.get(base)) is not None]
        # Without its metadata a document would get another identity: those of a broken table wait for its repair.
        sound = [(base, table) for base, table in described if not isinstance(table, Failure)]
        if len(sound) == len(described):
            rows = [table[name] for base, table in sound if (name := _name(path, base)) in table]
            # Path.resolve raises for a link to itself.
            yield Source(_name(path, folder), os.path.realpath(path), rows[0] if rows else {})
    if complete:
        yield from _left_over(tables, files, metadata)


def _left_over(tables: Mapping[Path, Table | Failure], files: list[Path], metadata: Path | None) -> Iterator[Failure]:
    where = metadata.name if metadata else METADATA
    for base, table in tables.items():
        present = {_name(path, base) for path in files if path.is_relative_to(base)}
        for name in [] if isinstance(table, Failure) else table:
            if name not in present:
                yield Failure(name, f"{where} has a row for it, but the folder has no such document; correct the row")


def _load(path: Path, folder: Path) -> Table | Failure:
    try:
        return read_table(path.read_bytes())
    except (DocumentError, OSError) as error:
        reason = f"cannot be read: {error.strerror}" if isinstance(error, OSError) else str(error)
        return Failure(_name(path, folder), f"{reason}; the documents it describes were not read")


def _tables(files: list[Path], folder: Path, metadata: Path | None) -> dict[Path, Path]:
    """The metadata tables that describe `files`, by the folder their `file` cells are relative to."""
    if metadata:
        return {folder: metadata}
    bases = dict.fromkeys(base for path in files for base in _bases(path, folder))
    return {base: base / METADATA for base in bases if (base / METADATA).is_file()}


def _bases(path: Path, folder: Path) -> list[Path]:
    above = [path.parent, *path.parent.parents]
    return above[: above.index(folder) + 1]


def _name(path: Path, folder: Path) -> str:
    return _shown(path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name)


def _shown(name: str) -> str:
    r"""A name that can be stored, printed and compared: accents composed, a byte that is no UTF-8 as \xff."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "backslashreplace"))
