"""The engine and the reference on the same trials of the same scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

import mcdefense
from mcdefense.contract import Features, Schedule
from tests.support.toml_text import Document, toml
from tests.system.reference.engine_trial import Counts, Engine, Sizes, capacity_for
from tests.system.reference.reference_outcome import Reference

SEED = 5
"""Seed of the trials; a scenario's number is its own seed."""
SCENARIOS, LEAN, ONSETS, LOSSES, POSTS, RELOADS = 100, 20, 40, 60, 40, 30
TRIALS, WORLDS = 3, 4
"""Scenarios of each kind of the short comparison, trials of each, worlds they are drawn from."""
TOGETHER = 250
"""Scenarios built before the first is replayed, so that one room is made for all of them."""

Difference = dict[tuple[str, ...], tuple[int, int]]
"""What was counted differently: the engine's count and the reference's."""


@dataclass(frozen=True)
class Case:
    """One world of a scenario, and what the engine counted in some of its trials."""

    document: Document
    world: int
    capacity: Sizes
    outcomes: dict[int, Counts]

    def disagreements(self) -> Iterator[tuple[int, Difference]]:
        """Trials that the reference counts differently."""
        reference = Reference(mcdefense.loads(toml(self.document)), SEED, self.world)
        for trial, engine in self.outcomes.items():
            expected = reference.outcome(trial)
            if engine != expected:
                keys = sorted(
                    k for k in engine.keys() | expected.keys() if engine[k] != expected[k]
                )
                yield trial, {key: (engine[key], expected[key]) for key in keys}


def engine_cases(documents: Mapping[int, Document], trials: int) -> Iterator[Case]:
    """What the engine makes of `trials` trials of each scenario; its number says which."""
    needed: list[Sizes] = []
    numbered = list(documents.items())
    for begin in range(0, len(numbered), TOGETHER):
        some = numbered[begin : begin + TOGETHER]
        engines = [
            Engine(mcdefense.loads(toml(document)), SEED, number % WORLDS)
            for number, document in some
        ]
        capacity = capacity_for([*needed, *(engine.sizes for engine in engines)])
        needed = [capacity]
        share_programs(engines)
        for (number, document), engine in zip(some, engines, strict=True):
            first = 7919 * number % (2**32 - trials)
            numbers = range(first, first + trials)
            outcomes = dict(zip(numbers, engine.outcomes(numbers, capacity), strict=True))
            yield Case(document, number % WORLDS, capacity, outcomes)


def share_programs(engines: list[Engine]) -> None:
    """Give engines that differ in nothing but which rules they use the rules of all of them, as
    worlds of a run have, and tables of errors that nobody reads up to the most that one has: a
    program each would take minutes to compile."""
    most = max(engine.schedule.features.error_variants for engine in engines)
    for engine in engines:
        if engine.schedule.features.error_variants:
            engine.schedule = _with_error_tables(engine.schedule, most)
    joined: list[Features] = []
    for engine in engines:
        own = engine.schedule.features
        for place, known in enumerate(joined):
            both = known.with_rules(own)
            if both is not None:
                joined[place] = both
                break
        else:
            joined.append(own)
    for engine in engines:
        own = engine.schedule.features
        served = next(known for known in joined if known.with_rules(own) == known)
        engine.schedule = replace(engine.schedule, features=served)


def _with_error_tables(schedule: Schedule, number: int) -> Schedule:
    """The schedule with so many tables of errors, those behind its own full of zeros."""
    chances = schedule.arrays.chances
    behind = number - len(chances.error)
    error = np.pad(chances.error, [(0, behind), *[(0, 0)] * (chances.error.ndim - 1)])
    return replace(
        schedule,
        features=replace(schedule.features, error_variants=number),
        arrays=schedule.arrays._replace(chances=chances._replace(error=error)),
    )


def report(case: Case, trial: int, difference: Difference) -> str:
    """A disagreement in words, with the scenario that shows it."""
    lines = [f"seed {SEED}, world {case.world}, trial {trial}: (engine, reference)"]
    lines += [f"  {' '.join(key)}: {pair}" for key, pair in difference.items()]
    return "\n".join([*lines, "", toml(case.document)])
