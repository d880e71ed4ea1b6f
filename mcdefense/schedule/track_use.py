"""Which tracks can open a gate in time for anything that asks it, and when it matters which look
of a track did.

Every gate has the tracks that can be had over its links. But half of a raid's come too late for
every launch, and most of the others are in time for all of a gate's launches or for none: then a
trial need only know whether the object was detected at all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import NEVER, SHARE_TEST, DoctrineRows, Integers, SharingRows, TrackRows


def used_tracks(
    plain: TrackRows, cued: TrackRows, doctrine: DoctrineRows, sharing: SharingRows, gates: int
) -> tuple[TrackRows, TrackRows]:
    """The tracks that can be in time, plain and cued; `gates` is the number of gates.

    No comparison of a gate with a limit changes, nor whether the track in time is remote.
    """
    asks, tests = doctrine.allowed != 0, sharing.kind == SHARE_TEST
    gate = np.concatenate([doctrine.gate[asks], sharing.gate[tests]])
    limit = np.concatenate([doctrine.gate_limit[asks], sharing.gate_limit[tests]])
    _, latest = _asked(gate, limit, cued, cued.ranks[:, :-1] < NEVER, gates)
    cued = _picked(cued, cued.ranks[:, 0] <= latest[cued.gate])
    # A look that comes too late needs no warning.
    needed = cued.ranks[:, :-1] <= latest[cued.gate, None]
    earliest, latest = _asked(gate, limit, cued, needed, gates)
    plain = _picked(plain, plain.ranks[:, 0] <= latest[plain.gate])

    # Where a gate has own and remote tracks, which of them is first must be known.
    kinds = np.zeros((gates, 2), np.bool_)
    for tracks in (plain, cued):
        kinds[tracks.gate, tracks.ranks[:, 0] & 1] = True
    of_one_kind = ~np.logical_and(kinds[:, 0], kinds[:, 1])
    early = (plain.ranks <= earliest[plain.gate, None]) & of_one_kind[plain.gate, None]
    ranks = np.where(early, plain.ranks[:, :1], plain.ranks)
    ranks[ranks > latest[plain.gate, None]] = NEVER
    in_time = (ranks < NEVER).sum(1)
    alike = (ranks == ranks[:, :1]).sum(1) == in_time
    in_time = np.where(alike, in_time, 0).astype(np.int32)
    # Those of one sensor and object follow each other, those that need its first look before.
    order = np.argsort(2 * plain.entity.astype(np.int64) + alike, kind="stable")
    plain = _picked(plain._replace(ranks=ranks, in_time=in_time), order)
    return plain._replace(same_as_before=_same_as_before(plain)), cued


def _asked(
    gate: Integers, limit: Integers, cued: TrackRows, needed: NDArray[np.bool_], gates: int
) -> tuple[Integers, Integers]:
    """The lowest and the highest limit with which each gate is compared; `needed` [cued, J] are the
    looks that a warning can change."""
    earliest, latest = np.full(gates, NEVER, np.int32), np.full(gates, -1, np.int32)
    track, look = np.nonzero(needed)
    gate = np.concatenate([gate, cued.warning[track]])
    limit = np.concatenate([limit, cued.warning_ranks[track, look]])
    np.minimum.at(earliest, gate, limit)
    np.maximum.at(latest, gate, limit)
    return earliest, latest


def _same_as_before(tracks: TrackRows) -> NDArray[np.int32]:
    entity, limits = tracks.entity, tracks.limits
    same_as_before = np.zeros(entity.size, np.int32)
    same_as_before[1:] = (entity[1:] == entity[:-1]) & (limits[1:] == limits[:-1]).all((1, 2))
    return same_as_before


def _picked(tracks: TrackRows, which: NDArray[np.bool_] | Integers) -> TrackRows:
    return TrackRows(*(column[which] for column in tracks))
