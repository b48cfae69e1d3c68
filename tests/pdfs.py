"""PDFs that the tests make themselves: set by reportlab, or written byte by byte where they must be wrong."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageBreak, PageTemplate, Paragraph, Spacer, Table

_STYLES = getSampleStyleSheet()

Story = str | Sequence[Sequence[str]] | None


def set_pdf(*story: Story, head: str = "", columns: int = 1, title: str = "", author: str = "") -> bytes:
    """A PDF of paragraphs ("# " before a heading), tables (rows of cells) and page breaks (None).

    `head` is printed above every page, "Page 1 of the report" below it.
    """
    target = io.BytesIO()
    width = (A4[0] - 100) / columns - 20
    frames = [Frame(50 + number * (width + 20), 80, width, 680) for number in range(columns)]

    def furnish(canvas: Canvas, _: object) -> None:
        if head:
            canvas.drawString(50, 805, head)
            canvas.drawString(250, 30, f"Page {canvas.getPageNumber()} of the report")

    document = BaseDocTemplate(target, pagesize=A4, invariant=1, title=title, author=author)
    document.addPageTemplates(PageTemplate(frames=frames, onPage=furnish))
    document.build([flowable for part in story for flowable in _flowables(part)])
    return target.getvalue()


def _flowables(part: Story) -> list[Flowable]:
    if part is None:
        return [PageBreak()]
    if not isinstance(part, str):
        return [Table([list(row) for row in part]), Spacer(1, 12)]
    style = _STYLES["Heading2" if part.startswith("# ") else "Normal"]
    return [Paragraph(part.removeprefix("# "), style), Spacer(1, 8)]


def draw_pdf(*pages: Sequence[tuple[float, float, str]], **settings: Any) -> bytes:  # noqa: ANN401  reportlab's own
    """A PDF with each text at its place: left edge and bottom, in points."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1, **settings)
    for page in pages:
        for left, bottom, text in page:
            canvas.drawString(left, bottom, text)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def write_pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (count, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + trailer
