"""Opportunities and tracks of a laydown: geometry once per distinct trajectory and physics."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense import geometry
from mcdefense.contract import TRACK_TIMES
from mcdefense.encounter.physics import Physics

Floats = NDArray[np.float64]
_Key = tuple[object, ...]

_MOST_BLOCKS = 20_000
"""Blocks kept; a run whose physics change from world to world would keep them all otherwise."""


class Encounter(NamedTuple):
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


class _Flown(NamedTuple):
    """A trajectory, what identifies it, and how large who flies it looks."""

    trajectory: geometry.Trajectory
    key: int
    rcs_m2: float


class Laydown:
    """Blocks by (trajectory, physics, class), computed when first asked for."""

    def __init__(self) -> None:
        self._physics: dict[Physics, tuple[int, Physics]] = {}
        self._sure: dict[geometry.RadarModel, geometry.RadarModel] = {}
        self._encounters: dict[tuple[int, int, int, float], Encounter] = {}
        self._shots: dict[_Key, geometry.Shots] = {}
        self._covers: dict[_Key, NDArray[np.bool_]] = {}
        self._watches: dict[_Key, geometry.Watch] = {}
        self._tables: dict[_Key, geometry.TrackTable] = {}

    def physics(self, physics: Physics) -> tuple[int, Physics]:
        """The number of these physics, and the first that were equal to them: their sites have
        computed already where they are."""
        return self._physics.setdefault(physics, (len(self._physics), physics))

    def encounter(
        self,
        trajectory: geometry.Trajectory,
        key: int,
        physics: Physics,
        number: int,
        threat_class: int,
        rcs_m2: float,
    ) -> Encounter:
        """The block of a trajectory, which `key` identifies, under physics `number`."""
        name = (key, number, threat_class, rcs_m2)
        found = self._encounters.get(name)
        if found is None:
            if len(self._encounters) >= _MOST_BLOCKS:
                for kept in (
                    self._encounters,
                    self._shots,
                    self._covers,
                    self._watches,
                    self._tables,
                ):
                    kept.clear()
            found = self._compute(_Flown(trajectory, key, rcs_m2), physics, threat_class)
            self._encounters[name] = found
        return found

    def _compute(self, flown: _Flown, physics: Physics, threat_class: int) -> Encounter:
        sensors = {r.sensor: r.model for r in physics.radars if r.sees[threat_class]}
        parts = []
        for shooter in physics.shooters:
            envelope = shooter.envelopes[threat_class]
            if envelope is None:
                continue
            spacing = shooter.launch_spacing_s[threat_class]
            shot = (flown.key, shooter.site, shooter.flyout, envelope, spacing)
            shots = self._shots.get(shot)
            if shots is None:
                shots = geometry.opportunities(
                    shooter.site, shooter.flyout, envelope, flown.trajectory, spacing
                )
                self._shots[shot] = shots
            if shots.launch_s.size:
                own = tuple(self._as_sure(sensors[s]) for s in shooter.own_sensors if s in sensors)
                covered = (*shot, own, flown.rcs_m2)
                if covered not in self._covers:
                    self._covers[covered] = _covers(own, flown, shots)
                parts.append((shooter, shots, self._covers[covered]))
        tables = []
        for sensor, model in sensors.items():
            seen = (flown.key, model, flown.rcs_m2)
            table = self._tables.get(seen)
            if table is None:
                table = self._watch(model, flown).track_times(model)
                self._tables[seen] = table
            if table.time_s.size:
                tables.append((sensor, table))

        def joined(arrays: list[Floats]) -> Floats:
            return np.concatenate(arrays) if arrays else np.zeros(0)

        def repeated(values: list[int], sizes: list[int]) -> NDArray[np.int32]:
            return np.repeat(np.array(values, np.int32), np.array(sizes, np.int64))

        sizes = [shots.launch_s.size for _, shots, _ in parts]
        return Encounter(
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

    def _watch(self, model: geometry.RadarModel, flown: _Flown) -> geometry.Watch:
        """The sensor's looks at the flight, which serve any detection probability."""
        sure = self._as_sure(model)
        name = (flown.key, sure, flown.rcs_m2)
        found = self._watches.get(name)
        if found is None:
            found = self._watches[name] = geometry.Watch(sure, flown.trajectory, flown.rcs_m2)
        return found

    def _as_sure(self, model: geometry.RadarModel) -> geometry.RadarModel:
        """The sensor as one that sees at every look: what it covers is the same."""
        found = self._sure.get(model)
        if found is None:
            found = self._sure[model] = replace(model, p_look=1.0, cue_p_look=1.0)
        return found


def _covers(
    sensors: tuple[geometry.RadarModel, ...], flown: _Flown, shots: geometry.Shots
) -> NDArray[np.bool_]:
    """Which intercepts [o] any of the sensors covers."""
    covered = np.zeros(shots.launch_s.size, np.bool_)
    points = flown.trajectory.at(shots.intercept_s)
    for sensor in sensors:
        covered |= geometry.covers(sensor, *points, flown.rcs_m2)
    return covered


def padded(rows: list[Floats]) -> Floats:
    """Rows of up to 16 values as [rows, 16], the last value repeated."""
    table = np.zeros((len(rows), TRACK_TIMES))
    for row, values in zip(table, rows, strict=True):
        row[: values.size] = values
        row[values.size :] = values[-1]
    return table
