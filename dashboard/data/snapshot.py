"""One version of a store → what its pages are made of, read once and kept small: claims, statements, observations.

A million claims are counted by numbers: each claim knows the numbers of its series, its document and its observation,
and texts are kept once for each distinct one. Rows are in the order of publication, those without a day last, so that
what was known on a day is a beginning of every table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.data.history import History
from dashboard.data.kept import Kept
from dashboard.data.rows import Bools, Groups, Ids, Names, Numbers, Row, compacted, records, solid
from dashboard.data.state import NONE
from etl.decisions import REVIEWED_COLUMNS, DecisionLog, log_of
from etl.frame import typed
from etl.model import AGREEMENTS
from etl.series import FREQUENCIES, OBSERVATION_COLUMNS, RULES, STATUS_CLASSES, count_as, reconcile, to_statements
from etl.store import Store, load_documents, load_mentions, load_reviewed, load_text, prove
from etl.titles import Subject, series_slug

__all__ = ["Series", "Snapshot", "read_prepared", "read_snapshot", "state_of"]

# Each takes a few megabytes of a million claims.
_MOST_COLUMNS, _MOST_TABLES = 16, 8

_DERIVED = (
    *("own_facets", "years", "options", "series_of_observation", "chart_of", "observations_of_chart", "original_of"),
    *("published", "published_days", "is_dated", "has_one_figure", "by_subject", "_places"),
)

Days = npt.NDArray[np.datetime64]

_SUBJECT = ["metric", "product", "parties", "reporter", "partner", "kind"]

# What a claim has of its own; the rest it has from its document.
_OF_DOCUMENT = ("title", "publisher", "author", "published", "url", "retrieved", "language", "document_sha256")
_LONG = ("quote", "span_text")
_PLACED = ["claim_id", "calendar_group"]

# What `reconcile` asks of a statement.
_STATED = [
    *("claim_id", "observation_id", "series_id", "subject", *_SUBJECT, "unit", "dimension", "calendar_group"),
    *("period_start", "period_end", "period_label", "value", "value_upper", "qualifier", "status", "publisher"),
    *("published", "low", "high", "middle", "figure", "source"),
]
_OBSERVED_TEXTS = [
    column.name
    for column in OBSERVATION_COLUMNS
    if column.dtype == "str" and column.name not in {"observation_id", "claim_ids", "sides"}
]


@dataclass(frozen=True)
class Series:
    """The series of a store, one row each, numbered by their identifiers; and the charts they are drawn on.

    `table` has series_id, title, subject, the columns of a subject, unit, dimension, calendar_group, frequency,
    status_class, chart (a number), claims, observations, sources, first and last (days). `charts` has chart_id, title
    and dimension, a row for each subject and dimension.
    """

    table: pd.DataFrame
    charts: pd.DataFrame
    party_series: Numbers
    party: Names

    @cached_property
    def ids(self) -> Ids:
        """The series by identifier."""
        return Ids.of(self.table["series_id"])

    @cached_property
    def words(self) -> pd.Series[str]:
        """What a search looks at."""
        return self.table["title"].str.lower()

    @cached_property
    def chart_ids(self) -> tuple[str, ...]:
        """The identifiers of the charts."""
        return tuple(self.charts["chart_id"])

    def named(self, name: str) -> tuple[str, str]:
        """The title of the series, or of the chart, with this identifier; and its unit where the title is not enough.

        Raises `KeyError` where there is none.
        """
        if (at := self.ids.place(name)) is not None:
            return str(self.table["title"].iloc[at]), ""
        return self._named_charts[name]

    @cached_property
    def _named_charts(self) -> dict[str, tuple[str, str]]:
        titles, units = self.charts["title"], self.table.groupby("chart")["unit"].first().fillna("")
        named = zip(titles, units.where(titles.duplicated(keep=False), ""), strict=True)
        return dict(zip(self.chart_ids, named, strict=True))

    @cached_property
    def dimensions(self) -> frozenset[str]:
        """The unit dimensions there are."""
        return frozenset(self.charts["dimension"])

    @cached_property
    def facets(self) -> dict[str, Names]:
        """The facets that all claims of a series share."""
        names = ("metric", "product", "reporter", "frequency")
        return {name: Names.of(self.table[name], NONE) for name in names}

    def marks(self, chosen: Sequence[str]) -> Bools:
        """Which series have one of these identifiers, or the identifier of their chart."""
        charts = self.charts["chart_id"].isin(list(chosen)).to_numpy()
        return np.asarray(self.table["series_id"].isin(list(chosen)).to_numpy() | charts[self.table["chart"]])


@dataclass(frozen=True)
class Snapshot:
    """One version of a store, and what was decided about its claims by then.

    `state` changes with either: the version, and the number of decisions in the log, which only grows. `own` has what
    claims have of their own, `statements` what `reconcile` asks for, `base` the observations of all claims as they
    stand; `series_of`, `document_of` and `observation_of` are the numbers of each claim in the tables of series and
    documents, and in `base`. `reading` is the order in which claims are listed: what, whose, when. `rejected` are the
    claims that people took out, as the extractor gave them.
    `columns` and `tables` are what tables were sorted by, and their rows, as they were last asked for.
    """

    store: Store
    state: tuple[int, int]
    documents: pd.DataFrame
    own: pd.DataFrame
    statements: pd.DataFrame
    base: pd.DataFrame
    series: Series
    series_of: Numbers
    document_of: Numbers
    observation_of: Numbers
    reading: Numbers
    history: History
    rejected: pd.DataFrame
    columns: Kept[str, Any] = field(default_factory=lambda: Kept(_MOST_COLUMNS), repr=False)
    tables: Kept[Any, Numbers] = field(default_factory=lambda: Kept(_MOST_TABLES), repr=False)

    def __len__(self) -> int:
        """How many claims there are."""
        return len(self.own)

    # ---- facets, as numbers --------------------------------------------------------------------------------------

    @cached_property
    def own_facets(self) -> Mapping[str, Names]:
        """The facets that each claim has of its own: status, publisher and review."""
        publisher = Names.of(self.documents["publisher"], NONE)
        return {
            "status": Names.of(self.own["status"], NONE),
            "publisher": Names(publisher.names, publisher.codes[self.document_of]),
            "review": Names.of(self.own["review"], NONE),
        }

    @cached_property
    def year_ends(self) -> tuple[Numbers, Numbers]:
        """The first and the last year each claim speaks of; 0 where it names no day."""
        start, end = self.statements["period_start"], self.statements["period_end"]
        ends = (start.fillna(end), end.fillna(start))
        first, last = (days.dt.year.fillna(0).to_numpy().astype(np.int32) for days in ends)
        return first, last

    @cached_property
    def years(self) -> tuple[int, int] | None:
        """The first and last year any claim speaks of, or None where none is dated."""
        first, last = self.year_ends
        return (int(first[first > 0].min()), int(last.max())) if last.any() else None

    @cached_property
    def options(self) -> dict[str, tuple[str, ...]]:
        """Every value a link may ask for, of each facet and of the series."""
        facets = self.series.facets
        return {
            "metric": facets["metric"].names,
            "parties": self.series.party.names,
            "reporter": facets["reporter"].names,
            "product": facets["product"].names,
            **{name: names.names for name, names in self.own_facets.items()},
            "frequency": tuple(name for name in FREQUENCIES if name in facets["frequency"].names),
            "agreement": AGREEMENTS,
            "series": (*self.series.table["series_id"], *self.series.chart_ids),
        }

    def count_values(self, facet: str) -> int:
        """How many values a facet has; of the series those that a chart shows are one."""
        return len(self.series.charts if facet == "series" else self.options[facet])

    # ---- claims and observations ---------------------------------------------------------------------------------

    @cached_property
    def claim_ids(self) -> Ids:
        """The claims by identifier."""
        return Ids.of(self.statements["claim_id"])

    @cached_property
    def observation_ids(self) -> Ids:
        """The observations by identifier."""
        return Ids.of(self.base["observation_id"])

    @cached_property
    def document_ids(self) -> Ids:
        """The documents by identifier."""
        return Ids.of(self.documents["document_id"])

    @cached_property
    def claims_of_document(self) -> Groups:
        """The claims of each document."""
        return Groups.of(self.document_of, len(self.documents))

    @cached_property
    def series_of_observation(self) -> Numbers:
        """The series of each observation."""
        names = self.base["series_id"].cat
        return self.series.ids.places(names.categories.to_list())[names.codes].astype(np.int32)

    @cached_property
    def chart_of(self) -> Numbers:
        """The chart of each observation."""
        return self.series.table["chart"].to_numpy()[self.series_of_observation].astype(np.int32)

    @cached_property
    def observations_of_chart(self) -> Groups:
        """The observations of each chart."""
        return Groups.of(self.chart_of, len(self.series.charts))

    @cached_property
    def claims(self) -> pd.DataFrame:
        """All claims in reading order, whole: of a large store ask `claims_at` for some."""
        return self.claims_at(self.reading)

    def claims_at(self, rows: Any, only: Collection[str] | None = None) -> pd.DataFrame:  # noqa: ANN401  an array or a slice
        """The claims of these rows: the columns of `COLUMNS` and four more; of the former, where they are named, some.

        `document_kind` says whether the document is an article or a digest, `original` is the id of the document whose
        text it has, `observation_id` the observation that all claims of the store make, `calendar_group` what kind of
        stretch its period is.
        """
        columns = [column for column in REVIEWED_COLUMNS if only is None or column.name in only]
        names = {column.name for column in columns}
        own, stated = (
            self.own[[name for name in self.own if name in names]].iloc[rows],
            self.statements[_PLACED].iloc[rows],
        )
        documents = self.documents.iloc[self.document_of[rows]].set_axis(own.index)
        named = own.assign(claim_id=stated["claim_id"], document_id=documents["document_id"], **_named(documents))
        claims: pd.DataFrame = typed(named, columns).assign(
            document_kind=documents["kind"],
            original=documents["copy_of"].fillna(documents["document_id"]),
            observation_id=self.base["observation_id"].iloc[self.observation_of[rows]].set_axis(own.index),
            calendar_group=stated["calendar_group"].astype("str").set_axis(own.index),
        )
        return claims.reset_index(drop=True)

    @cached_property
    def original_of(self) -> Numbers:
        """The document whose text each claim's document has."""
        copies = self.documents["copy_of"]
        own = np.arange(len(copies))
        originals = np.where(copies.isna(), own, self.document_ids.places(copies.fillna("").to_list()))
        return np.where(originals < 0, own, originals)[self.document_of].astype(np.int32)

    def figures(self, rows: Any) -> list[str]:  # noqa: ANN401  as in `claims_at`
        """What the claims of these rows say, as text: qualifier and figure, as `sides` of an observation has them."""
        said = self.statements["figure"].array.take(rows)
        names: list[str] = said.categories.array.take(said.codes).tolist()
        return names

    def observations_at(self, numbers: Any) -> pd.DataFrame:  # noqa: ANN401
        """The observations of these numbers as all claims make them, the columns of `OBSERVATION_COLUMNS`."""
        observations: pd.DataFrame = typed(self.base.iloc[numbers], OBSERVATION_COLUMNS)
        return observations.reset_index(drop=True)

    def statements_at(self, rows: Any) -> pd.DataFrame:  # noqa: ANN401
        """The statements of these rows, for `reconcile`, with no more categories than they have."""
        stated: pd.DataFrame = self.statements.iloc[rows]
        names = [name for name in stated if stated[name].dtype == "category"]
        fewer = {str(name): stated[name].cat.remove_unused_categories() for name in names}
        return stated.assign(**fewer)

    # ---- documents -----------------------------------------------------------------------------------------------

    @cached_property
    def latest(self) -> pd.DataFrame:
        """The documents, latest first, with a column `words` to search in: title, publisher, author, source."""
        documents = self.documents.sort_values(["published", "title"], ascending=[False, True], na_position="last")
        title, *others = (documents[name].fillna("") for name in ("title", "publisher", "author", "source"))
        return documents.assign(words=title.str.cat(pd.concat(others, axis=1), sep="\n").str.lower())

    @cached_property
    def words(self) -> pd.Series[str]:
        """What a search for figures looks at in each document: its title and its publisher."""
        return self.documents["title"].fillna("").str.cat(self.documents["publisher"].fillna(""), sep="\n").str.lower()

    def document(self, document_id: str) -> Row | None:
        """The row of a document, or None where there is none of this id."""
        at = self.document_ids.place(document_id)
        return None if at is None else records(self.documents.iloc[[at]])[0]

    def family(self, document: Row) -> pd.DataFrame:
        """The other documents that have the text of `document`: its original and the copies of that, latest first."""
        original = document["copy_of"] if isinstance(document["copy_of"], str) else document["document_id"]
        ids = self.latest["document_id"]
        related = ((ids == original) | (self.latest["copy_of"] == original)) & (ids != document["document_id"])
        family: pd.DataFrame = self.latest[related]
        return family

    @cached_property
    def proved_quotes(self) -> tuple[int, int]:
        """How many claims match their document character for character, and how many there are."""
        proof = prove(self.store)
        return proof.claims - len(proof.breaches), proof.claims

    def text(self, document_id: str) -> str:
        """The text of a document, which the offsets of its claims count in."""
        return load_text(self.store, document_id)

    def claims_in(self, document_id: str) -> pd.DataFrame:
        """The claims of a document, in the order of its text."""
        at = self.document_ids.place(document_id)
        return self.claims_at(self.claims_of_document.of_group(at) if at is not None else slice(0))

    def mentions(self, document_id: str) -> pd.DataFrame:
        """The numbers seen in a document and not used, each with the reason."""
        return load_mentions(self.store, document_id=document_id)

    # ---- what was known, and what has a place in time ------------------------------------------------------------

    @cached_property
    def published(self) -> Days:
        """The day each claim was published, ascending, those without one last."""
        return self.statements["published"].to_numpy()

    @cached_property
    def dated_claims(self) -> int:
        """How many claims have a day of publication."""
        return len(self) - int(np.isnat(self.published).sum())

    @cached_property
    def published_days(self) -> pd.DatetimeIndex:
        """The days on which claims were published, ascending."""
        return pd.DatetimeIndex(self.published[: self.dated_claims]).unique()

    def known_on(self, day: dt.date | None) -> int:
        """How many claims were published on or before a day; without a day all claims there are."""
        if day is None:
            return len(self)
        return int(np.searchsorted(self.published[: self.dated_claims], np.datetime64(day), side="right"))

    @cached_property
    def is_dated(self) -> Bools:
        """Which observations have a place on an axis of time: a period with both ends."""
        return (self.base["period_start"].notna() & self.base["period_end"].notna()).to_numpy()

    @cached_property
    def has_one_figure(self) -> Bools:
        """Which observations have one figure only, so that no rule has to choose."""
        return (self.base["rule"] == RULES[0]).to_numpy()

    @cached_property
    def by_subject(self) -> Numbers:
        """The observations by subject and period."""
        subject = Names.of(self.base["subject"], "").codes
        return np.lexsort([self.base["period_start"].to_numpy(), subject]).astype(np.int32)

    def periods_of_charts(self, wanted: Bools) -> npt.NDArray[np.int64]:
        """How many different periods the wanted ones among the observations have on each chart."""
        of_observation, chart = self._places
        has = np.zeros(len(chart), dtype=bool)
        has[of_observation[wanted]] = True
        return np.bincount(chart[has], minlength=len(self.series.charts))

    @cached_property
    def _places(self) -> tuple[Numbers, Numbers]:
        """The place, a chart and a period, of each observation; and the chart of each place."""
        key = [self.chart_of, *(self.base[name].to_numpy() for name in ("period_start", "period_end"))]
        at = pd.DataFrame(dict(enumerate(key))).groupby([0, 1, 2], sort=False, dropna=False).ngroup().to_numpy()
        return at.astype(np.int32), self.chart_of[~pd.Series(at).duplicated().to_numpy()]


