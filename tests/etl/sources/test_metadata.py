"""How a metadata.csv is read, and how the fields of one document are merged by trust."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from etl.errors import DocumentError
from etl.model import Document
from etl.sources.content import Content
from etl.sources.metadata import build_document, read_table

TABLES = {
    "known columns are kept, empty cells and others are not": (
        b"file,title,published,colour\na.txt, Wheat ,2024-09-19,red\nb.txt,,,\n",
        {"a.txt": {"title": "Wheat", "published": "2024-09-19"}, "b.txt": {}},
    ),
    "a byte order mark, quotes, line breaks and paths": (
        b'\xef\xbb\xbffile,title\r\n.\\sub\\a.txt,"Wheat, and ""more"""\r\n./b.txt,"two\nlines"\r\n',
        {"sub/a.txt": {"title": 'Wheat, and "more"'}, "b.txt": {"title": "two\nlines"}},
    ),
    "semicolons of a spreadsheet, and names in capitals": (
        b"File; Title;Published \na.txt;Wheat, a record;2024-09-19\n",
        {"a.txt": {"title": "Wheat, a record", "published": "2024-09-19"}},
    ),
    "tabs": (b"file\ttitle\na.txt\tWheat; a record\n", {"a.txt": {"title": "Wheat; a record"}}),
    "a name as a Mac writes it": ("file\ncafe\u0301.txt\n".encode(), {"caf\u00e9.txt": {}}),
    "a row with fewer cells": (b"file,title,url\na.txt,Wheat\n", {"a.txt": {"title": "Wheat"}}),
}

NAMES = "file,title,publisher,published,url,author,retrieved,language,kind"

BROKEN_TABLES = {
    "no column file": (
        b"name,title\na,b\n",
        f"no column 'file' in line 1 (found name, title); name the columns there: {NAMES}",
    ),
    "empty": (b"\n", f"the table is empty; name the columns in line 1: {NAMES}"),
    "an empty first line": (b"\nfile\n", f"no column 'file' in line 1 (found none); name the columns there: {NAMES}"),
    "a column twice": (b"file,title,Title\na.txt,A,B\n", "line 1: column title is there twice; keep one"),
    "a quote never closed in line 1": (
        b'"file,title\na.txt,A\n',
        "line 2: unexpected end of data; check the quotes of this line and those above",
    ),
    "a comma without quotes": (
        b"file,title\na.txt,Wheat, a record\n",
        "line 2: more cells than columns; put quotes around a cell with a comma",
    ),
    "no file named": (b"file,title\n,Wheat\n", "line 2: the cell 'file' is empty; name the file the row describes"),
    "a file twice": (b"file,title\na.txt,A\na.txt,B\n", "line 3: a.txt has a row already; keep one row a file"),
    "a quote never closed": (
        b'file,title\na.txt,"Wheat\n',
        "line 2: unexpected end of data; check the quotes of this line and those above",
    ),
}

DATED = "18 September 2024\nTrade between neighbours grows\nKARACHI, Sept 17 (APP): Trade grew."

MERGED: dict[str, tuple[dict[str, str], dict[str, str], dict[str, Any]]] = {
    "front matter comes before metadata.csv, and that before the text": (
        {"title": "From the front matter"},
        {"title": "From the table", "published": "2024-09-19", "publisher": "APP"},
        {
            "title": "From the front matter",
            "published": dt.date(2024, 9, 19),
            "publisher": "APP",
            "basis": {"title": "front matter", "published": "metadata.csv", "publisher": "metadata.csv"},
        },
    ),
    "the text's own lines fill what is not written": (
        {},
        {},
        {
            "title": "Trade between neighbours grows",
            "published": dt.date(2024, 9, 18),
            "basis": {"title": "title line", "published": "date line"},
        },
    ),
    "an empty value is not stated": (
        {"title": " ", "published": ""},
        {"title": "Two\n  lines", "retrieved": "2024-09-20T10:00:00Z"},
        {
            "title": "Two lines",
            "published": dt.date(2024, 9, 18),
            "retrieved": dt.date(2024, 9, 20),
            "basis": {"title": "metadata.csv", "published": "date line", "retrieved": "metadata.csv"},
        },
    ),
}

A_DAY = "a day as YYYY-MM-DD, for example 2024-09-19"

WRONG = {
    "no such month": (
        {"published": "2024-13-01"},
        {},
        f"front matter: published must be {A_DAY}\npublished: 2024-13-01\n           ~~~~~~~~~^",
    ),
    "day and month in doubt": (
        {},
        {"retrieved": "03/04/2024"},
        f"metadata.csv: retrieved must be {A_DAY}\nretrieved: 03/04/2024\n           ~~~~~~~~~^",
    ),
    "a kind we do not know": (
        {"kind": "blog"},
        {},
        "front matter: kind must be article or digest\nkind: blog\n      ~~~^",
    ),
    "a language in words": (
        {},
        {"language": "English!"},
        "metadata.csv: language must be a language code such as en or pt-BR\nlanguage: English!\n          ~~~~~~~^",
    ),
}


@pytest.mark.parametrize(("data", "table"), TABLES.values(), ids=TABLES)
def test_a_metadata_table_is_read_by_file(data: bytes, table: dict[str, dict[str, str]]) -> None:
    assert read_table(data) == table


@pytest.mark.parametrize(("data", "reason"), BROKEN_TABLES.values(), ids=BROKEN_TABLES)
def test_a_broken_metadata_table_names_its_line(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as refused:
        read_table(data)
    assert str(refused.value) == reason


@pytest.mark.parametrize(("fields", "row", "expected"), MERGED.values(), ids=MERGED)
def test_each_field_comes_from_the_most_trusted_place(
    fields: dict[str, str], row: dict[str, str], expected: dict[str, Any]
) -> None:
    assert build_document(Content(DATED, {"front matter": fields}), {"metadata.csv": row}, "a.txt") == Document(
        DATED, source="a.txt", **expected
    )


@pytest.mark.parametrize(("fields", "row", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_value_is_named_with_what_is_expected(fields: dict[str, str], row: dict[str, str], reason: str) -> None:
    with pytest.raises(DocumentError) as refused:
        build_document(Content(DATED, {"front matter": fields}), {"metadata.csv": row}, "a.txt")
    assert str(refused.value) == reason
