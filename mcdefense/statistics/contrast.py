"""Two architectures put side by side, of one run or of two: means, and what differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mcdefense.contract import OUTCOMES
from mcdefense.statistics.anew import weights_of
from mcdefense.statistics.axes import TOTAL
from mcdefense.statistics.by_worlds import bounded_ratio, difference_of_independent
from mcdefense.statistics.expenditure import loaded_rounds
from mcdefense.statistics.intervals import t_critical
from mcdefense.statistics.leakage import Estimate, with_total
from mcdefense.statistics.paired import imagined_reach
from mcdefense.statistics.result import Result
from mcdefense.statistics.sample import Sample, sample_of
from mcdefense.statistics.sampling import safe_divide, spread_of_worlds

Label = tuple[str, ...]
Counted = dict[Label, tuple[np.ndarray, float]]
"""Counts of each world [W], and the most of them that a trial can have on average."""


@dataclass(frozen=True, eq=False)
class Side:
    """One architecture of a result, by its position."""

    result: Result
    architecture: int

    def worlds(self) -> Sample:
        """Its worlds, each plan by its weight."""
        known = self.result.provenance
        return sample_of(self.result.tally, self.result.plan, weights_of(known))


@dataclass(frozen=True, eq=False)
class Contrast:
    """What is counted a trial on either side, and compare minus baseline; a label a row.

    Each is an estimate [row]; `paired` says whether the difference is that of the same worlds.
    """

    labels: tuple[Label, ...]
    baseline: Estimate
    compare: Estimate
    difference: Estimate
    paired: bool


def unpaired_because(baseline: Result, compare: Result) -> str:
    """Why the worlds of two results are no pairs; empty if each world of one is one of the other.

    Worlds are pairs if seed, numbers and raid plans are the same: all that they draw is then drawn
    from the same numbers.
    """
    one, other = baseline.provenance, compare.provenance
    if one.get("seed") != other.get("seed"):
        return f"their seeds are {one.get('seed')} and {other.get('seed')}"
    if not np.array_equal(baseline.tally.axes.world, compare.tally.axes.world):
        sizes = (baseline.tally.axes.world.size, compare.tally.axes.world.size)
        return f"they have other worlds ({sizes[0]:,} and {sizes[1]:,})"
    if list(baseline.plan) != list(compare.plan) or weights_of(one) != weights_of(other):
        return "their worlds have other raid plans, or plans of another weight"
    return ""


def leakers(side: Side) -> Counted:
    """Leakers of each world by class, and of all classes."""
    tally = side.result.tally
    leaked, live = tally["leaked"], with_total(tally["live"]).sum(axis=0)
    return {
        (name,): (leaked[:, side.architecture, c], live[c] / max(tally.trials, 1))
        for c, name in enumerate(tally.axes.threat_class_total)
    }


def causes(side: Side) -> Counted:
    """Leakers of each world by cause."""
    tally = side.result.tally
    outcome = tally["outcome_by_world"][:, side.architecture].sum(axis=1)
    most = tally["live"].sum() / max(tally.trials, 1)
    return {(name,): (outcome[:, o], most) for o, name in enumerate(OUTCOMES) if name != "killed"}


def rounds(side: Side) -> Counted:
    """Rounds fired in each world by interceptor, and by interceptor and class."""
    tally = side.result.tally
    fired = tally["rounds_fired_by_world"][:, side.architecture]
    loaded = loaded_rounds(tally)[side.architecture]
    found: Counted = {(TOTAL,): (fired.sum(axis=(1, 2)), float(loaded.sum()))}
    for i, interceptor in enumerate(tally.axes.interceptor):
        found[interceptor,] = (fired[:, i].sum(axis=1), float(loaded[i]))
        for c, name in enumerate(tally.axes.threat_class):
            found[interceptor, name] = (fired[:, i, c], float(loaded[i]))
    return found


def contrast(baseline: Side, compare: Side, counted: Callable[[Side], Counted]) -> Contrast:
    """What `counted` gives of both sides, where either has any, or it has one row alone; a label
    that only one side has is 0 on the other.

    Of the same worlds the difference is that of each world, and Student's t of the worlds. Else
    the two intervals are put together as of independent runs.
    """
    before, after = counted(baseline), counted(compare)
    known = dict.fromkeys([*before, *after])
    labels = tuple(
        label
        for label in known
        if len(known) == 1
        or any(found[label][0].any() for found in (before, after) if label in found)
    )
    samples = (baseline.worlds(), compare.worlds())
    sides = tuple(zip((before, after), samples, strict=True))
    arrays = [_stacked(found, labels, sample) for found, sample in sides]
    mosts = [np.array([found.get(one, (0, 0.0))[1] for one in labels]) for found, _ in sides]
    one, other = (_means(*of) for of in zip(samples, arrays, mosts, strict=True))
    paired = not unpaired_because(baseline.result, compare.result)
    if paired:
        rates = [
            safe_divide(x, s.counted["trials"][:, np.newaxis])
            for x, s in zip(arrays, samples, strict=True)
        ]
        trials = samples[0]["trials"]
        change = np.nan_to_num(rates[1] - rates[0]) * trials[:, np.newaxis]
        difference = _by_world(other, one, (change, trials), samples[0])
    else:
        difference = difference_of_independent(other, one)
    return Contrast(labels, one, other, difference, paired)


def _by_world(
    compare: Estimate, baseline: Estimate, parts: tuple[np.ndarray, np.ndarray], sample: Sample
) -> Estimate:
    """The difference with Student's t of the worlds' own, to which two imagined trials are added;
    of a single world, as of independent runs."""
    value, low, high = difference_of_independent(compare, baseline)
    change, trials = parts
    n = np.broadcast_to(trials.astype(np.float64)[:, np.newaxis], change.shape)
    spread, worlds = spread_of_worlds(value, change, n, sample.strata)
    with np.errstate(invalid="ignore"):  # a single world: infinite x NaN, not taken
        half = np.hypot(t_critical(worlds - 1) * np.sqrt(spread), imagined_reach(n.sum(axis=0)))
    seen = np.isfinite(half)
    return value, np.where(seen, value - half, low), np.where(seen, value + half, high)


def _stacked(found: Counted, labels: tuple[Label, ...], sample: Sample) -> np.ndarray:
    """The counts [W, row] of these labels."""
    whole = np.zeros((len(sample.axes.world), len(labels)), np.int64)
    for place, label in enumerate(labels):
        if label in found:
            whole[:, place] = found[label][0]
    return whole


def _means(sample: Sample, by_world: np.ndarray, most: np.ndarray) -> Estimate:
    x = sample.weighted(by_world)
    trials = sample["trials"][:, np.newaxis]
    return bounded_ratio(x.sum(axis=0), x, trials, sample.trials, most=most, strata=sample.strata)
