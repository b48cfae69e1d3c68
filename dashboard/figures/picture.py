"""A drawing and its caption → the drawing as a picture of it shows it: the caption stands in it."""

from __future__ import annotations

import html
import textwrap

import plotly.graph_objects as go

from dashboard.theme import SCHEMES, STEP, SchemeName

__all__ = ["with_caption"]

_LINE, _WIDTH = 22, 110  # pixels a line of the head takes; characters of a line of a picture 960 pixels wide
_EDGE = 2 * STEP  # what the card of a page leaves free around its drawing


def with_caption(drawing: go.Figure, caption: str, scheme: SchemeName) -> go.Figure:
    """The drawing with the caption below its title, higher by its lines and by an edge.

    Below the axis it would meet the legend, whose height nobody knows before it is drawn. The words may be of
    documents: Plotly reads tags and entities, so that they are escaped.
    """
    lines = textwrap.wrap(caption, _WIDTH)
    quiet = f'<span style="font-size:13px;color:{SCHEMES[scheme].muted}">{"<br>".join(map(_escape, lines))}</span>'
    room = _LINE * len(lines) + _EDGE
    height = drawing.layout.height + room
    margin = drawing.layout.margin
    return go.Figure(drawing).update_layout(
        height=height,
        title_text=f"{drawing.layout.title.text}<br>{quiet}",
        title_y=1 - (2 * STEP + _EDGE) / height,
        title_pad_l=drawing.layout.title.pad.l + _EDGE,
        margin={"t": margin.t + room, "l": margin.l + _EDGE, "r": margin.r + _EDGE},
        legend_x=_EDGE / 960,
        dragmode=False,
    )


def _escape(words: str) -> str:
    return html.escape(words, quote=False)
