"""Estimates against figures worked out by hand, and against trials looked at one by one."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest

from mcdefense.statistics import ESTIMATE_DIMENSIONS, Result, Tally, Worths, estimate
from mcdefense.statistics.intervals import proportion_interval, rate_interval
from tests.statistics.counted_by_hand import axes, count


def one_class(leakers: list[list[list[int]]], live: int) -> Tally:
    """Tally of leakers [W][N][A] of a single class with the same number live in every trial."""
    x = np.array(leakers)[..., np.newaxis]
    return count(x, np.full((*x.shape[:2], 1), live))


def interval(figures: dict[str, np.ndarray], name: str) -> tuple[float, float, float]:
    value, low, high = (float(figures[name + end].ravel()[0]) for end in ("", "_low", "_high"))
    return value, low, high


def share_interval(successes: float, trials: float) -> tuple[float, float]:
    low, high = proportion_interval(successes, trials)
    return float(low), float(high)


def reach_of_counts(more: int, fewer: int, trials: int, variance: float) -> tuple[float, float]:
    """How far the interval of a difference a trial reaches down and up, of 5 trials.

    `variance` is that of a trial, `more` and `fewer` have the sum and squares of the differences.
    """
    (a, b), (c, d) = rate_interval(more), rate_interval(fewer)
    spread = variance * trials / (more + fewer)
    unit = 2.776445105 / 1.959963985 * math.sqrt(spread)
    imagined = 1.959963985 * math.sqrt(2 * (1 - spread))
    down, up = (math.hypot(more - a, d - fewer), math.hypot(b - more, fewer - c))
    return math.hypot(unit * down, imagined) / trials, math.hypot(unit * up, imagined) / trials


def test_one_world_by_hand() -> None:
    """Five trials of four threats; A lets 2, 0, 1, 3, 0 through, B 1, 0, 0, 1, 0."""
    tally = one_class([[[2, 1], [0, 0], [1, 0], [3, 1], [0, 0]]], live=4)
    found = estimate(tally)
    assert found["expected_leakers"] == pytest.approx([6 / 5, 2 / 5])
    assert found["leak_probability"][:, 0] == pytest.approx([0.3, 0.1])
    assert found["p_no_leakers"] == pytest.approx([2 / 5, 3 / 5])
    assert found["p_at_most"][0] == pytest.approx([0.4, 0.6, 0.8, 1])
    # A: sum of squares 14, so the variance is (14 - 36/5)/4 = 1.7, of the mean 1.7/5
    assert found["sampling_error_within"][0] == pytest.approx(math.sqrt(1.7 / 5))
    assert np.isnan(found["sampling_error_between"]).all()
    assert np.isnan(found["expected_leakers_world_band_low"]).all()
    # as many independent threats as give that variance, cut for Student's t of 4
    size = 0.3 * 0.7 / (1.7 / 5 / 16) * (1.959963985 / 2.776445105) ** 2
    low, high = share_interval(0.3 * size, size)
    assert interval(found, "leak_probability") == pytest.approx((0.3, low, high))
    assert interval(found, "expected_leakers") == pytest.approx((1.2, 4 * low, 4 * high))
    # differences 1, 0, 1, 2, 0: variance .7; sum 4 and squares 6 are those of
    # 5 leakers more and 1 fewer
    down, up = reach_of_counts(5, 1, trials=5, variance=0.7)
    wanted = (-0.8, -0.8 - up, -0.8 + down)  # compare minus baseline
    assert interval(found, "difference_expected_leakers") == pytest.approx(wanted)
    wanted = (-0.2, -0.2 - up / 4, -0.2 + down / 4)
    assert interval(found, "difference_leak_probability_total") == pytest.approx(wanted)
    assert interval(found, "difference_leak_probability") == pytest.approx(wanted)
    # clean: A in trials 2, 5, B in 2, 3, 5: one trial differs, variance .2
    down, up = reach_of_counts(1, 0, trials=5, variance=0.2)
    wanted = (0.2, 0.2 - down, min(0.2 + up, 1.0))
    assert interval(found, "difference_p_no_leakers_by_class") == pytest.approx(wanted)
    assert interval(found, "difference_p_no_leakers") == pytest.approx(wanted)


def test_five_unlike_worlds_by_hand() -> None:
    """Worlds whose trials all leak alike: the world is the sample, with 4 degrees of freedom."""
    means = [1, 2, 3, 4, 5]
    tally = one_class([[[m, 0]] * 50 for m in means], live=10)
    found = estimate(tally)
    assert found["world_expected_leakers"][:, 0] == pytest.approx(means)
    assert found["sampling_error_within"][0] == 0
    assert found["sampling_error_between"][0] == pytest.approx(math.sqrt(2.5 / 5))
    # variance of the share by worlds 2.5/5/100, by independent trials 500/2500^2 250/249
    by_worlds, by_trials = 0.005, 500 / 2500**2 * 250 / 249
    alike = 5 * (by_worlds - by_trials) / 0.21
    bend = 2 / 3 * (2 - by_trials / by_worlds / 2 * (1 - alike)) / (1 + alike)
    power, reach = 0.4 * (1 - bend), 2.776445105 * math.sqrt(by_worlds) / 0.21
    odds = [3 / 7 * (1 + power * t) ** (1 / power) for t in (-reach, reach)]
    low, high = (o / (1 + o) for o in odds)
    assert interval(found, "leak_probability") == pytest.approx((0.3, low, high))
    assert found["expected_leakers_world_band_low"][0] == pytest.approx(1.2)
    assert found["expected_leakers_world_band_high"][0] == pytest.approx(4.8)
    # no skewness of their own, but upwards it leans as the leakers' interval does
    imagined = 1.959963985**2 * 2 / 250**2
    lean = math.sqrt((high - 0.3) / (0.3 - low))
    down, up = (math.sqrt((t * 2.776445105) ** 2 * 2.5 / 5 + imagined) for t in (1, lean))
    wanted = (-3, -3 - up, -3 + down)
    assert interval(found, "difference_expected_leakers") == pytest.approx(wanted)
    assert interval(found, "worlds_helped")[0] == 1
    assert found["difference_world_band_high"][0] == pytest.approx(-1.2)


def test_sampling_errors_add_up_and_part() -> None:
    """Two worlds with trials 0, 2 and 4, 6: within variance 2, between the means 16/2."""
    found = estimate(one_class([[[0, 0], [2, 0]], [[4, 0], [6, 0]]], live=6))
    within, between = found["sampling_error_within"][0], found["sampling_error_between"][0]
    assert within**2 == pytest.approx(2 / 4)
    assert within**2 + between**2 == pytest.approx(8 / 2)


def test_worlds_of_one_trial_are_trials() -> None:
    x = [[[1, 0]], [[0, 0]], [[0, 0]], [[1, 1]], [[0, 0]], [[0, 0]]]
    found = estimate(one_class(x, live=1))
    low, high = share_interval(2, 6)
    assert interval(found, "leak_probability") == pytest.approx((1 / 3, low, high))
    assert interval(found, "p_no_leakers") == pytest.approx((2 / 3, 1 - high, 1 - low))
    assert np.isnan(found["sampling_error_within"]).all()
    assert found["worlds_unclear"] == 1


@pytest.mark.parametrize("worlds", [1, 5])
def test_zero_leakers_take_the_trial_as_the_sample(worlds: int) -> None:
    found = estimate(one_class([[[0, 20]] * 100] * worlds, live=20))
    bound = 1 - 0.05 ** (1 / (100 * worlds))
    for name in ("leak_probability", "leak_probability_reachable", "leak_probability_total"):
        assert interval(found, name) == pytest.approx((0, 0, bound))
    assert interval(found, "expected_leakers") == pytest.approx((0, 0, 20 * bound))
    assert interval(found, "p_no_leakers") == pytest.approx((1, 1 - bound, 1))
    assert found["leak_probability_low"][1, 0] == pytest.approx(1 - bound)
    assert found["leak_probability_high"][1, 0] == 1


def test_the_same_difference_in_every_trial_has_a_width() -> None:
    found = estimate(one_class([[[3, 1]] * 20], live=4))
    reach = 1.959963985 * math.sqrt(2) / 20
    assert interval(found, "difference_expected_leakers") == pytest.approx(
        (-2, -2 - reach, -2 + reach)
    )


def test_no_difference_seen_has_a_width() -> None:
    found = estimate(one_class([[[1, 1], [2, 2], [0, 0], [0, 0]]], live=5))
    bound = 1 - 0.05 ** (1 / 4)
    for name, largest in (
        ("difference_expected_leakers", 5),
        ("difference_leak_probability", 1),
        ("difference_p_no_leakers", 1),
    ):
        assert interval(found, name) == pytest.approx((0, -largest * bound, largest * bound))


def test_one_trial_says_nothing_between_the_ends() -> None:
    found = estimate(one_class([[[1, 3]]], live=4))
    assert interval(found, "leak_probability") == (0.25, 0, 1)
    assert interval(found, "expected_leakers") == (1, 0, 4)
    assert interval(found, "difference_expected_leakers") == (2, -2, 6)
    assert found["worlds_unclear"] == 1


def test_helped_hurt_and_unclear_worlds() -> None:
    helped = [[2, 1], [2, 0], [3, 1]] * 10
    hurt = [[1, 2], [0, 2], [1, 3]] * 10
    unclear = [[1, 2], [2, 1], [0, 0]] * 10
    found = estimate(one_class([helped, hurt, unclear, helped], live=4))
    for name, number in (("worlds_helped", 2), ("worlds_hurt", 1), ("worlds_unclear", 1)):
        low, high = share_interval(number, 4)
        assert interval(found, name) == pytest.approx((number / 4, low, high))


def test_pairs_and_classes_against_the_trials_one_by_one() -> None:
    rng = np.random.default_rng(5)
    live = rng.integers(0, 6, (7, 40, 2))
    live[:3, :, 1] = 0  # a class that some worlds do not have
    leak = np.array([[0.3, 0.2], [0.2, 0.2], [0.1, 0.3]])
    leakers = rng.binomial(live[:, :, np.newaxis, :], leak)
    found = estimate(count(leakers, live))
    trials = leakers.reshape(-1, 3, 2)
    assert found["leak_probability"] == pytest.approx(
        trials.sum(axis=0) / live.reshape(-1, 2).sum(axis=0)
    )
    assert found["expected_leakers_by_class"] == pytest.approx(trials.mean(axis=0))
    assert found["p_no_leakers"] == pytest.approx((trials.sum(axis=2) == 0).mean(axis=0))
    for pair, (a, b) in enumerate([(0, 1), (0, 2), (1, 2)]):
        change = (trials[:, b] - trials[:, a]).sum(axis=1).mean()
        assert found["difference_expected_leakers"][pair] == pytest.approx(change)
    for name in ("leak_probability", "expected_leakers", "p_no_leakers", "worlds_helped"):
        assert np.all(found[name + "_low"] <= found[name])
        assert np.all(found[name] <= found[name + "_high"])


def test_a_part_of_the_threats_has_its_own_denominator() -> None:
    tally = one_class([[[2, 1], [0, 0], [1, 0], [3, 1], [0, 0]]], live=4)
    tally["live_reachable"][0, :, 0] = [10, 20]
    tally["leakers_reachable"][0, :, 0] = [3, 2]
    tally["live_defended"][0, 0] = 0
    tally["leakers_defended"][...] = 0
    found = estimate(tally)
    assert found["leak_probability_reachable"][:, 0] == pytest.approx([0.3, 0.1])
    assert np.isnan(found["leak_probability_defended_high"]).all()
    whole = found["leak_probability_high"] - found["leak_probability_low"]
    part = found["leak_probability_reachable_high"] - found["leak_probability_reachable_low"]
    assert part[0, 0] > whole[0, 0]  # half the threats, same share
    assert part[1, 0] == pytest.approx(whole[1, 0])  # all of them


def test_rounds_cost_and_causes() -> None:
    tally = one_class([[[2, 1], [0, 0]]], live=4)
    tally["rounds_fired"][0, :, :, 0] = [[6, 0], [2, 4]]
    tally["rounds_wasted"][0, 1, 1, 0] = 3
    tally["outcome"][0, 0, [0, 8, 10]] = [1, 1, 6]
    found = estimate(tally, Worths([3.0, 0.5]))
    assert found["expected_rounds_fired"][0, :, 0] == pytest.approx([4, 2])
    assert found["expected_rounds_wasted"][0, :, 0] == pytest.approx([0, 1.5])
    assert found["expected_rounds_cost"] == pytest.approx([13, 0])
    assert found["cause_share"][0, 0, [0, 8, 10]] == pytest.approx([1 / 8, 1 / 8, 3 / 4])
    assert np.isnan(estimate(tally)["expected_rounds_cost"]).all()
    with pytest.raises(ValueError, match="interceptor_cost"):
        estimate(tally, Worths([1.0]))


def test_network_lost() -> None:
    tally = one_class([[[2, 1], [0, 0], [1, 0], [3, 1], [0, 0]]], live=4)
    tally["network_lost"][0, 1] = 2
    tally["leakers_network_lost"][0, 1] = 2
    found = estimate(tally)
    assert np.isnan(found["expected_leakers_network_lost_low"][0])
    assert found["expected_leakers_network_lost"][1] == 1
    assert found["expected_leakers_network_lost_low"][1] == 0
    assert found["expected_leakers_network_lost_high"][1] > 2


def test_no_interval_of_a_network_lost_goes_beyond_the_threats() -> None:
    """One trial shows no spread; all its four threats may leak, and no more."""
    tally = one_class([[[2, 1]]], live=4)
    tally["network_lost"][0, 1] = 1
    tally["leakers_network_lost"][0, 1] = 1
    found = estimate(tally)
    assert found["expected_leakers_network_lost_high"][1] == 4
    assert found["expected_leakers_network_up_high"][0] == 4
    tally["live_squared"][...] += 1  # trials differ in their threats: no limit is known
    assert np.isinf(estimate(tally)["expected_leakers_network_lost_high"][1])


@pytest.mark.parametrize("worlds", [0, 1, 3])
def test_a_run_without_trials_has_no_figures(worlds: int) -> None:
    found = estimate(Tally.zeros(axes(worlds, architectures=3, classes=2)))
    for name in ("leak_probability_low", "expected_leakers", "difference_expected_leakers"):
        assert np.isnan(found[name]).all()
    assert np.all(found["worlds_helped_low"] == 0)
    assert np.all(found["worlds_helped_high"] == 1)


def test_worlds_not_yet_run_do_not_count() -> None:
    tally = one_class([[[m, 0]] * 50 for m in (1, 2, 3, 4, 5)], live=10)
    longer = Tally.zeros(axes(9))
    longer.add_block(slice(0, 5), tally.counts)
    found, wanted = estimate(longer), estimate(tally)
    for name, dimensions in ESTIMATE_DIMENSIONS.items():
        if "world" not in dimensions:
            assert found[name] == pytest.approx(wanted[name], nan_ok=True), name
    assert np.isnan(found["world_expected_leakers"][5:]).all()


def test_names_shapes_and_result() -> None:
    tally = one_class([[[2, 1], [0, 0]]] * 3, live=4)
    found = estimate(tally)
    sizes = {**tally.axes.sizes, "leakers": tally["leakers_histogram"].shape[-1]}
    assert set(found) == set(ESTIMATE_DIMENSIONS)
    for name, array in found.items():
        assert array.dtype == np.float64
        assert array.shape == tuple(sizes[axis] for axis in ESTIMATE_DIMENSIONS[name]), name
    result = Result(tally, found)
    assert result["p_no_leakers"] is found["p_no_leakers"]
    assert result["kills"] is tally["kills"]
    assert result.dimensions("p_at_most") == ("architecture", "leakers")
    assert "trials" in result
    with pytest.raises(KeyError, match="neither"):
        result["nothing"]
    with pytest.raises(KeyError, match="neither"):
        result.dimensions("nothing")


def test_the_room_is_light() -> None:
    """No jax, no scipy until an interval is asked for."""
    code = "import sys, mcdefense.statistics; print({'jax', 'scipy'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
