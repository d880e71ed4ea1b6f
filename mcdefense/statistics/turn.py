"""Where what joining saves changes its sign along one input of the worlds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mcdefense.statistics.drivers import (
    DriverInput,
    Replicates,
    WorldMeans,
    binned,
    bins_for,
)
from mcdefense.statistics.intervals import NORMAL_CRITICAL


@dataclass(frozen=True)
class Turn:
    """Where the mean of a quantity changes its sign along an input, within the range that worlds
    draw: at `value`, with its 95 % interval, from `before` (its sign, 1 or -1) to the other.

    `value` is NaN where the sign stays. `clear` says that it does so, or changes, in 95 % of the
    samples of worlds. `low` and `high` of the range are the least and the greatest value drawn.
    """

    name: str
    value: float
    low: float
    high: float
    before: int
    clear: bool
    range_low: float
    range_high: float


def turn_of(of_worlds: WorldMeans, one: DriverInput, replicates: Replicates) -> Turn:
    """Where the mean changes its sign first along a numeric input: between the means of bins, on a
    straight line from middle to middle, and beyond the outermost on that of the two last."""
    weight = of_worlds.weight / of_worlds.weight.sum()
    y, x = of_worlds.mean, one.values.astype(np.float64)
    bins = binned(one, max(3, bins_for(x.size) // 3))
    in_bin = np.zeros((bins.size, int(bins.max()) + 1))
    in_bin[np.arange(bins.size), bins] = 1.0
    drawn = replicates.counts * weight
    size = drawn @ in_bin
    full = np.all(size > 0, axis=1)
    size = size[full]
    middles = (drawn[full] @ (in_bin * x[:, np.newaxis])) / size
    means = (drawn[full] @ (in_bin * y[:, np.newaxis])) / size
    least, greatest = float(x.min()), float(x.max())
    found = np.array(
        [_first_change(m, v, least, greatest) for m, v in zip(middles, means, strict=True)]
    )
    seen = found[1:][~np.isnan(found[1:])]
    value = float(found[0])
    share = seen.size / max(found.size - 1, 1)
    first = _at(middles[0], means[0], least)
    if np.isnan(value):
        whole = int(np.sign(means[0].mean()))
        return Turn(one.name, value, value, value, whole, share <= 0.05, least, greatest)
    half = NORMAL_CRITICAL * float(np.std(seen, ddof=1)) if seen.size > 1 else np.inf
    low, high = max(value - half, least), min(value + half, greatest)
    return Turn(one.name, value, low, high, int(np.sign(first)), share >= 0.95, least, greatest)


def _at(x: np.ndarray, y: np.ndarray, at: float) -> float:
    """The line through the two points that are the nearest to a place before the first."""
    if x.size < 2:
        return float(y[0])
    return float(y[0] + (at - x[0]) * (y[1] - y[0]) / (x[1] - x[0]))


def _first_change(x: np.ndarray, y: np.ndarray, least: float, greatest: float) -> float:
    """The first zero of the line through these points, drawn out to the ends; NaN for none."""
    if x.size < 2:
        return float("nan")
    ends = _at(x, y, least), _at(x[::-1], y[::-1], greatest)
    x = np.concatenate([[least], x, [greatest]])
    y = np.concatenate([ends[:1], y, ends[1:]])
    change = np.flatnonzero(np.sign(y[1:]) != np.sign(y[:-1]))
    if not change.size:
        return float("nan")
    i = int(change[0])
    return float(x[i] - y[i] * (x[i + 1] - x[i]) / (y[i + 1] - y[i]))
