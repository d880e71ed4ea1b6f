"""Fire plans of bursts (rules 18 and 19): at the burst's start the cell counts the objects due a
new look and its rounds, then allots shares in the list's order; only traced where used."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.contract import (
    NO_FLAGS,
    NOT_CALLED,
    OUT_OF_PLAY,
    PLAN_TEST,
    UNAVAILABLE,
    Plan,
    Purpose,
)
from mcdefense.engine.belief import believe, doubled, salvo_due
from mcdefense.engine.draws import Luck
from mcdefense.engine.look import LOOKS
from mcdefense.engine.philox import multiply_high
from mcdefense.engine.rows import Rank, entry, entry_of, rank, row, with_row
from mcdefense.engine.skip import when
from mcdefense.engine.state import Setting, State


class _Scene(NamedTuple):
    """What the entries of a plan look at."""

    state: State
    setting: Setting
    architecture: Array
    luck: Luck

    @property
    def plan(self) -> Plan:
        """Entries of all plans."""
        return self.setting.arrays.plan


class Count(NamedTuple):
    """Running counts of a plan; rows [1, W, T], of rounds in 32 bits."""

    due: Array  # objects due a new look, not yet allotted
    rounds: Array  # rounds not yet allotted
    battery_rounds: Array  # rounds of the battery being counted
    units: Array  # salvos that the batteries' channels and rounds can serve
    salvo: Array  # most rounds due at the object being tested, 0 if it is not due


_Carry = tuple[Array, Count]
"""The row of shares [W, T] of the entry's pair, and the counts."""


def quotient(number: Array, divisor: Array) -> Array:
    """The whole quotient of an int32 from 0 to 2**23 by one from 1 on.

    In float32, exact or not, and then set right: no processor divides vectors of integers.
    """
    near = (number.astype(jnp.float32) / divisor.astype(jnp.float32)).astype(jnp.int32)
    rest = number - near * divisor
    return near + (rest >= divisor).astype(jnp.int32) - (rest < 0).astype(jnp.int32)


def nothing_counted(shape: tuple[int, ...]) -> Count:
    """The counts before any plan; `shape` is that of a row."""
    none, no_rounds = jnp.zeros(shape, Rank), jnp.zeros(shape, jnp.int32)
    return Count(none, no_rounds, no_rounds, no_rounds, none)


def make_plan(
    state: State,
    count: Count,
    setting: Setting,
    architecture: Array,
    begin: Array,
    end: Array,
    settled: Array,
    luck: Luck,
) -> tuple[State, Count]:
    """The state with the shares that entries begin..end of the plans allot.

    `count` is only handed on: every plan begins anew, but zeros made at every step would cost more
    than a step without a plan. Entries of pairs that are `settled` [pairs] allot nothing.
    """
    scene = _Scene(state, setting, architecture, luck)
    # In the order of the PLAN_ codes.
    kinds = (_begin, _magazine, _battery, _test, _count, _even, _serve)

    def step(index: Array, carry: tuple[Array, Count]) -> tuple[Array, Count]:
        kind, pair = entry(scene.plan.kind, index), entry(scene.plan.pair, index)

        def worked(zero: Array, carry: tuple[Array, Count]) -> tuple[Array, Count]:
            branches = [partial(kind, scene, index + zero) for kind in kinds]
            shares, count = carry
            # One row goes through the switch: all shares would be copied there and back.
            share, count = lax.switch(kind + zero, branches, row(shares, pair), count)
            return with_row(shares, pair, share), count

        needed = (kind < PLAN_TEST) | (entry(settled, pair) == 0)
        return when(needed, worked, carry, skips=setting.skips)

    shares, count = lax.fori_loop(begin, end, step, (state.share, count))
    return state._replace(share=shares), count


def _begin(_scene: _Scene, _index: Array, share: Array, count: Count) -> _Carry:
    return share, nothing_counted(count.due.shape)


def _magazine(scene: _Scene, index: Array, share: Array, count: Count) -> _Carry:
    magazine = entry(scene.plan.magazine, index)
    stock = row(scene.state.stock, magazine)
    rounds = (stock >> 1).astype(jnp.int32)
    return share, count._replace(
        rounds=count.rounds + rounds, battery_rounds=count.battery_rounds + rounds
    )


