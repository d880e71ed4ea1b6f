"""Parts of a step that are left out where they would change no trial of the chunk.

On a CPU, whose chunks are small: rounds are fired in any of 512 trials at one opportunity in
seven to one in three, and up to half of the opportunities of a night come after their object is
known to be dead in all of them. On a GPU every part is done at every step: to ask costs more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import jax
import jax.numpy as jnp
from jax import Array, lax

from mcdefense.contract import Sizes
from mcdefense.engine.look import TAKEN, UNSETTLED
from mcdefense.engine.rows import Rank

_Value = TypeVar("_Value")


class Known(NamedTuple):
    """What is known of a chunk as a whole; none of it changes a result."""

    judged: Array  # []: whether the opportunity before was judged
    fires: Array  # []: whether rounds were fired at it in any trial
    settles: Array  # []: whether all that its cell can still do at its object is to judge it dead
    settled: Array  # [pairs] 1: so it is of this cell and object
    held: Array  # [holds] 1: the row of the hold is of its last opportunity, else it took none


def nothing_known(sizes: Sizes) -> Known:
    """Before the first opportunity."""
    no = jnp.bool_(False)
    return Known(no, no, no, jnp.zeros(sizes.pairs, Rank), jnp.zeros(sizes.holds, Rank))


def when(
    condition: Array, change: Callable[[Array, _Value], _Value], value: _Value, *, skips: bool
) -> _Value:
    """change(zero, value) if the scalar condition holds; if not `skips` even if it does not, so
    that `change` must then change nothing that is read.

    A loop of one turn or none, since XLA changes arrays in a loop in place and copies those that
    enter a `cond`. `zero` is the turn's number: what does not depend on it, or on the value, XLA
    moves out of the loop, where it is always done. Of a single trial, none of whose values has
    axes, a branch.
    """
    if not skips:
        return change(jnp.int32(0), value)
    if all(jnp.ndim(leaf) == 0 for leaf in jax.tree.leaves(value)):
        return lax.cond(condition, lambda v: change(jnp.int32(0), v), lambda v: v, value)
    return lax.fori_loop(0, condition.astype(jnp.int32), change, value)


def noted(known: Known, pair: Array, hold: Array) -> Known:
    """With what is known of the opportunity before, whose cell and object and whose hold it is."""

    def with_entry(values: Array, index: Array, value: Array) -> Array:
        return lax.dynamic_update_index_in_dim(values, value.astype(Rank), index, 0)

    return known._replace(
        settled=with_entry(known.settled, pair, known.settles),
        held=with_entry(known.held, hold, known.fires),
    )


def now_known(known: Known, judged: Array, decision: Array) -> Known:
    """After an opportunity was judged, or not; `decision` [1, W, T]."""
    anywhere = _united(decision)
    fires = judged & ((anywhere & Rank(TAKEN)) != 0)
    settles = ~judged | ((anywhere & Rank(UNSETTLED)) == 0)
    return known._replace(judged=judged, fires=fires, settles=settles)


def _united(rows: Array) -> Array:
    """All bits set anywhere. In halves: XLA's own reduction takes ten times as long."""
    left = rows.reshape(-1)
    while left.size > 16 and left.size % 2 == 0:
        left = left[: left.size // 2] | left[left.size // 2 :]
    return lax.reduce(left, Rank(0), lax.bitwise_or, (0,))
