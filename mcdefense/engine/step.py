"""One opportunity judged in every trial of a block under one architecture (rules 12 to 28).

`judge` decides, `carry_out` changes the state; both are deterministic, chance arrives as
arguments. All rows are [1, W, T].
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.engine.counters import pack
from mcdefense.engine.look import (
    DEAD_CALLED_ALIVE,
    FIRED,
    KILLS,
    LIVE_CALLED_DEAD,
    LOOKS,
    OPENS,
    OWED_BIT,
    REMOTE,
    REMOTE_BIT,
    TAKEN,
    WASTED,
    because,
    bit,
    cause_in,
    has,
    is_taken,
    look_after,
    owed_in,
)
from mcdefense.engine.rows import Rank, Table, entry, entry_of, rank, rank_of, row, with_row
from mcdefense.engine.state import Setting, State
from mcdefense.schedule.schedule import (
    DOUBLE,
    IN_VAIN,
    INLINE_EVEN,
    MAX_ROUNDS,
    NEVER,
    NOT_CALLED,
    OUT_OF_PLAY,
    PLANNED,
    REASON_HELD,
    REASON_JUDGED_DEAD,
    REASON_NO_CHANNEL,
    REASON_NO_DECISION,
    REASON_NO_MAGAZINE,
    REASON_NOT_CALLED,
    REASON_NOT_TRACKED,
    REASON_UNAVAILABLE,
    UNAVAILABLE,
)


class Verdict(NamedTuple):
    """A cell's belief about an object at a launch."""

    look_open: Array
    believed_alive: Array


class Chance(NamedTuple):
    """The draws of one opportunity; rows [1, W, T]."""

    spare: Array  # rounds fewer than S + 1 that would kill: n rounds kill if n + spare > S
    errors: Array | None  # bit 0: the look errs on a dead object, bit 1: on a live one
    coin_flags: Array | None  # flags of engagement coins


def believe(
    death: Array, last_intercept: Array, look: Array, look_limit: Array, seen_limit: Array
) -> Verdict:
    """Rules 15, 16 and 24: what the cell holds of the object before this launch."""
    look_open = last_intercept > look_limit
    dead_at_last_intercept = death <= last_intercept
    unseen = death > seen_limit
    # In numbers: LLVM packs choices between truths into bytes, at twice the instructions.
    called_alive = jnp.where(
        dead_at_last_intercept,
        look & Rank(DEAD_CALLED_ALIVE),
        jnp.where(unseen, ~look & Rank(LIVE_CALLED_DEAD), Rank(0)),
    )
    return Verdict(look_open, look_open | (called_alive != 0))


def salvo_due(salvo: Array, looks: Array) -> Array:
    """Rounds that doctrine owes at the next look: entry `looks` of `salvo` [L], else the last."""
    due = jnp.broadcast_to(salvo[-1], looks.shape)
    for i in reversed(range(salvo.shape[0] - 1)):
        due = jnp.where(looks == i, salvo[i], due)
    return due


def doubled(rounds: Array, flags: Array) -> Array:
    """Rounds owed to a dual track (rule 6), within MAX_ROUNDS."""
    twice = jnp.minimum(rounds << 1, Rank(MAX_ROUNDS))
    return jnp.where((flags & DOUBLE) != 0, twice, rounds)


def judge(
    state: State, setting: Setting, architecture: Array, index: Array, chance: Chance
) -> Array:
    """The packed decision; tests in the order of rule 14, the first that fails is the cause."""
    opportunities, doctrine = setting.arrays.opportunities, setting.arrays.doctrine
    features = setting.features

    def order(values: Table) -> Array:
        return rank_of(values, architecture, index)

    target = entry(opportunities.object, index)
    death = row(state.death, target)
    pair = entry_of(doctrine.pair, architecture, index)
    last_intercept = row(state.last_intercept, pair)
    look = row(state.look, pair)
    gate = row(setting.gates, entry_of(doctrine.gate, architecture, index))
    magazine = entry(opportunities.magazine, index)
    stock = row(state.stock, magazine) >> 1
    battery = entry(opportunities.battery, index)
    flags = _flags(setting, architecture, index, chance)

    verdict = believe(
        death, last_intercept, look, order(doctrine.look_limit), order(doctrine.seen_limit)
    )
    doctrinal = salvo_due(order(doctrine.salvo), look & Rank(LOOKS))
    if flags is not None:
        doctrinal = doubled(doctrinal, flags)
    mode = entry_of(doctrine.mode, architecture, index)
    # Limits that cannot bind where they do not hold: choosing would branch in every trial.
    due = jnp.minimum(doctrinal, stock | _unlimited(mode != INLINE_EVEN))
    if features.plans:
        share = row(state.share, pair)
        if chance.coin_flags is not None:  # a plan cannot know an opportunity's own coins
            share = doubled(share, chance.coin_flags)
        due = jnp.minimum(due, share | _unlimited(mode != PLANNED))
    owed = jnp.where(verdict.look_open, owed_in(look), due)
    available = stock - order(doctrine.reserve)
    fired = jnp.minimum(owed, available)

    # From the last test to the first, so that the first that fails has the last word.
    code = jnp.where(available <= 0, because(REASON_NO_MAGAZINE), fired | Rank(TAKEN))
    free = row(state.busy, battery) < rank_of(setting.arrays.channels.number, architecture, battery)
    code = jnp.where(free, code, because(REASON_NO_CHANNEL))
    if features.decisions:
        last_opening = row(state.last_opening, entry_of(doctrine.cell, architecture, index))
        occupied = ~verdict.look_open & (last_opening > order(doctrine.decision_limit))
        code = jnp.where(occupied, because(REASON_NO_DECISION), code)
    if features.holds:
        preferred = entry_of(doctrine.hold_magazine, architecture, index)
        rounds = row(state.stock, preferred) >> 1
        code = jnp.where(rounds > order(doctrine.hold_stock), because(REASON_HELD), code)
    no_share = ~verdict.look_open & (doctrinal > 0)
    code = jnp.where(owed <= 0, jnp.where(no_share, because(REASON_NO_MAGAZINE), Rank(0)), code)
    code = jnp.where(verdict.believed_alive, code, because(REASON_JUDGED_DEAD))
    if flags is not None:
        code = jnp.where((flags & NOT_CALLED) != 0, because(REASON_NOT_CALLED), code)
    code = jnp.where(gate > order(doctrine.gate_limit), because(REASON_NOT_TRACKED), code)
    if flags is not None:
        code = jnp.where((flags & UNAVAILABLE) != 0, because(REASON_UNAVAILABLE), code)
        code = jnp.where((flags & OUT_OF_PLAY) != 0, Rank(0), code)

    taken = is_taken(code)
    kills = taken & (fired + chance.spare > features.rounds)
    if flags is not None:
        kills &= ~has(flags, IN_VAIN)
    # Dead, or not live from the start: one comparison, whatever `live` is.
    doomed = death <= Rank(NEVER) - rank(setting.arrays.objects.live, target)
    packed = (
        code
        | bit(taken & ~verdict.look_open, OPENS)
        | bit(kills, KILLS)
        | (jnp.where(taken, owed - fired, Rank(0)) << OWED_BIT)
        | jnp.where(verdict.look_open, look & Rank(WASTED), bit(doomed, WASTED))
        | ((gate & 1) << REMOTE_BIT)
    )
    return packed if chance.errors is None else packed | chance.errors


