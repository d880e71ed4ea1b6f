"""Which opportunities one architecture may use at all, for whoever looks before a run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import ALWAYS_TRACKED, NEVER, Integers, Names
from mcdefense.encounter import Engagements
from mcdefense.firecontrol import SHARE_LEVELS, FireControl, scope_of
from mcdefense.schedule.gate_types import FROM_THE_START, gate_types, shared_gates
from mcdefense.schedule.gates import Entries, Gates, gates_at, make_gates


def permitted(control: FireControl, names: Names, met: Engagements) -> NDArray[np.bool_]:
    """Whether the architecture allows each opportunity [O] of a world with one variant of its
    physics: a cell may fire at the object, the round can be guided all the way, and the earliest
    track that any trial can have is old enough (rule 12, `tracked`)."""
    o = met.opportunities
    remote = [control.scenario.interceptor[name].remote for name in names.interceptor]
    levels = np.array([SHARE_LEVELS[level] for level in remote])
    shared = shared_gates([control], [0], names)
    kind, guided = gate_types(shared.by_battery[0], o, o.own_covers[0] != 0, levels)
    scope = scope_of(control, o, met.objects, o.possible[0] & guided)
    asks = scope.allowed & (kind != FROM_THE_START)
    objects = o.object.astype(np.int64)
    gates = make_gates(
        shared.sets,
        kind[asks],
        objects[asks],
        met.tracks,
        len(names.sensor),
        met.objects.start_ms.size,
    )
    gate_row = np.full(asks.size, FROM_THE_START, np.int64)
    gate_row[asks] = gates.row
    identification_ms = scope.of_row(control.by_class.identification_ms)
    ready_ms = o.launch_ms - identification_ms - control.batteries.reaction_ms[o.battery]
    gate = gates_at(ready_ms, gate_row, met.objects.start_ms[objects])
    in_time = 2 * gates.times.at_or_before(objects, ready_ms) - 1
    possible: NDArray[np.bool_] = scope.allowed & (_earliest(gates)[gate] <= in_time)
    return possible


def _earliest(gates: Gates) -> Integers:
    """The least value that each gate [gates] can have in a trial: that of the first look that any
    of its sensors can have, NEVER for a gate that cannot open."""
    tracks = gates.tracks
    earliest = np.full(gates.rows, NEVER, np.int64)
    earliest[ALWAYS_TRACKED] = -2  # before every time, as in the engine

    def take(some: Entries, can_see: NDArray[np.bool_]) -> None:
        first = np.where(can_see.any(1), can_see.argmax(1), can_see.shape[1])
        np.minimum.at(earliest, some.gate, tracks.ranks[first, some.track])

    plain, cued = tracks.plain, tracks.cued
    take(plain, tracks.limits[plain.table] >= 0)
    # What warns is itself not cued: its gates are complete by now.
    warned = earliest[cued.warning][:, None] <= tracks.warning_ranks[cued.track]
    alone = tracks.limits[cued.table] >= 0
    take(cued, alone | (warned & (tracks.cued_limits[cued.table] >= 0)))
    return earliest
