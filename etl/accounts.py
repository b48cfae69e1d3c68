"""A file beside the store → who may decide about its claims: names, hashes of passwords, the secret that signs cookies.

Hashes are Argon2id (RFC 9106, second recommended setting). Passwords are judged by their length alone and compared in
one Unicode form, as NIST SP 800-63B has it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import threading
import time
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from etl.beside import beside
from etl.errors import AccountError

__all__ = ["LEAST", "LONGEST_NAME", "MOST", "Accounts", "accounts_of", "read_name"]

LEAST: Final = 12
"""Characters of the shortest password."""

MOST: Final = 1_024
"""Characters of the longest password: enough for a manager of passwords, and no work for who sends a book."""

LONGEST_NAME: Final = 120

_FORMAT: Final = 1
# Seconds that one writer waits for another, who needs some milliseconds.
_PATIENCE: Final = 5.0
_OWNER_ALONE: Final = 0o600


@dataclass(frozen=True, slots=True)
class _Account:
    """A name, the hash of its password, when it was made, and a stamp that ends its sessions when it changes."""

    name: str
    hashed: str
    made: str
    stamp: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the file holds."""

    secret: str = ""
    accounts: Mapping[str, _Account] = field(default_factory=dict)


_NOTHING: Final = _Kept()


def accounts_of(store: str | os.PathLike[str]) -> Path:
    """Where the accounts of a store are.

    >>> accounts_of("data/store").as_posix()
    'data/store.accounts.json'
    """
    return beside(store, "accounts.json")


def read_name(name: str) -> str:
    r"""The name of an account in its one form; raises `AccountError` for what can be none.

    >>> read_name(" Zoe\u0308 Müller ")
    'Zoë Müller'
    """
    plain = _one_form(name)
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        message = f"{name[:LONGEST_NAME]!r} is no name; give one of 1 to {LONGEST_NAME} letters, digits, signs, blanks"
        raise AccountError(message)
    return plain


