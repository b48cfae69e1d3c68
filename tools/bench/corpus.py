"""A number → an article of about 2 KB, always the same; many of them → the dumps and the folder that are measured.

Of ten articles three are dense: a bundled digest with other countries, years and figures, and ordinary news after it.
Five have one to three trade figures among such paragraphs, two have none. One in 33 is a rewrite of an article shortly
before it: another headline, publisher and day, the last paragraph cut.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from random import Random

from etl import read_documents
from etl.model import Document

__all__ = ["CHANGED", "DUMP", "Article", "clean", "make_article", "make_dumps", "make_files", "revise"]

PARTS = Path(__file__).with_name("articles.txt")
DIGESTS = Path(__file__).parents[2] / "data" / "documents"
DUMP = 10_000
# One article in so many is another one in the next revision of the dumps.
CHANGED = 100
_FOLDER = 1_000
_STATED = ("title", "publisher", "published", "url")
_REWRITE = 33
_CHARACTERS = (1_700, 2_300)
_DENSE, _SPARSE = 3, 8
_FIRST_DAY, _DAYS = dt.date(2014, 1, 1), 4_300
_SECTION = re.compile(r"\[(\w+)\]")
_SLOT = re.compile(r"\{(\w+)\}")
# What the digests are about, in the order of a line of [country].
_SUBJECTS = ("Pakistan", "Pakistani", "Islamabad", "Russia", "Russian", "Moscow")
_SUBJECT = re.compile(rf"\b(?:{'|'.join(_SUBJECTS)})\b")
_YEAR = r"\b(?P<year>(?:19|20)\d\d)(?:(?P<to>[-–/])(?P<second>\d\d))?\b"
_NUMBER = r"\d+(?:[.,]\d+)*"

Parts = Mapping[str, Sequence[str]]
Country = Sequence[str]
Pair = tuple[Country, Country]
Draw = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Article:
    """An article as a line of a dump has it."""

    id: str
    title: str
    publisher: str
    published: str
    url: str
    text: str


def make_article(number: int, revision: int = 0) -> Article:
    """The article of this number, the same on every machine; another `revision` has the same id and another text.

    >>> make_article(7) == make_article(7) != make_article(7, revision=1)
    True
    """
    if number % _REWRITE == _REWRITE - 1:
        return _rewritten(number, revision)
    random = _random(number, revision)
    pair = _pair(random)
    draw = _drawer(random, pair)
    paragraphs = [*_told(number % 10, random, draw, pair)]
    size = random.randint(*_CHARACTERS)
    while sum(map(len, paragraphs)) < size:
        paragraphs.append(" ".join(draw("news") for _ in range(random.randint(1, 3))))
    day = _FIRST_DAY + dt.timedelta(random.randrange(_DAYS))
    return _article(number, draw("title"), draw("publisher"), day, "\n\n".join(paragraphs))


def make_dumps(folder: Path, articles: int) -> list[Path]:
    """The JSONL dumps of the first `articles` articles, 10,000 each; those that are there already are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    dumps = [(first, min(first + DUMP, articles)) for first in range(0, articles, DUMP)]
    paths = [folder / f"{first:07}-{end:07}.jsonl" for first, end in dumps]
    missing = [(path, *dump) for path, dump in zip(paths, dumps, strict=True) if not path.exists()]
    with get_context("spawn").Pool(min(len(missing), os.cpu_count() or 1) or 1) as pool:
        pool.starmap(_write_dump, missing)
    return paths


def make_files(folder: Path, articles: int) -> Path:
    """The folder of the first `articles` articles, a file each with front matter, 1,000 files a folder."""
    for number in range(articles):
        path = folder / f"{number // _FOLDER:03}" / f"{number:07}.md"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, _marked_down(make_article(number)))
    return folder


def clean(folder: Path) -> None:
    """Empty `folder`, unless what is in it was made by this module and these parts as they are now."""
    made_by = hashlib.sha256(PARTS.read_bytes() + Path(__file__).read_bytes()).hexdigest()
    mark = folder / "made-by"
    if not mark.exists() or mark.read_text(encoding="utf-8") != made_by:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        mark.write_text(made_by, encoding="utf-8")


def revise(dumps: Sequence[Path], revision: int) -> None:
    """Give every hundredth article of `dumps` the text of `revision`; 0 restores the first."""
    for path in dumps:
        lines = path.read_bytes().splitlines(keepends=True)
        first = int(json.loads(lines[0])["id"])
        for place in range(-first % CHANGED, len(lines), CHANGED):
            lines[place] = _line(make_article(first + place, revision))
        _replace(path, b"".join(lines))


def _random(number: int, revision: int = 0) -> Random:
    return Random(f"{number}.{revision}")  # noqa: S311  an invented article is no secret


def _rewritten(number: int, revision: int) -> Article:
    random = _random(number, revision)
    # None of those between is a rewrite itself: of 33 numbers one is.
    first = number - random.randint(1, _REWRITE - 1)
    original = make_article(first)
    draw = _drawer(random, _pair(_random(first)))
    day = dt.date.fromisoformat(original.published) + dt.timedelta(random.randint(0, 3))
    paragraphs = original.text.split("\n\n")[:-1]
    return _article(number, draw("title"), draw("publisher"), day, "\n\n".join(paragraphs))


