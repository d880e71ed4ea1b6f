"""Gates: for every opportunity and architecture, the track that licenses it.

The rules are `first_track` (rule 10), `remote_track` (rule 11) and `tracked` (rule 12). A gate
is one object and what its type's sensors can see of it. Equal ones are one row, whatever asks for
them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import (
    ALWAYS_TRACKED,
    NEVER,
    NEVER_TRACKED,
    TRACK_TIMES,
    GroupedTimes,
    Integers,
    TrackRows,
    distinct_rows,
    limit,
    stable_order,
)
from mcdefense.encounter import TrackTables
from mcdefense.schedule.gate_types import FROM_THE_START, NO_TYPE, Sets


class Entries(NamedTuple):
    """Contributions of sensors to gates, by number of what they share; [entries]."""

    entity: Integers  # (object, sensor)
    gate: Integers
    path_flags: Integers
    track: Integers  # whose times and ranks it has
    table: Integers  # whose limits it has
    warning: Integers  # gate that cues it


class GateTracks(NamedTuple):
    """Entries, plain and cued, and the times and limits that many of them share.

    Ranks lie time by time: a night has ten times as many entries as tracks, and it is faster to
    go through all entries for one time than through the times of each.
    """

    plain: Entries
    cued: Entries
    ranks: Integers  # [17, tracks] gate value at each time, NEVER last
    warning_ranks: NDArray[np.int32]  # [tracks, 16]
    limits: NDArray[np.int32]  # [tables, 16]
    cued_limits: NDArray[np.int32]  # [tables, 16]


class Gates(NamedTuple):
    """Gate rows and what they are made of."""

    row: Integers  # per asked (type, object)
    rows: int
    tracks: GateTracks
    times: GroupedTimes  # by object: every time at which some gate may open


class _Seen(NamedTuple):
    """Gates and who contributes to each; [entries] unless stated."""

    row: Integers  # [asked] gate of each asked (type, object)
    row_of: Integers  # [types * objects] NEVER_TRACKED where nobody asks, or nobody sees
    gate: Integers
    object: Integers
    contribution: Integers
    table: Integers


def make_gates(
    sets: Sets,
    asked_type: Integers,
    asked_object: Integers,
    tables: TrackTables,
    sensors: int,
    objects: int,
) -> Gates:
    """Rows for every asked (type, object)."""
    seen = _seen(sets, asked_type * objects + asked_object, tables, sensors, objects)
    contribution, table = seen.contribution, seen.table

    # Many entries have one track at one latency: its times are ranked once.
    latency, latency_of = np.unique(sets.latency_ms, return_inverse=True)
    kinds = 2 * latency.size
    kind = 2 * latency_of + sets.remote
    first, track = distinct_rows(table * kinds + kind[contribution])
    of_table = table[first]
    times, rank = _ranked(tables, of_table, sets.latency_ms[contribution[first]], objects)
    ranks = np.full((TRACK_TIMES + 1, first.size), NEVER, _width(rank))
    in_use = np.arange(TRACK_TIMES)[:, None] < tables.times[of_table]
    remote = sets.remote[contribution[first]]
    ranks[:-1] = np.where(in_use, 2 * rank.T + remote, NEVER)

    # Cued where the cue has a source that sees the object, and makes a difference.
    cued_by = sets.contribution_cued_by[contribution]
    warning = np.where(
        cued_by == NO_TYPE,
        NEVER_TRACKED,
        seen.row_of[np.maximum(cued_by, 0) * objects + seen.object],
    )
    better = np.any(tables.cued_probability > tables.probability, axis=1)
    is_cued = better[table] & (warning != NEVER_TRACKED)
    entity = tables.object.astype(np.int64) * sensors + tables.sensor
    columns = (entity[table], seen.gate, sets.path_flags[contribution], track, table, warning)

    def picked(where: NDArray[np.bool_]) -> Entries:
        return Entries(*(column[where] for column in columns))

    tracks = GateTracks(
        plain=picked(~is_cued),
        cued=picked(is_cued),
        ranks=ranks,
        # A warning at time t cues a look at t: gate values up to 2 * rank + 1 are in time.
        warning_ranks=(2 * rank + 1).astype(np.int32),
        limits=limit(tables.probability),
        cued_limits=limit(tables.cued_probability),
    )
    return Gates(seen.row, int(seen.row_of.max(initial=1)) + 1, tracks, times)


def _seen(sets: Sets, asked: Integers, tables: TrackTables, sensors: int, objects: int) -> _Seen:
    """Who sees what of every (type, object) that is asked for, or may cue one that is."""
    variants = max(sets.variant.max(initial=0), tables.variant.max(initial=0)) + 1
    table_of = np.full((variants, sensors, objects), -1, np.int64)
    table_of[tables.variant, tables.sensor, tables.object] = np.arange(tables.sensor.size)
    wanted = np.zeros(sets.cued_by.size * objects, np.bool_)
    wanted[asked] = True
    # Types that cue are asked for too, for every object for which they may cue someone.
    unique = np.flatnonzero(wanted)
    cue = sets.cued_by[unique // objects]
    wanted[(cue * objects + unique % objects)[cue != NO_TYPE]] = True
    unique = np.flatnonzero(wanted)
    u_type, u_object = unique // objects, unique % objects

    # All contributions of all these, of which those count whose sensor tracks the object.
    which, entry = _ranges(sets.begin[u_type], np.diff(sets.begin)[u_type])
    contribution = sets.member[entry]
    table = table_of[sets.variant[contribution], sets.sensor[contribution], u_object[which]]
    seen = np.flatnonzero(table >= 0)
    which, contribution, table = which[seen], contribution[seen], table[seen]
    size = np.bincount(which, minlength=unique.size)
    end = np.cumsum(size)

    # A row is what a (type, object) can really see: equal contents are one row. The hash of a
    # set is the sum of its members' random 64-bit words, modulo 2**64.
    words = np.random.Philox(key=np.array([1, 2], np.uint64)).random_raw(sets.variant.size)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(words[contribution])])
    first, row_of_unique = _distinct(u_object, sums[end] - sums[end - size])
    row_of_unique = np.where(size == 0, NEVER_TRACKED, row_of_unique + 2)
    row_of = np.full(wanted.size, NEVER_TRACKED)
    row_of[unique] = row_of_unique

    kept = first[size[first] > 0]
    which, entry = _ranges((end - size)[kept], size[kept])
    return _Seen(
        row=row_of[asked],
        row_of=row_of,
        gate=row_of_unique[kept][which],
        object=u_object[kept][which],
        contribution=contribution[entry],
        table=table[entry],
    )


def _ranked(
    tables: TrackTables, of_table: Integers, latency_ms: Integers, objects: int
) -> tuple[GroupedTimes, Integers]:
    """All times of tracks [tracks] by object, and the rank of each [tracks, 16]; as in the tables,
    the last in use stands again for those that are not."""
    number = np.maximum(tables.times[of_table].astype(np.int64), 1)
    track, entry = _ranges(np.arange(of_table.size) * TRACK_TIMES, number)
    column = entry - track * TRACK_TIMES
    object_ = tables.object[of_table].astype(np.int64)[track]
    time_ms = tables.time_ms[of_table[track], column] + latency_ms[track]
    times = GroupedTimes(object_, time_ms, objects, distinct=True)
    end = np.cumsum(number)
    place = (end - number)[:, None] + np.minimum(np.arange(TRACK_TIMES), number[:, None] - 1)
    return times, times.own_ranks()[place]


def _width(rank: Integers) -> type[np.signedinteger[Any]]:
    """The narrowest type of gate values: most of the work at a large raid's tracks is on them."""
    return np.int16 if rank.max(initial=0) < NEVER // 2 else np.int32


