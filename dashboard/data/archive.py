"""The store at a path → its newest version, read beside the requests."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from dashboard.data.checks import Checked
from dashboard.data.snapshot import Snapshot, state_of
from dashboard.data.state import Selection
from dashboard.data.version import Version, is_small, read_version
from dashboard.data.view import View
from etl.decisions import Decision, DecisionLog, log_of
from etl.errors import TradeFiguresError
from etl.store import Store

__all__ = ["Archive", "StillCheckingError", "StillReadingError"]

# For a small store a request waits, however busy the machine is. Of a larger one the reader is told after two seconds.
_MOST_PATIENT, _PATIENCE = 60.0, 2.0

_QUICK = 1.0  # seconds: a store that is read in less is read again with every decision
_REST = 1  # times as long as a longer reading took, before new decisions are read


class StillReadingError(TradeFiguresError):
    """The store is being read for the first time; `claims` is how many it has, `seconds` how long it has taken."""

    def __init__(self, claims: int, seconds: float) -> None:
        self.claims, self.seconds = claims, seconds
        super().__init__(f"the store is being read: {claims:,} claims, {seconds:.0f} s so far; ask again in a moment")


class StillCheckingError(TradeFiguresError):
    """The claims of a version are being set against each other."""

    def __init__(self) -> None:
        super().__init__("the claims are being checked against each other; ask again in a moment")


@dataclass
class _Reading:
    """A version that is being read."""

    store: Store
    started: float
    done: threading.Event
    error: Exception | None = None


class Archive:
    """The store as the pages read it: the newest version, read once.

    Reading is safe from several threads. A version is read beside the requests: those that come meanwhile are
    answered with the version before; where there is none they wait for `patience` seconds, of a small store for a
    minute, and are then told that the store is still being read. Whether there is a new version, or a new
    decision, is looked up when the last look is `fresh` seconds old. Decisions come one after the other: those that a
    reviewer makes about a large store are read together, so that no more than half of the time is spent on it.
    A large store is read and checked in a process of its own, which takes no time from the readers.
    """

    def __init__(self, path: str, *, patience: float | None = None, fresh: float = 1.0) -> None:
        self.path = path
        self._patience, self._fresh = patience, fresh
        self._lock, self._deciding = threading.Lock(), threading.Lock()
        self._looked = self._rested = float("-inf")
        self._took = 0.0
        self._version: Version | None = None
        self._reading: _Reading | None = None
        self._decisions: tuple[Decision, ...] = ()

    def start(self) -> None:
        """Begin to read the store, if it is there, before anybody asks."""
        try:
            self._look()
        except TradeFiguresError:
            return  # whoever asks is told

    def version(self) -> Version:
        """The newest version that has been read.

        Raises `StoreError` where there is no store, `StillReadingError` where reading takes longer than `patience`.
        """
        reading = self._look()
        if reading is not None:
            reading.done.wait(self._wait_for(reading.store))
        if reading is not None and reading.error is not None:
            raise reading.error
        if self._version is not None:
            return self._version
        assert reading is not None  # noqa: S101  nothing was read and nothing is: `_look` has begun
        raise StillReadingError(reading.store.count("claim"), time.monotonic() - reading.started)

    def snapshot(self) -> Snapshot:
        """The claims of the newest version."""
        return self.version().snapshot

    def view(self, selection: Selection) -> View:
        """What `selection` shows of the newest version."""
        return self.version().view(selection)

    def checks(self, patience: float = 0) -> Checked | None:
        """The checks of the newest version; None where they take longer than `patience` seconds."""
        return self.version().checks(patience)

    def proof(self, patience: float = 0) -> tuple[int, int] | None:
        """How many claims match their document character for character, and how many there are; None as for checks."""
        return self.version().proof(patience)

    @property
    def log(self) -> DecisionLog:
        """Where decisions about the claims of the store go."""
        return DecisionLog(log_of(self.path))

    def decisions(self) -> tuple[Decision, ...]:
        """Every decision in the log, in its order: those that were read before are not read again."""
        with self._deciding:
            log = self.log
            if len(log) < len(self._decisions):  # it was replaced, such as by a backup
                self._decisions = ()
            self._decisions += tuple(log.read(len(self._decisions)))
            return self._decisions

    def renew(self, patience: float = _PATIENCE) -> None:
        """Read what changed now, such as a decision just made, and wait for it so many seconds."""
        end = time.monotonic() + patience
        wanted = state_of(Store.open(self.path))
        while (self._version is None or self._version.snapshot.state < wanted) and time.monotonic() < end:
            self._looked = self._rested = float("-inf")
            self._look()
            reading = self._reading
            if reading is not None:
                reading.done.wait(max(0, end - time.monotonic()))
            if reading is not None and reading.error is not None:
                return  # whoever asks for the snapshot is told

    def _wait_for(self, store: Store) -> float:
        if self._patience is not None:
            return self._patience
        return _MOST_PATIENT if is_small(store) else _PATIENCE

    def _look(self) -> _Reading | None:
        """The reading to wait for: the first one, or the one that this look has begun."""
        with self._lock:
            if self._reading is not None:
                return self._reading if self._version is None else None
            if self._version is not None and time.monotonic() - self._looked < self._fresh:
                return None
            store = Store.open(self.path)
            self._looked = time.monotonic()
            if self._version is not None and not self._is_due(self._version.snapshot.state, state_of(store)):
                return None
            self._reading = _Reading(store, time.monotonic(), threading.Event())
            threading.Thread(target=self._read, args=[self._reading], name="reading the store", daemon=True).start()
            return self._reading

    def _is_due(self, read: tuple[int, int], now: tuple[int, int]) -> bool:
        """Whether what is there now is to be read."""
        if read[0] != now[0]:
            return True
        rest = _REST * self._took if self._took > _QUICK else 0.0
        return read != now and time.monotonic() - self._rested > rest

    def _read(self, reading: _Reading) -> None:
        try:
            version = read_version(reading.store)
        except Exception as error:  # noqa: BLE001  whoever waits is told, whatever it is
            reading.error = error
        else:
            self._version = version
            self._rested = time.monotonic()
            self._took = self._rested - reading.started
        finally:
            with self._lock:
                self._reading = None
            reading.done.set()
