"""Trade figures with their citations: documents → mentions → claims → observations → series.

The public names are loaded when they are first used: `trade-figures --help` answers in 0.2 s instead of 2 s.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etl.grammar.quantities import find_quantities
    from etl.pipeline import evaluate, evaluate_decisions, extract_claims, run
    from etl.reference import read_reference
    from etl.resolve.periods import find_periods
    from etl.sources import read_documents
    from etl.store import (
        add_reference,
        load_checks,
        load_claims,
        load_documents,
        load_mentions,
        load_reference,
        load_reviewed,
        load_revisions,
        load_series,
    )

__all__ = [
    "add_reference",
    "evaluate",
    "evaluate_decisions",
    "extract_claims",
    "find_periods",
    "find_quantities",
    "load_checks",
    "load_claims",
    "load_documents",
    "load_mentions",
    "load_reference",
    "load_reviewed",
    "load_revisions",
    "load_series",
    "read_documents",
    "read_reference",
    "run",
]

_MODULES = {
    "add_reference": "etl.store",
    "evaluate": "etl.pipeline",
    "evaluate_decisions": "etl.pipeline",
    "extract_claims": "etl.pipeline",
    "find_periods": "etl.resolve.periods",
    "find_quantities": "etl.grammar.quantities",
    "load_checks": "etl.store",
    "load_claims": "etl.store",
    "load_documents": "etl.store",
    "load_mentions": "etl.store",
    "load_revisions": "etl.store",
    "load_reference": "etl.store",
    "load_reviewed": "etl.store",
    "load_series": "etl.store",
    "read_documents": "etl.sources",
    "read_reference": "etl.reference",
    "run": "etl.pipeline",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
