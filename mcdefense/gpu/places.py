"""Where a kernel finds each row of a trial, each mark of a warp and each count of a world."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from math import comb, prod
from typing import Any

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

COUNT_BYTES = {False: 4, True: 8}
"""Of a count on the card, by whether counts are wide."""


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
    """All places of a program's memories; depends on its features and capacity alone."""

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
            ("lost", capacity.losses if features.losses else 0),
            ("store", capacity.stores if features.reloads else 0),
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
            ("struck", self.capacity.losses if self.features.losses else 0),
        )
        return Rows(groups, self.kept.end)

    @property
    def state_rows(self) -> int:
        """Rows of a trial under one architecture."""
        return max(self.working.end, self.counting.end)

    @property
    def left(self) -> Rows:
        """Leakers by class and in all of each architecture; then what is live, and hit or struck if
        it all leaks; then what became of the objects, four to a number, and of the one at hand."""
        architectures, classes = self.features.architectures, self.features.classes + 1
        idle = self.capacity.assets if FIRES_NOTHING in self.features.fallback else 0
        struck = self.capacity.losses if idle and self.features.losses else 0
        groups = [("leakers", architectures * classes), ("live", classes), ("hit", idle)]
        groups += [("struck", struck)]
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
        """Numbers of a warp: pairs that are settled, channel rows taken by any trial."""
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
            "architectures_other": features.architectures,
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

    @property
    def most_by_trial(self) -> int:
        """What one trial adds to any count at most.

        Squares and products are of leakers or of what is live, and neither is more than the
        objects. Rounds left and what is counted by account are fields of 16-bit numbers. Kills by
        account, and counts by class, are of objects again. All other counts grow by one, and no
        trial counts twice at the same place: its own network and that of the fallback are never
        both in force.
        """
        objects = dict(self.shapes)["live"][0]
        return max(objects * objects, 2**15)

    def fit_32_bits(self, trials: int) -> bool:
        """Whether no count of so many trials can pass 32 bits."""
        return trials * self.most_by_trial < 2**32

    def outcomes(self, counts: NDArray[Any]) -> list[Outcome]:
        """Vectors of worlds [W, numbers] as the engine's own counts of each, whose worlds and parts
        are one each. They are copied, and have as many bits as they came with: whoever adds them up
        widens them, as those of the engine."""
        by_name: list[Any] = []
        begin = 0
        # of all worlds at once, which are many
        for (_, shape), (_, axes) in zip(self.shapes, declared(Outcome), strict=True):
            end = begin + prod(shape)
            own = counts[:, begin:end].copy()
            ones = (1 for axis in axes if axis in _ONE)
            by_name.append(own.reshape(len(counts), *shape, *ones))
            begin = end
        return [Outcome(*own) for own in zip(*by_name, strict=True)]

    def places(self) -> dict[str, Any]:
        """By name a function of the indices that gives a count's place."""
        places, begin = {}, 0
        for name, shape in self.shapes:
            places[name] = _Place(begin, shape)
            begin += prod(shape)
        return places


_ONE = ("worlds", "parts")
"""Axes that the engine's counts may have last, of which a launch's counts are of one each."""


@cache
def bytes_by(features: Features, capacity: Sizes) -> tuple[int, int]:
    """Memory that a trial takes, and a world beside its trials."""
    sums = Sums.of(features, capacity, capacity.objects + 1)
    by_orders = 16 + 4 * features.losses + 2 * features.reloads
    listed = 4 * capacity.opportunities * (features.orders * by_orders + features.rounds)
    by_trial = Places(features, capacity).bytes_of(1)
    return by_trial, COUNT_BYTES[True] * sums.numbers + listed


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
