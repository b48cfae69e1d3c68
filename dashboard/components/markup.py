"""Names and values → the `aria-*` and `data-*` attributes of an element."""

from __future__ import annotations

from typing import Any

__all__ = ["aria", "data"]


def aria(**values: str) -> dict[str, Any]:
    """What assistive technology is told.

    >>> aria(label="Filters")
    {'aria-label': 'Filters'}
    """
    return {f"aria-{name}": value for name, value in values.items()}


def data(**values: str) -> dict[str, Any]:
    """What the script of the page (assets/app.js) reads.

    >>> data(close="panel")
    {'data-close': 'panel'}
    """
    return {f"data-{name}": value for name, value in values.items()}
