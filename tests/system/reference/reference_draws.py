"""The draws of a trial and of a world, written anew from docs/reference/random_numbers.md."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, field

import numpy as np

KILL, DEAD_CALLED_ALIVE, LIVE_CALLED_DEAD, TRACK, PRESENT, CALLED = range(6)
ASSIGN, DAMAGE, CHOICE, COIN, NETWORK, LINK, ONSET = range(6, 13)

_MASK = 0xFFFFFFFF


def philox4x32(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, ...]:
    """Philox4x32-10 (doi 10.1145/2063384.2063405): the four words of a counter."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & _MASK, (p0 >> 32) ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + 0x9E3779B9) & _MASK, (k1 + 0xBB67AE85) & _MASK
    return c0, c1, c2, c3


def limit(probability: float) -> int:
    """The highest draw that succeeds."""
    return math.floor(probability * 2.0**31) - 1


@dataclass
class TrialDraws:
    """What one trial of one world draws; each draw is made once, when first asked for."""

    seed: int
    world: int
    trial: int
    _known: dict[tuple[int, int, int], tuple[int, ...]] = field(default_factory=dict)

    def word(self, purpose: int, sub: int, entity: int) -> int:
        """The word of an entity, 32 bits."""
        block = (purpose, sub, entity // 4)
        if block not in self._known:
            counter = (entity // 4, purpose + 256 * sub, self.world, self.trial)
            self._known[block] = philox4x32(counter, (self.seed & _MASK, self.seed >> 32))
        return self._known[block][entity % 4]

    def draw(self, purpose: int, sub: int, entity: int) -> int:
        """The draw of an entity, 31 bits."""
        return self.word(purpose, sub, entity) // 2

    def succeeds(self, probability: float, purpose: int, sub: int, entity: int) -> bool:
        """Whether the entity's draw succeeds with this probability."""
        return self.draw(purpose, sub, entity) <= limit(probability)


def world_uniforms(seed: int, world: int, topic: str, count: int) -> list[float]:
    """Numbers drawn once a world."""
    key = np.array([seed, zlib.crc32(topic.encode("ascii"))], np.uint64)
    generator = np.random.Philox(key=key, counter=np.array([0, 0, 0, world], np.uint64))
    return [(int(w) // 2**11 + 0.5) * 2.0**-53 for w in generator.random_raw(count)]


def by_weight(weights: list[float], u: float) -> int:
    """The first index whose running sum of weights, divided by the whole, exceeds u."""
    running, whole = 0.0, sum(weights)
    for index, weight in enumerate(weights):
        running += weight
        if running / whole > u:
            return index
    return len(weights) - 1
