"""Uniform numbers for what is drawn once per world, keyed by seed, world and topic.

From the raw words of NumPy's Philox, whose stream is fixed (the distributions of
`numpy.random.Generator` may change between versions, so they are not used).
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray


def uniforms(seed: int, world: int, topic: str, count: int) -> NDArray[np.float64]:
    """`count` numbers in (0, 1) for this world and topic; multiples of 2**-53, never 0 or 1."""
    key = np.array([seed, zlib.crc32(topic.encode())], np.uint64)
    counter = np.array([0, 0, 0, world], np.uint64)
    words = np.random.Philox(key=key, counter=counter).random_raw(count)
    return ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def permutation(seed: int, cycle: int, topic: str, count: int) -> NDArray[np.int64]:
    """An order of `count` things for this cycle."""
    return np.argsort(uniforms(seed, cycle, topic, count), kind="stable")


def weighted_choice(weights: NDArray[np.float64], u: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices chosen with probability in proportion to the weights."""
    edges = np.cumsum(weights) / np.sum(weights)
    return np.minimum(np.searchsorted(edges, u, side="right"), len(weights) - 1)
