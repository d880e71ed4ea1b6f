"""Gates: for every opportunity and architecture, the track that licenses it (rules 10 to 12).

A gate is one object and a set of contributions: a sensor as a battery's own, cued or not, or as
remote, with latency and links. Equal sets are one row, whatever asks for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense.schedule.engagements import Opportunities, TrackTables
from mcdefense.schedule.fire_control import SHARE_LEVELS, FireControl
from mcdefense.schedule.ordering import GroupedTimes, Integers
from mcdefense.schedule.purposes import limit
from mcdefense.schedule.schedule import (
    ALWAYS_TRACKED,
    NEVER,
    NEVER_TRACKED,
    TRACK_TIMES,
    Tracks,
)

FROM_THE_START = -1
"""Instead of a gate type: a cell without sensors tracks everything from the start."""

_LAUNCH, _ENGAGE = SHARE_LEVELS["launch"], SHARE_LEVELS["engage"]


class Contribution(NamedTuple):
    """One sensor's part in a gate."""

    variant: int  # of the physics
    sensor: int
    remote: int  # 1: over the cell or a link
    latency_ms: int
    path_flags: int  # flags row of its coins
    warnings: frozenset[Contribution]  # that cue it; empty for remote ones


@dataclass
class GateTypes:
    """Sets of contributions by number; the same for every object."""

    numbers: dict[frozenset[Contribution], int] = field(default_factory=dict)

    def number(self, contributions: frozenset[Contribution]) -> int:
        """The set's number, new or known; sets that cue come first."""
        for contribution in contributions:
            if contribution.warnings:
                self.numbers.setdefault(contribution.warnings, len(self.numbers))
        return self.numbers.setdefault(contributions, len(self.numbers))


class BatteryGates(NamedTuple):
    """One battery's gate types under one architecture, by what its interceptors allow."""

    own: int  # own sensor covers, remote tracks only warn
    lesser: int  # own sensor covers, a remote track may license the launch
    remote: int  # no own sensor covers: a remote track licenses all; -1 none offered
    always: bool  # its cell has no sensor at all


def battery_gates(
    control: FireControl,
    battery: int,
    variant: int,
    types: GateTypes,
    path_flags: Callable[[int, tuple[str, ...]], int],
) -> BatteryGates:
    """The battery's gate types; `path_flags` gives the flags row of a sensor and its links."""

    def remote(least: int, most: int = _ENGAGE) -> frozenset[Contribution]:
        return frozenset(
            Contribution(
                variant, s.sensor, 1, s.latency_ms, path_flags(s.sensor, s.links), frozenset()
            )
            for s in control.remote[battery]
            if least <= s.level <= most
        )

    def own(warnings: frozenset[Contribution]) -> frozenset[Contribution]:
        return frozenset(
            Contribution(variant, sensor, 0, 0, path_flags(sensor, ()), warnings)
            for sensor in control.own[battery]
        )

    warning = SHARE_LEVELS["warning"]
    engage = remote(_ENGAGE)
    cell = int(control.batteries.cell[battery])
    return BatteryGates(
        own=types.number(own(remote(warning))),
        # A remote track that licenses the launch is never later than what it would cue.
        lesser=types.number(own(remote(warning, warning)) | remote(_LAUNCH)),
        remote=types.number(engage) if engage else -1,
        always=not control.cells.sensors[cell],
    )


class _Sets(NamedTuple):
    """All contributions of all types as arrays."""

    contributions: list[Contribution]
    member: NDArray[np.bool_]  # [types, contributions]
    sensor: Integers
    number: dict[frozenset[Contribution], int]


def _as_sets(types: GateTypes) -> _Sets:
    known: dict[Contribution, int] = {}
    for contributions in types.numbers:
        for contribution in sorted(contributions, key=_sort_key):
            known.setdefault(contribution, len(known))
    member = np.zeros((len(types.numbers), len(known)), np.bool_)
    for contributions, number in types.numbers.items():
        member[number, [known[c] for c in contributions]] = True
    sensor = np.array([c.sensor for c in known], np.int64)
    return _Sets(list(known), member, sensor, types.numbers)


def _sort_key(contribution: Contribution) -> tuple[int, int, int, int, int, int]:
    return (*contribution[:5], len(contribution.warnings))


class Gates(NamedTuple):
    """Gate rows and what they are made of."""

    row: Integers  # per asked (type, object)
    rows: int
    plain: Tracks
    cued: Tracks
    times: GroupedTimes  # by object: every time at which some gate may open


