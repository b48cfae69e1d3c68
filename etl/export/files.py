"""A frame → CSV or Parquet that others can read, with nothing in it that a spreadsheet would run."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from etl.decisions import REVIEWED_COLUMNS
from etl.errors import ExportError
from etl.export.rows import Rows
from etl.frame import Column

__all__ = ["csv_parts", "from_csv", "to_csv", "to_parquet", "write"]

# A spreadsheet runs a cell that begins with one of these (OWASP, "CSV Injection"). The apostrophe before it makes it
# text; a cell that has apostrophes there already gets one more, so that `from_csv` gives back what went in.
_FORMULA = r"^(?='*[=+\-@\t\r])"
_FIRST = list("'=+-@\t\r")
_GUARD = r"^'(?='*[=+\-@\t\r])"
# Columns with a fixed vocabulary hold our own words: the qualifier "=" stays as it is.
_FIXED = frozenset(column.name for column in REVIEWED_COLUMNS if column.values)
_BOM = b"\xef\xbb\xbf"


def to_csv(frame: pd.DataFrame, *, excel: bool = False) -> bytes:
    r"""`frame` as CSV (RFC 4180): UTF-8, a header, `\r\n` line ends, days as YYYY-MM-DD, missing cells empty.

    A text cell that a spreadsheet would take for a formula (it begins with = + - @ tab or carriage return) gets an
    apostrophe before it; numbers, and columns with a fixed vocabulary, are left alone. `excel` adds the byte order mark
    that Excel needs to see UTF-8.

    >>> to_csv(pd.DataFrame({"title": ["=1+1", "Wheat"], "value": [-3.0, 1e9]}))
    b"title,value\r\n'=1+1,-3.0\r\nWheat,1000000000.0\r\n"
    """
    return b"".join(csv_parts(Rows.of(frame).parts(), excel=excel))


def csv_parts(parts: Iterable[pd.DataFrame], *, excel: bool = False) -> Iterator[bytes]:
    """The CSV of `to_csv`, of a table that comes in parts: each is text only while it is sent."""
    for number, part in enumerate(parts):
        yield (_BOM if excel and not number else b"") + _lines(part, header=not number)


def from_csv(data: bytes, columns: Sequence[Column] = REVIEWED_COLUMNS) -> pd.DataFrame:
    """The frame that `to_csv` wrote: its apostrophes are taken off, columns named as in `columns` get their dtypes.

    >>> from_csv(to_csv(pd.DataFrame({"title": ["=1+1"], "value": [1e9]}))).to_dict("list")
    {'title': ['=1+1'], 'value': [1000000000.0]}
    """
    text = io.StringIO(data.removeprefix(_BOM).decode("utf-8"), newline="")
    header = pd.read_csv(text, nrows=0).columns
    dtypes = {column.name: column.dtype for column in columns if column.name in header}
    days = [name for name, dtype in dtypes.items() if dtype.startswith("datetime")]
    text.seek(0)
    cells = {name: dtype for name, dtype in dtypes.items() if name not in days}
    frame = pd.read_csv(text, dtype=cells, parse_dates=days, keep_default_na=False, na_values=[""]).astype(dtypes)
    return frame.assign(**{name: frame[name].str.replace(_GUARD, "", regex=True) for name in _text_names(frame)})


def to_parquet(frame: pd.DataFrame) -> bytes:
    """`frame` as a Parquet file, its dtypes kept; texts are as in the documents, since no spreadsheet runs them.

    >>> pd.read_parquet(io.BytesIO(to_parquet(pd.DataFrame({"value": [1e9]})))).to_dict("list")
    {'value': [1000000000.0]}
    """
    target = io.BytesIO()
    frame.to_parquet(target, index=False)
    return target.getvalue()


def write(data: bytes | Iterable[bytes], path: str | os.PathLike[str]) -> None:
    """Put `data`, or its parts, into the file at `path`, whole or not at all, or send it to the device or pipe there.

    Raises `ExportError` where it cannot be written.
    """
    target, parts = Path(path), [data] if isinstance(data, bytes) else data
    try:
        # /dev/stdout and its like are written to; another file in their place would end them for everybody.
        if target.exists() and not target.is_file():
            _fill(target, parts)
        else:
            _replace(Path(os.path.realpath(target)), parts)
    except OSError as error:
        message = f"cannot write {target}: {error.strerror}; choose another file"
        raise ExportError(message) from error


def _replace(target: Path, parts: Iterable[bytes]) -> None:
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        _fill(beside, parts)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _fill(target: Path, parts: Iterable[bytes]) -> None:
    with target.open("wb") as file:
        file.writelines(parts)


def _lines(frame: pd.DataFrame, *, header: bool) -> bytes:
    guarded = frame.assign(**{name: _guarded(frame[name]) for name in _text_names(frame)})
    # With "\n" alone as line end a cell with "\r" in it would not be quoted, and readers would begin a row there.
    text = guarded.to_csv(index=False, header=header, lineterminator="\r\n", date_format="%Y-%m-%d")
    return text.encode("utf-8", "surrogatepass")


def _guarded(cells: pd.Series) -> pd.Series:
    """The texts, an apostrophe before each formula. To look at first letters alone takes a fifth of the time."""
    at_risk = cells.str.slice(stop=1).isin(_FIRST)
    if not at_risk.any():
        return cells
    guarded = cells.copy()
    guarded[at_risk] = cells[at_risk].str.replace(_FORMULA, "'", regex=True).array
    return guarded


def _text_names(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame.columns if frame[name].dtype == "str" and name not in _FIXED]
