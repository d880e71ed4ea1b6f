"""Who tracks whom, as the peers work it out before the first opportunity (rules 10 and 11).

A draw of (object, sensor) is compared with the limits of a cumulative distribution once: a
**place**, the number of times at which the object is not tracked yet. Every contribution to a gate
is then a look in a table of the gate's values by place. The engine compares each contribution's
limits anew; the result is the same.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import NEVER, TRACK_TIMES, Schedule

Integers = NDArray[np.int32]
Records = NDArray[np.void]


def record(*names: str) -> np.dtype[np.void]:
    """A record of whole numbers."""
    return np.dtype([(name, np.int32) for name in names])


GROUP = record("first_place", "places", "first_gate", "gates")
"""An object's places and gates; its places are numbered from 0 on."""
PLACE = record("entity", "fresh", "first", "steps")
"""A place; its draw is `fresh`, or that of the place before. `steps` limits from `first` on."""
GATE = record("gate", "first", "contributions")
CONTRIBUTION = record("place", "cued_place", "path_flags", "warning", "values", "warnings")
"""One sensor's; `cued_place` -1 without cues, `values`, `warnings` rows of the tables."""


class Pictures(NamedTuple):
    """The records of one world, group after group; in each, gates that warn come first."""

    groups: Records
    places: Records
    gates: Records
    contributions: Records
    limits: Integers  # [steps] distinct limits of a place, ascending
    weights: Integers  # [steps] times that share the limit
    values: Integers  # [contributions, 17] gate value by place
    warnings: Integers  # [cued contributions, 16] latest warning that counts at each time
    most_places: int


def pictures_of(schedule: Schedule) -> Pictures:
    """The records of a schedule of one world."""
    plain, cued = schedule.arrays.tracks, schedule.arrays.cued
    number = plain.gate.size + cued.gate.size
    entity = np.concatenate([plain.entity, cued.entity])
    gate = np.concatenate([plain.gate, cued.gate])
    is_cued = np.arange(number) >= plain.gate.size
    limits = np.concatenate([plain.limits[..., 0], cued.limits[..., 0]])
    values = np.concatenate([plain.ranks, cued.ranks])
    if (np.diff(limits, axis=1) < 0).any() or (values < 0).any() or (values[:, -1] != NEVER).any():
        raise ValueError("limits of tracks must ascend, gate values be 0 or more and end in never")
    group = _groups(schedule, entity, gate)
    # Distinct places: those of limits, then those of cued limits.
    keyed = np.concatenate(
        [
            np.column_stack([group, entity, limits]),
            np.column_stack([group[is_cued], cued.entity, cued.cued_limits[..., 0]]),
        ]
    )
    distinct, inverse = np.unique(keyed, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    place_limits, weights, first, steps = _steps(distinct[:, 2:])
    places = np.zeros(len(distinct), PLACE)
    places["entity"], places["first"], places["steps"] = distinct[:, 1], first, steps
    places["fresh"] = np.append(True, (distinct[1:, :2] != distinct[:-1, :2]).any(1))[: len(places)]
    # Within a group the gates without cues come first, for they warn.
    with_cue = np.zeros(schedule.sizes.gates, np.int64)
    with_cue[cued.gate] = 1
    order = np.lexsort((gate, with_cue[gate], group))
    contributions = np.zeros(number, CONTRIBUTION)
    group_start = np.searchsorted(distinct[:, 0], np.arange(group.max(initial=-1) + 2))
    contributions["place"] = inverse[:number] - group_start[group]
    contributions["cued_place"] = -1
    contributions["cued_place"][is_cued] = inverse[number:] - group_start[group[is_cued]]
    contributions["path_flags"] = np.concatenate([plain.path_flags, cued.path_flags])
    contributions["warning"][is_cued] = cued.warning
    contributions["warnings"][is_cued] = np.arange(cued.gate.size)
    contributions["values"] = np.arange(number)
    starts = np.flatnonzero(np.append(True, np.diff(gate[order]) != 0)[:number])
    gates = np.zeros(starts.size, GATE)
    gates["gate"], gates["first"] = gate[order][starts], starts
    gates["contributions"] = np.diff(np.append(starts, number))
    groups = np.zeros(group_start.size - 1, GROUP)
    groups["first_place"], groups["places"] = group_start[:-1], np.diff(group_start)
    gate_start = np.searchsorted(group[order][starts], np.arange(groups.size + 1))
    groups["first_gate"], groups["gates"] = gate_start[:-1], np.diff(gate_start)
    return Pictures(
        groups,
        places,
        gates,
        contributions[order],
        place_limits,
        weights,
        np.ascontiguousarray(values, np.int32),
        np.ascontiguousarray(cued.warning_ranks, np.int32),
        int(groups["places"].max(initial=0)),
    )


def _groups(schedule: Schedule, entity: NDArray, gate: NDArray) -> NDArray[np.int64]:
    """A number for each contribution's object: what shares gates, sensors' draws or warnings."""
    cued = schedule.arrays.cued
    label = np.arange(schedule.sizes.gates)
    while True:
        of_entity = np.full(entity.max(initial=-1) + 1, schedule.sizes.gates)
        np.minimum.at(of_entity, entity, label[gate])
        new = label.copy()
        np.minimum.at(new, gate, of_entity[entity])
        both = np.minimum(new[cued.gate], new[cued.warning])
        np.minimum.at(new, cued.gate, both)
        np.minimum.at(new, cued.warning, both)
        if (new == label).all():
            return np.unique(label[gate], return_inverse=True)[1].reshape(-1)
        label = new


def _steps(limits: NDArray) -> tuple[Integers, Integers, NDArray, NDArray]:
    """Each row's distinct limits that some draw exceeds, and how many times share each."""
    last_of_run = np.append(limits[:, :-1] != limits[:, 1:], np.ones((len(limits), 1), bool), 1)
    place = np.broadcast_to(np.arange(TRACK_TIMES), limits.shape)
    before = np.where(last_of_run, place, -1)
    previous = np.maximum.accumulate(np.concatenate([np.full((len(limits), 1), -1), before], 1), 1)
    weight = place - previous[:, :-1]
    keep = last_of_run & (limits < np.iinfo(np.int32).max)
    steps = keep.sum(1)
    return (
        limits[keep].astype(np.int32),
        weight[keep].astype(np.int32),
        np.cumsum(steps) - steps,
        steps,
    )
