"""A text → its dates as dateparser gives them: words, day, and how long the period is that they name."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dateparser.search import search_dates

from tools.bench.runners.harness import Row, Source, Task, serve


def _read(source: Source) -> list[tuple[str, dt.datetime, str | None]]:
    settings: dict[str, Any] = {"PREFER_DATES_FROM": "past"} | ({"RELATIVE_BASE": source.date} if source.date else {})
    return search_dates(source.text, languages=["en"], settings=settings, add_period=True) or []


def _describe(_text: str, found: list[tuple[str, dt.datetime, str | None]]) -> list[Row]:
    return [{"words": words, "day": date.date().isoformat(), "period": period} for words, date, period in found]


if __name__ == "__main__":
    serve({"periods": Task(_read, _describe)})
