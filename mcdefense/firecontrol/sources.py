"""Whose tracks reach whom under one architecture: own sensors, and what others' offer.

What a track over a link may be used for is rule 11, `remote_track`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Names
from mcdefense.encounter import durations_ms
from mcdefense.scenario import Cell, ResolvedArchitecture

SHARE_LEVELS = {"none": 0, "warning": 1, "launch": 2, "engage": 3}


class Source(NamedTuple):
    """A sensor as one battery's cell receives it."""

    sensor: int
    level: int  # of SHARE_LEVELS
    over: tuple[int, ...]  # whose latencies add up: by number in `latencies_ms`
    links: tuple[str, ...]  # cells whose spokes the track crosses


class Sources(NamedTuple):
    """Sensors by battery, and what each cell holds: no draw changes it."""

    own: tuple[tuple[int, ...], ...]  # per battery: own sensors
    offered: tuple[tuple[Source, ...], ...]  # per cell: what sensors offer, its own and others'
    sensors_of: tuple[tuple[str, ...], ...]  # per cell: its sensors
    reached: tuple[bool, ...]  # per cell: any sensor, own or linked


def find_sources(resolved: ResolvedArchitecture, names: Names) -> Sources:
    """The sources of every battery and cell."""
    own_names = [tuple(resolved.scenario.battery[b].sensors) for b in names.battery]
    number = {name: i for i, name in enumerate(names.sensor)}
    by_battery = dict(zip(names.battery, own_names, strict=True))
    sensors_of = []
    for cell in resolved.cells:
        sensors = [*cell.sensors, *(s for b in cell.batteries for s in by_battery[b])]
        sensors_of.append(tuple(dict.fromkeys(sensors)))
    offered = _offered(resolved.cells, [[number[s] for s in some] for some in sensors_of])
    own = tuple(tuple(number[s] for s in some) for some in own_names)
    linked = [_spoke_level(cell) > 0 for cell in resolved.cells]
    reached = [
        bool(sensors_of[i])
        or (
            linked[i] and any(linked[j] and sensors_of[j] for j in range(len(sensors_of)) if j != i)
        )
        for i in range(len(sensors_of))
    ]
    return Sources(own, offered, tuple(sensors_of), tuple(reached))


def latencies_ms(cells: tuple[Cell, ...]) -> NDArray[np.int64]:
    """Latency of each cell's own picture, then of each cell's spoke [2 * cells]."""
    spokes = [0.0 if cell.spoke is None else cell.spoke.latency_s for cell in cells]
    return durations_ms(np.array([*(cell.latency_s for cell in cells), *spokes]))


def _offered(
    cells: tuple[Cell, ...], sensors_of: list[list[int]]
) -> tuple[tuple[Source, ...], ...]:
    """What each cell receives at all: from its own sensors, then over links, in order of cells."""
    levels = [None if c.spoke is None else _spoke_level(c) for c in cells]
    offered = []
    for i, (cell, mine, spoke) in enumerate(zip(cells, sensors_of, levels, strict=True)):
        sources = [Source(sensor, SHARE_LEVELS[cell.share], (i,), ()) for sensor in mine]
        for j, (other, others, far) in enumerate(zip(cells, sensors_of, levels, strict=True)):
            if other is cell or spoke is None or far is None:
                continue
            level, over = min(spoke, far), (len(cells) + i, len(cells) + j)
            links = (cell.name, other.name)
            sources += [Source(sensor, level, over, links) for sensor in others]
        offered.append(tuple(source for source in sources if source.level > 0))
    return tuple(offered)


def _spoke_level(cell: Cell) -> int:
    return 0 if cell.spoke is None else SHARE_LEVELS[cell.spoke.share]
