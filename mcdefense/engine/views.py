"""Where the rules' numbers lie: the only file that reads and writes rows of a state for them.

A rule knows a `Situation` of plain numbers (mcdefense/rules). Here each of its fields is read from
the schedule's tables and the state's rows, and what an opportunity changes is written back. All of
it goes through the accessors of rows.py, and no shape is asked for: so the rules hold for a block
of trials, and for the one trial of a thread.

Fields that no architecture of the schedule uses are not read; the situation's defaults stand in.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.contract import NEVER, Arrays, Event
from mcdefense.engine.coins import coin_flags
from mcdefense.engine.counters import pack
from mcdefense.engine.rows import entry, entry_of, row, small, small_of, with_row
from mcdefense.engine.state import Setting, State
from mcdefense.rules import (
    Effects,
    Situation,
    as_small,
    as_wide,
    bit,
    busy_after,
    cause_after,
    counted,
    death_after,
    last_intercept_after,
    look_after,
    opening_after,
    pooled,
    share_after,
    stock_after,
)


def situation_of(state: State, setting: Setting, architecture: Array, index: Array) -> Situation:
    """The situation of the cell at opportunity `index` under an architecture, or other orders."""
    opportunities, doctrine = setting.arrays.opportunities, setting.arrays.doctrine
    features = setting.features
    object_ = entry(opportunities.object, index)
    pair = entry_of(doctrine.pair, architecture, index)
    battery = entry(opportunities.battery, index)
    own_flags = _own_flags(setting, architecture, index)
    situation = Situation(
        flags=own_flags,
        own_flags=own_flags,
        track=row(setting.gates, entry_of(doctrine.gate, architecture, index)),
        track_limit=small_of(doctrine.gate_limit, architecture, index),
        death=row(state.death, object_),
        last_intercept=row(state.last_intercept, pair),
        look=row(state.look, pair),
        look_limit=small_of(doctrine.look_limit, architecture, index),
        seen_limit=small_of(doctrine.seen_limit, architecture, index),
        live=small(setting.arrays.objects.live, object_),
        salvo=_salvo(setting, small_of(doctrine.salvo, architecture, index)),
        sharing=entry_of(doctrine.mode, architecture, index),
        rounds=_rounds(state, setting, entry(opportunities.magazine, index)),
        reserve=small_of(doctrine.reserve, architecture, index),
        busy=row(state.busy, battery),
        channels=small_of(setting.arrays.channels.number, architecture, battery),
    )
    if features.flags:
        site = entry_of(doctrine.site_flags, architecture, index)
        pair_flags = entry_of(doctrine.pair_flags, architecture, index)
        tossed = row(setting.flags, site) | row(setting.flags, pair_flags)
        situation = situation._replace(flags=own_flags | tossed)
    if setting.onset is not None:
        situation = situation._replace(**_charge(state, setting, architecture, index))
    if features.losses:
        left = _track_left(state, setting, architecture, (index, battery), situation.track)
        situation = situation._replace(track=left, track_before=situation.track)
    if features.sharing:
        situation = situation._replace(share=row(state.share, pair))
    if features.waits:
        preferred = entry_of(doctrine.wait_magazine, architecture, index)
        situation = situation._replace(
            preferred_rounds=_rounds(state, setting, preferred),
            preferred_limit=small_of(doctrine.wait_stock, architecture, index),
        )
    if features.pools:
        pool = entry_of(doctrine.pool, architecture, index)
        situation = situation._replace(pooled=_pooled(state, setting, pool))
    if features.pools and features.waits:
        pool = entry_of(doctrine.wait_pool, architecture, index)
        situation = situation._replace(preferred_pooled=_pooled(state, setting, pool))
    if features.decisions:
        cell = entry_of(doctrine.cell, architecture, index)
        situation = situation._replace(
            last_opening=row(state.last_opening, cell),
            decision_limit=small_of(doctrine.decision_limit, architecture, index),
        )
    as_they_are = {k: small_of(getattr(doctrine, k), architecture, index) for k in features.keys}
    return situation._replace(**as_they_are)


def _charge(state: State, setting: Setting, orders: Array, index: Array) -> dict[str, Any]:
    """The fields of a situation that say who is in charge."""
    onsets = setting.arrays.onsets
    charge = {
        "onset": setting.onset,
        "ended": entry_of(onsets.ended, orders, index),
        "handed": entry_of(onsets.handed, orders, index),
        "takes_over": orders >= setting.features.architectures,
        "silence": small(onsets.cause, orders),
    }
    if setting.features.posts:
        posts = setting.arrays.posts
        charge |= {
            "takes_over": entry(posts.takes_over, orders) != 0,
            "network_post": row(state.lost, entry(posts.network, orders)),
            "post_over": row(state.lost, entry(posts.over, orders)),
            "cell_post": row(state.lost, entry_of(posts.cell, orders, index)),
            "alone": entry(posts.alone, orders) != 0,
        }
    return charge


def events_before(
    arrays: Arrays, event: Event, architecture: Array, index: Array
) -> tuple[Array, Array]:
    """First row, and the row past the last, of the events of a kind before an opportunity."""
    group, begin, end = event.arrays
    ranges = getattr(arrays, group)
    return (
        entry_of(getattr(ranges, begin), architecture, index),
        entry_of(getattr(ranges, end), architecture, index),
    )


def burst_situation_of(
    state: State, setting: Setting, architecture: Array, index: Array
) -> Situation:
    """The situation at the start of a burst, for the opportunity of step `index` of sharing."""
    sharing = setting.arrays.sharing
    pair = entry(sharing.pair, index)
    situation = Situation(
        track=row(setting.gates, entry(sharing.gate, index)),
        track_limit=small(sharing.gate_limit, index),
        death=row(state.death, entry(sharing.object, index)),
        last_intercept=row(state.last_intercept, pair),
        look=row(state.look, pair),
        look_limit=small(sharing.look_limit, index),
        seen_limit=small(sharing.seen_limit, index),
        salvo=_salvo(setting, small(sharing.salvo, index)),
    )
    if setting.features.losses:
        member = entry(sharing.entity, index), entry(sharing.battery, index)
        left = _track_left(state, setting, architecture, member, situation.track)
        situation = situation._replace(track=left)
    if setting.features.flags:
        site, pair_flags = entry(sharing.site_flags, index), entry(sharing.pair_flags, index)
        tossed = row(setting.flags, site) | row(setting.flags, pair_flags)
        situation = situation._replace(flags=tossed)
    return situation


def burst_rounds_of(state: State, setting: Setting, index: Array) -> Array:
    """Rounds left in the magazine of step `index` of sharing."""
    return _rounds(state, setting, entry(setting.arrays.sharing.magazine, index))


def free_channels_of(state: State, setting: Setting, architecture: Array, battery: Array) -> Array:
    """Channels of a battery that are free, in 32 bits; of no account where it has no number."""
    channels = entry_of(setting.arrays.channels.number, architecture, battery)
    free = channels - as_wide(row(state.busy, battery))
    # A fallback that takes over during the raid may have fewer than are taken.
    return jnp.maximum(free, 0) if setting.features.onsets else free


def with_record(state: State, setting: Setting, index: Array, decision: Array) -> State:
    """The state with what every decision changes: the cause, and the rounds left.

    Here and in `with_effects` each field reads its own row just before replacing it, and no other
    field: else XLA copies the whole field.
    """
    opportunities = setting.arrays.opportunities
    object_, magazine = entry(opportunities.object, index), entry(opportunities.magazine, index)
    cause, stock = row(state.cause, object_), row(state.stock, magazine)
    return state._replace(
        cause=with_row(state.cause, object_, cause_after(cause, decision)),
        stock=with_row(state.stock, magazine, stock_after(stock, decision)),
    )


def with_effects(
    state: State, setting: Setting, architecture: Array, index: Array, effects: Effects
) -> State:
    """The state with what the rounds fired at opportunity `index` change."""
    opportunities, doctrine = setting.arrays.opportunities, setting.arrays.doctrine
    channels, features = setting.arrays.channels, setting.features
    object_ = entry(opportunities.object, index)
    pair = entry_of(doctrine.pair, architecture, index)
    account = entry(opportunities.account, index)
    battery = entry(opportunities.battery, index)
    channel_row = entry_of(channels.row, architecture, index)
    limited = as_small(entry_of(channels.number, architecture, battery) < NEVER)
    counters = tuple(
        with_row(rows, account, row(rows, account) + by)
        for rows, by in zip(state.counters, pack(features, counted(effects)), strict=True)
    )
    death = death_after(row(state.death, object_), effects, small(opportunities.death_rank, index))
    last_intercept = last_intercept_after(
        row(state.last_intercept, pair), effects, small(opportunities.intercept_rank, index)
    )
    look = look_after(row(state.look, pair), effects)
    busy = busy_after(row(state.busy, battery), effects, limited)
    state = state._replace(
        death=with_row(state.death, object_, death),
        last_intercept=with_row(state.last_intercept, pair, last_intercept),
        look=with_row(state.look, pair, look),
        busy=with_row(state.busy, battery, busy),
        took_channel=with_row(state.took_channel, channel_row, bit(effects.taken, 1)),
        counters=counters,
    )
    if features.decisions:
        cell = entry_of(doctrine.cell, architecture, index)
        launch = small_of(doctrine.decision_rank, architecture, index)
        opening = opening_after(row(state.last_opening, cell), effects, launch)
        state = state._replace(last_opening=with_row(state.last_opening, cell, opening))
    if features.sharing:
        share = share_after(row(state.share, pair), effects)
        state = state._replace(share=with_row(state.share, pair, share))
    return state


def _rounds(state: State, setting: Setting, magazine: Array) -> Array:
    """Rounds left in a magazine; those of a lost battery are out of reach (rule 39, `losses`)."""
    rounds = row(state.stock, magazine) >> 1
    if not setting.features.losses:
        return rounds
    lost = row(state.lost, entry(setting.arrays.losses.magazine, magazine))
    return jnp.where(lost != 0, jnp.zeros_like(rounds), rounds)


def _track_left(
    state: State, setting: Setting, orders: Array, member: tuple[Array, Array], track: Array
) -> Array:
    """What is left of an opportunity's track: NEVER if its battery is lost, else the earliest of
    the sensors that are not (rule 39, `losses`). `member` are the opportunity and its battery."""
    losses, (index, battery) = setting.arrays.losses, member
    begin, end = (entry_of(x, orders, index) for x in (losses.part_begin, losses.part_end))

    def seen(part: Array, earliest: Array) -> Array:
        gate = row(setting.gates, entry(losses.part_gate, part))
        lost = row(state.lost, entry(losses.part_lost, part))
        lost = lost | row(state.lost, entry(losses.part_cover, part))
        return jnp.minimum(earliest, jnp.where(lost != 0, jnp.full_like(gate, NEVER), gate))

    lost = row(state.lost, entry(losses.battery, battery))
    never = jnp.full_like(lost, NEVER)
    left = jnp.where(begin < end, lax.fori_loop(begin, end, seen, never), track)
    return jnp.where(lost != 0, never, left)


def _pooled(state: State, setting: Setting, pool: Array) -> Array:
    """Rounds left in all magazines of a pool beyond its reserve."""
    pools = setting.arrays.pools

    def added(number: Array, rounds: Array) -> Array:
        return rounds + as_wide(_rounds(state, setting, entry(pools.magazine, number)))

    none = jnp.zeros_like(as_wide(row(state.stock, 0)))
    rounds = lax.fori_loop(entry(pools.begin, pool), entry(pools.end, pool), added, none)
    return pooled(rounds, entry(pools.reserve, pool))


def _salvo(setting: Setting, salvo: Any) -> tuple[Array, ...]:
    """The entries of a salvo, each by itself."""
    return tuple(salvo[i] for i in range(setting.features.salvo))


def _own_flags(setting: Setting, architecture: Array, index: Array) -> Array | int:
    """Flags of the coins tossed for this opportunity alone; 0 where there are none."""
    if setting.coins is None:
        return 0
    return coin_flags(setting.coins, setting.sizes, architecture, index)
