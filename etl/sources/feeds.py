"""An RSS or Atom feed → its items, an entry each."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from etl.errors import DocumentError
from etl.model import read_day
from etl.sources.columns import one_of_many
from etl.sources.days import day_of
from etl.sources.html import page_of
from etl.sources.items import Failure, Item, Source
from etl.sources.metadata import language_code
from etl.sources.places import is_web

__all__ = ["read_feed"]

_TAG = re.compile(r"<[^>]*>")
# What an entry without markup cannot hold: a tag, or a character written as an entity.
_MARKUP = re.compile(r"<[a-zA-Z!/]|&(?:#\w+|\w+);")


def read_feed(data: bytes, source: Source) -> Iterator[Item | Failure]:
    r"""The items of a feed's entries: their whole content where the feed has it, else their summary.

    Each states its title, author, day, link and language, and the title of the feed as publisher. An entry without a
    text is a failure; a feed without entries as well. Nothing a feed names is fetched, no entity unfolded.

    >>> feed = b"<rss><channel><title>Wire</title><item><guid>1</guid><description>Trade grew.</description></item>"
    >>> [(item.source, item.data, item.stated) for item in read_feed(feed, Source("a.xml", "/a.xml"))]
    [('a.xml#1', b'Trade grew.', {'feed': {'publisher': 'Wire'}})]
    """
    import feedparser  # noqa: PLC0415  a run without feeds need not load it

    try:
        # From bytes in memory: a name or an address it would open itself.
        feed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except ValueError as error:  # "&#x110000;" is a number that no character has
        message = f"a feed that cannot be read ({error}); correct what is wrong there, or save it again"
        raise DocumentError(message) from error
    if not feed.entries:
        yield Failure(source.name, "a feed without entries; check that the whole of it was saved")
    for number, entry in enumerate(feed.entries, 1):
        yield _item(entry, feed.feed, source, number)


def _item(entry: Mapping[str, Any], feed: Mapping[str, Any], source: Source, number: int) -> Item | Failure:
    text = _text(entry)
    stated = {name: value for name, value in _stated(entry, feed).items() if value}
    name = str(entry.get("id") or "")
    if not text:
        shown = name or stated.get("url") or f"entry {number}"
        return Failure(f"{source.name}#{shown}", "an entry without a text; give the page it links to instead")
    data = (page_of(text) if _MARKUP.search(text) else text).encode("utf-8", "replace")
    return one_of_many(source, [name, stated.get("url", "")], data, {"feed": stated}, "utf-8")


def _stated(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> dict[str, str]:
    origin = entry.get("source") or {}
    day = day_of(entry.get("published") or entry.get("updated") or "")
    language = _language(entry) or str(feed.get("language") or "")
    return {
        "title": _plain(entry.get("title")),
        "author": _plain(entry.get("author")),
        "published": day if read_day(day) else "",  # nobody can mend the feed of another
        "url": _link(entry, feed),
        "publisher": _plain(origin.get("title") or feed.get("title")),
        "language": language_code(language),
    }


def _absolute(base: str, link: str) -> str:
    try:
        return urljoin(base, link) if link else ""
    except ValueError:  # "http://[a", which no address can be, stays as it is written
        return link


def _link(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> str:
    """Where the entry leads; a feed that names its entries by numbers calls these links, and means none."""
    written = str(entry.get("link") or "")
    link = written if written == entry.get("id") else _absolute(str(feed.get("link") or ""), written)
    return link if is_web(link) else ""


def _contents(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*entry.get("content", ()), entry.get("summary_detail") or {}]


def _text(entry: Mapping[str, Any]) -> str:
    """The longest of what an entry says: some feeds put the whole article into the summary."""
    return max((str(content.get("value") or "").strip() for content in _contents(entry)), key=len)


def _language(entry: Mapping[str, Any]) -> str:
    return next((str(content["language"]) for content in _contents(entry) if content.get("language")), "")


def _plain(words: object) -> str:
    return " ".join(html.unescape(_TAG.sub("", str(words or ""))).split())
