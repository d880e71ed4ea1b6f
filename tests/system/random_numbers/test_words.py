"""The engine's words: known answers, agreement with Philox by hand, and exact limits."""

from __future__ import annotations

import zlib
from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mcdefense.contract.purposes import Purpose, limit
from mcdefense.engine.draws import Luck, as_draw
from mcdefense.engine.philox import multiply_high, philox4x32
from mcdefense.world.uniforms import uniforms
from tests.system.random_numbers import philox_by_hand

KNOWN_32 = """
00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8
ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd
243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1
"""
"""Every line `philox4x32 10` of Random123's tests/kat_vectors (release 1.14.0): counter, key,
answer; zeros, ones, and the digits of pi."""
KNOWN_64 = """
243f6a8885a308d3 13198a2e03707344 a4093822299f31d0 082efa98ec4e6c89 452821e638d01377 \
be5466cf34e90c6c a528f45403e61d95 38c72dbd566e9788 a5a1610e72fd18b5 57bd43b5e52b7fe6
"""
"""The digits of pi, line `philox4x64 10` of the same file."""

BITS_8, BITS_24, BITS_31, BITS_32 = (
    st.integers(0, 2**bits - 1) | st.sampled_from([0, 2**bits - 1]) for bits in (8, 24, 31, 32)
)
SEEDS = st.integers(0, 2**63 - 1) | st.sampled_from([0, 2**32 - 1, 2**32, 2**63 - 1])


def known(lines: str) -> list[list[int]]:
    return [[int(word, 16) for word in line.split()] for line in lines.strip().splitlines()]


@pytest.mark.parametrize("words", known(KNOWN_32), ids=["zeros", "ones", "pi"])
def test_philox4x32_gives_the_known_answers(words: list[int]) -> None:
    c0, c1, c2, c3, k0, k1 = (jnp.uint32(word) for word in words[:6])
    assert [int(word) for word in philox4x32((c0, c1, c2, c3), (k0, k1))] == words[6:]
    by_hand = philox_by_hand.philox4x32(
        (words[0], words[1], words[2], words[3]), (words[4], words[5])
    )
    assert list(by_hand) == words[6:]


def test_philox4x64_by_hand_gives_the_known_answer() -> None:
    (words,) = known(KNOWN_64)
    by_hand = philox_by_hand.philox4x64(
        (words[0], words[1], words[2], words[3]), (words[4], words[5])
    )
    assert list(by_hand) == words[6:]


@jax.jit
def _drawn(
    key: tuple[jax.Array, jax.Array],
    world: jax.Array,
    trial: jax.Array,
    purpose: jax.Array,
    sub: jax.Array,
    entity: jax.Array,
) -> tuple[jax.Array, jax.Array, tuple[jax.Array, ...]]:
    luck = Luck(key, world, trial)
    four = luck.four(purpose, sub, entity >> 2)
    return luck.word(purpose, sub, entity), luck.draw(purpose, sub, entity), four


@settings(deadline=None)  # the first example compiles
@given(SEEDS, BITS_32, BITS_32, BITS_8, BITS_24, BITS_31)
def test_words_and_draws_are_philox_at_the_counter_of_the_page(
    seed: int, world: int, trial: int, purpose: int, sub: int, entity: int
) -> None:
    key = (jnp.uint32(seed % 2**32), jnp.uint32(seed // 2**32))
    word, draw, four = _drawn(
        key,
        jnp.full((1, 1), world, jnp.uint32),
        jnp.full((1, 1), trial, jnp.uint32),
        jnp.int32(purpose),
        jnp.int32(sub),
        jnp.int32(entity),
    )
    begin = entity - entity % 4
    by_hand = [
        philox_by_hand.word(seed, world, trial, purpose, sub, begin + lane) for lane in range(4)
    ]
    assert [int(lane[0, 0]) for lane in four] == by_hand
    assert int(word[0, 0]) == by_hand[entity % 4]
    assert int(draw[0, 0]) == by_hand[entity % 4] // 2


def test_every_world_and_trial_of_a_block_has_its_own_counter() -> None:
    """Words [W, T] of a block equal those of each world and trial alone."""
    worlds, trials = np.array([3, 2**31], np.uint32), np.array([0, 5, 2**32 - 1], np.uint32)
    luck = Luck(
        (jnp.uint32(7), jnp.uint32(9)), jnp.asarray(worlds)[:, None], jnp.asarray(trials)[None, :]
    )
    words = np.asarray(luck.word(Purpose.TRACK, 5, jnp.int32(10)))
    seed = 7 + 9 * 2**32
    by_hand = [
        [philox_by_hand.word(seed, int(w), int(t), Purpose.TRACK, 5, 10) for t in trials]
        for w in worlds
    ]
    assert words.tolist() == by_hand


@pytest.mark.parametrize(
    ("probability", "least_failing"),
    [
        (0.0, 0),
        (np.nextafter(2.0**-31, 0), 0),
        (2.0**-31, 1),
        (np.nextafter(2.0**-30, 0), 1),
        (0.5, 2**30),
        (1 - 2.0**-31, 2**31 - 1),
        (np.nextafter(1.0, 0), 2**31 - 1),
        (1.0, 2**31),
    ],
)
def test_a_limit_is_exact_to_one_draw(probability: float, least_failing: int) -> None:
    """Draws 0 .. least_failing - 1 succeed and no other, at both edges of the 31 bits too."""
    draws = {0, 1, 2**30 - 1, 2**30, 2**31 - 2, 2**31 - 1, least_failing - 1, least_failing}
    words = np.array(
        sorted(2 * draw + odd for draw in draws if 0 <= draw < 2**31 for odd in (0, 1)), np.uint32
    )
    highest = limit(probability)
    assert highest.dtype == np.int32
    succeeds = np.asarray(as_draw(jnp.asarray(words)) <= jnp.asarray(highest))
    assert succeeds.tolist() == [int(word) // 2 < least_failing for word in words]


@given(st.floats(0, 1))
@example(0.1)
def test_a_limit_rounds_its_probability_down_to_31_bits(probability: float) -> None:
    """The number of draws that succeed is the whole part of p 2**31, in exact fractions."""
    assert int(limit(probability)) + 1 == int(Fraction(probability) * 2**31)


@pytest.mark.parametrize("value", [-1e-300, 1 + 2.0**-31, np.nan, np.inf])
def test_a_limit_refuses_what_is_no_probability(value: float) -> None:
    with pytest.raises(ValueError, match="a probability outside"):
        limit(value)


@settings(deadline=None)
@given(BITS_32, st.integers(1, 2**16 - 1))
def test_multiply_high_is_exact(word: int, n: int) -> None:
    assert int(multiply_high(jnp.uint32(word), jnp.uint32(n))) == word * n // 2**32


@given(
    SEEDS, BITS_31, st.text("abcdefghijklmnopqrstuvwxyz0123456789_.", min_size=1), st.integers(1, 9)
)
def test_what_a_world_draws_is_philox4x64_at_the_counter_of_the_page(
    seed: int, world: int, topic: str, count: int
) -> None:
    by_hand = philox_by_hand.uniforms(seed, zlib.crc32(topic.encode("ascii")), world, count)
    assert uniforms(seed, world, topic, count).tolist() == by_hand
