"""One world's Engagements: every flight's block, moved to its time, in every variant."""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense import geometry
from mcdefense.contract import Integers, Names, distinct_rows, same_objects
from mcdefense.encounter.engagements import (
    Engagements,
    TimedObjects,
    TimedOpportunities,
    TrackTables,
    milliseconds,
)
from mcdefense.encounter.laydown import Encounter, Laydown
from mcdefense.encounter.physics import (
    Physics,
    Shooter,
    radars_of,
    shooters_made_from,
    shooters_of,
)
from mcdefense.encounter.routes import fly, origin_deg, place_deg
from mcdefense.encounter.table import TableBlocks
from mcdefense.errors import Fault, InputError
from mcdefense.scenario import Scenario, Wave
from mcdefense.world import Flight

Floats = NDArray[np.float64]


class ObjectEncounter(NamedTuple):
    """One object's block in one variant."""

    object: int
    start_s: float
    encounter: Encounter
    sspk: Floats | None  # [o]; None: as the interceptors' tables say


class Variant(NamedTuple):
    """A scenario with its physics, by value and by number."""

    scenario: Scenario
    physics: Physics
    number: int


class _Route(NamedTuple):
    """A way to an asset, and what it was found from: it holds while these are the same."""

    wave: Wave
    impact: tuple[float, float]
    motion: tuple[object, ...]
    number: int
    trajectory: geometry.Trajectory


class _Met(NamedTuple):
    """What every object of one class on one route meets."""

    encounter: Encounter
    duration_s: float
    sspk: Floats | None  # [o]; None: as the interceptors' tables say


