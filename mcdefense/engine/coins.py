"""`coins` (rule 6) that are tossed for each opportunity by itself; only traced where used."""

from __future__ import annotations

from functools import partial

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.contract import DOUBLE, UNAVAILABLE, Arrays, Features, Purpose, Sizes
from mcdefense.engine.draws import Luck
from mcdefense.engine.rows import Small, Space, entry, entry_of, filled, row, with_row
from mcdefense.engine.words import LANES, bits_of, under, words_in_use, words_of


def coin_rows(features: Features, sizes: Sizes) -> int:
    """Rows that hold all coins: of each orders, its words."""
    return features.orders * words_of(sizes) if features.coins else 0


def draw_coins(arrays: Arrays, features: Features, sizes: Sizes, space: Space, luck: Luck) -> Array:
    """Coins of every opportunity in use that failed, in a space of `coin_rows`."""
    draw = partial(_with_word, arrays, features, luck, words_of(sizes))
    return lax.fori_loop(0, words_in_use(arrays), draw, filled(space, 0))


def _with_word(
    arrays: Arrays, features: Features, luck: Luck, words: int, word: Array, coins: Array
) -> Array:
    """The coins with all those of four more opportunities."""
    chances = arrays.chances

    def with_coin(coin: Array, coins: Array) -> Array:
        tosses = luck.draws(Purpose.COIN, entry(chances.coin_sub, coin), word)
        bits = entry(chances.coin_bits, coin)

        def with_orders(orders: Array, coins: Array) -> Array:
            plane = row(coins, orders * words + word).astype(jnp.int32)
            for lane in range(LANES):
                limits = entry_of(entry(chances.coin, coin), orders, word * LANES + lane)
                fails = 1 - under(tosses[lane], limits)
                plane = plane | ((fails * bits) << (LANES * lane))
            return with_row(coins, orders * words + word, plane)

        return lax.fori_loop(0, features.orders, with_orders, coins)

    return lax.fori_loop(0, features.coins, with_coin, coins)


def coin_flags(coins: Array, sizes: Sizes, architecture: Array, index: Array) -> Array:
    """Flags of an opportunity's coins under one architecture."""
    failed = bits_of(coins, architecture, sizes, index)
    return (failed & 1) * Small(UNAVAILABLE) | (failed >> 1) * Small(DOUBLE)
