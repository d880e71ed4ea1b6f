"""One opportunity judged in every trial of a block under one architecture (rules 12 to 28).

`judge` decides, `carry_out` changes the state; both are deterministic, chance arrives as
arguments. All rows are [W, T].
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.engine.look import (
    Decision,
    Look,
    fired_code,
    is_taken,
    next_looks,
    pack_decision,
    pack_look,
    unpack_decision,
    unpack_look,
)
from mcdefense.engine.rows import Rank, Table, entry, entry_of, rank, rank_of, row, with_row
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
    Arrays,
    Features,
    Sizes,
)


class State(NamedTuple):
    """A block of trials under all architectures; every field [rows, W, T].

    Objects, magazines and channels have a row in each architecture, one after the other.
    """

    death: Array  # per object: death_rank of its killing intercept, NEVER if none
    cause: Array  # per object: highest cause met
    last_intercept: Array  # per (cell, object): intercept_rank of the last look, -1 none
    look: Array  # per (cell, object): packed look
    stock: Array  # per magazine: twice the rounds left, plus 1 once a refusal for want of them
    channel_free: Array  # per (battery, channel), ascending: launch rank at which it is free;
    # one row more a battery, always NEVER
    last_opening: Array  # per cell: decision rank of the last look opened, -1 none
    share: Array  # per (cell, object): rounds allotted by the burst's plan
    rounds: Array  # per account: rounds fired, and wasted ones times 2**16 (int32)
    engagements: Array  # per account: engagements, and looks opened times 2**16 (int32)
    remote: Array  # per account: engagements on remote tracks


class Setting(NamedTuple):
    """What the opportunities of a block are judged against."""

    arrays: Arrays
    features: Features
    sizes: Sizes
    gates: Array  # [gates, W, T]
    flags: Array  # [flags, W, T]

    def magazine(self, architecture: Array, row_of_stock: Array) -> Array:
        """Row of a magazine's stock in this architecture."""
        return architecture * self.sizes.magazines + row_of_stock

    def object(self, architecture: Array, target: Array) -> Array:
        """Row of an object's death and cause in this architecture."""
        return architecture * self.sizes.objects + target

    def account(self, architecture: Array, row_of_account: Array) -> Array:
        """Row of an account in this architecture."""
        return architecture * self.sizes.accounts + row_of_account

    def channel(self, architecture: Array, battery: Array) -> Array:
        """Row of a battery's first channel in this architecture."""
        return (architecture * self.sizes.batteries + battery) * (self.features.channels + 1)


class Verdict(NamedTuple):
    """A cell's belief about an object at a launch."""

    look_open: Array
    believed_alive: Array


class Chance(NamedTuple):
    """The draws of one opportunity; rows [W, T]."""

    spare: Array  # rounds fewer than S + 1 that would kill: n rounds kill if n + spare > S
    errors: Array | None  # bit 0: the look errs on a dead object, bit 1: on a live one
    coin_flags: Array | None  # flags of engagement coins


