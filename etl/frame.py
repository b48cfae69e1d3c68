"""Claims ↔ the tidy pandas DataFrame; `COLUMNS` is the one description of the table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas.api.types import pandas_dtype

from etl.model import KINDS, QUALIFIERS, STATUSES, Claim, Document

if TYPE_CHECKING:
    import pandera.pandas as pa

__all__ = [
    "COLUMNS",
    "Column",
    "check_frame",
    "claim_id",
    "claim_rows",
    "claims_to_frame",
    "empty_frame",
    "proof_of",
    "typed",
]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its pandas dtype, its unit or vocabulary, and what it means."""

    name: str
    dtype: str
    meaning: str
    values: tuple[str, ...] = ()
    required: bool = False


TEXT, NUMBER, DAY, OFFSET, PAGE = "str", "float64", "datetime64[us]", "int64", "Int64"

COLUMNS: tuple[Column, ...] = (
    Column("claim_id", TEXT, "16 hexadecimal digits: same text, same place, same id on every machine", required=True),
    Column("document_id", TEXT, "16 hexadecimal digits from url, publisher and text", required=True),
    Column("metric", TEXT, "what is measured, a name of the metric lexicon", required=True),
    Column("product", TEXT, "the goods concerned, a name of the product lexicon"),
    Column("reporter", TEXT, "whose figure it is: ISO 3166 alpha-3 or a bloc"),
    Column("partner", TEXT, "the counterparty: ISO 3166 alpha-3 or a bloc"),
    Column("parties", TEXT, "all countries or blocs the figure is about, sorted, joined by ';'"),
    Column("kind", TEXT, "level, change, share, rate, price ...", values=KINDS, required=True),
    Column("value", NUMBER, "the figure in the base unit (1 million = 1e6); a range's lower end", required=True),
    Column("value_upper", NUMBER, "a range's upper end"),
    Column("unit", TEXT, "ISO 4217 code, percent, percentage_point, or a name the Pint registry parses"),
    Column(
        "qualifier",
        TEXT,
        "= stated plainly, ~ about, > over, >= at least, < under, <= up to",
        values=QUALIFIERS,
        required=True,
    ),
    Column("status", TEXT, "actual, estimate, target, forecast, potential, commitment", values=STATUSES, required=True),
    Column("period_start", DAY, "first day the figure speaks of, inclusive"),
    Column("period_end", DAY, "last day the figure speaks of, inclusive"),
    Column("period_label", TEXT, "2017, 2017-06, 2017-S1, FY2016/17 ..."),
    Column("period_granularity", TEXT, "day, month, quarter, half, year, decade, range, window, open"),
    Column("period_calendar", TEXT, "gregorian or fiscal"),
    Column("period_bound", TEXT, "closed, since, after, until, before, asof"),
    Column("period_basis", TEXT, "explicit, pubdate, anaphor, document_default, none"),
    Column("comparison_start", DAY, "first day of the period a change is measured against"),
    Column("comparison_end", DAY, "last day of the period a change is measured against"),
    Column("attribution", TEXT, "who says so, if named"),
    Column("quote", TEXT, "the sentence that states the figure, exactly as in the document", required=True),
    Column("quote_start", OFFSET, "offset of the quote's first character, in code points", required=True),
    Column("quote_end", OFFSET, "offset after the quote's last character", required=True),
    Column("span_text", TEXT, "the figure exactly as in the document", required=True),
    Column("span_start", OFFSET, "offset of the figure's first character", required=True),
    Column("span_end", OFFSET, "offset after the figure's last character", required=True),
    Column("title", TEXT, "title of the document"),
    Column("publisher", TEXT, "who published the document"),
    Column("author", TEXT, "author of the document"),
    Column("published", DAY, "day of publication"),
    Column("url", TEXT, "address of the original"),
    Column("retrieved", DAY, "day the text was fetched"),
    Column("language", TEXT, "language of the document, BCP 47", required=True),
    Column("document_sha256", TEXT, "SHA-256 of the document's text in UTF-8", required=True),
    Column("extractor_version", TEXT, "version of the extractor that made the claim", required=True),
    Column("page", PAGE, "page the figure stands on, from 1; none where the document has no pages"),
)


def claims_to_frame(document: Document, claims: Iterable[Claim], *, extractor_version: str) -> pd.DataFrame:
    """The tidy frame of one document's claims: one row a claim, columns and dtypes of `COLUMNS`.

    >>> claims_to_frame(Document(""), [], extractor_version="0.1.0").shape
    (0, 39)
    """
    rows = claim_rows(document, claims, extractor_version=extractor_version)
    return typed(rows) if rows else empty_frame()


def claim_rows(document: Document, claims: Iterable[Claim], *, extractor_version: str) -> list[dict[str, object]]:
    """One dict a claim, column → cell; rows of many documents go into one `typed` frame, since each costs 1 ms."""
    return [_row(document, claim, extractor_version) for claim in claims]


def proof_of(claim: Claim) -> dict[str, object]:
    """The cells of a claim that say where in its document it stands, for `etl.citation.verify`."""
    quantity, citation = claim.quantity, claim.citation
    return {
        "quote": citation.quote,
        "quote_start": citation.start,
        "quote_end": citation.end,
        "span_text": quantity.text,
        "span_start": quantity.start,
        "span_end": quantity.end,
    }