class Kinematics:
    """Builds Engagements; keeps trajectories and their blocks from world to world."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._laydown = Laydown()
        # Shooters of the last scenarios: most draws leave them as they are.
        self._shooters: deque[tuple[tuple[object, ...], tuple[Shooter, ...]]] = deque(maxlen=16)
        self._trajectories: dict[tuple[object, ...], tuple[int, geometry.Trajectory]] = {}
        self._routes: dict[tuple[str, int, int], _Route] = {}

    def variant(self, scenario: Scenario) -> Variant:
        """The scenario with its physics."""
        shooters = self._shooters_of(scenario)
        physics = Physics(shooters, radars_of(scenario, self._names))
        number, physics = self._laydown.physics(physics)
        return Variant(scenario, physics, number)

    def _shooters_of(self, scenario: Scenario) -> tuple[Shooter, ...]:
        made_from = shooters_made_from(scenario, self._names)
        for known, shooters in self._shooters:
            if same_objects(known, made_from):
                return shooters
        self._shooters.appendleft((made_from, shooters_of(scenario, self._names)))
        return self._shooters[0][1]

    def engagements(self, variants: list[Variant], raid: list[Flight]) -> Engagements:
        """What the raid meets; times in milliseconds, `variants` differ in their physics."""
        names = self._names
        kinds, assets, starts, impacts = [], [], [], []
        pieces: list[list[ObjectEncounter]] = [[] for _ in variants]
        for v, variant in enumerate(variants):
            tables = TableBlocks(variant.scenario, names)
            number = 0
            for flight in raid:
                wave = variant.scenario.raid[flight.wave]
                kind = names.threat_class.index(wave.class_)
                motion = tuple(variant.scenario.threat[wave.class_].motion.values())
                met: dict[tuple[int, int], _Met] = {}
                for i, (asset, route, time_s) in enumerate(flight.objects()):
                    if wave.laydown:
                        found = met.get((asset, route))
                        if found is None:
                            found = self._met(variant, motion, flight, asset, route)
                            met[asset, route] = found
                        start = time_s - found.duration_s
                    else:
                        found = _Met(*tables.encounter(flight.wave, int(flight.member[i])))
                        start = time_s
                    pieces[v].append(ObjectEncounter(number, start, found.encounter, found.sspk))
                    if v == 0:
                        kinds.append(kind)
                        assets.append(asset)
                        starts.append(start)
                        impacts.append(start + found.duration_s)
                    number += 1
        start_ms, impact_ms = milliseconds(np.array(starts)), milliseconds(np.array(impacts))
        flies = np.array(impacts) > np.array(starts)
        objects = TimedObjects(
            np.array(kinds, np.int32),
            np.array(assets, np.int32),
            start_ms,
            np.where(flies, np.maximum(impact_ms, start_ms + 1), impact_ms),
            np.concatenate([np.zeros(0, np.bool_), *(flight.flown for flight in raid)]),
            np.repeat(
                np.array([flight.number for flight in raid], np.int32),
                [flight.member.size for flight in raid],
            ),
        )
        kills = [KillTable(variant.scenario, names) for variant in variants]
        return Engagements(objects, _opportunities(pieces, objects, kills), _tracks(pieces))

    def _met(
        self, variant: Variant, motion: tuple[object, ...], flight: Flight, asset: int, route: int
    ) -> _Met:
        scenario = variant.scenario
        wave = scenario.raid[flight.wave]
        threat, kind = scenario.threat[wave.class_], self._names.threat_class.index(wave.class_)
        impact = place_deg(scenario, self._names.asset[asset])
        flown = self._routes.get((flight.wave, asset, route))
        if (
            flown is None
            or flown.wave is not wave
            or flown.impact is not impact
            or flown.motion != motion
        ):
            flown = self._route(scenario, motion, flight.wave, impact, route)
            self._routes[flight.wave, asset, route] = flown
        assert threat.rcs_m2 is not None
        try:
            encounter = self._laydown.encounter(
                flown.trajectory, flown.number, variant.number, kind, threat.rcs_m2
            )
        except ValueError as error:
            raise _fault(scenario, flight.wave, str(error)) from error
        return _Met(encounter, flown.trajectory.impact_s, None)

    def _route(
        self,
        scenario: Scenario,
        motion: tuple[object, ...],
        name: str,
        impact: tuple[float, float],
        route: int,
    ) -> _Route:
        """The route of this number of a wave; equal flights are one trajectory."""
        wave = scenario.raid[name]
        origin = origin_deg(wave, impact, route)
        waypoints = wave.waypoints_deg or ()
        shape = (*motion, origin, impact, waypoints)
        found = self._trajectories.get(shape)
        if found is None:
            try:
                trajectory = fly(scenario.threat[wave.class_], origin, impact, waypoints)
            except ValueError as error:
                came = f"cannot fly from {_degrees(origin)} to {_degrees(impact)}: {error}"
                raise _fault(scenario, name, came) from error
            found = (len(self._trajectories), trajectory)
            self._trajectories[shape] = found
        return _Route(wave, impact, motion, *found)


def _fault(scenario: Scenario, wave: str, message: str) -> InputError:
    return InputError([Fault(scenario.where("raid", wave), f"raid.{wave}", message)])


def _degrees(place: tuple[float, float]) -> str:
    return f"[{place[0]:.2f}, {place[1]:.2f}]"


class KillTable:
    """Kill probabilities of one scenario's interceptors, by slant range where it is a table."""

    def __init__(self, scenario: Scenario, names: Names) -> None:
        self._of_kind: list[Floats] = []  # per class [I]; nan is a table
        self._tables: dict[tuple[int, int], Floats] = {}  # (interceptor, class): [2, rows]
        for k, kind in enumerate(names.threat_class):
            values = np.zeros(len(names.interceptor))
            for i, name in enumerate(names.interceptor):
                against = scenario.interceptor[name].against.get(kind)
                if against is None or against.sspk is None:
                    continue
                if isinstance(against.sspk, float | int):
                    values[i] = against.sspk
                else:
                    values[i] = np.nan
                    self._tables[i, k] = np.array(against.sspk, np.float64).T
            self._of_kind.append(values)

    def sspk(self, kind: Integers, interceptor: Integers, slant_range_m: Floats) -> Floats:
        """Kill probability of each opportunity [o], at an object of this class."""
        values: Floats = np.array(self._of_kind)[kind, interceptor]
        if self._tables:
            tabled = np.isnan(values)
            for (i, k), (ranges, table) in self._tables.items():
                mine = np.flatnonzero(tabled & (interceptor == i) & (kind == k))
                values[mine] = np.interp(slant_range_m[mine], ranges * 1000.0, table)
        return values


def _sspk(pieces: list[ObjectEncounter], objects: TimedObjects, kills: KillTable) -> Floats:
    """Of every piece's opportunities under one variant."""
    flat = [piece.encounter for piece in pieces]
    sizes = np.array([some.battery.size for some in flat], np.int64)
    kind = np.repeat(objects.threat_class[[piece.object for piece in pieces]], sizes)
    interceptor = np.concatenate([np.zeros(0, np.int32), *(some.interceptor for some in flat)])
    ranges = np.concatenate([np.zeros(0), *(some.slant_range_m for some in flat)])
    values = kills.sspk(kind, interceptor, ranges)
    for piece, size, end in zip(pieces, sizes, np.cumsum(sizes), strict=True):
        if piece.sspk is not None:
            values[end - size : end] = piece.sspk
    return values


