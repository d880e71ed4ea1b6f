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

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from mcdefense.statistics.best_sum import basis_of, columns_of, explained_by
from mcdefense.statistics.direction import direction_of
from mcdefense.statistics.intervals import NORMAL_CRITICAL

_MOST_BINS, _FEWEST_BINS = 64, 4
_REPLICATES, _PERMUTATIONS = 400, 499
_CHUNK = 2**24
"""Numbers of a block of replicates at most."""
_WORLDS_PER_TERM = 3
"""Worlds for each term of a sum of effects, with fewer of which it explains much by chance."""
SEEN = 0.05
"""Significance up to which an input counts as one whose effect was seen."""


Steps = Callable[[int, int], None]
"""Is told how many steps of a piece of work are done, and of how many."""


def untold(done: int, of: int) -> None:
    """Nobody asks how far the work is."""


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
    of an input without effect.

    `direction` is 1 where worlds with more of the input have more of the quantity, -1 where they
    have less, and 0 where neither is told (`direction_of`); None for an input without an order.
    """

    name: str
    kind: str
    value: float
    low: float
    high: float
    p: float
    direction: int | None = None

    @property
    def is_seen(self) -> bool:
        """Whether an effect was seen. One that was not may be there all the same, up to `high`."""
        return self.p <= SEEN


@dataclass(frozen=True, eq=False)
class Drivers:
    """Shares of one quantity, largest first; `between` is its standard deviation between worlds.

    `remainder` is what no sum of effects of single inputs explains: aim and interaction. All are
    NaN if worlds do not differ by more than their trials' chance, or if they are fewer than
    `worlds_for_remainder`, three for each term of that sum.
    """

    shares: tuple[Share, ...]
    between: float
    mean: float
    remainder: tuple[float, float, float]
    worlds: int
    worlds_for_remainder: int = 0


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


def drivers_of(
    quantities: Sequence[WorldMeans],
    inputs: list[DriverInput],
    replicates: Replicates,
    show: Steps = untold,
) -> tuple[Drivers, ...]:
    """The share of every input that differs between worlds, for each quantity of the same worlds.

    The worlds weigh alike in all quantities. What does not depend on the quantity is worked out
    once for all of them: bins, permutations, and the sums of effects of single inputs. `show` is
    called after each input and after each sample of the worlds.
    """
    weight = quantities[0].weight / quantities[0].weight.sum()
    worlds = weight.size
    drawn = replicates.counts * weight
    drawn /= drawn.sum(axis=1, keepdims=True)
    spreads = [_Spread.of(drawn, one) for one in quantities]
    differ = [s for s in spreads if worlds >= 2 * _FEWEST_BINS and s.differs]
    needed = 0
    if differ:
        rng = deepcopy(replicates.later)
        rows = drawn[: 1 + _REPLICATES // 4]
        steps = len(inputs) + len(rows)
        for number, one in enumerate(inputs):
            show(number, steps)
            bins = binned(one)
            if bins.max() == 0:
                continue
            explained = _first_order(drawn, [s.y for s in differ], one, bins)
            significance = _p_values(rng, weight, [s.y for s in differ], bins)
            for spread, share, p in zip(differ, explained, significance, strict=True):
                value, low, high = _interval(share * spread.ratio)
                direction = direction_of(drawn, spread.y, one.values)
                spread.shares.append(Share(one.name, one.kind, value, low, high, p, direction))
        told = partial(_told_after, show, len(inputs), steps)
        columns = [c for one in inputs for c in columns_of(one.values)]
        needed = _WORLDS_PER_TERM * len(columns)
        for spread, left in zip(differ, _remainders(rows, differ, columns, told), strict=True):
            spread.shares.sort(key=lambda share: (-share.value, share.p))
            spread.remainder = left
        show(steps, steps)
    return tuple(
        Drivers(
            tuple(s.shares),
            s.between if s in differ else 0.0,
            s.mean,
            s.remainder,
            worlds,
            needed if s in differ else 0,
        )
        for s in spreads
    )


def _told_after(show: Steps, before: int, of: int, done: int) -> None:
    """Tell of a later part of the work, with the steps before it."""
    show(before + done, of)


@dataclass(eq=False)
class _Spread:
    """One quantity while its drivers are found: its value `y` of each world [W], its `mean`, its
    standard deviation `between` worlds, whether worlds `differs` by more than their trials' chance,
    and the `ratio` [R] of all variance to that between worlds."""

    y: np.ndarray
    mean: float
    between: float
    differs: bool
    ratio: np.ndarray
    shares: list[Share] = field(default_factory=list)
    remainder: tuple[float, float, float] = (np.nan, np.nan, np.nan)

    @classmethod
    def of(cls, drawn: np.ndarray, of_worlds: WorldMeans) -> _Spread:
        """The spread of a quantity under each row of weights [R, W], its own the first."""
        y = of_worlds.mean
        total = _variance(drawn, y) * y.size / max(y.size - 1, 1)
        between = total - drawn @ of_worlds.variance
        ratio = np.where(between > 0, total / np.where(between > 0, between, 1.0), np.nan)
        differs = bool(between[0] > 1e-12 * max(total[0], 1e-300))
        root = float(between[0] ** 0.5) if differs else 0.0
        weight = of_worlds.weight / of_worlds.weight.sum()
        return cls(y, float(weight @ y), root, differs, ratio)


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


def _explained(weights: np.ndarray, ys: list[np.ndarray], bins: np.ndarray) -> list[np.ndarray]:
    """Share of the variance of each y that lies between bins, under each row of weights [R, W]."""
    in_bin = np.zeros((bins.size, int(bins.max()) + 1))
    in_bin[np.arange(bins.size), bins] = 1.0
    size = weights @ in_bin
    shares = []
    for y in (y - y.mean() for y in ys):
        total = weights @ (in_bin * y[:, np.newaxis])
        squares = np.divide(total**2, size, out=np.zeros_like(total), where=size > 0).sum(axis=1)
        whole = _variance(weights, y)
        share = (squares - (weights @ y) ** 2) / np.where(whole > 0, whole, 1.0)
        shares.append(np.asarray(np.where(whole > 0, share, 0.0)))
    return shares


def _first_order(
    drawn: np.ndarray, ys: list[np.ndarray], one: DriverInput, bins: np.ndarray
) -> list[np.ndarray]:
    """Share of the variance of each y that an input explains, under each row of weights [R, W].

    What a smooth effect does within bins is left out, a part that falls with the square of their
    number: a third of what half as many bins lose more is added (L. F. Richardson).
    """
    worlds = bins.size
    fine = [_adjusted(e, worlds, int(bins.max())) for e in _explained(drawn, ys, bins)]
    if not one.is_numeric or np.unique(one.values).size <= int(bins.max()) + 1:
        return fine
    coarse = binned(one, max((int(bins.max()) + 1) // 2, 2))
    rough = [_adjusted(e, worlds, int(coarse.max())) for e in _explained(drawn, ys, coarse)]
    return [np.asarray(f + (f - r) / 3) for f, r in zip(fine, rough, strict=True)]


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


def _p_values(
    rng: np.random.Generator, weight: np.ndarray, ys: list[np.ndarray], bins: np.ndarray
) -> list[float]:
    """How often worlds whose values are exchanged explain as much of each y."""
    number = int(np.clip(_CHUNK // bins.size, 99, _PERMUTATIONS))
    width = int(bins.max()) + 1
    weighed = [weight * (y - weight @ y) for y in ys]

    def squares(order: np.ndarray) -> np.ndarray:
        in_bin = bins[order]
        size = np.bincount(in_bin, weight, width)
        totals = [np.bincount(in_bin, one, width) for one in weighed]
        return np.array([(total**2 / size).sum() for total in totals])

    seen = squares(np.arange(bins.size)) * (1 - 1e-12)
    found = np.zeros(len(ys), int)
    for _ in range(number):
        found += squares(rng.permutation(bins.size)) >= seen
    return [(1 + int(one)) / (1 + number) for one in found]


def _remainders(
    drawn: np.ndarray,
    spreads: list[_Spread],
    columns: list[np.ndarray],
    told: Callable[[int], None],
) -> list[tuple[float, float, float]]:
    """The share of each quantity that no sum of effects of single inputs explains: 1 less that of
    such a sum of columns [W], under each row of weights [R, W]. `told` is called with the rows that
    are done."""
    worlds = drawn.shape[1]
    if len(columns) * _WORLDS_PER_TERM > worlds:
        return [(np.nan, np.nan, np.nan)] * len(spreads)
    design = np.stack([np.ones(worlds), *columns], axis=1)
    basis = basis_of(design)
    ys = np.stack([spread.y for spread in spreads], axis=1)
    found = np.zeros((len(drawn), len(spreads)))
    for row, weights in enumerate(drawn):
        found[row] = explained_by(basis, ys, weights)
        told(row + 1)
    return [
        _interval(1 - _adjusted(shares, worlds, basis.shape[1] - 1) * spread.ratio[: len(drawn)])
        for shares, spread in zip(found.T, spreads, strict=True)
    ]
