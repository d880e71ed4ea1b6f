"""Where a kernel finds each row of a trial, each mark of a warp and each count of a world."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import comb, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import (
    ACCOUNT_SUMS,
    FIRES_NOTHING,
    LOOKS_HAD,
    OUTCOMES,
    Features,
    Sizes,
    declared,
)
from mcdefense.engine import Outcome, OwnRows, State, coin_rows, masks_of

FATES_A_WORD = 4
"""Objects whose fate a number of 16 bits holds."""


@dataclass(frozen=True)
class Rows:
    """Some groups of rows, one after the other."""

    groups: tuple[tuple[str, int], ...]
    begin: int = 0

    @property
    def end(self) -> int:
        """The row after the last."""
        return self.begin + sum(rows for _, rows in self.groups)

    def rows_in(self, memory: Any) -> dict[str, Any]:
        """Each group as it lies in a memory: Held, which rules take for an array."""
        found, begin = dict[str, Any](), self.begin
        for name, rows in self.groups:
            found[name] = OwnRows(memory, begin, rows)
            begin += rows
        return found


@dataclass(frozen=True)
class Places:
    """All places of a program's memories; depends on its features and room alone."""

    features: Features
    capacity: Sizes

    @property
    def before(self) -> Rows:
        """What a trial draws before its first opportunity."""
        capacity = self.capacity
        coins = coin_rows(self.features, capacity)
        return Rows((("flags", capacity.flags), ("gates", capacity.gates), ("coins", coins)))

    @property
    def kept(self) -> Rows:
        """State that the counts need."""
        capacity, counters = self.capacity, self.features.counter_words
        groups = [
            ("death", capacity.objects),
            ("cause", capacity.objects),
            ("stock", capacity.magazines),
        ]
        groups += [("look", capacity.pairs)]
        groups += [(f"counter{i}", capacity.accounts) for i in range(counters)]
        return Rows(tuple(groups))

    @property
    def working(self) -> Rows:
        """State that the list alone needs."""
        capacity, features = self.capacity, self.features
        groups = (
            ("last_intercept", capacity.pairs),
            ("busy", capacity.batteries),
            ("took_channel", capacity.channel_rows),
            ("last_opening", capacity.cells if features.decisions else 1),
            ("share", capacity.pairs if features.sharing else 1),
        )
        return Rows(groups, self.kept.end)

    @property
    def counting(self) -> Rows:
        """Rows in which a trial counts, where its working state lay."""
        groups = (
            ("leakers", self.features.classes + 1),
            ("hit", self.capacity.assets),
            ("refused", self.capacity.batteries),
            ("looks", self.capacity.objects),
            ("weight", self.roles),
        )
        return Rows(groups, self.kept.end)

    @property
    def state_rows(self) -> int:
        """Rows of a trial under one architecture."""
        return max(self.working.end, self.counting.end)

    @property
    def left(self) -> Rows:
        """Leakers by class and in all of each architecture; then what is live, and hit if it all
        leaks; then what became of the objects, four to a number, and of the one at hand."""
        architectures, classes = self.features.architectures, self.features.classes + 1
        idle = self.capacity.assets if FIRES_NOTHING in self.features.fallback else 0
        groups = [("leakers", architectures * classes), ("live", classes), ("hit", idle)]
        if architectures > 1:
            groups += [("fates", architectures * self.fate_words), ("fate", architectures)]
        return Rows(tuple(groups))

    @property
    def fate_words(self) -> int:
        """Numbers that hold what became of every object under an architecture."""
        return -(-self.capacity.objects // FATES_A_WORD)

    @property
    def roles(self) -> int:
        """Network states under which an architecture's rows are counted, at most (masks_of)."""
        return max(map(len, masks_of(self.features)))

    @property
    def marks(self) -> int:
        """Numbers of a warp: pairs that are settled, holds that were taken by any trial."""
        return self.capacity.pairs + self.capacity.channel_rows

    def state_of(self, memory: Any) -> State:
        """The state of a trial as it lies in its memory."""
        rows_in = self.kept.rows_in(memory) | self.working.rows_in(memory)
        words = range(self.features.counter_words)
        counters = tuple(rows_in.pop(f"counter{i}") for i in words)
        return State(**rows_in, counters=counters)

    def bytes_of(self, trials: int) -> int:
        """Memory that the rows of so many trials take."""
        rows = self.features.architectures * self.state_rows + self.before.end + self.left.end
        return 2 * rows * trials


@dataclass(frozen=True)
class Sums:
    """The counts of a world as one vector, by the names of Outcome."""

    shapes: tuple[tuple[str, tuple[int, ...]], ...]

    @classmethod
    def of(cls, features: Features, capacity: Sizes, bins: int) -> Sums:
        """Those of a program; `bins` of the histogram of leakers."""
        lengths = {
            **asdict(capacity),
            "architectures": features.architectures,
            "architecture_pairs": comb(features.architectures, 2),
            "classes": features.classes + 1,
            "threat_classes": features.classes,
            "causes": len(OUTCOMES),
            "looks_had": LOOKS_HAD + 1,
            "masks": max(map(len, masks_of(features))),
            "sums": len(ACCOUNT_SUMS),
            "bins": bins,
        }
        shapes = (
            (name, tuple(lengths[axis] for axis in axes if axis not in _ONE))
            for (name,), axes in declared(Outcome)
        )
        return cls(tuple(shapes))

    @property
    def numbers(self) -> int:
        """Counts of a world."""
        return sum(prod(shape) for _, shape in self.shapes)

    def outcome(self, counts: NDArray[np.int64]) -> Outcome:
        """A world's vector as the engine's own counts, whose worlds and parts are one each."""
        values, begin = dict[str, Any](), 0
        for (name, shape), (_, axes) in zip(self.shapes, declared(Outcome), strict=True):
            end = begin + prod(shape)
            values[name] = counts[begin:end].reshape(*shape, *(1 for axis in axes if axis in _ONE))
            begin = end
        return Outcome(**values)

    def places(self) -> dict[str, Any]:
        """By name a function of the indices that gives a count's place."""
        places, begin = {}, 0
        for name, shape in self.shapes:
            places[name] = _Place(begin, shape)
            begin += prod(shape)
        return places


_ONE = ("worlds", "parts")
"""Axes that the engine's counts may have last, of which a launch's counts are of one each."""


@dataclass(frozen=True)
class _Place:
    begin: int
    shape: tuple[int, ...]

    def __call__(self, *index: Any) -> Any:
        place, size = self.begin, prod(self.shape)
        for number, length in zip(index, self.shape, strict=True):
            size //= length
            place = place + number * size
        return place
