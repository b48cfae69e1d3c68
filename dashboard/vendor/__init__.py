"""Scripts that others wrote and no Python package brings, kept here as npm publishes them, each with its licence.

| file | of | licence | what for |
|---|---|---|---|
| `plotly-basic.min.js` | `plotly.js-basic-dist-min` | MIT | lines, bars and pies: 1.2 MB where `plotly` brings 4.8 MB |
| `regenerator-runtime.js` | `regenerator-runtime` 0.14.1 | MIT | all that Dash needs today of its polyfill |

plotly.js is of the version that the installed `plotly` speaks. `python -m tools.vendor` fetches them anew.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

__all__ = ["PLOTLY", "REGENERATOR", "folder", "plotly_js"]

folder: Final = Path(__file__).parent

PLOTLY: Final = folder / "plotly-basic.min.js"
"""The script that draws the charts."""

REGENERATOR: Final = folder / "regenerator-runtime.js"
"""The script that Dash's components of older make run on."""


@cache
def plotly_js() -> str:
    """The script that draws the charts, 1.2 MB of JavaScript.

    >>> plotly_js().splitlines()[1]
    '* plotly.js (basic - minified) v4.1.1'
    """
    return PLOTLY.read_text(encoding="utf-8")
