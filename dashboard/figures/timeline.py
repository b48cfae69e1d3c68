"""Observations of one unit dimension → a timeline in which every figure shows its period, its hedge and its status.

The figure holds no text from documents: only titles and names of our lexicon, numbers, and observation ids.
"""

from __future__ import annotations

import datetime as dt
import html
import math
import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from dashboard.data import Sources
from dashboard.figures.marks import Mark, key_name, key_rank, mark_up
from dashboard.form import format_day, reader, whole
from dashboard.theme import SCHEMES, STEP, Scale, Scheme, SchemeName, choose_scale, template
from etl.errors import DimensionError
from etl.series import convert, dated
from etl.titles import Subject, metric_title, parties_title, subject_title

__all__ = ["HEIGHT", "Drawing", "Look", "caption", "draw", "sketch"]

HEIGHT = 420
"""Pixels: title, legend, and a plot that is wide on a desk and about square on a telephone."""

_TITLE_WIDTH, _LINE_WIDTH = 34, 48  # characters a line: what fits a card on a page of 390 pixels
_MARK, _BAND, _BAR = 11, 16, 2.5  # pixels
_BAND_OPACITY = 0.35
_HEADROOM = 0.1  # of the axis, above the highest mark: room for its number or its fading line
_FADE = (0.01, 0.09)  # of the axis: where a fading line begins and ends
_FADE_STEPS = 14
_FLAG = 0.06  # of the axis, above its mark
_OVERHANG = 0.018  # of the axis: a band shows beyond marks that nearly touch
_NARROW = (300, 220)  # pixels of the plot on a telephone, where numbers have the least room
_CLEAR = 13  # pixels between a number and the next mark
_PLACES = {
    "top center": (0, 14),
    "bottom center": (0, -14),
    "top right": (11, 11),
    "top left": (-11, 11),
    "bottom right": (11, -11),
    "bottom left": (-11, -11),
}

# Kinds whose zero carries no meaning for the eye; every other axis includes zero.
_FREE_KINDS = {"price", "rate"}

Drawing = dict[str, Any]
"""Data and layout, as plotly.js takes them."""

