"""What a cell decides at an opportunity: the rounds it fires, or the cause why it fires none.

The nine tests of rule 14 (`tests`) stand in `decide` in their order, each with the cause that it
leaves if it fails. Each test is a function here that has its rule's name; the first that fails is
the cause.
"""

from __future__ import annotations

import jax.numpy as jnp

from mcdefense.contract import (
    CAUSE_HELD,
    CAUSE_JUDGED_DEAD,
    CAUSE_LOST,
    CAUSE_NO_CHANNEL,
    CAUSE_NO_DECISION,
    CAUSE_NO_MAGAZINE,
    CAUSE_NOT_CALLED,
    CAUSE_NOT_TRACKED,
    CAUSE_UNAVAILABLE,
    NEVER,
    NOT_CALLED,
    OUT_OF_PLAY,
    UNAVAILABLE,
)
from mcdefense.rules.belief import believe
from mcdefense.rules.numbers import Number, Truth, as_small, bit, lacks
from mcdefense.rules.packing import MORE_TO_COME, NOTHING, because, because_of, fire
from mcdefense.rules.salvo import Owed, owed
from mcdefense.rules.situation import Situation


def decide(situation: Situation) -> Number:
    """The decision at an opportunity, packed (rule 14, `tests`).

    Three tests more than the nine: where a network may be lost during the raid, a cell fires only
    while it is in charge; an object that is absent, or another cell's, is no opportunity at all;
    and the rounds fired are those owed, if the magazine has them.
    """
    open_, believed_alive = believe(situation)
    due = owed(situation, open_)
    tests: tuple[tuple[Truth, Number], ...] = (
        (in_play(situation), NOTHING),
        (up(situation), because(CAUSE_UNAVAILABLE)),
        (tracked(situation), untracked(situation)),
        (called(situation), because(CAUSE_NOT_CALLED)),
        (believed_alive, because(CAUSE_JUDGED_DEAD)),
        (due.rounds > 0, _nothing_owed(due, open_)),
        (not_waiting(situation), because(CAUSE_HELD)),
        (open_ | decision_free(situation), because(CAUSE_NO_DECISION)),
        (channel_free(situation), because(CAUSE_NO_CHANNEL)),
        (available(situation) > 0, because(CAUSE_NO_MAGAZINE)),
    )
    if situation.onset is not None:
        tests = ((in_charge(situation), silent(situation)), *tests)
    decision = fire(jnp.minimum(due.rounds, available(situation)))
    # From the last test to the first, so that the first that fails has the last word.
    for passed, otherwise in reversed(tests):
        decision = jnp.where(passed, decision, otherwise)
    return decision


def in_charge(situation: Situation) -> Truth:
    """`onset` (rule 38): the network is still up, or the cell is the fallback's and has taken over.

    Never asked where no network can be lost during the raid."""
    gone = network_gone(situation)
    fires = jnp.where(situation.takes_over, handed_over(situation), ~gone)
    if situation.network_post is None:
        return fires
    return fires & (led(situation) ^ situation.alone)


def network_gone(situation: Situation) -> Truth:
    """`onset` and `post` (rules 38 and 43): the network is lost by the launch."""
    gone = situation.onset <= situation.ended
    return gone if situation.network_post is None else gone | (situation.network_post != 0)


def handed_over(situation: Situation) -> Truth:
    """`onset` and `post` (38 and 43): the network is lost, and the dead time after that is over."""
    over = situation.onset <= situation.handed
    return over if situation.network_post is None else over | (situation.post_over != 0)


def led(situation: Situation) -> Truth:
    """`post` (rule 43): the post from which the cell is led stands, or it has none."""
    return situation.cell_post == 0


def silent(situation: Situation) -> Number:
    """`onset` (rule 38): the decision of a cell that is not in charge. Its cause counts only after
    the onset, while nobody is; and of a battery either that of its cell, or its own after the loss
    of the cell's post (rule 43, `post`)."""
    nobody = network_gone(situation) & ~handed_over(situation)
    if situation.network_post is not None:
        nobody &= led(situation) ^ situation.alone
    return jnp.where(nobody, because_of(situation.silence), NOTHING)


def in_play(situation: Situation) -> Truth:
    """`in_play` (rules 3 and 7): the object is present, and assigned to this cell."""
    return lacks(situation.flags, OUT_OF_PLAY)


def up(situation: Situation) -> Truth:
    """`up` (rule 6): no coin with effect `launch` has failed, of battery, cell or others."""
    return lacks(situation.flags, UNAVAILABLE)


def tracked(situation: Situation) -> Truth:
    """`tracked` (rule 12): the track that licenses the launch is there in time for it."""
    return situation.track <= situation.track_limit


def untracked(situation: Situation) -> Number:
    """`losses` (rule 39): why there is no track: it, or the battery, was lost; else it never was
    there in time."""
    if situation.track_before is None:
        return because(CAUSE_NOT_TRACKED)
    was = situation.track_before <= situation.track_limit
    return jnp.where(was, because(CAUSE_LOST), because(CAUSE_NOT_TRACKED))


def called(situation: Situation) -> Truth:
    """`called` (rule 13): the cell takes the object for a threat."""
    return lacks(situation.flags, NOT_CALLED)


def not_waiting(situation: Situation) -> Truth:
    """`waiting` (rule 21): a cheaper round for the object is not to be waited for."""
    used_up = situation.preferred_rounds <= situation.preferred_limit
    if situation.preferred_pooled is None:
        return used_up
    return used_up | (situation.preferred_pooled <= 0)


def decision_free(situation: Situation) -> Truth:
    """`decision` (rule 22): the cell's last decision to open a look is over."""
    return situation.last_opening <= situation.decision_limit


def channel_free(situation: Situation) -> Truth:
    """`channel` (rule 23): the battery has a fire channel free."""
    return situation.busy < situation.channels


def available(situation: Situation) -> Number:
    """`magazine` (rule 23): rounds of the magazine that this class may have."""
    own = situation.rounds - situation.reserve
    return own if situation.pooled is None else jnp.minimum(own, situation.pooled)


def pooled(rounds: Number, reserve: Number) -> Number:
    """`magazine` (rule 23): rounds of a cell's magazines beyond a reserve of them all, in 16 bits.

    Both are of 32 bits. More than a magazine can hold is as good as that.
    """
    return as_small(jnp.minimum(rounds - reserve, NEVER))


def _nothing_owed(due: Owed, look_open: Truth) -> Number:
    """Nothing owed because a look is open is no cause; a share of 0 is want of rounds."""
    return jnp.where(look_open | (due.full <= 0), NOTHING, because(CAUSE_NO_MAGAZINE))


def more_to_come(situation: Situation, decision: Number) -> Number:
    """MORE_TO_COME if this cell can still do more about the object than judge it dead, else 0.

    It cannot if it judged the object dead; nor if it believes a dead object dead, whose cause is of
    no account, since no cause is higher than that of one judged dead; nor if it is out of play.
    """
    believed_alive = believe(situation).believed_alive
    judged_dead = decision == because(CAUSE_JUDGED_DEAD)
    over = (~believed_alive & (situation.death < NEVER)) | judged_dead
    if situation.onset is None:
        return bit(~(over | ~in_play(situation)), MORE_TO_COME)
    # An object that is another cell's yet has a cause while nobody is in charge.
    replaced = jnp.where(situation.takes_over, False, handed_over(situation))
    if situation.network_post is not None:
        replaced |= ~(led(situation) | situation.alone)
    return bit(~(over | replaced), MORE_TO_COME)
