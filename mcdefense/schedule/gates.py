"""Gates: for every opportunity and architecture, the track that licenses it.

The rules are `first_track` (rule 10), `remote_track` (rule 11) and `tracked` (rule 12). A gate
is one object and what its type's sensors can see of it. Equal ones are one row, whatever asks for
them.
"""

from __future__ import annotations

from typing import NamedTuple

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
    limit,
)
from mcdefense.encounter import TrackTables
from mcdefense.schedule.gate_types import FROM_THE_START, NO_TYPE, Sets


class Gates(NamedTuple):
    """Gate rows and what they are made of."""

    row: Integers  # per asked (type, object)
    rows: int
    plain: TrackRows
    cued: TrackRows
    times: GroupedTimes  # by object: every time at which some gate may open


def make_gates(
    sets: Sets,
    asked_type: Integers,
    asked_object: Integers,
    tables: TrackTables,
    sensors: int,
    objects: int,
) -> Gates:
    """Rows for every asked (type, object)."""
    variants = max(sets.variant.max(initial=0), tables.variant.max(initial=0)) + 1
    table_of = np.full((variants, sensors, objects), -1, np.int64)
    table_of[tables.variant, tables.sensor, tables.object] = np.arange(tables.sensor.size)

    # Types that cue are asked for too, for every object for which they may cue someone.
    asked_key = asked_type * objects + asked_object
    asked = np.unique(asked_key)
    cue = sets.cued_by[asked // objects]
    cues = (cue * objects + asked % objects)[cue != NO_TYPE]
    unique = np.union1d(asked, cues)
    u_type, u_object = unique // objects, unique % objects

    # All contributions of all these, of which those count whose sensor tracks the object.
    which, entry = _ranges(sets.begin[u_type], np.diff(sets.begin)[u_type])
    contribution = sets.member[entry]
    table = table_of[sets.variant[contribution], sets.sensor[contribution], u_object[which]]
    seen = table >= 0
    which, contribution, table = which[seen], contribution[seen], table[seen]
    edges = np.searchsorted(which, np.arange(unique.size + 1))
    begin, size = edges[:-1], np.diff(edges)

    # A row is what a (type, object) can really see: equal contents are one row. The hash of a
    # set is the sum of its members' random 64-bit words, modulo 2**64.
    words = np.random.Philox(key=np.array([1, 2], np.uint64)).random_raw(sets.variant.size)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(words[contribution])])
    first, row_of_unique = _distinct(u_object, sums[edges[1:]] - sums[begin])
    row_of_unique = np.where(size == 0, NEVER_TRACKED, row_of_unique + 2)

    kept = first[size[first] > 0]
    which, entry = _ranges(begin[kept], size[kept])
    contribution, entry_table = contribution[entry], table[entry]
    entry_gate, entry_object = row_of_unique[kept][which], u_object[kept][which]

    # Many entries have one track at one latency: its times are ranked once.
    latency, latency_of = np.unique(sets.latency_ms, return_inverse=True)
    key = (entry_table * latency.size + latency_of[contribution]) * 2 + sets.remote[contribution]
    is_used = np.zeros(tables.sensor.size * latency.size * 2, np.bool_)
    is_used[key] = True
    used = np.flatnonzero(is_used)
    track = (np.cumsum(is_used) - 1)[key]
    table_used = used // (2 * latency.size)
    time_ms = tables.time_ms[table_used] + latency[used // 2 % latency.size][:, None]
    columns = np.repeat(tables.object[table_used], TRACK_TIMES)
    times = GroupedTimes(columns, time_ms.ravel(), objects, distinct=True)
    rank = 2 * (times.at_or_before(columns, time_ms.ravel()) - 1).reshape(time_ms.shape)
    in_use = np.arange(TRACK_TIMES)[None, :] < tables.times[table_used][:, None]
    ranks = np.full((used.size, TRACK_TIMES + 1), NEVER, np.int32)
    ranks[:, :-1] = np.where(in_use, rank + (used % 2)[:, None], NEVER)
    # A warning at time t cues a look at t: gate values up to 2 * rank + 1 are in time.
    warning_ranks = (rank + 1).astype(np.int32)
    limits, cued_limits = limit(tables.probability), limit(tables.cued_probability)

    # Cued where the cue has a source that sees the object, and makes a difference.
    cued_by = sets.contribution_cued_by[contribution]
    position = np.searchsorted(unique, np.maximum(cued_by, 0) * objects + entry_object)
    position = np.minimum(position, max(unique.size - 1, 0))
    warning_row = np.where(cued_by != NO_TYPE, row_of_unique[position], NEVER_TRACKED)
    better = np.any(tables.cued_probability > tables.probability, axis=1)[entry_table]
    is_cued = better & (warning_row != NEVER_TRACKED)
    entity = tables.object[entry_table].astype(np.int64) * sensors + tables.sensor[entry_table]
    path = sets.path_flags[contribution]

    def tracks(where: NDArray[np.bool_], times: int) -> TrackRows:
        # By entity: those that share a Philox call follow each other.
        pick = np.flatnonzero(where)[np.argsort(entity[where], kind="stable")]
        t = entry_table[pick]
        return TrackRows(
            entity=entity[pick].astype(np.int32),
            gate=entry_gate[pick].astype(np.int32),
            path_flags=path[pick].astype(np.int32),
            ranks=ranks[track[pick]],
            same_as_before=np.zeros(pick.size, np.int32),
            in_time=np.zeros(pick.size, np.int32),
            limits=limits[t][:, :, None],
            warning=warning_row[pick].astype(np.int32),
            warning_ranks=warning_ranks[track[pick], :times],
            cued_limits=cued_limits[t, :times, None],
        )

    return Gates(
        row=row_of_unique[np.searchsorted(unique, asked_key)],
        rows=int(row_of_unique.max(initial=1)) + 1,
        plain=tracks(~is_cued, 0),
        cued=tracks(is_cued, TRACK_TIMES),
        times=times,
    )


def _ranges(begin: Integers, size: Integers) -> tuple[Integers, Integers]:
    """All numbers from begin to begin + size of every range, and which range each is of."""
    which = np.repeat(np.arange(begin.size), size)
    before = np.cumsum(size) - size
    return which, np.arange(which.size) + (begin - before)[which]


def _distinct(objects: Integers, content: NDArray[np.uint64]) -> tuple[Integers, Integers]:
    """First index of each distinct (object, content), in their order, and every one's number."""
    order = np.lexsort((content, objects))
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
