"""The project keeps its own promises: documentation, licences, versions, lock file, what a wheel contains."""

from __future__ import annotations

import dataclasses
import doctest
import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest
import typer.main
from packaging.requirements import Requirement
from plotly.offline import get_plotlyjs_version
from typer.core import TyperCommand, TyperGroup

import dashboard.__main__  # noqa: F401 - adds `serve` and `demo` to the command line
import etl
from dashboard import vendor
from dashboard.vendor import plotly_js
from etl.cli import app
from etl.decisions import REVIEWED_COLUMNS
from etl.reading import Ending
from etl.report import RunReport
from etl.sources import Limits
from etl.sources.metadata import TRUST

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")))}
MANUAL = "\n".join(path.read_text(encoding="utf-8") for path in PAGES.values())
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
_PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT, TOOLS = _PYPROJECT["project"], _PYPROJECT["tool"]

# Licences that let anybody use, change and pass on the whole; "Python Software" and "Zope" are permissive too.
PERMISSIVE = re.compile(
    r"(MIT|0?BSD|Apache|MPL|Mozilla Public|PSF|Python Software|CNRI-Python|ISC|Unlicense|Zlib|CC0|ZPL|Zope)\b",
    re.IGNORECASE,
)
# A folder of somebody's machine: it stands alone, not inside an address such as https://example.org/home/news.
MACHINE_PATH = re.compile(r"(?<![\w.:/~-])/(work|root|home|Users)/\w")


def _commands() -> Iterator[tuple[str, TyperGroup | TyperCommand]]:
    return _under("trade-figures", typer.main.get_command(app))


def _under(name: str, command: object) -> Iterator[tuple[str, TyperGroup | TyperCommand]]:
    assert isinstance(command, TyperGroup | TyperCommand)
    yield name, command
    if isinstance(command, TyperGroup):
        for part, inner in command.commands.items():
            yield from _under(f"{name} {part}", inner)


def _options() -> set[str]:
    flags = {
        flag
        for _, command in _commands()
        for option in command.params
        for flag in (*option.opts, *option.secondary_opts)
    }
    return {flag for flag in flags if flag.startswith("--")} - {"--install-completion", "--show-completion"}


