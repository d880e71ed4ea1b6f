"""Exact checks, i to k: what a laydown makes of radars, horizons, trajectories and distances.

Deterministic: flight times to the millisecond, the range at which a track begins to what the
threat flies between two looks.
"""

from __future__ import annotations

import math

import pytest

from mcdefense.encounter.engagements import Engagements
from mcdefense.encounter.kinematics import Kinematics
from mcdefense.geometry import EARTH_RADIUS_M
from mcdefense.scenario import loads
from mcdefense.schedule.build import Builder
from mcdefense.world.raid import flights
from tests.support.validation_record import Record

RADIUS_KM, MU_KM3_S2 = EARTH_RADIUS_M / 1000, 398_600.4418
REVISIT_S, SPEED_KMS = 0.05, 0.2
LATE_KM = REVISIT_S * SPEED_KMS + 0.001
"""What a threat flies between two looks, and the millisecond of rounding."""

# class: radar cross section [m2], reach [km] of a radar of 400 km at 1 m2
REACHES = {"small": (0.1, 224.936530), "tiny": (0.01, 126.491106), "large": (10.0, 711.311764)}
# heights of mast and threat [m]
HORIZONS = {"low": (10, 50), "mid": (20, 300), "high": (15, 10_000), "airborne": (3000, 50)}
BALLISTIC = {300: 251.034790, 500: 327.363970, 1000: 474.360070, 3000: 895.035580}
ROUTES = {
    "deveselu_redzikowo": ((44.08, 24.38), (54.47, 17.10), 1268.703573),
    "deveselu_kurecik": ((44.08, 24.38), (38.35, 37.80), 1288.426576),
    "redzikowo_ramstein": ((54.47, 17.10), (49.44, 7.60), 856.991614),
    "kurecik_ramstein": ((38.35, 37.80), (49.44, 7.60), 2691.016485),
    "quarter": ((0.0, 0.0), (0.0, 90.0), 10007.55722102),
    "over_the_date_line": ((10.0, 179.5), (10.0, -179.5), 109.50573520),
}
HIGH_KM, LOW_KM = 40.0, 0.05
"""Heights: above every horizon, for reaches; and of level flights for distances."""


def _flier(name: str, height_km: float, rcs_m2: float, speed_kms: float = SPEED_KMS) -> str:
    return (
        f'threat.{name} = {{flight = "cruise", speed_kms = {speed_kms}, '
        f"height_km = {height_km}, rcs_m2 = {rcs_m2}}}"
    )


def _wave(name: str, asset: str, from_: str) -> str:
    return (
        f'raid.{name} = {{class = "{name}", count = 1, asset = "{asset}", '
        f"from = {{{from_}}}, arrival_s = 20000}}"
    )


def _radar(name: str, height_m: float, reach_km: float, sees: list[str]) -> str:
    quoted = ", ".join(f'"{kind}"' for kind in sees)
    return (
        f"sensor.{name} = {{at_deg = [0.0, 0.0], height_m = {height_m}, reach_km = {reach_km}, "
        f"elevation_deg = [-10, 90], revisit_s = {REVISIT_S}, p_look = 1.0, sees = [{quoted}]}}"
    )


@pytest.fixture(scope="module")
def laydown() -> tuple[Engagements, list[str], list[str]]:
    """What the raid meets, and the names of its waves and of the sensors in order."""
    lines = ["asset.here = {at_deg = [0.0, 0.0]}"]
    for name, (rcs, _) in REACHES.items():
        lines += [
            _flier(name, HIGH_KM, rcs),
            _wave(name, "here", "bearing_deg = 90, range_km = 900"),
        ]
    lines.append(_radar("reach", 10, 400, list(REACHES)))
    for name, (mast, height) in HORIZONS.items():
        lines += [_flier(name, height / 1000, 1.0), _radar(f"mast_{name}", mast, 2000, [name])]
        lines.append(_wave(name, "here", "bearing_deg = 90, range_km = 600"))
    lines.append('threat.arc = {flight = "ballistic", rcs_m2 = 1.0}')
    for km in BALLISTIC:
        wave = _wave(f"arc_{km}", "here", f"bearing_deg = 90, range_km = {km}")
        lines.append(wave.replace(f'class = "arc_{km}"', 'class = "arc"'))
    lines.append(_flier("far", LOW_KM, 1.0, 1.0))
    for name, (origin, target, _) in ROUTES.items():
        lines.append(f"asset.{name} = {{at_deg = {list(target)}}}")
        wave = _wave(name, name, f"at_deg = {list(origin)}")
        lines.append(wave.replace(f'class = "{name}"', 'class = "far"'))
    lines += ["interceptor.shot = {speed_kms = 1.0}", "battery.site = {at_deg = [0.0, 0.0]}"]
    builder = Builder(loads("\n".join(lines), name="check"))
    raid = flights(builder.scenario, builder.names, builder.world(seed=1, number=0))
    kinematics = Kinematics(builder.names)
    found = kinematics.engagements([kinematics.variant(builder.scenario)], raid)
    return found, list(builder.scenario.raid), list(builder.names.sensor)


