"""The kernels that count: what each trial came to under an architecture, then what it came to
under all of them.

They add up what epilogue.py adds up, over the trials of a launch, without rows of other threads: an
architecture's rows count for itself where its network is up, and for those that fall back on it
where theirs is down (rule 26, `fallback`). `add` sums a warp's values and adds them to a world's
counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import Array, lax
from jax.ref import addupdate

from mcdefense.contract import (
    ACCOUNT_SUMS,
    CAUSE_KILLED,
    CAUSE_UNAVAILABLE,
    FIRES_NOTHING,
    LOOKS_HAD,
    NEVER,
    NO_NETWORK,
    OUT_OF_PLAY,
    Purpose,
)
from mcdefense.engine import (
    Luck,
    OwnRows,
    Setting,
    Small,
    entry,
    entry_of,
    filled,
    limit_of,
    onset_draws,
    row,
    unpack,
    whole,
    with_row,
)
from mcdefense.gpu.fates import each, each_pair, fate_of, put_fate
from mcdefense.gpu.form import Memory
from mcdefense.gpu.places import Places, Sums
from mcdefense.gpu.primitives import any_trial
from mcdefense.gpu.replay import Memories, Scalars, luck_of, network_down, setting_of
from mcdefense.gpu.struck import each_first
from mcdefense.gpu.tables import TableLayout
from mcdefense.rules import looks_in

Add = Callable[..., None]
_KILLED = ACCOUNT_SUMS.index("killed")


class _Sums:
    """Adds to the counts of a world by their names."""

    def __init__(self, memories: Memories, sums: Sums) -> None:
        self._memory, self._places = memories[Memory.SUMS], sums.places()

    def add(self, name: str, *index: Any, value: Array) -> None:
        """A trial's value, added to the count at this index."""
        place = jnp.asarray(self._places[name](*index), jnp.int32)
        addupdate(self._memory, place, value.astype(jnp.int32))


def _live(setting: Setting, index: Array, valid: Array) -> Array:
    objects = setting.arrays.objects
    present = (row(setting.flags, entry(objects.present_flags, index)) & OUT_OF_PLAY) == 0
    return present & valid & (entry(objects.live, index) != 0)


def _hits(setting: Setting, leaks: Array, index: Array, luck: Luck) -> Array:
    if not setting.features.damage:
        return leaks
    draw = luck.draw(Purpose.DAMAGE, 0, index)
    return leaks & (draw <= limit_of(entry(setting.arrays.objects.damage_high, index)))


def _added(rows: OwnRows, index: Array, value: Array) -> None:
    with_row(rows, index, row(rows, index) + value.astype(Small))


