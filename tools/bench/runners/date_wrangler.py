"""A text → its periods as date-wrangler gives them: place, first day, the day after the last."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from date_wrangler import DEFAULT_CONFIG, DateMatch, DateOrder, parse

from tools.bench.runners.harness import Row, Source, Task, serve

CONFIG = replace(DEFAULT_CONFIG, date_order=DateOrder.MDY)
"""The texts are American; date-wrangler reads 4/7 as 4 July unless it is told."""


def _read(source: Source) -> list[DateMatch]:
    return list(parse(source.text, today=source.date and source.date.date(), config=CONFIG))


def _describe(_text: str, found: list[DateMatch]) -> list[Row]:
    return [{"span": each.span, "start": _iso(each.start), "end": _iso(each.end)} for each in found]


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


if __name__ == "__main__":
    serve({"periods": Task(_read, _describe)})
