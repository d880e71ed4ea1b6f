"""How many trials met which fate, and which two fates under two architectures, a bit a trial.

A trial is a bit of a word, so that the trials of two fates together are an `and` and a count of
bits. Comparing trial by trial would take 121 comparisons for each pair of architectures.
"""

from __future__ import annotations

from itertools import combinations

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.contract import LOOKS_HAD, Arrays, Sizes
from mcdefense.engine.rows import Rank, entry, row, whole, with_row
from mcdefense.rules import looks_in

_BITS = 32
"""Trials of a word."""
_FEW_WORDS = 16
"""Words of a chunk on a CPU; added one by one, they make a single loop over pairs of codes."""
_ROOM = 16
"""Codes of an architecture side by side, more than there are, as a core adds 16 words at once.

Measured with six architectures: 8 ns a trial and object for all pairs, 17 ns without that room,
45 ns in words of 16 bits, and 110 ns as a product of matrices."""


def marked(codes: Array, among: Array, number: int) -> Array:
    """Words [A, number, words] with a bit for each trial of `among` [A, W, T] that has the code.

    `codes` [A, W, T] are from 0 to number - 1.
    """
    count, trials = codes.shape[0], among.shape[-2] * among.shape[-1]
    known = jnp.arange(number, dtype=codes.dtype)[None, :, None, None]
    bits = ((codes[:, None] == known) & among[:, None]).reshape(count, number, trials)
    bits = jnp.pad(bits, ((0, 0), (0, 0), (0, -trials % _BITS)))
    lanes = bits.reshape(count, number, _BITS, -1)
    values = (jnp.uint32(1) << jnp.arange(_BITS, dtype=jnp.uint32))[:, None]
    return jnp.sum(jnp.where(lanes, values, jnp.uint32(0)), axis=-2, dtype=jnp.uint32)


def trials_in(words: Array) -> Array:
    """Trials [...] that are marked in words [..., words]."""
    return jnp.sum(lax.population_count(words), axis=-1, dtype=jnp.int32)


def together(words: Array) -> Array:
    """Trials [pairs, number, number] with one code under the first architecture of a pair and the
    other under the second; `words` [A, number, words], pairs (a, b) with a < b."""
    number, pairs = words.shape[1], list(combinations(range(words.shape[0]), 2))
    if not pairs:
        return jnp.zeros((0, number, number), jnp.int32)
    padded = jnp.pad(words, ((0, 0), (0, _ROOM - number), (0, 0)))
    by_word = jnp.moveaxis(padded, -1, 0)
    first, second = (jnp.stack([by_word[:, pair[i]] for pair in pairs], 1) for i in (0, 1))
    # Written out first: else XLA finds each word anew for every pair of codes.
    first, second = lax.optimization_barrier((first[..., :number], second))

    both = first[:, :, :, None] & second[:, :, None]
    counted = lax.population_count(both).astype(jnp.int32)
    if len(by_word) > _FEW_WORDS:
        return jnp.sum(counted, axis=0)[..., :number]
    return sum(counted[1:], counted[0])[..., :number]


def objects_of_pairs(arrays: Arrays, sizes: Sizes) -> tuple[Array, Array]:
    """The object [A, pairs] of each pair of cell and object, and how many pairs [A] there are."""
    allowed, pair = whole(arrays.doctrine.allowed), whole(arrays.doctrine.pair)
    architectures = jnp.arange(pair.shape[0], dtype=jnp.int32)[:, None]
    objects = jnp.where(allowed != 0, whole(arrays.opportunities.object), 0)
    none = jnp.zeros((pair.shape[0], sizes.pairs), jnp.int32)
    used = jnp.max(jnp.where(allowed != 0, pair + 1, 0), axis=1, initial=0)
    return none.at[architectures, pair].max(objects), used


def looks_had(look: Array, objects: Array, used: Array, sizes: Sizes) -> Array:
    """Looks opened at each object [objects, W, T] by any cell, LOOKS_HAD at most.

    `look` [pairs, W, T] are the words of the looks at the end, `objects` [pairs] whose they are,
    and `used` how many pairs there are.
    """

    def add(pair: Array, looks: Array) -> Array:
        place = entry(objects, pair)
        return with_row(looks, place, row(looks, place) + looks_in(row(look, pair)))

    none = jnp.zeros((sizes.objects, *look.shape[1:]), Rank)
    return jnp.minimum(lax.fori_loop(0, used, add, none), Rank(LOOKS_HAD))
