"""Draws of what is uncertain, by inverse distribution functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from mcdefense.scenario.model_uncertainty import (
    Beta,
    Choice,
    Jeffreys,
    Normal,
    Triangular,
    Uncertainty,
    Uniform,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray


def quantile(uncertainty: Uncertainty, u: ArrayLike) -> NDArray[np.float64]:
    """Quantiles of a distribution at probabilities `u` in [0, 1], of the shape of `u`."""
    import numpy as np

    at = np.asarray(u, np.float64)
    if not np.all((at >= 0) & (at <= 1)):
        raise ValueError("probabilities outside [0, 1]")
    match uncertainty:
        case Beta():
            return _beta(uncertainty.a, uncertainty.b, at)
        case Jeffreys():
            failures = uncertainty.tests - uncertainty.successes
            return _beta(uncertainty.successes + 0.5, failures + 0.5, at)
        case Uniform():
            return uncertainty.low + at * (uncertainty.high - uncertainty.low)
        case Triangular():
            return _triangular(uncertainty, at)
        case Normal():
            return _normal(uncertainty, at)
        case Choice():
            return _choice(uncertainty, at)
        case _:
            assert_never(uncertainty)


def _beta(a: float, b: float, u: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np
    from scipy.special import betaincinv

    return np.asarray(betaincinv(a, b, u), np.float64)


def _triangular(entry: Triangular, u: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    low, mode, high = entry.low, entry.mode, entry.high
    width = high - low
    if width == 0:
        return np.full(u.shape, low)
    rising = low + np.sqrt(u * width * (mode - low))
    falling = high - np.sqrt((1 - u) * width * (high - mode))
    return np.where(u * width < mode - low, rising, falling)


def _normal(entry: Normal, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Truncated normal, in logarithms so that far tails keep their digits."""
    import numpy as np
    from scipy.special import log_ndtr, ndtri_exp

    low = -np.inf if entry.low is None else (entry.low - entry.mean) / entry.sd
    high = np.inf if entry.high is None else (entry.high - entry.mean) / entry.sd
    sign = 1.0
    if low > 0:  # the upper tail mirrored: ndtr has its digits below the mean
        low, high, u, sign = -high, -low, 1 - u, -1.0
    with np.errstate(divide="ignore"):
        logs = np.logaddexp(np.log1p(-u) + log_ndtr(low), np.log(u) + log_ndtr(high))
        standard = np.clip(ndtri_exp(np.minimum(logs, 0.0)), low, high)
    return np.asarray(entry.mean + entry.sd * sign * standard, np.float64)


def _choice(entry: Choice, u: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    weights = np.ones(len(entry.values)) if entry.weights is None else np.array(entry.weights)
    edges = np.cumsum(weights / weights.sum())
    last = int(np.flatnonzero(weights)[-1])
    index = np.minimum(np.searchsorted(edges, u, side="right"), last)
    return np.asarray(np.array(entry.values, np.float64)[index])
