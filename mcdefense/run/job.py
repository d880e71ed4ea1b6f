"""A run that ends in a file, and goes on from where it was if it did not get there.

What is saved meanwhile is a results file too, of the worlds counted so far, under the name
`FILE.part`: one format, one reader, one set of checks. It has a name of its own so that whatever
has the name of the output is finished, and an earlier output stays until the new one is whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mcdefense.errors import Fault, InputError, McdefenseError
from mcdefense.run.identity import Identity
from mcdefense.run.output import kind_of, part_file, refuse_existing
from mcdefense.run.part import Gathering
from mcdefense.run.provenance import combined
from mcdefense.run.run_log import opening_lines, phases_line
from mcdefense.run.simulation import Counter, Progress, part_of, result_of
from mcdefense.run.simulator import Simulator
from mcdefense.run.size import Shard, Size
from mcdefense.scenario import Scenario
from mcdefense.statistics import Result
from mcdefense.store import StoreError, read, sole_writer, write

CHECKPOINT_EVERY_S = 60.0


class Interrupted(McdefenseError):
    """The run was asked to stop, and has saved what it counted; exit code EX_TEMPFAIL."""

    exit_code = 75


def run_to_file(
    scenario: Scenario,
    path: Path,
    size: Size,
    *,
    shard: Shard | None = None,
    resume: bool = False,
    force: bool = False,
    checkpoint_every_s: float = CHECKPOINT_EVERY_S,
    devices: int | None = None,
    batch: int | None = None,
    stopped: Callable[[], bool] = lambda: False,
    progress: Callable[[Progress], None] = lambda _: None,
    tell: Callable[[str], None] = lambda _: None,
    log: Callable[[str], None] = lambda _: None,
) -> Result:
    """Simulate the worlds of a run, or of one shard of it, to the file at `path`.

    Saves every `checkpoint_every_s`, and when `stopped` says so. With `resume` it goes on from
    what is saved, or from a finished file that lacks worlds; the file's content is the same as of
    a run in one go. With `force` it replaces what is there and not of this run, and without
    `resume` what is of this run too. `tell` takes lines for the user, `log` those for a log.

    Raises Interrupted when stopped; InputError if another run is writing the file, or if a file
    is there, finished or saved, that neither of the two lets it use; StoreError if the file cannot
    be written, or what is there is damaged.
    """
    worlds = np.arange(size.worlds) if shard is None else shard.worlds(size.worlds)
    saved = part_file(path)
    if not resume and not force:
        _refuse_unasked(path, saved)  # before a lock is made, too
    with sole_writer(path) as locked:
        if not locked:
            tell(f"{path}: no locks on this file system: let no other run write it")
        if not resume and not force:
            _refuse_unasked(path, saved)
        identity = Identity.of_run(scenario, size)
        begun = _begun(path, identity, worlds, force=force) if resume else None
        if begun is not None and _finished(begun, worlds, size.trials):
            tell(f"{path}: finished already, all {worlds.size:,} worlds of it")
            saved.unlink(missing_ok=True)
            return begun
        result = _simulated(
            scenario,
            size,
            worlds,
            begun,
            saved,
            shard=shard,
            every_s=checkpoint_every_s,
            devices=devices,
            batch=batch,
            stopped=stopped,
            progress=progress,
            tell=tell,
            log=log,
        )
        if not _finished(result, worlds, size.trials):
            again = "--resume --force" if force and path.exists() else "--resume"
            error = _interrupted(result, saved, worlds, size, again)
            log(f"{phases_line(result)}; exit {error.exit_code}, asked to stop")
            raise error
        _write_last(result, path, saved)
        log(f"{path}: written; {phases_line(result)}; exit 0, finished")
        return result


def _simulated(
    scenario: Scenario,
    size: Size,
    worlds: NDArray[np.int64],
    begun: Result | None,
    saved: Path,
    *,
    shard: Shard | None,
    every_s: float,
    devices: int | None,
    batch: int | None,
    stopped: Callable[[], bool],
    progress: Callable[[Progress], None],
    tell: Callable[[str], None],
    log: Callable[[str], None],
) -> Result:
    begin = time.perf_counter()
    simulator = Simulator(scenario, size.seed, size.trials, devices=devices, batch=batch)
    for line in opening_lines(scenario, size, worlds.size, shard, simulator.device):
        log(line)
    gathering = Gathering(simulator.axes(worlds))
    if begun is not None:
        gathering.add(part_of(begun))
        done = int(gathering.trials.sum())
        tell(f"{saved.stem}: going on after {done:,} of {worlds.size * size.trials:,} trials")
    counter = Counter(
        progress, worlds.size * size.trials, begin, before=int(gathering.trials.sum())
    )
    last_save = time.monotonic()  # a clock that is set back does not change it

    def result() -> Result:
        made = result_of(
            scenario,
            gathering.part(),
            size,
            simulator.device,
            simulator.phases,
            begin,
            batch=batch,
            shard="" if shard is None else str(shard),
        )
        if begun is not None:
            made.provenance.update(combined([begun.provenance, made.provenance]))
        return made

    def counted(trials: int, pairings: int) -> None:
        nonlocal last_save
        counter.add(trials, pairings)
        if time.monotonic() - last_save >= every_s:
            since = time.perf_counter()
            try:
                write(result(), saved)
            except StoreError as error:
                tell(f"{error}; the run goes on")
            simulator.phases.add("save", since)
            last_save = time.monotonic()

    simulator.complete(gathering, counted, stopped)
    return result()


def _refuse_unasked(path: Path, saved: Path) -> None:
    if saved.exists():
        message = f"an unfinished run is saved here, {kind_of(saved)}; go on with --resume"
        raise InputError([Fault(str(saved), "", f"{message}, or begin anew with --force")])
    refuse_existing(path, resumable=True)


def _begun(
    path: Path, identity: Identity, worlds: NDArray[np.int64], *, force: bool
) -> Result | None:
    """What is there of this run: what was saved, or the file of a run with fewer worlds.

    Raises InputError or StoreError for what is not, unless `force` lets it be replaced.
    """
    found: Result | None = None
    for file in (part_file(path), path):
        if not file.exists():
            continue
        try:
            result = read(file)
        except McdefenseError:
            if force:
                continue
            raise
        differences = identity.differences(Identity.of_file(result))
        if not differences:
            more = np.setdiff1d(result.tally.axes.world, worlds)
            if more.size:
                differences = [f"{worlds.size:,} worlds without world {more[0]}, which it has"]
        if differences and force:
            continue
        if differences:
            message = "is of another run, cannot go on: asked for " + "; ".join(differences)
            message += "; --force replaces it"
            raise InputError([Fault(str(file), "", message)])
        if found is None or result.tally.trials > found.tally.trials:
            found = result
    return found


def _finished(result: Result, worlds: NDArray[np.int64], trials: int) -> bool:
    return np.array_equal(result.tally.axes.world, worlds) and bool(
        np.all(result.tally["trials"] == trials)
    )


def _interrupted(
    result: Result, saved: Path, worlds: NDArray[np.int64], size: Size, again: str
) -> McdefenseError:
    if not result.tally.trials:
        return Interrupted("interrupted before a trial was counted; nothing to save")
    write(result, saved)
    done = int(np.count_nonzero(result.tally["trials"] == size.trials))
    return Interrupted(
        f"{saved}: interrupted and saved, {done:,} of {worlds.size:,} worlds done; "
        f"go on with {again}"
    )


def _write_last(result: Result, path: Path, saved: Path) -> None:
    try:
        write(result, path)
    except StoreError as error:
        if saved.exists():
            raise StoreError(f"{error}; '{saved}' is kept, go on with --resume") from error
        raise
    with suppress(OSError):
        saved.unlink(missing_ok=True)
