"""The first bytes of a file → its format, told from the content: a name may lie, or say nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

__all__ = ["Format", "sniff"]

Format = Literal["text", "html", "pdf"]

_MARKS: Mapping[bytes, Format] = {b"%PDF-": "pdf"}
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)\b", re.IGNORECASE)


def sniff(data: bytes) -> Format:
    """The format of the document that begins with `data`; what has no mark of its own is a text.

    >>> sniff(b"%PDF-1.7"), sniff(b"<!DOCTYPE html><p>Trade grew."), sniff(b"Trade grew.")
    ('pdf', 'html', 'text')
    """
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    return marked or ("html" if _HTML.match(data) else "text")
