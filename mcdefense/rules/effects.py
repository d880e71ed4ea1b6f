"""What the rounds fired at an opportunity do: to the object, the look, the battery, the counts.

`effects` works them out from the situation, the decision and the luck of the rounds. The functions
after it say what one number of the trial's state becomes. None of them knows where that number
lies, or of which row it is.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp

from mcdefense.contract import CAUSE_NO_MAGAZINE, IN_VAIN, MAX_LOOKS, NEVER
from mcdefense.rules.belief import look_open
from mcdefense.rules.numbers import Number, Small, Truth, bit, has, lacks
from mcdefense.rules.packing import (
    DOOMED,
    ERRORS,
    KILLS,
    OPENS,
    OWED_BIT,
    REMOTE_BIT,
    REMOTE_TRACK,
    cause_in,
    is_taken,
    looks_in,
    owed_in,
    rounds_in,
)
from mcdefense.rules.salvo import owed
from mcdefense.rules.situation import Situation


class Chance(NamedTuple):
    """The draws of one opportunity."""

    spare: Number  # the rounds fewer than all that would kill: n kill if n + spare > most rounds
    errors: Number | None  # the error bits of a look (packing.py); None if no look errs


class Effects(NamedTuple):
    """What a decision does; without rounds fired only `rounds` and `taken` mean anything."""

    rounds: Number  # fired
    taken: Truth  # whether rounds are fired
    opens: Truth  # they open a look
    kills: Truth  # they kill, unless the object dies earlier
    rest: Number  # rounds still owed in the look
    doomed: Number  # DOOMED if the look's object is doomed, else 0
    remote: Number  # 1: the track that licenses the launch is a remote one
    errors: Number | None  # the error bits of a look that opens; None if no look errs


def effects(situation: Situation, decision: Number, chance: Chance, *, most_rounds: int) -> Effects:
    """What a decision does to the object and to the look at it.

    `kill` (rule 9): the rounds kill if they are enough for the draw, and no coin with effect `kill`
    has failed. `wasted` (rule 28): rounds are wasted on a look at whose first launch the object is
    no live threat, is dead, or will die of rounds in flight. `most_rounds` is the most that the
    scenario fires at one opportunity.
    """
    open_ = look_open(situation)
    due = owed(situation, open_).rounds
    taken, rounds = is_taken(decision), rounds_in(decision)
    kills = taken & (rounds + chance.spare > most_rounds) & lacks(situation.flags, IN_VAIN)
    # Dead, or not live from the start: one comparison, whatever `live` is.
    doomed = situation.death <= Small(NEVER) - situation.live
    return Effects(
        rounds=rounds,
        taken=taken,
        opens=taken & (situation.last_intercept <= situation.look_limit),
        kills=kills,
        rest=jnp.where(taken, due - rounds, Small(0)),
        doomed=jnp.where(open_, situation.look & Small(DOOMED), bit(doomed, DOOMED)),
        remote=situation.track & 1,
        errors=chance.errors,
    )


def packed(decision: Number, effects: Effects) -> Number:
    """The decision with its effects in the same word (packing.py)."""
    word = (
        decision
        | bit(effects.opens, OPENS)
        | bit(effects.kills, KILLS)
        | (effects.rest << OWED_BIT)
        | effects.doomed
        | (effects.remote << REMOTE_BIT)
    )
    return word if effects.errors is None else word | effects.errors


def unpacked(decision: Number, *, looks_err: bool) -> Effects:
    """The effects in a decision's word."""
    return Effects(
        rounds=rounds_in(decision),
        taken=is_taken(decision),
        opens=has(decision, OPENS),
        kills=has(decision, KILLS),
        rest=owed_in(decision),
        doomed=decision & Small(DOOMED),
        remote=bit(has(decision, REMOTE_TRACK), 1),
        errors=decision & Small(ERRORS) if looks_err else None,
    )


def cause_after(cause: Number, decision: Number) -> Number:
    """The object's cause (rule 29, `cause`): the highest that any of its opportunities met."""
    return jnp.maximum(cause, cause_in(decision))


def stock_after(stock: Number, decision: Number) -> Number:
    """A magazine's stock: twice the rounds left, plus 1 once rounds were wanted in vain (30)."""
    rounds = rounds_in(decision)
    return (stock - (rounds + rounds)) | bit(cause_in(decision) == CAUSE_NO_MAGAZINE, 1)


def death_after(death: Number, effects: Effects, intercept: Number) -> Number:
    """The object's death: the earliest intercept whose rounds kill (rule 24, `death`)."""
    return jnp.where(effects.kills, jnp.minimum(death, intercept), death)


def last_intercept_after(last_intercept: Number, effects: Effects, intercept: Number) -> Number:
    """The cell's last intercept at the object, until which its look is open (16, `look`)."""
    return jnp.where(effects.taken, jnp.maximum(last_intercept, intercept), last_intercept)


def look_after(look: Number, effects: Effects) -> Number:
    """The look's word. A new look has the errors of the opportunity that opens it (15, `belief`).

    Looks are counted to MAX_LOOKS: later ones use the last entry of the salvo anyway.
    """
    looks = looks_in(look)
    after = jnp.where(effects.opens, jnp.minimum(looks + 1, Small(MAX_LOOKS)), looks)
    after = after | (effects.rest << OWED_BIT) | effects.doomed
    if effects.errors is not None:
        after = after | jnp.where(effects.opens, effects.errors, look & Small(ERRORS))
    return jnp.where(effects.taken, after, look)


def busy_after(busy: Number, effects: Effects, limited: Number) -> Number:
    """The battery's channels taken: one more, if it has a number of them (rule 23, `channel`)."""
    return busy + bit(effects.taken, 1) * limited


def opening_after(last_opening: Number, effects: Effects, launch: Number) -> Number:
    """The cell's last decision to open a look (rule 22, `decision`)."""
    return jnp.where(effects.opens, launch, last_opening)


def share_after(share: Number, effects: Effects) -> Number:
    """The object's share of its burst: once a look has opened it is used up (18, `sharing`)."""
    return jnp.where(effects.opens, Small(0), share)


def counted(effects: Effects) -> tuple[Number, ...]:
    """What is added to each of the COUNTERS of the opportunity's account, in their order."""
    return (
        effects.rounds,
        jnp.where(effects.doomed != 0, effects.rounds, Small(0)),
        bit(effects.taken, 1),
        jnp.where(effects.taken, effects.remote, Small(0)),
        bit(effects.opens, 1),
    )
