"""One folder with documents of every kind, and a broken one of each: what is read, why the rest is not, which claims.

Whatever engine does the work, what is exported is the same to the last byte.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import etl.reading
from etl.export import to_csv
from etl.pipeline import RunReport, run
from etl.store import Proof, load_claims, load_documents, prove
from tests.pdfs import set_pdf

TEA = (
    "Kenya's tea exports to Egypt were worth $250 million in 2023, the ministry of trade said on Monday. "
    "Buyers in Cairo took more of the leaf than ever before, although freight through the canal was dear. "
    "Growers in the highlands hope that the rains will come early and that the next harvest will be larger still."
)
WHEAT = b"""---
title: Wheat steady
published: 2024-09-19
---
Turkey's wheat imports from Russia were $1 billion last year.
"""
GERMAN = (
    "Die deutschen Ausfuhren nach Polen sind im vergangenen Jahr deutlich gestiegen. Sie erreichten nach Angaben des "
    "Statistischen Amtes 90 Milliarden Euro, während die Einfuhren aus Polen kaum gewachsen sind."
)
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Copper leaves Chile</title></head><body>
<nav><a href="/">Home</a> <a href="/markets">Markets</a></nav>
<article><h1>Copper leaves Chile</h1>
<p>Chile's copper exports to China reached $21 billion in 2022, the customs service said in its yearly report.</p>
<p>Miners had feared a poor year, because two of the largest pits stood still for weeks in the winter.</p></article>
<footer>All rights reserved</footer></body></html>"""
RSS = """<rss version="2.0"><channel><title>South</title><language>en</language>
<item><guid>7</guid><title>Steel</title><link>https://b.example/1</link>
<pubDate>Thu, 19 Sep 2024 10:00:00 GMT</pubDate>
<description>India's steel imports from Japan were $2 billion in 2023.</description></item>
<item><guid>8</guid><title>Rice</title><link>https://b.example/2</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>North</title>
<entry><id>tag:1</id><title>Fish</title><link href="https://a.example/1"/><published>2024-05-02T08:00:00Z</published>
<summary>Norway's fish exports to Poland were worth $900 million in 2023.</summary></entry></feed>"""


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def parquet(**columns: list[str]) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target)
    return target.getvalue()


def answer(url: str, text: str) -> bytes:
    """A record of a web archive: what a server answered."""
    body = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{text}".encode()
    head = {
        "WARC-Type": "response",
        "WARC-Record-ID": "<urn:uuid:1>",
        "WARC-Date": "2024-09-20T10:00:00Z",
        "WARC-Target-URI": url,
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(body)),
    }
    said = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"WARC/1.0\r\n{said}\r\n".encode() + body + b"\r\n\r\n"


ARCHIVE = gzip.compress(answer("https://c.example/1", "Ghana's cocoa exports to France were $800 million in 2021."))
PDF = set_pdf(
    "Vietnam's coffee exports to Italy were worth $300 million in 2022.",
    None,
    "Its imports of machines from Korea reached $1.5 billion in 2022.",
    title="Coffee and machines",
)
PARQUET = parquet(
    url=["https://d.example/1", "https://d.example/2"],
    text=["Peru's cotton exports to Spain were $60 million in 2020.", ""],
)

FILES: Mapping[str, bytes] = {
    "metadata.csv": b"file,title,publisher,published\nnews/tea.txt,Tea for Cairo,Nile,2024-02-05\n",
    "news/tea.txt": TEA.encode(),
    "news/steady.md": WHEAT,
    "news/page.html": PAGE.encode(),
    "news/german.txt": GERMAN.encode(),
    "news/mirror/steady.md": WHEAT,
    "news/mirror/tea.txt": TEA.replace("on Monday", "on Tuesday").encode(),
    "reports/coffee.pdf": PDF,
    "wires/steel.rss": RSS.encode(),
    "wires/fish.atom": ATOM.encode(),
    "dumps/a.jsonl": lines({"id": "n1", "text": "Brazil's sugar exports to Mexico were $70 million in 2019."}),
    "dumps/b.jsonl.gz": gzip.compress(
        lines({"id": "n2", "text": "Iran's oil exports to Syria were $40 million in 2018."})
    ),
    "dumps/c.parquet": PARQUET,
    "dumps/d.warc.gz": ARCHIVE,
    "broken/text.txt": b"Trade reached \x00\x01\x02 $1 billion.",
    "broken/front.md": b"---\npublished: 2024-13-01\n---\nTrade reached $1 billion.",
    "broken/page.html": b"<!DOCTYPE html><html><body><nav>Home</nav></body></html>",
    "broken/report.pdf": PDF[:200],
    "broken/steel.rss": b"<rss><channel></channel></rss>",
    "broken/a.jsonl": b'{"id": "n3", "text": "Trade\n',
    "broken/b.jsonl.gz": gzip.compress(lines({"id": "n4", "text": "Trade grew."}))[:-9],
    "broken/c.parquet": PARQUET[:-20],
    "broken/d.warc.gz": ARCHIVE[:-30],
}

