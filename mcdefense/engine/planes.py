"""The draws made per opportunity, judged at once and kept as bits: four opportunities a word.

One Philox call gives four opportunities their words, whatever the number of architectures and
thresholds (rule 9); what is kept of a word is four bits.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.engine.draws import Luck
from mcdefense.engine.look import DEAD_CALLED_ALIVE
from mcdefense.engine.rows import Rank, entry, entry_of, row, with_row
from mcdefense.engine.state import Setting
from mcdefense.engine.step import Chance
from mcdefense.schedule.purposes import Purpose
from mcdefense.schedule.schedule import DOUBLE, UNAVAILABLE, Arrays, Features, Sizes

_FOUR = 4
"""Opportunities of a word, and bits of each."""


class Planes(NamedTuple):
    """Outcomes of the draws of all opportunities; B words, B = opportunities / 4.

    Bits of `spare` count the rounds, at most 15, fewer than S + 1 that would kill.
    """

    spare: Array  # [V * B, W, T]
    errors: Array | None  # [E * B, W, T] where looks may err
    coins: Array | None  # [A * B, W, T] where engagement coins set flags


def draw_planes(arrays: Arrays, features: Features, sizes: Sizes, luck: Luck) -> Planes:
    """The draws of every opportunity in use."""
    shape = (luck.world.size, luck.trial.size)
    words = sizes.opportunities // _FOUR

    def none(tables: int) -> Array:
        return jnp.zeros((tables * words, *shape), Rank)

    planes = Planes(
        spare=none(features.kill_variants),
        errors=none(features.error_variants) if features.error_variants else None,
        coins=none(features.architectures) if features.coins else None,
    )
    used = (arrays.counts[0] + _FOUR - 1) // _FOUR
    return lax.fori_loop(0, used, partial(_with_word, arrays, features, luck, words), planes)


def _under(draw: Array, limits: Array) -> Array:
    """1 where a draw [1, W, T] is within its world's limit [W]."""
    return (draw <= limits[:, None]).astype(jnp.int32)


def _with_word(
    arrays: Arrays, features: Features, luck: Luck, words: int, word: Array, planes: Planes
) -> Planes:
    """Planes with the draws of four more opportunities, one Philox call a purpose."""
    chances = arrays.chances
    kill = luck.draws(Purpose.KILL, 0, word)

    def with_spare(variant: Array, spare: Array) -> Array:
        plane = jnp.zeros_like(kill[0])
        for lane in range(_FOUR):
            limits = entry_of(chances.kill, variant, word * _FOUR + lane)
            for n in range(features.rounds):
                plane = plane + (_under(kill[lane], limits[n]) << (_FOUR * lane))
        return with_row(spare, variant * words + word, plane)

    spare = lax.fori_loop(0, features.kill_variants, with_spare, planes.spare)
    errors, coins = planes.errors, planes.coins
    if errors is not None:
        dead = luck.draws(Purpose.DEAD_CALLED_ALIVE, 0, word)
        live = luck.draws(Purpose.LIVE_CALLED_DEAD, 0, word)

        def with_errors(variant: Array, errors: Array) -> Array:
            plane = jnp.zeros_like(dead[0])
            for lane in range(_FOUR):
                limits = entry_of(chances.error, variant, word * _FOUR + lane)
                erred = _under(dead[lane], limits[0]) | (_under(live[lane], limits[1]) << 1)
                plane = plane | (erred << (_FOUR * lane))
            return with_row(errors, variant * words + word, plane)

        errors = lax.fori_loop(0, features.error_variants, with_errors, errors)
    if coins is not None:

        def with_coin(coin: Array, coins: Array) -> Array:
            tosses = luck.draws(Purpose.COIN, entry(chances.coin_sub, coin), word)
            bits = entry(chances.coin_bits, coin)

            def with_architecture(architecture: Array, coins: Array) -> Array:
                plane = row(coins, architecture * words + word).astype(jnp.int32)
                for lane in range(_FOUR):
                    limits = entry_of(entry(chances.coin, coin), architecture, word * _FOUR + lane)
                    fails = 1 - _under(tosses[lane], limits)
                    plane = plane | ((fails * bits) << (_FOUR * lane))
                return with_row(coins, architecture * words + word, plane)

            return lax.fori_loop(0, features.architectures, with_architecture, coins)

        coins = lax.fori_loop(0, features.coins, with_coin, coins)
    return Planes(spare, errors, coins)


def chance_of(planes: Planes, setting: Setting, architecture: Array, index: Array) -> Chance:
    """The draws of an opportunity under one architecture."""
    words = setting.sizes.opportunities // _FOUR
    word, lane = index // _FOUR, (index % _FOUR).astype(Rank)

    def field(plane: Array, table: Array) -> Array:
        return (row(plane, table * words + word) >> (_FOUR * lane)) & Rank(15)

    chances = setting.arrays.chances
    errors = coin_flags = None
    if planes.errors is not None:
        errors = field(planes.errors, entry(chances.error_variant, architecture))
        errors = errors * Rank(DEAD_CALLED_ALIVE)
    if planes.coins is not None:
        failed = field(planes.coins, architecture)
        coin_flags = (failed & 1) * Rank(UNAVAILABLE) | (failed >> 1) * Rank(DOUBLE)
    spare = field(planes.spare, entry(chances.kill_variant, architecture))
    return Chance(spare, errors, coin_flags)
