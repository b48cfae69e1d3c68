"""Many invented claims → how fast, and in how much memory, they become series and checks: `make bench-series`.

    python -m tools.bench.series                        100,000, 300,000 and 1,000,000 claims
    python -m tools.bench.series --claims 1000000       one size

Measured is each public step on a frame of claims as `load_claims` gives it, in a process a size; memory is the most
that process held at once until then, the claims with their quotes among it. The claims are always the same for a size:
`make_claims` says what is in them.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from etl.frame import COLUMNS, typed
from etl.lexicon import read_table
from etl.series import check, convert, in_currency, observe, revisions, to_statements, transform

__all__ = ["STEPS", "Row", "main", "make_claims", "render"]

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "bench"
SIZES = (100_000, 300_000, 1_000_000)

# An article of trade news has about four figures.
_A_DOCUMENT: Final = 4
# So many claims a relation of two countries, which has exports, imports and turnover: 20,000 subjects of a million.
_A_RELATION: Final = 150
_FIRST, _YEARS = 1995, 32
_PUBLISHERS: Final = 3_000
_CONFLICTS, _SLIPS = 0.1, 0.001
_BILLION: Final = 1e9
_QUOTE = ("The statistics office, whose figures are final for the time being, said on Tuesday that it came to ", ".")

Step = Callable[[pd.DataFrame, pd.DataFrame], object]


@dataclass(frozen=True, slots=True)
class Row:
    """One measured step: `memory` is the peak until its end, in megabytes; `rows` are those of its result."""

    claims: int
    step: str
    seconds: float
    memory: float
    rows: int


# Each takes the claims and their observations.
STEPS: Mapping[str, Step] = {
    "to_statements": lambda claims, _: to_statements(claims),
    "observe": lambda claims, _: observe(claims),
    "check": lambda claims, _: check(claims),
    "revisions": lambda claims, _: revisions(claims),
    "transform": lambda _, observations: transform(observations, "growth"),
    "convert": lambda _, observations: convert(observations, "million USD"),
    "in_currency": lambda _, observations: in_currency(observations, "EUR"),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every size in a process of its own, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.series", description="How fast claims become series.")
    parser.add_argument("--claims", type=int, nargs="+", default=SIZES, metavar="N", help="how many claims")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.measure:
        for row in _measure(pd.read_parquet(asked.measure)):
            print(json.dumps(asdict(row)), flush=True)
    else:
        print(render(row for number in asked.claims for row in _in_child(number)))


def render(rows: Iterable[Row]) -> str:
    """The rows as a table in Markdown: a line a step, its seconds for each size, then the peak of memory.

    >>> print(render([Row(1_000_000, "observe", 4.21, 1210.4, 700_000), Row(1_000_000, "check", 3.0, 1500.0, 90_000)]))
    | seconds for | 1,000,000 claims | rows |
    |---|---:|---:|
    | observe | 4.2 | 700,000 |
    | check | 3.0 | 90,000 |
    | peak of memory, MB | 1,500 | |
    """
    listed = list(rows)
    sizes = sorted({row.claims for row in listed})
    seconds = {(row.step, row.claims): f"{row.seconds:.1f}" for row in listed}
    peaks = [f"{max(row.memory for row in listed if row.claims == size):,.0f}" for size in sizes]
    made = {row.step: f"{row.rows:,}" for row in listed if row.claims == sizes[-1]}
    steps = dict.fromkeys(row.step for row in listed)
    lines = [
        ["seconds for", *(f"{size:,} claims" for size in sizes), "rows"],
        *([step, *(seconds.get((step, size), "") for size in sizes), made.get(step, "")] for step in steps),
        ["peak of memory, MB", *peaks, ""],
    ]
    head, *body = [f"| {' | '.join(cells)} |".replace("|  |", "| |") for cells in lines]
    return "\n".join([head, "|---|" + "---:|" * (len(sizes) + 1), *body])


def make_claims(number: int) -> pd.DataFrame:
    """So many invented claims, the columns of `etl.frame.COLUMNS`; the same ones every time.

    Articles of four figures: exports, imports and turnover that add up, then growth of the turnover or a share, of
    pairs of countries and their goods, 1995 to 2026; years, fiscal years, halves, quarters, months and no period. A
    publisher prints two to four digits. One figure in ten is another than the true one, one in a thousand a
    thousand times as large. Some figures are about so much or a bound, some targets and forecasts.

    >>> make_claims(8)["metric"].tolist()[:3]
    ['exports', 'imports', 'trade_turnover']
    """
    rng = np.random.default_rng(7)
    documents = _spread(_make_documents(-(-number // _A_DOCUMENT), number // _A_RELATION + 2, rng), number)
    claims = documents.assign(form=_forms(number, rng), **_words(number, rng))
    # Of five figures one looks back a year; the row above a period is the same stretch of the year before.
    claims["period"] -= (rng.random(number) < 1 / 5) & (claims["period"] % _YEARS > 0)
    claims["value"] = _print_as(_true_values(claims, rng), claims["qualifier"], rng)
    return typed(_describe(claims, rng), COLUMNS)


def _in_child(number: int) -> Iterator[Row]:
    BUILD.mkdir(parents=True, exist_ok=True)
    file = BUILD / f"claims-{number}.parquet"
    make_claims(number).to_parquet(file)
    command = [sys.executable, "-m", "tools.bench.series", "--measure", str(file)]
    told = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    file.unlink()
    return (Row(**json.loads(line)) for line in told.stdout.splitlines())


def _measure(claims: pd.DataFrame) -> Iterator[Row]:
    observations = pd.DataFrame()
    for name, step in STEPS.items():
        started = time.perf_counter()
        result = step(claims, observations)
        seconds = time.perf_counter() - started
        yield Row(len(claims), name, seconds, _peak(), len(result) if isinstance(result, pd.DataFrame) else 0)
        observations = result if name == "observe" and isinstance(result, pd.DataFrame) else observations
        del result


def _peak() -> float:
    """The most memory this process held at once, in megabytes; Linux counts in kilobytes, macOS in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _periods() -> pd.DataFrame:
    """The stretches that figures speak of, each for all years before the next, and how often one is drawn."""
    shapes = [("year", 1, 12, 0.62), ("fiscal", 7, 12, 0.14), *(("half", first, 6, 0.015) for first in (1, 7))]
    shapes += [*(("quarter", first, 3, 0.015) for first in (1, 4, 7, 10))]
    shapes += [*(("month", first, 1, 0.01) for first in range(1, 13))]
    drawn = pd.DataFrame(shapes, columns=["stretch", "first", "months", "weight"]).loc[
        lambda each: each.index.repeat(_YEARS)
    ]
    year = np.tile(np.arange(_FIRST, _FIRST + _YEARS), len(shapes))
    start = pd.to_datetime({"year": year, "month": drawn["first"].to_numpy(), "day": 1})
    end = (start.dt.to_period("M") + drawn["months"].to_numpy() - 1).dt.to_timestamp("M").dt.normalize()
    table = drawn.reset_index(drop=True).assign(year=year, start=start, end=end)
    table["label"] = table["start"].dt.strftime("%Y-%m-%d/P") + table["months"].astype(str) + "M"
    undated = pd.DataFrame({"stretch": "undated", "first": 1, "months": 12, "weight": 1.28, "year": _FIRST + 20}, [0])
    return pd.concat([table, undated], ignore_index=True)


