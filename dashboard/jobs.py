"""Texts and files given in the browser → documents read beside the requests, kept in memory until a reader decides.

Nothing is written to the store before that. What was given lies in a private folder while it is read, and is then gone.
Whoever has the token of a job may look at it, keep it or discard it.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from dashboard.data import Archive, Row, Snapshot, records
from dashboard.data.change import Arrivals, Change, arrivals_of, change_of
from dashboard.words import known
from etl.errors import StoreError, TradeFiguresError
from etl.given import Given, keep, open_given, read_given, rows_of
from etl.model import Document
from etl.sources import Failure, Limits
from etl.store import Record, Store

__all__ = ["MOST_BYTES", "MOST_DOCUMENTS", "BusyError", "Job", "Jobs", "Look", "Phase", "Upload", "source_title"]

Phase = Literal["waiting", "opening", "reading", "comparing", "ready", "keeping", "kept", "failed"]

MOST_BYTES = 50_000_000
"""What may be given at once, and what it may be when it is unpacked."""

MOST_DOCUMENTS = 200
"""More are better read by the command: nobody looks at them one by one."""

_LIMITS = Limits(bytes=MOST_BYTES)
_BUSY: frozenset[Phase] = frozenset({"waiting", "opening", "reading", "comparing", "keeping"})
_IDLE = 300.0  # seconds
_FIRST_LOOK = 60.0  # seconds until a store of millions of claims is read anew


class BusyError(TradeFiguresError):
    """There are as many jobs as the server takes."""


class _DiscardedError(Exception):
    """The reader does not want it any more."""


@dataclass(frozen=True, slots=True)
class Upload:
    """Something given: its name for people, and what writes its bytes into a file."""

    name: str
    save: Callable[[Path], None]


@dataclass(frozen=True)
class Look:
    """What was read: records that the store has not, what would change with them, and the rest with reasons.

    `known` are documents the store has already, as id → title.
    """

    records: tuple[Record, ...]
    arrivals: Arrivals
    change: Change
    known: Mapping[str, str]
    failures: tuple[Failure, ...]


@dataclass
class Job:
    """One batch of documents on its way; `done` of `total` are read, `name` is the one that is being read."""

    given: Sequence[Given]
    folder: TemporaryDirectory[str]
    token: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    phase: Phase = "waiting"
    done: int = 0
    total: int = 0
    name: str = ""
    since: float = field(default_factory=time.monotonic)
    reason: str = ""
    look: Look | None = None
    touched: float = field(default_factory=time.monotonic)
    discarded: threading.Event = field(default_factory=threading.Event)

    @property
    def is_busy(self) -> bool:
        """Whether it goes on without the reader."""
        return self.phase in _BUSY

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to decide."""
        return self.phase in ("kept", "failed")

    def enter(self, phase: Phase) -> None:
        """Go on with the next phase; raises where the reader has discarded the job."""
        if self.discarded.is_set():
            raise _DiscardedError
        self.phase, self.since = phase, time.monotonic()


