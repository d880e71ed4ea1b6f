"""The rules of the engagement, as functions of numbers: no arrays, no memory, no chance.

`decide` and `effects` are the two halves of an opportunity. Each rule of docs/model.md has a name,
which stands in backquotes at the function that holds it, with the rule's number in brackets.
"""

from mcdefense.rules.belief import Belief, believe, look_open
from mcdefense.rules.decision import decide, more_to_come
from mcdefense.rules.numbers import Number, Small, Truth
from mcdefense.rules.outcome import Chance, Effects, effects, packed, unpacked
from mcdefense.rules.situation import Situation

__all__ = [
    "Belief",
    "Chance",
    "Effects",
    "Number",
    "Situation",
    "Small",
    "Truth",
    "believe",
    "decide",
    "effects",
    "look_open",
    "more_to_come",
    "packed",
    "unpacked",
]
