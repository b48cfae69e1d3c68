"""What the bytes of a PDF become: its paragraphs, pages and title; and how one that cannot be read says so."""

from __future__ import annotations

import pytest

from etl.errors import DocumentError
from etl.sources.content import Content
from etl.sources.limits import Limits
from etl.sources.pdf import read_pdf
from tests.pdfs import draw_pdf, set_pdf, write_pdf

LONG = (
    "Trade between Russia and Pakistan reached $1 billion in 2023, a spokesperson of the ministry of commerce said on "
    "Monday, and the billion-dollar mark was passed for the first time since the two countries began to count."
)
OTHER = "Exports of wheat made up 40 percent of the turnover, she added, while imports of textiles fell by a tenth."


def test_a_paragraph_is_one_line_and_paragraphs_are_parted() -> None:
    assert read_pdf(set_pdf(LONG, OTHER)) == Content(f"{LONG}\n\n{OTHER}", {"PDF properties": {}}, (0,))


def test_a_heading_and_the_rows_of_a_table_stay_apart() -> None:
    rows = [["Year", "Exports", "Imports"], ["2022", "$1.5 billion", "$2.1 billion"], ["2023", "", "$2.2 billion"]]
    assert read_pdf(set_pdf("# Trade of the year", LONG, rows, OTHER)).text == (
        f"Trade of the year\n\n{LONG}\n\n| Year | Exports | Imports |\n| 2022 | $1.5 billion | $2.1 billion |\n"
        f"| 2023 | $2.2 billion |\n\n{OTHER}"
    )


def test_two_columns_are_read_one_after_the_other_and_a_sentence_goes_on_in_the_next() -> None:
    story = [" ".join([LONG, OTHER] * 3)] * 8
    assert read_pdf(set_pdf(*story, columns=2)).text == "\n\n".join(story)


@pytest.mark.parametrize("pages", [2, 5])
def test_running_heads_and_page_numbers_are_left_out(pages: int) -> None:
    story = [LONG, None] * pages
    content = read_pdf(set_pdf(*story[:-1], head="Ministry of Commerce | Annual report 2024"))
    assert content.text == "\n\n".join([LONG] * pages)
    assert content.pages == tuple((len(LONG) + 2) * number for number in range(pages))


def test_a_sentence_goes_on_over_the_page() -> None:
    pages = ["Trade with Russia reached $1", "billion in 2023, and the min-", "istry expects more."]
    content = read_pdf(draw_pdf(*([(50, 700, line)] for line in pages)))
    assert content.text == "Trade with Russia reached $1 billion in 2023, and the ministry expects more."
    assert [content.text[start:][:7] for start in content.pages] == ["Trade w", "billion", "istry e"]


def test_figures_at_the_edge_of_pages_are_no_running_heads() -> None:
    pages = [[(50, 800, f"Exports reached ${value} billion in 2023.")] for value in ("1.5", "2.1", "7.9")]
    assert read_pdf(draw_pdf(*pages)).text.split("\n\n") == [text for page in pages for _, _, text in page]


def test_pages_say_where_each_begins_also_one_that_is_empty() -> None:
    content = read_pdf(draw_pdf([(50, 700, "Trade grew.")], [], [(50, 700, "Wheat led.")]))
    assert content == Content("Trade grew.\n\nWheat led.", {"PDF properties": {}}, (0, 13, 13))


def test_a_raised_digit_is_no_part_of_the_number_before_it_and_does_not_tear_the_sentence() -> None:
    written = (
        "Exports reached $5<super>1</super> billion in 2023<super>2</super>, and imports were 1,450<super>10</super> "
        "million dollars, or 12%<super>4</super> of it, from land of 5 km<super>2</super> with H<sub>2</sub>O on the "
        "1<super>st</super> of May."
    )
    assert read_pdf(set_pdf(written)).text == (
        "Exports reached $5¹ billion in 2023², and imports were 1,450¹⁰ million dollars, or 12%⁴ of it, from land of "
        "5 km² with H2O on the 1st of May."
    )


