"""A snapshot and a selection → what a page shows: counts, the charts of a page, lone figures, sources of a figure.

All is counted from numbers; only the observations that are shown are put together. One that has all its claims is
taken as it stands in the store; one that the filters left a part of its claims is reconciled anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.data.drawing import Drawn, drawn, told
from dashboard.data.filters import Filters, Options
from dashboard.data.kept import Kept
from dashboard.data.rows import Bools, Numbers, Row, records
from dashboard.data.snapshot import Snapshot
from dashboard.data.state import Selection
from etl.series import CHOICES, reconcile
from etl.series.statements import figures

__all__ = ["CHARTS_A_PAGE", "SPOKEN", "Chart", "Shown", "Sources", "View"]

CHARTS_A_PAGE: Final = 12
"""Charts on one page: beyond these a reader filters rather than scrolls, and the browser slows down."""

_MOST_KEPT: Final = 16

SPOKEN: Final = ("span_text", "qualifier", "quote", "status", "publisher", "title", "published")
"""What a tooltip says of a claim."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Who says the figures of a chart: how many documents, from when to when, and who said the latest."""

    documents: int
    first: pd.Timestamp | None = None
    last: pd.Timestamp | None = None
    latest: str | None = None


@dataclass(frozen=True)
class Shown:
    """The claims that the filters of a selection keep, counted by observation and by chart.

    `held` is the number of claims kept of each observation; `charts` are the numbers of those that have two periods or
    more, the richest first; `figures` and `claims` count for each chart.
    """

    snapshot: Snapshot
    filters: Filters
    kept: Bools
    held: Numbers
    charts: Numbers
    figures: npt.NDArray[np.int64]
    claims: npt.NDArray[np.int64]
    _observations: Kept[tuple[int, str], pd.DataFrame] = field(default_factory=lambda: Kept(_MOST_KEPT), repr=False)

    @staticmethod
    def of(snapshot: Snapshot, selection: Selection) -> Shown:
        """What the filters of a selection leave of a snapshot."""
        filters = Filters(snapshot, selection)
        kept, number = filters.marks(), len(snapshot.series.charts)
        held = np.bincount(np.compress(kept, snapshot.observation_of), minlength=len(snapshot.base)).astype(np.int32)
        placed = (held > 0) & snapshot.is_dated
        chart_of = np.compress(placed, snapshot.chart_of)
        figures = np.bincount(chart_of, minlength=number)
        claims = np.bincount(chart_of, weights=np.compress(placed, held), minlength=number).astype(np.int64)
        several = np.flatnonzero(snapshot.periods_of_charts(placed) > 1)
        ranked = several[np.lexsort((several, -claims[several], -figures[several]))]
        return Shown(snapshot, filters, kept, held, ranked.astype(np.int32), figures, claims)

    @cached_property
    def rows(self) -> Numbers:
        """The rows of the claims, in reading order."""
        reading = self.snapshot.reading
        return np.compress(self.kept.take(reading), reading)

    @cached_property
    def numbers(self) -> Numbers:
        """The observations that have any claim."""
        return np.flatnonzero(self.held).astype(np.int32)

    def numbers_of_chart(self, chart: int) -> Numbers:
        """The observations of a chart that have a place in time."""
        numbers = self.snapshot.observations_of_chart.of_group(chart)
        return numbers[(self.held[numbers] > 0) & self.snapshot.is_dated[numbers]]

    def claims_of(self, numbers: npt.NDArray[Any]) -> Numbers:
        """The rows of the claims of some observations that the filters keep, in the order of publication."""
        rows = self.snapshot.history.groups.of_groups(numbers)
        return np.sort(rows[self.kept[rows]])

    def observations(self, numbers: npt.NDArray[Any], rule: str) -> pd.DataFrame:
        """Some observations, in the order of their numbers, as the claims that are kept make them."""
        snapshot, numbers = self.snapshot, np.sort(numbers)
        whole = self.held[numbers] == snapshot.history.groups.sizes[numbers]
        if rule != CHOICES[0]:
            whole &= snapshot.has_one_figure[numbers]
        stated = snapshot.statements_at(self.claims_of(numbers[~whole]))
        if stated.empty:
            return snapshot.observations_at(numbers)
        made = reconcile(stated, rule=rule)
        places = snapshot.observation_ids.places(made["observation_id"].to_list())
        found = pd.concat([snapshot.observations_at(numbers[whole]), made], ignore_index=True)
        return found.iloc[np.argsort(np.append(numbers[whole], places), kind="stable")].reset_index(drop=True)

    def speakers(self, observations: pd.DataFrame) -> pd.DataFrame:
        """Who speaks for each mark: a claim for each row of `split_sides(observations)`, under its observation_id.

        Its columns are those of `SPOKEN`, and of `claims_at` those that are not of `COLUMNS`. Of the claims that state
        a figure, or else of all, it is the latest published, and no copy where another says so too. `copies` is how
        many documents behind the observation have the text of another.
        """
        snapshot = self.snapshot
        numbers = snapshot.observation_ids.places(observations["observation_id"].to_list())
        at, sides = _sides(observations)
        rows = self.claims_of(numbers)
        document, original = snapshot.document_of[rows], snapshot.original_of[rows]
        rank = np.lexsort([rows, rows < snapshot.dated_claims, document == original])
        of, row = snapshot.observation_of[rows], rows[rank]
        said = zip(of[rank].tolist(), snapshot.figures(row), row.tolist(), strict=True)
        stating, anybody = {}, {}
        for observation, figure, claim in said:
            stating[observation, figure] = anybody[observation] = claim
        marks = list(zip(numbers[at].tolist(), sides, strict=True))
        speaking = [stating.get(mark, anybody[mark[0]]) for mark in marks]
        copies = _distinct(of, document) - _distinct(of, original)
        return snapshot.claims_at(np.array(speaking, np.int64), SPOKEN).assign(
            observation_id=observations["observation_id"].to_numpy(dtype=object)[at],
            copies=copies[np.searchsorted(np.unique(of), numbers[at])],
        )

    def observations_of_chart(self, chart: int, rule: str) -> pd.DataFrame:
        """The observations of a chart; the last few charts are kept."""
        return self._observations.get((chart, rule), lambda: self.observations(self.numbers_of_chart(chart), rule))


