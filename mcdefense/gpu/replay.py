"""The kernels that replay trials, traced from the engine's own rules: what a trial draws before
its first opportunity, and the list of an architecture.

One thread replays a trial, so that a row is a scalar, and what a warp leaves out is decided by
real branches: rounds are fired in any of its trials at one opportunity in seven to one in three.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.contract import NEVER, NO_LOSS, UNAVAILABLE, Event, Purpose
from mcdefense.engine import (
    Luck,
    OwnRows,
    Scene,
    Setting,
    Small,
    State,
    carry_out,
    chosen,
    draw_coins,
    engage,
    entry,
    entry_of,
    events_before,
    filled,
    judge,
    onset_draws,
    record,
    release,
    reload,
    row,
    share_out,
    strike,
    toss_flags,
    track_gates,
    under,
    whole,
    with_row,
)
from mcdefense.gpu.form import Memory
from mcdefense.gpu.places import Places
from mcdefense.gpu.primitives import any_trial
from mcdefense.gpu.primitives import record as record_of
from mcdefense.gpu.records import Fields
from mcdefense.gpu.tables import TableLayout, Tables
from mcdefense.rules import (
    DEAD_CALLED_ALIVE,
    MORE_TO_COME,
    Chance,
    bit,
    is_taken,
    nothing_counted,
    rounds_in,
)

Memories = dict[Memory, Any]
Scalars = dict[str, Array]


def luck_of(given: Scalars) -> Luck:
    """What identifies the trial of a thread."""
    return Luck((given["key0"], given["key1"]), given["world"], given["trial"])


def setting_of(memories: Memories, places: Places, layout: TableLayout) -> tuple[Setting, Tables]:
    """What a trial is judged against, as it lies in the kernel's memories."""
    tables = layout.leaves(memories[Memory.TABLE])
    before = places.before.rows_in(memories[Memory.BEFORE])
    coins = before["coins"] if places.features.coins else None
    arrays, gates, flags = tables.arrays, before["gates"], before["flags"]
    setting = Setting(arrays, places.features, places.capacity, gates, flags, coins, skips=True)
    return setting, tables


def begin(memories: Memories, given: Scalars, *, places: Places, layout: TableLayout) -> None:
    """Draw a trial's flags, gates and coins."""
    setting, _ = setting_of(memories, places, layout)
    arrays, features, luck = setting.arrays, setting.features, luck_of(given)
    before = places.before.rows_in(memories[Memory.BEFORE])
    count = whole(arrays.counts)
    flags = toss_flags(arrays.tosses, count[1], before["flags"], luck)
    cued = count[3] if features.cued else None
    track_gates(arrays.tracks, count[2], arrays.cued, cued, before["gates"], flags, luck)
    if features.coins:
        draw_coins(arrays, features, places.capacity, before["coins"], luck)


