"""How often an interval holds the truth, over many runs whose counts are drawn from a model.

The runs go through `estimate` many at a time: side by side as threat classes of one tally, or as
pairs of its architectures for the estimates that a tally has of all classes together only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mcdefense.statistics import NO_PLANS, Plans, Tally, estimate
from tests.statistics.counted_by_hand import axes
from tests.statistics.coverage_models import Worlds

BY_CLASS = (
    "leak_probability",
    "expected_leakers_by_class",
    "p_no_leakers_by_class",
    "difference_leak_probability",
)
BY_PAIR = ("difference_expected_leakers", "difference_p_no_leakers")

_PAIRS = 5
"""Runs side by side as pairs of architectures: 45 pairs, of which these 5 are looked at."""


@dataclass(frozen=True)
class Coverage:
    """Share of the runs whose interval holds the truth, lies below it, lies above it."""

    holds: float
    below: float
    above: float


@dataclass(frozen=True)
class Runs:
    """Sums over trials [run, world] of many runs; `clean` are trials without a leaker."""

    trials: int
    size: np.ndarray
    sums: dict[str, np.ndarray]

    def part(self, begin: int, end: int) -> Runs:
        """The runs `begin` to `end`."""
        sums = {name: array[begin:end] for name, array in self.sums.items()}
        return Runs(self.trials, self.size[begin:end], sums)


def moments(cells: np.ndarray) -> dict[str, np.ndarray]:
    """What trials [..., x, y] with x leakers under the first and y under the second add up to."""
    x = np.arange(cells.shape[-1])
    first, second = cells.sum(axis=-1), cells.sum(axis=-2)
    return {
        "first": first @ x,
        "second": second @ x,
        "first_squared": first @ x**2,
        "second_squared": second @ x**2,
        "product": (cells @ x) @ x,
        "first_clean": first[..., 0],
        "second_clean": second[..., 0],
        "both_clean": cells[..., 0, 0],
    }


def draw(
    model: Worlds, worlds: int, trials: int, runs: int, rng: np.random.Generator, *, nearby: bool
) -> tuple[Runs, dict[str, np.ndarray]]:
    """Runs of a model and the true figures [run].

    `nearby`: the worlds of a run are equal, and each run draws its own and so has its own truth.
    """
    parameter = model.draw(rng, (runs, 1 if nearby else worlds))
    cells = model.leakers(parameter)
    flat = cells.reshape(*cells.shape[:-2], -1)
    seen = rng.multinomial(trials, np.broadcast_to(flat, (runs, worlds, flat.shape[-1])))
    sums = moments(seen.reshape(runs, worlds, *cells.shape[-2:]))
    size = np.broadcast_to(model.sizes(parameter), (runs, worlds))
    if nearby:
        mean, threats = moments(cells[:, 0]), size[:, 0]
    else:
        mean = moments(np.tensordot(model.weights, model.leakers(model.nodes), axes=1))
        threats = model.weights @ model.sizes(model.nodes)
    truth = {
        "leak_probability": mean["first"] / threats,
        "expected_leakers_by_class": mean["first"],
        "p_no_leakers_by_class": mean["first_clean"],
        "difference_leak_probability": (mean["second"] - mean["first"]) / threats,
        "difference_expected_leakers": mean["second"] - mean["first"],
        "difference_p_no_leakers": mean["second_clean"] - mean["first_clean"],
    }
    return Runs(trials, size, sums), truth


def as_classes(runs: Runs) -> Tally:
    """One tally with two architectures, and every run a threat class."""
    number, worlds = runs.size.shape
    tally = Tally.zeros(axes(worlds, 2, number))

    def with_total(array: np.ndarray) -> np.ndarray:
        return np.concatenate([array.T, array.sum(axis=0)[:, np.newaxis]], axis=1)

    def both(kind: str) -> np.ndarray:
        return np.stack([with_total(runs.sums[a + kind]) for a in ("first", "second")], axis=1)

    size = with_total(runs.size)[:, np.newaxis]
    live = (runs.trials * runs.size).T
    tally.add_block(
        slice(None),
        {
            "trials": np.full(worlds, runs.trials),
            "live": live,
            "live_squared": with_total(runs.trials * runs.size**2),
            "leaked": both(""),
            "leakers_live": both("") * size,
            "leakers_squared": both("_squared"),
            "leakers_product": with_total(runs.sums["product"])[:, np.newaxis],
            "no_leakers": both("_clean"),
            "no_leakers_both": with_total(runs.sums["both_clean"])[:, np.newaxis],
        },
    )
    return tally


def as_pairs(runs: Runs) -> tuple[Tally, list[int]]:
    """One tally with two architectures for every run, and where among its pairs the runs are.

    The runs must have the same raids.
    """
    number, worlds = runs.size.shape
    tally = Tally.zeros(axes(worlds, 2 * number, 1))
    pairs = tally.axes.pairs
    where = [pairs.index((2 * run, 2 * run + 1)) for run in range(number)]

    def twice(array: np.ndarray) -> np.ndarray:
        return np.repeat(array[..., np.newaxis], 2, axis=-1)

    def both(kind: str) -> np.ndarray:
        of_both = np.stack([runs.sums[a + kind] for a in ("first", "second")], axis=1)
        return twice(of_both.reshape(2 * number, worlds).T)

    def joint(kind: str) -> np.ndarray:
        of_all = np.zeros((worlds, len(pairs)), np.int64)
        of_all[:, where] = runs.sums[kind].T
        return twice(of_all)

    live = (runs.trials * runs.size[0])[:, np.newaxis]
    tally.add_block(
        slice(None),
        {
            "trials": np.full(worlds, runs.trials),
            "live": live,
            "live_squared": twice(runs.trials * runs.size[0] ** 2),
            "leaked": both(""),
            "leakers_live": both("") * runs.size[0][:, np.newaxis, np.newaxis],
            "leakers_squared": both("_squared"),
            "leakers_product": joint("product"),
            "no_leakers": both("_clean"),
            "no_leakers_both": joint("both_clean"),
        },
    )
    return tally, where


def ends_by_pair(
    runs: Runs, names: tuple[str, ...], plans: Plans = NO_PLANS
) -> dict[str, np.ndarray]:
    """Ends [run, low and high] of the intervals of estimates that a tally has by pair."""
    found: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for begin in range(0, len(runs.size), _PAIRS):
        tally, where = as_pairs(runs.part(begin, begin + _PAIRS))
        figures = estimate(tally, plans=plans)
        for name in names:
            ends = [figures[name + end][where] for end in ("_low", "_high")]
            found[name].append(np.stack(ends, axis=-1))
    return {name: np.concatenate(ends) for name, ends in found.items()}


def ends_by_class(
    runs: Runs, names: tuple[str, ...], plans: Plans = NO_PLANS
) -> dict[str, np.ndarray]:
    """Ends [run, low and high] of the intervals of estimates that a tally has by class."""
    figures = estimate(as_classes(runs), plans=plans)
    return {
        name: np.stack([figures[name + end][0] for end in ("_low", "_high")], axis=-1)
        for name in names
    }


def covered(ends: np.ndarray, truth: np.ndarray) -> Coverage:
    """How often intervals [run, low and high] hold the truth."""
    below, above = np.mean(ends[:, 1] < truth), np.mean(ends[:, 0] > truth)
    return Coverage(float(1 - below - above), float(below), float(above))


def coverage(
    model: Worlds,
    worlds: int,
    trials: int,
    rng: np.random.Generator,
    *,
    runs: int = 2000,
    nearby: bool = False,
    names: tuple[str, ...] = BY_CLASS,
) -> Iterator[tuple[str, Coverage]]:
    """Coverage of every estimate in `names` over `runs` runs of so many worlds and trials each."""
    drawn, truth = draw(model, worlds, trials, runs, rng, nearby=nearby)
    classes = tuple(name for name in names if name in BY_CLASS)
    pairs = tuple(name for name in names if name in BY_PAIR)
    ends = ends_by_class(drawn, classes) if classes else {}
    ends |= ends_by_pair(drawn, pairs) if pairs else {}
    for name in names:
        yield name, covered(ends[name], truth[name])
