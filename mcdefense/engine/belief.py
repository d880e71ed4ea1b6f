"""What a cell holds of an object at a launch, and the rounds that doctrine then owes (rules 6, 15,
16, 20 and 24). All rows are [1, W, T]."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from mcdefense.contract import DOUBLE, MAX_ROUNDS
from mcdefense.engine.look import DEAD_CALLED_ALIVE, LIVE_CALLED_DEAD
from mcdefense.engine.rows import Rank


class Verdict(NamedTuple):
    """A cell's belief about an object at a launch."""

    look_open: Array
    believed_alive: Array


def believe(
    death: Array, last_intercept: Array, look: Array, look_limit: Array, seen_limit: Array
) -> Verdict:
    """Rules 15, 16 and 24: what the cell holds of the object before this launch."""
    look_open = last_intercept > look_limit
    dead_at_last_intercept = death <= last_intercept
    unseen = death > seen_limit
    # In numbers: LLVM packs choices between truths into bytes, at twice the instructions.
    called_alive = jnp.where(
        dead_at_last_intercept,
        look & Rank(DEAD_CALLED_ALIVE),
        jnp.where(unseen, ~look & Rank(LIVE_CALLED_DEAD), Rank(0)),
    )
    return Verdict(look_open, look_open | (called_alive != 0))


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
