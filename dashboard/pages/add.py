"""The page on which documents are added: give them, look at what was found, keep it or discard it.

The address is the state: `?job=` has the token of what was given, `&page=` the page of its documents. The script
assets/add.js sends the form, so that a reader sees how much of a large file has left.
"""

from __future__ import annotations

import time
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import ids
from dashboard.access import Access
from dashboard.components.look import change_card, document_cards, left_out, summary
from dashboard.components.markup import aria, data
from dashboard.data import Selection, records, write_query
from dashboard.form import whole
from dashboard.intake import ADDRESS, MOST_FILES, MOST_TEXT, TOO_LARGE
from dashboard.jobs import MOST_BYTES, Job, Jobs, Look, source_title
from dashboard.words import count

__all__ = ["TITLE", "connect", "layout", "stage"]

TITLE = "Add documents · trade-figures"

Query = str | list[str]

_STEPS = ("Give", "Look", "Keep")
_POLL = 700  # milliseconds between two looks at a job

# More charts than a reader takes in at once: the link then leads to all figures.
_MOST_SERIES = 12

# Seconds after which a reader wonders whether anything still happens.
_LONG = 3

_KEEP, _DISCARD = "keep", "discard"

_FORMATS = (
    "Texts, Markdown, web pages, PDFs, feeds, dumps (JSON lines, Parquet) and archives of crawls (WARC), also packed "
    f"with gzip; up to {MOST_FILES} files and {MOST_BYTES // 1_000_000} MB together."
)

_FIELDS = (
    ("title", "Title", "Ministers meet", "off"),
    ("publisher", "Publisher", "Capital Post", "organization"),
    ("published", "Day of publication", "2024-09-19", "off"),
    ("url", "Address of the original", "https://…", "off"),
    ("language", "Language", "en", "off"),
)

_WORDS = {
    "waiting": "Waiting: other documents are being read first",
    "opening": "Opening what you gave",
    "comparing": "Comparing the figures with those of the store",
    "keeping": "Writing to the store",
}


def layout(jobs: Jobs | None, access: Access, job: Query = "", page: Query = "1", **_query: Query) -> Component:
    """The page at one of its three steps; without `jobs` nothing can be added, and not by those who may not.

    `job` is the token of what was given, `page` that of the documents that are looked at.
    """
    heading = html.H1("Add documents")
    if jobs is None:
        return html.Div([heading, _read_only()], className="page add")
    if not access.may_add:
        return html.Div([heading, _not_by_you(access)], className="page add")
    token, number = _last(job), _last(page)
    found = jobs.find(token) if token else None
    at = int(number[:6]) if number.isascii() and number.isdigit() else 1
    body, is_busy = _shown(found, at) if found else ([*([_gone()] if token else []), *_give()], False)
    poll = dcc.Interval(id=ids.ADD_POLL, interval=_POLL, disabled=not is_busy)
    shown = html.Div(body, id=ids.ADD_STAGE, className="stage")
    return html.Div([heading, shown, poll, dcc.Store(id=ids.ADD_JOB, data=token)], className="page add")


def connect(app: Dash, jobs: Jobs | None, access: Access) -> None:
    """Show how far a job is, and do what the reader decides."""
    if jobs is None:
        return

    @app.callback(
        Output(ids.ADD_STAGE, "children"),
        Output(ids.ADD_POLL, "disabled"),
        Input(ids.ADD_POLL, "n_intervals"),
        Input({"type": ids.ADD_ANSWER, "index": ALL}, "n_clicks"),
        State(ids.ADD_JOB, "data"),
        prevent_initial_call=True,
    )
    def show(_times: int | None, clicks: list[int | None], token: str) -> tuple[list[Component], bool]:
        asked = ctx.triggered_id
        if not token or (asked != ids.ADD_POLL and not any(clicks)):
            raise PreventUpdate
        if not access.may_add:
            return [_not_by_you(access)], True
        return _answer(jobs, token, asked["index"] if isinstance(asked, dict) else "")