def make_gates(
    types: GateTypes,
    asked_type: Integers,
    asked_object: Integers,
    tables: TrackTables,
    sensors: int,
    objects: int,
) -> Gates:
    """Rows for every asked (type, object)."""
    sets = _as_sets(types)
    variant = np.array([c.variant for c in sets.contributions], np.int64)
    variants = max(variant.max(initial=0), tables.variant.max(initial=0)) + 1
    table_of = np.full((variants, sensors, objects), -1, np.int64)
    table_of[tables.variant, tables.sensor, tables.object] = np.arange(tables.sensor.size)
    warning_type = np.array(
        [sets.number[c.warnings] if c.warnings else -1 for c in sets.contributions], np.int64
    )

    # Cueing sets are asked for too, for every object for which they may cue someone.
    cueing = np.zeros((len(types.numbers), len(types.numbers)), np.bool_)
    for c, number in enumerate(warning_type):
        if number >= 0:
            cueing[sets.member[:, c], number] = True
    cue_from, cue_type = np.nonzero(cueing)
    wanted_type, wanted_object = [asked_type], [asked_object]
    for from_type, to_type in zip(cue_from, cue_type, strict=True):
        which = asked_type == from_type
        wanted_type.append(np.full(int(which.sum()), to_type, np.int64))
        wanted_object.append(asked_object[which])
    all_types, all_objects = np.concatenate(wanted_type), np.concatenate(wanted_object)
    unique, inverse = np.unique(all_types * objects + all_objects, return_inverse=True)
    u_type, u_object = unique // objects, unique % objects

    # A row is what a (type, object) can really see: equal contents are one row. The hash of a
    # set is the sum of its members' random 64-bit words.
    table = table_of[variant[None, :], sets.sensor[None, :], u_object[:, None]]
    effective = sets.member[u_type] & (table >= 0)
    words = np.random.Philox(key=np.array([1, 2], np.uint64)).random_raw(len(sets.contributions))
    content = np.where(effective, words[None, :], np.uint64(0)).sum(axis=1, dtype=np.uint64)
    keys = np.stack([u_object.astype(np.uint64), content], axis=1)
    _, first, row_of_unique = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    empty = ~effective.any(axis=1)
    row_of_unique = np.where(empty, NEVER_TRACKED, row_of_unique.reshape(-1) + 2)

    kept = first[~empty[first]]
    gate_of_kept = row_of_unique[kept]
    which, contribution = np.nonzero(effective[kept])
    entry_table = table[kept][which, contribution]
    entry_gate = gate_of_kept[which]
    entry_object = u_object[kept][which]
    latency = np.array([c.latency_ms for c in sets.contributions], np.int64)[contribution]
    remote = np.array([c.remote for c in sets.contributions], np.int64)[contribution]
    path = np.array([c.path_flags for c in sets.contributions], np.int64)[contribution]
    time_ms = tables.time_ms[entry_table] + latency[:, None]  # [entries, J]
    times = GroupedTimes(
        np.repeat(entry_object, time_ms.shape[1]), time_ms.ravel(), objects, distinct=True
    )
    columns = np.repeat(entry_object, time_ms.shape[1])
    rank = (times.at_or_before(columns, time_ms.ravel()) - 1).reshape(time_ms.shape)
    ranks = np.full((entry_table.size, TRACK_TIMES + 1), NEVER, np.int64)
    in_use = np.arange(time_ms.shape[1])[None, :] < tables.times[entry_table][:, None]
    ranks[:, : time_ms.shape[1]] = np.where(in_use, 2 * rank + remote[:, None], NEVER)

    def limits(probability: NDArray[np.float64]) -> NDArray[np.int32]:
        padded = np.repeat(probability[:, -1:], TRACK_TIMES, axis=1)
        padded[:, : probability.shape[1]] = probability
        return limit(padded)[:, :, None]

    # Cued where the cue has a source that sees the object, and makes a difference.
    warns = warning_type[contribution]
    position = np.searchsorted(unique, np.maximum(warns, 0) * objects + entry_object)
    position = np.minimum(position, max(unique.size - 1, 0))
    warning_row = np.where(warns >= 0, row_of_unique[position], NEVER_TRACKED)
    better = np.any(tables.cued_probability > tables.probability, axis=1)[entry_table]
    is_cued = better & (warning_row != NEVER_TRACKED)
    # A warning at time t cues a look at t: gate values up to 2 * rank + 1 are in time.
    own_rank = np.repeat(2 * rank[:, -1:] + 1, TRACK_TIMES, axis=1)
    own_rank[:, : time_ms.shape[1]] = 2 * rank + 1

    entity = tables.object[entry_table].astype(np.int64) * sensors + tables.sensor[entry_table]

    def tracks(where: NDArray[np.bool_]) -> Tracks:
        # By entity: those that share a Philox call follow each other.
        pick = np.flatnonzero(where)[np.argsort(entity[where], kind="stable")]
        t = entry_table[pick]
        return Tracks(
            entity=entity[pick].astype(np.int32),
            gate=entry_gate[pick].astype(np.int32),
            path_flags=path[pick].astype(np.int32),
            ranks=ranks[pick].astype(np.int32),
            limits=limits(tables.probability[t]),
            warning=warning_row[pick].astype(np.int32),
            warning_ranks=own_rank[pick].astype(np.int32),
            cued_limits=limits(tables.cued_probability[t]),
        )

    return Gates(
        row=row_of_unique[inverse[: asked_type.size]],
        rows=int(row_of_unique.max(initial=1)) + 1,
        plain=tracks(~is_cued),
        cued=tracks(is_cued),
        times=times,
    )


def gate_types(
    gates: list[BatteryGates],
    opportunities: Opportunities,
    covers: NDArray[np.bool_],
    interceptor_level: Integers,
) -> tuple[Integers, NDArray[np.bool_]]:
    """Per opportunity: its gate type (-1 always tracked), and whether it can be guided at all.

    `interceptor_level` [I] is the SHARE_LEVELS code of each interceptor's `remote`.
    """
    o = opportunities
    table = np.array([[g.own, g.lesser, g.remote] for g in gates], np.int64).reshape(-1, 3)
    always = np.array([g.always for g in gates], np.bool_)[o.battery]
    level = interceptor_level[o.interceptor]
    column = np.where(covers, np.where(level >= _LAUNCH, 1, 0), 2)
    kind = table[o.battery, column]
    guided = always | covers | ((level >= _ENGAGE) & (kind >= 0))
    return np.where(always, FROM_THE_START, kind), guided


def gates_at(ready_ms: Integers, gate_row: Integers, start_ms: Integers) -> Integers:
    """The gate that licenses a launch, its delays ago at `ready_ms`; all fields alike.

    `gate_row` may be FROM_THE_START: then the object, which starts at `start_ms`, must be there.
    """
    from_start = np.where(start_ms <= ready_ms, ALWAYS_TRACKED, NEVER_TRACKED)
    return np.where(gate_row == FROM_THE_START, from_start, gate_row)
