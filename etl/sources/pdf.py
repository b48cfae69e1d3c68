"""The bytes of a PDF → its text in paragraphs, where each page begins in it, and its title and author.

PDFium gives the lines of a page in reading order, each with its place. Lines that a page's width broke are joined; a
heading, a row of a table, a line ended on purpose stays apart, so that no sentence reaches from one into another.
Running heads, feet and page numbers are left out. PDFium is not thread-safe: `etl.sources.guard` runs this reader in a
process that reads one document at a time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from etl.errors import DocumentError
from etl.sources.content import Content
from etl.sources.layout import LINE_HYPHEN, Line, Page, join_pages, table_row
from etl.sources.limits import Limits

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

__all__ = ["read_pdf"]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\uffff]+")
# What programs put where a person states nothing: "(anonymous)", "Microsoft Word - final2.docx", "untitled".
_NO_TITLE = re.compile(
    r"\(.*\)|anonymous|unknown|untitled.*|.*\.(?:docx?|indd|pptx?|xlsx?|qxd|pdf|rtf|tex|dvi|pmd)", re.IGNORECASE
)
_PROGRAM = re.compile(r"^Microsoft (?:Word|PowerPoint|Excel) - ")
# Times the height of a line: a space, even of a line set to full width, is less, the gap of two cells is more.
_CELL_GAP, _TWO_CELLS = 1.0, 2
# Times the height of a line by which a raised digit stands higher: 0.35 and more, in Word and LaTeX.
_RISE = 0.2
_RAISED = dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
_DIGITS = re.compile(r"(?<=\S)[0-9]+|[0-9]{2,}")
_BULLET = re.compile(r"[•·▪‣◦*–—-]|\(?\w{1,3}[.)]")
_USUAL = Limits()

# A line, and where PDFium keeps its first and its last character.
_Written: TypeAlias = tuple[str, int, int]


def read_pdf(data: bytes, charset: str | None = None, limits: Limits = _USUAL) -> Content:  # noqa: ARG001  as readers are called
    """The content of a PDF: paragraphs parted by blank lines, `pages` the offsets where pages begin, title and author.

    The day it was made is no day of publication, so none is stated. Raises `DocumentError` for a PDF that is broken,
    locked, without pages, a scan without text, or with more pages than `limits`.
    """
    from pypdfium2 import PdfiumError  # noqa: PLC0415  only a run that meets a PDF loads it

    try:
        with _opened(data) as pdf:
            text, starts = join_pages(list(_pages(pdf, limits)))
            fields = _fields(pdf.get_metadata_dict())
    except PdfiumError as error:
        message = "a broken PDF, or one without pages; open it and save it again"
        raise DocumentError(message) from error
    if not text.strip():
        message = "a scan: the PDF holds pictures and no text; run OCR first (for example ocrmypdf)"
        raise DocumentError(message)
    return Content(text, {"PDF properties": fields}, starts)


def _opened(data: bytes) -> PdfDocument:
    import pypdfium2  # noqa: PLC0415  as above
    from pypdfium2.raw import FPDF_ERR_PASSWORD  # noqa: PLC0415  as above

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        # For some broken files PDFium leaves the code of an earlier one.
        if error.err_code == FPDF_ERR_PASSWORD and b"/Encrypt" in data:
            message = "locked with a password; save it without one (for example qpdf --decrypt)"
            raise DocumentError(message) from error
        raise


def _pages(pdf: PdfDocument, limits: Limits) -> Iterator[Page]:
    if len(pdf) > limits.pages:
        message = f"{len(pdf):,} pages, more than the {limits.pages:,} of a document; split it, or raise --max-pages"
        raise DocumentError(message)
    for page in pdf:
        try:
            yield Page(tuple(_lines(page.get_textpage())), page.get_height())
        finally:
            page.close()


def _lines(text: PdfTextPage) -> Iterator[Line]:
    for line, start, end in _joined(text, _written(text)):
        left, bottom, _, top = text.get_charbox(start, loose=True)
        _, last, right, _ = text.get_charbox(end, loose=True)
        shown = _row(text, line, (start, end + 1 - start), top - bottom) or " ".join(line.split())
        yield Line(shown, left, max(right, left + 1), bottom, max(top - bottom, 1), bottom - last)


def _written(text: PdfTextPage) -> Iterator[_Written]:
    """The lines that PDFium tells apart, each with its first and last character."""
    index = 0
    for written in text.get_text_range().split("\r\n"):
        if line := _CONTROL.sub(" ", _with_notes(text, written, index)).rstrip():
            yield line, _index(text, index), _index(text, index + _units(line) - 1)
        index += _units(written) + 2


def _joined(text: PdfTextPage, lines: Iterator[_Written]) -> Iterator[_Written]:
    """The lines; PDFium begins a new one behind a raised or lowered digit, where the one before it ended."""
    held = next(lines, None)
    for line, start, end in lines:
        if held and held[0][-1].isdigit() and _goes_on(text, held, start):
            held = held[0] + line, held[1], end
            continue
        if held:
            yield held
        held = line, start, end
    if held:
        yield held


def _goes_on(text: PdfTextPage, held: _Written, start: int) -> bool:
    _, bottom, _, top = text.get_charbox(held[1], loose=True)
    _, _, right, _ = text.get_charbox(held[2], loose=True)
    left, following, _, _ = text.get_charbox(start, loose=True)
    height = top - bottom
    near = -height < left - right < _CELL_GAP * height
    return near and bool(abs(following - bottom) < _RISE * height)


def _with_notes(text: PdfTextPage, written: str, index: int) -> str:
    """The line with raised digits raised, those of footnotes too: "$5" with a footnote is no "$51"."""
    found = [place for run in _DIGITS.finditer(written) for place in _raised_in(text, written, index, *run.span())]
    letters = [*written]
    for place in found:
        letters[place] = _RAISED[written[place]]
    return "".join(letters)


def _raised_in(text: PdfTextPage, written: str, index: int, start: int, end: int) -> Iterator[int]:
    """Where in a run of digits those at its end stand higher than what is before them."""

    def box(place: int) -> tuple[float, float]:
        _, bottom, _, top = text.get_charbox(_index(text, index + _units(written[:place])), loose=True)
        return bottom, top

    first = start - 1 if start and not written[start - 1].isspace() else start
    bottom, top = box(first)
    for place in range(end - 1, first, -1):
        if box(place)[0] - bottom <= _RISE * (top - bottom):
            return
        yield place


def _row(text: PdfTextPage, line: str, place: tuple[int, int], height: float) -> str | None:
    """The line as a row of a table, where there are gaps in it that no space between words has."""
    if (parts := text.count_rects(*place)) < _TWO_CELLS:
        return None
    cells: list[str] = []
    end = math.inf
    for left, bottom, right, top in [text.get_rect(number) for number in range(parts)]:
        words = text.get_text_bounded(left, bottom, right, top).replace("\x02", LINE_HYPHEN)
        if left - end > _CELL_GAP * height or not cells:
            cells.append(words)
        else:
            cells[-1] += f" {words}"
        end = right
    # Letters that lie over each other would come twice, or not at all: then the line stays as it is.
    whole = _letters("".join(cells)) == _letters(line) and len(cells) > 1
    shown = [" ".join(cell.split()) for cell in cells]
    return table_row(shown) if whole and all(shown) and not _BULLET.fullmatch(shown[0]) else None


def _letters(text: str) -> str:
    return "".join(text.split())


def _index(text: PdfTextPage, index: int) -> int:
    """Where PDFium keeps a character of its text: it leaves out some, and adds others."""
    from pypdfium2.raw import FPDFText_GetCharIndexFromTextIndex  # noqa: PLC0415  as above

    return max(0, int(FPDFText_GetCharIndexFromTextIndex(text, index)))


def _units(text: str) -> int:
    """How PDFium counts: a character beyond the first plane is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fields(properties: Mapping[str, str]) -> dict[str, str]:
    title = _PROGRAM.sub("", properties.get("Title", "").strip())
    author = properties.get("Author", "").strip()
    stated = {"title": title, "author": author}
    return {name: value for name, value in stated.items() if value and not _NO_TITLE.fullmatch(value)}
