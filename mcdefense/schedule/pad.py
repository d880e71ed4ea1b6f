"""Schedules padded to sizes that repeat, so that worlds share compiled programs."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import (
    Arrays,
    Features,
    Schedule,
    Sizes,
    array_at,
    declared,
    with_arrays,
)


def roomy(size: int, least: int = 8) -> int:
    """The next of sizes that grow by some 25 %: 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, ..."""
    size = max(size, least)
    step = 1 << max(int(size - 1).bit_length() - 3, 0)
    return -(-size // step) * step


def padded_sizes(sizes: Sizes) -> Sizes:
    """Roomy sizes, at least as large as needed."""
    growth = Sizes.growth()
    capacity = {name: roomy(getattr(sizes, name), growth[name].least) for name in growth}
    # Planes of draws are cut from whole chunks of opportunities.
    capacity["opportunities"] = -(-capacity["opportunities"] // 16) * 16
    return Sizes(**capacity)


def state_rows_of(features: Features, capacity: Sizes) -> int:
    """16-bit numbers that each trial holds while it is simulated in this capacity."""
    counters = capacity.accounts * features.counter_words
    kept = 2 * capacity.objects + capacity.magazines + counters
    working = (
        kept + (2 + features.sharing) * capacity.pairs + capacity.batteries + capacity.channel_rows
    )
    working += capacity.losses if features.losses else 0
    working += capacity.stores if features.reloads else 0
    tables = features.kill_variants + features.error_variants
    tables += features.orders if features.coins else 0
    planes = tables * capacity.opportunities // 4
    return working + features.architectures * kept + planes + capacity.flags + capacity.gates


def fits(sizes: Sizes, capacity: Sizes) -> bool:
    """Whether a schedule of these sizes fits into that capacity."""
    return all(getattr(sizes, f.name) <= getattr(capacity, f.name) for f in fields(Sizes))


@dataclass(frozen=True)
class Padded:
    """An array that is to lie in a larger one, before zeros that the engine never reads."""

    array: NDArray[np.int32]
    shape: tuple[int, ...]

    def copy_to(self, zeros: NDArray[np.int32]) -> None:
        """Write it into an array of `shape`."""
        zeros[tuple(map(slice, self.array.shape))] = self.array


def pad(schedule: Schedule, capacity: Sizes) -> Arrays:
    """The schedule's arrays, as Padded those that have zeros up to `capacity`."""
    sizes = {size.name for size in fields(Sizes)}
    padded = {}
    for path, axes in declared(Arrays):
        array = array_at(schedule.arrays, path)
        shape = tuple(
            getattr(capacity, axis) if axis in sizes else length
            for axis, length in zip(axes, array.shape, strict=True)
        )
        padded[path] = Padded(array, shape) if shape != array.shape or sizes & {*axes} else array
    arrays: Arrays = with_arrays(schedule.arrays, padded)
    return arrays
