"""A whole run: every world built, simulated in blocks, counted and estimated."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from mcdefense.engine.devices import Block, Fleet, choose_workers, default_batch, description
from mcdefense.errors import Fault, InputError
from mcdefense.run.counting import block_counts
from mcdefense.run.provenance import provenance
from mcdefense.run.rooms import Rooms
from mcdefense.scenario import Scenario
from mcdefense.scenario.values import MAX_SEED, MAX_TRIALS, MAX_WORLDS
from mcdefense.schedule.build import Builder
from mcdefense.schedule.schedule import Schedule
from mcdefense.schedule.world import World
from mcdefense.statistics import Axes, Result, Tally, estimate

MOST_BATCH = 2**24
"""Most trials of a block; their state must fit the device."""
AHEAD = 8
"""Worlds built before their blocks are submitted, so that one room is made for all of them."""


@dataclass(frozen=True)
class Progress:
    """How far a run is; `pairings` are opportunities x trials x architectures judged so far."""

    trials_done: int
    trials: int
    pairings: int
    elapsed_s: float


def _check_size(worlds: int, trials_per_world: int, seed: int, batch: int | None) -> None:
    """Raises InputError for numbers that no run can have, all of them at once."""
    limits = (
        ("--worlds", worlds, 1, MAX_WORLDS),
        ("--trials-per-world", trials_per_world, 1, MAX_TRIALS),
        ("--seed", seed, 0, MAX_SEED),
        ("--batch", 1 if batch is None else batch, 1, MOST_BATCH),
    )
    faults = [
        Fault(option, "", f"got {value:,}, expected a whole number from {least:,} to {most:,}")
        for option, value, least, most in limits
        if not least <= value <= most
    ]
    if faults:
        raise InputError(faults)


def _warnings(axes: Axes, engaging: set[int]) -> list[str]:
    """What the user should know before trusting the comparison."""
    return [
        f"interceptor {name} has no opportunity against any threat class present"
        for i, name in enumerate(axes.interceptor)
        if i not in engaging
    ]


@dataclass
class Phases:
    """Wall-clock seconds by phase; building goes on while blocks run."""

    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, since: float) -> None:
        """Count the time since `since` (of time.perf_counter) to a phase."""
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - since


def axes_of(builder: Builder, worlds: int) -> Axes:
    """The run's axes."""
    names = builder.names
    return Axes(
        architecture=names.architecture,
        threat_class=names.threat_class,
        battery=names.battery,
        interceptor=names.interceptor,
        asset=names.asset,
        world=np.arange(worlds, dtype=np.int64),
    )


def _built(
    builder: Builder, seed: int, worlds: int, phases: Phases
) -> Iterator[list[tuple[World, Schedule]]]:
    """Worlds with their schedules, some at a time."""
    for begin in range(0, worlds, AHEAD):
        since = time.perf_counter()
        some = [builder.world(seed, number) for number in range(begin, min(begin + AHEAD, worlds))]
        built = [(world, builder.schedule(world)) for world in some]
        phases.add("schedule", since)
        yield built


def simulate(
    scenario: Scenario,
    *,
    worlds: int | None = None,
    trials_per_world: int | None = None,
    seed: int | None = None,
    devices: int | None = None,
    batch: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Result:
    """Simulate a scenario; what is None comes from its `[run]` table.

    The result's integers depend on scenario, worlds, trials and seed alone: any `devices` (all
    by default) and any `batch` (trials of a block) give the same. `progress` is called after
    every block. Raises InputError for a size of the run, a raid or a flight that cannot be.
    """
    worlds = scenario.run.worlds if worlds is None else worlds
    trials = scenario.run.trials_per_world if trials_per_world is None else trials_per_world
    seed = scenario.run.seed if seed is None else seed
    _check_size(worlds, trials, seed, batch)
    begin, phases = time.perf_counter(), Phases()
    builder = Builder(scenario)
    axes = axes_of(builder, worlds)
    tally = Tally.zeros(axes)
    workers = choose_workers(devices)
    rooms = Rooms()
    draws: list[World] = []
    hashes = np.zeros(worlds, np.uint64)
    engaging: set[int] = set()
    done = {"trials": 0, "pairings": 0}

    def collect(*, everything: bool) -> None:
        since = time.perf_counter()
        for block, outcome in fleet.finished(everything=everything):
            counted = block.last - block.first
            tally.add_block(
                block.schedule.worlds, block_counts(block.schedule, outcome, axes, counted)
            )
            done["trials"] += counted
            pairings = block.schedule.sizes.opportunities * len(axes.architecture)
            done["pairings"] += pairings * counted
            if progress is not None:
                elapsed = time.perf_counter() - begin
                progress(Progress(done["trials"], worlds * trials, done["pairings"], elapsed))
        phases.add("wait", since)

    with Fleet(workers, seed) as fleet:
        for built in _built(builder, seed, worlds, phases):
            room = rooms.for_all([schedule for _, schedule in built])
            for world, schedule in built:
                draws.append(world)
                engaging.update(schedule.labels.account_interceptor.tolist())
                hashes[world.number] = int(schedule.digest[:16], 16)
                size = batch or default_batch(workers[0], schedule.features, room)
                size = min(size, trials)
                for first in range(0, trials, size):
                    last = min(first + size, trials)
                    fleet.submit(Block(schedule, room, first, size, last, room.objects + 1))
                    collect(everything=False)
        collect(everything=True)
    since = time.perf_counter()
    costs = [scenario.interceptor[name].cost for name in axes.interceptor]
    estimates = estimate(tally, interceptor_cost=np.array(costs))
    phases.add("estimate", since)
    phases.seconds["total"] = time.perf_counter() - begin
    return Result(
        tally=tally,
        estimates=estimates,
        parameters={
            name: np.array([world.parameters[name] for world in draws])
            for name in scenario.uncertainty
        },
        plan=np.array([world.plan for world in draws], np.int64),
        night=np.array([world.night for world in draws], np.int64),
        schedule_hash=hashes,
        provenance=provenance(
            scenario,
            seed=seed,
            trials_per_world=trials,
            batch=batch or 0,
            device=description(workers),
            pairings=done["pairings"],
            seconds=phases.seconds,
            warnings=_warnings(axes, engaging),
        ),
        scenario_text=scenario.text,
    )
