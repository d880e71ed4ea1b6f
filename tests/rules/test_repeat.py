"""Raids in sequence (rule 42, `repeat`): waves that fly again, against enumeration and by hand.

Probabilities are held within 4 standard errors: one comparison in 16,000 alarms falsely.
"""

from __future__ import annotations

import numpy as np
import pytest

import mcdefense
from mcdefense.errors import InputError
from mcdefense.schedule import Builder
from mcdefense.statistics import TALLY_DIMENSIONS, Result
from mcdefense.world import Flight, flights
from tests.system.invariances.transforms import assert_same_counts

TRIALS, SEED = 20_000, 5
K = 0.7
"""Probability that a round kills."""


def text(raid: str, rounds: int = 9, more: str = "") -> str:
    """One battery that can fire once at each threat, as soon as it comes, and kills with K."""
    return f"""
threat.m = {{}}
asset.town = {{}}
asset.port = {{}}
interceptor.x = {{}}
battery.a = {{ magazine = {{ x = {rounds} }} }}
architecture.one = {{ join = "all" }}
{raid}
{more}
[opportunities]
rows = [
  {{ threat = "w", battery = "a", interceptor = "x", launch_s = 0, intercept_s = 5, sspk = {K} }},
]
"""


def counted(scenario: str, worlds: int = 1, trials: int = TRIALS) -> Result:
    loaded = mcdefense.loads(scenario)
    return mcdefense.simulate(loaded, worlds=worlds, trials_per_world=trials, seed=SEED)


def hold(result: Result, raid: int, exact: float) -> None:
    """Leakers of a raid of at most one threat are these, within 4 standard errors."""
    tally = result.tally
    trials = tally.trials
    mean = tally["leakers_by_raid"].sum(axis=(0, 3))[0, raid] / trials
    error = np.sqrt(exact * (1 - exact) / trials)
    assert abs(mean - exact) <= 4 * error, (raid, mean, exact)


ONE = 'raid.w = { class = "m", count = 1, start_s = 0, repeat = 3, every_s = 100 }'


def test_the_second_raid_meets_an_empty_magazine() -> None:
    """One round: 1 - k leak in the first raid, and the threats of the others all leak."""
    result = counted(text(ONE, rounds=1))
    for raid, exact in enumerate((1 - K, 1.0, 1.0)):
        hold(result, raid, exact)


def test_with_rounds_enough_all_raids_are_alike() -> None:
    result = counted(text(ONE))
    for raid in range(3):
        hold(result, raid, 1 - K)


def test_a_threat_of_the_first_raid_is_fired_at_twice_and_costs_the_second_its_round() -> None:
    """Two rounds, two looks at a threat: the second raid has both with k, one with (1 - k)."""
    scenario = text(ONE.replace("repeat = 3", "repeat = 2"), rounds=2)
    again = scenario.splitlines()[-2]
    again = again.replace("launch_s = 0, intercept_s = 5", "launch_s = 20, intercept_s = 25")
    result = counted(scenario.replace("rows = [", f"rows = [\n{again}"))
    miss = 1 - K
    hold(result, 0, miss**2)
    # First look kills (k): one round left, then one look. Else both rounds are gone.
    hold(result, 1, K * miss + miss)


DRAWN = (
    """raid.w = { class = "m", count = [0, 3], start_s = [0, 40], asset = ["town", "port"]%s }"""
)
REPEATED = DRAWN % ", repeat = 3, every_s = 100"


def test_the_first_raid_is_bit_for_bit_the_wave_alone() -> None:
    """Whatever is drawn: what comes, who leaks and what is fired is the same."""
    alone = counted(text(DRAWN % ""), worlds=16, trials=64).tally
    whole = counted(text(REPEATED, rounds=99), worlds=16, trials=64).tally
    assert np.array_equal(whole["live_by_raid"][:, 0], alone["live"])
    assert np.array_equal(whole["leakers_by_raid"][:, :, 0], alone["leaked"][:, :, :-1])
    fired = alone["rounds_fired_by_world"].sum(axis=-1)
    assert np.array_equal(whole["rounds_fired_by_raid"][:, :, 0], fired)
    assert alone["live"].any(axis=0).all()


