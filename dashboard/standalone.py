"""A chart with the claims behind it → one HTML file that opens from a disk, without a server or a network."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterable, Sequence
from urllib.parse import quote

import plotly.graph_objects as go

from dashboard.data import Chart, Row, View, records
from dashboard.theme import FONT, SCHEMES, SchemeName
from dashboard.vendor import plotly_js
from dashboard.words import figure, figures_of, known, page_of, period_of, safe_url, source_name
from etl.dates import format_date

__all__ = ["standalone"]

_FIGURE = ("value", "value_upper", "qualifier", "sides", "unit")

# Clicking a dot leads to its claims below; nothing else happens in the page.
_SCRIPT = """
"use strict";
const chart = document.getElementById("chart");
const drawing = JSON.parse(document.getElementById("drawing").textContent);
const config = { displaylogo: false, responsive: true, showSendToCloud: false, plotlyServerURL: "" };
Plotly.newPlot(chart, drawing.data, drawing.layout, config).then(() => {
  chart.on("plotly_click", (event) => {
    const mark = event.points.find((point) => typeof point.customdata === "string");
    if (mark) location.hash = mark.customdata;
  });
});
"""


def standalone(drawing: go.Figure, chart: Chart, view: View, *, title: str, caption: str, scheme: SchemeName) -> str:
    """The page: the drawing, its caption, and a table of every claim with its quote and source.

    All text is escaped, and a policy in the page lets it load nothing: not even a script that a document brought.
    """
    observations = _as_drawn(chart)
    named = _with_hover(drawing, observations)
    scripts = plotly_js(), _SCRIPT
    allowed = " ".join(map(_hash, scripts))
    policy = f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:"
    return f"""<!doctype html>
<html lang="en" data-scheme="{scheme}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{html.escape(title)}</title>
<style>{_style(scheme)}</style>
</head>
<body>
<main>
<h1 class="unseen">{html.escape(title)}</h1>
<div id="chart" role="group" aria-label="{html.escape(title)}: a chart; the table below has its figures"></div>
<p>{html.escape(caption)}</p>
<h2>Every figure and its sources</h2>
<div class="wide"><table>
<colgroup><col style="width:14%"><col style="width:12%"><col style="width:26%"><col style="width:12%"><col></colgroup>
<thead><tr><th>Period</th><th>Figure</th><th>Source</th><th>Published</th><th>Quote</th></tr></thead>
{"".join(_observation(row, view) for row in observations)}</table></div>
</main>
<script type="application/json" id="drawing">{_inert(named.to_json())}</script>
<script>{scripts[0]}</script>
<script>{scripts[1]}</script>
</body>
</html>
"""


def _as_drawn(chart: Chart) -> list[Row]:
    """The observations of a chart in their periods, with the figures that are drawn, or why they are not."""
    drawn = {row["observation_id"]: row for row in records(chart.drawn.observations)}
    reasons = {row["observation_id"]: row["refused"] for row in records(chart.drawn.refused)}
    return [
        {**row, **{name: drawn[row["observation_id"]][name] for name in _FIGURE}}
        if row["observation_id"] in drawn
        else {**row, "refused": reasons[row["observation_id"]]}
        for row in records(chart.observations)
    ]


def _with_hover(drawing: go.Figure, observations: Sequence[Row]) -> go.Figure:
    """The drawing whose marks say, when a pointer rests on them, their figure, period and number of sources."""
    said = {row["observation_id"]: _said(row) for row in observations}
    named = go.Figure(drawing)
    for trace in named.data:
        if trace.customdata is not None:
            trace.update(
                text=[said[name] for name in trace.customdata], hovertemplate="%{text}<extra></extra>", hoverinfo=None
            )
    return named


def _said(row: Row) -> str:
    sources = f"{row['sources']} source{'' if row['sources'] == 1 else 's'}"
    return html.escape(f"{' / '.join(figures_of(row))}, {period_of(row)}, {sources}", quote=False)


def _observation(row: Row, view: View) -> str:
    """The rows of one observation; the first of them carries its figure, and its id to be led to."""
    claims = view.claims_of(row)
    figures = f"not drawn: {row['refused']}" if "refused" in row else " / ".join(figures_of(row))
    head = (
        f'<th scope="rowgroup" rowspan="{len(claims)}">{html.escape(period_of(row))}</th>'
        f'<td rowspan="{len(claims)}">{html.escape(figures)}</td>'
    )
    rows = [f"<tr>{head if first else ''}{_claim(claim)}</tr>" for first, claim in _first(reversed(claims))]
    return f'<tbody id="{quote(row["observation_id"])}">{"".join(rows)}</tbody>\n'


def _first(claims: Iterable[Row]) -> Iterable[tuple[bool, Row]]:
    return ((number == 0, claim) for number, claim in enumerate(claims))


def _claim(claim: Row) -> str:
    url, name = safe_url(claim["url"]), html.escape(source_name(claim))
    source = f'<a href="{html.escape(url)}" rel="noopener noreferrer">{name}</a>' if url else name
    title = html.escape(known(claim["title"]))
    digest = "Digest, in words of its own" if claim["document_kind"] == "digest" else ""
    notes = "<br>".join(part for part in (title, page_of(claim), digest) if part)
    said = f"{html.escape(figure(claim))}: “{html.escape(claim['quote'])}”"
    return f"<td>{source}<br><small>{notes}</small></td><td>{format_date(claim['published'])}</td><td>{said}</td>"


def _inert(json: str) -> str:
    """JSON that ends no script, whatever words stand in it."""
    return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _style(scheme: SchemeName) -> str:
    colours = SCHEMES[scheme]
    return f"""
:root {{ color-scheme: {scheme}; }}
body {{ margin: 0; background: {colours.background}; color: {colours.text}; font: 16px/1.5 {FONT}; }}
main {{ max-width: 1120px; margin: 0 auto; padding: 24px 16px 64px; }}
.unseen {{ position: absolute; clip-path: inset(50%); }}
h2 {{ font-size: 18px; margin: 32px 0 8px; }}
p, small {{ color: {colours.muted}; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; table-layout: fixed; width: 100%; min-width: 720px; font-size: 14px; }}
th, td {{ text-align: left; vertical-align: top; padding: 8px; border-top: 1px solid {colours.grid}; }}
td {{ overflow-wrap: break-word; }}
tbody:target {{ outline: 2px solid {colours.accent}; outline-offset: -2px; }}
a {{ color: {colours.accent}; }}
@media (max-width: 640px) {{
  table, tbody, tr, th, td {{ display: block; min-width: 0; }}
  thead {{ display: none; }}
  th, td {{ border: 0; padding: 2px 0; }}
  tbody {{ border-top: 1px solid {colours.grid}; padding: 8px; }}
  tr + tr {{ margin-top: 16px; }}
}}
"""
