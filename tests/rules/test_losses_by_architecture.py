"""What is lost, under which architecture, and what it covered (rule 39, `losses`): exact cases."""

from __future__ import annotations

import numpy as np
import pytest

from tests.rules.test_losses import causes, counted, text

OWN_BY_SET = """
[architecture.remote.cells.all]
batteries = ["a", "b"]
sensors = ["s"]
[architecture.own]
extends = "remote"
set = { "battery.a.sensors" = ["s"] }
[architecture.shared]
extends = "remote"
set = { "battery.a.sensors" = ["s"], "battery.b.sensors" = ["s"] }
"""


@pytest.mark.parametrize(
    ("remote", "exact"),
    [
        ("engage", {"remote": {"missed": 128}, "own": {"missed": 64, "lost": 64}}),
        ("none", {"remote": {"no_opportunity": 128}, "own": {"missed": 64, "lost": 64}}),
    ],
)
def test_whose_radar_it_is_each_architecture_says(
    remote: str, exact: dict[str, dict[str, int]]
) -> None:
    """Nobody's at first, by a `set` the lost battery's own, by another that of both: it covers
    what its battery fires at, and goes with it, where the architecture says so."""
    scenario = text({"m1": "battery.a", "m2": "town"}, OWN_BY_SET, sensors="s", kill=0)
    result = counted(scenario.replace('"engage"}', f'"{remote}"}}'), 64)
    for name, told in (exact | {"shared": {"missed": 128}}).items():
        assert causes(result, name) == told, name


DOWN = """
[architecture.apart]
[architecture.apart_unhurt]
extends = "apart"
losses = false
[architecture.joined]
join = "all"
network = { availability = 0, fallback = "apart" }
set = { "battery.a.magazine.x" = 4 }
[architecture.unhurt]
extends = "joined"
losses = false
[architecture.mostly]
join = "all"
network = { availability = 0.5, fallback = "apart" }
[architecture.mostly_unhurt]
extends = "mostly"
losses = false
"""


def test_a_twin_without_losses_has_none_either_where_its_network_is_down() -> None:
    """The fallback then fights without them, on the same luck and with its own rounds."""
    result = counted(text({"m1": "battery.a", "m2": "town"}, DOWN), 2_000)
    tally, names = result.tally, result.tally.axes.architecture
    of = names.index
    for name, same in (("joined", "apart"), ("unhurt", "apart_unhurt")):
        for what in ("outcome", "rounds_fired", "rounds_left", "asset_damaged", "leakers_by_looks"):
            assert np.array_equal(tally[what][of(name)], tally[what][of(same)]), (name, what)
        assert tally["network_lost"][0, of(name)] == 2_000
    assert causes(result, "apart") != causes(result, "apart_unhurt")
    # Both lose their network in the same trials, and what comes early does not tell them apart.
    lost = tally["network_lost"][0]
    assert 0 < lost[of("mostly")] == lost[of("mostly_unhurt")] < 2_000
    assert tally["leaked_alone"][0, of("mostly"), of("mostly_unhurt")].sum() > 0
    assert not tally["leakers_before_onset"].any()


@pytest.mark.parametrize(
    ("share", "remote", "told"),
    [
        ("engage", "engage", {"missed": 128}),
        ("launch", "engage", {"missed": 64, "lost": 64}),
        ("engage", "launch", {"missed": 64, "lost": 64}),
        ("launch", "launch", {"missed": 64, "lost": 64}),
    ],
)
def test_a_lost_own_radar_covers_no_more(share: str, remote: str, told: dict[str, int]) -> None:
    """A threat at a's radar s, then one at the town, both tracked by t too: what only licenses the
    launch does not do once no own sensor is left to cover the intercept (rule 11)."""
    cells = (
        f'[architecture.one.cells.all]\nbatteries = ["a"]\nsensors = ["t"]\nshare = "{share}"\n'
        '[architecture.one.cells.b]\nbatteries = ["b"]\nclasses = []\n'
    )
    scenario = text({"m1": "sensor.s", "m2": "town"}, cells, sensors="s t", kill=0)
    scenario = scenario.replace('remote = "engage"', f'remote = "{remote}"')
    one = scenario.replace("battery.a = {", 'battery.a = {sensors = ["s"], ')
    assert causes(counted(one, 64), "one") == told
    # With a second own sensor the intercept is still covered.
    two = scenario.replace("battery.a = {", 'battery.a = {sensors = ["s", "u"], ')
    two = two.replace("sensor.t = {}", "sensor.t = {}\nsensor.u = {}")
    two = two.replace(
        "tracks.rows = [",
        'tracks.rows = [{sensor = "u", threat = "m2", time_s = 0, probability = 1},',
    )
    assert causes(counted(two, 64), "one") == {"missed": 128}
