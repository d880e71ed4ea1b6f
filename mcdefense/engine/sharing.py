"""The sharing of rounds in bursts: steps that the schedule has listed, worked through.

Each kind of step is a function of the rules `sharing` (18) and `random_sharing` (19), which are in
mcdefense/rules/sharing.py; only traced where the schedule has bursts.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from mcdefense.contract import SHARE_TEST, Purpose, SharingRows
from mcdefense.engine.draws import Luck
from mcdefense.engine.philox import multiply_high
from mcdefense.engine.rows import entry, row, with_row
from mcdefense.engine.skip import run_if
from mcdefense.engine.state import Setting, State
from mcdefense.engine.views import burst_rounds_of, burst_situation_of, free_channels_of
from mcdefense.rules import (
    BurstCount,
    even_share,
    full_share,
    lots,
    nothing_counted,
    with_battery,
    with_magazine,
    with_object,
    with_test,
)


class Scene(NamedTuple):
    """What the steps of a burst look at."""

    state: State
    setting: Setting
    architecture: Array
    luck: Luck

    @property
    def sharing(self) -> SharingRows:
        """The steps of all bursts."""
        return self.setting.arrays.sharing


_Carry = tuple[Array, BurstCount]
"""The row of shares of the step's pair, and the counts."""


def share_out(
    scene: Scene, count: BurstCount, begin: Array, end: Array, settled: Array
) -> tuple[State, BurstCount]:
    """The state with the shares that steps begin..end allot.

    `count` is only handed on: every burst begins anew, but zeros made at every step would cost more
    than an opportunity without them. Steps of pairs that are `settled` [pairs] allot nothing.
    """
    # In the order of the SHARE_ codes.
    kinds = (_begin, _magazine, _battery, _test, _count, _even, _serve)

    def step(index: Array, carry: tuple[Array, BurstCount]) -> tuple[Array, BurstCount]:
        kind, pair = entry(scene.sharing.kind, index), entry(scene.sharing.pair, index)

        def worked(zero: Array, carry: tuple[Array, BurstCount]) -> tuple[Array, BurstCount]:
            branches = [partial(kind, scene, index + zero) for kind in kinds]
            shares, count = carry
            # One row goes through the switch: all shares would be copied there and back.
            share, count = lax.switch(kind + zero, branches, row(shares, pair), count)
            return with_row(shares, pair, share), count

        needed = (kind < SHARE_TEST) | (entry(settled, pair) == 0)
        return run_if(needed, worked, carry, skips=scene.setting.skips)

    shares, count = lax.fori_loop(begin, end, step, (scene.state.share, count))
    return scene.state._replace(share=shares), count


def _begin(_scene: Scene, _index: Array, share: Array, count: BurstCount) -> _Carry:
    """A burst begins."""
    return share, nothing_counted(count.due)


def _magazine(scene: Scene, index: Array, share: Array, count: BurstCount) -> _Carry:
    """A magazine of the battery being counted."""
    return share, with_magazine(count, burst_rounds_of(scene.state, scene.setting, index))


def _battery(scene: Scene, index: Array, share: Array, count: BurstCount) -> _Carry:
    """The battery whose magazines have been counted."""
    sharing = scene.sharing
    battery = entry(sharing.battery, index)
    free = free_channels_of(scene.state, scene.setting, scene.architecture, battery)
    unlimited = entry(sharing.unlimited, index) != 0
    return share, with_battery(count, free, unlimited, entry(sharing.salvo, index)[0])


def _test(scene: Scene, index: Array, share: Array, count: BurstCount) -> _Carry:
    """One opportunity of the object being tested."""
    situation = burst_situation_of(scene.state, scene.setting, scene.architecture, index)
    return share, with_test(count, situation)


def _count(_scene: Scene, _index: Array, _share: Array, count: BurstCount) -> _Carry:
    """The object tested; the rounds due at it are kept in the row of its share."""
    return with_object(count)


def _drawn(scene: Scene, index: Array, count: BurstCount) -> Array:
    """The number that the step's object draws from the `lots`."""
    cell, entity = entry(scene.sharing.cell_key, index), entry(scene.sharing.entity, index)
    word = scene.luck.word(Purpose.CHOICE, cell, entity)
    return multiply_high(word, lots(count).astype(jnp.uint32)).astype(jnp.int32)


def _even(scene: Scene, index: Array, share: Array, count: BurstCount) -> _Carry:
    """An object's even share; the odd rounds go in turn, or by lot if the step says so."""
    by_lot = entry(scene.sharing.random, index) != 0

    def drawn(zero: Array, in_turn: Array) -> Array:
        inside = scene._replace(luck=scene.luck.inside_loop(zero))
        return jnp.where(by_lot, _drawn(inside, index + zero, count), in_turn)

    in_turn = jnp.zeros_like(count.rounds)
    number = run_if(by_lot, drawn, in_turn, skips=scene.setting.skips)
    return even_share(count, share, number)


def _serve(scene: Scene, index: Array, share: Array, count: BurstCount) -> _Carry:
    """First come, by lot: a full salvo for as many objects as there are units."""
    return full_share(count, share, _drawn(scene, index, count))
