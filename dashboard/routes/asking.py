"""A request → what it asks for: the selection of a view, the parameters of its address, and every fault in them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version as installed
from typing import Any
from urllib.parse import urlencode

from flask import Response

from dashboard.data import (
    PARAMETERS,
    Archive,
    Checked,
    Selection,
    Snapshot,
    StillCheckingError,
    Version,
    View,
    read_query,
    write_query,
)
from dashboard.form import reader

__all__ = ["Asked", "Extra", "Fault", "Route", "read", "without"]

_LONGEST_NAME = 80
_PATIENCE = 10.0  # seconds: in that time all but very large stores are checked
# Filters whose values make a telling file name.
_NAMED = ("metric", "product", "parties", "reporter")


@dataclass(frozen=True, slots=True)
class Extra:
    """A parameter of some addresses beside those of a view: one of `values`, or a number from `least` to `most`."""

    name: str
    meaning: str
    default: str
    values: tuple[str, ...] = ()
    least: int = 0
    most: int = 0

    def fault(self, text: str) -> str:
        """What is wrong with a value, in a sentence; empty where nothing is."""
        if self.values:
            return (
                ""
                if text in {self.default, *self.values}
                else f"“{self.name}” is {' or '.join(map(repr, self.values))}."
            )
        fits = re.fullmatch(r"[0-9]{1,9}", text) and self.least <= int(text) <= self.most
        return "" if fits else f"“{self.name}” is a whole number from {self.least:,} to {self.most:,}."


@dataclass(frozen=True, slots=True)
class Fault:
    """A part of a query that makes no sense: the name of the parameter, and a sentence."""

    parameter: str
    message: str


@dataclass(frozen=True)
class Asked:
    """What a request asks for: a view of one version of the store, the `extras`, and the address of the server."""

    version: Version
    selection: Selection
    extras: Mapping[str, str]
    root: str

    @property
    def snapshot(self) -> Snapshot:
        """The claims."""
        return self.version.snapshot

    @property
    def view(self) -> View:
        """What the selection shows."""
        return self.version.view(self.selection)

    @property
    def checked(self) -> Checked:
        """The checks of the version; raises `StillCheckingError` where they are not made in time."""
        checked = self.version.checks(_PATIENCE)
        if checked is None:
            raise StillCheckingError
        return checked

    def number(self, name: str) -> int:
        """The value of an extra parameter that is a number."""
        return int(self.extras[name])

    def link(self, path: str, **extras: object) -> str:
        """The address, from the server's name on, of another answer about the same view."""
        query = "&".join(part for part in (write_query(self.selection), urlencode(extras)) if part)
        return f"{self.root.rstrip('/')}{path}{'?' if query else ''}{query}"

    def file_name(self, what: str, ending: str) -> str:
        """A name for a file that tells what was chosen: trade-figures-claims-exports-pak-rus.csv."""
        chosen = [value for name in _NAMED for value in self.selection.chosen(name)]
        chosen += [str(year) for year in (self.selection.first, self.selection.last) if year]
        plain = unicodedata.normalize("NFKD", "-".join(["trade-figures", what, *chosen]))
        slug = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower())
        return f"{slug[:_LONGEST_NAME].strip('-')}.{ending}"

    def tag(self, path: str) -> str:
        """Changes when the answer may: with the store, its version, decisions and checks, the query or this program."""
        state = (self.snapshot.store.path, self.snapshot.state, self.version.is_checked)
        parts = (installed("trade-figures"), state, self.link(path), self.extras, reader())
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Route:
    """An address: what it answers with, in a sentence; the media type; how; and the parameters it takes.

    `is_api` says that it answers programs: faults are JSON. Without `takes_view` it knows no query. `is_kept` says that
    answers are short and asked for by every reader of a view, and so kept; `is_apart` that they take long to make: of a
    large store another process does it. `schema` is the JSON schema of the answer.
    """

    path: str
    says: str
    media_type: str
    answer: Callable[[Asked], Response]
    extras: tuple[Extra, ...] = ()
    takes_view: bool = True
    is_api: bool = False
    is_kept: bool = False
    is_apart: bool = False
    schema: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        """The address as a name: /api/v1/claims → api_v1_claims."""
        return re.sub(r"\W+", "_", self.path).strip("_")


def without(selection: Selection, *names: str) -> Selection:
    """The selection with these parameters as by default.

    >>> without(Selection(scale="log", currency="EUR"), "scale").scale
    'linear'
    """
    return replace(selection, **{each.field: each.default for each in PARAMETERS if each.name in names})


def read(route: Route, query: Mapping[str, list[str]], archive: Archive, root: str) -> tuple[Asked, list[Fault]]:
    """What a query asks of a route, and its faults; raises `StoreError` where the store cannot be read."""
    version = archive.version()
    own = {extra.name: query.get(extra.name, [extra.default])[-1] for extra in route.extras}
    faults = [Fault(extra.name, wrong) for extra in route.extras if (wrong := extra.fault(own[extra.name]))]
    rest = {name: values for name, values in query.items() if name not in own}
    if not route.takes_view:
        return Asked(version, Selection(), own, root), faults + [
            Fault(name, f"“{name}” is no parameter of {route.path}.") for name in rest
        ]
    selection, problems = read_query(rest, version.snapshot)
    return Asked(version, selection, own, root), faults + _placed(rest, problems, version.snapshot)


def _placed(query: Mapping[str, list[str]], problems: list[str], snapshot: Snapshot) -> list[Fault]:
    """Each problem with the parameter that has it when it stands alone; one of several together is the first's."""
    alone = {problem: name for name, values in query.items() for problem in read_query({name: values}, snapshot)[1]}
    first = next((each.name for each in PARAMETERS if each.name in query), "")
    return [Fault(alone.get(problem, "from" if "from" in query else first), problem) for problem in problems]
