"""Which later opportunity an opportunity waits for (rule 21, `waiting`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Integers

NONE = -1


def preferred_later(
    pair: NDArray[np.int64],
    cost: NDArray[np.float64],
    sspk: NDArray[np.float64],
    adequate: NDArray[np.float64],
    looks: Integers,
) -> NDArray[np.int64]:
    """Per opportunity in list order: the cheapest adequate later one of its pair, NONE if none.

    It must cost less, reach the adequate SSPK, and leave no fewer `looks`, which are counted to
    those that doctrine keeps. The earliest of equally cheap ones.
    """
    preferred = np.full(pair.size, NONE, np.int64)
    costs, rank = np.unique(cost, return_inverse=True)
    if costs.size < 2:
        return preferred
    order = np.argsort(pair, kind="stable")
    group = np.cumsum(np.diff(pair[order], prepend=pair[order[:1]]) != 0)
    place, rank, looks = np.arange(pair.size), rank[order], looks[order]
    # The cheapest, then earliest, of those that come later is the least of such keys; those of
    # later pairs are greater than any of this one's.
    nothing = costs.size * pair.size
    adequate_key = np.where(sspk[order] >= adequate[order], rank * pair.size + place, nothing)
    for kept in np.unique(looks):
        key = group * (nothing + 1) + np.where(looks >= kept, adequate_key, nothing)
        least = np.minimum.accumulate(key[::-1])[::-1]
        later = np.append(least[1:], np.iinfo(np.int64).max) - group * (nothing + 1)
        better = (looks == kept) & (later < rank * pair.size)
        preferred[order[better]] = order[later[better] % pair.size]
    return preferred
