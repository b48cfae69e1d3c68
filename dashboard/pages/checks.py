"""The checks page: what does not add up among the claims, each check with both its sides and their sources.

The address is the state: `?verdict=`, `?rule=` and `?scope=` choose checks, `?page=` the page of the list. Without a
verdict those are listed that do not hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt
from dash import html
from dash.development.base_component import Component

from dashboard.components import faces
from dashboard.components.markup import aria
from dashboard.data import Archive, Checked, Row, Snapshot, records
from dashboard.form import format_day, whole, written
from dashboard.theme import format_value
from dashboard.words import count, figure, known, period_of, source_name, verdict_name
from etl.errors import TradeFiguresError
from etl.series import CHECK_RULES
from etl.series.checks import SCOPES, VERDICTS

__all__ = ["PAGE_SIZE", "TITLE", "layout"]

TITLE = "Checks · trade-figures"

PAGE_SIZE = 25
"""Checks on a page of the list."""

# A store of so many claims is checked in a second or two: a page waits for it. Of a larger one the reader is told.
_SMALL, _MOST_PATIENT, _PATIENCE = 20_000, 60.0, 1.0
_MOST_CLAIMS = 5  # of a side; the observation has them all

_FAILED = VERDICTS[:2]
_VERDICTS = {"": "Does not add up", **{name: verdict_name(name) for name in VERDICTS}}
_SCOPES = {"document": "Within one document", "sources": "Across sources"}
_RULES = {rule.name: rule.title for rule in CHECK_RULES}
_SAYS = {rule.name: rule.says for rule in CHECK_RULES}

Query = str | list[str]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Choice:
    """What the address asks for; "" is no choice, and of verdicts those that do not hold."""

    verdict: str = ""
    rule: str = ""
    scope: str = ""
    page: int = 1

    @property
    def address(self) -> str:
        """The address of the page that shows this choice."""
        asked = {"verdict": self.verdict, "rule": self.rule, "scope": self.scope}
        chosen = {name: value for name, value in asked.items() if value} | (
            {"page": self.page} if self.page > 1 else {}
        )
        return f"/checks?{urlencode(chosen)}" if chosen else "/checks"

    def rows(self, checked: Checked) -> Rows:
        """The chosen checks, in the order of their table: contradictions first, the largest gaps first."""
        others = {name: value for name, value in (("rule", self.rule), ("scope", self.scope)) if value}
        verdicts = [self.verdict] if self.verdict else _FAILED
        return np.concatenate([checked.rows(verdict=verdict, **others) for verdict in verdicts])


def layout(
    archive: Archive, verdict: Query = "", rule: Query = "", scope: Query = "", page: Query = "1", **_query: Query
) -> Component:
    """A page of the checks; a part of the address that makes no sense is left out."""
    try:
        claims = len(archive.snapshot())
        checked = archive.checks(_MOST_PATIENT if claims <= _SMALL else _PATIENCE)
        if checked is None:
            return _frame([faces.being_checked(claims)])
        return _frame(_page(checked, _read(verdict, rule, scope, page)))
    except TradeFiguresError as error:
        return _frame([faces.unreadable(error)])


def _frame(parts: Sequence[Component]) -> Component:
    return html.Div([html.H1("Checks"), *parts], className="page checks")


def _read(verdict: Query, rule: Query, scope: Query, page: Query) -> _Choice:
    asked = (_among(verdict, VERDICTS), _among(rule, _RULES), _among(scope, SCOPES))
    number = _last(page)
    return _Choice(*asked, page=max(1, int(number[:9])) if number.isascii() and number.isdigit() else 1)


def _last(value: Query) -> str:
    return value if isinstance(value, str) else value[-1]


def _among(value: Query, known_values: Sequence[str] | Mapping[str, str]) -> str:
    return _last(value) if _last(value) in known_values else ""


def _page(checked: Checked, choice: _Choice) -> list[Component]:
    if not len(checked.snapshot):
        return [faces.empty_store()]
    if not len(checked.table):
        return [faces.nothing_to_check()]
    found = choice.rows(checked)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    choice = replace(choice, page=min(choice.page, pages))
    start = (choice.page - 1) * PAGE_SIZE
    return [
        html.P(_summary(checked), className="quiet"),
        _controls(checked, choice),
        *_items(checked, found[start : start + PAGE_SIZE]),
        *([] if len(found) else [_nothing(checked, choice)]),
        *_pager(len(found), pages, choice),
    ]


def _summary(checked: Checked) -> str:
    """How many checks there are, and how many of them do not hold."""
    total, failed = len(checked.table), len(_Choice().rows(checked))
    if not failed:
        return f"Everything that can be checked holds: {count(total, 'check')}."
    verb = "do" if failed > 1 else "does"
    which = f"{count(failed, 'check')} of {whole(total)} {verb} not hold"
    return f"Figures are set against each other by arithmetic. {which}; rounding and “about” are allowed for."


def _controls(checked: Checked, choice: _Choice) -> Component:
    """The choices there are, each with its number of checks beside what else is chosen."""
    menus = [
        _links("Verdict", [_link(checked, choice, "verdict", value, title) for value, title in _VERDICTS.items()]),
        _links("Where", [_link(checked, choice, "scope", *each) for each in {"": "Everywhere", **_SCOPES}.items()]),
        _links("Rule", [_link(checked, choice, "rule", *each) for each in {"": "All rules", **_RULES}.items()]),
    ]
    return html.Div([*menus, *_files(choice)], className="check-controls")


def _files(choice: _Choice) -> list[Component]:
    """The checks that are listed as a file, and all of them."""
    asked = {"verdict": choice.verdict or "fails", "scope": choice.scope, "check": choice.rule}
    query = urlencode({name: value for name, value in asked.items() if value})
    addresses = {"These as CSV": f"/checks.csv?{query}", "All checks as CSV": "/checks.csv"}
    return [html.A(words, href=address, className="button") for words, address in addresses.items()]


def _links(title: str, links: Sequence[Component | None]) -> Component:
    shown = [link for link in links if link is not None]
    return html.Nav([html.Span(title, className="quiet"), *shown], **aria(label=title))


def _link(checked: Checked, choice: _Choice, name: str, value: str, title: str) -> Component | None:
    """A choice as a link; None where it would show nothing and is not the one that is set, or no choice at all."""
    chosen = getattr(choice, name) == value
    wanted = replace(choice, page=1, **{name: value})
    number = len(wanted.rows(checked))
    if not (number or chosen or not value):
        return None
    current = aria(current="true") if chosen else {}
    return html.A(
        [title, html.Span(whole(number), className="tally")], href=wanted.address, className="button", **current
    )


def _nothing(checked: Checked, choice: _Choice) -> Component:
    if choice == _Choice():
        holding = html.A("See them", href=_Choice(verdict="holds").address)
        words = f"Everything that can be checked holds: {count(len(checked.table), 'check')}. "
        return html.P([words, holding], className="card")
    return html.P(["No check is like this. ", html.A("Show what does not add up", href="/checks")], className="card")


def _items(checked: Checked, rows: Rows) -> list[Component]:
    checks = records(checked.at(rows))
    if not checks:
        return []
    claims = _claims(checked.snapshot, checks)
    return [html.Ol([_item(check, claims) for check in checks], className="check-list")]


def _claims(snapshot: Snapshot, checks: Sequence[Row]) -> dict[str, Row]:
    """The claims that are shown of some checks, by claim_id."""
    wanted = {name for check in checks for side in ("left", "right") for name in _ids(check, side)[:_MOST_CLAIMS]}
    places = snapshot.claim_ids.places(sorted(wanted))
    return {claim["claim_id"]: claim for claim in records(snapshot.claims_at(places[places >= 0]))}


def _ids(check: Row, side: str) -> list[str]:
    return [name for name in known(check[f"{side}_claims"]).split(";") if name]


def _item(check: Row, claims: Mapping[str, Row]) -> Component:
    """A check: verdict, what is checked, the comparison in words, how far off it is, and who says so."""
    what = ": ".join(part for part in (check["subject"], period_of(check)) if part)
    head = [
        html.Span(_VERDICTS[check["verdict"]], className=f"check-verdict {check['verdict']}"),
        html.Span(_RULES[check["rule"]], title=_SAYS[check["rule"]]),
        html.Span(_SCOPES[check["scope"]].lower(), className="quiet"),
    ]
    guess = known(check["hint"])
    hint = [html.P(f"Perhaps {written(guess)}", className="check-hint")] if guess else []
    sides = [_side(title, _ids(check, side), claims) for side, title in (("left", "Stated"), ("right", "Set against"))]
    return html.Li(
        [
            html.P(head, className="check-head"),
            html.H2(html.A(what, href=f"/observation/{check['observation_id']}")),
            html.P(written(check["formula"]), className="check-formula"),
            *hint,
            html.P(_apart(check), className="quiet"),
            html.Div([side for side in sides if side is not None], className="check-sides"),
        ],
        className="card",
    )


def _apart(check: Row) -> str:
    """How far the sides are from meeting, and how far apart they may be."""
    unit = check["unit"]
    room = f"; {format_value(check['tolerance'], unit)} is allowed for" if check["tolerance"] > 0 else ""
    if check["verdict"] == "holds":
        return f"The two sides meet{room}."
    share = written(f"{check['gap_share']:.1%}")
    return f"{format_value(check['gap'], unit)} from meeting, {share} of the larger side{room}."


def _side(title: str, names: Sequence[str], claims: Mapping[str, Row]) -> Component | None:
    """The claims of one side, each with its place in its document; None where there are none."""
    shown = [claims[name] for name in names[:_MOST_CLAIMS] if name in claims]
    if not shown:
        return None
    more = [html.Li(f"and {whole(len(names) - len(shown))} more", className="quiet")] * (len(names) > len(shown))
    return html.Div([html.H3(title), html.Ul([*map(_claim, shown), *more])])


def _claim(claim: Row) -> Component:
    address = f"/document/{claim['document_id']}?claim={claim['claim_id']}"
    about = " · ".join(part for part in (period_of(claim), format_day(claim["published"])) if part)
    link = html.A(source_name(claim), href=address)
    return html.Li([html.Strong(figure(claim)), " ", link, html.Span(about, className="citation-date")])


def _pager(number: int, pages: int, choice: _Choice) -> list[Component]:
    """Which checks these are, and the way to those before and after; nothing where all are on one page."""
    if pages == 1:
        return []
    first, last = (choice.page - 1) * PAGE_SIZE + 1, min(choice.page * PAGE_SIZE, number)
    where = html.Span(f"{whole(first)} to {whole(last)} of {count(number, 'check')}", className="quiet")
    ways = [("Previous", choice.page - 1), ("Next", choice.page + 1)]
    links = {
        words: html.A(words, href=replace(choice, page=to).address, className="button")
        for words, to in ways
        if 1 <= to <= pages
    }
    parts = [links.get("Previous"), where, links.get("Next")]
    return [html.Nav([part for part in parts if part], className="pager", **aria(label="Pages of the list"))]
