"""What drives the spread between worlds: first-order shares, by binned conditional means.

Worlds differ by what they draw. The **first-order share** of an input is the part of the variance
between worlds that goes away on average once the input is known, Var(E[y | x]) / Var(y) (I. M.
Sobol, 1993). E[y | x] is the mean of y in each of some bins of x with about equally many worlds.
Three things would bias it, and are taken out:

- what the trials of a world leave to chance: their sampling variance is no part of Var(y);
- what bins explain by chance: the share of variance that permuted worlds explain on average, so
  that an input without effect has a share of 0 on average (this is the adjusted R squared);
- raid plans that worlds draw more often than they weigh: worlds count by the weights.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import numpy as np

from mcdefense.statistics.intervals import NORMAL_CRITICAL

_MOST_BINS, _FEWEST_BINS = 64, 4
_DEGREE = 4
"""Of the polynomials of each input in the sum of all, which the remainder is held against."""
_REPLICATES, _PERMUTATIONS = 400, 499
_CHUNK = 2**24
"""Numbers of a block of replicates at most."""
INERT = 0.05
"""Significance below which an input counts as one that does something."""


@dataclass(frozen=True, eq=False)
class DriverInput:
    """What worlds differ by: a `name`, a value of each world [W], numbers or texts, and whether it
    is drawn by itself (`kind` "draw", "plan" or "night") or follows from the raid ("live")."""

    name: str
    kind: str
    values: np.ndarray

    @property
    def is_numeric(self) -> bool:
        """Whether its values are numbers, which have an order."""
        return self.values.dtype != object


@dataclass(frozen=True)
class Share:
    """The share of one input with its 95 % interval, and the probability `p` of so large a share
    of an input without effect."""

    name: str
    kind: str
    value: float
    low: float
    high: float
    p: float

    @property
    def is_inert(self) -> bool:
        """Whether nothing says that it has an effect."""
        return self.p > INERT


@dataclass(frozen=True, eq=False)
class Drivers:
    """Shares of one quantity, largest first; `between` is its standard deviation between worlds.

    `remainder` is what no sum of effects of single inputs explains: aim and interaction. All are
    NaN if worlds do not differ by more than their trials' chance.
    """

    shares: tuple[Share, ...]
    between: float
    mean: float
    remainder: tuple[float, float, float]
    worlds: int


@dataclass(frozen=True, eq=False)
class WorldMeans:
    """A quantity of each world [W]: its mean over trials, the variance of that mean by chance, and
    how much the world counts."""

    mean: np.ndarray
    variance: np.ndarray
    weight: np.ndarray


@dataclass(frozen=True, eq=False)
class Replicates:
    """Samples of as many worlds, drawn with replacement: how often each world comes [R, W], the
    worlds themselves first. `later` draws what is drawn after them. All quantities of a result are
    judged by the same samples."""

    counts: np.ndarray
    later: np.random.Generator

    @classmethod
    def of(cls, worlds: int, seed: int) -> Replicates:
        """The samples of a result of so many worlds and this seed."""
        rng = np.random.default_rng([seed, worlds])
        counts = _replicates(rng, worlds)
        return cls(np.concatenate([np.ones((1, worlds)), counts]), rng)


def drivers_of(of_worlds: WorldMeans, inputs: list[DriverInput], replicates: Replicates) -> Drivers:
    """The share of every input that differs between worlds."""
    y, worlds = of_worlds.mean, of_worlds.mean.size
    weight = of_worlds.weight / of_worlds.weight.sum()
    rng = deepcopy(replicates.later)
    drawn = replicates.counts * weight
    drawn /= drawn.sum(axis=1, keepdims=True)
    total = _variance(drawn, y) * worlds / max(worlds - 1, 1)
    between = total - drawn @ of_worlds.variance
    mean = float(weight @ y)
    if worlds < 2 * _FEWEST_BINS or not between[0] > 1e-12 * max(total[0], 1e-300):
        return Drivers((), 0.0, mean, (np.nan, np.nan, np.nan), worlds)
    ratio = np.where(between > 0, total / np.where(between > 0, between, 1.0), np.nan)
    shares = []
    for one in inputs:
        bins = binned(one)
        if bins.max() == 0:
            continue
        explained = _first_order(drawn, y, one, bins)
        value, low, high = _interval(explained * ratio)
        p = _p_value(rng, weight, y, bins)
        shares.append(Share(one.name, one.kind, value, low, high, p))
    shares.sort(key=lambda share: (-share.value, share.p))
    remainder = _remainder(drawn, y, inputs, ratio)
    return Drivers(tuple(shares), float(between[0] ** 0.5), mean, remainder, worlds)


def binned(one: DriverInput, most: int | None = None) -> np.ndarray:
    """The bin [W] of each world, from 0: of about equally many worlds, equal values together."""
    _, level = np.unique(
        one.values.astype(str) if not one.is_numeric else one.values, return_inverse=True
    )
    levels = int(level.max()) + 1
    most = most or bins_for(level.size)
    if not one.is_numeric or levels <= most:
        return np.asarray(level, np.int64)
    # By the middle of the ranks of equal values, so that they stay together.
    ends = np.cumsum(np.bincount(level))
    middle = (ends + np.concatenate([[0], ends[:-1]])) / 2
    bins = np.minimum((middle * most / level.size).astype(np.int64), most - 1)
    _, bins = np.unique(bins[level], return_inverse=True)
    return np.asarray(bins, np.int64)


def bins_for(worlds: int) -> int:
    """How many bins so many worlds are put into: few leave out what happens within them, many
    explain much by chance."""
    return int(np.clip(round(worlds**0.4), _FEWEST_BINS, _MOST_BINS))


def _replicates(rng: np.random.Generator, worlds: int) -> np.ndarray:
    """How often each world comes [R, W] in samples of as many, drawn with replacement."""
    number = int(np.clip(_CHUNK // worlds, 100, _REPLICATES))
    return rng.multinomial(worlds, np.full(worlds, 1 / worlds), size=number).astype(np.float64)


def _variance(weights: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Variance of y under each row of weights [R, W], which add up to 1."""
    mean = weights @ y
    return np.asarray(np.maximum(weights @ y**2 - mean**2, 0.0))


