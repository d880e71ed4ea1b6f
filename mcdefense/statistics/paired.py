"""Paired differences between architectures, over the run and world by world.

Every difference is compare minus baseline, so that joining which helps has a difference of
leakers below zero, and a difference of P(no leakers) above zero.

Every architecture meets the same trials, so a difference has the variance of the trials'
differences, not the sum of two variances. A difference of which nothing was seen has a width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mcdefense.statistics.intervals import (
    NORMAL_CRITICAL,
    Interval,
    rate_interval,
    skewed_critical,
    zero_success_bound,
)
from mcdefense.statistics.leakage import Estimate, with_total
from mcdefense.statistics.sample import Sample
from mcdefense.statistics.sampling import (
    FEW_WORLDS,
    SamplingError,
    safe_divide,
    sampling_error,
    skewness_by_worlds,
    spread_of_worlds,
    variance_by_trials,
)

IMAGINED_SQUARES = 2.0
"""Sum of squares of two trials more than were run, one leaker either way."""


@dataclass(frozen=True)
class Differences:
    """Sums over trials [W, P, C1] of d = leakers(compare) - leakers(baseline), and of its square.

    `baseline` and `compare` [P] are the positions of the two architectures. The sums are as they
    were counted; `sample` says how much each world counts.
    """

    sample: Sample

    sums: np.ndarray
    squares: np.ndarray
    baseline: list[int]
    compare: list[int]


def differences(sample: Sample, pairs: Sequence[tuple[int, int]]) -> Differences:
    """The differences in leakers of every pair (baseline, compare), in the order of the tally's."""
    baseline, compare = [a for a, _ in pairs], [b for _, b in pairs]
    tally = sample.counted
    leakers, squared = tally["leaked"], tally["leakers_squared"]
    return Differences(
        sample,
        sums=leakers[:, compare] - leakers[:, baseline],
        squares=squared[:, compare] + squared[:, baseline] - 2 * tally["leakers_product"],
        baseline=baseline,
        compare=compare,
    )


def difference_expected_leakers(change: Differences, mean: Estimate) -> Estimate:
    """Leakers a trial [P, C1], compare minus baseline: negative if compare lets fewer through.

    `mean`: leakers a trial [A, C1].
    """
    sample = change.sample
    trials = sample["trials"].astype(np.float64)[:, np.newaxis, np.newaxis]
    count = trials.sum(axis=0)
    live = safe_divide(with_total(sample["live"]).sum(axis=0, dtype=np.float64), count)
    total = sample.weighted(change.sums).astype(np.float64)
    squared = sample.weighted(change.squares, 2).sum(axis=0, dtype=np.float64)
    return _difference(
        sample, (total, trials), (squared, total.sum(axis=0), count), live, _lean(mean, change)
    )


def difference_leak_probability(change: Differences, leak: Estimate) -> Estimate:
    """Leakers per live threat [P, C1], compare minus baseline; NaN where no threat was live.

    `leak`: leakers per live threat [A, C1].
    """
    sample = change.sample
    live = with_total(sample["live"])[:, np.newaxis, :].astype(np.float64)
    product = sample["leakers_live"].sum(axis=0, dtype=np.float64)
    squares = (
        sample.weighted(change.squares, 2).sum(axis=0, dtype=np.float64),
        product[change.compare] - product[change.baseline],
        sample["live_squared"].sum(axis=0, dtype=np.float64)[np.newaxis],
    )
    ratio, low, high = _difference(
        sample,
        (sample.weighted(change.sums).astype(np.float64), live),
        squares,
        np.ones(1),
        _lean(leak, change),
        sample.trials,
    )
    return ratio, np.maximum(low, -1.0), np.minimum(high, 1.0)


def difference_p_no_leakers(change: Differences, p_clean: Estimate) -> Estimate:
    """P(no leakers) [P, C1], compare minus baseline: positive if compare is clean more often.

    `p_clean`: P(no leakers) [A, C1].
    """
    sample = change.sample
    trials = sample["trials"].astype(np.float64)[:, np.newaxis, np.newaxis]
    clean, both = (sample.counted[name] for name in ("no_leakers", "no_leakers_both"))
    after, before = clean[:, change.compare], clean[:, change.baseline]
    total = sample.weighted(after - before).astype(np.float64)
    unlike = sample.weighted(after + before - 2 * both, 2).sum(axis=0, dtype=np.float64)
    squares = (unlike, total.sum(axis=0), trials.sum(axis=0))
    lean = _lean(p_clean, change)
    ratio, low, high = _difference(sample, (total, trials), squares, np.ones(1), lean)
    return ratio, np.maximum(low, -1.0), np.minimum(high, 1.0)


def world_differences(change: Differences) -> np.ndarray:
    """Leakers a trial [W, P] of each world, compare minus baseline; NaN for one without trials."""
    return safe_divide(change.sums[..., -1], change.sample.counted["trials"][:, np.newaxis])


