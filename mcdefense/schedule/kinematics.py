"""One world's Engagements: every flight's block, moved to its time, in every variant."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense import geometry
from mcdefense.errors import Fault, InputError
from mcdefense.scenario import Scenario
from mcdefense.schedule.engagements import (
    Engagements,
    Objects,
    Opportunities,
    TrackTables,
    milliseconds,
)
from mcdefense.schedule.laydown import Block, Laydown
from mcdefense.schedule.names import Names
from mcdefense.schedule.ordering import distinct_rows
from mcdefense.schedule.physics import Physics, physics_of
from mcdefense.schedule.raid import Flight
from mcdefense.schedule.routes import fly, origin_deg, place_deg
from mcdefense.schedule.table import TableBlocks

Floats = NDArray[np.float64]


class Piece(NamedTuple):
    """One object's block in one variant."""

    object: int
    start_s: float
    block: Block
    sspk: Floats  # [o]


class Kinematics:
    """Builds Engagements; keeps trajectories and their blocks from world to world."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._laydown = Laydown()
        self._trajectories: dict[tuple[object, ...], tuple[int, geometry.Trajectory]] = {}

    def engagements(self, variants: list[Scenario], raid: list[Flight]) -> Engagements:
        """What the raid meets; times in milliseconds, `variants` differ in their physics."""
        names = self._names
        kinds, assets, starts, impacts = [], [], [], []
        pieces: list[list[Piece]] = [[] for _ in variants]
        for v, scenario in enumerate(variants):
            physics = physics_of(scenario, names)
            tables = TableBlocks(scenario, names)
            number = 0
            for flight in raid:
                wave = scenario.raid[flight.wave]
                kind = names.threat_class.index(wave.class_)
                for i in range(flight.member.size):
                    if wave.laydown:
                        block, duration = self._fly(scenario, physics, flight, i, kind)
                        start = float(flight.time_s[i]) - duration
                        sspk = _sspk(scenario, names, block, kind)
                    else:
                        block, duration, sspk = tables.block(flight.wave, int(flight.member[i]))
                        start = float(flight.time_s[i])
                    pieces[v].append(Piece(number, start, block, sspk))
                    if v == 0:
                        kinds.append(kind)
                        assets.append(int(flight.asset[i]))
                        starts.append(start)
                        impacts.append(start + duration)
                    number += 1
        objects = Objects(
            np.array(kinds, np.int32),
            np.array(assets, np.int32),
            milliseconds(np.array(starts)),
            milliseconds(np.array(impacts)),
        )
        return Engagements(objects, _opportunities(pieces, objects), _tracks(pieces))

    def _fly(
        self, scenario: Scenario, physics: Physics, flight: Flight, i: int, kind: int
    ) -> tuple[Block, float]:
        names, wave = self._names, scenario.raid[flight.wave]
        threat = scenario.threat[wave.class_]
        target = place_deg(scenario, names.asset[int(flight.asset[i])])
        origin = origin_deg(wave, target, int(flight.route[i]))
        waypoints = wave.waypoints_deg or ()
        shape = (
            threat.flight,
            threat.speed_kms,
            threat.height_km,
            threat.loft_deg,
            threat.glide_height_km,
            threat.dive_range_km,
            origin,
            target,
            waypoints,
        )
        found = self._trajectories.get(shape)
        if found is None:
            try:
                trajectory = fly(threat, origin, target, waypoints)
            except ValueError as error:
                came = f"cannot fly from {_degrees(origin)} to {_degrees(target)}: {error}"
                raise _fault(scenario, flight.wave, came) from error
            found = (len(self._trajectories), trajectory)
            self._trajectories[shape] = found
        key, trajectory = found
        assert threat.rcs_m2 is not None
        try:
            block = self._laydown.block(
                trajectory, key, physics, self._laydown.physics_number(physics), kind, threat.rcs_m2
            )
        except ValueError as error:
            raise _fault(scenario, flight.wave, str(error)) from error
        return block, trajectory.impact_s


def _fault(scenario: Scenario, wave: str, message: str) -> InputError:
    return InputError([Fault(scenario.where("raid", wave), f"raid.{wave}", message)])


def _degrees(place: tuple[float, float]) -> str:
    return f"[{place[0]:.2f}, {place[1]:.2f}]"


def _sspk(scenario: Scenario, names: Names, block: Block, kind: int) -> Floats:
    """Kill probability of each opportunity, by slant range where it is a table."""
    values = np.zeros(block.interceptor.size)
    for i in np.unique(block.interceptor):
        against = scenario.interceptor[names.interceptor[i]].against[names.threat_class[kind]]
        assert against.sspk is not None
        mine = block.interceptor == i
        if isinstance(against.sspk, float | int):
            values[mine] = against.sspk
        else:
            ranges, table = np.array(against.sspk, np.float64).T
            values[mine] = np.interp(block.slant_range_m[mine], ranges * 1000.0, table)
    return values


def _opportunities(pieces: list[list[Piece]], objects: Objects) -> Opportunities:
    columns: dict[str, list[NDArray]] = {
        name: []
        for name in (
            "object",
            "battery",
            "interceptor",
            "launch",
            "intercept",
            "variant",
            "covers",
            "sspk",
        )
    }
    for v, some in enumerate(pieces):
        for piece in some:
            block, size = piece.block, piece.block.battery.size
            columns["object"].append(np.full(size, piece.object, np.int64))
            columns["battery"].append(block.battery.astype(np.int64))
            columns["interceptor"].append(block.interceptor.astype(np.int64))
            columns["launch"].append(milliseconds(piece.start_s + block.launch_s))
            columns["intercept"].append(milliseconds(piece.start_s + block.intercept_s))
            columns["variant"].append(np.full(size, v, np.int64))
            columns["covers"].append(block.own_covers)
            columns["sspk"].append(piece.sspk)
    c = {name: np.concatenate(parts) if parts else np.zeros(0) for name, parts in columns.items()}
    target = c["object"].astype(np.int64)
    # Rule 2, on rounded times: a flight too short to tell from zero is no opportunity.
    valid = (c["launch"] < c["intercept"]) & (c["intercept"] <= objects.impact_ms[target])
    valid &= c["launch"] >= objects.start_ms[target]
    c = {name: values[valid] for name, values in c.items()}
    # Within one variant equal rows are different rounds in the air, not the same opportunity:
    # the first of them in one variant is the first in another, and so on.
    first = row = np.arange(c["object"].size)
    if len(pieces) > 1:
        names = ("object", "battery", "interceptor", "launch", "intercept")
        same = [c[name].astype(np.int64) for name in names]
        first, row = distinct_rows(*same, _repeats(c["variant"].astype(np.int64), *same))
    shape = (len(pieces), first.size)
    possible, covers = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    sspk = np.zeros(shape)
    variant = c["variant"].astype(np.int64)
    possible[variant, row] = True
    covers[variant, row] = c["covers"].astype(np.bool_)
    sspk[variant, row] = c["sspk"]
    return Opportunities(
        object=c["object"][first].astype(np.int32),
        battery=c["battery"][first].astype(np.int32),
        interceptor=c["interceptor"][first].astype(np.int32),
        launch_ms=c["launch"][first].astype(np.int64),
        intercept_ms=c["intercept"][first].astype(np.int64),
        possible=possible,
        own_covers=covers,
        sspk=sspk,
    )


def _repeats(*columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many equal rows of the columns come before each row."""
    _, number = distinct_rows(*columns)
    order = np.argsort(number, kind="stable")
    sorted_number = number[order]
    begin = np.searchsorted(sorted_number, sorted_number)
    repeats = np.empty(number.size, np.int64)
    repeats[order] = np.arange(number.size) - begin
    return repeats


def _tracks(pieces: list[list[Piece]]) -> TrackTables:
    flat = [(v, piece) for v, some in enumerate(pieces) for piece in some]

    def joined(values: list[NDArray], empty: tuple[int, ...] = (0,)) -> NDArray:
        return np.concatenate(values) if values else np.zeros(empty)

    counts = np.array([p.block.sensor.size for _, p in flat], np.int64)
    return TrackTables(
        variant=np.repeat(np.array([v for v, _ in flat], np.int32), counts),
        sensor=joined([p.block.sensor for _, p in flat]).astype(np.int32),
        object=np.repeat(np.array([p.object for _, p in flat], np.int32), counts),
        time_ms=milliseconds(joined([p.start_s + p.block.time_s for _, p in flat], (0, 16))),
        probability=joined([p.block.probability for _, p in flat], (0, 16)),
        cued_probability=joined([p.block.cued_probability for _, p in flat], (0, 16)),
        times=joined([p.block.times for _, p in flat]).astype(np.int32),
    )
