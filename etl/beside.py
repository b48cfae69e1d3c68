"""A store → the files that stand beside it: whoever makes the store anew keeps them."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["beside"]


def beside(store: str | os.PathLike[str], ending: str) -> Path:
    """The file with this ending beside a store.

    Such files need a disk: those of a store on object storage are in the working folder.

    >>> [beside(store, "log").as_posix() for store in ("data/store", "file:///srv/store/", "s3://bucket/trade/store")]
    ['data/store.log', '/srv/store.log', 'store.log']
    """
    scheme, _, rest = str(store).rpartition("://")
    path = Path(rest if scheme in {"", "file"} else Path(rest).name)
    return path.with_name(f"{path.name or path.resolve().name}.{ending}")