class Accounts:
    """The accounts in the file at `path`; there is none before the first account.

    A change by another program is seen at once. Raises `AccountError`, with the next step, where the file cannot be
    read or written, and for names and passwords that can be none; what was in it stays.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._read: tuple[tuple[int, ...], _Kept] = ((), _NOTHING)
        # A check takes 64 MiB for some 50 ms: many at once would take the memory of the server.
        self._one_check = threading.Lock()

    @property
    def secret(self) -> str:
        """What signs cookies; empty where there never was an account."""
        return self._kept().secret

    def names(self) -> list[str]:
        """The names, in the order of the alphabet."""
        return sorted(self._kept().accounts, key=str.casefold)

    def made(self, name: str) -> str:
        """The moment when an account was made (UTC, ISO 8601)."""
        return _expected(self._kept(), name).made

    def stamp(self, name: str) -> str | None:
        """What a session must carry to be one of this account now; None where there is no such account."""
        account = self._kept().accounts.get(name)
        return account.stamp if account else None

    def add(self, name: str, password: str) -> None:
        """Make an account."""
        name, hashed = read_name(name), _hashed(password)
        with self._writing() as kept:
            same = [each for each in kept.accounts if each.casefold() == name.casefold()]
            if same:
                message = f"there is an account {same[0]} already; trade-figures user password sets its password anew"
                raise AccountError(message)
            self._write(_with(kept, _Account(name, hashed, _now(), _new_stamp())))

    def set_password(self, name: str, password: str) -> None:
        """Set a password anew; whoever is signed in with the old one is no more."""
        hashed = _hashed(password)
        with self._writing() as kept:
            self._write(_with(kept, replace(_expected(kept, name), hashed=hashed, stamp=_new_stamp())))

    def end_sessions(self, name: str) -> None:
        """Sign an account out wherever it is signed in."""
        with self._writing() as kept:
            self._write(_with(kept, replace(_expected(kept, name), stamp=_new_stamp())))

    def remove(self, name: str) -> None:
        """Take an account out; what it decided stays."""
        with self._writing() as kept:
            gone = _expected(kept, name).name
            others = {each: account for each, account in kept.accounts.items() if each != gone}
            self._write(replace(kept, accounts=others))

    def check(self, name: str, password: str) -> bool:
        """Whether this is the password of that account; to say no takes as long where there is no such account."""
        account = self._kept().accounts.get(_one_form(name))
        with self._one_check:
            matches = _matches(account.hashed if account else _of_nobody(), password)
        return matches and account is not None

    def _kept(self) -> _Kept:
        """What the file holds now; it is read only when it has changed."""
        try:
            stat = self.path.stat()
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if seen != self._read[0]:
                self._read = (seen, _parse(self.path))
        except FileNotFoundError:
            return _NOTHING
        except OSError as error:
            message = f"the accounts {self.path} cannot be read: {error.strerror}; make the file readable for its owner"
            raise AccountError(message) from error
        return self._read[1]

    @contextmanager
    def _writing(self) -> Iterator[_Kept]:
        """What the file holds, and nobody else writes meanwhile: the file of the next content is the lock."""
        try:
            _claim(self._next)
        except OSError as error:
            message = f"the accounts {self.path} cannot be written: {error.strerror}; make its folder and it writable"
            raise AccountError(message) from error
        try:
            yield self._kept()
        except BaseException:
            self._next.unlink(missing_ok=True)
            raise

    def _write(self, kept: _Kept) -> None:
        content = {"format": _FORMAT, "secret": kept.secret, "accounts": [*map(asdict, kept.accounts.values())]}
        try:
            with self._next.open("r+", encoding="utf-8") as file:
                file.write(json.dumps(content, ensure_ascii=False, indent=1))
                file.flush()
                os.fsync(file.fileno())
            self._next.replace(self.path)
        except OSError as error:
            message = f"the accounts {self.path} cannot be written: {error.strerror}; they are as they were"
            raise AccountError(message) from error

    @property
    def _next(self) -> Path:
        return self.path.with_name(f"{self.path.name}.next")


def _claim(path: Path) -> None:
    """Make the file, for its owner alone; wait where another has made it."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ALONE))
        except FileExistsError as error:
            if time.monotonic() > end:
                message = f"another command is changing the accounts; if there is none, delete {path} and try again"
                raise AccountError(message) from error
            time.sleep(0.02)
        else:
            return


def _parse(path: Path) -> _Kept:
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        accounts = [_Account(**{name: str(value) for name, value in each.items()}) for each in content["accounts"]]
        is_ours = content["format"] == _FORMAT and len(content["secret"]) >= LEAST
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        message = f"{path} holds no accounts ({type(error).__name__}); restore it, or delete it and add the accounts"
        raise AccountError(message) from error
    if not is_ours:
        message = f"{path} holds no accounts in format {_FORMAT}; update trade-figures, or restore the file"
        raise AccountError(message)
    return _Kept(content["secret"], {account.name: account for account in accounts})


def _with(kept: _Kept, account: _Account) -> _Kept:
    return _Kept(kept.secret or secrets.token_hex(32), {**kept.accounts, account.name: account})


def _expected(kept: _Kept, name: str) -> _Account:
    account = kept.accounts.get(read_name(name))
    if account is None:
        message = f"there is no account {name!r}; trade-figures user list shows those there are"
        raise AccountError(message)
    return account


def _one_form(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


def _in_bytes(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _hashed(password: str) -> str:
    from argon2 import PasswordHasher  # noqa: PLC0415  (who changes no password need not load it)

    length = len(password)
    if not LEAST <= length <= MOST:
        message = (
            f"a password has {LEAST} to {MOST:,} characters, this has {length:,}; some words in a row are a good one"
        )
        raise AccountError(message)
    return PasswordHasher().hash(_in_bytes(password))


def _matches(hashed: str, password: str) -> bool:
    from argon2 import PasswordHasher  # noqa: PLC0415
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415

    try:
        return PasswordHasher().verify(hashed, _in_bytes(password[: MOST + 1]))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _of_nobody() -> str:
    """The hash of a password that nobody knows."""
    return _hashed(secrets.token_hex(32))


def _new_stamp() -> str:
    return secrets.token_hex(8)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
