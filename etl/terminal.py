"""Run reports, documents and claims → what a person reads in a terminal; a document's text stays text, never markup."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar
from rich.table import Column, Table
from rich.text import Text

from etl.evaluation import interval
from etl.own_gold import CAUSES
from etl.titles import Subject, subject_title

if TYPE_CHECKING:
    import pandas as pd

    from etl.decisions import Decision, Reviewed, Ruling
    from etl.evaluation import Evaluation, Marks
    from etl.model import Claim, Document, Mention
    from etl.own_gold import OwnEvaluation
    from etl.report import Progress, RunReport
    from etl.store import Proof, Taken

__all__ = [
    "datasets_view",
    "decisions_view",
    "document_view",
    "evaluation_view",
    "history_view",
    "own_evaluation_view",
    "printable",
    "proof_view",
    "report_view",
    "taken_view",
    "watching",
]

_COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "red")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# Failures shown on the screen.
_SHOWN = 20
# Kinds of claims shown that most had to be corrected.
_CAUSES_SHOWN = 10
_NOTHING_DECIDED = (
    "Nothing was decided about the claims of this store yet that could be measured. Review some of them on the page "
    "Review (trade-figures serve), or bring the decisions of others: trade-figures decisions import FILE"
)
_LEFT_OUT = {
    "conflict": "decisions that contradict each other",
    "stale": "their text changed or is gone, or what was rejected is now read differently",
}
_LIKELY = (
    "In brackets, in per cent: where the true share lies with 95 % confidence (Wilson), had these claims been drawn by "
    "lot. Where doubtful claims are reviewed first, the marks look worse than they are."
)
# Characters shown on each side of a figure.
_CONTEXT = 70
# Unicode's pictures of the first 32 control characters: ␀ ␁ ␂ ...
_PICTURES, _C0_END = 0x2400, 0x20


def printable(text: str) -> str:
    r"""`text` with every control character shown instead of obeyed, one character for one, so that offsets hold.

    >>> printable("a\x1b[31m\x07b\u202e")
    'a␛[31m␇b�'
    """
    return "".join(_shown(character) for character in text)


@contextmanager
def watching(console: Console) -> Iterator[Callable[[Progress], None] | None]:
    """What draws the progress of a run: phase, bar, rate and the time that remains; None where nobody watches."""
    if not console.is_terminal:
        yield None
        return
    whole = Column(no_wrap=True)  # of a narrow terminal, which has no room for the bar, nothing takes a second line
    columns = (TextColumn("{task.description}", table_column=whole), BarColumn(), _Documents(table_column=whole))
    with ProgressBar(*columns, TimeRemainingColumn(table_column=whole), console=console, transient=True) as bar:
        task = bar.add_task("Finding", total=None, documents=0)

        def show(now: Progress) -> None:
            # A total that is not told stays as it was.
            bar.update(task, total=now.total, completed=now.pieces, documents=now.documents)
            bar.update(task, description=now.phase.capitalize())

        yield show


def report_view(report: RunReport) -> RenderableType:
    """The summary of a run: counts, then the first documents that failed with their reasons."""
    rows = [
        ("documents read", report.read),
        ("unchanged", report.unchanged),
        ("exact copies of another document", report.copies),
        ("kept, but in another language", report.other_language),
        ("failed", report.failures),
        ("removed, because no longer there", report.removed),
        ("no longer there (--remove-missing removes them)", report.missing),
        ("near-copies in the store, one source with their originals", report.stored_copies or 0),
        ("claims found", report.claims),
        ("numbers seen but not used", report.mentions),
    ]
    # The rare counts are left out where there is nothing to say.
    usual = {"documents read", "unchanged", "failed", "claims found", "numbers seen but not used"}
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    for name, number in rows:
        if number or name in usual:
            table.add_row(name, Text(f"{number:,}", style="bold red" if name == "failed" and number else "bold"))
    held = f"{_counted(report.stored_documents, 'document')} and {_counted(report.stored_claims, 'claim')}"
    ends = Text(f"{printable(report.store)} now holds {held} (version {report.version}; {report.seconds:.1f} s)", "dim")
    skipped = [Text(f"skipped in {printable(one.source)}: {printable(one.reason)}") for one in report.skipped]
    failed = _failures([(failure.source, failure.reason) for failure in report.failed[:_SHOWN]])
    if report.failures > _SHOWN:
        more = f"  … and {report.failures - _SHOWN:,} more; --report FILE lists them all"
        failed = [*failed[:-1], Text(more, style="bold"), ""]
    return Group(table, *skipped, *failed, ends)


def proof_view(proof: Proof) -> RenderableType:
    """How many quotes match their documents, and each one that does not."""
    broken = len(proof.unproved)
    official = f"{proof.figures - broken:,} of {proof.figures:,} official figures stand in the rows they cite."
    proved = proof.claims - len(proof.breaches)
    lines = [f"{proved:,} of {proof.claims:,} quotes match their documents.", *([official] if proof.figures else [])]
    return Group(*lines, *_failures([*proof.breaches, *proof.unproved]))


def taken_view(taken: Sequence[Taken]) -> RenderableType:
    """A line a file of official statistics: what was taken of which dataset; below it why rows were skipped."""
    lines: list[RenderableType] = []
    for one in taken:
        datasets = ", ".join(map(printable, one.datasets))
        said = {"read": f"{_counted(one.figures, 'figure')} of {datasets}", "unchanged": "unchanged"}
        reason = printable(one.reason or "")
        style = "bold red" if one.outcome == "failed" else ""
        lines.append(Text(f"{printable(one.file)}: {said.get(one.outcome, f'failed: {reason}')}", style=style))
        reasons = one.reasons
        lines += [
            Text(f"  {_counted(skip.rows, 'row')} skipped, the first on line {skip.line}: {printable(skip.reason)}")
            for skip in reasons[:_SHOWN]
        ]
        if len(reasons) > _SHOWN:
            more = sum(skip.rows for skip in reasons[_SHOWN:])
            lines.append(Text(f"  … and {more:,} more; --report FILE lists them all", style="bold"))
    return Group(*lines)


def datasets_view(datasets: pd.DataFrame) -> RenderableType:
    """A line a dataset that the store has: publisher, figures, the days they speak of, the last release."""
    if datasets.empty:
        return Text("No official statistics in the store; trade-figures reference FILE puts them in.")
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("dataset", "publisher", "figures", "from", "to", "released"):
        table.add_column(name, justify="right" if name == "figures" else "left")
    for row in datasets.astype(object).where(datasets.notna(), None).to_dict("records"):
        days = (row["period_start"], row["period_end"], row["published"])
        shown = ["" if day is None else f"{day:%Y-%m-%d}" for day in days]
        named = [printable(row[name] or "") for name in ("dataset", "publisher")]
        table.add_row(*named, f"{row['figures']:,}", *shown)
    return table


def history_view(versions: pd.DataFrame) -> RenderableType:
    """A line a version: when it was made (UTC), by what, and what became of documents."""
    columns = ["version", "added", "replaced", "removed", "copies", "claims"]
    # Most stores have no official statistics, and a narrow terminal has no room for an empty column.
    columns += ["figures"] if versions["figures"].any() else []
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    for name in ("version", "made (UTC)", "by", *columns[1:]):
        table.add_column(name, justify="left" if name in {"made (UTC)", "by"} else "right", no_wrap=True)
    for row in versions.to_dict("records"):
        version, *counts = (f"{row[name]:,}" for name in columns)
        shown = ["" if count == "0" else count for count in counts]
        table.add_row(version, f"{row['when']:%Y-%m-%d %H:%M:%S}", printable(str(row["what"])), *shown)
    return table


def decisions_view(reviewed: Reviewed, made: int) -> RenderableType:
    """How many claims have which review, then what contradicts and what fits no more, each with who said what."""
    counts = reviewed.claims["review"].value_counts()
    table = _table(["review", "claims"])
    for name, number in [*counts.items(), ("rejected", len(reviewed.rejected))]:
        table.add_row(str(name), f"{number:,}")
    parts: list[RenderableType] = [Text(f"{_counted(made, 'decision')} made"), table]
    if reviewed.conflicts:
        parts += ["", Text("Made apart, and they cannot all hold; nothing was applied:", style="bold")]
        parts += [_ruling_line(ruling) for ruling in reviewed.conflicts]
    if reviewed.stale:
        parts += ["", Text("Fit no more; nothing was applied:", style="bold")]
        parts += [Group(_ruling_line(each.ruling), Text(f"  {each.why}", style="dim")) for each in reviewed.stale]
    return Group(*parts)


def _ruling_line(ruling: Ruling) -> Text:
    """Each decision about a claim: who made of it what, and why."""
    said = [
        " ".join(filter(None, [each.who, f"{each.act}s", _decided(each), each.reason and f"({each.reason})"]))
        for each in ruling.decisions
    ]
    return Text(printable(f"{ruling.claim_id}: {'; '.join(said)}"))


def _decided(decision: Decision) -> str:
    fields = decision.decided.items() if decision.action == "correct" else ()
    return ", ".join(f"{name.replace('_', ' ')} {cell}" for name, cell in fields)


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


def evaluation_view(evaluation: Evaluation, *, errors: int, by_document: bool) -> RenderableType:
    """The marks, with `by_document` a line a document, and the first `errors` figures that are not as annotated."""
    marks, documents = evaluation.marks, evaluation.documents
    counts = (
        f"{len(documents):,} documents; {marks.figures:,} figures annotated, {marks.optional:,} more optional; "
        f"{marks.claims:,} claims, {marks.neutral:,} on optional figures"
    )
    spurious = (
        f"{int(documents['spurious'].sum()):,} claims on no annotated figure, "
        f"{marks.spurious_on_negative:,} of them in documents that hold none ({len(evaluation.gold.negative):,})"
    )
    parts: list[RenderableType] = [counts, "", _scores_table(marks), "", _fields_table(marks), "", spurious]
    return Group(*parts, *_details(evaluation, errors=errors, by_document=by_document))


def own_evaluation_view(judged: OwnEvaluation, *, errors: int, by_document: bool) -> RenderableType:
    """What people decided, the marks with the range the true ones lie in, and which claims most had to be corrected."""
    counts, marks = judged.own.counts, judged.evaluation.marks
    left_out = [Text(f"Left out, {_LEFT_OUT[name]}: {counts[name]:,}") for name in _LEFT_OUT if counts[name]]
    if not judged.own.measured:
        return Group(*left_out, Text(_NOTHING_DECIDED))
    used = ", ".join(f"{counts[name]:,} {name}" for name in ("accepted", "corrected", "added", "rejected"))
    stand, corrected, rejected = judged.fates.values()
    claims = stand + corrected + rejected
    parts: list[RenderableType] = [
        f"Decided in {_counted(len(judged.own.documents), 'document')}: {used}",
        *left_out,
        "",
        f"{stand:,} of {_counted(claims, 'claim')} of today stand as they are: {_likely(stand, claims)}",
        f"{corrected:,} to correct, {rejected:,} to reject",
        "",
        _likely_scores_table(marks),
        "",
        _likely_fields_table(marks),
        "",
        Text(_LIKELY, "dim"),
        "",
        *_causes(judged),
    ]
    return Group(*parts, *_details(judged.evaluation, errors=errors, by_document=by_document))


def _causes(judged: OwnEvaluation) -> list[RenderableType]:
    """The kinds of claims that most had to be corrected or rejected."""
    wrong = judged.causes[judged.causes["stand"] < judged.causes["claims"]]
    if wrong.empty:
        return [Text("No claim of today had to be corrected or rejected.")]
    table = _table(("most to correct or reject", "of", "corrected", "rejected", "stand"))
    for row in wrong.head(_CAUSES_SHOWN).to_dict("records"):
        named = Text(printable(f"{CAUSES[row['by']]}: {row['name']}"))
        counts = (f"{row[name]:,}" for name in ("claims", "corrected", "rejected"))
        table.add_row(named, *counts, _likely(row["stand"], row["claims"]))
    more = len(wrong) - _CAUSES_SHOWN
    return [table, *([Text(f"… and {more:,} more; --json lists them all", "dim")] if more > 0 else [])]


def _details(evaluation: Evaluation, *, errors: int, by_document: bool) -> list[RenderableType]:
    """With `by_document` a line a document, then the first `errors` figures that differ."""
    parts: list[RenderableType] = ["", _documents_table(evaluation.documents)] if by_document else []
    wrong = list(evaluation.differences.groupby(["doc", "start"], sort=False))
    parts += [_error(evaluation.gold.documents[str(rows["doc"].iloc[0])], rows) for _, rows in wrong[:errors]]
    if len(wrong) > errors:
        parts.append(Text(f"\n{len(wrong) - errors:,} more differ: --errors {len(wrong)} shows all", "dim"))
    return parts


class _Documents(ProgressColumn):
    """Documents, and how many a second."""

    def render(self, task: Task) -> Text:
        documents = task.fields["documents"]
        rate = f", {documents / task.elapsed:,.0f}/s" if task.elapsed and documents else ""
        return Text(f"{_counted(documents, 'document')}{rate}", style="dim")


def _counted(number: int, thing: str) -> str:
    """A number of things.

    >>> _counted(1, "claim"), _counted(2000, "claim")
    ('1 claim', '2,000 claims')
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


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


