"""A block of trials: prologue, the fixed list, epilogue, in one compiled program per shape."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
from jax import Array, lax

from mcdefense.engine.draws import Luck
from mcdefense.engine.epilogue import Outcome, count_outcome, network_masks
from mcdefense.engine.plan import Count, make_plan, nothing_counted
from mcdefense.engine.planes import Planes, chance_of, draw_planes
from mcdefense.engine.prologue import toss_flags, track_gates
from mcdefense.engine.rows import Rank, entry, entry_of, row
from mcdefense.engine.state import Final, Setting, State, final, start
from mcdefense.engine.step import carry_out, judge, release
from mcdefense.engine.transfer import Layout, parted
from mcdefense.schedule.schedule import UNAVAILABLE, Arrays, Features, Sizes


@partial(jax.jit, static_argnames=("layout", "features", "sizes", "trials", "chunk", "leaker_bins"))
def simulate_block(
    schedule: Array,
    key: Array,
    worlds: Array,
    first_trial: Array,
    last_trial: Array,
    *,
    layout: Layout,
    features: Features,
    sizes: Sizes,
    trials: int,
    chunk: int,
    leaker_bins: int,
) -> Outcome:
    """Replay trials first_trial .. first_trial + trials - 1 of every world; integers only.

    `schedule` is a schedule's arrays, joined (transfer.py); `key` uint32 [2], `worlds` uint32 [W].
    Trials at or past `last_trial`, modulo 2**32, are padding and count nowhere. `sizes` are the
    padded shapes; the arrays' `counts` say how much of them is in use. `chunk` trials are replayed
    at a time, whose state should fit a core's cache: every field of the outcome has the chunks as
    its first axis.
    """
    arrays = parted(schedule, layout)

    def replay_chunk(number: Array) -> Outcome:
        offset = number * chunk + jnp.arange(chunk, dtype=jnp.uint32)
        luck = Luck((key[0], key[1]), worlds[None, :, None], (first_trial + offset)[None, None])
        # As a difference, which stays right where trial numbers pass 2**32 and begin again.
        valid = jnp.broadcast_to(offset < last_trial - first_trial, (worlds.shape[0], chunk))
        return _outcome(arrays, luck, valid, features, sizes, leaker_bins)

    return lax.map(replay_chunk, jnp.arange(-(-trials // chunk), dtype=jnp.uint32))


def _outcome(
    arrays: Arrays,
    luck: Luck,
    valid: Array,
    features: Features,
    sizes: Sizes,
    leaker_bins: int,
) -> Outcome:
    """Prologue, list and epilogue of one chunk of trials; `valid` [W, T]."""
    count, shape = arrays.counts, (luck.world.size, luck.trial.size)
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
    planes = draw_planes(arrays, features, sizes, luck)
    # One architecture after the other: only one's state need lie in the cache.
    holds = jnp.zeros((sizes.holds, *shape), Rank)
    replay = partial(_replay, setting, planes, luck, shape)
    _, fates = lax.scan(replay, holds, jnp.arange(features.architectures))
    networks = [row(flags, network)[0] for network in arrays.stocks.network_flags]
    down = (jnp.stack(networks) & UNAVAILABLE) != 0
    masks = network_masks(features, down, valid)
    return count_outcome(setting, fates, down, masks, valid, luck, leaker_bins)


_Carry = tuple[State, Array, Count]
"""State, the decision on the opportunity before [1, W, T], counts of the plan."""


def _replay(
    setting: Setting,
    planes: Planes,
    luck: Luck,
    shape: tuple[int, int],
    holds: Array,
    architecture: Array,
) -> tuple[Array, Final]:
    """The list under one architecture; `holds` are handed on, since none is read unwritten.

    Each step carries out the decision of the step before, then judges: so that a decision has a
    buffer of its own. Else XLA would compute it anew for every row that it changes.
    """
    turns, doctrine = setting.arrays.turns, setting.arrays.doctrine
    count = entry(turns.number, architecture)

    def step(number: Array, carry: _Carry) -> _Carry:
        state, decided, planned = carry
        before = entry_of(turns.place, architecture, jnp.maximum(number - 1, 0))
        index = entry_of(turns.place, architecture, jnp.minimum(number, count - 1))
        state = carry_out(state, setting, architecture, before, decided)
        state = release(state, setting, architecture, index)
        if setting.features.plans:
            begin = entry_of(doctrine.plan_begin, architecture, index)
            end = entry_of(doctrine.plan_end, architecture, index)
            state, planned = make_plan(state, planned, setting, architecture, begin, end, luck)
        chance = chance_of(planes, setting, architecture, index)
        decision = judge(state, setting, architecture, index, chance)
        return state, decision, planned

    nothing = jnp.zeros((1, *shape), Rank)
    begin = (start(setting, architecture, shape, holds), nothing, nothing_counted(shape))
    state, *_ = lax.fori_loop(0, count + 1, step, begin)
    return state.holds, final(state)
