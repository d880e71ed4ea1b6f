"""The points of a study run one after the other, those that differ in rounds alone side by side,
saved meanwhile, and gone on with."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from mcdefense.engine import MOST_LOADS
from mcdefense.errors import McdefenseError
from mcdefense.run import (
    Counter,
    Gathering,
    Interrupted,
    Monitor,
    Phases,
    RunOptions,
    Simulator,
    Size,
    Workers,
    axes_of,
    combined,
    counted_result,
    part_file,
    part_of,
    programs_kept,
)
from mcdefense.scenario import Scenario
from mcdefense.schedule import Builder
from mcdefense.statistics import (
    Result,
    Study,
    StudyAxis,
)
from mcdefense.store import StoreError, sole_writer, write_study
from mcdefense.study.assembled import Assembly
from mcdefense.study.begun import begun_points, check_output, fuller, matched
from mcdefense.study.plan import Planned


def run_points(
    plan: Planned,
    path: Path | None,
    options: RunOptions,
    monitor: Monitor,
    begun: Study | None = None,
    workers: Workers | None = None,
) -> Study:
    """Simulate all points of a study, or those of a shard of it, to the file at `path` if one is
    given.

    All have the same seed, worlds and trials. Asked to stop it saves what is counted; with
    `resume` it goes on from that, or from a finished file. With `force` it replaces what is there.
    On `workers` of Dask nothing is saved meanwhile, and nothing can stop it. Raises Interrupted
    when stopped; InputError for options that a study does not take, and for a file that is there
    and may be neither resumed nor replaced.
    """
    size = options.size(plan.scenarios[plan.base])
    study = _Points(plan, size, options, monitor, path, workers)
    earlier, _ = ({}, True) if begun is None else matched(begun, plan, size)
    if path is None:
        with programs_kept(options, monitor.logger):
            return study.run(earlier)
    check_output(path, options)
    with sole_writer(path) as locked, programs_kept(options, monitor.logger):
        if not locked:
            message = f"{path}: no locks on this file system: let no other run write it"
            monitor.logger.warning(message)
        found = earlier
        if options.resume:
            there = begun_points(path, plan, size, study.asked, force=options.force)
            found = fuller(there, earlier)
        if found and begun is None:
            known = f"{len(found):,} of {len(study.asked):,} points"
            monitor.logger.info(f"{path}: going on from {known}")
        made = study.run(found)
        write_study(made, path)
        with suppress(OSError):
            part_file(path).unlink(missing_ok=True)
        return made


@dataclass
class _Points:
    """The study as it is run."""

    plan: Planned
    size: Size
    options: RunOptions
    monitor: Monitor
    path: Path | None
    workers: Workers | None = None
    saved: float = field(default_factory=time.monotonic)
    """When the study was last saved, or begun."""

    @cached_property
    def asked(self) -> Sequence[int]:
        """Places of the points to run: all, or those of a shard."""
        number, shard = len(self.plan.scenarios), self.options.shard
        return range(number) if shard is None else shard.places(number, "points").tolist()

    @cached_property
    def made(self) -> Assembly:
        """What puts the points together."""
        return Assembly(self.plan, self.size, self.options)

    @cached_property
    def whole(self) -> RunOptions:
        """Options of a point, which has all its worlds in a shard of the study too."""
        return replace(self.options, shard=None)

    def run(self, begun: Mapping[int, Result]) -> Study:
        """All points that are asked for, those that are begun with what they lack."""
        begin = time.perf_counter()
        each = self.size.worlds * self.size.trials
        points = dict(begun)
        before = sum(point.tally.trials for point in begun.values())
        total = each * len(self.asked)
        counter = Counter(self.monitor.show, total, begin, before=before)
        if self.workers is not None:
            self._count_on(self.workers, points, counter, begin)
            return self.made.study(points)
        first: Simulator | None = None
        alike = self.plan.alike
        missing = [n for n in self.asked if n not in points or points[n].tally.trials < each]
        known = {*missing, *points}
        again = [n for n in missing if alike[n] != n and alike[n] in known]
        for numbers in self._together([n for n in missing if n not in {*again}]):
            if self.monitor.stopped():
                break
            simulator = self._simulator(numbers, first)
            first = first or simulator
            self._complete(numbers, simulator, points, counter, begin)
        for number in again:
            same = points.get(alike[number])
            if same is not None and same.tally.trials == each:
                points[number] = self._again(self.plan.scenarios[number], same)
                counter.add(each, 0)
        if sum(point.tally.trials for point in points.values()) < total:
            raise self._interrupted(points)
        return self.made.study(points)

    def _complete(
        self,
        numbers: Sequence[int],
        simulator: Simulator,
        points: dict[int, Result],
        counter: Counter,
        begin: float,
    ) -> None:
        """Simulate what these of the points lack."""
        worlds = np.arange(self.size.worlds)
        gatherings = {number: Gathering(simulator.axes(worlds)) for number in numbers}
        begun = {}
        for number, gathering in gatherings.items():
            there = points.get(number)
            # Of a point that lacks names of the others nothing was kept apart: it begins anew.
            if there is not None and gathering.tally.axes.agrees(there.tally.axes):
                gathering.add(part_of(there))
                begun[number] = there.provenance

        def point(number: int) -> Result:
            scenario, part = self.plan.scenarios[number], gatherings[number].part()
            device, phases = simulator.device, simulator.phases
            made = counted_result(scenario, part, self.whole, device, phases, begin)
            if number in begun:
                made.provenance.update(combined([begun[number], made.provenance]))
            return made

        def found() -> dict[int, Result]:
            return {number: point(number) for number in numbers}

        def counted(trials: int, pairings: int) -> None:
            counter.add(trials, pairings)
            if time.monotonic() - self.saved >= self.options.checkpoint_every_s:
                self._save({**points, **found()})
                self.saved = time.monotonic()

        simulator.complete([*gatherings.values()], counted, self.monitor.stopped)
        points.update(found())

    def _together(self, numbers: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """Points that differ in nothing but rounds and so share the lists of their worlds, as many
        as are simulated side by side; any other point by itself."""
        if not any(_of_rounds(axis) or not axis.path for axis in self.plan.axes):
            yield from ((number,) for number in numbers)
            return
        sharing: dict[str, list[int]] = {}
        for number in numbers:
            sharing.setdefault(self._builder(number).but_rounds, []).append(number)
        for some in sharing.values():
            # Evenly, as each number of points has a program of its own.
            for part in np.array_split(some, math.ceil(len(some) / MOST_LOADS)):
                yield tuple(part.tolist())

    def _builder(self, number: int) -> Builder:
        return Builder(self.plan.scenarios[number], self.plan.beside)

    def _count_on(
        self, workers: Workers, points: dict[int, Result], counter: Counter, begin: float
    ) -> None:
        """Add the points that are missing, as workers of Dask count them."""
        alike, size, beside = self.plan.alike, self.size, self.plan.beside
        each = size.worlds * size.trials
        done = {number for number, point in points.items() if point.tally.trials == each}
        missing = [number for number in self.asked if number not in done]
        own = [number for number in missing if alike[number] == number]
        gatherings: dict[int, Gathering] = {}

        def scenarios() -> Iterator[Scenario]:
            for number in own:
                builder = Builder(self.plan.scenarios[number], beside)
                gatherings[number] = Gathering(axes_of(builder, np.arange(size.worlds)))
                yield builder.scenario

        for place, part in workers.counted(scenarios(), size, self.whole, beside):
            number = own[place]
            gathering = gatherings[number]
            gathering.add(part)
            counter.add(size.trials * len(part.worlds), part.pairings)
            if not gathering.missing.size:
                scenario, whole = self.plan.scenarios[number], gatherings.pop(number).whole()
                points[number] = counted_result(
                    scenario, whole, self.whole, workers.device, Phases(), begin
                )
        for number in missing:
            if alike[number] != number:
                points[number] = self._again(self.plan.scenarios[number], points[alike[number]])
                counter.add(each, 0)

    def _again(self, scenario: Scenario, same: Result) -> Result:
        """A finished point as that of a scenario which says the same."""
        device = str(same.provenance.get("device", ""))
        begin = time.perf_counter()
        return counted_result(scenario, part_of(same), self.whole, device, Phases(), begin)

    def _simulator(self, numbers: Sequence[int], first: Simulator | None) -> Simulator:
        builder, *others = map(self._builder, numbers)
        made = Simulator(
            builder,
            self.size.seed,
            self.size.trials,
            devices=self.options.devices,
            batch=self.options.batch,
            builders=self.options.builders,
            others=others,
        )
        if first is not None:
            made.follow(first)
        return made

    def _save(self, points: Mapping[int, Result]) -> None:
        if self.path is None:
            return
        try:
            write_study(self.made.study(points), part_file(self.path))
        except StoreError as error:
            self.monitor.logger.warning(f"{error}; the study goes on")

    def _interrupted(self, points: Mapping[int, Result]) -> McdefenseError:
        if not any(point.tally.trials for point in points.values()):
            return Interrupted("interrupted before a trial was counted; nothing is saved")
        if self.path is None:
            return Interrupted("interrupted; nothing is saved, since no output was asked for")
        saved = part_file(self.path)
        study = self.made.study(points)
        write_study(study, saved)
        done = len(study.asked) - len(study.unfinished)
        return Interrupted(
            f"{saved}: interrupted and saved, {done:,} of {len(study.asked):,} points done; "
            "go on with `resume`"
        )


def _of_rounds(axis: StudyAxis) -> bool:
    return ".magazine" in axis.path
