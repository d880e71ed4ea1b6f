"""One room for every case of this folder, so that they share a compiled program."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import mcdefense.run.simulator as simulator
from mcdefense.run.rooms import Rooms
from mcdefense.schedule.schedule import Sizes

ROOM = Sizes(
    opportunities=448,
    objects=24,
    magazines=16,
    accounts=48,
    batteries=8,
    assets=4,
    flags=128,
    gates=96,
    tosses=256,
    tracks=112,
    cued=48,
    pairs=256,
    cells=48,
    plans=1280,
)
"""A wide room costs memory, not time: only what is in use is worked through."""


class OneRoom(Rooms):
    """Rooms that begin with the wide one."""

    def __init__(self) -> None:
        super().__init__()
        self._rooms.append(ROOM)


@pytest.fixture(autouse=True, scope="module")
def one_room() -> Iterator[None]:
    """Every run of the module is padded to ROOM."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulator, "Rooms", OneRoom)
        yield
