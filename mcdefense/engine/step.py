"""One opportunity judged in every trial of a block under one architecture (rules 12 to 28).

`judge` decides, `engage` says what the rounds fired do, `record` and `carry_out` change the state;
all are deterministic, chance arrives as an argument. All rows are [1, W, T].
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.contract import (
    IN_VAIN,
    INLINE_EVEN,
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
from mcdefense.engine.belief import believe, doubled, salvo_due
from mcdefense.engine.coins import coin_flags
from mcdefense.engine.counters import pack
from mcdefense.engine.look import (
    FIRED,
    KILLS,
    LOOKS,
    OPENS,
    OWED_BIT,
    REMOTE,
    REMOTE_BIT,
    TAKEN,
    UNSETTLED,
    WASTED,
    because,
    bit,
    cause_in,
    has,
    is_taken,
    look_after,
    owed_in,
)
from mcdefense.engine.rows import Rank, entry, entry_of, rank, rank_of, row, with_row
from mcdefense.engine.skip import when
from mcdefense.engine.state import Setting, State


class Chance(NamedTuple):
    """The draws of one opportunity; rows [1, W, T]."""

    spare: Array  # rounds fewer than S + 1 that would kill: n rounds kill if n + spare > S
    errors: Array | None  # the error bits of a look


def judge(state: State, setting: Setting, architecture: Array, index: Array) -> Array:
    """Rounds fired or why not, packed; tests in the order of rule 14, the first that fails is the
    cause."""
    opportunities, doctrine = setting.arrays.opportunities, setting.arrays.doctrine
    features = setting.features
    flags = _flags(setting, architecture, index)
    death, last_intercept, look = _object_rows(state, setting, architecture, index)
    look_limit = rank_of(doctrine.look_limit, architecture, index)
    seen_limit = rank_of(doctrine.seen_limit, architecture, index)
    verdict = believe(death, last_intercept, look, look_limit, seen_limit)
    doctrinal, owed = _owed(state, setting, architecture, index, verdict.look_open)
    stock = row(state.stock, entry(opportunities.magazine, index)) >> 1
    available = stock - rank_of(doctrine.reserve, architecture, index)
    gate = row(setting.gates, entry_of(doctrine.gate, architecture, index))
    battery = entry(opportunities.battery, index)

    # From the last test to the first, so that the first that fails has the last word.
    fired = jnp.minimum(owed, available)
    code = jnp.where(available <= 0, because(REASON_NO_MAGAZINE), fired | Rank(TAKEN))
    free = row(state.busy, battery) < rank_of(setting.arrays.channels.number, architecture, battery)
    code = jnp.where(free, code, because(REASON_NO_CHANNEL))
    if features.decisions:
        last_opening = row(state.last_opening, entry_of(doctrine.cell, architecture, index))
        limit = rank_of(doctrine.decision_limit, architecture, index)
        occupied = ~verdict.look_open & (last_opening > limit)
        code = jnp.where(occupied, because(REASON_NO_DECISION), code)
    if features.holds:
        preferred = entry_of(doctrine.hold_magazine, architecture, index)
        rounds = row(state.stock, preferred) >> 1
        waits = rounds > rank_of(doctrine.hold_stock, architecture, index)
        code = jnp.where(waits, because(REASON_HELD), code)
    no_share = ~verdict.look_open & (doctrinal > 0)
    code = jnp.where(owed <= 0, jnp.where(no_share, because(REASON_NO_MAGAZINE), Rank(0)), code)
    code = jnp.where(verdict.believed_alive, code, because(REASON_JUDGED_DEAD))
    if flags is not None:
        code = jnp.where((flags & NOT_CALLED) != 0, because(REASON_NOT_CALLED), code)
    in_time = gate <= rank_of(doctrine.gate_limit, architecture, index)
    code = jnp.where(in_time, code, because(REASON_NOT_TRACKED))
    if flags is not None:
        code = jnp.where((flags & UNAVAILABLE) != 0, because(REASON_UNAVAILABLE), code)
        code = jnp.where((flags & OUT_OF_PLAY) != 0, Rank(0), code)
    if not setting.skips:
        return code
    # A dead object's cause is of no account, and no cause is higher than that of one judged dead.
    settled = (~verdict.believed_alive & (death < NEVER)) | (code == because(REASON_JUDGED_DEAD))
    if flags is not None:
        settled |= (flags & OUT_OF_PLAY) != 0
    return code | bit(~settled, UNSETTLED)


def engage(
    state: State,
    setting: Setting,
    architecture: Array,
    index: Array,
    decision: Array,
    chance: Chance,
) -> Array:
    """The decision with what its rounds do, where any are fired: kill or not, and the look."""
    doctrine, features = setting.arrays.doctrine, setting.features
    target = entry(setting.arrays.opportunities.object, index)
    flags = _flags(setting, architecture, index)
    death, last_intercept, look = _object_rows(state, setting, architecture, index)
    look_open = last_intercept > rank_of(doctrine.look_limit, architecture, index)
    _, owed = _owed(state, setting, architecture, index, look_open)
    gate = row(setting.gates, entry_of(doctrine.gate, architecture, index))
    taken, fired = is_taken(decision), decision & Rank(FIRED)
    kills = taken & (fired + chance.spare > features.rounds)
    if flags is not None:
        kills &= ~has(flags, IN_VAIN)
    # Dead, or not live from the start: one comparison, whatever `live` is.
    doomed = death <= Rank(NEVER) - rank(setting.arrays.objects.live, target)
    packed = (
        decision
        | bit(taken & ~look_open, OPENS)
        | bit(kills, KILLS)
        | (jnp.where(taken, owed - fired, Rank(0)) << OWED_BIT)
        | jnp.where(look_open, look & Rank(WASTED), bit(doomed, WASTED))
        | ((gate & 1) << REMOTE_BIT)
    )
    return packed if chance.errors is None else packed | chance.errors


def _object_rows(
    state: State, setting: Setting, architecture: Array, index: Array
) -> tuple[Array, Array, Array]:
    """Death, last intercept and look of the opportunity's object."""
    target = entry(setting.arrays.opportunities.object, index)
    pair = entry_of(setting.arrays.doctrine.pair, architecture, index)
    return row(state.death, target), row(state.last_intercept, pair), row(state.look, pair)


