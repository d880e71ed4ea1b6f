"""What is counted by account: rounds and looks as they were fired and opened, and who killed."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.contract import ACCOUNT_SUMS
from mcdefense.engine.counters import unpack
from mcdefense.engine.rows import Small, entry, whole, with_row
from mcdefense.engine.state import Final, Setting


def account_sums(setting: Setting, fates: Final, death: Array, masks: Array) -> Array:
    """Sums over the block by account [A, accounts, masks, ACCOUNT_SUMS, W]."""
    kills = _kills(setting, death)
    architectures, accounts = kills.shape[:2]

    def add(account: Array, sums: Array) -> Array:
        def take(rows: Array) -> Array:
            return lax.dynamic_index_in_dim(rows, account, 1)  # [A, 1, W, T]

        words = [take(word) for word in fates.counters]
        columns = (*unpack(setting.features, words), take(kills))
        summed = [jnp.sum(column * masks, axis=-1, dtype=jnp.int32) for column in columns]
        return with_row(sums, account, jnp.stack(summed, axis=-2))

    shape = (accounts, architectures, masks.shape[1], len(ACCOUNT_SUMS), masks.shape[2])
    zeros = jnp.zeros(shape, jnp.int32)
    return jnp.moveaxis(lax.fori_loop(0, accounts, add, zeros), 0, 1)


def _kills(setting: Setting, death: Array) -> Array:
    """Kills [A, accounts, W, T]: intercepts of each account that were an object's death.

    Only the final death says which of several killing intercepts came first.
    """
    opportunities = setting.arrays.opportunities

    def add(index: Array, kills: Array) -> Array:
        own = entry(opportunities.death_rank, index).astype(Small)
        object_ = entry(opportunities.object, index)
        killed = lax.dynamic_index_in_dim(death, object_, 1) == own  # [A, 1, W, T]
        account = entry(opportunities.account, index)
        before = lax.dynamic_index_in_dim(kills, account, 1)
        return lax.dynamic_update_index_in_dim(kills, before + killed.astype(Small), account, 1)

    shape = (death.shape[0], setting.sizes.accounts, *death.shape[2:])
    return lax.fori_loop(0, whole(setting.arrays.counts)[0], add, jnp.zeros(shape, Small))
