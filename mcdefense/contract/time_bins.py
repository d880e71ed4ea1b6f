"""Bins of time of one round width, so that two runs' bins are sums of the same narrower ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate, chain, cycle

import numpy as np
from numpy.typing import NDArray

MOST_BINS = 60
_ROUND_S = (1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400)
"""Widths [s], of which each is a multiple of those before it. Beyond a day they grow by 5 and by 2
in turn."""


def bins_between(first_s: float, last_s: float, least_s: int = 1) -> NDArray[np.int64]:
    """Start [s] of every bin from the first time to the last one, MOST_BINS at most: of the
    narrowest round width, `least_s` or more, of which each begins at a multiple."""
    longer = accumulate(cycle((5, 2)), lambda width, by: width * by, initial=_ROUND_S[-1])
    for width in chain(_ROUND_S, longer):
        begin, end = math.floor(first_s / width), math.ceil(last_s / width)
        if width >= least_s and end - begin <= MOST_BINS:
            return np.arange(begin, max(end, begin + 1), dtype=np.int64) * width
    raise AssertionError("widths have no end")


def common_bins(every: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Bins of which each is a sum of whole bins of each of these; no bins where none has any."""
    some = [starts for starts in every if starts.size]
    if not some or all(np.array_equal(starts, some[0]) for starts in some):
        return some[0] if some else np.zeros(0, np.int64)
    widths = [int(starts[1] - starts[0]) if starts.size > 1 else 1 for starts in some]
    ends = [int(starts[-1]) + width for starts, width in zip(some, widths, strict=True)]
    return bins_between(min(int(starts[0]) for starts in some), max(ends), max(widths))
