"""What was typed → calls of the pipeline and the store. The dashboard adds the commands serve and demo to `app`."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

import etl
from etl.engine import Engine
from etl.errors import TradeFiguresError

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from etl.accounts import Accounts
    from etl.reference import Options
    from etl.sources import Limits

__all__ = ["app"]

# A shell says 128 + 2 for what signal 2, Ctrl+C, has stopped.
FAILED, MISUSED, STOPPED = 1, 2, 130

_HELP = "Cited time series of trade figures, read from news and reports."
_EPILOG = (
    "Exit codes: 0 fine · 1 some documents failed, a quote did not verify, a mark is below its floor, or with --fail "
    "figures contradict each other · "
    "2 wrong use, or a store, port, cluster, lexicon or gold not to be used · 130 stopped by Ctrl+C."
)


class Commands(TyperGroup):
    """The commands; an error of ours is one message and an exit code, never a traceback."""

    # Any: Typer brings a Click of its own, and its context has no public name.
    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        if isinstance(sys.stdout, TextIOWrapper):
            # An output that is not UTF-8 (a pipe on Windows, the locale C) shows what it lacks as \u20ac.
            sys.stdout.reconfigure(errors="backslashreplace")
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

StoreOption = Annotated[str, typer.Option("--store", metavar="DIR", help="Folder or address of the store.")]
LexiconOption = Annotated[
    Path | None, typer.Option("--lexicon", metavar="DIR", help="Folder of tables whose rows are added to ours.")
]


CsvOption = Annotated[str | None, typer.Option("--csv", metavar="FILE|-", help="Write CSV; - is the output.")]
ParquetOption = Annotated[str | None, typer.Option("--parquet", metavar="FILE", help="Write Parquet.")]
ExcelOption = Annotated[bool, typer.Option("--excel", help="Begin the CSV with the mark Excel needs to see UTF-8.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")]
MetricOption = Annotated[str | None, typer.Option("--metric", metavar="NAME", help="What is measured: exports.")]
PartiesOption = Annotated[
    list[str] | None,
    typer.Option("--parties", metavar="NAMES", help="All countries or blocs of the figure: Pakistan,RUS."),
]
ProductOption = Annotated[str | None, typer.Option("--product", metavar="NAME", help="The goods concerned: wheat.")]
StatusOption = Annotated[str | None, typer.Option("--status", metavar="NAME", help="actual, estimate, target ...")]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DAY", help="Only what was published on or before the day.")
]
VersionOption = Annotated[
    int | None,
    typer.Option("--store-version", min=0, metavar="N", help="An earlier version of the store: see history."),
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="FIELD=NAME", help="The column of a dump that holds a field: text=body."),
]
MaxMb = Annotated[float | None, typer.Option(min=0, metavar="N", help="Largest document; by default 50 MB.")]
MaxPages = Annotated[int | None, typer.Option(min=1, metavar="N", help="Most pages of a PDF; by default 2,000.")]
MaxSeconds = Annotated[float | None, typer.Option(min=0, metavar="N", help="Longest time a document; by default 30.")]
MaxMemoryMb = Annotated[
    float | None, typer.Option(min=0, metavar="N", help="Most memory a document; by default 1,000.")
]


UserName = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account, as decisions show it.")]
PasswordOption = Annotated[
    bool, typer.Option("--password-stdin", help="Take the password from the first line of the input, for scripts.")
]
_NO_ACCOUNTS = "There are no accounts; trade-figures user add NAME makes one."


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
def extract(  # noqa: PLR0913  an option each
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, globs or addresses.")],
    *,
    store: StoreOption = "store",
    engine: Annotated[Engine, typer.Option(help="Where the work runs.")] = "local",
    scheduler: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Dask scheduler: tcp://host:8786.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, metavar="N", help="Processes; by default one a processor.")] = None,
    lexicon: LexiconOption = None,
    column: ColumnOption = None,
    remove_missing: Annotated[
        bool, typer.Option("--remove-missing", help="Take out documents that are no longer under the paths.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE|-", help="Write a line of JSON a document: what came of it; - is the output."),
    ] = None,
    max_mb: MaxMb = None,
    max_pages: MaxPages = None,
    max_seconds: MaxSeconds = None,
    max_memory_mb: MaxMemoryMb = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Read documents, extract their claims, and keep both in the store."""
    from etl.terminal import report_view, watching  # noqa: PLC0415  --help need not wait for it

    _check_paths(paths)
    with watching(Console(stderr=True)) as progress:
        done = etl.run(
            paths,
            store,
            engine,
            scheduler,
            jobs,
            progress,
            lexicon,
            columns=dict(map(_column, column or ())),
            limits=_limits(max_mb, max_pages, max_seconds, max_memory_mb),
            report=report,
            remove_missing=remove_missing,
        )
    beside = str(report) == "-"  # the lines are the output, and what is for people stands beside it
    if as_json:
        typer.echo(json.dumps(asdict(done), indent=2), err=beside)
    else:
        _out(err=beside).print(report_view(done), soft_wrap=True)
    if done.failures:
        raise typer.Exit(FAILED)


