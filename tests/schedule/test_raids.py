"""Raids and worlds: counts, assets, arrivals, plans, nights and uncertain parameters as drawn.

Shares are tested within 4 standard errors: a false-alarm rate of 6e-5 each, at a fixed seed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mcdefense.encounter.routes import origin_deg, place_deg
from mcdefense.errors import InputError
from mcdefense.scenario import Scenario, load, loads
from mcdefense.schedule.build import Builder
from mcdefense.world.raid import Flight, flights
from tests.support.small_scenarios import LAYDOWN

TEXT = """
title = "raids"
[asset.a]
[asset.b]
[battery.gun]
magazine = {{ round = 1 }}
[interceptor.round]
against.drone.sspk = 0.5
[threat.drone]
[raid.one]
class = "drone"
{one}
[raid.two]
class = "drone"
count = 1
start_s = 0
[opportunities]
rows = [{{ threat = "one", battery = "gun", interceptor = "round", launch_s = 0, intercept_s = 9 }}]
{more}
"""
WORLDS = 1_000


def raids(one: str, more: str = "", worlds: int = WORLDS) -> list[dict[str, Flight]]:
    builder = Builder(loads(TEXT.format(one=one, more=more)))
    drawn = (builder.world(seed=3, number=n) for n in range(worlds))
    return [{f.wave: f for f in flights(builder.scenario, builder.names, w)} for w in drawn]


def test_counts_are_drawn_evenly_from_the_range() -> None:
    counts = np.array([r["one"].member.size for r in raids("count = [2, 5]\nstart_s = 0")])
    found = np.bincount(counts, minlength=6)[2:]
    assert found.sum() == WORLDS
    assert np.all(np.abs(found - WORLDS / 4) <= 4 * np.sqrt(WORLDS * 3 / 16))


def test_a_poisson_count_has_the_mean_and_variance_of_one() -> None:
    sizes = [r["one"].member.size for r in raids("count = { poisson = 6.0 }\nstart_s = 0")]
    assert abs(np.mean(sizes) - 6.0) <= 4 * np.sqrt(6.0 / WORLDS)
    # Variance of a sample variance of a Poisson count: (mean + 2 mean^2) / n.
    assert abs(np.var(sizes) - 6.0) <= 4 * np.sqrt((6.0 + 2 * 36.0) / WORLDS)


def test_assets_are_drawn_by_weight() -> None:
    one = "count = 10\nstart_s = 0\nasset = { a = 3, b = 1 }"
    picks = np.concatenate([r["one"].asset for r in raids(one)])
    share = np.mean(picks == 0)
    assert abs(share - 0.75) <= 4 * np.sqrt(0.75 * 0.25 / picks.size)


@pytest.mark.parametrize(
    ("arrival", "expected"),
    [("simultaneous", [100.0] * 5), ("regular", [100.0, 125.0, 150.0, 175.0, 200.0])],
)
def test_fixed_arrivals(arrival: str, expected: list[float]) -> None:
    one = f'count = 5\nstart_s = [100, 200]\narrival = "{arrival}"'
    assert raids(one, worlds=1)[0]["one"].time_s.tolist() == expected


def test_drawn_arrivals_fill_the_window() -> None:
    one = "count = 4\nstart_s = [100, 200]"
    times = np.concatenate([r["one"].time_s for r in raids(one)])
    assert times.min() >= 100.0
    assert times.max() <= 200.0
    assert abs(times.mean() - 150.0) <= 4 * (100.0 / np.sqrt(12)) / np.sqrt(times.size)
    gaps = raids('count = 4\nstart_s = [100, 200]\narrival = "poisson"')
    first = np.array([r["one"].time_s[0] for r in gaps]) - 100.0
    assert abs(first.mean() - 25.0) <= 4 * 25.0 / np.sqrt(WORLDS)


def test_plans_come_by_weight_with_their_waves_only() -> None:
    more = '[plan.x]\nweight = 1\nwaves = ["one"]\n[plan.y]\nweight = 4\nwaves = ["two"]'
    drawn = [tuple(r) for r in raids("count = 1\nstart_s = 0", more)]
    assert set(drawn) == {("one",), ("two",)}
    share = drawn.count(("two",)) / WORLDS
    assert abs(share - 0.8) <= 4 * np.sqrt(0.16 / WORLDS)


def test_every_night_comes_once_before_any_repeats(tmp_path: Path) -> None:
    (tmp_path / "nights.csv").write_text("date,n\n" + "".join(f"d{i},{i + 1}\n" for i in range(7)))
    one = 'count = { column = "n" }\nstart_s = 0'
    text = TEXT.format(one=one, more='[history]\nfile = "nights.csv"')
    (tmp_path / "s.toml").write_text(text)
    builder = Builder(load(tmp_path / "s.toml"))
    worlds = [builder.world(seed=3, number=n) for n in range(21)]
    cycles = [[w.night for w in worlds[i : i + 7]] for i in (0, 7, 14)]
    assert all(sorted(cycle) == list(range(7)) for cycle in cycles)
    assert cycles[0] != cycles[1]
    for world in worlds[:7]:
        raid = {f.wave: f for f in flights(builder.scenario, builder.names, world)}
        assert raid["one"].member.size == world.night + 1


def laydown(origin: str) -> Scenario:
    text = f"""
