"""Tables ↔ a data package: a zip of CSV files that says what its columns mean, where all came from, and how to cite it.

The description, datapackage.json, follows the Frictionless standard (Tabular Data Package, version 1). The same tables
give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from etl.errors import PackageError
from etl.export.citations import cite, is_web_address
from etl.export.files import csv_parts, from_csv
from etl.export.rows import Rows
from etl.export.tables import TABLES, Table, cut
from etl.frame import Column
from etl.series import count_as, observe
from etl.store import Store, load_checks, load_documents, load_reviewed

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = ["OPERATIONS", "Chosen", "Package", "from_package", "load_package", "package_parts", "to_package"]

OPERATIONS = (
    "What people decided about claims is applied: the column `review` says how, and rejected claims are left out.",
    "Claims are chosen by the filters.",
    "A document whose text is a copy of another counts with it as one source.",
    "Claims of one series and one period become one observation; the column `rule` says why its figure stands.",
    "Observations are put into the currency, then the unit asked for; `conversion` says how, `refused` why not.",
    "They are made into change, index or sum where that is asked for; `formula` says how, `refused` why not.",
    "Checks compare all claims of the store with each other, before any filter.",
)
"""What was done to the tables, in this order."""

_DESCRIPTION, _README, _BIBTEX = "datapackage.json", "README.md", "citations.bib"
_TYPES = {"str": "string", "float64": "number", "int64": "integer", "Int64": "integer", "datetime64[us]": "date"}
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
# The larger form of zip, for files beyond 2 GiB, which old programs do not read; a row has 4 kB at most.
_LARGE = 500_000
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")
# The standard allows no path with ".." in it, and a source's address is one.
_UPWARDS = ".."


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen for a package: the filters in words, the address of the view, the version of the store."""

    filters: tuple[str, ...] = ()
    link: str = ""
    store_version: int | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """Tables of `TABLES` by name, and what was chosen. The table "documents" gives the sources that are cited."""

    tables: Mapping[str, pd.DataFrame]
    chosen: Chosen = Chosen()


@dataclass(slots=True)
class _Written:
    """What is known of a table once it is written: its columns, those with a missing cell, its size and its hash."""

    columns: tuple[str, ...] = ()
    gaps: set[str] = field(default_factory=set)
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def parts(self, rows: Rows) -> Iterator[bytes]:
        """The CSV of a table, watched while it is made."""
        for data in csv_parts(map(self._seen, rows.parts())):
            self.size += len(data)
            self.digest.update(data)
            yield data

    def _seen(self, part: pd.DataFrame) -> pd.DataFrame:
        self.columns = tuple(map(str, part.columns))
        self.gaps |= {str(name) for name in part.columns[part.isna().any()]}
        return part


def load_package(
    store: str | os.PathLike[str] = "store",
    as_of: dt.date | str | None = None,
    *,
    version: int | dt.datetime | None = None,
) -> Package:
    """All a store says, as known on a day or as it was at a version: claims, observations, checks, their documents."""
    opened = Store.open(store, version)
    claims, documents = load_reviewed(opened, as_of).claims, load_documents(opened)
    tables = {
        "claims": claims,
        "observations": observe(claims, count_as(documents)),
        "checks": load_checks(opened, as_of=as_of),
        "documents": documents[documents["document_id"].isin(claims["document_id"])].reset_index(drop=True),
    }
    filters = () if as_of is None else (f"Published on or before {as_of}",)
    return Package(tables, Chosen(filters, store_version=opened.version))


def to_package(package: Package) -> bytes:
    """The zip of a package: a CSV file a table, README.md, citations.bib and datapackage.json."""
    return b"".join(package_parts({name: Rows.of(frame) for name, frame in package.tables.items()}, package.chosen))


def package_parts(tables: Mapping[str, Rows], chosen: Chosen) -> Iterator[bytes]:
    """The zip of a package in parts, one after another: neither it nor a table is ever whole in memory."""
    sink = _Sink()
    large = any(rows.count > _LARGE for rows in tables.values())
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, parts in _files(tables, chosen):
            with archive.open(_entry(name), "w", force_zip64=large) as member:
                for part in parts:
                    member.write(part)
                    yield sink.take()
    yield sink.take()


def from_package(source: bytes | str | os.PathLike[str]) -> Package:
    """The package that `to_package` wrote, from its bytes or a file; tables with the dtypes they had.

    Raises `PackageError` where it is no such package, or a table in it was changed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else Path(source)) as archive:
            described = json.loads(archive.read(_DESCRIPTION))
            tables = {resource["name"]: _read_table(archive, resource) for resource in described["resources"]}
            view = described["view"]
    except (zipfile.BadZipFile, KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        named = "these bytes are" if isinstance(source, bytes) else f"{source} is"
        message = f"{named} no data package of trade-figures ({error}); write one: trade-figures export --package FILE"
        raise PackageError(message) from error
    return Package(tables, Chosen(tuple(view["filters"]), view["link"], view["store_version"]))


class _Sink(io.RawIOBase):
    """What a zip writes to: holds the bytes until they are taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: ReadableBuffer) -> int:
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def take(self) -> bytes:
        """What was written since it was last asked for."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def _files(tables: Mapping[str, Rows], chosen: Chosen) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Each file with its parts. The description comes last: it has the size and the hash of the others."""
    documents = tables["documents"].at(0, tables["documents"].count).to_dict("records")
    yield _README, [_readme(tables, chosen, documents).encode()]
    yield _BIBTEX, [cite(documents, "bibtex").encode()]
    written = {name: _Written() for name in tables}
    for name, rows in tables.items():
        yield f"{name}.csv", written[name].parts(cut(rows, TABLES[name]))
    yield _DESCRIPTION, [_json(_describe(written, chosen, documents))]


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _FIRST_DAY)
    entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _MODE, 3
    return entry


