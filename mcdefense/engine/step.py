"""One opportunity judged in every trial of a block under one architecture (rules 12 to 28).

`judge` decides, `carry_out` changes the state; both are deterministic, chance arrives as
arguments. All rows are [1, W, T].
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from mcdefense.engine.look import (
    DEAD_CALLED_ALIVE,
    KILLS,
    LIVE_CALLED_DEAD,
    LOOKS,
    OPENS,
    OWED_BIT,
    REMOTE,
    TAKEN,
    WASTED,
    bit,
    cause_in,
    fired_in,
    has,
    look_after,
    owed_in,
)
from mcdefense.engine.rows import Rank, Table, entry, entry_of, rank, rank_of, row, with_row
from mcdefense.engine.state import Setting, State
from mcdefense.schedule.schedule import (
    DOUBLE,
    FIRST_COME,
    IN_VAIN,
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
    believed_alive = jnp.where(
        dead_at_last_intercept,
        has(look, DEAD_CALLED_ALIVE),
        ~has(look, LIVE_CALLED_DEAD) & unseen,
    )
    return Verdict(look_open, look_open | believed_alive)


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
    due = jnp.where(mode == FIRST_COME, doctrinal, jnp.minimum(doctrinal, stock))
    if features.plans:
        share = row(state.share, pair)
        if chance.coin_flags is not None:  # a plan cannot know an opportunity's own coins
            share = doubled(share, chance.coin_flags)
        due = jnp.where(mode == PLANNED, jnp.minimum(share, doctrinal), due)
    owed = jnp.where(verdict.look_open, owed_in(look), due)
    available = stock - order(doctrine.reserve)
    fired = jnp.minimum(owed, available)

    # From the last test to the first, so that the first that fails has the last word.
    code = jnp.where(available <= 0, Rank(REASON_NO_MAGAZINE), fired | Rank(TAKEN))
    busy = row(state.channel_free[0], battery) > rank(opportunities.launch_rank, index)
    code = jnp.where(busy, Rank(REASON_NO_CHANNEL), code)
    if features.decisions:
        last_opening = row(state.last_opening, entry_of(doctrine.cell, architecture, index))
        occupied = ~verdict.look_open & (last_opening > order(doctrine.decision_limit))
        code = jnp.where(occupied, Rank(REASON_NO_DECISION), code)
    if features.holds:
        preferred = entry_of(doctrine.hold_magazine, architecture, index)
        rounds = row(state.stock, preferred) >> 1
        code = jnp.where(rounds > order(doctrine.hold_stock), Rank(REASON_HELD), code)
    no_share = ~verdict.look_open & (doctrinal > 0)
    code = jnp.where(owed <= 0, jnp.where(no_share, Rank(REASON_NO_MAGAZINE), Rank(0)), code)
    code = jnp.where(verdict.believed_alive, code, Rank(REASON_JUDGED_DEAD))
    if flags is not None:
        code = jnp.where((flags & NOT_CALLED) != 0, Rank(REASON_NOT_CALLED), code)
    code = jnp.where(gate > order(doctrine.gate_limit), Rank(REASON_NOT_TRACKED), code)
    if flags is not None:
        code = jnp.where((flags & UNAVAILABLE) != 0, Rank(REASON_UNAVAILABLE), code)
        code = jnp.where((flags & OUT_OF_PLAY) != 0, Rank(0), code)
    code = jnp.where(order(doctrine.allowed) != 0, code, Rank(0))

    taken = has(code, TAKEN)
    kills = taken & (fired + chance.spare > features.rounds)
    if flags is not None:
        kills &= ~has(flags, IN_VAIN)
    live = rank(setting.arrays.objects.live, target)
    doomed = (death < NEVER) | (live == 0)
    packed = (
        code
        | bit(taken & ~verdict.look_open, OPENS)
        | bit(kills, KILLS)
        | (jnp.where(taken, owed - fired, Rank(0)) << OWED_BIT)
        | bit(jnp.where(verdict.look_open, has(look, WASTED), doomed), WASTED)
        | bit(has(gate, 1), REMOTE)
    )
    return packed if chance.errors is None else packed | chance.errors


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

    Each field reads its own row just before replacing it, and no other: else XLA copies the
    whole field. Nothing here may compute much a byte (look.py says why).
    """
    opportunities, doctrine = setting.arrays.opportunities, setting.arrays.doctrine
    features = setting.features
    taken, opens, errors = has(packed, TAKEN), has(packed, OPENS), features.error_variants > 0
    fired, cause = fired_in(packed), cause_in(packed)
    target = entry(opportunities.object, index)
    pair = entry_of(doctrine.pair, architecture, index)
    magazine = entry(opportunities.magazine, index)
    account = entry(opportunities.account, index)

    def more(rows: Array, by: Array) -> Array:
        return with_row(rows, account, row(rows, account) + by)

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
        channel_free=channels_after(state, setting, architecture, index, taken),
        fired=more(state.fired, fired),
        wasted=more(state.wasted, jnp.where(has(packed, WASTED), fired, Rank(0))),
        engaged=more(state.engaged, bit(taken, 1)),
        opened=more(state.opened, bit(opens, 1)),
        remote=more(state.remote, bit(taken & has(packed, REMOTE), 1)),
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


def channels_after(
    state: State, setting: Setting, architecture: Array, index: Array, taken: Array
) -> tuple[Array, ...]:
    """The battery's channels, ascending, after the earliest is taken until release.

    Taking the first of r1 <= r2 <= ... leaves r2, r3, ...; inserting the release x gives
    min(x, r2), then max(r_i, min(x, r_i+1)).
    """
    battery = entry(setting.arrays.opportunities.battery, index)
    release = rank_of(setting.arrays.doctrine.release_rank, architecture, index)
    before = [row(channel, battery) for channel in state.channel_free]
    after = []
    for i, free in enumerate(before):
        inserted = release if i + 1 == len(before) else jnp.minimum(release, before[i + 1])
        if i > 0:
            inserted = jnp.maximum(free, inserted)
        after.append(with_row(state.channel_free[i], battery, jnp.where(taken, inserted, free)))
    return tuple(after)
