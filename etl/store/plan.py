"""What a run read, and what the store has at those places → what is added, replaced, kept as a copy, or removed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Literal, TypeAlias

__all__ = ["Place", "Plan", "make_plan"]

Fate: TypeAlias = Literal["added", "replaced", "copy", "unchanged"]

_OWNERS = ("added", "replaced")
# The fingerprint of no document: what has it is read again.
_UNKNOWN = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A place where a document was read. `version` is that of the extractor; a copy, which it did not read, has none.

    `key` and `fingerprint` are the signed numbers of the table.
    """

    document_id: str
    source: str | None
    place: str
    key: int
    fingerprint: int
    version: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a commit does: ids of documents, the new place of those that lose theirs, copies in, keys of copies out.

    A changed text is a document added and another removed; `rewritten` are the keys of their places.
    """

    added: frozenset[str] = frozenset()
    replaced: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    rehomed: Mapping[str, Place] = field(default_factory=dict)
    copies: tuple[Place, ...] = ()
    old_copies: frozenset[int] = frozenset()
    rewritten: frozenset[int] = frozenset()

    def counts(self) -> dict[str, int]:
        """How many documents are new, how many replace what stood at their place, how many are gone for good."""
        again = len(self.rewritten)
        return {
            "added": len(self.added) - again,
            "replaced": len(self.replaced) + again,
            "removed": len(self.removed) - again,
        }

    @property
    def is_empty(self) -> bool:
        """Whether the store already is as things were found."""
        return self == Plan()


def make_plan(
    read: Collection[Place],
    read_copies: Collection[Place],
    gone: Collection[int],
    documents: Collection[Place],
    copies: Collection[Place],
) -> Plan:
    """The plan for documents and copies that were read and keys of places that are gone.

    `documents` and `copies` are those the store has at these places or of the same ids. A document belongs to the place
    where its text was read first; the same text at another place is a copy. When its own place has another text, or is
    gone, a copy takes the document over; where there is none it is removed.

    >>> a, b = (Place("id", f"{name}.txt", f"/{name}.txt", key, 7, "1") for key, name in enumerate("ab"))
    >>> [copy.place for copy in make_plan([b], [], [], [a], []).copies]
    ['/b.txt']
    >>> make_plan([], [], [0], [a], [b]).rehomed["id"].place, make_plan([], [], [0, 1], [a], [b]).removed
    ('/b.txt', frozenset({'id'}))
    """
    held = {place.document_id: place for place in documents}
    freed = {place.key for place in (*read, *read_copies)} | set(gone)
    fates = {place: _fate(place, held.get(place.document_id), freed) for place in read}
    read_ids = {place.document_id for place in read}
    homeless = {place.document_id for place in documents if place.key in freed} - read_ids
    staying = [copy for copy in copies if copy.key not in freed]
    rehomed = _heirs(homeless, [*staying, *read_copies])
    moved = [held[place.document_id] for place, fate in fates.items() if fate == "replaced"]
    homes = held | {place.document_id: place for place, fate in fates.items() if fate in _OWNERS} | rehomed
    found = [place for place, fate in fates.items() if fate == "copy"]
    found += [*read_copies, *(place for place in moved if place.key not in freed)]
    wanted = {_as_copy(place) for place in found if _is_elsewhere(place, homes)}
    heirs = {place.key for place in rehomed.values()}
    outdated = {_as_copy(copy) for copy in copies if copy.key in freed | heirs} - wanted
    removed = homeless - set(rehomed)
    left = {place.key for place in documents if place.document_id in removed}
    return Plan(
        added=_ids(fates, "added"),
        replaced=_ids(fates, "replaced"),
        removed=frozenset(removed),
        rehomed={name: replace(place, fingerprint=_UNKNOWN) for name, place in rehomed.items()},
        copies=tuple(sorted(wanted - set(map(_as_copy, copies)), key=attrgetter("document_id", "place"))),
        old_copies=frozenset(copy.key for copy in outdated),
        rewritten=frozenset(place.key for place, fate in fates.items() if fate == "added" and place.key in left),
    )


def _fate(place: Place, old: Place | None, freed: AbstractSet[int]) -> Fate:
    if old is None:
        return "added"
    if (old.key, old.fingerprint) == (place.key, place.fingerprint):
        return "unchanged"
    return "replaced" if old.key in freed or old.version != place.version else "copy"


def _heirs(homeless: AbstractSet[str], copies: Iterable[Place]) -> dict[str, Place]:
    """The copy that takes each document over: whatever the order of the rows, that of the first place."""
    ordered = sorted(copies, key=attrgetter("place"), reverse=True)
    return {copy.document_id: copy for copy in ordered if copy.document_id in homeless}


def _is_elsewhere(place: Place, homes: Mapping[str, Place]) -> bool:
    home = homes.get(place.document_id)
    return home is not None and home.key != place.key


def _as_copy(place: Place) -> Place:
    return replace(place, version="")


def _ids(fates: Mapping[Place, Fate], wanted: Fate) -> frozenset[str]:
    return frozenset(place.document_id for place, fate in fates.items() if fate == wanted)
