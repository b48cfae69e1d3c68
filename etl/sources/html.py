"""The bytes of a web page → the text of its article in paragraphs, and the metadata that the page states.

trafilatura finds the article, htmldate the day of publication. What a browser shows in one line stays in one line: tags
inside a sentence and line ends of the source are no line ends of the text. A block (paragraph, heading, list item, row
of a table) never runs into the next. Menus, tickers, captions, struck-out words, marks of footnotes and the lines of
`lexicon/boilerplate.txt` ("Also read: ...") are left out. `etl.sources.guard` runs this reader in a process of its own.
"""

from __future__ import annotations

import codecs
import json
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from html import unescape
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from etl.errors import DocumentError
from etl.lexicon import alternatives, cache
from etl.sources.content import Content
from etl.sources.encodings import Decoded, read_characters
from etl.sources.layout import table_row
from etl.sources.limits import Limits

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement
    from trafilatura.settings import Document as Article

__all__ = ["page_of", "read_html"]

_USUAL = Limits()
# Browsers nest no deeper than 512 either; a parser that calls itself for each level would end the process.
_DEEPEST = 512
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHARSET = re.compile(rb"""<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_HEAD = 4096
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_ABSOLUTE = re.compile(r"https?://[^\s/]+\S*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_SENTENCE = re.compile(r"""(?:\S+\s+){3}\S*[.!?…]["”’')\]]*(?!\S)""")

_HIDDEN = (
    "//del | //s | //strike | //figcaption | //noscript | //template | //*[@hidden or @aria-hidden='true']"
    " | //*[contains(translate(@style, ' ', ''), 'display:none')]"
    # As Wikipedia and WordPress name their "[edit]", footnotes, captions, teasers and buttons.
    + "".join(
        f" | //*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
        for name in ("mw-editsection", "noprint", "references", "robots-nocontent", "wp-caption-text")
    )
    + " | //blockquote[contains(@class, 'wp-embedded-content')]"
)
# trafilatura puts a space beside a tag inside a line, so that "$1<b>.5</b>bn" were two numbers: these go before.
_FORMATTING = (
    *("abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "ins", "kbd"),
    *("mark", "nobr", "q", "samp", "small", "strong", "sub", "time", "tt", "u", "var", "wbr"),
)
# These say what is a menu or a caption, so they go only where they are a part of a word.
_WRAPPERS = ("a", "span")
# What a browser begins a new line for; the cells of a row stand in one.
_PARTING = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl"),
        *("dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li"),
        *("main", "nav", "ol", "p", "pre", "section", "summary", "table", "tr", "ul"),
    )
)
_CELLS, _NO_WORDS = frozenset(("td", "th")), frozenset(("script", "style", "head"))
_LISTS_IN_CELLS = "//*[self::td or self::th]//*[self::ul or self::ol]"
# The article as pages state it for search engines, in JSON; trafilatura takes it where the page shows no other.
_STATED_BODY = re.compile(r'"articleBody"\s*:\s*("(?:[^"\\]|\\.)*")', re.DOTALL)
_SAVED = re.compile(r"<!-- saved from url=\(\d+\)(\S+) -->")
_TWO_BREAKS = re.compile(r"(?:<br\b[^<>]{,100}>\s*){2,}", re.IGNORECASE)
_NOTE_MARK = re.compile(r"\[[^\]]{1,4}\]|[*†‡]+")
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_RAISED_NUMBER = re.compile(r"[0-9+−-]+")

# Says of a page that all of it is an article.
_WHOLE = '<meta name="generator" content="trade-figures">'
_NO_ARTICLE = "no article on this page (a menu, a list of links, or text that scripts load); save its text as .txt"
_ROW, _ITEM = "| ", "- "
_INLINE = frozenset({"hi", "ref", "del", "code", "graphic"})
# Stands for a tag that ends a line, until white space is one space: no page has it, `_NOT_XML` takes it out.
_BREAK = "\x00"
_BREAKS = re.compile(rf"{_BREAK}\s*{_BREAK}[\s{_BREAK}]*")
# A headline comes first, or after the name of a section and the like.
_HEADLINES = 4
# A cell this long holds paragraphs: the table lays out a page, its columns are no columns of figures.
_LONGEST_CELL = 300
_SHORT_LINE = 30


