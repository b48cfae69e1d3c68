"""A user's tables beside ours: her rows are read by every engine, and only while they are in use."""

from __future__ import annotations

import ast
import pickle
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import etl
from etl.errors import LexiconError
from etl.lexicon import NAMING, Lexicon, read_lines, read_table, table_names, using
from etl.lexicon.own import CLOSED, FORMATS, read_lexicon
from etl.store import load_claims

TABLES = {
    "metrics.txt": "metric | title | measures | span | parties | words\ntolls | Tolls | money | flow | own | port dues",
    "products.txt": "# What we trade.\nproduct | words\nsaffron | saffron\nwheat | emmer",
    "countries.txt": "code | name | demonyms | aliases\nPER | Peru | Peruvian | Land of the Incas",
    "unit_names.txt": "unit | factor | forms\ntonne | 0.04 | maund\nquipu | 1 | quipu",
    "units.txt": "quipu = 3 * kilogram",
    "statuses.txt": "status | words\ntarget | dreams of",
}
# What her tables make of a sentence, and what ours make of it.
READ: dict[str, tuple[str, list[tuple[object, ...]], list[tuple[object, ...]]]] = {
    "a new metric, and an alias of a country": (
        "Port dues of the Land of the Incas came to $3 million in 2023.",
        [("tolls", None, "PER", 3e6, "USD", "actual")],
        [],
    ),
    "a new product": (
        "Peru exported saffron worth $5 million to Chile in 2022.",
        [("exports", "saffron", "CHL;PER", 5e6, "USD", "actual")],
        [("exports", None, "CHL;PER", 5e6, "USD", "actual")],
    ),
    "other words for a product of ours": (
        "Chile exported emmer worth $5 million in 2022.",
        [("exports", "wheat", "CHL", 5e6, "USD", "actual")],
        [("exports", None, "CHL", 5e6, "USD", "actual")],
    ),
    "a word that her row has no more": (
        "Chile exported wheat worth $5 million in 2022.",
        [("exports", None, "CHL", 5e6, "USD", "actual")],
        [("exports", "wheat", "CHL", 5e6, "USD", "actual")],
    ),
    "another size of a unit of ours": (
        "Chile exported 1,000 maund of rice in 2022.",
        [("exports", "rice", "CHL", 40.0, "tonne", "actual")],
        [("exports", "rice", "CHL", 37.32, "tonne", "actual")],
    ),
    "a unit of her own": (
        "Chile exported 200 quipu of rice in 2022.",
        [("exports", "rice", "CHL", 200.0, "quipu", "actual")],
        [],
    ),
    "a word more in a list": (
        "Chile dreams of exports of $9 billion and plans imports of $8 billion in 2040.",
        [("exports", None, "CHL", 9e9, "USD", "target"), ("imports", None, "CHL", 8e9, "USD", "target")],
        [("exports", None, "CHL", 9e9, "USD", "actual"), ("imports", None, "CHL", 8e9, "USD", "target")],
    ),
}


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with a user's tables."""
    return write(tmp_path / "mine", TABLES)


def write(folder: Path, tables: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def claims(text: str, lexicon: Path | None = None) -> list[tuple[object, ...]]:
    found = etl.extract_claims(text, lexicon=lexicon)
    cells = found[["metric", "product", "parties", "value", "unit", "status"]].astype(object)
    return list(cells.where(cells.notna(), None).itertuples(index=False, name=None))


@pytest.mark.parametrize(("text", "hers", "ours"), READ.values(), ids=READ)
def test_her_rows_are_read_while_they_are_in_use(
    mine: Path, text: str, hers: list[tuple[object, ...]], ours: list[tuple[object, ...]]
) -> None:
    assert (claims(text), claims(text, mine), claims(text)) == (ours, hers, ours)


def test_two_lexicons_in_two_threads_keep_apart(mine: Path) -> None:
    text, hers, ours = READ["a new product"]
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(claims, [text] * 8, [mine, None] * 4))
    assert found == [hers, ours] * 4


def test_a_changed_table_is_another_lexicon(mine: Path) -> None:
    text, hers, _ = READ["a new product"]
    assert claims(text, mine) == hers
    (mine / "products.txt").write_text("product | words\ncrocus | saffron")
    assert claims(text, mine) == [("exports", "crocus", *hers[0][2:])]


