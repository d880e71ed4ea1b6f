"""What the axes of a tally are called and what stands along them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from mcdefense.contract import LOOKS_HAD, OUTCOMES

LOOKS = (*map(str, range(LOOKS_HAD)), f"{LOOKS_HAD} or more")
"""How many looks a leaker had had, as they are told apart."""

TOTAL = "total"
"""Last entry of the axis `threat_class_total`: all live threats together."""


@dataclass(frozen=True, eq=False, repr=False)
class Axes:
    """Labels along every axis of a tally.

    `architecture`, `threat_class`, `battery`, `interceptor`, `asset` are names in the order of
    the arrays; `world` holds world numbers, strictly increasing, and `time` the start [s] of every
    bin of time, of which the last has no end and the first no beginning; none in a result of a
    file before format 2.3. `raids` is how many raids come in sequence; 0 where no wave repeats, and
    then nothing is counted by raid. Two tallies can be merged if they agree in everything but
    `world`. Raises ValueError for a name, a world or a time given twice.
    """

    architecture: tuple[str, ...]
    threat_class: tuple[str, ...]
    battery: tuple[str, ...]
    interceptor: tuple[str, ...]
    asset: tuple[str, ...]
    world: np.ndarray
    time: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    raids: int = 0

    def __post_init__(self) -> None:
        for axis in ("architecture", "threat_class", "battery", "interceptor", "asset"):
            names = tuple(str(name) for name in getattr(self, axis))
            object.__setattr__(self, axis, names)
            if len(set(names)) != len(names):
                raise ValueError(f"axis {axis}: got {names}, expected every name once")
        for axis in ("world", "time"):
            object.__setattr__(self, axis, _rising(axis, getattr(self, axis)))

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Positions (first, second) of every pair of architectures, first < second, row by row."""
        count = len(self.architecture)
        return tuple((a, b) for a in range(count) for b in range(a + 1, count))

    def compared(self, baseline: str = "", compare: str = "") -> tuple[tuple[int, int], ...]:
        """Positions (baseline, compare) of every pair, in the order of `pairs`.

        A difference of a pair is compare minus baseline. `baseline` and `compare` name the
        architectures of the headline; the first and the last stand in for a name that no
        architecture has. In every other pair the later architecture of the file is compared to
        the earlier one, but the headline's baseline is always the baseline of its pairs, and the
        headline's compare the compare.
        """
        names = self.architecture
        rank = list(range(len(names)))
        if compare in names:
            rank[names.index(compare)] = len(names)
        if baseline in names:
            rank[names.index(baseline)] = -1
        return tuple((a, b) if rank[a] < rank[b] else (b, a) for a, b in self.pairs)

    @property
    def threat_class_total(self) -> tuple[str, ...]:
        """The threat classes and, last, their total."""
        return (*self.threat_class, TOTAL)

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """What stands along every axis of names; of pairs, a Result knows which is compared."""
        return {
            "architecture": self.architecture,
            "architecture_other": self.architecture,
            "threat_class": self.threat_class,
            "threat_class_total": self.threat_class_total,
            "battery": self.battery,
            "interceptor": self.interceptor,
            "asset": self.asset,
            "cause": OUTCOMES,
            "looks_had": LOOKS,
            "raid": tuple(str(number) for number in range(1, self.raids + 1)),
        }

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Length of every axis by name, except `leakers`, which grows with what is counted."""
        lengths = {name: len(labels) for name, labels in self.labels.items()}
        numbered = {"world": len(self.world), "time": len(self.time)}
        return {**lengths, **numbered, "pair": len(self.pairs)}

    def bin_of(self, time_ms: np.ndarray) -> np.ndarray:
        """The position [...] along `time` of each of these times [ms]; there must be bins."""
        place = np.searchsorted(1000 * self.time, time_ms, "right") - 1
        return np.maximum(place, 0).astype(np.int32)

    def with_worlds(self, world: np.ndarray) -> Axes:
        """The same axes over other worlds (numbers, strictly increasing)."""
        return Axes(
            self.architecture,
            self.threat_class,
            self.battery,
            self.interceptor,
            self.asset,
            world,
            self.time,
            self.raids,
        )

    def agrees(self, other: Axes) -> bool:
        """Whether everything but the worlds is the same, so that two tallies can be merged."""
        return all(
            getattr(self, axis) == getattr(other, axis)
            for axis in ("architecture", "threat_class", "battery", "interceptor", "asset", "raids")
        ) and np.array_equal(self.time, other.time)

    def __repr__(self) -> str:
        lengths = ", ".join(f"{name} {length:,}" for name, length in self.sizes.items())
        return f"<mcdefense axes: {lengths}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Axes):
            return NotImplemented
        return self.agrees(other) and np.array_equal(self.world, other.world)

    __hash__ = None  # type: ignore[assignment]


def _rising(axis: str, numbers: np.ndarray) -> np.ndarray:
    """Numbers that increase, as an array that stays as it is; ValueError for others."""
    given = np.atleast_1d(np.asarray(numbers))
    if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
        raise ValueError(f"axis {axis}: expected a list of whole numbers")
    rising = given.astype(np.int64)
    if np.any(np.diff(rising) <= 0):
        raise ValueError(f"axis {axis}: expected numbers that increase, each once")
    rising.flags.writeable = False
    return rising
