"""docs/series.md: its tables are those of the code, its examples and intervals those the program gives."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import etl
from etl import series
from etl.cli import app
from etl.frame import Column
from etl.lexicon import read_table
from etl.pipeline import bundled_documents, run
from etl.reference import REFERENCE_COLUMNS
from etl.series import OBSERVATION_COLUMNS, observe
from etl.series.money import INDEX_COLUMNS
from etl.series.rates import RATE_COLUMNS
from etl.series.vintages import REVISIONS, VINTAGE_COLUMNS

PAGE = (Path(__file__).parents[3] / "docs" / "series.md").read_text(encoding="utf-8")
TYPES = {
    "str": "text",
    "Int64": "integer",
    "float64": "number",
    "int64": "integer",
    "datetime64[us]": "day",
    "bool": "yes or no",
}
SHOWN = re.findall(r"(?s)```sh\n(trade-figures [^\n]*)\n```\n\n```text\n(.*?)\n```", PAGE)


def described(columns: Sequence[Column]) -> str:
    rows = [f"| `{column.name}` | {TYPES[column.dtype]} | {column.meaning.replace('|', '/')} |" for column in columns]
    return "\n".join(["| column | type | meaning |", "|---|---|---|", *rows])


def table(*header: str) -> list[list[str]]:
    """The rows below the header, a list of cells each."""
    _, _, below = PAGE.partition(f"| {' | '.join(header)} |\n".replace("|  |", "| |"))
    lines = below.split("\n\n")[0].splitlines()[1:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


TABLES = {name: getattr(series, name) for name in series.__all__ if name.endswith("_COLUMNS")}
TABLES |= {"REFERENCE_COLUMNS": REFERENCE_COLUMNS}


@pytest.mark.parametrize("name", sorted(TABLES.keys() - {"VINTAGE_COLUMNS"}))
def test_every_table_is_described_as_it_is(name: str) -> None:
    assert described(TABLES[name]) in PAGE


def test_a_vintage_has_one_column_more_than_an_observation() -> None:
    assert [column.name for column in VINTAGE_COLUMNS] == ["vintage", *(each.name for each in OBSERVATION_COLUMNS)]


def test_the_columns_of_files_that_are_read_are_described() -> None:
    for columns in (RATE_COLUMNS, INDEX_COLUMNS):
        rows = "\n".join(f"| `{name}` | {meaning} |" for name, meaning in columns.items())
        assert rows in PAGE


def test_the_factors_that_can_be_named_are_listed() -> None:
    rows = [[row[name] for name in ("name", "equation", "products", "source")] for row in read_table("factors.txt")]
    assert table("name", "factor", "for", "source") == rows


def test_the_page_lists_what_the_code_knows() -> None:
    listed = {
        "frequencies": [row[0] for row in table("frequency", "calendar groups")],
        "choices": [row[0] for row in table("rule", "the figure that stands")],
        "checks": [row[:3] for row in table("rule", "", "what has to fit", "for example")],
        "transforms": table("name", "", "formula", "refused"),
        "revisions": [row[0] for row in table("revision", "the figure")],
    }
    assert listed == {
        "frequencies": list(series.FREQUENCIES),
        "choices": list(series.CHOICES),
        "checks": [[rule.name, rule.title, rule.says] for rule in series.CHECK_RULES],
        "transforms": [[made.name, made.title, made.formula, made.refused] for made in series.TRANSFORMS.values()],
        "revisions": list(REVISIONS),
    }


@pytest.mark.parametrize("row", table("stated", "low", "high"), ids=lambda row: str(row[0]))
def test_a_figure_leaves_possible_what_the_page_says(row: list[str]) -> None:
    stated, *ends = row
    observed = observe(etl.extract_claims(f"Trade between Pakistan and Russia came to {stated} in 2023."))
    low, high = observed["low"].iloc[0], observed["high"].iloc[0]
    assert ["open" if pd.isna(end) else f"{end / 1e6:,.12g} million" for end in (low, high)] == ends


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("bundled") / "store"
    run(bundled_documents(), folder)
    return str(folder)


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_a_command_prints_what_the_page_shows(store: str, command: str, shown: str) -> None:
    told = CliRunner().invoke(app, [*shlex.split(command)[1:], "--store", store], env={"COLUMNS": "100"})
    assert "\n".join(line.rstrip() for line in told.stdout.splitlines()) == shown
