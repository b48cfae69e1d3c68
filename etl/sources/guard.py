"""A document that may be a trap → what it says, read in a child process that has only so much time and memory.

Web pages and PDFs are read by parsers written in C, and a document can be made to hang them, to fill the memory, or to
make them crash; a long text can be made so that its claims take hours. In a process of its own such a document fails
alone, and the next one is read by a new child. A child lives on between documents, one for each thread that reads. Of
the environment it has its path of modules only. It ends with its parent, even one that is killed: its input ends then,
and a timer of its own ends it while a document keeps it busy.

A parser may be taken over by a document, so its child answers in JSON, which runs nothing. Claims are found in a child
of their own, which meets texts only and answers in pickles.

Its memory is limited on Linux; macOS ignores such limits, and Windows has no such timer: there the limits of size and
pages hold.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import IO, Protocol, cast

from etl.errors import DocumentError
from etl.extract import Extraction, read_claims
from etl.lexicon import Lexicon, in_use, using
from etl.model import Document
from etl.sources.content import Content
from etl.sources.html import read_html
from etl.sources.limits import Limits
from etl.sources.pdf import read_pdf

__all__ = ["GUARDED", "read_claims_guarded", "read_guarded", "serve"]

Reader = Callable[[bytes, "str | None", Limits], Content]

GUARDED: Mapping[str, Reader] = {"html": read_html, "pdf": read_pdf}
"""The readers that run in a child process, by the format they read."""

# Characters, some fifty articles: of a shorter text even the worst takes seconds and 25 MB, less than a child costs.
_LONG_TEXT = 100_000
# Loaded before the time of a document begins: on a busy machine that takes seconds.
_LIBRARIES = {"html": ("trafilatura", "htmldate"), "pdf": ("pypdfium2",)}
# What a child needs of the environment to find the libraries it is made of.
_ENVIRONMENT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
_COMMAND = (sys.executable, "-B", "-P", "-c", "from etl.sources.guard import serve; serve()")
_LATE = getattr(signal, "SIGALRM", 0)
_OUT_OF_MEMORY = 99
_SIZE_BYTES = 8

_local = threading.local()


def read_guarded(name: str, data: bytes, charset: str | None, limits: Limits) -> Content:
    """The content of `data`, which the reader `name` of `GUARDED` reads in a child process within `limits`.

    Raises `DocumentError` where the reader does, and for a document that takes longer, needs more memory or crashes it.
    """
    answer = json.loads(_child("reader", limits).ask({"task": name, "charset": charset}, data))
    if "error" in answer:
        raise DocumentError(answer["error"])
    return Content(answer["text"], answer["fields"], tuple(answer["pages"]), answer["encoding"])


def read_claims_guarded(document: Document, limits: Limits) -> Extraction:
    """The claims of `document`; those of a long text are found in a child process within `limits`.

    Raises `DocumentError` for a text that takes longer or needs more memory.
    """
    if len(document.text) < _LONG_TEXT:
        return read_claims(document)
    answer = _child("claims", limits).ask({"task": "claims"}, pickle.dumps(document))
    found = pickle.loads(answer)  # noqa: S301  from our own grammar, in a process that no parser in C shares
    if isinstance(found, str):
        raise DocumentError(found)
    return cast("Extraction", found)


def _child(kind: str, limits: Limits) -> _Child:
    """The child of this kind that serves the thread, with these limits and the tables in use."""
    child: _Child | None = getattr(_local, kind, None)
    if child is None or not child.serves(limits, in_use()):
        child = _Child(limits, in_use())
        setattr(_local, kind, child)
    return child


class _Child:
    """A process that reads one document at a time, for the thread that started it."""

    def __init__(self, limits: Limits, lexicon: Lexicon) -> None:
        self._keeps = limits, lexicon
        self._owner, self._process = os.getpid(), _start()
        self._stop = weakref.finalize(self, _stop, self._process, self._owner)
        # A child that dies before it has read this is missed when the first document finds no answer.
        with suppress(BrokenPipeError):
            _send(self._process.stdin, json.dumps({"limits": asdict(limits), "lexicon": lexicon.tables}).encode())

    def serves(self, limits: Limits, lexicon: Lexicon) -> bool:
        """Whether it is there, with these limits and tables, and ours: a forked process has but a copy of its pipes."""
        alive = self._stop.alive and self._process.poll() is None
        return alive and self._keeps == (limits, lexicon) and self._owner == os.getpid()

    def ask(self, task: Mapping[str, str | None], data: bytes) -> bytes:
        """The answer to a task, or `DocumentError`; a child that a document has ended is replaced by the next call."""
        try:
            _send(self._process.stdin, json.dumps(task).encode())
            _send(self._process.stdin, data)
            return _receive(self._process.stdout)
        except (BrokenPipeError, EOFError):
            self._stop()
            limits, _ = self._keeps
            raise DocumentError(_reason(self._process.returncode, limits)) from None
        except BaseException:  # Ctrl+C between question and answer: the answer would be taken for the next one's
            self._stop()
            raise


class Process(Protocol):
    """A process with pipes to its input and from its output, which `Popen` calls optional."""

    stdin: IO[bytes]
    stdout: IO[bytes]
    returncode: int

    def poll(self) -> int | None: ...
    def kill(self) -> None: ...
    def wait(self) -> int: ...


def _start() -> Process:
    paths = os.pathsep.join(str(Path(path).absolute()) for path in sys.path)
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | {"PYTHONPATH": paths}
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    process = subprocess.Popen(_COMMAND, stdin=pipe, stdout=pipe, stderr=nowhere, env=environment)  # noqa: S603  our own
    return cast("Process", process)


def _stop(process: Process, owner: int) -> None:
    """End a child, and leave no zombie and no open pipe behind; a forked process only lets go of its copies."""
    if owner == os.getpid():
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):  # what could not be sent any more
            pipe.close()


def _reason(code: int, limits: Limits) -> str:
    if code == -_LATE:
        return f"takes more than the {limits.seconds:g} seconds of a document; leave it out, or raise --max-seconds"
    memory = f"{limits.memory // 1_000_000:,} MB of memory of a document"
    if code == _OUT_OF_MEMORY:
        return f"needs more than the {memory}; leave it out, or raise --max-memory-mb"
    cause = f"signal {-code}" if code < 0 else f"code {code}"
    return f"ended the process that read it ({cause}), perhaps for want of the {memory}; leave it out, or save its text"


def serve() -> None:
    """Read documents as they come in on standard input, and answer on standard output, until the input ends.

    Runs in the child. A crash of a parser, the timer and a lack of memory end the process; its parent tells them apart.
    """
    questions, answers = sys.stdin.buffer, _own_output()
    with suppress(EOFError, BrokenPipeError):
        told = json.loads(_receive(questions))
        limits = Limits(**told["limits"])
        _restrict(limits)
        with using(Lexicon(tuple((name, text) for name, text in told["lexicon"]))):
            while True:
                task = json.loads(_receive(questions))
                _send(answers, _answer(_receive(questions), limits, **task))


def _own_output() -> IO[bytes]:
    """The pipe to the parent, out of reach of whatever a library prints."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return answers


