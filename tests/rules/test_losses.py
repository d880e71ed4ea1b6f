"""Batteries and sensors that leakers damage are lost (rule 39, `losses`), against enumeration.

Probabilities are held within 4 standard errors: one comparison in 16,000 alarms falsely.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

import mcdefense
from mcdefense.contract import OUTCOMES, LossRows, array_at, declared
from mcdefense.run.simulator import Simulator
from mcdefense.schedule import Builder
from mcdefense.statistics import Result
from tests.support.validation_store import ROOT

TRIALS, SEED = 20_000, 5
Q = 0.3
"""Probability that a look misses."""


def text(
    targets: dict[str, str], architectures: str, *, sensors: str = "", kill: float = 1 - Q
) -> str:
    """Waves one after the other, 100 s apart, of one threat each that flies at a target. Each can
    be fired at once by every battery, a after 0 s and b after 20 s, and ends 50 s after its start.
    """
    rows = [
        f'{{threat = "{wave}", battery = "{battery}", interceptor = "x", launch_s = {first}, '
        f"intercept_s = {first + 5}, sspk = {kill}}}"
        for wave in targets
        for battery, first in (("a", 0), ("b", 20))
    ]
    tracks = [
        f'{{sensor = "{sensor}", threat = "{wave}", time_s = 0, probability = 1}}'
        for wave in targets
        for sensor in (sensors.split() if sensors else [])
    ]
    waves = [
        f'raid.{wave} = {{class = "m", count = 1, start_s = {100 * i}, impact_s = 50, '
        f'asset = "{target}"}}'
        for i, (wave, target) in enumerate(targets.items())
    ]
    return "\n".join(
        [
            "threat.m = {}",
            "asset.town = {}",
            *waves,
            'interceptor.x = {remote = "engage"}',
            *(f"sensor.{sensor} = {{}}" for sensor in sensors.split()),
            "battery.a = {magazine = {x = 9}}",
            "battery.b = {magazine = {x = 9}}",
            "doctrine.every = {assessment_s = 10, choice = 'first'}",
            "opportunities.rows = [",
            *(f"  {row}," for row in rows),
            "]",
            *(["tracks.rows = [", *(f"  {row}," for row in tracks), "]"] if tracks else []),
            architectures,
        ]
    )


def counted(scenario: str, trials: int = TRIALS) -> Result:
    loaded = mcdefense.loads(scenario)
    return mcdefense.simulate(loaded, worlds=1, trials_per_world=trials, seed=SEED)


def hold(result: Result, architecture: str, exact: float) -> None:
    """Leakers a raid are these, within 4 standard errors."""
    tally, a = result.tally, result.tally.axes.architecture.index(architecture)
    trials = int(tally["trials"].sum())
    mean = tally["leaked"][0, a, -1] / trials
    error = np.sqrt((tally["leakers_squared"][0, a, -1] / trials - mean**2) / trials)
    assert abs(mean - exact) < 4 * max(error, 1e-12), (architecture, mean, exact)


def causes(result: Result, architecture: str) -> dict[str, int]:
    """Live threats by what became of them."""
    a = result.tally.axes.architecture.index(architecture)
    totals = result.tally["outcome"][a].sum(0).tolist()
    return {name: n for name, n in zip(OUTCOMES, totals, strict=True) if n}


TWINS = """
[architecture.one.cells]
a = { batteries = ["a"] }
b = { batteries = ["b"], classes = [] }
[architecture.unhurt]
extends = "one"
losses = false
[architecture.both]
join = "all"
[architecture.both_unhurt]
extends = "both"
losses = false
"""


@pytest.fixture(scope="module")
def at_battery() -> Result:
    """A threat at battery a, then one at the town."""
    return counted(text({"m1": "battery.a", "m2": "town"}, TWINS))


def test_a_battery_lost_to_the_first_threat_cannot_fire_at_the_second(at_battery: Result) -> None:
    """One look each: 2 q + q (1 - q) = .81, and .6 where nothing is lost."""
    hold(at_battery, "one", 2 * Q + Q * (1 - Q))
    hold(at_battery, "unhurt", 2 * Q)
    assert pytest.approx(0.81) == 2 * Q + Q * (1 - Q)


def test_another_battery_of_the_cell_goes_on(at_battery: Result) -> None:
    """Two looks, a then b: q^2 leak first; then a is lost, and only b can fire at the second."""
    hold(at_battery, "both", Q**2 + Q**2 * Q + (1 - Q**2) * Q**2)
    hold(at_battery, "both_unhurt", 2 * Q**2)


def test_the_cause_is_lost_and_the_twin_tells_what_followed(at_battery: Result) -> None:
    """Whoever leaks for the loss is killed under the twin or missed: never `lost` there."""
    told = causes(at_battery, "one")
    share = told["lost"] / TRIALS
    assert abs(share - Q) < 4 * np.sqrt(Q * (1 - Q) / TRIALS)
    assert "lost" not in causes(at_battery, "unhurt")
    axes = at_battery.tally.axes
    a, b = axes.architecture.index("one"), axes.architecture.index("unhurt")
    followed = at_battery.tally["leaked_alone"][0, a, b].sum(0)
    assert followed[OUTCOMES.index("lost")] == followed.sum()
    assert abs(followed.sum() / TRIALS - Q * (1 - Q)) < 4 * np.sqrt(Q * (1 - Q) / TRIALS)


def test_a_lost_battery_is_a_damaged_one(at_battery: Result) -> None:
    axes = at_battery.tally.axes
    place = axes.asset.index("battery.a")
    lost = at_battery.tally["asset_damaged"][axes.architecture.index("one"), place]
    assert lost == causes(at_battery, "one")["lost"]


@pytest.mark.parametrize(
    ("sensors", "own", "exact"),
    [
        ("s", '["s"]', 2 * Q + Q * (1 - Q)),
        ("s t", '["s", "t"]', 2 * Q),
    ],
    ids=["the sole sensor", "one of two"],
)
def test_a_lost_sensor_takes_its_tracks(sensors: str, own: str, exact: float) -> None:
    """A threat at sensor s, then one at the town: as at the battery if it is the sole one; another
    sensor's track does as well."""
    architecture = f'[architecture.one.cells.all]\nbatteries = ["a"]\nsensors = {own}\n'
    architecture += '[architecture.one.cells.b]\nbatteries = ["b"]\nclasses = []\n'
    result = counted(text({"m1": "sensor.s", "m2": "town"}, architecture, sensors=sensors))
    hold(result, "one", exact)


