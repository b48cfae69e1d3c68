"""What leaves as CSV or Parquet: the same values, and nothing that a spreadsheet would run."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import ExportError
from etl.export import Rows, csv_parts, from_csv, to_csv, to_parquet, write
from etl.frame import COLUMNS, check_frame, typed
from etl.pipeline import extract_claims

CELLS = {
    "=1+1": "'=1+1",
    "+3.5%": "'+3.5%",
    "-3.5%": "'-3.5%",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "'\t=1",
    "'=1": "''=1",
    "''-1": "'''-1",
    "‘quoted’": "‘quoted’",
    "'quoted'": "'quoted'",
    "a=b": "a=b",
    "$1 billion": "$1 billion",
}


@pytest.mark.parametrize(("cell", "written"), CELLS.items())
def test_a_text_a_spreadsheet_would_run_gets_an_apostrophe(cell: str, written: str) -> None:
    data = to_csv(pd.DataFrame({"title": [cell]}))
    assert pd.read_csv(io.BytesIO(data))["title"].tolist() == [written]


def test_numbers_days_and_fixed_vocabularies_are_left_alone() -> None:
    text = "Trade between Russia and Pakistan fell 5% to $475 million in 2017."
    claims = extract_claims(text, title="=cmd()", published="2018-02-19")
    rows = pd.read_csv(io.BytesIO(to_csv(claims)), dtype=str)
    assert set(rows["title"]) == {"'=cmd()"}
    assert rows["qualifier"].tolist() == ["="] * len(claims)
    assert rows["value"].astype(float).tolist() == claims["value"].tolist() == [-5.0, 475e6]
    assert set(rows["published"]) == {"2018-02-19"}


def test_excel_gets_the_mark_it_needs_and_nobody_else() -> None:
    frame = pd.DataFrame({"title": ["Путин"]})
    assert to_csv(frame, excel=True) == b"\xef\xbb\xbf" + to_csv(frame)


HEADS = st.sampled_from(["", "=", "'-", "''@", "+", "\r", '"', ","])
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
ROWS = st.fixed_dictionaries(
    {
        "quote": st.none() | st.builds(str.__add__, HEADS, TEXTS),
        "value": st.none() | st.floats(-1e15, 1e15),
        "qualifier": st.just("="),
        "published": st.none() | st.datetimes().map(lambda moment: moment.date()),
    }
)
WRITTEN = [column for column in COLUMNS if column.name in {"quote", "value", "qualifier", "published"}]


@given(st.lists(ROWS, max_size=5), st.booleans())
def test_a_csv_reads_back_as_what_was_written(rows: list[dict[str, object]], excel: bool) -> None:  # noqa: FBT001
    frame = typed(rows, WRITTEN)
    pd.testing.assert_frame_equal(from_csv(to_csv(frame, excel=excel)), frame)


def test_a_csv_in_parts_is_the_csv_as_a_whole() -> None:
    frame = pd.DataFrame({"title": ["=1", None, 'a"b', "c"], "value": [1.0, -2.5, None, 4e9]})
    parts = {rows: list(csv_parts(Rows.of(frame).parts(rows), excel=True)) for rows in (1, 3, 4, 9)}
    assert {rows: len(made) for rows, made in parts.items()} == {1: 4, 3: 2, 4: 1, 9: 1}
    assert {b"".join(made) for made in parts.values()} == {to_csv(frame, excel=True)}


def test_a_parquet_reads_back_as_the_tidy_frame_it_was() -> None:
    claims = extract_claims("Trade between Russia and Pakistan reached $1 billion in 2023.", title="=cmd()")
    back = pd.read_parquet(io.BytesIO(to_parquet(claims)))
    pd.testing.assert_frame_equal(check_frame(back), claims)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    write(b"old", tmp_path / "a.csv")
    write(b"new", tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == b"new"
    (tmp_path / "folder").mkdir()
    for target in (tmp_path / "no" / "a.csv", tmp_path / "folder"):
        with pytest.raises(ExportError, match=f"cannot write {target}: .*; choose another file"):
            write(b"new", target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "folder"]


def test_a_link_is_written_through_and_a_device_stays_a_device(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to("a.csv")
    write(b"new", tmp_path / "link.csv")
    assert ((tmp_path / "link.csv").is_symlink(), (tmp_path / "a.csv").read_bytes()) == (True, b"new")
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write(b"new", tmp_path / "pipe")
    assert ((tmp_path / "pipe").is_fifo(), os.read(reader, 9)) == (True, b"new")
    os.close(reader)