def _restrict(limits: Limits) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which ends this process
    with suppress(ImportError):
        import resource  # noqa: PLC0415  Windows has none

        # RLIMIT_DATA counts what is written to, RLIMIT_AS all that libraries merely map.
        for kind, most in (
            (resource.RLIMIT_DATA, limits.memory),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
        ):
            with suppress(ValueError, OSError):  # macOS refuses some
                resource.setrlimit(kind, (most, most))


def _answer(data: bytes, limits: Limits, task: str, charset: str | None = None) -> bytes:
    for library in _LIBRARIES.get(task, ()):
        import_module(library)
    _set_timer(limits.seconds)
    try:
        return _claims(data) if task == "claims" else _content(GUARDED[task], data, charset, limits)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    finally:
        _set_timer(0)


def _claims(data: bytes) -> bytes:
    try:
        return pickle.dumps(read_claims(pickle.loads(data)))  # noqa: S301  from the parent
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  as for a short text, whatever it brings to light
        return pickle.dumps(
            f"the extractor failed ({type(error).__name__}: {error}); please report it with this document"
        )


def _content(read: Reader, data: bytes, charset: str | None, limits: Limits) -> bytes:
    try:
        content = read(data, charset, limits)
        answer = {"text": content.text, "fields": content.fields, "pages": content.pages, "encoding": content.encoding}
    except DocumentError as error:
        answer = {"error": str(error)}
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  whatever a parser makes of one document, the next is read
        answer = {"error": f"the reader failed ({type(error).__name__}: {error}); save its text as .txt"}
    return json.dumps(answer).encode()


def _set_timer(seconds: float) -> None:
    """End this process after so many seconds, even inside a parser; 0 sets no timer."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _send(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(_SIZE_BYTES, "big"))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    size = int.from_bytes(_exactly(pipe, _SIZE_BYTES), "big")
    return _exactly(pipe, size)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data
