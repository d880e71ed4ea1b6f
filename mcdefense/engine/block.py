"""A block of trials: prologue, the fixed list, epilogue, in one compiled program per shape."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from numpy.typing import ArrayLike

from mcdefense.contract import UNAVAILABLE, Arrays, Event, Features, Sizes
from mcdefense.engine.coins import coin_rows, draw_coins
from mcdefense.engine.draws import Luck
from mcdefense.engine.epilogue import Outcome, count_outcome, network_masks
from mcdefense.engine.fates import looks_had, objects_of_pairs
from mcdefense.engine.onset import onset_draws
from mcdefense.engine.planes import (
    Planes,
    chance_of,
    draw_planes,
    no_planes,
    with_opportunity,
)
from mcdefense.engine.prologue import toss_flags, track_gates
from mcdefense.engine.rows import Small, entry, entry_of, row, whole
from mcdefense.engine.sharing import Scene, share_out
from mcdefense.engine.skip import Known, nothing_known, now_known, run_if, with_previous
from mcdefense.engine.state import Final, Setting, State, final, loads_of, start
from mcdefense.engine.step import carry_out, engage, judge, record, release, reload, strike
from mcdefense.engine.transfer import Layout, parted
from mcdefense.engine.views import events_before
from mcdefense.rules import BurstCount, nothing_counted


class TrialRange(NamedTuple):
    """Trials first .. last - 1 of every world, modulo 2**32."""

    key: Array  # uint32 [2]
    worlds: Array  # uint32 [W]
    first: Array  # uint32 []
    last: Array  # uint32 []

    @classmethod
    def of(cls, key: ArrayLike, worlds: ArrayLike, first: int, last: int) -> TrialRange:
        """The range by whole numbers of Python, which may pass 2**32."""
        ends: Any = (np.uint32(first % 2**32), np.uint32(last % 2**32))
        halves: Any = (np.asarray(key, np.uint32), np.asarray(worlds, np.uint32))
        return cls(*halves, *ends)


@dataclass(frozen=True)
class BlockShape:
    """What decides which program is compiled."""

    layout: Layout
    """How a schedule's arrays are joined (transfer.py)."""
    features: Features
    sizes: Sizes
    """Padded: the arrays' `counts` say how much of them is in use."""
    trials: int
    chunk: int
    """Trials that are replayed at a time, whose state should fit a core's cache."""
    leaker_bins: int
    skips: bool
    """Leaves out what changes no trial of a chunk (skip.py)."""


