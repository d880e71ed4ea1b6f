"""How what is counted by account lies in a state: several small counters in a 16-bit word.

None exceeds the rounds of the account's magazine, so that most scenarios need two words or
three instead of five, each of which a step must read and write.
"""

from __future__ import annotations

from collections.abc import Sequence

from jax import Array

from mcdefense.contract import COUNTERS, Features
from mcdefense.engine.rows import Small


def pack(features: Features, counts: Sequence[Array]) -> list[Array]:
    """Counts in the order of COUNTERS, as what they add to each word."""
    per_word, bits = features.counters_per_word, features.counter_bits
    words = []
    for first in range(0, len(counts), per_word):
        word = counts[first]
        for place, count in enumerate(counts[first + 1 : first + per_word], 1):
            word = word + count * Small(1 << (bits * place))
        words.append(word)
    return words


def unpack(features: Features, words: Sequence[Array]) -> list[Array]:
    """The counters, in the order of COUNTERS, out of their words."""
    per_word, bits = features.counters_per_word, features.counter_bits
    mask = Small((1 << bits) - 1)
    return [
        (words[number // per_word] >> (bits * (number % per_word))) & mask
        for number in range(len(COUNTERS))
    ]
