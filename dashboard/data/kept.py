"""What takes long to make and is asked for again: the last few of them are kept, so that memory does not grow."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextlib import nullcontext
from typing import Generic, TypeVar

__all__ = ["Kept"]

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """The `most` values last asked for, by key; safe to use from several threads.

    A value that many ask for at once is made by the first of them; the others wait for it, and nobody for another key.
    Who asks for a key while its value is made meets the error, if there is one; nothing is kept of it. No more values
    are made `at_once` than that: in one interpreter they would only take turns, and all be late.

    >>> squares = Kept[int, int](2)
    >>> [squares.get(number, lambda number=number: number**2) for number in (1, 2, 3)], len(squares)
    ([1, 4, 9], 2)
    """

    def __init__(self, most: int, at_once: int | None = None) -> None:
        self._most, self._at_once, self._lock = most, at_once, threading.Lock()
        self._values = OrderedDict[Key, Future[Value]]()
        self._turn = nullcontext() if at_once is None else threading.Semaphore(at_once)

    def __reduce__(self) -> tuple[type[Kept[Key, Value]], tuple[int, int | None]]:
        """In another process nothing is kept yet."""
        return type(self), (self._most, self._at_once)

    def __len__(self) -> int:
        """How many values are kept."""
        return len(self._values)

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value of a key, made where it is not kept. What `make` raises is raised."""
        with self._lock:
            value = self._values.get(key)
            is_ours = value is None
            if value is None:
                value = self._values[key] = Future()
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        if is_ours:
            self._make(key, value, make)
        return value.result()

    def _make(self, key: Key, value: Future[Value], make: Callable[[], Value]) -> None:
        try:
            with self._turn:
                value.set_result(make())
        except BaseException as error:  # noqa: BLE001  whoever waits is told, whatever it is
            with self._lock:
                if self._values.get(key) is value:
                    del self._values[key]
            value.set_exception(error)
