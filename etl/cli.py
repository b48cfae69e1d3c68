"""The command line: extract, show, export, history, verify, evaluate. The dashboard adds serve and demo to `app`."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

import etl
from etl.engine import Engine
from etl.errors import TradeFiguresError

__all__ = ["app"]

# A shell says 128 + 2 for what signal 2, Ctrl+C, has stopped.
FAILED, MISUSED, STOPPED = 1, 2, 130

_HELP = "Cited time series of trade figures, read from news and reports."
_EPILOG = (
    "Exit codes: 0 fine · 1 some documents failed, a quote did not verify, or a mark is below its floor · "
    "2 wrong use, or a store, lexicon or gold not to be used."
)


class Commands(TyperGroup):
    """The commands; an error of ours is one message and an exit code, never a traceback."""

    # Any: Typer brings a Click of its own, and its context has no public name.
    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        try:
            return super().invoke(ctx)
        except TradeFiguresError as error:
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(MISUSED) from error
        except KeyboardInterrupt as stop:
            typer.echo("stopped; what was read is kept, the same command goes on from there", err=True)
            raise typer.Exit(STOPPED) from stop
        except BrokenPipeError:
            raise  # who reads the output has enough of it: Typer ends without a word
        except OSError as error:
            _drop_output()
            typer.echo(f"error: {error.filename or 'cannot write the output'}: {error.strerror or error}", err=True)
            raise typer.Exit(MISUSED) from error


def _drop_output() -> None:
    """Drop what standard output still holds: else Python tries again at its end, and the exit code becomes 120."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


app = typer.Typer(
    name="trade-figures",
    cls=Commands,
    help=_HELP,
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

StoreOption = Annotated[str, typer.Option("--store", metavar="DIR", help="Folder of the store.")]
LexiconOption = Annotated[
    Path | None, typer.Option("--lexicon", metavar="DIR", help="Folder of tables whose rows are added to ours.")
]


def _show_version(wanted: bool) -> None:  # noqa: FBT001  Typer calls it with the flag
    if wanted:
        typer.echo(f"trade-figures {version('trade-figures')}")
        raise typer.Exit


@app.callback()
def options(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Cited time series of trade figures, read from news and reports."""


@app.command()
def extract(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders or globs of documents.")],
    *,
    store: StoreOption = "store",
    engine: Annotated[Engine, typer.Option(help="Where the work runs.")] = "local",
    scheduler: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Dask scheduler: tcp://host:8786.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, metavar="N", help="Processes; by default one a processor.")] = None,
    lexicon: LexiconOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Read documents, extract their claims, and keep both in the store."""
    from etl.terminal import progress_bar, report_view  # noqa: PLC0415  --help need not wait for it

    _check_paths(paths)
    with progress_bar(Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        report = etl.run(paths, store, engine, scheduler, jobs, progress, lexicon)
    if as_json:
        typer.echo(json.dumps(asdict(report), ensure_ascii=False, indent=2))
    else:
        _out().print(report_view(report), soft_wrap=True)
    if report.failed:
        raise typer.Exit(FAILED)


@app.command()
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="One document.", exists=True, dir_okay=False)],
    *,
    mentions: Annotated[bool, typer.Option("--mentions", help="Also show the numbers not used, and why.")] = False,
    lexicon: LexiconOption = None,
) -> None:
    """Show one document in the terminal, its claims highlighted; nothing is stored."""
    from etl.lexicon import using  # noqa: PLC0415
    from etl.lexicon.own import read_lexicon  # noqa: PLC0415
    from etl.pipeline import Failure, read_document  # noqa: PLC0415
    from etl.terminal import document_view  # noqa: PLC0415

    document = next(iter(etl.read_documents(file)))
    if isinstance(document, Failure):
        typer.echo(f"error: {document.source}: {document.reason}", err=True)
        raise typer.Exit(FAILED)
    with using(read_lexicon(lexicon)):
        record = read_document(document)
        _out().print(document_view(document, record.claims, record.mentions, show_mentions=mentions))