def _closure(name: str, *extras: str) -> Iterator[str]:
    """The distributions that installing `name[extras]` brings, as far as this machine's markers ask for them."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    waiting = [(name, extras)]
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        yield name
        wanted = map(Requirement, importlib.metadata.requires(name) or [])
        waiting += [(each.name, tuple(sorted(each.extras))) for each in wanted if _applies(each, extras)]


def _applies(requirement: Requirement, extras: tuple[str, ...]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


def _licences(name: str) -> list[str]:
    """The licences a distribution is under: of an SPDX expression, else classifiers, else the first line of a text.

    The text is that of the field, or of the file it ships. Of "MPL-1.1 OR GPL-2.0-only" one is ours to choose, so such
    a choice stays together.
    """
    metadata = importlib.metadata.metadata(name)
    classifiers = [each.rsplit(" :: ", 1)[-1] for each in metadata.get_all("Classifier") or [] if "License ::" in each]
    written = metadata.get_all("License") or _licence_files(name)
    texts = [text.strip().partition("\n")[0] for text in written]
    said = " AND ".join(metadata.get_all("License-Expression") or classifiers or texts)
    return [licence.strip("() ") for licence in said.split(" AND ") if licence]


def _licence_files(name: str) -> list[str]:
    files = importlib.metadata.files(name) or []
    return [file.read_text() for file in files if ".dist-info" in str(file) and file.name.startswith("LICENSE")]


def _leads_somewhere(page: Path, target: str) -> bool:
    """Whether a relative link has its file, and that file the heading it names."""
    name, _, anchor = target.partition("#")
    file = (page.parent / name) if name else page
    if not anchor:
        return file.exists()
    headings = re.findall(r"(?m)^#+ (.*)$", file.read_text(encoding="utf-8"))
    return anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _is_permissive(licence: str) -> bool:
    return any(map(PERMISSIVE.match, licence.split(" OR ")))


def _tracked_lines() -> Iterator[tuple[str, str]]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for path in filter(None, listed.split("\0")):
        if not (ROOT / path).is_file():
            continue  # removed, and the removal not yet committed
        for line in (ROOT / path).read_text(encoding="utf-8", errors="ignore").splitlines():
            yield path, line


@pytest.mark.parametrize("name", [name for name, _ in _commands()])
def test_every_command_is_in_the_readme(name: str) -> None:
    assert re.search(rf"{name}\b", README)


@pytest.mark.parametrize("option", sorted(_options() - {"--help"}))
def test_every_option_is_in_the_readme(option: str) -> None:
    assert re.search(rf"(?<![\w-]){option}(?![\w-])", README)


@pytest.mark.parametrize("name", [*etl.__all__, *(column.name for column in REVIEWED_COLUMNS)])
def test_every_public_name_and_column_is_in_the_manual(name: str) -> None:
    assert re.search(rf"(?<!\w){name}(?!\w)", MANUAL)


def test_every_field_of_a_report_and_every_outcome_is_in_the_manual() -> None:
    names = [field.name for field in dataclasses.fields(RunReport)] + list(get_args(Ending))
    assert [name for name in names if f"`{name}`" not in MANUAL] == []


def test_the_manual_names_the_usual_limits() -> None:
    usual = Limits()
    limits = {
        "--max-mb": usual.bytes / 1e6,
        "--max-pages": usual.pages,
        "--max-seconds": usual.seconds,
        "--max-memory-mb": usual.memory / 1e6,
    }
    assert dict(re.findall(r"(?m)^\| `(--max-[a-z-]+)` .* \| ([\d,]+) \|$", MANUAL)) == {
        name: f"{limit:,.0f}" for name, limit in limits.items()
    }


def test_the_manual_lists_the_places_of_metadata_in_the_order_of_trust() -> None:
    places = re.findall(r"(?m)^\d+\. (.*)$", (ROOT / "docs" / "documents.md").read_text(encoding="utf-8"))
    listed = "\n".join(places).lower().replace("`", "")
    found = [
        listed.find(name.lower().replace("warc header", "header of a warc").split(" properties")[0]) for name in TRUST
    ]
    assert -1 not in found
    assert found == sorted(found)


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md", "CHANGELOG.md", "etl/lexicon/README.md"])
def test_every_link_inside_the_project_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"", text)
    targets = [target for pair in links for target in pair if target and "://" not in target]
    assert [target for target in targets if not _leads_somewhere(ROOT / page, target)] == []


def test_the_manual_shows_no_command_or_option_that_does_not_exist() -> None:
    shown = re.findall(r"(?m)^ *(?:\$ )?(trade-figures \S.*)$", MANUAL)
    commands = {" ".join(line.split()[:2]) for line in shown if not line.split()[1].startswith("-")}
    options = {option for line in shown for option in re.findall(r"(?<!\S)--[\w-]+", line)}
    assert commands
    assert commands <= {name for name, _ in _commands()}
    assert options <= _options() | {"--help"}


@pytest.mark.parametrize("page", [name for name, path in PAGES.items() if "```pycon" in path.read_text("utf-8")])
def test_the_python_examples_of_the_manual_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Examples are blocks ```pycon; those of a page share their names, and run in a folder of their own."""
    blocks = re.findall(r"(?s)```pycon\n(.*?)```", PAGES[page].read_text(encoding="utf-8"))
    monkeypatch.chdir(tmp_path)
    example = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, page, page, 0)
    report: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(example, out=report.append)
    assert not report, "".join(report)


def test_every_make_target_is_documented() -> None:
    targets = re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert [target for target in targets if f"make {target}" not in README + CONTRIBUTING] == []


def test_every_path_that_contributing_names_exists() -> None:
    paths = re.findall(r"`((?:etl|dashboard|tests|data|notebooks|tools)/[\w./*-]*)`", CONTRIBUTING)
    assert paths
    assert [path for path in paths if not list(ROOT.glob(path.rstrip("/")))] == []


def test_contributing_lists_every_module_from_the_highest_layer_to_the_lowest() -> None:
    """In the order that import-linter proves; modules of one layer stand in any."""
    layers = TOOLS["importlinter"]["contracts"][0]["layers"]
    ranks = {name.strip("() "): rank for rank, layer in enumerate(layers) for name in layer.split("|")}
    listed = re.findall(r"(?m)^\| `etl/(\w+)(?:\.py|/)` \|", CONTRIBUTING)
    assert sorted(listed) == sorted(ranks.keys() - {"__main__"})
    assert [ranks[name] for name in listed] == sorted(ranks[name] for name in listed)


def test_every_lexicon_table_is_in_its_readme() -> None:
    lexicon = ROOT / "etl" / "lexicon"
    described = re.findall(r"(?m)^\| \[?`?(\w+\.txt)", (lexicon / "README.md").read_text(encoding="utf-8"))
    assert sorted(described) == sorted(path.name for path in lexicon.glob("*.txt"))