def by_hand(raid: str, waves: tuple[str, ...]) -> Result:
    """Two batteries whose magazines run short, and coins, against these waves."""
    rows = "\n".join(
        f'  {{ threat = "{wave}", battery = "{battery}", interceptor = "x", launch_s = {launch}, '
        f"intercept_s = {launch + 5}, sspk = {K} }},"
        for wave in waves
        for battery, launch in (("a", 0), ("b", 3), ("a", 30))
    )
    return counted(
        f"""
threat.m = {{ reliability = 0.9 }}
asset.town = {{}}
interceptor.x = {{}}
battery.a = {{ magazine = {{ x = 4 }}, channels = 1 }}
battery.b = {{ magazine = {{ x = 3 }} }}
architecture.apart = {{}}
architecture.joined = {{ join = "all" }}
coin.dud = {{ level = "engagement", effect = "kill", probability = 0.9 }}
coin.hidden = {{ level = "threat", effect = "launch", probability = 0.8 }}
{raid}
[opportunities]
rows = [
{rows}
]
""",
        worlds=2,
        trials=512,
    )


def test_waves_by_hand_are_the_same_bit_for_bit() -> None:
    """Two waves that fly twice, and four waves of which two start later: every count is the same,
    where nothing is drawn of the raid."""
    wave = 'raid.{} = {{ class = "m", count = {}, start_s = {}, arrival = "regular"{} }}'
    again = ", repeat = 2, every_s = 60"
    waves = [wave.format("w", 3, [0, 9], again), wave.format("v", 2, [4, 8], again)]
    starts = (("w", 3, [0, 9]), ("v", 2, [4, 8]), ("w2", 3, [60, 69]), ("v2", 2, [64, 68]))
    repeated = by_hand("\n".join(waves), ("w", "v")).tally
    written = by_hand(
        "\n".join(wave.format(*each, "") for each in starts), ("w", "v", "w2", "v2")
    ).tally
    for name, axes in TALLY_DIMENSIONS.items():
        if "raid" not in axes:
            assert np.array_equal(repeated[name], written[name]), name
    assert 0 < written["leaked"][:, 0, -1].sum() < written["live"].sum()
    assert not written.axes.raids
    assert np.array_equal(repeated["leakers_by_raid"].sum(axis=2), written["leaked"][..., :-1])


def raids(scenario: str, worlds: int) -> list[list[Flight]]:
    builder = Builder(mcdefense.loads(scenario))
    drawn = (builder.world(SEED, number) for number in range(worlds))
    return [flights(builder.scenario, builder.names, world) for world in drawn]


def test_every_raid_draws_anew() -> None:
    """Counts of two raids of a world are independent: 1/16 for each pair of the four counts."""
    worlds = 4_000
    drawn = raids(text(REPEATED), worlds)
    assert all([flight.number for flight in world] == [0, 1, 2] for world in drawn)
    counts = np.array([[flight.member.size for flight in world] for world in drawn])
    for one, other in ((0, 1), (1, 2), (0, 2)):
        found = np.bincount(counts[:, one] * 4 + counts[:, other], minlength=16)
        error = np.sqrt(worlds * 15 / 256)
        assert np.all(np.abs(found - worlds / 16) <= 4 * error)
    for number in range(3):
        times = np.concatenate([world[number].time_s for world in drawn]) - 100.0 * number
        assert times.min() >= 0
        assert times.max() <= 40
        assert abs(times.mean() - 20) <= 4 * 40 / np.sqrt(12 * times.size)
    both = [world for world in drawn if world[0].member.size == world[1].member.size == 3]
    assert all(np.any(w[0].time_s != w[1].time_s - 100) for w in both)


def test_all_raids_of_a_world_are_of_its_plan() -> None:
    wave = 'raid.{} = {{ class = "m", count = 1, start_s = 0, repeat = 3, every_s = 100 }}'
    plans = 'plan.x = { waves = ["w"] }\nplan.y = { waves = ["v"] }'
    drawn = raids(text(f"{wave.format('w')}\n{wave.format('v')}", more=plans), 20)
    kinds = [{flight.wave for flight in world} for world in drawn]
    assert all(len(world) == 3 for world in drawn)
    assert {frozenset(kind) for kind in kinds} == {frozenset("w"), frozenset("v")}