def _unlimited(condition: Array) -> Array:
    """What makes any limit not bind, by `or`, if a scalar holds, else nothing."""
    return jnp.where(condition, Rank(NEVER), Rank(0))


def _flags(setting: Setting, architecture: Array, index: Array, chance: Chance) -> Array | None:
    """Flags of everything tossed for this opportunity; None where nothing is."""
    flags = chance.coin_flags
    if setting.features.flags:
        doctrine = setting.arrays.doctrine
        for rows in (doctrine.site_flags, doctrine.pair_flags):
            tossed = row(setting.flags, entry_of(rows, architecture, index))
            flags = tossed if flags is None else flags | tossed
    return flags


def carry_out(
    state: State,
    setting: Setting,
    architecture: Array,
    index: Array,
    packed: Array,
) -> State:
    """The state after a decision.

    Each field reads its own row just before replacing it, and no other field: else XLA copies
    the whole field.
    """
    opportunities, doctrine = setting.arrays.opportunities, setting.arrays.doctrine
    features = setting.features
    taken, opens, errors = is_taken(packed), has(packed, OPENS), features.error_variants > 0
    fired, cause = packed & Rank(FIRED), cause_in(packed)
    target = entry(opportunities.object, index)
    pair = entry_of(doctrine.pair, architecture, index)
    magazine = entry(opportunities.magazine, index)
    account = entry(opportunities.account, index)
    battery = entry(opportunities.battery, index)
    hold = entry_of(setting.arrays.channels.hold, architecture, index)
    limited = entry_of(setting.arrays.channels.number, architecture, battery) < NEVER
    occupies = limited.astype(Rank)
    counts = (
        fired,
        jnp.where(has(packed, WASTED), fired, Rank(0)),
        bit(taken, 1),
        bit(taken & has(packed, REMOTE), 1),
        bit(opens, 1),
    )
    counters = tuple(
        with_row(rows, account, row(rows, account) + by)
        for rows, by in zip(state.counters, pack(features, counts), strict=True)
    )
    death, last = row(state.death, target), row(state.last_intercept, pair)
    look = row(state.look, pair)
    killed = jnp.minimum(death, rank(opportunities.death_rank, index))
    later = jnp.maximum(last, rank(opportunities.intercept_rank, index))
    stock = row(state.stock, magazine) - (fired + fired)
    state = state._replace(
        death=with_row(state.death, target, jnp.where(has(packed, KILLS), killed, death)),
        cause=with_row(state.cause, target, jnp.maximum(row(state.cause, target), cause)),
        last_intercept=with_row(state.last_intercept, pair, jnp.where(taken, later, last)),
        look=with_row(state.look, pair, look_after(look, packed, errors=errors)),
        stock=with_row(state.stock, magazine, stock | bit(cause == REASON_NO_MAGAZINE, 1)),
        busy=with_row(state.busy, battery, row(state.busy, battery) + bit(taken, 1) * occupies),
        holds=with_row(state.holds, hold, bit(taken, 1)),
        counters=counters,
    )
    if features.decisions:
        cell = entry_of(doctrine.cell, architecture, index)
        now = rank_of(doctrine.decision_rank, architecture, index)
        opening = jnp.where(opens, now, row(state.last_opening, cell))
        state = state._replace(last_opening=with_row(state.last_opening, cell, opening))
    if features.plans:
        share = jnp.where(opens, Rank(0), row(state.share, pair))
        state = state._replace(share=with_row(state.share, pair, share))
    return state


def release(state: State, setting: Setting, architecture: Array, index: Array) -> State:
    """The state with the channels free again that are due before this opportunity (rule 23)."""
    channels = setting.arrays.channels

    def free_one(number: Array, busy: Array) -> Array:
        battery = entry_of(channels.release_battery, architecture, number)
        held = row(state.holds, entry_of(channels.release_hold, architecture, number))
        return with_row(busy, battery, row(busy, battery) - held)

    begin = entry_of(channels.release_begin, architecture, index)
    end = entry_of(channels.release_end, architecture, index)
    return state._replace(busy=lax.fori_loop(begin, end, free_one, state.busy))
