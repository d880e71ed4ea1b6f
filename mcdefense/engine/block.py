"""A block of trials: prologue, the fixed list, epilogue, in one compiled program per shape."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from mcdefense.engine.draws import Luck, as_draw
from mcdefense.engine.epilogue import Outcome, count_outcome, network_masks
from mcdefense.engine.plan import make_plan
from mcdefense.engine.prologue import toss_flags, track_gates
from mcdefense.engine.rows import Rank, Table, entry, entry_of, row, with_row
from mcdefense.engine.step import Chance, Setting, State, carry_out, channels_after, judge
from mcdefense.schedule.purposes import Purpose
from mcdefense.schedule.schedule import DOUBLE, NEVER, UNAVAILABLE, Arrays, Features, Sizes


class Planes(NamedTuple):
    """Outcomes of the draws of one chunk of opportunities, packed in one word a trial."""

    spare: Array  # [V, W, T]
    errors: Array | None  # [A, W, T] where looks may err
    coins: Array | None  # [A, W, T] where engagement coins set flags


def _chunk_length(features: Features) -> int:
    """Opportunities a plane word holds: two bits each for up to 3 rounds, else four."""
    return 16 if features.rounds <= 3 else 8


def _under(draw: Array, limits: Array) -> Array:
    """1 where a draw [W, T] is within its world's limit [W]."""
    return (draw <= limits[:, None]).astype(jnp.uint32)


def _draw_planes(arrays: Arrays, features: Features, luck: Luck, chunk: Array) -> Planes:
    """The draws of the chunk's opportunities, each word compared and packed at once.

    One word serves all its thresholds (rule 9), and no draw is ever written to memory.
    """
    length = _chunk_length(features)
    zero = jnp.zeros((luck.world.shape[0], luck.trial.shape[1]), jnp.uint32)
    zeros = jnp.broadcast_to(zero, (features.architectures, *zero.shape))
    planes = Planes(
        spare=jnp.broadcast_to(zero, (features.kill_variants, *zero.shape)),
        errors=zeros if features.errors else None,
        coins=zeros if features.coins else None,
    )
    # A loop, not unrolled: four Philox calls in one fusion take LLVM several seconds.
    return lax.fori_loop(
        0,
        length // 4,
        lambda quarter, planes: _with_four(arrays, features, luck, chunk, quarter, planes),
        planes,
    )


