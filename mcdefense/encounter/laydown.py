"""Opportunities and tracks of a laydown: geometry once per distinct trajectory and physics."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from itertools import product
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
    own_covers: NDArray[np.int64]  # bits: which own sensors of the battery cover the intercept
    sensor: NDArray[np.int32]
    time_s: Floats  # [k, 16] padded by the last
    probability: Floats  # [k, 16]
    cued_probability: Floats  # [k, 16]
    times: NDArray[np.int32]


class _Fire(NamedTuple):
    """The opportunities of an Encounter."""

    battery: NDArray[np.int32]
    interceptor: NDArray[np.int32]
    launch_s: Floats
    intercept_s: Floats
    slant_range_m: Floats
    own_covers: NDArray[np.int64]


class _Sight(NamedTuple):
    """The tracks of an Encounter."""

    sensor: NDArray[np.int32]
    time_s: Floats
    probability: Floats
    cued_probability: Floats
    times: NDArray[np.int32]


class _Flown(NamedTuple):
    """A trajectory, what identifies it, and how large who flies it looks."""

    trajectory: geometry.Trajectory
    key: int
    rcs_m2: float


class _Gun(NamedTuple):
    """One (battery, interceptor) against one class; equal numbers are equal geometry."""

    battery: int
    interceptor: int
    number: int
    site: geometry.Site
    flyout: geometry.Flyout
    envelope: geometry.Envelope
    spacing_s: float
    own_sensors: tuple[int, ...]


class _Eye(NamedTuple):
    """One sensor. `sure` is it as one that sees at every look: what it covers is the same."""

    sensor: int
    model: geometry.RadarModel
    number: int
    sure: geometry.RadarModel
    sure_number: int


class _Layout(NamedTuple):
    """Physics whose parts are numbered, so that nothing large is compared for each block."""

    guns: int  # equal numbers are equal shooters
    guns_of_class: list[list[_Gun]]
    sure_eyes: int  # equal numbers are sensors that cover the same
    eyes_of_class: list[list[_Eye]]


class _Numbers:
    """Numbers of values, in the order in which they are first asked for."""

    def __init__(self) -> None:
        self._of_value: dict[Hashable, int] = {}
        self._of_object: dict[int, tuple[Hashable, int]] = {}

    def __call__(self, value: Hashable) -> int:
        """The number of this value."""
        return self._of_value.setdefault(value, len(self._of_value))

    def of_kept(self, value: Hashable) -> int:
        """The same for a large value that is likely to be asked for as the same object again."""
        known = self._of_object.get(id(value))
        if known is None:
            if len(self._of_object) >= _MOST_BLOCKS:
                self._of_object.clear()
            # The object is held too, so that no other can come to have its identity.
            known = self._of_object[id(value)] = value, self(value)
        return known[1]


class Laydown:
    """Blocks by (trajectory, physics, class), computed when first asked for."""

    def __init__(self) -> None:
        self._physics: dict[tuple[int, int], tuple[int, Physics]] = {}
        self._layouts: list[_Layout] = []
        self._all_guns, self._all_eyes, self._all_sure = _Numbers(), _Numbers(), _Numbers()
        self._guns, self._eyes = _Numbers(), _Numbers()
        self._encounters: dict[_Key, Encounter] = {}
        self._fires: dict[_Key, _Fire] = {}
        self._shots: dict[_Key, geometry.Shots] = {}
        self._covers: dict[_Key, NDArray[np.int64]] = {}
        self._watches: dict[_Key, geometry.Watch] = {}
        self._tables: dict[_Key, geometry.TrackTable] = {}
        self._seeing: dict[_Key, list[int]] = {}

    def physics(self, physics: Physics) -> tuple[int, Physics]:
        """The number of these physics, and the first that were equal to them: their sites have
        computed already where they are."""
        key = self._all_guns.of_kept(physics.shooters), self._all_eyes.of_kept(physics.radars)
        if key not in self._physics:
            self._physics[key] = len(self._physics), physics
            self._layouts.append(self._layout(key[0], physics))
        return self._physics[key]

    def _layout(self, guns: int, physics: Physics) -> _Layout:
        sure = [replace(radar.model, p_look=1.0, cue_p_look=1.0) for radar in physics.radars]
        eyes = [
            _Eye(radar.sensor, radar.model, self._eyes(radar.model), model, self._eyes(model))
            for radar, model in zip(physics.radars, sure, strict=True)
        ]
        classes = range(len(physics.shooters[0].envelopes)) if physics.shooters else range(0)
        if physics.radars:
            classes = range(len(physics.radars[0].sees))
        guns_of_class: list[list[_Gun]] = [[] for _ in classes]
        for kind, shooter in product(classes, physics.shooters):
            envelope = shooter.envelopes[kind]
            if envelope is not None:
                battery, interceptor, site, flyout, _, spacing_s, own = shooter
                number = self._guns((site, flyout, envelope, spacing_s[kind]))
                gun = _Gun(
                    battery, interceptor, number, site, flyout, envelope, spacing_s[kind], own
                )
                guns_of_class[kind].append(gun)
        return _Layout(
            guns,
            guns_of_class,
            self._all_sure((tuple(sure), tuple(radar.sees for radar in physics.radars))),
            [
                [eye for eye, radar in zip(eyes, physics.radars, strict=True) if radar.sees[kind]]
                for kind in classes
            ],
        )

    def encounter(
        self, trajectory: geometry.Trajectory, key: int, number: int, kind: int, rcs_m2: float
    ) -> Encounter:
        """The block of a trajectory, which `key` identifies, under physics `number`, flown by
        threats of class `kind`."""
        name = (key, number, kind, rcs_m2)
        found = self._encounters.get(name)
        if found is None:
            if len(self._encounters) >= _MOST_BLOCKS:
                self._forget()
            flown, layout = _Flown(trajectory, key, rcs_m2), self._layouts[number]
            eyes = layout.eyes_of_class[kind]
            fire_name = (key, layout.guns, layout.sure_eyes, kind, rcs_m2)
            if fire_name not in self._fires:
                self._fires[fire_name] = self._fire(flown, layout.guns_of_class[kind], eyes)
            # Most sensors see nothing of a trajectory, whatever the chance of a look.
            sight_name = (key, layout.sure_eyes, kind, rcs_m2)
            if sight_name in self._seeing:
                eyes = [eyes[place] for place in self._seeing[sight_name]]
                sight = self._sight(flown, eyes)
            else:
                sight = self._sight(flown, eyes)
                self._seeing[sight_name] = [
                    place for place, eye in enumerate(eyes) if not self._watch(flown, eye).blind
                ]
            found = Encounter(*self._fires[fire_name], *sight)
            self._encounters[name] = found
        return found

    def _forget(self) -> None:
        for kept in (self._encounters, self._fires, self._shots, self._covers, self._watches):
            kept.clear()
        self._tables.clear()
        self._seeing.clear()

    def _fire(self, flown: _Flown, guns: list[_Gun], eyes: list[_Eye]) -> _Fire:
        by_sensor = {eye.sensor: eye for eye in eyes}
        parts = []
        for gun in guns:
            shot = (flown.key, gun.number)
            shots = self._shots.get(shot)
            if shots is None:
                shots = self._shots[shot] = geometry.opportunities(
                    gun.site, gun.flyout, gun.envelope, flown.trajectory, gun.spacing_s
                )
            if shots.launch_s.size:
                own = [by_sensor.get(s) for s in gun.own_sensors]
                covered = (*shot, flown.rcs_m2, *(eye and eye.sure_number for eye in own))
                if covered not in self._covers:
                    models = [eye and eye.sure for eye in own]
                    self._covers[covered] = _covers(models, flown, shots)
                parts.append((gun, shots, self._covers[covered]))

        def joined(arrays: list[Floats]) -> Floats:
            return np.concatenate([np.zeros(0), *arrays])

        def repeated(values: list[int]) -> NDArray[np.int32]:
            return np.repeat(np.array(values, np.int32), sizes)

        sizes = np.array([shots.launch_s.size for _, shots, _ in parts], np.int64)
        return _Fire(
            battery=repeated([gun.battery for gun, _, _ in parts]),
            interceptor=repeated([gun.interceptor for gun, _, _ in parts]),
            launch_s=joined([shots.launch_s for _, shots, _ in parts]),
            intercept_s=joined([shots.intercept_s for _, shots, _ in parts]),
            slant_range_m=joined([shots.slant_range_m for _, shots, _ in parts]),
            own_covers=np.concatenate([np.zeros(0, np.int64), *(c for _, _, c in parts)]),
        )

    def _sight(self, flown: _Flown, eyes: list[_Eye]) -> _Sight:
        tables = []
        for eye in eyes:
            seen = (flown.key, eye.number, flown.rcs_m2)
            table = self._tables.get(seen)
            if table is None:
                table = self._tables[seen] = self._watch(flown, eye).track_times(eye.model)
            if table.time_s.size:
                tables.append((eye.sensor, table))
        return _Sight(
            sensor=np.array([s for s, _ in tables], np.int32),
            time_s=padded([t.time_s for _, t in tables]),
            probability=padded([t.probability for _, t in tables]),
            cued_probability=padded([t.cued_probability for _, t in tables]),
            times=np.array([t.time_s.size for _, t in tables], np.int32),
        )

    def _watch(self, flown: _Flown, eye: _Eye) -> geometry.Watch:
        """The sensor's looks at the flight, which serve any detection probability."""
        name = (flown.key, eye.sure_number, flown.rcs_m2)
        found = self._watches.get(name)
        if found is None:
            found = geometry.Watch(eye.sure, flown.trajectory, flown.rcs_m2)
            self._watches[name] = found
        return found


def _covers(
    sensors: list[geometry.RadarModel | None], flown: _Flown, shots: geometry.Shots
) -> NDArray[np.int64]:
    """By bits, which of the sensors cover each intercept [o]; None sees no such class."""
    covered = np.zeros(shots.launch_s.size, np.int64)
    points = flown.trajectory.at(shots.intercept_s)
    for place, sensor in enumerate(sensors):
        if sensor is not None:
            sees = geometry.covers(sensor, *points, flown.rcs_m2)
            covered |= sees.astype(np.int64) << place
    return covered


def padded(rows: list[Floats]) -> Floats:
    """Rows of up to 16 values as [rows, 16], the last value repeated."""
    table = np.zeros((len(rows), TRACK_TIMES))
    for row, values in zip(table, rows, strict=True):
        row[: values.size] = values
        row[values.size :] = values[-1]
    return table
