"""Run reports, documents and claims → what a person reads in a terminal; a document's text stays text, never markup."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from etl.titles import Subject, series_title

if TYPE_CHECKING:
    from etl.model import Claim, Document, Mention
    from etl.pipeline import RunReport
    from etl.store import Proof

__all__ = ["document_view", "printable", "progress_bar", "proof_view", "report_view"]

_COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "red")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# Unicode's pictures of the first 32 control characters: ␀ ␁ ␂ ...
_PICTURES, _C0_END = 0x2400, 0x20


def printable(text: str) -> str:
    r"""`text` with every control character shown instead of obeyed, one character for one, so that offsets hold.

    >>> printable("a\x1b[31m\x07b\u202e")
    'a␛[31m␇b�'
    """
    return "".join(_shown(character) for character in text)


def progress_bar(console: Console) -> Progress:
    """A bar with the rate and the time that remains; not drawn where nobody watches."""
    columns = (TextColumn("Reading"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def report_view(report: RunReport) -> RenderableType:
    """The summary of a run: counts, then every document that failed with its reason."""
    rows = [
        ("documents read", report.read),
        ("unchanged", report.unchanged),
        ("copies of another document", report.copies),
        ("kept, but in another language", report.other_language),
        ("failed", len(report.failed)),
        ("claims found", report.claims),
        ("numbers seen but not used", report.mentions),
    ]
    # The rare counts are left out where there is nothing to say.
    rare = {"copies of another document", "kept, but in another language"}
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    for name, number in rows:
        if number or name not in rare:
            table.add_row(name, Text(f"{number:,}", style="bold red" if name == "failed" and number else "bold"))
    held = f"{report.stored_documents:,} documents and {report.stored_claims:,} claims"
    ends = Text(f"{printable(report.store)} now holds {held} (version {report.version}; {report.seconds:.1f} s)", "dim")
    return Group(table, *_failures([(failure.source, failure.reason) for failure in report.failed]), ends)


def proof_view(proof: Proof) -> RenderableType:
    """How many quotes match their documents, and each one that does not."""
    proved = proof.claims - len(proof.breaches)
    return Group(f"{proved:,} of {proof.claims:,} quotes match their documents.", *_failures(proof.breaches))


def document_view(
    document: Document, claims: Sequence[Claim], mentions: Sequence[Mention], *, show_mentions: bool
) -> RenderableType:
    """A document with its claims in colour, a number at each, and the table of the claims below.

    With `show_mentions` the numbers that were not used are dim, and listed with their reasons.
    """
    styles = _styles(claims)
    parts: list[RenderableType] = [
        _header(document),
        "",
        _body(document, claims, mentions if show_mentions else (), styles),
        "",
    ]
    parts.append(_claims_table(claims, styles) if claims else Text("No claims in this document.", style="bold"))
    if show_mentions and mentions:
        parts += ["", _mentions_table(mentions)]
    elif mentions:
        parts.append(Text(f"{len(mentions)} numbers seen but not used: --mentions shows them with the reason", "dim"))
    return Group(*parts)


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f} documents/s" if task.speed else "", style="dim")


def _shown(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}:
        return character
    code = ord(character)
    return chr(_PICTURES + code) if code < _C0_END else "\ufffd"


def _failures(failures: Sequence[tuple[str, str]]) -> list[RenderableType]:
    if not failures:
        return []
    lines = [Text("\nFailed", style="bold red")]
    for name, reason in failures:
        lines.append(Text(f"  {printable(name)}", style="bold"))
        lines += [Text(f"    {line}") for line in printable(reason).split("\n")]
    return [*lines, ""]


def _styles(claims: Sequence[Claim]) -> dict[str, str]:
    metrics = dict.fromkeys(claim.metric for claim in claims)
    return {metric: f"bold {_COLOURS[place % len(_COLOURS)]}" for place, metric in enumerate(metrics)}


def _header(document: Document) -> RenderableType:
    day = document.published.isoformat() if document.published else "undated"
    kind = None if document.kind == "article" else document.kind
    facts = [document.publisher, day, kind, document.url]
    line = " · ".join(printable(fact) for fact in facts if fact)
    found = ", ".join(f"{name}: {place}" for name, place in document.basis.items())
    title = Text(printable(document.title or document.source or "Untitled"), style="bold underline")
    return Group(title, Text(line), Text(f"({found})" if found else "(no metadata found)", style="dim"))


def _body(document: Document, claims: Sequence[Claim], mentions: Sequence[Mention], styles: dict[str, str]) -> Text:
    marks = [(c.quantity.start, c.quantity.end, styles[c.metric], str(n)) for n, c in enumerate(claims, 1)]
    marks += [(m.start, m.end, "dim italic", "") for m in mentions]
    text, body, place = printable(document.text.lstrip("\n").rstrip()), Text(), 0
    skipped = len(document.text) - len(document.text.lstrip("\n"))
    for start, end, style, number in sorted(marks):
        if start - skipped >= place:
            body.append(text[place : start - skipped])
            body.append(text[start - skipped : end - skipped], style)
            body.append(number.translate(_SUPERSCRIPTS), style)
            place = end - skipped
    return body.append(text[place:])


def _claims_table(claims: Sequence[Claim], styles: dict[str, str]) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="dim")
    for name in ("", "as written", "what", "value", "period", "status"):
        table.add_column(name, justify="right" if name in {"", "value"} else "left", overflow="fold")
    for number, claim in enumerate(claims, 1):
        style = styles[claim.metric]
        cells: list[Callable[[Claim], str]] = [_what, _value, _period]
        written = printable(" ".join(claim.quantity.text.split()))
        table.add_row(
            Text(str(number), style), Text(written, style), *(Text(cell(claim)) for cell in cells), Text(claim.status)
        )
    return table


def _mentions_table(mentions: Sequence[Mention]) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="dim", style="dim")
    table.add_column("not used", overflow="fold")
    table.add_column("because", overflow="fold")
    for mention in mentions:
        table.add_row(Text(printable(" ".join(mention.text.split()))), Text(mention.reason))
    return table


def _what(claim: Claim) -> str:
    subject = Subject(
        claim.metric,
        claim.product or "",
        ";".join(claim.parties),
        claim.reporter or "",
        claim.partner or "",
        claim.kind,
    )
    return series_title(subject)


def _value(claim: Claim) -> str:
    quantity = claim.quantity
    sign = "" if quantity.qualifier == "=" else f"{quantity.qualifier} "
    upper = "" if quantity.value_upper is None else f"–{quantity.value_upper:,.12g}"
    return f"{sign}{quantity.value:,.12g}{upper} {quantity.unit or ''}".strip()


def _period(claim: Claim) -> str:
    if claim.period is None or (claim.period.start is None and claim.period.end is None):
        return "undated"
    label = claim.period.label
    # A stretch without a name of its own is labelled as in ISO 8601, 2020-01-01/P11M: its days say it better.
    return label if label and "/P" not in label else f"{claim.period.start or '…'} to {claim.period.end or '…'}"