def _with_four(
    arrays: Arrays, features: Features, luck: Luck, chunk: Array, quarter: Array, planes: Planes
) -> Planes:
    """Planes with the draws of four more opportunities, one Philox call a purpose."""
    length = _chunk_length(features)
    bits = 32 // length
    chances = arrays.chances
    block = chunk * (length // 4) + quarter
    words = luck.four(Purpose.KILL, 0, block)
    draws = [as_draw(word) for word in words]
    places = [(quarter * 4 + lane).astype(jnp.uint32) for lane in range(4)]

    def with_spare(variant: Array, spare: Array) -> Array:
        plane = row(spare, variant)
        for lane in range(4):
            limits = entry_of(chances.kill, variant, block * 4 + lane)
            for n in range(features.rounds):
                plane = plane + (_under(draws[lane], limits[n]) << (bits * places[lane]))
        return with_row(spare, variant, plane)

    spare = lax.fori_loop(0, features.kill_variants, with_spare, planes.spare)
    errors, coins = planes.errors, planes.coins
    if errors is not None:
        dead = [as_draw(w) for w in luck.four(Purpose.DEAD_CALLED_ALIVE, 0, block)]
        live = [as_draw(w) for w in luck.four(Purpose.LIVE_CALLED_DEAD, 0, block)]

        def with_errors(architecture: Array, errors: Array) -> Array:
            plane = row(errors, architecture)
            for lane in range(4):
                limits = entry_of(chances.error, architecture, block * 4 + lane)
                erred = _under(dead[lane], limits[0]) | (_under(live[lane], limits[1]) << 1)
                plane = plane | (erred << (2 * places[lane]))
            return with_row(errors, architecture, plane)

        errors = lax.fori_loop(0, features.architectures, with_errors, errors)
    if coins is not None:
        coins = lax.fori_loop(
            0,
            features.coins,
            lambda coin, coins: _with_coin(arrays, luck, block, places, coin, coins),
            coins,
        )
    return Planes(spare, errors, coins)


def _with_coin(
    arrays: Arrays, luck: Luck, block: Array, places: list[Array], coin: Array, coins: Array
) -> Array:
    """Planes of engagement coins with the failures of one more coin."""
    chances = arrays.chances
    tosses = [
        as_draw(word) for word in luck.four(Purpose.COIN, entry(chances.coin_sub, coin), block)
    ]
    bit = entry(chances.coin_bits, coin).astype(jnp.uint32)

    def with_architecture(architecture: Array, coins: Array) -> Array:
        plane = row(coins, architecture)
        for lane in range(4):
            limits = entry_of(entry(chances.coin, coin), architecture, block * 4 + lane)
            fails = 1 - _under(tosses[lane], limits)
            plane = plane | ((fails * bit) << (2 * places[lane]))
        return with_row(coins, architecture, plane)

    return lax.fori_loop(0, coins.shape[0], with_architecture, coins)


def _chance(planes: Planes, setting: Setting, architecture: Array, step: Array) -> Chance:
    """The draws of the chunk's opportunity number `step` under one architecture."""
    bits = 32 // _chunk_length(setting.features)
    place = step.astype(jnp.uint32)

    def field(plane: Array, width: int) -> Array:
        return ((plane >> (place * width)) & ((1 << width) - 1)).astype(Rank)

    variant = entry(setting.arrays.chances.kill_variant, architecture)
    errors = coin_flags = None
    if planes.errors is not None:
        errors = field(row(planes.errors, architecture), 2)
    if planes.coins is not None:
        failed = field(row(planes.coins, architecture), 2)
        coin_flags = (failed & 1) * UNAVAILABLE | (failed >> 1) * DOUBLE
    return Chance(field(row(planes.spare, variant), bits), errors, coin_flags)


def _start(setting: Setting, shape: tuple[int, int]) -> State:
    """The state of all architectures before the first opportunity."""
    sizes, stocks = setting.sizes, setting.arrays.stocks
    count = setting.features.architectures

    def filled(rows: int, value: int, dtype: type = Rank) -> Array:
        return jnp.full((max(rows, 1), *shape), value, dtype)

    def given(values: Table) -> Array:
        each = values.astype(Rank).reshape(-1)
        return jnp.broadcast_to(each[:, None, None], (each.size, *shape))

    last = ((0, 0), (0, 0), (0, 1))
    channel_free = jnp.pad(jnp.asarray(stocks.channel_free), last, constant_values=NEVER)
    return State(
        death=filled(count * sizes.objects, NEVER),
        cause=filled(count * sizes.objects, 0),
        last_intercept=filled(sizes.pairs, -1),
        look=filled(sizes.pairs, 0),
        stock=given(stocks.rounds << 1),
        channel_free=given(channel_free),
        last_opening=filled(sizes.cells, -1),
        share=filled(sizes.pairs if setting.features.plans else 1, 0),
        rounds=filled(count * sizes.accounts, 0, jnp.int32),
        engagements=filled(count * sizes.accounts, 0, jnp.int32),
        remote=filled(count * sizes.accounts, 0),
    )


_Carry = tuple[State, Array]
"""State, and the decisions on one opportunity [A, W, T]."""


@partial(jax.jit, static_argnames=("features", "sizes", "trials", "leaker_bins"))
def simulate_block(
    arrays: Arrays,
    key: Array,
    worlds: Array,
    first_trial: Array,
    last_trial: Array,
    *,
    features: Features,
    sizes: Sizes,
    trials: int,
    leaker_bins: int,
) -> Outcome:
    """Replay trials first_trial .. first_trial + trials - 1 of every world; integers only.

    `key` uint32 [2], `worlds` uint32 [W]. Trials at or past `last_trial`, modulo 2**32,
    are padding and count nowhere. `sizes` are the padded shapes; `arrays.counts` says how much of
    them is in use.
    """
    offset_of_trial = jnp.arange(trials, dtype=jnp.uint32)[None, :]
    luck = Luck((key[0], key[1]), worlds[:, None], first_trial + offset_of_trial)
    shape = (worlds.shape[0], trials)
    # As a difference, which stays right where trial numbers pass 2**32 and begin again.
    valid = jnp.broadcast_to(offset_of_trial < last_trial - first_trial, shape)
    count = arrays.counts
    flags = toss_flags(arrays.tosses, count[1], sizes.flags, luck)
    gates = track_gates(
        arrays.tracks,
        count[2],
        arrays.cued,
        count[3] if features.cued else None,
        sizes.gates,
        flags,
        luck,
    )
    setting = Setting(arrays, features, sizes, gates, flags)
    architectures = features.architectures
    networks = [row(flags, arrays.stocks.network_flags[a]) for a in range(architectures)]
    down = (jnp.stack(networks) & UNAVAILABLE) != 0
    masks = network_masks(features, down, valid)
    length = _chunk_length(features)

    def step(number: Array, planes: Planes, offset: Array, carry: _Carry) -> _Carry:
        """One opportunity under every architecture.

        Three loops, so that decisions and channels have buffers of their own: within one loop
        XLA would compute a decision anew for every row that it changes. The number of rounds
        is not a constant, else a loop over one architecture would be dissolved.
        """
        index = number * length + offset

        def plan_and_judge(architecture: Array, carry: _Carry) -> _Carry:
            state, decisions = carry
            if features.plans:
                begin = entry_of(arrays.doctrine.plan_begin, architecture, index)
                end = entry_of(arrays.doctrine.plan_end, architecture, index)
                state = make_plan(state, setting, architecture, begin, end, luck)
            chance = _chance(planes, setting, architecture, offset)
            packed = judge(state, setting, architecture, index, chance)
            return state, with_row(decisions, architecture, packed)

        state, decisions = lax.fori_loop(0, count[5], plan_and_judge, carry)

        def channels_under(architecture: Array, channels: Array) -> Array:
            packed = row(decisions, architecture)
            after = channels_after(state, setting, architecture, index, packed)
            return with_row(channels, architecture, after)

        channels = jnp.zeros((architectures, features.channels, *shape), Rank)
        channels = lax.fori_loop(0, count[5], channels_under, channels)

        def carry_out_under(architecture: Array, state: State) -> State:
            packed, after = row(decisions, architecture), row(channels, architecture)
            return carry_out(state, setting, architecture, index, packed, after)

        return lax.fori_loop(0, count[5], carry_out_under, state), decisions

    def chunk(number: Array, carry: _Carry) -> _Carry:
        planes = _draw_planes(arrays, features, luck, number)
        steps = jnp.minimum(length, count[0] - number * length)
        return lax.fori_loop(
            0, steps, lambda offset, carry: step(number, planes, offset, carry), carry
        )

    begin = (_start(setting, shape), jnp.zeros((architectures, *shape), Rank))
    state, _ = lax.fori_loop(0, (count[0] + length - 1) // length, chunk, begin)
    return count_outcome(setting, state, down, masks, valid, luck, leaker_bins)
