"""The command line as a user has it: in this process, or in one of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result

from mcdefense.cli import main


def command(*arguments: str | Path) -> Result:
    """What `mcdefense ARGUMENTS` does, in this process."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def program(*arguments: str | Path) -> list[str]:
    """The words that start `mcdefense ARGUMENTS` as a process of its own."""
    return [sys.executable, "-m", "mcdefense.cli", *(str(argument) for argument in arguments)]


def in_a_process(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What `mcdefense ARGUMENTS` does in a process of its own, its output in pipes."""
    return subprocess.run(program(*arguments), capture_output=True, text=True, check=False)


@contextmanager
def passed_on(number: signal.Signals, *, ignored: bool) -> Iterator[None]:
    """Processes started meanwhile ignore the signal or hear it, whatever this one's parent did:
    a shell has what it starts in the background ignore Ctrl-C, and tests run there too."""
    before = signal.getsignal(number)
    signal.signal(number, signal.SIG_IGN if ignored else lambda *_: None)
    try:
        yield
    finally:
        signal.signal(number, before)


def python(code: str) -> str:
    """What a fresh interpreter prints for this code."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(entry.name for entry in folder.iterdir())
