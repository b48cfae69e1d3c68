"""Claims or documents → their citations: plain text, BibTeX, CSL-JSON; one work a document, all its quotes together."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from etl.dates import format_date

__all__ = ["FORMS", "Form", "cite", "is_web_address"]

Row = Mapping[Any, Any]

_DIGEST = "Digest of the original, in words of its own"
# Characters that mean something to TeX; a brace that is not in pairs would end the field.
_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "{}$&#_%"},
}
_IN_ADDRESS = {"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20", '"': "%22"}
_KEY_WORD = 20


@dataclass(frozen=True, slots=True)
class Work:
    """One document as it is cited: what is known of it, and the quotes and pages that are asked for."""

    name: str
    title: str
    author: str
    publisher: str
    published: dt.date | None
    url: str
    retrieved: dt.date | None
    language: str
    digest: bool
    quotes: tuple[str, ...]
    pages: tuple[int, ...]
    sha256: str

    @property
    def key(self) -> str:
        """A name that fits BibTeX: publisher or title, year, and the first digits of the document's id.

        >>> _work([{"document_id": "41505a0f", "publisher": "Dünya News", "published": dt.date(2024, 9, 19)}]).key
        'dunyanews2024-41505a0f'
        """
        plain = unicodedata.normalize("NFKD", self.publisher or self.title or "document")
        word = re.sub(r"[^a-z0-9]", "", plain.encode("ascii", "ignore").decode().lower())[:_KEY_WORD]
        return f"{word or 'document'}{self.published.year if self.published else ''}-{self.name[:8]}"

    @property
    def page_text(self) -> str:
        """The pages, "3" or "3, 5"; empty where the document has none."""
        return ", ".join(map(str, self.pages))


@dataclass(frozen=True, slots=True)
class Form:
    """A form of citation: its title, the media type and ending of a file in it, and how works are written in it."""

    title: str
    media_type: str
    ending: str
    write: Callable[[Iterable[Work]], str]


def cite(rows: Iterable[Row], form: str = "text") -> str:
    """The citations of claims, or of documents, in one of `FORMS`: one a document, in the order of the rows.

    A row needs its `document_id`; every other cell may be missing. The quotes of a document's claims stand together.

    >>> row = {"document_id": "4150550d847ada0f", "publisher": "Capital Post", "title": "Ministers meet", "page": 3}
    >>> cite([{**row, "published": dt.date(2024, 9, 19), "quote": "It was $1 billion."}])
    'Capital Post, “Ministers meet”, 19 Sep 2024, p. 3. Quote: “It was $1 billion.”'
    """
    documents: dict[str, list[Row]] = {}
    for row in rows:
        documents.setdefault(str(row["document_id"]), []).append(row)
    return FORMS[form].write([_work(of) for of in documents.values()])


def is_web_address(url: str) -> bool:
    """Whether a browser may open it: a document must not smuggle in another scheme.

    >>> is_web_address("https://example.org/a"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    return url.lower().startswith(("https://", "http://"))


def _work(rows: list[Row]) -> Work:
    row = rows[0]
    pages: list[Any] = [each.get("page") for each in rows]
    return Work(
        str(row["document_id"]),
        _text(row, "title"),
        _text(row, "author"),
        _text(row, "publisher"),
        _day(row, "published"),
        _text(row, "url"),
        _day(row, "retrieved"),
        _text(row, "language"),
        # Claims carry the kind of their document under another name: their own `kind` is level, share ...
        "digest" in {_text(row, "document_kind"), _text(row, "kind")},
        tuple(dict.fromkeys(quote for each in rows if (quote := _text(each, "quote")))),
        tuple(dict.fromkeys(int(page) for page in pages if page is not None and pd.notna(page))),
        _text(row, "document_sha256"),
    )


def _plain(works: Iterable[Work]) -> str:
    return "\n".join(map(_line, works))


def _line(work: Work) -> str:
    """`line = author? publisher? title date page?. quotes? address? retrieved?`"""
    title = f"“{work.title}”" if work.title else "untitled"
    known = (work.author, work.publisher, title, format_date(work.published), _page_note(work))
    stated = ", ".join(part for part in known if part)
    retrieved = f"(retrieved {format_date(work.retrieved)})" if work.retrieved else ""
    return " ".join(part for part in (f"{stated}.", _note(work), work.url, retrieved) if part)


def _page_note(work: Work) -> str:
    return f"{'p.' if len(work.pages) == 1 else 'pp.'} {work.page_text}" if work.pages else ""


def _note(work: Work) -> str:
    """The quotes under their heading; a digest says so."""
    quotes = " ".join(f"“{quote}”" for quote in work.quotes)
    if work.digest:
        return f"{_DIGEST}: {quotes}" if quotes else f"{_DIGEST}."
    return f"{'Quote' if len(work.quotes) == 1 else 'Quotes'}: {quotes}" if quotes else ""


def _bibtex(works: Iterable[Work]) -> str:
    return "\n\n".join(map(_entry, works)) + "\n"


def _entry(work: Work) -> str:
    day = work.published
    fields = {
        # Braces within: an organisation is one name, and a title keeps its capitals.
        "author": work.author and f"{{{_tex(work.author)}}}",
        "title": f"{{{_tex(work.title or 'untitled')}}}",
        "howpublished": _tex(work.publisher),
        "year": f"{day.year}" if day else "",
        "month": f"{day.month}" if day else "",
        "day": f"{day.day}" if day else "",
        "pages": work.page_text,
        "url": "".join(_IN_ADDRESS.get(sign, sign) for sign in _web_address(work)),
        "urldate": work.retrieved.isoformat() if work.retrieved else "",
        "note": _tex(_note(work)),
    }
    lines = [f"  {name} = {{{' '.join(value.split())}}},\n" for name, value in fields.items() if value]
    return f"@misc{{{work.key},\n{''.join(lines)}}}"


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)


def _csl(works: Iterable[Work]) -> str:
    return json.dumps([_item(work) for work in works], ensure_ascii=False, indent=2) + "\n"


def _item(work: Work) -> dict[str, object]:
    """A CSL-JSON item, with the names of its schema; what is not known is not there."""
    address = _web_address(work)
    item: dict[str, object] = {
        "id": work.key,
        "type": "webpage" if address else "document",
        "title": work.title,
        "author": [{"literal": work.author}] if work.author else None,
        # On a web page styles show the name of the site, which is its container.
        ("container-title" if address else "publisher"): work.publisher,
        "issued": _date(work.published),
        "accessed": _date(work.retrieved),
        "URL": address,
        "language": work.language,
        "page": work.page_text,
        "note": _note(work),
        "custom": {"document_id": work.name, "document_sha256": work.sha256} if work.sha256 else None,
    }
    return {name: value for name, value in item.items() if value}


def _date(day: dt.date | None) -> dict[str, object] | None:
    return {"date-parts": [[day.year, day.month, day.day]]} if day else None


def _web_address(work: Work) -> str:
    return work.url if is_web_address(work.url) else ""


def _text(row: Row, name: str) -> str:
    cell = row.get(name)
    return cell if isinstance(cell, str) else ""


def _day(row: Row, name: str) -> dt.date | None:
    day = row.get(name)
    return None if day is None or pd.isna(day) else dt.date(day.year, day.month, day.day)


FORMS: Mapping[str, Form] = {
    "text": Form("Plain text", "text/plain", "txt", _plain),
    "bibtex": Form("BibTeX", "application/x-bibtex", "bib", _bibtex),
    "csl": Form("CSL-JSON", "application/vnd.citationstyles.csl+json", "json", _csl),
}
"""The forms of citation, by name."""
