"""A selection → which claims it keeps, and how many each further choice would show: marks over numbers, not texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt

from dashboard.data.history import Standing
from dashboard.data.rows import Bools, Names
from dashboard.data.snapshot import Snapshot
from dashboard.data.state import Selection
from etl.model import AGREEMENTS

__all__ = ["Filters", "Option", "Options"]

_BY_SERIES: Final = ("metric", "product", "reporter", "frequency")

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a facet and the number of claims one would see with it."""

    value: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Options:
    """The values of a facet that are shown, those with most claims first, and how many there are in all."""

    shown: list[Option]
    total: int


@dataclass(frozen=True)
class Filters:
    """The filters of a selection over a snapshot.

    What all claims of a series share is decided for each series and not for each claim: there are fifty times fewer.
    """

    snapshot: Snapshot
    selection: Selection

    def marks(self, leave_out: str = "") -> Bools:
        """Which claims the selection keeps, in the rows of the snapshot; `leave_out` names a filter not applied.

        The names are those of the parameters; "period" stands for from and to.
        """
        kept = self._all_claims(leave_out)
        by_series = [marks for name, marks in self._of_series.items() if name != leave_out]
        return kept & np.logical_and.reduce(by_series).take(self.snapshot.series_of) if by_series else kept

    def count(self, facet: str, most: int | None = None, matching: Callable[[str], bool] | None = None) -> Options:
        """The values of a facet with the number of claims each would show beside the other choices, most first.

        Values that would show nothing, do not match, or come after the first `most` are left out unless chosen.
        """
        names, counts = self._counted(facet)
        chosen = set(self.selection.chosen(facet))
        found = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)].tolist()
        if matching is not None:
            found = [at for at in found if matching(names[at])]
        places = {*islice(found, most), *(at for at, name in enumerate(names) if chosen and name in chosen)}
        ranked = sorted(places, key=lambda at: (-counts[at], at))
        shown = [Option(names[at], int(counts[at]), names[at] in chosen) for at in ranked]
        return Options(shown, len(found))

    def count_years(self) -> dict[int, int]:
        """How many claims speak of each year (that in which its period ends), whatever years are chosen."""
        if self.snapshot.years is None:
            return {}
        first, last = self.snapshot.years
        _, years = self.snapshot.year_ends
        counts = np.bincount(np.compress(self.marks("period"), years), minlength=last + 1)
        return {year: int(counts[year]) for year in range(first, last + 1)}

    def left_out(self) -> int:
        """How many claims without any date the other filters keep and the choice of years leaves out."""
        if "period" not in self._of_claims:
            return 0
        return int(np.count_nonzero(self.marks("period") & (self.snapshot.year_ends[1] == 0)))

    def undated_documents(self) -> int:
        """How many documents without a day of publication the other filters keep and the choice of a day leaves out."""
        if "as_of" not in self._of_claims:
            return 0
        dated = self.snapshot.dated_claims
        return len(np.unique(self.snapshot.document_of[dated:][self.marks("as_of")[dated:]]))

    @cached_property
    def standing(self) -> Standing:
        """How each observation stood on the day of the selection."""
        return self.snapshot.history.standing(self.snapshot.known_on(self.selection.as_of))

    # ---- the filters that are set, by name ------------------------------------------------------------------------

    @cached_property
    def _of_series(self) -> Mapping[str, Bools]:
        """What the selection keeps of the series."""
        series, chosen = self.snapshot.series, self.selection
        marks = {
            name: series.facets[name].marks(chosen.chosen(name))[series.facets[name].codes]
            for name in _BY_SERIES
            if chosen.chosen(name)
        }
        if chosen.parties:
            marks["parties"] = self._with_all(chosen.parties)
        if chosen.series:
            marks["series"] = series.marks(chosen.series)
        return marks

    @cached_property
    def _of_claims(self) -> Mapping[str, Bools]:
        """What the selection keeps of the claims, by what is not the same for all of a series."""
        chosen, snapshot = self.selection, self.snapshot
        marks = {
            name: names.marks(chosen.chosen(name))[names.codes]
            for name, names in snapshot.own_facets.items()
            if chosen.chosen(name)
        }
        if chosen.agreement:
            wanted = np.isin(AGREEMENTS, chosen.agreement)
            marks["agreement"] = wanted[self.standing.agreement][snapshot.observation_of]
        if chosen.sources > 1:
            marks["sources"] = (self.standing.sources >= chosen.sources)[snapshot.observation_of]
        if chosen.first is not None or chosen.last is not None:
            marks["period"] = self._within(chosen.first, chosen.last)
        if chosen.as_of is not None:
            marks["as_of"] = np.arange(len(snapshot)) < snapshot.known_on(chosen.as_of)
        if chosen.q:
            marks["q"] = self._found(chosen.q)
        return marks

    def _with_all(self, parties: Iterable[str]) -> Bools:
        """Which series have all of these parties."""
        series = self.snapshot.series
        wanted = series.party.marks(list(parties))[series.party.codes]
        number = np.bincount(series.party_series[wanted], minlength=len(series.table))
        return np.asarray(number == len(set(parties)))

    def _within(self, first: int | None, last: int | None) -> Bools:
        """Claims whose period touches the years; a claim without any date touches none."""
        starts, ends = self.snapshot.year_ends
        return (ends >= (first or 1)) & (starts <= (last or np.iinfo(np.int32).max)) & (ends > 0)

    def _found(self, words: str) -> Bools:
        """Claims that have every word in the title of the series, or in publisher or title of the document."""
        snapshot, found = self.snapshot, np.ones(len(self.snapshot), dtype=bool)
        for word in words.lower().split():
            series, documents = (
                texts.str.contains(word, regex=False).to_numpy(dtype=bool)
                for texts in (snapshot.series.words, snapshot.words)
            )
            found &= series[snapshot.series_of] | documents[snapshot.document_of]
        return found

    # ---- counting ------------------------------------------------------------------------------------------------

    def _counted(self, facet: str) -> tuple[tuple[str, ...], Counts]:
        series = self.snapshot.series
        if facet == "series":
            return self._counted_series()
        if facet == "parties":
            names, claims = series.party, self._claims_of_series()[series.party_series]
        elif facet in _BY_SERIES:
            names, claims = series.facets[facet], self._claims_of_series(facet)
        else:
            names = self._names(facet)
            return names.names, np.bincount(np.compress(self.marks(facet), names.codes), minlength=len(names.names))
        return names.names, np.bincount(names.codes, weights=claims, minlength=len(names.names)).astype(np.int64)

    def _counted_series(self) -> tuple[tuple[str, ...], Counts]:
        """The charts, each a series to a reader; a link may also choose a series within one."""
        series, claims = self.snapshot.series, self._claims_of_series("series")
        of_charts = np.bincount(series.table["chart"], weights=claims, minlength=len(series.charts)).astype(np.int64)
        within = {name: at for name in self.selection.series if (at := series.ids.place(name)) is not None}
        return (*series.chart_ids, *within), np.append(of_charts, claims[list(within.values())])

    def _names(self, facet: str) -> Names:
        if facet == "agreement":
            return Names(AGREEMENTS, self.standing.agreement[self.snapshot.observation_of])
        return self.snapshot.own_facets[facet]

    def _claims_of_series(self, leave_out: str = "") -> Counts:
        """How many claims of each series the selection keeps."""
        others = [marks for name, marks in self._of_series.items() if name != leave_out]
        return np.where(np.logical_and.reduce(others), self._per_series, 0) if others else self._per_series

    @cached_property
    def _per_series(self) -> Counts:
        """How many claims of each series the filters keep that look at single claims."""
        series_of, number = self.snapshot.series_of, len(self.snapshot.series.table)
        kept = np.compress(self._all_claims(), series_of) if self._of_claims else series_of
        return np.bincount(kept, minlength=number)

    def _all_claims(self, leave_out: str = "") -> Bools:
        marks = [marks for name, marks in self._of_claims.items() if name != leave_out]
        return np.logical_and.reduce(marks) if marks else np.ones(len(self.snapshot), dtype=bool)