@pytest.mark.parametrize("table", sorted((ROOT / "etl" / "lexicon").glob("*.txt")), ids=lambda path: path.name)
def test_every_lexicon_table_teaches_its_columns_and_names_its_source(table: Path) -> None:
    lines = table.read_text(encoding="utf-8").splitlines()
    header = "\n".join(line for line in lines if line.startswith("#"))
    assert re.search(r"(?m)^# +Sources?: \S", header)
    assert re.search(r"(?m)^# +Example|^# {2,}\w+ = ", header)


def test_the_script_of_the_charts_is_what_plotly_speaks() -> None:
    first = plotly_js().partition("*/")[0]
    assert f"plotly.js (basic - minified) v{get_plotlyjs_version()}\n" in first


def test_the_licence_of_every_foreign_script_travels_with_it() -> None:
    scripts = {path.name.partition(".")[0] for path in vendor.folder.glob("*.js")}
    licences = {path.stem: path for path in vendor.folder.glob("*.LICENSE")}
    assert scripts == licences.keys()
    assert {path.read_text(encoding="utf-8").split("\n")[0] for path in licences.values()} == {"MIT License"}
    assert {path.relative_to(ROOT).as_posix() for path in licences.values()} <= set(PROJECT["license-files"])


def test_the_lock_names_one_public_index_and_its_file_host() -> None:
    """No mirror, password or port of the machine that locked gets into `uv.lock`."""
    text = (ROOT / "uv.lock").read_text(encoding="utf-8")
    indexes = set(re.findall(r'registry = "([^"]+)"', text))
    addresses = [urlsplit(address) for address in re.findall(r'"(\w+://[^"]+)"', text)]
    assert len(indexes) == 1
    assert len({address.netloc for address in addresses}) == len(indexes) + 1
    assert {address.scheme for address in addresses} == {"https"}
    assert [address for address in addresses if not re.fullmatch(r"[a-z.]+\.[a-z]+", address.netloc)] == []


@pytest.mark.parametrize("name", sorted(set(_closure(PROJECT["name"], "dask"))))
def test_every_dependency_is_under_a_permissive_licence(name: str) -> None:
    licences = _licences(name)
    assert licences
    assert [licence for licence in licences if not _is_permissive(licence)] == []


def test_no_tracked_file_holds_a_path_of_somebodys_machine() -> None:
    found = [f"{path}: {line}" for path, line in _tracked_lines() if MACHINE_PATH.search(line)]
    assert found == []


@pytest.mark.parametrize(
    ("file", "pattern"),
    [("CITATION.cff", r"(?m)^version: (\S+)$"), ("CHANGELOG.md", r"(?m)^## \[(\d\S*)\] - \d{4}-\d\d-\d\d$")],
)
def test_every_file_names_the_version_of_the_package(file: str, pattern: str) -> None:
    version = re.search(pattern, (ROOT / file).read_text(encoding="utf-8"))
    assert version is not None
    assert version[1] == PROJECT["version"]


def test_the_changelog_begins_with_what_is_not_yet_released() -> None:
    headings = re.findall(r"(?m)^## (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert headings[0] == "[Unreleased]"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds the unpacked wheel, as `pip install` would leave it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


@pytest.mark.parametrize(
    ("source", "pattern", "target"),
    [
        ("etl", "**/*.py", "etl"),
        ("etl/lexicon", "*.txt", "etl/lexicon"),
        ("etl", "py.typed", "etl"),
        ("dashboard", "**/*.py", "dashboard"),
        ("dashboard/assets", "**/*.*", "dashboard/assets"),
        ("data/documents", "*.md", "etl/bundled"),
    ],
)
def test_a_wheel_contains_code_tables_assets_and_documents(
    installed: Path, source: str, pattern: str, target: str
) -> None:
    expected = {path.relative_to(ROOT / source) for path in (ROOT / source).glob(pattern)}
    assert expected
    assert expected <= {path.relative_to(installed / target) for path in (installed / target).glob(pattern)}


def test_a_wheel_contains_nothing_else(installed: Path) -> None:
    version = PROJECT["version"]
    assert {path.name for path in installed.iterdir()} == {"etl", "dashboard", f"trade_figures-{version}.dist-info"}


def test_an_installed_package_finds_its_bundled_documents(installed: Path) -> None:
    """Run outside the clone, on the unpacked wheel alone."""
    question = "import etl.pipeline as p; print(len(list(p.bundled_documents().glob('*.md'))), p.__file__)"
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(installed)!r}); {question}"]
    answer = subprocess.run(command, cwd=installed.parent, check=True, capture_output=True, text=True).stdout.split()
    assert answer == [str(len(list((ROOT / "data/documents").glob("*.md")))), str(installed / "etl/pipeline.py")]
