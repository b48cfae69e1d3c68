"""A text → the numbers, quantities and dates that recognizers-text gives, one list of all its models."""

from __future__ import annotations

from recognizers_date_time import recognize_datetime
from recognizers_number import recognize_number, recognize_percentage
from recognizers_number_with_unit import (
    recognize_age,
    recognize_currency,
    recognize_dimension,
    recognize_temperature,
)
from recognizers_text import Culture, ModelResult

from tools.bench.runners.harness import Row, Source, Task, serve

MODELS = (
    recognize_percentage,
    recognize_currency,
    recognize_dimension,
    recognize_temperature,
    recognize_age,
    recognize_number,
)


def _read_quantities(source: Source) -> list[ModelResult]:
    # A number in a date is no quantity, and the suite itself can tell.
    return [each for model in MODELS for each in model(source.text, Culture.English)] + _read_periods(source)


def _read_periods(source: Source) -> list[ModelResult]:
    return list(recognize_datetime(source.text, Culture.English, reference=source.date))


def _describe(_text: str, found: list[ModelResult]) -> list[Row]:
    return [
        {"kind": each.type_name, "start": each.start, "end": each.end, "resolution": dict(each.resolution or {})}
        for each in found
    ]


if __name__ == "__main__":
    serve({"quantities": Task(_read_quantities, _describe), "periods": Task(_read_periods, _describe)})
