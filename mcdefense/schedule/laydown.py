"""Opportunities and tracks of a laydown: geometry once per distinct trajectory and physics."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense import geometry
from mcdefense.schedule.physics import Physics
from mcdefense.schedule.schedule import TRACK_TIMES

Floats = NDArray[np.float64]

_MOST_BLOCKS = 20_000
"""Blocks kept; a run whose physics change from world to world would keep them all otherwise."""


class Block(NamedTuple):
    """What one trajectory meets; opportunities [o], track tables [k]; times from its start."""

    battery: NDArray[np.int32]
    interceptor: NDArray[np.int32]
    launch_s: Floats
    intercept_s: Floats
    slant_range_m: Floats
    own_covers: NDArray[np.bool_]
    sensor: NDArray[np.int32]
    time_s: Floats  # [k, 16] padded by the last
    probability: Floats  # [k, 16]
    cued_probability: Floats  # [k, 16]
    times: NDArray[np.int32]


class Laydown:
    """Blocks by (trajectory, physics, class), computed when first asked for."""

    def __init__(self) -> None:
        self._physics: dict[Physics, int] = {}
        self._blocks: dict[tuple[int, int, int, float], Block] = {}
        self._shots: dict[tuple[object, ...], geometry.Shots] = {}
        self._tables: dict[tuple[object, ...], geometry.TrackTable] = {}

    def physics_number(self, physics: Physics) -> int:
        """The number of these physics: equal ones share a number."""
        return self._physics.setdefault(physics, len(self._physics))

    def block(
        self,
        trajectory: geometry.Trajectory,
        key: int,
        physics: Physics,
        number: int,
        threat_class: int,
        rcs_m2: float,
    ) -> Block:
        """The block of a trajectory, which `key` identifies, under physics `number`."""
        name = (key, number, threat_class, rcs_m2)
        found = self._blocks.get(name)
        if found is None:
            if len(self._blocks) >= _MOST_BLOCKS:
                self._blocks.clear()
                self._shots.clear()
                self._tables.clear()
            found = self._compute(trajectory, key, physics, threat_class, rcs_m2)
            self._blocks[name] = found
        return found

    def _compute(
        self,
        trajectory: geometry.Trajectory,
        key: int,
        physics: Physics,
        threat_class: int,
        rcs_m2: float,
    ) -> Block:
        models = {radar.sensor: radar for radar in physics.radars}
        parts = []
        for shooter in physics.shooters:
            envelope = shooter.envelopes[threat_class]
            if envelope is None:
                continue
            spacing = shooter.launch_spacing_s[threat_class]
            name = (key, shooter.site, shooter.flyout, envelope, spacing)
            shots = self._shots.get(name)
            if shots is None:
                shots = geometry.opportunities(
                    shooter.site, shooter.flyout, envelope, trajectory, spacing
                )
                self._shots[name] = shots
            if shots.launch_s.size:
                covers = np.zeros(shots.launch_s.size, np.bool_)
                points, height = trajectory.at(shots.intercept_s)
                for sensor in shooter.own_sensors:
                    if models[sensor].sees[threat_class]:
                        covers |= geometry.covers(models[sensor].model, points, height, rcs_m2)
                parts.append((shooter, shots, covers))
        tables = []
        for radar in physics.radars:
            if not radar.sees[threat_class]:
                continue
            seen = (key, radar.model, rcs_m2)
            table = self._tables.get(seen)
            if table is None:
                table = geometry.track_times(radar.model, trajectory, rcs_m2)
                self._tables[seen] = table
            if table.time_s.size:
                tables.append((radar.sensor, table))

        def joined(arrays: list[Floats]) -> Floats:
            return np.concatenate(arrays) if arrays else np.zeros(0)

        def repeated(values: list[int], sizes: list[int]) -> NDArray[np.int32]:
            return np.repeat(np.array(values, np.int32), np.array(sizes, np.int64))

        sizes = [shots.launch_s.size for _, shots, _ in parts]
        return Block(
            battery=repeated([s.battery for s, _, _ in parts], sizes),
            interceptor=repeated([s.interceptor for s, _, _ in parts], sizes),
            launch_s=joined([shots.launch_s for _, shots, _ in parts]),
            intercept_s=joined([shots.intercept_s for _, shots, _ in parts]),
            slant_range_m=joined([shots.slant_range_m for _, shots, _ in parts]),
            own_covers=np.concatenate([np.zeros(0, np.bool_), *(c for _, _, c in parts)]),
            sensor=np.array([s for s, _ in tables], np.int32),
            time_s=padded([t.time_s for _, t in tables]),
            probability=padded([t.probability for _, t in tables]),
            cued_probability=padded([t.cued_probability for _, t in tables]),
            times=np.array([t.time_s.size for _, t in tables], np.int32),
        )


def padded(rows: list[Floats]) -> Floats:
    """Rows of up to 16 values as [rows, 16], the last value repeated."""
    table = np.zeros((len(rows), TRACK_TIMES))
    for row, values in zip(table, rows, strict=True):
        row[: values.size] = values
        row[values.size :] = values[-1]
    return table
