"""The test rule: is a simulated figure consistent with an exact one?

A mean must lie within 4 standard errors (false alarm 6.3e-5), a histogram must pass chi-square.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

MOST_STANDARD_ERRORS = 4.0
_LEAST_EXPECTED = 5.0


class Fit(NamedTuple):
    """Chi-square statistic, degrees of freedom, and p-value of a histogram against a pmf."""

    chi_square: float
    degrees_of_freedom: int
    p_value: float


def z_score(estimate: float, exact: float, standard_error: float) -> float:
    """Standard errors by which an estimate lies above the exact value; signed infinity if it is
    off with no error allowed, 0 if it agrees exactly."""
    off = estimate - exact
    if off == 0:
        return 0.0
    return off / standard_error if standard_error > 0 else math.copysign(math.inf, off)


def z_of_mean(histogram: ArrayLike, exact: ArrayLike) -> float:
    """z score of the mean of a histogram (trials with i leakers at i) against an exact pmf.

    The standard error is the exact distribution's own, so zero leakers have one too. A pmf of no
    variance must be met exactly, to within rounding.
    """
    seen, pmf = _same_length(histogram, exact)
    leakers, trials = np.arange(len(pmf)), seen.sum()
    mean = float(leakers @ pmf)
    variance = float((leakers - mean) ** 2 @ pmf)
    found = float(leakers @ seen / trials)
    if variance < 1e-12:
        return 0.0 if abs(found - mean) < 1e-9 else math.copysign(math.inf, found - mean)
    return z_score(found, mean, math.sqrt(variance / trials))


def z_of_share(successes: int, trials: int, exact: float) -> float:
    """z score of a share of trials against an exact probability."""
    return z_of_mean([trials - successes, successes], [1 - exact, exact])


def chi_square(histogram: ArrayLike, exact: ArrayLike) -> Fit:
    """Chi-square test of a histogram against an exact pmf of the same count.

    Neighbouring cells are pooled until each expects 5 trials. A trial where the pmf is zero
    gives p = 0. Raises ValueError for no trials and for a pmf that doesn't add up to 1.
    """
    from scipy.special import chdtrc

    seen, pmf = _same_length(histogram, exact)
    trials = seen.sum()
    if trials <= 0:
        raise ValueError("chi_square: a histogram without trials")
    if abs(pmf.sum() - 1) > 1e-6:
        raise ValueError(f"chi_square: the exact probabilities add up to {pmf.sum()}, expected 1")
    if np.any(seen[pmf <= 0] > 0):
        return Fit(math.inf, 0, 0.0)
    cells = _pool(seen, pmf * trials)
    statistic = float(sum((o - e) ** 2 / e for o, e in cells))
    freedom = len(cells) - 1
    return Fit(statistic, freedom, float(chdtrc(freedom, statistic)) if freedom else 1.0)


def _same_length(histogram: ArrayLike, exact: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    seen, pmf = np.asarray(histogram, np.float64), np.asarray(exact, np.float64)
    length = max(len(seen), len(pmf))
    return np.pad(seen, (0, length - len(seen))), np.pad(pmf, (0, length - len(pmf)))


def _pool(seen: np.ndarray, expected: np.ndarray) -> list[tuple[float, float]]:
    """(observed, expected) of neighbouring cells joined from the left until each expects enough."""
    cells: list[tuple[float, float]] = []
    observed = due = 0.0
    for o, e in zip(seen, expected, strict=True):
        observed, due = observed + o, due + e
        if due >= _LEAST_EXPECTED:
            cells.append((observed, due))
            observed = due = 0.0
    if cells and due > 0:
        last = cells.pop()
        cells.append((last[0] + observed, last[1] + due))
    return cells or [(observed, due)]
