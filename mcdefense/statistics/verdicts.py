"""In how many of the worlds an architecture helps, by more than a margin that matters.

A sign has no size: the more trials a world has, the more worlds show a difference of nothing much.
"""

from __future__ import annotations

import numpy as np

from mcdefense.statistics.intervals import proportion_interval, t_critical
from mcdefense.statistics.leakage import Estimate
from mcdefense.statistics.paired import IMAGINED_SQUARES, Differences
from mcdefense.statistics.sample import Sample
from mcdefense.statistics.sampling import safe_divide

DEFAULT_MARGIN = 0.1
"""Leakers a raid."""

VERDICTS = ("worlds_helped", "worlds_hurt", "worlds_same", "worlds_unclear")


def worlds_by_verdict(change: Differences, margin: float = DEFAULT_MARGIN) -> dict[str, Estimate]:
    """Shares of worlds [P] in which compare helps, hurts, does the same, or that do not tell.

    It goes by the paired 95 % interval of each world's own trials for the difference in leakers a
    trial (rule 33, `margin`). A world is `worlds_helped` if the whole of it lies below -`margin`,
    `worlds_hurt` if above `margin`, `worlds_same` if between the two, else `worlds_unclear`. So a
    world of one trial is always unclear, and worlds of few trials mostly. Each plan counts by its
    weight. The shares have mid-P intervals with the world as the sample.
    """
    trials = change.sample.counted["trials"][:, np.newaxis]
    mean, half = own_interval(trials, change.sums[..., -1], change.squares[..., -1])
    run = trials > 0
    said = verdict_of_worlds(mean - half, mean + half, margin)
    return {name: _share(change.sample, run & (said == name), run) for name in VERDICTS}


def verdict_of_worlds(low: np.ndarray, high: np.ndarray, margin: float) -> np.ndarray:
    """Which of VERDICTS each world's interval of its difference says (rule 33, `margin`)."""
    return np.select(
        [high < -margin, low > margin, (low >= -margin) & (high <= margin)],
        VERDICTS[:3],
        VERDICTS[3],
    )


def own_interval(
    trials: np.ndarray, sums: np.ndarray, squares: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and half-width of the 95 % interval of each world by its own trials, which must be
    broadcast against the sums of their differences and of these squared. Infinite for one trial."""
    trials = trials.astype(np.float64)
    count = np.maximum(trials, 1.0)
    total = sums.astype(np.float64)
    mean = total / count
    residual = np.maximum(squares - total * mean, 0.0)
    correction = np.where(trials > 1, count / np.maximum(count - 1, 1.0), np.inf)
    variance = (np.where(trials > 1, residual, 1.0) * correction + IMAGINED_SQUARES) / count**2
    degrees, place = np.unique(trials - 1, return_inverse=True)
    return mean, t_critical(degrees)[place].reshape(trials.shape) * np.sqrt(variance)


def _share(sample: Sample, met: np.ndarray, run: np.ndarray) -> Estimate:
    """Share [P] of the worlds `run` [W, 1] that are `met` [W, P]."""
    if sample.scale is None or sample.strata is None:
        worlds, number = np.count_nonzero(run), np.count_nonzero(met, axis=0)
        return (safe_divide(number, np.asarray(worlds)), *proportion_interval(number, worlds))
    weight = sample.scale * sample.counted["trials"] / sample.trials
    share = np.clip(weight @ met, 0.0, 1.0)
    variance = np.zeros(share.shape)
    for stratum in np.unique(sample.strata[sample.strata >= 0]).tolist():
        rows = sample.strata == stratum
        size, whole = np.count_nonzero(rows), weight[rows].sum()
        seen = safe_divide(weight[rows] @ met[rows], np.asarray(whole)) * size
        # One more met and one more not: a plan whose worlds are all alike has a width too.
        chance = (seen + 1) / (size + 2)
        variance += whole**2 * chance * (1 - chance) / size
    spread = (weight[run[:, 0]] ** 2).sum()
    worth = np.minimum(safe_divide(share * (1 - share), variance), 1 / spread)
    worth = np.where((share > 0) & (share < 1), worth, 1 / spread)
    return (share, *proportion_interval(share * worth, worth))