def typed(rows: Sequence[Mapping[str, object]] | pd.DataFrame, columns: Sequence[Column] = COLUMNS) -> pd.DataFrame:
    """`rows` as a frame with exactly these columns and their dtypes; a cell that is not there is missing."""
    if isinstance(rows, pd.DataFrame):
        frame = rows.reindex(columns=[column.name for column in columns])
        other = [column for column in columns if frame[column.name].dtype != column.dtype]
        return frame.assign(**{column.name: _cast(frame[column.name], column.dtype) for column in other})
    arrays = {column.name: _array([row.get(column.name) for row in rows], column.dtype) for column in columns}
    return pd.DataFrame(arrays, copy=False)


def empty_frame() -> pd.DataFrame:
    """The tidy frame without rows, with its columns and dtypes."""
    return _empty().copy(deep=False)


@cache
def _empty() -> pd.DataFrame:
    return typed([])


def check_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` if it keeps the contract of `COLUMNS`; raise `pandera.errors.SchemaErrors` with every breach.

    Checked: names and order of the columns, dtypes, required values, vocabularies, unique claim ids,
    start before end, the span inside its quote, and `quote[span] == span_text`.
    """
    return _schema().validate(frame, lazy=True)


def claim_id(document_id: str, start: int, end: int) -> str:
    """16 hexadecimal digits from the document and the place of the figure.

    >>> claim_id("4150550d847ada0f", 14, 24)
    '7f018161f02bdaf6'
    """
    return hashlib.sha256(f"{document_id}:{start}:{end}".encode()).hexdigest()[:16]


def _cast(column: pd.Series, dtype: Any) -> pd.Series:  # noqa: ANN401  the stubs want a literal
    cells = column.array
    if isinstance(cells, pd.Categorical) and cells.categories.dtype == dtype:
        # `astype` makes a text of each cell, in five times the time.
        return pd.Series(cells.categories.array.take(cells.codes, allow_fill=True), column.index, copy=False)
    return column.astype(dtype)


def _array(cells: list[object], dtype: str) -> object:
    return pd.array(cells, dtype=_dtype(dtype))  # type: ignore[call-overload]  # the stubs want a literal


@cache
def _dtype(name: str) -> object:
    """The dtype of this name, looked up once: for a short table that takes longer than to make its columns."""
    return pandas_dtype(name)


def _row(document: Document, claim: Claim, extractor_version: str) -> dict[str, object]:
    quantity, period, comparison = claim.quantity, claim.period, claim.comparison
    return {
        "claim_id": claim_id(document.id, quantity.start, quantity.end),
        "document_id": document.id,
        "metric": claim.metric,
        "product": claim.product,
        "reporter": claim.reporter,
        "partner": claim.partner,
        "parties": ";".join(sorted(claim.parties)) or None,
        "kind": claim.kind,
        "value": quantity.value,
        "value_upper": quantity.value_upper,
        "unit": quantity.unit,
        "qualifier": quantity.qualifier,
        "status": claim.status,
        "period_start": period and period.start,
        "period_end": period and period.end,
        "period_label": period and period.label,
        "period_granularity": period and period.granularity,
        "period_calendar": period and period.calendar,
        "period_bound": period and period.bound,
        "period_basis": period.basis if period else "none",
        "comparison_start": comparison and comparison.start,
        "comparison_end": comparison and comparison.end,
        "attribution": claim.attribution,
        **proof_of(claim),
        "title": document.title,
        "publisher": document.publisher,
        "author": document.author,
        "published": document.published,
        "url": document.url,
        "retrieved": document.retrieved,
        "language": document.language,
        "document_sha256": document.sha256,
        "extractor_version": extractor_version,
        "page": document.page(quantity.start),
    }


@cache
def _schema() -> pa.DataFrameSchema:
    # pandera takes 0.4 s to import; only a run that writes or checks a frame pays for it.
    import pandera.pandas as pa  # noqa: PLC0415

    def column(spec: Column) -> pa.Column:
        checks = [pa.Check.isin(spec.values)] if spec.values else []
        return pa.Column(spec.dtype, checks, nullable=not spec.required, unique=spec.name == "claim_id")

    ordered = pa.Check(lambda f: ~(f["period_start"] > f["period_end"]), name="period_start <= period_end")
    inside = pa.Check(
        lambda f: (f["quote_start"] <= f["span_start"]) & (f["span_end"] <= f["quote_end"]), name="span inside quote"
    )
    proved = pa.Check(_spans_prove_themselves, name="quote[span] == span_text")
    return pa.DataFrameSchema(
        {spec.name: column(spec) for spec in COLUMNS}, checks=[ordered, inside, proved], strict=True, ordered=True
    )


def _spans_prove_themselves(frame: pd.DataFrame) -> pd.Series:
    places = zip(frame["quote"], frame["span_start"] - frame["quote_start"], frame["span_text"], strict=True)
    proved = [quote[start : start + len(text)] == text for quote, start, text in places]
    return pd.Series(proved, index=frame.index, dtype=bool)
