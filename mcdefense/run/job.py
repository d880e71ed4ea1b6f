"""A run that ends in a file, and goes on from where it was if it did not get there.

What is saved meanwhile is a results file too, of the worlds counted so far, under the name
`FILE.part`: one format, one reader, one set of checks. It has a name of its own so that whatever
has the name of the output is finished, and an earlier output stays until the new one is whole.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mcdefense.errors import Fault, InputError, McdefenseError
from mcdefense.run.dask import simulate_on_dask
from mcdefense.run.identity import Identity
from mcdefense.run.kept_programs import programs_kept
from mcdefense.run.monitor import UNWATCHED, Monitor
from mcdefense.run.options import DEFAULT, RunOptions
from mcdefense.run.output import kind_of, part_file, refuse_existing
from mcdefense.run.part import Gathering, Part
from mcdefense.run.precision import Aim
from mcdefense.run.provenance import combined
from mcdefense.run.run_log import opening_lines, phases_line
from mcdefense.run.simulation import Counter, part_of, result_of, warnings_of
from mcdefense.run.simulator import Simulator
from mcdefense.run.size import Size
from mcdefense.scenario import Scenario
from mcdefense.statistics import Result
from mcdefense.store import StoreError, check_writable, read, sole_writer, write


class Interrupted(McdefenseError):
    """The run was asked to stop, and has saved what it counted; exit code EX_TEMPFAIL."""

    exit_code = 75


def run_to_file(
    scenario: Scenario,
    path: Path | str,
    options: RunOptions = DEFAULT,
    monitor: Monitor = UNWATCHED,
) -> Result:
    """Simulate the worlds of a run, or of one shard of it, to the file at `path`.

    It saves what is done meanwhile, and when `monitor` asks it to stop. With `resume` it goes on
    from what is saved, or from a finished file that lacks worlds; the file's content is the same as
    of a run in one go. With `force` it replaces what is there and not of this run, and without
    `resume` what is of this run too. On Dask nothing is saved meanwhile, and nothing can stop it.

    Raises Interrupted when stopped; InputError if another run is writing the file, or if a file
    is there, finished or saved, that neither of the two lets it use; StoreError if the file cannot
    be written, or what is there is damaged.
    """
    path = Path(path)
    check_writable(path)
    if not options.resume and not options.force:
        _refuse_unasked(path, resumable=options.dask is None)  # before a lock is made, too
    with sole_writer(path) as locked:
        if not locked:
            message = f"{path}: no locks on this file system: let no other run write it"
            monitor.logger.warning(message)
        if options.dask is not None:
            result = simulate_on_dask(scenario, options, monitor)
            _write_last(result, path, part_file(path))
            return result
        with programs_kept(options, monitor.logger):
            return _alone(scenario, path, options, monitor)


def _alone(scenario: Scenario, path: Path, options: RunOptions, monitor: Monitor) -> Result:
    """The run, now that no other one writes its file."""
    if not options.resume and not options.force:
        _refuse_unasked(path, resumable=options.dask is None)
    size, saved = options.size(scenario), part_file(path)
    wanted = _Wanted(scenario, size, options)
    begun = None
    if options.resume:
        begun = _begun(path, Identity.of_run(scenario, size), wanted.most, force=options.force)
    worlds = wanted.worlds(None if begun is None else part_of(begun))
    if begun is not None and _finished(begun, worlds, size.trials):
        monitor.logger.info(f"{path}: finished already, all {worlds.size:,} worlds of it")
        told = wanted.judged(begun)
        if told is not begun or not path.exists() or saved.exists():
            _write_last(told, path, saved)
        return told
    result = _simulated(scenario, wanted, begun, saved, options, monitor)
    worlds = wanted.worlds(part_of(result))
    if not _finished(result, worlds, size.trials):
        again = "`resume` `force`" if options.force and path.exists() else "`resume`"
        error = _interrupted(result, saved, worlds, size, again)
        monitor.logger.debug(f"{phases_line(result)}; exit {error.exit_code}, asked to stop")
        raise error
    _write_last(result, path, saved)
    monitor.logger.debug(f"{path}: written; {phases_line(result)}; exit 0, finished")
    return result


class _Wanted:
    """Which worlds a run is to have: it knows before, or with a precision from what it counts."""

    def __init__(self, scenario: Scenario, size: Size, options: RunOptions) -> None:
        self.most = np.arange(size.worlds)
        if options.shard is not None:
            self.most = options.shard.worlds(size.worlds)
        self.aim = None
        if options.precision is not None:
            self.aim = Aim(scenario, options.precision, size.trials, size.worlds)

    def worlds(self, part: Part | None) -> NDArray[np.int64]:
        """The worlds, as far as what is counted says."""
        return self.most if self.aim is None else self.most[: self.aim.worlds(part)]

    def judged(self, result: Result) -> Result:
        """A finished result with the warnings of this request, not of the one that it was for."""
        if self.aim is None:
            return result
        told = json.dumps([*warnings_of(part_of(result)), *self.aim.missed])
        if result.provenance.get("warnings") == told:
            return result
        return replace(result, provenance={**result.provenance, "warnings": told})

    def options(self, options: RunOptions, worlds: int) -> RunOptions:
        """The options of a run that came to have so many worlds."""
        return options if self.aim is None else replace(options, worlds=worlds)


def _simulated(
    scenario: Scenario,
    wanted: _Wanted,
    begun: Result | None,
    saved: Path,
    options: RunOptions,
    monitor: Monitor,
) -> Result:
    """What is begun with the worlds and trials that it lacks, or so many until it is stopped."""
    begin = time.perf_counter()
    size, shard, logger = options.size(scenario), options.shard, monitor.logger
    simulator = Simulator(
        scenario,
        size.seed,
        size.trials,
        devices=options.devices,
        batch=options.batch,
        builders=options.builders,
    )
    part = None if begun is None else part_of(begun)
    worlds = wanted.worlds(part)
    for line in opening_lines(scenario, size, worlds.size, shard, simulator.device):
        logger.debug(line)
    before = 0
    if part is not None:
        before = part.tally.trials
        of = f"{before:,} of {worlds.size * size.trials:,} trials"
        logger.info(f"{saved.stem}: going on after {of}")
    counter = Counter(monitor.show, worlds.size * size.trials, begin, before=before)
    last_save = time.monotonic()  # a clock that is set back does not change it

    def result(part: Part, notes: Sequence[str] = ()) -> Result:
        run = wanted.options(options, worlds.size)
        made = result_of(scenario, part, run, simulator.device, simulator.phases, begin, notes)
        if begun is not None:
            made.provenance.update(combined([begun.provenance, made.provenance]))
        return made

    def counted(trials: int, pairings: int) -> None:
        nonlocal last_save
        counter.add(trials, pairings)
        if time.monotonic() - last_save >= options.checkpoint_every_s:
            since = time.perf_counter()
            try:
                write(result(gathering.part()), saved)
            except StoreError as error:
                logger.warning(f"{error}; the run goes on")
            simulator.phases.add("save", since)
            last_save = time.monotonic()

    while True:
        gathering = Gathering(simulator.axes(worlds))
        if part is not None:
            gathering.add(part)
        counter.expect(worlds.size * size.trials)
        simulator.complete([gathering], counted, monitor.stopped)
        part = gathering.part()
        more = wanted.worlds(part)
        if wanted.aim is not None and wanted.aim.last is not None:
            logger.info(f"{saved.stem}: {wanted.aim.last}")
        if more.size == worlds.size or monitor.stopped():
            break
        worlds = more
    return result(part, [] if wanted.aim is None else wanted.aim.missed)


def _refuse_unasked(path: Path, *, resumable: bool) -> None:
    saved = part_file(path)
    if resumable and saved.exists():
        message = f"an unfinished run is saved here, {kind_of(saved)}; go on with `resume`"
        raise InputError([Fault(str(saved), "", f"{message}, or begin anew with `force`")])
    refuse_existing(path, resumable=resumable)


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
            message += "; `force` replaces it"
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
            raise StoreError(f"{error}; '{saved}' is kept, go on with `resume`") from error
        raise
    with suppress(OSError):
        saved.unlink(missing_ok=True)
