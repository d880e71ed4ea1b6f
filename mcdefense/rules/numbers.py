"""The integers of the rules: Python integers, NumPy scalars, or rows of the engine, all alike.

A rule uses operators and the three functions `where`, `minimum` and `maximum` of jax.numpy, and no
shape. So one text serves a unit test with plain integers, XLA with rows [1, W, T] of many trials,
and a kernel in which each thread has the scalars of its own trial.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import jax.numpy as jnp
import numpy as np

Number: TypeAlias = Any
"""A whole number, or a row of them, a trial each."""
Truth: TypeAlias = Any
"""True or false, or a row of them."""

Small = np.int16
"""The type of a literal in a rule: every number of a trial's state is a 16-bit integer.

Of NumPy, since a tracer keeps a scalar of jax.numpy as a captured constant."""


def as_small(value: Number) -> Number:
    """The value as a 16-bit integer; 1 for true."""
    return jnp.int16(value)


def as_wide(value: Number) -> Number:
    """The value as a 32-bit integer, in which rounds of many batteries are added up."""
    return jnp.int32(value)


def bit(true: Truth, flag: int) -> Number:
    """The flag where it is true, else 0."""
    return jnp.where(true, Small(flag), Small(0))


def has(flags: Number, flag: int) -> Truth:
    """Whether one of these flags is set."""
    return (flags & Small(flag)) != 0


def lacks(flags: Number, flag: int) -> Truth:
    """Whether none of these flags is set."""
    return (flags & Small(flag)) == 0
