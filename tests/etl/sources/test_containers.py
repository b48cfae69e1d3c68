"""Feeds, dumps, archives and packed files: which documents they hold, and what each failure says."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.model import Document
from etl.sources import (
    Failure,
    Item,
    Limits,
    Piece,
    Skipped,
    Source,
    containers,
    count_units,
    dumps,
    read_documents,
    read_items,
    split,
)
from etl.sources.days import day_of
from etl.sources.formats import sniff
from etl.sources.html import page_of

TEXT = "Trade reached $1 billion."

Told = tuple[str, str] | tuple[str, str, Mapping[str, Mapping[str, str]]]


def told(found: Item | Failure | Skipped) -> Told:
    if isinstance(found, Item):
        return found.source, found.data.decode(), found.stated
    if isinstance(found, Skipped):
        return found.source, f"{found.count} skipped: {found.what}"
    return found.source, found.reason


@pytest.fixture
def taken_out(tmp_path: Path) -> Callable[..., list[Told]]:
    """What is taken out of a file with these bytes, whole or in its pieces."""

    def read(data: bytes, name: str = "a", columns: Mapping[str, str] | None = None, **limits: int) -> list[Told]:
        path = tmp_path / name
        path.write_bytes(data)
        most = Limits(**limits)
        pieces = split(Source(name, str(path)), columns=columns, limits=most)
        found = [item for piece in pieces for item in read_items(piece, columns=columns, limits=most)]
        assert all(item.place.startswith(str(path)) for item in found if isinstance(item, Item))
        return [told(item) for item in found]

    return read


FORMATS = {
    "text": [
        b"Trade grew.",
        b"",
        b"{not json",
        b"[1] A note.",
        b"<b>Trade</b>",
        b"<!-- draft -->\nTrade",
        b"<?xml version='1.0'?>",
    ],
    "html": [
        b"<!DOCTYPE html>",
        b" \n<HTML lang=en>",
        b"<!-- saved --><html>",
        b"<?xml version='1.0'?><!DOCTYPE html><html>",
        b"<p>Trade",
        b"\xef\xbb\xbf<head>",
        b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0"><html>',
        "<html>".encode("utf-16"),
    ],
    "feed": [
        b"<rss version='2.0'>",
        b"<?xml version='1.0'?>\n<!-- x --><feed xmlns='a'>",
        b"<rdf:RDF>",
        b"<!DOCTYPE r [<!ENTITY a 'b'>]><rss>",
        "<?xml version='1.0'?><rss>".encode("utf-16"),
    ],
    "lines": [b'{"text": "a"}\n', b"{}", b' {  "a":1}'],
    "json": [b'[{"text": "a"}]', b'{\n  "text": "a"\n}', b"[\n {}"],
    "pdf": [b"%PDF-1.7"],
    "gzip": [gzip.compress(b"a")],
    "warc": [b"WARC/1.0\r\n"],
    "parquet": [b"PAR1"],
}


@pytest.mark.parametrize("form", FORMATS)
def test_the_format_is_told_from_the_first_bytes(form: str) -> None:
    assert [sniff(data) for data in FORMATS[form]] == [form] * len(FORMATS[form])


BROKEN: Mapping[str, tuple[bytes, str, str]] = {
    "a feed with a character that there is not": (
        b"<rss><channel><item><title>&#x110000;</title></item></channel></rss>",
        "a.txt",
        "a feed that cannot be read (chr() arg not in range(0x110000)); correct what is wrong there, or save it again",
    ),
    "half a character in the name of a record": (
        b'{"id": "a\\ud800", "title": "Trade \\ud800", "text": "Trade grew."}',
        "a.txt#a\\ud800",
        "column title: title has half a character (U+D800) at 6; write it whole",
    ),
}


@pytest.mark.parametrize(("data", "source", "reason"), BROKEN.values(), ids=BROKEN)
def test_what_fuzzing_found_is_a_failure_with_its_reason(tmp_path: Path, data: bytes, source: str, reason: str) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    assert list(read_documents(tmp_path)) == [Failure(source, reason)]


def test_a_link_that_is_no_address_stays_as_it_is_written(tmp_path: Path) -> None:
    entry = b"<item><guid>1</guid><link>http://[a</link><description>Trade grew.</description></item>"
    (tmp_path / "a.xml").write_bytes(b"<rss><channel><link>http://b.example/</link>" + entry + b"</channel></rss>")
    [document] = read_documents(tmp_path)
    assert isinstance(document, Document)
    assert document.url == "http://[a"


@pytest.mark.parametrize(
    "piece", [b" ", b"<!-- -->", b"<!--", b"<!doctype x [", b"<!doctype  ", b"<?x?>", b"{ ", b"[ "]
)
def test_a_file_of_one_thing_over_and_over_is_told_at_once(piece: bytes) -> None:
    """A careless pattern takes centuries for thirty spaces."""
    assert sniff(piece * 4096 + b"Trade grew.") in ("text", "lines", "json")


DAYS = {
    "2024-09-19": "2024-09-19",
    "2024-09-19T23:59:59.123456+05:00": "2024-09-19",
    "2024-09-19 23:59:59": "2024-09-19",
    "2024/09/19": "2024-09-19",
    "2024.09.19": "2024-09-19",
    "20240919": "2024-09-19",
    "20240919T101500Z": "2024-09-19",
    "Thu, 19 Sep 2024 23:00:00 +0500": "2024-09-19",
    "19 Sep 2024 10:00 GMT": "2024-09-19",
    "1726736400": "2024-09-19",
    "1726736400000": "2024-09-19",
    "1726736400.25": "2024-09-19",
    "-100000000": "1966-10-31",
    "03/04/2024": "03/04/2024",
    "20241399": "20241399",
    "yesterday": "yesterday",
    "": "",
}


@pytest.mark.parametrize(("written", "day"), DAYS.items())
def test_a_day_is_read_where_it_can_mean_one_day_only(written: str, day: str) -> None:
    assert day_of(written) == day


def lines(*records: object) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


NAME_IT = "name the right one with --column text=NAME"
LOST = "no column with the text of a document"
DEEP = "not JSON that can be read: brackets in brackets, thousands deep; correct it or leave it out"

DUMPS: dict[str, tuple[bytes, dict[str, str], list[Told]]] = {
    "columns are guessed by their names, and the basis says which": (
        lines(
            {
                "_id": 7,
                "headline": "Wheat",
                "articleBody": TEXT,
                "datePublished": "2024-09-19T10:00:00Z",
                "source": {"id": "nw", "name": "Northern Wire"},
                "authors": ["A. Khan", {"name": "B. Lee"}],
                "inLanguage": "en-GB",
                "description": "A teaser.",
                "views": 12,
            }
        ),
        {},
        [
            (
                "a#7",
                TEXT,
                {
                    "column headline": {"title": "Wheat"},
                    "column datePublished": {"published": "2024-09-19"},
                    "column source": {"publisher": "Northern Wire"},
                    "column authors": {"author": "A. Khan; B. Lee"},
                    "column inLanguage": {"language": "en-GB"},
                },
            )
        ],
    ),
    "the surest of several names is taken": (
        lines({"id": "a", "content": "teaser", "text": TEXT}),
        {},
        [("a#a", TEXT, {})],
    ),
    "columns that are named come before those that are guessed": (
        lines({"id": "a", "text": "teaser", "story": TEXT, "seen": 1726736400}),
        {"text": "story", "retrieved": "seen"},
        [("a#a", TEXT, {"column seen": {"retrieved": "2024-09-19"}})],
    ),
    "a language in words is not stated: a text says itself what it is written in": (
        lines({"id": 1, "text": TEXT, "lang": "English"}, {"id": 2, "text": TEXT, "lang": "en_US"}),
        {},
        [("a#1", TEXT, {}), ("a#2", TEXT, {"column lang": {"language": "en-US"}})],
    ),
    "without an id a document is called by its address, else by its content": (
        lines({"text": TEXT, "url": "https://a.example/1"}, {"text": TEXT}),
        {},
        [
            ("a#https://a.example/1", TEXT, {"column url": {"url": "https://a.example/1"}}),
            ("a#7e9acb25a4e7d067", TEXT, {}),
        ],
    ),
    "a broken line is named, the others are read": (
        lines({"id": 1, "text": TEXT})
        + b'{"id": 2, "text": \n\n'
        + lines([1], {"id": 3, "text": " "}, {"id": 4, "text": "\ud800"})
        + b"[" * 100_000
        + b"\n"
        + lines({"id": 5, "text": {"a": "b"}}, {"id": 6, "text": TEXT}),
        {},
        [
            ("a#1", TEXT, {}),
            ("a, line 2", "not JSON: expecting value at character 20; correct it or leave it out"),
            ("a, line 4", "a JSON list where an object with named values is expected; correct it or leave it out"),
            ("a, line 5", "nothing in column text; a document needs a text"),
            ("a, line 6", "the text has half a character (U+D800) at 0; write it as UTF-8"),
            ("a, line 7", DEEP),
            ("a, line 8", "column text holds no text; name another with --column FIELD=NAME"),
            ("a#6", TEXT, {}),
        ],
    ),
    "a dump without a text is one failure, which lists its columns": (
        lines(*[{"id": 1, "summary": TEXT, "views": 3}] * 1000),
        {},
        [
            ("a", f"1,000 records, the first in line 1: {LOST}; the columns are id, summary, views: {NAME_IT}")
        ],
    ),
    "a column that is named and not there as well": (
        lines({"id": 1, "text": TEXT}),
        {"text": "story"},
        [("a", f"a record in line 1: no column story; the columns are id, text: {NAME_IT}")],
    ),
    "an array of records": (
        json.dumps([{"id": 1, "text": TEXT}, 2, {"id": 3, "text": TEXT}], indent=1).encode(),
        {},
        [
            ("a#1", TEXT, {}),
            ("a, record 2", "a JSON int where an object with named values is expected; correct it or leave it out"),
            ("a#3", TEXT, {}),
        ],
    ),
    "one record over several lines": (
        json.dumps({"id": 1, "text": TEXT}, indent=1).encode(),
        {},
        [("a#1", TEXT, {})],
    ),
    "the answer of a service, with the records inside": (
        lines({"total": 3, "articles": [{"id": 1, "text": TEXT}, {"id": 2, "text": " "}, {"id": 3, "text": TEXT}]}),
        {},
        [("a#1", TEXT, {}), ("a, line 1", "nothing in column text; a document needs a text"), ("a#3", TEXT, {})],
    ),
    "a list of paragraphs": (
        lines({"id": 1, "text": [TEXT, None, "Wheat led."]}),
        {},
        [("a#1", f"{TEXT}\n\nWheat led.", {})],
    ),
    "an encoding that JSON has not": (
        b'{"id": 1, "text": "It cost \xa35m."}\n' + lines({"id": 2, "text": TEXT}),
        {},
        [("a, line 1", "not UTF-8: byte 0xA3 at byte 28; write the file as UTF-8"), ("a#2", TEXT, {})],
    ),
    "a packed file": (gzip.compress(lines({"id": 1, "text": TEXT})), {}, [("a#1", TEXT, {})]),
}  # fmt: skip


@pytest.mark.parametrize(("data", "columns", "expected"), DUMPS.values(), ids=DUMPS)
def test_a_dump_of_json(
    taken_out: Callable[..., list[Told]], data: bytes, columns: dict[str, str], expected: list[Told]
) -> None:
    assert taken_out(data, columns=columns) == expected


@pytest.mark.parametrize("size", range(1, 60, 7))
def test_however_lines_are_divided_each_is_read_once(
    taken_out: Callable[..., list[Told]], monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    data = b'\r\n{"id": 1, "text": "one"}\r\n\n{"id": 2, "text": "two"}\nbroken\n{"id": 3, "text": "three"}'
    monkeypatch.setattr(dumps, "PIECE", size)
    monkeypatch.setattr(containers, "PIECE", size)
    broken = ("a, line 5", "not JSON: expecting value at character 1; correct it or leave it out")
    assert taken_out(data) == [("a#1", "one", {}), ("a#2", "two", {}), broken, ("a#3", "three", {})]


def test_a_line_further_down_is_named_by_its_byte(
    taken_out: Callable[..., list[Told]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumps, "PIECE", 30)
    monkeypatch.setattr(containers, "PIECE", 30)
    monkeypatch.setattr(dumps, "_COUNTED", 20)
    found = taken_out(b'{"id": 1, "text": "one"}\n' + b'{"id": 2, "text": "two"}\nbroken\n')
    assert [name for name, *_ in found] == ["a#1", "a#2", "a, the line at byte 50"]


def test_a_line_longer_than_a_document_may_be_is_left_out_and_never_held(taken_out: Callable[..., list[Told]]) -> None:
    data = lines({"id": 1, "text": "one"}, {"id": 2, "text": "x" * 300_000}, {"id": 3, "text": "three"})
    reason = "a line of more than 100 bytes, the most of a document; split it into its articles"
    assert taken_out(data, bytes=100) == [("a#1", "one", {}), ("a, line 2", reason), ("a#3", "three", {})]
    assert taken_out(data.rstrip(), bytes=100)[1] == ("a, line 2", reason)
    assert taken_out(lines({"id": 2, "text": "x" * 300_000}), bytes=100) == [("a, line 1", reason)]


def parquet(path: Path, table: pa.Table, rows: int = 2) -> bytes:
    pq.write_table(table, path, row_group_size=rows)
    return path.read_bytes()


def test_a_parquet_file_is_read_by_its_row_groups_whatever_the_types_of_its_columns(
    taken_out: Callable[..., list[Told]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = dt.datetime(2024, 9, 19, 23, tzinfo=dt.UTC)
    table = pa.table(
        {
            "id": pa.array([1, 2, 3, 4, 5]),
            "content": pa.array([TEXT, "", "three", None, "five"]).dictionary_encode(),
            "date": pa.array([day, day, None, day, day], pa.timestamp("ns", "UTC")),
            "crawled": pa.array([day.date()] * 5, pa.date32()),
            "authors": pa.array([["A", "B"], [], None, [], []], pa.list_(pa.string())),
            "views": pa.array([1.0] * 5),
        }
    )
    data = parquet(tmp_path / "x", table)
    days = {"column date": {"published": "2024-09-19"}, "column crawled": {"retrieved": "2024-09-19"}}
    empty = "nothing in column content; a document needs a text"
    expected: list[Told] = [
        ("a#1", TEXT, {**days, "column authors": {"author": "A; B"}}),
        ("a, row 2", empty),
        ("a#3", "three", {"column crawled": {"retrieved": "2024-09-19"}}),
        ("a, row 4", empty),
        ("a#5", "five", days),
    ]
    assert taken_out(data) == expected
    monkeypatch.setattr(dumps, "PIECE", 1)
    monkeypatch.setattr(containers, "PIECE", 1)
    monkeypatch.setattr(dumps, "_GIANT", 100_000)
    assert len(list(split(Source("a", str(tmp_path / "a"))))) == 3
    assert taken_out(data) == expected
    monkeypatch.setattr(dumps, "_GIANT", 0)
    monkeypatch.setattr(dumps, "_FEW", 1)
    assert len(list(split(Source("a", str(tmp_path / "a"))))) == 5
    assert taken_out(data) == expected


def test_a_parquet_file_without_a_text_and_a_broken_one_are_one_failure_each(
    taken_out: Callable[..., list[Told]], tmp_path: Path
) -> None:
    data = parquet(tmp_path / "x", pa.table({"id": [1, 2], "summary": ["a", "b"]}))
    assert taken_out(data) == [("a", f"{LOST}; the columns are id, summary: {NAME_IT}")]
    no_such = "no column for title=head; the columns are id, summary: correct --column"
    assert taken_out(data, columns={"text": "summary", "title": "head"}) == [("a", no_such)]
    [(name, reason, *_)] = taken_out(data[:-20])
    assert name == "a"
    assert str(reason).startswith("not a Parquet file that can be read (")
    assert str(reason).endswith("); write it again")


def test_a_page_in_a_column_of_bytes_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    parquet(path, pa.table({"url": ["https://a.example"], "html": [b"<html>\xe9"]}))
    [item] = read_items(Piece(Source("x.parquet", str(path))))
    assert isinstance(item, Item)
    assert (item.data, item.charset) == (b"<html>\xe9", None)


ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">
<title>Northern Wire</title><link href="https://a.example/"/>
<entry><id>tag:1</id><title type="html">Wheat &amp;amp; rice</title><link href="/1"/>
<updated>2024-09-20T01:00:00Z</updated><published>2024-09-19T23:30:00+05:00</published>
<author><name>A. Khan</name></author>
<summary>Trade grew.</summary>
<content type="html">&lt;p&gt;Trade reached &lt;b&gt;$1 billion&lt;/b&gt;.&lt;/p&gt;</content></entry>
<entry><id>tag:2</id><title>Rice</title></entry>
<entry><id>tag:3</id><summary>Wheat exports rose 5%.</summary></entry>
</feed>"""
RSS = b"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Southern Wire</title><language>en-us</language>
<item><title>Steel</title><link>https://b.example/1</link><guid isPermaLink="false">7</guid>
<pubDate>Thu, 19 Sep 2024 23:00:00 +0500</pubDate><description>Steel grew.</description>
<content:encoded><![CDATA[Steel exports reached $2 billion, of which half went by sea.]]></content:encoded></item>
</channel></rss>"""


def test_each_entry_of_a_feed_is_a_document(taken_out: Callable[..., list[Told]]) -> None:
    wire = {"publisher": "Northern Wire", "language": "en-GB"}
    first = {"title": "Wheat & rice", "author": "A. Khan", "published": "2024-09-19", "url": "https://a.example/1"}
    page = page_of("<p>Trade reached <b>$1 billion</b>.</p>")
    without = ("a#tag:2", "an entry without a text; give the page it links to instead")
    assert taken_out(ATOM.encode()) == [
        ("a#tag:1", page, {"feed": {**first, **wire}}),
        without,
        ("a#tag:3", "Wheat exports rose 5%.", {"feed": wire}),
    ]
    steel = {"title": "Steel", "published": "2024-09-19", "url": "https://b.example/1"}
    expected = [
        (
            "a#7",
            "Steel exports reached $2 billion, of which half went by sea.",
            {"feed": {**steel, "publisher": "Southern Wire", "language": "en-us"}},
        )
    ]
    assert taken_out(RSS) == taken_out(gzip.compress(RSS)) == expected
    assert taken_out(b"<rss><channel></channel></rss>") == [
        ("a", "a feed without entries; check that the whole of it was saved")
    ]


ENTRIES = {
    "of few words, with markup": (
        "<description>Oil &lt;b&gt;fell&lt;/b&gt; 5%</description>",
        "Oil fell 5%",
        None,
        None,
    ),
    "whose day is none": ("<description>Oil fell.</description><pubDate>soon</pubDate>", "Oil fell.", None, None),
    "that is called by a number": ("<description>Oil fell.</description><guid>88</guid>", "Oil fell.", None, None),
    "with a relative link": (
        "<description>Oil fell.</description><link>/a</link>",
        "Oil fell.",
        None,
        "https://a.example/a",
    ),
}


@pytest.mark.parametrize(("entry", "text", "published", "url"), ENTRIES.values(), ids=ENTRIES)
def test_an_entry_is_read_however_short_and_what_it_states_is_believed_where_it_can_be(
    tmp_path: Path, entry: str, text: str, published: dt.date | None, url: str | None
) -> None:
    feed = f"<rss><channel><link>https://a.example/</link><item>{entry}</item></channel></rss>"
    (tmp_path / "a.xml").write_text(feed)
    [document] = read_documents(tmp_path)
    assert isinstance(document, Document)
    assert (document.text, document.published, document.url) == (text, published, url)


def test_a_hostile_feed_unfolds_nothing_and_fetches_nothing(
    taken_out: Callable[..., list[Told]], tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("hidden")
    entities = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 10))
    outside = f'<!ENTITY f SYSTEM "file://{tmp_path}/secret"><!ENTITY n SYSTEM "http://127.0.0.1:9/">'
    body = "<item><guid>1</guid><description>Trade grew. {}</description></item></channel></rss>"
    for entity in ("&b9;", "&f;", "&n;"):
        data = f'<!DOCTYPE r [<!ENTITY b0 "lol">{entities}{outside}]><rss><channel>{body.format(entity)}'.encode()
        [(name, text, _)] = taken_out(data)  # type: ignore[misc]
        assert name == "a#1"
        assert "Trade grew." in text
        assert len(text) < 200
        assert "hidden" not in text


def record(kind: str, body: bytes, url: str = "https://a.example/1") -> bytes:
    head = {
        "WARC-Type": kind,
        "WARC-Record-ID": "<urn:uuid:1>",
        "WARC-Date": "2024-09-20T10:00:00Z",
        "WARC-Target-URI": url,
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(body)),
    }
    return b"WARC/1.0\r\n" + headers(head) + body + b"\r\n\r\n"


def headers(values: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in values.items()).encode() + b"\r\n"


def answer(body: bytes, kind: str = "text/plain", status: int = 200, coding: str = "") -> bytes:
    more = {"Transfer-Encoding" if coding == "chunked" else "Content-Encoding": coding} if coding else {}
    return f"HTTP/1.1 {status} OK\r\n".encode() + headers({"Content-Type": kind, **more}) + body


def answers(*bodies: bytes) -> bytes:
    return b"".join(record("response", body, f"https://a.example/{n}") for n, body in enumerate(bodies, 1))


PACKED = gzip.compress(TEXT.encode())
ARCHIVE = record("warcinfo", b"software: x\r\n") + answers(
    answer(b"10\r\nTrade reached $1\r\n9\r\n billion.\r\n0\r\n\r\n", coding="chunked"),
    answer(PACKED, coding="gzip"),
    answer(TEXT.encode(), coding="gzip"),
    answer(PACKED[:-9], coding="gzip"),
    answer(gzip.compress(bytes(2_000)), coding="gzip"),
    answer(b"?", coding="br"),
    answer(b"not found", status=404),
    answer(b"\x89PNG", kind="image/png"),
    answer(b"x" * 2_000),
    answer(TEXT.encode()),
)


def crawled(number: int) -> Told:
    url = f"https://a.example/{number}"
    return f"a#{url}", TEXT, {"WARC header": {"url": url, "retrieved": "2024-09-20"}}


def test_the_pages_of_an_archive_are_its_documents_and_each_broken_one_fails_alone(
    taken_out: Callable[..., list[Told]],
) -> None:
    expected = [
        crawled(1),
        crawled(2),
        crawled(3),
        ("a#https://a.example/4", "packed bytes that end too early; fetch the page again"),
        ("a#https://a.example/5", "more than the 1,000 bytes of a document; split it into its articles"),
        ("a#https://a.example/6", "packed as br, which cannot be unpacked here; ask the server for gzip"),
        ("a#https://a.example/9", "a record of 2,045 bytes, more than the 1,000 of a document"),
        crawled(10),
        ("a", "3 skipped: records that are no pages, texts or PDFs"),
    ]
    assert taken_out(ARCHIVE, bytes=1_000) == expected
    assert taken_out(gzip.compress(ARCHIVE), bytes=1_000) == expected


def test_a_page_that_an_archive_has_twice_has_the_date_in_its_later_name(taken_out: Callable[..., list[Told]]) -> None:
    found = taken_out(answers(answer(TEXT.encode())) * 2)
    assert found == [crawled(1), ("a#https://a.example/1 2024-09-20T10:00:00Z", *crawled(1)[1:])]


def test_the_encoding_a_server_states_travels_with_the_page(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(answers(answer("Торговля".encode("cp1251"), kind="text/html; charset=windows-1251")))
    [item] = read_items(Piece(Source("a.warc", str(path))))
    assert isinstance(item, Item)
    assert (item.data.decode("cp1251"), item.charset) == ("Торговля", "windows-1251")


def test_a_broken_archive_is_read_up_to_where_it_breaks(taken_out: Callable[..., list[Told]]) -> None:
    one, two = answers(answer(TEXT.encode())), record("response", answer(b"x" * 999), "https://a.example/2")
    ends = ("a#https://a.example/2", "the archive ends inside this record; fetch it again")
    assert taken_out(one + two[:-500]) == [crawled(1), ends]
    noise = answers(answer(bytes(range(256)) * 9))
    first, *rest = taken_out(gzip.compress(one) + gzip.compress(noise)[:-50])
    assert first == crawled(1)
    assert rest
    first, broken = taken_out(one + b"garbage" * 99 + two)
    where = "the archive is broken behind the record at byte 0 (Invalid WARC header)"
    assert (first, broken) == (crawled(1), ("a", f"{where}; what stands before is read, fetch it again"))


def test_a_packed_document_is_the_document_and_a_bomb_is_not_unpacked(taken_out: Callable[..., list[Told]]) -> None:
    packed = gzip.compress(TEXT.encode())
    assert taken_out(packed, "a.txt.gz") == [("a.txt.gz", TEXT, {})]
    too_much = "more than the 1,000 bytes of a document; split it into its articles"
    assert taken_out(gzip.compress(b"x" * 100_000_000), "a.txt.gz", bytes=1_000) == [("a.txt.gz", too_much)]
    broken = "a packed file that is broken (Compressed file ended before the end-of-stream marker was reached)"
    assert taken_out(packed[:-9], "a.txt.gz") == [("a.txt.gz", f"{broken}; what stands before is read, pack it again")]
    assert taken_out(gzip.compress(b"a { color: red }"), "a.css.gz") == [
        ("a.css.gz", "no reader for .css; a text must end in one of .txt, .text, .md, .markdown")
    ]


USUAL = "a text must end in one of .txt, .text, .md, .markdown"
NO_READER = {
    "a.css": USUAL,
    "a.csv": "a table; write it as JSON lines or Parquet, a document a row",
    "a.DOCX": "save it as PDF, or its text as .txt",
    "a.eml": "save it as a page (HTML), or its text as .txt",
    "a.tar.gz": "unpack it; of packed files only .gz is read",
    "a.json": "it holds no JSON object with named values; a dump has one a document",
    "a.html": "no page, for it has no tags; if it is a text, name it .txt",
    "a.xml": "neither a feed nor a page; save its text as .txt",
}


@pytest.mark.parametrize(("name", "advice"), NO_READER.items(), ids=NO_READER)
def test_a_file_that_is_not_read_says_what_to_do_with_it(
    taken_out: Callable[..., list[Told]], name: str, advice: str
) -> None:
    data = gzip.compress(b"[]") if name.endswith(".gz") else b"[]"
    ending = name.lower().removesuffix(".gz").removeprefix("a")
    assert taken_out(data, name) == [(name, f"no reader for {ending}; {advice}")]


def test_a_page_without_a_beginning_is_a_page_by_its_name(taken_out: Callable[..., list[Told]]) -> None:
    [(_, data, *_)] = taken_out(b"<span>Trade grew.</span>", "a.html")
    assert sniff(data.encode()) == "html"


def articles(count: int) -> list[dict[str, object]]:
    return [{"id": n, "text": f"Trade reached ${n} billion."} for n in range(count)]


CONTAINERS = {
    "lines": lambda: lines(*articles(100)),
    "packed lines": lambda: gzip.compress(b"\n" + lines(*articles(60), [1], *articles(40)) + b"broken\n{}"),
    "packed lines that break off": lambda: gzip.compress(lines(*articles(100)))[:-60],
    "an archive": lambda: answers(*[answer(TEXT.encode(), status=200 if n % 3 else 404) for n in range(40)]),
    "a packed archive": lambda: b"".join(
        gzip.compress(record("response", answer(TEXT.encode()), f"https://a.example/{n}")) for n in range(40)
    ),
    "an archive packed at once": lambda: gzip.compress(answers(*[answer(TEXT.encode())] * 40)),
    "an archive with each page twice": lambda: answers(*[answer(TEXT.encode())] * 20) * 2,
    "an archive that ends in a page": lambda: answers(*[answer(TEXT.encode())] * 40)[:-20],
    "an archive with noise in it": lambda: answers(*[answer(TEXT.encode())] * 30) + b"noise" * 99,
    "a packed archive that breaks off": lambda: gzip.compress(answers(*[answer(bytes(range(128)))] * 40))[:-60],
}


def skips_together(found: list[Told]) -> tuple[list[Told], int]:
    skipped = [int(str(one[1]).split()[0]) for one in found if " skipped: " in str(one[1])]
    return [one for one in found if " skipped: " not in str(one[1])], sum(skipped)


@pytest.mark.parametrize("name", CONTAINERS)
def test_however_a_container_is_divided_the_same_comes_out_in_many_pieces(
    taken_out: Callable[..., list[Told]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    data = CONTAINERS[name]()
    source = Source("a", str(tmp_path / "a"))
    whole = taken_out(data)
    assert [piece.units for piece in split(source)] == [count_units(source)] == [1]
    monkeypatch.setattr(dumps, "PIECE", 200)
    monkeypatch.setattr(containers, "PIECE", 200)
    assert skips_together(taken_out(data)) == skips_together(whole)
    pieces = list(split(source))
    assert len(pieces) >= 8
    assert sum(piece.units for piece in pieces) == count_units(source) == -(-len(data) // 200)
    assert max(len(list(read_items(piece))) for piece in pieces) < 10


def inflating(start: bytes, size: int = 300_000_000) -> bytes:
    """`start` and so many zeros, packed, without ever having them in memory."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    steps = (packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000))
    return b"".join([packer.compress(start), *steps, packer.flush()])