def _explained(weights: np.ndarray, y: np.ndarray, bins: np.ndarray) -> np.ndarray:
    """Share of the variance of y that lies between bins, under each row of weights [R, W]."""
    in_bin = np.zeros((bins.size, int(bins.max()) + 1))
    in_bin[np.arange(bins.size), bins] = 1.0
    y = y - y.mean()
    size, total = weights @ in_bin, weights @ (in_bin * y[:, np.newaxis])
    squares = np.divide(total**2, size, out=np.zeros_like(total), where=size > 0).sum(axis=1)
    whole = _variance(weights, y)
    share = (squares - (weights @ y) ** 2) / np.where(whole > 0, whole, 1.0)
    return np.asarray(np.where(whole > 0, share, 0.0))


def _first_order(
    drawn: np.ndarray, y: np.ndarray, one: DriverInput, bins: np.ndarray
) -> np.ndarray:
    """Share of the variance of y that an input explains, under each row of weights [R, W].

    What a smooth effect does within bins is left out, a part that falls with the square of their
    number: a third of what half as many bins lose more is added (L. F. Richardson).
    """
    share = _adjusted(_explained(drawn, y, bins), y.size, int(bins.max()))
    if not one.is_numeric or np.unique(one.values).size <= int(bins.max()) + 1:
        return share
    coarse = binned(one, max((int(bins.max()) + 1) // 2, 2))
    rough = _adjusted(_explained(drawn, y, coarse), y.size, int(coarse.max()))
    return np.asarray(share + (share - rough) / 3)


def _adjusted(explained: np.ndarray, worlds: int, freedom: int) -> np.ndarray:
    """What is explained less what permuted worlds explain on average, as a share of the rest.

    The first row has the worlds themselves. In the others worlds come more than once, so that
    chance explains twice as much.
    """
    by_chance = np.full(explained.shape, freedom / max(worlds - 1, freedom + 1))
    by_chance[1:] = np.minimum(2 * by_chance[1:], 0.9)
    return np.asarray((explained - by_chance) / (1 - by_chance))


def _interval(values: np.ndarray) -> tuple[float, float, float]:
    """The first value with an interval by the spread of the others, within 0 and 1."""
    value = float(values[0])
    half = NORMAL_CRITICAL * float(np.nanstd(values[1:], ddof=1))
    inside = [float(np.clip(x, 0.0, 1.0)) for x in (value, value - half, value + half)]
    return inside[0], inside[1], inside[2]


def _p_value(
    rng: np.random.Generator, weight: np.ndarray, y: np.ndarray, bins: np.ndarray
) -> float:
    """How often worlds whose values are exchanged explain as much."""
    number = int(np.clip(_CHUNK // y.size, 99, _PERMUTATIONS))
    y = y - weight @ y

    def squares(order: np.ndarray) -> float:
        in_bin = bins[order]
        size = np.bincount(in_bin, weight, bins.max() + 1)
        total = np.bincount(in_bin, weight * y, bins.max() + 1)
        return float((total**2 / size).sum())

    seen = squares(np.arange(y.size)) * (1 - 1e-12)
    found = sum(squares(rng.permutation(y.size)) >= seen for _ in range(number))
    return (1 + found) / (1 + number)


def _remainder(
    drawn: np.ndarray, y: np.ndarray, inputs: list[DriverInput], ratio: np.ndarray
) -> tuple[float, float, float]:
    """The share that no sum of effects of single inputs explains: 1 less that of such a sum."""
    columns = [c for one in inputs for c in _columns(one)]
    worlds = y.size
    if len(columns) * 3 > worlds:
        return (np.nan, np.nan, np.nan)
    design = np.stack([np.ones(worlds), *columns], axis=1)
    found = []
    freedom = int(np.linalg.matrix_rank(design)) - 1
    for weights in drawn[: 1 + _REPLICATES // 4]:
        root = np.sqrt(weights)
        fit, *_ = np.linalg.lstsq(design * root[:, np.newaxis], y * root, rcond=None)
        left = float(weights @ (y - design @ fit) ** 2)
        whole = float(_variance(weights, y))
        found.append(1 - left / whole if whole > 0 else 0.0)
    explained = _adjusted(np.array(found), worlds, freedom) * ratio[: len(found)]
    return _interval(1 - explained)


def _columns(one: DriverInput) -> list[np.ndarray]:
    """Columns that span the effects of one input: of numbers polynomials of the ranks."""
    values, level = np.unique(
        one.values.astype(str) if not one.is_numeric else one.values, return_inverse=True
    )
    if values.size < 2:
        return []
    if not one.is_numeric or values.size <= _DEGREE:
        return [(level == place).astype(np.float64) for place in range(1, values.size)]
    ends = np.cumsum(np.bincount(level))
    rank = (ends + np.concatenate([[0], ends[:-1]])) / level.size - 1
    x = rank[level]
    return [np.polynomial.legendre.Legendre.basis(d)(x) for d in range(1, _DEGREE + 1)]


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
