"""What goes wrong only when a world is built is told with file and line too."""

from __future__ import annotations

import pytest

from mcdefense.errors import InputError
from mcdefense.scenario import loads
from mcdefense.schedule.build import Builder
from mcdefense.world.raid import flights

TEXT = """\
library = "notional-1"
[asset.area]
at_deg = [50.0, 20.0]
[battery.north]
class = "medium_sam"
at_deg = [50.1, 20.1]
launch_spacing_s = {spacing}
[raid.drones]
class = "one_way_drone"
from = {{ bearing_deg = 60, range_km = 300 }}
arrival_s = [0, 3600]
routes = 1
count = {count}
[threat.one_way_drone]
launch_spacing_s = 0.001
[architecture.only]
"""


def test_too_many_launches_of_a_battery() -> None:
    text = TEXT.format(spacing=0.1, count=4)
    builder = Builder(loads(text, name="case.toml"))
    world = builder.world(1, 0)
    with pytest.raises(InputError) as raised:
        builder.schedule(world)
    (fault,) = raised.value.faults
    assert fault.where == f"case.toml:{text.splitlines().index('launch_spacing_s = 0.1') + 1}"
    assert fault.key == "battery.north.launch_spacing_s"
    assert fault.message.endswith(
        "launch times, expected fewer than 16,383: list fewer, or widen launch_spacing_s"
    )


def test_too_many_opportunities_at_one_object() -> None:
    text = TEXT.format(spacing=0.1, count=1)
    copies = "".join(
        f'[battery.b{i}]\nclass = "medium_sam"\nat_deg = [50.1, 20.1]\nlaunch_spacing_s = 0.1\n'
        for i in range(4)
    )
    builder = Builder(loads(text + copies, name="case.toml"))
    world = builder.world(1, 0)
    with pytest.raises(InputError) as raised:
        builder.schedule(world)
    (fault,) = raised.value.faults
    assert fault.where == f"case.toml:{text.splitlines().index('launch_spacing_s = 0.001') + 1}"
    assert fault.key == "threat.one_way_drone.launch_spacing_s"
    assert "opportunities at one object, expected fewer than 16,383" in fault.message


def test_too_many_objects_of_a_drawn_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check before keeps counts below the limit by 8 standard deviations, so it is lowered."""
    monkeypatch.setattr("mcdefense.world.raid.MAX_OBJECTS", 10)
    text = TEXT.format(spacing=10.0, count="{ poisson = 100 }")
    builder = Builder(loads(text, name="case.toml"))
    world = builder.world(1, 0)
    with pytest.raises(InputError) as raised:
        flights(builder.scenario, builder.names, world)
    (fault,) = raised.value.faults
    line = next(i for i, line in enumerate(text.splitlines(), 1) if line.startswith("count"))
    assert fault.where == f"case.toml:{line}"
    assert fault.key == "raid.drones.count"
    assert fault.message.endswith("objects in world 0, expected 10 or fewer")
