"""What the spread between worlds says: bands, sampling error apart, the network lost."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mcdefense.statistics.intervals import spread_interval, t_critical
from mcdefense.statistics.leakage import Estimate
from mcdefense.statistics.sample import Sample
from mcdefense.statistics.sampling import (
    FEW_WORLDS,
    safe_divide,
    spread_of_worlds,
    worlds_with,
)
from mcdefense.statistics.tally import Tally
from mcdefense.statistics.without_network import NO_FALLBACKS, without_network

BAND_PERCENT = (5.0, 95.0)
"""Percentiles of the worlds between which a band lies."""


def world_expected_leakers(tally: Tally) -> np.ndarray:
    """Leakers a trial [W, A] of each world; NaN for a world without trials."""
    return safe_divide(tally["leaked"][..., -1], tally["trials"][:, np.newaxis])


def band(world_means: np.ndarray, sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """5th and 95th percentile over worlds of [W, ...]; NaN for fewer than two worlds.

    A band of the worlds' own means: with few trials a world their chance is in it too. Where plans
    do not come as often as their weights say, each world counts by its weight.
    """
    known = ~np.isnan(world_means).all(axis=tuple(range(1, world_means.ndim)))
    if np.count_nonzero(known) < 2:
        nothing = np.full(world_means.shape[1:], np.nan)
        return nothing, nothing.copy()
    weight = None if sample.scale is None else (sample.scale * sample.counted["trials"])[known]
    if weight is None or np.allclose(weight, weight[0], rtol=1e-9):
        low, high = np.percentile(world_means[known], BAND_PERCENT, axis=0)
    else:
        low, high = np.percentile(
            world_means[known], BAND_PERCENT, axis=0, weights=weight, method="inverted_cdf"
        )
    return low, high


def sampling_errors(sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Standard errors [A] of the leakers a trial, within worlds and between worlds.

    Their squares add up to the variance of the mean. One world: `between` is NaN. Worlds of one
    trial each: `within` is NaN, as the two cannot be told apart, and `between` holds both. Between
    worlds are worlds of one plan: what plans differ by is stated, and no error.
    """
    tally = sample.counted
    trials = tally["trials"].astype(np.float64)[:, np.newaxis]
    leakers = tally["leaked"][..., -1].astype(np.float64)
    residual = tally["leakers_squared"][..., -1] - leakers * np.nan_to_num(
        safe_divide(leakers, trials)
    )
    pooled = np.zeros(leakers.shape[1])
    for rows in _alike(sample):
        count = trials[rows].sum(axis=0)
        freedom = count - worlds_with(trials[rows])
        variance = safe_divide(np.maximum(residual[rows], 0.0).sum(axis=0), freedom)
        scale = 1.0 if sample.scale is None else sample.scale[rows][0]
        pooled = pooled + np.where(freedom > 0, variance * count * scale**2, np.nan)
    x, n = sample["leaked"][..., -1].astype(np.float64), sample["trials"][:, np.newaxis]
    whole = n.sum(axis=0, dtype=np.float64)
    within = safe_divide(pooled, whole**2)
    spread, _ = spread_of_worlds(safe_divide(x.sum(axis=0), whole), x, n, sample.strata)
    between = np.maximum(spread - np.nan_to_num(within), 0.0)
    return np.sqrt(within), np.sqrt(between)


def _alike(sample: Sample) -> list[np.ndarray]:
    """Rows of worlds that count alike: those of each plan, or all."""
    if sample.scale is None:
        return [np.ones(len(sample.axes.world), bool)]
    return [sample.scale == factor for factor in np.unique(sample.scale[sample.scale > 0])]


def expected_leakers_network_lost(
    sample: Sample, fallbacks: Mapping[str, str] = NO_FALLBACKS
) -> Estimate:
    """Leakers a trial [A] without the network (without_network.py); NaN if it never was lost."""
    leakers, trials = without_network(sample, fallbacks)
    return _in_some_trials(sample, trials, leakers)


def expected_leakers_network_up(sample: Sample) -> Estimate:
    """Leakers a trial [A] in the trials with the network up; NaN if it never was."""
    up = sample["trials"][:, np.newaxis] - sample["network_lost"]
    leaked = sample["leaked"][..., -1] - sample["leakers_network_lost"][..., -1]
    return _in_some_trials(sample, up, leaked)


def _in_some_trials(sample: Sample, trials: np.ndarray, leakers: np.ndarray) -> Estimate:
    """Leakers a trial [A] in some of the trials, from those and their leakers [W, A].

    With such trials in 5 worlds or more, the worlds are the sample, and each counts by all its
    trials: those in which such trials are common would else count more, and what else they have
    drawn would pass for what goes with these trials. In fewer, no squares are kept of these trials
    alone, so the interval takes the largest variance that the histogram and the squares of all
    trials allow: wide, but it covers. No interval goes beyond the live threats, where all trials of
    each world have as many.
    """
    n, x = trials.astype(np.float64), leakers.astype(np.float64)
    count, total = n.sum(axis=0), x.sum(axis=0)
    weight = sample["trials"].astype(np.float64)[:, np.newaxis] * (n > 0)
    of_world = np.where(n > 0, safe_divide(x, n), 0.0) * weight
    by_world = safe_divide(of_world.sum(axis=0), weight.sum(axis=0))
    mean = np.where((n > 0).sum(axis=0) >= FEW_WORLDS, by_world, safe_divide(total, count))
    by_worlds, worlds = spread_of_worlds(mean, of_world, weight, sample.strata)
    seen = sample.counted["leakers_histogram"][:, -1, :] > 0
    most = np.where(seen, np.arange(seen.shape[-1]), 0).max(axis=-1)
    squares = sample.weighted(sample.counted["leakers_squared"][..., -1])
    largest = np.minimum(
        mean * np.maximum(most - mean, 0.0),
        np.maximum(safe_divide(squares.sum(axis=0, dtype=np.float64), count) - mean**2, 0.0),
    )
    imagined = safe_divide(np.asarray(2.0), count**2)  # two leakers, as in `paired`
    by_trials = safe_divide(largest, np.maximum(count - 1, 1)) + imagined
    half = np.where(count > 1, t_critical(count - 1) * np.sqrt(by_trials), np.inf)
    low, high = np.maximum(mean - half, 0.0), mean + half
    many = (worlds >= FEW_WORLDS) & (mean > 0)
    variance = by_worlds + imagined
    low[many], high[many] = spread_interval(
        mean[many], variance[many], mean[many] / count[many], worlds[many]
    )
    return mean, low, np.minimum(high, _most_leakers(sample.counted))


def _most_leakers(tally: Tally) -> float:
    """Leakers of a trial at most: the live threats of the world that has the most, where the trials
    of each world all have as many; else no limit is known."""
    trials, live = tally["trials"].tolist(), tally["live"].sum(axis=-1).tolist()
    each = list(zip(trials, live, tally["live_squared"][..., -1].tolist(), strict=True))
    if any(count * squares != total**2 for count, total, squares in each):
        return np.inf
    return max((total / count for count, total, _ in each if count), default=np.inf)
