"""Documents that were read and are not yet kept → what a reader looks at before she keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components.marked_text import MarkedText
from dashboard.components.markup import aria
from dashboard.data import Row, records
from dashboard.data.change import Change
from dashboard.form import format_day, whole, written
from dashboard.jobs import Look, source_title
from dashboard.words import agreement, count, direction, figure, known, period_of, shorten
from etl.series import calendar_group
from etl.sources import Failure
from etl.store import READ
from etl.titles import metric_title

__all__ = ["PAGE_SIZE", "change_card", "document_cards", "left_out", "summary"]

PAGE_SIZE = 10
"""Documents on a page of those that were read."""

# Characters of the texts on a page, and claims of a document: what is more, its page in the store has.
_MOST_SHOWN, _MOST_CLAIMS = 200_000, 200
# Documents that are open when the page comes, and lines of each list.
_OPEN, _LINES = 3, 8

_NEW, _JOINS, _APART = "a new figure", "another source of a figure", "disagrees with a figure"


def summary(look: Look) -> str:
    """How much was found, in a sentence."""
    documents, claims = len(look.records), len(look.arrivals.claims)
    if not documents:
        return "There is nothing new to keep."
    if not claims:
        return f"{count(documents, 'document')}, and no figure about trade or the economy was found."
    return f"{count(claims, 'claim')} found in {count(documents, 'document')}."


def change_card(change: Change) -> Component:
    """What the store would have that it has not: series, figures, sources, conflicts, checks that do not hold."""
    lines = [line for line in _change_lines(change) if line is not None]
    told = lines or [html.Li("No figure of the store changes.")]
    return html.Section(
        [html.H2("What keeping them changes"), html.Ul(told, className="changes")], className="card prose"
    )


def document_cards(look: Look, token: str, page: int = 1) -> list[Component]:
    """A page of the documents, each with its claims, its text with the figures marked, and the numbers not used.

    `token` is that of the job, for the way to the other pages.
    """
    documents = look.arrivals.documents
    pages = max(1, -(-len(documents) // PAGE_SIZE))
    at = (min(max(page, 1), pages) - 1) * PAGE_SIZE
    effects = dict(_effects(look.change))
    room = _MOST_SHOWN
    cards: list[Component] = []
    for number, document in enumerate(records(documents.iloc[at : at + PAGE_SIZE])):
        text = look.arrivals.texts[document["document_id"]]
        room -= len(text)
        cards.append(_card(look, document, text if room >= 0 else None, effects, is_open=number < _OPEN))
    return cards if pages == 1 else [*cards, _pager(token, at, len(documents))]


def left_out(look: Look) -> list[Component]:
    """What the store has already, and what could not be read, with the reason; nothing where there is none."""
    had = [html.Li(html.A(name, href=f"/document/{at}")) for at, name in look.known.items()]
    known = [_list("Already in the store", had)] if had else []
    failed = [_list("Not read", [_failure(each) for each in look.failures])] if look.failures else []
    return [*known, *failed]


def _pager(token: str, at: int, number: int) -> Component:
    """Which of the documents these are, and the way to the others."""
    page = at // PAGE_SIZE + 1
    before = [html.A("Previous", href=f"/add?job={token}&page={page - 1}", className="button")] if at else []
    last = min(at + PAGE_SIZE, number)
    after = [html.A("Next", href=f"/add?job={token}&page={page + 1}", className="button")] if last < number else []
    where = html.Span(f"{whole(at + 1)} to {whole(last)} of {count(number, 'document')}", className="quiet")
    return html.Nav([*before, where, *after], className="pager", **aria(label="Pages of the documents"))


def _list(title: str, lines: Sequence[Component]) -> Component:
    heading = html.H2([title, html.Span(whole(len(lines)), className="tally")])
    return html.Section([heading, html.Ul(lines, className="changes")], className="card prose")


def _failure(failure: Failure) -> Component:
    return html.Li([html.Strong(failure.source), html.Br(), f"{failure.reason[:1].upper()}{failure.reason[1:]}."])


def _change_lines(change: Change) -> Iterator[Component | None]:
    yield _line("new series", [html.Li(title) for title in change.series], plural="new series")
    yield _line("new figure", [html.Li(_observed(each)) for each in change.figures])
    agreed = [each for each in change.joined if each["agreement"] != "conflict"]
    yield _line("figure gets another source", [_joined(each) for each in agreed], plural="figures get another source")
    apart = [_joined(each) for each in change.conflicts]
    yield _line("figure on which sources disagree", apart, plural="figures on which sources disagree", bad=True)
    failed = [_check(each) for each in change.checks]
    yield _line("check that does not hold", failed, plural="checks that do not hold", bad=True)


def _line(name: str, lines: Sequence[Component], plural: str = "", *, bad: bool = False) -> Component | None:
    if not lines:
        return None
    title = f"{whole(len(lines))} {name if len(lines) == 1 else plural or f'{name}s'}"
    more = [html.Li(f"and {whole(len(lines) - _LINES)} more", className="quiet")] if len(lines) > _LINES else []
    inner = html.Ul([*lines[:_LINES], *more])
    return html.Li([html.Strong(title), inner], className="conflict" if bad else "")


def _observed(observation: Row) -> str:
    said = (observation["subject"], period_of(observation), figure(observation))
    return ", ".join(part for part in said if part)


def _joined(observation: Row) -> Component:
    when = ", ".join(part for part in (observation["subject"], period_of(observation)) if part)
    return html.Li(f"{when}. {agreement(observation)}")


def _check(check: Row) -> Component:
    hint = f" Perhaps {written(check['hint'])}." if known(check["hint"]) else ""
    return html.Li(f"{check['subject']}: {written(check['formula'])}.{hint}")


def _effects(change: Change) -> Iterator[tuple[str, str]]:
    """Each claim of the observations that change → what it does there."""
    apart = {each["observation_id"] for each in change.conflicts}
    for observations, effect in ((change.figures, _NEW), (change.joined, _JOINS)):
        for each in observations:
            what = _APART if each["observation_id"] in apart else effect
            yield from ((claim, what) for claim in each["claim_ids"].split(";"))


def _card(look: Look, document: Row, text: str | None, effects: Mapping[str, str], *, is_open: bool) -> Component:
    arrivals, name = look.arrivals, document["document_id"]
    claims = arrivals.claims[arrivals.claims["document_id"] == name]
    mentions = arrivals.mentions[arrivals.mentions["document_id"] == name]
    head = html.Summary([html.H2(source_title(document)), html.Span(count(len(claims), "claim"), className="tally")])
    parts = [
        html.P(_origin(document), className="quiet"),
        *_notes(document, claims, look.change.copies),
        *([_claims(claims, effects)] if len(claims) else []),
        _text(text, claims, mentions),
        *_unused(mentions),
    ]
    return html.Details([head, html.Div(parts, className="prose")], className="card given", open=is_open)


def _origin(document: Row) -> str:
    publisher = known(document["publisher"]) or "publisher not known"
    said = (publisher, known(document["author"]), format_day(document["published"]), document["source"])
    return " · ".join(part for part in said if part)


def _notes(document: Row, claims: pd.DataFrame, copies: Mapping[str, str]) -> list[Component]:
    """What a reader should know before she keeps it."""
    notes: list[Component] = []
    if document["status"] != READ:
        reason = str(document["status"])
        only = "Only English is read. The text can be kept, and nothing is taken from it."
        notes.append(html.P(f"{reason[:1].upper()}{reason[1:]}. {only}", className="notice"))
    elif claims.empty:
        notes.append(html.P("No figure about trade or the economy was found in it.", className="notice"))
    elif pd.isna(document["published"]):
        notes.append(
            html.P(
                "Without its day of publication, words such as “last year” cannot be dated. Discard it and give it "
                "again with the day, if you know it.",
                className="quiet",
            )
        )
    if original := copies.get(document["document_id"]):
        link = html.A("Another document", href=f"/document/{original}")
        notes.append(html.P([link, " has this text already. The two count as one source."], className="quiet"))
    return notes


def _claims(claims: pd.DataFrame, effects: Mapping[str, str]) -> Component:
    heads = ("What is measured", "Who", "Period", "As written", "Figure", "In the store")
    shown = claims.iloc[:_MOST_CLAIMS]
    rows = zip(records(shown), calendar_group(shown), strict=True)
    body = [
        html.Tr([html.Td(cell) for cell in (*_cells(claim, calendar), effects.get(claim["claim_id"], ""))])
        for claim, calendar in rows
    ]
    table = html.Table([html.Thead(html.Tr([html.Th(head) for head in heads])), html.Tbody(body)], className="plain")
    more = len(claims) - len(shown)
    rest = (
        [html.P(f"And {count(more, 'more claim')}; its page has all of them when it is kept.", className="quiet")]
        if more
        else []
    )
    return html.Div([table, *rest], className="scroll", tabIndex=0, role="region", **aria(label="Claims"))


def _cells(claim: Row, calendar: str) -> tuple[str, ...]:
    title = metric_title(claim["metric"])
    return title, direction(claim), period_of(claim, calendar), f"“{claim['span_text']}”", figure(claim)


def _text(text: str | None, claims: pd.DataFrame, mentions: pd.DataFrame) -> Component:
    if text is None:
        return html.P("The text is too long to be shown here; its page has it when it is kept.", className="quiet")
    nodes = MarkedText(text, claims, mentions).nodes()
    return html.Div(nodes, className="text given-text", tabIndex=0, role="region", **aria(label="Text"))


def _unused(mentions: pd.DataFrame) -> list[Component]:
    if mentions.empty:
        return []
    rows = [html.Tr([html.Td(shorten(row["span_text"], "")), html.Td(row["reason"])]) for row in records(mentions)]
    head = html.Thead(html.Tr([html.Th("Number"), html.Th("Why it was not used")]))
    title = html.Summary(f"{count(len(rows), 'number')} seen and not used")
    return [html.Details([title, html.Table([head, html.Tbody(rows)], className="plain")])]
