"""Opportunities and tracks given by a table instead of a laydown, as blocks of the same form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Names
from mcdefense.encounter.laydown import Block, padded
from mcdefense.scenario import Scenario

Floats = NDArray[np.float64]


class TableBlocks:
    """The table's rows by wave and by single object; times count from the object's start."""

    def __init__(self, scenario: Scenario, names: Names) -> None:
        self._scenario, self._names = scenario, names
        self._shots = _by_threat(
            () if scenario.opportunities is None else scenario.opportunities.columns.threat
        )
        self._tracks = _by_threat(() if scenario.tracks is None else scenario.tracks.columns.threat)
        self._blocks: dict[tuple[str, int], tuple[Block, float, Floats]] = {}

    def block(self, wave: str, member: int) -> tuple[Block, float, Floats]:
        """The block of one object, its time to impact [s], and its kill probabilities."""
        single = f"{wave}.{member}"
        known = single in self._shots or single in self._tracks
        key = (wave, member if known else -1)
        if key not in self._blocks:
            self._blocks[key] = self._make(wave, single)
        return self._blocks[key]

    def _make(self, wave: str, single: str) -> tuple[Block, float, Floats]:
        names, scenario = self._names, self._scenario
        rows = np.array(self._shots.get(wave, []) + self._shots.get(single, []), np.int64)
        sensors, times, probabilities, cued = self._track_tables(wave, single)
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
                any(
                    names.sensor.index(s) in tracking
                    for s in scenario.battery[names.battery[b]].sensors
                )
                for b in battery
            ],
            np.bool_,
        )
        impact = scenario.raid[wave].impact_s
        duration = float(intercept.max(initial=0.0)) if impact is None else impact
        block = Block(
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
        return block, duration, sspk

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
        self, wave: str, single: str
    ) -> tuple[list[int], list[Floats], list[Floats], list[Floats]]:
        rows = self._tracks.get(wave, []) + self._tracks.get(single, [])
        by_sensor: dict[int, list[int]] = {}
        scenario = self._scenario
        if rows and scenario.tracks is not None:
            for row in rows:
                sensor = self._names.sensor.index(scenario.tracks.columns.sensor[row])
                by_sensor.setdefault(sensor, []).append(row)
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


def _by_threat(threats: tuple[str, ...]) -> dict[str, list[int]]:
    """Row numbers by the threat they name."""
    rows: dict[str, list[int]] = {}
    for row, threat in enumerate(threats):
        rows.setdefault(threat, []).append(row)
    return rows
