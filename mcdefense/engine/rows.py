"""State is [rows, worlds, trials], trials minor: an opportunity reads and writes whole rows.

Rules reach every array through the functions of this file, and use no shape of it: so they hold
for a block of trials, and for the one trial of a thread, whose arrays lie in its memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from numpy.typing import NDArray

from mcdefense.engine.memory import Few, InMemory, Leaf, Now, OwnRows


@dataclass(frozen=True)
class Column:
    """One of several arrays of one shape that lie in one (transfer.py)."""

    group: Array  # [columns, ...]
    number: int


Table = Array | NDArray[np.signedinteger[Any]] | Column | InMemory
"""An array of the schedule, or of a state."""

_IN_MEMORY = (Leaf, Few, Now, OwnRows)

Small = jnp.int16
"""Type of every row of state: ranks, counts and packed flags."""


def row(rows: Any, index: Array | int) -> Array:
    """Row `index` of [rows, W, T], as [1, W, T]: with one shape everywhere XLA makes one loop."""
    if isinstance(rows, OwnRows):
        return rows.at(index)
    return lax.dynamic_slice_in_dim(rows, index, 1, 0, allow_negative_indices=False)


def with_row(rows: Any, index: Array | int, value: Array) -> Any:
    """The rows with one replaced; those in a trial's memory are changed where they lie."""
    if isinstance(rows, OwnRows):
        return rows.put(index, value)
    value = value.astype(rows.dtype).reshape(1, *rows.shape[1:])
    return lax.dynamic_update_slice_in_dim(rows, value, index, 0, allow_negative_indices=False)


Space = tuple[int, ...] | OwnRows
"""Where rows are to be: the shape [rows, W, T] of a new array, or rows in a trial's memory."""


def filled(space: Space, value: int) -> Any:
    """Rows that all hold one value."""
    if not isinstance(space, OwnRows):
        return jnp.full(space, value, Small)

    def fill(number: Array, _: None) -> None:
        space.put(number, Small(value))

    lax.fori_loop(0, space.rows, fill, None)
    return space


def whole(values: Table) -> Any:
    """The array itself."""
    if isinstance(values, _IN_MEMORY):
        return values
    return values.group[values.number] if isinstance(values, Column) else jnp.asarray(values)


def _at(values: Table, *index: Array) -> Any:
    """Entry `index` of an array with its trailing axes.

    In one slice: several would copy whole rows of it at every step.
    """
    if isinstance(values, _IN_MEMORY):
        return values.at(*index)
    if isinstance(values, Column):
        array, start = values.group, [jnp.int32(values.number), *index]
    else:
        array, start = jnp.asarray(values), [*index]
    rest = array.shape[len(start) :]
    sizes = (*(1 for _ in start), *rest)
    start += [jnp.int32(0) for _ in rest]
    sliced = lax.dynamic_slice(array, start, sizes, allow_negative_indices=False)
    return sliced.reshape(rest)


def entry(values: Table, index: Array) -> Any:
    """Entry `index` of an array as a scalar (or its trailing axes) of its own type."""
    return _at(values, index)


def small(values: Table, index: Array) -> Any:
    """Entry `index` of an array as a scalar of the state's type."""
    return entry(values, index).astype(Small)


def entry_of(values: Table, architecture: Array, index: Array) -> Any:
    """Entry [architecture, index] of an array, with its trailing axes."""
    return _at(values, architecture, index)


def small_of(values: Table, architecture: Array, index: Array) -> Any:
    """Entry [architecture, index] of an array, of the state's type."""
    return entry_of(values, architecture, index).astype(Small)


def limit_of(limits: Any) -> Any:
    """A limit of each world [W], as it is compared with draws [1, W, T]."""
    return limits.at(0) if isinstance(limits, _IN_MEMORY) else limits[None, :, None]


def entry_by_trial(values: Table, index: Array, number: Array) -> Array:
    """Entry [index, number] of a table [entries, J] for each trial's own `number` [1, W, T].

    In a trial's memory a look-up. Else a choice, in which each bit of the number halves what is
    left: a gather by trial takes many times as long.
    """
    if isinstance(values, _IN_MEMORY):
        value: Array = values.at(index, number.astype(jnp.int32)).astype(Small)
        return value
    left = [jnp.broadcast_to(value, number.shape) for value in small(values, index)]
    bit = 1
    while len(left) > 1:
        is_set = (number & Small(bit)) != 0
        pairs = zip(left[::2], left[1::2], strict=False)
        odd_one = left[-1:] if len(left) % 2 else []
        left = [jnp.where(is_set, high, low) for low, high in pairs] + odd_one
        bit *= 2
    return left[0]
