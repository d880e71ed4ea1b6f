"""Worlds whose leakers have an exactly known distribution, to see how often intervals hold it.

Two architectures meet raids of a few equal threats. A world fixes the size of the raid and either
architecture's leak probability; a model says how worlds are drawn. What a world's trials add up to
is drawn at once, as the number of trials with every pair of leakers (multinomial).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import roots_jacobi

Draw = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


def _raids_of_four(parameter: np.ndarray) -> np.ndarray:
    return np.full(parameter.shape, 4)


@dataclass(frozen=True)
class Worlds:
    """How worlds are drawn: a parameter of each, and what follows from it.

    `nodes`, `weights`: values of the parameter whose weighted sum is the mean over worlds.
    `leaks` makes of the parameter [...] the leak probabilities [..., 2] of the two architectures,
    `sizes` the threats of the raid. `shared` is the share of threats that meet the same luck under
    both architectures, `swamped` the probability that in a trial every threat leaks.
    """

    nodes: np.ndarray
    weights: np.ndarray
    draw: Draw
    leaks: Callable[[np.ndarray], np.ndarray]
    sizes: Callable[[np.ndarray], np.ndarray] = _raids_of_four
    shared: float = 0.5
    swamped: float = 0.0

    @property
    def largest(self) -> int:
        """Threats of the largest raid."""
        return int(self.sizes(self.nodes).max())

    def leakers(self, parameter: np.ndarray) -> np.ndarray:
        """Probability [..., x, y] of x leakers under the first architecture, y under the second."""
        size = self.sizes(parameter)
        cells = _pairs_of_leakers(self.leaks(parameter), size, self.largest, self.shared)
        everything = np.zeros(cells.shape)
        np.put_along_axis(
            everything.reshape(*size.shape, -1), (size * (self.largest + 2))[..., None], 1.0, -1
        )
        return (1 - self.swamped) * cells + self.swamped * everything


def alike(first: float, second: float, *, shared: float = 0.5, swamped: float = 0.0) -> Worlds:
    """Equal worlds with these leak probabilities, in raids of 4."""
    return listed([1.0], [(first, second)], shared=shared, swamped=swamped)


def listed(
    weights: Sequence[float],
    leaks: Sequence[tuple[float, float]],
    sizes: Sequence[int] | None = None,
    *,
    shared: float = 0.5,
    swamped: float = 0.0,
) -> Worlds:
    """Worlds drawn from a list, such as nights of the past; raids of 4 unless `sizes` are given."""
    chance = np.array(weights) / np.sum(weights)
    of_each = np.array(leaks)
    raids = np.array(sizes or [4] * len(leaks))
    return Worlds(
        nodes=np.arange(len(leaks)),
        weights=chance,
        draw=lambda rng, shape: rng.choice(len(leaks), p=chance, size=shape),
        leaks=lambda index: of_each[index],
        sizes=lambda index: raids[index],
        shared=shared,
        swamped=swamped,
    )


def beta(a: float, b: float, factor: float = 0.7) -> Worlds:
    """Leak probability of the first architecture Beta(a, b), of the second `factor` times that."""
    nodes, weights = roots_jacobi(40, b - 1, a - 1)  # exact for polynomials up to degree 79
    return Worlds(
        nodes=(1 + nodes) / 2,
        weights=weights / weights.sum(),
        draw=lambda rng, shape: rng.beta(a, b, shape),
        leaks=lambda p: np.stack([p, factor * p], axis=-1),
    )


def beta_with_gains(a: float, b: float, factors: Sequence[float]) -> Worlds:
    """As `beta`, with another of the factors, all equally likely, in every world."""
    of_one = beta(a, b)
    many = len(factors)
    of_each = np.array(factors)
    # One number a world: the leak probability, and after that the number of the factor.
    return Worlds(
        nodes=(of_one.nodes[:, np.newaxis] + np.arange(many)).ravel(),
        weights=np.repeat(of_one.weights / many, many),
        draw=lambda rng, shape: rng.beta(a, b, shape) + rng.integers(many, size=shape),
        leaks=lambda z: np.stack([z % 1, of_each[z.astype(int)] * (z % 1)], axis=-1),
    )


def between(low: float, high: float, factor: float = 0.7) -> Worlds:
    """Equal worlds with a leak probability spread evenly, by its logarithm, over a range."""
    return Worlds(
        nodes=np.array([low, high]),
        weights=np.full(2, np.nan),
        draw=lambda rng, shape: np.exp(rng.uniform(np.log(low), np.log(high), shape)),
        leaks=lambda p: np.stack([p, factor * p], axis=-1),
    )


def _pairs_of_leakers(
    leaks: np.ndarray, size: np.ndarray, largest: int, shared: float
) -> np.ndarray:
    """Distribution [..., x, y] of the leakers of `size` threats, one threat at a time."""
    first, second = leaks[..., 0], leaks[..., 1]
    both = shared * np.minimum(first, second) + (1 - shared) * first * second
    only_first, only_second = first - both, second - both
    neither = 1 - both - only_first - only_second
    cells = np.zeros((*size.shape, largest + 1, largest + 1))
    cells[..., 0, 0] = 1.0
    for threat in range(largest):
        more = cells * neither[..., None, None]
        more[..., 1:, :] += cells[..., :-1, :] * only_first[..., None, None]
        more[..., :, 1:] += cells[..., :, :-1] * only_second[..., None, None]
        more[..., 1:, 1:] += cells[..., :-1, :-1] * both[..., None, None]
        cells = np.where((threat < size)[..., None, None], more, cells)
    return cells