def read_html(data: bytes, charset: str | None = None, limits: Limits = _USUAL) -> Content:  # noqa: ARG001  as readers are called
    r"""The content of a web page: its article's text, blank lines between paragraphs, and what the page says of itself.

    `charset` is the encoding that came with the page, if one did. Raises `DocumentError` for a page in no encoding we
    can tell, for one without an article, and for elements nested deeper than any browser shows.

    >>> page = b"<html><title>Wheat</title><p>Exports of <b>wheat</b> reached\n$1 billion in 2023.</p></html>"
    >>> read_html(page).text
    'Exports of wheat reached $1 billion in 2023.'
    """
    decoded = _decoded(data, charset)
    tree = _tree(decoded.text)
    language, whole = tree.get("lang") or "", _WHOLE in decoded.text[:_HEAD]
    article = _article(tree)
    blocks = _without_title(_own(_parted(_blocks(article.body), tree)), article.title)
    if not any(whole or _SENTENCE.search(block) or block.startswith(_ROW) for block in blocks):
        raise DocumentError(_NO_ARTICLE)
    saved = _SAVED.search(decoded.text[:_HEAD])
    fields = _fields(article, language, saved[1] if saved else None)
    return Content(_joined(blocks), {"page": fields}, encoding=decoded.encoding)


def page_of(fragment: str) -> str:
    """The page of a fragment that is known to be an article, as the entries of feeds are, however short."""
    head = f'<head><meta charset="utf-8">{_WHOLE}</head>'
    return f"<!DOCTYPE html><html>{head}<body><article>{fragment}</article></body></html>"


def _decoded(data: bytes, charset: str | None) -> Decoded:
    """The page's characters: as the server, else the page says, unless they are UTF-8, and without zero bytes."""
    if data.startswith(_WIDE) or (charset or "").lower().startswith("utf-16"):
        return read_characters(data, charset)
    # What is read as ASCII is not in UTF-16, whatever it says of itself.
    stated = (found.decode("ascii") for found in _CHARSET.findall(data[:_HEAD]))
    declared = next((name for name in stated if not name.lower().startswith("utf-16")), None)
    return read_characters(data.replace(b"\0", b""), charset or declared)


def _tree(text: str) -> HtmlElement:
    from lxml.etree import ParserError, XMLSyntaxError  # noqa: PLC0415  only a run that meets a page loads it
    from lxml.html import HTMLParser, document_fromstring  # noqa: PLC0415  as above

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = document_fromstring(_TWO_BREAKS.sub("<p>", _NOT_XML.sub("", text)).encode(), parser=parser)
    except ParserError as error:
        raise DocumentError(_NO_ARTICLE) from error
    except XMLSyntaxError as error:  # which this forgiving parser raises only where it finds no memory
        raise MemoryError from error
    if _depth(tree) > _DEEPEST:
        message = f"elements nested deeper than the {_DEEPEST} that a browser shows; save its text as .txt"
        raise DocumentError(message)
    return tree


def _depth(tree: HtmlElement) -> int:
    from lxml.etree import iterwalk  # noqa: PLC0415  as above

    depth = deepest = 0
    for event, _ in iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _article(tree: HtmlElement) -> Article:
    from trafilatura import bare_extraction  # noqa: PLC0415  as above
    from trafilatura.settings import Document as Article  # noqa: PLC0415  as above

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it cannot read, we say ourselves
    _prepare(tree)
    # The day of first publication, from what the page says of itself: a day in its text may be any.
    dates = {"extensive_search": False, "original_date": True}
    found = bare_extraction(tree, include_comments=False, with_metadata=True, date_extraction_params=dates)
    if not isinstance(found, Article):
        raise DocumentError(_NO_ARTICLE)
    return found


def _prepare(tree: HtmlElement) -> None:
    """Take out what is no part of an article, and write as trafilatura reads it right what it does not."""
    from lxml.etree import strip_tags  # noqa: PLC0415  as above

    for element in tree.xpath(_HIDDEN):
        element.drop_tree()
    for element in [*tree.iter("base")]:  # where links lead from, which trafilatura takes for the page's address
        element.drop_tree()
    for element in [*tree.iter("sup")]:
        _lower(element)
    strip_tags(tree, *_FORMATTING)
    for element in tree.xpath(_LISTS_IN_CELLS):
        _unlist(element)
    for link in [*tree.iter("a")]:
        if _is_teaser(link):
            link.drop_tree()
    for element in [*tree.iter(*_WRAPPERS)]:
        if _is_glued(element):
            element.drop_tag()


def _unlist(listed: HtmlElement) -> None:
    """A list in a cell, which trafilatura leaves out, as paragraphs."""
    for point in listed.iterchildren("li"):
        point.tag = "p"
    listed.drop_tag()