class Jobs:
    """The jobs of one dashboard: at most `most` at a time, `together` of them reading, each for `expiry` seconds.

    A job that nobody has asked about for that long is forgotten with all it read; where room is needed, one that is
    over, or that nobody has asked about for some minutes: its window may long be closed.
    """

    def __init__(self, archive: Archive, *, most: int = 8, together: int = 2, expiry: float = 1_800.0) -> None:
        self.archive = archive
        self._most, self._expiry = most, expiry
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(together)
        self._jobs: dict[str, Job] = {}

    def give(self, uploads: Sequence[Upload], stated: Mapping[str, str]) -> Job:
        """Begin to read what is given, and return its job.

        Raises `BusyError` where there are too many jobs, `StoreError` where nothing could be kept.
        """
        Store.create_or_open(self.archive.path)
        self._make_room()
        folder = TemporaryDirectory(prefix="trade-figures-")
        try:
            job = Job([_saved(upload, Path(folder.name, str(at)), stated) for at, upload in enumerate(uploads)], folder)
        except BaseException:
            folder.cleanup()
            raise
        with self._lock:
            self._jobs[job.token] = job
        self._work(job, self._read)
        return job

    def find(self, token: str) -> Job | None:
        """The job of a token, or None where there is none, or no more."""
        with self._lock:
            self._forget_old()
            job = self._jobs.get(token)
            if job is not None:
                job.touched = time.monotonic()
            return job

    def keep(self, token: str) -> Job | None:
        """Write what was read into the store, once, and return the job."""
        job = self.find(token)
        with self._lock:
            begins = job is not None and job.phase == "ready"
            if job is not None and begins:
                job.phase, job.reason = "keeping", ""
        if job is not None and begins:
            self._work(job, self._keep)
        return job

    def discard(self, token: str) -> None:
        """Forget a job with all it read; one that is being kept is past that."""
        with self._lock:
            job = self._jobs.get(token)
            if job is not None and job.phase != "keeping":
                self._forget(job)

    def _make_room(self) -> None:
        with self._lock:
            self._forget_old()
            idle = time.monotonic() - _IDLE
            free = [job for job in self._jobs.values() if job.is_over or (not job.is_busy and job.touched < idle)]
            if len(self._jobs) >= self._most and free:
                self._forget(min(free, key=lambda job: (not job.is_over, job.touched)))
            if len(self._jobs) >= self._most:
                message = (
                    f"{self._most} batches of documents are being looked at; keep or discard one of them, "
                    "or wait some minutes"
                )
                raise BusyError(message)

    def _forget_old(self) -> None:
        oldest = time.monotonic() - self._expiry
        for job in [job for job in self._jobs.values() if job.touched < oldest and job.phase != "keeping"]:
            self._forget(job)

    def _forget(self, job: Job) -> None:
        job.discarded.set()
        del self._jobs[job.token]

    def _work(self, job: Job, task: Callable[[Job], None]) -> None:
        threading.Thread(target=_ended, args=[job, task], name="adding documents", daemon=True).start()

    def _read(self, job: Job) -> None:
        with job.folder, self._turn(job):
            job.enter("opening")
            items = open_given(job.given, _LIMITS, MOST_DOCUMENTS)
            job.total = len(items)
            found: list[Record | Failure] = []
            for item in items:
                job.enter("reading")
                job.name = item.source
                found.append(read_given(item, _LIMITS))
                job.done += 1
            job.enter("comparing")
            job.look = _look(self.archive.snapshot(), found)
            job.enter("ready")

    def _keep(self, job: Job) -> None:
        assert job.look is not None  # noqa: S101  it was ready
        try:
            done = keep(self.archive.path, job.look.records)
        except StoreError as error:  # nothing was written: she may try again
            job.reason, job.phase = str(error), "ready"
            return
        with suppress(TradeFiguresError):  # it is kept, whatever hinders the pages
            self._show(done.version)
        job.phase = "kept"

    def _show(self, version: int) -> None:
        """Wait until the pages have the version, so that a link to a new document leads to it."""
        end = time.monotonic() + _FIRST_LOOK
        while time.monotonic() < end and self.archive.snapshot().store.version < version:
            time.sleep(0.1)

    @contextmanager
    def _turn(self, job: Job) -> Iterator[None]:
        while not self._turns.acquire(timeout=0.5):
            job.enter("waiting")
        try:
            yield
        finally:
            self._turns.release()


def _saved(upload: Upload, file: Path, stated: Mapping[str, str]) -> Given:
    upload.save(file)
    return Given(upload.name, file, stated)


def _ended(job: Job, task: Callable[[Job], None]) -> None:
    """Do a task of a job; what stops it is the reason the reader is told."""
    with suppress(_DiscardedError):
        try:
            task(job)
        except TradeFiguresError as error:
            job.reason, job.phase = str(error), "failed"
        except _DiscardedError:
            raise
        except Exception as error:  # noqa: BLE001  a thread has nobody else to tell
            job.reason, job.phase = f"{type(error).__name__}: {error}; please report it with these documents", "failed"


def _look(snapshot: Snapshot, found: Sequence[Record | Failure]) -> Look:
    read = {one.document.id: one for one in found if isinstance(one, Record)}
    held = {name: stored for name, one in read.items() if (stored := _held(snapshot, one.document))}
    fresh = tuple(one for name, one in read.items() if name not in held)
    arrivals = arrivals_of(rows_of(fresh))
    failures = tuple(one for one in found if isinstance(one, Failure))
    titles = {stored["document_id"]: source_title(stored) for stored in held.values()}
    return Look(fresh, arrivals, change_of(snapshot, arrivals), titles, failures)


def _held(snapshot: Snapshot, document: Document) -> Row | None:
    """The document of the store that has all this one has: the same, or the same text where nothing else is known."""
    if document.publisher or document.url:
        return snapshot.document(document.id)
    same = snapshot.documents["document_sha256"] == document.sha256
    return next(iter(records(snapshot.documents[same])), None)


def source_title(document: Row) -> str:
    """What people call a document: its title, else the file it was read from."""
    return known(document["title"]) or known(document["source"]) or "Untitled"
