"""The first bytes of a file → its format, told from the content: a name may lie, or say nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

__all__ = ["HEAD", "Format", "sniff"]

Format = Literal["text", "html", "pdf", "gzip", "warc", "parquet", "lines", "json", "feed"]

# How much of a file is looked at: a feed may begin with a comment, a page with the note of who saved it.
HEAD = 4096
_MARKS: Mapping[bytes, Format] = {
    b"%PDF-": "pdf",
    b"\x1f\x8b": "gzip",
    b"PAR1": "parquet",
    b"WARC/": "warc",
}
_BYTE_ORDER = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)")
# What may stand before the first tag: an XML declaration, instructions, comments, a document type that is not HTML.
_PROLOGUE = rb"(?:\s+|<\?[^>]*>|<!--.*?-->|<!(?i:doctype)\s++(?!(?i:html))[^>\[]*(?:\[.*?\]\s*)?>)*+"
_SHAPES: Mapping[Format, re.Pattern[bytes]] = {
    "feed": re.compile(_PROLOGUE + rb"<(?:rss|feed|rdf:RDF)\b", re.DOTALL),
    # The tags by which the WHATWG's MIME Sniffing Standard knows a page, without those that Markdown begins with.
    "html": re.compile(
        _PROLOGUE
        + rb"<(?:!doctype\s+html|html|head|body|meta|title|script|style|table|iframe|article|section|main|h1|div|p)\b",
        re.DOTALL | re.IGNORECASE,
    ),
    "lines": re.compile(rb'\s*\{[ \t]*["}]'),
    "json": re.compile(rb'\s*(?:\[\s*\{\s*["}]|\{\s*")'),
}


def sniff(data: bytes) -> Format:
    """The format of what begins with `data`; what has no mark of its own is a text.

    "lines" is one JSON object a line, "json" an array of them or one over several lines.

    >>> sniff(b"%PDF-1.7"), sniff(b"<!DOCTYPE html><p>Trade grew."), sniff(b"Trade grew.")
    ('pdf', 'html', 'text')
    >>> sniff(b'{"text": "Trade grew."}'), sniff(b'<?xml version="1.0"?><rss version="2.0">')
    ('lines', 'feed')
    """
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    # UTF-16 has a zero beside each letter of a tag.
    head = _BYTE_ORDER.sub(b"", data[:HEAD]).replace(b"\0", b"")
    return marked or _shape(head)


def _shape(head: bytes) -> Format:
    return next((name for name, shape in _SHAPES.items() if shape.match(head)), "text")
