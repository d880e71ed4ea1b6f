"""Exact checks, a and g: at which level a coin is tossed, and what a whole raid shares.

Each comparison raises a false alarm with probability 6e-5 (validation_record.py).
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from mcdefense.statistics.closed_forms import common_mode, distribution
from mcdefense.statistics.closed_forms import shots as exact_shots
from tests.support.exact_case import Counted, battery, run, scenario, shots, threats, waves
from tests.support.validation_record import Record

pytestmark = pytest.mark.claim(
    "g", "Common causes: the level of a coin, and what a world draws", oracle="beta-binomial, exact"
)
POISSON = pytest.mark.claim("l", "A Poisson raid leaks a Poisson count", oracle="Poisson")
LEVEL = pytest.mark.claim(
    "a", "Same mean, different risk: the level of the track coin", oracle="binomial, exact"
)

COUNT, KILL = 10, 0.8
LAYERS = ("outer", "middle", "inner")


@pytest.fixture(scope="module")
def coins(seed: int) -> Counted:
    """One raid at two rounds each, one at three layers, under coins of several levels."""
    parts = [threats("raid", COUNT), battery("site", 2 * COUNT, "salvo = {raid = [2]}")]
    parts += [threats("layered", 4), *(battery(site, 4) for site in LAYERS)]
    rows = shots("raid", "site", waves(1), KILL)
    for site, shot in zip(LAYERS, waves(3), strict=True):
        rows += shots("layered", site, [shot], KILL)
    tossed = {
        "by_threat": ("threat", 0.95, "launch"),
        "by_raid": ("raid", 0.95, "launch"),
        "by_raid_nine": ("raid", 0.9, "launch"),
        "by_shot": ("engagement", 0.9, "kill"),
        "by_battery": ("battery", 0.9, "kill"),
        "by_type": ("interceptor", 0.9, "kill"),
    }
    for name, (level, probability, effect) in tossed.items():
        parts.append(
            f'coin.{name} = {{level = "{level}", probability = {probability}, '
            f'effect = "{effect}", architectures = ["{name}"]}}'
        )
    architectures = dict.fromkeys(["independent", *tossed], 'join = "all"')
    return run(scenario(parts, rows, architectures), seed, 100_000)


LEAK_OF_TWO = (1 - KILL) ** 2


@pytest.mark.parametrize(
    ("architecture", "pmf", "mean", "p_no_leakers"),
    [
        ("independent", distribution.binomial(COUNT, LEAK_OF_TWO), 0.4, 0.6648326360),
        pytest.param(
            *("by_threat", exact_shots.leakers(COUNT, KILL, 2, 0.95), 0.88, 0.3980598576),
            marks=LEVEL,
            id="by_threat",
        ),
        pytest.param(
            *("by_raid", common_mode.raid_coin(COUNT, LEAK_OF_TWO, 0.95), 0.88, 0.6315910042),
            marks=LEVEL,
            id="by_raid",
        ),
        ("by_raid_nine", common_mode.raid_coin(COUNT, LEAK_OF_TWO, 0.9), 1.36, 0.5983493724),
        # Independent at the same mean as the raid's coin of .9.
        ("by_shot", distribution.binomial(COUNT, 0.136), 1.36, 0.2318128064),
        ("by_battery", common_mode.raid_coin(COUNT, LEAK_OF_TWO, 0.9), 1.36, 0.5983493724),
        ("by_type", common_mode.raid_coin(COUNT, LEAK_OF_TWO, 0.9), 1.36, 0.5983493724),
    ],
)
def test_the_level_of_a_coin(
    coins: Counted, architecture: str, pmf: np.ndarray, mean: float, p_no_leakers: float
) -> None:
    assert distribution.mean(pmf) == pytest.approx(mean)
    assert pmf[0] == pytest.approx(p_no_leakers, abs=1e-10)
    coins.leakers_are(architecture, "raid", pmf)
    coins.variance_is(architecture, "raid", pmf)


@LEVEL
def test_the_mean_alone_does_not_tell_levels_apart(coins: Counted, record: Record) -> None:
    """The comparison can fail by the histogram, where the means are equal."""
    with record.refuses("a coin by raid for one by threat", by="p"):
        coins.leakers_are("by_threat", "raid", common_mode.raid_coin(COUNT, LEAK_OF_TWO, 0.95))


@pytest.mark.parametrize(
    ("architecture", "pmf", "leak"),
    [
        ("independent", distribution.binomial(4, 0.008), 0.008),
        ("by_raid_nine", common_mode.raid_coin(4, 0.008, 0.9), 0.1072),
        ("by_type", common_mode.raid_coin(4, 0.008, 0.9), 0.1072),
        # A coin for each shot, or each battery for all threats: layers fail apart.
        ("by_shot", distribution.binomial(4, 0.28**3), 0.28**3),
    ],
)
def test_three_layers_behind_a_coin(
    coins: Counted, architecture: str, pmf: np.ndarray, leak: float
) -> None:
    assert distribution.mean(pmf) == pytest.approx(4 * leak)
    if leak == 0.1072:
        assert common_mode.layers_behind_coin((0.2,) * 3, 0.9) == pytest.approx(leak)
    coins.leakers_are(architecture, "layered", pmf)


def test_layers_that_fail_battery_by_battery(coins: Counted) -> None:
    """Bin(3, .9) of the layers work in a raid."""
    works = distribution.binomial(3, 0.9)
    pmf = sum(p * distribution.binomial(4, 0.2**n) for n, p in enumerate(works))
    coins.leakers_are("by_battery", "layered", np.asarray(pmf))


def test_a_launch_coin_saves_rounds_and_a_kill_coin_does_not(coins: Counted) -> None:
    for architecture, held in (("by_raid_nine", 0.9), ("by_threat", 0.95), ("by_shot", 1.0)):
        variance = held * (1 - held) * (2 * COUNT) ** 2
        if architecture == "by_threat":
            variance /= COUNT
        fired = coins.rounds(architecture, "site")
        coins.mean_is(f"{architecture}: rounds", fired, 2 * COUNT * held, variance)


# raid: threats, kill probability ~ Beta(a, b), shots; E[X], P0 as printed
SHARED = {
    "two_in_ten": (10, 8, 2, 1, 2.0, 0.2105263158),  # leak ~ Beta(2, 8)
    "one_in_ten": (20, 9, 1, 1, 2.0, 0.3103448276),  # leak ~ Beta(1, 9)
    "two_shots": (10, 8, 2, 2, 0.5454545455, 0.6565585076),
    "four_shots": (5, 7, 3, 4, 0.1048951049, 0.9108712093),
}
POISSON_MEAN, POISSON_LEAK = 6.0, 0.2


@pytest.fixture(scope="module")
def worlds(seed: int) -> Counted:
    """Many worlds of one trial: each draws its kill probabilities, and a raid's size."""
    parts: list[str] = []
    rows: list[str] = []
    against = [f"poisson = {{sspk = {1 - POISSON_LEAK}}}"]
    for name, (count, a, b, salvo, *_) in SHARED.items():
        against.append(f"{name} = {{sspk = 0.5}}")
        parts += [
            threats(name, count),
            battery(name, count * salvo, f"salvo = {{{name} = [{salvo}]}}"),
        ]
        parts.append(
            f'uncertainty.{name} = {{paths = ["interceptor.*.against.{name}.sspk"], '
            f'distribution = "beta", a = {a}, b = {b}}}'
        )
        rows += shots(name, name, waves(1))
    parts.append(f"interceptor.shot = {{against = {{{', '.join(against)}}}}}")
    parts += [threats("poisson", f"{{poisson = {POISSON_MEAN}}}"), battery("poisson", 99)]
    rows += shots("poisson", "poisson", waves(1))
    return run(scenario(parts, rows, {"only": ""}), seed, trials=1, worlds=1000)


