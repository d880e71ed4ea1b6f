"""A look's state in one 16-bit row, and a decision in one more.

Both have a look's fields at the same bits, so that a decision enters the look without a shift.
The commonest test, whether rounds are fired, is of the sign: one instruction instead of two.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from mcdefense.contract import MAX_LOOKS, REASON_MISSED
from mcdefense.engine.rows import Rank

# Of a look.
LOOKS = 15  # looks so far
OWED_BIT = 4  # rounds still owed in it
OWED = 15 << OWED_BIT
DEAD_CALLED_ALIVE = 1 << 8  # it would err on a dead object
LIVE_CALLED_DEAD = 1 << 9  # it would err on a live one
WASTED = 1 << 10  # the object was dead, or doomed, when it opened
ERRORS = DEAD_CALLED_ALIVE | LIVE_CALLED_DEAD
# Of a decision.
FIRED = LOOKS  # rounds fired
CAUSE_BIT = OWED_BIT  # rule 29's cause, for rounds owed, if nothing is fired
UNSETTLED = 1 << 11  # more may yet come of the cell and the object (skip.py)
OPENS = 1 << 12  # a look begins
KILLS = 1 << 13  # the rounds kill
REMOTE_BIT = 14
REMOTE = 1 << REMOTE_BIT  # licensed by a remote track
TAKEN = -(1 << 15)  # rounds are fired


def bit(where: Array, flag: int) -> Array:
    """The flag where it holds, else 0."""
    return jnp.where(where, Rank(flag), Rank(0))


def has(packed: Array, flag: int) -> Array:
    """Where a flag is set."""
    return (packed & Rank(flag)) != 0


def owed_in(look: Array) -> Array:
    """Rounds still owed in a look."""
    return (look & Rank(OWED)) >> OWED_BIT


def is_taken(decision: Array) -> Array:
    """Where rounds are fired."""
    return decision < 0


def cause_in(decision: Array) -> Array:
    """Rule 29's cause after a decision: missed if anything is fired."""
    refused = (decision & Rank(OWED)) >> CAUSE_BIT
    return jnp.where(is_taken(decision), Rank(REASON_MISSED), refused)


def because(reason: int) -> Array:
    """A decision to fire nothing, for this cause of rule 29."""
    return Rank(reason << CAUSE_BIT)


def look_after(look: Array, decision: Array, *, errors: bool) -> Array:
    """The look's row: a new look takes its error draws from the opportunity that opens it.

    Looks are counted to MAX_LOOKS: later ones use the last salvo entry anyway.
    """
    opens = has(decision, OPENS)
    looks = look & Rank(LOOKS)
    after = jnp.where(opens, jnp.minimum(looks + 1, Rank(MAX_LOOKS)), looks)
    after = after | (decision & Rank(OWED | WASTED))
    if errors:
        after = after | (jnp.where(opens, decision, look) & Rank(ERRORS))
    return jnp.where(is_taken(decision), after, look)
