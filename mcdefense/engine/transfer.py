"""A schedule's arrays on their way to a device: the small ones as one, since each would cost 0.1 ms
to send; the large ones as they are, since the program would have to cut them out again."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray

from mcdefense.schedule.schedule import Arrays

LARGE_BYTES = 2**16
"""An array of so many bytes is sent by itself."""


class Layout(NamedTuple):
    """Where each array lies in the one that holds the small ones; hashable, part of a program's
    key."""

    structure: Any  # jax.tree_util.PyTreeDef
    shapes: tuple[tuple[int, ...], ...]

    def is_large(self, shape: tuple[int, ...]) -> bool:
        """Whether an array of 32-bit numbers of this shape is sent by itself."""
        return 4 * math.prod(shape) >= LARGE_BYTES


def joined(arrays: Arrays) -> tuple[list[NDArray[np.int32]], Layout]:
    """All small arrays end to end, then each large one."""
    leaves, structure = jax.tree.flatten(arrays)
    layout = Layout(structure, tuple(leaf.shape for leaf in leaves))
    small = [leaf.ravel() for leaf in leaves if not layout.is_large(leaf.shape)]
    large = [leaf for leaf in leaves if layout.is_large(leaf.shape)]
    return [np.concatenate(small), *large], layout


def parted(parts: list[Array], layout: Layout) -> Arrays:
    """The arrays that were joined."""
    flat, *large = parts
    leaves, begin = [], 0
    for shape in layout.shapes:
        if layout.is_large(shape):
            leaves.append(large.pop(0))
            continue
        end = begin + math.prod(shape)
        leaves.append(flat[begin:end].reshape(shape))
        begin = end
    arrays: Arrays = jax.tree.unflatten(layout.structure, leaves)
    return arrays