def _opportunities(
    pieces: list[list[ObjectEncounter]], objects: TimedObjects, kills: list[KillTable]
) -> TimedOpportunities:
    flat = [piece for some in pieces for piece in some]
    sizes = np.array([piece.encounter.battery.size for piece in flat], np.int64)
    start_s = np.repeat(np.array([piece.start_s for piece in flat]), sizes)

    def joined(values: list[NDArray[Any]], dtype: type[np.generic]) -> NDArray[Any]:
        return np.concatenate([np.zeros(0, dtype), *values]).astype(dtype)

    object_ = np.repeat(np.array([piece.object for piece in flat], np.int64), sizes)
    battery = joined([piece.encounter.battery for piece in flat], np.int64)
    interceptor = joined([piece.encounter.interceptor for piece in flat], np.int64)
    launch = milliseconds(start_s + joined([p.encounter.launch_s for p in flat], np.float64))
    intercept = milliseconds(start_s + joined([p.encounter.intercept_s for p in flat], np.float64))
    in_variant = [len(some) for some in pieces]
    variant = np.repeat(np.repeat(np.arange(len(pieces)), in_variant), sizes)
    # A flight that rounds to nothing lasts a millisecond: it ends later, or at an impact begins
    # earlier. Dropped, the fastest rounds would be those that never meet anything.
    short = intercept <= launch
    intercept[short] = np.minimum(launch[short] + 1, objects.impact_ms[object_[short]])
    launch[short] = np.minimum(launch[short], intercept[short] - 1)
    valid = (launch < intercept) & (
        intercept <= objects.impact_ms[object_]
    )  # rule 2, `opportunity`
    valid &= launch >= objects.start_ms[object_]
    same = [column[valid] for column in (object_, battery, interceptor, launch, intercept)]
    variant = variant[valid]
    # Within one variant equal rows are different rounds in the air, not the same opportunity:
    # the first of them in one variant is the first in another, and so on.
    first = row = np.arange(variant.size)
    if len(pieces) > 1:
        first, row = distinct_rows(*same, _repeats(variant, *same))
    shape = (len(pieces), first.size)
    possible, covers = np.zeros(shape, np.bool_), np.zeros(shape, np.int64)
    sspk = np.zeros(shape)
    possible[variant, row] = True
    possible &= objects.flown[object_[first]]
    covers[variant, row] = joined([piece.encounter.own_covers for piece in flat], np.int64)[valid]
    looked_up = [_sspk(some, objects, table) for some, table in zip(pieces, kills, strict=True)]
    sspk[variant, row] = np.concatenate(looked_up)[valid]
    object_, battery, interceptor, launch, intercept = (column[first] for column in same)
    return TimedOpportunities(
        object=object_.astype(np.int32),
        battery=battery.astype(np.int32),
        interceptor=interceptor.astype(np.int32),
        launch_ms=launch,
        intercept_ms=intercept,
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


def _tracks(pieces: list[list[ObjectEncounter]]) -> TrackTables:
    flat = [(v, piece) for v, some in enumerate(pieces) for piece in some]

    def joined(values: list[NDArray[Any]], empty: tuple[int, ...] = (0,)) -> NDArray[Any]:
        return np.concatenate(values) if values else np.zeros(empty)

    counts = np.array([p.encounter.sensor.size for _, p in flat], np.int64)
    start_s = np.repeat(np.array([p.start_s for _, p in flat]), counts)
    return TrackTables(
        variant=np.repeat(np.array([v for v, _ in flat], np.int32), counts),
        sensor=joined([p.encounter.sensor for _, p in flat]).astype(np.int32),
        object=np.repeat(np.array([p.object for _, p in flat], np.int32), counts),
        time_ms=milliseconds(
            start_s[:, None] + joined([p.encounter.time_s for _, p in flat], (0, 16))
        ),
        probability=joined([p.encounter.probability for _, p in flat], (0, 16)),
        cued_probability=joined([p.encounter.cued_probability for _, p in flat], (0, 16)),
        times=joined([p.encounter.times for _, p in flat]).astype(np.int32),
    )