_Point = tuple[pd.Timestamp, float]
_Trace = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """How figures are drawn: by the period they speak of or the day of publication, on a linear or logarithmic axis.

    `made` says what was made of them ("Change, %"), "" where they are levels. A thin line stands at the day `as_of`, a
    flag on the observations `flagged`, which a check contradicts or finds hard to believe.
    """

    clock: str = "period"
    scale: str = "linear"
    made: str = ""
    as_of: dt.date | None = None
    flagged: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Canvas:
    """What all marks of a figure share: colours, scale of the values, ends of both axes."""

    colours: Scheme
    scale: Scale
    days: tuple[pd.Timestamp, pd.Timestamp]
    values: tuple[float, float]
    look: Look

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of the value axis as Plotly counts them: of a logarithmic one their powers of ten."""
        return self._count(self.values[0]), self._count(self.values[1])

    @property
    def has_as_of(self) -> bool:
        """Whether the day whose knowledge is shown lies on the axis."""
        return self.look.as_of is not None and self.days[0] < pd.Timestamp(self.look.as_of) < self.days[1]

    def above(self, value: float, share: float) -> float:
        """The value that lies this share of the axis above another."""
        low, high = self.ends
        moved = self._count(value) + share * (high - low)
        return 10**moved if self.look.scale == "log" else moved

    def pixels(self, points: Sequence[_Point]) -> npt.NDArray[np.float64]:
        """Where points stand on a telephone, to the right and up: one row a point."""
        low, high = self.ends
        right = (np.array([day.value for day, _ in points]) - self.days[0].value) / (self.days[1] - self.days[0]).value
        up = np.array([self._count(value) for _, value in points]) / (high - low)
        return np.column_stack([right, up]) * _NARROW

    def _count(self, value: float) -> float:
        return math.log10(value) if self.look.scale == "log" else value


def draw(
    observations: pd.DataFrame,
    *,
    scheme: SchemeName = "light",
    unit: str | None = None,
    height: int = HEIGHT,
    look: Look = Look(),
) -> go.Figure | None:
    """The timeline of the observations that have a place in time; None where none has, so that the page can say so.

    One subject (subject): the colour tells the calendar. Several: the colour tells the subject, and the place
    and length of a bar tells its calendar. A dotted guide joins years of one calendar that follow each other without
    a gap; nothing else is joined. Each mark's customdata is its observation_id; hover draws nothing by itself. On a
    logarithmic axis all figures must be above zero.

    Raises `DimensionError` where the observations, or `unit`, do not share one dimension.
    """
    drawing = sketch(observations, scheme=scheme, unit=unit, height=height, look=look)
    return None if drawing is None else go.Figure(drawing)


def sketch(
    observations: pd.DataFrame,
    *,
    scheme: SchemeName = "light",
    unit: str | None = None,
    height: int = HEIGHT,
    look: Look = Look(),
) -> Drawing | None:
    """What `draw` draws as the data and layout that plotly.js takes: to check them takes as long as to make them."""
    _check_one_dimension(observations)
    placed = _in_one_unit(dated(observations), unit)
    if placed.empty:
        return None
    scale = choose_scale(placed["value"].tolist(), _only(placed["unit"]))
    marks = mark_up(placed, SCHEMES[scheme], scale.divisor)
    ends = (
        _log_ends(marks)
        if look.scale == "log"
        else _value_ends(marks, with_zero=not set(placed["kind"]) <= _FREE_KINDS)
    )
    canvas = _Canvas(SCHEMES[scheme], scale, _day_ends(marks), ends, look)
    return {"data": _traces(marks, canvas), "layout": _layout(placed, canvas, scheme, height)}


def caption(sources: Sources) -> str:
    """The sources of a chart in a line: "30 documents, 2007–2026; latest: Nukta, 16 Jan 2026".

    Publisher names are text from documents: show them as text.
    """
    documents = f"{whole(sources.documents)} document{'' if sources.documents == 1 else 's'}"
    if sources.first is None or sources.last is None:
        return f"{documents}, no date of publication"
    years = sorted({sources.first.year, sources.last.year})
    latest = ", ".join(part for part in (sources.latest, format_day(sources.last)) if part)
    return f"{documents}, {'–'.join(map(str, years))}; latest: {latest}"


def _check_one_dimension(observations: pd.DataFrame) -> None:
    dimensions = sorted(observations["dimension"].unique())
    if len(dimensions) > 1:
        message = f"a figure has one unit dimension, not {', '.join(dimensions)}; draw one figure for each"
        raise DimensionError(message)


def _in_one_unit(placed: pd.DataFrame, unit: str | None) -> pd.DataFrame:
    """The observations in `unit`, else in the unit most of them have; plain numbers as they are."""
    units = placed["unit"].dropna()
    if units.empty and unit is None:
        return placed
    wanted = unit or str(units.value_counts().sort_index().idxmax())
    return placed if (placed["unit"] == wanted).all() else convert(placed, wanted)


def _day_ends(marks: list[Mark]) -> tuple[pd.Timestamp, pd.Timestamp]:
    first, last = min(mark.start for mark in marks), max(mark.end for mark in marks)
    longest = max(mark.end - mark.start for mark in marks)
    half = max(last - first, 2 * longest, pd.Timedelta(days=365)) / 2 * 1.05
    middle = first + (last - first) / 2
    return middle - half, middle + half


def _value_ends(marks: list[Mark], *, with_zero: bool) -> tuple[float, float]:
    ends = [end for mark in marks for end in (mark.bottom, mark.top)] + [0.0] * with_zero
    low, high = min(ends), max(ends)
    room = (high - low or abs(high) or 1.0) * _HEADROOM
    return (low - room if low else 0.0), (high + room if high or not low else 0.0)


def _log_ends(marks: list[Mark]) -> tuple[float, float]:
    """The ends of a logarithmic axis: some room beyond the marks, and no less than a factor of four."""
    low, high = min(mark.bottom for mark in marks), max(mark.top for mark in marks)
    room = max((math.log10(high) - math.log10(low)) * _HEADROOM, (math.log10(4) - math.log10(high / low)) / 2)
    return low / 10**room, high * 10**room


def _traces(marks: list[Mark], canvas: _Canvas) -> list[_Trace]:
    """From the back to the front."""
    layers = (_bands, _guides, _bars, _ranges, _fades, _flags, _points, _counts, _legend)
    return [trace for layer in layers for trace in layer(marks, canvas)]


def _bands(marks: list[Mark], canvas: _Canvas) -> list[_Trace]:
    """A warm band between the outer sides of each conflict."""
    ways = []
    for _, group in _by(marks, "observation_id"):
        sides = [side for side in group if side.agreement == "conflict"]
        if sides:
            low, high = min(side.bottom for side in sides), max(side.top for side in sides)
            ends = canvas.above(low, -_OVERHANG), canvas.above(high, _OVERHANG)
            ways.append([(sides[0].day, end) for end in ends])
    return _lines(ways, canvas.colours.conflict, width=_BAND, opacity=_BAND_OPACITY)


def _guides(marks: list[Mark], canvas: _Canvas) -> list[_Trace]:
    """A dotted line between years of one calendar that follow each other: a guide for the eye, gaps stay gaps."""
    if canvas.look.clock != "period":
        return []
    yearly = [
        mark
        for mark in marks
        if mark.stands and mark.outlook == "actual" and mark.calendar.startswith(("calendar year", "fiscal year"))
    ]
    traces = []
    for _, series in _by(yearly, "series_id"):
        years = sorted(series, key=lambda mark: mark.start)
        ways = [[(a.day, a.value), (b.day, b.value)] for a, b in pairwise(years) if (b.start - a.end).days == 1]
        traces += _lines(ways, years[0].colour, width=1.5, dash="dot", opacity=0.75)
    return traces


def _bars(marks: list[Mark], _canvas: _Canvas) -> list[_Trace]:
    """From the first to the last day of each period; dotted where the figure is a forecast."""
    traces = []
    for _, group in _by(marks, "key"):
        for dash in ("solid", "dot"):
            alike = [
                mark for mark in group if mark.start < mark.end and (mark.outlook == "forecast") == (dash == "dot")
            ]
            ways = [[(mark.start, mark.value), (mark.end, mark.value)] for mark in alike]
            traces += _lines(ways, group[0].colour, width=_BAR, dash=dash, opacity=0.6)
    return traces


def _ranges(marks: list[Mark], _canvas: _Canvas) -> list[_Trace]:
    """A vertical bar between the ends of each range."""
    traces = []
    for _, group in _by(marks, "key"):
        ways = [[(mark.day, mark.bottom), (mark.day, mark.top)] for mark in group if mark.bottom < mark.top]
        traces += _lines(ways, group[0].colour, width=4, opacity=0.8)
    return traces


def _fades(marks: list[Mark], canvas: _Canvas) -> list[_Trace]:
    """A short line that fades away from each bound: a row of small squares, since Plotly draws no gradients."""
    reach = np.linspace(*_FADE, _FADE_STEPS).tolist()
    opacity = np.linspace(0.9, 0.05, _FADE_STEPS).tolist()
    traces = []
    for _, group in _by((mark for mark in marks if mark.opens), "key"):
        points = [(mark.day, canvas.above(mark.value, mark.opens * away)) for mark in group for away in reach]
        look = {"symbol": "square", "size": 3, "color": group[0].colour, "opacity": opacity * len(group)}
        traces.append(_scatter(points, mode="markers", marker=look))
    return traces


def _points(marks: list[Mark], canvas: _Canvas) -> list[_Trace]:
    """The marks themselves, the only part a pointer meets."""
    return [
        _scatter(
            [(mark.day, mark.value) for mark in group],
            mode="markers",
            # Strings in a list: Plotly packs numbers and arrays into base64, and Dash then drops them from events.
            customdata=[mark.observation_id for mark in group],
            marker={
                "symbol": [mark.symbol for mark in group],
                "color": [canvas.colours.background if mark.is_hollow else mark.colour for mark in group],
                "size": _MARK,
                "opacity": 1,
                # A filled mark has a rim of background, so that marks which overlap can be told apart.
                "line": {
                    "color": [mark.colour if mark.is_hollow else canvas.colours.background for mark in group],
                    "width": [2 if mark.is_hollow else 1 for mark in group],
                },
            },
            hoverinfo="none",
            cliponaxis=False,
        )
        for _, group in _by(marks, "key")
    ]


def _flags(marks: list[Mark], canvas: _Canvas) -> list[_Trace]:
    """A flag over the highest mark of each figure that does not add up."""
    highest = [
        max(group, key=lambda mark: mark.value)
        for name, group in _by(marks, "observation_id")
        if name in canvas.look.flagged
    ]
    if not highest:
        return []
    tips = [(mark.day, canvas.above(mark.value, _FLAG)) for mark in highest]
    stems = [[(mark.day, mark.value), tip] for mark, tip in zip(highest, tips, strict=True)]
    return [
        *_lines(stems, canvas.colours.conflict, width=1.5, opacity=1),
        _scatter(tips, mode="markers", cliponaxis=False, **_flag(canvas.colours)),
    ]


def _flag(colours: Scheme) -> dict[str, Any]:
    return _dot(colours.conflict, symbol="triangle-right", width=0)


def _counts(marks: list[Mark], canvas: _Canvas) -> list[_Trace]:
    """The number of sources beside each mark on which several agree."""
    several = [at for at, mark in enumerate(marks) if mark.agreement == "agree"]
    if not several:
        return []
    return [
        _scatter(
            [(marks[at].day, marks[at].value) for at in several],
            mode="markers+text",
            text=[str(marks[at].sources) for at in several],
            textposition=_free_places(several, marks, canvas),
            textfont={"size": 12, "color": canvas.colours.text},
            # Not seen: it only keeps the number clear of the mark.
            marker={"size": _MARK, "opacity": 0},
            cliponaxis=False,
        )
    ]


def _free_places(several: list[int], marks: list[Mark], canvas: _Canvas) -> list[str]:
    """Where the numbers beside some marks keep clear of all others: the first such place, else the clearest."""
    tip = _FADE[1] / 2
    at = canvas.pixels([(mark.day, mark.value) for mark in marks])
    tips = [(mark.day, canvas.above(mark.value, mark.opens * tip)) for mark in marks if mark.opens]
    others = np.vstack([at, canvas.pixels(tips)]) if tips else at
    gaps = np.column_stack([_gaps(at[several] + way, others, several) for way in _PLACES.values()])
    is_clear = gaps > _CLEAR
    best = np.where(is_clear.any(axis=1), is_clear.argmax(axis=1), gaps.argmax(axis=1))
    return [list(_PLACES)[place] for place in best]


def _gaps(places: npt.NDArray[np.float64], others: npt.NDArray[np.float64], own: list[int]) -> npt.NDArray[np.float64]:
    """How far each place is from the nearest of the others but its own."""
    right, up = (others[:, axis] - places[:, axis, None] for axis in (0, 1))
    away = np.hypot(right, up)
    away[np.arange(len(own)), own] = math.inf
    nearest: npt.NDArray[np.float64] = away.min(axis=1)
    return nearest


def _legend(marks: list[Mark], canvas: _Canvas) -> list[_Trace]:
    """A key to what is there, and to nothing else: the colours first, then the shapes."""
    keys = sorted({(mark.key, mark.colour) for mark in marks}, key=lambda key: key_rank(key[0]))
    entries = [(_escape(key_name(key)), _dot(colour)) for key, colour in keys] + _shapes(marks, canvas.colours)
    if any(mark.observation_id in canvas.look.flagged for mark in marks):
        entries.append(("does not add up", _flag(canvas.colours)))
    if canvas.has_as_of:
        day = _dot(canvas.colours.muted, symbol="line-ns", width=1)
        entries.append((f"as known on<br>{format_day(canvas.look.as_of)}", day))
    return [_scatter([], name=name, showlegend=True, **{"mode": "markers", **look}) for name, look in entries]


def _shapes(marks: list[Mark], colours: Scheme) -> list[tuple[str, dict[str, Any]]]:
    """The names and looks of the shapes that are there."""
    ink = colours.muted
    diamond = _dot(colours.background, line=ink, symbol="diamond")
    dotted = {"mode": "lines+markers", "line": {"color": ink, "dash": "dot", "width": _BAR}}
    swatch = {"mode": "lines", "line": {"color": colours.conflict, "width": 12}, "opacity": _BAND_OPACITY}
    hedges, statuses = {mark.qualifier for mark in marks}, {mark.status for mark in marks}
    hollow = {mark.qualifier for mark in marks if mark.outlook == "actual"}
    agreements, ranges = {mark.agreement for mark in marks}, {mark.bottom < mark.top for mark in marks}
    looks = [
        (_present(hollow, {"~": "about"}), _dot(colours.background, line=ink)),
        (_present(hedges, {">": "more than", ">=": "at least"}), _dot(ink, symbol="triangle-up")),
        (_present(hedges, {"<": "less than", "<=": "up to"}), _dot(ink, symbol="triangle-down")),
        (_present(ranges, {True: "from … to"}), _dot(ink, symbol="line-ns", width=4)),
        (_present(statuses, {"target": "target", "commitment": "commitment"}), diamond),
        (_present(statuses, {"forecast": "forecast", "potential": "potential"}), {**diamond, **dotted}),
        (_present(agreements, {"conflict": "sources differ"}), swatch),
        (_present(agreements, {"agree": "n sources agree"}), _dot(ink)),
    ]
    return [(name, look) for name, look in looks if name]


def _present(values: Collection[object], names: Mapping[Any, str]) -> str:
    # A telephone has room for two columns of entries if none is wider than "part of a year".
    return ",<br>".join(name for value, name in names.items() if value in values)


def _dot(fill: str, *, line: str | None = None, symbol: str = "circle", width: float = 2) -> dict[str, Any]:
    return {"marker": {"symbol": symbol, "size": _MARK, "color": fill, "line": {"color": line or fill, "width": width}}}


def _by(marks: Iterable[Mark], name: str) -> list[tuple[str, list[Mark]]]:
    """The marks in groups that share an attribute."""

    def cell(mark: Mark) -> str:
        return str(getattr(mark, name))

    return [(key, list(group)) for key, group in groupby(sorted(marks, key=cell), key=cell)]


def _lines(ways: list[list[_Point]], colour: str, *, width: float, opacity: float, dash: str = "solid") -> list[_Trace]:
    """One trace for all ways, with a gap after each; none where there is no way."""
    if not ways:
        return []
    points = [point for way in ways for point in (*way, None)]
    return [_scatter(points, mode="lines", line={"color": colour, "width": width, "dash": dash}, opacity=opacity)]


def _scatter(points: Iterable[_Point | None], **look: object) -> _Trace:
    """A trace through the points, None is a gap; a pointer passes through it and the legend leaves it out."""
    listed = list(points)
    days = np.array([np.datetime64("NaT") if point is None else point[0].to_datetime64() for point in listed])
    written = np.datetime_as_string(days.astype("datetime64[m]")).tolist() if listed else []
    return {
        "type": "scatter",
        "x": [None if day == "NaT" else day.replace("T", " ") for day in written] or [None],
        "y": [point and float(point[1]) for point in listed] or [None],
        "hoverinfo": "skip",
        "showlegend": False,
        **look,
    }


def _layout(placed: pd.DataFrame, canvas: _Canvas, scheme: SchemeName, height: int) -> dict[str, Any]:
    title, line = _wrap(_heading(placed), _TITLE_WIDTH), _wrap(_unit_line(canvas), _LINE_WIDTH)
    quiet = f'<span style="font-size:13px;color:{canvas.colours.muted}">{_break(line)}</span>'
    left_edge = {"x": 0, "xref": "container", "yref": "container"}
    return {
        "template": _template(scheme),
        "height": height,
        "autosize": True,
        "uirevision": "timeline",
        "separators": reader().separators,
        "hovermode": "closest",
        "margin": {"l": 5 * STEP, "r": STEP, "t": 2 * STEP + 22 * (len(title) + len(line)), "b": 4 * STEP},
        "title": {
            **left_edge,
            "text": f"{_break(title)}<br>{quiet}",
            "y": 1 - 2 * STEP / height,
            "yanchor": "top",
            "pad": {"l": STEP},
        },
        # A key, not a control: most entries name a shape, and what is shown is chosen on the page.
        "legend": {
            **left_edge,
            "y": 0,
            "yanchor": "bottom",
            "orientation": "h",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "xaxis": {"type": "date", "range": [f"{day:%Y-%m-%d}" for day in canvas.days], "tickformatstops": _DAY_LABELS},
        "yaxis": {
            "type": canvas.look.scale,
            "range": list(canvas.ends),
            "tickformat": ",~r",
            "ticksuffix": " %" if canvas.scale.short == " %" else "",
            "nticks": 7,
        },
        "shapes": _as_of(canvas),
    }


@cache
def _template(scheme: SchemeName) -> Drawing:
    return dict(template(scheme).to_plotly_json())


def _as_of(canvas: _Canvas) -> list[dict[str, Any]]:
    """A thin line at the day whose knowledge is shown, where the axis has that day."""
    if not canvas.has_as_of:
        return []
    line = {"color": canvas.colours.muted, "width": 1}
    ends = {"x0": f"{canvas.look.as_of}", "x1": f"{canvas.look.as_of}", "y0": 0, "y1": 1, "yref": "paper"}
    return [{"type": "line", "layer": "below", "line": line, **ends}]


_DAY_LABELS = [
    {"dtickrange": [None, 86_400_000 * 27], "value": "%-d %b %Y"},
    {"dtickrange": ["M1", "M11"], "value": "%b %Y"},
    {"dtickrange": ["M12", None], "value": "%Y"},
]


def _heading(placed: pd.DataFrame) -> str:
    """The subject; of several subjects what they share."""
    if title := _only(placed["subject"]):
        return title
    shared = {name: _only(placed[name]) for name in ("metric", "product", "parties", "kind")}
    if shared["metric"]:
        return subject_title(Subject(**shared))
    metrics = " and ".join(metric_title(name) for name in sorted(placed["metric"].unique())).capitalize()
    return f"{metrics}, {parties_title(shared['parties'])}" if shared["parties"] else metrics


def _unit_line(canvas: _Canvas) -> str:
    where = {"period": "each bar spans its figure's period", "published": "by the day of first publication"}
    scale = "logarithmic axis" if canvas.look.scale == "log" else ""
    what = canvas.look.made if canvas.scale.short == " %" and canvas.look.made else canvas.scale.long
    made = canvas.look.made if canvas.look.made != what else ""
    line = "; ".join(part for part in (made, what, where[canvas.look.clock], scale) if part)
    return line[:1].upper() + line[1:]


def _only(cells: pd.Series[Any]) -> str:
    """The one value of a column, "" where it has several or none."""
    values = set(cells.fillna(""))
    return str(values.pop()) if len(values) == 1 else ""


def _wrap(words: str, width: int) -> list[str]:
    """Lines of about equal length, none longer than `width` where its words allow."""
    fewest = max(1, len(textwrap.wrap(words, width)))
    balanced = (textwrap.wrap(words, least) for least in range(max(1, len(words) // fewest), width + 1))
    return next(lines for lines in balanced if len(lines) <= fewest)


def _break(lines: Iterable[str]) -> str:
    return "<br>".join(map(_escape, lines))


def _escape(words: str) -> str:
    # Plotly reads tags and entities in every text.
    return html.escape(words, quote=False)