def count(
    memories: Memories, given: Scalars, *, places: Places, layout: TableLayout, sums: Sums
) -> None:
    """Add up what a trial came to under one architecture."""
    setting, tables = setting_of(memories, places, layout)
    arrays, features, capacity = setting.arrays, setting.features, places.capacity
    a, valid, luck = given["architecture"], given["valid"], luck_of(given)
    rows = places.counting.rows_in(memories[Memory.STATE])
    state, extra = places.state_of(memories[Memory.STATE]), tables.for_counts
    to = _Sums(memories, sums)
    has_networks = bool(features.onsets) or any(f != NO_NETWORK for f in features.fallback)

    def weigh(role: Array) -> None:
        counts_for = entry_of(extra.roles, a, role)
        down = network_down(setting, jnp.maximum(counts_for, 0))
        weight = valid & jnp.where(role == 0, ~down, down) & (counts_for >= 0)
        with_row(rows["weight"], role, weight)

    if has_networks:
        each(places.roles, weigh)

    def for_each_role(do: Callable[[Array, Array, Array], None]) -> None:
        """do(role, architecture for which it counts, whether the trial counts there)."""
        if not has_networks:
            do(jnp.int32(0), a, valid)
            return

        def one(role: Array) -> None:
            weight = row(rows["weight"], role) != 0
            counts_for = jnp.maximum(entry_of(extra.roles, a, role), 0)
            lax.cond(any_trial(weight), lambda: do(role, counts_for, weight), lambda: None)

        each(places.roles, one)

    for name in ("leakers", "hit", "refused", "looks"):
        filled(rows[name], 0)

    def with_pair(pair: Array) -> None:
        looks = looks_in(row(state.look, pair))
        _added(rows["looks"], entry_of(extra.pair_object, a, pair), looks)

    each(capacity.pairs, with_pair)
    fates = places.left.rows_in(memories[Memory.LEFT]).get("fates")
    if features.onsets:
        lost = network_down(setting, a)
        onset = onset_draws(lost, luck)

    def with_object(n: Array) -> None:
        death, live = row(state.death, n), _live(setting, n, valid)
        killed = death < NEVER
        leaks = live & ~killed
        hits = _hits(setting, leaks, n, luck)
        final = jnp.where(killed, Small(CAUSE_KILLED), row(state.cause, n)).astype(jnp.int32)
        small = jnp.where(killed, death, Small(0)).astype(jnp.int32)
        account = extra.account.at(entry(extra.first_account, n) + small)
        kind = entry(arrays.objects.threat_class, n)
        looks = jnp.minimum(row(rows["looks"], n), Small(LOOKS_HAD)).astype(jnp.int32)
        _added(rows["leakers"], kind, leaks)
        if fates is not None:
            put_fate(fates, places, a, n, final)
        asset = entry(arrays.objects.asset, n)
        with_row(rows["hit"], asset, row(rows["hit"], asset) | hits.astype(Small))

        def add(role: Array, to_a: Array, weight: Array) -> None:
            to.add("leakers", to_a, n, value=leaks & weight)
            to.add("hits", to_a, n, value=hits & weight)
            to.add("outcome", to_a, n, final, value=live & weight)
            to.add("leakers_by_looks", to_a, kind, looks, value=leaks & weight)
            to.add("account_sums", a, account, role, _KILLED, value=killed & weight)

        for_each_role(add)
        if features.onsets:
            impact = entry_of(arrays.onsets.impact, a, n)
            to.add("leakers_before_onset", a, kind, value=leaks & lost & (onset > impact))

    each(whole(arrays.counts)[4], with_object)
    _leave(memories, places, "leakers", a * (features.classes + 1), rows["leakers"])

    def with_asset(m: Array) -> None:
        hit = row(rows["hit"], m) != 0
        for_each_role(lambda _, to_a, weight: to.add("asset_hit", to_a, m, value=hit & weight))

    def with_magazine(m: Array) -> None:
        stock, battery = row(state.stock, m), entry(arrays.stocks.magazine_battery, m)
        with_row(rows["refused"], battery, row(rows["refused"], battery) | (stock & 1))

        def add(_: Array, to_a: Array, weight: Array) -> None:
            loaded = entry_of(arrays.stocks.rounds, to_a, m)[0] > 0
            to.add("emptied", to_a, m, value=(stock < 2) & loaded & weight)
            to.add("rounds_left", to_a, m, value=jnp.where(weight, stock >> 1, Small(0)))

        for_each_role(add)

    def with_battery(b: Array) -> None:
        refused = row(rows["refused"], b) != 0
        for_each_role(lambda _, to_a, weight: to.add("denied", to_a, b, value=refused & weight))

    def with_account(account: Array) -> None:
        words = [row(word, account) for word in state.counters]

        def counted() -> None:
            columns = unpack(features, words)

            def add(role: Array, _: Array, weight: Array) -> None:
                for column, value in enumerate(columns):
                    weighed = jnp.where(weight, value, Small(0))
                    to.add("account_sums", a, account, role, column, value=weighed)

            for_each_role(add)

        used = words[0] != 0
        for word in words[1:]:
            used |= word != 0
        lax.cond(any_trial(used), counted, lambda: None)

    def with_first(i: Array, new: Array) -> None:
        for_each_role(lambda _, to_a, weight: to.add("first_losses", to_a, i, value=new & weight))

    if features.losses:
        each_first(setting, rows["struck"], a, state.death, with_first)
    each(capacity.assets, with_asset)
    each(capacity.magazines, with_magazine)
    each(capacity.batteries, with_battery)
    each(capacity.accounts, with_account)


def _leave(memories: Memories, places: Places, name: str, first: Any, by_class: OwnRows) -> None:
    """Leave leakers (or what is live) by class and in all for `compare`, in rows from `first`."""
    left, classes = places.left.rows_in(memories[Memory.LEFT])[name], places.features.classes

    def one(c: Array, total: Array) -> Array:
        number = row(by_class, c)
        with_row(left, first + c, number)
        return total + number

    with_row(left, first + classes, lax.fori_loop(0, classes, one, jnp.zeros((), Small)))


