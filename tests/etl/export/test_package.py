"""The data package: what is in it, that it keeps the standard, that it comes back as it went in."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import frictionless
import pandas as pd
import pytest

from etl.errors import PackageError
from etl.export import Chosen, Package, from_package, load_package, to_csv, to_package
from tests.sample_store import make_store


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """All of the sample store."""
    return load_package(make_store(tmp_path_factory.mktemp("package") / "store"))


@pytest.fixture(scope="module")
def files(package: Package) -> dict[str, bytes]:
    """What the zip holds."""
    with zipfile.ZipFile(io.BytesIO(to_package(package))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def described(files: dict[str, bytes]) -> dict[str, Any]:
    """The content of datapackage.json."""
    content: dict[str, Any] = json.loads(files["datapackage.json"])
    return content


def test_a_package_has_its_tables_their_description_and_their_sources(files: dict[str, bytes]) -> None:
    tables = ["claims.csv", "observations.csv", "checks.csv", "documents.csv"]
    assert list(files) == ["README.md", "citations.bib", *tables, "datapackage.json"]


@pytest.mark.parametrize("kept", [slice(None), slice(0)])
def test_the_validator_of_the_standard_finds_no_fault(package: Package, tmp_path: Path, kept: slice) -> None:
    """Types, constraints, references between tables, sizes and hashes; of tables without a row too."""
    tables = {name: table.iloc[kept] for name, table in package.tables.items()}
    (tmp_path / "a.zip").write_bytes(to_package(Package(tables)))
    report = frictionless.validate(tmp_path / "a.zip")
    assert report.flatten(["taskNumber", "rowNumber", "fieldName", "message"]) == []
    assert [task.name for task in report.tasks] == list(tables)


def test_the_sources_are_the_documents_with_the_addresses_that_the_standard_allows(
    package: Package, described: dict[str, Any]
) -> None:
    documents = package.tables["documents"]
    urls = {source["path"] for source in described["sources"] if "path" in source}
    assert len(described["sources"]) == len(documents)
    assert urls == {url for url in documents["url"].dropna() if url.startswith("https://")}
    assert all(source["title"] for source in described["sources"])


def test_every_reference_between_tables_holds(package: Package, described: dict[str, Any]) -> None:
    keys = {
        (resource["name"], key["fields"], key["reference"]["resource"])
        for resource in described["resources"]
        for key in resource["schema"].get("foreignKeys", [])
    }
    assert keys == {("claims", "document_id", "documents"), ("checks", "observation_id", "observations")}
    for table, column, referred in keys:
        assert set(package.tables[table][column]) <= set(package.tables[referred][column])


def test_a_package_comes_back_as_it_went_in(package: Package, tmp_path: Path) -> None:
    chosen = Package(package.tables, Chosen(("What is measured: Exports",), "http://127.0.0.1:8050/?metric=exports", 3))
    (tmp_path / "a.zip").write_bytes(to_package(chosen))
    for back in (from_package(tmp_path / "a.zip"), from_package(to_package(chosen))):
        assert back.chosen == chosen.chosen
        assert list(back.tables) == list(chosen.tables)
        for name, table in chosen.tables.items():
            pd.testing.assert_frame_equal(back.tables[name], table)


def test_the_same_tables_give_the_same_bytes(package: Package) -> None:
    assert to_package(package) == to_package(package)


def test_the_readme_says_what_was_chosen_and_cites_every_document(package: Package) -> None:
    chosen = Package(package.tables, Chosen(("What is measured: <b>",), "http://127.0.0.1:8050/?metric=x", 3))
    with zipfile.ZipFile(io.BytesIO(to_package(chosen))) as archive:
        readme, bibtex = archive.read("README.md").decode(), archive.read("citations.bib").decode()
    assert "- What is measured: \\<b\\>\n" in readme
    assert "The same view: <http://127.0.0.1:8050/?metric=x>" in readme
    assert "from version 3 of a store" in readme
    sources = readme.partition("## Sources")[2]
    documents = len(package.tables["documents"])
    assert len(re.findall(r"(?m)^\d+\. ", sources)) == bibtex.count("@misc{") == documents == 7
    assert "\\<img src=x onerror=alert(1)\\>" in sources
    assert "<img" not in readme.replace("\\<", "")


def test_as_of_leaves_out_what_came_later(tmp_path: Path) -> None:
    known = load_package(make_store(tmp_path / "store"), "2023-12-31")
    assert known.chosen.filters == ("Published on or before 2023-12-31",)
    assert {name: len(table) for name, table in known.tables.items()} == {
        "claims": 3,
        "observations": 3,
        "checks": 0,
        "documents": 2,
    }


def test_a_file_that_is_no_package_or_was_changed_is_named(package: Package, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"nothing")
    with pytest.raises(PackageError, match=r"a\.zip is no data package of trade-figures .*export --package"):
        from_package(tmp_path / "a.zip")
    with zipfile.ZipFile(io.BytesIO(to_package(package))) as whole:
        files = {name: whole.read(name) for name in whole.namelist()}
    files["claims.csv"] = files["claims.csv"].replace(b"1000000000.0", b"2000000000.0")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as changed:
        for name, data in files.items():
            changed.writestr(name, data)
    with pytest.raises(PackageError, match=r"claims\.csv was changed since the package was written"):
        from_package(tmp_path / "b.zip")


def test_the_tables_of_a_package_are_the_csv_files_of_the_store(package: Package, files: dict[str, bytes]) -> None:
    assert files["claims.csv"] == to_csv(package.tables["claims"])
