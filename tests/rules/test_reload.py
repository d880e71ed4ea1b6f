"""Magazines that are filled up during the raid (rule 41, `reload`), against enumeration.

Probabilities are held within 4 standard errors: one comparison in 16,000 alarms falsely.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

import mcdefense
from mcdefense.contract import ReloadRows, array_at, declared
from mcdefense.errors import InputError
from mcdefense.rules import put_in
from mcdefense.schedule import Builder
from mcdefense.statistics import TALLY_DIMENSIONS, Result
from tests.support.validation_store import ROOT

TRIALS, SEED = 20_000, 5
K = 0.7
"""Probability that a round kills."""
ONE = 'architecture.one = { join = "all" }'


def text(
    reload: str,
    *,
    threats: int = 2,
    rounds: int = 1,
    looks: tuple[float, ...] = (0,),
    architectures: str = ONE,
    more: str = "",
    later: float = 0,
) -> str:
    """Threats one after the other, 100 s apart, at which battery a may fire at these times after
    their starts; each look is over 10 s after its launch. All times are `later`."""
    rows = [
        f'{{ threat = "w{n}", battery = "a", interceptor = "x", launch_s = {launch}, '
        f"intercept_s = {launch + 5}, sspk = {K} }},"
        for n in range(threats)
        for launch in looks
    ]
    waves = [
        f'raid.w{n} = {{ class = "m", count = 1, start_s = {100 * n + later}, impact_s = 90 }}'
        for n in range(threats)
    ]
    return "\n".join(
        [
            "threat.m = {}",
            *waves,
            "interceptor.x = {}",
            f"[battery.a]\nmagazine = {{ x = {rounds} }}",
            f"reload.x = {{ {reload} }}" if reload else "",
            "[doctrine.every]\nassessment_s = 5\nchoice = 'first'",
            "[opportunities]\nrows = [",
            *rows,
            "]",
            "[architecture]" if architectures == ONE else "",
            ONE.removeprefix("architecture.") if architectures == ONE else architectures,
            more,
        ]
    )


def counted(scenario: str, trials: int = TRIALS) -> Result:
    loaded = mcdefense.loads(scenario)
    return mcdefense.simulate(loaded, worlds=1, trials_per_world=trials, seed=SEED)


def hold(result: Result, exact: float, architecture: str = "one") -> None:
    """Leakers a raid are these, within 4 standard errors."""
    tally, a = result.tally, result.tally.axes.architecture.index(architecture)
    trials = tally.trials
    mean = tally["leaked"][0, a, -1] / trials
    error = np.sqrt((tally["leakers_squared"][0, a, -1] / trials - mean**2) / trials)
    assert abs(mean - exact) < 4 * max(error, 1e-12), (architecture, mean, exact)


def rounds(result: Result, name: str, architecture: str = "one") -> float:
    """Rounds a trial of the one magazine."""
    a = result.tally.axes.architecture.index(architecture)
    return float(result.tally[name][a].sum()) / result.tally.trials


MISS = 1 - K


def test_a_round_put_in_between_two_threats_is_fired_at_the_second() -> None:
    """One round and two threats: 2 (1 - k) with a reload between them, (1 - k) + 1 without."""
    hold(counted(text("rounds = 1, at_s = [50]")), 2 * MISS)
    hold(counted(text("")), MISS + 1)
    hold(counted(text("rounds = 1, at_s = [150]")), MISS + 1)


@pytest.mark.parametrize(("at", "exact"), [("100", 2 * MISS), ("100.001", MISS + 1)])
def test_a_reload_comes_before_a_launch_at_its_time(at: str, exact: float) -> None:
    hold(counted(text(f"rounds = 1, at_s = [{at}]")), exact)


def test_a_store_of_one_round_fills_up_once() -> None:
    """Three threats, a reload before each: the store serves the second, the third meets nothing."""
    result = counted(text("rounds = 1, at_s = [50, 150], stock = 1", threats=3))
    hold(result, 2 * MISS + 1)
    assert rounds(result, "rounds_reloaded") == 1
    hold(counted(text("rounds = 1, at_s = [50, 150]", threats=3)), 3 * MISS)


def test_a_rate_fills_up_every_so_often_from_its_first_time_on() -> None:
    """Five threats at 0 to 400 s and one round; reloads at 150 and 300 s, or from 50 s on at 50,
    200 and 350 s."""
    hold(counted(text("rounds = 1, every_s = 150", threats=5)), 3 * MISS + 2)
    hold(counted(text("rounds = 1, every_s = 150, from_s = 50", threats=5)), 4 * MISS + 1)


def test_a_full_magazine_takes_nothing() -> None:
    """The store of one round is untouched by a reload before the first launch, and serves the
    second threat; with the reload after it there is one for each."""
    early = counted(text("rounds = 1, at_s = [-1]".replace("-1", "0"), threats=2))
    hold(early, MISS + 1)
    assert rounds(early, "rounds_reloaded") == 0
    both = counted(text("rounds = 1, at_s = [0, 50], stock = 1"))
    hold(both, 2 * MISS)
    assert rounds(both, "rounds_reloaded") == 1


def test_no_more_is_put_in_than_was_fired() -> None:
    """Two looks at each of two threats, two rounds; a reload of nine in between fills up to two.

    Each threat leaks with (1 - k)^2. Fired are 1 + (1 - k) at each, of which what the first took is
    put in.
    """
    result = counted(text("rounds = 9, at_s = [90]", rounds=2, looks=(0, 20)))
    hold(result, 2 * MISS**2)
    put = rounds(result, "rounds_reloaded")
    assert abs(put - (1 + MISS)) < 4 * np.sqrt(MISS * K / TRIALS)
    left = rounds(result, "rounds_left")
    assert abs(left - (1 - MISS)) < 4 * np.sqrt(MISS * K / TRIALS)


def test_one_round_at_a_time_is_all_that_a_reload_puts_in() -> None:
    """As above, with one round put in: the second threat has two rounds with k, else one."""
    result = counted(text("rounds = 1, at_s = [90]", rounds=2, looks=(0, 20)))
    hold(result, MISS**2 + K * MISS**2 + MISS * MISS)


RAIDS = """
threat.m = {}
raid.w = { class = "m", count = 2, start_s = 0, repeat = 2, every_s = 86400 }
interceptor.x = {}
[battery.a]
magazine = { x = 2 }
%s
[doctrine.every]
salvo = [1]
[opportunities]
rows = [
  { threat = "w", battery = "a", interceptor = "x", launch_s = 0, intercept_s = 5, sspk = 0.7 },
]
[architecture.one]
join = "all"
"""


def test_the_second_raid_has_what_was_put_in_since_the_first() -> None:
    """Two threats and two rounds each day: without a reload all of the second day leak."""
    hold(counted(RAIDS % ""), 2 * MISS + 2)
    hold(counted(RAIDS % "reload.x = { rounds = 2, every_s = 43200 }"), 4 * MISS)
    hold(counted(RAIDS % "reload.x = { rounds = 1, at_s = [40000], stock = 9 }"), 3 * MISS + 1)


CUT = """
[architecture.apart.cells]
a = { batteries = ["a"] }
[architecture.cut]
join = "all"
network = { availability = 0, fallback = "apart", onset_s = %s, dead_time_s = 0 }
[architecture.down]
join = "all"
network = { availability = 0, fallback = "apart" }
"""


@pytest.mark.parametrize("onset", [20, 50, 100, 130])
def test_a_fallback_goes_on_with_the_same_reloads(onset: float) -> None:
    """Whenever the network is lost the one battery fires what it has, and is filled up alike."""
    scenario = text("rounds = 1, every_s = 90", threats=4, architectures=CUT % onset)
    result = counted(scenario, trials=2000)
    tally = result.tally
    leaked = tally["leaked"][0, :, -1]
    assert leaked[0] == leaked[1] == leaked[2]
    for name in ("rounds_fired", "rounds_left", "rounds_reloaded"):
        assert np.array_equal(tally[name][0], tally[name][1]), name
        assert np.array_equal(tally[name][0], tally[name][2]), name
    assert rounds(result, "rounds_reloaded", "cut") > 2


def test_rounds_put_in_are_told_where_the_fallback_loads_others() -> None:
    """The fallback loads one round and is filled up once; the joined defence has three."""
    down = """