@app.command()
def reference(  # noqa: PLR0913  an option each
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE...", help="Official statistics; without one, what the store has is listed."),
    ] = None,
    *,
    store: StoreOption = "store",
    lexicon: LexiconOption = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="FIELD=NAME", help="The column that holds a field: reporter=Country."),
    ] = None,
    dataset: Annotated[str | None, typer.Option(metavar="NAME", help="Title of the dataset.")] = None,
    publisher: Annotated[str | None, typer.Option(metavar="NAME", help="Who published it.")] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Its address.")] = None,
    published: Annotated[str | None, typer.Option(metavar="DAY", help="Day of the release, YYYY-MM-DD.")] = None,
    retrieved: Annotated[str | None, typer.Option(metavar="DAY", help="Day the file was fetched.")] = None,
    calendar: Annotated[
        str | None, typer.Option(metavar="NAME", help="What its years are: gregorian, fiscal, fiscal:Jul.")
    ] = None,
    decimal: Annotated[str | None, typer.Option(metavar="SIGN", help="The decimal sign: . or ,")] = None,
    remove: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Take a dataset out of the store, by its title.")
    ] = None,
    report: Annotated[
        str | None,
        typer.Option(metavar="FILE|-", help="Write a line of JSON a row not taken: its line and the reason."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Put official statistics into the store, each figure with its line and cell, to set claims beside them."""
    from etl.lexicon import using  # noqa: PLC0415
    from etl.lexicon.own import read_lexicon  # noqa: PLC0415
    from etl.report import lines_to  # noqa: PLC0415
    from etl.store import list_datasets, remove_datasets  # noqa: PLC0415
    from etl.terminal import datasets_view, taken_view  # noqa: PLC0415

    if remove:
        typer.echo(f"{remove_datasets(remove, store):,} files of official statistics taken out of {store}", err=True)
    if not files:
        datasets = list_datasets(store)
        shown = datasets.to_json(orient="records", date_format="iso", date_unit="s", indent=2)
        return typer.echo(shown) if as_json else _out().print(datasets_view(datasets))
    options: Options = {
        "columns": dict(map(_pair, column or ())),
        "dataset": dataset,
        "publisher": publisher,
        "url": url,
        "published": published,
        "retrieved": retrieved,
        "calendar": calendar,
        "decimal": decimal,
    }
    with using(read_lexicon(lexicon)), lines_to(report) as lines:
        taken = etl.add_reference(files, store, **options)
        if lines:
            lines.writelines(one.skipped.to_json(orient="records", lines=True) for one in taken)
    beside = report == "-"
    if as_json:
        typer.echo(json.dumps([one.as_dict() for one in taken], indent=2), err=beside)
    else:
        _out(err=beside).print(taken_view(taken), soft_wrap=True)
    if any(one.outcome == "failed" for one in taken):
        raise typer.Exit(FAILED)
    return None


@app.command()
def show(
    file: Annotated[str, typer.Argument(metavar="FILE", help="One document; of many in a dump or feed, FILE#NAME.")],
    *,
    column: ColumnOption = None,
    mentions: Annotated[bool, typer.Option("--mentions", help="Also show the numbers not used, and why.")] = False,
    lexicon: LexiconOption = None,
) -> None:
    """Show one document in the terminal, its claims highlighted; nothing is stored."""
    from etl.lexicon import using  # noqa: PLC0415
    from etl.lexicon.own import read_lexicon  # noqa: PLC0415
    from etl.pipeline import Failure, read_document, read_one  # noqa: PLC0415
    from etl.terminal import document_view, printable  # noqa: PLC0415

    if not _exists(file):
        _check_paths([file.rpartition("#")[0] or file])
    with using(read_lexicon(lexicon)):
        document = read_one(file, columns=dict(map(_column, column or ())))
        if isinstance(document, Failure):
            typer.echo(f"error: {printable(document.source)}: {printable(document.reason)}", err=True)
            raise typer.Exit(FAILED)
        record = read_document(document)
        _out().print(document_view(document, record.claims, record.mentions, show_mentions=mentions))


@app.command()
def export(
    *,
    store: StoreOption = "store",
    csv: CsvOption = None,
    parquet: ParquetOption = None,
    package: Annotated[
        str | None,
        typer.Option("--package", metavar="FILE", help="Write a zip of all tables, what they mean, and their sources."),
    ] = None,
    excel: ExcelOption = False,
    as_of: AsOfOption = None,
    store_version: VersionOption = None,
) -> None:
    """Write the claims to CSV or Parquet, or all tables to a data package.

    In a CSV a text cell that a spreadsheet would run as a formula begins with an apostrophe.
    """
    if not csv and not parquet and not package:
        message = "name a file to write, or - for the output"
        raise typer.BadParameter(message, param_hint="--csv, --parquet or --package")
    if csv or parquet:
        _write(etl.load_reviewed(store, as_of, version=store_version).claims, "claims", csv, parquet, excel=excel)
    if package:
        _pack(store, as_of, store_version, package)


@app.command()
def series(  # noqa: PLR0913  an option each
    *,
    store: StoreOption = "store",
    metric: MetricOption = None,
    parties: PartiesOption = None,
    product: ProductOption = None,
    status: StatusOption = None,
    frequency: Annotated[
        str | None, typer.Option(metavar="NAME", help="annual (any calendar), quarterly, monthly ...")
    ] = None,
    rule: Annotated[
        str, typer.Option(metavar="NAME", help="Which figure stands where they differ: sources, latest or precise.")
    ] = "sources",
    prefer: Annotated[
        list[str] | None, typer.Option(metavar="PUBLISHER", help="Whose figure stands before all others.")
    ] = None,
    as_of: AsOfOption = None,
    store_version: VersionOption = None,
    prices_of: Annotated[
        int | None, typer.Option("--prices-of", metavar="YEAR", help="Money in prices of this year.")
    ] = None,
    price_index: Annotated[
        Path | None, typer.Option("--price-index", metavar="FILE", help="A price index of your own, as CSV.")
    ] = None,
    currency: Annotated[str | None, typer.Option(metavar="CODE", help="Money in this currency: EUR.")] = None,
    rates: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Exchange rates of your own, as CSV; they come first.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="DAY", help="The rate of this day, or the latest, for every figure.")
    ] = None,
    unit: Annotated[str | None, typer.Option(metavar="UNIT", help="Figures in this unit: Mt, million USD.")] = None,
    using: Annotated[
        list[str] | None, typer.Option(metavar="FACTOR", help="A factor between units: 7.33 barrel = 1 tonne.")
    ] = None,
    transform: Annotated[
        str | None, typer.Option(metavar="NAME", help="Make change, growth, index, share ... of each figure.")
    ] = None,
    base: Annotated[
        str | None, typer.Option(metavar="PERIOD", help="The period that is 100, or where a sum begins.")
    ] = None,
    over: Annotated[str, typer.Option(metavar="NAME", help="What a change is over: year or period.")] = "year",
    whole: Annotated[str | None, typer.Option(metavar="SERIES", help="The series_id that shares are of.")] = None,
    csv: CsvOption = None,
    parquet: ParquetOption = None,
    excel: ExcelOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the series: figures with what they leave open, their sources, and where these disagree.

    Without a filter: which series there are. What is asked of the figures is done in this order: prices, currency,
    unit, transform.
    """
    from etl.asked import read_rule  # noqa: PLC0415
    from etl.series import convert  # noqa: PLC0415
    from etl.series import transform as make  # noqa: PLC0415
    from etl.views import overview, series_view  # noqa: PLC0415

    _check_companions(
        {
            "--prices-of": (prices_of, {"--price-index": price_index}),
            "--currency": (currency, {"--rates": rates, "--at": at}),
            "--unit": (unit, {"--using": using}),
            "--transform": (transform, {"--base": base, "--whole": whole, "--over": over != "year"}),
        }
    )

    wanted = {**_wanted(store, metric, parties, product), "status": _status(status)}
    observations = etl.load_series(
        store,
        **wanted,
        frequency=frequency,
        rule=read_rule(rule),
        prefer=prefer or (),
        as_of=as_of,
        version=store_version,
    )
    observations = _in_money(observations, prices_of, price_index, currency, rates, at)
    if unit:
        observations = convert(observations, unit, using=using or ())
    if transform:
        observations = make(observations, transform, base=base, whole=whole, over=over)
    if csv or parquet:
        _write(observations, "observations", csv, parquet, excel=excel)
    else:
        chosen = frequency is not None or any(each is not None for each in wanted.values())
        _show(observations, series_view if chosen else overview, as_json=as_json)


@app.command()
def checks(  # noqa: PLR0913  an option each
    *,
    store: StoreOption = "store",
    rule: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only the checks of this rule: conflict, balance ...")
    ] = None,
    verdict: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only contradicts, implausible or holds; by default the first two."),
    ] = None,
    metric: MetricOption = None,
    parties: PartiesOption = None,
    product: ProductOption = None,
    as_of: AsOfOption = None,
    store_version: VersionOption = None,
    csv: CsvOption = None,
    parquet: ParquetOption = None,
    excel: ExcelOption = False,
    as_json: JsonOption = False,
    fail: Annotated[bool, typer.Option("--fail", help="End with 1 if a figure contradicts another.")] = False,
) -> None:
    """Show what does not add up: figures that contradict each other, then those that are hard to believe.

    CSV, Parquet and JSON also have the checks that hold.
    """
    from etl.asked import read_rule  # noqa: PLC0415
    from etl.series.checks import CHECK_RULES, VERDICTS  # noqa: PLC0415
    from etl.views import checks_view  # noqa: PLC0415

    wanted = _wanted(store, metric, parties, product)
    only = {
        "rule": rule and read_rule(rule, [each.name for each in CHECK_RULES]),
        "verdict": verdict and read_rule(verdict, VERDICTS, "verdict"),
    }
    rows = etl.load_checks(store, **wanted, as_of=as_of, version=store_version)
    for name, value in only.items():
        rows = rows if value is None else rows[rows[name] == value]
    holds = rows["verdict"] == "holds"
    if csv or parquet:
        _write(rows, "checks", csv, parquet, excel=excel)
    else:
        shown, holding = (rows, 0) if verdict else (rows[~holds], int(holds.sum()))
        documents = etl.load_documents(store, version=store_version)
        _show(rows if as_json else shown, lambda each: checks_view(each, documents, holding=holding), as_json=as_json)
    if fail and (rows["verdict"] == "contradicts").any():
        raise typer.Exit(FAILED)