def test_two_threats_at_two_sensors() -> None:
    """Tracks lapse only once both are lost: 3 q + q^2 (1 - q)."""
    architecture = '[architecture.one.cells.all]\nbatteries = ["a"]\nsensors = ["s", "t"]\n'
    architecture += '[architecture.one.cells.b]\nbatteries = ["b"]\nclasses = []\n'
    targets = {"m1": "sensor.s", "m2": "sensor.t", "m3": "town"}
    result = counted(text(targets, architecture, sensors="s t"))
    hold(result, "one", 3 * Q + Q**2 * (1 - Q))


def test_batteries_fall_one_after_the_other() -> None:
    """Threats at a, at b, at the town, each met by both: E = p1 + p2 + p3 by what is left."""
    targets = {"m1": "battery.a", "m2": "battery.b", "m3": "town"}
    both = counted(text(targets, 'architecture.both = {join = "all"}'))
    second = Q**2 * Q + (1 - Q**2) * Q**2
    neither, only_a, only_b = Q**2 * Q, (1 - Q**2) * Q**2, Q**2 * (1 - Q)
    left = (1 - Q**2) * (1 - Q**2)
    third = neither * 1 + (only_a + only_b) * Q + left * Q**2
    hold(both, "both", Q**2 + second + third)


def test_a_launch_at_the_impact_comes_too_late_and_one_before_goes_on() -> None:
    """Sure kills. At 50 s the first threat, which nobody can meet, hits the battery: a launch a
    millisecond before counts, though it meets its threat later; one at 50 s does not."""
    rows = [
        '{threat = "late", battery = "a", interceptor = "x", launch_s = 50, intercept_s = 60}',
        '{threat = "soon", battery = "a", interceptor = "x", launch_s = 49.999, intercept_s = 60}',
    ]
    scenario = "\n".join(
        [
            "threat.m = {}",
            "asset.town = {}",
            'raid.first = {class = "m", count = 1, start_s = 0, impact_s = 50, '
            'asset = "battery.a"}',
            'raid.late = {class = "m", count = 1, start_s = 0, asset = "town"}',
            'raid.soon = {class = "m", count = 1, start_s = 0, asset = "town"}',
            "interceptor.x = {}",
            "battery.a = {magazine = {x = 9}}",
            "architecture.one = {join = 'all'}",
            "opportunities.rows = [",
            *(f"  {row[:-1]}, sspk = 1}}," for row in rows),
            "]",
        ]
    )
    result = counted(scenario, trials=64)
    assert causes(result, "one") == {"no_opportunity": 64, "lost": 64, "killed": 64}


