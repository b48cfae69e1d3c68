"""What every test may ask for: the shared evaluation folder beside the clone, the clone itself, a browser."""

from __future__ import annotations

import os
import pwd
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tools.setup import find_chromium

# No deadline: a busy machine is not a bug. On CI the same examples every time: a red run is the change's doing.
settings.register_profile("project", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("project")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the clone."""
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared(root: Path) -> Path:
    """The folder of real articles and annotated claims beside the clone; not ours to publish, so it may be absent."""
    folder = root.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no folder `shared` beside the clone: the real articles and annotated claims are not published")
    return folder


@pytest.fixture
def ordinary_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder of an ordinary user, as whom the test runs: root, whom a container often is, may read everything."""
    if os.geteuid() != 0:
        yield tmp_path
        return
    nobody = pwd.getpwnam("nobody").pw_uid
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, nobody, -1)
        os.seteuid(nobody)
        try:
            yield Path(folder)
        finally:
            os.seteuid(0)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser for the browser tests."""
    browser = find_chromium()
    if browser is None:
        pytest.fail("no Chromium or Chrome: `make test` installs one, `make test-fast` leaves the browser tests out")
    return browser
