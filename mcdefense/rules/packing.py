"""How a look and a decision lie in 16 bits each: what the engine keeps a row of.

A look and a decision have the look's fields at the same bits, so that a decision enters the look
without a shift. The commonest question, whether rounds are fired, asks for the sign: one
instruction instead of two.

A look's word: looks so far, rounds still owed, its two errors, whether its object is doomed.
A decision's word: rounds fired, the cause if none are, and what the rounds do (effects.py).
"""

from __future__ import annotations

import jax.numpy as jnp

from mcdefense.contract import CAUSE_MISSED
from mcdefense.rules.numbers import Number, Small, Truth

# Of a look.
LOOKS = 15
"""Looks so far."""
OWED_BIT = 4
OWED = 15 << OWED_BIT
"""Rounds still owed in the look."""
DEAD_CALLED_ALIVE = 1 << 8
"""The look errs if its object is dead."""
LIVE_CALLED_DEAD = 1 << 9
"""The look errs if its object lives."""
DOOMED = 1 << 10
"""The object was no live threat, or dead, or about to die, when the look opened."""
ERRORS = DEAD_CALLED_ALIVE | LIVE_CALLED_DEAD
# Of a decision.
ROUNDS = LOOKS
"""Rounds fired."""
CAUSE_BIT = OWED_BIT
"""Where the cause lies, instead of rounds owed, if nothing is fired."""
MORE_TO_COME = 1 << 11
"""More than judging the object dead may yet come of this cell and object (decision.py)."""
OPENS = 1 << 12
"""A look opens."""
KILLS = 1 << 13
"""The rounds kill."""
REMOTE_BIT = 14
REMOTE_TRACK = 1 << REMOTE_BIT
"""A remote track licenses the launch."""
TAKEN = -(1 << 15)
"""Rounds are fired: the opportunity is taken."""

NOTHING = Small(0)
"""The decision to fire nothing, for no cause."""


def because(cause: int) -> Number:
    """The decision to fire nothing for one of the causes of a leaker (rule 29, `cause`)."""
    return Small(cause << CAUSE_BIT)


def because_of(cause: Number) -> Number:
    """The same for a cause that is a number of the trial's."""
    return cause << CAUSE_BIT


def fire(rounds: Number) -> Number:
    """The decision to fire so many rounds."""
    return rounds | Small(TAKEN)


def is_taken(decision: Number) -> Truth:
    """Whether rounds are fired."""
    return decision < 0


def rounds_in(decision: Number) -> Number:
    """Rounds fired by a decision."""
    return decision & Small(ROUNDS)


def looks_in(look: Number) -> Number:
    """Looks so far, by a look's word."""
    return look & Small(LOOKS)


def owed_in(look: Number) -> Number:
    """Rounds still owed, by a look's word."""
    return (look & Small(OWED)) >> OWED_BIT


def cause_in(decision: Number) -> Number:
    """The cause that a decision leaves: `missed` if anything is fired."""
    refused = (decision & Small(OWED)) >> CAUSE_BIT
    return jnp.where(is_taken(decision), Small(CAUSE_MISSED), refused)
