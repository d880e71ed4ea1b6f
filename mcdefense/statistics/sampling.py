"""How far an estimate may be off: the world is the sample, or the trial in a single world.

An estimate is a ratio R = sum(x) / sum(n) over trials (n = 1 for a mean). Two variances of R:

- *trials*: all trials as one sample of independent pairs (x, n), never the single threats;
- *worlds*: the worlds as the sample (linearised ratio of cluster totals, as in survey sampling).

The first is right only if worlds don't differ, the second in either case, and Student's t pays
for few worlds. Where raid plans are strata, the variance by worlds is that within plans. Rejected:
trials as the sample until the worlds show more spread than that, which covers .96 to .97 where
worlds are alike and less where they differ a little.
"""

from __future__ import annotations

from collections.abc import Iterator
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


def spread_of_worlds(
    ratio: np.ndarray, x: np.ndarray, n: np.ndarray, strata: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Variance of a ratio with the world as the sample, and the number of worlds that show it.

    `x`, `n` are the sums of each world, the world in front. Worlds with n = 0 don't count. The
    variance is NaN for fewer than two worlds. With `strata` [W] (see `Sample`) worlds are compared
    with those of their own stratum only, and the number is one more than the degrees of freedom.
    (F. E. Satterthwaite, Biometrics Bulletin 2(6), 1946.)
    """
    if strata is None:
        worlds = worlds_with(n)
        return variance_by_worlds(ratio, x, n), worlds
    residual = x - np.nan_to_num(ratio) * n
    total, spent, free = (np.zeros(residual.shape[1:]) for _ in range(3))
    for rows, part in _parts(residual, strata):
        size = len(part)
        variance = (part**2).sum(axis=0) * size / (size - 1)
        freedom = np.maximum(np.count_nonzero(np.broadcast_to(n, x.shape)[rows], axis=0) - 1, 0)
        total += variance
        free += freedom
        with np.errstate(divide="ignore", invalid="ignore"):
            spent += np.where(variance > 0, variance**2 / freedom, 0.0)
    with np.errstate(invalid="ignore"):
        freedom = np.where(spent > 0, safe_divide(total**2, spent), free)
    whole = np.broadcast_to(n, x.shape).sum(axis=0, dtype=np.float64)
    return np.where(freedom >= 1, safe_divide(total, whole**2), np.nan), freedom + 1


def _parts(residual: np.ndarray, strata: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rows of every stratum, and their residuals less the mean of the stratum."""
    for stratum in np.unique(strata[strata >= 0]).tolist():
        rows = strata == stratum
        part = residual[rows] - residual[rows][0]  # exactly 0 where all worlds are alike
        yield rows, part - part.mean(axis=0)


def variance_by_worlds(ratio: np.ndarray, x: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Variance of a ratio with the world as the sample; NaN for fewer than two worlds.

    `x`, `n` are the sums of each world, the world in front. Worlds with n = 0 don't count.
    """
    worlds = worlds_with(n)
    residual = np.sum((x - np.nan_to_num(ratio) * n) ** 2, axis=0)
    variance = safe_divide(residual, n.sum(axis=0, dtype=np.float64) ** 2)
    return np.where(worlds > 1, variance * worlds / np.maximum(worlds - 1, 1), np.nan)


def residuals_by_worlds(
    ratio: np.ndarray, x: np.ndarray, n: np.ndarray, strata: np.ndarray | None = None
) -> np.ndarray:
    """What each world adds to the error of a ratio [W, ...], but for a factor that is the same for
    all: with `strata` worlds are held against those of their own stratum, and a small stratum
    counts as much as its variance does."""
    residual: np.ndarray = x - np.nan_to_num(ratio) * n
    if strata is None:
        return residual
    found = np.zeros(residual.shape)
    for rows, part in _parts(residual, strata):
        found[rows] = part * np.sqrt(len(part) / (len(part) - 1))
    return found


def skewness_by_worlds(
    ratio: np.ndarray, x: np.ndarray, n: np.ndarray, strata: np.ndarray | None = None
) -> np.ndarray:
    """Skewness of what each world adds to a ratio; 0 where it cannot be told."""
    if strata is not None:
        return _skewness_by_strata(ratio, x, n, strata)
    worlds = worlds_with(n).astype(np.float64)
    residual = x - np.nan_to_num(ratio) * n
    second = safe_divide((residual**2).sum(axis=0), worlds)
    third = safe_divide((residual**3).sum(axis=0), worlds)
    correction = np.sqrt(worlds * np.maximum(worlds - 1, 0)) / np.maximum(worlds - 2, 1)
    return np.nan_to_num(safe_divide(third, second**1.5) * correction)


def _skewness_by_strata(
    ratio: np.ndarray, x: np.ndarray, n: np.ndarray, strata: np.ndarray
) -> np.ndarray:
    """The skewness that one sample of as many worlds would have, whose mean is as skewed."""
    residual = x - np.nan_to_num(ratio) * n
    second, third = np.zeros(residual.shape[1:]), np.zeros(residual.shape[1:])
    for _, part in _parts(residual, strata):
        size = len(part)
        second += (part**2).sum(axis=0) * size / (size - 1)
        if size > 2:
            third += (part**3).sum(axis=0) * size**2 / ((size - 1) * (size - 2))
    _, worlds = spread_of_worlds(ratio, x, n, strata)
    skewness: np.ndarray = np.nan_to_num(safe_divide(third, second**1.5) * np.sqrt(worlds))
    return skewness


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
