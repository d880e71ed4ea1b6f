"""What each world says by itself: its paired difference, with the interval of its own trials."""

from __future__ import annotations

import numpy as np

from mcdefense.statistics.intervals import Interval
from mcdefense.statistics.tally import Tally
from mcdefense.statistics.verdicts import own_interval


def world_difference(tally: Tally, baseline: int, compare: int) -> tuple[np.ndarray, Interval]:
    """Leakers a trial [W], compare minus baseline, and the ends [W] of each world's 95 % interval.

    As the verdicts on worlds take it. NaN for a world without trials; infinite ends for a world of
    one.
    """
    place = tally.axes.pairs.index((min(baseline, compare), max(baseline, compare)))
    leaked, squared = tally["leaked"][..., -1], tally["leakers_squared"][..., -1]
    squares = squared[:, compare] + squared[:, baseline]
    squares = squares - 2 * tally["leakers_product"][:, place, -1]
    mean, half = own_interval(tally["trials"], leaked[:, compare] - leaked[:, baseline], squares)
    mean = np.where(tally["trials"] > 0, mean, np.nan)
    return mean, (mean - half, mean + half)
