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
    # Whoever takes a channel that is released again, of one architecture after the other. Places
    # are those of the flattened arrays, which NumPy looks up three times as fast.
    takes = limited & allowed & (due < size)
    each = takes.sum(1)
    which, flat = np.repeat(np.arange(architectures), each), np.flatnonzero(takes)
    taken, due = flat - which * size, due.reshape(-1)[flat]
    battery = opportunities.battery.astype(np.int64)[taken]
    ends = np.cumsum(each)
    parts = zip((ends - each).tolist(), ends.tolist(), strict=True)
    rows = np.concatenate(
        [_rows(battery[a:b], taken[a:b], due[a:b], ranks.number.shape[1]) for a, b in parts]
    )
    row = np.full(allowed.size, NO_CHANNEL_ROW, np.int32)
    row[flat] = rows

    # A release due at an opportunity that has no turn waits for the next that has one.
    released = np.bincount(which * size + due, minlength=allowed.size).reshape(allowed.shape)
    turn = np.flatnonzero(allowed)
    so_far = np.cumsum(released, axis=1).reshape(-1)[turn]
    turns = allowed.sum(1)
    before = np.append(0, so_far)[: so_far.size]
    before[(np.cumsum(turns) - turns)[turns > 0]] = 0
    begin, end = np.zeros((2, allowed.size), np.int32)
    begin[turn], end[turn] = before, so_far

    order = stable_order(which, due)
    most = int(each.max())
    place = which * most + np.arange(which.size) - np.repeat(ends - each, each)
    release_row, release_battery = np.zeros((2, architectures * most), np.int32)
    release_row[place], release_battery[place] = rows[order], battery[order]
    number = np.where(ranks.number == 0, NEVER, ranks.number).astype(np.int32)
    by_opportunity = (column.reshape(allowed.shape) for column in (row, begin, end))
    by_release = (column.reshape(architectures, most) for column in (release_row, release_battery))
    return Channels(number, *by_opportunity, *by_release)


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
    first, of_battery = np.full(batteries * most, size), o.battery.astype(np.int64) * most
    first[(of_battery + ranks.launch)[::-1]] = np.arange(size - 1, -1, -1)
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
            counted = entry[counts]
            place = sharing.battery[counted].astype(np.int64) * most + ranks.sharing[counted]
            np.minimum.at(table, place, asking[counts])
            backwards = table.reshape(batteries, most)[:, ::-1]
            later = np.minimum.accumulate(backwards, axis=1)[:, ::-1].reshape(-1)
            alone = alone if burst.size else later
        looks[a] = later[of_battery + ranks.release[a]]
    return looks


def _rows(battery: Integers, taken: Integers, due: Integers, batteries: int) -> Integers:
    """A row for each taken channel: a battery's take turns, as many as are taken at one time.

    Of one architecture, in the order of the list.
    """
    size = int(due.max(initial=0)) + 1
    of_battery = battery * size
    # Of all batteries, one after the other: NumPy adds up 32 bits, and only them, at full speed.
    taking = np.zeros(batteries * size, np.int32)
    taking[of_battery + taken] = 1
    so_far = np.cumsum(taking, dtype=np.int32)
    place = so_far[of_battery + taken] - 1
    most = np.zeros(batteries, np.int32)
    # Carried out one step after it is judged: so may take the row of one due before.
    np.maximum.at(most, battery, so_far[of_battery + due - 1] - place)
    place -= np.append(np.int32(0), so_far[size - 1 :: size])[battery]
    each = most.astype(np.int64)
    first = NO_CHANNEL_ROW + 1 + np.cumsum(each) - each
    row: Integers = first[battery] + place % most[battery]
    return row
