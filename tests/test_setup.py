"""The set-up of a fresh clone: which uv it fetches, what uv is told, which browser it finds."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from tools import setup

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("system", "machine", "libc", "tag"),
    [
        ("Linux", "x86_64", "glibc", "manylinux_2_17_x86_64.manylinux2014_x86_64"),
        ("Linux", "x86_64", "musl", "musllinux_1_1_x86_64"),
        ("Linux", "aarch64", "glibc", "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64"),
        ("Linux", "aarch64", "musl", "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64"),
        ("Darwin", "arm64", "", "macosx_11_0_arm64"),
        ("Darwin", "x86_64", "", "macosx_10_12_x86_64"),
    ],
)
def test_the_lock_holds_a_uv_for_every_usual_machine(
    root: Path, system: str, machine: str, libc: str, tag: str
) -> None:
    lock = tomllib.loads((root / "uv.lock").read_text(encoding="utf-8"))
    wheels = next(package["wheels"] for package in lock["package"] if package["name"] == "uv")
    chosen = setup.choose_wheel([wheel["url"] for wheel in wheels], system=system, machine=machine, libc=libc)
    assert chosen is not None
    assert chosen.endswith(f"-py3-none-{tag}.whl")


def test_an_unknown_machine_has_no_wheel() -> None:
    urls = ["https://files/uv-1-py3-none-manylinux_2_17_x86_64.whl"]
    assert setup.choose_wheel(urls, system="Linux", machine="sparc64", libc="glibc") is None


@pytest.mark.parametrize(
    ("environment", "pip", "told"),
    [
        ({}, {}, {}),
        ({"PATH": "/bin"}, {"cert": "own.crt"}, {"PATH": "/bin", "SSL_CERT_FILE": "own.crt"}),
        ({"SSL_CERT_FILE": "mine.crt"}, {"cert": "own.crt"}, {"SSL_CERT_FILE": "mine.crt"}),
        ({"UV_DEFAULT_INDEX": "a"}, {"index-url": "b"}, {"UV_DEFAULT_INDEX": "a"}),
    ],
)
def test_uv_hears_what_only_pip_was_told(
    environment: dict[str, str], pip: dict[str, str], told: dict[str, str]
) -> None:
    assert setup.uv_environment(environment, pip) == told


@pytest.mark.parametrize("python", ["false", "no-such-python"])
def test_a_python_that_is_too_old_or_missing_gets_the_next_step(root: Path, tmp_path: Path, python: str) -> None:
    """`false` fails every question, as an old Python fails the one about its version."""
    for name in ("Makefile", "uv.lock", "pyproject.toml", "tools/setup.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(root / name, tmp_path / name)
    command = ["make", "demo", f"PYTHON={python}"]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert f'Python 3.11 or newer is needed, and "{python}" is not one.' in done.stderr
    assert "make demo PYTHON=python3.12" in done.stderr


def test_a_browser_that_is_named_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chrome")
    with pytest.raises(setup.SetupError, match="CHROMIUM=/nowhere/chrome is not a program"):
        setup.find_chromium()


def test_a_browser_that_is_named_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert setup.find_chromium() == sys.executable


def test_a_user_who_cannot_become_root_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(setup, "MAC_BROWSERS", ())
    with pytest.raises(SystemExit, match=r"apt-get install chromium(?s:.*)make test CHROMIUM="):
        setup.main(["chromium"])
