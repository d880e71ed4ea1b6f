"""How many rounds a cell owes to an object.

- `salvo` (rule 17): doctrine names the rounds of the first look, of the second, and so on; the last
  entry holds for all later looks. The salvo of a `last_chance` (rule 20) stands in every entry.
- `dual_track` (rule 6): two tracks of one object are owed twice the rounds.
- `rest` (rule 16): while a look is open, only what is left of its salvo is owed.
- `sharing` (rule 18): a new look gets no more than its share of the rounds.

The schedule has worked out the list of salvos, so that a last chance needs no test here.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from mcdefense.contract import DOUBLE, INLINE_EVEN, MAX_ROUNDS, NEVER, SHARED_OUT
from mcdefense.rules.numbers import Number, Small, Truth, has
from mcdefense.rules.packing import looks_in, owed_in
from mcdefense.rules.situation import Situation


class Owed(NamedTuple):
    """Rounds for an object."""

    full: Number  # what doctrine owes it at a new look
    rounds: Number  # what it is owed now, within its share


def salvo_due(salvo: tuple[Number, ...], looks: Number) -> Number:
    """Rounds that doctrine owes at the next look, after so many (rule 17, `salvo`)."""
    due = salvo[-1]
    for i in reversed(range(len(salvo) - 1)):
        due = jnp.where(looks == i, salvo[i], due)
    return due


def doubled(rounds: Number, flags: Number) -> Number:
    """Twice the rounds, at most MAX_ROUNDS, if the object has two tracks (rule 6, `dual_track`)."""
    twice = jnp.minimum(rounds << 1, Small(MAX_ROUNDS))
    return jnp.where(has(flags, DOUBLE), twice, rounds)


def full_salvo(situation: Situation) -> Number:
    """Rounds that doctrine owes at a new look (rules 17 and 6: `salvo`, `dual_track`)."""
    return doubled(salvo_due(situation.salvo, looks_in(situation.look)), situation.flags)


def owed(situation: Situation, look_open: Truth) -> Owed:
    """Rounds owed: the rest of an open look, or a new one's salvo within its share (18, `sharing`).

    An even share of a burst of one opportunity is all rounds that the magazine holds.
    """
    full = full_salvo(situation)
    within_stock = situation.rounds | _no_limit(situation.sharing != INLINE_EVEN)
    # A plan cannot know an opportunity's own coins.
    share = doubled(situation.share, situation.own_flags)
    within_share = share | _no_limit(situation.sharing != SHARED_OUT)
    due = jnp.minimum(jnp.minimum(full, within_stock), within_share)
    return Owed(full, jnp.where(look_open, owed_in(situation.look), due))


def _no_limit(true: Truth) -> Number:
    """What turns any limit, by `or`, into one that does not bind, if it is true.

    A choice would branch in every trial."""
    return jnp.where(true, Small(NEVER), Small(0))
