"""A world: its raid and its list of opportunities, for scenarios given as tables (rules 1-5,
31)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mcdefense.scenario import Scenario
from mcdefense.scenario.model_tables import OpportunityRow, TrackRow
from tests.system.reference.reference_raid import RaidObject, make_raid, milliseconds


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
    impact_ms: list[int]
    opportunities: list[Opportunity]
    tracks: dict[tuple[int, str], list[TrackTime]]


def make_world(scenario: Scenario, interceptors: Sequence[str], seed: int, number: int) -> World:
    """World `number` of a table scenario without uncertainties."""
    objects, impacts = make_raid(scenario, seed, number), []
    found: list[tuple[tuple[float, ...], Opportunity]] = []
    tracks: dict[tuple[int, str], list[TrackTime]] = {}
    by_value = scenario.engagement.priority == "value"
    for one in objects:
        impact_s = scenario.raid[one.wave].impact_s
        rows = _shots(scenario, one.wave, one.member)
        if impact_s is None:
            impact_s = max((row.intercept_s for row in rows), default=0.0)
        impact_ms = milliseconds(one.start_s + impact_s)
        if impact_s > 0:
            impact_ms = max(impact_ms, one.start_ms + 1)
        impacts.append(impact_ms)
        for row in rows:
            launch_ms = milliseconds(one.start_s + row.launch_s)
            intercept_ms = milliseconds(one.start_s + row.intercept_s)
            if intercept_ms == launch_ms == impact_ms:
                launch_ms -= 1
            elif intercept_ms == launch_ms:
                intercept_ms += 1
            if not one.start_ms <= launch_ms < intercept_ms <= impact_ms:
                continue
            shot = Opportunity(
                -1, one, row.battery, row.interceptor, launch_ms, intercept_ms, row.sspk
            )
            order = (
                launch_ms,
                -scenario.threat[one.class_].value if by_value else 0.0,
                one.number,
                list(scenario.battery).index(row.battery),
                interceptors.index(row.interceptor),
                intercept_ms,
            )
            found.append((order, shot))
        for point in _track_rows(scenario, one.wave, one.member):
            plain, cued = point.probability, point.cued_probability
            time_ms = milliseconds(one.start_s + point.time_s)
            times = tracks.setdefault((one.number, point.sensor), [])
            times.append(TrackTime(time_ms, plain, plain if cued is None else cued))
    found = [(_order(scenario, order, shot, found), shot) for order, shot in found]
    found.sort(key=lambda pair: pair[0])
    listed = [
        Opportunity(place, o.object, o.battery, o.interceptor, o.launch_ms, o.intercept_ms, o.sspk)
        for place, (_, o) in enumerate(found)
    ]
    for times in tracks.values():
        times.sort(key=lambda t: t.time_ms)
    return World(objects, impacts, listed, tracks)


def _order(
    scenario: Scenario,
    order: tuple[float, ...],
    shot: Opportunity,
    listed: list[tuple[tuple[float, ...], Opportunity]],
) -> tuple[float, ...]:
    """The order with what tells launches of one time at one object apart (rule 31)."""
    time, worth, number, *in_file = order
    told_apart = []
    for word in scenario.engagement.prefer:
        if word == "cost":
            told_apart.append(scenario.interceptor[shot.interceptor].cost)
        if word == "versatility":
            shooter = (shot.battery, shot.interceptor)
            met = {o.object.class_ for _, o in listed if (o.battery, o.interceptor) == shooter}
            told_apart.append(len(met))
    if "file" not in scenario.engagement.prefer:
        told_apart.append(shot.intercept_ms)
    return (time, worth, number, *told_apart, *in_file)


def _shots(scenario: Scenario, wave: str, member: int) -> list[OpportunityRow]:
    rows = () if scenario.opportunities is None else scenario.opportunities.rows
    own = [row for row in rows if row.threat == f"{wave}.{member}"]
    replaced = {(row.battery, row.interceptor) for row in own}
    others = [row for row in rows if row.threat == wave]
    return [row for row in others if (row.battery, row.interceptor) not in replaced] + own


def _track_rows(scenario: Scenario, wave: str, member: int) -> list[TrackRow]:
    rows = () if scenario.tracks is None else scenario.tracks.rows
    own = [row for row in rows if row.threat == f"{wave}.{member}"]
    replaced = {row.sensor for row in own}
    return [row for row in rows if row.threat == wave and row.sensor not in replaced] + own
