"""A schedule's arrays on their way to a device: as one, since each would cost 0.1 ms to send."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray

from mcdefense.schedule.schedule import Arrays


class Layout(NamedTuple):
    """Where each array lies in the one that holds them all; hashable, part of a program's key."""

    structure: Any  # jax.tree_util.PyTreeDef
    shapes: tuple[tuple[int, ...], ...]


def joined(arrays: Arrays) -> tuple[NDArray[np.int32], Layout]:
    """All arrays end to end."""
    leaves, structure = jax.tree.flatten(arrays)
    flat = np.concatenate([leaf.ravel() for leaf in leaves])
    return flat, Layout(structure, tuple(leaf.shape for leaf in leaves))


def parted(flat: Array, layout: Layout) -> Arrays:
    """The arrays that were joined."""
    leaves, begin = [], 0
    for shape in layout.shapes:
        end = begin + math.prod(shape)
        leaves.append(flat[begin:end].reshape(shape))
        begin = end
    arrays: Arrays = jax.tree.unflatten(layout.structure, leaves)
    return arrays
