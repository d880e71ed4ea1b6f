"""How many trials met which outcome, and how many of those are killed under another architecture.

A trial is a bit of a word, so that the trials of two outcomes together are an `and` and a count of
bits. Comparing trial by trial would take a pass over them for each cause and pair.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.contract import (
    CAUSE_LOST,
    CAUSE_NETWORK,
    LOOKS_HAD,
    OUTCOMES,
    Arrays,
    Features,
    Sizes,
)
from mcdefense.engine.rows import Small, entry, row, whole, with_row
from mcdefense.rules import looks_in

_BITS = 16
"""Trials of a word: codes have as many bits, so that no comparison is widened."""


def outcomes_in_use(features: Features) -> tuple[int, ...]:
    """The OUTCOMES that a live threat can have, `killed` last."""
    unused = set() if features.onsets else {CAUSE_NETWORK}
    if not features.losses:
        unused.add(CAUSE_LOST)
    return tuple(code for code in range(len(OUTCOMES)) if code not in unused)


def with_all_outcomes(sums: Array, used: tuple[int, ...]) -> Array:
    """Sums [..., outcomes, W] of the outcomes `used` along all OUTCOMES."""
    if len(used) == len(OUTCOMES):
        return sums
    every = jnp.zeros((*sums.shape[:-2], len(OUTCOMES), sums.shape[-1]), sums.dtype)
    return every.at[..., jnp.array(used), :].set(sums)


def marked(codes: Array, among: Array, known: tuple[int, ...]) -> Array:
    """Words [A, known, W, words] with a bit for each trial of `among` [A, W, T] with the code.

    `codes` [A, W, T] are all known.
    """
    every = jnp.array(known, codes.dtype)[None, :, None, None]
    bits = (codes[:, None] == every) & among[:, None]
    bits = jnp.pad(bits, (*((0, 0),) * 3, (0, -among.shape[-1] % _BITS)))
    lanes = bits.reshape(*bits.shape[:-1], _BITS, -1)
    values = (jnp.uint16(1) << jnp.arange(_BITS, dtype=jnp.uint16))[:, None]
    return jnp.sum(jnp.where(lanes, values, jnp.uint16(0)), axis=-2, dtype=jnp.uint16)


def trials_in(words: Array) -> Array:
    """Trials [...] that are marked in words [..., words]."""
    return jnp.sum(lax.population_count(words), axis=-1, dtype=jnp.int32)


def killed_by_other(words: Array) -> Array:
    """Trials [A, A, outcomes, W] in which the object leaks under the first architecture, by cause,
    and is killed under the other; `words` [A, outcomes, W, words], of which `killed` is last."""
    killed, last = words[:, -1], words.shape[1] - 1
    trials = trials_in(words[:, None] & killed[None, :, None])
    return jnp.where(jnp.arange(words.shape[1])[:, None] == last, 0, trials)


def objects_of_pairs(arrays: Arrays, features: Features, sizes: Sizes) -> tuple[Array, Array]:
    """The object [A, pairs] of each pair of cell and object, and how many pairs [A] there are."""
    allowed, pair = whole(arrays.doctrine.allowed), whole(arrays.doctrine.pair)
    architectures = jnp.array(features.owners, jnp.int32)
    objects = jnp.where(allowed != 0, whole(arrays.opportunities.object), 0)
    none = jnp.zeros((features.architectures, sizes.pairs), jnp.int32)
    used = jnp.max(jnp.where(allowed != 0, pair + 1, 0), axis=1, initial=0)
    used = jnp.zeros(features.architectures, jnp.int32).at[architectures].max(used)
    return none.at[architectures[:, None], pair].max(objects), used


def looks_had(look: Array, objects: Array, used: Array, sizes: Sizes) -> Array:
    """Looks opened at each object [objects, W, T] by any cell, LOOKS_HAD at most.

    `look` [pairs, W, T] are the words of the looks at the end, `objects` [pairs] whose they are,
    and `used` how many pairs there are.
    """

    def add(pair: Array, looks: Array) -> Array:
        place = entry(objects, pair)
        return with_row(looks, place, row(looks, place) + looks_in(row(look, pair)))

    none = jnp.zeros((sizes.objects, *look.shape[1:]), Small)
    return jnp.minimum(lax.fori_loop(0, used, add, none), Small(LOOKS_HAD))
