"""What one document may cost, so that one made to hang or to eat memory fails alone, in seconds."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one document may be, and that reading it may cost.

    `bytes` is its size, unpacked: a text of 50 MB is a library in one file. `pages` is what the longest reports of
    statistical offices stay below. `seconds` of wall-clock time are a hundred times what the slowest real page took,
    and `memory`, in bytes, several times the largest.

    >>> Limits(seconds=5).bytes
    50000000
    """

    bytes: int = 50_000_000
    pages: int = 2_000
    seconds: float = 30.0
    memory: int = 1_000_000_000
