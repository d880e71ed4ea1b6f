"""Counts and draws of some worlds of a run: kept alone, put together later, as in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Schedule
from mcdefense.statistics import Axes, Tally
from mcdefense.world import World

_MOST_NAMED = 8


@dataclass(frozen=True, eq=False)
class Part:
    """What is known of some worlds, in the order of `tally.axes.world`.

    A world may be begun only: the first `tally["trials"]` of its trials are counted. `idle` names
    interceptors without an opportunity in any of the worlds; the rest is as in a `Result`.
    """

    tally: Tally
    parameters: dict[str, NDArray[np.float64]]
    plan: NDArray[np.object_]
    night: NDArray[np.int64]
    schedule_hash: NDArray[np.uint64]
    check_hash: NDArray[np.uint64]
    idle: frozenset[str]
    pairings: int

    @property
    def worlds(self) -> NDArray[np.int64]:
        """Numbers of the worlds."""
        return self.tally.axes.world

    def first(self, number: int) -> Part:
        """The first worlds; counts that are not kept by world stay those of all."""
        rows = slice(number)
        return replace(
            self,
            tally=self.tally.of_worlds(rows),
            parameters={name: values[rows] for name, values in self.parameters.items()},
            plan=self.plan[rows],
            night=self.night[rows],
            schedule_hash=self.schedule_hash[rows],
            check_hash=self.check_hash[rows],
        )

    @property
    def built_otherwise(self) -> NDArray[np.int64]:
        """Worlds whose host builds world 0 otherwise than most do: its libraries round otherwise.

        A hash of 0, of files that had none, says nothing.
        """
        known, counts = np.unique(self.check_hash[self.check_hash != 0], return_counts=True)
        if known.size < 2:
            return np.zeros(0, np.int64)
        usual = known[np.argmax(counts)]
        otherwise = (self.check_hash != usual) & (self.check_hash != 0)
        worlds: NDArray[np.int64] = self.worlds[otherwise]
        return worlds


class Gathering:
    """Worlds of a run as they are counted, block by block or part by part, in any order."""

    def __init__(self, axes: Axes) -> None:
        worlds = len(axes.world)
        self.tally = Tally.zeros(axes)
        self._parameters: dict[str, NDArray[np.float64]] = {}
        self._plan = np.full(worlds, "", object)
        self._night = np.full(worlds, -1, np.int64)
        self._schedule_hash = np.zeros(worlds, np.uint64)
        self._check_hash = np.zeros(worlds, np.uint64)
        self._idle = set(axes.interceptor)
        self._pairings = 0

    def begin(self, world: World, plan: str, schedule: Schedule, check_hash: int) -> None:
        """Keep what a world has drawn, and what it was built to; no trial is counted yet.

        `plan` is the name of the raid plan that the world has drawn.
        """
        (row,) = self._rows(np.array([world.number]))
        for name, value in world.parameters.items():
            self._parameter(name)[row] = value
        self._plan[row], self._night[row] = plan, world.night
        self._schedule_hash[row] = hash_of(schedule)
        self._check_hash[row] = check_hash
        names = self.tally.axes.interceptor
        self._idle -= {names[i] for i in schedule.labels.account_interceptor.tolist()}

    def add_block(
        self, worlds: NDArray[np.int64], counts: Mapping[str, NDArray[np.int64]], pairings: int
    ) -> None:
        """Add the counts of the next trials of worlds that have begun."""
        self.tally.add_block(self._rows(worlds), counts)
        self._pairings += pairings

    def add(self, part: Part) -> None:
        """Add a part; raises ValueError if it is of another run, or has a world a second time."""
        axes = self.tally.axes
        rows = self._rows(part.worlds)
        if not axes.agrees(part.tally.axes):
            raise ValueError("the part is of another run")
        twice = part.worlds[self.trials[rows] > 0]
        if twice.size:
            raise ValueError(f"worlds that come more than once: {twice[:10].tolist()}")
        self.tally.add_block(rows, part.tally.counts)
        for name, values in part.parameters.items():
            self._parameter(name)[rows] = values
        self._plan[rows], self._night[rows] = part.plan, part.night
        self._schedule_hash[rows], self._check_hash[rows] = part.schedule_hash, part.check_hash
        self._idle &= part.idle
        self._pairings += part.pairings

    @property
    def trials(self) -> NDArray[np.int64]:
        """Trials counted so far [W]: of each world the first ones."""
        trials: NDArray[np.int64] = self.tally["trials"]
        return trials

    @property
    def missing(self) -> NDArray[np.int64]:
        """Numbers of the worlds without a trial."""
        worlds: NDArray[np.int64] = self.tally.axes.world[self.trials == 0]
        return worlds

    def part(self) -> Part:
        """All worlds with a trial. The arrays may be those of the gathering itself."""
        rows = np.flatnonzero(self.trials)
        tally = self.tally
        if rows.size < self.trials.size:
            tally = tally.of_worlds(rows)
        return Part(
            tally,
            {name: values[rows] for name, values in self._parameters.items()},
            self._plan[rows],
            self._night[rows],
            self._schedule_hash[rows],
            self._check_hash[rows],
            frozenset(self._idle),
            self._pairings,
        )

    def whole(self) -> Part:
        """All worlds; raises ValueError while some are missing."""
        if self.missing.size:
            raise ValueError(f"worlds still missing: {self.missing[:10].tolist()}")
        return self.part()

    def _rows(self, worlds: NDArray[np.int64]) -> NDArray[np.int64]:
        known = self.tally.axes.world
        rows = np.searchsorted(known, worlds)
        if not np.array_equal(known[np.minimum(rows, known.size - 1)], worlds):
            raise ValueError("worlds of another run")
        return rows

    def _parameter(self, name: str) -> NDArray[np.float64]:
        return self._parameters.setdefault(name, np.full(self.trials.size, np.nan))


def named(worlds: NDArray[np.int64]) -> str:
    """Worlds as words: the first ones, and how many there are."""
    first = ", ".join(str(number) for number in worlds[:_MOST_NAMED])
    more = f" and {worlds.size - _MOST_NAMED:,} more" if worlds.size > _MOST_NAMED else ""
    return f"world{'s' if worlds.size > 1 else ''} {first}{more}"


def hash_of(schedule: Schedule) -> int:
    """The first 64 bits of the schedule's digest."""
    return int(schedule.digest[:16], 16)
