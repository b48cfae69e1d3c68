"""Private: the dashboard works where there is no network at all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

# Charts, tooltips, the table, filters, downloads, touch, the text of a document: what a reader does in a sitting.
WALK = "hovering or keys_go or outlives_a_reload or downloaded_csv or on_a_telephone or whole_text"
ALONE = ("unshare", "--map-root-user", "--net")


def test_everything_works_on_a_machine_without_a_network() -> None:
    if not shutil.which("unshare") or subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody make a network namespace")
    tests = [sys.executable, "-m", "tests.browser.alone", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(
        [*ALONE, *tests, "tests/browser/test_dashboard.py", "-k", WALK],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
