"""The scenario's sites, rounds and radars in SI units, as hashable values for the geometry."""

from __future__ import annotations

from typing import NamedTuple

from mcdefense import geometry
from mcdefense.contract import Names
from mcdefense.scenario import Scenario

KM = 1000.0


class Shooter(NamedTuple):
    """One (battery, interceptor) as the geometry sees it."""

    battery: int
    interceptor: int
    site: geometry.Site
    flyout: geometry.Flyout
    envelopes: tuple[geometry.Envelope | None, ...]  # by threat class; None cannot engage
    launch_spacing_s: tuple[float, ...]  # by threat class
    own_sensors: tuple[int, ...]


class Radar(NamedTuple):
    """One sensor as the geometry sees it."""

    sensor: int
    model: geometry.RadarModel
    sees: tuple[bool, ...]  # by threat class


class Physics(NamedTuple):
    """All that decides which opportunities exist; equal values give equal opportunities."""

    shooters: tuple[Shooter, ...]
    radars: tuple[Radar, ...]


def _envelope(scenario: Scenario, interceptor: str, kind: str) -> geometry.Envelope | None:
    against = scenario.interceptor[interceptor].against.get(kind)
    if against is None or against.range_km is None or against.altitude_km is None:
        return None
    (near, far), (low, high) = against.range_km, against.altitude_km
    # The kill probability is looked up apart, so that uncertain ones reuse the geometry.
    return geometry.Envelope(near * KM, far * KM, low * KM, high * KM)


def _flyout(scenario: Scenario, name: str) -> geometry.Flyout | None:
    """None where neither a speed nor a flyout table is given: a laydown has one of them."""
    interceptor = scenario.interceptor[name]
    if interceptor.flyout is not None:
        return geometry.Flyout(
            launch_delay_s=interceptor.launch_delay_s,
            range_m=tuple(r * KM for r, _ in interceptor.flyout),
            flight_s=tuple(t for _, t in interceptor.flyout),
        )
    if interceptor.speed_kms is None:
        return None
    return geometry.Flyout(interceptor.launch_delay_s, interceptor.speed_kms * KM)


def _coarser_s(scenario: Scenario, interceptor: str, kind: str) -> float:
    """The class's own grid [s], but no coarser than half its flight through the reach's radius.

    Else a grid made for long reaches leaves short-range batteries one look, and coordination,
    which looks before it fires again, seems to lose.
    """
    threat, against = scenario.threat[kind], scenario.interceptor[interceptor].against.get(kind)
    spacing_s = threat.launch_spacing_s or 0.0
    if against is None or against.range_km is None or threat.speed_kms is None:
        return spacing_s
    return min(spacing_s, against.range_km[1] / threat.speed_kms / 2.0)


def physics_of(scenario: Scenario, names: Names) -> Physics:
    """What has no place, or not all that a laydown needs (opportunity tables), is left out."""
    return Physics(shooters_of(scenario, names), radars_of(scenario, names))


def shooters_made_from(scenario: Scenario, names: Names) -> tuple[object, ...]:
    """All that `shooters_of` reads: while these are the same objects, so are the shooters."""
    batteries = [scenario.battery[name] for name in names.battery]
    interceptors = [scenario.interceptor[name] for name in names.interceptor]
    against = [i.against.get(k) for i in interceptors for k in names.threat_class]
    threats = [scenario.threat[kind] for kind in names.threat_class]
    return (
        *(x for b in batteries for x in (b.at_deg, b.magazine, b.launch_spacing_s, b.sensors)),
        *(x for i in interceptors for x in (i.flyout, i.speed_kms, i.launch_delay_s)),
        *(x for a in against if a is not None for x in (a.range_km, a.altitude_km)),
        *(x for t in threats for x in (t.launch_spacing_s, t.speed_kms)),
    )


def shooters_of(scenario: Scenario, names: Names) -> tuple[Shooter, ...]:
    """Every battery's interceptors."""
    shooters = []
    rounds = {name: i for i, name in enumerate(names.interceptor)}
    sensors = {name: i for i, name in enumerate(names.sensor)}
    kinds = names.threat_class
    flyouts: dict[str, geometry.Flyout | None] = {}
    envelopes: dict[str, tuple[geometry.Envelope | None, ...]] = {}
    coarser_s: dict[str, list[float]] = {}
    for b, battery_name in enumerate(names.battery):
        battery = scenario.battery[battery_name]
        if battery.at_deg is None:
            continue
        site = geometry.Site(*battery.at_deg, 0.0)
        own = tuple(sensors[s] for s in battery.sensors)
        for interceptor in battery.magazine:
            if interceptor not in flyouts:
                flyouts[interceptor] = _flyout(scenario, interceptor)
                envelopes[interceptor] = tuple(_envelope(scenario, interceptor, k) for k in kinds)
                coarser_s[interceptor] = [_coarser_s(scenario, interceptor, k) for k in kinds]
            flyout = flyouts[interceptor]
            if flyout is None:
                continue
            shooters.append(
                Shooter(
                    b,
                    rounds[interceptor],
                    site,
                    flyout,
                    envelopes[interceptor],
                    tuple(max(battery.launch_spacing_s, s) for s in coarser_s[interceptor]),
                    own,
                )
            )
    return tuple(shooters)


def radars_of(scenario: Scenario, names: Names) -> tuple[Radar, ...]:
    """Every sensor."""
    radars = []
    for s, sensor_name in enumerate(names.sensor):
        sensor = scenario.sensor.get(sensor_name)  # another architecture's `set` may bring one
        if sensor is None or sensor.at_deg is None or sensor.reach_km is None:
            continue
        if sensor.revisit_s is None or sensor.p_look is None:
            continue
        centre, width = sensor.sector_deg or (None, 360.0)
        cue = sensor.cued
        model = geometry.RadarModel(
            lat_deg=sensor.at_deg[0],
            lon_deg=sensor.at_deg[1],
            height_m=sensor.height_m,
            reach_1m2_m=sensor.reach_km * KM,
            max_range_m=None if sensor.max_range_km is None else sensor.max_range_km * KM,
            sector_centre_deg=centre,
            sector_width_deg=width,
            elevation_min_deg=sensor.elevation_deg[0],
            elevation_max_deg=sensor.elevation_deg[1],
            revisit_s=sensor.revisit_s,
            p_look=sensor.p_look,
            cue_reach_factor=1.0 if cue is None else cue.reach_factor,
            cue_revisit_s=None if cue is None else cue.revisit_s,
            cue_p_look=None if cue is None else cue.p_look,
        )
        sees = tuple(sensor.sees is None or k in sensor.sees for k in names.threat_class)
        radars.append(Radar(s, model, sees))
    return tuple(radars)
