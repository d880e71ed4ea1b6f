"""Intervals of counts of which the tally keeps no squares, only what each world adds to them.

The world is the sample where there are two or more. In a single world, and in worlds of one trial
each, nothing shows how much the trials differ, so the interval takes the largest variance that is
possible: wide, but it covers. The same goes for worlds of a file of format 1.x, which kept only
the sum over the run. Rejected: squares counted by the engine, which would cost it time in every
trial to narrow the intervals of single worlds.
"""

from __future__ import annotations

import numpy as np

from mcdefense.statistics.intervals import (
    proportion_interval,
    zero_success_bound,
)
from mcdefense.statistics.leakage import THINKABLE, Estimate, events_interval, where_worlds_differ
from mcdefense.statistics.sampling import (
    SamplingError,
    safe_divide,
    sampling_error,
    spread_of_worlds,
)


def bounded_ratio(
    total: np.ndarray,
    by_world: np.ndarray,
    size: np.ndarray,
    trials: float,
    most: np.ndarray | float = 1.0,
    unit: np.ndarray | float = 1.0,
    strata: np.ndarray | None = None,
) -> Estimate:
    """Interval of sum(x) / sum(n) [...] where 0 <= x <= `most` n in every trial.

    `total` [...] is sum(x) over the run, `by_world` [W, ...] what each world adds to it, `size`
    [W, ...] the sum of n. `most` is infinite where nothing limits x; then a single world gives no
    upper end. `unit` is the size of one event, such as the cost of a round; `strata` are those of
    `Sample`.
    """
    n = np.broadcast_to(np.asarray(size, np.float64), by_world.shape)
    whole = n.sum(axis=0)
    ratio = safe_divide(total, whole)
    top, step = (np.broadcast_to(np.asarray(x, np.float64), ratio.shape) for x in (most, unit))
    top = np.fmax(top, ratio)
    share = np.where(top > 0, np.nan_to_num(safe_divide(ratio, top)), 0.0)
    chance = safe_divide(ratio * step * (1 - share), whole)
    error, alone = _sampling(total, (by_world, n), chance, trials, strata)
    units = np.minimum(_units(error, alone, trials), whole)
    inside = (share > 0) & (share < 1)
    low, high = proportion_interval(np.where(inside, share, np.round(share)) * units, units)
    finite = np.isfinite(top)
    low = np.where(finite, low * np.where(finite, top, 0.0), 0.0)
    high = np.where(finite, high * np.where(finite, top, 0.0), np.inf)
    spare = np.where(finite, np.maximum(np.where(finite, top, 0.0) * whole - total, 0.0), np.inf)
    floor = safe_divide(np.minimum(np.minimum(THINKABLE * step, total), spare) * step, whole**2)
    differ = ~alone & (ratio > 0) & (ratio < top)
    low, high = where_worlds_differ(differ, (ratio, low, high), error, floor, top)
    return ratio, np.where(whole > 0, low, np.nan), np.where(whole > 0, high, np.nan)


def mean_of_part(
    total: np.ndarray,
    by_world: np.ndarray,
    trials: np.ndarray,
    squares: np.ndarray,
    most: np.ndarray,
    strata: np.ndarray | None = None,
) -> Estimate:
    """Interval of a mean over trials [...] of a count that is part of a larger one in every trial.

    `total` and `by_world` as above; `trials` [W] of each world. `squares` [...] is the sum over
    trials of the larger count squared, which limits how much the part can vary, and `most` the
    mean of what the larger count is taken from, which limits a part of which nothing was seen.
    """
    n = np.broadcast_to(_in_front(trials.astype(np.float64), by_world.ndim), by_world.shape)
    whole = n.sum(axis=0)
    ratio = safe_divide(total, whole)
    chance = safe_divide(ratio, whole)
    error, alone = _sampling(total, (by_world, n), chance, trials.sum(), strata)
    units = _units(error, alone, trials.sum())
    largest = np.fmax(safe_divide(squares, whole) - ratio**2, ratio)
    low, high = events_interval(ratio, safe_divide(largest, units))
    high = np.where(ratio > 0, high, zero_success_bound(units) * most)
    floor = safe_divide(np.minimum(THINKABLE, total), whole**2)
    low, high = where_worlds_differ(~alone & (ratio > 0), (ratio, low, high), error, floor, np.inf)
    return ratio, np.where(whole > 0, low, np.nan), np.where(whole > 0, high, np.nan)


def difference_of_means(
    compare: Estimate,
    baseline: Estimate,
    by_world: np.ndarray,
    trials: np.ndarray,
    strata: np.ndarray | None = None,
) -> Estimate:
    """Interval of the difference [...] of two means over trials, compare minus baseline.

    `by_world` [W, ...] is the difference of what each world adds to their totals; `trials` [W].
    It is Student's t of the worlds. Where the world is not the sample the two intervals are put
    together as if the two were independent; as both meet the same trials, that is wider.
    (R. G. Newcombe, Statistics in Medicine 17, 1998, method 10.)
    """
    value, low, high = difference_of_independent(compare, baseline)
    n = np.broadcast_to(_in_front(trials.astype(np.float64), by_world.ndim), by_world.shape)
    whole = n.sum(axis=0)
    total = value * whole
    error, alone = _sampling(total, (by_world, n), np.zeros(value.shape), trials.sum(), strata)
    with np.errstate(invalid="ignore"):  # a single world: infinite x NaN, not taken
        half = error.critical * np.sqrt(error.by_worlds)
    seen = ~alone & (error.by_worlds > 0)
    return value, np.where(seen, value - half, low), np.where(seen, value + half, high)


def difference_of_independent(compare: Estimate, baseline: Estimate) -> Estimate:
    """Interval of a difference [...] of two independent estimates, compare minus baseline.

    The distances to the ends of either are squared and added (Newcombe's method 10, as above).
    """
    value = compare[0] - baseline[0]
    reach = np.hypot(compare[0] - compare[1], baseline[2] - baseline[0])
    beyond = np.hypot(compare[2] - compare[0], baseline[0] - baseline[1])
    return value, value - reach, value + beyond


def _in_front(x: np.ndarray, dimensions: int) -> np.ndarray:
    """x [W] as [W, 1, ...] of so many dimensions."""
    return x.reshape(-1, *[1] * (dimensions - 1))


def _sampling(
    total: np.ndarray,
    parts: tuple[np.ndarray, np.ndarray],
    chance: np.ndarray,
    trials: float,
    strata: np.ndarray | None,
) -> tuple[SamplingError, np.ndarray]:
    """The sampling error, and where [...] the worlds do not show it: too few, or not all kept."""
    x, n = parts[0].astype(np.float64), parts[1]
    ratio = safe_divide(total, n.sum(axis=0))
    number = np.minimum(np.asarray(trials), n.sum(axis=0))
    error = sampling_error(chance, *spread_of_worlds(ratio, x, n, strata), number)
    kept = np.isclose(x.sum(axis=0), total, rtol=1e-9, atol=1e-9)
    return error, error.trial_is_sample | ~kept


def _units(error: SamplingError, alone: np.ndarray, trials: float) -> np.ndarray:
    """Size of the sample where the largest possible variance holds: trials, or worlds if there
    are several whose own counts were not kept."""
    return np.where(alone & ~error.trial_is_sample, error.worlds, trials).astype(np.float64)
