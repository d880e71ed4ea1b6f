"""Fire channels: which are taken, as a list of the releases that the engine works through."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import (
    NEVER,
    NO_CHANNEL_ROW,
    SHARE_BATTERY,
    ChannelRanks,
    Channels,
    DoctrineRows,
    Integers,
    OpportunityRows,
    SharingRows,
)


def make_channels(
    opportunities: OpportunityRows,
    doctrine: DoctrineRows,
    sharing: SharingRows,
    ranks: ChannelRanks,
    orders: list[list[int]] | None = None,
) -> Channels:
    """Every architecture's releases; `orders` are those of each architecture, which it replays as
    one list. None: its own."""
    every, size = ranks.release.shape
    number = np.where(ranks.number == 0, NEVER, ranks.number)
    lists = [
        _List.of(opportunities, doctrine, sharing, ranks, mine)
        for mine in orders or [[a] for a in range(every)]
    ]
    each = [_of_list(one) for one in lists]
    most = max(order.size for _, _, order in each)
    row = np.zeros((every, size), np.int64)
    edges = np.zeros((2, every, size), np.int64)
    released = np.zeros((2, every, most), np.int64)
    for one, (rows, due, order) in zip(lists, each, strict=True):
        # A release due at an opportunity that has no turn waits for the next that has one.
        turns, ends = np.flatnonzero(one.allowed), np.zeros((2, rows.size), np.int64)
        ends[0, turns] = np.searchsorted(due[order], np.r_[-1, turns[:-1]], "right")
        ends[1, turns] = np.searchsorted(due[order], turns, "right")
        row[one.orders] = rows.reshape(size, -1).T
        edges[:, one.orders] = ends.reshape(2, size, -1).transpose(0, 2, 1)
        ordered = np.stack([rows[order], one.battery[order]])
        released[:, one.orders, : order.size] = ordered[:, None]
    columns = (number, row, *edges, *released)
    return Channels(*(column.astype(np.int32) for column in columns))


class _List(NamedTuple):
    """What one architecture replays: every opportunity once for each of its orders."""

    orders: list[int]
    battery: Integers  # [O * orders], as all others
    allowed: NDArray[np.bool_]
    limited: NDArray[np.bool_]  # the battery has a number of channels
    launch: Integers
    release: Integers
    asking: Integers  # [asks] of batteries asked for their free channels by bursts, before which
    asked: Integers  # whom
    asked_rank: Integers  # and when

    @classmethod
    def of(
        cls,
        o: OpportunityRows,
        doctrine: DoctrineRows,
        sharing: SharingRows,
        ranks: ChannelRanks,
        orders: list[int],
    ) -> _List:
        """That of an architecture with these orders."""

        def side_by_side(rows: Integers) -> Integers:
            return rows[orders].T.ravel()

        begin, end = side_by_side(doctrine.sharing_begin), side_by_side(doctrine.sharing_end)
        asking = np.repeat(np.arange(begin.size), end - begin)
        entry = np.repeat(begin - np.r_[0, np.cumsum(end - begin)[:-1]], end - begin)
        entry = entry + np.arange(entry.size)
        counts = sharing.kind[entry] == SHARE_BATTERY
        return cls(
            orders,
            np.repeat(o.battery, len(orders)),
            side_by_side(doctrine.allowed) != 0,
            side_by_side(ranks.number[:, o.battery]) != 0,
            np.repeat(ranks.launch, len(orders)),
            side_by_side(ranks.release),
            asking[counts],
            sharing.battery[entry[counts]],
            ranks.sharing[entry[counts]],
        )


def _of_list(one: _List) -> tuple[Integers, Integers, Integers]:
    """Rows that keep which channels are taken [O]; the opportunity before which each is released
    [O], O for never; and those that are released, in that order."""
    size = one.battery.size
    every = np.arange(size)
    due = np.maximum(_first_look(one), every + 1)
    needs = one.limited & one.allowed & (due < size)
    released = every[needs][np.argsort(due[needs], kind="stable")]
    return _rows(one.battery, due, needs), due, released


def _first_look(one: _List) -> Integers:
    """The opportunity before or at which a battery is first looked at after each one's channel is
    free: by itself, or by a burst that counts free channels."""
    size = one.battery.size
    battery = np.r_[one.battery, one.asked].astype(np.int64)
    rank = np.r_[one.launch, one.asked_rank]
    index = np.r_[np.arange(size), one.asking]
    order = np.lexsort((index, rank, battery))
    keys = battery[order] * 2 * NEVER + rank[order]
    wanted = one.battery.astype(np.int64) * 2 * NEVER + one.release
    place = np.searchsorted(keys, wanted)
    found = np.minimum(place, keys.size - 1)
    same = (place < keys.size) & (battery[order][found] == one.battery)
    return np.where(same, index[order][found], size)


def _rows(battery: Integers, due: Integers, needs: NDArray[np.bool_]) -> Integers:
    """A row for each taken channel: a battery's take turns, as many as are taken at one time."""
    rows = np.full(battery.size, NO_CHANNEL_ROW, np.int64)
    first = NO_CHANNEL_ROW + 1
    for number in np.unique(battery[needs]):
        mine = np.flatnonzero(needs & (battery == number))
        # Carried out one step after it is judged: so may take the row of one due before.
        most = int((np.searchsorted(mine, due[mine]) - np.arange(mine.size)).max())
        rows[mine] = first + np.arange(mine.size) % most
        first += most
    return rows
