"""Architectures spelt out, doctrine merged, scalars found and changed by path, quantiles."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import stats

from mcdefense.errors import InputError
from mcdefense.scenario import (
    Spoke,
    cell_doctrine_for,
    doctrine_for,
    expand_paths,
    loads,
    quantile,
    resolve_architecture,
    value_at,
    with_values,
    world_values,
)
from mcdefense.scenario.model_uncertainty import (
    Beta,
    Choice,
    Jeffreys,
    Normal,
    Triangular,
    Uniform,
)


def with_architecture(sketch: str, text: str) -> str:
    return sketch[: sketch.index("[architecture.integrated]")] + text


def test_without_join_every_battery_and_sensor_is_a_cell(sketch: str) -> None:
    resolved = resolve_architecture(loads(sketch), "separate")
    assert [(c.name, c.batteries, c.sensors) for c in resolved.cells] == [
        ("north", ("north",), ("north_radar",)),
        ("south", ("south",), ("south_radar",)),
        ("lookout", (), ("lookout",)),
    ]
    assert all(cell.spoke is None for cell in resolved.cells)
    assert resolved.network is None
    assert resolved.fallback is None


def test_join_makes_one_cell_and_leaves_the_rest(sketch: str) -> None:
    text = with_architecture(
        sketch,
        '[architecture.j]\njoin = ["north", "lookout"]\nshare = "launch"\nlatency_s = 3\n'
        'links.j = { share = "warning", latency_s = 5, availability = 0.5 }\n'
        "network = { availability = 0.9 }\n",
    )
    resolved = resolve_architecture(loads(text), "j")
    joined, south = resolved.cells
    assert (joined.name, joined.batteries) == ("j", ("north",))
    assert joined.sensors == ("lookout", "north_radar")
    assert (joined.share, joined.latency_s) == ("launch", 3.0)
    assert joined.spoke == Spoke("warning", 5.0, 0.5)
    assert (south.name, south.sensors, south.spoke) == ("south", ("south_radar",), None)
    assert resolved.network is not None
    assert resolved.network.availability == 0.9
    assert resolved.fallback is None


def test_join_all(sketch: str) -> None:
    resolved = resolve_architecture(
        loads(with_architecture(sketch, '[architecture.j]\njoin = "all"\n')), "j"
    )
    (cell,) = resolved.cells
    assert cell.batteries == ("north", "south")
    assert cell.sensors == ("lookout", "north_radar", "south_radar")
    assert cell.share == "engage"


def test_share_without_join_is_a_spoke_of_every_cell(sketch: str) -> None:
    text = with_architecture(sketch, '[architecture.w]\nshare = "warning"\nlatency_s = 4\n')
    cells = resolve_architecture(loads(text), "w").cells
    assert [cell.name for cell in cells] == ["north", "south", "lookout"]
    assert {cell.spoke for cell in cells} == {Spoke("warning", 4.0, 1.0)}


def test_cells_one_by_one(sketch: str) -> None:
    text = with_architecture(
        sketch,
        '[architecture.s]\ncells.east = { batteries = ["north"], assign = 0.5 }\n'
        'cells.west = { batteries = ["south"], sensors = ["lookout"], share = "launch", '
        'latency_s = 2, classes = ["one_way_drone"], assets = ["area"] }\n',
    )
    east, west = resolve_architecture(loads(text), "s").cells
    assert (east.name, east.sensors, east.assign) == ("east", ("north_radar",), 0.5)
    assert west.sensors == ("lookout", "south_radar")
    assert (west.share, west.latency_s) == ("launch", 2.0)
    assert (west.classes, west.assets, west.spoke) == (("one_way_drone",), ("area",), None)


def test_an_architecture_may_set_values(sketch: str) -> None:
    text = sketch + (
        'set = { "battery.north.reaction_s" = 3, "interceptor.long_sam.cost" = 9, '
        '"battery.south.class" = "long_low_battery" }\n'
    )
    scenario = loads(text)
    own = resolve_architecture(scenario, "integrated")
    assert own.scenario.battery["north"].reaction_s == 3
    assert own.scenario.interceptor["long_sam"].cost == 9
    assert own.scenario.battery["south"].class_ == "long_low_battery"
    assert scenario.battery["north"].reaction_s == 10
    assert resolve_architecture(scenario, "separate").scenario is scenario
    assert "battery.north.reaction_s" in own.set_paths
    changed = with_values(scenario, {"battery.north.reaction_s": 7.0, "sensor.lookout.p_look": 0.1})
    own = resolve_architecture(changed, "integrated")
    assert own.scenario.battery["north"].reaction_s == 3
    assert own.scenario.sensor["lookout"].p_look == 0.1


def test_an_architecture_whose_setting_breaks_a_rule_is_refused_at_load(sketch: str) -> None:
    with pytest.raises(InputError) as caught:
        loads(sketch + 'set = { "sensor.lookout.sees" = ["drone"] }\n', name="s.toml")
    (fault,) = str(caught.value).splitlines()
    assert fault.startswith("s.toml:33: architecture.integrated.set.sensor.lookout.sees[0]: got")


def test_doctrine_tables_override_in_file_order(sketch: str) -> None:
    scenario = loads(
        sketch
        + """
