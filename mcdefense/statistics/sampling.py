"""How far an estimate may be off: the trial is the sample, or the world where worlds differ.

An estimate is a ratio R = sum(x) / sum(n) over trials (n = 1 for a mean). Two variances of R:

- *trials*: all trials as one sample of independent pairs (x, n), never the single threats;
- *worlds*: the worlds as the sample (linearised ratio of cluster totals, as in survey sampling).

The second is right in either case but rough for few worlds; the first is right only if worlds
don't differ. So the trials count as the sample until the worlds show more spread than that
(`_SUSPICION`). Computed for normal data, the coverage that follows lies within .935 and .965 for
5 worlds and more, whatever the spread. Fewer than 5 worlds are always taken to differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mcdefense.statistics.intervals import t_critical

FEW_WORLDS = 5
_SUSPICION = 0.6
"""Worlds differ if var(worlds) > (1 + .6/sqrt(worlds)) var(trials): some .4 standard
errors above equality, so early rather than late."""


@dataclass(frozen=True)
class SamplingError:
    """Variance of an estimate, the critical value that goes with it, and which sample it is."""

    variance: np.ndarray
    critical: np.ndarray
    by_trials: np.ndarray


def safe_divide(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Quotient, NaN where the denominator is 0."""
    top, bottom = np.broadcast_arrays(
        np.asarray(numerator, np.float64), np.asarray(denominator, np.float64)
    )
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom != 0)


def variance_by_trials(
    ratio: np.ndarray,
    size: np.ndarray,
    squares: tuple[np.ndarray, np.ndarray, np.ndarray],
    trials: np.ndarray,
) -> np.ndarray:
    """Variance of a ratio with the trial as the sample; infinite for a single trial.

    `size` is sum(n), `squares` sum(x x), sum(x n), sum(n n) over all trials.
    """
    xx, xn, nn = squares
    residual = np.maximum(xx - 2 * ratio * xn + ratio**2 * nn, 0.0)
    correction = np.where(trials > 1, trials / np.maximum(trials - 1, 1), np.inf)
    with np.errstate(invalid="ignore"):
        variance = safe_divide(residual, size**2) * correction
    return np.where(trials > 1, variance, np.inf)


def variance_by_worlds(ratio: np.ndarray, x: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Variance of a ratio with the world as the sample; NaN for fewer than two worlds.

    `x`, `n` are the sums of each world, the world in front. Worlds with n = 0 don't count.
    """
    worlds = worlds_with(n)
    residual = np.sum((x - np.nan_to_num(ratio) * n) ** 2, axis=0)
    variance = safe_divide(residual, n.sum(axis=0, dtype=np.float64) ** 2)
    return np.where(worlds > 1, variance * worlds / np.maximum(worlds - 1, 1), np.nan)


def skewness_by_worlds(ratio: np.ndarray, x: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Skewness of what each world adds to a ratio; 0 where it cannot be told."""
    worlds = worlds_with(n).astype(np.float64)
    residual = x - np.nan_to_num(ratio) * n
    second = safe_divide((residual**2).sum(axis=0), worlds)
    third = safe_divide((residual**3).sum(axis=0), worlds)
    correction = np.sqrt(worlds * np.maximum(worlds - 1, 0)) / np.maximum(worlds - 2, 1)
    return np.nan_to_num(safe_divide(third, second**1.5) * correction)


def worlds_with(n: np.ndarray) -> np.ndarray:
    """Number of worlds in which n, the world in front, is not zero."""
    return np.count_nonzero(n, axis=0)


def sampling_error(
    by_trials: np.ndarray, by_worlds: np.ndarray, worlds: np.ndarray, trials: np.ndarray
) -> SamplingError:
    """Which of the two variances holds, and Student's critical value for it."""
    worlds, trials = np.asarray(worlds), np.asarray(trials)
    between = np.nan_to_num(by_worlds, nan=0.0)
    threshold = 1 + _SUSPICION / np.sqrt(np.maximum(worlds, 1))
    alike = (worlds >= FEW_WORLDS) & ~(between > threshold * by_trials)
    whole = (worlds < 2) | (trials <= worlds) | alike
    variance = np.where(
        whole, by_trials, np.where(worlds < FEW_WORLDS, np.fmax(between, by_trials), between)
    )
    critical = t_critical(np.where(whole, trials, worlds) - 1)
    return SamplingError(variance, critical, whole)