def stage(job: Job, page: int = 1) -> list[Component]:
    """What is shown of a job: how far it is, a page of what was found, that it is kept, or why it failed."""
    if job.phase == "failed":
        return [_steps(1), _failed(job.reason)]
    if job.phase == "kept" and job.look:
        return [_steps(2, done=True), _kept(job.look)]
    if job.phase == "ready" and job.look:
        return [_steps(1), *_not_kept(job.reason), *_look(job.look, job.token, page)]
    return [_steps(2 if job.phase == "keeping" else 0), _progress(job)]


def _last(value: Query) -> str:
    return value if isinstance(value, str) else value[-1]


def _answer(jobs: Jobs, token: str, decision: str) -> tuple[list[Component], bool]:
    if decision == _DISCARD:
        jobs.discard(token)
        return [_steps(0), _discarded()], True
    job = jobs.keep(token) if decision == _KEEP else jobs.find(token)
    shown, is_busy = _shown(job) if job else ([_gone(), *_give()], False)
    return shown, not is_busy


def _shown(job: Job, page: int = 1) -> tuple[list[Component], bool]:
    """What is shown of a job, and whether it goes on by itself; one that ends meanwhile is asked about once more."""
    is_busy = job.is_busy
    return stage(job, page), is_busy


def _steps(at: int, *, done: bool = False) -> Component:
    """The three steps, and at which of them one is."""
    items = [
        html.Li(name, className="past" if number < at or done else "", **(aria(current="step") if number == at else {}))
        for number, name in enumerate(_STEPS)
    ]
    return html.Ol(items, className="steps", **aria(label="Steps"))


# ---- give ------------------------------------------------------------------------------------------------------------


def _give() -> list[Component]:
    return [_steps(0), html.Form([_paste(), _files(), _about(), *_send()], id="add-form", **_posted())]


def _posted() -> dict[str, Any]:
    return data(post=ADDRESS, most=str(MOST_BYTES), files=str(MOST_FILES), text=str(MOST_TEXT), large=TOO_LARGE)


def _paste() -> Component:
    field = dcc.Textarea(
        name="text", className="add-text", placeholder="Trade between Russia and Pakistan reached $1 billion in 2023 …"
    )
    return html.Section([html.Label([html.Span("Paste a text", className="add-label"), field])], className="card")


def _files() -> Component:
    """Where files are dropped; the script puts the button of the browser into it."""
    said = [html.Strong("Drop files here, or choose them"), html.Span(_FORMATS, className="quiet")]
    zone = html.Label(said, className="drop", id="add-drop", htmlFor="add-files")
    return html.Section([zone, html.Ul(id="add-chosen", className="chosen")], className="card")


def _about() -> Component:
    fields = [_field(*each) for each in _FIELDS]
    note = (
        "All of it may stay empty: what the document says of itself is found, and what nobody says is not guessed. "
        "What you write here counts before that. Title, day and address are taken for a single document, publisher and "
        "language for all you give."
    )
    legend = html.Legend("About the document")
    inner = html.Fieldset([legend, html.P(note, className="quiet"), html.Div(fields, className="fields")])
    return html.Section(inner, className="card")


def _field(name: str, title: str, example: str, complete: str) -> Component:
    field = dcc.Input(
        name=name, type="text", placeholder=example, className="add-field", autoComplete=complete, debounce=True
    )
    return html.Label([html.Span(title, className="add-label"), field])


def _send() -> list[Component]:
    promise = "It is read on this machine, and shown to you first. Nothing enters the store before you say so."
    return [
        html.P(id="add-problem", className="notice", role="alert", hidden=True),
        html.Div(
            [html.Button("Read", className="button primary", type="submit"), html.Span(promise)], className="send"
        ),
        html.Div(
            [html.Progress(id="add-sent", max="100", value="0", **aria(label="Sent")), html.Span(id="add-sent-words")],
            id="add-sending",
            className="card progress",
            hidden=True,
            role="status",
        ),
    ]


# ---- look ------------------------------------------------------------------------------------------------------------