[doctrine.all]
salvo = [2, 1]
assessment_s = 8
burst_s = 4
[doctrine.drones]
classes = ["one_way_drone"]
salvo = [1]
called = 0.9
[doctrine.joined]
cells = ["integrated"]
random = false
others_kills_s = "never"
last_salvo = "rest"
"""
    )
    plain = doctrine_for(scenario, "north", "short_range_ballistic")
    assert (plain.salvo, plain.assessment_s, plain.others_kills_s) == ((2, 1), 8.0, 8.0)
    assert (plain.last_salvo, plain.called, plain.choice) == (None, 1.0, "cheapest_adequate")
    assert (plain.looks_kept, plain.pooled_reserve) == (2, {})
    drone = doctrine_for(scenario, "integrated", "one_way_drone")
    assert (drone.salvo, drone.called, drone.others_kills_s) == ((1,), 0.9, "never")
    assert drone.last_salvo == "rest"
    assert cell_doctrine_for(scenario, "north").random is None
    assert cell_doctrine_for(scenario, "integrated").random is False
    assert cell_doctrine_for(scenario, "integrated").burst_s == 4.0


def test_paths_by_pattern(sketch: str) -> None:
    scenario = loads(sketch + "[coin.x]\nlevel = 'raid'\nprobability = 0.5\n")
    assert expand_paths(scenario, "sensor.*.reach_km") == [
        "sensor.lookout.reach_km",
        "sensor.north_radar.reach_km",
        "sensor.south_radar.reach_km",
    ]
    assert expand_paths(scenario, "sensor.north*.p_look") == ["sensor.north_radar.p_look"]
    assert expand_paths(scenario, "coin.x.probability") == ["coin.x.probability"]
    assert expand_paths(scenario, "*.integrated.network.availability") == [
        "architecture.integrated.network.availability"
    ]
    assert expand_paths(scenario, "raid.drones.from.bearing_deg.*") == [
        "raid.drones.from.bearing_deg.0",
        "raid.drones.from.bearing_deg.1",
    ]
    for pattern in (
        "sensor.lookout",
        "title",
        "run.seed",
        "sensor.*.sees",
        "",
        "asset.area.defended",
    ):
        assert expand_paths(scenario, pattern) == []


def test_values_by_path(sketch: str) -> None:
    text = sketch + "[interceptor.long_sam]\nagainst.one_way_drone.sspk = [[0, 0.8], [60, 0.4]]\n"
    scenario = loads(text)
    sspk = "interceptor.long_sam.against.one_way_drone.sspk"
    changed = with_values(
        scenario,
        {
            sspk: ((0.0, 1.2), (60.0, 0.6)),
            "sensor.lookout.p_look": 1.5,
            "battery.north.magazine.medium_sam": 11.6,
            "raid.drones.arrival_s.1": 900.0,
            "architecture.integrated.network.availability": 0.25,
        },
    )
    assert value_at(changed, sspk) == ((0.0, 1.0), (60.0, 0.6))
    assert changed.sensor["lookout"].p_look == 1.0
    assert changed.battery["north"].magazine == {"medium_sam": 12}
    assert changed.raid["drones"].arrival_s == (0.0, 900.0)
    resolved = resolve_architecture(scenario, "integrated")
    world = resolved.with_values({"architecture.integrated.network.availability": 0.25})
    assert world.network is not None
    assert world.network.availability == 0.25
    assert value_at(scenario, sspk) == ((0.0, 0.8), (60.0, 0.4))
    nothing = with_values(scenario, {"sensor.lookout.reach_km": 0.0, "sensor.lookout.revisit_s": 0})
    assert nothing.sensor["lookout"].reach_km == np.nextafter(0.0, 1.0)
    assert nothing.sensor["lookout"].revisit_s == 0.001
    with pytest.raises(KeyError):
        with_values(scenario, {"sensor.nobody.p_look": 1.0})
    start = time.perf_counter()
    for _ in range(100):
        with_values(scenario, {sspk: 0.5, "sensor.lookout.p_look": 0.5})
    assert time.perf_counter() - start < 1.0  # well under 10 ms each, on the busiest machine


def test_draws_replace_first_and_multiply_then(sketch: str) -> None:
    scenario = loads(
        sketch
        + """
