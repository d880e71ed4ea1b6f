"""The raid of a world and its list of opportunities, for scenarios given as tables (rules 1-5)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reference_draws import by_weight, world_uniforms

from mcdefense.scenario import Scenario
from mcdefense.scenario.model_raid import CountDraw, Wave
from mcdefense.scenario.model_tables import OpportunityRow, TrackRow


@dataclass(frozen=True)
class RaidObject:
    """One object of the raid; `number` is its place in it."""

    number: int
    wave: str
    class_: str
    role: str
    asset: str | None
    start_ms: int


@dataclass(frozen=True)
class Opportunity:
    """One entry of the list; `place` is its number. `sspk` is None where the class's holds."""

    place: int
    object: RaidObject
    battery: str
    interceptor: str
    launch_ms: int
    intercept_ms: int
    sspk: float | None


@dataclass(frozen=True)
class TrackTime:
    """One time of a sensor's cumulative distribution, plain and cued."""

    time_ms: int
    plain: float
    cued: float


@dataclass(frozen=True)
class World:
    """The raid, the list, and the track tables by (object number, sensor)."""

    objects: list[RaidObject]
    opportunities: list[Opportunity]
    tracks: dict[tuple[int, str], list[TrackTime]]


def milliseconds(seconds: float) -> int:
    """Rounded once to whole milliseconds (rule 1)."""
    return round(seconds * 1000)


def make_world(scenario: Scenario, interceptors: Sequence[str], seed: int, number: int) -> World:
    """World `number` of a table scenario without uncertainties and without a history."""
    plan = 0
    if len(scenario.plan) > 1:
        weights = [p.weight for p in scenario.plan.values()]
        plan = by_weight(weights, world_uniforms(seed, number, "plan", 1)[0])
    flown = list(scenario.plans.values())[plan].waves
    objects: list[RaidObject] = []
    found: list[tuple[tuple[float, ...], Opportunity]] = []
    tracks: dict[tuple[int, str], list[TrackTime]] = {}
    for place, (name, wave) in enumerate(scenario.raid.items()):
        if name not in flown:
            continue
        count = _count(wave, seed, number, place)
        assets = _assets(wave, count, seed, number, place)
        for member, start in enumerate(_starts(wave, count, seed, number, place)):
            threat = scenario.threat[wave.class_]
            one = RaidObject(
                len(objects),
                name,
                wave.class_,
                threat.role,
                assets[member],
                milliseconds(start),
            )
            objects.append(one)
            rows = _shots(scenario, name, member)
            last = max((row.intercept_s for row in rows), default=0.0)
            impact_ms = milliseconds(start + (last if wave.impact_s is None else wave.impact_s))
            by_value = scenario.engagement.priority == "value"
            for row in rows:
                launch_ms = milliseconds(start + row.launch_s)
                intercept_ms = milliseconds(start + row.intercept_s)
                if not one.start_ms <= launch_ms < intercept_ms <= impact_ms:
                    continue
                shot = Opportunity(
                    -1, one, row.battery, row.interceptor, launch_ms, intercept_ms, row.sspk
                )
                order = (
                    launch_ms,
                    -threat.value if by_value else 0.0,
                    one.number,
                    list(scenario.battery).index(row.battery),
                    interceptors.index(row.interceptor),
                    intercept_ms,
                )
                found.append((order, shot))
            for point in _track_rows(scenario, name, member):
                plain, cued = point.probability, point.cued_probability
                time_ms = milliseconds(start + point.time_s)
                times = tracks.setdefault((one.number, point.sensor), [])
                times.append(TrackTime(time_ms, plain, plain if cued is None else cued))
    found.sort(key=lambda pair: pair[0])
    listed = [
        Opportunity(place, o.object, o.battery, o.interceptor, o.launch_ms, o.intercept_ms, o.sspk)
        for place, (_, o) in enumerate(found)
    ]
    for times in tracks.values():
        times.sort(key=lambda t: t.time_ms)
    return World(objects, listed, tracks)


def _shots(scenario: Scenario, wave: str, member: int) -> list[OpportunityRow]:
    rows = () if scenario.opportunities is None else scenario.opportunities.rows
    return [r for name in (wave, f"{wave}.{member}") for r in rows if r.threat == name]


def _track_rows(scenario: Scenario, wave: str, member: int) -> list[TrackRow]:
    rows = () if scenario.tracks is None else scenario.tracks.rows
    return [r for r in rows if r.threat in (wave, f"{wave}.{member}")]


def _count(wave: Wave, seed: int, number: int, place: int) -> int:
    if isinstance(wave.count, int):
        return wave.count
    if isinstance(wave.count, CountDraw):
        raise NotImplementedError("the reference knows fixed and uniform counts")
    low, high = wave.count
    u = world_uniforms(seed, number, f"count.{place}", 1)[0]
    return min(low + math.floor(u * (high - low + 1)), high)


def _assets(wave: Wave, count: int, seed: int, number: int, place: int) -> list[str | None]:
    weights = wave.asset_weights
    if not weights:
        return [None] * count
    names = list(weights)
    u = world_uniforms(seed, number, f"asset.{place}", count)
    return [names[by_weight(list(weights.values()), x)] for x in u]


def _starts(wave: Wave, count: int, seed: int, number: int, place: int) -> list[float]:
    window = wave.start_s
    assert window is not None
    if not isinstance(window, tuple):
        return [window] * count
    begin, end = window
    u = world_uniforms(seed, number, f"time.{place}", count)
    if wave.arrival == "uniform":
        return [begin + (end - begin) * x for x in sorted(u)]
    if wave.arrival == "simultaneous":
        return [begin] * count
    raise NotImplementedError("the reference knows uniform and simultaneous starts")
