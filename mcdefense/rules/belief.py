"""What a cell believes of an object before a launch.

- `look` (rule 16): after the first launch the cell keeps looking, until its last intercept has been
  assessed. While the look is open, belief is not revised.
- `belief` (rule 15): when the look is over, the cell believes what it saw, and the look may err.
- `others_kills` (rule 24): a cell also sees that another has killed the object, without error, some
  time after that intercept.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from mcdefense.rules.numbers import Small, Truth
from mcdefense.rules.packing import DEAD_CALLED_ALIVE, LIVE_CALLED_DEAD
from mcdefense.rules.situation import Situation


class Belief(NamedTuple):
    """What a cell holds true of an object, which need not be the truth."""

    look_open: Truth
    believed_alive: Truth


def look_open(situation: Situation) -> Truth:
    """Whether the cell's look at the object is still open at the launch (rule 16, `look`)."""
    return situation.last_intercept > situation.look_limit


def believe(situation: Situation) -> Belief:
    """The cell's belief at the launch (rules 15 and 24: `belief`, `others_kills`).

    An object that was dead at the cell's last intercept is believed alive only if the look erred.
    One that lived then is believed alive until a kill of others is seen, unless the look erred.
    """
    open_ = look_open(situation)
    look = situation.look
    dead_at_last_intercept = situation.death <= situation.last_intercept
    not_seen_dead = situation.death > situation.seen_limit
    # In numbers: LLVM packs choices between truths into bytes, at twice the instructions.
    called_alive = jnp.where(
        dead_at_last_intercept,
        look & Small(DEAD_CALLED_ALIVE),
        jnp.where(not_seen_dead, ~look & Small(LIVE_CALLED_DEAD), Small(0)),
    )
    return Belief(open_, open_ | (called_alive != 0))