def _scores_table(marks: Marks) -> Table:
    table = _table(("", "precision", "recall", "F1"))
    for name, score in (("figures found", marks.detection), ("right end to end", marks.end_to_end)):
        table.add_row(name, *(_percent(share) for share in (score.precision, score.recall, score.f1)))
    return table


def _likely_scores_table(marks: Marks) -> Table:
    table = _table(("", "precision", "recall", "F1"))
    claims = marks.claims - marks.neutral
    for name, score in (("figures found", marks.detection), ("right end to end", marks.end_to_end)):
        right = marks.found if score is marks.detection else round(score.recall * marks.figures)
        table.add_row(name, _likely(right, claims), _likely(right, marks.figures), _percent(score.f1))
    return table


def _likely_fields_table(marks: Marks) -> Table:
    table = _table(("of the figures found", "right", "of"))
    for name, mark in marks.fields.items():
        table.add_row(
            _LOOSER.get(name, name), _likely(round((mark.right or 0) * mark.scored), mark.scored), f"{mark.scored:,}"
        )
    return table


def _likely(right: int, of: int) -> str:
    """A share in per cent, and in brackets where the true one lies.

    >>> _likely(9, 10), _likely(0, 0)
    ('90.0 (60–98)', '–')
    """
    if not of:
        return "–"
    low, high = interval(right, of)
    return f"{100 * right / of:.1f} ({100 * low:.0f}–{100 * high:.0f})"


