"""Philox in whole numbers of Python, written from the paper, not from the engine.

Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC11
(doi 10.1145/2063384.2063405), section 3.3 and table 2.
"""

from __future__ import annotations

from typing import NamedTuple

Four = tuple[int, int, int, int]


class Cipher(NamedTuple):
    """A member of the family with four words."""

    bits: int
    multipliers: tuple[int, int]
    weyl: tuple[int, int]
    rounds: int = 10

    def __call__(self, counter: Four, key: tuple[int, int]) -> Four:
        modulus = 2**self.bits
        right0, left0, right1, left1 = counter
        for round_ in range(self.rounds):
            keys = [(k + round_ * w) % modulus for k, w in zip(key, self.weyl, strict=True)]
            high0, low0 = divmod(self.multipliers[0] * right0, modulus)
            high1, low1 = divmod(self.multipliers[1] * right1, modulus)
            right0, left0 = high1 ^ left0 ^ keys[0], low1
            right1, left1 = high0 ^ left1 ^ keys[1], low0
        return right0, left0, right1, left1


philox4x32 = Cipher(32, (0xD2511F53, 0xCD9E8D57), (0x9E3779B9, 0xBB67AE85))
philox4x64 = Cipher(
    64, (0xD2E7470EE14C6C93, 0xCA5A826395121157), (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
)


def word(seed: int, world: int, trial: int, purpose: int, sub: int, entity: int) -> int:
    """The word of an entity, as docs/reference/random_numbers.md has it."""
    counter = (entity // 4, purpose + 256 * sub, world, trial)
    return philox4x32(counter, (seed % 2**32, seed // 2**32))[entity % 4]


def uniforms(seed: int, topic_key: int, world: int, count: int) -> list[float]:
    """What a world draws for a topic, as docs/reference/random_numbers.md has it."""
    words = [
        word
        for i in range(1, count // 4 + 2)
        for word in philox4x64((i, 0, 0, world), (seed, topic_key))
    ]
    return [(word // 2**11 + 0.5) / 2**53 for word in words[:count]]
