"""What becomes of documents, copies and places: a table of what was read against what the store has."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from etl.store.plan import Place, Plan, make_plan


def place(document: str, key: int, mark: int = 1, version: str = "1") -> Place:
    return Place(document, f"{key}.txt", f"/{key}.txt", key, mark, version)


def copy(document: str, key: int, mark: int = 1) -> Place:
    return place(document, key, mark, version="")


@dataclass(frozen=True)
class Case:
    """What a run found and what the store has → the plan."""

    plan: Plan
    read: tuple[Place, ...] = ()
    read_copies: tuple[Place, ...] = ()
    gone: tuple[int, ...] = ()
    documents: tuple[Place, ...] = ()
    copies: tuple[Place, ...] = field(default=())


CASES = {
    "a new document": Case(Plan(added=frozenset("a")), read=(place("a", 1),)),
    "nothing new": Case(Plan(), read=(place("a", 1),), documents=(place("a", 1),)),
    "other metadata": Case(Plan(replaced=frozenset("a")), read=(place("a", 1, 2),), documents=(place("a", 1),)),
    "another text": Case(
        Plan(added=frozenset("b"), removed=frozenset("a"), rewritten=frozenset([1])),
        read=(place("b", 1),),
        documents=(place("a", 1),),
    ),
    "the same text elsewhere": Case(Plan(copies=(copy("a", 2),)), read=(place("a", 2),), documents=(place("a", 1),)),
    "a copy again": Case(Plan(), read=(place("a", 2),), documents=(place("a", 1),), copies=(copy("a", 2),)),
    "a copy of other metadata": Case(
        Plan(copies=(copy("a", 2, 9),), old_copies=frozenset([2])),
        read=(place("a", 2, 9),),
        documents=(place("a", 1),),
        copies=(copy("a", 2),),
    ),
    "two places change their texts": Case(
        Plan(replaced=frozenset("ab")),
        read=(place("b", 1), place("a", 2)),
        documents=(place("a", 1), place("b", 2)),
    ),
    "a copy takes over": Case(
        Plan(added=frozenset("b"), rehomed={"a": copy("a", 2, 0)}, old_copies=frozenset([2])),
        read=(place("b", 1),),
        documents=(place("a", 1),),
        copies=(copy("a", 2), copy("a", 3)),
    ),
    "a newer extractor": Case(
        Plan(replaced=frozenset("a"), copies=(copy("a", 1),)),
        read=(place("a", 2, version="2"),),
        documents=(place("a", 1),),
    ),
    "all places are gone": Case(
        Plan(removed=frozenset("a"), old_copies=frozenset([2])),
        gone=(1, 2),
        documents=(place("a", 1),),
        copies=(copy("a", 2),),
    ),
    "a copy is gone": Case(
        Plan(old_copies=frozenset([2])), gone=(2,), documents=(place("a", 1),), copies=(copy("a", 2),)
    ),
    "a copy of a document nobody has": Case(Plan(), read_copies=(copy("a", 2),)),
    "a text twice in one run": Case(
        Plan(added=frozenset("a"), copies=(copy("a", 2),)), read=(place("a", 1),), read_copies=(copy("a", 2),)
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_becomes_of_documents_and_places(case: Case) -> None:
    assert make_plan(case.read, case.read_copies, case.gone, case.documents, case.copies) == case.plan
