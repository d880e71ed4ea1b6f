"""A finite magazine under spelt-out firing rules: dynamic programmes on (survivors, rounds left).

Assume equal threats, all shots independent, a perfect look between rounds of fire. Literature:
R. Soland, Operations Research 35(4), 1987; K. Glazebrook and A. Washburn, Operations Research
52(3), 2004.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from mcdefense.statistics.closed_forms import distribution

Rule = Literal["fill", "even"]


@dataclass(frozen=True)
class WavesAnswer:
    """Distribution of leakers, expected rounds fired, and P(no round left at the end)."""

    leakers: np.ndarray
    expected_rounds: float
    p_exhausted: float

    @property
    def expected_leakers(self) -> float:
        """Mean of the leakers."""
        return distribution.mean(self.leakers)

    @property
    def p_no_leakers(self) -> float:
        """Probability of no leaker."""
        return float(self.leakers[0])


def waves(
    threats: int,
    rounds: int,
    kill: float,
    salvos: Sequence[int | Literal["rest"]],
    rule: Rule = "even",
) -> WavesAnswer:
    """In round r of fire every survivor is due salvos[r]; `rest` spreads all that is left.

    If the stock is short, `fill` gives whole salvos to the first floor(M/s), the remainder to the
    next and none to the rest; `even` gives every survivor floor(M/w) or one more. `rest` is
    always even. A barrage is a single salvo.
    """
    state = {(threats, rounds): 1.0}
    for salvo in salvos:
        following: dict[tuple[int, int], float] = defaultdict(float)
        for (alive, left), p in state.items():
            allotted = _allotment(alive, left, salvo, rule)
            survivors = _survivors(allotted, kill)
            for survived, chance in enumerate(survivors):
                following[survived, left - sum(allotted)] += p * chance
        state = following
    return _engagement(state, threats, rounds)


def unlimited_looks(threats: int, rounds: int, kill: float) -> WavesAnswer:
    """One shot at a time with a look after each: X = max(0, W - Bin(M, k))."""
    state = {(threats, rounds): 1.0}
    for _ in range(rounds):
        following: dict[tuple[int, int], float] = defaultdict(float)
        for (alive, left), p in state.items():
            if alive == 0:
                following[0, left] += p
            else:
                following[alive - 1, left - 1] += p * kill
                following[alive, left - 1] += p * (1 - kill)
        state = following
    return _engagement(state, threats, rounds)


def sequential(threats: int, rounds: int, kill: float, salvos: Sequence[int]) -> WavesAnswer:
    """Threats come one after another; each gets up to len(salvos) salvos before the next."""
    state = {(0, rounds): 1.0}  # leakers so far, rounds left
    for _ in range(threats):
        alive = state
        following: dict[tuple[int, int], float] = defaultdict(float)
        for salvo in salvos:
            still: dict[tuple[int, int], float] = defaultdict(float)
            for (leaked, left), p in alive.items():
                fired = min(salvo, left)
                missed = (1 - kill) ** fired
                following[leaked, left - fired] += p * (1 - missed)
                still[leaked, left - fired] += p * missed
            alive = still
        for (leaked, left), p in alive.items():
            following[leaked + 1, left] += p
        state = following
    return _engagement(state, threats, rounds)


def least_expected_leakers(threats: int, rounds: int, kill: float, looks: int) -> float:
    """Least expected leakers of any plan with `looks` rounds of fire and perfect looks between.

    Within a round the even spread is best, so only the number of rounds is chosen.
    """

    @cache
    def least(alive: int, left: int, rounds_of_fire: int) -> float:
        if alive == 0 or rounds_of_fire == 0:
            return float(alive)
        expected: list[float] = [
            sum(
                chance * least(survived, left - fired, rounds_of_fire - 1)
                for survived, chance in enumerate(_survivors(_spread(fired, alive), kill))
            )
            for fired in range(left + 1)
        ]
        return min(expected)

    return least(threats, rounds, looks)


def _spread(rounds: int, threats: int) -> list[int]:
    """Rounds given to each threat when they are spread evenly."""
    each, odd = divmod(rounds, threats)
    return [each + 1] * odd + [each] * (threats - odd)


def _allotment(alive: int, left: int, salvo: int | Literal["rest"], rule: Rule) -> list[int]:
    if alive == 0:
        return []
    if salvo == "rest":
        return _spread(left, alive)
    if salvo * alive <= left:
        return [salvo] * alive
    if rule == "even":
        return _spread(left, alive)
    whole, part = divmod(left, salvo)
    return ([salvo] * whole + [part] + [0] * alive)[:alive]


def _survivors(allotted: Sequence[int], kill: float) -> np.ndarray:
    """Distribution of the survivors of threats that got so many rounds each."""
    pmf = np.ones(1)
    for shots in set(allotted):
        pmf = np.convolve(pmf, distribution.binomial(allotted.count(shots), (1 - kill) ** shots))
    return pmf


def _engagement(state: dict[tuple[int, int], float], threats: int, rounds: int) -> WavesAnswer:
    leakers = np.zeros(threats + 1)
    fired = exhausted = 0.0
    for (alive, left), p in state.items():
        leakers[alive] += p
        fired += p * (rounds - left)
        exhausted += p * (left == 0)
    return WavesAnswer(leakers, fired, exhausted)
