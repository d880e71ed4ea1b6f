"""Uniform numbers for what is drawn once per world, keyed by seed, world and topic.

From the raw words of NumPy's Philox, whose stream is fixed (the distributions of
`numpy.random.Generator` may change between versions, so they are not used).
"""

from __future__ import annotations

import threading
import zlib

import numpy as np
from numpy.typing import NDArray


class _Source(threading.local):
    """A bit generator of this thread's own, which each topic gives a state: a new one would ask the
    system for a seed that it does not use, ten times as long."""

    def __init__(self) -> None:
        self.philox = np.random.Philox(key=np.zeros(2, np.uint64))
        self.start = self.philox.state


_SOURCE = _Source()


def uniforms(seed: int, world: int, topic: str, count: int) -> NDArray[np.float64]:
    """`count` numbers in (0, 1) for this world and topic; multiples of 2**-53, never 0 or 1."""
    key = np.array([seed, zlib.crc32(topic.encode())], np.uint64)
    counter = np.array([0, 0, 0, world], np.uint64)
    _SOURCE.philox.state = {**_SOURCE.start, "state": {"counter": counter, "key": key}}
    words = _SOURCE.philox.random_raw(count)
    return ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def permutation(seed: int, cycle: int, topic: str, count: int) -> NDArray[np.int64]:
    """An order of `count` things for this cycle."""
    return np.argsort(uniforms(seed, cycle, topic, count), kind="stable")


def weighted_choice(weights: NDArray[np.float64], u: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices chosen with probability in proportion to the weights."""
    edges = np.cumsum(weights) / np.sum(weights)
    return np.minimum(np.searchsorted(edges, u, side="right"), len(weights) - 1)
