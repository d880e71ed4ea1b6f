"""Which tracks can open a gate in time for anything that asks it, and when it matters which look
of a track did.

Every gate has the tracks that can be had over its links. But half of a raid's come too late for
every launch, and most of the others are in time for all of a gate's launches or for none: then a
trial need only know whether the object was detected at all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import (
    NEVER,
    SHARE_TEST,
    TRACK_TIMES,
    DoctrineRows,
    Integers,
    LossRows,
    SharingRows,
    TrackRows,
    stable_order,
)
from mcdefense.schedule.gates import Entries, Gates, GateTracks, track_rows
from mcdefense.schedule.losses import asked_of_parts


def used_tracks(
    gates: Gates, doctrine: DoctrineRows, sharing: SharingRows, losses: LossRows
) -> tuple[TrackRows, TrackRows]:
    """The tracks that can be in time, plain and cued.

    No comparison of a gate with a limit changes, nor whether the track in time is remote.
    """
    tracks, first_rank = gates.tracks, gates.tracks.ranks[0]
    asks, tests = doctrine.allowed != 0, sharing.kind == SHARE_TEST
    gate = np.concatenate([doctrine.gate[asks], sharing.gate[tests]])
    limit = np.concatenate([doctrine.gate_limit[asks], sharing.gate_limit[tests]])
    in_parts = losses.part_gate
    if in_parts.size:
        gate_of_parts, limit_of_parts = asked_of_parts(losses, doctrine, sharing, tests)
        gate = np.concatenate([gate, gate_of_parts])
        limit = np.concatenate([limit, limit_of_parts])
        in_parts = np.append(in_parts, doctrine.gate[losses.part_end > losses.part_begin])
    cued = _picked(tracks.cued, stable_order(tracks.cued.entity))
    needed = tracks.ranks[:-1, cued.track].T < NEVER
    _, latest = _asked(gate, limit, tracks, cued, needed, gates.rows)
    cued = _picked(cued, first_rank[cued.track] <= latest[cued.gate])
    # A look that comes too late needs no warning.
    looks = tracks.ranks[:-1, cued.track].T
    needed = looks <= latest[cued.gate, None]
    earliest, latest = _asked(gate, limit, tracks, cued, needed, gates.rows)
    plain = _picked(tracks.plain, first_rank[tracks.plain.track] <= latest[tracks.plain.gate])

    # Where a gate has own and remote tracks, which of them is first must be known.
    kinds = np.zeros((gates.rows, 2), np.bool_)
    for some in (plain, cued):
        kinds[some.gate, first_rank[some.track] & 1] = True
    # So it must be where tracks that may be lost stand in a gate of their own.
    kinds[in_parts] = True
    earliest = np.where(kinds.all(1), -1, earliest)
    # Time by time, as the ranks lie: what is early is as good as the first look.
    ranks = np.take(tracks.ranks, plain.track, axis=1)
    width = ranks.dtype.type
    late = ranks > latest[plain.gate].astype(width)
    early = ranks <= earliest[plain.gate].astype(width)
    np.copyto(ranks, ranks[0], where=early)
    alike = ((ranks == ranks[0]) | late).all(axis=0)
    np.copyto(ranks, width(NEVER), where=late)
    in_time = np.where(alike, ranks.shape[0] - np.add.reduce(late, axis=0, dtype=np.int8), 0)
    # Those of one sensor and object follow each other, those that need its first look before.
    order = stable_order(plain.entity, alike.astype(np.int64))
    plain = _picked(plain, order)
    rows = track_rows(tracks, plain, 0, np.take(ranks, order, axis=1))
    rows = rows._replace(
        in_time=in_time[order].astype(np.int32), same_as_before=_same_as_before(tracks, plain)
    )
    return rows, track_rows(tracks, cued, TRACK_TIMES)


def _asked(
    gate: Integers,
    limit: Integers,
    tracks: GateTracks,
    cued: Entries,
    needed: NDArray[np.bool_],
    gates: int,
) -> tuple[Integers, Integers]:
    """The lowest and the highest limit with which each gate is compared; `needed` [cued, J] are the
    looks that a warning can change."""
    earliest, latest = np.full(gates, NEVER, np.int32), np.full(gates, -1, np.int32)
    entry, look = np.nonzero(needed)
    gate = np.concatenate([gate, cued.warning[entry]])
    # As wide as what they are compared with: of another width, each number takes 40 times as long.
    limit = np.concatenate([limit, tracks.warning_ranks[cued.track[entry], look]]).astype(np.int32)
    np.minimum.at(earliest, gate, limit)
    np.maximum.at(latest, gate, limit)
    return earliest, latest


def _same_as_before(tracks: GateTracks, some: Entries) -> NDArray[np.int32]:
    """Whether entity and limits are those of the entry before [entries]."""
    table, entity = some.table, some.entity
    same = np.zeros(entity.size, np.bool_)
    same[1:] = entity[1:] == entity[:-1]
    others = np.flatnonzero(same[1:] & (table[1:] != table[:-1])) + 1  # of another variant
    same[others] = (tracks.limits[table[others]] == tracks.limits[table[others - 1]]).all(1)
    return same.astype(np.int32)


def _picked(some: Entries, which: NDArray[np.bool_] | Integers) -> Entries:
    return Entries(*(column[which] for column in some))