TOO_LONG = "a line of more than 1,000 bytes, the most of a document; split it into its articles"
TOO_LARGE = "a record of 10,000,000,000 bytes, more than the 1,000 of a document"
BROKEN_OFF = "the archive is broken behind the record at byte 0 (Invalid WARC header); what stands before is read"
ENDLESS = record("response", b"", "https://a.example/2").replace(b"Content-Length: 0", b"Content-Length: 10000000000")
BOMBS = {
    "a line": (lines({"id": 1, "text": TEXT}), [("a#1", TEXT, {}), ("a, line 2", TOO_LONG)]),
    "a page": (answers(answer(TEXT.encode())) + ENDLESS, [crawled(1), ("a#https://a.example/2", TOO_LARGE)]),
    "a header": (answers(answer(TEXT.encode())) + b"WARC/1.0", [crawled(1), ("a", f"{BROKEN_OFF}, fetch it again")]),
}


@pytest.mark.parametrize(("start", "expected"), BOMBS.values(), ids=BOMBS)
def test_what_inflates_without_end_fails_alone_and_is_never_held(
    taken_out: Callable[..., list[Told]],
    monkeypatch: pytest.MonkeyPatch,
    start: bytes,
    expected: list[Told],
) -> None:
    data = inflating(start)
    assert taken_out(data, bytes=1_000) == expected
    monkeypatch.setattr(dumps, "PIECE", 1_000)
    monkeypatch.setattr(containers, "PIECE", 1_000)
    tracemalloc.start()
    try:
        assert taken_out(data, bytes=1_000) == expected
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000


