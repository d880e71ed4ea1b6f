"""Fire channels: which are taken, as a list of the releases that the engine works through."""

from __future__ import annotations

import numpy as np

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
    stable_order,
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
    allowed = doctrine.allowed != 0
    due = _first_looks(opportunities, doctrine, sharing, ranks)
    due = np.maximum(due, np.arange(1, size + 1))
    limited = ranks.number[:, opportunities.battery] != 0
    # Whoever takes a channel that is released again, of one architecture after the other.
    which, taken = np.nonzero(limited & allowed & (due < size))
    due = due[which, taken]
    row = np.full((architectures, size), NO_CHANNEL_ROW, np.int64)
    battery = opportunities.battery.astype(np.int64)[taken]
    for a in range(architectures):
        mine = which == a
        row[a, taken[mine]] = _rows(battery[mine], taken[mine], due[mine], ranks.number.shape[1])

    # A release due at an opportunity that has no turn waits for the next that has one.
    released = np.bincount(which * size + due, minlength=allowed.size).reshape(allowed.shape)
    so_far = np.cumsum(released, axis=1)[allowed]
    turns = allowed.sum(1)
    before = np.append(0, so_far)[: so_far.size]
    before[(np.cumsum(turns) - turns)[turns > 0]] = 0
    begin, end = np.zeros((2, architectures, size), np.int64)
    begin[allowed], end[allowed] = before, so_far

    order = stable_order(which, due)
    each = np.bincount(which, minlength=architectures)
    place = np.arange(which.size) - np.repeat(np.cumsum(each) - each, each)
    by_release = np.zeros((2, architectures, each.max()), np.int64)
    by_release[:, which, place] = row[which, taken[order]], battery[order]
    columns = (np.where(ranks.number == 0, NEVER, ranks.number), row, begin, end, *by_release)
    return Channels(*(column.astype(np.int32) for column in columns))


def _first_looks(
    o: OpportunityRows, doctrine: DoctrineRows, sharing: SharingRows, ranks: ChannelRanks
) -> Integers:
    """The opportunity before or at which a battery is first looked at after each one's channel is
    free: by itself, or by a burst that counts free channels [A, O]; O for never."""
    architectures, size = ranks.release.shape
    batteries = ranks.number.shape[1]
    # A table has a place for each launch rank of each battery. Whoever launches later stands later
    # in the list: so the first look from a rank on is the least of the table from there on, below
    # what comes for the next battery.
    most = int(max(x.max(initial=0) for x in (ranks.launch, ranks.sharing, ranks.release))) + 1
    first = np.full((batteries, most), size)
    first[o.battery[::-1], ranks.launch[::-1]] = np.arange(size - 1, -1, -1)
    looks = np.empty((architectures, size), np.int64)
    alone: Integers | None = None  # where no burst asks
    for a in range(architectures):
        begin, end = doctrine.sharing_begin[a], doctrine.sharing_end[a]
        burst = np.flatnonzero(end > begin)
        if not burst.size and alone is not None:
            later = alone
        else:
            table = first.copy()
            steps = (end - begin)[burst]
            asking = np.repeat(burst, steps)
            entry = np.arange(asking.size) + np.repeat(
                begin[burst] - np.cumsum(steps) + steps, steps
            )
            counts = sharing.kind[entry] == SHARE_BATTERY
            place = sharing.battery[entry[counts]], ranks.sharing[entry[counts]]
            np.minimum.at(table, place, asking[counts])
            later = np.minimum.accumulate(table[:, ::-1], axis=1)[:, ::-1]
            alone = alone if burst.size else later
        looks[a] = later[o.battery, ranks.release[a]]
    return looks


def _rows(battery: Integers, taken: Integers, due: Integers, batteries: int) -> Integers:
    """A row for each taken channel: a battery's take turns, as many as are taken at one time.

    Of one architecture, in the order of the list.
    """
    size = int(due.max(initial=0)) + 1
    so_far = np.bincount(battery * size + taken, minlength=batteries * size)
    so_far = np.cumsum(so_far.reshape(batteries, size), axis=1)
    place = so_far[battery, taken] - 1
    most = np.zeros(batteries, np.int64)
    # Carried out one step after it is judged: so may take the row of one due before.
    np.maximum.at(most, battery, so_far[battery, due - 1] - place)
    first = NO_CHANNEL_ROW + 1 + np.cumsum(most) - most
    row: Integers = first[battery] + place % most[battery]
    return row