def _lean(part: Estimate, change: Differences) -> np.ndarray:
    """How many times further [P, ...] than Student's t says a difference may lie from zero, at
    least 1, if it goes with what leaks or with what is stopped.

    It is how intervals of `part` [A, ...], a probability or mean, lean to one side.
    """
    value, low, high = part
    up, down = np.nan_to_num(high - value), np.nan_to_num(value - low)
    squared = np.divide(up, down, out=np.ones(up.shape), where=(up > 0) & (down > 0))
    baseline, compare = squared[change.baseline], squared[change.compare]
    swap = value[change.baseline] < value[change.compare]
    more, less = np.where(swap, compare, baseline), np.where(swap, baseline, compare)
    lean: np.ndarray = np.sqrt(np.maximum(np.maximum(more, 1 / less), 1.0))
    return lean


def _difference(
    sample: Sample,
    parts: tuple[np.ndarray, np.ndarray],
    squares: tuple[np.ndarray, np.ndarray, np.ndarray],
    largest: np.ndarray,
    lean: np.ndarray,
    most_trials: float = np.inf,
) -> Estimate:
    """Interval of sum(x)/sum(n) of the parts x and n (world in front), by trials or by worlds.

    Where no trial showed a difference, the half-width is `largest`, what one trial can change at
    most, times the zero-success bound of the trials. A single trial says nothing but `largest`.
    """
    x, n = parts
    size = n.sum(axis=0)
    trials = np.broadcast_to(np.minimum(size, most_trials), x.shape[1:])
    ratio = safe_divide(x.sum(axis=0), size)
    error = sampling_error(
        variance_by_trials(ratio, size, squares, trials),
        *spread_of_worlds(ratio, x, n, sample.strata),
        trials,
    )
    skewed = error.worlds >= FEW_WORLDS
    skewness = np.where(skewed, skewness_by_worlds(ratio, x, n, sample.strata), 0.0)
    with np.errstate(invalid="ignore"):  # a single trial: infinite, replaced below
        as_counts = _reach_of_counts(x.sum(axis=0), squares[0], size, error)
        of_worlds = _reach_of_worlds(ratio, size, skewness, lean, error)
    same, single = squares[0] == 0, trials <= 1
    bound = np.where(single, largest, zero_success_bound(trials) * largest)
    down, up = (
        np.where(same | single, bound, np.where(error.trial_is_sample, *reaches))
        for reaches in zip(as_counts, of_worlds, strict=True)
    )
    return ratio, ratio - down, ratio + up


def _reach_of_counts(
    total: np.ndarray, squared: np.ndarray, size: np.ndarray, error: SamplingError
) -> Interval:
    """How far an interval reaches down and up that has the trials as its sample.

    As of the difference of two counts with the sum and the sum of squares of the trials'
    differences, leakers more and leakers fewer, each with its mid-P interval: distances squared
    and added. (R. G. Newcombe, "Improved confidence intervals for the difference between binomial
    proportions based on paired data", Statistics in Medicine 17, 1998, method 10.) The less the
    trials differ from each other, the more of the two imagined trials is added.
    """
    more, fewer = (
        np.where(error.trial_is_sample, (squared + sign * total) / 2, 0.0) for sign in (1, -1)
    )
    (more_low, more_high), (fewer_low, fewer_high) = rate_interval(more), rate_interval(fewer)
    # The variance of such counts would be `squared`, and 1.96 the critical value.
    spread = safe_divide(error.by_trials * size**2, squared)
    scale = error.critical / NORMAL_CRITICAL * np.sqrt(spread) / size
    imagined = imagined_reach(size) * np.sqrt(np.maximum(1 - spread, 0.0))
    down = scale * np.hypot(more - more_low, fewer_high - fewer)
    up = scale * np.hypot(more_high - more, fewer - fewer_low)
    return np.hypot(down, imagined), np.hypot(up, imagined)


def _reach_of_worlds(
    ratio: np.ndarray,
    size: np.ndarray,
    skewness: np.ndarray,
    lean: np.ndarray,
    error: SamplingError,
) -> Interval:
    """How far an interval reaches down and up that has the worlds as its sample.

    Student's t, corrected for skewed worlds; away from zero it reaches at least `lean` times as
    far, as few worlds look less skewed than all are. Two imagined trials are added, as D. G.
    Bonett and R. M. Price (2012) do for proportions.
    """
    down, up = skewed_critical(error.critical, skewness, error.worlds)
    away = lean * error.critical
    down = np.where(ratio < 0, np.maximum(down, away), down)
    up = np.where(ratio > 0, np.maximum(up, away), up)
    spread, imagined = np.sqrt(error.by_worlds), imagined_reach(size)
    return np.hypot(down * spread, imagined), np.hypot(up * spread, imagined)


def imagined_reach(size: np.ndarray) -> np.ndarray:
    """What two trials more than were run add, with a difference of one leaker either way."""
    squared = safe_divide(np.asarray(IMAGINED_SQUARES), size**2)
    reach: np.ndarray = NORMAL_CRITICAL * np.sqrt(squared)
    return reach