def _progress(job: Job) -> Component:
    reading = f"Reading document {whole(min(job.done + 1, job.total))} of {whole(job.total)}: {job.name}"
    seconds = int(time.monotonic() - job.since)
    said = _WORDS.get(job.phase, reading) + (f" ({seconds} s so far)" if seconds >= _LONG else "")
    known_end: dict[str, Any] = {"value": str(job.done), "max": str(job.total)} if job.phase == "reading" else {}
    stop = [] if job.phase == "keeping" else [_button("Stop", _DISCARD)]
    bar = html.Progress(**known_end, **aria(label="Progress"))
    return html.Section([html.P(said, role="status"), bar, *stop], className="card prose progress")


def _look(look: Look, token: str, page: int) -> list[Component]:
    head = html.Section(
        [html.H2(summary(look), tabIndex=-1, **data(arrived="")), _decide(look)], className="card prose decide"
    )
    change = [change_card(look.change)] if len(look.arrivals.claims) else []
    return [head, *left_out(look), *change, *document_cards(look, token, page)]


def _not_kept(reason: str) -> list[Component]:
    """Why the store took nothing; nothing where nobody has tried."""
    said = f"Nothing was kept, and nothing is lost: {reason}. Put it right, and keep it again."
    return [html.P(said, className="notice", role="alert")] if reason else []


def _decide(look: Look) -> Component:
    if not look.records:
        return html.Div(html.A("Add others", href="/add", className="button primary"), className="actions")
    title = f"Keep {count(len(look.records), 'document')}"
    style = "button primary" if len(look.arrivals.claims) else "button"
    return html.Div([_button(title, _KEEP, style), _button("Discard", _DISCARD)], className="actions")


def _button(title: str, decision: str, style: str = "button") -> Component:
    return html.Button(title, id=ids.part(ids.ADD_ANSWER, decision), className=style, type="button")


# ---- the end ---------------------------------------------------------------------------------------------------------


def _kept(look: Look) -> Component:
    links = [
        html.Li(html.A(source_title(document), href=f"/document/{document['document_id']}"))
        for document in records(look.arrivals.documents)
    ]
    found = f"{count(len(links), 'document')} with {count(len(look.arrivals.claims), 'claim')}"
    series = look.change.series_ids
    figures = write_query(Selection(series=series)) if len(series) <= _MOST_SERIES else ""
    see = [html.A("See the figures", href=f"/?{figures}", className="button primary")] if series else []
    more = html.A("Add others", href="/add", className="button")
    return html.Section(
        [
            html.H2(f"Kept: {found}", tabIndex=-1, **data(arrived="")),
            html.P("All pages show them from now on."),
            html.Ul(links, className="changes"),
            html.Div([*see, more], className="actions"),
        ],
        className="card prose",
    )


def _discarded() -> Component:
    return _ending("Discarded", "Nothing was kept: what you gave and what was read of it are gone.")


def _failed(reason: str) -> Component:
    return _ending("This could not be read", f"{reason[:1].upper()}{reason[1:]}.", role="alert")


def _gone() -> Component:
    return html.P(
        "What was given here is gone: it was discarded, or not looked at for a while. Nothing more of it is kept.",
        className="notice",
        role="status",
    )


def _read_only() -> Component:
    return html.Section(
        [
            html.H2("This dashboard is read-only"),
            html.P("It can be reached from other machines, so nobody may change its store from a browser."),
            html.P("Documents are added on the machine that has the store:"),
            html.Pre(html.Code("trade-figures extract FOLDER")),
            html.P("Whoever runs the dashboard may allow it here too, by starting it so:"),
            html.Pre(html.Code("trade-figures serve --host ADDRESS --allow-adding")),
        ],
        className="face",
        role="status",
    )


def _not_by_you(access: Access) -> Component:
    ways = [html.P(html.A("Sign in", href="/login?next=/add"))] if access.has_accounts else []
    return html.Section(
        [html.H2("Not everybody adds documents here"), html.P(access.why_not()), *ways], className="face", role="status"
    )


def _ending(title: str, words: str, role: str = "status") -> Component:
    again = html.Div(html.A("Add others", href="/add", className="button primary"), className="actions")
    heading = html.H2(title, tabIndex=-1, **data(arrived=""))
    return html.Section([heading, html.P(words, className="face-reason"), again], className="card prose", role=role)
