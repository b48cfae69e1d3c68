"""Scripts of libraries: small where the browser takes Brotli, whole in any case."""

from __future__ import annotations

import brotli
import pytest
from flask.testing import FlaskClient

PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"


@pytest.mark.parametrize(
    ("path", "accepted", "encoding"),
    [
        (PLOTLY, "gzip, deflate, br, zstd", "br"),
        (PLOTLY, "br", "br"),
        (PLOTLY, "identity", None),
        (PLOTLY, "", None),
        (PLOTLY, "br;q=0, gzip", "gzip"),
        ("/_dash-component-suites/plotly/nothing.js", "br", None),
        ("/healthz", "br", None),
    ],
)
def test_who_takes_brotli_gets_it(client: FlaskClient, path: str, accepted: str, encoding: str | None) -> None:
    answer = client.get(path, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers.get("Vary") == "Accept-Encoding"


def test_a_script_is_the_same_however_it_is_sent(client: FlaskClient) -> None:
    small, again, whole = (
        client.get(PLOTLY, headers={"Accept-Encoding": accepted}).data for accepted in ("br", "br", "identity")
    )
    assert brotli.decompress(small) == whole
    assert (again, len(small) < len(whole) / 3.5) == (small, True)
