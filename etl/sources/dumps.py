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
from etl.sources.items import Carried, Failure, Item, Piece, Source
from etl.sources.limits import Limits
from etl.sources.packed import Steady, fault_of
from etl.sources.places import reason_of

if TYPE_CHECKING:
    from pyarrow import Array, DataType, RecordBatch
    from pyarrow.parquet import ParquetFile

__all__ = [
    "PIECE",
    "carry_lines",
    "divide_lines",
    "divide_parquet",
    "has_text",
    "read_json",
    "read_lines",
    "read_parquet",
    "read_rows",
]

# Enough for a worker to be busy for a second, small enough that a progress bar moves and no part weighs much.
PIECE = 1_000_000
# Up to here a line is named by its number: the lines above it are counted. Counting them in a file of 100 GB, for
# each of its pieces with a broken line, would take days; further down a line is named by the byte it begins at.
_COUNTED = 64 * PIECE
# A row group of more than so many pieces is handed out a few rows at a time: whoever writes with the usual settings
# puts a million rows in one.
_GIANT = 8
_ROWS = 256
# Rows of a giant group that are in memory at a time, each perhaps as large as a document may be.
_FEW = 16
# What names the place of a record, and what reads it.
_Record: TypeAlias = tuple[Callable[[], str], Callable[[], object]]
_MEND = "correct it or leave it out"
_STEP = 1 << 16


def divide_lines(source: Source, size: int) -> Iterator[tuple[Piece, float]]:
    """The stretches of a file of JSON lines, and how much of it ends with each; a line belongs to where it begins."""
    for start in range(0, size, PIECE):
        end = min(start + PIECE, size)
        yield Piece(source, start, end), end / size


def carry_lines(file: Steady, limits: Limits) -> Iterator[Carried]:
    """The lines of a packed file of JSON lines in stretches; the last says where it breaks off.

    A line that is longer than a document may be is cut off, so that it is still too long.
    """
    above = 0
    while data := _whole_lines(file, limits.bytes):
        yield Carried("lines", data, above)
        above += data.count(b"\n")
    if file.fault:
        yield Carried("lines", above=above, fault=fault_of(file.fault))


def has_text(file: BinaryIO, columns: Columns) -> bool:
    """Whether one of the first lines of a file of JSON lines has a text, or is broken, so that none can tell."""
    read = 0
    while read < PIECE and (line := file.readline(Limits().bytes)):
        read += len(line)
        if line.strip() and _may_have_text(line, columns):
            return True
    return False


def divide_parquet(source: Source, file: BinaryIO, columns: Columns) -> Iterator[tuple[Piece, float]]:
    """The row groups of a Parquet file, small ones together, and how much of it ends with each piece.

    Of a giant one the rows are carried. Raises `DocumentError` for a file that is broken or has no text.
    """
    table = _parquet(file)
    wanted, metadata = _wanted(table, columns), table.metadata
    start, size, rows = 0, 0, 0
    for group in range(metadata.num_row_groups):
        here = metadata.row_group(group)
        giant = here.total_byte_size > _GIANT * PIECE
        if size and (giant or size >= PIECE):
            yield Piece(source, start, group), rows / metadata.num_rows
            start, size = group, 0
        if giant:
            for carried, end in _carried_rows(_parquet(file, once=False), group, wanted, rows):
                yield Piece(source, group, group + 1, carried), end / metadata.num_rows
            start = group + 1
        else:
            size += here.total_byte_size
        rows += here.num_rows
    if start < metadata.num_row_groups or not start:
        yield Piece(source, start, metadata.num_row_groups), 1.0


def read_lines(
    file: BinaryIO, piece: Piece, columns: Columns, limits: Limits, known: int | None = None
) -> Iterator[Item | Failure]:
    """The items of the lines that begin in a piece; a line that is not JSON is a failure, the others are read.

    `known` is how many lines stand above the file, which is then a stretch of another.
    """
    begin = _first_line(file, piece)
    above = _Above(file, begin, known)
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
    groups = list(range(piece.start, piece.end or table.metadata.num_row_groups))
    first = sum(table.metadata.row_group(group).num_rows for group in range(piece.start))
    return _items(_rows(_batches(table, groups, _wanted(table, columns), _ROWS), first), piece.source, columns)


def read_rows(data: bytes, piece: Piece, columns: Columns, above: int) -> Iterator[Item | Failure]:
    """The items of rows that were carried, which have so many `above` them."""
    from pyarrow.ipc import open_stream  # noqa: PLC0415

    return _items(_rows(open_stream(data), above), piece.source, columns)