def believe(
    death: Array, last_intercept: Array, look: Look, look_limit: Array, seen_limit: Array
) -> Verdict:
    """Rules 15, 16 and 24: what the cell holds of the object before this launch."""
    look_open = last_intercept > look_limit
    dead_at_last_intercept = death <= last_intercept
    unseen = death > seen_limit
    believed_alive = jnp.where(
        dead_at_last_intercept,
        look.dead_called_alive != 0,
        (look.live_called_dead == 0) & unseen,
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
    death = row(state.death, setting.object(architecture, target))
    pair = entry_of(doctrine.pair, architecture, index)
    last_intercept = row(state.last_intercept, pair)
    look = unpack_look(row(state.look, pair))
    gate = row(setting.gates, entry_of(doctrine.gate, architecture, index))
    magazine = setting.magazine(architecture, entry(opportunities.magazine, index))
    stock = row(state.stock, magazine) >> 1
    channel = setting.channel(architecture, entry(opportunities.battery, index))
    flags = _flags(setting, architecture, index, chance)

    verdict = believe(
        death, last_intercept, look, order(doctrine.look_limit), order(doctrine.seen_limit)
    )
    doctrinal = salvo_due(order(doctrine.salvo), look.looks)
    if flags is not None:
        doctrinal = doubled(doctrinal, flags)
    mode = entry_of(doctrine.mode, architecture, index)
    due = jnp.where(mode == FIRST_COME, doctrinal, jnp.minimum(doctrinal, stock))
    if features.plans:
        share = row(state.share, pair)
        if chance.coin_flags is not None:  # a plan cannot know an opportunity's own coins
            share = doubled(share, chance.coin_flags)
        due = jnp.where(mode == PLANNED, jnp.minimum(share, doctrinal), due)
    owed = jnp.where(verdict.look_open, look.owed, due)
    available = stock - order(doctrine.reserve)
    fired = jnp.minimum(owed, available)

    # From the last test to the first, so that the first that fails has the last word.
    code = jnp.where(available <= 0, Rank(REASON_NO_MAGAZINE), fired_code(fired))
    busy = row(state.channel_free, channel) > rank(opportunities.launch_rank, index)
    code = jnp.where(busy, Rank(REASON_NO_CHANNEL), code)
    if features.decisions:
        last_opening = row(state.last_opening, entry_of(doctrine.cell, architecture, index))
        occupied = ~verdict.look_open & (last_opening > order(doctrine.decision_limit))
        code = jnp.where(occupied, Rank(REASON_NO_DECISION), code)
    if features.holds:
        preferred = entry_of(doctrine.hold_magazine, architecture, index)
        rounds = row(state.stock, setting.magazine(architecture, preferred)) >> 1
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

    taken = is_taken(code)
    kills = taken & (fired + chance.spare > features.rounds)
    if flags is not None:
        kills &= (flags & IN_VAIN) == 0
    live = rank(setting.arrays.objects.live, target)
    doomed = ((death < NEVER) | (live == 0)).astype(Rank)
    return pack_decision(
        code,
        (taken & ~verdict.look_open).astype(Rank),
        kills.astype(Rank),
        jnp.where(taken, owed - fired, 0),
        jnp.where(verdict.look_open, look.wasted, doomed),
        gate & 1,
        chance.errors,
    )


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
    channels: Array,
) -> State:
    """The state after a decision, with its battery's `channels_after`.

    Each field reads its own row just before replacing it, and no other: else XLA copies the
    whole field. That is why the channels, which are shifted, are worked out before.
    """
    opportunities, doctrine = setting.arrays.opportunities, setting.arrays.doctrine
    features = setting.features
    decision = unpack_decision(packed)
    taken = decision.fired > 0
    target = setting.object(architecture, entry(opportunities.object, index))
    pair = entry_of(doctrine.pair, architecture, index)
    death, cause = row(state.death, target), row(state.cause, target)
    killed = jnp.minimum(death, rank(opportunities.death_rank, index))
    death = with_row(state.death, target, jnp.where(decision.kills != 0, killed, death))
    cause = with_row(state.cause, target, jnp.maximum(cause, decision.cause))
    last = row(state.last_intercept, pair)
    later = jnp.maximum(last, rank(opportunities.intercept_rank, index))
    magazine = setting.magazine(architecture, entry(opportunities.magazine, index))
    stock = row(state.stock, magazine)
    denied = (decision.cause == REASON_NO_MAGAZINE).astype(Rank)
    state = state._replace(
        death=death,
        cause=cause,
        last_intercept=with_row(state.last_intercept, pair, jnp.where(taken, later, last)),
        look=_with_look(state.look, pair, decision, taken, features),
        stock=with_row(state.stock, magazine, (stock - (decision.fired << 1)) | denied),
        channel_free=lax.dynamic_update_slice_in_dim(
            state.channel_free,
            channels,
            setting.channel(architecture, entry(opportunities.battery, index)),
            0,
        ),
    )
    account = setting.account(architecture, entry(opportunities.account, index))
    state = _with_account(state, account, decision)
    if features.decisions:
        cell = entry_of(doctrine.cell, architecture, index)
        opening = row(state.last_opening, cell)
        now = rank_of(doctrine.decision_rank, architecture, index)
        opening = jnp.where(decision.opens != 0, now, opening)
        state = state._replace(last_opening=with_row(state.last_opening, cell, opening))
    if features.plans:
        share = jnp.where(decision.opens != 0, Rank(0), row(state.share, pair))
        state = state._replace(share=with_row(state.share, pair, share))
    return state


def _with_account(state: State, account: Array, decision: Decision) -> State:
    """The decision entered in its account.

    Sums by trial in rows of their own: a sum over trials at every step took ten times as long.
    """
    fired = decision.fired.astype(jnp.int32)
    engaged = (fired > 0).astype(jnp.int32)
    rounds = fired + ((fired * decision.wasted) << 16)
    engagements = engaged + (decision.opens.astype(jnp.int32) << 16)
    remote = engaged.astype(Rank) * decision.remote
    return state._replace(
        rounds=with_row(state.rounds, account, row(state.rounds, account) + rounds),
        engagements=with_row(
            state.engagements, account, row(state.engagements, account) + engagements
        ),
        remote=with_row(state.remote, account, row(state.remote, account) + remote),
    )


def _with_look(
    looks: Array, pair: Array, decision: Decision, taken: Array, features: Features
) -> Array:
    """The look's row: a new look takes its error draws from the opportunity that opens it."""
    packed = row(looks, pair)
    look = unpack_look(packed)
    opens = decision.opens != 0
    after = look._replace(
        looks=jnp.where(opens, next_looks(look.looks), look.looks),
        owed=decision.owed,
        wasted=decision.wasted,
    )
    if features.errors:
        after = after._replace(
            dead_called_alive=jnp.where(opens, decision.dead_called_alive, look.dead_called_alive),
            live_called_dead=jnp.where(opens, decision.live_called_dead, look.live_called_dead),
        )
    return with_row(looks, pair, jnp.where(taken, pack_look(after), packed))


def channels_after(
    state: State, setting: Setting, architecture: Array, index: Array, packed: Array
) -> Array:
    """The battery's channels [C, W, T], ascending, after the earliest is taken until release.

    Taking the first of r1 <= r2 <= ... leaves r2, r3, ...; inserting the release x gives
    min(x, r2), then max(r_i, min(x, r_i+1)).
    """
    opportunities = setting.arrays.opportunities
    first = setting.channel(architecture, entry(opportunities.battery, index))
    channels = setting.features.channels
    now = lax.dynamic_slice_in_dim(state.channel_free, first, channels, 0)
    following = lax.dynamic_slice_in_dim(state.channel_free, first + 1, channels, 0)
    release = rank_of(setting.arrays.doctrine.release_rank, architecture, index)
    is_first = lax.broadcasted_iota(jnp.int32, now.shape, 0) == 0
    inserted = jnp.maximum(jnp.where(is_first, Rank(-1), now), jnp.minimum(release, following))
    return jnp.where(unpack_decision(packed).fired > 0, inserted, now)