@app.command()
def revisions(  # noqa: PLR0913  an option each
    *,
    store: StoreOption = "store",
    metric: MetricOption = None,
    parties: PartiesOption = None,
    product: ProductOption = None,
    status: StatusOption = None,
    period: Annotated[
        str | None, typer.Option(metavar="PERIOD", help="What was said of it and its parts: 2023, 2023-Q3, FY2022/23.")
    ] = None,
    only_releases: Annotated[
        bool, typer.Option("--releases", help="A line an observation: the first figure against the latest.")
    ] = False,
    as_of: AsOfOption = None,
    store_version: VersionOption = None,
    csv: CsvOption = None,
    parquet: ParquetOption = None,
    excel: ExcelOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what was said of each period, when and by whom, and what it did to the figure before."""
    from etl.series import releases  # noqa: PLC0415
    from etl.views import releases_view, revisions_view  # noqa: PLC0415

    wanted = {**_wanted(store, metric, parties, product), "status": _status(status)}
    rows = etl.load_revisions(store, **wanted, period=period, as_of=as_of, version=store_version)
    rows = releases(rows) if only_releases else rows
    if csv or parquet:
        _write(rows, "releases" if only_releases else "revisions", csv, parquet, excel=excel)
    else:
        _show(rows, releases_view if only_releases else revisions_view, as_json=as_json)


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
        typer.echo(versions.to_json(orient="records", date_format="iso", date_unit="ms", indent=2))
    else:
        _out().print(history_view(versions))


@app.command()
def verify(*, store: StoreOption = "store") -> None:
    """Prove every quote against its document, every official figure against its row, and count them."""
    from etl.store import prove  # noqa: PLC0415
    from etl.terminal import proof_view  # noqa: PLC0415

    proof = prove(store)
    _out().print(proof_view(proof), soft_wrap=True)
    if proof.breaches or proof.unproved:
        raise typer.Exit(FAILED)


@app.command()
def evaluate(  # noqa: PLR0913  an option each
    gold: Annotated[Path | None, typer.Argument(metavar="GOLD", help="Folder of annotated articles.")] = None,
    *,
    decided: Annotated[
        bool, typer.Option("--decisions", help="Instead: what people decided about the claims of the store.")
    ] = False,
    store: StoreOption = "store",
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
    """Measure what is found in annotated articles, and show where it differs from the annotation; nothing is stored.

    With --decisions the texts that people decided about are read again, and what is found today is set against what
    they accepted, corrected, added and rejected. Nothing is said of claims about which nobody decided.
    """
    from etl.evaluation import as_dict, below  # noqa: PLC0415
    from etl.export import to_csv, write  # noqa: PLC0415
    from etl.own_gold import own_as_dict, own_below  # noqa: PLC0415
    from etl.terminal import evaluation_view, own_evaluation_view  # noqa: PLC0415

    floors = dict(map(_floor, floor or ()))
    if decided == (gold is not None) or (decided and split):
        message = "name a folder of annotated articles, of which --split may choose some, or ask for --decisions"
        raise typer.BadParameter(message, param_hint="GOLD")
    view: Callable[..., RenderableType]
    if gold is None:
        own = etl.evaluate_decisions(store, lexicon)
        evaluation, low = own.evaluation, own_below(own, floors)
        content, view = own_as_dict(own), partial(own_evaluation_view, own)
    else:
        evaluation = etl.evaluate(gold, split, lexicon)
        low = below(evaluation.marks, floors)
        content, view = as_dict(evaluation), partial(evaluation_view, evaluation)
    if csv and csv != "-":
        write(to_csv(evaluation.differences), csv)
    if csv == "-":
        typer.echo(to_csv(evaluation.differences), nl=False)
    elif as_json:
        typer.echo(json.dumps(content, indent=2))
    else:
        _out().print(view(errors=errors, by_document=by_document))
    if low:
        typer.echo("\n".join(f"below its floor: {line}" for line in low), err=True)
        raise typer.Exit(FAILED)


decisions = typer.Typer(
    help="What people decided about claims: look, take it elsewhere, bring it together, keep it safe."
)
app.add_typer(decisions, name="decisions", no_args_is_help=True)


@decisions.command("list")
def list_decisions(*, store: StoreOption = "store", as_json: JsonOption = False) -> None:
    """Show what was decided, what contradicts, and what fits no more since the texts were read again."""
    from etl.decisions import DecisionLog, log_of, to_lines  # noqa: PLC0415
    from etl.terminal import decisions_view  # noqa: PLC0415

    made = DecisionLog(log_of(store)).read()
    if as_json:
        typer.echo(to_lines(made), nl=False)
    else:
        _out().print(decisions_view(etl.load_reviewed(store), len(made)))


@decisions.command("export")
def export_decisions(
    *,
    store: StoreOption = "store",
    csv: CsvOption = None,
    jsonl: Annotated[str | None, typer.Option(metavar="FILE|-", help="Write JSON lines; - is the output.")] = None,
    excel: ExcelOption = False,
) -> None:
    """Write every decision into a file, from which another log takes them."""
    from etl.decisions import DecisionLog, log_of, to_lines, to_table  # noqa: PLC0415
    from etl.export import to_csv, write  # noqa: PLC0415

    if (csv is None) == (jsonl is None):
        message = "name one file to write"
        raise typer.BadParameter(message, param_hint="--csv or --jsonl")
    made = DecisionLog(log_of(store)).read()
    data = to_csv(to_table(made), excel=excel) if csv else to_lines(made).encode()
    target = csv or jsonl or "-"
    if target == "-":
        sys.stdout.buffer.write(data)
    else:
        write(data, target)
        typer.echo(f"{len(made)} decisions written to {target}")


@decisions.command("import")
def import_decisions(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV or JSON lines of decisions export.")],
    *,
    store: StoreOption = "store",
) -> None:
    """Add the decisions of others; the same one counts once, and those that contradict are shown."""
    from etl.decisions import DecisionLog, log_of  # noqa: PLC0415
    from etl.export import read_decisions  # noqa: PLC0415
    from etl.store import Store, load_reviewed  # noqa: PLC0415
    from etl.terminal import decisions_view  # noqa: PLC0415

    opened, log = Store.open(store), DecisionLog(log_of(store))
    read = [each for path in files for each in read_decisions(path)]
    new = log.append(read)
    typer.echo(f"{new} new decisions, {len(read) - new} were known")
    _out().print(decisions_view(load_reviewed(opened), len(log)))


@decisions.command("gold")
def write_decided_gold(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder that does not exist yet.")],
    *,
    store: StoreOption = "store",
) -> None:
    """Keep what was decided as annotated articles, their texts included, for `trade-figures evaluate FOLDER`."""
    from etl.gold import write_gold  # noqa: PLC0415
    from etl.pipeline import decided_gold  # noqa: PLC0415

    own = decided_gold(store)
    write_gold(folder, own.documents, own.lines)
    figures = sum("optional" not in line for line in own.lines)
    typer.echo(f"{figures:,} figures written to {folder}; documents: {len(own.documents):,}")


@decisions.command("backup")
def back_up_decisions(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that does not exist yet.")],
    *,
    store: StoreOption = "store",
) -> None:
    """Copy the log into one file, also while people are deciding."""
    from etl.decisions import DecisionLog, log_of  # noqa: PLC0415

    kept = DecisionLog(log_of(store)).back_up(file)
    typer.echo(f"{kept} decisions kept in {file}; to go back to them, put it in the place of {log_of(store)}")


user = typer.Typer(help="Accounts of those who may decide about claims in the dashboard.")
app.add_typer(user, name="user", no_args_is_help=True)


@user.command("add")
def add_user(name: UserName, *, store: StoreOption = "store", password_stdin: PasswordOption = False) -> None:
    """Make an account; its password is asked for twice."""
    accounts = _accounts(store)
    accounts.add(name, _password(given=password_stdin))
    typer.echo(f"{name} may sign in now; the accounts are in {accounts.path}")


@user.command("password")
def set_user_password(name: UserName, *, store: StoreOption = "store", password_stdin: PasswordOption = False) -> None:
    """Set a password anew; who is signed in with the old one is signed out."""
    accounts = _accounts(store)
    accounts.made(name)
    accounts.set_password(name, _password(given=password_stdin))
    typer.echo(f"{name} has a new password, and is signed out everywhere")


@user.command("list")
def list_users(*, store: StoreOption = "store", as_json: JsonOption = False) -> None:
    """Show who has an account, and since when."""
    accounts = _accounts(store)
    made = {name: accounts.made(name) for name in accounts.names()}
    if as_json:
        typer.echo(
            json.dumps([{"name": name, "made": moment} for name, moment in made.items()], ensure_ascii=False, indent=2)
        )
    else:
        typer.echo("\n".join(f"{name} · since {moment[:10]}" for name, moment in made.items()) or _NO_ACCOUNTS)


@user.command("remove")
def remove_user(name: UserName, *, store: StoreOption = "store") -> None:
    """Take an account out; it is signed out at once, and what it decided stays."""
    accounts = _accounts(store)
    accounts.remove(name)
    typer.echo(f"{name} has no account any more; {len(accounts.names())} left")


def _accounts(store: str) -> Accounts:
    from etl.accounts import Accounts, accounts_of  # noqa: PLC0415

    return Accounts(accounts_of(store))


def _password(*, given: bool) -> str:
    if given:
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    return typed


def _in_money(
    observations: pd.DataFrame,
    prices_of: int | None,
    price_index: Path | None,
    currency: str | None,
    rates: Path | None,
    at: str | None,
) -> pd.DataFrame:
    from etl.series import in_currency, in_prices_of, read_index, read_rates  # noqa: PLC0415

    if prices_of is not None:
        observations = in_prices_of(observations, prices_of, index=read_index(price_index) if price_index else None)
    if currency:
        observations = in_currency(observations, currency, rates=read_rates(rates) if rates else None, at=at)
    return observations


def _check_companions(options: dict[str, tuple[object, dict[str, object]]]) -> None:
    """An option that another one needs to mean anything is not dropped in silence."""
    for needed, (given, others) in options.items():
        for name, value in others.items():
            if value and given is None:
                message = f"it belongs to {needed}, which is not there"
                raise typer.BadParameter(message, param_hint=name)


def _status(typed: str | None) -> str | None:
    from etl.asked import read_rule  # noqa: PLC0415
    from etl.model import STATUSES  # noqa: PLC0415

    return typed and read_rule(typed, STATUSES, "status")


def _wanted(store: str, metric: str | None, parties: list[str] | None, product: str | None) -> dict[str, str | None]:
    """The filters of the loaders, in the names that tables hold; the store may have names that no lexicon has."""
    from etl.asked import read_metric, read_parties, read_product  # noqa: PLC0415
    from etl.errors import UnknownNameError  # noqa: PLC0415

    def read(own: pd.DataFrame | None) -> dict[str, str | None]:
        columns = ("metric", "product", "parties")
        names: dict[str, list[str]] = {
            name: [] if own is None else own[name].dropna().unique().tolist() for name in columns
        }
        codes = {code for each in names["parties"] for code in each.split(";")}
        return {
            "metric": metric and read_metric(metric, names["metric"]),
            "parties": read_parties(parties, codes) if parties else None,
            "product": product and read_product(product, names["product"]),
        }

    try:
        return read(None)
    except UnknownNameError:
        return read(etl.load_claims(store))


def _write(rows: pd.DataFrame, what: str, csv: str | None, parquet: str | None, *, excel: bool) -> None:
    from etl.export import to_csv, to_parquet, write  # noqa: PLC0415

    if csv == "-":
        typer.echo(to_csv(rows, excel=excel), nl=False)
    elif csv:
        write(to_csv(rows, excel=excel), csv)
    if parquet:
        write(to_parquet(rows), parquet)
    for name in (csv, parquet):
        if name and name != "-":
            typer.echo(f"{len(rows):,} {what} written to {name}", err=True)


def _pack(store: str, as_of: str | None, version: int | None, path: str) -> None:
    from etl.export import Rows, load_package, package_parts, write  # noqa: PLC0415

    package = load_package(store, as_of, version=version)
    tables = {name: Rows.of(frame) for name, frame in package.tables.items()}
    write(package_parts(tables, package.chosen), path)
    typer.echo(
        f"{', '.join(f'{len(rows):,} {name}' for name, rows in package.tables.items())} written to {path}", err=True
    )


def _show(rows: pd.DataFrame, view: Callable[[pd.DataFrame], RenderableType], *, as_json: bool) -> None:
    if not as_json:
        _out().print(view(rows))
        return
    days = {name: rows[name].dt.strftime("%Y-%m-%d") for name in rows.select_dtypes("datetime").columns}
    typer.echo(rows.assign(**days).to_json(orient="records", indent=2))


def _limits(mb: float | None, pages: int | None, seconds: float | None, memory_mb: float | None) -> Limits:
    from etl.sources import Limits  # noqa: PLC0415

    usual = Limits()
    return Limits(
        bytes=usual.bytes if mb is None else round(mb * 1e6),
        pages=usual.pages if pages is None else pages,
        seconds=usual.seconds if seconds is None else seconds,
        memory=usual.memory if memory_mb is None else round(memory_mb * 1e6),
    )


def _column(option: str) -> tuple[str, str]:
    from etl.sources import MAPPED  # noqa: PLC0415

    name, _, column = option.partition("=")
    if name in MAPPED and column:
        return name, column
    message = f"{option!r} is no field with a column, as in text=body; the fields are {', '.join(MAPPED)}"
    raise typer.BadParameter(message, param_hint="--column")


def _pair(option: str) -> tuple[str, str]:
    name, _, column = option.partition("=")
    if name and column:
        return name, column
    message = f"{option!r} is no field with a column, as in reporter=Country"
    raise typer.BadParameter(message, param_hint="--column")


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
    from etl.sources.places import is_address  # noqa: PLC0415

    try:
        return bool(path) and (is_address(path) or Path(path).exists())
    except PermissionError:
        return True  # the run says what stands in its way
    except OSError:
        return False


def _out(*, err: bool = False) -> Console:
    # No markup, emoji or highlighting of its own: what comes from documents is shown as it is.
    return Console(markup=False, emoji=False, highlight=False, stderr=err)