def _first_track_km(
    laydown: tuple[Engagements, list[str], list[str]], wave: str, sensor: str, height_km: float
) -> float:
    """Ground range at which a radial flight in level is first tracked."""
    found, waves, sensors = laydown
    tracks, place = found.tracks, waves.index(wave)
    row = (tracks.object == place) & (tracks.sensor == sensors.index(sensor))
    (times,) = tracks.time_ms[row]
    left_s = (int(found.objects.impact_ms[place]) - int(times[0])) / 1000
    return left_s * SPEED_KMS * RADIUS_KM / (RADIUS_KM + height_km)


@pytest.mark.claim("i", "Radar reach and horizon: laydown", oracle="closed form")
@pytest.mark.parametrize("name", REACHES)
def test_a_track_begins_at_the_reach(
    laydown: tuple[Engagements, list[str], list[str]], record: Record, name: str
) -> None:
    rcs, reach = REACHES[name]
    ground = _first_track_km(laydown, name, "reach", HIGH_KM)
    low, high = RADIUS_KM + 0.01, RADIUS_KM + HIGH_KM
    angle = ground / RADIUS_KM
    slant = math.sqrt(low**2 + high**2 - 2 * low * high * math.cos(angle))
    label = f"{rcs} m2: slant range at the first track [km]"
    record.between(label, least=reach - LATE_KM, most=reach + 1e-3, estimated=round(slant, 3))


@pytest.mark.claim("i", "Radar reach and horizon: laydown", oracle="closed form")
@pytest.mark.parametrize("name", HORIZONS)
def test_a_track_begins_at_the_horizon(
    laydown: tuple[Engagements, list[str], list[str]], record: Record, name: str
) -> None:
    mast, height = HORIZONS[name]
    bent = 4 / 3 * RADIUS_KM
    horizon = sum(bent * math.acos(bent / (bent + h / 1000)) for h in (mast, height))
    found = _first_track_km(laydown, name, f"mast_{name}", height / 1000)
    label = f"mast {mast} m, threat {height:,} m: ground range at the first track [km]"
    record.between(label, least=horizon - LATE_KM, most=horizon + 1e-3, estimated=round(found, 3))


def _time_s(range_km: float, radius_km: float) -> float:
    """Time of flight of least energy by Lambert's theorem."""
    sine = math.sin(range_km / radius_km / 2)
    axis, chord = radius_km * (1 + sine) / 2, 2 * radius_km * sine
    half = radius_km + chord / 2
    beta = 2 * math.asin(math.sqrt((half - chord) / half))
    return math.sqrt(axis**3 / MU_KM3_S2) * (math.pi - (beta - math.sin(beta)))


@pytest.mark.claim("j", "Minimum-energy trajectories: laydown", oracle="Lambert's theorem")
@pytest.mark.parametrize("km", BALLISTIC)
def test_ballistic_waves_fly_their_time(
    laydown: tuple[Engagements, list[str], list[str]], record: Record, km: int
) -> None:
    assert _time_s(km, 6371.0) == pytest.approx(BALLISTIC[km], abs=5.1e-7)
    found, waves, _ = laydown
    place = waves.index(f"arc_{km}")
    flight = int(found.objects.impact_ms[place] - found.objects.start_ms[place])
    exact = round(1000 * _time_s(km, RADIUS_KM))
    record.between(f"{km:,} km: flight [ms]", least=exact - 1, most=exact + 1, estimated=flight)


@pytest.mark.claim("k", "Great circles: laydown", oracle="haversine and vector form")
@pytest.mark.parametrize("name", ROUTES)
def test_level_flights_take_the_great_circle(
    laydown: tuple[Engagements, list[str], list[str]], record: Record, name: str
) -> None:
    found, waves, _ = laydown
    place = waves.index(name)
    flight = int(found.objects.impact_ms[place] - found.objects.start_ms[place])
    exact = round(1000 * ROUTES[name][2] * (RADIUS_KM + LOW_KM) / RADIUS_KM)
    label = f"{name}: flight at 1 km/s [ms]"
    record.between(label, least=exact - 1, most=exact + 1, estimated=flight)