[uncertainty.factor]
paths = ["sensor.*.reach_km"]
as = "factor"
distribution = "uniform"
low = 0.5
high = 2
[uncertainty.reach]
paths = ["sensor.lookout.reach_km", "sensor.north_radar.reach_km"]
distribution = "uniform"
low = 100
high = 500
"""
    )
    draws = {"factor": 0.5, "reach": 300.0}
    assert world_values(scenario, draws) == {
        "sensor.lookout.reach_km": 150.0,
        "sensor.north_radar.reach_km": 150.0,
        "sensor.south_radar.reach_km": 100.0,
    }
    kept = world_values(scenario, draws, keep=frozenset(["sensor.lookout.reach_km"]))
    assert kept["sensor.lookout.reach_km"] == 200.0


PATHS = ("sensor.x.p_look",)
U = np.array([0.001, 0.1, 0.5, 0.9, 0.999])


def test_quantiles_invert_the_distribution_functions() -> None:
    beta = Beta(paths=PATHS, distribution="beta", a=7, b=3)
    assert np.allclose(stats.beta(7, 3).cdf(quantile(beta, U)), U, rtol=1e-12)
    jeffreys = Jeffreys(paths=PATHS, distribution="jeffreys", successes=7, tests=14)
    assert np.allclose(stats.beta(7.5, 7.5).cdf(quantile(jeffreys, U)), U, rtol=1e-12)
    uniform = Uniform(paths=PATHS, distribution="uniform", low=2, high=6)
    assert np.allclose(quantile(uniform, U), 2 + 4 * U, rtol=1e-15)
    triangular = Triangular(paths=PATHS, distribution="triangular", low=1, mode=2, high=5)
    expected = stats.triang(0.25, loc=1, scale=4).ppf(U)
    assert np.allclose(quantile(triangular, U), expected, rtol=1e-12)
    for low, high in [(-1.0, 2.0), (7.0, 9.0), (-20.0, -15.0)]:
        normal = Normal(paths=PATHS, distribution="normal", mean=1, sd=2, low=low, high=high)
        oracle = stats.truncnorm((low - 1) / 2, (high - 1) / 2, loc=1, scale=2)
        assert np.allclose(quantile(normal, U), oracle.ppf(U), rtol=1e-9)
    free = Normal(paths=PATHS, distribution="normal", mean=1, sd=2)
    assert np.allclose(quantile(free, U), stats.norm(1, 2).ppf(U), rtol=1e-12)
    choice = Choice(paths=PATHS, distribution="choice", values=(3, 1, 2), weights=(1, 3, 0))
    assert quantile(choice, [0, 0.2, 0.25, 0.9, 1]).tolist() == [3, 3, 1, 1, 1]


def test_ends_of_the_quantiles() -> None:
    ends = np.array([0.0, 1.0])
    normal = Normal(paths=PATHS, distribution="normal", mean=0, sd=1, low=-1, high=2)
    assert np.allclose(quantile(normal, ends), [-1, 2])
    point = Triangular(paths=PATHS, distribution="triangular", low=2, mode=2, high=2)
    assert quantile(point, ends).tolist() == [2, 2]
    with pytest.raises(ValueError, match="outside"):
        quantile(point, [1.5])


def test_a_coin_may_differ_between_architectures_only_in_its_probability() -> None:
    text = """
title = "coins"
[battery.north]
magazine = { gun = 4 }
[interceptor.gun]
against.drone.sspk = 0.5
[threat.drone]
[raid.drones]
class = "drone"
count = 2
start_s = 0
[opportunities]
rows = [
  { threat = "drones", battery = "north", interceptor = "gun", launch_s = 0, intercept_s = 9 },
]
[coin.software]
level = "battery"
probability = 0.9
[architecture.one]
[architecture.two]
set = { "coin.software.%s" = %s }
"""
    scenario = loads(text % ("probability", "0.8"))
    resolved = resolve_architecture(scenario, "two")
    assert resolved.scenario.coin["software"].probability == 0.8
    with pytest.raises(InputError, match=r"expected coin\.NAME\.probability"):
        loads(text % ("level", '"raid"'))
