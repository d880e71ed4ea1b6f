"""Any worlds of one scenario, or of points of a study, simulated in blocks on all devices."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Schedule
from mcdefense.engine import Block, usable_cores
from mcdefense.gpu import choose_workers, default_batch, description, fleet_of
from mcdefense.run.builders import Builders, Coming, Here
from mcdefense.run.capacities import Capacities
from mcdefense.run.counting import counts_by_load
from mcdefense.run.monitor import never
from mcdefense.run.part import Gathering, Part, hash_of
from mcdefense.scenario import Scenario
from mcdefense.schedule import Builder, SharedList, side_by_side
from mcdefense.statistics import Axes
from mcdefense.world import World, time_bins


@dataclass
class Phases:
    """Seconds by phase: of the clock, but `schedule` of the thread or the processes that build
    worlds, which share the cores with the blocks that run meanwhile, and `kernels` of GPUs."""

    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, since: float) -> None:
        """Count the time since `since` (of time.perf_counter) to a phase."""
        self.spend(name, time.perf_counter() - since)

    def spend(self, name: str, seconds: float) -> None:
        """Count these seconds to a phase."""
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds

    def spend_if_any(self, name: str, seconds: float) -> None:
        """The same, of a phase that not every run has."""
        if seconds > 0:
            self.spend(name, seconds)


class Simulator:
    """Simulates worlds of one scenario and seed; keeps what they share: geometry, programs.

    With `others`, points of a study that differ from the scenario in nothing but rounds
    (`Builder.but_rounds`), it simulates all of them side by side.
    """

    def __init__(
        self,
        scenario: Scenario | Builder,
        seed: int,
        trials: int,
        *,
        devices: int | None = None,
        batch: int | None = None,
        builders: int | None = None,
        others: Sequence[Builder] = (),
    ) -> None:
        self._builder = scenario if isinstance(scenario, Builder) else Builder(scenario)
        self._other_points = tuple(others)
        self._here, self._asked = Here(self._builder, seed), builders
        self._plans = tuple(self._builder.scenario.plans)
        self._seed, self._trials, self._batch = seed, trials, batch
        self._workers = choose_workers(devices)
        on_cpu = getattr(self._workers[0], "platform", "") == "cpu"
        self.building_cores = len(self._workers) if on_cpu else usable_cores()
        """Processes that build worlds at most, where their number is not given."""
        self._capacities = Capacities()
        self.phases = Phases()
        self._others: set[str] = set()

    def follow(self, other: Simulator) -> None:
        """Use what another simulator has made: its compiled programs, and its geometry where the
        names of both scenarios are the same. To be called before anything is simulated."""
        self._capacities = other._capacities
        self._builder.follow(other._builder)

    @property
    def device(self) -> str:
        """Kind and number of the workers, and what has computed in their place."""
        return ", ".join([description(self._workers), *sorted(self._others)])

    def _check_hashes(self) -> list[int]:
        """Hash of world 0's schedule as built here, of every point: whether hosts round alike."""
        world_0 = self._here.world_0
        if world_0 is None:
            world_0 = self._here.build(0)
            self.phases.spend("schedule", world_0.seconds)
        return [hash_of(own) for own in self._of_points(world_0.world, world_0.schedule)]

    def _of_points(self, world: World, schedule: Schedule) -> list[Schedule]:
        """The schedule of a world, and those of the other points, which have other rounds."""
        shared = SharedList(schedule)
        others = (point.with_own_rounds(world, shared) for point in self._other_points)
        return [schedule, *others]

    def axes(self, numbers: NDArray[np.int64]) -> Axes:
        """The axes of a run of these worlds."""
        return axes_of(self._builder, numbers)

    def simulate(
        self, numbers: NDArray[np.int64], counted: Callable[[int, int], None] | None = None
    ) -> Part:
        """All trials of the worlds with these numbers, which increase; `counted` as below."""
        gathering = Gathering(self.axes(numbers))
        self.complete([gathering], counted)
        return gathering.whole()

    def complete(
        self,
        gatherings: Sequence[Gathering],
        counted: Callable[[int, int], None] | None = None,
        stopped: Callable[[], bool] = never,
    ) -> None:
        """Simulate what the worlds of the gatherings lack, in the order of worlds and trials; there
        is one of each point, and all have the same axes.

        `counted` is called after every block with its trials and pairings. Once `stopped` says
        so no further block is begun; those that run are counted still.
        """
        axes = gatherings[0].tally.axes

        def collect(*, everything: bool) -> None:
            since = time.perf_counter()
            for block, outcome in fleet.finished(everything=everything):
                trials = block.last - block.first
                by_load = counts_by_load(block.schedule, outcome, axes, trials)
                pairings = block.schedule.sizes.opportunities * len(axes.architecture) * trials
                for point, counts in zip(block.points, by_load, strict=True):
                    gatherings[point].add_block(block.schedule.worlds, counts, pairings)
                if counted is not None:
                    counted(trials * len(by_load), pairings * len(by_load))
            self.phases.add("wait", since)

        trials = np.array([gathering.trials for gathering in gatherings]).T  # [W, points]
        begun = dict(zip(axes.world.tolist(), trials.tolist(), strict=True))
        lacking = [number for number, known in begun.items() if min(known) < self._trials]
        check_hashes = self._check_hashes() if lacking else []  # before a thread builds
        with (
            fleet_of(self._workers, self._seed) as fleet,
            closing(self._builders().built(lacking)) as worlds,
        ):
            for world, schedule, coming in worlds:
                if stopped():
                    break
                own, known = self._of_points(world, schedule), begun[world.number]
                for point, gathering in enumerate(gatherings):
                    if known[point] == 0:
                        plan = self._plans[world.raid_plan]
                        gathering.begin(world, plan, own[point], check_hashes[point])
                for block in self._blocks(own, known, fleet.most_loads, coming):
                    if stopped():
                        break
                    fleet.submit(block)
                    collect(everything=False)
            collect(everything=True)
            self.phases.spend_if_any("kernels", fleet.kernel_seconds)
            self._others |= set(fleet.others)

    def _blocks(
        self, own: Sequence[Schedule], begun: Sequence[int], most_loads: int, coming: Coming
    ) -> Iterator[Block]:
        """What one world lacks, of points with these schedules, of which so many trials each are
        counted."""
        for points in _as_far(begun, self._trials, most_loads):
            since, loads = time.perf_counter(), len(points)
            schedule = side_by_side([own[point] for point in points])
            features = self._capacities.features(schedule, coming)
            schedule = replace(schedule, features=features)
            capacity = self._capacities.capacity(schedule, loads * self._trials, coming)
            self.phases.add("wait", since)
            size = self._batch or default_batch(self._workers[0], features, capacity, loads)
            size = min(size, self._trials)
            for first in range(begun[points[0]], self._trials, size):
                last, bins = min(first + size, self._trials), capacity.objects + 1
                yield Block(schedule, capacity, first, size, last, bins, points)

    def _builders(self) -> Builders:
        spend = partial(self.phases.spend, "schedule")
        return Builders(self._here, self._asked, self.building_cores, spend)


def _as_far(begun: Sequence[int], whole: int, most: int) -> Iterator[tuple[int, ...]]:
    """Points, of which `begun` trials each are counted, that lack some of the `whole`: `most` of
    them at a time, of which as many are counted."""
    for trials in sorted({known for known in begun if known < whole}):
        points = [point for point, known in enumerate(begun) if known == trials]
        for first in range(0, len(points), most):
            yield tuple(points[first : first + most])


def axes_of(builder: Builder, numbers: NDArray[np.int64]) -> Axes:
    """The axes of a run of these worlds."""
    names = builder.names
    return Axes(
        architecture=names.architecture,
        threat_class=names.threat_class,
        battery=names.battery,
        interceptor=names.interceptor,
        asset=names.asset,
        world=numbers,
        time=time_bins(builder.scenario),
        raids=raids if (raids := builder.scenario.raids) > 1 else 0,
    )
