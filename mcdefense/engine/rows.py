"""State is [rows, worlds, trials], trials minor: an opportunity reads and writes whole rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from numpy.typing import NDArray


@dataclass(frozen=True)
class Column:
    """One of several arrays of one shape that lie in one (transfer.py)."""

    group: Array  # [columns, ...]
    number: int


Table = Array | NDArray[np.signedinteger[Any]] | Column
"""An array of the schedule, or of a state."""

Rank = jnp.int16
"""Type of every row of state: ranks, counts and packed flags."""


def row(rows: Array, index: Array) -> Array:
    """Row `index` of [rows, W, T], as [1, W, T]: with one shape everywhere XLA makes one loop."""
    return lax.dynamic_slice_in_dim(rows, index, 1, 0, allow_negative_indices=False)


def with_row(rows: Array, index: Array, value: Array) -> Array:
    """The rows with one replaced."""
    value = value.astype(rows.dtype).reshape(1, *rows.shape[1:])
    return lax.dynamic_update_slice_in_dim(rows, value, index, 0, allow_negative_indices=False)


def whole(values: Table) -> Array:
    """The array itself."""
    return values.group[values.number] if isinstance(values, Column) else jnp.asarray(values)


def _at(values: Table, *index: Array) -> Array:
    """Entry `index` of an array with its trailing axes.

    In one slice: several would copy whole rows of it at every step.
    """
    if isinstance(values, Column):
        array, start = values.group, [jnp.int32(values.number), *index]
    else:
        array, start = jnp.asarray(values), [*index]
    rest = array.shape[len(start) :]
    sizes = (*(1 for _ in start), *rest)
    start += [jnp.int32(0) for _ in rest]
    sliced = lax.dynamic_slice(array, start, sizes, allow_negative_indices=False)
    return sliced.reshape(rest)


def entry(values: Table, index: Array) -> Array:
    """Entry `index` of an array as a scalar (or its trailing axes) of its own type."""
    return _at(values, index)


def rank(values: Table, index: Array) -> Array:
    """Entry `index` of an array as a scalar of the state's type."""
    return entry(values, index).astype(Rank)


def entry_of(values: Table, architecture: Array, index: Array) -> Array:
    """Entry [architecture, index] of an array, with its trailing axes."""
    return _at(values, architecture, index)


def rank_of(values: Table, architecture: Array, index: Array) -> Array:
    """Entry [architecture, index] of an array, of the state's type."""
    return entry_of(values, architecture, index).astype(Rank)