def _lower(raised: HtmlElement) -> None:
    """Raised text in the line: 5 km² stays an area, 1st a date, and the mark of a footnote is left out."""
    words = raised.text_content().strip()
    if _NOTE_MARK.fullmatch(words) or raised.find(".//a") is not None:
        raised.drop_tree()
    else:
        raised.text = words.translate(_RAISED) if _RAISED_NUMBER.fullmatch(words) else words
        for child in [*raised]:
            raised.remove(child)
        raised.drop_tag()


def _is_glued(element: HtmlElement) -> bool:
    """Whether no space stands between the element and the words, or the element inside the line, beside it."""
    before, after = element.getprevious(), element.getnext()
    ahead = (element.getparent().text if before is None else before.tail) or ""
    behind = element.tail or ""
    return bool((ahead[-1:] + behind[:1]).strip()) or any(
        not between and beside is not None and beside.tag in _WRAPPERS
        for between, beside in ((ahead, before), (behind, after))
    )


def _is_teaser(link: HtmlElement) -> bool:
    """Whether a line is nothing but links, and this one no sentence: the headline of another article."""
    parent, before, after = link.getparent(), link.getprevious(), link.getnext()
    around = f"{(parent.text if before is None else before.tail) or ''}{link.tail or ''}"
    alone = not around.strip() and all(beside is None or beside.tag in (*_PARTING, "a") for beside in (before, after))
    whole = alone and parent.tag in ("p", "div") and not any(below.tag in _PARTING for below in link.iter())
    return whole and not _SENTENCE.search(link.text_content())


def _fields(article: Article, language: str, saved: str | None) -> dict[str, str]:
    """What the page states; where it does not say its address, the one that a browser `saved` it from."""
    site = article.sitename if article.sitename != article.hostname else None
    url = article.url or saved or ""
    stated = {
        "title": article.title,
        "publisher": site,
        "author": article.author,
        "published": article.date,
        "url": url if _ABSOLUTE.fullmatch(url) else None,
        "language": language.replace("_", "-") if _LANGUAGE.fullmatch(language) else None,
    }
    return {name: value for name, value in stated.items() if value}


def _blocks(element: _Element) -> Iterator[str]:
    """The blocks of an element of trafilatura's tree, in order; list items and rows begin with their mark."""
    if element.tag == "table":
        for row in element.findall("row"):
            yield from _row([[*_inside(cell)] for cell in row.findall("cell")])
    elif element.tag == "item":
        first, *others = [*_inside(element)] or [""]
        yield from filter(None, [first and _ITEM + first, *others])
    else:
        yield from _inside(element)


def _inside(element: _Element) -> Iterator[str]:
    """The blocks in an element: the lines between the blocks it holds, and those blocks."""
    running = element.text or ""
    for child in element:
        if child.tag == "lb" or (child.tag in _INLINE and not _holds_blocks(child)):
            running += _BREAK if child.tag == "lb" else _line(child)
        else:
            yield from _paragraphs(running)
            running = ""
            yield from _blocks(child)
        running += child.tail or ""
    yield from _paragraphs(running)


def _holds_blocks(element: _Element) -> bool:
    return any(below.tag not in _INLINE and below.tag != "lb" for below in element.iterdescendants())


def _line(element: _Element) -> str:
    inner = (_BREAK if child.tag == "lb" else _line(child) for child in element)
    tails = (child.tail or "" for child in element)
    return (element.text or "") + "".join(chain.from_iterable(zip(inner, tails, strict=True)))


def _paragraphs(running: str) -> Iterator[str]:
    """The paragraphs of a run of words: white space is one space, a break a line end, two breaks a new paragraph."""
    for part in _BREAKS.split(_SPACE.sub(" ", running)):
        lines = (line.strip(" ") for line in part.split(_BREAK))
        if paragraph := "\n".join(filter(None, lines)):
            yield paragraph


def _parted(blocks: Iterable[str], tree: HtmlElement) -> Iterator[str]:
    """The blocks, parted where the page parts them: of a short article trafilatura makes one block of all its lines."""
    lines = [line for line in _lines(tree) if line]
    known = frozenset(lines)
    for block in blocks:
        yield from [block] if block in known or "\n" in block else _lines_in(block, lines) or [block]


