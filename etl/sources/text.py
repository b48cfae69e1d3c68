"""A text or Markdown file → its content: YAML front matter, where there is any, is metadata, not text."""

from __future__ import annotations

import re

import yaml

from etl.errors import DocumentError, point_at
from etl.sources.columns import field_of
from etl.sources.content import Content, decode
from etl.sources.days import day_of
from etl.sources.metadata import DAYS, FIELDS, read_field

__all__ = ["read_text"]

# A first line of dashes followed by "key:" opens front matter; dashes above a paragraph are only a ruled line.
_OPENED = re.compile(r"\A---[ \t]*\n(?=[ \t]*(?:#.*)?\n|[ \t]*[\w-]+[ \t]*:|---[ \t]*\n)")
_CLOSED = re.compile(r"^---[ \t]*(?:\n|\Z)", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]")
_ADDRESS = re.compile(r"[./]")
_NULLS = frozenset({"~", "null", "Null", "NULL"})
# The C parser (10 times as fast) is recursive: 30,000 open brackets in a row end the process, not only the parse.
_LONGEST = 10_000
# Only the nodes are read, so every value stays as written: no tag is obeyed, no alias unfolded, no date or number
# guessed by YAML ("2024-13-01" would be an error without a name, "no" a false).
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_text(data: bytes, charset: str | None = None) -> Content:
    r"""The content of a text file; offsets count in the body after the front matter. `charset` is what came with it.

    Raises `DocumentError` for a file `decode` refuses, for front matter that is never closed, is not YAML or gives a
    field twice (with its line and a marker), and for front matter without a text after it.

    >>> content = read_text(b"---\ntitle: Wheat\n---\nTrade grew.")
    >>> content.text, content.fields
    ('Trade grew.', {'front matter': {'title': 'Wheat'}})
    """
    text, encoding = decode(data, charset)
    opened = _OPENED.match(text)
    if not opened:
        return Content(text, encoding=encoding)
    closed = _CLOSED.search(text, opened.end())
    if not closed:
        message = (
            f"front matter is opened in line 1 and never closed; close it with a line '---'\n{point_at(text, 0, 3)}"
        )
        raise DocumentError(message)
    body = text[closed.end() :].lstrip("\n")
    if not body.strip():
        message = "no text after the front matter; put the text of the document below the closing '---'"
        raise DocumentError(message)
    fields = _fields(text[opened.end() : closed.start()])
    return Content(body, {"front matter": fields} if fields else {}, encoding=encoding)


def _fields(block: str) -> dict[str, str]:
    root = _composed(block)
    if not isinstance(root, yaml.MappingNode | None):
        message = f"front matter must be lines of 'key: value'\n{point_at(block, 0, len(block))}"
        raise DocumentError(message)
    fields: dict[str, str] = {}
    others: dict[str, str] = {}
    for key, value in root.value if root else ():
        name = str(key.value).lower()
        if name in fields:
            message = f"front matter: {name} is there twice; keep one\n{_marked(block, key)}"
            raise DocumentError(message)
        if name in FIELDS:
            fields[name] = _words(name, value, block)
        elif other := _by_another_name(str(key.value), value, block):
            others.setdefault(*other)
    return others | fields


def _by_another_name(key: str, value: yaml.Node, block: str) -> tuple[str, str] | None:
    """The field and value of a key that columns.txt knows ("date: 2024-09-19"); None where the value does not fit."""
    name = field_of(key)
    if name not in FIELDS:
        return None
    try:
        written = _words(name, value, block)
        written = day_of(written) if name in DAYS else written
        read_field(name, written, "front matter")
    except DocumentError:
        return None
    # A site's generator has links to its own pages and pictures under these names.
    fits = "://" in written if name == "url" else name != "publisher" or not _ADDRESS.search(written)
    return (name, written) if fits else None


def _composed(block: str) -> yaml.Node | None:
    """The root node of a block of YAML, None where there is nothing but comments."""
    if len(block) > _LONGEST:
        message = (
            f"front matter of {len(block):,} characters, more than {_LONGEST:,}; close it with '---' above the text"
        )
        raise DocumentError(message)
    if found := _CONTROL.search(block):
        place = f"line {_line(block, found.start())}: a control character (U+{ord(found[0]):04X})"
        message = f"front matter is not YAML, {place}; remove it"
        raise DocumentError(message)
    try:
        return yaml.compose(block, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        raise DocumentError(_broken(block, error)) from error
    except (yaml.YAMLError, RecursionError) as error:  # the parser in Python, where there is no other, recurses as well
        message = f"front matter is not YAML: {error}; write it as lines of 'key: value'"
        raise DocumentError(message) from error


def _words(name: str, value: yaml.Node, block: str) -> str:
    items = value.value if isinstance(value, yaml.SequenceNode) else [value]
    scalars = [item for item in items if isinstance(item, yaml.ScalarNode)]
    if len(scalars) < len(items):
        message = f"front matter: {name} must be one line of text or a list of them\n{_marked(block, value)}"
        raise DocumentError(message)
    # Without quotes "null" and "~" are how YAML writes that there is nothing.
    return "; ".join(item.value for item in scalars if item.style or item.value not in _NULLS)


def _broken(block: str, error: yaml.MarkedYAMLError) -> str:
    marks = [mark for mark in (error.problem_mark, error.context_mark) if mark and mark.index < len(block.rstrip())]
    if not marks:
        return f"front matter is not YAML: {error.problem}; write it as lines of 'key: value'"
    place = marks[0].index
    line = f"front matter is not YAML, line {_line(block, place)}: {error.problem}"
    advice = "write lines of 'key: value', with quotes around a value with a colon"
    return f"{line}; {advice}\n{point_at(block, place, place + 1)}"


def _line(block: str, place: int) -> int:
    # The block begins below the opening '---'.
    return block.count("\n", 0, place) + 2


def _marked(block: str, node: yaml.Node) -> str:
    return point_at(block, node.start_mark.index, node.end_mark.index)
