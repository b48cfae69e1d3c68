"""The command line: what each command prints, writes and returns, and what wrong use is told."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from etl.cli import app
from etl.export import from_package, to_csv
from etl.model import Document
from etl.pipeline import read_document
from etl.store import Store, load_claims, load_reviewed, to_rows
from etl.terminal import printable

BILLION = "Trade between Russia and Pakistan reached about $1 billion in 2023, after 12 meetings."


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(f"---\ntitle: =Trade\npublished: 2024-09-19\n---\n{BILLION}\n")
    return tmp_path


def call(*arguments: object, width: int = 80) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": str(width)})


@pytest.mark.usefixtures("folder")
def test_extract_reads_a_folder_and_sums_up() -> None:
    result = call("extract", "docs")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert [line.split() for line in lines[:-1]] == [
        ["documents", "read", "1"],
        ["unchanged", "0"],
        ["failed", "0"],
        ["claims", "found", "1"],
        ["numbers", "seen", "but", "not", "used", "2"],
    ]
    assert lines[-1].startswith("store now holds 1 document and 1 claim (version 1; ")
    assert "unchanged                  1" in call("extract", "docs").stdout


def test_extract_names_each_failure_with_its_reason_and_ends_with_one(folder: Path) -> None:
    (folder / "docs" / "bad.txt").write_bytes("Trade – gr\udc96w – fast".encode(errors="surrogateescape"))
    (folder / "docs" / "wrong.md").write_text("---\npublished: 2024-13-01\n---\nx")
    result = call("extract", "docs", "--store", "kept")
    assert result.exit_code == 1
    assert (
        "Failed\n"
        "  bad.txt\n"
        "    not UTF-8: byte 0x96 at byte offset 12, and nothing tells its encoding; "
        "save the file as UTF-8 (from Windows: iconv -f WINDOWS-1252 -t UTF-8)\n"
        "  wrong.md\n"
        "    front matter: published must be a day as YYYY-MM-DD, for example 2024-09-19\n"
        "    published: 2024-13-01\n"
        "               ~~~~~~~~~^\n"
    ) in result.stdout
    assert len(load_claims("kept")) == 1


def test_extract_reports_as_json_for_programs(folder: Path) -> None:
    (folder / "docs" / "empty.txt").touch()
    result = call("extract", "docs", "--json", "--jobs", 1)
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report.pop("seconds") >= 0
    assert len(report.pop("run")) == 12
    assert report == {
        "store": "store",
        "version": 1,
        "documents": 2,
        "read": 1,
        "unchanged": 0,
        "copies": 0,
        "other_language": 0,
        "failures": 1,
        "failed": [{"source": "empty.txt", "reason": "the file is empty; put the text of the document in it"}],
        "skipped": [],
        "removed": 0,
        "missing": 0,
        "claims": 1,
        "mentions": 2,
        "stored_documents": 1,
        "stored_claims": 1,
        "stored_copies": 0,
    }
    assert json.loads(call("extract", "docs", "--json").stdout)["stored_copies"] is None


def test_copies_are_summed_up_the_exact_ones_of_the_run_and_the_near_ones_of_the_store(folder: Path) -> None:
    wire = f"{BILLION} Pakistan's exports to Russia were $146 million in 2021, the minister told the chamber on Monday."
    for name, text in {"b.txt": wire, "c.txt": f"ISLAMABAD, 3 March 2024: {wire}", "d.txt": wire}.items():
        (folder / "docs" / name).write_text(text)
    lines = {" ".join(line.split()) for line in call("extract", "docs").stdout.splitlines()}
    assert {
        "exact copies of another document 1",
        "near-copies in the store, one source with their originals 1",
    } <= lines


def test_a_report_to_the_output_is_its_lines_and_nothing_else(folder: Path) -> None:
    (folder / "docs" / "empty.txt").touch()
    for options, beside in (((), "documents read"), (("--json",), '"documents": 2')):
        result = call("extract", "docs", "--report", "-", *options)
        assert {json.loads(line)["source"] for line in result.stdout.splitlines()} == {"a.md", "empty.txt"}
        assert beside in result.stderr
    assert not (folder / "-").exists()


def test_a_missing_path_is_wrong_use_and_nothing_is_read(folder: Path) -> None:
    result = call("extract", "docs", "nowhere")
    assert result.exit_code == 2
    assert "no such file or folder: nowhere; nothing was read" in " ".join(result.stderr.split())
    assert not (folder / "store").exists()


@pytest.mark.parametrize("width", [80, 120])
def test_show_prints_the_text_with_numbered_claims_and_their_table(folder: Path, width: int) -> None:
    result = call("show", "docs/a.md", width=width)
    assert result.exit_code == 0
    assert "=Trade\n2024-09-19\n(title: front matter, published: front matter)\n" in result.stdout
    assert "about $1 billion¹ in 2023" in " ".join(result.stdout.split())
    assert "~ 1,000,000,000 USD" in result.stdout
    assert "2 numbers seen but not used: --mentions shows them with the reason" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= width
    assert not (folder / "store").exists()


def test_an_output_without_a_character_shows_its_number(folder: Path) -> None:
    (folder / "docs" / "Zürich – €.txt").touch()
    runner = CliRunner(charset="ascii")
    said = {
        "show": runner.invoke(app, ["show", "docs/a.md"], env={"COLUMNS": "80"}).stdout,
        "extract": runner.invoke(app, ["extract", "docs"]).stdout,
        "json": json.loads(runner.invoke(app, ["extract", "docs", "--json"]).stdout)["failed"][0]["source"],
    }
    assert "about $1 billion\\xb9 in" in " ".join(said["show"].split())
    assert "  Z\\xfcrich \\u2013 \\u20ac.txt\n" in said["extract"]
    assert said["json"] == "Zürich – €.txt"


@pytest.mark.usefixtures("folder")
def test_show_lists_the_numbers_not_used_with_their_reasons() -> None:
    result = call("show", "docs/a.md", "--mentions")
    rows = [line.split(maxsplit=1) for line in result.stdout.splitlines()[-2:]]
    assert [row[0] for row in rows] == ["2023", "12"]
    assert rows[0][1].strip() == "a year"


def test_what_a_document_holds_is_shown_and_never_obeyed(folder: Path) -> None:
    (folder / "evil.md").write_text(
        "---\ntitle: '[red]Wheat[/red]'\n---\nExports were [bold]$5 million[/bold]\x07 \x1b[31m:smile: \u202egnp"
    )
    result = CliRunner().invoke(app, ["show", "evil.md"], env={"COLUMNS": "80", "FORCE_COLOR": "1"}, color=True)
    assert "[red]Wheat[/red]" in result.stdout
    assert "[bold]" in result.stdout
    assert "␇ ␛[31m:smile: �gnp" in result.stdout.replace("\x1b[0m", "")
    assert "\x07" not in result.stdout
    assert "\u202e" not in result.stdout


def test_every_control_character_is_shown_as_one_character() -> None:
    hostile = "".join(map(chr, (*range(32), 0x7F, *range(0x80, 0xA0), 0x200E, 0x202A, 0x2028, 0x2066, 0xFEFF, 0xD800)))
    assert len(printable(hostile)) == len(hostile)
    assert set(printable(hostile)) & set(hostile) == {"\n", "\t"}
    assert printable("Путин: “€5bn” – 😀 لاہور") == "Путин: “€5bn” – 😀 لاہور"


def test_show_of_a_document_that_cannot_be_read_says_why(folder: Path) -> None:
    (folder / "bad.txt").write_bytes(b"")
    result = call("show", "bad.txt")
    assert (result.exit_code, result.stderr) == (
        1,
        "error: bad.txt: the file is empty; put the text of the document in it\n",
    )


def test_export_writes_the_claims_as_csv_and_parquet(folder: Path) -> None:
    call("extract", "docs")
    result = call("export", "--csv", "a.csv", "--parquet", "a.parquet")
    assert (result.exit_code, result.stderr) == (0, "1 claims written to a.csv\n1 claims written to a.parquet\n")
    assert (folder / "a.csv").read_bytes() == to_csv(load_reviewed("store").claims)
    pd.testing.assert_frame_equal(pd.read_parquet("a.parquet"), load_reviewed("store").claims)
    call("export", "--csv", "a.csv", "--excel")
    assert (folder / "a.csv").read_bytes() == to_csv(load_reviewed("store").claims, excel=True)


def test_export_writes_a_package_of_all_tables(folder: Path) -> None:
    call("extract", "docs")
    result = call("export", "--package", "a.zip")
    said = "1 claims, 1 observations, 0 checks, 1 documents written to a.zip\n"
    assert (result.exit_code, result.stderr) == (0, said)
    pd.testing.assert_frame_equal(from_package(folder / "a.zip").tables["claims"], load_reviewed("store").claims)


@pytest.mark.usefixtures("folder")
def test_export_to_the_output_is_the_csv_and_nothing_else() -> None:
    call("extract", "docs")
    result = call("export", "--csv", "-")
    assert result.stdout_bytes == to_csv(load_reviewed("store").claims)
    assert pd.read_csv(io.BytesIO(result.stdout_bytes))["title"].tolist() == ["'=Trade"]


def test_history_lists_the_versions_and_export_takes_an_earlier_one(folder: Path) -> None:
    call("extract", "docs")
    (folder / "docs" / "a.md").write_text("Pakistan's exports to Russia were $146 million in 2021.")
    call("extract", "docs")
    lines = [line.split() for line in call("history").stdout.splitlines()]
    assert [(line[0], *line[3:]) for line in lines[1:]] == [
        ("2", "extract", "1", "1"),
        ("1", "extract", "1", "1"),
        ("0", "create", "table"),
    ]
    versions = json.loads(call("history", "--json").stdout)
    assert [(row["version"], row["what"], row["added"], row["replaced"]) for row in versions] == [
        (2, "extract", 0, 1),
        (1, "extract", 1, 0),
        (0, "create table", 0, 0),
    ]
    for version, value in ((1, 1e9), (2, 146e6)):
        exported = call("export", "--csv", "-", "--store-version", version)
        assert pd.read_csv(io.BytesIO(exported.stdout_bytes))["value"].tolist() == [value]
    refused = call("export", "--csv", "-", "--store-version", 9)
    assert (refused.exit_code, refused.stderr) == (
        2,
        "error: the store at store has no version 9; its versions are 0 to 2\n",
    )


@pytest.mark.usefixtures("folder")
def test_verify_counts_the_quotes_that_match() -> None:
    call("extract", "docs")
    result = call("verify")
    assert (result.exit_code, result.stdout) == (0, "1 of 1 quotes match their documents.\n")


@pytest.mark.usefixtures("folder")
def test_verify_names_each_quote_that_does_not_match() -> None:
    record = read_document(Document(BILLION))
    changed = replace(record, document=replace(record.document, text=BILLION.replace("$1", "$2")))
    Store.create_or_open("store").commit(to_rows([changed], "1"))
    result = call("verify")
    assert result.exit_code == 1
    assert result.stdout.startswith("0 of 1 quotes match their documents.\n\nFailed\n")
    assert f"expected {BILLION!r}, the document has" in result.stdout


ANNOTATED = {
    "docs/tea.txt": "Tea exports of Kenya came to $5 million in 2023.\nImports were $7 million, with 9 buyers.",
    "docs/fair.txt": "The 2 fairs open at 10:00.",
    "docs/fair.json": '{"negative": true}',
    "claims.jsonl": '{"doc": "tea", "text": "$5 million", "value": 5e6, "unit": "USD", "metric": "exports"}\n'
    '{"doc": "tea", "text": "$7 million", "value": 9e6, "unit": "KES"}\n{"doc": "tea", "text": "9", "value": 9}\n',
}


@pytest.fixture
def annotated(folder: Path) -> Path:
    for name, text in ANNOTATED.items():
        (folder / "gold" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "gold" / name).write_text(text)
    return folder / "gold"


@pytest.mark.usefixtures("annotated")
def test_evaluate_prints_the_marks_and_the_differences_in_text_order() -> None:
    result = call("evaluate", "gold", "--by-document")
    assert result.exit_code == 0, result.output
    lines = [" ".join(line.split()) for line in result.stdout.splitlines() if line.strip()]
    assert lines[:4] == [
        "2 documents; 3 figures annotated, 0 more optional; 2 claims, 0 on optional",
        "figures",
        "precision recall F1",
        "figures found 100.0 66.7 80.0",
    ]
    assert {"value 50.0 2", "metric 100.0 1", "kind – 0", "tea 3 2 1 0", "fair 0 0 0 0"} <= set(lines)
    assert lines[-7:] == [
        "tea, line 2, character 62: wrong",
        "Imports were [$7 million], with 9 buyers.",
        "value: 9,000,000 → 7,000,000",
        "unit: KES → USD",
        "tea, line 2, character 79: missed",
        "Imports were $7 million, with [9] buyers.",
        "= · 9 · actual → nothing",
    ]


@pytest.mark.parametrize(
    ("command", "page"),
    [
        (("evaluate", "docs/annotated"), "docs/measuring.md"),
        (("extract", "docs/articles"), "README.md"),
        (("show", "docs/articles/tea.txt", "--mentions"), "README.md"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_a_command_prints_what_the_manual_shows(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], page: str
) -> None:
    """All but the seconds it took; the folders are those of the project, the store is a new one."""
    manual = (root / page).read_text(encoding="utf-8")
    (tmp_path / "docs").symlink_to(root / "docs")
    monkeypatch.chdir(tmp_path)
    shown = "\n".join(line.rstrip() for line in call(*command).stdout.splitlines())
    assert f"trade-figures {' '.join(command)}\n" in manual
    assert f"```text\n{_untimed(shown)}\n```" in _untimed(manual)


def _untimed(text: str) -> str:
    return re.sub(r"; \d+\.\d s\)", "; … s)", text)


@pytest.mark.usefixtures("annotated")
def test_evaluate_shows_as_many_differences_as_asked_and_counts_the_others() -> None:
    result = call("evaluate", "gold", "--errors", 1)
    assert result.stdout.endswith("unit: KES → USD\n\n1 more differ: --errors 2 shows all\n")
    assert "character" not in call("evaluate", "gold", "--errors", 0).stdout


def test_evaluate_gives_programs_json_and_csv(annotated: Path) -> None:
    (annotated / "split.json").write_text('{"none": ["fair"], "all": ["tea", "fair"]}')
    result = call("evaluate", "gold", "--split", "all", "--json", "--csv", "wrong.csv")
    found = json.loads(result.stdout)
    assert (found["marks"]["figures"], found["marks"]["fields"]["unit"]) == (3, {"right": 0.5, "scored": 2})
    assert found["documents"][1] == {"doc": "tea", "figures": 3, "found": 2, "right": 1, "spurious": 0}
    assert [row["field"] for row in found["differences"]] == ["value", "unit", None]
    assert call("evaluate", "gold", "--csv", "-").stdout == Path("wrong.csv").read_text(encoding="utf-8")
    assert pd.read_csv("wrong.csv")["gold"].tolist() == ["9,000,000", "KES", "'= · 9 · actual"]
    assert json.loads(call("evaluate", "gold", "--split", "none", "--json").stdout)["marks"]["figures"] == 0


@pytest.mark.usefixtures("annotated")
@pytest.mark.parametrize(
    ("floors", "code", "message"),
    [
        (["detection=0.8", "value=0.5"], 0, ""),
        (["detection=0.9"], 1, "below its floor: detection is 0.8, its floor 0.9\n"),
        (["kind=0", "unit=0.6"], 1, "not scored, its floor 0.0\nbelow its floor: unit is 0.5, its floor 0.6\n"),
        (["speed=1"], 2, "'speed=1' is no mark with a share between 0 and 1; the marks are detection, end_to_end"),
        (["value=2"], 2, "'value=2' is no mark"),
        (["value"], 2, "'value' is no mark"),
    ],
)  # fmt: skip
def test_a_mark_below_its_floor_ends_with_one(floors: list[str], code: int, message: str) -> None:
    result = call("evaluate", "gold", *(word for floor in floors for word in ("--floor", floor)), width=200)
    assert result.exit_code == code
    assert message in result.stderr


def test_a_gold_that_contradicts_itself_is_not_measured(annotated: Path) -> None:
    with (annotated / "claims.jsonl").open("a") as lines:
        lines.write('{"doc": "tea", "text": "$8 million"}\n{"doc":\n')
    result = call("evaluate", "gold")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "error: gold/claims.jsonl:4: '$8 million' stands 0 times in tea\n"
        "gold/claims.jsonl:5: no JSON: Expecting value (column 8)\n"
    )


def test_commands_that_read_take_a_lexicon(annotated: Path) -> None:
    (annotated.parent / "words").mkdir()
    (annotated.parent / "words" / "products.txt").write_text("product | words\ninfusions | tea")
    assert "exports of infusions" in " ".join(call("show", "gold/docs/tea.txt", "--lexicon", "words").stdout.split())
    assert call("extract", "gold/docs/tea.txt", "--lexicon", "words").exit_code == 0
    assert set(load_claims("store")["product"].dropna()) == {"infusions"}
    (annotated.parent / "words" / "metrics.txt").write_text("metric | words\ntolls")
    for command in (["evaluate", "gold"], ["show", "gold/docs/tea.txt"], ["extract", "docs"]):
        result = call(*command, "--lexicon", "words")
        assert (result.exit_code, result.stderr.split(": ")[:2]) == (2, ["error", "words/metrics.txt:2"])


def _foreign(folder: Path) -> None:
    (folder / "store").mkdir()
    (folder / "store" / "thesis.docx").touch()


def _nothing(_: Path) -> None:
    pass


NO_STORE = "error: no store at store; run: trade-figures extract PATH --store store\n"
FOREIGN = "error: store holds other files and is not a trade-figures store; choose another --store\n"

MISUSED: dict[str, tuple[Callable[[Path], None], list[str], str]] = {
    "verify without a store": (_nothing, ["verify"], NO_STORE),
    "export without a store": (_nothing, ["export", "--csv", "-"], NO_STORE),
    "verify in a folder of other files": (_foreign, ["verify"], FOREIGN),
    "extract into a folder of other files": (_foreign, ["extract", "docs"], FOREIGN),
    "export nowhere": (_nothing, ["export"], "name a file to write, or - for the output"),
    "an engine we do not have": (_nothing, ["extract", "docs", "--engine", "ray"], "'ray' is not one of"),
    "no jobs": (_nothing, ["extract", "docs", "--jobs", "0"], "greater than or equal to 1"),
    "an empty path": (_nothing, ["extract", ""], "no such file or folder: an empty name; nothing was read"),
    "a path too long": (_nothing, ["extract", "x" * 300], "nothing was read"),
    "a name that is no text": (_nothing, ["extract", "\udcff.txt"], "no such file or folder: �.txt; nothing was read"),
    "a store name too long": (_nothing, ["verify", "--store", "x" * 300], "File name too long; choose another --store"),
    "a scheduler that nobody asks": (
        _nothing,
        ["extract", "docs", "--scheduler", "tcp://a:8786"],
        "error: the local engine has no use for a scheduler; choose the engine dask to work at tcp://a:8786\n",
    ),
    "show of a missing file": (_nothing, ["show", "nowhere.txt"], "nowhere.txt"),
    "no such command": (_nothing, ["sell"], "No such command 'sell'"),
}


@pytest.mark.parametrize(("make", "arguments", "message"), MISUSED.values(), ids=MISUSED)
def test_wrong_use_is_one_message_and_exit_code_two(
    folder: Path, make: Callable[[Path], None], arguments: list[str], message: str
) -> None:
    make(folder)
    result = call(*arguments, width=120)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("folder")
def test_an_output_that_cannot_be_written_is_one_message() -> None:
    call("extract", "docs")
    result = call("export", "--csv", "no/a.csv")
    assert (result.exit_code, result.stderr) == (
        2,
        "error: cannot write no/a.csv: No such file or directory; choose another file\n",
    )


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("arguments", [["export", "--csv", "-"], ["verify"], ["extract", "docs", "--json"]], ids=str)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full to write to")
def test_a_full_output_is_one_message(arguments: list[str]) -> None:
    call("extract", "docs")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "etl", *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (2, "error: cannot write the output: No space left on device\n")


@pytest.mark.usefixtures("folder")
def test_a_run_that_is_stopped_says_what_becomes_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("etl.run", stop, raising=False)
    result = call("extract", "docs")
    assert (result.exit_code, result.stderr) == (
        130,
        "stopped; what was read is kept, the same command goes on from there\n",
    )


def test_help_names_every_command_and_the_exit_codes() -> None:
    result = call("--help", width=120)
    assert result.exit_code == 0
    for word in ("extract", "show", "export", "verify", "--version", "Exit codes: 0 fine · 1 some documents failed"):
        assert word in result.stdout


def test_help_and_version_answer_without_loading_what_only_a_run_needs() -> None:
    code = (
        "import sys; from etl.cli import app; app(['--version'], standalone_mode=False);"
        "print(sorted({'pandas', 'pint', 'duckdb', 'deltalake', 'pyarrow', 'distributed'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    version, loaded = done.stdout.splitlines()
    assert version.startswith("trade-figures 0.")
    assert loaded == "[]"


@pytest.mark.usefixtures("folder")
def test_the_module_runs_from_a_shell_with_its_output_in_a_pipe() -> None:
    def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "etl", *arguments], capture_output=True, text=True, check=False)

    done = shell("extract", "docs")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("documents read ")
    assert shell("verify").stdout == "1 of 1 quotes match their documents.\n"
    wrong = shell("verify", "--store", "docs")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr == "error: docs holds other files and is not a trade-figures store; choose another --store\n"
