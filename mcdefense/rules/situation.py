"""What one cell knows, owes and has when it comes to an opportunity in a trial."""

from __future__ import annotations

from typing import NamedTuple

from mcdefense.contract import FIRST_COME, NEVER
from mcdefense.rules.numbers import Number, Truth


class Situation(NamedTuple):
    """All that the rules ask about one opportunity, in one trial or in a row of trials.

    Times are ranks in the lists that the schedule made of them; NEVER is later than all. Every
    field has a value with which its rule stands in nobody's way: that of a scenario without it.
    """

    # What failed, and who sees the object.
    flags: Number = 0  # UNAVAILABLE ... OUT_OF_PLAY of all coins tossed for the opportunity
    own_flags: Number = 0  # those of its own coins only
    track: Number = -2  # twice the rank of the track's time, plus 1 if it is a remote one
    track_before: Number | None = None  # the same, were no sensor lost and not the battery
    track_limit: Number = NEVER  # the latest track in time for the launch
    # Who is in charge.
    onset: Number | None = None  # draw of the network's loss in this trial; None: never lost
    ended: Number = -1  # the highest draw whose loss has come by the launch
    handed: Number = -1  # the highest draw whose fallback fires by the launch
    takes_over: Truth | bool = False  # whether the cell is the fallback's
    silence: Number = 0  # the cause that an opportunity between the two leaves
    network_post: Number | None = None  # 1: the network's post is damaged; None: no cell has one
    post_over: Number = 0  # 1: the dead time after that is over
    cell_post: Number = 0  # 1: the post from which the cell is led, or was, is damaged
    alone: Truth | bool = False  # whether the cell is a battery by itself after such a loss
    # What the cell believes of the object.
    death: Number = NEVER  # rank of the intercept that kills it; NEVER while none does
    last_intercept: Number = -1  # rank of the cell's last intercept at it
    look: Number = 0  # the cell's look at it (packing.py)
    look_limit: Number = -1  # the latest intercept whose look is over at the launch
    seen_limit: Number = -1  # the latest death that is seen by the launch without a look
    live: Number = 1  # 1: a live threat; 0: a decoy or a friendly
    # What the cell owes to it.
    salvo: tuple[Number, ...] = (1,)  # rounds by look, the last for all later looks
    sharing: Number = FIRST_COME  # INLINE_EVEN, FIRST_COME or SHARED_OUT
    share: Number = NEVER  # rounds that the plan of its burst allots to it
    # What the cell has.
    rounds: Number = NEVER  # left in the magazine
    reserve: Number = 0  # of them, those that this class may not touch
    pooled: Number | None = None  # of its cell's, those that this class may have (`pooled`)
    preferred_rounds: Number = 0  # left in the magazine that doctrine prefers
    preferred_limit: Number = NEVER  # waits while more than these are left there
    preferred_pooled: Number | None = None  # of the cell's, those beyond which it does not wait
    last_opening: Number = -1  # rank of the cell's last decision to open a look
    decision_limit: Number = 0  # the latest such decision that is over at the launch
    busy: Number = 0  # channels of the battery that are taken
    channels: Number = NEVER  # that it has