def _lines_in(block: str, lines: Sequence[str]) -> list[str]:
    """The lines that make up the block, in their order; none where they do not make up the whole of it."""
    found: list[str] = []
    place = 0
    for line in lines:
        if block.startswith(line, place) and block[place + len(line) : place + len(line) + 1] in ("", " "):
            found.append(line)
            place += len(line) + 1
    return found if place > len(block) else []


def _lines(tree: HtmlElement) -> Iterator[str]:
    """The lines of a page, of the article it states in JSON first."""
    from lxml.etree import ParserError  # noqa: PLC0415  as above
    from lxml.html import fragment_fromstring  # noqa: PLC0415  as above

    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        for stated in _STATED_BODY.findall(script.text or ""):
            with suppress(ValueError, ParserError):
                body = unescape(json.loads(stated, strict=False))
                yield from _lines_below(fragment_fromstring(body.replace("\n", "<br>"), create_parent="div"))
    yield from _lines_below(tree)


def _lines_below(tree: HtmlElement) -> Iterator[str]:
    from lxml.etree import iterwalk  # noqa: PLC0415  as above

    running: list[str] = []
    for event, element in iterwalk(tree, events=("start", "end")):
        if element.tag in _PARTING:
            yield " ".join("".join(running).split())
            running = []
        elif element.tag in _CELLS:
            running.append(" ")
        words = element.tail if event == "end" else element.text if element.tag not in _NO_WORDS else None
        running.append(words or "")
    yield " ".join("".join(running).split())


def _row(cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table's row in one line; of a table that only lays out the page, the blocks in its cells."""
    filled = [cell for cell in cells if cell]
    if len(filled) > 1 and all(map(_is_cell, filled)):
        yield table_row(["; ".join(" ".join(block.split("\n")) for block in cell) for cell in cells])
    else:
        yield from chain.from_iterable(cells)


def _is_cell(blocks: Sequence[str]) -> bool:
    """Whether these are the words of a cell, or the short points of a list in it, and no paragraphs."""
    short = sum(map(len, blocks)) <= _LONGEST_CELL
    return short and (len(blocks) == 1 or not any(map(_SENTENCE.search, blocks)))


def _own(blocks: Iterable[str]) -> Iterator[str]:
    """The blocks that are the article's own: no "Also read: ...", no list below such words, no call to subscribe."""
    below = False
    for block in blocks:
        line = block.removeprefix(_ITEM)
        called = len(line.split()) <= _SHORT_LINE and _calls().search(line) is not None
        below = called or _labels().fullmatch(line) is not None or (below and line != block)
        if not (below or _foreign().match(line) or _is_shouted(line)):
            yield block


def _is_shouted(line: str) -> bool:
    """Whether it begins with such words in capitals, and goes on in others: "ALSO READ Oil imports rise"."""
    found = _opening().match(line)
    return found is not None and found[0].isupper() and not line.isupper()


@cache
def _labels() -> re.Pattern[str]:
    return re.compile(rf"{alternatives('boilerplate.txt', kind='opens')}\s*:?", re.IGNORECASE)


@cache
def _opening() -> re.Pattern[str]:
    return re.compile(rf"{alternatives('boilerplate.txt', kind='opens')}(?=\s)", re.IGNORECASE)


@cache
def _foreign() -> re.Pattern[str]:
    opens, whole = (alternatives("boilerplate.txt", kind=kind) for kind in ("opens", "whole"))
    return re.compile(rf"[\[(]?{opens}\s*(?:[:|»›]|[–—-]\s)|{whole}\W*\Z", re.IGNORECASE)


@cache
def _calls() -> re.Pattern[str]:
    return re.compile(rf"\b{alternatives('boilerplate.txt', kind='holds')}\b", re.IGNORECASE)


def _without_title(blocks: Iterable[str], title: str | None) -> list[str]:
    """The blocks but the headline, which is the document's title: a figure in it is the text's first, said twice."""
    kept = [*blocks]
    places = [place for place, block in enumerate(kept[:_HEADLINES]) if title and _plain(block) == _plain(title)]
    return [*kept[: places[0]], *kept[places[0] + 1 :]] if places else kept


def _plain(line: str) -> str:
    return " ".join(line.split()).casefold()


def _joined(blocks: Sequence[str]) -> str:
    """The text: a blank line between blocks, a line end between the items of a list or the rows of a table."""
    ends = ["\n" if one[:2] == other[:2] and one[:2] in {_ITEM, _ROW} else "\n\n" for one, other in pairwise(blocks)]
    return "".join(chain.from_iterable(zip(blocks, [*ends, ""], strict=False)))
