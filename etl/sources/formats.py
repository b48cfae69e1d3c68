"""The first bytes of a file → its format, told from the content: a name may lie, or say nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

__all__ = ["Format", "sniff"]

Format = Literal["text", "html", "pdf"]

_MARKS: Mapping[bytes, Format] = {b"%PDF-": "pdf"}
# A page, or a piece of one as feeds and dumps hold it; above it there may be a comment, or a line of XML.
_HTML = re.compile(
    rb"(?:\s|<!--.{,1000}?-->|<\?xml[^>]{,200}>)*<(?:!doctype\s+html|html|head|body|title|meta|div|p|article|section|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_HEAD = 4096
_BYTE_ORDER = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)")


def sniff(data: bytes) -> Format:
    """The format of the document that begins with `data`; what has no mark of its own is a text.

    >>> sniff(b"%PDF-1.7"), sniff(b"<!DOCTYPE html><p>Trade grew."), sniff(b"Trade grew.")
    ('pdf', 'html', 'text')
    """
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    # UTF-16 has a zero beside each letter of a tag.
    head = _BYTE_ORDER.sub(b"", data[:_HEAD]).replace(b"\0", b"")
    return marked or ("html" if _HTML.match(head) else "text")
