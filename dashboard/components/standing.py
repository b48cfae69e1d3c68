"""Observations of a snapshot → how their figures came to stand, publication by publication."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components.markup import written_day
from dashboard.data import Row, Snapshot, records
from dashboard.data.rows import spread
from dashboard.words import count, facet_value, figure, period_of, source_name
from etl.model import AGREEMENTS

__all__ = ["revisions", "standing"]

# Lines of one page; the rest is in the CSV.
_MOST_LINES = 200


@dataclass(frozen=True)
class _Said:
    """A claim of an observation, whether its figure was said before, and how the observation stood after it."""

    claim: Row
    repeats: bool
    stood: str

    @property
    def cells(self) -> list[str | Component]:
        """When it was published, by whom, and the figure."""
        address = f"/document/{self.claim['document_id']}?claim={self.claim['claim_id']}"
        link = html.A(source_name(self.claim), href=address)
        return [written_day(self.claim["published"]), link, figure(self.claim)]


def standing(snapshot: Snapshot, observation_id: str) -> Component:
    """Each claim in the order of publication: who says which figure first, who repeats it, how all stood then."""
    said = _said(snapshot, snapshot.observation_ids.places([observation_id]))
    lines = [[*each.cells, _how(each), each.stood] for each in said]
    names = ("Published", "Who", "Figure", "How", "All then")
    return html.Section([html.H2("As it stood when"), _table(names, lines)], className="card prose")


def revisions(snapshot: Snapshot, observations: Sequence[Row]) -> Component:
    """Of each period that has been given several figures, each of them when it was first said; nothing without one."""
    numbers = snapshot.observation_ids.places([row["observation_id"] for row in observations])
    changed = numbers[~snapshot.has_one_figure[numbers]]
    periods = dict(zip(numbers.tolist(), observations, strict=True))
    lines = list(_revised(snapshot, changed, periods))
    if not lines:
        return html.Div()
    names = ("Period", "Published", "Who", "Figure", "All then")
    why = "Each figure when it was first said, of the periods for which several were."
    left = len(lines) - _MOST_LINES
    more = [html.P(f"{count(left, 'more figure')} in the CSV of claims.", className="quiet")] if left > 0 else []
    table = _table(names, lines[:_MOST_LINES])
    parts = [html.H2("How the figures changed"), html.P(why, className="quiet"), table, *more]
    return html.Section(parts, className="card prose")


def _revised(
    snapshot: Snapshot, numbers: npt.NDArray[np.int64], observations: dict[int, Row]
) -> Iterator[list[str | Component]]:
    """A line for each figure, the period where it is the first of it."""
    before = None
    for each in _said(snapshot, numbers, firsts=True):
        at = snapshot.observation_ids.place(each.claim["observation_id"])
        period = (period_of(observations[at]) or "No period") if at is not None and at != before else ""
        yield [period, *each.cells, each.stood]
        before = at


def _said(snapshot: Snapshot, numbers: npt.NDArray[np.int64], *, firsts: bool = False) -> list[_Said]:
    """The claims of some observations, each in the order of publication; of one figure the first alone, if asked."""
    groups, history = snapshot.history.groups, snapshot.history
    rows, places = groups.of_groups(numbers), spread(groups.starts[numbers], groups.sizes[numbers])
    figures = snapshot.statements["figure"].iloc[rows].astype(object).to_numpy()
    again = pd.DataFrame({"of": snapshot.observation_of[rows], "figure": figures}).duplicated().to_numpy()
    kept = ~again if firsts else np.ones(len(rows), dtype=bool)
    after = zip(history.agreement[places[kept]], history.sources[places[kept]], strict=True)
    stood = [_stood(int(agreed), int(sources)) for agreed, sources in after]
    told = zip(records(snapshot.claims_at(rows[kept])), again[kept].tolist(), stood, strict=True)
    return [_Said(*each) for each in told]


def _how(said: _Said) -> str:
    if said.claim["document_id"] != said.claim["original"]:
        return "a copy"
    return "repeats it" if said.repeats else "says it first"


def _stood(agreed: int, sources: int) -> str:
    named = facet_value("agreement", AGREEMENTS[agreed])
    return named if sources == 1 else f"{named}: {count(sources, 'source')}"


def _table(names: Sequence[str], lines: Sequence[Sequence[str | Component]]) -> Component:
    head = html.Thead(html.Tr([html.Th(name) for name in names]))
    body = html.Tbody([html.Tr([html.Td(cell) for cell in line]) for line in lines])
    return html.Div(html.Table([head, body], className="plain stood"), className="scroll")