def _beta_kill(count: int, a: float, b: float, salvo: int) -> np.ndarray:
    """Leakers if the kill probability ~ Beta(a, b) is shared, from its moments."""
    moments = [common_mode.miss_moment(a, b, salvo * j) for j in range(count + 1)]
    return np.array(
        [
            float(
                math.comb(count, m)
                * sum(
                    (-1) ** j * math.comb(count - m, j) * moments[m + j]
                    for j in range(count - m + 1)
                )
            )
            for m in range(count + 1)
        ]
    )


@pytest.mark.parametrize("name", SHARED)
def test_a_kill_probability_shared_by_a_world(worlds: Counted, name: str) -> None:
    count, a, b, salvo, mean, p_no_leakers = SHARED[name]
    pmf = _beta_kill(count, a, b, salvo)
    assert distribution.mean(pmf) == pytest.approx(mean, abs=1e-10)
    assert pmf[0] == pytest.approx(p_no_leakers, abs=1e-10)
    if salvo == 1:
        assert pmf == pytest.approx(common_mode.beta_leak(count, b, a))
    worlds.leakers_are("only", name, pmf)
    worlds.variance_is("only", name, pmf)


@pytest.mark.parametrize("name", SHARED)
def test_uncertainty_isn_t_independent_luck(worlds: Counted, record: Record, name: str) -> None:
    """The comparison can fail: at the mean kill probability the leakers would be others."""
    count, a, b, salvo, *_ = SHARED[name]
    fixed = distribution.binomial(count, (b / (a + b)) ** salvo)
    with record.refuses("a fixed kill probability for a drawn one"):
        worlds.leakers_are("only", name, fixed)