@pytest.mark.parametrize("options", [{}, {"jobs": 2}, {"engine": "dask", "jobs": 1}], ids=str)
def test_every_engine_reads_with_her_rows(mine: Path, tmp_path: Path, options: dict[str, Any]) -> None:
    text = "Peru exported saffron worth ${} million to Chile in 2022."
    docs = write(tmp_path / "docs", {f"{number}.txt": text.format(number + 1) for number in range(20)})
    assert etl.run(docs, tmp_path / "store", lexicon=mine, **options).claims == 20
    assert set(load_claims(tmp_path / "store")["product"]) == {"saffron"}


def test_documents_are_read_again_when_her_tables_change(mine: Path, tmp_path: Path) -> None:
    docs, store = write(tmp_path / "docs", {"a.txt": READ["a new product"][0]}), tmp_path / "store"

    def read(lexicon: Path | None) -> tuple[int, int, list[str]]:
        report = etl.run(docs, store, lexicon=lexicon)
        return report.read, report.unchanged, load_claims(store)["extractor_version"].tolist()

    ours, hers, again = read(None), read(mine), read(mine)
    (mine / "products.txt").write_text("product | words\ncrocus | saffron")
    changed, back = read(mine), read(None)
    assert [count for *count, _ in (ours, hers, again, changed, back)] == [[1, 0], [1, 0], [0, 1], [1, 0], [1, 0]]
    assert hers[2] == again[2]
    assert ours[2] == back[2]
    assert len({*ours[2], *hers[2], *changed[2]}) == 3
    assert all(re.fullmatch(rf"{re.escape(ours[2][0])}\.[0-9a-f]{{8}}", version) for version in hers[2] + changed[2])


def test_a_lexicon_travels_with_its_tables_and_nothing_else(mine: Path) -> None:
    lexicon = read_lexicon(mine)
    with using(lexicon):
        claims(READ["a new metric, and an alias of a country"][0], mine)
    arrived = pickle.loads(pickle.dumps(lexicon))  # noqa: S301  our own bytes
    assert (arrived, arrived.folder, arrived.memory) == (lexicon, str(mine), {})


def test_her_row_of_a_naming_table_stands_where_ours_stood_and_a_new_one_first() -> None:
    ours = [row["product"] for row in read_table("products.txt")]
    with using(Lexicon((("products.txt", f"product | words\nsaffron | saffron\n{ours[1]} | x"),))):
        assert [row["product"] for row in read_table("products.txt")] == ["saffron", *ours]
        assert read_table("products.txt")[2]["words"] == "x"
    with using(Lexicon((("units.txt", "quipu = 3 * kilogram"),), "mine")):
        assert read_lines("units.txt")[-1] == ("mine/units.txt:1", "quipu = 3 * kilogram")


