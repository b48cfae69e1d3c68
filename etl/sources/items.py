"""The values on the way from a path to a document: the source, the piece that a worker reads, the item, the failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from etl.sources.formats import Format

__all__ = ["Carried", "Failure", "Item", "Piece", "Skipped", "Source"]


@dataclass(frozen=True, slots=True)
class Source:
    """A file or address to open: a document, or a container (a feed, dump or archive) of many.

    `name` is how people see it: the path relative to the folder that was given. `place` is its absolute path or
    address, the same in every run; `row` its line of metadata.csv (empty where there is none).
    """

    name: str
    place: str
    row: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Carried:
    """The bytes of a stretch that can only be found by whoever reads its container from the beginning.

    `form` says what they are: JSON lines, records of an archive, rows of a Parquet file (as an Arrow stream). `above`
    lines or rows stand before them; `fault` is why what comes behind them cannot be read, if it cannot. `again` is
    where in them pages of an archive begin that were in it before.
    """

    form: Format
    data: bytes = b""
    above: int = 0
    fault: str | None = None
    again: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Piece:
    """What one worker reads in one go: a whole source, or the stretch `[start, end)` of a container.

    The offsets are bytes of a file of JSON lines, row groups of a Parquet file; `end` is None up to the last. What
    cannot be entered in the middle is `carried` to the worker. `units` is how far the run comes with it: of a large
    file one for each megabyte, so that they are known before it is read.
    """

    source: Source
    start: int = 0
    end: int | None = None
    carried: Carried | None = None
    units: int = 1


@dataclass(frozen=True, slots=True)
class Item:
    """One document as it lies in a file, not yet read.

    `source` is how people see it: the name of its file, with "#" and its own name for one of many. `place` is the
    absolute path or address, with the same fragment: the same in every run. `data` is the document's own bytes, and
    `charset` the encoding that its container states, if it does. `stated` is the metadata that stands around it, by
    where: `{"metadata.csv": {...}, "columns": {...}}`.
    """

    source: str
    place: str
    data: bytes
    stated: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be read, and why, with the next step; the run goes on."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """What a container holds beside documents, counted: the requests in an archive of a crawl, its pictures."""

    source: str
    count: int
    what: str
