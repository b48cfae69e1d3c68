"""Paths → documents: one reader a format, metadata from front matter, metadata.csv or the text itself.

A reader takes the bytes of a file and returns its `Content`; a new format is a module with a reader and a row of
`READERS`. Text is decoded and normalised once, before anything counts offsets in it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping

from etl.errors import DocumentError
from etl.model import Document
from etl.sources.content import Content
from etl.sources.files import Failure, SourceFile, find_files
from etl.sources.metadata import build_document, read_field
from etl.sources.text import read_text

__all__ = ["READERS", "Failure", "SourceFile", "find_files", "read_documents", "read_field", "read_file"]

READERS: Mapping[str, Callable[[bytes], Content]] = {
    ".txt": read_text,
    ".md": read_text,
    ".markdown": read_text,
}
# A text of this size is a whole library in one file; reading it would take the memory of the run.
LARGEST_FILE = 50_000_000


def read_documents(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], *, metadata: str | os.PathLike[str] | None = None
) -> Iterator[Document | Failure]:
    r"""The documents under `paths` (files, folders, globs), in order; one that cannot be read is a `Failure`.

    Metadata is merged field by field from YAML front matter, from the metadata.csv beside the files (or from
    `metadata`), and from the text's own date line, dateline and title line; what none of them states is None.
    `Document.basis` says where each field was found.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.md").write_text("---\npublished: 2024-09-19\n---\nTrade reached $1 billion.")
    ...     [document] = read_documents(folder)
    >>> document.text, document.published, document.basis
    ('Trade reached $1 billion.', datetime.date(2024, 9, 19), {'published': 'front matter'})
    """
    for found in find_files(paths, metadata=metadata):
        yield found if isinstance(found, Failure) else read_file(found)


def read_file(file: SourceFile) -> Document | Failure:
    """The document of `file`, or why it could not be read."""
    try:
        return build_document(_content(file), file.row, file.source)
    except DocumentError as error:
        return Failure(file.source, str(error))
    except OSError as error:
        return Failure(file.source, f"cannot be read: {error.strerror}; check the file and its permissions")


def _content(file: SourceFile) -> Content:
    reader = READERS.get(file.path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        message = f"no reader for {file.path.suffix or 'a file without an ending'}; save the text as one of {known}"
        raise DocumentError(message)
    if not file.path.is_file():
        message = "not a file: a link that leads nowhere, a pipe or a device; give the text of the document"
        raise DocumentError(message)
    if (size := file.path.stat().st_size) > LARGEST_FILE:
        message = f"{size:,} bytes, more than the {LARGEST_FILE:,} of a document; split it into its articles"
        raise DocumentError(message)
    return reader(file.path.read_bytes())
