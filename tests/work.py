"""What the workers of the engine's tests do with a part: apart from the tests, so that a worker starts quickly."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path

Numbers = tuple[int, ...]


def process(_: int, __: None) -> int:
    """The number of the process that works."""
    return os.getpid()


def deadly(part: Numbers, guilty: frozenset[int]) -> Numbers:
    """The part; where a guilty number is in it, the worker dies as for want of memory."""
    if guilty.intersection(part):
        os.kill(os.getpid(), signal.SIGKILL)
    return part


def killed_once(part: int, mark: Path) -> int:
    """The part; the worker of one dies the first time, for no fault of the part."""
    if part == 1 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return part


def halves(part: Numbers) -> Sequence[Numbers]:
    middle = len(part) // 2
    return (part[:middle], part[middle:]) if middle else ()


def lost(part: Numbers) -> Numbers:
    return tuple(-number for number in part)
