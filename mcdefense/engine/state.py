"""What a block of trials remembers between opportunities, under one architecture."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from mcdefense.engine.rows import Rank, Table, entry
from mcdefense.schedule.schedule import NEVER, Arrays, Features, Sizes


class Setting(NamedTuple):
    """What the opportunities of a block are judged against."""

    arrays: Arrays
    features: Features
    sizes: Sizes
    gates: Array  # [gates, W, T]
    flags: Array  # [flags, W, T]


class State(NamedTuple):
    """A block of trials under one architecture; every field [rows, W, T].

    All fields have as many rows as the longest needs: on a CPU XLA changes the rows of arrays of
    one shape in one loop, and those of others in a loop each.
    """

    death: Array  # per object: death_rank of its killing intercept, NEVER if none
    cause: Array  # per object: highest cause met
    last_intercept: Array  # per (cell, object): intercept_rank of the last look, -1 none
    look: Array  # per (cell, object): packed look
    stock: Array  # per magazine: twice the rounds left, plus 1 once a refusal for want of them
    channel_free: tuple[Array, ...]  # per battery: launch ranks at which its channels are free,
    # the first to be free first
    last_opening: Array  # per cell: decision rank of the last look opened, -1 none
    share: Array  # per (cell, object): rounds allotted by the burst's plan
    fired: Array  # per account: rounds fired
    wasted: Array  # per account: rounds wasted (rule 28)
    engaged: Array  # per account: engagements
    opened: Array  # per account: looks opened
    remote: Array  # per account: engagements on remote tracks


class Final(NamedTuple):
    """What the counts of a block need of its last state; fields [rows, W, T] as in State."""

    death: Array
    cause: Array
    stock: Array
    fired: Array
    wasted: Array
    engaged: Array
    opened: Array
    remote: Array


def start(setting: Setting, architecture: Array, shape: tuple[int, int]) -> State:
    """The state before the first opportunity; `shape` is (W, T)."""
    sizes, stocks, features = setting.sizes, setting.arrays.stocks, setting.features
    needed = (sizes.objects, sizes.pairs, sizes.magazines, sizes.batteries, sizes.accounts)
    rows = max(*needed, sizes.cells)

    def filled(value: int, *, used: bool = True) -> Array:
        return jnp.full((rows if used else 1, *shape), value, Rank)

    def given(values: Table) -> Array:
        each = jnp.pad(jnp.asarray(values).astype(Rank), (0, rows - values.shape[0]))
        return jnp.broadcast_to(each[:, None, None], (rows, *shape))

    channels = entry(stocks.channel_free, architecture)
    return State(
        death=filled(NEVER),
        cause=filled(0),
        last_intercept=filled(-1),
        look=filled(0),
        stock=given(entry(stocks.rounds, architecture) << 1),
        channel_free=tuple(given(channels[:, i]) for i in range(features.channels)),
        last_opening=filled(-1, used=features.decisions),
        share=filled(0, used=features.plans),
        fired=filled(0),
        wasted=filled(0),
        engaged=filled(0),
        opened=filled(0),
        remote=filled(0),
    )


def final(state: State, sizes: Sizes) -> Final:
    """The rows in use of what the counts need."""
    objects, accounts = sizes.objects, sizes.accounts
    return Final(
        death=state.death[:objects],
        cause=state.cause[:objects],
        stock=state.stock[: sizes.magazines],
        fired=state.fired[:accounts],
        wasted=state.wasted[:accounts],
        engaged=state.engaged[:accounts],
        opened=state.opened[:accounts],
        remote=state.remote[:accounts],
    )
