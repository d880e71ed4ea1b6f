"""How fast a schedule's trials are judged here: pairings a second, compiling apart."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mcdefense.contract import Schedule
from mcdefense.engine import Block
from mcdefense.gpu import choose_workers, default_batch, description, fleet_of
from mcdefense.run.capacities import capacity_for
from mcdefense.run.counting import Counts, block_counts
from mcdefense.run.simulator import axes_of
from mcdefense.scenario import load
from mcdefense.schedule import Builder
from mcdefense.statistics import Axes

SMALL = Path(__file__).parent / "small.toml"
"""The built-in case: 100 threats, 16 batteries, two architectures."""


class Trainer:
    """Schedules of one structure on so many workers, replayed as often as asked until it is closed,
    as at the end of a `with`."""

    def __init__(
        self, schedules: list[Schedule], axes: Axes, *, devices: int | None = None, seed: int = 1
    ) -> None:
        self.schedules, self.axes = schedules, axes
        self.workers = choose_workers(devices)
        self.capacity = capacity_for([schedule.sizes for schedule in schedules])
        self.batch = default_batch(self.workers[0], schedules[0].features, self.capacity)
        self._fleet = fleet_of(self.workers, seed)
        self._open = ExitStack()
        self._open.enter_context(self._fleet)
        self._next_trial = 0

    def __enter__(self) -> Trainer:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the fleet: nothing is replayed any more."""
        self._open.close()

    def pairings(self, trials: int) -> int:
        """Pairings of so many trials of each world: what is in the lists, no padding."""
        listed = sum(s.sizes.opportunities * s.worlds.size for s in self.schedules)
        return listed * len(self.axes.architecture) * trials

    def replay(self, trials: int) -> tuple[dict[str, Any], float]:
        """New trials of every world: the counts (as block_counts has them) and the seconds."""
        begin = time.perf_counter()
        first, total = self._next_trial, dict[str, Counts]()
        size = min(self.batch, trials)
        for schedule in self.schedules:
            for offset in range(0, trials, size):
                last = min(offset + size, trials)
                bins = self.capacity.objects + 1
                self._fleet.submit(
                    Block(schedule, self.capacity, first + offset, size, first + last, bins)
                )
                self._collect(total, everything=False)
        self._collect(total, everything=True)
        self._next_trial += trials
        return total, time.perf_counter() - begin

    def _collect(self, total: dict[str, Counts], *, everything: bool) -> None:
        for block, outcome in self._fleet.finished(everything=everything):
            trials = block.last - block.first
            for name, values in block_counts(block.schedule, outcome, self.axes, trials).items():
                total[name] = _added(total[name], values) if name in total else values


def _added(a: Counts, b: Counts) -> Counts:
    """Their sum; of histograms, which end at their last count, the shorter is filled up."""
    if a.shape[-1] < b.shape[-1]:
        a, b = b, a
    total = a.copy()
    total[..., : b.shape[-1]] += b
    return total


@dataclass(frozen=True)
class Speed:
    """What `mcdefense bench` prints."""

    devices: str
    workers: int
    opportunities: int
    architectures: int
    pairings_per_s: float
    compile_s: float
    build_s: float
    worlds: int
    trials_per_world: int

    @property
    def default_run_s(self) -> float:
        """Seconds of a run of the default size on this case: to compile, to build its worlds and to
        judge its trials, one after the other. A run builds later worlds while it judges, so that it
        may end sooner."""
        trials = self.worlds * self.trials_per_world
        judging = self.opportunities * self.architectures * trials / self.pairings_per_s
        return self.compile_s + self.build_s * self.worlds + judging


def measure(*, seconds: float = 3.0, devices: int | None = None) -> Speed:
    """The speed on the built-in case, from some `seconds` of judging after compiling."""
    scenario = load(SMALL)
    builder = Builder(scenario)
    builder.schedule(builder.world(1, 0))  # geometry, which later worlds share
    begin = time.perf_counter()
    schedule = builder.schedule(builder.world(1, 1))
    build_s = time.perf_counter() - begin
    with Trainer([schedule], axes_of(builder, schedule.worlds), devices=devices) as trainer:
        trials = trainer.batch * len(trainer.workers)
        _, first_s = trainer.replay(trials)
        _, again_s = trainer.replay(trials)
        trials *= max(round(seconds / again_s / 3), 1)
        rates = [trainer.pairings(trials) / trainer.replay(trials)[1] for _ in range(3)]
    return Speed(
        devices=description(trainer.workers),
        workers=len(trainer.workers),
        opportunities=schedule.sizes.opportunities,
        architectures=len(trainer.axes.architecture),
        pairings_per_s=float(np.median(rates)),
        compile_s=max(first_s - again_s, 0.0),
        build_s=build_s,
        worlds=scenario.run.worlds,
        trials_per_world=scenario.run.trials_per_world,
    )
