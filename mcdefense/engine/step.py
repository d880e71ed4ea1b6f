"""One opportunity in every trial of a block under one architecture.

`judge` decides and `engage` says what the rounds fired do; both are of the rules (mcdefense/rules)
and of numbers that views.py reads. `record` and `carry_out` then change the state. `release` frees
channels, `strike` loses what leakers hit, and `reload` fills magazines up. All are deterministic:
chance arrives as an argument. All rows are [1, W, T].
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.contract import NEVER, NO_LOSS, OUT_OF_PLAY, Event, Purpose
from mcdefense.engine.draws import Luck
from mcdefense.engine.rows import entry, entry_of, limit_of, row, small, with_row
from mcdefense.engine.skip import run_if
from mcdefense.engine.state import Setting, State
from mcdefense.engine.views import events_before, situation_of, with_effects, with_record
from mcdefense.rules import (
    Chance,
    bit,
    decide,
    effects,
    lacks,
    more_to_come,
    packed,
    put_in,
    unpacked,
)


def judge(state: State, setting: Setting, architecture: Array, index: Array) -> Array:
    """The decision at an opportunity: the rounds fired, or why none are (rules/packing.py)."""
    situation = situation_of(state, setting, architecture, index)
    decision: Array = decide(situation)
    return decision | more_to_come(situation, decision) if setting.skips else decision


def engage(
    state: State,
    setting: Setting,
    architecture: Array,
    index: Array,
    decision: Array,
    chance: Chance,
) -> Array:
    """The decision with what its rounds do packed into it, where any are fired."""
    situation = situation_of(state, setting, architecture, index)
    most_rounds = setting.features.rounds
    done = effects(situation, decision, chance, most_rounds=most_rounds)
    word: Array = packed(decision, done)
    return word


def record(state: State, setting: Setting, index: Array, decision: Array) -> State:
    """The state with what every decision changes, whether rounds are fired or not."""
    return with_record(state, setting, index, decision)


def carry_out(
    state: State, setting: Setting, architecture: Array, index: Array, decision: Array
) -> State:
    """The state with what rounds fired change; `decision` is of `engage`."""
    done = unpacked(decision, looks_err=setting.features.error_variants > 0)
    return with_effects(state, setting, architecture, index, done)


def strike(state: State, setting: Setting, orders: Array, index: Array, luck: Luck) -> State:
    """The state with what leakers damage before this opportunity (39 and 43: `losses`, `post`)."""
    losses, tosses = setting.arrays.losses, setting.features.posts and setting.features.damage

    def strike_one(number: Array, lost: Array) -> Array:
        place = entry(losses.row, number)
        there = lacks(row(setting.flags, entry(losses.flags, number)), OUT_OF_PLAY)
        object_ = entry(losses.object, number)
        hit = there & (row(state.death, object_) == NEVER)
        if tosses:  # batteries and sensors are damaged by every leaker
            high = limit_of(entry(setting.arrays.objects.damage_high, object_))
            hit &= luck.draw(Purpose.DAMAGE, 0, object_) <= high
        return with_row(lost, place, row(lost, place) | bit(hit, 1))

    begin, end = events_before(setting.arrays, Event.IMPACT, orders, index)
    return state._replace(lost=lax.fori_loop(begin, end, strike_one, state.lost))


def reload(
    state: State, setting: Setting, orders: Array, index: Array, due: Array | None = None
) -> State:
    """The state with the rounds put into magazines before this opportunity (rule 41, `reload`);
    unless they are not `due`, as in a step that only carries out what was decided before it."""
    reloads = setting.arrays.reloads

    def fill_one(number: Array, filled: tuple[Array, Array]) -> tuple[Array, Array]:
        stock, store = filled
        magazine, source = entry(reloads.magazine, number), entry(reloads.store, number)
        twice, kept = row(stock, magazine), row(store, source)
        full = small(reloads.full, number)
        if setting.onset is not None:
            full = jnp.where(setting.onset < NO_LOSS, small(reloads.lost_full, number), full)
        added = put_in(twice >> 1, full, small(reloads.rounds, number), kept)
        return (
            with_row(stock, magazine, twice + (added << 1)),
            with_row(store, source, kept - added),
        )

    begin, end = events_before(setting.arrays, Event.RELOAD, orders, index)
    if due is not None:
        end = jnp.where(due, end, begin)
    stock, store = lax.fori_loop(begin, end, fill_one, (state.stock, state.store))
    return state._replace(stock=stock, store=store)


def release(
    state: State, setting: Setting, architecture: Array, index: Array, fresh: Array
) -> State:
    """The state with the channels free again that are due before this opportunity (`channel`, 23).

    Channel rows that are not `fresh` (skip.py) are of opportunities that took no channel.
    """
    channels = setting.arrays.channels

    def free_one(number: Array, busy: Array) -> Array:
        battery = entry_of(channels.release_battery, architecture, number)
        channel_row = entry_of(channels.release_row, architecture, number)

        def freed(zero: Array, busy: Array) -> Array:
            taken = row(state.took_channel, channel_row + zero)
            return with_row(busy, battery, row(busy, battery) - taken)

        return run_if(entry(fresh, channel_row) != 0, freed, busy, skips=setting.skips)

    begin, end = events_before(setting.arrays, Event.RELEASE, architecture, index)
    return state._replace(busy=lax.fori_loop(begin, end, free_one, state.busy))
