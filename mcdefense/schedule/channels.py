"""Fire channels: which are taken, as a list of the releases that the engine works through."""

from __future__ import annotations

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
    Turns,
)


def make_turns(doctrine: DoctrineRows) -> Turns:
    """The opportunities that each architecture is allowed."""
    index = np.argsort(doctrine.allowed == 0, axis=1, kind="stable")
    return Turns(index.astype(np.int32), (doctrine.allowed != 0).sum(1).astype(np.int32))


def make_channels(
    opportunities: OpportunityRows,
    doctrine: DoctrineRows,
    sharing: SharingRows,
    ranks: ChannelRanks,
) -> Channels:
    """Every architecture's releases."""
    architectures, size = ranks.release.shape
    number = np.where(ranks.number == 0, NEVER, ranks.number)
    each = [
        _of_architecture(opportunities, doctrine, sharing, ranks, a) for a in range(architectures)
    ]
    most = max(order.size for _, _, order in each)
    row = np.stack([rows for rows, _, _ in each])
    edges = np.zeros((2, architectures, size), np.int64)
    released = np.zeros((2, architectures, most), np.int64)
    for a, (rows, due, order) in enumerate(each):
        # A release due at an opportunity that has no turn waits for the next that has one.
        turns = np.flatnonzero(doctrine.allowed[a])
        edges[0, a, turns] = np.searchsorted(due[order], np.r_[-1, turns[:-1]], "right")
        edges[1, a, turns] = np.searchsorted(due[order], turns, "right")
        released[:, a, : order.size] = rows[order], opportunities.battery[order]
    columns = (number, row, *edges, *released)
    return Channels(*(column.astype(np.int32) for column in columns))


def _of_architecture(
    o: OpportunityRows, doctrine: DoctrineRows, sharing: SharingRows, ranks: ChannelRanks, a: int
) -> tuple[Integers, Integers, Integers]:
    """Rows that keep which channels are taken [O]; the opportunity before which each is released
    [O], O for never; and those that are released, in that order."""
    size = o.battery.size
    every = np.arange(size)
    due = np.maximum(_first_look(o, doctrine, sharing, ranks, a), every + 1)
    needs = (ranks.number[a, o.battery] != 0) & (doctrine.allowed[a] != 0) & (due < size)
    released = every[needs][np.argsort(due[needs], kind="stable")]
    return _rows(o.battery, due, needs), due, released


def _first_look(
    o: OpportunityRows, doctrine: DoctrineRows, sharing: SharingRows, ranks: ChannelRanks, a: int
) -> Integers:
    """The opportunity before or at which a battery is first looked at after each one's channel is
    free: by itself, or by a burst that counts free channels."""
    size = o.battery.size
    begin, end = doctrine.sharing_begin[a], doctrine.sharing_end[a]
    asking = np.repeat(np.arange(size), end - begin)
    entry = np.repeat(begin - np.r_[0, np.cumsum(end - begin)[:-1]], end - begin)
    entry = entry + np.arange(entry.size)
    counts = sharing.kind[entry] == SHARE_BATTERY
    battery = np.r_[o.battery, sharing.battery[entry[counts]]].astype(np.int64)
    rank = np.r_[ranks.launch, ranks.sharing[entry[counts]]]
    index = np.r_[np.arange(size), asking[counts]]
    order = np.lexsort((index, rank, battery))
    keys = battery[order] * 2 * NEVER + rank[order]
    wanted = o.battery.astype(np.int64) * 2 * NEVER + ranks.release[a]
    place = np.searchsorted(keys, wanted)
    found = np.minimum(place, keys.size - 1)
    same = (place < keys.size) & (battery[order][found] == o.battery)
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
