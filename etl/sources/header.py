"""The first lines of a text → the title and the day of publication they state, where metadata says nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from etl.grammar.characters import legible
from etl.lexicon import cache, read_table
from etl.resolve.periods import parse_date

__all__ = ["read_header"]

# A page's head is short: beyond it a line of its own is a subheading, and a date the subject of the report.
_HEAD_CHARACTERS, _HEAD_LINES = 4000, 15
_PARAGRAPH_CHARACTERS, _TITLE_CHARACTERS, _TITLE_WORDS = 200, 160, 4

_GLUED_TIME = re.compile(r"(\d{4})(\d{1,2}:\d{2})")
_PARTS = re.compile(r"\s*[|•·]\s*")
_HEADING = re.compile(r"#{1,2}\s+(?P<title>.+?)\s*#*")
_NO_TITLE = re.compile(r"[•*>\[(|/-]|https?:|www\.|by\b|\d+ min(?:ute)?s? read", re.IGNORECASE)
_DATELINE = re.compile(
    r"[A-Z][A-Z.'’ -]{1,40}(?:,\s+[A-Z][A-Za-z.'’ -]{1,40}?)?\s{,3}[,.:]\s{1,3}"  # ISLAMABAD, Pakistan,
    r"(?:(?P<month>[A-Z][a-z]{2,8})\.?\s+(?P<day>\d{1,2})|(?P<day_first>\d{1,2})\s+(?P<month_last>[A-Z][a-z]{2,8})\.?)"
    r"(?:,?\s+(?P<year>\d{4}))?\.?\s*"
    r"(?:\([^()\n]{1,40}\)|/[^/\n]{1,40}/)?\s*[:.—–-]"  # (APP):  /TASS/.  —
)


def read_header(text: str, retrieved: dt.date | None = None) -> dict[str, dict[str, str]]:
    r"""What the head of `text` says, by where it says it: "date line", "dateline", "title line", in order of trust.

    A dateline without a year takes the latest such day up to `retrieved`, and nothing without that day. A date after
    `retrieved` is not believed. An empty dict when nothing is stated.

    >>> read_header("19 February 201810:39\n\nComment on the visit to Moscow\n\nOn February 20 ...")
    {'date line': {'published': '2018-02-19'}, 'title line': {'title': 'Comment on the visit to Moscow'}}
    >>> read_header("ISLAMABAD, Oct 12 (APP): Trade grew.", dt.date(2024, 3, 1))
    {'dateline': {'published': '2023-10-12'}}
    """
    lines = [line.strip() for line in legible(text[:_HEAD_CHARACTERS]).text.split("\n") if line.strip()][:_HEAD_LINES]
    head = list(_above_first_paragraph(lines))
    found = {
        "date line": ("published", _day(read_date_line(head), retrieved)),
        "dateline": ("published", _day(_first_dateline(lines[: len(head) + 1], retrieved), retrieved)),
        "title line": ("title", _title(head)),
    }
    return {place: {name: value} for place, (name, value) in found.items() if value}


def read_date_line(lines: list[str]) -> dt.date | None:
    """date_line = label? date time? | line of such parts divided by "|" or "•"; a published date before an updated one.

    >>> read_date_line(["Business | Updated: 18 September 2024", "Published September 17, 2024"])
    datetime.date(2024, 9, 17)
    """
    dates: dict[str, dt.date] = {}
    for line in lines:
        for part in _PARTS.split(line):
            label, rest = _label(part)
            day = parse_date(_GLUED_TIME.sub(r"\1 \2", rest))
            if day:
                dates.setdefault(label, day)
    return dates.get("published") or dates.get("updated")


def read_dateline(line: str, retrieved: dt.date | None) -> dt.date | None:
    """dateline = PLACE ("," Country)? "," month day ("," year)? ("(" agency ")")? (":" | "—")

    >>> read_dateline("MOSCOW, December 25. /TASS/. Trade grew.", dt.date(2024, 1, 5))
    datetime.date(2023, 12, 25)
    """
    found = _DATELINE.match(line)
    if not found:
        return None
    day = f"{found['day'] or found['day_first']} {found['month'] or found['month_last']}"
    if found["year"]:
        return parse_date(f"{day} {found['year']}")
    if not retrieved:
        return None
    # Eight years reach back over 1900 to the last 29 February.
    days = (parse_date(f"{day} {year}") for year in range(retrieved.year, retrieved.year - 9, -1))
    return next((past for past in days if past and past <= retrieved), None)


def _above_first_paragraph(lines: list[str]) -> Iterator[str]:
    for line in lines:
        sentence = line.endswith((".", "!", ".”", '."', "…")) and len(line.split()) > _TITLE_WORDS
        if len(line) > _PARAGRAPH_CHARACTERS or (sentence and not _HEADING.fullmatch(line)) or _DATELINE.match(line):
            return
        yield line


def _first_dateline(lines: list[str], retrieved: dt.date | None) -> dt.date | None:
    return next((day for line in lines if (day := read_dateline(line, retrieved))), None)


def _day(day: dt.date | None, retrieved: dt.date | None) -> str | None:
    return day.isoformat() if day and not (retrieved and day > retrieved) else None


def _title(head: list[str]) -> str | None:
    headings = (found["title"] for line in head if (found := _HEADING.fullmatch(line)))
    return next(headings, None) or next((line for line in head if _title_like(line)), None)


def _title_like(line: str) -> bool:
    first = line.lstrip("‘’“”'\"«")[:1]
    return (
        len(line.split()) >= _TITLE_WORDS
        and len(line) <= _TITLE_CHARACTERS
        and (first.isupper() or first.isdigit())
        and line[-1] not in ".,;:"
        and not _NO_TITLE.match(line)
        and read_date_line([line]) is None
    )


def _label(part: str) -> tuple[str, str]:
    lowered = part.lower()
    for label, date in _labels():
        if lowered.startswith(label) and not lowered[len(label) :][:1].isalnum():
            return date, part[len(label) :].lstrip(" :")
    return "published", part


@cache
def _labels() -> tuple[tuple[str, str], ...]:
    rows = read_table("date_labels.txt")
    return tuple(sorted(((row["label"], row["date"]) for row in rows), key=lambda row: -len(row[0])))
