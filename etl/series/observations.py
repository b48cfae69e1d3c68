"""Statements → observations: what the claims of one series say of one period, and the figure that stands for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from etl.errors import RuleError
from etl.frame import Column, typed
from etl.model import AGREEMENTS, KINDS, QUALIFIERS, STATUSES
from etl.series.calendars import FREQUENCIES, frequency
from etl.series.categories import join_texts, named, number_rows, ranks
from etl.series.statements import SAME, STATUS_CLASSES, SUBJECT, to_statements
from etl.titles import series_title

__all__ = [
    "CHOICES",
    "OBSERVATION_COLUMNS",
    "RULES",
    "dated",
    "observe",
    "read_side",
    "reconcile",
    "split_sides",
    "titled",
    "typed_observations",
]

# What each rule looks at; the less, the better. "Most sources" are those whose words admit the figure, then those who
# state it.
_CRITERIA = {
    "preferred publisher": ("rank",),
    "most sources": ("admitting", "stating"),
    "latest published": ("age",),
    "most precise": ("width",),
}
CHOICES = ("most sources", "latest published", "most precise")
"""The rules that can be asked for, in the order they are tried where none is."""

# Which criterion settled the figure that stands for an observation.
RULES = ("only figure", *_CRITERIA, "first stated")

TEXT: Final = "str"
NUMBER, DAY, COUNT = "float64", "datetime64[us]", "int64"

OBSERVATION_COLUMNS: tuple[Column, ...] = (
    Column("observation_id", TEXT, "16 hexadecimal digits: same series, same period, same id", required=True),
    Column("series_id", TEXT, "readable name of the series, fit for an address", required=True),
    Column("series_title", TEXT, "the subject, with the unit, calendar and status of the series", required=True),
    Column("subject", TEXT, "what is measured, in plain words; series of one subject fit one chart", required=True),
    Column("metric", TEXT, "what is measured, a name of the metric lexicon", required=True),
    Column("product", TEXT, "the goods concerned"),
    Column("parties", TEXT, "all countries or blocs the figure is about, sorted, joined by ';'"),
    Column("reporter", TEXT, "whose figure it is; a figure of one party is that party's"),
    Column("partner", TEXT, "the counterparty"),
    Column("kind", TEXT, "level, change, share, rate, price ...", values=KINDS, required=True),
    Column("unit", TEXT, "unit of value, value_upper, low and high; one in a series, the one most of its claims use"),
    Column("dimension", TEXT, "what the unit measures: figures of one dimension can be converted", required=True),
    Column(
        "calendar_group",
        TEXT,
        "calendar year, fiscal year Jul–Jun, month ...; 'undated' without a period",
        required=True,
    ),
    Column("frequency", TEXT, "annual, quarterly ..., whatever the calendar", values=FREQUENCIES, required=True),
    Column("period_start", DAY, "first day the figure speaks of, inclusive"),
    Column("period_end", DAY, "last day the figure speaks of, inclusive"),
    Column("period_label", TEXT, "2017, 2017-06, 2017-S1; of any twelve months from July 2016 FY2016/17 ..."),
    Column("value", NUMBER, "the figure that stands for the observation, chosen by `rule`", required=True),
    Column("value_upper", NUMBER, "its upper end, if it is a range"),
    Column(
        "low",
        NUMBER,
        "lower end of what the claims leave possible: what they share, or all of it in a conflict; null = open",
    ),
    Column("high", NUMBER, "upper end of what the claims leave possible; null = open"),
    Column("qualifier", TEXT, "of the value: = ~ > >= < <=", values=QUALIFIERS, required=True),
    Column("status", TEXT, "of the value: actual, estimate, target ...", values=STATUSES, required=True),
    Column("claims", COUNT, "number of claims", required=True),
    Column(
        "sources",
        COUNT,
        "number of publishers; a document without one counts as its own, a copy as its original",
        required=True,
    ),
    Column(
        "agreement",
        TEXT,
        "single: one source; agree: their intervals share a point; conflict: they do not",
        values=AGREEMENTS,
        required=True,
    ),
    Column("sides", TEXT, "in a conflict, each figure stated, ascending, '>1000000;=1500000..1600000'; else null"),
    Column("claim_ids", TEXT, "the claims, earliest published first, joined by ';'", required=True),
    Column("first_published", DAY, "day of the earliest publication"),
    Column("last_published", DAY, "day of the latest publication"),
    Column("rule", TEXT, "which criterion settled the value", values=RULES, required=True),
)

_SHARED = [
    *("observation_id", "series_id", "subject", *SUBJECT, "unit", "dimension", "calendar_group"),
    *("period_start", "period_end"),
]
_CHOSEN = ["value", "value_upper", "qualifier", "status", "period_label"]


def observe(
    claims: pd.DataFrame,
    copies: Mapping[str, str] | None = None,
    *,
    rule: str = CHOICES[0],
    prefer: str | Sequence[str] = (),
) -> pd.DataFrame:
    """One row per observation, columns and dtypes of `OBSERVATION_COLUMNS`, sorted by series and period.

    Every claim is in exactly one observation. Claims without a period are never compared with each other, for they
    may speak of different times: each figure stated is an observation of the group "undated". `copies` tells for each
    document that is a copy of another the source it counts as, as `count_as` makes it.

    Where claims state several figures, `rule`, one of `CHOICES`, says which of them stands as `value`; the others of
    `CHOICES` break a tie, in their order. What a publisher of `prefer` says goes before all that, the first named
    first. Raises `RuleError` for a rule that is none.

    >>> from etl.frame import empty_frame
    >>> observe(empty_frame()).shape
    (0, 31)
    """
    _check_rule(rule)
    stated = claims if claims.empty else to_statements(claims, copies)
    return reconcile(stated, rule=rule, prefer=prefer)


def reconcile(stated: pd.DataFrame, *, rule: str = CHOICES[0], prefer: str | Sequence[str] = ()) -> pd.DataFrame:
    """What `observe` makes of claims, of statements, or of some of them in their order.

    Whoever asks for many parts of one table of claims makes its statements once; an observation then keeps its id and
    its unit, whichever of its statements are asked for.
    """
    _check_rule(rule)
    if stated.empty:
        return typed([], OBSERVATION_COLUMNS)
    ranking = [*(["preferred publisher"] if prefer else []), *dict.fromkeys((rule, *CHOICES))]
    return _reconcile(stated, ranking, [prefer] if isinstance(prefer, str) else prefer)


def dated(observations: pd.DataFrame) -> pd.DataFrame:
    """The observations whose period has both ends: those that have a place on a time axis."""
    return observations[observations["period_start"].notna() & observations["period_end"].notna()]


def split_sides(observations: pd.DataFrame) -> pd.DataFrame:
    """One row per figure that stands for itself: each side of a conflict, else the value of the observation.

    Columns: observation_id, qualifier, value, value_upper; in the order of `observations`, each conflict ascending.
    """
    columns = ["observation_id", "qualifier", "value", "value_upper"]
    rows = zip(*(observations[name].tolist() for name in (*columns, "sides")), strict=True)
    stated = [
        (name, *side)
        for name, *figure, sides in rows
        for side in (map(read_side, sides.split(";")) if isinstance(sides, str) else [figure])
    ]
    return pd.DataFrame(stated, columns=columns)


def _check_rule(rule: str) -> None:
    if rule not in CHOICES:
        message = f"{rule!r} is no rule to choose a figure by; the rules are {', '.join(CHOICES)}"
        raise RuleError(message)


def _reconcile(stated: pd.DataFrame, ranking: Sequence[str], prefer: Sequence[str]) -> pd.DataFrame:
    numbered = stated.assign(at=stated["observation_id"].cat.codes)
    observations = _add_up(numbered).join(_choose(numbered, ranking, prefer))
    conflicts = observations.index[observations["agreement"] == "conflict"]
    observations = observations.assign(
        frequency=frequency(observations["calendar_group"]),
        sides=_list_sides(numbered, conflicts).reindex(observations.index),
    )
    places = observations.assign(series=ranks(observations["series_id"]), figure=ranks(observations["qualifier"]))
    ordered = _sorted(places, ["series", "period_start", "period_end", "value", "value_upper", "figure"])
    return typed_observations(titled(ordered))


def _sorted(frame: pd.DataFrame, numbers: Sequence[str]) -> pd.DataFrame:
    """The rows by some columns of numbers, missing ones last; `sort_values` takes four times as long."""
    return frame.iloc[np.lexsort([frame[name] for name in reversed(numbers)])]


def _add_up(stated: pd.DataFrame) -> pd.DataFrame:
    """One row per observation, by number: what its claims have in common and leave possible, counts, agreement."""
    groups = stated.groupby("at", sort=True)
    ends = groups.agg(
        low=("low", "max"),
        high=("high", "min"),
        outer_low=("low", "min"),
        outer_high=("high", "max"),
        claims=("value", "size"),
        sources=("source", "nunique"),
        first_published=("published", "min"),
        last_published=("published", "max"),
    )
    apart = ends["low"] > ends["high"] + SAME * ends["high"].abs()
    ends["agreement"] = np.select([apart, ends["sources"] > 1], ["conflict", "agree"], "single")
    ends["low"] = ends["low"].mask(apart, ends["outer_low"]).replace(-np.inf, np.nan)
    ends["high"] = ends["high"].mask(apart, ends["outer_high"]).replace(np.inf, np.nan)
    firsts = stated.loc[~stated["at"].duplicated(), [*_SHARED, "at"]].set_index("at")
    return firsts.join(ends).assign(claim_ids=_joined(stated["claim_id"], stated["at"]))


def _joined(texts: pd.Series, at: pd.Series) -> pd.Series[str]:
    """The texts of each number, in their order, joined by ";"."""
    order = np.argsort(at.to_numpy(), kind="stable")
    numbers, sizes = np.unique(at.to_numpy()[order], return_counts=True)
    return join_texts(texts.to_numpy(dtype=object)[order], sizes).set_axis(numbers)


def _choose(stated: pd.DataFrame, ranking: Sequence[str], prefer: Sequence[str]) -> pd.DataFrame:
    """The figure that stands for each observation, by number, and which of `RULES` settled it against the next best."""
    figure = stated["figure"].cat.codes.groupby(stated["at"])
    several = stated["at"].map(figure.min() != figure.max())
    lone = stated[~several & ~stated["at"].duplicated(keep="last")]
    chosen, rules = _rank(stated[several], ranking, prefer)
    standing = pd.concat([lone, chosen]).set_index("at")[_CHOSEN]
    return standing.assign(rule=pd.concat([pd.Series(RULES[0], lone["at"], dtype=TEXT), rules]))


def _rank(several: pd.DataFrame, ranking: Sequence[str], prefer: Sequence[str]) -> tuple[pd.DataFrame, pd.Series]:
    """The statement that stands for each observation of several figures, and the rule, by number of observation."""
    figures = _count_figures(several, prefer)
    criteria = [column for rule in ranking for column in _CRITERIA[rule]]
    ranked = _sorted(figures, ["at", *criteria, "first"])
    nth = ranked.groupby("at").cumcount()
    best, second = ranked[nth == 0].set_index("at"), ranked[nth == 1].set_index("at")
    differs = {rule: (best[list(columns)] != second[list(columns)]).any(axis=1) for rule, columns in _CRITERIA.items()}
    decided = [differs[rule] & best[list(_CRITERIA[rule])].notna().any(axis=1) for rule in ranking]
    rules = np.select(decided, list(ranking), RULES[-1])
    chosen = several.iloc[best["last"].to_numpy(dtype=int)]
    return chosen, pd.Series(rules, index=best.index, dtype=TEXT)


def _count_figures(several: pd.DataFrame, prefer: Sequence[str]) -> pd.DataFrame:
    """One row per figure of an observation, with what each criterion asks for: the less, the better."""
    rows = several.assign(
        row=np.arange(len(several)),
        number=several["figure"].cat.codes,
        width=(several["high"] - several["low"]),
        rank=several["publisher"].astype(object).map({name: at for at, name in enumerate(prefer)}).fillna(len(prefer)),
    )
    counted = rows.groupby(["at", "number"], as_index=False, sort=False).agg(
        middle=("middle", "first"),
        stating=("source", "nunique"),
        latest=("published", "max"),
        width=("width", "min"),
        rank=("rank", "min"),
        first=("row", "min"),
        last=("row", "max"),
    )
    age = (counted["latest"].max() - counted["latest"]).dt.days
    return counted.assign(admitting=-_count_admitting(rows, counted), stating=-counted["stating"], age=age)


def _count_admitting(stated: pd.DataFrame, counted: pd.DataFrame) -> np.ndarray:
    """For each of the figures, how many sources state an interval that holds it: "under 800" admits 790.

    Counting only those who say the same would let a late "under $800 million" stand for an exact "$790 million".
    A sweep from the lowest end to the highest: a source begins to admit, a figure is met, a source ends.
    """
    spans = _unite(stated)
    at = np.concatenate([spans["at"], counted["at"], spans["at"]])
    places = np.concatenate([spans["low"], counted["middle"], spans["high"]])
    steps = np.repeat([1, 0, -1], [len(spans), len(counted), len(spans)])
    order = np.lexsort((-steps, places, at))
    admitting = np.empty(len(order), dtype=int)
    admitting[order] = np.cumsum(steps[order])
    return admitting[len(spans) : len(spans) + len(counted)]


def _unite(stated: pd.DataFrame) -> pd.DataFrame:
    """The spans of values each source admits of an observation, those that overlap as one, a hair wider than stated."""
    low, high = (stated[end] + sign * SAME * stated[end].abs() for end, sign in (("low", -1), ("high", 1)))
    ends = _sorted(stated[["at", "source"]].assign(low=low, high=high), ["at", "source", "low"])
    source = ends.groupby(["at", "source"], sort=False)
    reached = source["high"].cummax().groupby([ends["at"], ends["source"]], sort=False).shift()
    span = (~(ends["low"] <= reached)).cumsum()
    return ends.groupby(span, sort=False).agg(at=("at", "first"), low=("low", "min"), high=("high", "max"))


def _list_sides(stated: pd.DataFrame, conflicts: pd.Index) -> pd.Series:
    apart = stated[stated["at"].isin(conflicts)].drop_duplicates(["at", "figure"])
    ascending = _sorted(apart.assign(rank=ranks(apart["qualifier"])), ["at", "value", "value_upper", "rank"])
    return _joined(ascending["figure"], ascending["at"])


def titled(observations: pd.DataFrame) -> pd.DataFrame:
    """The observations with the `series_title` that their subject, unit, calendar and status make."""
    stated_of = pd.DataFrame(
        {
            "unit": observations["unit"].fillna(""),
            "calendar": observations["calendar_group"],
            "outlook": observations["status"].map(STATUS_CLASSES),
        }
    )
    line, lines = number_rows(stated_of)
    title, pairs = number_rows(pd.DataFrame({"subject": observations["subject"], "line": line}))
    titles = [series_title(subject, *lines[at]) for subject, at in pairs]
    return observations.assign(series_title=named(titles, title))


def read_side(side: str) -> tuple[str, float, float]:
    """Qualifier, value and value_upper of one of the `sides`.

    >>> read_side("=1500000..1600000")
    ('=', 1500000.0, 1600000.0)
    """
    figure = side.lstrip("=~<>")
    lower, _, upper = figure.partition("..")
    return side[: len(side) - len(figure)], float(lower), float(upper or "nan")


def typed_observations(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with the columns and dtypes of `OBSERVATION_COLUMNS`; a text that says nothing is missing."""
    table = typed(frame, OBSERVATION_COLUMNS).reset_index(drop=True)
    texts = [column.name for column in OBSERVATION_COLUMNS if column.dtype == TEXT]
    return table.assign(**{name: table[name].mask(table[name] == "") for name in texts})
