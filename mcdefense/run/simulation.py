"""A whole run: every world built, simulated in blocks, counted and estimated."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mcdefense.errors import Fault, InputError
from mcdefense.run.part import Part, Phases, Simulator
from mcdefense.run.provenance import provenance
from mcdefense.scenario import Scenario
from mcdefense.scenario.values import MAX_SEED, MAX_TRIALS, MAX_WORLDS
from mcdefense.statistics import Axes, Result, estimate

MOST_BATCH = 2**24
"""Most trials of a block; their state must fit the device."""


@dataclass(frozen=True)
class Progress:
    """How far a run is; `pairings` are opportunities x trials x architectures judged so far."""

    trials_done: int
    trials: int
    pairings: int
    elapsed_s: float


def check_size(worlds: int, trials_per_world: int, seed: int, batch: int | None) -> None:
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


def _warnings(axes: Axes, engaging: frozenset[int]) -> list[str]:
    """What the user should know before trusting the comparison."""
    return [
        f"interceptor {name} has no opportunity against any threat class present"
        for i, name in enumerate(axes.interceptor)
        if i not in engaging
    ]


def size_of(
    scenario: Scenario, worlds: int | None, trials_per_world: int | None, seed: int | None
) -> tuple[int, int, int]:
    """Worlds, trials of each and seed; what is None comes from the scenario's `[run]` table."""
    run = scenario.run
    return (
        run.worlds if worlds is None else worlds,
        run.trials_per_world if trials_per_world is None else trials_per_world,
        run.seed if seed is None else seed,
    )


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
    worlds, trials, seed = size_of(scenario, worlds, trials_per_world, seed)
    check_size(worlds, trials, seed, batch)
    begin = time.perf_counter()
    simulator = Simulator(scenario, seed, trials, devices=devices, batch=batch)
    done = {"trials": 0, "pairings": 0}

    def counted(trials_done: int, pairings: int) -> None:
        done["trials"] += trials_done
        done["pairings"] += pairings
        if progress is not None:
            elapsed = time.perf_counter() - begin
            progress(Progress(done["trials"], worlds * trials, done["pairings"], elapsed))

    whole = simulator.simulate(np.arange(worlds, dtype=np.int64), counted)
    phases = simulator.phases
    return result_of(scenario, whole, seed, trials, batch, simulator.device, phases, begin)


def result_of(
    scenario: Scenario,
    whole: Part,
    seed: int,
    trials: int,
    batch: int | None,
    device: str,
    phases: Phases,
    begin: float,
) -> Result:
    """The result of all worlds: with its estimates, and where it comes from."""
    since = time.perf_counter()
    axes = whole.tally.axes
    costs = [scenario.interceptor[name].cost for name in axes.interceptor]
    estimates = estimate(whole.tally, interceptor_cost=np.array(costs))
    phases.add("estimate", since)
    phases.seconds["total"] = time.perf_counter() - begin
    return Result(
        tally=whole.tally,
        estimates=estimates,
        parameters={
            name: np.array([world.parameters[name] for world in whole.worlds])
            for name in scenario.uncertainty
        },
        plan=np.array([world.plan for world in whole.worlds], np.int64),
        night=np.array([world.night for world in whole.worlds], np.int64),
        schedule_hash=whole.schedule_hash,
        provenance=provenance(
            scenario,
            seed=seed,
            trials_per_world=trials,
            batch=batch or 0,
            device=device,
            pairings=whole.pairings,
            seconds=phases.seconds,
            warnings=_warnings(axes, whole.engaging),
        ),
        scenario_text=scenario.text,
    )
