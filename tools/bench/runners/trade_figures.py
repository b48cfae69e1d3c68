"""A text → its quantities, periods or claims as trade-figures gives them, in the rows of the scorers."""

from __future__ import annotations

from etl.extract import read_claims
from etl.grammar.quantities import find_quantities
from etl.model import Claim, Document, Period, Quantity
from etl.resolve.periods import find_periods
from tools.bench.newsquant import to_rows
from tools.bench.runners.harness import Row, Source, Task, serve


def _read_quantities(source: Source) -> list[Quantity]:
    return find_quantities(source.text)


def _read_periods(source: Source) -> list[Period]:
    return find_periods(source.text, source.date and source.date.date())


def _read_document(source: Source) -> list[Claim]:
    published = source.date and source.date.date()
    document = Document(source.text, title=source.title, publisher=source.publisher, published=published)
    return list(read_claims(document).claims)


def _describe_periods(_text: str, found: list[Period]) -> list[Row]:
    return [{"span": [period.span_start, period.span_end], **_days(period, "start", "end")} for period in found]


def _describe_claims(_text: str, found: list[Claim]) -> list[Row]:
    return [_claim(claim) for claim in found]


def _claim(claim: Claim) -> Row:
    quantity = claim.quantity
    return {
        "start": quantity.start,
        "end": quantity.end,
        "value": quantity.value,
        "upper": quantity.value_upper,
        "unit": quantity.unit,
        "qualifier": quantity.qualifier,
        "kind": claim.kind,
        "metric": claim.metric,
        "product": claim.product,
        "parties": list(claim.parties),
        "reporter": claim.reporter,
        "partner": claim.partner,
        "status": claim.status,
        **_days(claim.period, "period_start", "period_end"),
    }


def _days(period: Period | None, *names: str) -> Row:
    days = (period.start, period.end) if period else (None, None)
    return {name: day and day.isoformat() for name, day in zip(names, days, strict=True)}


if __name__ == "__main__":
    serve(
        {
            "quantities": Task(_read_quantities, to_rows),
            "periods": Task(_read_periods, _describe_periods),
            "claims": Task(_read_document, _describe_claims),
        }
    )
