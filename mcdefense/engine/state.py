"""What a block of trials remembers between opportunities, under one architecture."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from mcdefense.contract import NEVER, Arrays, Features, Sizes
from mcdefense.engine.rows import Rank, entry


class Setting(NamedTuple):
    """What the opportunities of a block are judged against."""

    arrays: Arrays
    features: Features
    sizes: Sizes
    gates: Array  # [gates, W, T]
    flags: Array  # [flags, W, T]
    coins: Array | None  # [A * opportunities / 4, W, T] four opportunities' coins a word (coins.py)
    skips: bool  # whether parts of a step that change nothing are left out (skip.py)


class State(NamedTuple):
    """A block of trials under one architecture; every field [rows, W, T]."""

    death: Array  # per object: death_rank of its killing intercept, NEVER if none
    cause: Array  # per object: highest cause met
    last_intercept: Array  # per (cell, object): intercept_rank of the last look, -1 none
    look: Array  # per (cell, object): packed look
    stock: Array  # per magazine: twice the rounds left, plus 1 once a refusal for want of them
    busy: Array  # per battery: channels taken
    took_channel: Array  # per channel row: 1 if its opportunity took a channel
    last_opening: Array  # per cell: decision rank of the last look opened, -1 none
    share: Array  # per (cell, object): rounds allotted by the burst's plan
    counters: tuple[Array, ...]  # per account: the COUNTERS, packed (engine/counters.py)


class Final(NamedTuple):
    """What the counts of a block need of its last state; fields [rows, W, T] as in State."""

    death: Array
    cause: Array
    stock: Array
    counters: tuple[Array, ...]


def start(
    setting: Setting, architecture: Array, shape: tuple[int, ...], took_channel: Array
) -> State:
    """The state before the first opportunity.

    `shape` is (W, T). `took_channel` may hold anything: each row is written before it is read.
    """
    sizes, features = setting.sizes, setting.features

    def filled(rows: int, value: int) -> Array:
        return jnp.full((rows, *shape), value, Rank)

    loaded = (entry(setting.arrays.stocks.rounds, architecture) << 1).astype(Rank)
    return State(
        death=filled(sizes.objects, NEVER),
        cause=filled(sizes.objects, 0),
        last_intercept=filled(sizes.pairs, -1),
        look=filled(sizes.pairs, 0),
        stock=jnp.broadcast_to(loaded[:, None, None], (sizes.magazines, *shape)),
        busy=filled(sizes.batteries, 0),
        took_channel=took_channel,
        last_opening=filled(sizes.cells if features.decisions else 1, -1),
        share=filled(sizes.pairs if features.plans else 1, 0),
        counters=tuple(filled(sizes.accounts, 0) for _ in range(features.counter_words)),
    )


def final(state: State) -> Final:
    """What the counts need."""
    return Final(state.death, state.cause, state.stock, state.counters)
