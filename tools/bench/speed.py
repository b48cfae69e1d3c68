"""Texts → how fast they are read, and in how much memory: `make bench-speed`.

    python -m tools.bench.speed          the three extractors on the bundled documents and on news text
    python -m tools.bench.speed --hard   and on a megabyte each of what makes a careless grammar slow

Measured are `find_quantities`, `find_periods` and `extract_claims` as a user calls them, text by text, in one process
on one core: after one run that loads the tables, the median of five. KB/s are thousands of characters in a second
of the processor; memory is the most that Python held at once beyond the texts, in one further run.

The articles and the sentences of the NewsQuant benchmark (ten to a text) are read where the folder `../shared/eval` is
there; it is not published. Their figures stand far more closely than in ordinary news: one in 160 characters. "The
same as one text" tells the cost of a document from that of its length.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from etl import extract_claims, find_periods, find_quantities, read_documents
from etl.model import Document

__all__ = ["Measure", "hard_texts", "main", "measure"]

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "eval"
Extractor = Callable[[str], object]
EXTRACTORS: dict[str, Extractor] = {
    "quantities": find_quantities,
    "periods": find_periods,
    "claims": extract_claims,
}
_RUNS = 5
_BLOCK = 10
_MEGABYTE = 1_000_000
_FIGURE = " Exports rose 5%. "
_HARD = {
    "digits": "1",
    "digits and commas": "1,",
    "spaces": " ",
    "a word, then spaces": "a" + " " * 999,
    "line ends": "\n",
    "brackets": "(",
    "commas": ", ",
    "full stops": ". ",
    "dashes": "- ",
    '"$1 "': "$1 ",
    '"2017 "': "2017 ",
    "letters": "a",
    "one sentence": "exports to Russia rose to $5 bn in 2019, ",
    "the same word": "exports ",
    "short lines": "Exports rose\n",
    "headings": "Kenya\n\nExports rose 5% in 2019.\n\n",
    "the same claim": "Exports to Russia rose 5% to $5 bn in 2019. ",
}


class Measure(NamedTuple):
    """How fast an extractor reads texts, in thousands of characters a second, and its peak memory in megabytes."""

    speed: float
    memory: float


def measure(extract: Extractor, texts: Sequence[str], runs: int = _RUNS) -> Measure:
    """The median speed of several runs over all texts after one that is not counted, and the memory of one more."""
    size = sum(map(len, texts))
    _seconds(extract, texts)
    seconds = statistics.median(_seconds(extract, texts) for _ in range(runs))
    return Measure(size / seconds / 1e3, _peak(extract, texts) / 1e6)


def hard_texts(size: int) -> Iterator[tuple[str, str]]:
    """Names and texts of `size` characters: one piece over and over, then a figure, so that all of it is read.

    >>> dict(hard_texts(24))["digits and commas"]
    '1,1,1, Exports rose 5%. '
    """
    for name, piece in _HARD.items():
        room = size - len(_FIGURE)
        yield name, (piece * (room // len(piece) + 1))[:room] + _FIGURE


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table of speeds, and that of hard texts where it is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.speed", description="How fast texts are read.")
    parser.add_argument(
        "--hard", action="store_true", help="also a megabyte each of what makes a careless grammar slow"
    )
    asked = parser.parse_args(arguments)
    console = Console()
    console.print(_speed_table(dict(_corpora())))
    if asked.hard:
        console.print(_hard_table())


def _corpora() -> Iterator[tuple[str, list[str]]]:
    found = read_documents(ROOT / "data" / "documents")
    yield "bundled documents", [document.text for document in found if isinstance(document, Document)]
    if SHARED.is_dir():
        articles = [path.read_bytes().decode() for path in sorted((SHARED / "docs").glob("*.txt"))]
        yield "annotated articles", articles
        yield "the same as one text", ["\n\n".join(articles)]
        sentences = [row["text"] for row in json.loads((SHARED / "quantities_dev.json").read_bytes())]
        yield "NewsQuant sentences", [" ".join(sentences[at : at + _BLOCK]) for at in range(0, len(sentences), _BLOCK)]


def _seconds(extract: Extractor, texts: Iterable[str]) -> float:
    started = time.process_time()
    for text in texts:
        extract(text)
    return time.process_time() - started


def _peak(extract: Extractor, texts: Iterable[str]) -> int:
    tracemalloc.start()
    for text in texts:
        extract(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _speed_table(corpora: dict[str, list[str]]) -> Table:
    table = Table("texts", title=f"One core, Python {sys.version.split()[0]}: KB/s, and peak memory in MB")
    for heading in ("number", "KB", *EXTRACTORS):
        table.add_column(heading, justify="right")
    for name, texts in corpora.items():
        measured = (measure(extract, texts) for extract in EXTRACTORS.values())
        cells = (f"{speed:,.0f}  {memory:4.1f}" for speed, memory in measured)
        table.add_row(name, f"{len(texts)}", f"{sum(map(len, texts)) / 1e3:.1f}", *cells)
    return table


def _hard_table() -> Table:
    table = Table("a megabyte of", title="Seconds for one text of a million characters")
    for heading in EXTRACTORS:
        table.add_column(heading, justify="right")
    for name, text in hard_texts(_MEGABYTE):
        table.add_row(name, *(f"{_seconds(extract, [text]):.1f}" for extract in EXTRACTORS.values()))
    return table


if __name__ == "__main__":
    main()
