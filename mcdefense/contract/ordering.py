"""Times within groups become ranks: exact, free of units, unchanged by a shift of all times."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.signedinteger[Any]]
"""Host arrays of whole numbers, whatever their width."""


class GroupedTimes:
    """Sorted times of groups (an object's intercepts, a battery's launches) for rank queries."""

    def __init__(self, group: Integers, time: Integers, groups: int, *, distinct: bool) -> None:
        """`distinct` keeps each time of a group once."""
        self._low = int(time.min()) if time.size else 0
        self._span = (int(time.max()) - self._low if time.size else 0) + 2
        keys = group.astype(np.int64) * self._span + (time - self._low)
        self._keys = np.unique(keys) if distinct else np.sort(keys)
        self._first = np.searchsorted(self._keys, np.arange(groups, dtype=np.int64) * self._span)

    def _count(self, group: Integers, time: Integers, side: str) -> Integers:
        # Times outside the known range are moved just outside it, so that keys stay in the group.
        offset = np.clip(time - self._low, -1, self._span - 1)
        below = offset < 0
        keys = group.astype(np.int64) * self._span + np.maximum(offset, 0)
        found = np.searchsorted(self._keys, keys, side="right" if side == "right" else "left")
        return np.where(below, 0, found - self._first[group])

    def at_or_before(self, group: Integers, time: Integers) -> Integers:
        """How many of the group's times are <= `time`."""
        return self._count(group, time, "right")

    def before(self, group: Integers, time: Integers) -> Integers:
        """How many of the group's times are < `time`."""
        return self._count(group, time, "left")


def distinct_rows(*columns: Integers) -> tuple[Integers, Integers]:
    """First index of each distinct row of the columns, and every row's number among them."""
    if not columns[0].size:
        empty = np.zeros(0, np.int64)
        return empty, empty
    key = np.zeros(columns[0].size, np.int64)
    for column in columns:
        low = int(column.min())
        span = int(column.max()) - low + 1
        if int(key.max()) > 2**62 // span:
            key = np.unique(key, return_inverse=True)[1]
        key = key * span + (column - low)
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    return first, inverse
