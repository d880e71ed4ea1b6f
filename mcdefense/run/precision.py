"""A run that goes on until its headline is as precise as was asked for.

The interval of a run that stops as soon as it is short would be too short: the run would stop
where the worlds happen to look alike. Two things mend that. The first look is at PILOT worlds. And
a look decides how many worlds the next one is at, some more than seem to be needed, so that the
next look is mostly the last one, and mostly at worlds that nobody has looked at before.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from mcdefense.run.part import Part
from mcdefense.run.size import Precision
from mcdefense.scenario import Scenario
from mcdefense.statistics import Plans, headline
from mcdefense.world import raid_plan_weights

PILOT = 128
"""Worlds of the first look. With 64 the intervals of skewed worlds cover 1 to 4 % less."""
MORE = 1.1
"""The next look is at so many times the worlds that seem to be needed."""
MOST_GROWTH, LEAST_GROWTH = 4.0, 1.1
"""And at so many times the worlds of this one."""


@dataclass(frozen=True)
class Look:
    """What the first worlds of a run say: the headline, half the width of its interval, and the
    half-width that was asked for, all in leakers a raid."""

    worlds: int
    headline: float
    half_width: float
    wanted: float

    @property
    def reached(self) -> bool:
        """Whether the interval is as short as was asked for."""
        return self.half_width <= self.wanted

    def __str__(self) -> str:
        half, wanted = f"{self.half_width:.3g}", f"{self.wanted:.3g}"
        return f"{self.worlds:,} worlds, +-{half} leakers a raid, +-{wanted} asked for"

    def next_worlds(self, most: int) -> int:
        """How many worlds to look at next."""
        factor = MOST_GROWTH
        if self.wanted > 0 and math.isfinite(self.half_width):
            factor = MORE * (self.half_width / self.wanted) ** 2
        factor = min(max(factor, LEAST_GROWTH), MOST_GROWTH)
        return min(math.ceil(self.worlds * factor), most)


def worlds_needed(look: Callable[[int], Look], counted: int, most: int) -> int:
    """Worlds that a run needs, as far as its first `counted` worlds say; `look` at so many."""
    worlds = min(PILOT, most)
    while worlds <= counted:
        found = look(worlds)
        if found.reached or worlds >= most:
            break
        worlds = found.next_worlds(most)
    return worlds


class Aim:
    """How many worlds a run needs, which its counts alone decide: not how it was cut."""

    def __init__(self, scenario: Scenario, precision: Precision, trials: int, most: int) -> None:
        self._scenario, self._precision = scenario, precision
        self._trials, self._most = trials, most
        self._looks: dict[int, Look] = {}

    def worlds(self, part: Part | None) -> int:
        """Worlds that the run needs, as far as what is counted says; once all those are counted
        and it still says so, the run is finished."""
        if part is None or not part.worlds.size:
            return min(PILOT, self._most)
        whole = part.tally["trials"] == self._trials
        whole &= part.worlds == np.arange(part.worlds.size)
        counted = int(whole.size if whole.all() else np.argmin(whole))
        needed = worlds_needed(partial(self._look, part), counted, self._most)
        begun = int(part.worlds[-1]) + 1
        if begun <= needed or begun > counted:
            return max(needed, begun)
        # A run for a shorter interval has counted more: what will be told is what all those say.
        found = self._look(part, begun)
        return begun if found.reached else found.next_worlds(self._most)

    def _look(self, part: Part, worlds: int) -> Look:
        if worlds not in self._looks:
            value, half = headline_of(self._scenario, part.first(worlds))
            self._looks[worlds] = Look(worlds, value, half, self._precision.leakers(value))
        return self._looks[worlds]

    @property
    def last(self) -> Look | None:
        """The look at the most worlds; None before any."""
        return self._looks[max(self._looks)] if self._looks else None

    @property
    def missed(self) -> list[str]:
        """What to say of a run that ends at its limit, and is not as precise as was asked for."""
        if self.last is None or self.last.reached:
            return []
        return [f"the precision of {self._precision} was not reached: {self.last}"]


def headline_of(scenario: Scenario, part: Part) -> tuple[float, float]:
    """The headline of some worlds, in leakers a raid, and half the width of its interval."""
    names = part.tally.axes.architecture
    baseline, compare = scenario.baseline or names[0], scenario.compare or names[-1]
    plans = Plans(part.plan, raid_plan_weights(scenario))
    value, low, high = headline(part.tally, baseline, compare, plans)
    return value, (high - low) / 2
