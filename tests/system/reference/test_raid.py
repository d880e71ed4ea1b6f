"""The raids of the reference and of the product are the same objects, for every kind of wave."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcdefense.contract.names import NO_ASSET, Names
from mcdefense.scenario import load
from mcdefense.world.raid import flights
from mcdefense.world.world import draw_world
from tests.system.reference.reference_raid import make_raid

COUNTS = {
    "a fixed number": "3",
    "a range": "[0, 7]",
    "Poisson": "{ poisson = 6.5 }",
    "a Poisson of hundreds": "{ poisson = 240.0 }",
    "a column of the history": '{ column = "seen" }',
}
ARRIVALS = ("uniform", "simultaneous", "regular", "poisson")
WORLDS = range(40)
SCENARIO = """
title = "raids"
[asset.town]
[asset.port]
[battery.gun]
magazine = {{ shell = 1 }}
[interceptor.shell]
[threat.drone]
[threat.lure]
role = "decoy"
[history]
file = "nights.csv"
[raid.first]
class = "drone"
count = {count}
asset = {{ town = 3, port = 1 }}
start_s = [10, 400]
arrival = "{arrival}"
{repeat}
[raid.second]
class = "lure"
count = {count}
start_s = 5
arrival = "{arrival}"
[plan.both]
waves = ["first", "second"]
weight = 2
[plan.one]
waves = ["second"]
[[opportunities.rows]]
threat = "first"
battery = "gun"
interceptor = "shell"
launch_s = 1
intercept_s = 2
sspk = 0.5
[doctrine.all]
[architecture.alone]
"""


@pytest.mark.parametrize("repeat", ["", "repeat = 3\nevery_s = 50.5"], ids=["once", "thrice"])
@pytest.mark.parametrize("arrival", ARRIVALS)
@pytest.mark.parametrize("count", COUNTS.values(), ids=COUNTS)
def test_raids_are_the_same(
    tmp_path: Path, count: str, arrival: str, repeat: str, seed: int
) -> None:
    """Starts may differ by a rounding of float64, and no more; all else is equal."""
    (tmp_path / "nights.csv").write_text("seen\n" + "".join(f"{n % 5}\n" for n in range(17)))
    path = tmp_path / "raids.toml"
    path.write_text(SCENARIO.format(count=count, arrival=arrival, repeat=repeat))
    scenario = load(path)
    names, seen = Names.of(scenario), set()
    for number in WORLDS:
        ours = flights(scenario, names, draw_world(scenario, seed, number))
        reference = make_raid(scenario, seed, number)
        seen.add(len(reference))
        assert [(f.wave, int(m)) for f in ours for m in f.member] == [
            (one.wave, one.member) for one in reference
        ]
        assert [names.asset[a] for f in ours for a in f.asset] == [
            one.asset or NO_ASSET for one in reference
        ]
        assert [float(t) for f in ours for t in f.time_s] == pytest.approx(
            [one.start_s for one in reference], rel=1e-12
        )
    assert len(seen) > 1
