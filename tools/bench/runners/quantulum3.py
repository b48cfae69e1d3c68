"""A sentence → its quantities as quantulum3 gives them: value with its uncertainty, unit."""

from __future__ import annotations

from quantulum3 import parser
from quantulum3.classes import Quantity

from tools.bench.runners.harness import Row, Source, Task, serve


def _read(source: Source) -> list[Quantity]:
    return list(parser.parse(source.text))


def _describe(_text: str, found: list[Quantity]) -> list[Row]:
    return [{"value": each.value, "uncertainty": each.uncertainty, "unit": each.unit.name} for each in found]


if __name__ == "__main__":
    serve({"quantities": Task(_read, _describe)})
