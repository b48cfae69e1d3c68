"""In whatever encoding a text was saved, it is read as it was, says so, or is refused: never turned into another."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import DocumentError
from etl.model import Document
from etl.sources import read_documents
from etl.sources.encodings import read_characters

ENGLISH = (
    "The ministry’s “record” of £3.2 billion – about €3.7bn – came from Côte d’Ivoire, said José Muñoz (5 km², 20°C)."
)
GERMAN = "Die Ausfuhren über Österreich wuchsen auf eine Milliarde Euro, sagte der Minister für Außenhandel."
RUSSIAN = "Торговля между двумя странами достигла одного миллиарда долларов, сообщило министерство."
POLISH = "Eksport wzrósł o 20 procent, powiedział minister. Żywność i ciągniki są najważniejsze."
TURKISH = "Geçen yıl iki ülke arasındaki ticaret bir milyar dolara ulaştı, ihracat arttı, şirketler söyledi."
GREEK = "Το εμπόριο μεταξύ των δύο χωρών έφτασε το ένα δισεκατομμύριο δολάρια πέρυσι."
ARABIC = "بلغ حجم التجارة بين البلدين مليار دولار في العام الماضي، حسبما ذكرت الوزارة."
CHINESE = "去年两国双边贸易额达到十亿美元，同比增长百分之二十，小麦出口大幅增长。"
TAIWANESE = "去年兩國雙邊貿易額達到十億美元，同比增長百分之二十，小麥出口大幅增長。"
JAPANESE = "昨年の貿易額は10億ドルに達し、前年比で20パーセント増加した。"
KOREAN = "지난해 양국 교역액은 10억 달러에 달해 20퍼센트 증가했다."

GUESSED = [
    (ENGLISH, "windows-1252"),
    ("It cost £5m.", "windows-1252"),
    (GERMAN, "windows-1252"),
    (RUSSIAN, "windows-1251"),
    (RUSSIAN, "koi8-r"),
    (POLISH, "windows-1250"),
    (POLISH, "iso-8859-2"),
    (TURKISH, "windows-1254"),
    (GREEK, "windows-1253"),
    (ARABIC, "windows-1256"),
    (CHINESE, "gb18030"),
    (TAIWANESE, "big5"),
    (JAPANESE, "shift_jis"),
    (JAPANESE, "euc-jp"),
    (JAPANESE, "iso-2022-jp"),
    (KOREAN, "euc-kr"),
]
DECLARED = [
    (ENGLISH, "cp1252", "ISO-8859-1", "windows-1252, declared"),
    (RUSSIAN, "iso-8859-5", "iso-8859-5", "iso-8859-5, declared"),
    (CHINESE, "gb2312", "gb2312", "gb18030, declared"),
    (GERMAN, "utf-16-le", "utf-16le", "utf-16-le, declared"),
    (RUSSIAN, "utf-8", "windows-1251", None),
    (GERMAN, "windows-1252", "no such encoding", "windows-1252, guessed"),
    (GERMAN, "windows-1252", "base64", "windows-1252, guessed"),
    (GERMAN, "windows-1252", "utf-8", "windows-1252, guessed"),
]
ADVICE = "and nothing tells its encoding; save the file as UTF-8 (from Windows: iconv -f WINDOWS-1252 -t UTF-8)"


@pytest.mark.parametrize(("text", "encoding"), GUESSED)
def test_a_text_is_read_in_the_encoding_it_was_saved_in(text: str, encoding: str) -> None:
    assert read_characters(text.encode(encoding)) == (text, f"{encoding}, guessed")


@pytest.mark.parametrize(("text", "saved", "declared", "encoding"), DECLARED)
def test_what_is_declared_is_believed_where_it_can_be(
    text: str, saved: str, declared: str, encoding: str | None
) -> None:
    assert read_characters(text.encode(saved), declared) == (text, encoding)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_byte_order_mark_is_believed(encoding: str) -> None:
    assert read_characters(ENGLISH.encode(encoding)) == (ENGLISH, f"{encoding}, byte order mark")
    assert read_characters(b"\xef\xbb\xbf" + ENGLISH.encode()) == (ENGLISH, None)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (ENGLISH.encode().replace(b"J", b"\x92", 1), f"not UTF-8: byte 0x92 at byte offset 103, {ADVICE}"),
        (ENGLISH.encode()[:13] + ENGLISH.encode()[14:], f"not UTF-8: byte 0xE2 at byte offset 12, {ADVICE}"),
        ("It was 5 Россия".encode("cp1251"), f"not UTF-8: byte 0xD0 at byte offset 9, {ADVICE}"),
        (b"\xff\xfeT", "the byte order mark is that of utf-16, the bytes are not; save the file as UTF-8"),
        (b"a\0b\xff", "a binary file, not a text (zero byte at offset 1); give the text of the document"),
    ],
    ids=[
        "a broken byte in UTF-8",
        "a character cut in two",
        "a word of Russian in English",
        "half a character",
        "zero",
    ],
)
def test_what_no_encoding_settles_is_refused_with_its_place(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as refused:
        read_characters(data)
    assert str(refused.value) == reason


def test_what_was_broken_before_it_was_saved_is_left_as_it_is() -> None:
    assert read_characters("It costâ€™s £5m".encode()).text == "It costâ€™s £5m"


@given(st.binary(max_size=200) | st.text().map(lambda text: text.encode("utf-16")), st.none() | st.text(max_size=9))
def test_any_bytes_under_any_name_are_characters_or_refused(data: bytes, declared: str | None) -> None:
    with suppress(DocumentError):
        assert isinstance(read_characters(data, declared).text, str)


def test_a_document_says_how_it_was_decoded(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Exports of wheat cost\r\n£5m in 2022.".encode("cp1252"))
    (tmp_path / "b.txt").write_bytes("Exports of wheat cost\r£5m in 2022.".encode("utf-16"))
    documents = [document for document in read_documents(tmp_path) if isinstance(document, Document)]
    assert [document.text for document in documents] == ["Exports of wheat cost\n£5m in 2022."] * 2
    assert [document.basis["encoding"] for document in documents] == [
        "windows-1252, guessed",
        "utf-16, byte order mark",
    ]
