"""The tables of a world as one vector of integers, laid out alike for all worlds of a room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import (
    FIRES_NOTHING,
    NO_NETWORK,
    Arrays,
    Features,
    Schedule,
    Sizes,
)
from mcdefense.engine import Leaf, masks_of
from mcdefense.schedule import Padded, pad

Int = NDArray[np.int32]


class ForCounts(NamedTuple):
    """What the counts ask of a schedule and the list does not; A architectures, N objects."""

    reached: Any  # [A, N] 1: the object had an opportunity
    first_account: Any  # [N] where the object's own part of `account` begins
    account: Any  # [O] by the object's part and the rank of its death: who killed it
    roles: Any  # [A, roles] the architecture that counts its rows: itself, then those falling back
    fallback: Any  # [A] first row of leakers where the network is down; of all live if none fires


class Tables(NamedTuple):
    """All that a kernel reads of a world, but for the records of its turns (records.py)."""

    arrays: Arrays
    for_counts: ForCounts


@dataclass(frozen=True)
class Layout:
    """Where each table begins in the vector of a world."""

    structure: Any  # jax.tree_util.PyTreeDef
    shapes: tuple[tuple[int, ...], ...]

    @property
    def numbers(self) -> int:
        """Numbers of a world."""
        return int(sum(np.prod(shape, dtype=np.int64) for shape in self.shapes))

    def leaves(self, table: Any) -> Tables:
        """The tables as they lie in a kernel's memory."""
        begin, leaves = 0, []
        for shape in self.shapes:
            leaves.append(Leaf(table, begin, shape))
            begin += int(np.prod(shape, dtype=np.int64))
        tables: Tables = jax.tree.unflatten(self.structure, leaves)
        return tables


def tables_of(schedule: Schedule, features: Features, room: Sizes) -> tuple[list[Any], Layout]:
    """A world's tables, Padded to the room, and their layout."""
    if schedule.worlds.size != 1:
        raise ValueError(f"got a schedule of {schedule.worlds.size} worlds, expected one")
    arrays = pad(schedule, room)
    nothing = Padded(np.zeros(0, np.int32), (0,))

    def none(group: Any, *names: str) -> Any:
        return group._replace(**dict.fromkeys(names, nothing))

    # What the turns' records hold need not be sent again.
    every = type(arrays.opportunities)._fields
    arrays = arrays._replace(
        opportunities=none(arrays.opportunities, *every),
        doctrine=none(arrays.doctrine, *type(arrays.doctrine)._fields),
        turns=none(arrays.turns, "place"),
        channels=none(arrays.channels, "hold", "release_begin", "release_end"),
    )
    tables = Tables(arrays, _for_counts(schedule, features, room))
    leaves, structure = jax.tree.flatten(tables, is_leaf=lambda x: isinstance(x, Padded))
    leaves = [leaf if isinstance(leaf, Padded) else Padded(leaf, leaf.shape) for leaf in leaves]
    return leaves, Layout(structure, tuple(leaf.shape for leaf in leaves))


def copy_tables(leaves: list[Padded], zeros: Int) -> None:
    """Write a world's tables into its vector."""
    begin = 0
    for leaf in leaves:
        size = int(np.prod(leaf.shape, dtype=np.int64))
        leaf.copy_to(zeros[begin : begin + size].reshape(leaf.shape))
        begin += size


def _for_counts(schedule: Schedule, features: Features, room: Sizes) -> ForCounts:
    opportunities, allowed = schedule.arrays.opportunities, schedule.arrays.doctrine.allowed
    architectures = features.architectures
    reached = np.zeros((architectures, room.objects), np.int32)
    used = slice(schedule.sizes.opportunities)
    objects, ranks = opportunities.object[used], opportunities.death_rank[used]
    for a in range(architectures):
        reached[a, objects[allowed[a, used] != 0]] = 1
    # The ranks of an object's intercepts are those of its own opportunities, so that each object
    # needs as many entries as it has ranks.
    most = np.zeros(room.objects, np.int64)
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
    return ForCounts(
        reached,
        first,
        Padded(account, (room.opportunities,)),
        roles,
        np.array(fallback, np.int32),
    )
