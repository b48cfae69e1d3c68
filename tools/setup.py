"""Turns a fresh clone into a working environment: uv, then `.venv` from `uv.lock`, then Chromium for the tests.

`make` runs it. It needs Python 3.11 and its standard library, nothing else: Debian ships Python without pip and venv.

    python3 tools/setup.py packages     what the command line and the dashboard need
    python3 tools/setup.py dev          and what tests and checks need
    python3 tools/setup.py chromium     a browser for the browser tests, unless there is one
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import tomllib
import urllib.request
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

__all__ = ["SetupError", "choose_wheel", "find_chromium", "main", "run_uv", "uv_environment"]

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OWN_UV = ROOT / ".tools" / "uv"
OLDEST_PYTHON = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_BROWSERS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# A font, or text has no width and nothing can be hovered; libatomic for the Node.js inside Playwright.
DEBIAN_PACKAGES = ("chromium", "fonts-dejavu-core", "libatomic1")
APT_COMMANDS = (["update"], ["install", "--yes", "--no-install-recommends", *DEBIAN_PACKAGES])
# Another apt-get at work (unattended upgrades, a second terminal) is waited for, not tripped over.
APT_WAITS = ("-o", "DPkg::Lock::Timeout=600")


class SetupError(Exception):
    """The set-up cannot go on; the message says why and names the next step."""


def main(goals: Sequence[str]) -> None:
    """Reach each goal (`packages`, `dev`, `chromium`), or leave with a message that names the next step."""
    steps = {"packages": install_packages, "dev": install_dev, "chromium": provide_chromium}
    try:
        for goal in goals:
            steps[goal]()
    except SetupError as error:
        sys.exit(f"Set-up stopped: {error}")


def install_packages() -> None:
    """Fill `.venv` with what the product needs, in the versions and with the hashes of `uv.lock`."""
    _fill("--no-dev")


def install_dev() -> None:
    """Fill `.venv` with the development tools too."""
    _fill("--dev", "--all-extras")


def provide_chromium() -> None:
    """Install what the browser tests need, unless it is there; raise `SetupError` where that takes a person."""
    if _browser_ready():
        return
    apt = shutil.which("apt-get")
    root = _as_root()
    if apt is None or root is None:
        raise SetupError(_browser_advice())
    _say(f"Installing {', '.join(DEBIAN_PACKAGES)} for the browser tests with apt-get")
    log = "".join(_apt([*root, apt, *APT_WAITS, *command]) for command in APT_COMMANDS)
    if not _browser_ready():
        message = f"{log}\n{_browser_advice()}"
        raise SetupError(message)


def find_chromium() -> str | None:
    """The path of the browser to test with: `CHROMIUM` from the environment, else the first known name on PATH."""
    if named := os.environ.get("CHROMIUM"):
        if not shutil.which(named):
            message = f"CHROMIUM={named} is not a program; give the path of Chromium or Chrome, or unset it"
            raise SetupError(message)
        return named
    return next(filter(None, map(shutil.which, (*BROWSERS, *MAC_BROWSERS))), None)


def choose_wheel(urls: Iterable[str], *, system: str, machine: str, libc: str) -> str | None:
    """The address of the wheel for this machine, None where there is none.

    >>> wheels = ["https://files/uv-1-py3-none-manylinux_2_17_x86_64.whl", "https://files/uv-1-py3-none-win_amd64.whl"]
    >>> choose_wheel(wheels, system="Linux", machine="x86_64", libc="glibc")
    'https://files/uv-1-py3-none-manylinux_2_17_x86_64.whl'
    """
    kind = "macosx" if system == "Darwin" else "manylinux" if libc == "glibc" else "musllinux"
    tags = ((url, url.rsplit("-", 1)[-1].removesuffix(".whl").split(".")) for url in urls)
    return next((url for url, tag in tags if any(t.startswith(kind) and t.endswith(f"_{machine}") for t in tag)), None)


def run_uv(*commands: Sequence[str]) -> None:
    """Run commands of uv, which is fetched where there is none; raise `SetupError` at the first that fails."""
    uv = _working_uv() or _fetch_uv()
    environment = uv_environment(os.environ, _pip_settings())
    for command in commands:
        if subprocess.run([uv, *command], cwd=ROOT, env=environment, check=False).returncode:
            message = (
                f"`uv {command[0]}` failed, see above. If it could not download: check the network; uv reads\n"
                "HTTPS_PROXY, UV_DEFAULT_INDEX (a mirror) and SSL_CERT_FILE (own certificates). Then run make again."
            )
            raise SetupError(message)


def uv_environment(environment: Mapping[str, str], pip: Mapping[str, str]) -> dict[str, str]:
    """`environment` with uv told what only pip had been told: the package index and the certificates.

    `pip` holds pip's own settings, from its environment variables and its configuration files.

    >>> uv_environment({}, {"index-url": "https://mirror.example/simple"})
    {'UV_DEFAULT_INDEX': 'https://mirror.example/simple'}
    >>> uv_environment({"UV_INDEX_URL": "https://own.example"}, {"index-url": "https://mirror.example/simple"})
    {'UV_INDEX_URL': 'https://own.example'}
    """
    told = dict(environment)
    if "UV_INDEX_URL" not in told and (index := pip.get("index-url")):
        told.setdefault("UV_DEFAULT_INDEX", index)
    if certificates := pip.get("cert"):
        told.setdefault("SSL_CERT_FILE", certificates)
    return told


def _fill(*groups: str) -> None:
    # `uv sync` downloads from the addresses in uv.lock whatever index is configured; `uv pip install` asks the
    # configured index, so mirrors work, and the hashes of uv.lock are still demanded.
    with tempfile.TemporaryDirectory() as folder:
        pinned = str(Path(folder) / "requirements.txt")
        install = ["pip", "install", "--quiet", "--python", str(VENV)]
        commands = [
            ["export", "--quiet", "--frozen", "--no-emit-project", *groups, "--output-file", pinned],
            [*install, "--require-hashes", "--requirement", pinned],
            [*install, "--no-deps", "--editable", str(ROOT)],
        ]
        if not _python_works():
            _say(f"Creating .venv with Python {platform.python_version()}")
            commands.insert(0, ["venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)])
        _say("Installing the packages of uv.lock")
        run_uv(*commands)


def _python_works() -> bool:
    python = VENV / "bin" / "python"
    check = f"import sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    return python.exists() and not subprocess.run([python, "-c", check], check=False).returncode


def _working_uv() -> str | None:
    candidates = filter(None, (shutil.which("uv"), str(OWN_UV) if OWN_UV.exists() else None))
    return next((uv for uv in candidates if _runs([uv, "--version"])), None)


def _fetch_uv() -> str:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    package = next(package for package in lock["package"] if package["name"] == "uv")
    hashes = {wheel["url"]: wheel["hash"] for wheel in package["wheels"]}
    _say(f"Fetching uv {package['version']}")
    wheel = _by_pip(package["version"]) or _by_address(list(hashes))
    if f"sha256:{hashlib.sha256(wheel).hexdigest()}" not in hashes.values():
        message = f"the uv {package['version']} that was downloaded is not the one in uv.lock. {_uv_advice()}"
        raise SetupError(message)
    return _unpack(wheel)


def _by_pip(version: str) -> bytes | None:
    with tempfile.TemporaryDirectory() as folder:
        _runs(_pip("download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", folder, f"uv=={version}"))
        return next((wheel.read_bytes() for wheel in Path(folder).glob("uv-*.whl")), None)


def _by_address(urls: Sequence[str]) -> bytes:
    libc = "glibc" if platform.libc_ver()[0] == "glibc" else "musl"
    url = choose_wheel(urls, system=platform.system(), machine=platform.machine(), libc=libc)
    if url is None:
        message = f"there is no uv for {platform.system()} on {platform.machine()}. {_uv_advice()}"
        raise SetupError(message)
    try:
        with urllib.request.urlopen(url, timeout=60) as response:  # noqa: S310 - the address is one of uv.lock
            return bytes(response.read())
    except OSError as error:
        message = (
            f"uv could not be downloaded: {error}\n"
            "Check the network (a proxy: HTTPS_PROXY; own certificates: SSL_CERT_FILE; none at all on Debian:\n"
            f"apt-get install ca-certificates). {_uv_advice()}"
        )
        raise SetupError(message) from error


def _unpack(wheel: bytes) -> str:
    OWN_UV.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryFile() as file:
        file.write(wheel)
        with zipfile.ZipFile(file) as archive:
            program = next(name for name in archive.namelist() if name.endswith(".data/scripts/uv"))
            OWN_UV.write_bytes(archive.read(program))
    OWN_UV.chmod(0o755)
    return str(OWN_UV)


def _pip_settings() -> dict[str, str]:
    names = ("index-url", "cert")
    return {name: value for name in names if (value := _pip_setting(name))}


def _pip_setting(name: str) -> str:
    if value := os.environ.get(f"PIP_{name.upper().replace('-', '_')}"):
        return value
    asked = subprocess.run(_pip("config", "get", f"global.{name}"), capture_output=True, text=True, check=False)
    return asked.stdout.strip()


def _pip(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pip", *arguments]


def _runs(command: Sequence[str]) -> bool:
    return not subprocess.run(command, capture_output=True, check=False).returncode


def _apt(command: Sequence[str]) -> str:
    """Run `apt-get` and give back what it said, a thousand lines that only a failure makes worth reading."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(
        command, env=environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ).stdout


def _browser_ready() -> bool:
    # A Chromium can be on PATH and not run (Ubuntu's is a stub for a snap); Playwright can lack a library.
    browser = find_chromium()
    return (
        browser is not None and _runs([browser, "--version"]) and _runs([str(VENV / "bin" / "playwright"), "--version"])
    )


def _as_root() -> list[str] | None:
    """The words to put before a command that needs root; None where this user cannot become root."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    return [sudo] if sudo and (sys.stdin.isatty() or _runs([sudo, "-n", "true"])) else None


def _browser_advice() -> str:
    return (
        "the browser tests need Chromium or Chrome and Playwright's libraries, and they are not all here.\n"
        f"Debian: as root, apt-get install {' '.join(DEBIAN_PACKAGES)}. Elsewhere: install Chromium or Google Chrome.\n"
        "A browser that is not on PATH: make test CHROMIUM=/path/of/chrome. All other tests: make test-fast."
    )


def _uv_advice() -> str:
    return (
        "Or install uv yourself, from your system's packages or with pip, so that it is on PATH; then run make again."
    )


def _say(message: str) -> None:
    print(f"{message} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
