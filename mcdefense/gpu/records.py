"""What an architecture needs to know of each of its turns, packed into a few words side by side.

A step loads its record in three to six loads of 16 bytes, instead of some 25 of 4 bytes from as
many tables. The rules then find every field where the schedule has it, whatever they ask for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jax import Array
from numpy.typing import NDArray

from mcdefense.contract import Arrays, Event, Features, Schedule, Sizes
from mcdefense.engine import Few, Now

Int = NDArray[np.int32]
PLACES = ("index", *(name for event in Event for name in event.arrays[1:]), "ended", "handed")
"""Fields that may pass 16 bits however small the capacity's rows are."""
_ROWS = {
    "object": "objects",
    "battery": "batteries",
    "magazine": "magazines",
    "account": "accounts",
    "pair": "pairs",
    "gate": "gates",
    "site_flags": "flags",
    "pair_flags": "flags",
    "wait_magazine": "magazines",
    "pool": "pools",
    "wait_pool": "pools",
    "cell": "cells",
    "row": "channel_rows",
}
"""Fields that are rows of something, and whose number in the capacity decides how wide they are."""


@dataclass(frozen=True)
class Fields:
    """The fields of a record by where the schedule has them, and where each lies in the words."""

    opportunities: tuple[str, ...]
    doctrine: tuple[str, ...]
    channels: tuple[str, ...]
    onsets: tuple[str, ...]
    salvo: int
    wide: tuple[str, ...]  # a word each
    narrow: tuple[str, ...]  # two to a word

    @classmethod
    def of(cls, features: Features, capacity: Sizes) -> Fields:
        """The fields that a schedule with these features needs in this capacity."""
        opportunities = ["object", "battery", "magazine", "death_rank", "intercept_rank", "account"]
        doctrine = ["pair", "gate", "gate_limit", "look_limit", "seen_limit", "reserve", "mode"]
        if features.flags:
            doctrine += ["site_flags", "pair_flags"]
        if features.waits:
            doctrine += ["wait_magazine", "wait_stock"]
        if features.pools:
            doctrine += ["pool"]
        if features.pools and features.waits:
            doctrine += ["wait_pool"]
        if features.decisions:
            doctrine += ["cell", "decision_rank", "decision_limit"]
        if features.sharing:
            doctrine += ["sharing_begin", "sharing_end"]
        doctrine += features.keys
        channels = ["row", "release_begin", "release_end", "number"]
        onsets = ["ended", "handed"] if features.onsets else []
        salvo = [f"salvo{i}" for i in range(features.salvo)]
        of_turn = ["orders", *onsets] if features.onsets else []
        every = ["index", *opportunities, *doctrine, *channels, *salvo, *of_turn]

        def is_wide(name: str) -> bool:
            return name in PLACES or (name in _ROWS and getattr(capacity, _ROWS[name]) > 2**15)

        return cls(
            tuple(opportunities),
            tuple(doctrine),
            tuple(channels),
            tuple(onsets),
            features.salvo,
            tuple(name for name in every if is_wide(name)),
            tuple(name for name in every if not is_wide(name)),
        )

    @property
    def words(self) -> int:
        """Words of a record, of which a load takes four."""
        used = len(self.wide) + -(-len(self.narrow) // 2)
        return -(-used // 4) * 4

    def unpacked(self, words: list[Array]) -> dict[str, Array]:
        """Every field as int32 out of a record's words."""
        got = dict(zip(self.wide, words, strict=False))
        for number, name in enumerate(self.narrow):
            word = words[len(self.wide) + number // 2]
            got[name] = word >> 16 if number % 2 else (word << 16) >> 16
        return got

    def now(self, arrays: Arrays, got: dict[str, Array]) -> Arrays:
        """The schedule's arrays with the fields of the turn at hand in their places."""

        def fields(names: tuple[str, ...]) -> dict[str, Any]:
            return {name: Now(got[name]) for name in names}

        salvo: Any = Few([got[f"salvo{i}"] for i in range(self.salvo)])
        return arrays._replace(
            opportunities=arrays.opportunities._replace(**fields(self.opportunities)),
            doctrine=arrays.doctrine._replace(**fields(self.doctrine), salvo=salvo),
            channels=arrays.channels._replace(**fields(self.channels)),
            onsets=arrays.onsets._replace(**fields(self.onsets)),
        )


def copy_records(schedule: Schedule, fields: Fields, records: Int) -> None:
    """Write the records of every architecture's turns into zeros [A, turns, words]."""
    arrays = schedule.arrays
    shape = arrays.doctrine.allowed.shape
    sources: dict[str, Int] = {"index": np.arange(shape[1], dtype=np.int32)}
    sources |= {name: getattr(arrays.opportunities, name) for name in fields.opportunities}
    sources |= {name: getattr(arrays.doctrine, name) for name in fields.doctrine}
    for name in ("row", "release_begin", "release_end"):
        sources[name] = getattr(arrays.channels, name)
    sources["number"] = arrays.channels.number[:, arrays.opportunities.battery]
    sources |= {name: getattr(arrays.onsets, name) for name in fields.onsets}
    sources["orders"] = np.arange(shape[0], dtype=np.int32)[:, None]
    sources |= {f"salvo{i}": arrays.doctrine.salvo[..., i] for i in range(fields.salvo)}
    # All opportunities' records side by side; the turns then take whole rows of them.
    every = np.zeros((*shape, records.shape[2]), np.int32)
    for word, name in enumerate(fields.wide):
        every[..., word] = sources[name]
    halves = every.view(np.int16)
    for half, name in enumerate(fields.narrow, 2 * len(fields.wide)):
        source = sources[name]
        if source.size and (source.min() < -(2**15) or source.max() >= 2**15):
            raise ValueError(f"{name} of a turn passes 16 bits")
        halves[..., half] = source
    for a, number in enumerate(arrays.turns.number):
        places = arrays.turns.place[a, :number]
        if fields.onsets:
            records[a, :number] = every[arrays.onsets.orders[a, :number], places]
        else:
            np.take(every[a], places, axis=0, out=records[a, :number], mode="clip")
