"""Rooms: padded shapes shared by worlds, so that few programs are compiled."""

from __future__ import annotations

from dataclasses import fields

from mcdefense.schedule.pad import fits, padded_sizes
from mcdefense.schedule.schedule import Schedule, Sizes

HEADROOM = 1.25
"""A new room is wider than needed by this: the next worlds should fit, else one compiles again."""


class Rooms:
    """Shapes made so far. Only what is in use is worked through, so a wide room costs memory,
    not time; a new one costs a compilation."""

    def __init__(self) -> None:
        self._rooms: list[Sizes] = []

    def for_all(self, schedules: list[Schedule]) -> Sizes:
        """A room that holds all of these: one known, or a new one as wide as any before."""
        needed = widest([schedule.sizes for schedule in schedules])
        for room in self._rooms:
            if fits(needed, room):
                return room
        room = padded_sizes(widest([wider(needed), *self._rooms[-1:]]))
        self._rooms.append(room)
        return room


def widest(sizes: list[Sizes]) -> Sizes:
    """The greatest of every size."""
    return Sizes(*(max(getattr(s, f.name) for s in sizes) for f in fields(Sizes)))


def wider(sizes: Sizes) -> Sizes:
    """The sizes with headroom, but for those that are the same in every world."""
    values = {f.name: getattr(sizes, f.name) for f in fields(Sizes)}
    fixed = {"magazines", "batteries", "assets", "cells"}
    return Sizes(**{k: v if k in fixed else int(v * HEADROOM) for k, v in values.items()})