def _fields_table(marks: Marks) -> Table:
    table = _table(("of the figures found", "right", "of"))
    for name, mark in marks.fields.items():
        table.add_row(_LOOSER.get(name, name), _percent(mark.right), f"{mark.scored:,}")
    return table


# The looser readings of a field stand below it.
_LOOSER = {
    "value_unsigned": "  whatever its sign",
    "qualifier_loose": "  > as well as >=",
    "period_year": "  in its years",
    "period_given": "  where the text gives one",
}


def _documents_table(documents: pd.DataFrame) -> Table:
    table = _table(tuple(documents.columns))
    for name, *counts in documents.itertuples(index=False):
        table.add_row(Text(printable(name)), *map(str, counts))
    return table


def _table(columns: Sequence[str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place else "left")
    return table


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def _error(document: Document, rows: pd.DataFrame) -> RenderableType:
    """One figure that is not as annotated: where it stands, its words, and each field as annotated → as found."""
    doc, start, end, _, outcome = rows.iloc[0][:5]
    sides = rows[["field", "gold", "ours"]].fillna("").itertuples(index=False, name=None)
    line = document.text.count("\n", 0, start) + 1
    head = Text(f"\n{printable(doc)}, line {line}, character {start}: {outcome}", style="bold")
    fields = [
        Text(printable(f"    {field + ': ' if field else ''}{_arrow(gold, ours)}")) for field, gold, ours in sides
    ]
    return Group(head, _in_context(document.text, start, end), *fields)


def _arrow(gold: str, ours: str) -> str:
    return f"{gold or 'nothing'} → {ours or 'nothing'}"


def _in_context(text: str, start: int, end: int) -> Text:
    """The figure in brackets, with whole words around it from its line."""
    before = text[text.rfind("\n", 0, start) + 1 : start].lstrip()
    after = text[end:].split("\n", 1)[0].rstrip()
    if len(before) > _CONTEXT:
        before = f"… {before[-_CONTEXT:].partition(' ')[2]}"
    if len(after) > _CONTEXT:
        after = f"{after[:_CONTEXT].rpartition(' ')[0]} …"
    figure = " ".join(text[start:end].split())
    return Text.assemble("    ", printable(before), (f"[{printable(figure)}]", "bold reverse"), printable(after))


def _what(claim: Claim) -> str:
    subject = Subject(
        claim.metric,
        claim.product or "",
        ";".join(claim.parties),
        claim.reporter or "",
        claim.partner or "",
        claim.kind,
    )
    return subject_title(subject)


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
