"""Counts of a run: integers only, so that shards, batches and restarts merge exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from mcdefense.statistics.axes import Axes
from mcdefense.statistics.quantities import TALLY_DIMENSIONS


@dataclass(frozen=True, eq=False, repr=False)
class Tally:
    """The counts of a run: `counts[name]` is an int64 array with the axes TALLY_DIMENSIONS[name].

    Raises ValueError if a count is missing, unknown, of another shape or not of integers.
    The arrays belong to the tally; `add_block` adds to them in place.
    """

    axes: Axes
    counts: dict[str, np.ndarray]

    def __post_init__(self) -> None:
        faults = [f"{name}: unknown count" for name in self.counts if name not in TALLY_DIMENSIONS]
        faults += [f"{name}: missing" for name in TALLY_DIMENSIONS if name not in self.counts]
        object.__setattr__(self, "counts", dict(self.counts))  # the caller's stays as it is
        sizes = self.axes.sizes
        for name in TALLY_DIMENSIONS:
            if name in self.counts:
                array = np.asarray(self.counts[name])
                faults += _shape_faults(name, array, _shape(sizes, name, array))
                self.counts[name] = array.astype(np.int64, copy=False)
        if faults:
            raise ValueError("tally: " + "; ".join(faults))

    @classmethod
    def zeros(cls, axes: Axes) -> Tally:
        """A tally of no trials over all worlds of `axes`, ready for `add_block`, with which the
        histogram grows."""
        sizes = {**axes.sizes, "leakers": 1}
        return cls(
            axes,
            {
                name: np.zeros([sizes[axis] for axis in dimensions], np.int64)
                for name, dimensions in TALLY_DIMENSIONS.items()
            },
        )

    def of_worlds(self, rows: np.ndarray | slice) -> Tally:
        """The counts of some of the worlds; those that are not kept by world stay those of all."""
        counts = {
            name: self[name][rows] if dimensions[0] == "world" else self[name]
            for name, dimensions in TALLY_DIMENSIONS.items()
        }
        return Tally(self.axes.with_worlds(self.axes.world[rows]), counts)

    def __repr__(self) -> str:
        held = f"{self.trials:,} trials, {len(self.counts)} counts"
        return f"<mcdefense tally: {held}, {self.axes!r}>"

    def __getitem__(self, name: str) -> np.ndarray:
        return self.counts[name]

    @property
    def trials(self) -> int:
        """Trials of the run, over all worlds."""
        return int(self.counts["trials"].sum())

    def add_block(
        self, rows: int | slice | np.ndarray | list[int], counts: Mapping[str, np.ndarray]
    ) -> None:
        """Add the counts of some trials of some worlds, in place.

        `rows` are positions (not numbers) along the axis `world`; a row may come more than once.
        Per-world counts have one entry a row in front (for a single int it may be left out),
        run-level counts are sums over the block. Counts not named stay as they are.
        Raises ValueError for an unknown name or another shape, and then adds nothing.
        """
        worlds = len(self.axes.world)
        single = isinstance(rows, (int, np.integer))
        if single:
            where = np.array([rows])
        elif isinstance(rows, slice):
            where = np.arange(worlds)[rows]
        else:
            where = np.atleast_1d(np.asarray(rows, np.int64))
        if where.size and not 0 <= where.min() <= where.max() < worlds:
            raise ValueError(f"block: rows {where.min()}..{where.max()}, but {worlds} worlds")
        blocks: dict[str, np.ndarray] = {}
        faults: list[str] = []
        for name, block in counts.items():
            if name not in TALLY_DIMENSIONS:
                faults.append(f"{name}: unknown count")
                continue
            array = np.asarray(block)
            expected = self.counts[name].shape
            if name == "leakers_histogram":
                expected = (*expected[:-1], max(array.shape[-1], 1) if array.ndim else 1)
            elif TALLY_DIMENSIONS[name][0] == "world":
                expected = (len(where), *expected[1:])
                if single and array.shape == expected[1:]:
                    array = array[np.newaxis]
            if array.shape != expected or array.dtype != np.int64:
                faults += _shape_faults(name, array, expected)
                array = array.astype(np.int64, copy=False)
            blocks[name] = array
        if faults:
            raise ValueError("block: " + "; ".join(faults))
        # NumPy takes a slice as it is, where it would copy the rows of a list out and in again.
        at = slice(where[0], where[0] + 1) if len(where) == 1 else where
        repeated = len(where) > 1 and len(np.unique(where)) != len(where)
        for name, array in blocks.items():
            if name == "leakers_histogram":
                self._lengthen_histogram(array.shape[-1])
                self.counts[name][..., : array.shape[-1]] += array
            elif TALLY_DIMENSIONS[name][0] != "world":
                self.counts[name] += array
            elif repeated:
                np.add.at(self.counts[name], where, array)
            else:
                self.counts[name][at] += array

    def _lengthen_histogram(self, length: int) -> None:
        self.counts["leakers_histogram"] = _padded(self.counts["leakers_histogram"], length)

    def equals(self, other: Tally) -> bool:
        """Whether axes and every count are the same; trailing zeros aside."""
        if self.axes != other.axes:
            return False
        length = max(t["leakers_histogram"].shape[-1] for t in (self, other))
        return all(
            np.array_equal(_padded(self[name], length), _padded(other[name], length))
            if name == "leakers_histogram"
            else np.array_equal(self[name], other[name])
            for name in TALLY_DIMENSIONS
        )


def merge(tallies: Iterable[Tally]) -> Tally:
    """One tally of several with the same axes and disjoint worlds: exact, in any order or grouping.

    Worlds come sorted by number, run-level counts are added, histograms padded to the longest.
    Raises ValueError for none at all, for axes that differ and for a world that comes twice.
    """
    parts = tuple(tallies)
    if not parts:
        raise ValueError("merge: expected at least one tally")
    first = parts[0].axes
    if not all(first.agrees(part.axes) for part in parts):
        raise ValueError("merge: the tallies differ in an axis other than the world")
    numbers = np.concatenate([part.axes.world for part in parts])
    order = np.argsort(numbers, kind="stable")
    twice = np.unique(numbers[order][1:][np.diff(numbers[order]) == 0])
    if twice.size:
        raise ValueError(f"merge: worlds that come more than once: {twice[:10].tolist()}")
    length = max(part["leakers_histogram"].shape[-1] for part in parts)
    counts: dict[str, np.ndarray] = {}
    for name, dimensions in TALLY_DIMENSIONS.items():
        if dimensions[0] == "world":
            counts[name] = np.concatenate([part[name] for part in parts])[order]
        elif name == "leakers_histogram":
            counts[name] = _sum([_padded(part[name], length) for part in parts])
        else:
            counts[name] = _sum([part[name] for part in parts])
    return Tally(first.with_worlds(numbers[order]), counts)


def _sum(arrays: list[np.ndarray]) -> np.ndarray:
    """Sum of int64 arrays of one shape, as a new array."""
    total = arrays[0].copy()
    for array in arrays[1:]:
        total += array
    return total


def _shape(sizes: dict[str, int], name: str, array: np.ndarray) -> tuple[int, ...]:
    """The shape that `name` must have; the axis `leakers` has the length it comes with."""
    if name == "leakers_histogram":
        sizes = {**sizes, "leakers": max(array.shape[-1], 1) if array.ndim else 1}
    return tuple(sizes[axis] for axis in TALLY_DIMENSIONS[name])


def _shape_faults(name: str, array: np.ndarray, expected: tuple[int, ...]) -> list[str]:
    if array.shape != expected:
        return [f"{name}: got shape {array.shape}, expected {expected}"]
    if array.dtype.kind not in "iu":
        return [f"{name}: got {array.dtype}, expected integers"]
    return []


def _padded(histogram: np.ndarray, length: int) -> np.ndarray:
    """The histogram with zeros behind, `length` entries or more along its last axis."""
    missing = length - histogram.shape[-1]
    if missing <= 0:
        return histogram
    return np.pad(histogram, [(0, 0)] * (histogram.ndim - 1) + [(0, missing)])
