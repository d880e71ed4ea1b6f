"""The break-even availability: exact values, words for always and never, and its interval."""

from __future__ import annotations

import numpy as np
import pytest

import mcdefense
from mcdefense.scenario import replayed_fallbacks
from mcdefense.statistics import Plans, Tally, estimate, sample_of
from mcdefense.statistics.break_even import break_even, break_even_availability
from mcdefense.statistics.closed_forms import coordination, distribution
from tests.statistics.counted_by_hand import axes

RUNS = 1000


def tally_of(
    lost: np.ndarray, failed: np.ndarray, up: np.ndarray, separate: np.ndarray, trials: int
) -> Tally:
    """Worlds [W] with so many trials, of which `lost` without the network; leakers in those, in
    the others, and of the baseline in all."""
    worlds = len(lost)
    tally = Tally.zeros(axes(worlds))
    leaked = np.stack([separate, failed + up], axis=1)[..., np.newaxis]
    none = np.zeros(worlds, np.int64)
    tally.add_block(
        slice(None),
        {
            "trials": np.full(worlds, trials),
            "leaked": np.repeat(leaked, 2, axis=2),
            "network_lost": np.stack([none, lost], axis=1),
            "leakers_network_lost": np.repeat(
                np.stack([none, failed], axis=1)[..., np.newaxis], 2, axis=2
            ),
        },
    )
    return tally


def with_fallback(
    lost: np.ndarray, up: np.ndarray, without: np.ndarray, separate: np.ndarray, trials: int
) -> Tally:
    """The same with a third architecture, that fires where the network is lost, and its leakers
    `without` it in all trials. In those without the network a hundred leak each, which none does:
    who looks at them is found out."""
    tally = Tally.zeros(axes(len(lost), 3))
    leaked = np.stack([separate, 100 * lost + up, without], axis=1)
    network = np.stack([0 * lost, lost, 0 * lost], axis=1)
    tally.add_block(
        slice(None),
        {
            "trials": np.full(len(lost), trials),
            "live": np.full((len(lost), 1), 10 * trials),
            "leaked": np.repeat(leaked[..., np.newaxis], 2, axis=2),
            "network_lost": network,
            "leakers_network_lost": np.repeat(100 * network[..., np.newaxis], 2, axis=2),
        },
    )
    return tally


def test_exact_values() -> None:
    """Ten threats, 16 rounds, k = .7, unlimited looks."""
    up = distribution.mean(coordination.pooled(10, 16, 0.7))
    separate = distribution.mean(coordination.sectors(10, [8, 8], 0.7))
    fallback = distribution.mean(coordination.random_fire(10, 16, 0.7))
    assert up == pytest.approx(0.2843368712, abs=1e-10)
    assert separate == pytest.approx(1.0823334762, abs=1e-10)
    assert fallback == pytest.approx(3.1313180170, abs=1e-10)
    assert break_even(fallback, separate, up) == pytest.approx(0.7197042888, abs=1e-10)
    assert break_even(10.0, separate, up) == pytest.approx(0.9178649368, abs=1e-10)


def test_always_and_never() -> None:
    assert break_even(1.0, 1.5, 0.5) == 0  # the fallback is no worse than the baseline: always
    assert break_even(1.5, 1.5, 0.5) == 0
    assert break_even(3.0, 1.5, 1.5) == 1  # with the network up nothing is gained: never
    assert break_even(3.0, 1.5, 2.0) == 1
    assert break_even(1.0, 1.5, 1.6) == 1
    assert np.isnan(break_even(np.nan, 1.5, 1.6))


def test_it_is_that_of_the_counts() -> None:
    """100 trials a world, 20 without the network: 3, 1 and 2 leakers a trial give 1/2."""
    every = np.full(4, 1)
    tally = tally_of(20 * every, 60 * every, 80 * every, 200 * every, 100)
    found = estimate(tally)
    assert found["break_even_availability"] == pytest.approx([0.5])
    assert found["break_even_availability_low"] == pytest.approx([0.5])  # all worlds are alike
    assert found["expected_leakers_network_lost"][1] == pytest.approx(3)
    assert found["expected_leakers_network_up"][1] == pytest.approx(1)


