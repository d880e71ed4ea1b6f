"""Magazines that are filled up during the raid (rule 41)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from tests.system.reference.reference_defence import Defence
from tests.system.reference.reference_raid import milliseconds

Magazine = tuple[str, str]
"""A battery and an interceptor."""


class Due(NamedTuple):
    """Rounds that are due for a magazine."""

    time_ms: int
    magazine: Magazine
    rounds: int


class Stores:
    """What lies behind the magazines of a defence, and what was put into them."""

    def __init__(self, defence: Defence) -> None:
        self.defence = defence
        self.left: dict[Magazine, float] = {
            (name, interceptor): float("inf") if reload.stock is None else reload.stock
            for name, battery in defence.scenario.battery.items()
            for interceptor, reload in battery.reload.items()
        }
        self.put_in = Counter[Magazine]()

    def due(self, until_ms: int) -> Iterator[Due]:
        """All that is due by a time, magazine by magazine."""
        for name, battery in self.defence.scenario.battery.items():
            for interceptor, reload in battery.reload.items():
                magazine = name, interceptor
                if reload.at_s is not None:
                    times = [milliseconds(at) for at in reload.at_s]
                else:
                    assert reload.every_s is not None
                    every = max(milliseconds(reload.every_s), 1)
                    first = every if reload.from_s is None else milliseconds(reload.from_s)
                    times = list(range(first, until_ms + 1, every))
                yield from (Due(t, magazine, reload.rounds) for t in times if t <= until_ms)

    def fill(self, rounds: dict[Magazine, int], due: Due) -> None:
        """Put in what there is room and rounds for."""
        battery, interceptor = due.magazine
        room = self.defence.scenario.battery[battery].magazine[interceptor] - rounds[due.magazine]
        added = int(min(due.rounds, room, self.left[due.magazine]))
        rounds[due.magazine] += added
        self.left[due.magazine] -= added
        self.put_in[due.magazine] += added
