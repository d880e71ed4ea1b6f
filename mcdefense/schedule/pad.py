"""Schedules padded to sizes that repeat, so that worlds share compiled programs."""

from __future__ import annotations

from dataclasses import fields
from functools import cache, lru_cache
from operator import attrgetter, le

from mcdefense.contract import (
    Arrays,
    Features,
    Sizes,
    array_at,
    declared,
)

_ALL_SIZES = attrgetter(*(size.name for size in fields(Sizes)))
Shape = tuple[int, ...]


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
    return all(map(le, _ALL_SIZES(sizes), _ALL_SIZES(capacity)))


def padded_shapes(arrays: Arrays, capacity: Sizes) -> tuple[Shape, ...]:
    """The shape of each of a schedule's arrays in this capacity, in the order of `declared`: other
    axes are as long as they are."""
    given = tuple(array_at(arrays, path).shape[place] for path, place in _others().values())
    return _shapes(capacity, given)


@cache
def _others() -> dict[str, tuple[tuple[str, ...], int]]:
    """Each axis of no size: an array that has it, and where. It is as long in all (`lengths`)."""
    sizes = {size.name for size in fields(Sizes)}
    found: dict[str, tuple[tuple[str, ...], int]] = {}
    for path, axes in declared(Arrays):
        for place, axis in enumerate(axes):
            if axis not in sizes:
                found.setdefault(axis, (path, place))
    return found


@lru_cache(maxsize=64)
def _shapes(capacity: Sizes, given: tuple[int, ...]) -> tuple[Shape, ...]:
    others = dict(zip(_others(), given, strict=True))
    return tuple(
        tuple(others[axis] if axis in others else getattr(capacity, axis) for axis in axes)
        for _, axes in declared(Arrays)
    )