COLUMNS = "metric | title | kind | measures | span | parties | towards | share | growth | words | weak | alone"
METRIC = "metric | title | measures | span | parties"
WRONG: dict[str, tuple[dict[str, str], str]] = {
    "no table": ({}, r"mine: no tables; name them as ours: abbreviations\.txt, .*"),
    "a table we do not have": (
        {"goods.txt": "a"},
        r"mine/goods\.txt: no table of this name; the tables are abbreviations\.txt, .*, word_classes\.txt",
    ),
    "an empty table": (
        {"metrics.txt": "# nothing"},
        r"mine/metrics\.txt: the table is empty; its first line must name the columns",
    ),
    "a column we do not have": (
        {"metrics.txt": "# Mine\nmetric | colour\nport_dues | red"},
        rf"mine/metrics\.txt:2: no column 'colour'; the first line names the columns: {re.escape(COLUMNS)}",
    ),
    "too few cells": (
        {"products.txt": "product | words\n\nsaffron"},
        r"mine/products\.txt:3: 1 cells where the table has 2 columns \(product \| words\); separate cells by '\|'",
    ),
    "a nameless thing": (
        {"products.txt": "product | words\n | saffron"},
        r"mine/products\.txt:2: product is empty; the columns are product \| words",
    ),
    "words a column does not know": (
        {"metrics.txt": f"{METRIC}\nport_dues | Port dues | money | river | own\ntolls | Tolls | gold, money | flow |"},
        (
            r"(?s)mine/metrics\.txt:2: span is 'river'; choose from .*'flow'.*"
            r"mine/metrics\.txt:3: measures is 'gold'; choose from .*mine/metrics\.txt:3: parties is ''; choose from .*"
        ),
    ),
    "a size that is no number": (
        {"unit_names.txt": "unit | factor | forms\ntonne | much | maund"},
        r"mine/unit_names\.txt:2: factor is 'much'; expected a number",
    ),
    "a metric nobody knows": (
        {
            "metrics.txt": f"{METRIC} | share\ntolls | Tolls | money | flow | own | toll_share",
            "flows.txt": "metric | subject | from | to\ntolls | reporter | - | -\nfines | reporter | - | -",
            "series_titles.txt": "metric | link\ntolls | of\nduties | of",
        },
        (
            r"mine/flows\.txt:3: metric is 'fines', .*\n"
            r"mine/metrics\.txt:2: share is 'toll_share', which metrics.txt .*\n"
            r"mine/series_titles\.txt:3: metric is 'duties', .*"
        ),
    ),
    "a definition that Pint does not know": (
        {"units.txt": "quipu = 3 * fathomless"},
        r"mine/units\.txt:1: Pint does not accept 'quipu = 3 \* fathomless': .*; see the head of units.txt .*",
    ),
    "a unit nobody defines": (
        {"unit_names.txt": "unit | factor | forms\nquipu | 1 | quipu\nUSD/tonne | 1 | dollar-ton"},
        r"mine/unit_names\.txt:2: unit is 'quipu', which neither Pint nor units\.txt defines",
    ),
    "a unit made of itself": (
        {"units.txt": "quipu = 3 * quipu"},
        r"mine/units\.txt:1: Pint does not accept 'quipu = 3 \* quipu': .*; see the head of units.txt .*",
    ),
    "all at once": (
        {"goods.txt": "a", "products.txt": "product | words\nsaffron"},
        r"mine/goods\.txt: no table .*\nmine/products\.txt:2: 1 cells .*",
    ),
}


@pytest.mark.parametrize(("tables", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_table_is_named_with_its_line_and_what_was_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tables: dict[str, str], message: str
) -> None:
    write(tmp_path / "mine", tables)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LexiconError) as wrong:
        etl.extract_claims("", lexicon="mine")
    assert re.fullmatch(message, str(wrong.value))


def test_a_folder_that_is_not_there_and_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="nowhere: No such file or directory; name a folder of tables"):
        read_lexicon(tmp_path / "nowhere")
    (tmp_path / "metrics.txt").write_bytes(b"\xff")
    with pytest.raises(LexiconError, match=r"metrics\.txt: cannot be read as UTF-8 text: "):
        read_lexicon(tmp_path)


def test_what_is_checked_are_tables_and_columns_of_ours() -> None:
    assert set(table_names()) >= NAMING
    for name, columns in CLOSED.items():
        assert set(columns) <= set(read_table(name)[0])
    for name, (column, form, _) in FORMATS.items():
        assert [row[column] for row in read_table(name) if not form.fullmatch(row[column])] == []


def test_the_readme_of_the_lexicon_says_what_her_rows_do_in_each_table(root: Path) -> None:
    listed = re.findall(r"(?m)^\| `(\w+\.txt)` \|.*\| (\w+) \|$", (root / "etl/lexicon/README.md").read_text())
    assert dict(listed) == {name: "replace" if name in NAMING else "add" for name in table_names()}


def test_nothing_is_made_of_the_tables_for_all_lexicons_at_once(root: Path) -> None:
    """Neither at import, nor in a cache of functools: `etl.lexicon.cache` keeps the lexicons apart."""
    modules = "etl.pipeline, etl.titles, etl.terminal, etl.series, dashboard.app"
    code = f"import {modules}; from etl.lexicon import OURS; print(len(OURS.memory))"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True)
    assert done.stdout == "0\n"
    imports = [
        (path, node.module, {alias.name for alias in node.names})
        for path in (root / "etl").rglob("*.py")
        if path != root / "etl" / "lexicon" / "__init__.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    ]
    readers = {path for path, module, _ in imports if (module or "").startswith("etl.lexicon")}
    cached = {path for path, module, names in imports if module == "functools" and names & {"cache", "lru_cache"}}
    assert readers & cached == set()
