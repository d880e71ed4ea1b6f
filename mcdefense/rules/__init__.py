"""The rules of the engagement, as functions of numbers: no arrays, no memory, no chance.

`decide` and `effects` are the two halves of an opportunity. Each rule has a name, which its page in
docs/explanation/rules gives it. The name stands in backquotes at the function that holds the rule,
with the rule's number in brackets.
"""

from mcdefense.rules.belief import Belief, believe, look_open
from mcdefense.rules.decision import decide, more_to_come, pooled
from mcdefense.rules.effects import (
    Chance,
    Effects,
    busy_after,
    cause_after,
    counted,
    death_after,
    effects,
    last_intercept_after,
    look_after,
    opening_after,
    packed,
    share_after,
    stock_after,
    unpacked,
)
from mcdefense.rules.numbers import Number, Small, Truth, as_small, as_wide, bit, lacks
from mcdefense.rules.packing import (
    DEAD_CALLED_ALIVE,
    MORE_TO_COME,
    ROUNDS,
    TAKEN,
    is_taken,
    looks_in,
    rounds_in,
)
from mcdefense.rules.reload import put_in
from mcdefense.rules.sharing import (
    BurstCount,
    even_share,
    full_share,
    lots,
    nothing_counted,
    with_battery,
    with_magazine,
    with_object,
    with_test,
)
from mcdefense.rules.situation import Situation

__all__ = [
    "DEAD_CALLED_ALIVE",
    "MORE_TO_COME",
    "ROUNDS",
    "TAKEN",
    "Belief",
    "BurstCount",
    "Chance",
    "Effects",
    "Number",
    "Situation",
    "Small",
    "Truth",
    "as_small",
    "as_wide",
    "believe",
    "bit",
    "busy_after",
    "cause_after",
    "counted",
    "death_after",
    "decide",
    "effects",
    "even_share",
    "full_share",
    "is_taken",
    "lacks",
    "last_intercept_after",
    "look_after",
    "look_open",
    "looks_in",
    "lots",
    "more_to_come",
    "nothing_counted",
    "opening_after",
    "packed",
    "pooled",
    "put_in",
    "rounds_in",
    "share_after",
    "stock_after",
    "unpacked",
    "with_battery",
    "with_magazine",
    "with_object",
    "with_test",
]
