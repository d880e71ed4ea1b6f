"""Orders, distinct rows and ranks of whole numbers, each in one pass over arrays.

Ranks are how times within groups become exact, free of units, and unchanged by a shift of all
times. Building a world is mostly sorting and looking up such numbers, so these three are made for
speed: NumPy sorts 16 bits some ten times as fast as 64, and its `searchsorted` and `unique` take
50 to 200 ns a number.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.signedinteger[Any]]
"""Host arrays of whole numbers, whatever their width."""

_FEW = 256
"""So few numbers are sorted by comparing them: passes over 16 bits would take longer."""
_DENSE = 8
"""Rows are told apart in a table of all that there might be, if it has so many times the rows."""
_KEPT = 12
"""Queries whose answers are kept."""
_CROWDED = 12
"""With more times than this in one slot, ranks are found by bisection."""


def stable_order(*keys: Integers) -> Integers:
    """Indices that sort by the first key, then by the next; what is equal keeps its order."""
    key = _joined(keys)
    if key.size < _FEW:
        return np.argsort(key, kind="stable")
    order = np.argsort(key.astype(np.uint16), kind="stable")
    for shift in range(16, int(key.max()).bit_length(), 16):
        digit = (key >> shift).astype(np.uint16)[order]
        order = order[np.argsort(digit, kind="stable")]
    return order


def distinct_rows(*columns: Integers) -> tuple[Integers, Integers]:
    """First index of each distinct row of the columns, and every row's number among them."""
    key = _joined(columns)
    if not key.size:
        return key, key
    most = int(key.max()) + 1
    if most <= _DENSE * key.size + _FEW:
        first = np.full(most, key.size)
        # Of equal places the last one written stays: so the last row is written first.
        first[key[::-1]] = np.arange(key.size - 1, -1, -1)
        used = first < key.size
        return first[used], (np.cumsum(used) - 1)[key]
    order = stable_order(key)
    in_order = key[order]
    new = np.ones(key.size, np.bool_)
    new[1:] = in_order[1:] != in_order[:-1]
    number = np.empty(key.size, np.int64)
    number[order] = np.cumsum(new) - 1
    return order[new], number


def ranks_of_rising(group: Integers, time: Integers) -> Integers:
    """Rank of each time among the distinct ones of its group; times must rise."""
    order = stable_order(group)
    in_order, times = group[order], time[order]
    new = np.zeros(order.size, np.bool_)
    new[1:] = (in_order[1:] != in_order[:-1]) | (times[1:] != times[:-1])
    number = np.cumsum(new)
    sizes = np.bincount(in_order)
    sizes = sizes[sizes > 0]
    first = number[np.cumsum(sizes) - sizes]
    ranks = np.empty(order.size, np.int64)
    ranks[order] = number - np.repeat(first, sizes)
    return ranks


def _joined(columns: tuple[Integers, ...]) -> Integers:
    """One number for each row, from 0, that is ordered as the rows are."""
    size, most = columns[0].size, 1
    key: Integers = np.zeros(size, np.int64)
    for column in columns if size else ():
        low = int(column.min())
        span = int(column.max()) - low + 1
        if most > 2**62 // span:
            _, key = distinct_rows(key)
            most = size
        key = key * span + (column - low)
        most *= span
    return key


class GroupedTimes:
    """Times of groups (an object's intercepts, a battery's launches) for rank queries.

    Times of all groups stand on one line of whole numbers, each group's in a stretch as long as
    the time from its first to its last, with a place before and one after. The line is cut into
    slots, some four to a time: a query looks up its slot, and steps over the few times before it.
    """

    def __init__(self, group: Integers, time: Integers, groups: int, *, distinct: bool) -> None:
        """`distinct` keeps each time of a group once."""
        low = np.full(groups, np.iinfo(np.int64).max)
        np.minimum.at(low, group, time)
        high = np.full(groups, -1, np.int64)
        np.maximum.at(high, group, time - low[group])
        low[high < 0] = 0
        begin = np.cumsum(high + 3) - (high + 3) + 1
        self._shift, self._least, self._most = begin - low, begin - 1, begin + high + 1
        keys = time + self._shift[group]
        self._group, self._order = group, stable_order(keys)
        keys = keys[self._order]
        self._new = new = np.ones(keys.size, np.bool_)
        new[1:] = keys[1:] != keys[:-1]
        self._keys = np.append(keys[new], np.iinfo(np.int64).max)
        # Times before each distinct one.
        self._before: Integers = np.append(np.flatnonzero(new), keys.size)
        if distinct:
            self._before = np.arange(self._keys.size)
        line = int(self._most[-1]) + 1 if groups else 1
        self._bits = max((line // (4 * self._keys.size)).bit_length(), 0)
        in_slot = np.bincount(self._keys[:-1] >> self._bits, minlength=(line >> self._bits) + 1)
        self._slot = np.cumsum(in_slot) - in_slot
        self._crowded = bool(in_slot.max(initial=0) > _CROWDED)
        self._first: Integers = self._count(self._least)
        self._asked: deque[tuple[Integers, Integers, int, Integers]] = deque(maxlen=_KEPT)

    def at_or_before(self, group: Integers, time: Integers) -> Integers:
        """How many of the group's times are <= `time`."""
        return self._found(group, time, 0)

    def before(self, group: Integers, time: Integers) -> Integers:
        """How many of the group's times are < `time`."""
        return self._found(group, time, 1)

    def own_ranks(self) -> Integers:
        """Of each of the times themselves, in their order: `at_or_before`, less 1."""
        before = np.empty(self._order.size, np.int64)
        before[self._order] = self._before[np.cumsum(self._new)] - 1
        return before - self._first[self._group]

    def own_places(self) -> Integers:
        """Of each of the times themselves, in their order: how many of the group's come before it,
        in the order of time and then in theirs."""
        places = np.empty(self._order.size, np.int64)
        places[self._order] = np.arange(self._order.size)
        begin = np.bincount(self._group, minlength=self._least.size)
        return places - (np.cumsum(begin) - begin)[self._group]

    def _found(self, group: Integers, time: Integers, less: int) -> Integers:
        # Architectures mostly ask the same: to compare what they ask takes a tenth of the time.
        for known_group, known_time, known_less, counts in self._asked:
            same_group = known_group is group or np.array_equal(known_group, group)
            if known_less == less and same_group and np.array_equal(known_time, time):
                return counts
        counts = self._count(self._place(group, time) - less) - self._first[group]
        counts.flags.writeable = False
        self._asked.append((group, time, less, counts))
        return counts

    def _place(self, group: Integers, time: Integers) -> Integers:
        """Where the time stands on the line: one outside the group's times just outside them."""
        place = np.maximum(time + self._shift[group], self._least[group])
        inside: Integers = np.minimum(place, self._most[group])
        return inside

    def _count(self, place: Integers) -> Integers:
        """How many times of all groups stand there or before."""
        if self._crowded:
            return np.take(self._before, np.searchsorted(self._keys, place, side="right"))
        # A place before the first of all groups is before the line.
        found = self._slot[np.maximum(place, 0) >> self._bits]
        later = np.flatnonzero(self._keys[found] <= place)
        while later.size:
            found[later] += 1
            later = later[self._keys[found[later]] <= place[later]]
        count: Integers = self._before[found]
        return count