def _json(described: object) -> bytes:
    return json.dumps(described, ensure_ascii=False, indent=2).encode() + b"\n"


def _describe(
    written: Mapping[str, _Written], chosen: Chosen, documents: Sequence[Mapping[Any, Any]]
) -> dict[str, object]:
    """The content of datapackage.json."""
    described: dict[str, object] = {
        "profile": "tabular-data-package",
        "name": "trade-figures",
        "title": "Trade figures and their sources",
        "description": _in_words(chosen),
        "sources": [_source(document) for document in documents],
        "contributors": [{"title": f"trade-figures {version('trade-figures')}", "role": "wrangler"}],
        "resources": [_resource(TABLES[name], told, set(written)) for name, told in written.items()],
        # Not of the standard, which allows properties of one's own.
        "view": {"filters": list(chosen.filters), "link": chosen.link, "store_version": chosen.store_version},
    }
    return {name: value for name, value in described.items() if value != []}


def _in_words(chosen: Chosen) -> str:
    return "; ".join(chosen.filters) if chosen.filters else "Everything in the store, no filter."


def _source(document: Mapping[Any, Any]) -> dict[str, str]:
    title, publisher, url = (_text(document[name]) for name in ("title", "publisher", "url"))
    named = {"title": ": ".join(part for part in (publisher, title) if part) or "A document without a name"}
    return {**named, "path": url} if is_web_address(url) and _UPWARDS not in url else named


def _resource(table: Table, written: _Written, present: set[str]) -> dict[str, object]:
    columns = [column for column in (*table.columns, *table.made) if column.name in written.columns]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "title": table.name.capitalize(),
        "description": table.says,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": written.size,
        "hash": f"sha256:{written.digest.hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "fields": [_field(column, table.key, column.name in written.gaps) for column in columns],
            "missingValues": [""],
            "primaryKey": table.key,
            **_foreign_keys(table, present),
        },
    }


def _field(column: Column, key: str, has_gaps: bool) -> dict[str, object]:  # noqa: FBT001
    # A figure that is always there may be missing after all where a conversion was refused.
    limits = {
        "required": (column.required and not has_gaps) or None,
        "unique": column.name == key or None,
        "enum": list(column.values) or None,
    }
    constraints = {name: limit for name, limit in limits.items() if limit is not None}
    described: dict[str, object] = {"name": column.name, "type": _TYPES[column.dtype], "description": column.meaning}
    return {**described, "constraints": constraints} if constraints else described


def _foreign_keys(table: Table, present: set[str]) -> dict[str, object]:
    """Of a claim its document, of a check its observation."""
    named = {TABLES[name].key: name for name in ("documents", "observations") if name in present - {table.name}}
    keys = [
        {"fields": column.name, "reference": {"resource": named[column.name], "fields": column.name}}
        for column in table.columns
        if column.name in named
    ]
    return {"foreignKeys": keys} if keys else {}


def _read_table(archive: zipfile.ZipFile, resource: Mapping[str, Any]) -> pd.DataFrame:
    data = archive.read(resource["path"])
    if f"sha256:{hashlib.sha256(data).hexdigest()}" != resource["hash"]:
        message = f"{resource['path']} was changed since the package was written; pack it again, or read it as CSV"
        raise PackageError(message)
    return from_csv(data, [_column(field) for field in resource["schema"]["fields"]])


def _column(field: Mapping[str, Any]) -> Column:
    required = bool(field.get("constraints", {}).get("required"))
    # Of the two dtypes of whole numbers only one can be missing.
    dtypes = {kind: dtype for dtype, kind in _TYPES.items()} | {"integer": "int64" if required else "Int64"}
    return Column(field["name"], dtypes[field["type"]], field["description"], required=required)


def _readme(tables: Mapping[str, Rows], chosen: Chosen, documents: Sequence[Mapping[Any, Any]]) -> str:
    listed = "\n".join(f"| `{name}.csv` | {rows.count:,} | {TABLES[name].says} |" for name, rows in tables.items())
    return f"""# Trade figures and their sources

{_made(chosen)}

| file | rows | what it holds |
|---|---|---|
{listed}
| `{_BIBTEX}` | {len(documents):,} | The documents, to cite in a paper. |
| `{_DESCRIPTION}` | | What every column means, as a Frictionless Tabular Data Package. |

## What was chosen

{_bullets(chosen.filters or [_in_words(chosen)])}

{_linked(chosen.link)}
## What was done, in this order

{_numbered(OPERATIONS)}

## How to read it

Files are UTF-8 with a header; days are YYYY-MM-DD; a missing cell is empty. Values are in the base unit (1 million is
1000000), the unit stands beside them. A text that a spreadsheet would run as a formula begins with an apostrophe that
is not in the document; `from_package` takes it off:

```python
from etl.export import from_package

package = from_package("trade-figures.zip")
observations = package.tables["observations"]
```

## Rights

Quotes and titles belong to their publishers; each quote is a short excerpt that proves its figure. No licence of the
documents is known here: ask their publishers before you pass on more than that.

## Sources

Cite the documents a figure comes from, and say that it was read by trade-figures {version("trade-figures")}.

{_numbered(map(_plain, cite(documents).splitlines()))}
"""


def _made(chosen: Chosen) -> str:
    store = "" if chosen.store_version is None else f" from version {chosen.store_version} of a store"
    return f"Written by trade-figures {version('trade-figures')}{store}."


def _linked(link: str) -> str:
    return f"The same view: <{link}>\n" if link else ""


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {_plain(line)}" for line in lines)


def _numbered(lines: Iterable[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


def _plain(text: str) -> str:
    """Text from documents as Markdown shows it, never as markup."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
