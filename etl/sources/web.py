"""The address of a page or feed, given by the user → its bytes, fetched once: the only module that goes to the network.

What a document names (a link, an entity, a picture) is never an address to fetch.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from etl.errors import DocumentError
from etl.sources.limits import Limits
from etl.sources.packed import check_size, unpack
from etl.sources.places import reason_of

__all__ = ["Fetched", "fetch"]

_STEP = 1 << 16


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was found at an address, the encoding its server states, and the address it was found at in the end."""

    data: bytes
    charset: str | None
    url: str


def fetch(address: str, limits: Limits) -> Fetched:
    """What is at `address` (http or https), fetched once within `limits`, redirects to other pages followed.

    Proxies and certificates are those of the environment. Raises `DocumentError` for an address that does not answer,
    refuses, leads to what is no page, or gives more, or more slowly, than the limits allow.
    """
    from http.client import HTTPException  # noqa: PLC0415  a run without addresses needs none of it
    from urllib.error import HTTPError  # noqa: PLC0415
    from urllib.request import Request  # noqa: PLC0415

    deadline = time.monotonic() + limits.seconds
    headers = {"User-Agent": f"trade-figures/{version('trade-figures')}", "Accept-Encoding": "gzip, deflate"}
    try:
        request = Request(address, headers=headers)  # noqa: S310  http or https: nothing else opens it
        with _opener().open(request, timeout=limits.seconds) as answer:
            data = _body(answer, deadline, limits)
            coding, charset = answer.headers.get("Content-Encoding"), answer.headers.get_content_charset()
            return Fetched(unpack(data, coding or "", limits), charset, answer.url)
    except HTTPError as error:
        message = f"cannot be fetched: the server says {error.code} {error.reason}; check the address"
        raise DocumentError(message) from error
    except (OSError, HTTPException, ValueError) as error:
        if isinstance(error, DocumentError):
            raise
        message = f"cannot be fetched: {reason_of(error)}; check the address and the connection"
        raise DocumentError(message) from error


def _opener() -> Any:  # noqa: ANN401  its class is imported where it is needed
    """What opens http and https, and nothing else: a redirect to a file or to FTP is refused."""
    from urllib.request import (  # noqa: PLC0415
        HTTPDefaultErrorHandler,
        HTTPErrorProcessor,
        HTTPHandler,
        HTTPRedirectHandler,
        HTTPSHandler,
        OpenerDirector,
        ProxyHandler,
        UnknownHandler,
    )

    opener = OpenerDirector()
    for handler in (
        ProxyHandler,
        UnknownHandler,
        HTTPHandler,
        HTTPSHandler,
        HTTPDefaultErrorHandler,
        HTTPRedirectHandler,
        HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener


def _body(answer: Any, deadline: float, limits: Limits) -> bytes:  # noqa: ANN401  http.client.HTTPResponse or an addinfourl
    """The body, read in steps: a server that sends a byte a minute ends at the deadline."""
    steps, size = [], 0
    while step := answer.read1(_STEP):
        steps.append(step)
        size += len(step)
        if size > limits.bytes:
            break
        if time.monotonic() > deadline:
            message = f"cannot be fetched within {limits.seconds:g} seconds; save the page and give its file"
            raise DocumentError(message)
    return check_size(b"".join(steps), limits)