def _battery(scene: _Scene, index: Array, share: Array, count: Count) -> _Carry:
    """Units of one battery: free channels, or full salvos of its rounds if fewer."""
    plan = scene.plan
    first = entry(plan.battery, index)
    busy = row(scene.state.busy, first).astype(jnp.int32)
    free = entry_of(scene.setting.arrays.channels.number, scene.architecture, first) - busy
    salvo = jnp.maximum(entry(plan.salvo, index)[0], 1)
    served = quotient(count.battery_rounds + salvo - 1, salvo)
    units = jnp.where(entry(plan.unlimited, index) != 0, served, jnp.minimum(free, served))
    return share, count._replace(
        units=count.units + units, battery_rounds=jnp.zeros_like(count.battery_rounds)
    )


def _flags(scene: _Scene, index: Array) -> Array:
    flags = scene.setting.flags
    if not scene.setting.features.flags:
        return row(flags, NO_FLAGS)
    site, pair = entry(scene.plan.site_flags, index), entry(scene.plan.pair_flags, index)
    return row(flags, site) | row(flags, pair)


def _salvo(scene: _Scene, index: Array) -> Array:
    look = row(scene.state.look, entry(scene.plan.pair, index))
    salvo = salvo_due(rank(scene.plan.salvo, index), look & Rank(LOOKS))
    return doubled(salvo, _flags(scene, index))


def _test(scene: _Scene, index: Array, share: Array, count: Count) -> _Carry:
    """Whether one opportunity of the burst finds its object due a new look at the start."""
    plan, pair = scene.plan, entry(scene.plan.pair, index)
    verdict = believe(
        row(scene.state.death, entry(plan.object, index)),
        row(scene.state.last_intercept, pair),
        row(scene.state.look, pair),
        rank(plan.look_limit, index),
        rank(plan.seen_limit, index),
    )
    tracked = row(scene.setting.gates, entry(plan.gate, index)) <= rank(plan.gate_limit, index)
    prevented = _flags(scene, index) & (UNAVAILABLE | NOT_CALLED | OUT_OF_PLAY)
    due = tracked & verdict.believed_alive & ~verdict.look_open & (prevented == 0)
    salvo = _salvo(scene, index)
    return share, count._replace(salvo=jnp.maximum(count.salvo, jnp.where(due, salvo, Rank(0))))


def _count(_scene: _Scene, _index: Array, _share: Array, count: Count) -> _Carry:
    due = count.due + (count.salvo > 0).astype(Rank)
    return count.salvo, count._replace(due=due, salvo=jnp.zeros_like(count.salvo))


def _drawn_below(scene: _Scene, index: Array, due: Array, limit: Array) -> Array:
    """Whether one of `due` equally likely numbers, drawn for this object, lies below `limit`."""
    cell, entity = entry(scene.plan.cell_key, index), entry(scene.plan.entity, index)
    word = scene.luck.word(Purpose.CHOICE, cell, entity)
    number = multiply_high(word, jnp.maximum(due, 1).astype(jnp.uint32))
    return number.astype(jnp.int32) < limit


def _even(scene: _Scene, index: Array, share: Array, count: Count) -> _Carry:
    """Even share: R = an + r gives a each, and r odd rounds, in turn or drawn."""
    is_due = (share > 0).astype(Rank)
    due = jnp.maximum(count.due, 1).astype(jnp.int32)
    each = quotient(count.rounds, due)
    odd = count.rounds - each * due

    random = entry(scene.plan.random, index) != 0

    def drawn(zero: Array, in_turn: Array) -> Array:
        again = scene._replace(luck=scene.luck.again(zero))
        return jnp.where(random, _drawn_below(again, index + zero, due, odd), in_turn)

    extra = when(random, drawn, odd > 0, skips=scene.setting.skips)
    given = jnp.minimum(each + extra, share.astype(jnp.int32))
    return given.astype(Rank), count._replace(rounds=count.rounds - given, due=count.due - is_due)


def _serve(scene: _Scene, index: Array, share: Array, count: Count) -> _Carry:
    """First come, at random: a full salvo for as many objects as there are units."""
    is_due = (share > 0).astype(Rank)
    served = _drawn_below(scene, index, count.due, count.units).astype(Rank) * is_due
    return served * share, count._replace(units=count.units - served, due=count.due - is_due)
