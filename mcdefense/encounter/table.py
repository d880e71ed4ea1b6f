"""Opportunities and tracks given by a table instead of a laydown, as blocks of the same form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Names
from mcdefense.encounter.laydown import Encounter, padded
from mcdefense.scenario import Scenario, ThreatName, threat_named

Floats = NDArray[np.float64]


class TableBlocks:
    """The table's rows by wave and by single object; times count from the object's start.

    The rows of an object for one battery and interceptor, or for one sensor, stand instead of
    those that its wave has for the same; for all others the wave's rows hold.
    """

    def __init__(self, scenario: Scenario, names: Names) -> None:
        self._scenario, self._names = scenario, names
        shots, tracks = scenario.opportunities, scenario.tracks
        self._shots = _by_threat(() if shots is None else shots.columns.threat)
        self._tracks = _by_threat(() if tracks is None else tracks.columns.threat)
        self._encounters: dict[ThreatName, tuple[Encounter, float, Floats]] = {}

    def encounter(self, wave: str, member: int) -> tuple[Encounter, float, Floats]:
        """The block of one object, its time to impact [s], and its kill probabilities."""
        single = ThreatName(wave, member)
        if single not in self._shots and single not in self._tracks:
            single = ThreatName(wave, None)
        if single not in self._encounters:
            self._encounters[single] = self._make(single)
        return self._encounters[single]

    def _make(self, threat: ThreatName) -> tuple[Encounter, float, Floats]:
        names, scenario, wave = self._names, self._scenario, threat.wave
        rows = np.zeros(0, np.int64)
        if scenario.opportunities is not None:
            shots = scenario.opportunities.columns
            holding = _rows_of(
                threat, self._shots, lambda row: (shots.battery[row], shots.interceptor[row])
            )
            rows = np.array(holding, np.int64)
        sensors, times, probabilities, cued = self._track_tables(threat)
        battery = np.zeros(0, np.int32)
        interceptor, launch, intercept, sspk = battery, np.zeros(0), np.zeros(0), np.zeros(0)
        if rows.size and scenario.opportunities is not None:
            columns = scenario.opportunities.columns
            battery = np.array([names.battery.index(columns.battery[r]) for r in rows], np.int32)
            interceptor = np.array(
                [names.interceptor.index(columns.interceptor[r]) for r in rows], np.int32
            )
            launch, intercept = columns.launch_s[rows], columns.intercept_s[rows]
            sspk = self._sspk(wave, rows)
        tracking = set(sensors)
        covers = np.array(
            [
                sum(
                    (names.sensor.index(s) in tracking) << place
                    for place, s in enumerate(scenario.battery[names.battery[b]].sensors)
                )
                for b in battery
            ],
            np.int64,
        )
        impact = scenario.raid[wave].impact_s
        duration = float(intercept.max(initial=0.0)) if impact is None else impact
        encounter = Encounter(
            battery=battery,
            interceptor=interceptor,
            launch_s=launch,
            intercept_s=intercept,
            slant_range_m=np.zeros(launch.size),
            own_covers=covers,
            sensor=np.array(sensors, np.int32),
            time_s=padded(times),
            probability=padded(probabilities),
            cued_probability=padded(cued),
            times=np.array([t.size for t in times], np.int32),
        )
        return encounter, duration, sspk

    def _sspk(self, wave: str, rows: NDArray[np.int64]) -> Floats:
        """The row's kill probability, else the interceptor's against the class."""
        scenario = self._scenario
        assert scenario.opportunities is not None
        columns = scenario.opportunities.columns
        sspk = columns.sspk[rows].copy()
        for i in np.flatnonzero(np.isnan(sspk)):
            interceptor = scenario.interceptor[columns.interceptor[rows[i]]]
            value = interceptor.against[scenario.raid[wave].class_].sspk
            assert isinstance(value, float)
            sspk[i] = value
        return sspk

    def _track_tables(
        self, threat: ThreatName
    ) -> tuple[list[int], list[Floats], list[Floats], list[Floats]]:
        by_sensor: dict[int, list[int]] = {}
        scenario = self._scenario
        if scenario.tracks is not None:
            tracking = scenario.tracks.columns.sensor
            for row in _rows_of(threat, self._tracks, tracking.__getitem__):
                by_sensor.setdefault(self._names.sensor.index(tracking[row]), []).append(row)
        times, probabilities, cued = [], [], []
        for some in by_sensor.values():
            assert scenario.tracks is not None
            columns = scenario.tracks.columns
            picked = np.array(some, np.int64)[np.argsort(columns.time_s[some], kind="stable")]
            plain = np.maximum.accumulate(columns.probability[picked])
            warned = np.where(
                np.isnan(columns.cued_probability[picked]),
                plain,
                columns.cued_probability[picked],
            )
            times.append(columns.time_s[picked])
            probabilities.append(plain)
            cued.append(np.maximum(np.maximum.accumulate(warned), plain))
        return list(by_sensor), times, probabilities, cued


def _by_threat(threats: tuple[str, ...]) -> dict[ThreatName, list[int]]:
    """Row numbers by the threat they name."""
    named = {text: threat_named(text) for text in dict.fromkeys(threats)}
    rows: dict[ThreatName, list[int]] = {}
    for row, text in enumerate(threats):
        threat = named[text]
        assert threat is not None, f"a loaded scenario names no such threat: {text}"
        rows.setdefault(threat, []).append(row)
    return rows


def _rows_of(
    threat: ThreatName, rows: dict[ThreatName, list[int]], of_whom: Callable[[int], object]
) -> list[int]:
    """The rows that hold for one object: its own, and those of its wave except of a battery and
    interceptor, or a sensor, that the object's own rows are of; `of_whom` says that of a row."""
    wave = rows.get(ThreatName(threat.wave, None), [])
    own = [] if threat.member is None else rows.get(threat, [])
    if not own:
        return wave
    told_apart = {of_whom(row) for row in own}
    return [row for row in wave if of_whom(row) not in told_apart] + own
