"""Files of official statistics → their figures in the store; a file that is there already is not read again."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Literal, NamedTuple, Unpack

import pandas as pd

from etl.errors import DatasetError
from etl.frame import typed
from etl.lexicon import in_use
from etl.reference import SKIPPED_COLUMNS, Options, read_dataset
from etl.store.loading import load_reference
from etl.store.rows import place_key, reference_rows, signed
from etl.store.store import Store

__all__ = ["Skipped", "Taken", "add_reference", "list_datasets", "remove_datasets"]


class Skipped(NamedTuple):
    """A reason why rows were not taken: how many, and the line of the first."""

    reason: str
    rows: int
    line: int


def _nothing() -> pd.DataFrame:
    return typed([], SKIPPED_COLUMNS)


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file of official statistics: how many figures the store took from it, and what was skipped.

    `outcome` is "read", "unchanged" (the store has it already), or "failed", with the `reason`. `datasets` are those
    its figures are of; `skipped` are the rows that were not taken, in `SKIPPED_COLUMNS`.
    """

    file: str
    outcome: Literal["read", "unchanged", "failed"]
    figures: int = 0
    datasets: tuple[str, ...] = ()
    reason: str | None = None
    skipped: pd.DataFrame = field(default_factory=_nothing, compare=False, repr=False)

    @property
    def reasons(self) -> tuple[Skipped, ...]:
        """Why rows were skipped, the most common reason first."""
        counted = self.skipped.groupby("reason", as_index=False).agg(rows=("line", "size"), line=("line", "min"))
        ordered = counted.sort_values(["rows", "line"], ascending=[False, True])
        return tuple(Skipped(*row) for row in ordered.itertuples(index=False, name=None))

    def as_dict(self) -> dict[str, object]:
        """All of it for JSON, the reasons counted."""
        told = {"file": self.file, "outcome": self.outcome, "figures": self.figures, "datasets": list(self.datasets)}
        return {**told, "reason": self.reason, "skipped": [skip._asdict() for skip in self.reasons]}


def add_reference(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    store: str | os.PathLike[str] = "store",
    **options: Unpack[Options],
) -> list[Taken]:
    """Put the figures of files of official statistics into the store, a commit a file; what came of each.

    A file read again at its place replaces what was read there before; the same file, read with the same options, is
    left as it is. A file that cannot be read fails alone. The options are those of `etl.reference.read_dataset`.
    """
    files = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    opened, run = Store.create_or_open(store), uuid.uuid4().hex[:12]
    return [_take(str(file), opened, run, options) for file in files]


def _take(file: str, store: Store, run: str, options: Options) -> Taken:
    path = Path(os.path.abspath(file))  # noqa: PTH100  not resolved: a link is a place of its own
    place, fingerprint = path.as_posix(), _fingerprint(path, options)
    key = signed(place_key(place))
    if store.known_references().get(key) == signed(fingerprint):
        return Taken(file, "unchanged")
    try:
        found = read_dataset(path, **options)
    except DatasetError as error:
        return Taken(file, "failed", reason=str(error))
    store.commit_reference(reference_rows(found.figures, place, fingerprint), key, run=run)
    return Taken(file, "read", len(found.figures), tuple(found.figures["dataset"].unique()), skipped=found.skipped)


def remove_datasets(names: Iterable[str], store: str | os.PathLike[str] = "store") -> int:
    """Take the datasets of these names out of the store; how many files of official statistics they came from.

    Raises `DatasetError` for a name that the store does not have, before anything is taken out.
    """
    wanted, opened = list(names), Store.open(store)
    known = sorted(set(list_datasets(opened)["dataset"]))
    if missing := [name for name in wanted if name not in known]:
        message = f"no dataset {missing[0]!r} in {opened.path}; it has {', '.join(known) or 'none'}"
        raise DatasetError(message)
    return opened.remove_datasets(wanted).removed


def list_datasets(store: str | os.PathLike[str] | Store = "store") -> pd.DataFrame:
    """One row a dataset: dataset, publisher, figures, first and last day they speak of, last release, files."""
    figures = load_reference(store, every_release=True)
    groups = figures.groupby(["dataset", "publisher"], dropna=False)
    return groups.agg(
        figures=("reference_id", "nunique"),
        period_start=("period_start", "min"),
        period_end=("period_end", "max"),
        published=("published", "max"),
        files=("file_sha256", "nunique"),
    ).reset_index()


def _fingerprint(path: Path, options: Options) -> int:
    """64 bits of the file, of what was said of it, and of what reads it; 0 for a file that cannot be read."""
    try:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return 0
    whole = json.dumps([content, options, version("trade-figures"), in_use().version], sort_keys=True, default=str)
    return int.from_bytes(hashlib.sha256(whole.encode()).digest()[:8], "big")