HYPHENS = {
    "a syllable": (["Wheat ex-", "ports rose."], "Wheat exports rose."),
    "a number and its scale": (
        ["The billion-", "dollar mark and twenty-", "five more."],
        "The billion-dollar mark and twenty-five more.",
    ),
    "a compound that the document writes elsewhere": (
        ["A debt-ridden land, debt-", "ridden indeed."],
        "A debt-ridden land, debt-ridden indeed.",
    ),
    "a word that the document writes elsewhere": (
        ["Five billion or five bil-", "lion more."],
        "Five billion or five billion more.",
    ),
    "digits and capitals": (["In 2023-", "24 the Indo-", "Pakistani trade."], "In 2023-24 the Indo-Pakistani trade."),
    "a hyphen that stands for what follows": (["Oil- and gas-", "and coal-fired."], "Oil- and gas- and coal-fired."),
}


@pytest.mark.parametrize(("lines", "text"), HYPHENS.values(), ids=HYPHENS)
def test_a_hyphen_at_a_lines_end_stays_where_it_is_a_part_of_the_word(lines: list[str], text: str) -> None:
    assert read_pdf(draw_pdf([(50, 700 - 14 * row, line) for row, line in enumerate(lines)])).text == text


def test_a_paragraph_goes_on_below_a_word_broken_at_a_lines_end() -> None:
    lines = [
        "The ministry of commerce said that ex-",
        "ports of wheat and rice to Russia and to",
        "Iran reached $1 billion in 2023 and will",
        "go on rising.",
    ]
    assert read_pdf(draw_pdf([(50, 700 - 14 * row, line) for row, line in enumerate(lines)])).text == (
        "The ministry of commerce said that exports of wheat and rice to Russia and to Iran reached $1 billion in 2023 "
        "and will go on rising."
    )


def test_a_point_of_a_list_is_no_row_of_a_table() -> None:
    lines = ["Wheat led with 5 million tonnes", "Rice came next with 2 million tonnes"]
    points = [(left, 700 - 14 * row, text) for row, line in enumerate(lines) for left, text in ((50, "•"), (90, line))]
    assert read_pdf(draw_pdf(points)).text == f"• {lines[0]}\n• {lines[1]}"


PROPERTIES = {
    "as a person stated them": (
        {"title": "Annual report", "author": "A. Khan"},
        {"title": "Annual report", "author": "A. Khan"},
    ),
    "the name of a file": ({"title": "Microsoft Word - final2.docx", "author": "(anonymous)"}, {}),
    "what a program put before it": ({"title": "Microsoft Word - Annual report"}, {"title": "Annual report"}),
    "nothing": ({"title": "untitled"}, {}),
}


@pytest.mark.parametrize(("stated", "fields"), PROPERTIES.values(), ids=PROPERTIES)
def test_title_and_author_are_believed_but_not_the_names_of_files(
    stated: dict[str, str], fields: dict[str, str]
) -> None:
    assert read_pdf(set_pdf(LONG, title=stated.get("title", ""), author=stated.get("author", ""))).fields == {
        "PDF properties": fields
    }


def _locked() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption  # noqa: PLC0415

    return draw_pdf([(50, 700, "Trade grew.")], encrypt=StandardEncryption("secret"))


BROKEN = "a broken PDF, or one without pages; open it and save it again"

REFUSED = {
    "broken": (b"%PDF-1.7\nnothing", BROKEN),
    "cut off": (set_pdf(LONG)[:900], BROKEN),
    "a scan": (draw_pdf([]), "a scan: the PDF holds pictures and no text; run OCR first (for example ocrmypdf)"),
    "locked": (_locked(), "locked with a password; save it without one (for example qpdf --decrypt)"),
    "no pages": (
        write_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"),
        BROKEN,
    ),
    "too many": (draw_pdf(*[[]] * 4), "4 pages, more than the 3 of a document; split it, or raise --max-pages"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_pdf_that_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as error:
        read_pdf(data, limits=Limits(pages=3))
    assert str(error.value) == reason