def track_rows(
    tracks: GateTracks, some: Entries, times: int, ranks: Integers | None = None
) -> TrackRows:
    """Entries with all that they share, or with other `ranks` [17, entries]; the first `times`
    columns of what a cue changes."""
    if ranks is None:
        ranks = tracks.ranks[:, some.track]
    return TrackRows(
        entity=some.entity.astype(np.int32),
        gate=some.gate.astype(np.int32),
        path_flags=some.path_flags.astype(np.int32),
        ranks=ranks.T.astype(np.int32, order="C"),
        same_as_before=np.zeros(some.gate.size, np.int32),
        in_time=np.zeros(some.gate.size, np.int32),
        limits=tracks.limits[some.table][:, :, None],
        warning=some.warning.astype(np.int32),
        warning_ranks=tracks.warning_ranks[some.track, :times],
        cued_limits=tracks.cued_limits[some.table, :times, None],
    )


def _ranges(begin: Integers, size: Integers) -> tuple[Integers, Integers]:
    """All numbers from begin to begin + size of every range, and which range each is of."""
    which = np.repeat(np.arange(begin.size), size)
    before = np.cumsum(size) - size
    return which, np.arange(which.size) + (begin - before)[which]


def _distinct(objects: Integers, content: NDArray[np.uint64]) -> tuple[Integers, Integers]:
    """First index of each distinct (object, content), in their order, and every one's number."""
    order = np.argsort(content, kind="stable")
    order = order[stable_order(objects[order])]
    changes = (np.diff(objects[order]) != 0) | (content[order][1:] != content[order][:-1])
    new = np.concatenate([np.ones(min(order.size, 1), np.bool_), changes])
    number = np.empty(order.size, np.int64)
    number[order] = np.cumsum(new) - 1
    return order[new], number


def gates_at(ready_ms: Integers, gate_row: Integers, start_ms: Integers) -> Integers:
    """The gate that licenses a launch, its delays ago at `ready_ms`; all fields alike.

    `gate_row` may be FROM_THE_START: then the object, which starts at `start_ms`, must be there.
    """
    from_start = np.where(start_ms <= ready_ms, ALWAYS_TRACKED, NEVER_TRACKED)
    return np.where(gate_row == FROM_THE_START, from_start, gate_row)
