"""Which later opportunity an opportunity waits for (rule 21, `waiting`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Integers, stable_order

NONE = -1


def preferred_later(
    pair: NDArray[np.int64],
    cost_rank: Integers,
    sspk: NDArray[np.float64],
    adequate: NDArray[np.float64],
    looks: Integers,
) -> NDArray[np.int64]:
    """Per opportunity in list order: the cheapest adequate later one of its pair, NONE if none.

    It must cost less, as `cost_rank` says, reach the adequate SSPK, and leave no fewer `looks`,
    which are counted to those that doctrine keeps. The earliest of equally cheap ones.
    """
    preferred = np.full(pair.size, NONE, np.int64)
    if not pair.size or cost_rank.min() == cost_rank.max():
        return preferred
    order = stable_order(pair)
    group = np.zeros(pair.size, np.int64)
    np.cumsum(pair[order[1:]] != pair[order[:-1]], out=group[1:])
    place, rank, looks = np.arange(pair.size), cost_rank[order], looks[order]
    # The cheapest, then earliest, of those that come later is the least of such keys; those of
    # later pairs are greater than any of this one's.
    nothing = (int(rank.max()) + 1) * pair.size
    adequate_key = np.where(sspk[order] >= adequate[order], rank * pair.size + place, nothing)
    of_group = group * (nothing + 1)
    later = np.full(pair.size, np.iinfo(np.int64).max)
    for kept in np.flatnonzero(np.bincount(looks)):
        key = of_group + np.where(looks >= kept, adequate_key, nothing)
        least = np.minimum.accumulate(key[::-1])[::-1]
        later[:-1] = least[1:] - of_group[:-1]
        better = (looks == kept) & (later < rank * pair.size)
        preferred[order[better]] = order[later[better] % pair.size]
    return preferred
