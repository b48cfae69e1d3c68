"""A version of the store as pages ask about it: its snapshot, the views last asked for, and its checks when made."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from dashboard.data.checks import Checked
from dashboard.data.child import Held, Worker, WorkerGoneError, in_child
from dashboard.data.kept import Kept
from dashboard.data.snapshot import Snapshot, read_prepared, read_snapshot
from dashboard.data.state import Selection
from dashboard.data.view import Shown, View
from etl.store import Store, load_checks

__all__ = ["Version", "is_small", "read_version"]

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

# A store of so many claims is read in about a second.
_SMALL = 100_000

# Views of a million claims take some ten megabytes each.
_KEPT_VIEWS = 64


class Version:
    """One version of a store, its views and its checks. Safe to use from several threads.

    A large one has a `worker`, a process that holds the same arrays, and answers beside this one.
    """

    def __init__(self, snapshot: Snapshot, worker: Worker | None = None) -> None:
        self.snapshot = snapshot
        self._worker = worker
        self._views = Kept[Selection, Shown](_KEPT_VIEWS)
        self._lock = threading.Lock()
        self._made: dict[str, Future[Any]] = {}

    def view(self, selection: Selection) -> View:
        """What a selection shows."""
        filters = selection.filters
        return View(selection, self._views.get(filters, lambda: Shown.of(self.snapshot, filters)))

    def checks(self, patience: float = 0) -> Checked | None:
        """The checks; None where they take longer than `patience` seconds.

        They are made beside the requests, once, from when they are first asked for.
        """
        return self._beside("checks", self._check, patience)

    @property
    def is_checked(self) -> bool:
        """Whether the checks are there; asking does not begin them."""
        made = self._made.get("checks")
        return made is not None and made.done() and made.exception() is None

    def proof(self, patience: float = 0) -> tuple[int, int] | None:
        """How many claims match their document character for character, and how many there are; None as for checks."""
        return self._beside("proof", lambda: self.snapshot.proved_quotes, patience)

    def ask(
        self,
        function: Callable[Concatenate[Version, Parameters], Result],
        *arguments: Parameters.args,
        **named: Parameters.kwargs,
    ) -> Result:
        """What `function` returns of this version: called by the worker, where there is one, else here.

        The function, of a module, its arguments and what it returns must be picklable.
        """
        if self._worker is not None:
            with suppress(WorkerGoneError):
                made: Result = self._worker.call(_asked, function, arguments, named)
                return made
        return function(self, *arguments, **named)

    def _check(self) -> Checked:
        store = self.snapshot.store
        if is_small(store):
            return Checked.of(self.snapshot, load_checks(store))
        with in_child(load_checks, store) as made:
            if self._worker is not None:
                try:
                    made.hand(self._worker, _take_checks)
                except WorkerGoneError:
                    self._worker = None  # without them it would draw no flags
            return Checked.of(self.snapshot, made.result)

    def _beside(self, name: str, make: Callable[[], Result], patience: float) -> Result | None:
        with self._lock:
            made: Future[Result] | None = self._made.get(name)
            if made is None:
                made = self._made[name] = Future()
                threading.Thread(target=_fulfil, args=(made, make), name=f"{name} of the store", daemon=True).start()
        wait([made], patience)
        return made.result() if made.done() else None


class _HandedVersion(Version):
    """What a worker holds: checks are handed to it, not made."""

    checked: Checked | None = None

    def checks(self, patience: float = 0) -> Checked | None:  # noqa: ARG002  nobody else makes them
        return self.checked


def read_version(store: Store) -> Version:
    """The version that a store is at; a large one is read in a process of its own."""
    if is_small(store):
        return Version(read_snapshot(store))
    worker = Worker()
    with in_child(read_prepared, store) as made:
        try:
            made.hand(worker, _take_snapshot)
        except WorkerGoneError:
            return Version(made.result)
        return Version(made.result, worker)


def is_small(store: Store) -> bool:
    """Whether a store is read about as fast as somebody asks for it."""
    return store.count("claim") <= _SMALL


def _fulfil(promise: Future[Result], make: Callable[[], Result]) -> None:
    try:
        promise.set_result(make())
    except Exception as error:  # noqa: BLE001  whoever waits is told, whatever it is
        promise.set_exception(error)


# ---- in the worker -------------------------------------------------------------------------------------------------


def _take_snapshot(held: Held, snapshot: Snapshot) -> None:
    held["version"] = _HandedVersion(snapshot)


def _take_checks(held: Held, table: pd.DataFrame) -> None:
    version: _HandedVersion = held["version"]
    version.checked = Checked.of(version.snapshot, table)


def _asked(held: Held, function: Callable[..., Result], arguments: tuple[Any, ...], named: dict[str, Any]) -> Result:
    return function(held["version"], *arguments, **named)