@partial(jax.jit, static_argnames="shape")
def simulate_block(schedule: list[Array], asked: TrialRange, *, shape: BlockShape) -> Outcome:
    """Replay `shape.trials` trials of every world from the first one asked for; integers only.

    `schedule` are a schedule's arrays, joined. A schedule of one world may have several loads: then
    the W of everything that follows from rounds are these, all of which meet the same draws. Trials
    past those asked for are padding and count nowhere. Every field of the outcome has the chunks as
    its first axis.
    """
    arrays, key = parted(schedule, shape.layout), asked.key
    rows = max(asked.worlds.shape[0], loads_of(arrays))
    objects = objects_of_pairs(arrays, shape.features, shape.sizes)

    def replay_chunk(number: Array) -> Outcome:
        offset = number * shape.chunk + jnp.arange(shape.chunk, dtype=jnp.uint32)
        trial = (asked.first + offset)[None, None]
        luck = Luck((key[0], key[1]), asked.worlds[None, :, None], trial)
        # As a difference, which stays right where trial numbers pass 2**32 and begin again.
        valid = offset < asked.last - asked.first
        valid = jnp.broadcast_to(valid, (rows, shape.chunk))
        return _outcome(_Replayed(arrays, objects), shape, luck, valid)

    chunks = jnp.arange(-(-shape.trials // shape.chunk), dtype=jnp.uint32)
    return lax.map(replay_chunk, chunks)


class _Replayed(NamedTuple):
    arrays: Arrays
    objects: tuple[Array, Array]  # [A, pairs] of each pair, [A] pairs in use (fates.py)


def _outcome(replayed: _Replayed, of: BlockShape, luck: Luck, valid: Array) -> Outcome:
    """Prologue, list and epilogue of one chunk of trials; `valid` [W, T]."""
    (arrays, objects), features, sizes = replayed, of.features, of.sizes
    count, shape = whole(arrays.counts), (luck.world.size, luck.trial.size)
    flags = toss_flags(arrays.tosses, count[1], (sizes.flags, *shape), luck)
    gates = track_gates(
        arrays.tracks,
        count[2],
        arrays.cued,
        count[3] if features.cued else None,
        (sizes.gates, *shape),
        flags,
        luck,
    )
    coins = None
    if features.coins:
        space = (coin_rows(features, sizes), *shape)
        coins = draw_coins(arrays, features, sizes, space, luck)
    setting = Setting(arrays, features, sizes, gates, flags, coins, of.skips)
    draw = no_planes if of.skips else partial(draw_planes, arrays)
    # One architecture after the other: only one's state need lie in the cache.
    took_channel = jnp.zeros((sizes.channel_rows, *valid.shape), Small)
    replay = partial(_replay, setting, luck, objects)
    begin = (took_channel, draw(features, sizes, luck))
    networks = [row(flags, network)[0] for network in whole(arrays.stocks.network_flags)]
    down = (jnp.stack(networks) & UNAVAILABLE) != 0
    onsets = onset_draws(down[:, None], luck) if features.onsets else None
    architectures = jnp.arange(features.architectures)
    _, fates = lax.scan(replay, begin, (architectures, onsets))
    masks = network_masks(features, down, valid)
    return count_outcome(setting, fates, down, masks, valid, luck, of.leaker_bins)


class _Carry(NamedTuple):
    state: State
    planes: Planes
    decision: Array  # on the opportunity before, [1, W, T]
    counted: BurstCount  # in the burst at hand
    known: Known


def _replay(
    setting: Setting,
    luck: Luck,
    objects: tuple[Array, Array],
    carried: tuple[Array, Planes],
    under: tuple[Array, Array | None],
) -> tuple[tuple[Array, Planes], Final]:
    """The list replayed `under` one architecture, and the draws of its network's loss.

    The channel rows, of which none is read before it is written, and the draws made so far are
    handed on to the next architecture.

    Each step carries out the decision of the step before, then judges, so that a decision has a
    buffer of its own. Else XLA would compute it anew for every row that it changes.
    """
    turns, doctrine = setting.arrays.turns, setting.arrays.doctrine
    architecture, onset = under
    setting = setting._replace(onset=onset)
    took_channel, planes = carried
    shape = took_channel.shape[1:]
    count = entry(turns.number, architecture)
    maybe = partial(run_if, skips=setting.skips)

    def settled_rows(orders: Array, index: Array) -> tuple[Array, Array]:
        pair = entry_of(doctrine.pair, orders, index)
        return pair, entry_of(setting.arrays.channels.row, orders, index)

    def turn(number: Array) -> tuple[Array, Array]:
        """Whose orders it follows, and the opportunity."""
        orders = architecture
        if onset is not None:
            orders = entry_of(setting.arrays.onsets.orders, architecture, number)
        return orders, entry_of(turns.place, architecture, number)

    def step(number: Array, carry: _Carry) -> _Carry:
        state, planes, decision, counted, known = carry
        orders_before, before = turn(jnp.maximum(number - 1, 0))
        orders, index = turn(jnp.minimum(number, count - 1))

        def recorded(zero: Array, state: State) -> State:
            return record(state, setting, before + zero, decision | zero.astype(Small))

        def carried_out(zero: Array, state: State) -> State:
            last = decision | zero.astype(Small)
            return carry_out(state, setting, orders_before, before + zero, last)

        if setting.skips:
            known = with_previous(known, *settled_rows(orders_before, before))
        state = maybe(known.judged, recorded, state)
        state = maybe(known.fires, carried_out, state)
        state = release(state, setting, orders, index, known.fresh)
        if setting.features.losses:
            state = strike(state, setting, orders, index, luck)
        if setting.features.reloads:
            state = reload(state, setting, orders, index, number < count)
        if setting.features.sharing:
            begin, end = events_before(setting.arrays, Event.SHARING, orders, index)
            scene = Scene(state, setting, orders, luck)
            state, counted = share_out(scene, counted, begin, end, known.settled)

        def judged(zero: Array, _: Array) -> Array:
            return judge(state, setting, orders, index + zero)

        def engaged(zero: Array, carry: tuple[Planes, Array]) -> tuple[Planes, Array]:
            planes, decision = carry
            if setting.skips:
                planes = with_opportunity(planes, setting, luck, index + zero)
            chance = chance_of(planes, setting, orders, index + zero)
            return planes, engage(state, setting, orders, index + zero, decision, chance)

        judging = entry(known.settled, settled_rows(orders, index)[0]) == 0
        decision = maybe(judging, judged, decision)
        if setting.skips:
            known = now_known(known, judging, decision)
        planes, decision = maybe(known.fires, engaged, (planes, decision))
        return _Carry(state, planes, decision, counted, known)

    begin = _Carry(
        start(setting, architecture, shape, took_channel),
        planes,
        jnp.zeros((1, *shape), Small),
        nothing_counted(jnp.zeros((1, *shape), Small)),
        nothing_known(setting.sizes),
    )
    end = lax.fori_loop(0, count + 1, step, begin)
    whose, used = (entry(each, architecture) for each in objects)
    looks = looks_had(end.state.look, whose, used, setting.sizes)
    return (end.state.took_channel, end.planes), final(end.state, looks)
