"""A post of texts and files → a job that reads them, or the reason why there is none."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from flask import Flask, Response, jsonify, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import RequestEntityTooLarge

from dashboard.access import Access
from dashboard.jobs import MOST_BYTES, Jobs, Upload
from etl.errors import DocumentError, TradeFiguresError
from etl.given import BY_HAND, read_stated

__all__ = [
    "ADDRESS",
    "GIVES",
    "MOST_FILES",
    "MOST_POSTED",
    "MOST_TEXT",
    "READ_ONLY",
    "TOO_LARGE",
    "shown_name",
    "take_in",
]

ADDRESS = "/_add"

GIVES = RateLimitItemPerMinute(30)
"""How often a caller may give something: nobody looks at more."""

MOST_FILES = 100
MOST_TEXT = 2_000_000
"""Bytes of a pasted text: a browser holds no more with ease, and a book is a file."""

# What stands around texts and files in a post.
_FORM = 100_000
MOST_POSTED = MOST_BYTES + MOST_TEXT + _FORM
"""Bytes of the largest post there is."""

READ_ONLY = "this dashboard is read-only: it takes no documents"
TOO_LARGE = (
    f"This is too large: a pasted text may have {MOST_TEXT // 1_000_000} MB, and all files together "
    f"{MOST_BYTES // 1_000_000} MB, {MOST_FILES} of them at most. Read more with: trade-figures extract FOLDER"
)

_TOO_OFTEN = f"documents may be given {GIVES.amount} times a minute; wait a moment"

_PASTED = "pasted text"
_LONGEST_NAME = 120


class _RefusedError(TradeFiguresError):
    """What a caller cannot do, with the status of the answer."""

    def __init__(self, message: str, status: int) -> None:
        self.status = status
        super().__init__(message)


def take_in(server: Flask, jobs: Jobs | None, access: Access) -> None:
    """Take texts and files posted to `ADDRESS` from who may; without `jobs`, where the dashboard only reads, none.

    The answer is JSON: `job`, a token for `/add?job=`, or `problem`, a sentence. What is posted is `text`, any number
    of `files`, and of what a person says of them the fields `BY_HAND`.
    """
    limiter = FixedWindowRateLimiter(MemoryStorage())

    @server.post(ADDRESS)
    def documents() -> tuple[Response, int]:
        try:
            if jobs is None:
                raise _RefusedError(READ_ONLY, 403)
            if not access.may_add:
                raise _RefusedError(access.why_not().rstrip("."), 403)
            if not limiter.hit(GIVES, request.remote_addr or ""):
                raise _RefusedError(_TOO_OFTEN, 429)
            return jsonify(job=jobs.give(_uploads(), read_stated(_said())).token), 202
        except RequestEntityTooLarge:
            return _problem(TOO_LARGE, 413)
        except TradeFiguresError as error:
            return _problem(_sentence(error), _status(error))


def shown_name(name: str | None) -> str:
    r"""The name of a file as people see it; it is never a path.

    >>> shown_name("../../etc/news.txt"), shown_name("C:\\news\u202e.pdf"), shown_name("..")
    ('news.txt', 'news.pdf', 'a file without a name')
    """
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    plain = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip()
    return plain[-_LONGEST_NAME:] if plain.strip(".") else "a file without a name"


def _uploads() -> list[Upload]:
    request.max_content_length = MOST_POSTED
    request.max_form_memory_size = MOST_TEXT + _FORM
    text = request.form.get("text", "")
    files = [file for file in request.files.getlist("files") if file.filename]
    if len(files) > MOST_FILES or len(text) > MOST_TEXT:
        raise RequestEntityTooLarge
    pasted = [Upload(_PASTED, partial(_write, text))] if text.strip() else []
    uploads = [*pasted, *(Upload(shown_name(file.filename), file.save) for file in files)]
    if not uploads:
        message = "there is nothing to read: paste a text or choose a file"
        raise _RefusedError(message, 400)
    return uploads


def _said() -> Mapping[str, str]:
    return {name: request.form.get(name, "") for name in BY_HAND}


def _write(text: str, file: Path) -> None:
    file.write_text(text, encoding="utf-8", newline="")


def _sentence(error: Exception) -> str:
    """The first line of a message, as a sentence: its marker needs letters of one width."""
    message = str(error).partition("\n")[0]
    return f"{message[:1].upper()}{message[1:]}."


def _status(error: TradeFiguresError) -> int:
    if isinstance(error, _RefusedError):
        return error.status
    return 400 if isinstance(error, DocumentError) else 503


def _problem(message: str, status: int) -> tuple[Response, int]:
    return jsonify(problem=message), status