def state_of(store: Store) -> tuple[int, int]:
    """The version of a store, and how many decisions there are about its claims."""
    return store.version, len(DecisionLog(log_of(store.path)))


def read_snapshot(store: Store) -> Snapshot:
    """The store at its version; a million claims take seconds, and then the memory of a short video."""
    state = state_of(store)
    documents, reviewed = load_documents(store), load_reviewed(store)
    claims = reviewed.claims
    stated = to_statements(claims, count_as(documents))
    base = compacted(reconcile(stated), _OBSERVED_TEXTS)
    own = _own(claims, stated)
    document_of = Ids.of(documents["document_id"]).places(own.pop("document_id").to_list()).astype(np.int32)
    series, series_of = _series(stated, base)
    observed = Ids.of(base["observation_id"]).places(stated["observation_id"].cat.categories.to_list())
    observation_of = observed[stated["observation_id"].cat.codes].astype(np.int32)
    return Snapshot(
        store=store,
        state=state,
        documents=solid(documents),
        own=solid(own),
        statements=solid(stated[_STATED]),
        base=solid(base),
        series=series,
        series_of=series_of,
        document_of=document_of,
        observation_of=observation_of,
        reading=_reading(stated, own),
        history=History.of(stated, observation_of, len(base)),
        rejected=reviewed.rejected,
    )