[architecture.apart.cells]
a = { batteries = ["a"] }
[architecture.down]
join = "all"
network = { availability = 0.5, fallback = "apart" }
set = { "battery.a.magazine.x" = 3 }
"""
    result = counted(text("rounds = 3, at_s = [50]", architectures=down))
    lost = int(result.tally["network_lost"][0, 1]) / result.tally.trials
    hold(result, 2 * MISS, "down")
    assert rounds(result, "rounds_reloaded", "apart") == 1
    assert rounds(result, "rounds_reloaded", "down") == 1
    assert 0.4 < lost < 0.6
    assert rounds(result, "rounds_loaded", "down") == 3


def test_architectures_may_be_filled_up_each_in_its_way() -> None:
    twins = """
[architecture.slow]
join = "all"
[architecture.fast]
join = "all"
set = { "battery.a.reload.x.every_s" = 90 }
"""
    result = counted(text("rounds = 1, every_s = 150", threats=4, architectures=twins))
    hold(result, 3 * MISS + 1, "slow")  # reloads at 150 and 300 s
    hold(result, 4 * MISS, "fast")


def test_rounds_put_into_a_lost_battery_are_out_of_reach() -> None:
    """A sure leaker hits the battery at 90 s. What is put in, before that or after it, is counted
    among the rounds left, and nothing of it is fired."""
    raid = text("rounds = 1, at_s = [50]", threats=3)
    raid = raid.replace(
        '"m", count = 1, start_s = 0,', '"m", asset = "battery.a", count = 1, start_s = 0,'
    )
    raid = raid.replace("sspk = 0.7", "sspk = 0")
    for at in ("50", "95"):
        result = counted(raid.replace("[50]", f"[{at}]"), trials=64)
        assert rounds(result, "rounds_fired") == 1
        assert rounds(result, "rounds_left") == 1
    unhurt = counted(raid + "\n[engagement]\nlosses = false", trials=64)
    assert rounds(unhurt, "rounds_fired") == 2


def test_all_times_later_is_the_same() -> None:
    """Launches, impacts and reloads 1,000 s later: every count is the same."""
    one, later = (
        counted(text(f"rounds = 1, at_s = [{50 + t}, {120 + t}]", threats=4, later=t), trials=512)
        for t in (0, 1000)
    )
    for name in TALLY_DIMENSIONS:
        assert np.array_equal(one.tally[name], later.tally[name]), name


def test_a_rate_is_the_list_of_its_times() -> None:
    """Bit for bit, also where several reloads come between two launches."""
    rate, listed = (
        counted(text(reload, threats=4, rounds=3, looks=(0, 20)), trials=512)
        for reload in (
            "rounds = 1, every_s = 0.5, from_s = 7, stock = 5",
            f"rounds = 1, at_s = {[7 + 0.5 * n for n in range(800)]}, stock = 5",
        )
    )
    for name in TALLY_DIMENSIONS:
        assert np.array_equal(rate.tally[name], listed.tally[name]), name
    assert rounds(rate, "rounds_reloaded") > 2


def test_put_in_takes_the_least_of_three() -> None:
    for due, there, full, store, exact in (
        (2, 1, 9, 9, 2),
        (9, 1, 4, 9, 3),
        (9, 1, 9, 4, 4),
        (9, 4, 4, 9, 0),
        (9, 1, 9, 0, 0),
    ):
        assert int(put_in(there, full, due, store)) == exact


def _rows(scenario: str) -> tuple[int, list[int], bool]:
    """Rows of the reloads, their sizes, and whether they are traced."""
    builder = Builder(mcdefense.loads(scenario))
    schedule = builder.schedule(builder.world(1, 0))
    reloads = schedule.arrays.reloads
    size = sum(array_at(reloads, path).size for path, _ in declared(ReloadRows))
    names = [f.name for f in fields(schedule.sizes) if f.name.startswith(("reload", "stores"))]
    return size, [getattr(schedule.sizes, n) for n in names], schedule.features.reloads


def test_who_fills_nothing_up_pays_nothing() -> None:
    """No row, and no feature, by which no instruction is traced; nor what comes too late."""
    assert _rows(text("")) == (0, [0, 0, 0], False)
    assert _rows(text("rounds = 1, at_s = [500]")) == (0, [0, 0, 0], False)
    size, sizes, traced = _rows(text("rounds = 1, at_s = [50, 60]"))
    # Two reloads between two launches are one; two opportunities, one store.
    assert (sizes, traced) == ([1, 2, 1], True)
    assert size == 5 * 1 + 2 * 2 + 1
    small = (ROOT / "mcdefense" / "run" / "small.toml").read_text(encoding="utf-8")
    assert _rows(small) == (0, [0, 0, 0], False)


def test_rounds_that_cannot_be_counted_are_refused() -> None:
    """1,400 threats at each of which eleven launches may fire fifteen rounds."""
    rows = ", ".join(
        f'{{ threat = "w", battery = "a", interceptor = "x", launch_s = {n}, '
        f"intercept_s = {n + 1} }}"
        for n in range(11)
    )
    scenario = f"""
threat.m = {{}}
raid.w = {{ class = "m", count = 1400, start_s = [0, 90000], arrival = "regular" }}
interceptor.x = {{ against.m.sspk = 0.5 }}
doctrine.every = {{ salvo = [15] }}
battery.a = {{ magazine = {{ x = 9 }}, reload.x = {{ rounds = 9, every_s = 1 }} }}
architecture.one = {{ join = "all" }}
opportunities.rows = [{rows}]
"""
    builder = Builder(mcdefense.loads(scenario))
    with pytest.raises(InputError) as caught:
        builder.schedule(builder.world(1, 0))
    (fault,) = caught.value.faults
    assert fault.key == "battery.a.reload.x"
    assert fault.message.startswith("got up to 231,000 rounds to fire in a raid, expected at most")
    less = Builder(mcdefense.loads(scenario.replace("every_s = 1 }", "every_s = 1, stock = 99 }")))
    assert less.schedule(less.world(1, 0)).features.counter_bits == 8