def _make_documents(number: int, relations: int, rng: np.random.Generator) -> pd.DataFrame:
    """What each article is about; few relations, and few publishers, make most of the news."""
    weights = PERIODS["weight"].to_numpy()
    period = rng.choice(len(PERIODS), number, p=weights / weights.sum())
    lag = pd.to_timedelta(rng.integers(5, 400, number), unit="D")
    published = PERIODS["end"].fillna(pd.Timestamp(2020, 1, 1)).to_numpy()[period] + lag
    return pd.DataFrame(
        {
            "relation": (relations * rng.random(number) ** 4).astype(int),
            "period": period,
            "published": pd.Series(published).mask(rng.random(number) < 1 / 30),
            "publisher": _pick(
                [f"Gazette {each}" for each in range(_PUBLISHERS)], _PUBLISHERS * rng.random(number) ** 3
            ),
            "document_id": _ids(number, rng),
        }
    )


def _spread(documents: pd.DataFrame, number: int) -> pd.DataFrame:
    return documents.loc[documents.index.repeat(_A_DOCUMENT)].reset_index(drop=True).iloc[:number].copy()


def _forms(number: int, rng: np.random.Generator) -> np.ndarray:
    forms = np.tile(["exports", "imports", "trade_turnover", "growth"], -(-number // _A_DOCUMENT))[:number]
    return np.where((forms == "growth") & (rng.random(number) < 1 / 5), "share", forms)


def _words(number: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    statuses, qualifiers = ["actual", "estimate", "target", "forecast"], ["=", "~", ">", "<"]
    return {
        "status": rng.choice(statuses, number, p=[0.86, 0.04, 0.05, 0.05]),
        "qualifier": rng.choice(qualifiers, number, p=[0.8, 0.1, 0.06, 0.04]),
    }


def _true_values(claims: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """What each figure would be without rounding; some are wrong."""
    relations = int(claims["relation"].max()) + 1
    growth = rng.normal(1.04, 0.15, (2, relations, _YEARS + 1)).clip(0.5, 2).cumprod(axis=2)
    annual = 10 ** rng.uniform(7, 10, (2, relations, 1)) * growth
    exports, imports = (_in_period(flow, claims, 0) for flow in annual)
    before = sum(_in_period(flow, claims, 1) for flow in annual)
    amounts = [exports, imports, exports + imports, 100 * ((exports + imports) / before - 1)]
    true = np.select([claims["form"] == form for form in _FORMS[:-1]], amounts, rng.uniform(1, 60, len(claims)))
    drawn, money = rng.random(len(claims)), claims["form"].isin(_FORMS[:3]).to_numpy()
    true = np.where(drawn < _CONFLICTS, true * rng.uniform(1.05, 1.6, len(claims)), true)
    return np.asarray(np.where((drawn > 1 - _SLIPS) & money, 1000 * true, true))


def _in_period(annual: np.ndarray, claims: pd.DataFrame, back: int) -> np.ndarray:
    """The part of the years that lies in each claim's period, or `back` years before it; one flow."""
    period = PERIODS.iloc[claims["period"].to_numpy()]
    relation, year = claims["relation"].to_numpy(), (period["year"] - _FIRST - back).clip(0).to_numpy()
    later = (period["first"] + period["months"] - 13).clip(0).to_numpy()
    now = period["months"].to_numpy() - later
    return np.asarray(annual[relation, year] * now + annual[relation, year + 1] * later) / 12


def _print_as(values: np.ndarray, qualifiers: pd.Series, rng: np.random.Generator) -> np.ndarray:
    """The figures with the digits that are printed; what is said to be more than so much is more than that."""
    digits = rng.choice([2, 3, 4], len(values), p=[0.3, 0.5, 0.2])
    step = 10.0 ** (np.floor(np.log10(np.maximum(np.abs(values), 0.1))) - digits + 1)
    # A number of steps is exact, so that 1.2e6 is 1200000.0 and not 1200000.0000000002.
    steps = np.select(
        [qualifiers == ">", qualifiers == "<"],
        [np.floor(values / step), np.ceil(values / step)],
        np.round(values / step),
    )
    return np.asarray(np.where(step < 1, steps / np.round(1 / np.minimum(step, 1)), steps * step))


def _describe(claims: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    number, relation = len(claims), claims["relation"].to_numpy()
    period, before = (PERIODS.iloc[claims["period"].to_numpy() - back].reset_index(drop=True) for back in (0, 1))
    owner, partner, product = _relations(int(relation.max()) + 1)
    growth, share = claims["form"] == "growth", claims["form"] == "share"
    pair, rate = growth | (claims["form"] == "trade_turnover"), growth | share
    shown = [_shown(value, percent=percent) for value, percent in zip(claims["value"], rate, strict=True)]
    start = 400 * (np.arange(number) % _A_DOCUMENT)
    at = start + len(_QUOTE[0])
    length = np.fromiter(map(len, shown), int, number)
    return claims.assign(
        claim_id=_ids(number, rng),
        metric=claims["form"].replace({"growth": "trade_turnover", "share": "export_share"}),
        product=product[relation],
        reporter=pd.Series(owner[relation]).mask(pair),
        partner=pd.Series(partner[relation]).mask(pair),
        parties=[";".join(sorted(each)) for each in zip(owner[relation], partner[relation], strict=True)],
        kind=np.select([growth, share], ["change_rel", "share"], "level"),
        unit=np.where(rate, "percent", "USD"),
        **{f"period_{name}": period[name] for name in ("start", "end", "label")},
        period_granularity=period["stretch"].replace({"fiscal": "year", "undated": None}),
        period_calendar=np.where(period["stretch"] == "fiscal", "fiscal", "gregorian"),
        period_bound="closed",
        period_basis=np.where(period["start"].isna(), "none", "explicit"),
        comparison_start=before["start"].where(growth & (before["year"] < period["year"])),
        comparison_end=before["end"].where(growth & (before["year"] < period["year"])),
        quote=[_QUOTE[0] + text + _QUOTE[1] for text in shown],
        quote_start=start,
        quote_end=at + length + len(_QUOTE[1]),
        span_text=shown,
        span_start=at,
        span_end=at + length,
        title="What the figures say",
        url="https://gazette.example/" + claims["document_id"],
        language="en",
        document_sha256=claims["document_id"],
        extractor_version="0",
    )


def _relations(number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whose goods go where, and which: two in three relations are about all goods."""
    rng = np.random.default_rng(number)
    codes = sorted(row["code"] for row in read_table("countries.txt") if row["code"].isalpha() and not row["kind"])
    goods = sorted(row["product"] for row in read_table("products.txt") if row["product"] != "-")
    owner = rng.integers(0, len(codes), number)
    partner = (owner + rng.integers(1, len(codes), number)) % len(codes)
    product = _pick(goods, rng.integers(0, len(goods), number))
    product[rng.random(number) > 1 / 3] = None
    return _pick(codes, owner), _pick(codes, partner), product


def _shown(value: float, *, percent: bool) -> str:
    """A figure as the news prints it.

    >>> _shown(1.04e9, percent=False), _shown(5.2, percent=True)
    ('$1.04 billion', '5.2%')
    """
    if percent:
        return f"{value:g}%"
    scale, word = (_BILLION, "billion") if value >= _BILLION else (_BILLION / 1000, "million")
    return f"${value / scale:.9g} {word}"


def _pick(names: Sequence[str], places: np.ndarray) -> np.ndarray:
    return np.asarray(np.array(names, dtype=object)[places.astype(int)])


def _ids(number: int, rng: np.random.Generator) -> list[str]:
    return [f"{each:016x}" for each in rng.integers(0, 2**63, number)]


_FORMS = ("exports", "imports", "trade_turnover", "growth", "share")
PERIODS = _periods()


if __name__ == "__main__":
    main()