@app.command()
def export(
    *,
    store: StoreOption = "store",
    csv: Annotated[str | None, typer.Option(metavar="FILE|-", help="Write the claims as CSV; - is the output.")] = None,
    parquet: Annotated[str | None, typer.Option(metavar="FILE", help="Write the claims as Parquet.")] = None,
    excel: Annotated[
        bool, typer.Option("--excel", help="Begin the CSV with the mark Excel needs to see UTF-8.")
    ] = False,
    store_version: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="The claims of an earlier version: see history.")
    ] = None,
) -> None:
    """Write the claims to CSV or Parquet.

    In the CSV a text cell that a spreadsheet would run as a formula begins with an apostrophe.
    """
    from etl.export import to_csv, to_parquet, write  # noqa: PLC0415

    if not csv and not parquet:
        message = "name a file to write, or - for the output"
        raise typer.BadParameter(message, param_hint="--csv or --parquet")
    claims = etl.load_claims(store, version=store_version)
    if csv == "-":
        typer.echo(to_csv(claims, excel=excel), nl=False)
    elif csv:
        write(to_csv(claims, excel=excel), csv)
    if parquet:
        write(to_parquet(claims), parquet)
    for name in (csv, parquet):
        if name and name != "-":
            typer.echo(f"{len(claims):,} claims written to {name}", err=True)


@app.command()
def history(
    *,
    store: StoreOption = "store",
    as_json: Annotated[bool, typer.Option("--json", help="Print the versions as JSON.")] = False,
) -> None:
    """List the versions of the store, the latest first, and what each of them did."""
    from etl.store import Store  # noqa: PLC0415
    from etl.terminal import history_view  # noqa: PLC0415

    versions = Store.open(store).history()
    if as_json:
        typer.echo(versions.to_json(orient="records", date_format="iso", date_unit="ms", force_ascii=False, indent=2))
    else:
        _out().print(history_view(versions))


@app.command()
def verify(*, store: StoreOption = "store") -> None:
    """Prove every quote against its document, and count them."""
    from etl.store import prove  # noqa: PLC0415
    from etl.terminal import proof_view  # noqa: PLC0415

    proof = prove(store)
    _out().print(proof_view(proof), soft_wrap=True)
    if proof.breaches:
        raise typer.Exit(FAILED)


@app.command()
def evaluate(  # noqa: PLR0913  an option each
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Folder of annotated articles.")],
    *,
    split: Annotated[str | None, typer.Option(metavar="NAME", help="Only a list of its split.json.")] = None,
    errors: Annotated[int, typer.Option(min=0, metavar="N", help="Show so many wrong figures at most.")] = 20,
    by_document: Annotated[bool, typer.Option("--by-document", help="Also a line a document.")] = False,
    floor: Annotated[
        list[str] | None, typer.Option(metavar="MARK=SHARE", help="End with 1 if a mark is below: end_to_end=0.85.")
    ] = None,
    csv: Annotated[
        str | None, typer.Option(metavar="FILE|-", help="Write every difference as CSV; - is the output.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print marks and differences as JSON.")] = False,
    lexicon: LexiconOption = None,
) -> None:
    """Measure what is found in annotated articles, and show where it differs from the annotation; nothing is stored."""
    from etl.evaluation import as_dict, below  # noqa: PLC0415
    from etl.export import to_csv, write  # noqa: PLC0415
    from etl.terminal import evaluation_view  # noqa: PLC0415

    floors = dict(map(_floor, floor or ()))
    evaluation = etl.evaluate(gold, split, lexicon)
    if csv and csv != "-":
        write(to_csv(evaluation.differences), csv)
    if csv == "-":
        typer.echo(to_csv(evaluation.differences), nl=False)
    elif as_json:
        typer.echo(json.dumps(as_dict(evaluation), ensure_ascii=False, indent=2))
    else:
        _out().print(evaluation_view(evaluation, errors=errors, by_document=by_document))
    if low := below(evaluation.marks, floors):
        typer.echo("\n".join(f"below its floor: {line}" for line in low), err=True)
        raise typer.Exit(FAILED)


def _floor(option: str) -> tuple[str, float]:
    from etl.evaluation import FIELDS  # noqa: PLC0415

    name, _, share = option.partition("=")
    with contextlib.suppress(ValueError):
        if name in ("detection", "end_to_end", *FIELDS) and 0 <= float(share) <= 1:
            return name, float(share)
    message = f"{option!r} is no mark with a share between 0 and 1; the marks are detection, end_to_end, "
    raise typer.BadParameter(message + ", ".join(FIELDS), param_hint="--floor")


def _check_paths(paths: list[str]) -> None:
    from etl.terminal import printable  # noqa: PLC0415

    for path in paths:
        if not _exists(path) and not set(path) & set("*?["):
            message = f"no such file or folder: {printable(path) or 'an empty name'}; nothing was read"
            raise typer.BadParameter(message, param_hint="PATH")


def _exists(path: str) -> bool:
    try:
        return bool(path) and Path(path).exists()
    except PermissionError:
        return True  # the run says what stands in its way
    except OSError:
        return False


def _out() -> Console:
    # No markup, emoji or highlighting of its own: what comes from documents is shown as it is.
    return Console(markup=False, emoji=False, highlight=False)