@POISSON
def test_a_poisson_raid(worlds: Counted) -> None:
    pmf = exact_shots.poisson_raid(POISSON_MEAN, POISSON_LEAK, 30)
    worlds.leakers_are("only", "poisson", pmf)
    kind = worlds.at("threat_class", "poisson")
    live = int(worlds.result.tally["live"][:, kind].sum())
    worlds.mean_is("poisson: live", live, POISSON_MEAN, POISSON_MEAN)


@pytest.mark.slow
def test_twenty_thousand_worlds_of_one_trial(seed: int) -> None:
    """As many as it takes for the spread between worlds to leave 3 % of the leakers."""
    names = ("two_shots", "four_shots")
    parts: list[str] = []
    rows: list[str] = []
    for name in names:
        count, a, b, salvo, *_ = SHARED[name]
        parts += [
            threats(name, count),
            battery(name, count * salvo, f"salvo = {{{name} = [{salvo}]}}"),
            f'uncertainty.{name} = {{paths = ["interceptor.*.against.{name}.sspk"], '
            f'distribution = "beta", a = {a}, b = {b}}}',
        ]
        rows += shots(name, name, waves(1))
    against = ", ".join(f"{name} = {{sspk = 0.5}}" for name in names)
    parts.append(f"interceptor.shot = {{against = {{{against}}}}}")
    many = run(scenario(parts, rows, {"only": ""}), seed, trials=1, worlds=20_000)
    for name in names:
        count, a, b, salvo, *_ = SHARED[name]
        many.leakers_are("only", name, _beta_kill(count, a, b, salvo))
        many.variance_is("only", name, _beta_kill(count, a, b, salvo))


def test_worlds_that_share_their_draws(seed: int, record: Record) -> None:
    """Few worlds of many trials: given its world's draw, each raid is binomial."""
    name, (count, a, b, salvo, *_) = "two_shots", SHARED["two_shots"]
    parts = [
        threats(name, count),
        battery(name, count * salvo, f"salvo = {{{name} = [{salvo}]}}"),
        f"interceptor.shot = {{against = {{{name} = {{sspk = 0.5}}}}}}",
        f'uncertainty.kill = {{paths = ["interceptor.shot.against.{name}.sspk"], '
        f'distribution = "beta", a = {a}, b = {b}}}',
    ]
    text = scenario(parts, shots(name, name, waves(1)), {"only": ""})
    few = run(text, seed, trials=4096, worlds=12)
    assert np.ptp(few.result.parameters["kill"]) > 0.1
    tally = few.result.tally
    for world, kill in enumerate(few.result.parameters["kill"]):
        leak = (1 - float(kill)) ** salvo
        record.mean(
            f"world {world} of 4,096 trials: leakers",
            exact=count * leak,
            estimated=int(tally["leaked"][world, 0, -1]) / 4096,
            standard_error=math.sqrt(count * leak * (1 - leak) / 4096),
        )
