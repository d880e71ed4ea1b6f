"""How far an estimate may be off: the world is the sample, or the trial in a single world.

An estimate is a ratio R = sum(x) / sum(n) over trials (n = 1 for a mean). Two variances of R:

- *trials*: all trials as one sample of independent pairs (x, n), never the single threats;
- *worlds*: the worlds as the sample (linearised ratio of cluster totals, as in survey sampling).

The first is right only if worlds don't differ, the second in either case, and Student's t pays
for few worlds. Rejected: trials as the sample until the worlds show more spread than that, which
covers .96 to .97 where worlds are alike and less where they differ a little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mcdefense.statistics.intervals import t_critical

FEW_WORLDS = 5
"""Fewer worlds than this show no skewness."""


@dataclass(frozen=True)
class SamplingError:
    """Both variances of an estimate, whether the trial is the sample or the world, how many worlds
    there are, and Student's critical value of that sample."""

    by_trials: np.ndarray
    by_worlds: np.ndarray
    trial_is_sample: np.ndarray
    worlds: np.ndarray
    critical: np.ndarray

    @property
    def variance(self) -> np.ndarray:
        """The variance that holds."""
        return np.where(self.trial_is_sample, self.by_trials, self.by_worlds)


def safe_divide(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Quotient, NaN where the denominator is 0."""
    top, bottom = np.broadcast_arrays(
        np.asarray(numerator, np.float64), np.asarray(denominator, np.float64)
    )
    quotient: np.ndarray = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=quotient, where=bottom != 0)
    return quotient


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
    return np.asarray(np.count_nonzero(n, axis=0))


def sampling_error(
    by_trials: np.ndarray, by_worlds: np.ndarray, worlds: np.ndarray, trials: np.ndarray
) -> SamplingError:
    """Which of the two variances holds.

    In a single world, and in worlds of one trial each, the trials are the sample.
    """
    shape = np.broadcast_shapes(by_trials.shape, by_worlds.shape)
    worlds, trials = (np.broadcast_to(number, shape) for number in (worlds, trials))
    single = (worlds < 2) | (trials <= worlds)
    critical = t_critical(np.where(single, trials, worlds) - 1)
    return SamplingError(by_trials, by_worlds, single, worlds, critical)
