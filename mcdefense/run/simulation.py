"""A whole run in memory: every world simulated, counted and estimated."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from mcdefense.run.monitor import Progress
from mcdefense.run.options import RunOptions
from mcdefense.run.part import Part, named
from mcdefense.run.provenance import idle_warning, provenance
from mcdefense.run.simulator import Phases, Simulator
from mcdefense.scenario import Scenario, replayed_fallbacks
from mcdefense.statistics import Plans, Result, Worths, estimate
from mcdefense.world import raid_plan_weights


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
    options = RunOptions(worlds, trials_per_world, seed, devices=devices, batch=batch)
    size = options.size(scenario)
    begin = time.perf_counter()
    simulator = Simulator(scenario, size.seed, size.trials, devices=devices, batch=batch)
    counted = None
    if progress is not None:
        counted = Counter(progress, size.worlds * size.trials, begin).add
    part = simulator.simulate(np.arange(size.worlds, dtype=np.int64), counted)
    return result_of(scenario, part, options, simulator.device, simulator.phases, begin)


class Counter:
    """Adds up blocks and shows the progress; `before` trials were done when the run began."""

    def __init__(
        self, progress: Callable[[Progress], None], trials: int, begin: float, before: int = 0
    ) -> None:
        self._progress, self._begin = progress, begin
        self._trials, self._done = trials, before
        self._pairings = 0

    def expect(self, trials: int) -> None:
        """The run has come to be of so many trials."""
        self._trials = trials

    def add(self, trials: int, pairings: int) -> None:
        """So many more trials and pairings."""
        self._done += trials
        self._pairings += pairings
        elapsed = time.perf_counter() - self._begin
        self._progress(Progress(self._done, self._trials, self._pairings, elapsed))


def estimates_of(scenario: Scenario, part: Part) -> dict[str, np.ndarray]:
    """All estimates of a part's counts."""
    axes = part.tally.axes
    costs = [scenario.interceptor[name].cost for name in axes.interceptor]
    values = [scenario.asset[n].value if n in scenario.asset else 1.0 for n in axes.asset]
    return estimate(
        part.tally,
        Worths(np.array(costs), np.array(values)),
        baseline=scenario.baseline,
        compare=scenario.compare,
        plans=Plans(part.plan, raid_plan_weights(scenario)),
        margin=scenario.engagement.margin,
        fallbacks=replayed_fallbacks(scenario),
    )


def result_of(
    scenario: Scenario,
    part: Part,
    options: RunOptions,
    device: str,
    phases: Phases,
    begin: float,
    notes: Sequence[str] = (),
) -> Result:
    """A part with its estimates, and where it comes from; `begin` by time.perf_counter, `notes`
    are warnings that the part does not show."""
    since = time.perf_counter()
    estimates = estimates_of(scenario, part)
    phases.add("estimate", since)
    made = counted_result(scenario, part, options, device, phases, begin, notes)
    return replace(made, estimates=estimates)


def counted_result(
    scenario: Scenario,
    part: Part,
    options: RunOptions,
    device: str,
    phases: Phases,
    begin: float,
    notes: Sequence[str] = (),
) -> Result:
    """The same without estimates, as a study keeps its points."""
    return Result(
        tally=part.tally,
        estimates={},
        parameters=part.parameters,
        plan=part.plan,
        night=part.night,
        schedule_hash=part.schedule_hash,
        check_hash=part.check_hash,
        provenance=provenance(
            scenario,
            options,
            device=device,
            pairings=part.pairings,
            seconds={**phases.seconds, "total": time.perf_counter() - begin},
            warnings=[*warnings_of(part), *notes],
        ),
        scenario_text=scenario.text,
    )


def part_of(result: Result) -> Part:
    """The part that a result was made of."""
    axes = result.tally.axes
    warnings = json.loads(str(result.provenance.get("warnings", "[]")))
    return Part(
        result.tally,
        result.parameters,
        result.plan,
        result.night,
        result.schedule_hash,
        result.check_hash,
        frozenset(name for name in axes.interceptor if idle_warning(name) in warnings),
        int(result.provenance.get("pairings", 0)),
    )


def warnings_of(part: Part) -> list[str]:
    """What the user should know before trusting the comparison."""
    texts = [idle_warning(name) for name in part.tally.axes.interceptor if name in part.idle]
    otherwise = part.built_otherwise
    if otherwise.size:
        texts.append(
            f"{named(otherwise)}: simulated on a host that builds world 0 otherwise than the "
            "others do (math libraries round differently)"
        )
    return texts
