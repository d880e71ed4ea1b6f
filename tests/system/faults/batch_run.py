"""A small run as a process of its own, to be killed, starved and misled."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.same_file import content
from tests.support.small_scenarios import TABLE

ROOT = Path(__file__).parents[3]
WORLDS = 8
PATIENCE_S = 120.0
_CACHE = Path(os.environ.get("JAX_COMPILATION_CACHE_DIR") or tempfile.mkdtemp(prefix="compiled-"))

DEFAULTS = {"--worlds": str(WORLDS), "--batch": "100", "--devices": "1", "--checkpoint-every": "0"}
"""Options of every run that gives them no other value."""


class Run:
    """`mcdefense run` of a table of opportunities to `all.h5` in a folder."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.output = folder / "all.h5"
        self.saved = folder / "all.h5.part"
        self._options = options
        (folder / "scenario.toml").write_text(TABLE, encoding="utf-8")

    def start(self, *options: str, **process: Any) -> subprocess.Popen[str]:
        """The process, saving after every block; its output in pipes unless said otherwise."""
        given = (*self._options, *options)
        words = ["run", str(self.folder / "scenario.toml"), "-o", str(self.output), *given]
        for name, value in DEFAULTS.items():
            words += [] if name in given else [name, value]
        cache = {
            "JAX_COMPILATION_CACHE_DIR": str(_CACHE),
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        }
        settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **process}
        return subprocess.Popen(
            [sys.executable, "-m", "mcdefense.cli", *words],
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), **cache},
            **settings,
        )

    def finish(self, *options: str, **process: Any) -> tuple[int, str]:
        """Exit code and what it said, of a run that ends by itself."""
        started = self.start(*options, **process)
        _, said = started.communicate(timeout=PATIENCE_S)
        return started.returncode, said or ""

    def names(self) -> list[str]:
        """What is in the folder beside the scenario."""
        return sorted(e.name for e in self.folder.iterdir() if e.name != "scenario.toml")

    def same(self, other: Run) -> bool:
        """Whether the outputs hold the same, bit for bit."""
        return content(self.output) == content(other.output)


def wait_for(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Until something has happened; AssertionError if the process ends before, or it takes long."""
    limit = time.monotonic() + PATIENCE_S
    while not happened():
        assert process.poll() is None, (process.stderr and process.stderr.read()) or "it has ended"
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.01)


def faults_of(said: str) -> list[str]:
    """The lines about what went wrong; AssertionError for a traceback."""
    assert "Traceback" not in said, said
    words = ("cannot", "another run", "damaged", "interrupted", "does not exist")
    return [line for line in said.splitlines() if any(word in line for word in words)]
