"""What the spread between worlds says: bands, sampling error apart, the network lost."""

from __future__ import annotations

import numpy as np

from mcdefense.statistics.intervals import spread_interval, t_critical
from mcdefense.statistics.leakage import Estimate
from mcdefense.statistics.sampling import (
    FEW_WORLDS,
    safe_divide,
    variance_by_worlds,
    worlds_with,
)
from mcdefense.statistics.tally import Tally

BAND_PERCENT = (5.0, 95.0)
"""Percentiles of the worlds between which a band lies."""


def world_expected_leakers(tally: Tally) -> np.ndarray:
    """Leakers a trial [W, A] of each world; NaN for a world without trials."""
    return safe_divide(tally["leaked"][..., -1], tally["trials"][:, np.newaxis])


def band(world_means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """5th and 95th percentile over worlds of [W, ...]; NaN for fewer than two worlds.

    A band of the worlds' own means: with few trials a world their chance is in it too.
    """
    known = ~np.isnan(world_means).all(axis=tuple(range(1, world_means.ndim)))
    if np.count_nonzero(known) < 2:
        nothing = np.full(world_means.shape[1:], np.nan)
        return nothing, nothing.copy()
    low, high = np.percentile(world_means[known], BAND_PERCENT, axis=0)
    return low, high


def sampling_errors(tally: Tally) -> tuple[np.ndarray, np.ndarray]:
    """Standard errors [A] of the leakers a trial, within worlds and between worlds.

    Their squares add up to the variance of the mean. One world: `between` is NaN. Worlds of one
    trial each: `within` is NaN, as the two cannot be told apart, and `between` holds both.
    """
    trials = tally["trials"].astype(np.float64)[:, np.newaxis]
    count = trials.sum(axis=0)
    leakers = tally["leaked"][..., -1].astype(np.float64)
    means = safe_divide(leakers, trials)
    residual = tally["leakers_squared"][..., -1] - leakers * np.nan_to_num(means)
    freedom = count - worlds_with(trials)
    pooled = safe_divide(np.maximum(residual, 0.0).sum(axis=0), freedom)
    within = np.where(freedom > 0, safe_divide(pooled, count), np.nan)
    whole = variance_by_worlds(safe_divide(leakers.sum(axis=0), count), leakers, trials)
    between = np.maximum(whole - np.nan_to_num(within), 0.0)
    return np.sqrt(within), np.sqrt(between)


def expected_leakers_network_lost(tally: Tally) -> Estimate:
    """Leakers a trial [A] in the trials with the network lost; NaN if it never was.

    With the loss seen in 5 worlds or more, the worlds are the sample. In fewer, no squares are
    kept of these trials alone, so the interval takes the largest variance that the histogram and
    the squares of all trials allow: wide, but it covers.
    """
    lost = tally["network_lost"].astype(np.float64)
    x = tally["leakers_network_lost"][..., -1].astype(np.float64)
    count, total = lost.sum(axis=0), x.sum(axis=0)
    mean = safe_divide(total, count)
    worlds = worlds_with(lost)
    seen = tally["leakers_histogram"][:, -1, :] > 0
    most = np.where(seen, np.arange(seen.shape[-1]), 0).max(axis=-1)
    squares = tally["leakers_squared"][..., -1].sum(axis=0, dtype=np.float64)
    largest = np.minimum(
        mean * np.maximum(most - mean, 0.0),
        np.maximum(safe_divide(squares, count) - mean**2, 0.0),
    )
    imagined = safe_divide(np.asarray(2.0), count**2)  # two leakers, as in `paired`
    by_trials = safe_divide(largest, np.maximum(count - 1, 1)) + imagined
    half = np.where(count > 1, t_critical(count - 1) * np.sqrt(by_trials), np.inf)
    low, high = np.maximum(mean - half, 0.0), mean + half
    many = (worlds >= FEW_WORLDS) & (mean > 0)
    variance = variance_by_worlds(mean, x, lost) + imagined
    low[many], high[many] = spread_interval(
        mean[many], variance[many], mean[many] / count[many], worlds[many]
    )
    return mean, low, high