def replay(
    memories: Memories, given: Scalars, *, places: Places, layout: TableLayout, fields: Fields
) -> None:
    """Replay the list of an architecture, from its first state to its last."""
    setting, _ = setting_of(memories, places, layout)
    marks = memories[Memory.MARKS]
    settled: Any = OwnRows(marks, 0, places.capacity.pairs)
    fresh: Any = OwnRows(marks, places.capacity.pairs, places.capacity.channel_rows)
    architecture, luck = given["architecture"], luck_of(given)
    state = places.state_of(memories[Memory.STATE])
    if places.features.onsets:
        setting = setting._replace(onset=onset_draws(network_down(setting, architecture), luck))
    _start(state, setting, architecture)

    def fired(setting: Setting, orders: Array, index: Array, decision: Array) -> None:
        chance = _chance_of(setting, luck, orders, index, decision)
        engaged = engage(state, setting, orders, index, decision, chance)
        record(state, setting, index, engaged)
        carry_out(state, setting, orders, index, engaged)

    def judged(setting: Setting, orders: Array, index: Array, rows: tuple[Array, Array]) -> None:
        channel_row, pair = rows
        decision = judge(state, setting, orders, index)
        fires = any_trial(is_taken(decision))
        more = any_trial((decision & MORE_TO_COME) != 0)
        lax.cond(
            fires,
            lambda: fired(setting, orders, index, decision),
            lambda: _nothing(record(state, setting, index, decision)),
        )
        with_row(fresh, channel_row, fires.astype(Small))
        with_row(settled, pair, (~more).astype(Small))

    def step(number: Array, counted: Any) -> Any:
        got = fields.unpacked(record_of(number, fields.words))
        now = setting._replace(arrays=fields.now(setting.arrays, got))
        doctrine, channels, index = now.arrays.doctrine, now.arrays.channels, got["index"]
        orders = got["orders"] if setting.features.onsets else architecture
        channel_row = entry_of(channels.row, orders, index)
        pair = entry_of(doctrine.pair, orders, index)
        release(state, now, orders, index, fresh)
        if setting.features.losses:
            strike(state, now, orders, index, luck)
        if setting.features.reloads:
            reload(state, now, orders, index)
        if setting.features.sharing:
            first, last = events_before(now.arrays, Event.SHARING, orders, index)
            # Of the burst's own steps, not of the turn at hand.
            scene = Scene(state, setting, orders, luck)
            _, counted = share_out(scene, counted, first, last, settled)
        lax.cond(
            row(settled, pair) == 0,
            lambda: judged(now, orders, index, (channel_row, pair)),
            lambda: _nothing(with_row(fresh, channel_row, jnp.zeros((), Small))),
        )
        return counted

    counted = nothing_counted(jnp.zeros((), Small)) if setting.features.sharing else None
    count = entry(setting.arrays.turns.number, architecture)
    lax.fori_loop(0, count, step, counted)


def network_down(setting: Setting, architecture: Any) -> Array:
    """Whether an architecture's network is down, or lost during the raid."""
    network = entry(setting.arrays.stocks.network_flags, architecture)
    return (row(setting.flags, network) & UNAVAILABLE) != 0


def _nothing(_: Any) -> None:
    """No result: what was done was done in memory."""


def _start(state: State, setting: Setting, architecture: Array) -> None:
    """Write the state before the first opportunity."""
    first = {"death": NEVER, "last_intercept": -1, "last_opening": -1}
    for name, rows in state._asdict().items():
        for fresh in rows if name == "counters" else [rows]:
            if name not in ("stock", "store"):
                filled(fresh, first.get(name, 0))

    loads = architecture
    if setting.onset is not None:
        instead = entry(setting.arrays.onsets.loads, architecture)
        loads = jnp.where(setting.onset < NO_LOSS, instead, architecture)

    def load(magazine: Array, _: None) -> None:
        rounds = entry_of(setting.arrays.stocks.rounds, loads, magazine)[0]
        with_row(state.stock, magazine, rounds << 1)

    lax.fori_loop(0, setting.sizes.magazines, load, None)
    if setting.features.reloads:

        def put_by(store: Array, _: None) -> None:
            rounds = entry_of(setting.arrays.reloads.initial, architecture, store)
            with_row(state.store, store, rounds.astype(Small))

        lax.fori_loop(0, setting.sizes.stores, put_by, None)


def _chance_of(
    setting: Setting, luck: Luck, architecture: Array, index: Array, decision: Array
) -> Chance:
    """The draws of one opportunity, made where a trial fires and kept nowhere."""
    chances, features = setting.arrays.chances, setting.features

    def drawn(purpose: Purpose) -> Array:
        return chosen(luck.draws(purpose, 0, index >> 2), index & 3)

    # Limits never fall with the rounds, so that the limit of those fired says whether they kill:
    # then either all rounds to spare or none is the same decision (planes.py counts them).
    table = entry(chances.kill_variant, architecture)
    fired = rounds_in(decision).astype(jnp.int32)
    kill: Any = chances.kill
    limit = kill.at(table, index, jnp.maximum(fired - 1, 0), 0)
    spare = bit(drawn(Purpose.KILL) <= limit, features.rounds)
    if not features.error_variants:
        return Chance(spare, None)
    limits = entry_of(chances.error, entry(chances.error_variant, architecture), index)
    dead = under(drawn(Purpose.DEAD_CALLED_ALIVE), limits[0])
    live = under(drawn(Purpose.LIVE_CALLED_DEAD), limits[1])
    return Chance(spare, (dead | (live << 1)).astype(Small) * Small(DEAD_CALLED_ALIVE))