def _may_have_text(line: bytes, columns: Columns) -> bool:
    try:
        record = _json(line)
        columns.of(tuple(record) if isinstance(record, dict) else ())
    except NoTextError:
        return False
    except DocumentError:
        return True
    return True


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


def _whole_lines(file: Steady, longest: int) -> bytes:
    """The next lines, about `PIECE` bytes of them; what stands last before a fault is no line."""
    data = file.read(PIECE)
    rest = file.readline(longest + 3)
    data += rest
    if data.endswith(b"\n"):
        return data
    if file.fault:
        return data[: data.rfind(b"\n") + 1]
    if len(rest) > longest:
        _skip_line(file)
        return data + b"\n"
    return data


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
        # The library's own words end in "at" for some of them.
        what = error.msg.removesuffix(" at")
        message = f"not JSON: {what[0].lower()}{what[1:]} at character {error.pos + 1}; {_MEND}"
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


def _parquet(file: BinaryIO, *, once: bool = True) -> ParquetFile:
    """The open file; `once`: a text that is there a million times in one page stays one text in memory.

    It costs the memory of all texts of a row group.
    """
    from pyarrow import ArrowException  # noqa: PLC0415  0.1 s that a run on other formats need not wait
    from pyarrow.parquet import ParquetFile  # noqa: PLC0415

    def is_text(kind: DataType) -> bool:
        return str(kind) in ("string", "large_string", "binary", "large_binary")

    try:
        names = [column.name for column in ParquetFile(file).schema_arrow if once and is_text(column.type)]
        return ParquetFile(file, read_dictionary=names, pre_buffer=False, buffer_size=_STEP)
    except (ArrowException, OSError) as error:
        message = f"not a Parquet file that can be read ({reason_of(error)}); write it again"
        raise DocumentError(message) from error


def _wanted(table: ParquetFile, columns: Columns) -> list[str]:
    """The columns that hold a field; raises `DocumentError` where none holds a text."""
    names = table.schema_arrow.names
    columns.check(names)
    mapped = columns.of(names)
    return [name for name in names if name in mapped.values()]


def _batches(table: ParquetFile, groups: list[int], names: Sequence[str], rows: int) -> Iterator[RecordBatch]:
    yield from table.iter_batches(rows, row_groups=groups, columns=names, use_threads=False)


def _carried_rows(table: ParquetFile, group: int, names: Sequence[str], first: int) -> Iterator[tuple[Carried, int]]:
    """The rows of a giant group in stretches, and the number of the last row in each."""
    from pyarrow import ArrowException, BufferOutputStream, ipc  # noqa: PLC0415

    last = first + table.metadata.row_group(group).num_rows
    try:
        for batches in _pieces_of(_batches(table, [group], names, _FEW)):
            sink, rows = BufferOutputStream(), sum(batch.num_rows for batch in batches)
            with ipc.new_stream(sink, batches[0].schema) as stream:
                for batch in batches:
                    stream.write_batch(batch)
            yield Carried("parquet", sink.getvalue().to_pybytes(), first), first + rows
            first += rows
    except (ArrowException, OSError) as error:  # the other groups may be whole
        yield Carried("text", fault=fault_of(error)), last


def _pieces_of(batches: Iterable[RecordBatch]) -> Iterator[list[RecordBatch]]:
    held: list[RecordBatch] = []
    size = 0
    for batch in batches:
        held.append(batch)
        size += batch.nbytes
        if size >= PIECE:
            yield held
            held, size = [], 0
    if held:
        yield held


def _rows(batches: Iterable[RecordBatch], first: int) -> Iterator[_Record]:
    """What names and what reads each row, the first of which has `first` above it."""
    number = count(first + 1)
    for batch in batches:
        names = batch.schema.names
        cells = [batch.column(name) for name in names]
        for row in range(batch.num_rows):
            yield f"row {next(number):,}".__str__, partial(_row, names, cells, row)


def _row(names: Sequence[str], cells: Sequence[Array], row: int) -> dict[str, object]:
    try:
        return {name: column[row].as_py() for name, column in zip(names, cells, strict=True)}
    except (ValueError, OverflowError) as error:  # not UTF-8, or a time after the year 9999
        message = f"a cell that cannot be read ({reason_of(error)}); correct it or leave it out"
        raise DocumentError(message) from error
