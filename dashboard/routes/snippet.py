"""A selection → Python that reads the same view with pandas: from the dashboard while it runs, or from the store."""

from __future__ import annotations

import json
from collections.abc import Sequence

from dashboard.data import NONE, PARAMETERS, Selection, write_query
from dashboard.data.drawing import MONEY, base_of, measures

__all__ = ["snippet"]

_NAMES = ("metric", "reporter", "product", "status", "publisher", "review")


def snippet(selection: Selection, root: str, series: Sequence[str] = ()) -> str:
    """A script that runs as it is: `claims` and `observations` of the view, twice over, and what is `drawn` of them.

    The address carries all of the view. The second half repeats its filters; what it cannot, it says. `series` are the
    identifiers of the series chosen, where a link names a chart of several.
    """
    query = write_query(selection)
    base, asked, rule = root.rstrip("/"), f"?{query}" if query else "", _literal(selection.rule)
    return f'''"""A view of trade-figures, with pandas."""

import pandas as pd

# From the dashboard, while it runs: the address carries all of the view.
days = ["period_start", "period_end"]
claims = pd.read_csv({_literal(f"{base}/claims.csv{asked}")}, parse_dates=days)
observations = pd.read_csv({_literal(f"{base}/observations.csv{asked}")}, parse_dates=days)

# From the store, without the dashboard.
import etl
from etl.series import count_as, observe

store = "store"  # where yours is
sources = count_as(etl.load_documents(store))
claims = {_loaded(selection)}
{_of_known(selection, series)}{_filters(selection)}observations = observe(claims, sources, rule={rule})
{_drawn(selection)}{_rest(selection)}'''


def _of_known(selection: Selection, series: Sequence[str]) -> str:
    """What looks at figures as all claims make them, before any other filter."""
    tests = [
        f'known["{column}"].isin({_literal_list(values)})'
        for column, values in (
            ("frequency", selection.frequency),
            ("agreement", selection.agreement),
            ("series_id", series),
        )
        if values
    ]
    if selection.sources > 1:
        tests.append(f'(known["sources"] >= {selection.sources})')
    if not tests:
        return ""
    return f"""known = observe(claims, sources)
known = known[{" & ".join(tests)}]
claims = claims[claims["claim_id"].isin(known["claim_ids"].str.split(";").explode())]
"""


def _literal(text: str) -> str:
    """The text as Python writes it, with double quotes."""
    return json.dumps(text, ensure_ascii=False)


def _literal_list(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_literal, texts))}]"


def _loaded(selection: Selection) -> str:
    """How the claims are loaded: with what people decided of each where that is asked for."""
    if selection.review:
        return f"etl.load_reviewed(store{_as_of(selection)}).claims"
    return f"etl.load_claims(store{_as_of(selection)})"


def _as_of(selection: Selection) -> str:
    return f', as_of="{selection.as_of}"' if selection.as_of else ""


def _filters(selection: Selection) -> str:
    """A line of pandas for each filter of claims."""
    lines = [_one_of(name, selection.chosen(name)) for name in _NAMES]
    lines.insert(1, _all_of("parties", selection.parties))
    lines += [_years(selection)]
    return "".join(f"{line}\n" for line in lines if line)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    if not values:
        return ""
    return f'claims = claims[claims["{column}"].fillna("{NONE}").isin({_literal_list(values)})]'


def _all_of(column: str, values: tuple[str, ...]) -> str:
    if not values:
        return ""
    parts = f'claims["{column}"].fillna("{NONE}").str.split(";")'
    return f"claims = claims[{parts}.map(set({_literal_list(values)}).issubset)]"


def _years(selection: Selection) -> str:
    if selection.first is None and selection.last is None:
        return ""
    lines = ['starts = claims["period_start"].fillna(claims["period_end"])']
    lines += ['ends = claims["period_end"].fillna(claims["period_start"])']
    wanted = [] if selection.first is None else [f"(ends.dt.year >= {selection.first})"]
    wanted += [] if selection.last is None else [f"(starts.dt.year <= {selection.last})"]
    return "\n".join([*lines, f"claims = claims[{' & '.join(wanted)}]"])


def _drawn(selection: Selection) -> str:
    """What the charts make of the figures: in a currency and a unit, as level or change."""
    steps, names = list[str](), list[str]()
    if selection.currency:
        names.append("in_currency")
        made = f"in_currency(rows, {_literal(selection.currency)})"
        steps.append(f"if measure.startswith(({', '.join(map(_literal, MONEY))})):\n        rows = stated({made})")
    if selection.unit and (measure := measures(selection.unit)):
        names.append("convert")
        made = f"convert(rows, {_literal(selection.unit)})"
        steps.append(f"if measure == {_literal(measure)}:\n        rows = stated({made})")
    if selection.transform != "level":
        names.append("transform")
        base = f", base={_literal(base)}" if (base := base_of(selection)) else ""
        steps.append(f"rows = stated(transform(rows, {_literal(selection.transform)}{base}))")
    if not steps:
        return ""
    lines = "\n    ".join(steps)
    charts = (
        'measure, rows in observations.groupby("dimension")'
        if selection.layout == "overlay"
        else '(_, measure), rows in observations.groupby(["subject", "dimension"], dropna=False)'
    )
    return f"""
# As the charts draw them.
from etl.series import {", ".join(sorted(names))}


def stated(rows):
    return rows[rows["refused"].isna()]  # of the others it has the reason


drawn = [observations.iloc[:0]]
for {charts}:
    {lines}
    drawn.append(rows)
drawn = pd.concat(drawn)
"""


def _rest(selection: Selection) -> str:
    """What only the address carries."""
    done = {*_NAMES, "parties", "first", "last", "as_of", "rule"}
    done |= {"frequency", "agreement", "series", "sources", "currency", "unit", "transform", "base", "layout"}
    left = [each for each in PARAMETERS if each.field not in done]
    changed = [each.name for each in left if getattr(selection, each.field) != each.default]
    return f"# Only in the address: {', '.join(changed)}; docs/series.md says how to make it.\n" if changed else ""
