"""Which impact was the first to take a battery or a sensor (rule 39, `losses`)."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.contract import NEVER, OUT_OF_PLAY
from mcdefense.engine.rows import Small, entry, row, whole, with_row
from mcdefense.engine.state import Setting


def first_losses(setting: Setting, death: Array, valid: Array) -> Array:
    """Trials [A, impacts, W] in which each impact was the first to set its row; `death` [A, N, W,
    T] after fallbacks. Unlike the list, it goes on after the last opportunity."""
    losses, (count, _, worlds, trials) = setting.arrays.losses, death.shape
    impacts = setting.sizes.impacts
    if not setting.features.losses:
        return jnp.zeros((count, impacts, worlds), jnp.int32)

    def strike_one(number: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        lost, first = carry
        place = entry(losses.row, number)
        there = (row(setting.flags, entry(losses.flags, number)) & OUT_OF_PLAY) == 0
        leaks = lax.dynamic_index_in_dim(death, entry(losses.object, number), 1) == NEVER
        may = lax.dynamic_index_in_dim(whole(losses.may_come), number, 1)[..., None, None] != 0
        hit = leaks & may & (there & valid[None])[None]  # [A, 1, W, T]
        before = lax.dynamic_index_in_dim(lost, place, 1)
        new = hit & (before == 0)
        lost = lax.dynamic_update_index_in_dim(lost, before | hit.astype(Small), place, 1)
        return lost, with_row(first, number, jnp.sum(new[:, 0], axis=-1, dtype=jnp.int32))

    begin = (
        jnp.zeros((count, setting.sizes.losses, worlds, trials), Small),
        jnp.zeros((impacts, count, worlds), jnp.int32),
    )
    _, first = lax.fori_loop(0, impacts, strike_one, begin)
    return jnp.moveaxis(first, 0, 1)
