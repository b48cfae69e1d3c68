"""A folder of annotated articles → its documents and the claims a reader found in them; every slip in it is named.

The folder holds `docs/NAME.txt` with the exact text, `docs/NAME.json` with what is known of it, `claims.jsonl` with a
claim a line, and `split.json` with lists of names where a part of it is to be chosen.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from etl.errors import GoldError
from etl.model import KINDS, QUALIFIERS, STATUSES, Document, read_day

__all__ = ["SCORED", "Gold", "gold_of", "read_annotations", "read_gold", "write_gold"]

Line = Mapping[str, Any]
"""A line of claims.jsonl: the object in it."""

# What can be named in `debatable`, with its keys in a line. A line may leave one out: then it says nothing of it.
SCORED: Mapping[str, tuple[str, ...]] = {
    "value": ("value", "range_upper"),
    "unit": ("unit",),
    "qualifier": ("qualifier",),
    "kind": ("kind",),
    "metric": ("metric",),
    "parties": ("parties",),
    "direction": ("reporter", "partner"),
    "period": ("period_start", "period_end"),
    "status": ("status",),
}
_COLUMNS = ["id", "doc", "start", "end", "text", *(key for keys in SCORED.values() for key in keys)]
_COLUMNS += ["optional", "debatable"]
_Expected = tuple[Callable[[Any], bool], str]


@dataclass(frozen=True, slots=True)
class Gold:
    """Annotated documents by their names, the claims in them, and the names of those that hold none.

    `claims` has a row a claim, in the order of the lines: `id, doc, start, end, text`, the keys of `SCORED`,
    `optional`, and `debatable`, the names in `SCORED` that are not scored for it.
    """

    documents: Mapping[str, Document]
    claims: pd.DataFrame
    negative: frozenset[str] = frozenset()


def read_gold(folder: str | os.PathLike[str], split: str | None = None) -> Gold:
    """The annotated articles of `folder`, or those that its `split.json` lists under `split`.

    Raises `GoldError` with every breach, each with its file and line: a file that is missing, a line that is no JSON, a
    claim whose place holds another text, a key or a word that we do not know.
    """
    root, slips = Path(folder), _Slips()
    listed = _listed(root)
    names = listed if split is None else _split(root / "split.json", split, slips)
    articles = list(_articles(root / "docs", names, slips))
    documents = {name: document for name, document, _ in articles}
    claims = _claims([root / "claims.jsonl"], documents, {*listed, *names}, slips)
    slips.end()
    return Gold(documents, claims, frozenset(name for name, _, negative in articles if negative))


def read_annotations(paths: Sequence[Path], documents: Mapping[str, Document]) -> pd.DataFrame:
    """The claims that JSONL files note in `documents`, as in `Gold.claims`; raises `GoldError` as `read_gold` does."""
    slips = _Slips()
    claims = _claims(paths, documents, documents, slips)
    slips.end()
    return claims


def gold_of(documents: Mapping[str, Document], lines: Iterable[Line]) -> Gold:
    """The gold of documents by name and of lines that are known to be right; each has its `start` and its `end`."""
    rows = [_claim(line, line["start"], line["end"]) for line in lines]
    return Gold(documents, pd.DataFrame(rows, columns=_COLUMNS, dtype=object))


def write_gold(folder: str | os.PathLike[str], documents: Mapping[str, Document], lines: Iterable[Line]) -> None:
    """Put annotated articles into a new folder, from which `read_gold` takes them.

    Raises `GoldError` where the folder holds something already, or where the lines contradict themselves.
    """
    root = Path(folder)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        message = f"{root} is there already, and may hold annotations of yours; name a new folder"
        raise GoldError(message)
    (root / "docs").mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        (root / "docs" / f"{name}.txt").write_bytes(document.text.encode())
        (root / "docs" / f"{name}.json").write_text(f"{_json(_facts(document))}\n", encoding="utf-8")
    (root / "claims.jsonl").write_text("".join(f"{_json(line)}\n" for line in lines), encoding="utf-8")
    read_gold(root)


def _facts(document: Document) -> Line:
    facts = {key: getattr(document, key) for key in _METADATA if key != "negative"}
    return {key: str(fact) for key, fact in facts.items() if fact is not None}


def _json(content: Line) -> str:
    return json.dumps(content, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class _Slips:
    """The breaches found so far: one does not hide the others."""

    found: list[str] = field(default_factory=list)

    @contextmanager
    def noted(self, place: str) -> Iterator[None]:
        """Note what goes wrong inside the block, each slip with its place."""
        try:
            yield
        except GoldError as error:
            self.found.extend(f"{place}: {slip}" for slip in str(error).split("\n"))

    def end(self) -> None:
        if self.found:
            raise GoldError("\n".join(self.found))


def _listed(root: Path) -> list[str]:
    if not (root / "docs").is_dir():
        lacks = "no folder docs in it" if root.is_dir() else "no such folder"
        message = f"{root}: {lacks}; docs/measuring.md says how annotated articles are laid out"
        raise GoldError(message)
    return sorted(path.stem for path in (root / "docs").glob("*.txt"))


def _split(path: Path, split: str, slips: _Slips) -> list[str]:
    with slips.noted(str(path)):
        groups = _object(_text(path))
        if isinstance(groups.get(split), list):
            return sorted(map(str, groups[split]))
        message = f"no list {split!r}; choose one of {', '.join(groups)}"
        raise GoldError(message)
    return []


def _articles(folder: Path, names: Sequence[str], slips: _Slips) -> Iterator[tuple[str, Document, bool]]:
    """Each document with its name, and whether it is said to hold no claim."""
    for name in names:
        path, facts = folder / f"{name}.json", dict[str, Any]()
        if path.exists():
            with slips.noted(str(path)):
                facts = _object(_text(path))
                _check(facts, _METADATA)
        with slips.noted(str(folder / f"{name}.txt")):
            title, publisher, author, url = (facts.get(key) for key in ("title", "publisher", "author", "url"))
            day, language = read_day(facts.get("published")), facts.get("language") or "en"
            document = Document(_text(folder / f"{name}.txt"), title, publisher, author, day, url, None, language)
            yield name, document, facts.get("negative") is True


def _claims(
    paths: Sequence[Path], documents: Mapping[str, Document], names: Collection[str], slips: _Slips
) -> pd.DataFrame:
    """The claims in `documents`; a line on another document of `names` is passed over."""
    rows: dict[tuple[str, int], dict[str, object]] = {}
    for place, line in _lines(paths, slips):
        with slips.noted(place):
            row = _object(line)
            if not (_is_text(row.get("doc")) and row["doc"] in names and row["doc"] not in documents):
                start, end = _place(row, documents)
                _check(row, _EXPECTED)
                if (row["doc"], start) in rows:
                    message = f"another claim of {row['doc']} begins at {start}"
                    raise GoldError(message)
                rows[row["doc"], start] = _claim(row, start, end)
    return pd.DataFrame(rows.values(), columns=_COLUMNS, dtype=object)


def _lines(paths: Sequence[Path], slips: _Slips) -> Iterator[tuple[str, str]]:
    for path in paths:
        with slips.noted(str(path)):
            lines = _text(path).split("\n")
            yield from ((f"{path}:{number}", line) for number, line in enumerate(lines, 1) if line.strip())


def _claim(row: Mapping[str, Any], start: int, end: int) -> dict[str, object]:
    silent = {name for name, keys in SCORED.items() if not any(key in row for key in keys)}
    return {
        **{key: row.get(key) for key in _COLUMNS},
        "id": row.get("id") or f"{row['doc']}:{start}",
        "start": start,
        "end": end,
        "optional": row.get("optional") is True,
        "debatable": tuple(name for name in SCORED if name in silent or name in (row.get("debatable") or ())),
    }


def _place(row: Mapping[str, Any], documents: Mapping[str, Document]) -> tuple[int, int]:
    """Where the text of a claim stands: as it says, or, without `start`, where it stands once or the nth time."""
    doc, text, start, end = (row.get(key) for key in ("doc", "text", "start", "end"))
    if not isinstance(doc, str) or doc not in documents:
        message = f"doc is {doc!r}, and docs has no such text"
        raise GoldError(message)
    if not isinstance(text, str) or not text:
        message = f"text is {text!r}; expected the figure as it is written"
        raise GoldError(message)
    places = [match.start() for match in re.finditer(re.escape(text), documents[doc].text)]
    if start is None:
        start = _nth(places, row.get("occurrence"), f"{text!r} stands {len(places)} times in {doc}")
    end = start + len(text) if end is None else end
    found = documents[doc].text[start:end] if isinstance(start, int) and isinstance(end, int) and start >= 0 else None
    if found != text:
        there = f", which stands at {', '.join(map(str, places))}" if places else ", which is nowhere in it"
        message = f"{doc} has {found!r} from {start} to {end}, not {text!r}{there}"
        raise GoldError(message)
    return start, end


def _nth(places: Sequence[int], occurrence: object, found: str) -> int:
    if len(places) == 1:
        return places[0]
    if isinstance(occurrence, int) and 0 < occurrence <= len(places):
        return places[occurrence - 1]
    message = f"{found}; give the `start` of the one meant, or its `occurrence`" if places else found
    raise GoldError(message)


def _check(row: Mapping[str, Any], expected: Mapping[str, _Expected]) -> None:
    """Raise `GoldError` with every field that is not as expected; null is no annotation, and always allowed."""
    wrong = [
        f"{key} is {row[key]!r}; expected {meaning}, or null"
        for key, (fits, meaning) in expected.items()
        if row.get(key) is not None and not fits(row[key])
    ]
    if not wrong and _ends_early(row):
        wrong.append(f"period_end is {row['period_end']!r}, before period_start {row['period_start']!r}")
    if expected is _EXPECTED and (unknown := [key for key in row if key not in expected]):
        wrong.append(f"no field {unknown[0]!r}; the fields are {', '.join(expected)}")
    if wrong:
        raise GoldError("\n".join(wrong))


def _ends_early(row: Mapping[str, Any]) -> bool:
    start, end = (read_day(row.get(key)) for key in ("period_start", "period_end"))
    return start is not None and end is not None and end < start


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _is_day(value: object) -> bool:
    return read_day(value) is not None


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _are_scored(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(name) and name in SCORED for name in value)


def _is_anything(_: object) -> bool:
    return True


# What a field that is not null must be, and how to say so.
_TEXT: _Expected = (_is_text, "a text")
_DAY: _Expected = (_is_day, "a day as 2024-09-19")
_NUMBER: _Expected = (_is_number, "a number")
_FLAG: _Expected = (_is_flag, "true or false")
_ANYTHING: _Expected = (_is_anything, "")
_METADATA = dict.fromkeys(("title", "publisher", "author", "url", "language"), _TEXT)
_METADATA |= {"published": _DAY, "negative": _FLAG}
_EXPECTED: dict[str, _Expected] = {
    **dict.fromkeys(("id", "doc", "text"), _TEXT),
    **dict.fromkeys(("start", "end", "occurrence"), _ANYTHING),
    **dict.fromkeys(("value", "range_upper"), _NUMBER),
    "unit": _TEXT,
    "qualifier": (QUALIFIERS.__contains__, f"one of {' '.join(QUALIFIERS)}"),
    "kind": (KINDS.__contains__, f"one of {' '.join(KINDS)}"),
    "metric": _TEXT,
    "parties": (_are_texts, 'a list of codes as ["PAK", "RUS"]'),
    **dict.fromkeys(("reporter", "partner"), _TEXT),
    **dict.fromkeys(("period_start", "period_end"), _DAY),
    "status": (STATUSES.__contains__, f"one of {' '.join(STATUSES)}"),
    "optional": _FLAG,
    "debatable": (_are_scored, f"a list of {', '.join(SCORED)}"),
    **dict.fromkeys(("product", "attribution", "period_implicit", "note"), _ANYTHING),
}


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text.removeprefix("\ufeff"))  # which Windows editors put before a text
    except json.JSONDecodeError as error:
        line = f"line {error.lineno}, " if "\n" in text else ""
        message = f"no JSON: {error.msg} ({line}column {error.colno})"
        raise GoldError(message) from error
    except RecursionError as error:
        message = "no JSON of a claim: brackets nested too deep"
        raise GoldError(message) from error
    if not isinstance(found, dict):
        message = f"expected an object in braces, not {text[:40]}"
        raise GoldError(message)
    return found


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise GoldError(error.strerror) from error
    except UnicodeDecodeError as error:
        message = f"not UTF-8 at byte offset {error.start}"
        raise GoldError(message) from error
