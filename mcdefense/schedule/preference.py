"""Which later opportunity an opportunity waits for (rule 21, `choice = "cheapest_adequate"`)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

NONE = -1


def preferred_later(
    pair: NDArray[np.int64],
    cost: NDArray[np.float64],
    sspk: NDArray[np.float64],
    adequate: NDArray[np.float64],
    last_chance: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Per opportunity in list order: the cheapest adequate later one of its pair, NONE if none.

    It must cost less, reach the adequate SSPK, and come no later than the pair's first last
    chance, so that waiting never gives the last chance away. The earliest of equally cheap ones.
    """
    preferred = np.full(pair.size, NONE, np.int64)
    order = np.argsort(pair, kind="stable")
    edges = np.flatnonzero(np.diff(pair[order], prepend=-1, append=-1))
    for begin, end in pairwise(edges):
        members = order[begin:end]
        chances = np.flatnonzero(last_chance[members])
        limit = chances[0] if chances.size else members.size - 1
        best = NONE
        for place in range(limit, -1, -1):
            this = members[place]
            if best != NONE and cost[best] < cost[this]:
                preferred[this] = best
            fits = sspk[this] >= adequate[this]
            if fits and (best == NONE or cost[this] <= cost[best]):
                best = this
    return preferred
