"""Two batteries that defend in one cell until their network is lost, by enumeration.

Threats come one after the other, and each may be shot at until it is dead or nobody has a round
left. Joined, battery a shoots first. After the loss a fair coin gives each threat to a or to b.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal

Phase = Literal["joined", "apart", "nobody"]


def expected_leakers(rounds: tuple[int, int], kill: float, phases: Sequence[Phase]) -> float:
    """Leakers a raid of batteries with so many rounds, of threats that come in these phases."""

    @cache
    def from_threat(number: int, a: int, b: int) -> float:
        if number == len(phases):
            return 0.0
        if phases[number] == "nobody":
            return 1.0 + from_threat(number + 1, a, b)
        if phases[number] == "joined":
            return _shot_at(lambda used: (max(a - used, 0), b - max(used - a, 0)), a + b, number)
        by_a = _shot_at(lambda used: (a - used, b), a, number)
        by_b = _shot_at(lambda used: (a, b - used), b, number)
        return 0.5 * (by_a + by_b)

    def _shot_at(left, available: int, number: int) -> float:  # type: ignore[no-untyped-def]
        """Rounds are fired at the threat until one kills, or the last has missed."""
        total, alive = 0.0, 1.0
        for used in range(1, available + 1):
            total += alive * kill * from_threat(number + 1, *left(used))
            alive *= 1 - kill
        return total + alive * (1 + from_threat(number + 1, *left(available)))

    return from_threat(0, *rounds)
