"""Two architectures put side by side, of one run or of two: means, and what differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mcdefense.contract import OUTCOMES
from mcdefense.statistics.anew import round_costs, weights_of
from mcdefense.statistics.axes import TOTAL
from mcdefense.statistics.by_worlds import (
    bounded_ratio,
    difference_of_independent,
    difference_of_means,
)
from mcdefense.statistics.damage import damaging_leakers, leakers_at_asset, p_asset_damaged
from mcdefense.statistics.expenditure import loaded_rounds, rounds_cost
from mcdefense.statistics.intervals import t_critical
from mcdefense.statistics.leakage import Estimate, expected_leakers, leak_probability
from mcdefense.statistics.paired import (
    difference_expected_leakers,
    differences,
    imagined_reach,
)
from mcdefense.statistics.result import Result
from mcdefense.statistics.sample import Sample, sample_of
from mcdefense.statistics.sampling import safe_divide, spread_of_worlds

Label = tuple[str, ...]


class Row(NamedTuple):
    """What is counted on one side: by world [W], and its mean a trial with the interval's ends.
    `unit` is the size of one event, such as the cost of a round."""

    by_world: np.ndarray
    mean: tuple[float, float, float]
    unit: float = 1.0


Counted = dict[Label, Row]


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
    leaked, mean = side.result.tally["leaked"][:, side.architecture], _leakers(side.worlds())
    return {
        (name,): Row(leaked[:, c], _at(mean, (side.architecture, c)))
        for c, name in enumerate(side.result.tally.axes.threat_class_total)
    }


def all_leakers(side: Side) -> Counted:
    """Leakers of each world of all classes, a row that is there without a leaker too."""
    return {(TOTAL,): leakers(side)[TOTAL,]}


def difference_to(baseline: int) -> Callable[[Side], Counted]:
    """What counts the leakers of each world of all classes less those of the architecture at this
    position in the same result."""

    def counted(side: Side) -> Counted:
        leaked = side.result.tally["leaked"][..., -1]
        by_world = leaked[:, side.architecture] - leaked[:, baseline]
        mean = difference_by_class(side.result, baseline, side.architecture)
        return {(TOTAL,): Row(by_world, _at(mean, (-1,)))}

    return counted


def causes(side: Side) -> Counted:
    """Leakers of each world by cause."""
    sample, tally = side.worlds(), side.result.tally
    outcome = tally["outcome_by_world"][:, side.architecture].sum(axis=1)
    most = sample["live"].sum() / max(sample.trials, 1)
    return {
        (name,): _row(sample, outcome[:, o], most)
        for o, name in enumerate(OUTCOMES)
        if name != "killed"
    }


def rounds(side: Side) -> Counted:
    """Rounds fired in each world by interceptor, and by interceptor and class."""
    sample, tally = side.worlds(), side.result.tally
    fired = tally["rounds_fired_by_world"][:, side.architecture]
    loaded = loaded_rounds(tally)[side.architecture]
    found: Counted = {(TOTAL,): _row(sample, fired.sum(axis=(1, 2)), float(loaded.sum()))}
    for i, interceptor in enumerate(tally.axes.interceptor):
        found[interceptor,] = _row(sample, fired[:, i].sum(axis=1), float(loaded[i]))
        for c, name in enumerate(tally.axes.threat_class):
            found[interceptor, name] = _row(sample, fired[:, i, c], float(loaded[i]))
    return found


def costs(side: Side) -> Counted:
    """Relative cost of the rounds fired in each world, of all interceptors and of each; nothing
    where no cost is known."""
    sample, tally = side.worlds(), side.result.tally
    names = tally.axes.interceptor
    cost = round_costs(side.result.provenance, names)
    if cost is None:
        return {}
    fired = tally["rounds_fired_by_world"][:, side.architecture].sum(axis=2)  # [W, I]
    spent = _at(rounds_cost(sample, cost), (side.architecture,))
    unit = float(safe_divide(fired.sum(axis=0) @ cost, fired.sum()))
    found: Counted = {(TOTAL,): Row(fired @ cost, spent, float(np.nan_to_num(unit)))}
    of_rounds = rounds(side)
    for name, price in zip(names, cost.tolist(), strict=True):
        by_world, mean, _ = of_rounds[name,]
        value, low, high = (price * end if price else 0.0 for end in mean)
        found[name,] = Row(price * by_world, (value, low, high), price)
    return found


def contrast(baseline: Side, compare: Side, counted: Callable[[Side], Counted]) -> Contrast:
    """What `counted` gives of both sides, where either has any, or it has one row alone; a label
    that only one side has is 0 on the other.

    Of the same worlds the difference is that of each world, and Student's t of the worlds; of
    leakers in one run, that of each trial. Else the two intervals are put together as of
    independent runs.
    """
    before, after = counted(baseline), counted(compare)
    known = dict.fromkeys([*before, *after])
    labels = tuple(
        label
        for label in known
        if len(known) == 1
        or any(found[label].by_world.any() for found in (before, after) if label in found)
    )
    one, other = (_means(found, labels) for found in (before, after))
    paired = not unpaired_because(baseline.result, compare.result)
    of_one_run = baseline.result is compare.result and baseline.architecture != compare.architecture
    if counted in (leakers, all_leakers) and of_one_run:
        difference = _by_trial(baseline, compare, labels)
    elif paired:
        rates = [
            safe_divide(_stacked(found, labels, s), s.counted["trials"][:, np.newaxis])
            for found, s in ((before, baseline.worlds()), (after, compare.worlds()))
        ]
        units = [max(found[k].unit for found in (before, after) if k in found) for k in labels]
        difference = _by_world(
            (one, other), np.nan_to_num(rates[1] - rates[0]), baseline.worlds(), np.array(units)
        )
    else:
        difference = difference_of_independent(other, one)
    return Contrast(labels, one, other, difference, paired)


def difference_by_class(result: Result, baseline: int, compare: int) -> Estimate:
    """Leakers a trial [C1] of any two architectures of a result, compare minus baseline, paired by
    trial."""
    labels = tuple((name,) for name in result.tally.axes.threat_class_total)
    return _by_trial(Side(result, baseline), Side(result, compare), labels)


def difference_by_asset(result: Result, baseline: int, compare: int) -> dict[str, Estimate]:
    """Leakers a trial that reach and that damage each asset, and the probability that it is damaged
    [M], of any two architectures of a result, compare minus baseline, paired by world; by the name
    of the estimate of which each is the difference."""
    sample = Side(result, baseline).worlds()
    found = {}
    for name, counts, mean in (
        ("expected_leakers_at_asset", "leakers_at_asset", leakers_at_asset),
        ("expected_damaging_leakers", "damaging_leakers_by_world", damaging_leakers),
        ("p_asset_damaged", "asset_damaged_by_world", p_asset_damaged),
    ):
        value, low, high = mean(sample)
        one, other = ((value[a], low[a], high[a]) for a in (baseline, compare))
        change = sample[counts][:, compare] - sample[counts][:, baseline]
        found[name] = difference_of_means(other, one, change, sample["trials"], sample.strata)
    return found


def _by_trial(baseline: Side, compare: Side, labels: tuple[Label, ...]) -> Estimate:
    """The differences in leakers that a run gives of two of its architectures, by class."""
    sample, pairs = baseline.worlds(), baseline.result.pairs
    pair = (baseline.architecture, compare.architecture)
    turned = pair not in pairs
    change = difference_expected_leakers(differences(sample, pairs), _leakers(sample))
    row = pairs.index(pair[::-1] if turned else pair)
    names = sample.axes.threat_class_total
    value, low, high = (end[row, [names.index(name) for (name,) in labels]] for end in change)
    return (-value, -high, -low) if turned else (value, low, high)


def _by_world(
    means: tuple[Estimate, Estimate], rate: np.ndarray, sample: Sample, unit: np.ndarray
) -> Estimate:
    """The difference with Student's t of the worlds' own, `rate` [W, row] a trial, to which two
    imagined trials are added that differ by one `unit` [row]; of a single world, as of independent
    runs. `means` are those of the baseline and of compare."""
    value, low, high = difference_of_independent(means[1], means[0])
    n = np.broadcast_to(sample["trials"].astype(np.float64)[:, np.newaxis], rate.shape)
    spread, worlds = spread_of_worlds(value, rate * n, n, sample.strata)
    imagined = unit * imagined_reach(n.sum(axis=0))
    with np.errstate(invalid="ignore"):  # a single world: infinite x NaN, not taken
        half = np.hypot(t_critical(worlds - 1) * np.sqrt(spread), imagined)
    seen = np.isfinite(half)
    return value, np.where(seen, value - half, low), np.where(seen, value + half, high)


def _leakers(sample: Sample) -> Estimate:
    """Leakers a trial [A, C1]."""
    return expected_leakers(sample, leak_probability(sample)[0])


def _stacked(found: Counted, labels: tuple[Label, ...], sample: Sample) -> np.ndarray:
    """The counts [W, row] of these labels."""
    whole = np.zeros((len(sample.axes.world), len(labels)))
    for place, label in enumerate(labels):
        if label in found:
            whole[:, place] = found[label].by_world
    return whole


def _means(found: Counted, labels: tuple[Label, ...]) -> Estimate:
    """The means [row] of these labels: nothing of one that is not counted."""
    means = [found[label].mean if label in found else (0.0, 0.0, 0.0) for label in labels]
    value, low, high = np.array(means, np.float64).reshape(-1, 3).T
    return value, low, high


def _row(sample: Sample, by_world: np.ndarray, most: float) -> Row:
    """A count of which a trial has at most `most` on average, with its mean."""
    x, trials = sample.weighted(by_world), sample["trials"]
    mean = bounded_ratio(x.sum(axis=0), x, trials, sample.trials, most=most, strata=sample.strata)
    return Row(by_world, _at(mean, ()))


def _at(estimate: Estimate, place: tuple[int, ...]) -> tuple[float, float, float]:
    value, low, high = (float(end[place]) for end in estimate)
    return value, low, high
