"""Arrays that lie in one trial's memory, for kernels that replay a trial a thread (the room gpu).

The rules read and write rows through rows.py, which asks these types where an array of its own
would be sliced: then the same rule traces into loads and stores. A row is a scalar here, and a
schedule is that of one world.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

Place = Array | int
"""Where in a memory, as the kernel computes it."""


class Leaf:
    """An array of the schedule within one flat table; `base` is where it begins."""

    def __init__(self, table: Any, base: Place, shape: tuple[int, ...]) -> None:
        self.table, self.base, self.shape = table, base, shape

    def at(self, *index: Place) -> Any:
        """The entry with these leading indices: a number, or what is left as a Leaf."""
        place, size = self.base, math.prod(self.shape)
        for number, length in zip(index, self.shape, strict=False):
            size //= length
            if not isinstance(number, int) or number:  # else it adds nothing, which is not written
                place = place + number * size
        rest = self.shape[len(index) :]
        return Leaf(self.table, place, rest) if rest else self.table[place]

    def __getitem__(self, number: int) -> Any:
        return self.at(number % self.shape[0])

    def __iter__(self) -> Iterator[Any]:
        return (self.at(number) for number in range(self.shape[0]))

    def astype(self, kind: Any) -> Few:
        """All of it as numbers of a type; only sensible for a few."""
        return Few([number.astype(kind) for number in self])


class Few:
    """A few numbers in registers, found by a static index."""

    def __init__(self, values: Sequence[Array]) -> None:
        self.values, self.shape = tuple(values), (len(values),)

    def at(self, *index: Place) -> Any:
        """All of them, whatever the index: they are those of the turn at hand."""
        del index
        return self

    def __getitem__(self, number: int) -> Array:
        return self.values[number]

    def __iter__(self) -> Iterator[Array]:
        return iter(self.values)

    def astype(self, kind: Any) -> Few:
        """The same as numbers of a type."""
        return Few([value.astype(kind) for value in self.values])


class Now:
    """A field of the turn at hand, whatever the index by which a rule asks for it."""

    def __init__(self, value: Array) -> None:
        self.value = value

    def at(self, *index: Place) -> Array:
        """Its value."""
        del index
        return self.value


@jax.tree_util.register_pytree_node_class
class OwnRows:
    """So many rows of a trial, from `base` on, in a memory that is changed in place.

    As a pytree it has no leaves, so that loops and branches carry nothing of it.
    """

    dtype = np.dtype(np.int16)

    def __init__(self, memory: Any, base: int, rows: int) -> None:
        self.memory, self.base, self.rows = memory, base, rows

    def tree_flatten(self) -> tuple[tuple[()], OwnRows]:
        """Nothing, and itself."""
        return (), self

    @classmethod
    def tree_unflatten(cls, rows: OwnRows, _: tuple[()]) -> OwnRows:
        """Itself."""
        return rows

    def at(self, *index: Place) -> Array:
        """One row."""
        (number,) = index
        value: Array = self.memory[self.base + number]
        return value

    def put(self, index: Place, value: Array) -> OwnRows:
        """Write one row."""
        self.memory[self.base + index] = jnp.asarray(value).astype(self.dtype)
        return self


InMemory = Leaf | Few | Now | OwnRows
