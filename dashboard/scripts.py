"""Scripts and styles → fewer of them, smaller, and not before they are needed: every new reader waits for them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, Final

import brotli
from dash import Dash
from flask import Flask, Response, request

from dashboard import vendor
from dashboard.data.kept import Kept

__all__ = ["PLOTLY", "LeanDash", "serve_scripts"]

# Of 1.2 megabytes of plotly.js level 7 makes 0.36 in 0.1 seconds; level 11 makes 0.33 in three.
_LEVEL: Final = 7
_MOST: Final = 32
_SCRIPTS: Final = "/_dash-component-suites/"
PLOTLY: Final = f"{_SCRIPTS}plotly/package_data/plotly.min.js"
"""Where Dash asks for the script that draws charts."""

_ASSETS: Final = Path(__file__).parent / "assets"
_ALONE: Final = {"first.js"}  # runs before the page is there
_KINDS: Final = {"css": "text/css", "js": "text/javascript"}
_A_YEAR: Final = 31_536_000

# The table's 1.3 megabytes: table.js loads them when there are charts to see.
_LATER: Final = re.compile(r"<script [^>]*/dash_ag_grid/[^>]*></script>\s*")
_FOR_OLD_BROWSERS: Final = re.compile(r"<script (?=[^>]*/polyfill@)")


class LeanDash(Dash):
    """Dash whose pages do not wait for what they do not need at first.

    The script of the table is left out, which a page loads that has one; Dash's polyfill is loaded by old browsers
    alone, of which it would take a fifth of a second from all; our own styles and scripts are a file each.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  as Dash takes them
        super().__init__(**options, assets_folder=str(_ASSETS), assets_ignore=r"\.(css|js)$")
        self._own = {kind: _joined(kind) for kind in _KINDS}
        for kind, text in self._own.items():
            self.server.add_url_rule(_address(kind), f"own {kind}", lambda kind=kind, text=text: _sent(kind, text))

    def interpolate_index(self, *, css: str, scripts: str, **parts: str) -> str:  # type: ignore[override]
        """The page that every address begins with."""
        styles, behaviour = (f"{_address(kind)}?v={_mark(text)}" for kind, text in self._own.items())
        lean = _FOR_OLD_BROWSERS.sub("<script nomodule ", _LATER.sub("", scripts))
        css, scripts = f'{css}<link rel="stylesheet" href="{styles}">', f'<script src="{behaviour}"></script>{lean}'
        return str(super().interpolate_index(css=css, scripts=scripts, **parts))  # type: ignore[no-untyped-call]


def serve_scripts(server: Flask) -> None:
    """Dash finds the small plotly.js where it asks for the whole; scripts of libraries leave in Brotli.

    What is sent to browsers that do not take it, Flask-Compress does.
    """
    server.add_url_rule(PLOTLY, "plotly", _plotly)
    made = Kept[str, bytes](_MOST)

    @server.after_request
    def squeezed(answer: Response) -> Response:
        if answer.status_code != 200 or not request.path.startswith(_SCRIPTS) or not request.accept_encodings["br"]:  # noqa: PLR2004
            return answer
        answer.direct_passthrough = False
        plain = answer.get_data()
        answer.set_data(made.get(request.path, lambda: brotli.compress(plain, quality=_LEVEL)))
        answer.headers["Content-Encoding"] = "br"
        answer.vary.add("Accept-Encoding")
        return answer


def _plotly() -> Response:
    answer = Response(vendor.plotly_js(), content_type=f"{_KINDS['js']}; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _joined(kind: str) -> str:
    """Our files of one kind, one after the other, in the order of their names; first what Dash's scripts stand on."""
    own = sorted(path for path in _ASSETS.glob(f"*.{kind}") if path.name not in _ALONE)
    files = [vendor.REGENERATOR, *own] if kind == "js" else own
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def _address(kind: str) -> str:
    return f"/assets/all.{kind}"


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _sent(kind: str, text: str) -> Response:
    return Response(
        text, content_type=f"{_KINDS[kind]}; charset=utf-8", headers={"Cache-Control": f"max-age={_A_YEAR}"}
    )