def _owed(
    state: State,
    setting: Setting,
    architecture: Array,
    index: Array,
    look_open: Array,
) -> tuple[Array, Array]:
    """Rounds that a new look would get by doctrine, and rounds owed: the open look's rest, or a
    new one's within stock and plan."""
    opportunities, doctrine = setting.arrays.opportunities, setting.arrays.doctrine
    pair = entry_of(doctrine.pair, architecture, index)
    look = row(state.look, pair)
    flags = _flags(setting, architecture, index)
    doctrinal = salvo_due(rank_of(doctrine.salvo, architecture, index), look & Rank(LOOKS))
    if flags is not None:
        doctrinal = doubled(doctrinal, flags)
    stock = row(state.stock, entry(opportunities.magazine, index)) >> 1
    mode = entry_of(doctrine.mode, architecture, index)
    # Limits that cannot bind where they do not hold: choosing would branch in every trial.
    due = jnp.minimum(doctrinal, stock | _unlimited(mode != INLINE_EVEN))
    if setting.features.plans:
        share = row(state.share, pair)
        own = _own_flags(setting, architecture, index)
        if own is not None:  # a plan cannot know an opportunity's own coins
            share = doubled(share, own)
        due = jnp.minimum(due, share | _unlimited(mode != PLANNED))
    return doctrinal, jnp.where(look_open, owed_in(look), due)


def _unlimited(condition: Array) -> Array:
    """What makes any limit not bind, by `or`, if a scalar holds, else nothing."""
    return jnp.where(condition, Rank(NEVER), Rank(0))