def read_prepared(store: Store) -> Snapshot:
    """`read_snapshot`, with what the first pages would derive from it: of a large store that takes seconds too."""
    snapshot = read_snapshot(store)
    for name in _DERIVED:
        getattr(snapshot, name)
    for ids in (snapshot.claim_ids, snapshot.observation_ids, snapshot.document_ids, snapshot.series.ids):
        ids.places([""])
    return snapshot


def _own(claims: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """The claims in the order of the statements, without what their documents tell, names as categories."""
    order = Ids.of(claims["claim_id"]).places(stated["claim_id"].to_list())
    kept = claims.drop(columns=["claim_id", *_OF_DOCUMENT]).iloc[order].reset_index(drop=True)
    names = [str(name) for name in kept if kept[name].dtype == "str" and name not in {*_LONG, "document_id"}]
    return compacted(kept, names)


def _named(documents: pd.DataFrame) -> dict[str, pd.Series]:
    return {name: documents[name] for name in _OF_DOCUMENT}


def _series(stated: pd.DataFrame, base: pd.DataFrame) -> tuple[Series, Numbers]:
    """The series of some statements, and the number of each statement's series."""
    firsts = base.drop_duplicates("series_id")
    table = firsts[["series_id", "series_title", "subject", *_SUBJECT, "unit", "dimension", "calendar_group"]]
    table = table.assign(
        frequency=firsts["frequency"], status_class=firsts["status"].astype(object).map(STATUS_CLASSES)
    )
    table = _as_texts(table.rename(columns={"series_title": "title"})).sort_values("series_id", ignore_index=True)
    ids = Ids.of(table["series_id"])
    numbers = ids.places(stated["series_id"].cat.categories.to_list())[stated["series_id"].cat.codes].astype(np.int32)
    observed = ids.places(base["series_id"].cat.categories.to_list())[base["series_id"].cat.codes]
    charts, chart = _charts(table)
    counted = table.assign(chart=chart, **_counts(stated, base, numbers, observed, len(table)))
    return Series(counted, charts, *_party_pairs(table["parties"])), numbers


def _charts(table: pd.DataFrame) -> tuple[pd.DataFrame, Numbers]:
    """One row for each subject and dimension, and the number of the row of each series."""
    chart = table.groupby(["subject", "dimension"], sort=False).ngroup().to_numpy().astype(np.int32)
    firsts = table[~pd.Series(chart).duplicated().to_numpy()]
    ids = [
        series_slug(Subject(*subject), measure)
        for *subject, measure in firsts[[*_SUBJECT, "dimension"]].fillna("").itertuples(index=False, name=None)
    ]
    charts = firsts[["subject", "dimension"]].rename(columns={"subject": "title"}).assign(chart_id=ids)
    return charts.reset_index(drop=True), chart


def _counts(
    stated: pd.DataFrame,
    base: pd.DataFrame,
    numbers: Numbers,
    observed: npt.NDArray[np.int64],
    series: int,
) -> dict[str, Any]:
    pairs = pd.DataFrame({"series": numbers, "source": stated["source"].to_numpy()}).drop_duplicates()
    days = base.groupby(observed).agg(first=("period_start", "min"), last=("period_end", "max")).reindex(range(series))
    return {
        "claims": np.bincount(numbers, minlength=series),
        "observations": np.bincount(observed, minlength=series),
        "sources": np.bincount(pairs["series"], minlength=series),
        "first": days["first"].to_numpy(),
        "last": days["last"].to_numpy(),
    }


def _party_pairs(parties: pd.Series) -> tuple[Numbers, Names]:
    """The series of each pair of a series and a party, and the party."""
    pairs = parties.fillna(NONE).str.split(";").explode()
    return pairs.index.to_numpy().astype(np.int32), Names.of(pairs, NONE)


def _as_texts(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its categories as texts."""
    return table.assign(**{str(name): table[name].astype("str") for name in table if table[name].dtype != "str"})


def _reading(stated: pd.DataFrame, own: pd.DataFrame) -> Numbers:
    """The order of the table and of the CSV: what, whose, when; of one figure the latest publication comes last."""
    names = [Names.of(own[name], "\U0010ffff").codes for name in ("metric", "parties", "reporter", "product")]
    days = [_last_if_missing(stated[name]) for name in ("period_start", "period_end", "published")]
    ids = np.argsort(np.argsort(Ids.of(stated["claim_id"]).ids))
    return np.lexsort([ids, *reversed(days), *reversed(names)]).astype(np.int32)


def _last_if_missing(days: pd.Series) -> Any:  # noqa: ANN401
    numbers = days.to_numpy().astype("datetime64[D]").astype(np.int64)
    return np.where(days.isna().to_numpy(), np.iinfo(np.int64).max, numbers)
