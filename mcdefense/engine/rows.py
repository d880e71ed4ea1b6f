"""State is [rows, worlds, trials], trials minor: an opportunity reads and writes whole rows."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from numpy.typing import NDArray

Table = Array | NDArray[np.signedinteger[Any]]
"""An array of the schedule, traced when the engine reads it."""

Rank = jnp.int16
"""Type of every row of state: ranks, counts and packed flags."""


def row(rows: Array, index: Array) -> Array:
    """Row `index` of [rows, W, T], as [1, W, T]: with one shape everywhere XLA makes one loop."""
    return lax.dynamic_slice_in_dim(rows, index, 1, 0, allow_negative_indices=False)


def with_row(rows: Array, index: Array, value: Array) -> Array:
    """The rows with one replaced."""
    value = value.astype(rows.dtype).reshape(1, *rows.shape[1:])
    return lax.dynamic_update_slice_in_dim(rows, value, index, 0, allow_negative_indices=False)


def entry(values: Table, index: Array) -> Array:
    """Entry `index` of a host array as a scalar (or its trailing axes) of its own type."""
    return lax.dynamic_index_in_dim(
        jnp.asarray(values), index, 0, keepdims=False, allow_negative_indices=False
    )


def rank(values: Table, index: Array) -> Array:
    """Entry `index` of a host array as a scalar of the state's type."""
    return entry(values, index).astype(Rank)


def entry_of(values: Table, architecture: Array, index: Array) -> Array:
    """Entry [architecture, index] of a host array, with its trailing axes.

    In one slice: two would copy an architecture's whole row at every step.
    """
    array = jnp.asarray(values)
    rest = array.shape[2:]
    start = [architecture, index, *(jnp.int32(0) for _ in rest)]
    sliced = lax.dynamic_slice(array, start, (1, 1, *rest), allow_negative_indices=False)
    return sliced.reshape(rest)


def rank_of(values: Table, architecture: Array, index: Array) -> Array:
    """Entry [architecture, index] of a host array, of the state's type."""
    return entry_of(values, architecture, index).astype(Rank)
