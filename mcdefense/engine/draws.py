"""Which counter gives which draw: keyed by seed, world, trial, purpose and entity, and by
nothing else, so that every architecture meets the same luck (rule 8, `same_luck`).

Counter word 0 is `entity // 4`, word 1 `purpose + 256 * sub`, word 2 the world, word 3 the trial;
entity `e` takes word `e % 4` of the answer. A draw is compared as a 31-bit word, since
floor(p * 2**32) of p = 1 would overflow.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from mcdefense.contract import Purpose
from mcdefense.engine.philox import philox4x32


class Luck(NamedTuple):
    """What identifies the trials of a block: key halves [], world [1, W, 1], trial
    [1, 1, T]."""

    key: tuple[Array, Array]
    world: Array
    trial: Array

    def inside_loop(self, zero: Array) -> Luck:
        """The same trials, for use inside a loop of one turn, whose number `zero` is 0.

        Else XLA makes the 20 words of the rounds' keys before every loop, and carries them in.
        """
        none = zero.astype(jnp.uint32)
        return self._replace(key=(self.key[0] + none, self.key[1] + none))

    def four(
        self, purpose: Purpose | Array, sub: Array | int, block: Array
    ) -> tuple[Array, Array, Array, Array]:
        """The four words [1, W, T] of entities 4*block .. 4*block + 3."""
        label = jnp.asarray(purpose, jnp.uint32) + (jnp.asarray(sub, jnp.uint32) << 8)
        return philox4x32((jnp.asarray(block, jnp.uint32), label, self.world, self.trial), self.key)

    def draws(
        self, purpose: Purpose | Array, sub: Array | int, block: Array
    ) -> tuple[Array, Array, Array, Array]:
        """The four 31-bit draws [1, W, T] of entities 4*block .. 4*block + 3, int32."""
        w0, w1, w2, w3 = self.four(purpose, sub, block)
        return as_draw(w0), as_draw(w1), as_draw(w2), as_draw(w3)

    def word(self, purpose: Purpose | Array, sub: Array | int, entity: Array) -> Array:
        """The word [1, W, T] of one entity."""
        return chosen(self.four(purpose, sub, entity >> 2), entity & 3)

    def draw(self, purpose: Purpose | Array, sub: Array | int, entity: Array) -> Array:
        """The 31-bit draw [1, W, T] of one entity, int32."""
        return as_draw(self.word(purpose, sub, entity))


def chosen(four: tuple[Array, Array, Array, Array], lane: Array) -> Array:
    """One of four by its number."""
    low, high = jnp.where(lane == 0, four[0], four[1]), jnp.where(lane == 2, four[2], four[3])
    return jnp.where(lane < 2, low, high)


def as_draw(word: Array) -> Array:
    """A word as 31-bit draw, int32."""
    return (word >> 1).astype(jnp.int32)
