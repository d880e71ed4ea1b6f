"""What each world says by itself: its paired difference, with the interval of its own trials."""

from __future__ import annotations

import numpy as np

from mcdefense.statistics.intervals import Interval, t_critical
from mcdefense.statistics.tally import Tally

_IMAGINED_SQUARES = 2.0
"""Sum of squares of two trials more than were run, one leaker either way, as in `paired`."""


def world_difference(tally: Tally, baseline: int, compare: int) -> tuple[np.ndarray, Interval]:
    """Leakers a trial [W], compare minus baseline, and the ends [W] of each world's 95 % interval.

    Student's t over the trials of the world, as the verdicts on worlds take it. NaN for a world
    without trials; infinite ends for a world of one.
    """
    pairs = tally.axes.pairs
    place = pairs.index((min(baseline, compare), max(baseline, compare)))
    trials = tally["trials"].astype(np.float64)
    count = np.maximum(trials, 1.0)
    leaked, squared = tally["leaked"][..., -1], tally["leakers_squared"][..., -1]
    total = (leaked[:, compare] - leaked[:, baseline]).astype(np.float64)
    squares = squared[:, compare] + squared[:, baseline]
    squares = squares - 2 * tally["leakers_product"][:, place, -1]
    mean = total / count
    residual = np.maximum(squares - total * mean, 0.0)
    correction = np.where(trials > 1, count / np.maximum(count - 1, 1.0), np.inf)
    spread = np.where(trials > 1, residual, 1.0) * correction + _IMAGINED_SQUARES
    half = t_critical(trials - 1) * np.sqrt(spread / count**2)
    mean = np.where(trials > 0, mean, np.nan)
    return mean, (mean - half, mean + half)
