"""Parts of a step that are left out where they would change no trial of the chunk.

They are left out on a CPU, whose chunks are small. In a chunk of 512 trials, rounds are fired in
any trial at one opportunity in seven to one in three, and up to half of the opportunities of a
night come after all trials hold their object for dead. On a GPU every part is done at every step,
since to ask costs more there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import jax
import jax.numpy as jnp
from jax import Array, lax

from mcdefense.contract import Sizes
from mcdefense.engine.rows import Small
from mcdefense.rules import MORE_TO_COME, TAKEN

_Value = TypeVar("_Value")


class Known(NamedTuple):
    """What is known of all trials of a chunk together; none of it changes a count."""

    judged: Array  # []: whether the opportunity before was judged
    fires: Array  # []: whether rounds were fired at it in any trial
    only_dead_left: Array  # []: True once its cell can only report its object dead in every trial
    settled: Array  # [pairs] 1: the same of each cell and object, whose opportunities are left out
    fresh: Array  # [channel rows] 1: its last opportunity wrote the row; 0: that took no channel


def nothing_known(sizes: Sizes) -> Known:
    """What is known before the first opportunity."""
    no = jnp.bool_(False)
    return Known(no, no, no, jnp.zeros(sizes.pairs, Small), jnp.zeros(sizes.channel_rows, Small))


def run_if(
    condition: Array, change: Callable[[Array, _Value], _Value], value: _Value, *, skips: bool
) -> _Value:
    """change(zero, value) if the scalar condition holds, else the value.

    If nothing is skipped the change is made in any case, so that it must then change nothing that
    is read.

    It is a loop of one turn or none, since XLA changes arrays in a loop in place and copies those
    that enter a `cond`. `zero` is the turn's number. Whatever depends neither on it nor on the
    value XLA moves out of the loop, where it is always done. Of a single
    trial, none of whose values has axes, it is a branch.
    """
    if not skips:
        return change(jnp.int32(0), value)
    if all(jnp.ndim(leaf) == 0 for leaf in jax.tree.leaves(value)):
        return lax.cond(condition, lambda v: change(jnp.int32(0), v), lambda v: v, value)
    return lax.fori_loop(0, condition.astype(jnp.int32), change, value)


def with_previous(known: Known, pair: Array, channel_row: Array) -> Known:
    """With what is known of the opportunity before, noted for its pair and its channel row."""

    def with_entry(values: Array, index: Array, value: Array) -> Array:
        return lax.dynamic_update_index_in_dim(values, value.astype(Small), index, 0)

    return known._replace(
        settled=with_entry(known.settled, pair, known.only_dead_left),
        fresh=with_entry(known.fresh, channel_row, known.fires),
    )


def now_known(known: Known, judged: Array, decision: Array) -> Known:
    """What is known once an opportunity was judged, or was not; `decision` [1, W, T]."""
    anywhere = _united(decision)
    fires = judged & ((anywhere & Small(TAKEN)) != 0)
    only_dead_left = ~judged | ((anywhere & Small(MORE_TO_COME)) == 0)
    return known._replace(judged=judged, fires=fires, only_dead_left=only_dead_left)


def _united(rows: Array) -> Array:
    """All bits set anywhere. In halves: XLA's own reduction takes ten times as long."""
    left = rows.reshape(-1)
    while left.size > 16 and left.size % 2 == 0:
        left = left[: left.size // 2] | left[left.size // 2 :]
    return lax.reduce(left, Small(0), lax.bitwise_or, (0,))
