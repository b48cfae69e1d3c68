"""A dump (JSON lines, a JSON array, Parquet) → its items: a record each, in stretches that many workers share."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from etl.errors import DocumentError
from etl.sources.columns import Columns, NoTextError
from etl.sources.items import Failure, Item, Piece, Source
from etl.sources.limits import Limits
from etl.sources.places import reason_of

if TYPE_CHECKING:
    from pyarrow import Array, DataType
    from pyarrow.parquet import ParquetFile

__all__ = ["PIECE", "divide_lines", "divide_parquet", "first_has_text", "read_json", "read_lines", "read_parquet"]

# Enough for a worker to be busy for a second, small enough that a progress bar moves and no part weighs much.
PIECE = 1_000_000
# Up to here a line is named by its number: the lines above it are counted. Counting them in a file of 100 GB, for
# each of its pieces with a broken line, would take days; further down a line is named by the byte it begins at.
_COUNTED = 64 * PIECE
_ROWS = 256
# What names the place of a record, and what reads it.
_Record: TypeAlias = tuple[Callable[[], str], Callable[[], object]]
_MEND = "correct it or leave it out"
_STEP = 1 << 16


def divide_lines(source: Source, size: int) -> Iterator[Piece]:
    """The stretches of a file of JSON lines; a line belongs to the one it begins in."""
    for start in range(0, max(size, 1), PIECE):
        yield Piece(source, start, min(start + PIECE, size))


def first_has_text(file: BinaryIO, columns: Columns) -> bool:
    """Whether the first line of a file of JSON lines has a text, or is broken, so that only others can tell."""
    line = file.readline(Limits().bytes)
    file.seek(0)
    try:
        record = _json(line)
        columns.of(tuple(record) if isinstance(record, dict) else ())
    except NoTextError:
        return False
    except DocumentError:
        return True
    return True


def divide_parquet(source: Source, file: BinaryIO) -> Iterator[Piece]:
    """The row groups of a Parquet file, small ones together; raises `DocumentError` for a file that is broken."""
    metadata = _parquet(file).metadata
    start, size = 0, 0
    for group in range(metadata.num_row_groups):
        size += metadata.row_group(group).total_byte_size
        if size >= PIECE or group == metadata.num_row_groups - 1:
            yield Piece(source, start, group + 1)
            start, size = group + 1, 0


def read_lines(file: BinaryIO, piece: Piece, columns: Columns, limits: Limits) -> Iterator[Item | Failure]:
    """The items of the lines that begin in a piece; a line that is not JSON is a failure, the others are read."""
    begin = _first_line(file, piece)
    above = _Above(file, begin)
    lines = _lines(file, begin, piece.end, limits.bytes)
    records = ((partial(above.name, *place), partial(_loaded, line, limits)) for place, line in lines)
    return _items(records, piece.source, columns)


def read_json(file: BinaryIO, piece: Piece, columns: Columns, limits: Limits) -> Iterator[Item | Failure]:
    """The items of a JSON array of objects, or of one object written over several lines."""
    data = file.read(limits.bytes + 1)
    if len(data) > limits.bytes:
        message = f"a JSON file of more than {limits.bytes:,} bytes; write it with one object a line (jq -c '.[]')"
        raise DocumentError(message)
    found = _json(data)
    records = found if isinstance(found, list) else [found]
    numbered = ((f"record {number}".__str__, partial(_same, record)) for number, record in enumerate(records, 1))
    return _items(numbered, piece.source, columns)


def read_parquet(file: BinaryIO, piece: Piece, columns: Columns, limits: Limits) -> Iterator[Item | Failure]:
    """The items of the row groups of a piece, a few rows in memory at a time."""
    del limits  # a cell is measured when it is read
    table = _parquet(file)
    names = table.schema_arrow.names
    columns.check(names)
    mapped = columns.of(names)
    wanted = [name for name in names if name in mapped.values()]
    groups = list(range(piece.start, piece.end or table.metadata.num_row_groups))
    first = sum(table.metadata.row_group(group).num_rows for group in range(piece.start))
    return _items(_rows(table, groups, wanted, first), piece.source, columns)


def _items(records: Iterable[_Record], source: Source, columns: Columns) -> Iterator[Item | Failure]:
    """The item of each record, given as what names its place and what reads it; those without a text are counted."""
    without: Counter[str] = Counter()
    first: dict[str, str] = {}
    for place, load in _unfolded(records, columns):
        try:
            yield _item(load(), source, columns)
        except NoTextError as error:
            without[str(error)] += 1
            first.setdefault(str(error), place())
        except DocumentError as error:
            yield Failure(f"{source.name}, {place()}", str(error))
    for reason, many in without.items():
        what = "a record" if many == 1 else f"{many:,} records, the first"
        yield Failure(source.name, f"{what} in {first[reason]}: {reason}")


def _unfolded(records: Iterable[_Record], columns: Columns) -> Iterator[_Record]:
    """The records, each read once; for one without a text that holds one list of others, those: {"articles": [...]}."""
    for place, load in records:
        try:
            record = load()
        except DocumentError as error:
            yield place, partial(_raise, error)
            continue
        for one in _inside(record, columns) or [record]:
            yield place, partial(_same, one)


def _inside(record: object, columns: Columns) -> list[object]:
    """The records in the only list of records that is in one without a text; none in any other."""
    if not isinstance(record, dict):
        return []
    try:
        columns.of(tuple(record))
    except NoTextError:
        lists = [value for value in record.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        return lists[0] if len(lists) == 1 else []
    return []


def _item(record: object, source: Source, columns: Columns) -> Item:
    if not isinstance(record, dict):
        message = f"a JSON {type(record).__name__} where an object with named values is expected; {_MEND}"
        raise DocumentError(message)
    return columns.item(record, source)


def _first_line(file: BinaryIO, piece: Piece) -> int:
    """The offset of the first line that begins in the piece; the file stands there."""
    if not piece.start:
        return 0
    file.seek(piece.start - 1)
    return piece.start - 1 + _skip_line(file)


def _lines(file: BinaryIO, begin: int, end: int | None, longest: int) -> Iterator[tuple[tuple[int, int], bytes | None]]:
    """((number, offset), line) of the lines from `begin` that begin before `end`; None for one that is too long."""
    place = begin
    for number in count(1):
        line = file.readline(longest + 2) if end is None or place < end else b""
        if not line:
            return
        rest = 0 if line.endswith(b"\n") or len(line) <= longest else _skip_line(file)
        if line.strip():
            yield (number, place), None if len(line) + rest > longest + 2 else line
        place += len(line) + rest


def _skip_line(file: BinaryIO) -> int:
    """The bytes up to the end of the line the file stands in; it is left there."""
    skipped = 0
    while line := file.readline(_STEP):
        skipped += len(line)
        if line.endswith(b"\n"):
            break
    return skipped


@dataclass(slots=True)
class _Above:
    """Names lines; those above the piece, which ends at `begin`, are counted once a name is asked for."""

    file: BinaryIO
    begin: int
    lines: int | None = None

    def name(self, number: int, offset: int) -> str:
        if self.begin > _COUNTED:
            return f"the line at byte {offset:,}"
        if self.lines is None:
            self.lines = self._counted()
        return f"line {self.lines + number}"

    def _counted(self) -> int:
        if not self.begin:
            return 0
        place = self.file.tell()
        self.file.seek(0)
        steps = (min(_STEP, self.begin - start) for start in range(0, self.begin, _STEP))
        lines = sum(self.file.read(step).count(b"\n") for step in steps)
        self.file.seek(place)
        return lines


def _loaded(line: bytes | None, limits: Limits) -> object:
    if line is None:
        message = f"a line of more than {limits.bytes:,} bytes, the most of a document; split it into its articles"
        raise DocumentError(message)
    return _json(line)


def _json(data: bytes) -> object:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg[0].lower()}{error.msg[1:]} at character {error.pos + 1}; {_MEND}"
        raise DocumentError(message) from error
    except RecursionError as error:
        message = f"not JSON that can be read: brackets in brackets, thousands deep; {_MEND}"
        raise DocumentError(message) from error
    except UnicodeDecodeError as error:
        message = f"not UTF-8: byte 0x{data[error.start]:02X} at byte {error.start + 1}; write the file as UTF-8"
        raise DocumentError(message) from error
    except ValueError as error:  # a number of more than 4,300 digits
        message = f"not JSON: {error}; {_MEND}"
        raise DocumentError(message) from error


def _same(record: object) -> object:
    return record


def _raise(error: DocumentError) -> object:
    raise error


def _parquet(file: BinaryIO) -> ParquetFile:
    from pyarrow import ArrowException  # noqa: PLC0415  0.1 s that a run on other formats need not wait
    from pyarrow.parquet import ParquetFile  # noqa: PLC0415

    def is_text(kind: DataType) -> bool:
        return str(kind) in ("string", "large_string", "binary", "large_binary")

    try:
        # A text that is there a million times in one page stays one text in memory.
        names = [column.name for column in ParquetFile(file).schema_arrow if is_text(column.type)]
        return ParquetFile(file, read_dictionary=names, pre_buffer=False)
    except (ArrowException, OSError) as error:
        message = f"not a Parquet file that can be read ({reason_of(error)}); write it again"
        raise DocumentError(message) from error


def _rows(table: ParquetFile, groups: list[int], names: Sequence[str], first: int) -> Iterator[_Record]:
    """What names and what reads each row; only the columns with these names are read."""
    number = count(first + 1)
    for batch in table.iter_batches(_ROWS, row_groups=groups, columns=names, use_threads=False):
        cells = [batch.column(name) for name in names]
        for row in range(batch.num_rows):
            yield f"row {next(number):,}".__str__, partial(_row, names, cells, row)


def _row(names: Sequence[str], cells: Sequence[Array], row: int) -> dict[str, object]:
    try:
        return {name: column[row].as_py() for name, column in zip(names, cells, strict=True)}
    except (ValueError, OverflowError) as error:  # not UTF-8, or a time after the year 9999
        message = f"a cell that cannot be read ({reason_of(error)}); correct it or leave it out"
        raise DocumentError(message) from error
