"""Schedules padded to sizes that repeat, so that worlds share compiled programs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Arrays, Features, Schedule, Sizes

_LEAST = {
    "opportunities": 64,
    "objects": 16,
    "pairs": 64,
    "plans": 4096,
    "tosses": 32,
    "tracks": 32,
    "flags": 16,
    "gates": 16,
    "assets": 4,
}
"""Room that costs next to nothing, so that small scenarios share compiled programs."""


def roomy(size: int, least: int = 8) -> int:
    """The next of sizes that grow by some 25 %: 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, ..."""
    size = max(size, least)
    step = 2 ** max(int(size - 1).bit_length() - 3, 0)
    return -(-size // step) * step


def padded_sizes(sizes: Sizes) -> Sizes:
    """Roomy sizes, at least as large as needed."""
    room = {f.name: roomy(getattr(sizes, f.name), _LEAST.get(f.name, 8)) for f in fields(Sizes)}
    # Planes of draws are cut from whole chunks of opportunities.
    room["opportunities"] = -(-room["opportunities"] // 16) * 16
    return Sizes(**room)


def state_rows_of(features: Features, room: Sizes) -> int:
    """16-bit numbers that each trial holds while it is simulated in this room."""
    counters = room.accounts * features.counter_words
    kept = 2 * room.objects + room.magazines + counters
    working = kept + (2 + features.plans) * room.pairs + room.batteries + room.holds
    tables = features.kill_variants + features.error_variants
    tables += features.architectures if features.coins else 0
    planes = tables * room.opportunities // 4
    return working + features.architectures * kept + planes + room.flags + room.gates


def fits(sizes: Sizes, room: Sizes) -> bool:
    """Whether a schedule of these sizes fits into that room."""
    return all(getattr(sizes, f.name) <= getattr(room, f.name) for f in fields(Sizes))


@dataclass(frozen=True)
class Padded:
    """An array that is to lie in a larger one, before zeros that the engine never reads."""

    array: NDArray[np.int32]
    shape: tuple[int, ...]

    def copy_to(self, zeros: NDArray[np.int32]) -> None:
        """Write it into an array of `shape`."""
        zeros[tuple(map(slice, self.array.shape))] = self.array


def _stretched(array: NDArray[np.int32], axis: int, size: int) -> Any:
    return Padded(array, (*array.shape[:axis], size, *array.shape[axis + 1 :]))


def pad(schedule: Schedule, room: Sizes) -> Arrays:
    """The schedule's arrays, as Padded those that have zeros up to `room`."""
    arrays = schedule.arrays

    def each(group, size: int, axis: int = 0):  # type: ignore[no-untyped-def]
        return type(group)(*(_stretched(value, axis, size) for value in group))

    channels, chances, stocks = arrays.channels, arrays.chances, arrays.stocks
    return arrays._replace(
        opportunities=each(arrays.opportunities, room.opportunities),
        doctrine=each(arrays.doctrine, room.opportunities, axis=1),
        turns=arrays.turns._replace(place=_stretched(arrays.turns.place, 1, room.opportunities)),
        channels=channels._replace(
            number=_stretched(channels.number, 1, room.batteries),
            hold=_stretched(channels.hold, 1, room.opportunities),
            release_begin=_stretched(channels.release_begin, 1, room.opportunities),
            release_end=_stretched(channels.release_end, 1, room.opportunities),
            release_hold=_stretched(channels.release_hold, 1, room.releases),
            release_battery=_stretched(channels.release_battery, 1, room.releases),
        ),
        plan=each(arrays.plan, room.plans),
        tosses=each(arrays.tosses, room.tosses),
        tracks=each(arrays.tracks, room.tracks),
        cued=each(arrays.cued, room.cued),
        objects=each(arrays.objects, room.objects),
        stocks=stocks._replace(
            rounds=_stretched(stocks.rounds, 1, room.magazines),
            magazine_battery=_stretched(stocks.magazine_battery, 0, room.magazines),
            channel_free=_stretched(stocks.channel_free, 1, room.batteries),
        ),
        chances=chances._replace(
            kill=_stretched(chances.kill, 1, room.opportunities),
            error=_stretched(chances.error, 1, room.opportunities),
            coin=_stretched(chances.coin, 2, room.opportunities),
        ),
    )
