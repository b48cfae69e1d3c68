"""Fetch the scripts in `dashboard/vendor` anew: `python -m tools.vendor`, after `plotly` was raised; it needs npm."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Final

from plotly.offline import get_plotlyjs_version

from dashboard import vendor

_PACKAGES: Final = {
    f"plotly.js-basic-dist-min@{get_plotlyjs_version()}": {
        "plotly-basic.min.js": vendor.PLOTLY,
        "LICENSE": vendor.folder / "plotly-basic.LICENSE",
    },
    "regenerator-runtime@0.14.1": {
        "runtime.js": vendor.REGENERATOR,
        "LICENSE": vendor.folder / "regenerator-runtime.LICENSE",
    },
}


def main() -> None:
    """Write the files of the npm packages; of plotly.js in the version of the installed `plotly`."""
    for package, files in _PACKAGES.items():
        _fetch(package, files)
        print(f"{package} → {vendor.folder}")


def _fetch(package: str, files: dict[str, Path]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["npm", "pack", "--silent", package], cwd=scratch, check=True)  # noqa: S607  npm of the PATH
        with tarfile.open(next(Path(scratch).glob("*.tgz"))) as packed:
            for member, path in files.items():
                path.write_bytes(packed.extractfile(f"package/{member}").read())  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
