"""One cell, one opportunity, one trial, in plain integers: what rules are asked in their tests.

The situation is one in which nothing stands in the cell's way. Times are ranks.
"""

from __future__ import annotations

from typing import Any

from mcdefense.contract import (
    CAUSES,
)
from mcdefense.rules import (
    Chance,
    Effects,
    Situation,
    decide,
    effects,
)
from mcdefense.rules.packing import (
    OWED_BIT,
    cause_in,
    is_taken,
    rounds_in,
)

READY = Situation(salvo=(2, 1), rounds=8)
"""Nothing stands in the way: two rounds are owed and there."""
LOOKING: dict[str, Any] = {"last_intercept": 5, "look_limit": 4}
"""The cell's last intercept is not assessed at the launch."""
LOOKED: dict[str, Any] = {"last_intercept": 5, "look_limit": 5}
"""It is."""
MOST_ROUNDS = 4
"""The most rounds that this scenario fires at one opportunity."""


def look(looks: int = 1, rest: int = 0, bits: int = 0) -> int:
    """A look's word."""
    return looks | (rest << OWED_BIT) | bits


def answer(**changes: Any) -> int | str:
    """The rounds that the cell fires, or the cause why it fires none; 'none' without a cause."""
    decision = decide(READY._replace(**changes))
    if is_taken(decision):
        return int(rounds_in(decision))
    cause = int(cause_in(decision))
    return CAUSES[cause] if cause else "none"


def done(decision: Any, spare: int = 0, **changes: Any) -> Effects:
    """What a decision does if the draw lets n rounds kill as soon as n + spare > MOST_ROUNDS."""
    chance = Chance(spare, 0)
    return effects(READY._replace(**changes), decision, chance, most_rounds=MOST_ROUNDS)
