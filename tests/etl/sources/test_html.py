"""What the bytes of a web page become: its article and what the page says of itself; and how one without says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.errors import DocumentError
from etl.sources.guard import read_guarded
from etl.sources.html import read_html
from etl.sources.limits import Limits

NEWS = Path(__file__).with_name("news.html").read_bytes()
SAID = "Exports of wheat reached $1 billion in 2023, the ministry of commerce said on Thursday."
MORE = "Imports of oil fell by 12 percent to $700 million, its spokesperson told reporters in the capital."


def page(body: str, head: str = "", **attributes: str) -> str:
    stated = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<!DOCTYPE html><html{stated}><head><title>Wheat</title>{head}</head><body>{body}</body></html>"


def text(body: str, head: str = "") -> str:
    return read_html(page(body, head).encode()).text


def test_of_a_news_page_the_article_stays_and_menus_tickers_captions_teasers_and_the_footer_go() -> None:
    content = read_html(NEWS)
    assert content.text == (
        "ISLAMABAD: Bilateral trade between Pakistan and Russia reached $1 billion in 2023, the ministry of commerce "
        "said on Thursday, as wheat and oil made up most of it.\n\n"
        "Exports rose to $0.3 billion¹, while imports climbed 12 percent to $700 million, from fields of 5 km² "
        "in the south on the 1st of May.\n\n"
        "We will reach $2 billion by 2030, the minister said in a speech to the business council in Karachi.\n\n"
        "What is traded\n\n"
        "Trade, million dollars\n\n"
        "| Year | Exports | Imports |\n| 2022 | 250 | 500 |\n| 2023 | 300 | 700 |\n\n"
        "The main goods were:\n\n"
        "- wheat, 1.2 million tonnes;\n- crude oil, 3 million barrels."
    )
    assert content.fields == {
        "page": {
            "title": "Trade with Russia passes $1 billion",
            "publisher": "The Daily Ledger",
            "author": "Amina Yusuf",
            "published": "2024-09-19",
            "url": "https://ledger.example/business/trade-passes-1bn",
            "language": "en",
        }
    }


ARABIC = "بلغت الصادرات ٣٫٥ مليار دولار في عام ٢٠٢٣."
BODIES = {
    "tags inside a sentence do not break it": (
        (
            f"<article><p>Exports of <a href='/w'>wheat</a> reached <b>$1\n  billion</b> in <i>2023</i>, the ministry "
            f"of commerce said\non Thursday.</p><p>{MORE}</p></article>"
        ),
        f"{SAID}\n\n{MORE}",
    ),
    "plain paragraphs without an article": (f"<p>{SAID}<p>{MORE}", f"{SAID}\n\n{MORE}"),
    "blocks are never glued": (f"<div>{SAID}<div>{MORE}</div></div>", f"{SAID}\n\n{MORE}"),
    "two line breaks part paragraphs, one a line": (
        f"<div><p>{SAID}<br><br>{MORE}<br>Rice led.</p></div>",
        f"{SAID}\n\n{MORE}\nRice led.",
    ),
    "the columns of a page's layout are no table": (
        f"<table><tr><td><p>{SAID}</p><p>{MORE}</p></td><td><p>{MORE}</p></td></tr></table>",
        f"{SAID}\n\n{MORE}\n\n{MORE}",
    ),
    "what a browser hides or strikes out": (
        (
            f"<p>{SAID}</p><p hidden>$5</p><p style='display: none'>$6</p><p>Not <del>$9</del> <s>$8</s> but $7, it "
            "said in a statement to the press on Friday.</p>"
        ),
        f"{SAID}\n\nNot but $7, it said in a statement to the press on Friday.",
    ),
    "a tag inside a word or a number is no space": (
        (
            "<p>The <a href='/p'>Pakistan</a>'s exports reached US<b>$1</b>.<span>5</span><span>bn</span> (<em>a "
            "record</em>) in 2023, the ministry said.</p>"
        ),
        "The Pakistan's exports reached US$1.5bn (a record) in 2023, the ministry said.",
    ),
    "marks of footnotes": (
        (
            "<p>Exports reached $5<sup>[1]</sup> billion<sup><a href='#n'>2</a></sup> on the 1<sup>st</sup> of May "
            "over 10<sup>3</sup> km<sup>2</sup>, where CO<sub>2</sub> rose, it said.</p>"
        ),
        "Exports reached $5 billion on the 1st of May over 10³ km², where CO2 rose, it said.",
    ),
    "a script, a style, a template": (
        (
            f"<script>var x = '$99 billion was here in 2023, he said.'</script><style>p {{}}</style><p>{SAID}</p>"
            "<template><p>$98 billion was here in 2023, he said on Monday.</p></template>"
        ),
        SAID,
    ),
    "a list in a cell is the cell's": (
        (
            f"<p>{SAID}</p><table><tr><th>Exports</th><td>$5 billion</td></tr><tr><th>Partners</th><td><ul>"
            "<li>Peru 24%</li><li>Iran 7.1%</li></ul></td></tr></table>"
        ),
        f"{SAID}\n\n| Exports | $5 billion |\n| Partners | Peru 24%; Iran 7.1% |",
    ),
    "a button and footnotes of Wikipedia": (
        (
            f"<h2>Trade<span class='mw-editsection'>[edit]</span></h2><p>{SAID}</p><ol class='references'><li>^ "
            "Exports reached $9 billion in 2023, it said.</li></ol>"
        ),
        f"Trade\n\n{SAID}",
    ),
    "an offer to subscribe, with its prices": (
        (
            f"<p>{SAID}</p><h2>Subscribe to unlock this article</h2><p>Complete digital access. Cancel anytime.</p><ul>"
            "<li>Standard: $39 a month</li></ul>"
        ),
        SAID,
    ),
    "Arabic numerals": (f"<p>{SAID}</p><p>{ARABIC}</p>", f"{SAID}\n\n{ARABIC}"),
    "the page of a headline": (f"<article><h1>Wheat</h1><p>{SAID}</p></article>", SAID),
}


@pytest.mark.parametrize(("body", "expected"), BODIES.values(), ids=BODIES)
def test_a_block_is_a_paragraph_and_what_is_not_the_articles_is_left_out(body: str, expected: str) -> None:
    assert text(body) == expected


SHORT = "Wheat exports reached $1 billion in 2023, it said."
NEXT = "Peru took 3.1 million tonnes of it, and Iran 1.2 million, customs data showed."
STATED = rf'{{"@type": "NewsArticle", "articleBody": "{SHORT} {SHORT}\n\n{NEXT}"}}'
# Of these trafilatura makes one block.
GLUED = {
    "an article of few words": (
        f"<article><h2>Wheat trade</h2><p>By A. Khan</p><div><p>{SHORT}</p><p>{NEXT}</p></div></article>",
        f"Wheat trade\n\nBy A. Khan\n\n{SHORT}\n\n{NEXT}",
    ),
    "a page of nothing but divisions": (
        f"<div>USD 3.71</div><div><div>Wheat trade</div><div>{SHORT}</div><div>{NEXT}<br>Rice <b>led</b>.</div></div>",
        f"USD 3.71\n\nWheat trade\n\n{SHORT}\n\n{NEXT}\n\nRice led.",
    ),
    "an article that stands in JSON only": (
        f"<div id='root'></div><script type='application/ld+json'>{STATED}</script>",
        f"{SHORT} {SHORT}\n\n{NEXT}",
    ),
}


@pytest.mark.parametrize(("body", "expected"), GLUED.values(), ids=GLUED)
def test_the_lines_of_a_short_article_are_never_glued(body: str, expected: str) -> None:
    assert text(body) == expected


FOREIGN = (
    "<p>[<a href='/x'>Read: Coffee earnings hit $1.1bn</a>]</p>",
    "<p><b>ALSO READ</b> <a href='/x'>Oil imports hit 50 million barrels</a></p>",
    "<div><div>Read this story:</div><a href='/x'>Oil imports hit 50 million barrels</a></div>",
    "<p><a href='/x'><strong>Oil imports hit 50 million barrels</strong></a></p>",
    "<blockquote class='wp-embedded-content'><p><a href='/x'>Coffee exports drop to $250m</a></p></blockquote>",
    "<div><h3>Related Coverage</h3><a href='/1'>Gold exports of Peru hit $7.6 bn</a><a href='/2'>Tea at $1bn</a></div>",
    "<p>The post <a href='/x'>Wheat at $1 billion</a> appeared first on <a href='/'>Ledger</a>.</p>",
    "<p>Also read: Oil imports hit 50 million barrels</p>",
    "<p><strong>READ MORE</strong> | Rice at $600 a tonne</p>",
    "<h3>Related stories</h3><ul><li>Rice exports fall 20%</li><li>Gold at $2,500</li></ul>",
    "<p>Sign up for our newsletter and get 10% off.</p>",
    "<p>Advertisement</p>",
    "<p>Photo: Reuters, May 2023</p>",
    "<p>We use cookies to give you the best experience.</p>",
)


@pytest.mark.parametrize("foreign", FOREIGN)
def test_lines_that_pages_put_between_those_of_an_article_are_left_out(foreign: str) -> None:
    assert text(f"<article><p>{SAID}</p>{foreign}<p>{MORE}</p></article>") == f"{SAID}\n\n{MORE}"


@pytest.mark.parametrize(
    "own",
    [
        "Read this as $5 million, the ministry said in a note to the press of the capital on Friday.",
        "Related exports rose by 5% to $2 billion, the ministry of commerce said in a statement.",
        "Photo equipment worth $3 million was imported in 2023, the customs office said on Monday.",
    ],
)
def test_a_sentence_that_only_begins_like_such_a_line_stays(own: str) -> None:
    assert text(f"<article><p>{SAID}</p><p>{own}</p><p>{MORE}</p></article>") == f"{SAID}\n\n{own}\n\n{MORE}"


PRICES = "Экспорт пшеницы достиг 1 млрд долларов в 2023 году, сообщило министерство торговли в четверг."
EURO = "Exports reached €1 billion – or “more” – in 2023, the ministry of commerce said on Thursday."
ENCODED = {
    "UTF-8": (page(f"<p>{EURO}</p>").encode(), None, EURO),
    "UTF-8 under a wrong name": (page(f"<p>{EURO}</p>", "<meta charset=windows-1251>").encode(), None, EURO),
    "as the page states": (page(f"<p>{PRICES}</p>", '<meta charset="windows-1251">').encode("cp1251"), None, PRICES),
    "as an older page states": (
        page(f"<p>{EURO}</p>", '<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">').encode(
            "cp1252"
        ),
        None,
        EURO,
    ),
    "as XHTML states": (
        ('<?xml version="1.0" encoding="koi8-r"?>' + page(f"<p>{PRICES}</p>")).encode("koi8-r"),
        None,
        PRICES,
    ),
    "as the server stated": (page(f"<p>{PRICES}</p>").encode("cp1251"), "windows-1251", PRICES),
    "UTF-16": (page(f"<p>{PRICES}</p>").encode("utf-16"), None, PRICES),
}


@pytest.mark.parametrize(("data", "charset", "expected"), ENCODED.values(), ids=ENCODED)
def test_a_page_is_decoded_as_it_states(data: bytes, charset: str | None, expected: str) -> None:
    assert read_html(data, charset).text == expected


FIELDS = {
    "a canonical address only where it is whole": ('<link rel="canonical" href="/business/1">', {}),
    "where links lead from is not where the page is": ('<base href="https://evil.example/">', {}),
    "an address that is no page": ('<meta property="og:url" content="javascript:alert(1)">', {}),
    "the day of publication before that of a change": (
        (
            '<meta property="article:modified_time" content="2024-09-21T08:00:00Z">'
            '<meta property="article:published_time" content="2024-09-19T08:00:00Z">'
        ),
        {"published": "2024-09-19"},
    ),
    "a host is no publisher": (
        '<link rel="canonical" href="https://www.ledger.example/a">',
        {"url": "https://www.ledger.example/a"},
    ),
    "a day that there is not": ('<meta property="article:published_time" content="2024-13-41">', {}),
}


@pytest.mark.parametrize(("head", "expected"), FIELDS.values(), ids=FIELDS)
def test_what_a_page_says_of_itself_is_believed_where_it_can_be(head: str, expected: dict[str, str]) -> None:
    assert read_html(page(f"<p>{SAID}</p>", head).encode()).fields == {"page": {"title": "Wheat", **expected}}


NOTHING = "no article on this page (a menu, a list of links, or text that scripts load); save its text as .txt"
REFUSED = {
    "a menu": (page("<nav><a href='/'>Home</a><a href='/m'>Markets</a></nav><footer>Imprint</footer>"), NOTHING),
    "a list of links": (page("<ul>" + "<li><a href='/1'>Wheat up 5%</a></li>" * 20 + "</ul>"), NOTHING),
    "text that a script loads": (page("<div id=root></div><script src=app.js></script>"), NOTHING),
    "no element": ("<!DOCTYPE html>", NOTHING),
    "nested deeper than a browser shows": (
        page("<div>" * 100_000 + SAID),
        "elements nested deeper than the 512 that a browser shows; save its text as .txt",
    ),
}


@pytest.mark.parametrize(("written", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_page_without_an_article_says_so(written: str, reason: str) -> None:
    with pytest.raises(DocumentError) as error:
        read_html(written.encode())
    assert str(error.value) == reason


def test_a_page_in_no_encoding_we_can_tell_says_so() -> None:
    with pytest.raises(DocumentError, match="not UTF-8: byte 0x96 at byte offset"):
        read_html(page(f"<p>{EURO} \udc96</p>", "<meta charset=x-own>").encode(errors="surrogateescape"))


def test_a_page_says_how_it_was_decoded() -> None:
    data = page(f"<p>{PRICES}</p>").encode("cp1251")
    guessed, declared = (read_guarded("html", data, charset, Limits()) for charset in (None, "windows-1251"))
    assert (guessed.text, guessed.encoding) == (PRICES, "windows-1251, guessed")
    assert (declared.text, declared.encoding) == (PRICES, "windows-1251, declared")


def test_entities_are_not_unfolded_and_no_file_is_read() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    found = read_html(f"{bomb}<html><body><p>{SAID} &b; &f;</p><p>{MORE}</p></body></html>".encode()).text
    assert "root:" not in found
    assert "haha" not in found


def test_a_page_of_five_megabytes_is_read_whole() -> None:
    assert text(f"<p>{SAID}</p>" * 50_000).count(SAID) == 50_000


def test_a_saved_page_says_where_it_was_unless_it_states_its_address() -> None:
    note = "<!-- saved from url=(0026)https://ledger.example/a.html -->\n"
    saved, own = (
        note + page(f"<p>{SAID}</p>", link) for link in ("", '<link rel="canonical" href="https://own.example/b">')
    )
    assert [read_html(each.encode()).fields["page"].get("url") for each in (saved, own)] == [
        "https://ledger.example/a.html",
        "https://own.example/b",
    ]
