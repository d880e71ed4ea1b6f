"""The tables of a world as one vector of integers, laid out alike for all worlds of a capacity."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import prod
from operator import gt
from typing import Any, NamedTuple, get_type_hints

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import (
    FIRES_NOTHING,
    NO_NETWORK,
    NO_ONSET,
    Arrays,
    Features,
    Schedule,
    Sizes,
    array_at,
    declared,
)
from mcdefense.engine import Leaf, masks_of

Int = NDArray[np.int32]


class ForCounts(NamedTuple):
    """What the counts ask of a schedule and the list does not; A architectures, N objects."""

    reached: Any  # [A, N] 1: the object had an opportunity
    first_account: Any  # [N] where the object's own part of `account` begins
    account: Any  # [O] by the object's part and the rank of its death: who killed it
    roles: Any  # [A, roles] the architecture that counts its rows: itself, then those falling back
    pair_object: Any  # [A, pairs] the object of a pair of cell and object
    fallback: Any  # [A] first row of leakers where the network is down; of all live if none fires


class Tables(NamedTuple):
    """All that a kernel reads of a world, but for the records of its turns (records.py)."""

    arrays: Arrays
    for_counts: ForCounts


@dataclass(frozen=True)
class TableLayout:
    """Where each table lies in the vector of a world, by the names that lead to it in Tables.

    What the records of the turns hold is left out, and what the features say no rule asks for: it
    is there with no numbers.
    """

    shapes: tuple[tuple[tuple[str, ...], tuple[int, ...]], ...]

    @classmethod
    def of(cls, schedule: Schedule, features: Features, capacity: Sizes) -> TableLayout:
        """Of schedules like this one, which may be of any worlds of the capacity."""
        sizes = {size.name for size in fields(Sizes)}
        lengths = {"architectures": features.architectures, "worlds": 1}
        lengths["orders"] = features.orders
        shapes = []
        for path, axes in declared(Arrays):
            own = array_at(schedule.arrays, path).shape
            shape = tuple(
                getattr(capacity, axis) if axis in sizes else lengths.get(axis, length)
                for axis, length in zip(axes, own, strict=True)
            )
            shapes.append((("arrays", *path), shape if _is_sent(path, features) else (0,)))
        counted = _sizes_for_counts(features, capacity)
        shapes += [(("for_counts", name), shape) for name, shape in counted.items()]
        return cls(tuple(shapes))

    @property
    def numbers(self) -> int:
        """Numbers of a world."""
        return sum(prod(shape) for _, shape in self.shapes)

    def leaves(self, table: Any) -> Tables:
        """The tables as they lie in a kernel's memory."""
        begin, found = 0, dict[tuple[str, ...], Any]()
        for path, shape in self.shapes:
            found[path] = Leaf(table, begin, shape)
            begin += prod(shape)
        names = {path[1:] for path in found if path[0] == "arrays"}
        arrays = _nested(Arrays, {name: found["arrays", *name] for name in names})
        extra = {name: found["for_counts", name] for name in ForCounts._fields}
        return Tables(arrays, ForCounts(**extra))

    def copy(self, schedule: Schedule, features: Features, zeros: Int) -> None:
        """Write a world's tables into its vector; the features may be of more rules than its."""
        if schedule.worlds.size != 1:
            raise ValueError(f"got a schedule of {schedule.worlds.size} worlds, expected one")
        tables = Tables(schedule.arrays, _for_counts(schedule, features))
        begin = 0
        for path, shape in self.shapes:
            size = prod(shape)
            if size:
                array = array_at(tables, path)
                if len(array.shape) != len(shape) or any(map(gt, array.shape, shape)):
                    name = ".".join(path)
                    raise ValueError(f"{name} of shape {array.shape} does not fit into {shape}")
                own = zeros[begin : begin + size].reshape(shape)
                own[tuple(map(slice, array.shape))] = array
            begin += size


def _nested(group: Any, leaves: dict[tuple[str, ...], Any]) -> Any:
    """A NamedTuple of NamedTuples with these leaves by their paths."""
    hints, values = get_type_hints(group), {}
    for field in group._fields:
        if (field,) in leaves:
            values[field] = leaves[field,]
        else:
            inner = {path[1:]: leaf for path, leaf in leaves.items() if path[0] == field}
            values[field] = _nested(hints[field], inner)
    return group(**values)


def _is_sent(path: tuple[str, ...], features: Features) -> bool:
    """Whether a kernel reads this array of the schedule from the tables."""
    group, *rest = path
    if group in ("opportunities", "doctrine"):
        return False
    if group == "onsets" and not (features.onsets and rest in (["cause"], ["loads"], ["impact"])):
        return False
    unused = ("sharing", "cued", "pools", "losses", "posts", "reloads")
    if group in unused and not getattr(features, group):
        return False
    return rest not in (["place"], ["row"], ["release_begin"], ["release_end"]) or group not in (
        "turns",
        "channels",
    )


def _sizes_for_counts(features: Features, capacity: Sizes) -> dict[str, tuple[int, ...]]:
    architectures = features.architectures
    return {
        "reached": (architectures, capacity.objects),
        "first_account": (capacity.objects,),
        "account": (capacity.opportunities,),
        "roles": (architectures, max(map(len, masks_of(features)))),
        "pair_object": (architectures, capacity.pairs),
        "fallback": (architectures,),
    }


def _for_counts(schedule: Schedule, features: Features) -> ForCounts:
    opportunities, allowed = schedule.arrays.opportunities, schedule.arrays.doctrine.allowed
    architectures, number = features.architectures, schedule.sizes.objects
    reached = np.zeros((architectures, number), np.int32)
    used = slice(schedule.sizes.opportunities)
    objects, ranks = opportunities.object[used], opportunities.death_rank[used]
    pair_object = np.zeros((architectures, schedule.sizes.pairs), np.int32)
    for orders, a in enumerate(features.owners):
        may = allowed[orders, used] != 0
        if orders == a:
            reached[a, objects[may]] = 1
        pair_object[a, schedule.arrays.doctrine.pair[orders, used][may]] = objects[may]
    # The ranks of an object's intercepts are those of its own opportunities, so that each object
    # needs as many entries as it has ranks.
    most = np.zeros(number, np.int64)
    np.maximum.at(most, objects, ranks + 1)
    first = np.concatenate([[0], np.cumsum(most)[:-1]]).astype(np.int32)
    account = np.zeros(max(int(most.sum()), 1), np.int32)
    account[first[objects] + ranks] = opportunities.account[used]
    masks = masks_of(features)
    roles = np.full((architectures, max(map(len, masks))), -1, np.int32)
    for a, mask in enumerate(masks):
        roles[a, : len(mask)] = mask
    rows = features.classes + 1
    idle = architectures * rows
    fallback = [idle if f in (NO_NETWORK, FIRES_NOTHING) else f * rows for f in features.fallback]
    for a, orders in enumerate(features.onsets):
        if orders != NO_ONSET:
            fallback[a] = a * rows
    return ForCounts(
        reached,
        first,
        account,
        roles,
        pair_object,
        np.array(fallback, np.int32),
    )
