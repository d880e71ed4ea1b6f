"""A schedule's arrays on their way to a device.

Those of one shape lie in one array, since a loop hands the address of each array that it reads on
at every turn: a step that reads forty takes a fifth of its time for that. Small ones then go as
one, since each would cost 0.1 ms to send; large ones go as they are, since the program would have
to cut them out again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray

from mcdefense.engine.rows import Column
from mcdefense.schedule.pad import aligned_zeros
from mcdefense.schedule.schedule import Arrays

LARGE_BYTES = 2**16
"""Arrays of so many bytes are sent by themselves."""

Shape = tuple[int, ...]


class Layout(NamedTuple):
    """Where each array lies; hashable, part of a program's key."""

    structure: Any  # jax.tree_util.PyTreeDef
    shapes: tuple[Shape, ...]

    def groups(self) -> Iterator[tuple[Shape, list[int]]]:
        """Each shape, with the numbers of the arrays that have it."""
        for shape in dict.fromkeys(self.shapes):
            yield shape, [i for i, other in enumerate(self.shapes) if other == shape]


def joined(arrays: Arrays) -> tuple[list[NDArray[np.int32]], Layout]:
    """All small groups end to end, then each large one."""
    leaves, structure = jax.tree.flatten(arrays)
    layout = Layout(structure, tuple(leaf.shape for leaf in leaves))
    small, large = [], []
    for shape, members in layout.groups():
        if _is_large(shape, members):
            large.append(_stacked([leaves[i] for i in members]))
        else:
            small += [leaves[i].ravel() for i in members]
    return [np.concatenate(small), *large], layout


def _is_large(shape: Shape, members: list[int]) -> bool:
    return 4 * math.prod(shape) * len(members) >= LARGE_BYTES


def _stacked(arrays: list[NDArray[np.int32]]) -> NDArray[np.int32]:
    if len(arrays) == 1:
        return arrays[0][None]
    stacked = aligned_zeros((len(arrays), *arrays[0].shape))
    np.stack(arrays, out=stacked)
    return stacked


def parted(parts: list[Array], layout: Layout) -> Arrays:
    """The arrays that were joined, as columns of their groups."""
    flat, *large = parts
    columns, begin = dict[int, Column](), 0
    for shape, members in layout.groups():
        if _is_large(shape, members):
            group = large.pop(0)
        else:
            end = begin + math.prod(shape) * len(members)
            group = flat[begin:end].reshape(len(members), *shape)
            begin = end
        columns |= {i: Column(group, number) for number, i in enumerate(members)}
    arrays: Arrays = jax.tree.unflatten(layout.structure, [columns[i] for i in sorted(columns)])
    return arrays
