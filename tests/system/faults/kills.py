"""SIGKILL at random moments: nothing unreadable, nothing wrong after resuming."""

from __future__ import annotations

import random
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from mcdefense.errors import McdefenseError
from mcdefense.store import read
from tests.system.faults.batch_run import PATIENCE_S, Run


@dataclass
class Kills:
    """What became of the runs that were killed."""

    kills: int = 0
    while_saving: int = 0  # a half-written temporary file was left
    with_something_saved: int = 0
    unreadable: int = 0
    runs_finished: int = 0
    wrong: int = 0


def killed(folder: Path, kills: int, seed: int) -> Kills:
    """Kill and resume until so many kills are done, then finish; every finished file is compared.

    One moment in four is before a process's first save, even over the time that takes, the others
    are after it, even over the time that saving goes on.
    """
    reference = Run(_made(folder / "reference"))
    begin = time.monotonic()
    process = reference.start()
    while not reference.saved.exists() and process.poll() is None:
        time.sleep(0.005)
    first_save = time.monotonic() - begin
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, said
    length = time.monotonic() - begin
    draw, found = random.Random(seed), Kills()
    round_number = 0
    while found.kills < kills:
        round_number += 1
        run = Run(_made(folder / f"run-{round_number}"))
        while not _whole(run):
            before = _version(run)
            process = run.start("--resume")
            if found.kills >= kills:
                assert process.wait(PATIENCE_S) == 0
            elif draw.random() < 0.25:
                _kill_after(draw.uniform(0, first_save), process, run, found)
            else:
                limit = time.monotonic() + PATIENCE_S
                while _version(run) == before and process.poll() is None:
                    assert time.monotonic() < limit, "it saves nothing"
                    time.sleep(0.001)
                _kill_after(draw.uniform(0, length - first_save), process, run, found)
            process.communicate()
        found.runs_finished += 1
        found.wrong += not run.same(reference)
    return found


def _kill_after(seconds: float, process: subprocess.Popen[str], run: Run, found: Kills) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        found.kills += 1
        _look(run, found)


def _version(run: Run) -> int:
    """Changes with every save."""
    try:
        return run.saved.stat().st_ino
    except FileNotFoundError:
        return 0


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _whole(run: Run) -> bool:
    return run.output.exists() and not run.saved.exists()


def _look(run: Run, found: Kills) -> None:
    found.while_saving += any(name.endswith(".tmp") for name in run.names())
    for path in (run.output, run.saved):
        if path.exists():
            found.with_something_saved += 1
            try:
                read(path)
            except McdefenseError:
                found.unreadable += 1