def test_a_battery_takes_its_own_radar_with_it_and_leaves_a_shared_one() -> None:
    """North's own radar is gone with north: south, which fires on it, is blind. A radar that both
    call their own stays."""
    cells = '[architecture.one.cells.all]\nbatteries = ["a", "b"]\n'
    base = text({"m1": "battery.a", "m2": "town"}, cells, sensors="s", kill=0)
    own = base.replace("battery.a = {", 'battery.a = {sensors = ["s"], ')
    shared = own.replace("battery.b = {", 'battery.b = {sensors = ["s"], ')
    assert causes(counted(own, 64), "one")["lost"] == 64
    assert causes(counted(shared, 64), "one") == {"missed": 128}


def _rows(schedule: object) -> int:
    arrays = schedule.arrays  # type: ignore[attr-defined]
    return sum(array_at(arrays.losses, path).size for path, _ in declared(LossRows))


def test_who_flies_at_no_battery_and_no_sensor_pays_nothing() -> None:
    """No row, and no feature, by which no instruction is traced; `losses = false` neither."""
    plain = text({"m1": "town", "m2": "town"}, 'architecture.both = {join = "all"}', sensors="s")
    aimed = text(
        {"m1": "town", "m2": "sensor.s"}, 'architecture.both = {join = "all"}', sensors="s"
    )
    off = "engagement.losses = false\n" + aimed
    for scenario, used in ((plain, False), (aimed, True), (off, False)):
        builder = Builder(mcdefense.loads(scenario))
        schedule = builder.schedule(builder.world(1, 0))
        assert schedule.features.losses == used
        assert (_rows(schedule) > 0) == used
        assert (schedule.sizes.losses > 0) == used
    small = Builder(mcdefense.load(ROOT / "mcdefense" / "run" / "small.toml"))
    schedule = small.schedule(small.world(1, 0))
    assert not schedule.features.losses
    assert _rows(schedule) == 0
    sizes = {f.name: getattr(schedule.sizes, f.name) for f in fields(schedule.sizes)}
    assert [n for n in ("impacts", "loss_rows", "parts", "losses") if sizes[n]] == []


def test_worlds_with_impacts_and_worlds_without_run_side_by_side() -> None:
    """Each counts what it counts alone: with the first raid of a run small or large."""
    raid = text({"m1": "battery.a", "m2": "town"}, TWINS)
    scenario = mcdefense.loads(raid.replace("count = 1", "count = { poisson = 0.5 }", 1))
    whole = mcdefense.simulate(scenario, worlds=24, trials_per_world=40, seed=SEED).tally
    came = whole["live_at_asset"][:, whole.axes.asset.index("battery.a")] > 0
    assert 3 < np.count_nonzero(came) < 21
    for number in (np.flatnonzero(came)[0], np.flatnonzero(~came)[0], 23):
        alone = Simulator(scenario, SEED, 40).simulate(np.array([number])).tally
        for name in ("leaked", "outcome_by_world", "rounds_fired_by_world"):
            assert np.array_equal(alone[name][0], whole[name][number]), (name, number)
