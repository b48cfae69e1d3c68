"""The frame of every page: header with the pages, colour scheme, and the place the pages go."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html, page_container
from dash.development.base_component import Component

from dashboard import ids
from dashboard.access import Visitor
from dashboard.components.markup import aria, data
from dashboard.components.outlets import menu

__all__ = ["INDEX", "PAGES", "header", "shell"]

PAGES = (
    ("Explore", "/"),
    ("Review", "/review"),
    ("Checks", "/checks"),
    ("Documents", "/documents"),
    ("Add", "/add"),
    ("About", "/about"),
)

HEADER_HEIGHT = 56

# first.js runs before anything is drawn: a reader in the dark sees no white flash.
INDEX = """<!DOCTYPE html>
<html lang="en">
  <head>
    {%metas%}
    <title>{%title%}</title>
    <meta name="color-scheme" content="light dark">
    <link rel="icon" href="/assets/mark.svg" type="image/svg+xml">
    <script src="/assets/first.js"></script>
    {%css%}
  </head>
  <body>
    {%app_entry%}
    <noscript><p>This dashboard needs JavaScript. The figures are also at <a href="/all.csv">all.csv</a>.</p></noscript>
    <footer>{%config%}{%scripts%}{%renderer%}</footer>
  </body>
</html>"""

_BLUES = [
    "#eaf4fc", "#d3e6f6", "#a5cdee", "#74b2e6", "#4d9bdf", "#358dda", "#0f6fb5", "#0c5f9c", "#0a5288", "#064374",
]  # fmt: skip

THEME = {
    "primaryColor": "accent",
    "primaryShade": {"light": 6, "dark": 4},
    "colors": {"accent": _BLUES},
    "fontFamily": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
    "fontFamilyMonospace": "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
    "defaultRadius": "sm",
    "respectReducedMotion": True,
    "focusRing": "auto",
}


def shell(visitor: Visitor) -> Component:
    """The whole application, as its header shows it to this visitor; pages appear in its middle."""
    frame = dmc.AppShell(
        [dmc.AppShellHeader(header(visitor)), dmc.AppShellMain([html.Div(id=ids.NOTICE), page_container], id="main")],
        header={"height": HEADER_HEIGHT},
        padding=0,
    )
    live = html.Div(id=ids.LIVE, className="unseen", **aria(live="polite"))
    skip = html.A("Skip to the content", href="#main", className="skip")
    provider: Component = dmc.MantineProvider([skip, frame, live], theme=THEME, defaultColorScheme="auto")
    return provider


def header(visitor: Visitor) -> Component:
    """Name, pages, who is signed in, colour scheme. Links load the page anew: an address always shows what it says."""
    name = html.A([html.Img(src="/assets/mark.svg", alt="", width=24, height=24), "trade-figures"], href="/")
    toggle = dmc.ColorSchemeToggle(
        lightIcon=html.Span(className="glyph glyph-sun"),
        darkIcon=html.Span(className="glyph glyph-moon"),
        variant="subtle",
        color="gray",
        size="lg",
        attributes={"root": {"title": "Light or dark"}},
    )
    pages = html.Nav(_page_links(), **aria(label="Pages"))
    # A window too narrow for the row of pages shows this instead.
    page_menu = html.Nav(menu("Menu", _page_links()), className="page-menu", **aria(label="Pages"))
    parts = [html.Div(name, className="brand"), pages, *_account(visitor), toggle, page_menu]
    return html.Div(parts, className="header")


def _page_links() -> list[Component]:
    return [html.A(title, href=path, className="page-link", **data(page=path)) for title, path in PAGES]


def _account(visitor: Visitor) -> list[Component]:
    if visitor.way == "in":
        return [html.A("Sign in", href="/login", className="account", **data(sign_in=""))]
    if visitor.name is None:
        return []
    who = [html.Span(className="glyph glyph-person"), html.Span(visitor.name, className="account-name")]
    if visitor.way is None:
        return [html.Div(who, className="account", title=visitor.name)]
    leave = html.Form(html.Button("Sign out", type="submit", title="On every device"), action="/logout", method="post")
    entries = html.Div([html.P(["Signed in as ", html.Strong(visitor.name)]), leave], className="menu-entries")
    return [html.Details([html.Summary(who), entries], className="menu account")]
