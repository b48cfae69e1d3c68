"""Sound files of every format → thousands of broken ones, read like any others: `make fuzz`.

    python -m tools.fuzz                                       10,000 files of all formats
    python -m tools.fuzz --cases 200000 --formats text jsonl   many of the cheap ones
    python -m tools.fuzz --seed 7                              others than the last time

Each file is cut, has bytes changed, lost, doubled and put in that mean something to some format, or is noise. A run
over them must name each in its outcome, as documents or as a failure that says why, must not find that our own code
failed, and every claim must prove itself. Nothing may be printed, nothing written but the store, and nobody at the
address that stands in the files be asked for anything. A file that breaks this is kept in build/fuzz.
"""

from __future__ import annotations

import argparse
import faulthandler
import gzip
import io
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import etl
from etl.sources import Failure, Item, Skipped, find_sources, read_items, split
from etl.store import prove

__all__ = ["FORMATS", "Breach", "Case", "breaches", "main", "make_cases"]

KEPT = Path(__file__).parents[1] / "build" / "fuzz"
# Nobody listens there; a test names an address at which it listens itself.
CANARY = "http://127.0.0.1:9/"
_BATCH = 500
_HANGS = 300
_RIGHT_NAME, _NOISE, _WHOLE = 0.9, 0.05, 0.5
# What was expected, or what to do: every reason of ours ends in one of them.
_NEXT_STEP = re.compile(r"\S; \S|must be \S")
# "dump.jsonl#7" and "dump.jsonl, line 7" are of one file.
_OF_ONE_FILE = re.compile(r"#|, (?=line|record|row)")
_MARKS = [
    *(b"\0", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc3\x28", b"\xf4\x90\x80\x80", b"\x1b[31m"),
    *(b"---\n", b"\n---\n", b"!!python/object:os.system x", b"&a [*a, *a]", b"*a", b"? ", b"{" * 50, b"- " * 50, b"\t"),
    *(b"published: 2024-13-99\n", b"language: x\n", b"title: 'a\n", b"text: |\n  a\n", b"'", b'"', b",,,", b";", b"\r"),
    *(b"<", b"</p>", b"<![CDATA[", b"]]>", b"<!--", b"<script>", b"&#x110000;", b"&#0;", b"&lt", b"<div>" * 200),
    *(b'<!ENTITY a SYSTEM "file:///etc/passwd">', b"<!DOCTYPE a [", b"&a;", b'<?xml version="1.0" encoding="ebcdic"?>'),
    *(b"%PDF-1.7", b"/Length 99999999", b"/Kids [1 0 R]", b"endstream", b"startxref\n-1", b"PAR1", b"\x1f\x8b\x08\0"),
    *(b"WARC/1.0\r\n", b"Content-Length: -1\r\n", b"Content-Length: 99999999\r\n", b"\r\n\r\n", b"HTTP/1.1 200\r\n"),
    *(b"null", b"{}", b"[", b"1e999", b"\\ud800", b"-1", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"$1 " * 30),
    *(
        "\u202e\u00ad\u200b\u0301\ufb01\uff15\u0663".encode(),
        "\ud800".encode("utf-8", "surrogatepass"),
        "№ ½ 😀".encode(),
    ),
]
_SAID = "Pakistan's exports to Russia rose 12.5% to $1.2 billion in 2021, the Customs Board said on March 4."
_MORE = (
    "Imports of wheat fell to 340,000 tonnes.\n\nTrade reached €5bn–€7bn in FY2013-14 and is to exceed $10 bn by 2030."
)


@dataclass(frozen=True, slots=True)
class Case:
    """A broken file: its path below a folder, and its bytes; the same again from the same seed."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Breach:
    """A promise that was broken: with which file, as far as is known, and how."""

    source: str
    wrong: str


@dataclass(frozen=True, slots=True)
class _Format:
    """How the files of a format end, its sound ones given the address in them, and what is done with a broken one."""

    ending: str
    sound: Callable[[str], Sequence[bytes]]
    pack: Callable[[bytes], bytes] = bytes


def make_cases(form: str, count: int, seed: int = 0, canary: str = CANARY) -> Iterator[Case]:
    """So many broken files of a format, in which all addresses begin with `canary`.

    >>> [case.name for case in make_cases("jsonl", 2)]
    ['jsonl/000000.jsonl', 'jsonl/000001.jsonl']
    """
    rule = FORMATS[form]
    sound = rule.sound(canary)
    others = [*_texts(canary), *_pages(canary), *_dumps(canary)]
    for number in range(count):
        random = Random(f"{form}.{seed}.{number}")  # noqa: S311  a broken file is no secret
        data = _broken(random.choice(sound), random, others)
        if form == "metadata":
            yield Case(f"{form}/{number:06}/metadata.csv", data)
            yield Case(f"{form}/{number:06}/a.txt", f"{_SAID} {number}".encode())
        else:
            whole = random.random() < _WHOLE  # else what is inside a packed file is broken
            packed = _broken(rule.pack(random.choice(sound)), random, others) if whole else rule.pack(data)
            yield Case(f"{form}/{number:06}{rule.ending if random.random() < _RIGHT_NAME else ''}", packed)


def breaches(cases: Sequence[Case], folder: Path) -> Iterator[Breach]:
    """What a run over `cases` broke; their files and their store are put into `folder`, and the store alone is new."""
    files, store = folder / "files", folder / "store"
    for case in cases:
        path = files / case.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(case.data)
    report = folder / "report.jsonl"
    etl.run(files, store, jobs=1, report=report)
    outcomes = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    for outcome in outcomes:
        reason = outcome["reason"] or ""
        if "please report" in reason or (outcome["outcome"] == "failed" and not _NEXT_STEP.search(reason)):
            yield Breach(outcome["source"], reason or "no reason is given")
    if len(outcomes) != (wanted := sum(1 for _ in _items(files))):
        yield Breach("the run", f"{len(outcomes):,} outcomes of {wanted:,} documents")
    told = {_OF_ONE_FILE.split(outcome["source"])[0] for outcome in outcomes}
    for case in cases:
        # A broken metadata.csv is told instead of the documents it describes.
        if not {case.name, str(Path(case.name).with_name("metadata.csv"))} & told and not case.name.endswith(".csv"):
            yield Breach(case.name, "it is in no outcome")
    for claim_id, wrong in prove(store).breaches:
        yield Breach(claim_id, wrong)


def _items(files: Path) -> Iterator[Item | Failure | Skipped]:
    """What the files hold, before any of it is read: what the run must have an outcome for."""
    for source in find_sources(files):
        if isinstance(source, Failure):
            yield source
        else:
            yield from (item for piece in split(source) for item in read_items(piece))


def main(arguments: Sequence[str] | None = None) -> None:
    """Read so many broken files, and end with 1 if one of them broke a promise; it is kept."""
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description="Read broken files of every format.")
    parser.add_argument("--cases", type=int, default=10_000, metavar="N", help="how many, shared among the formats")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=[*FORMATS], metavar="NAME")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="the same seed makes the same files")
    asked = parser.parse_args(arguments)
    each = -(-asked.cases // len(asked.formats))
    broken = sum(_fuzz(form, each, asked.seed) for form in asked.formats)
    sys.exit(f"{broken} broke a promise; they are kept in {KEPT}" if broken else 0)


def _fuzz(form: str, count: int, seed: int) -> int:
    """How many promises were broken by so many files of a format."""
    cases, broken = make_cases(form, count, seed), 0
    for start in range(0, count, _BATCH):
        batch = [case for _, case in zip(range(_BATCH * (2 if form == "metadata" else 1)), cases, strict=False)]
        faulthandler.dump_traceback_later(_HANGS, exit=True, file=sys.__stderr__ or sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            found = [*breaches(batch, Path(folder))]
        faulthandler.cancel_dump_traceback_later()
        for breach in found:
            print(f"{breach.source}: {breach.wrong}", flush=True)
            _keep(batch, breach)
        broken += len(found)
        print(f"{form}: {min(start + _BATCH, count):,} of {count:,}", end="\r", file=sys.stderr, flush=True)
    print(f"{form}: {count:,} files, {broken} broke a promise", flush=True)
    return broken


def _keep(cases: Sequence[Case], breach: Breach) -> None:
    for case in cases:
        if case.name == breach.source.partition("#")[0]:
            path = KEPT / case.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(case.data)


def _broken(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """`data` after one to four accidents, or noise."""
    if random.random() < _NOISE:
        return random.randbytes(random.randint(0, 400))
    for _ in range(random.randint(1, 4)):
        data = random.choice(_ACCIDENTS)(data, random, others)
    return data


def _cut(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    return data[: random.randint(0, len(data))]


def _behead(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    return data[random.randint(0, len(data)) :]


def _lose(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    start, end = _chunk(data, random)
    return data[:start] + data[end:]


def _repeat(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    start, end = _chunk(data, random)
    return data[:end] + data[start:end] * random.choice((1, 1, 2, 30)) + data[end:]


def _flip(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _again in range(random.randint(1, 8) if data else 0):
        changed[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _overwrite(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    start, end = _chunk(data, random)
    return data[:start] + random.randbytes(min(end - start, 16)) + data[start + 16 :]


def _insert(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    place = random.randint(0, len(data))
    return data[:place] + random.choice(_MARKS) + data[place:]


def _graft(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """The beginning of one file and the end of another."""
    other = random.choice(others)
    return data[: random.randint(0, len(data))] + other[random.randint(0, len(other)) :]


def _recode(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    """The same in another encoding, with or without a mark that says so."""
    coding = random.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1252", "cp1251", "gb18030"))
    return data.decode("utf-8", "replace").encode(coding, "replace")


_ACCIDENTS = (_cut, _behead, _lose, _repeat, _flip, _flip, _overwrite, _insert, _insert, _insert, _graft, _recode)


def _chunk(data: bytes, random: Random) -> tuple[int, int]:
    start = random.randint(0, len(data))
    return start, min(len(data), start + random.choice((1, 4, 20, 200)))


def _texts(canary: str) -> list[bytes]:
    head = (
        "---\ntitle: Trade grows\npublisher: 'The Gazette'\nauthor: [A. Linden, B. Holt]\npublished: 2024-09-19\n"
        f"url: {canary}a\nlanguage: en\n---\n"
    )
    return [f"{head}{_SAID}\n\n{_MORE}\n".encode(), f"ISLAMABAD, March 4 (Wire) – {_SAID}\r\n{_MORE}".encode()]


def _tables(canary: str) -> list[bytes]:
    row = f'a.txt,"Trade, grown",The Gazette,2024-09-19,{canary}a,,,en,article\n'
    return [f"file,title,publisher,published,url,author,retrieved,language,kind\n{row}".encode()]


def _pages(canary: str) -> list[bytes]:
    linked = {"@type": "NewsArticle", "headline": "Trade grows", "datePublished": "2024-09-19T10:00:00Z"}
    paragraphs = "".join(f"<p>{said} <a href='{canary}b'>More</a></p>" for said in (_SAID, _MORE, _SAID.upper()))
    return [
        (
            f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><base href='{canary}'><title>Trade grows</title>"
            f"<link rel=canonical href='{canary}a'><link rel=stylesheet href='{canary}a.css'>"
            f"<meta property='og:site_name' content='The Gazette'><script src='{canary}a.js'></script>"
            f"<script type='application/ld+json'>{json.dumps(linked)}</script></head><body><nav>Home</nav>"
            f"<img src='{canary}a.png'><iframe src='{canary}c'></iframe><article><h1>Trade grows</h1>{paragraphs}"
            "<table><tr><th>Year<th>Exports<tr><td>2021<td>$1.2 billion</table></article></body></html>"
        ).encode()
    ]


def _pdfs(canary: str) -> list[bytes]:
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

    return [_pdf(Canvas, canary, compressed) for compressed in (0, 1)]


# Any: reportlab says nothing of its types.
def _pdf(canvas: Callable[..., object], canary: str, compressed: int) -> bytes:
    file = io.BytesIO()
    page: Any = canvas(file, invariant=1, pageCompression=compressed)
    for number in (1, 2):
        page.setTitle("Trade grows")
        page.drawString(72, 760, f"The Gazette, page {number}")
        for line, words in enumerate((_SAID[:50], _SAID[50:], *_MORE.split("\n"))):
            page.drawString(72, 700 - 14 * line, words)
        page.linkURL(f"{canary}d", (72, 700, 200, 714))
        page.showPage()
    page.save()
    return file.getvalue()


def _feeds(canary: str) -> list[bytes]:
    entries = "".join(
        f"<item><title>Trade {n}</title><link>{canary}{n}</link><guid>{n}</guid><author>A. Linden</author>"
        f"<pubDate>Thu, 19 Sep 2024 10:00:0{n} GMT</pubDate><description>&lt;p&gt;{_SAID} {n}&lt;/p&gt;</description>"
        "</item>"
        for n in (1, 2)
    )
    rss = f"<rss version='2.0'><channel><title>The Gazette</title><link>{canary}</link>{entries}</channel></rss>"
    atom = (
        f"<feed xmlns='http://www.w3.org/2005/Atom'><title>The Gazette</title><id>{canary}</id>"
        f"<entry><id>{canary}1</id><title>Trade</title><published>2024-09-19T10:00:00Z</published>"
        f"<link href='{canary}1'/><content type='html'>&lt;p&gt;{_SAID}&lt;/p&gt;</content></entry></feed>"
    )
    outside = f"<!DOCTYPE rss [<!ENTITY x SYSTEM '{canary}x'><!ENTITY y '&x;&x;'>]>"
    return [f"<?xml version='1.0' encoding='utf-8'?>{each}".encode() for each in (rss, atom, outside + rss)]


def _dumps(canary: str) -> list[bytes]:
    rows = (
        {"id": n, "title": f"Trade {n}", "date": "2024-09-19", "url": f"{canary}{n}", "text": f"{_SAID} {n}"}
        for n in range(4)
    )
    return [b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)]


def _parquets(canary: str) -> list[bytes]:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    rows = [json.loads(line) for line in _dumps(canary)[0].splitlines()]
    files = []
    for compression in ("none", "zstd"):
        file = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows), file, row_group_size=2, compression=compression)
        files.append(file.getvalue())
    return files


def _archives(canary: str) -> list[bytes]:
    page, text = _pages(canary)[0], _texts(canary)[1]
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(page), page)
    answers = [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page,
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked,
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(text, mtime=0),
        b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n\r\nno",
    ]
    return [b"".join(_record(canary, number, answer) for number, answer in enumerate(answers))]


def _record(canary: str, number: int, answer: bytes) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-00000000000{number}>\r\n"
        f"WARC-Date: 2024-09-19T10:00:00Z\r\nWARC-Target-URI: {canary}{number}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def _zipped(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)


FORMATS: Mapping[str, _Format] = {
    "text": _Format(".md", _texts),
    "metadata": _Format(".csv", _tables),
    "html": _Format(".html", _pages),
    "pdf": _Format(".pdf", _pdfs),
    "feed": _Format(".xml", _feeds),
    "jsonl": _Format(".jsonl", _dumps),
    "jsonl.gz": _Format(".jsonl.gz", _dumps, _zipped),
    "parquet": _Format(".parquet", _parquets),
    "warc": _Format(".warc", _archives),
    "warc.gz": _Format(".warc.gz", _archives, _zipped),
}
"""The name of a format → how its files are made."""


if __name__ == "__main__":
    main()
