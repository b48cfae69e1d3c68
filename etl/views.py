"""Observations, checks and revisions → what the terminal shows of them: figures in words, what they leave open, who."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from etl.series.checks import CHECK_RULES
from etl.series.observations import read_side
from etl.terminal import printable

__all__ = ["checks_view", "compact", "overview", "period_text", "releases_view", "revisions_view", "series_view"]

Row = Mapping[Hashable, Any]

_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
# Six digits: all that statistics print, and none of the noise that a rate of exchange brings.
_DIGITS = 6
# Series that the overview shows; a pipe takes more by --csv.
_SHOWN = 60
_AGREEMENT_STYLES = {"conflict": "bold red", "agree": "green", "single": ""}
_VERDICT_STYLES = {"contradicts": "bold red", "implausible": "bold yellow", "holds": "green"}
_REVISION_STYLES = {"revised": "bold yellow", "disputed": "bold red"}
_TURNED = str.maketrans("<>", "><")
# Columns of words stand at the left, columns of numbers at the right.
_WORDS = ("  period", "  published", "publisher", "unit", "status", "agreement", "note", "on", "")
_NOTHING = "No figure of the store matches; trade-figures series lists what it has."


def overview(observations: pd.DataFrame, shown: int = _SHOWN) -> RenderableType:
    """A line a series, those with most figures first: its title, how many figures, from when to when, conflicts."""
    series = observations.groupby("series_id", sort=False, observed=True).agg(
        title=("series_title", "first"),
        figures=("observation_id", "size"),
        claims=("claims", "sum"),
        first=("period_start", "min"),
        last=("period_end", "max"),
        conflicts=("agreement", lambda cells: int((cells == "conflict").sum())),
    )
    ordered = series.sort_values(["figures", "claims", "title"], ascending=[False, False, True])
    table = _table("series", "figures", "claims", "from", "to", "conflicts", texts=("series",))
    for row in ordered.head(shown).to_dict("records"):
        days = ["" if pd.isna(day) else f"{day:%Y}" for day in (row["first"], row["last"])]
        cells = [f"{row['figures']:,}", f"{row['claims']:,}", *days, str(row["conflicts"] or "")]
        table.add_row(Text(printable(row["title"])), *cells)
    more = len(ordered) - shown
    hint = "--metric, --parties and others show the figures; --csv - gives them all"
    return Group(table, Text(f"… and {more:,} more series; {hint}" if more > 0 else hint, style="dim"))


def series_view(observations: pd.DataFrame) -> RenderableType:
    """Each series under its title: a line a period with the figure, what its claims leave possible, and who agrees.

    In a conflict every side is listed. A figure that was refused a conversion says why, one that was converted how.
    """
    if observations.empty:
        return Text(_NOTHING)
    parts: list[RenderableType] = []
    for _, rows in observations.groupby("series_id", sort=False, observed=True):
        parts += [Text(printable(rows["series_title"].iloc[0]), style="bold"), _figures(rows), ""]
    return Group(*parts[:-1])


def checks_view(checks: pd.DataFrame, documents: pd.DataFrame, *, holding: int) -> RenderableType:
    """Each check: verdict, rule, what it is about, the figures in words, what may be wrong, and who says so.

    `documents` are those of `load_documents`; `holding` checks that hold are only counted.
    """
    names = {row["document_id"]: _who(row) for row in documents.to_dict("records")}
    titles = {rule.name: rule.title for rule in CHECK_RULES}
    parts: list[RenderableType] = []
    for row in checks.to_dict("records"):
        verdict = Text(row["verdict"], style=_VERDICT_STYLES[row["verdict"]])
        about = f" · {titles[row['rule']]} · {row['subject']}: {period_text(row)}"
        hint = [f"perhaps {row['hint']}"] if isinstance(row["hint"], str) else []
        # A dataset is no document, and the formula names it.
        said = "; ".join(dict.fromkeys(names[each] for each in row["document_ids"].split(";") if each in names))
        told = Text.assemble(printable("\n".join([row["formula"], *hint])), "\n", (printable(said), "dim"))
        parts += [Text.assemble(verdict, printable(about)), Padding(told, (0, 0, 0, 4), expand=False)]
    counted = "1 check holds" if holding == 1 else f"{holding:,} checks hold"
    held = f"{counted}: --verdict holds lists them" if holding else ""
    nothing = "" if parts else "Nothing that does not add up. "
    return Group(*parts, Text(nothing + held, style="dim" if parts else ""))


def revisions_view(said: pd.DataFrame) -> RenderableType:
    """What was said of each period in the order of publication: by whom, and what it did to the figure before.

    Targets, forecasts and actual figures of a period stand together; their status tells which is which.
    """
    if said.empty:
        return Text(_NOTHING)
    parts: list[RenderableType] = []
    for _, rows in said.groupby(["subject", "period_start", "period_end"], sort=False, dropna=False, observed=True):
        first = rows.iloc[0].to_dict()
        parts += [Text(printable(f"{first['subject']}: {period_text(first)}"), style="bold"), _said(rows), ""]
    return Group(*parts[:-1])


def releases_view(released: pd.DataFrame) -> RenderableType:
    """A line an observation: the first figure published and the latest, and how far the second is from the first.

    Observations with one figure whose day is known are only counted.
    """
    if released.empty:
        return Text(_NOTHING)
    parts: list[RenderableType] = []
    several = released[released["first_claim_id"] != released["latest_claim_id"]]
    for subject, rows in several.groupby("subject", sort=False, observed=True):
        table = _table("  period", "first", "on", "latest", "on", "unit", "change", "revised", "disputed", texts=_WORDS)
        for row in rows.to_dict("records"):
            table.add_row(*map(Text, map(printable, _release(row))))
        parts += [Text(printable(str(subject)), style="bold"), table, ""]
    alone = len(released) - len(several)
    return Group(*parts, Text(f"{alone:,} more observations have one dated figure: --csv - lists them", style="dim"))


def compact(value: float, scale: float = 1) -> str:
    """A number with six digits at most, in units of `scale`.

    >>> compact(3.88492e8, 1e6), compact(45122.0), compact(-0.123456789)
    ('388.492', '45,122', '-0.123457')
    """
    return f"{float(f'{value / scale:.{_DIGITS}g}'):,.12g}"


def period_text(row: Row) -> str:
    """The period of a row: its name, or its days where it has none of its own.

    >>> days = {"period_start": pd.Timestamp("2020-01-01"), "period_end": pd.Timestamp("2020-11-30")}
    >>> period_text({"period_label": "2020-01-01/P11M", **days}), period_text({"period_label": "FY2020/21", **days})
    ('2020-01-01 to 2020-11-30', 'FY2020/21')
    """
    label, days = row["period_label"], [row["period_start"], row["period_end"]]
    # A stretch without a name of its own is labelled as in ISO 8601, 2020-01-01/P11M or 2023-05/..: its days say more.
    if isinstance(label, str) and label and ("/" not in label or label.startswith("FY")):
        return label
    if all(pd.isna(day) for day in days):
        return "undated"
    return " to ".join("…" if pd.isna(day) else f"{day:%Y-%m-%d}" for day in days)


def _figures(rows: pd.DataFrame) -> Table:
    notes = [name for name in ("refused", "conversion", "formula") if name in rows and rows[name].notna().any()]
    columns = ("  period", "value", "from", "to", "unit", "sources", "agreement", *(["note"] if notes else []))
    table = _table(*columns, texts=_WORDS)
    for row in rows.to_dict("records"):
        cells = _cells(row)
        note = [Text(printable(_note(row, notes)), style="dim")] if notes else []
        style = _AGREEMENT_STYLES[row["agreement"]]
        table.add_row(*map(Text, cells), Text(printable(_agreement(row)), style=style), *note)
    return table


def _cells(row: Row) -> list[str]:
    """Period, value, from, to, unit and sources."""
    scale, _ = _scale(row)
    figure = ["–", "", ""]
    if pd.notna(row["value"]):
        ends = ["…" if pd.isna(end) else compact(end, scale) for end in (row["low"], row["high"])]
        figure = [_figure(row["kind"], row["qualifier"], row["value"], row["value_upper"], scale), *ends]
    return [printable(f"  {period_text(row)}"), *figure, printable(_unit(row)), str(row["sources"])]


def _agreement(row: Row) -> str:
    if row["agreement"] != "conflict" or not isinstance(row["sides"], str):
        return str(row["agreement"])
    scale, _ = _scale(row)
    sides = [_figure(row["kind"], *read_side(side), scale) for side in row["sides"].split(";")]
    return f"conflict: {' | '.join(sides)}"


def _figure(kind: str, qualifier: str, value: float, upper: float, scale: float) -> str:
    """A figure with its qualifier as a sign: a fall of at most 25%, (-25, <=), is -25 or more.

    >>> _figure("change_rel", "<=", -25.0, float("nan"), 1), _figure("level", ">", 1e9, float("nan"), 1e9)
    ('>=-25', '>1')
    """
    falls = kind in {"change_abs", "change_rel"} and value < 0
    sign = "" if qualifier == "=" else qualifier.translate(_TURNED) if falls else qualifier
    return f"{sign}{compact(value, scale)}{'' if pd.isna(upper) else f'–{compact(upper, scale)}'}"


def _who(document: Row) -> str:
    """Publisher and day of a document.

    >>> _who({"publisher": "Capital Post", "published": pd.Timestamp("2024-09-19"), "title": None})
    'Capital Post, 2024-09-19'
    """
    named = (document[name] for name in ("publisher", "title") if isinstance(document[name], str))
    return f"{next(named, 'publisher not known')}, {_day(document['published'])}"


def _day(published: Any) -> str:  # noqa: ANN401  a cell
    return "day not known" if pd.isna(published) else f"{published:%Y-%m-%d}"


def _said(rows: pd.DataFrame) -> Table:
    table = _table("  published", "publisher", "figure", "unit", "status", "", "before", texts=_WORDS)
    for row in rows.to_dict("records"):
        scale, _ = _scale(row)
        publisher = row["publisher"] if isinstance(row["publisher"], str) else "publisher not known"
        figure = _figure(row["kind"], row["qualifier"], row["value"], row["value_upper"], scale)
        cells = [
            Text(printable(cell))
            for cell in (f"  {_day(row['published'])}", publisher, figure, _unit(row), row["status"])
        ]
        before = "" if pd.isna(row["previous"]) else compact(row["previous"], scale)
        table.add_row(*cells, Text(row["revision"], style=_REVISION_STYLES.get(row["revision"], "")), Text(before))
    return table


def _release(row: Row) -> list[str]:
    """Period, first figure and its day, latest figure and its day, unit, change, how many revised and disputed."""
    scale, _ = _scale({"value": row["latest_value"]})
    said = []
    for which in ("first", "latest"):
        qualifier, value, upper = (row[f"{which}_{name}"] for name in ("qualifier", "value", "value_upper"))
        day = row[f"{which}_published"]
        said += [_figure(row["kind"], qualifier, value, upper, scale), "" if pd.isna(day) else f"{day:%Y-%m-%d}"]
    change = "agree" if row["agree"] else compact(row["change"], scale)
    counts = [str(row[name] or "") for name in ("revised", "disputed")]
    return [f"  {period_text(row)}", *said, _unit({**row, "value": row["latest_value"]}), change, *counts]


def _unit(row: Row) -> str:
    """The unit with the word of its scale: "million USD"."""
    return " ".join(part for part in (_scale(row)[1], row["unit"]) if isinstance(part, str) and part)


def _scale(row: Row) -> tuple[float, str]:
    size: float = abs(row["value"]) if pd.notna(row["value"]) else 0.0
    return next(((scale, word) for scale, word in _SCALES if size >= scale), (1.0, ""))


def _note(row: Row, names: Sequence[str]) -> str:
    return "; ".join(row[name] for name in names if isinstance(row[name], str))


def _table(*columns: str, texts: Sequence[str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in columns:
        table.add_column(name, justify="left" if name in texts else "right", overflow="fold")
    return table