@dataclass(frozen=True)
class Chart:
    """Observations that belong on one pair of axes: one unit dimension, of one subject, or several laid over another.

    `figures` and `claims` are their numbers; nothing is put together before `observations` is asked for.
    """

    chart_id: str
    title: str
    dimension: str
    figures: int
    claims: int
    numbers: tuple[int, ...]
    shown: Shown = field(repr=False)
    selection: Selection = field(default=Selection(), repr=False)

    @cached_property
    def observations(self) -> pd.DataFrame:
        """The observations, the columns of `OBSERVATION_COLUMNS`, by series and period."""
        parts = [self.shown.observations_of_chart(number, self.selection.rule) for number in self.numbers]
        return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)

    @cached_property
    def drawn(self) -> Drawn:
        """The observations as the selection wants them drawn, and those that cannot be."""
        return drawn(self.observations, self.selection)

    @property
    def told(self) -> list[str]:
        """What the selection does to the figures, in words."""
        return told(self.selection, self.dimension)

    @cached_property
    def rows(self) -> Numbers:
        """The rows of the claims behind the chart, in the order of publication."""
        numbers = [self.shown.numbers_of_chart(number) for number in self.numbers]
        return self.shown.claims_of(np.concatenate(numbers))

    @property
    def sources(self) -> Sources:
        """Who says the figures."""
        return _sources(self.shown.snapshot, self.rows)


