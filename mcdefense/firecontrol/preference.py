"""Which later opportunity an opportunity waits for (rule 21, `waiting`)."""

from __future__ import annotations

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
    if not pair.size:
        return np.zeros(0, np.int64)
    order = np.argsort(pair, kind="stable")
    group = np.cumsum(np.diff(pair[order], prepend=pair[order[:1]]) != 0)
    place = np.arange(pair.size)
    chance = np.where(last_chance[order], place, pair.size)
    first_chance = np.minimum.reduceat(chance, np.flatnonzero(np.diff(group, prepend=-1)))
    early = place <= first_chance[group]
    # The cheapest, then earliest, of those that come later is the least of such keys; those of
    # later pairs are greater than any of this one's.
    costs, rank = np.unique(cost[order], return_inverse=True)
    nothing = costs.size * pair.size
    fits = early & (sspk[order] >= adequate[order])
    key = group * (nothing + 1) + np.where(fits, rank * pair.size + place, nothing)
    least = np.minimum.accumulate(key[::-1])[::-1]
    later = np.append(least[1:], np.iinfo(np.int64).max) - group * (nothing + 1)
    better = early & (later < rank * pair.size)
    preferred = np.full(pair.size, NONE, np.int64)
    preferred[order[better]] = order[later[better] % pair.size]
    return preferred
