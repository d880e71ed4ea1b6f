"""What a block of trials remembers between opportunities, under one architecture."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from mcdefense.contract import NEVER, NO_LOSS, Arrays, Features, ReloadRows, Sizes
from mcdefense.engine.rows import Small, entry, whole


class Setting(NamedTuple):
    """What the opportunities of a block are judged against; nothing of it changes meanwhile."""

    arrays: Arrays
    features: Features
    sizes: Sizes
    gates: Array  # [gates, W, T]
    flags: Array  # [flags, W, T]
    coins: Array | None  # [A * opportunities / 4, W, T] four opportunities' coins a word (coins.py)
    skips: bool  # whether parts of a step that change nothing are left out (skip.py)
    onset: Array | None = (
        None  # [1, W, T] draw of the network's loss under the architecture at hand
    )


def loads_of(arrays: Arrays) -> int:
    """How many points of a study with other rounds are replayed side by side."""
    loads: int = whole(arrays.stocks.rounds).shape[-1]
    return loads


class State(NamedTuple):
    """A block of trials under one architecture; every field [rows, W, T].

    Which rule changes a field is in mcdefense/rules/effects.py.
    """

    death: Array  # per object: rank of the intercept that kills it, NEVER while none does
    cause: Array  # per object: the highest cause that any of its opportunities met
    last_intercept: Array  # per (cell, object): rank of the cell's last intercept at it, -1 none
    look: Array  # per (cell, object): the look's word (rules/packing.py)
    stock: Array  # per magazine: twice the rounds left, plus 1 once rounds were wanted in vain
    busy: Array  # per battery: channels taken
    took_channel: Array  # per channel row: 1 if its opportunity took a channel, else 0
    last_opening: Array  # per cell: rank of its last decision to open a look, -1 none
    share: Array  # per (cell, object): rounds that its burst's plan allots to it
    lost: Array  # per battery or sensor that may be lost: 1 once it is (rule 39, `losses`)
    store: Array  # per magazine that is filled up: rounds left in its store (rule 41, `reload`)
    counters: tuple[Array, ...]  # per account: the COUNTERS, several in a word (counters.py)


STARTS_AS = {"death": NEVER, "last_intercept": -1, "last_opening": -1}
"""What every row of a field of State holds before the first opportunity.

Fields that are not named hold 0, but `stock` and `store`, which hold rounds, and `took_channel`,
which may hold anything, since each row is written before it is read."""


class Final(NamedTuple):
    """What the counts of a block need of its last state; fields [rows, W, T] as in State."""

    death: Array
    cause: Array
    looks: Array  # per object: looks opened at it by any cell (fates.py)
    stock: Array
    counters: tuple[Array, ...]


def start(
    setting: Setting, architecture: Array, shape: tuple[int, ...], took_channel: Array
) -> State:
    """The state before the first opportunity; `shape` is (W, T)."""
    sizes, features = setting.sizes, setting.features

    def filled(field: str, rows: int) -> Array:
        return jnp.full((rows, *shape), STARTS_AS.get(field, 0), Small)

    def loaded_by(whose: Array) -> Array:
        rounds = (entry(setting.arrays.stocks.rounds, whose) << 1).astype(Small)[..., None]
        return jnp.broadcast_to(rounds, (sizes.magazines, *shape))

    def stored(reloads: ReloadRows) -> Array:
        rounds = entry(reloads.initial, architecture).astype(Small)[:, None, None]
        return jnp.broadcast_to(rounds, (sizes.stores, *shape))

    stock = loaded_by(architecture)
    if setting.onset is not None:
        instead = loaded_by(entry(setting.arrays.onsets.loads, architecture))
        stock = jnp.where(setting.onset < NO_LOSS, instead, stock)
    return State(
        death=filled("death", sizes.objects),
        cause=filled("cause", sizes.objects),
        last_intercept=filled("last_intercept", sizes.pairs),
        look=filled("look", sizes.pairs),
        stock=stock,
        busy=filled("busy", sizes.batteries),
        took_channel=took_channel,
        last_opening=filled("last_opening", sizes.cells if features.decisions else 1),
        share=filled("share", sizes.pairs if features.sharing else 1),
        lost=filled("lost", sizes.losses if features.losses else 0),
        store=stored(setting.arrays.reloads) if features.reloads else filled("store", 0),
        counters=tuple(filled("counters", sizes.accounts) for _ in range(features.counter_words)),
    )


def final(state: State, looks: Array) -> Final:
    """What the counts need; `looks` [objects, W, T] at each object."""
    return Final(state.death, state.cause, looks, state.stock, state.counters)