def _article(number: int, title: str, publisher: str, day: dt.date, text: str) -> Article:
    name = f"{number:07}"
    return Article(name, title, publisher, day.isoformat(), f"https://news.example/{day:%Y/%m}/{name}", text)


def _told(kind: int, random: Random, draw: Draw, pair: Pair) -> Iterator[str]:
    """The first paragraphs of a dense (0-2), a sparse (3-7) or an ordinary article (8, 9)."""
    if kind < _DENSE:
        for digest in random.sample(_digests(), 2):
            yield from _retold(digest, random, pair)
        return
    yield draw("opening")
    if kind < _SPARSE:
        for _ in range(random.randint(1, 3)):
            yield f"{draw('figures')} {draw('news')}"


def _retold(digest: Document, random: Random, pair: Pair) -> Iterator[str]:
    """The paragraphs of a digest with other countries, other years, and other digits in every other number."""
    names = dict(zip(_SUBJECTS, chain(*pair), strict=True))
    back = random.randint(1, 12)
    text = _SUBJECT.sub(lambda found: names[found[0]], digest.text)
    text = _dated().sub(lambda found: _earlier(found, back) if found["year"] else _other_number(found, random), text)
    yield from text.strip().split("\n\n")


def _earlier(found: re.Match[str], years: int) -> str:
    """A year, or a fiscal year such as 2013-14, that is so many years before."""
    second = f"{found['to']}{(int(found['second']) - years) % 100:02}" if found["to"] else ""
    return f"{int(found['year']) - years}{second}"


def _other_number(found: re.Match[str], random: Random) -> str:
    if not found["number"]:  # the day of a date
        return found[0]
    others = re.sub(r"\d", lambda _: random.choice("0123456789"), found["number"][1:])
    return random.choice("123456789") + others


def _drawer(random: Random, pair: Pair) -> Draw:
    """A function from the name of a section to one of its lines, filled in; no line comes twice."""
    parts, fixed = _parts(), _facts(random, pair)
    left = {name: random.sample(parts[name], len(parts[name])) for name in ("news", "figures")}

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        if name in fixed:
            return fixed[name]
        return _FIGURES[name](random) if name in _FIGURES else random.choice(parts[name.rstrip("2")])

    def draw(name: str) -> str:
        line = left[name].pop() if name in left else random.choice(parts[name])
        while "{" in line:
            line = _SLOT.sub(fill, line)
        return line

    return draw


def _facts(random: Random, pair: Pair) -> dict[str, str]:
    """What is the same all through an article: its countries, a person, a town, its year."""
    (land, adjective, capital), (other, others, seat) = pair
    return {
        "land": land,
        "adjective": adjective,
        "capital": capital,
        "capital2": capital.upper(),
        "other": other,
        "others": others,
        "seat": seat,
        **{name: random.choice(_parts()[name]) for name in ("person", "town", "good", "topic")},
        "year": str(2014 + random.randrange(12)),
    }


_FIGURES: Mapping[str, Callable[[Random], str]] = {
    "past": lambda random: str(random.randint(2008, 2024)),
    "day": lambda random: str(random.randint(1, 28)),
    "few": lambda random: str(random.randint(2, 9)),
    "some": lambda random: str(random.randint(11, 99)),
    "many": lambda random: f"{random.randint(120, 9_900):,}",
    "amount": lambda random: f"{random.uniform(1.2, 98.7):.1f}",
    "share": lambda random: f"{random.uniform(0.5, 48.9):.1f}",
    "price": lambda random: f"{random.uniform(41, 899):.2f}",
}


def _pair(random: Random) -> Pair:
    first, second = random.sample(_parts()["country"], 2)
    return first.split(", "), second.split(", ")


@cache
def _parts() -> Parts:
    parts: dict[str, list[str]] = {}
    for line in PARTS.read_text(encoding="utf-8").splitlines():
        if heading := _SECTION.fullmatch(line):
            section = parts.setdefault(heading[1], [])
        elif line and not line.startswith("#"):
            section.append(line)
    return parts


@cache
def _digests() -> list[Document]:
    return [found for found in read_documents(DIGESTS) if isinstance(found, Document)]


@cache
def _dated() -> re.Pattern[str]:
    months = "|".join(_parts()["month"])
    return re.compile(rf"{_YEAR}|\b\d{{1,2}} (?:{months})|(?:{months}) \d{{1,2}}\b|(?P<number>{_NUMBER})")


def _write_dump(path: Path, first: int, end: int) -> None:
    _replace(path, b"".join(_line(make_article(number)) for number in range(first, end)))


def _replace(path: Path, data: bytes) -> None:
    """A dump is there whole or not at all, so that one left by a stopped run is never measured."""
    unfinished = path.with_suffix(".tmp")
    unfinished.write_bytes(data)
    unfinished.replace(path)


def _line(article: Article) -> bytes:
    return json.dumps(asdict(article), ensure_ascii=False).encode() + b"\n"


def _marked_down(article: Article) -> bytes:
    stated = {name: json.dumps(value) for name, value in asdict(article).items() if name in _STATED}
    head = "\n".join(f"{name}: {value}" for name, value in stated.items())
    return f"---\n{head}\n---\n{article.text}\n".encode()