def compare(
    memories: Memories, given: Scalars, *, places: Places, layout: TableLayout, sums: Sums
) -> None:
    """Add up what a trial came to under all architectures: what is live, and products."""
    setting, tables = setting_of(memories, places, layout)
    features, valid, luck = setting.features, given["valid"], luck_of(given)
    left, classes = places.left.rows_in(memories[Memory.LEFT]), features.classes
    to, extra = _Sums(memories, sums), tables.for_counts
    filled(left["live"], 0)
    filled(left["hit"], 0)

    def with_object(n: Array) -> None:
        live = _live(setting, n, valid)
        to.add("live", n, value=live)
        _added(left["live"], entry(setting.arrays.objects.threat_class, n), live)
        if FIRES_NOTHING in features.fallback:
            _idle_object(n, live)
        if features.architectures > 1:
            _fates_together(n, live)

    def _fates_together(n: Array, live: Array) -> None:
        """What became of an object under each two architectures, after fallbacks."""
        for a, fallback in enumerate(features.fallback):
            fate = fate_of(left["fates"], places, a, n)
            if fallback == FIRES_NOTHING:
                cause = (entry_of(extra.reached, jnp.int32(a), n) * CAUSE_UNAVAILABLE).astype(Small)
                fate = jnp.where(network_down(setting, a), cause, fate)
            elif fallback != NO_NETWORK:
                other = fate_of(left["fates"], places, fallback, n)
                fate = jnp.where(network_down(setting, a), other, fate)
            with_row(left["fate"], a, fate)
        kind = entry(setting.arrays.objects.threat_class, n)

        def with_two(_: Array, a: Array, b: Array) -> None:
            fates = [row(left["fate"], one).astype(jnp.int32) for one in (a, b)]
            killed, other_killed = (fate == CAUSE_KILLED for fate in fates)
            # It leaks alone under one of them at most, so that one place is enough.
            leaks, kills = (jnp.where(other_killed, *two) for two in ((a, b), (b, a)))
            cause = jnp.where(other_killed, *fates)
            alone = live & (killed != other_killed)
            to.add("leaked_alone", leaks, kills, kind, cause, value=alone)

        each_pair(features.architectures, with_two)

    def _idle_object(n: Array, live: Array) -> None:
        """Everything leaks where a defence that fires nothing without its network lacks it."""
        hits, asset = _hits(setting, live, n, luck), entry(setting.arrays.objects.asset, n)
        with_row(left["hit"], asset, row(left["hit"], asset) | hits.astype(Small))
        for a in _silent(places):
            down = network_down(setting, a)
            cause = entry_of(extra.reached, a, n) * CAUSE_UNAVAILABLE
            to.add("leakers", a, n, value=live & down)
            to.add("hits", a, n, value=hits & down)
            to.add("outcome", a, n, cause, value=live & down)
            kind = entry(setting.arrays.objects.threat_class, n)
            to.add("leakers_by_looks", a, kind, 0, value=live & down)

    def _idle(a: Any) -> None:
        down = network_down(setting, a) & valid

        def lost(i: Array, new: Array) -> None:
            to.add("first_losses", a, i, value=new & down)

        hit, rounds = left["hit"], setting.arrays.stocks.rounds
        if features.losses:
            each_first(setting, left["struck"], jnp.int32(a), None, lost)

        def with_magazine(m: Array) -> None:
            value = jnp.where(down, entry_of(rounds, a, m)[0], 0)
            to.add("rounds_left", a, m, value=value)

        each(places.capacity.magazines, with_magazine)
        each(
            places.capacity.assets,
            lambda m: to.add("asset_hit", a, m, value=(row(hit, m) != 0) & down),
        )

    each(whole(setting.arrays.counts)[4], with_object)
    for a in _silent(places):
        _idle(a)
    _leave(memories, places, "live", 0, left["live"])

    def leakers(a: Array, c: Array) -> Array:
        """Those of the fallback where the network is down."""
        number = row(left["leakers"], a * (classes + 1) + c)
        if any(f != NO_NETWORK for f in features.fallback):
            other = row(OwnRows(memories[Memory.LEFT], 0, 0), entry(extra.fallback, a) + c)
            number = jnp.where(network_down(setting, a), other, number)
        return jnp.where(valid, number, Small(0)).astype(jnp.int32)

    def with_class(c: Array) -> None:
        live = row(left["live"], c).astype(jnp.int32)
        to.add("live_squared", c, value=live * live)

        def with_architecture(a: Array) -> None:
            number, lost = leakers(a, c), network_down(setting, a) & valid
            to.add("leakers_live", a, c, value=number * live)
            to.add("leakers_squared", a, c, value=number * number)
            to.add("no_leakers", a, c, value=(number == 0) & valid)
            to.add("leakers_histogram", a, c, number, value=valid)
            to.add("leakers_network_lost", a, c, value=jnp.where(lost, number, 0))

        def with_two(pair: Array, a: Array, b: Array) -> None:
            number, other = leakers(a, c), leakers(b, c)
            to.add("leakers_product", pair, c, value=number * other)
            none = (number == 0) & (other == 0) & valid
            to.add("no_leakers_both", pair, c, value=none)

        each(features.architectures, with_architecture)
        each_pair(features.architectures, with_two)

    each(classes + 1, with_class)

    def with_network(a: Array) -> None:
        lost = network_down(setting, a) & valid
        to.add("network_lost", a, value=lost)
        none = leakers(a, jnp.int32(classes)) == 0
        to.add("no_leakers_network_lost", a, value=none & lost)

    each(features.architectures, with_network)


def _silent(places: Places) -> list[Any]:
    """Architectures that fire nothing where their network is down."""
    return [a for a, f in enumerate(places.features.fallback) if f == FIRES_NOTHING]