def test_a_dump_is_divided_where_the_first_record_has_no_text(
    taken_out: Callable[..., list[Told]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumps, "PIECE", 200)
    monkeypatch.setattr(containers, "PIECE", 200)
    taken_out(lines({"id": "head"}, *articles(20)))
    assert len(list(split(Source("a", str(tmp_path / "a"))))) == 5
    assert len(taken_out(lines(*[{"id": n} for n in range(100)]))) == 1


def test_a_giant_row_group_that_is_broken_leaves_the_others(
    taken_out: Callable[..., list[Told]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = pa.table({"id": ["1", "2", "3"], "text": ["first " * 9, "second " * 9, "third " * 9]})
    pq.write_table(table, tmp_path / "x", row_group_size=1, compression="zstd")
    place = pq.ParquetFile(tmp_path / "x").metadata.row_group(1).column(1)
    data = bytearray((tmp_path / "x").read_bytes())
    begin = place.dictionary_page_offset
    data[begin : begin + place.total_compressed_size] = b"\xff" * place.total_compressed_size
    for name in ("containers", "dumps"):
        monkeypatch.setattr(f"etl.sources.{name}.PIECE", 1)
    found = taken_out(bytes(data))
    assert [name for name, *_ in found] == ["a#1", "a", "a#3"]
    assert str(found[1][1]).startswith("cannot be read")


@given(st.binary(max_size=300), st.sampled_from([b"", *(data for form in FORMATS.values() for data in form)]))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_file_holds_it_is_an_item_or_a_failure(tmp_path: Path, data: bytes, head: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(head + data)
    found = [item for piece in split(Source("a", str(path))) for item in read_items(piece)]
    assert found
    assert not [item for item in found if isinstance(item, Failure) and "please report" in item.reason]


def test_a_line_of_the_table_says_of_many_documents_only_what_they_share(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines({"id": 1, "text": TEXT, "title": "Own"}, {"id": 2, "text": TEXT}))
    (tmp_path / "metadata.csv").write_text("file,title,publisher,url\na.jsonl,Dump,Northern Wire,https://a.example\n")
    found = [document for document in read_documents(tmp_path) if isinstance(document, Document)]
    assert [(document.title, document.publisher, document.url) for document in found] == [
        ("Own", "Northern Wire", None),
        (None, "Northern Wire", None),
    ]
    assert found[0].basis == {"title": "column title", "publisher": "metadata.csv"}
