"""From which availability of its network on an architecture lets fewer leakers through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mcdefense.statistics.intervals import t_critical
from mcdefense.statistics.leakage import Estimate
from mcdefense.statistics.sample import Sample
from mcdefense.statistics.sampling import safe_divide
from mcdefense.statistics.without_network import NO_FALLBACKS, without_network


def break_even(
    fallback: np.ndarray | float, baseline: np.ndarray | float, up: np.ndarray | float
) -> np.ndarray:
    """a* = (E_f - E_s) / (E_f - E_u) from the leakers a trial with the network lost, those of the
    baseline, and those with the network up (rule 35, `break_even`).

    0 stands for "always" (E_f <= E_s) and 1 for "never": with the network up as many leak as in the
    baseline, or more.
    """
    f, s, u = (np.asarray(x, np.float64) for x in np.broadcast_arrays(fallback, baseline, up))
    ratio = np.clip(safe_divide(f - s, f - u), 0.0, 1.0)
    pays = np.where(f <= s, 0.0, ratio)
    found = np.where(u >= s, 1.0, pays)
    return np.where(np.isnan(f) | np.isnan(s) | np.isnan(u), np.nan, found)


def break_even_availability(
    sample: Sample, pairs: Sequence[tuple[int, int]], fallbacks: Mapping[str, str] = NO_FALLBACKS
) -> Estimate:
    """The break-even availability [P] of compare's network against the baseline of each pair.

    Each world is compared with itself: its trials with the network lost, and those with it up, with
    the baseline in that world. Else worlds whose network fails often would count more on one side,
    and what else they have drawn would pass for what the loss does. Where `fallbacks` name what
    replaces the architecture, all trials say what a trial without the network is like
    (without_network.py).

    NaN where compare's network was never lost, or never up, in the run. The interval is that of a
    jackknife over worlds within plans: each world is left out once, while its plan keeps its
    weight. With one world alone it is 0 to 1, all there can be.
    (B. Efron and C. Stein, "The jackknife estimate of variance", Annals of Statistics 9(3), 1981.)
    """
    baseline, compare = [a for a, _ in pairs], [b for _, b in pairs]
    leaked = sample["leaked"][..., -1].astype(np.float64)
    lost = sample["network_lost"].astype(np.float64)
    failed = sample["leakers_network_lost"][..., -1].astype(np.float64)
    without, seen = without_network(sample, fallbacks)
    trials = np.broadcast_to(sample["trials"].astype(np.float64)[:, np.newaxis], lost.shape)
    separate = safe_divide(leaked, trials)[:, baseline]
    weights = trials[:, compare]
    # by world: weight x (leakers a trial less the baseline's), and weight; network lost, then up
    sums = np.stack(
        [
            part
            for leakers, some in ((without, seen), (leaked - failed, trials - lost))
            for part in _more(leakers[:, compare], some[:, compare], separate, weights)
        ]
        + [weights]
    )
    value = _of_sums(sums.sum(axis=1))
    variance, spent, free = (np.zeros(value.shape) for _ in range(3))
    for rows in _strata(sample):
        part = sums[:, rows]
        size, whole, of_stratum = part.shape[1], sums.sum(axis=1), part.sum(axis=1)
        weight = part[-1, :, :1] / of_stratum[-1, :1]  # of each world, by its trials
        left = (of_stratum[:, np.newaxis] - part) / (1 - weight)
        each_left_out = _of_sums((whole - of_stratum)[:, np.newaxis] + left)
        off = each_left_out - each_left_out.mean(axis=0)
        of_these = (off**2).sum(axis=0) * (size - 1) / size
        variance += of_these
        spent += of_these**2 / (size - 1)
        free += size - 1
    freedom = np.where(spent > 0, safe_divide(variance**2, spent), free)
    with np.errstate(invalid="ignore"):  # no worlds to compare: infinite x 0
        half = t_critical(freedom) * np.sqrt(variance)
    half = np.where(np.isnan(half), np.inf, half)
    low, high = np.maximum(value - half, 0.0), np.minimum(value + half, 1.0)
    return value, low, high


def _more(
    leakers: np.ndarray, some: np.ndarray, separate: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """By world and pair [W, P] how many more leak a trial in some of the trials than in the
    baseline, times the world's weight, and that weight; 0 in a world without such trials."""
    there = some > 0
    more = np.where(there, safe_divide(leakers, some) - separate, 0.0)
    return more * weights, weights * there


def _of_sums(sums: np.ndarray) -> np.ndarray:
    """a* of such sums [5, ...], with the network lost and up."""
    fallback, up = (safe_divide(sums[i], sums[i + 1]) for i in (0, 2))
    return break_even(fallback, 0.0, up)


def _strata(sample: Sample) -> list[np.ndarray]:
    """Rows of the worlds within which one at a time is left out."""
    if sample.strata is None:
        rows = sample.counted["trials"] > 0
        return [rows] if np.count_nonzero(rows) > 1 else []
    return [sample.strata == s for s in np.unique(sample.strata[sample.strata >= 0])]
