"""Any worlds of one scenario, simulated in blocks on all devices."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mcdefense.engine import Block, usable_cores
from mcdefense.gpu import choose_workers, default_batch, description, fleet_of
from mcdefense.run.builders import Builders, Here
from mcdefense.run.capacities import Capacities
from mcdefense.run.counting import block_counts
from mcdefense.run.part import Gathering, Part, hash_of
from mcdefense.scenario import Scenario
from mcdefense.schedule import Builder
from mcdefense.statistics import Axes
from mcdefense.world import time_bins


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


def _never() -> bool:
    return False


class Simulator:
    """Simulates worlds of one scenario and seed; keeps what they share: geometry, programs."""

    def __init__(
        self,
        scenario: Scenario | Builder,
        seed: int,
        trials: int,
        *,
        devices: int | None = None,
        batch: int | None = None,
        builders: int | None = None,
    ) -> None:
        self._builder = scenario if isinstance(scenario, Builder) else Builder(scenario)
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

    @property
    def check_hash(self) -> int:
        """Hash of world 0's schedule as built here: whether hosts round alike."""
        world_0 = self._here.world_0
        if world_0 is None:
            world_0 = self._here.build(0)
            self.phases.spend("schedule", world_0.seconds)
        return hash_of(world_0.schedule)

    def axes(self, numbers: NDArray[np.int64]) -> Axes:
        """The axes of a run of these worlds."""
        return axes_of(self._builder, numbers)

    def simulate(
        self, numbers: NDArray[np.int64], counted: Callable[[int, int], None] | None = None
    ) -> Part:
        """All trials of the worlds with these numbers, which increase; `counted` as below."""
        gathering = Gathering(self.axes(numbers))
        self.complete(gathering, counted)
        return gathering.whole()

    def complete(
        self,
        gathering: Gathering,
        counted: Callable[[int, int], None] | None = None,
        stopped: Callable[[], bool] = _never,
    ) -> None:
        """Simulate what the gathering's worlds lack, in the order of worlds and trials.

        `counted` is called after every block with its trials and pairings. Once `stopped` says
        so no further block is begun; those that run are counted still.
        """
        axes = gathering.tally.axes

        def collect(*, everything: bool) -> None:
            since = time.perf_counter()
            for block, outcome in fleet.finished(everything=everything):
                trials = block.last - block.first
                counts = block_counts(block.schedule, outcome, axes, trials)
                pairings = block.schedule.sizes.opportunities * len(axes.architecture) * trials
                gathering.add_block(block.schedule.worlds, counts, pairings)
                if counted is not None:
                    counted(trials, pairings)
            self.phases.add("wait", since)

        begun = {int(n): int(t) for n, t in zip(axes.world, gathering.trials, strict=True)}
        lacking = [number for number, trials in begun.items() if trials < self._trials]
        check_hash = self.check_hash if lacking else 0  # before the thread that builds begins
        with (
            fleet_of(self._workers, self._seed) as fleet,
            closing(self._builders().built(lacking)) as worlds,
        ):
            for world, schedule, coming in worlds:
                if stopped():
                    break
                since = time.perf_counter()
                schedule = replace(schedule, features=self._capacities.features(schedule, coming))
                capacity = self._capacities.capacity(schedule, self._trials, coming)
                self.phases.add("wait", since)
                if begun[world.number] == 0:
                    gathering.begin(world, self._plans[world.raid_plan], schedule, check_hash)
                size = self._batch or default_batch(self._workers[0], schedule.features, capacity)
                size = min(size, self._trials)
                for first in range(begun[world.number], self._trials, size):
                    if stopped():
                        break
                    last = min(first + size, self._trials)
                    fleet.submit(Block(schedule, capacity, first, size, last, capacity.objects + 1))
                    collect(everything=False)
            collect(everything=True)
            self.phases.spend_if_any("kernels", fleet.kernel_seconds)
            self._others |= set(fleet.others)

    def _builders(self) -> Builders:
        spend = partial(self.phases.spend, "schedule")
        return Builders(self._here, self._asked, self.building_cores, spend)


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
