"""How what was drawn for an opportunity is kept: as four bits, of which a 16-bit word holds four.

One Philox call gives four opportunities their words, whatever the number of architectures and
thresholds (rule 9, `kill`).
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from mcdefense.contract import Arrays, Sizes
from mcdefense.engine.rows import Small, limit_of, row, whole

LANES = 4
"""Opportunities that share a word, and bits that each has of it."""


def words_of(sizes: Sizes) -> int:
    """Words of one table of all opportunities."""
    return sizes.opportunities // LANES


def words_in_use(arrays: Arrays) -> Array:
    """Words of one table that hold opportunities."""
    return (whole(arrays.counts)[0] + LANES - 1) // LANES


def under(draw: Array, limits: Array) -> Array:
    """1 where a draw [1, W, T] is within its world's limit [W]."""
    return (draw <= limit_of(limits)).astype(jnp.int32)


def bits_of(rows: Array, table: Array, sizes: Sizes, index: Array) -> Array:
    """The four bits of an opportunity in one of the tables that `rows` holds."""
    word, lane = index // LANES, (index % LANES).astype(Small)
    return (row(rows, table * words_of(sizes) + word) >> (LANES * lane)) & Small(15)
