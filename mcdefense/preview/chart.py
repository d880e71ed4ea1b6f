"""What the map of a scenario shows: places, reach against one class at one height, and routes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mcdefense import geometry
from mcdefense.contract import Names
from mcdefense.encounter import Kinematics, Physics, fly, origin_deg, place_deg
from mcdefense.errors import Fault, InputError, McdefenseError
from mcdefense.preview.coast import ABSENT, SOURCE, coast_file, coast_lines
from mcdefense.preview.projection import KM, Projection, degrees_of, grid_lines, projected
from mcdefense.report import Heading, LaydownMap, MapLine, MapPlace
from mcdefense.scenario import PLACED, Scenario, may_be_real, written

_USUAL_HEIGHT_KM = 20.0
_BEARINGS = np.arange(0.0, 361.0, 3.0)
_STEPS = 400
_ROUTES, _OTHER_ROUTES = 6, 2


def laydown_map(
    scenario: Scenario, threat_class: str | None = None, height_km: float | None = None
) -> LaydownMap:
    """The map of a scenario. Reach is against `threat_class`, the first live one if none is given,
    at `height_km` above the ground: what it flies at, or for a class that has no height 20 km, or
    the nearest height at which the round of the longest reach can meet it.

    Raises InputError for a class that no wave flies, McdefenseError for a scenario without places.
    """
    names = Names.of(scenario)
    kind = chosen_class(names, threat_class)
    threat = scenario.threat[kind]
    physics = Kinematics(names).variant(scenario).physics
    number = names.threat_class.index(kind)
    height = height_km
    if height is None:
        flown = threat.height_km or threat.glide_height_km
        height = flown or _height_of_the_longest_reach_km(physics, number)
    places = list(_places(scenario))
    if not places:
        raise McdefenseError(
            f"{scenario.title}: no place is given (at_deg), so there is nothing to map"
        )
    projection = Projection.of_places([where for _, _, where, _ in places])
    reach = _reach(names, physics, number, threat.rcs_m2 or 1.0, height, projection)
    lines = [*reach, *_routes(scenario, kind, projection)]
    most = max(float(np.nanmax(np.hypot(line.x_km, line.y_km))) for line in lines) if lines else 1.0
    marks = _marks(places, projection)
    most = max([most, *(float(np.hypot(mark.x_km, mark.y_km)) for mark in marks)])
    coast = coast_file()
    lines += [MapLine("grid", *line) for line in grid_lines(projection, most)]
    if coast is not None:
        found = (projected(projection, *ring, 2.0 * most) for ring in coast_lines(coast))
        lines += [MapLine("coast", *line) for line in found if line is not None]
    fictional = sum(mark.fictional for mark in marks)
    note = (
        f"Hollow marks, {fictional} of {len(marks)}, are fictional places: the scenario gives no "
        "source for them. Distances from the centre are right. Reach is an outline on the ground: "
        "of sensors above their horizon, of batteries by their longest round; its name stands on "
        "it. The frame holds all places and their reach; routes may begin beyond it. "
        f"{SOURCE if coast is not None else ABSENT}."
    )
    shows = f"Reach against {kind.replace('_', ' ')} at {height:g} km height, and routes"
    heading = Heading(scenario.marking, scenario.title, shows, note)
    return LaydownMap(heading, tuple(marks), tuple(lines), projection.words)


def chosen_class(names: Names, threat_class: str | None) -> str:
    """The class asked for, or the first live one; InputError for one that no wave flies."""
    if threat_class is not None and threat_class not in names.threat_class:
        came = f"got {threat_class!r}, expected one of {', '.join(names.threat_class)}"
        raise InputError([Fault("threat_class", "", came, option=True)])
    return threat_class or names.threat_class[0]


def _places(scenario: Scenario) -> Iterator[tuple[str, str, tuple[float, float], bool]]:
    """Kind, name, place and whether it is fictional: no source of its own stands beside it."""
    tables = written(scenario.text)
    organic = {f"{name}_radar" for name in scenario.battery}
    for kind in PLACED:
        for name, entry in getattr(scenario, kind).items():
            if entry.at_deg is None or (kind == "sensor" and name in organic):
                continue
            yield kind, name, tuple(entry.at_deg), not may_be_real(tables, kind, name)


def _marks(
    places: list[tuple[str, str, tuple[float, float], bool]], projection: Projection
) -> list[MapPlace]:
    """One mark for each kind at each place, with all the names there."""
    there: dict[tuple[str, tuple[float, float], bool], list[str]] = {}
    for kind, name, where, fictional in places:
        there.setdefault((kind, where, fictional), []).append(name)
    return [
        MapPlace(kind, tuple(names), float(x), float(y), fictional)
        for (kind, where, fictional), names in there.items()
        for x, y in [projection.km(*where)]
    ]


def _height_of_the_longest_reach_km(physics: Physics, number: int) -> float:
    met = [e for shooter in physics.shooters if (e := shooter.envelopes[number]) is not None]
    if not met:
        return _USUAL_HEIGHT_KM
    longest = max(met, key=lambda envelope: envelope.range_max_m)
    low, high = longest.altitude_min_m / KM, longest.altitude_max_m / KM
    return min(max(_USUAL_HEIGHT_KM, low), high)


def _reach(
    names: Names,
    physics: Physics,
    number: int,
    rcs: float,
    height_km: float,
    projection: Projection,
) -> Iterator[MapLine]:
    height = height_km * KM
    for radar in physics.radars:
        if not radar.sees[number]:
            continue
        site = radar.model.site
        most = geometry.reach_m(radar.model, rcs)
        lat, lon, points = _around(site, most, height)
        covered = geometry.covers(radar.model, points, height, rcs)
        for line in _outline("sensor reach", lat, lon, covered, projection):
            yield replace(line, name=names.sensor[radar.sensor])
    longest: dict[int, tuple[float, geometry.Site, geometry.Envelope]] = {}
    for shooter in physics.shooters:
        envelope = shooter.envelopes[number]
        if envelope is None or not envelope.altitude_min_m <= height <= envelope.altitude_max_m:
            continue
        most = min(envelope.range_max_m, shooter.flyout.reach_m)
        if most > longest.get(shooter.battery, (0.0,))[0]:
            longest[shooter.battery] = most, shooter.site, envelope
    for battery, (most, site, envelope) in longest.items():
        lat, lon, points = _around(site, most, height)
        slant = geometry.seen_from(site, points).slant_range_m
        met = (slant <= most) & (slant >= envelope.range_min_m)
        for line in _outline("battery reach", lat, lon, met, projection):
            yield replace(line, name=names.battery[battery])


def _around(
    site: geometry.Site, most_m: float, height_m: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points [bearings, steps] around a site at one height: latitude, longitude, position."""
    far = np.linspace(0.0, most_m, _STEPS)
    lat, lon = geometry.destination_deg(
        site.lat_deg, site.lon_deg, _BEARINGS[:, np.newaxis], far[np.newaxis, :]
    )
    return lat, lon, geometry.position_m(lat, lon, height_m)


def _outline(
    kind: str, lat: np.ndarray, lon: np.ndarray, inside: np.ndarray, projection: Projection
) -> Iterator[MapLine]:
    """The farthest point inside on each bearing, the site itself where there is none."""
    if not inside.any():
        return
    last = np.where(inside.any(axis=1), _STEPS - 1 - inside[:, ::-1].argmax(axis=1), 0)
    rows = np.arange(len(last))
    yield MapLine(kind, *projection.km(lat[rows, last], lon[rows, last]))


def _routes(scenario: Scenario, kind: str, projection: Projection) -> Iterator[MapLine]:
    """Some routes of every wave that flies, over the ground."""
    for wave in scenario.raid.values():
        if not wave.laydown:
            continue
        of_class = wave.class_ == kind
        shown = min(_ROUTES if of_class else _OTHER_ROUTES, wave.routes)
        for asset in wave.asset_weights:
            aim = place_deg(scenario, asset)
            for number in range(shown):
                origin = origin_deg(wave, aim, number * wave.routes // shown)
                path = fly(scenario.threat[wave.class_], origin, aim, wave.waypoints_deg or ())
                x, y = projection.km(*degrees_of(path.position_m))
                yield MapLine("route" if of_class else "other route", x, y)
