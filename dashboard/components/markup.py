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
    """What the scripts of the page (assets/) read.

    >>> data(close="panel", copy_from="/snippet.py")
    {'data-close': 'panel', 'data-copy-from': '/snippet.py'}
    """
    return {f"data-{name.replace('_', '-')}": value for name, value in values.items()}
