"""The draws that rounds fired need, each compared with its limits once and kept as four bits."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.contract import Arrays, Features, Purpose, Sizes
from mcdefense.engine.draws import Luck
from mcdefense.engine.rows import Small, entry, entry_of, with_row
from mcdefense.engine.skip import run_if
from mcdefense.engine.state import Setting
from mcdefense.engine.words import LANES, bits_of, under, words_in_use, words_of
from mcdefense.rules import DEAD_CALLED_ALIVE, Chance


class Planes(NamedTuple):
    """What the draws of opportunities say; B words of four opportunities each.

    The four bits of `spare` say how many rounds fewer than S + 1, at most 15, would kill.
    """

    drawn: Array  # [B] 1: the word is drawn
    spare: Array  # [V * B, W, T]
    errors: Array | None  # [E * B, W, T] where looks may err


def no_planes(features: Features, sizes: Sizes, luck: Luck) -> Planes:
    """The planes before anything is drawn."""
    words = words_of(sizes)

    def none(tables: int) -> Array:
        return jnp.zeros((tables * words, luck.world.size, luck.trial.size), Small)

    return Planes(
        drawn=jnp.zeros(words, Small),
        spare=none(features.kill_variants),
        errors=none(features.error_variants) if features.error_variants else None,
    )


def draw_planes(arrays: Arrays, features: Features, sizes: Sizes, luck: Luck) -> Planes:
    """The planes with the draws of every opportunity in use."""
    draw = partial(_with_word, arrays, features, luck)
    return lax.fori_loop(0, words_in_use(arrays), draw, no_planes(features, sizes, luck))


def with_opportunity(planes: Planes, setting: Setting, luck: Luck, index: Array) -> Planes:
    """The planes with the draws of an opportunity, if they were not drawn before."""
    word = index // LANES

    def drawn(zero: Array, planes: Planes) -> Planes:
        return _with_word(
            setting.arrays, setting.features, luck.inside_loop(zero), word + zero, planes
        )

    return run_if(entry(planes.drawn, word) == 0, drawn, planes, skips=True)


def _with_word(
    arrays: Arrays, features: Features, luck: Luck, word: Array, planes: Planes
) -> Planes:
    """The planes with the draws of four more opportunities, by one Philox call a purpose."""
    chances, words = arrays.chances, planes.drawn.size
    kill = luck.draws(Purpose.KILL, 0, word)

    def with_spare(variant: Array, spare: Array) -> Array:
        plane = jnp.zeros_like(kill[0])
        for lane in range(LANES):
            limits = entry_of(chances.kill, variant, word * LANES + lane)
            for n in range(features.rounds):
                plane = plane + (under(kill[lane], limits[n]) << (LANES * lane))
        return with_row(spare, variant * words + word, plane)

    spare = lax.fori_loop(0, features.kill_variants, with_spare, planes.spare)
    errors = planes.errors
    if errors is not None:
        dead = luck.draws(Purpose.DEAD_CALLED_ALIVE, 0, word)
        live = luck.draws(Purpose.LIVE_CALLED_DEAD, 0, word)

        def with_errors(variant: Array, errors: Array) -> Array:
            plane = jnp.zeros_like(dead[0])
            for lane in range(LANES):
                limits = entry_of(chances.error, variant, word * LANES + lane)
                erred = under(dead[lane], limits[0]) | (under(live[lane], limits[1]) << 1)
                plane = plane | (erred << (LANES * lane))
            return with_row(errors, variant * words + word, plane)

        errors = lax.fori_loop(0, features.error_variants, with_errors, errors)
    return Planes(planes.drawn.at[word].set(1), spare, errors)


def chance_of(planes: Planes, setting: Setting, architecture: Array, index: Array) -> Chance:
    """The draws of an opportunity under one architecture."""
    chances, sizes = setting.arrays.chances, setting.sizes
    errors = None
    if planes.errors is not None:
        variant = entry(chances.error_variant, architecture)
        errors = bits_of(planes.errors, variant, sizes, index) * Small(DEAD_CALLED_ALIVE)
    variant = entry(chances.kill_variant, architecture)
    return Chance(bits_of(planes.spare, variant, sizes, index), errors)
