"""A store → the Dash application: pages, other addresses, and the rules every answer keeps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import dash
from dash import ClientsideFunction, Dash, Input, set_props
from dash.development.base_component import Component

from dashboard import ids
from dashboard.access import Access
from dashboard.components import faces
from dashboard.components.shell import INDEX, shell
from dashboard.data import Archive
from dashboard.intake import take_in
from dashboard.jobs import Jobs
from dashboard.pages import about, add, checks, document, documents, explore, observation, review, series
from dashboard.routes import serve_routes
from dashboard.safety import guard
from dashboard.scripts import LeanDash, serve_scripts
from dashboard.signing_in import let_in
from dashboard.warming import warm
from etl.accounts import Accounts, accounts_of

__all__ = ["create_app"]

_PAGES = 128  # of a million claims some megabyte each


def create_app(
    store: str | Path = "store",
    *,
    host: str = "127.0.0.1",
    name: str | None = None,
    access: Access | None = None,
    warmed: bool = False,
) -> Dash:
    """The dashboard over `store`, which is read in the background; it may also come later.

    `host` is the address it will be served at: requests that name another host are refused, but
    `name`, the one under which a proxy in front serves it.
    `access` says who may decide about claims and add documents; by default who has an account beside the store,
    or the user of this machine. `warmed` makes the first page before anybody asks for it.
    """
    access = access or Access(Accounts(accounts_of(store)), host)
    archive = Archive(str(store))
    archive.start()
    jobs = Jobs(archive) if access.takes_documents else None
    app: Dash = LeanDash(
        name=__name__,
        title="trade-figures",
        update_title="",
        index_string=INDEX,
        use_pages=True,
        pages_folder="",
        serve_locally=True,
        compress=True,
        suppress_callback_exceptions=True,
        enable_mcp=False,
        health_endpoint="healthz",
        on_error=_report,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    serve_scripts(app.server)
    _register_pages(archive, jobs, access)
    app.layout = lambda: shell(access.visitor())
    explore.connect(app, archive)
    series.connect(app)
    review.connect(app, archive, access)
    add.connect(app, jobs, access)
    again = ClientsideFunction("figures", "reload")
    app.clientside_callback(again, Input(ids.RELOAD, "n_intervals"), prevent_initial_call=True)
    serve_routes(app.server, archive)
    take_in(app.server, jobs, access)
    guard(app, host, name)
    let_in(app.server, access)
    if warmed:
        warm(app, archive)
    return app


def _register_pages(archive: Archive, jobs: Jobs | None, access: Access) -> None:
    # Dash keeps one list of pages for the whole process: the app made last must not meet the pages of another.
    dash.page_registry.clear()
    pages: list[tuple[str, str | Callable[..., str], dict[str, Any]]] = [
        (
            "explore",
            explore.TITLE,
            {"path": "/", "layout": partial(explore.layout, archive, explore.Pages(_PAGES, at_once=2))},
        ),
        ("review", review.TITLE, {"path": "/review", "layout": partial(review.layout, archive, access)}),
        ("checks", checks.TITLE, {"path": "/checks", "layout": partial(checks.layout, archive)}),
        ("documents", documents.TITLE, {"path": "/documents", "layout": partial(documents.layout, archive)}),
        (
            "document",
            partial(document.title, archive),
            {"path_template": "/document/<document_id>", "layout": partial(document.layout, archive)},
        ),
        (
            "observation",
            partial(observation.title, archive),
            {"path_template": "/observation/<observation_id>", "layout": partial(observation.layout, archive)},
        ),
        (
            "series",
            partial(series.title, archive),
            {"path_template": "/series/<series_id>", "layout": partial(series.layout, archive)},
        ),
        ("add", add.TITLE, {"path": "/add", "layout": partial(add.layout, jobs, access)}),
        ("about", about.TITLE, {"path": "/about", "layout": partial(about.layout, archive)}),
        ("not_found_404", "Not found · trade-figures", {"path": "/404", "layout": _not_found}),
    ]
    for name, title, options in pages:
        dash.register_page(name, title=title, **options)


def _not_found(**_query: str | list[str]) -> Component:
    return faces.not_found("There is no page at this address. The link may be old, or mistyped.")


def _report(error: Exception) -> None:
    """Tell the reader that an action failed; what was on the page stays."""
    set_props(ids.NOTICE, {"children": faces.failed(str(error) or type(error).__name__)})