@dataclass(frozen=True)
class View:
    """What one selection shows.

    Everything is asked for in parts: of a million claims no page shows them all.
    """

    selection: Selection
    shown: Shown = field(repr=False)

    @property
    def snapshot(self) -> Snapshot:
        """The version of the store."""
        return self.shown.snapshot

    # ---- claims --------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> Numbers:
        """The rows of the claims in the snapshot, in reading order: what, whose, when."""
        return self.shown.rows

    @cached_property
    def claim_count(self) -> int:
        """How many claims there are."""
        return int(np.count_nonzero(self.shown.kept))

    @cached_property
    def sources(self) -> Sources:
        """Who says the figures."""
        return _sources(self.snapshot, np.flatnonzero(self.shown.kept))

    @property
    def left_out(self) -> int:
        """How many claims without any date the choice of years alone has left out."""
        return self.shown.filters.left_out()

    @property
    def undated_documents(self) -> int:
        """How many documents without a day of publication the choice of a day alone has left out."""
        return self.shown.filters.undated_documents()

    @property
    def claims(self) -> pd.DataFrame:
        """All claims in reading order; of a large view ask `claims_at` for some."""
        return self.claims_at()

    def claims_at(self, start: int = 0, stop: int | None = None) -> pd.DataFrame:
        """The claims from one place to another of the reading order, as `Snapshot.claims_at` gives them."""
        return self.snapshot.claims_at(self.rows[start:stop])

    # ---- facets --------------------------------------------------------------------------------------------------

    def count_options(
        self, facet: str, most: int | None = None, matching: Callable[[str], bool] | None = None
    ) -> Options:
        """The values of a facet with the number of claims each would show beside the other choices, most first.

        Values that would show nothing, do not match, or come after the first `most` are left out unless chosen.
        """
        return self.shown.filters.count(facet, most, matching)

    def count_years(self) -> dict[int, int]:
        """How many claims speak of each year (that in which its period ends), whatever years are chosen."""
        return self.shown.filters.count_years()

    def series(self, most: int | None = None) -> pd.DataFrame:
        """The series that are shown, those with most claims first: their table, with the claims that are shown."""
        series_of, number = np.compress(self.shown.kept, self.snapshot.series_of), len(self.snapshot.series.table)
        counts = np.bincount(series_of, minlength=number)
        order = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)][:most]
        return self.snapshot.series.table.iloc[order].assign(claims=counts[order]).reset_index(drop=True)

    # ---- charts and observations ---------------------------------------------------------------------------------

    @property
    def chart_count(self) -> int:
        """How many charts there are, on all pages."""
        return len(self.shown.charts)

    @property
    def page_count(self) -> int:
        """How many pages of charts there are; one at least."""
        return max(1, -(-self.chart_count // CHARTS_A_PAGE))

    @cached_property
    def charts(self) -> tuple[Chart, ...]:
        """The charts of the page, the richest first; laid over another, one for each dimension among them."""
        first = (min(self.selection.page, self.page_count) - 1) * CHARTS_A_PAGE
        charts = [self._chart(int(number)) for number in self.shown.charts[first : first + CHARTS_A_PAGE]]
        return tuple(charts if self.selection.layout == "multiples" else _overlaid(charts))

    @property
    def observation_count(self) -> int:
        """How many observations there are, whether a chart has a place for them or not."""
        return len(self.shown.numbers)

    @property
    def observations(self) -> pd.DataFrame:
        """All observations by series and period; of a large view ask `observations_at` for some."""
        return self.observations_at()

    def observations_at(self, start: int = 0, stop: int | None = None) -> pd.DataFrame:
        """The observations from one place to another, by series and period."""
        return self.shown.observations(self.shown.numbers[start:stop], self.selection.rule)

    @cached_property
    def single_numbers(self) -> Numbers:
        """The observations that are alone on their chart, by subject and period: a lone dot is no time series."""
        snapshot, shown = self.snapshot, self.shown
        in_chart = np.zeros(len(snapshot.series.charts), dtype=bool)
        in_chart[shown.charts] = True
        order = snapshot.by_subject
        return order[((shown.held > 0) & snapshot.is_dated & ~in_chart[snapshot.chart_of])[order]]

    @cached_property
    def undated_numbers(self) -> Numbers:
        """The observations that have no place on an axis of time."""
        return np.flatnonzero((self.shown.held > 0) & ~self.snapshot.is_dated).astype(np.int32)

    def singles(self, most: int | None = None) -> pd.DataFrame:
        """The first of the observations that are alone on their chart."""
        return self._in_order(self.single_numbers[:most])

    def undated(self, most: int | None = None) -> pd.DataFrame:
        """The first of the observations that have no place on an axis of time."""
        return self._in_order(self.undated_numbers[:most])

    def observation(self, observation_id: str) -> Row | None:
        """The row of one observation, or None where the view has no such observation."""
        at = self.snapshot.observation_ids.place(observation_id)
        if at is None or not self.shown.held[at]:
            return None
        return records(self.shown.observations(np.array([at]), self.selection.rule))[0]

    def claims_of(self, observation: Row | str) -> list[Row]:
        """The rows of an observation's claims, earliest published first; those without a date come before all.

        Beside what `Snapshot.claims_at` gives, `low` and `high` are the ends of what a claim admits, in the unit of
        the observation.
        """
        name = observation if isinstance(observation, str) else str(observation["observation_id"])
        at = self.snapshot.observation_ids.place(name)
        if at is None:
            return []
        numbers = self.shown.claims_of(np.array([at]))
        ends = self.snapshot.statements[["low", "high"]].iloc[numbers].reset_index(drop=True)
        rows = records(self.snapshot.claims_at(numbers).assign(low=ends["low"], high=ends["high"]))
        return sorted(rows, key=lambda row: bool(pd.notna(row["published"])))

    def _chart(self, number: int) -> Chart:
        told = self.snapshot.series.charts.iloc[number]
        figures, claims = int(self.shown.figures[number]), int(self.shown.claims[number])
        names = (str(told["chart_id"]), str(told["title"]), str(told["dimension"]))
        return Chart(*names, figures, claims, (number,), self.shown, self.selection)

    def _in_order(self, numbers: Numbers) -> pd.DataFrame:
        made = self.shown.observations(numbers, self.selection.rule)
        return made.iloc[np.argsort(np.argsort(numbers))].reset_index(drop=True)


def _sides(observations: pd.DataFrame) -> tuple[npt.NDArray[np.int64], list[str]]:
    """The row of its observation, and the figure as text, of each mark, in the order of `split_sides`."""
    whole = observations["qualifier"].astype(object) + figures(observations["value"], observations["value_upper"])
    cells = zip(observations["sides"].tolist(), whole.tolist(), strict=True)
    sides = [stated.split(";") if isinstance(stated, str) else [alone] for stated, alone in cells]
    return np.repeat(np.arange(len(sides)), [len(each) for each in sides]), list(chain.from_iterable(sides))


def _distinct(of: Numbers, what: Numbers) -> npt.NDArray[np.int64]:
    """How many different numbers each of some groups has, in the order of the groups."""
    pairs = np.unique(np.column_stack([of, what]), axis=0)
    return np.unique(pairs[:, 0], return_counts=True)[1]


def _overlaid(charts: Sequence[Chart]) -> list[Chart]:
    """The charts with those of one dimension laid over another."""
    by_dimension: dict[str, list[Chart]] = {}
    for chart in charts:
        by_dimension.setdefault(chart.dimension, []).append(chart)
    return [_lay(same) for same in by_dimension.values()]


def _lay(charts: Sequence[Chart]) -> Chart:
    if len(charts) == 1:
        return charts[0]
    return replace(
        charts[0],
        title=f"{len(charts)} series of figures",
        figures=sum(chart.figures for chart in charts),
        claims=sum(chart.claims for chart in charts),
        numbers=tuple(number for chart in charts for number in chart.numbers),
    )


def _sources(snapshot: Snapshot, rows: Numbers | npt.NDArray[np.int64]) -> Sources:
    """Who says the claims of some rows, which are in the order of publication."""
    documents = int(np.count_nonzero(np.bincount(snapshot.document_of[rows], minlength=len(snapshot.documents))))
    dated = rows[rows < snapshot.dated_claims]
    if not len(dated):
        return Sources(documents)
    first, last = (pd.Timestamp(snapshot.published[dated[at]]) for at in (0, -1))
    publisher = snapshot.documents["publisher"].iloc[snapshot.document_of[dated[-1]]]
    return Sources(documents, first, last, publisher if isinstance(publisher, str) else None)
