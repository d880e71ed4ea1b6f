"""Some worlds of a run: simulated alone, put together later, the same as in one go."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mcdefense.engine.devices import Block, Fleet, choose_workers, default_batch, description
from mcdefense.run.counting import block_counts
from mcdefense.run.rooms import Rooms
from mcdefense.scenario import Scenario
from mcdefense.schedule.build import Builder
from mcdefense.schedule.schedule import Schedule
from mcdefense.schedule.world import World
from mcdefense.statistics import Axes, Tally

AHEAD = 8
"""Worlds built before their blocks are submitted, so that one room is made for all of them."""


@dataclass(frozen=True, eq=False)
class Part:
    """Counts and draws of some worlds, in the order of `tally.axes.world`."""

    tally: Tally
    worlds: tuple[World, ...]
    schedule_hash: NDArray[np.uint64]
    engaging: frozenset[int]  # interceptors with an opportunity
    pairings: int


@dataclass
class Phases:
    """Wall-clock seconds by phase; building goes on while blocks run."""

    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, since: float) -> None:
        """Count the time since `since` (of time.perf_counter) to a phase."""
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - since


class Simulator:
    """Simulates worlds of one scenario and seed; keeps what they share: geometry, programs."""

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        trials: int,
        *,
        devices: int | None = None,
        batch: int | None = None,
    ) -> None:
        self._builder = Builder(scenario)
        self._seed, self._trials, self._batch = seed, trials, batch
        self._workers = choose_workers(devices)
        self._rooms = Rooms()
        self.phases = Phases()

    @property
    def device(self) -> str:
        """Kind and number of the workers."""
        return description(self._workers)

    def simulate(
        self, numbers: NDArray[np.int64], counted: Callable[[int, int], None] | None = None
    ) -> Part:
        """All trials of the worlds with these numbers, which increase.

        `counted` is called after every block with its trials and pairings.
        """
        axes = axes_of(self._builder, numbers)
        tally = Tally.zeros(axes)
        worlds: list[World] = []
        hashes: list[int] = []
        engaging: set[int] = set()
        pairings = 0

        def collect(*, everything: bool) -> None:
            nonlocal pairings
            since = time.perf_counter()
            for block, outcome in fleet.finished(everything=everything):
                trials = block.last - block.first
                rows = np.searchsorted(numbers, block.schedule.worlds)
                tally.add_block(rows, block_counts(block.schedule, outcome, axes, trials))
                judged = block.schedule.sizes.opportunities * len(axes.architecture) * trials
                pairings += judged
                if counted is not None:
                    counted(trials, judged)
            self.phases.add("wait", since)

        with Fleet(self._workers, self._seed) as fleet:
            for built in self._built(numbers):
                room = self._rooms.for_all([schedule for _, schedule in built])
                for world, schedule in built:
                    worlds.append(world)
                    hashes.append(int(schedule.digest[:16], 16))
                    engaging.update(schedule.labels.account_interceptor.tolist())
                    size = self._batch or default_batch(self._workers[0], schedule.features, room)
                    size = min(size, self._trials)
                    for first in range(0, self._trials, size):
                        last = min(first + size, self._trials)
                        fleet.submit(Block(schedule, room, first, size, last, room.objects + 1))
                        collect(everything=False)
            collect(everything=True)
        return Part(
            tally, tuple(worlds), np.array(hashes, np.uint64), frozenset(engaging), pairings
        )

    def _built(self, numbers: NDArray[np.int64]) -> Iterator[list[tuple[World, Schedule]]]:
        """Worlds with their schedules, some at a time."""
        for begin in range(0, len(numbers), AHEAD):
            since = time.perf_counter()
            some = [self._builder.world(self._seed, int(n)) for n in numbers[begin : begin + AHEAD]]
            built = [(world, self._builder.schedule(world)) for world in some]
            self.phases.add("schedule", since)
            yield built


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
    )


class Gathering:
    """Parts put together as they come, in any order; `missing` are the worlds still to come."""

    def __init__(self, axes: Axes) -> None:
        self._tally = Tally.zeros(axes)
        self._worlds: dict[int, World] = {}
        self._hashes = np.zeros(len(axes.world), np.uint64)
        self._engaging: set[int] = set()
        self._pairings = 0

    def add(self, part: Part) -> None:
        """Add a part; raises ValueError if it differs in an axis, or has a world a second time."""
        axes, numbers = self._tally.axes, part.tally.axes.world
        rows = np.searchsorted(axes.world, numbers)
        if not axes.agrees(part.tally.axes) or not np.array_equal(axes.world[rows], numbers):
            raise ValueError("the part is of another run")
        twice = sorted(set(numbers.tolist()) & set(self._worlds))
        if twice:
            raise ValueError(f"worlds that come more than once: {twice[:10]}")
        self._tally.add_block(rows, part.tally.counts)
        self._worlds.update((world.number, world) for world in part.worlds)
        self._hashes[rows] = part.schedule_hash
        self._engaging |= part.engaging
        self._pairings += part.pairings

    @property
    def missing(self) -> NDArray[np.int64]:
        """Numbers of the worlds still to come."""
        numbers = self._tally.axes.world
        return numbers[~np.isin(numbers, list(self._worlds))]

    def whole(self) -> Part:
        """All of it; raises ValueError while worlds are missing."""
        if self.missing.size:
            raise ValueError(f"worlds still missing: {self.missing[:10].tolist()}")
        worlds = tuple(self._worlds[number] for number in sorted(self._worlds))
        return Part(self._tally, worlds, self._hashes, frozenset(self._engaging), self._pairings)