def _own_flags(setting: Setting, architecture: Array, index: Array) -> Array | None:
    """Flags of the opportunity's own coins; None where there are none."""
    if setting.coins is None:
        return None
    return coin_flags(setting.coins, setting.sizes, architecture, index)


def _flags(setting: Setting, architecture: Array, index: Array) -> Array | None:
    """Flags of everything tossed for this opportunity; None where nothing is."""
    flags = _own_flags(setting, architecture, index)
    if setting.features.flags:
        doctrine = setting.arrays.doctrine
        for rows in (doctrine.site_flags, doctrine.pair_flags):
            tossed = row(setting.flags, entry_of(rows, architecture, index))
            flags = tossed if flags is None else flags | tossed
    return flags


def record(state: State, setting: Setting, index: Array, decision: Array) -> State:
    """The state with what every decision changes: the cause, and the rounds left.

    Here and in `carry_out` each field reads its own row just before replacing it, and no other
    field: else XLA copies the whole field.
    """
    opportunities = setting.arrays.opportunities
    target, magazine = entry(opportunities.object, index), entry(opportunities.magazine, index)
    fired, cause = decision & Rank(FIRED), cause_in(decision)
    stock = row(state.stock, magazine) - (fired + fired)
    return state._replace(
        cause=with_row(state.cause, target, jnp.maximum(row(state.cause, target), cause)),
        stock=with_row(state.stock, magazine, stock | bit(cause == REASON_NO_MAGAZINE, 1)),
    )


def carry_out(
    state: State, setting: Setting, architecture: Array, index: Array, decision: Array
) -> State:
    """The state with what rounds fired change; `decision` is of `engage`."""
    opportunities, doctrine = setting.arrays.opportunities, setting.arrays.doctrine
    channels, features = setting.arrays.channels, setting.features
    taken, opens, errors = is_taken(decision), has(decision, OPENS), features.error_variants > 0
    fired = decision & Rank(FIRED)
    target = entry(opportunities.object, index)
    pair = entry_of(doctrine.pair, architecture, index)
    account = entry(opportunities.account, index)
    battery = entry(opportunities.battery, index)
    hold = entry_of(channels.hold, architecture, index)
    occupies = (entry_of(channels.number, architecture, battery) < NEVER).astype(Rank)
    counts = (
        fired,
        jnp.where(has(decision, WASTED), fired, Rank(0)),
        bit(taken, 1),
        bit(taken & has(decision, REMOTE), 1),
        bit(opens, 1),
    )
    counters = tuple(
        with_row(rows, account, row(rows, account) + by)
        for rows, by in zip(state.counters, pack(features, counts), strict=True)
    )
    death, last_intercept, look = _object_rows(state, setting, architecture, index)
    killed = jnp.minimum(death, rank(opportunities.death_rank, index))
    later = jnp.maximum(last_intercept, rank(opportunities.intercept_rank, index))
    last_intercept = jnp.where(taken, later, last_intercept)
    look = look_after(look, decision, errors=errors)
    state = state._replace(
        death=with_row(state.death, target, jnp.where(has(decision, KILLS), killed, death)),
        last_intercept=with_row(state.last_intercept, pair, last_intercept),
        look=with_row(state.look, pair, look),
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


def release(
    state: State, setting: Setting, architecture: Array, index: Array, held: Array
) -> State:
    """The state with the channels free again that are due before this opportunity (rule 23);
    holds that are not `held` took none."""
    channels = setting.arrays.channels

    def free_one(number: Array, busy: Array) -> Array:
        battery = entry_of(channels.release_battery, architecture, number)
        hold = entry_of(channels.release_hold, architecture, number)

        def freed(zero: Array, busy: Array) -> Array:
            return with_row(busy, battery, row(busy, battery) - row(state.holds, hold + zero))

        return when(entry(held, hold) != 0, freed, busy, skips=setting.skips)

    begin = entry_of(channels.release_begin, architecture, index)
    end = entry_of(channels.release_end, architecture, index)
    return state._replace(busy=lax.fori_loop(begin, end, free_one, state.busy))