def test_a_network_that_was_never_lost_has_none() -> None:
    every = np.full(4, 1)
    found = estimate(tally_of(0 * every, 0 * every, 80 * every, 200 * every, 100))
    assert np.isnan(found["break_even_availability"]).all()


def test_a_single_world_says_nothing_of_its_error() -> None:
    one = np.full(1, 1)
    found = estimate(tally_of(20 * one, 60 * one, 80 * one, 200 * one, 100))
    ends = [found[f"break_even_availability{end}"][0] for end in ("", "_low", "_high")]
    assert ends == [pytest.approx(0.5), 0, 1]


def test_every_plan_counts_by_its_weight() -> None:
    """Plan a: 4, 0 and 2 leakers lost, up and separate; plan b none at all. Weights .5 though
    there are three worlds of a and nine of b: every mean is half that of a, so a* is 1/2."""
    of_a = np.repeat([1, 0], [3, 9])
    tally = tally_of(np.full(12, 20), 80 * of_a, 0 * of_a, 200 * of_a, 100)
    plans = Plans(["a"] * 3 + ["b"] * 9, {"a": 0.5, "b": 0.5})
    found = estimate(tally, plans=plans)
    assert found["expected_leakers_network_lost"][1] == pytest.approx(2)
    assert found["expected_leakers"] == pytest.approx([1, 0.4])
    assert found["break_even_availability"] == pytest.approx([0.5])


@pytest.mark.parametrize("plans", [1, 2])
def test_the_jackknife_covers(plans: int, seed: int) -> None:
    """1,000 runs of 24 worlds whose threat level is gamma distributed: .93 to .97 are asked, less
    than which an interval that covers .95 has in 1 seed of 500. The true a* is 2/3: with the
    network lost 4 units leak, separate 2, up 1; of plan b all of that times three."""
    rng = np.random.default_rng([seed, plans])
    worlds, trials, held = 24, 400, 0
    names = np.array(["a"] * 8 + ["b"] * 16)
    scale = np.where(names == "b", 3.0, 1.0) if plans == 2 else np.ones(worlds)
    weights = {"a": 0.5, "b": 0.5} if plans == 2 else {}
    for _ in range(RUNS):
        level = rng.gamma(4, 0.25, worlds) * scale
        lost = rng.binomial(trials, 0.2, worlds)
        failed = rng.poisson(4 * level * lost)
        up = rng.poisson(level * (trials - lost))
        separate = rng.poisson(2 * level * rng.gamma(100, 0.01, worlds) * trials)
        tally = tally_of(lost, failed, up, separate, trials)
        _, low, high = break_even_availability(sample_of(tally, names, weights), [(0, 1)])
        held += bool(low[0] <= 2 / 3 <= high[0])
    slack = 0.0 if seed == 1 else 0.01
    assert 0.93 - slack <= held / RUNS <= 0.97 + slack, held / RUNS


def test_worlds_whose_network_fails_often_count_as_much_as_others() -> None:
    """Poor worlds lose the network in 80 of 100 trials and good ones in 20. In both the fallback
    lets as many through as the baseline, 8 and 2 a trial, and the network saves some: it pays
    always. Taken together the trials without the network would let 6.8 through, the baseline 5."""
    poor = np.tile([True, False], 10)
    lost = np.where(poor, 80, 20)
    leakers = np.where(poor, 8, 2)
    up = np.where(poor, 6, 1)
    found = estimate(tally_of(lost, leakers * lost, up * (100 - lost), 100 * leakers, 100))
    ends = [found[f"break_even_availability{end}"][0] for end in ("", "_low", "_high")]
    assert ends == [0.0, 0.0, 0.0]
    assert found["expected_leakers_network_lost"][1] == pytest.approx(5)
    assert found["expected_leakers_network_up"][1] == pytest.approx(3.5)
    assert pytest.approx(6.8) == (80 * 8 + 20 * 2) / 100


