"""Leakers of the worlds of each raid plan, and what compare saves in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mcdefense.statistics.anew import weights_of
from mcdefense.statistics.leakage import (
    Estimate,
    expected_leakers,
    leak_probability,
    of_all_classes,
)
from mcdefense.statistics.paired import difference_expected_leakers, differences
from mcdefense.statistics.result import Result
from mcdefense.statistics.sample import Sample, sample_of
from mcdefense.statistics.sampling import safe_divide


@dataclass(frozen=True, eq=False)
class OfPlan:
    """One plan: its weight in the mixture, NaN if the result does not say, and its worlds.

    `live` threats a trial, `leakers` [A] a trial and `difference` [P], compare minus baseline of
    each pair in the order of `Result.pairs`, are of its worlds alone; if no world has drawn it,
    `live` is NaN and the others None.
    """

    name: str
    weight: float
    worlds: int
    live: float
    leakers: Estimate | None
    difference: Estimate | None


def by_plan(result: Result) -> list[OfPlan]:
    """Every plan with a weight or a world, in the order of the weights (rule 34, `by_plan`)."""
    weights = weights_of(result.provenance)
    run = result.tally["trials"] > 0
    plan = result.plan if len(result.plan) == len(run) else np.full(len(run), "all", object)
    drawn = np.array([str(name) for name in plan], object)
    names = dict.fromkeys([*weights, *sorted(set(drawn[run].tolist()))])
    return [
        _of_plan(result, name, weights.get(name, np.nan), run & (drawn == name)) for name in names
    ]


def of_plan(result: Result, name: str) -> Result:
    """The result of the worlds of one plan alone, without estimates; it may have none."""
    rows = np.array([str(plan) == name for plan in result.plan], bool)
    tally = result.tally.of_worlds(rows)
    return replace(result, tally=tally, plan=result.plan[rows], estimates={})


def live_a_raid(result: Result) -> float:
    """Live threats a trial, all classes together; plans count by their weights."""
    return _live(sample_of(result.tally, result.plan, weights_of(result.provenance)))


def _live(sample: Sample) -> float:
    return float(safe_divide(sample["live"].sum(), sample["trials"].sum()))


def _of_plan(result: Result, name: str, weight: float, rows: np.ndarray) -> OfPlan:
    worlds = int(np.count_nonzero(rows))
    if not worlds:
        return OfPlan(name, weight, 0, np.nan, None, None)
    sample = Sample(result.tally.of_worlds(rows))
    leak, _ = leak_probability(sample)
    mean = expected_leakers(sample, leak)
    change = difference_expected_leakers(differences(sample, result.pairs), mean)
    live = _live(sample)
    return OfPlan(name, weight, worlds, live, of_all_classes(mean), of_all_classes(change))
