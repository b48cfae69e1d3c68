"""A part of the documents becomes rows; one that kills its worker is narrowed down to the document that is guilty."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import etl.reading
from etl.errors import EngineError
from etl.extract import extractor_version
from etl.reading import Job, Outcome, Part, divide, fingerprint, lose, parts_of, read_part
from etl.sources import Item, Piece, Source, find_sources, split
from etl.store import place_key

NOTHING = np.empty(0, np.uint64)
ONE, TWO = Piece(Source("a.txt", "/a.txt")), Piece(Source("b.txt", "/b.txt"))
ITEM = Item("a.txt", "/a.txt", b"Trade grew.", {"metadata.csv": {"title": "Trade"}}, "utf-8")
CHANGED = [
    replace(ITEM, place="/b.txt"),
    replace(ITEM, data=b"Trade fell."),
    replace(ITEM, charset=None),
    replace(ITEM, stated={"metadata.csv": {"title": "Wheat"}}),
    replace(ITEM, stated={"columns": {"title": "Trade"}}),
]


def dump(folder: Path, texts: list[tuple[str, str]]) -> Piece:
    path = folder / "dump.jsonl"
    lines = [json.dumps({"id": f"n{n}", "text": text, "language": code}) for n, (text, code) in enumerate(texts)]
    path.write_text("\n".join(lines))
    [piece] = split(Source(path.name, str(path)))
    return piece


def test_what_came_of_each_document_stands_in_the_order_of_the_part(tmp_path: Path) -> None:
    texts = [("Exports were $1 million in 2021.", "en"), ("", "en"), ("Le commerce a atteint un milliard.", "fr")]
    part = Part((dump(tmp_path, texts),))
    job = Job(extractor_version(), NOTHING)
    first, second, third = read_part(part, job).outcomes
    assert (first.source, first.outcome, first.claims, first.mentions) == ("dump.jsonl#n0", "read", 1, 1)
    assert second.outcome == "failed"
    assert (third.source, third.outcome, third.language) == ("dump.jsonl#n2", "not read", "fr")
    assert first.key == place_key(f"{tmp_path}/dump.jsonl#n0")


def test_what_is_known_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("Exports were $1 million in 2021.")
    part, job = Part((Piece(Source("a.txt", str(tmp_path / "a.txt"))),)), Job(extractor_version(), NOTHING)
    mark = read_part(part, job).rows["document"]["fingerprint"].to_numpy().view(np.uint64)
    monkeypatch.delattr(etl.reading, "read_item")
    known = replace(job, known=np.sort(np.append(mark, np.array([0, 2**64 - 1], np.uint64))))
    assert read_part(part, known).outcomes == (Outcome("a.txt", "unchanged", key=place_key(str(tmp_path / "a.txt"))),)


def test_a_worker_with_another_version_says_so() -> None:
    with pytest.raises(EngineError, match=r"^a worker has version .* of the extractor, this machine old; install"):
        read_part(Part((ONE,)), Job("old", NOTHING))


def test_a_fingerprint_changes_with_all_that_is_read_and_not_with_the_name_people_see() -> None:
    marks = {fingerprint(item, "1") for item in [ITEM, *CHANGED]} | {fingerprint(ITEM, "2")}
    assert len(marks) == len(CHANGED) + 2
    assert fingerprint(replace(ITEM, source="x"), "1") == fingerprint(ITEM, "1")


def test_small_sources_share_a_part_and_large_ones_have_their_own(tmp_path: Path) -> None:
    for name, size in {"a.txt": 100, "b.txt": 200_000, "c.txt": 200_000, "d.txt": 10}.items():
        (tmp_path / name).write_bytes(b"x" * size)
    a, b, c, d = (Piece(source) for source in find_sources(tmp_path))  # type: ignore[arg-type]
    stretch = replace(d, start=7, end=9)
    assert list(parts_of([a, b, c, d, stretch, a])) == [Part((a, b)), Part((c, d)), Part((stretch,)), Part((a,))]


def leaves(part: Part, guilty: Callable[[Part], bool]) -> list[Part]:
    """The parts that are lost where the worker dies of all that are `guilty`."""
    if not guilty(part):
        return []
    smaller = divide(part)
    return [leaf for one in smaller for leaf in leaves(one, guilty)] if smaller else [part]


@pytest.mark.parametrize("place", [0, 17, 300, 4095])
def test_the_one_document_that_kills_its_worker_is_found(place: int) -> None:
    def guilty(part: Part) -> bool:
        return TWO in part.pieces and part.start <= place and (part.stop is None or place < part.stop)

    assert leaves(Part((ONE, TWO, ONE)), guilty) == [Part((TWO,), place, place + 1)]


def test_the_parts_of_a_part_have_each_document_once() -> None:
    whole = Part((TWO,), 0, 100)
    assert [number for part in divide(whole) for number in range(part.start, min(part.stop or 0, 112))][:100] == list(
        range(100)
    )
    assert divide(Part((TWO,)))[-1] == Part((TWO,), 4096)
    assert divide(Part((TWO,), 4096)) == ()


LOST = {
    "a.txt": Part((ONE,)),
    "a.txt, record 18": Part((ONE,), 17, 18),
    "a.txt, records 17 to 32": Part((ONE,), 16, 32),
    "a.txt, records 4097 to the last behind byte 1,048,576": Part((replace(ONE, start=1_048_576),), 4096),
}


@pytest.mark.parametrize(("name", "part"), LOST.items(), ids=list(LOST))
def test_what_is_lost_is_named(name: str, part: Part) -> None:
    [outcome] = lose(part).outcomes
    assert (outcome.source, outcome.outcome) == (name, "failed")
    assert outcome.reason == (
        "the worker process died while reading it, perhaps for want of memory; read it alone, or leave it out"
    )
