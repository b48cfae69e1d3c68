"""A text or Markdown file → its content: YAML front matter, where there is any, is metadata, not text."""

from __future__ import annotations

import re

import yaml
from frontmatter.default_handlers import YAMLHandler

from etl.errors import DocumentError, point_at
from etl.sources.content import Content, decode
from etl.sources.metadata import FIELDS

__all__ = ["read_text"]

# A first line of dashes followed by "key:" opens front matter; dashes above a paragraph are only a ruled line.
_OPENED = re.compile(r"\A---[ \t]*\n(?=[ \t]*(?:#.*)?\n|[ \t]*[\w-]+[ \t]*:|---[ \t]*\n)")
_CLOSED = re.compile(r"^---[ \t]*(?:\n|\Z)", re.MULTILINE)
_HANDLER = YAMLHandler()
# Every value stays a string: no tag is obeyed, no date or number is guessed by YAML ("2024-13-01" would be an error
# without a name, "no" a false). The C loader parses 10 times as fast.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_text(data: bytes) -> Content:
    r"""The content of a text file; offsets count in the body after the front matter.

    Raises `DocumentError` for a file `decode` refuses, for front matter that is never closed or is not YAML (with its
    line and a marker), and for front matter without a text after it.

    >>> read_text(b"---\ntitle: Wheat\n---\nTrade grew.")
    Content(text='Trade grew.', fields={'title': 'Wheat'})
    """
    text = decode(data)
    opened = _OPENED.match(text)
    if not opened:
        return Content(text)
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
    return Content(body, _fields(text[opened.end() : closed.start()]))


def _fields(block: str) -> dict[str, str]:
    try:
        loaded = _HANDLER.load(block, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        raise DocumentError(_broken(block, error)) from error
    except yaml.YAMLError as error:
        message = f"front matter is not YAML: {error}"
        raise DocumentError(message) from error
    if not isinstance(loaded, dict | None):
        message = f"front matter must be lines of 'key: value'\n{point_at(block, 0, len(block))}"
        raise DocumentError(message)
    return {key: _words(key, value) for key, value in (loaded or {}).items() if key in FIELDS}


def _words(key: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "; ".join(value)
    message = f"front matter: {key} must be one line of text or a list of them"
    raise DocumentError(message)


def _broken(block: str, error: yaml.MarkedYAMLError) -> str:
    marks = [mark for mark in (error.problem_mark, error.context_mark) if mark and mark.index < len(block.rstrip())]
    if not marks:
        return f"front matter is not YAML: {error.problem}"
    place = marks[0].index
    # The block begins below the opening '---', and marks count from 0.
    line = f"front matter is not YAML, line {marks[0].line + 2}: {error.problem}"
    return f"{line}; put quotes around a value with a colon\n{point_at(block, place, place + 1)}"