def test_a_raid_is_as_any_other_at_another_time() -> None:
    """All times later by 1000 s: the same counts."""
    wave = 'raid.w = {{ class = "m", count = 2, start_s = {}, repeat = 3, every_s = {} }}'
    one, later = (
        counted(text(wave.format(start, 77), rounds=4), trials=512).tally for start in (0, 1000)
    )
    assert_same_counts(one, later)


def test_one_that_flies_once_costs_nothing() -> None:
    """`repeat = 1` is the same schedule, and nothing is counted by raid."""
    wave = 'raid.w = {{ class = "m", count = [1, 3], start_s = [0, 9]{} }}'
    made = []
    for more in ("", ", repeat = 1", ", repeat = 1, every_s = 9"):
        builder = Builder(mcdefense.loads(text(wave.format(more))))
        made.append(builder.schedule(builder.world(SEED, 0)).digest)
    assert len(set(made)) == 1
    result = counted(text(wave.format("")), trials=8)
    assert not result.tally.axes.raids
    assert result.tally["leakers_by_raid"].size == 0
    assert "raid" not in mcdefense.to_xarray(result, "tally")


@pytest.mark.parametrize(
    ("keys", "key", "message"),
    [
        ("repeat = 0", "repeat", "got 0, expected a whole number of raids in sequence, 1 to 1,000"),
        (
            "repeat = 1.5, every_s = 9",
            "repeat",
            "got 1.5, expected a whole number of raids in sequence, 1 to 1,000",
        ),
        ("repeat = 2", "every_s", "got repeat = 2 without every_s, expected both"),
        ("every_s = 9", "repeat", "got every_s without repeat, expected both"),
        ("repeat = 2, every_s = 0", "every_s", "got 0, expected a number from 0.001 to 1e+07"),
        (
            "repeat = 2, every_s = 2e7",
            "every_s",
            "got 20000000.0, expected a number from 0.001 to 1e+07",
        ),
    ],
)
def test_bad_repeats_are_refused(keys: str, key: str, message: str) -> None:
    wave = f'raid.w = {{ class = "m", count = 1, start_s = 0, {keys} }}'
    with pytest.raises(InputError) as caught:
        mcdefense.loads(text(wave))
    (fault,) = caught.value.faults
    assert fault.key == f"raid.w.{key}"
    assert fault.message == message


@pytest.mark.parametrize(
    ("wave", "more", "key", "message"),
    [
        (
            "count = 1, start_s = 9e9, repeat = 200, every_s = 1e7",
            "",
            "raid.w.every_s",
            "got a last raid at 1.099e+10 s, expected 1e+10 s or earlier",
        ),
        (
            "count = 3000, start_s = 0, repeat = 7, every_s = 9",
            "",
            "raid",
            "got up to 21,000 objects, expected at most 20,000",
        ),
        (
            "count = 1, start_s = 0, repeat = 7, every_s = 9",
            'uncertainty.u = { paths = ["raid.w.repeat"], distribution = "uniform", low = 1, '
            "high = 2 }",
            "uncertainty.u.paths[0]",
            "got 'raid.w.repeat', expected a number other than how often a wave flies: that is the "
            "same in every world",
        ),
    ],
)
def test_raids_that_cannot_be_are_refused(wave: str, more: str, key: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        mcdefense.loads(text(f'raid.w = {{ class = "m", {wave} }}', more=more))
    (fault,) = caught.value.faults
    assert (fault.key, fault.message) == (key, message)


def test_bins_of_time_reach_the_last_raid() -> None:
    """Three raids 1000 s apart, whose threats come 5 s after their start: each in a bin of its
    own."""
    wave = 'raid.w = { class = "m", count = 2, start_s = 0, repeat = 3, every_s = 1000 }'
    tally = counted(text(wave, rounds=4), trials=64).tally
    found = tally["live_by_time"].sum(axis=0)
    bins = tally.axes.bin_of(np.array([5_000, 1_005_000, 2_005_000]))
    assert len({*bins.tolist()}) == 3
    assert found[bins].tolist() == [2 * 64] * 3
    assert found.sum() == 3 * 2 * 64
