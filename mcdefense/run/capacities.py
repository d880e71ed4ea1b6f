"""Capacities: padded shapes shared by worlds, so that few programs are compiled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

from mcdefense.contract import Features, Schedule, Sizes
from mcdefense.schedule import fits, padded_sizes, state_rows_of

HEADROOM = 1.25
"""A new capacity is wider than needed by this: the next worlds should fit, or one compiles."""
LATER_HEADROOM = 1.75
"""The same for worlds that do not fit the capacities so far: such raids differ much."""
TOO_WIDE = 3
"""A capacity of so many times the rows that a world needs wastes more than its work is worth."""
ROWS_OF_A_COMPILATION = 6e9
"""Rows times trials that take as long to fill and to count as a program to compile: 7 s, where
22,000 rows more took a block of 4,096 trials 111 ms longer (`mass_raid`)."""


class Capacities:
    """Shapes made so far. Only what is in use is worked through, but every row is filled: a wide
    capacity costs that much, a new one a compilation."""

    def __init__(self) -> None:
        self._capacities: list[Sizes] = []
        self._features: Features | None = None
        self._wasted = 0.0
        self._served: tuple[Features, Features] | None = None
        self._serving: Features
        """What `features` said last, of which features of a schedule and of all worlds."""

    def __len__(self) -> int:
        return len(self._capacities)

    def features(self, schedule: Schedule, coming: Callable[[], list[Schedule]]) -> Features:
        """The schedule's features and those of the other worlds so far, at first of some of the
        `coming` ones: a program with a rule that a world does not use serves that world too.
        """
        if (schedule.features, self._features) == self._served:
            return self._serving
        alike = [schedule.features] if self._features else [s.features for s in coming()]
        joined = self._features or schedule.features
        for other in alike:
            joined = joined.with_rules(other) or joined
        self._features = joined
        served = joined == schedule.features.with_rules(joined)
        self._served = schedule.features, joined
        self._serving = joined if served else schedule.features
        return self._serving

    def capacity(
        self, schedule: Schedule, trials: int, coming: Callable[[], list[Schedule]]
    ) -> Sizes:
        """The narrowest capacity that holds the schedule: one known, or a new one, as wide as some
        of the `coming` worlds need too.

        A narrower one is made once so much has been wasted on small worlds in wide capacities as it
        takes to compile: then the two together are never more than twice the least possible.
        """
        needed = schedule.sizes
        alike = [needed]
        fitting = [capacity for capacity in self._capacities if fits(needed, capacity)]

        def rows(capacity: Sizes) -> int:
            return state_rows_of(schedule.features, capacity)

        def too_wide(capacity: Sizes, sizes: Sizes) -> bool:
            # A capacity is never narrower than what it holds, and takes longer to find.
            least = TOO_WIDE * rows(sizes)
            return rows(capacity) > least and rows(capacity) > TOO_WIDE * rows(
                capacity_for([sizes])
            )

        if not fitting:
            alike += [other.sizes for other in coming()]
            # As wide as the last one too: a world may need more of one thing, less of another.
            headroom = LATER_HEADROOM if self._capacities else HEADROOM
            capacity = widest([capacity_for(alike, headroom), *self._capacities[-1:]])
            self._capacities.append(capacity)
            return capacity
        capacity = min(fitting, key=rows)
        if not too_wide(capacity, needed):
            return capacity
        self._wasted += (rows(capacity) - rows(capacity_for([needed]))) * trials
        if self._wasted < ROWS_OF_A_COMPILATION:
            return capacity
        self._wasted = 0.0
        alike += [other.sizes for other in coming() if too_wide(capacity, other.sizes)]
        capacity = capacity_for(alike)
        self._capacities.append(capacity)
        return capacity


def capacity_for(sizes: list[Sizes], headroom: float = HEADROOM) -> Sizes:
    """A capacity that holds all of these, with headroom."""
    return padded_sizes(wider(widest(sizes), headroom))


def widest(sizes: list[Sizes]) -> Sizes:
    """The greatest of every size."""
    return Sizes(*(max(getattr(s, f.name) for s in sizes) for f in fields(Sizes)))


def wider(sizes: Sizes, headroom: float) -> Sizes:
    """The sizes with headroom: none for those that are the same in every world, twice as much for
    those that cost a trial little."""
    factor = {name: growth.headroom * headroom or 1.0 for name, growth in Sizes.growth().items()}
    return Sizes(**{name: int(getattr(sizes, name) * factor[name]) for name in factor})
