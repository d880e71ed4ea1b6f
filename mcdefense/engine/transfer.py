"""A schedule's arrays on their way to a device.

Arrays of one shape lie in one array. A loop hands on the address of each array that it reads at
every turn, and a step that reads forty takes a fifth of its time for that. Small arrays are then
sent as one, since each would cost 0.1 ms to send. Large ones are sent as they are, since the
program would have to cut them out again.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray

from mcdefense.contract import Arrays, Sizes
from mcdefense.engine.rows import Column
from mcdefense.schedule import padded_shapes

LARGE_BYTES = 2**16
"""An array of so many bytes or more is sent by itself."""
_ALIGNMENT = 64
"""Arrays begin at multiples of so many bytes; XLA copies those that begin elsewhere."""

Shape = tuple[int, ...]


class Layout(NamedTuple):
    """Where each array lies in those that are sent; hashable, as part of a program's key."""

    structure: Any  # jax.tree_util.PyTreeDef
    shapes: tuple[Shape, ...]

    def groups(self) -> list[tuple[Shape, list[int]]]:
        """Each shape, with the numbers of the arrays that have it."""
        members: dict[Shape, list[int]] = {}
        for i, shape in enumerate(self.shapes):
            members.setdefault(shape, []).append(i)
        return list(members.items())


class _Place(NamedTuple):
    """Where an array lies in those that are sent."""

    part: int
    offset: int  # bytes
    strides: tuple[int, ...]


def joined(arrays: Arrays, capacity: Sizes) -> tuple[list[NDArray[np.int32]], Layout]:
    """A schedule's arrays, with zeros up to the capacity that the engine never reads, as they are
    sent: all small groups end to end, then each large group by itself."""
    leaves, structure = jax.tree.flatten(arrays)
    layout, sizes, places = _joining(structure, padded_shapes(arrays, capacity))
    parts = [_zeros((size,)) for size in sizes]
    for leaf, (part, offset, strides) in zip(leaves, places, strict=True):
        if leaf.size:
            np.ndarray(leaf.shape, np.int32, parts[part], offset, strides)[...] = leaf
    large = [group for group in layout.groups() if _is_large(*group)]
    shaped = [
        part.reshape(len(members), *shape)
        for part, (shape, members) in zip(parts[1:], large, strict=True)
    ]
    return [parts[0], *shaped], layout


@lru_cache(maxsize=64)
def _joining(
    structure: Any, shapes: tuple[Shape, ...]
) -> tuple[Layout, list[int], tuple[_Place, ...]]:
    """The layout of arrays of these shapes, how long each part is, and where each array lies."""
    layout = Layout(structure, shapes)
    sizes = [0]
    places: dict[int, _Place] = {}
    for shape, members in layout.groups():
        part, begin = 0, sizes[0]
        if _is_large(shape, members):
            part, begin = len(sizes), 0
            sizes.append(0)
        sizes[part] += _numbers(shape, members)
        strides = tuple(4 * math.prod(shape[axis + 1 :]) for axis in range(len(shape)))
        for number, i in enumerate(members):
            places[i] = _Place(part, 4 * (begin + number * math.prod(shape)), strides)
    return layout, sizes, tuple(places[i] for i in range(len(shapes)))


def _numbers(shape: Shape, members: list[int]) -> int:
    return math.prod(shape) * len(members)


def _is_large(shape: Shape, members: list[int]) -> bool:
    return 4 * _numbers(shape, members) >= LARGE_BYTES


def _zeros(shape: Shape) -> NDArray[np.int32]:
    """Zeros at an address that lets a CPU's device use them where they lie.

    Those of a fresh array cost nothing until they are read: neither np.pad, which writes them, nor
    a copy on the way to the device would leave them so.
    """
    size = 4 * math.prod(shape)
    buffer = np.zeros(size + _ALIGNMENT, np.uint8)
    begin = -buffer.ctypes.data % _ALIGNMENT
    return buffer[begin : begin + size].view(np.int32).reshape(shape)


def parted(parts: list[Array], layout: Layout) -> Arrays:
    """The arrays that were joined, as columns of their groups."""
    flat, *large = parts
    columns, begin = dict[int, Column](), 0
    for shape, members in layout.groups():
        if _is_large(shape, members):
            group = large.pop(0)
        else:
            end = begin + _numbers(shape, members)
            group = flat[begin:end].reshape(len(members), *shape)
            begin = end
        columns |= {i: Column(group, number) for number, i in enumerate(members)}
    arrays: Arrays = jax.tree.unflatten(layout.structure, [columns[i] for i in sorted(columns)])
    return arrays
