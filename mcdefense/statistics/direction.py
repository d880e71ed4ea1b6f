"""Whether worlds with more of an input have more or less of a quantity."""

from __future__ import annotations

import numpy as np

from mcdefense.statistics.best_sum import middle_ranks
from mcdefense.statistics.intervals import NORMAL_CRITICAL


def direction_of(drawn: np.ndarray, y: np.ndarray, values: np.ndarray) -> int | None:
    """The sign of the weighted slope of y [W] along the ranks of an input's values [W], 0 where its
    95 % interval holds 0, and None for texts, which have no order.

    The slope is that of the first row of weights [R, W], each of which adds up to 1; how it varies
    comes from the others, samples of the worlds.
    """
    if values.dtype == object:
        return None
    rank = middle_ranks(values)
    mean = drawn @ rank
    variance = drawn @ rank**2 - mean**2
    covariance = drawn @ (rank * y) - mean * (drawn @ y)
    slope = np.divide(covariance, variance, out=np.zeros_like(mean), where=variance > 1e-12)
    half = NORMAL_CRITICAL * float(np.std(slope[1:], ddof=1))
    return int(np.sign(slope[0])) if abs(slope[0]) > half else 0
