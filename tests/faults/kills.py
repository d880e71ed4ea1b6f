"""SIGKILL at random moments: nothing unreadable, nothing wrong after resuming."""

from __future__ import annotations

import random
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from batch_run import PATIENCE_S, Run

from mcdefense.errors import McdefenseError
from mcdefense.store import read


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

    The moments are even over the time that the run takes once it has begun to save.
    """
    reference = Run(_made(folder / "reference"))
    begin = time.monotonic()
    process = reference.start()
    while not reference.saved.exists() and process.poll() is None:
        time.sleep(0.005)
    first_save = time.monotonic() - begin
    code = process.wait(PATIENCE_S)
    assert code == 0, process.communicate()
    length = time.monotonic() - begin
    draw, found = random.Random(seed), Kills()
    round_number = 0
    while found.kills < kills:
        round_number += 1
        run = Run(_made(folder / f"run-{round_number}"))
        while not _whole(run):
            last = found.kills >= kills
            process = run.start("--resume")
            try:
                # Most of a short process's time goes by before its first save.
                process.wait(PATIENCE_S if last else draw.uniform(0.8 * first_save, length))
            except subprocess.TimeoutExpired:
                assert not last, "it does not end"
                process.kill()
                process.wait()
                found.kills += 1
                _look(run, found)
            process.communicate()
        found.runs_finished += 1
        found.wrong += not run.same(reference)
    return found


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
