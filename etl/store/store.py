"""The table of documents, claims and mentions: one atomic commit after another, each version there to be read."""

from __future__ import annotations

import datetime as dt
import os
import random
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable
from deltalake.exceptions import CommitFailedError, DeltaError

from etl.errors import StoreError
from etl.frame import Column, typed
from etl.store.files import DataFile, Files, data_files
from etl.store.folder import (
    TABLE,
    address,
    cause,
    check_rights,
    check_room,
    create_table,
    open_table,
    unwritable,
    widen,
)
from etl.store.plan import Place, Plan, make_plan
from etl.store.rows import SCHEMAS, Rows, plain

__all__ = ["Committed", "Store"]

# Runs that write at once come one after the other. Of two, each look has an even chance; a longer wait would give the
# other the lead.
_ATTEMPTS = 30
_PATIENCE = 0.5
# Each file costs every query and every commit a millisecond. Those of a heap are in memory together while they are
# joined, sorted: nine times the bytes of the file they make.
_SMALL_FILES, _SMALL, _FULL = 24, 8_000_000, 16_000_000
# The entry of ours in each commit of the log.
_ENTRY = "tradeFigures"

_STORAGE = (OSError, DeltaError, pa.ArrowException)
# A root is a folder, a file, or a file of many documents: "dump.jsonl#7" lies under "dump.jsonl".
_UNDER = """EXISTS (
    SELECT 1 FROM unnest(?::VARCHAR[]) AS given(root)
    WHERE place = root OR starts_with(place, root || '/') OR starts_with(place, root || '#')
)"""
# The kinds whose rows come and go with their document.
_WHOLE = ("document", "claim", "mention")
_BY_DAY = "published, document_id"
_ORDER = {
    "claim": f"{_BY_DAY}, span_start",
    "mention": "document_id, span_start",
    "reference": "dataset, metric, reporter, partner, product, period_start, measure, reference_id, file_sha256",
}
_HISTORY = {
    "version": "int64",
    "when": "datetime64[us, UTC]",
    "what": "str",
    "run": "str",
    "added": "int64",
    "replaced": "int64",
    "removed": "int64",
    "copies": "int64",
    "claims": "int64",
    "figures": "int64",
    "extractor_version": "str",
}


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit did: the version it made, documents by what became of them, and the places that are copies.

    Files of official statistics count as documents do.

    Where the store was already as things were found there is no new version, and all counts are 0. `copies` are keys
    of places (`place_key`).
    """

    version: int
    added: int = 0
    replaced: int = 0
    removed: int = 0
    copies: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Draft:
    """A commit that is written and not yet in the log: its plan, the files it puts in and takes out, and its entry."""

    plan: Plan
    added: tuple[DataFile, ...]
    removed: tuple[DataFile, ...]
    mark: Mapping[str, object]


class Store:
    """The table of documents, claims and mentions at `path`: a folder, or an address such as s3://bucket/store.

    A `Store` stays at the version it was opened at, so whatever is read through it belongs together; one that writes
    goes on to the version it made.
    """

    def __init__(self, table: DeltaTable, path: str) -> None:
        self._table, self.path = table, path
        self._files = Files(path)
        self._data = data_files(table)

    def __reduce__(self) -> tuple[Callable[..., Store], tuple[str, int]]:
        """In another process the store is opened anew, at this version."""
        return Store.open, (self.path, self.version)

    @classmethod
    def open(cls, path: str | os.PathLike[str] = "store", version: int | dt.datetime | None = None) -> Store:
        """The store at `path` at its latest version, at the version of this number, or at that of this moment.

        Raises `StoreError` where there is no store, where the folder or table is not one of trade-figures, and for a
        version that is not there or whose files have been cleared away.
        """
        name = str(path)
        table = open_table(name)
        if table is None:
            message = f"no store at {name}; run: trade-figures extract PATH --store {name}"
            raise StoreError(message)
        store = cls(table, name)
        if version is not None:
            store._go_back(version)
        return store

    @classmethod
    def create_or_open(cls, path: str | os.PathLike[str] = "store") -> Store:
        """The store at `path`, made where there is none; a folder with other things in it is left alone.

        Raises `StoreError` for a folder, file or table that is not ours, and where nothing can be written.
        """
        name = str(path)
        table = open_table(name)
        check_rights(name)
        return cls(table or create_table(name), name)

    @property
    def version(self) -> int:
        """The version that is read; each commit makes the next."""
        return self._table.version()

    def known(self) -> npt.NDArray[np.uint64]:
        """The fingerprints of all documents and copies, sorted: what has one of them need not be read again."""
        marks = [self._query(kind, "fingerprint")["fingerprint"].to_numpy() for kind in ("document", "copy")]
        return np.sort(np.concatenate(marks).view(np.uint64))

    def commit(self, rows: Rows, *, run: str = "") -> Committed:
        """Write `rows` in one atomic commit; the store then is at the version that made.

        A document replaces what the store has of the same id, and what was read earlier at the same place; one that the
        store has from another place, read by the same extractor, becomes a copy. `run` is a name for the history.
        Raises `StoreError` when other runs keep writing, or nothing can be written.
        """
        return self._change("extract", rows, (), run)

    def absent(self, roots: Iterable[str], seen: npt.NDArray[np.uint64]) -> list[Place]:
        """The places at or under `roots` (absolute paths or addresses) whose keys are not among those `seen`."""
        named = [plain(root).rstrip("/") for root in roots]
        places = [place for kind in ("document", "copy") for place in self._places(kind, _UNDER, (named,))]
        left = ~np.isin(np.array([place.key for place in places], np.int64).view(np.uint64), seen)
        return [place for place, is_left in zip(places, left, strict=True) if is_left]

    def remove(self, places: Iterable[Place], *, run: str = "") -> Committed:
        """Take `places` out in one atomic commit, and with them the documents that have no other place."""
        nothing = {kind: schema.empty_table() for kind, schema in SCHEMAS.items()}
        return self._change("remove", nothing, [place.key for place in places], run)

    def known_references(self) -> dict[int, int]:
        """The fingerprint of each file of official statistics by the key of its place, both as the table has them."""
        found = self._query("reference", "DISTINCT source_key, fingerprint")
        return dict(zip(*(column.to_pylist() for column in found.columns), strict=True))

    def commit_reference(self, figures: pa.Table, key: int, *, run: str = "") -> Committed:
        """Write the rows of a file of official statistics in one atomic commit; they replace those of its place.

        `figures` are what `reference_rows` makes, `key` is that of the place, as the table has it.
        """
        return self._swap("reference", figures, "source_key", (key,), run)

    def remove_datasets(self, names: Sequence[str], *, run: str = "") -> Committed:
        """Take out the official figures of the datasets of these names, in one atomic commit."""
        return self._swap("remove", SCHEMAS["reference"].empty_table(), "dataset", names, run)

    def history(self) -> pd.DataFrame:
        """The versions the log still knows, latest first, with what each did: the columns of `_HISTORY`."""
        entries = [_entry(line) for line in self._table.history()]
        return pd.DataFrame(entries, columns=list(_HISTORY)).astype(_HISTORY)

    def tidy(self) -> None:
        """Clear away files that no version of the last seven days has: replaced ones, and those of killed runs."""
        try:
            self._table.vacuum(dry_run=False, full=True)
        except (CommitFailedError, OSError, DeltaError):
            return  # another run is writing, or files are out of reach: the next one clears them
        self._refresh()

    def frame(
        self,
        record: str,
        columns: Sequence[Column],
        where: str = "true",
        values: Sequence[object] = (),
        *,
        within: tuple[str, str] | None = None,
    ) -> pd.DataFrame:
        """The records of one kind ("claim", "document", "mention") as a frame of `columns`, in a stable order.

        `where` is an SQL condition over the table's columns, with a `?` for each of `values`; `within` the first and
        last document id of a range: what lies outside is not read.
        """
        names = [column.name for column in columns]
        chosen = ", ".join(f'"{name}"' for name in names)
        ordered = f"({where}) ORDER BY {_ORDER.get(record, _BY_DAY)}"
        return typed(self._query(record, chosen, ordered, values, within).to_pandas(date_as_object=False), columns)

    def files(self, record: str) -> frozenset[str]:
        """The names of the files that hold the records of one kind: where one record is another, so is a name."""
        return frozenset(file.path for file in self._of(record))

    def count(self, record: str) -> int:
        """How many records of one kind ("claim", "document", "mention", "copy") there are."""
        return sum(file.rows for file in self._of(record))

    def text(self, document_id: str) -> str:
        """The text of a document; raises `StoreError` where the store has no such document."""
        texts = self.texts((document_id, document_id))
        if document_id not in texts:
            message = f"no document {document_id} in {self.path}; load_documents() lists what there is"
            raise StoreError(message)
        return texts[document_id]

    def texts(self, within: tuple[str, str]) -> dict[str, str]:
        """Document id → text, of the documents from the first to the last id."""
        found = self._query("document", "document_id, text", within=within)
        return dict(zip(*(column.to_pylist() for column in found.columns), strict=True))

    def sketches(self) -> tuple[list[str], bytes]:
        """The ids of all documents by day of publication, and the sketches of their texts one after the other."""
        found = self._query("document", "document_id, sketch", f"true ORDER BY {_BY_DAY}")
        return found["document_id"].to_pylist(), b"".join(found["sketch"].to_pylist())

    def _change(self, what: str, rows: Rows, gone: Sequence[int], run: str) -> Committed:
        draft: Draft | None = None
        for attempt in range(_ATTEMPTS):
            plan = self._plan(rows, gone)
            if draft and not (draft.plan == plan and set(draft.removed) <= set(self._data)):
                self._discard(draft.added)
                draft = None
            if plan.is_empty:
                return Committed(self.version)
            draft = draft or self._write(plan, rows, {"what": what, "run": run})
            if self._log(draft.added, draft.removed, draft.mark, changed=True):
                self._join_small_files()
                return Committed(self.version, **plan.counts(), copies=frozenset(c.key % 2**64 for c in plan.copies))
            self._wait(attempt)
        raise StoreError(self._busy())

    def _swap(self, what: str, rows: pa.Table, column: str, gone: Sequence[object], run: str) -> Committed:
        """Official figures in, and those out whose `column` is in `gone`; no version where there is nothing to do."""
        for attempt in range(_ATTEMPTS):
            held = self._query("reference", "DISTINCT source_key", f"{column} IN (SELECT unnest(?))", (gone,)).num_rows
            if not held and not rows.num_rows:
                return Committed(self.version)
            self._widen()
            check_room(self.path, rows.nbytes)
            with self._writing() as added:
                removed = self._without("reference", column, gone, added)
                added.extend(self._files.write("reference", rows))
            replaced = held if rows.num_rows else 0
            counts = {"added": int(rows.num_rows > 0) - replaced, "replaced": replaced, "removed": held - replaced}
            mark = {"what": what, "run": run, **counts, "figures": rows.num_rows}
            if self._log(added, removed, mark, changed=True):
                self._join_small_files()
                return Committed(self.version, **counts)
            self._discard(added)
            self._wait(attempt)
        raise StoreError(self._busy())

    def _widen(self) -> None:
        try:
            widen(self._table)
        except CommitFailedError:
            pass  # another run has done it
        except _STORAGE as error:
            raise StoreError(unwritable(self.path, error)) from error
        self._refresh()

    def _wait(self, attempt: int) -> None:
        time.sleep(random.uniform(0, min(_PATIENCE, 0.02 * 2**attempt)))  # noqa: S311  no secret

    def _busy(self) -> str:
        return f"other runs keep changing {self.path}; run again when they have ended, nothing written before is lost"

    def _plan(self, rows: Rows, gone: Sequence[int]) -> Plan:
        read, read_copies = _places(rows["document"]), _places(rows["copy"])
        keys = [place.key for place in (*read, *read_copies)] + list(gone)
        ids = [place.document_id for place in (*read, *read_copies)]
        documents = self._stored("document", keys, ids)
        copies = self._stored("copy", keys, [*ids, *(place.document_id for place in documents)])
        return make_plan(read, read_copies, gone, documents, copies)

    def _stored(self, kind: str, keys: Sequence[int], ids: Sequence[str]) -> list[Place]:
        at_or_of = "source_key IN (SELECT unnest(?::BIGINT[])) OR document_id IN (SELECT unnest(?::VARCHAR[]))"
        return self._places(kind, at_or_of, (keys, ids))

    def _places(self, kind: str, where: str, values: Sequence[object]) -> list[Place]:
        return _places(self._query(kind, ", ".join(_place_columns(kind)), where, values))

    def _write(self, plan: Plan, rows: Rows, mark: Mapping[str, object]) -> Draft:
        new = self._new_rows(plan, rows)
        check_room(self.path, sum(table.nbytes for table in new.values()))
        versions = ", ".join(pc.unique(new["document"]["extractor_version"]).to_pylist())
        counts = {**plan.counts(), "copies": len(plan.copies), "claims": new["claim"].num_rows}
        with self._writing() as added:
            removed = self._rewrite(plan, added)
            for kind, table in new.items():
                added.extend(self._files.write(kind, table))
        return Draft(plan, tuple(added), tuple(removed), {**mark, **counts, "extractor_version": versions})

    @contextmanager
    def _writing(self) -> Iterator[list[DataFile]]:
        """A list for the files that are written; they are deleted where the writing breaks off."""
        added: list[DataFile] = []
        try:
            yield added
        except _STORAGE as error:
            self._discard(added)
            raise StoreError(unwritable(self.path, error)) from error
        except BaseException:
            self._discard(added)
            raise

    def _discard(self, files: Iterable[DataFile]) -> None:
        """Object storage may have taken a commit whose answer was lost: what the table has stays."""
        self._files.discard(set(files) - set(self._data))

    def _new_rows(self, plan: Plan, rows: Rows) -> dict[str, pa.Table]:
        """The rows to write: the documents that are added or replaced, those that have a new place, and the copies."""
        fresh = pa.array(sorted(plan.added | plan.replaced), pa.string())
        new = {kind: _of_documents(rows[kind], fresh) for kind in _WHOLE}
        copies = [dict(zip(_place_columns("copy"), _cells(place), strict=True)) for place in plan.copies]
        new["copy"] = pa.Table.from_pylist(copies, SCHEMAS["copy"])
        if plan.rehomed:
            new["document"] = pa.concat_tables([new["document"], self._rehomed(plan.rehomed)])
        return new

    def _rehomed(self, homes: Mapping[str, Place]) -> pa.Table:
        names = SCHEMAS["document"].names
        where = "document_id IN (SELECT unnest(?::VARCHAR[]))"
        moved = self._query("document", ", ".join(names), where, (sorted(homes),)).to_pylist()
        columns = _place_columns("copy")
        rows = [row | dict(zip(columns, _cells(homes[row["document_id"]]), strict=True)) for row in moved]
        return pa.Table.from_pylist(rows, SCHEMAS["document"])

    def _rewrite(self, plan: Plan, added: list[DataFile]) -> list[DataFile]:
        """The files that hold what the plan takes out; what else they hold is written to new ones, put into `added`."""
        ids = sorted(plan.replaced | plan.removed)
        gone: dict[str, tuple[str, Sequence[object]]] = {
            "document": ("document_id", sorted({*ids, *plan.rehomed})),
            "claim": ("document_id", ids),
            "mention": ("document_id", ids),
            "copy": ("source_key", sorted(plan.old_copies)),
        }
        return [file for kind, (column, values) in gone.items() for file in self._without(kind, column, values, added)]

    def _without(self, kind: str, column: str, values: Sequence[object], added: list[DataFile]) -> list[DataFile]:
        """The files of a kind with rows whose `column` is in `values`; their other rows go to new files, in `added`."""
        holding = self._files.holding(self._of(kind), column, values)
        for file in holding:
            # One by one: what is written is deleted where the writing breaks off.
            added.extend(filter(None, [self._files.rewrite(file, column, values)]))
        return holding

    def _log(
        self, added: Sequence[DataFile], removed: Sequence[DataFile], mark: Mapping[str, object], *, changed: bool
    ) -> bool:
        """Make the version after the one that is read; False, and that version read, where another run has made it."""
        actions = [file.added(changed=changed) for file in added] + [file.removed(changed=changed) for file in removed]
        # Without retries of its own delta-rs compares and swaps. With them, appends of two runs both pass, and a
        # document that both have read is there twice.
        properties = CommitProperties(custom_metadata={_ENTRY: dict(mark)}, max_commit_retries=0)
        try:
            self._table.create_write_transaction(actions, "append", TABLE, ["record"], commit_properties=properties)
        except CommitFailedError:
            self._refresh()
            return False
        except _STORAGE as error:
            raise StoreError(unwritable(self.path, error)) from error
        self._refresh()
        return True

    def _join_small_files(self) -> None:
        """Where many small files have piled up, put their rows together; another run may get in between, no matter."""
        heaps = [heap for kind in SCHEMAS for heap in _heaps(self._of(kind))]
        if not heaps:
            return
        with self._writing() as joined:
            for heap in heaps:
                joined.extend(self._files.join(heap))
                pa.default_memory_pool().release_unused()
        small = [file for heap in heaps for file in heap]
        while set(small) <= set(self._data):
            if self._log(joined, small, {"what": "compact"}, changed=False):
                return
        self._discard(joined)

    def _go_back(self, version: int | dt.datetime) -> None:
        latest = self.version
        number = self._at(version) if isinstance(version, dt.datetime) else version
        try:
            self._table.load_as_version(number)
        except (OSError, DeltaError, ValueError, OverflowError) as error:
            message = f"the store at {self.path} has no version {version}; its versions are 0 to {latest}"
            raise StoreError(message) from error
        self._data = data_files(self._table)
        if self._files.missing(self._data):
            message = (
                f"version {version} of the store at {self.path} has been cleared away; "
                f"the oldest that can be read is {self._oldest(latest)}"
            )
            raise StoreError(message)

    def _at(self, moment: dt.datetime) -> int:
        """The version at a moment, by the log itself: the times of its files change when the folder is copied."""
        versions = self.history()
        earlier = versions.loc[versions["when"] <= moment.astimezone(dt.UTC), "version"]
        if earlier.empty:
            message = f"the store at {self.path} was made after {moment}, at {versions['when'].min()}"
            raise StoreError(message)
        return int(earlier.max())

    def _oldest(self, latest: int) -> int:
        """The oldest version whose files are all there: a file is cleared away some time after its last version."""

        def is_whole(version: int) -> bool:
            return not self._files.missing(data_files(DeltaTable(address(self.path), version=version)))

        return bisect_left(range(self.version, latest), x=True, key=is_whole) + self.version

    def _refresh(self) -> None:
        self._table.update_incremental()
        self._data = data_files(self._table)

    def _of(self, kind: str, within: tuple[str, str] | None = None) -> list[DataFile]:
        files = [file for file in self._data if file.kind == kind]
        return files if within is None else [f for f in files if f.first <= within[1] and within[0] <= f.last]

    def _query(
        self,
        kind: str,
        chosen: str,
        where: str = "true",
        values: Sequence[object] = (),
        within: tuple[str, str] | None = None,
    ) -> pa.Table:
        if within is not None:
            where, values = f"document_id BETWEEN ? AND ? AND {where}", (*within, *values)
        try:
            return self._files.select(self._of(kind, within), kind, chosen, where, values)
        except duckdb.Error as error:
            message = f"the store at {self.path} is damaged: {cause(error)}; extract the documents into a new --store"
            raise StoreError(message) from error


def _place_columns(kind: str) -> list[str]:
    columns = ["document_id", "source", "place", "source_key", "fingerprint"]
    return [*columns, "extractor_version"] if kind == "document" else columns


def _places(rows: pa.Table) -> list[Place]:
    names = [name for name in _place_columns("document") if name in rows.column_names]
    return [Place(*cells) for cells in zip(*(rows[name].to_pylist() for name in names), strict=True)]


def _of_documents(rows: pa.Table, ids: pa.Array) -> pa.Table:
    """The rows of these documents; where they are all, as in most commits, nothing is copied."""
    chosen = pc.is_in(rows["document_id"], value_set=ids)
    return rows if pc.all(chosen, min_count=0).as_py() else rows.filter(chosen)


def _cells(place: Place) -> tuple[object, ...]:
    return place.document_id, place.source, place.place, place.key, place.fingerprint


def _heaps(files: Sequence[DataFile]) -> list[list[DataFile]]:
    """The small files of a kind, in heaps to be one file each; nothing while they are few."""
    small = sorted((file for file in files if file.size < _SMALL), key=attrgetter("size", "path"))
    heaps: list[list[DataFile]] = [[]]
    for file in small if len(small) > _SMALL_FILES else ():
        if heaps[-1] and sum(other.size for other in heaps[-1]) + file.size > _FULL:
            heaps.append([])
        heaps[-1].append(file)
    return [heap for heap in heaps if len(heap) > 1]


def _entry(line: Mapping[str, Any]) -> dict[str, object]:
    """A commit of the log as a row of the history: what it says of itself, else what the storage library calls it."""
    mark: Mapping[str, Any] = line.get(_ENTRY) or {}
    when = pd.Timestamp(line["timestamp"], unit="ms", tz="UTC")
    numbers = {name: mark.get(name, 0) for name, dtype in _HISTORY.items() if dtype == "int64"}
    texts = {"what": mark.get("what", line["operation"].lower()), "run": mark.get("run", "")}
    return {
        **numbers,
        **texts,
        "version": line["version"],
        "when": when,
        "extractor_version": mark.get("extractor_version", ""),
    }