def test_a_fallback_is_replayed_in_all_trials() -> None:
    """100 trials a world, 20 without the network, and its fallback lets 3 through in each of all
    100; up 1 leaks, separate 2: a* is 1/2. Where nothing is fired all 10 leak: a* is 8/9."""
    every = np.full(4, 1)
    tally = with_fallback(20 * every, 80 * every, 300 * every, 200 * every, 100)
    for fallback, leakers, even in (("architecture_2", 3, 1 / 2), ("none", 10, 8 / 9)):
        found = estimate(tally, fallbacks={"architecture_1": fallback})
        assert found["expected_leakers_network_lost"][1] == pytest.approx(leakers)
        assert found["break_even_availability"][0] == pytest.approx(even)
    own = estimate(tally)
    assert own["expected_leakers_network_lost"][1] == pytest.approx(100)
    assert own["break_even_availability"][0] == pytest.approx(98 / 99)


def test_a_network_that_was_never_lost_has_none_though_its_fallback_is_known() -> None:
    every = np.full(4, 1)
    tally = with_fallback(0 * every, 80 * every, 300 * every, 200 * every, 100)
    found = estimate(tally, fallbacks={"architecture_1": "architecture_2"})
    assert np.isnan(found["break_even_availability"][0])


def test_the_jackknife_covers_with_a_fallback(seed: int) -> None:
    """1,000 runs of 24 worlds, whose networks are lost in one trial of twenty: .93 to .97 are
    asked, less than which an interval that covers .95 has in 1 seed of 500. The true a* is 2/3.
    Of the trials in which the network was lost alone the interval is twice as wide, .049."""
    rng = np.random.default_rng([seed, 3])
    worlds, trials, held = 24, 400, 0
    widths = []
    for _ in range(RUNS):
        level = rng.gamma(4, 0.25, worlds)
        lost = rng.binomial(trials, 0.05, worlds)
        up = rng.poisson(level * (trials - lost))
        separate = rng.poisson(2 * level * trials)
        without = rng.poisson(4 * level * trials)
        tally = with_fallback(lost, up, without, separate, trials)
        sample = sample_of(tally, None, None)
        fallbacks = {"architecture_1": "architecture_2"}
        _, low, high = break_even_availability(sample, [(0, 1)], fallbacks)
        held += bool(low[0] <= 2 / 3 <= high[0])
        widths.append(float(high[0] - low[0]))
    slack = 0.0 if seed == 1 else 0.01
    assert 0.93 - slack <= held / RUNS <= 0.97 + slack, held / RUNS
    assert np.mean(widths) < 0.03


NETWORK = """
title = "Who fires without the network"
threat.missile = {{}}
raid.missile = {{ class = "missile", count = 1, start_s = 0 }}
interceptor.round = {{ against = {{ missile = {{ sspk = 0.6 }} }} }}
battery.north = {{ magazine = {{ round = 1 }} }}
asset.town = {{ at_deg = [50.0, 20.0], damage_probability = 1.0 }}
engagement.losses = {losses}
architecture.separate = {{}}
architecture.joined = {{ join = "all", network = {{ availability = 0.9, {network} }} }}
[opportunities]
rows = [
  {{ threat = "missile", battery = "north", interceptor = "round", launch_s = 0, intercept_s = 9 }},
]
"""


@pytest.mark.parametrize(
    ("network", "losses", "expected"),
    [
        ('fallback = "separate"', "false", {"joined": "separate"}),
        ('fallback = "none"', "false", {"joined": "none"}),
        ('fallback = "separate", onset_s = 5', "false", {}),
        ('fallback = "separate", post = "town"', "true", {}),
        ('fallback = "separate", post = "town"', "false", {"joined": "separate"}),
    ],
)
def test_what_is_replayed_in_its_place(network: str, losses: str, expected: dict[str, str]) -> None:
    """A network that is lost during the raid too has trials that no fallback was replayed in."""
    text = NETWORK.format(network=network, losses=losses)
    assert replayed_fallbacks(mcdefense.loads(text)) == expected
