"""A place (a path of this machine, or an address that fsspec knows) → its bytes, its size, what stands in it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, cast

from etl.errors import DocumentError

__all__ = [
    "Entry",
    "beside",
    "exists",
    "glob_places",
    "is_address",
    "is_folder",
    "is_web",
    "list_folder",
    "open_place",
    "real",
    "reason_of",
    "refresh",
    "size_of",
]

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*::?//|[A-Za-z][A-Za-z0-9+.-]*::")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_PACKAGES = dict.fromkeys(("s3", "s3a"), "'trade-figures[s3]'")


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a folder: its name there, its place, and whether it is a folder or a link."""

    name: str
    place: str
    folder: bool = False
    link: bool = False


def is_address(place: str) -> bool:
    """Whether `place` is an address, not a path of this machine.

    >>> is_address("s3://bucket/a.txt"), is_address("zip://*.txt::a.zip"), is_address("a.txt")
    (True, True, False)
    """
    return bool(_ADDRESS.match(place))


def is_web(place: str) -> bool:
    """Whether `place` is a page's address: fetched as it is, never listed."""
    return bool(_WEB.match(place))


def real(place: str) -> str:
    """The one name of a place: links are followed, an address is written as its file system does."""
    if not is_address(place):
        return os.path.realpath(place)  # Path.resolve raises for a link to itself
    system, path = _remote(place)
    return _address(place, system, path)


def beside(place: str, name: str) -> str:
    """The place of `name` in the folder that `place` is in.

    >>> beside("s3://bucket/docs/a.txt", "metadata.csv"), beside("zip://a.txt::b.zip", "c"), beside("a.txt", "c")
    ('s3://bucket/docs/metadata.csv', 'zip://c::b.zip', 'c')
    """
    head, link, chain = place.partition("::") if is_address(place) else (place, "", "")
    folder, slash, _ = head.rpartition("/")
    return f"{folder}{slash}{name}{link}{chain}"


def refresh(place: str) -> None:
    """Forget what an earlier run of this process has seen in the file system of an address."""
    if is_address(place):
        with _asking():
            _system.cache_clear()
            _remote(place)[0].invalidate_cache()


def exists(place: str) -> bool:
    """Whether anything is at `place`; raises `OSError` where it cannot be looked up, `DocumentError` for an address."""
    if not is_address(place):
        return Path(place).exists()
    with _asking():
        system, path = _remote(place)
        return bool(system.exists(path))


def is_folder(place: str) -> bool:
    """Whether `place` is a folder, or a prefix of an object store."""
    if not is_address(place):
        return Path(place).is_dir()
    with _asking():
        system, path = _remote(place)
        return bool(system.isdir(path))


def list_folder(place: str) -> Iterator[Entry]:
    """What stands in a folder, in no order; raises `OSError` where it cannot be read."""
    if not is_address(place):
        with os.scandir(place) as entries:
            for entry in entries:
                yield Entry(entry.name, entry.path, entry.is_dir(follow_symlinks=False), entry.is_symlink())
        return
    with _asking():
        system, path = _remote(place)
        listed = system.ls(path, detail=True)
    for found in listed:
        name = found["name"].rstrip("/")
        if name != path.rstrip("/"):  # the mark that some tools keep of an empty folder
            yield _listed(place, system, name, found)


def glob_places(pattern: str) -> list[Entry]:
    """What fits `pattern`, sorted by place."""
    if not is_address(pattern):
        from glob import glob  # noqa: PLC0415

        return [_entry(path) for path in sorted(glob(pattern, recursive=True))]  # noqa: PTH207  Path.glob takes no absolute pattern
    with _asking():
        system, path = _remote(pattern)
        found = system.glob(path, detail=True)
        names = sorted(name for name in found if "/." not in f"/{name}" or "/." in pattern)  # as for a shell
        return [_listed(pattern, system, name, found[name]) for name in names]


def size_of(place: str) -> int:
    """The bytes at `place`; raises `OSError` where there are none."""
    if not is_address(place):
        return Path(place).stat().st_size
    with _asking():
        system, path = _remote(place)
        return int(system.size(path) or 0)


def open_place(place: str) -> BinaryIO:
    """The bytes at `place`, from the first; raises `OSError`, and `DocumentError` for what is not a file."""
    if is_address(place):
        with _asking():
            system, path = _remote(place)
            return cast("BinaryIO", system.open(path, "rb"))
    file = _opened(place)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise DocumentError(_NO_FILE)
    return file


def reason_of(error: Exception) -> str:
    """What an error of a file system says, in a line: those of remote ones seldom fill in their fields."""
    strerror = error.strerror if isinstance(error, OSError) else None
    return " ".join(str(strerror or error or type(error).__name__).split())


_NO_FILE = "not a file: a link that leads nowhere, a pipe or a device; give the text of the document"


def _opened(place: str) -> BinaryIO:
    try:
        # A pipe that nobody writes would be waited for.
        return os.fdopen(os.open(place, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise DocumentError(_NO_FILE) from error
    except OSError as error:
        if os.path.islink(place):  # noqa: PTH114  as cheap as it gets
            raise DocumentError(_NO_FILE) from error
        raise


def _entry(path: str) -> Entry:
    mode = os.lstat(path).st_mode
    return Entry(os.path.basename(path.rstrip(os.sep)), path, stat.S_ISDIR(mode), stat.S_ISLNK(mode))  # noqa: PTH119


def _listed(asked: str, system: Any, path: str, found: Mapping[str, object]) -> Entry:  # noqa: ANN401  fsspec has no types
    return Entry(path.rpartition("/")[2], _address(asked, system, path), found["type"] == "directory")


def _address(asked: str, system: Any, path: str) -> str:  # noqa: ANN401  fsspec has no types
    """The address of `path`, found where `asked` is: a chain (zip://…::s3://…) stays behind it."""
    _, link, chain = asked.partition("::")
    return f"{system.unstrip_protocol(path)}{link}{chain}"


def _remote(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it."""
    head, link, chain = address.partition("::")
    protocol, scheme, _ = head.partition("://")
    if not scheme:  # simplecache::s3://…: the path is that of the last one
        return _url_to_fs(address)
    system = _system(protocol, link + chain)
    return system, system._strip_protocol(head)  # noqa: SLF001  fsspec has no other name for it


@lru_cache(8)
def _system(protocol: str, chain: str) -> Any:  # noqa: ANN401  fsspec has no types
    """The file system, kept: one that is not held closes its files, and a ZIP's list of names is read once."""
    return _url_to_fs(f"{protocol}://{chain}")[0]


def _url_to_fs(address: str) -> tuple[Any, str]:
    """What fsspec says; credentials are those it finds. Raises `DocumentError` where it lacks a package."""
    from fsspec.core import url_to_fs  # noqa: PLC0415  a run on local files needs none

    protocol = address.partition(":")[0]
    try:
        return cast("tuple[Any, str]", url_to_fs(address))
    except ImportError as error:
        hint = _PACKAGES.get(protocol, "the package that fsspec names: " + reason_of(error))
        message = f"reading {protocol}:// needs a package that is not there; pip install {hint}"
        raise DocumentError(message) from error
    except ValueError as error:
        message = f"no way to read {protocol}:// ({reason_of(error)}); check the address"
        raise DocumentError(message) from error


@contextmanager
def _asking() -> Iterator[None]:
    """What a storage service raises of its own becomes an `OSError`: no credentials, no connection."""
    try:
        yield
    except (OSError, DocumentError):
        raise
    except Exception as error:
        raise OSError(reason_of(error)) from error