title = "routes"
[asset.a]
at_deg = [10.0, 20.0]
[battery.gun]
at_deg = [10.0, 20.0]
magazine = {{ round = 1 }}
organic = {{ reach_km = 50, revisit_s = 1, p_look = 1.0 }}
[interceptor.round]
speed_kms = 1.0
against.drone = {{ range_km = [0, 9], altitude_km = [0, 9], sspk = 0.5 }}
[threat.drone]
flight = "cruise"
speed_kms = 0.2
height_km = 1.0
rcs_m2 = 0.1
[raid.one]
class = "drone"
count = 3
asset = "a"
arrival_s = 900
from = {origin}
"""
    return loads(text)


def test_routes_fill_the_bearings_and_the_box() -> None:
    from mcdefense.geometry import bearing_deg, great_circle_m

    scenario = laydown("{ bearing_deg = [350, 10], range_km = [100, 200] }")
    place = place_deg(scenario, "a")
    starts = [origin_deg(scenario.raid["one"], place, route) for route in range(64)]
    bearings = [(float(bearing_deg(*place, *start)) + 180.0) % 360.0 - 180.0 for start in starts]
    ranges = [float(great_circle_m(*place, *start)) for start in starts]
    assert -10.0 <= min(bearings) < -9.0
    assert 9.0 < max(bearings) <= 10.0
    assert 100e3 <= min(ranges) < 105e3
    assert 195e3 < max(ranges) <= 200e3 + 1e-3
    scenario = laydown("{ box_deg = [[11.0, 21.0], [12.0, 23.0]] }")
    box = np.array([origin_deg(scenario.raid["one"], place, route) for route in range(64)])
    assert np.all((box >= [11.0, 21.0]) & (box <= [12.0, 23.0]))
    assert np.all(np.ptp(box, axis=0) > [0.95, 1.9])


def test_an_uncertain_parameter_is_drawn_once_a_world_for_all_its_paths() -> None:
    more = """
[uncertainty.kill]
paths = ["interceptor.*.against.*.sspk"]
distribution = "uniform"
low = 0.2
high = 0.8
"""
    builder = Builder(loads(TEXT.format(one="count = 1\nstart_s = 0", more=more)))
    drawn = [builder.world(seed=3, number=n).parameters["kill"] for n in range(WORLDS)]
    assert 0.2 <= min(drawn) < max(drawn) <= 0.8
    assert abs(np.mean(drawn) - 0.5) <= 4 * 0.6 / np.sqrt(12 * WORLDS)
    world = builder.world(seed=3, number=0)
    limit = builder.schedule(world).arrays.chances.kill[0, 0, 0, 0]
    assert limit == int(np.floor(world.parameters["kill"] * 2.0**31)) - 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "{ bearing_deg = [40, 110], range_km = 300 }",
            "{ at_deg = [50.0, 20.0] }",
            "cannot fly from [50.00, 20.00] to [50.00, 20.00]: the places coincide, or lie on "
            "opposite sides of the Earth",
        ),
        (
            "[uncertainty.skill]",
            "[sensor.eager]\nat_deg = [50.0, 20.0]\nreach_km = 400\nrevisit_s = 0.001\n"
            "p_look = 0.5\n[threat.subsonic_cruise]\nspeed_kms = 0.001\n[uncertainty.skill]",
            "looks, expected at most 10,000,000: lengthen revisit_s",
        ),
    ],
)
def test_a_wave_that_cannot_be_is_named_at_its_line(old: str, new: str, message: str) -> None:
    assert old in LAYDOWN
    text = LAYDOWN.replace(old, new)
    builder = Builder(loads(text, name="area.toml"))
    with pytest.raises(InputError) as caught:
        builder.schedule(builder.world(seed=1, number=0))
    (fault,) = caught.value.faults
    line = text.splitlines().index("[raid.missiles]") + 1
    assert (fault.where, fault.key) == (f"area.toml:{line}", "raid.missiles")
    assert fault.message.endswith(message)