FAILED = {
    "broken/a.jsonl, line 1": "not JSON: invalid control character at character 28; correct it or leave it out",
    "broken/b.jsonl.gz": "a packed file that is broken (Compressed file ended before the end-of-stream marker was "
    "reached); what stands before is read, pack it again",
    "broken/c.parquet": "not a Parquet file that can be read (Parquet magic bytes not found in footer. Either the "
    "file is corrupted or this is not a parquet file.); write it again",
    "broken/d.warc.gz": "the archive is broken at its beginning (Compressed file ended before the end-of-stream marker "
    "was reached); what stands before is read, fetch it again",
    "broken/front.md": "front matter: published must be a day as YYYY-MM-DD, for example 2024-09-19\n"
    "published: 2024-13-01\n           ~~~~~~~~~^",
    "broken/page.html": "no article on this page (a menu, a list of links, or text that scripts load); "
    "save its text as .txt",
    "broken/report.pdf": "a broken PDF, or one without pages; open it and save it again",
    "broken/steel.rss": "a feed without entries; check that the whole of it was saved",
    "broken/text.txt": "a binary file, not a text (zero byte at offset 14); give the text of the document",
    "dumps/c.parquet, row 2": "nothing in column text; a document needs a text",
    "wires/steel.rss#8": "an entry without a text; give the page it links to instead",
}
CLAIMS = """
dumps/a.jsonl#n1                    | 7e7   | exports | sugar     | BRA | MEX | 2019 | - | -                   | -
dumps/b.jsonl.gz#n2                 | 4e7   | exports | oil       | IRN | SYR | 2018 | - | -                   | -
dumps/c.parquet#https://d.example/1 | 6e7   | exports | cotton    | PER | ESP | 2020 | - | -                   | -
dumps/d.warc.gz#https://c.example/1 | 8e8   | exports | cocoa     | GHA | FRA | 2021 | - | -                   | -
news/mirror/steady.md               | 1e9   | imports | wheat     | TUR | RUS | 2023 | - | Wheat steady        | -
news/mirror/tea.txt                 | 2.5e8 | exports | tea       | KEN | EGY | 2023 | - | -                   | -
news/page.html                      | 21e9  | exports | copper    | CHL | CHN | 2022 | - | Copper leaves Chile | -
news/tea.txt                        | 2.5e8 | exports | tea       | KEN | EGY | 2023 | - | Tea for Cairo       | Nile
reports/coffee.pdf                  | 3e8   | exports | coffee    | VNM | ITA | 2022 | 1 | Coffee and machines | -
reports/coffee.pdf                  | 1.5e9 | imports | machinery | VNM | KOR | 2022 | 2 | Coffee and machines | -
wires/fish.atom#tag:1               | 9e8   | exports | fish      | NOR | POL | 2023 | - | Fish                | North
wires/steel.rss#7                   | 2e9   | imports | steel     | IND | JPN | 2023 | - | Steel               | South
"""
SHOWN = ["metric", "product", "reporter", "partner", "period_label", "page", "title", "publisher"]


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mixed") / "docs"
    for name, data in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def here(docs: Path) -> tuple[Path, RunReport]:
    """The store and the report of a run in this process."""
    store = docs.parent / "here"
    return store, run(docs, store, jobs=1)


def counted(report: RunReport) -> dict[str, int]:
    names = ("documents", "read", "unchanged", "copies", "other_language", "failures", "claims", "stored_documents")
    return {name: getattr(report, name) for name in names}


COUNTS = {
    "documents": 24,
    "read": 11,
    "unchanged": 0,
    "copies": 1,
    "other_language": 1,
    "failures": 11,
    "claims": 12,
    "stored_documents": 12,
}


def test_each_document_of_a_mixed_folder_is_read_or_fails_alone(here: tuple[Path, RunReport]) -> None:
    store, report = here
    assert counted(report) == COUNTS
    assert {failure.source: failure.reason for failure in report.failed} == FAILED
    documents = load_documents(store).set_index("document_id")
    claims = load_claims(store).assign(source=lambda frame: frame["document_id"].map(documents["source"]))
    rows = claims.sort_values(["source", "span_start"])[["source", "value", *SHOWN]].astype(object)
    expected = [[cell.strip() for cell in line.split("|")] for line in CLAIMS.strip().splitlines()]
    assert rows.where(rows.notna(), "-").astype({"page": str}).values.tolist() == [
        [source, float(value), *cells] for source, value, *cells in expected
    ]
    assert set(claims["unit"]) == {"USD"}
    copy_of = documents["copy_of"].dropna().map(documents["source"])
    assert dict(zip(documents.loc[copy_of.index, "source"], copy_of, strict=True)) == {
        "news/mirror/tea.txt": "news/tea.txt"
    }
    assert prove(store) == Proof(12, ())


@pytest.mark.parametrize("options", [{"jobs": 2}, {"engine": "dask", "jobs": 2}], ids=["pool", "dask"])
def test_every_engine_exports_the_same_bytes(
    docs: Path, here: tuple[Path, RunReport], options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(etl.reading, "_PART_PIECES", 6)  # several parts, so that both workers have work
    store, report = here
    there = docs.parent / str(options)
    found = run(docs, there, **options)
    assert (counted(found), found.failed) == (COUNTS, report.failed)
    assert to_csv(load_claims(there)) == to_csv(load_claims(store))
    assert counted(run(docs, there, jobs=1)) == COUNTS | {
        "read": 0,
        "unchanged": 13,
        "copies": 0,
        "other_language": 0,
        "claims": 0,
    }
