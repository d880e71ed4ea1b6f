"""Plans count by their weights: exact cases, and the runs too short for that."""

from __future__ import annotations

import numpy as np
import pytest

from mcdefense.statistics import Plans, Tally, estimate
from tests.statistics.counted_by_hand import count


def tally_of(leakers: np.ndarray, live: int = 9) -> Tally:
    """A tally of `leakers` [W, N, A], all of one class."""
    x = leakers[..., np.newaxis]
    return count(x, np.full((*x.shape[:2], 1), live))


def certain(plans: list[str], trials: int = 4) -> Tally:
    """In plan a the baseline always lets 1 through and compare 0, in plan b 5 and 2."""
    of_plan = {"a": (1, 0), "b": (5, 2), "c": (9, 9)}
    return tally_of(np.array([[of_plan[p]] * trials for p in plans]))


WEIGHTS = {"a": 0.2, "b": 0.8}


@pytest.mark.parametrize("often", [1, 2, 5, 9])
def test_certain_outcomes_by_plan_are_exact(often: int) -> None:
    """Weights .2 and .8, ten worlds: .2 a + .8 b whatever the counts, error 0. With one world of
    plan a its spread is unknown, so it is taken together with b: the mean is exact, the error is
    not 0."""
    plans = ["a"] * often + ["b"] * (10 - often)
    found = estimate(certain(plans), plans=Plans(plans, WEIGHTS))
    assert found["expected_leakers"] == pytest.approx([0.2 * 1 + 0.8 * 5, 0.8 * 2], abs=1e-12)
    assert found["difference_expected_leakers"] == pytest.approx([-0.2 - 0.8 * 3], abs=1e-12)
    assert found["p_no_leakers"] == pytest.approx([0, 0.2], abs=1e-12)
    assert found["leak_probability_total"] == pytest.approx([4.2 / 9, 1.6 / 9], abs=1e-12)
    if 1 < often < 9:
        assert found["sampling_error_within"].tolist() == [0, 0]
        assert found["sampling_error_between"].tolist() == [0, 0]
    else:
        assert (found["sampling_error_between"] > 0.1).all()


def test_without_weights_every_trial_counts_alike() -> None:
    plans = ["a"] * 5 + ["b"] * 5
    found = estimate(certain(plans))
    assert found["expected_leakers"] == pytest.approx([3, 1])
    assert (found["sampling_error_between"] > 0.1).all()


def test_the_variance_is_that_within_plans(seed: int) -> None:
    """sum(w^2 s^2 / n), from the means of the worlds."""
    rng = np.random.default_rng(seed)
    plans = np.array(["a"] * 6 + ["b"] * 9)
    leakers = rng.binomial(9, np.where(plans == "a", 0.2, 0.7)[:, None, None], (15, 20, 2))
    found = estimate(tally_of(leakers), plans=Plans(plans, WEIGHTS))
    means = leakers.mean(axis=1)
    parts = [(0.2, means[plans == "a"]), (0.8, means[plans == "b"])]
    assert found["expected_leakers"] == pytest.approx(sum(w * m.mean(axis=0) for w, m in parts))
    variance = sum(w**2 * m.var(axis=0, ddof=1) / len(m) for w, m in parts)
    errors = found["sampling_error_within"] ** 2 + found["sampling_error_between"] ** 2
    within = found["sampling_error_within"] ** 2
    assert errors == pytest.approx(np.maximum(variance, within))
    change = means[:, 1] - means[:, 0]
    mean = 0.2 * change[plans == "a"].mean() + 0.8 * change[plans == "b"].mean()
    assert found["difference_expected_leakers"] == pytest.approx([mean])


def test_plans_in_proportion_change_no_mean(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plans = ["a"] * 2 + ["b"] * 8
    tally = tally_of(rng.binomial(9, 0.4, (10, 30, 2)))
    by_weight, plain = estimate(tally, plans=Plans(plans, WEIGHTS)), estimate(tally)
    for name in ("expected_leakers", "leak_probability_total", "p_no_leakers", "worlds_helped"):
        assert by_weight[name] == pytest.approx(plain[name])


def test_a_plan_without_a_world_is_left_out() -> None:
    """The weights of the others, 2 : 3, stand in for all."""
    plans = ["a"] * 4 + ["b"] * 4
    found = estimate(certain(plans), plans=Plans(plans, {"a": 0.2, "b": 0.3, "c": 0.5}))
    assert found["expected_leakers"] == pytest.approx([0.4 * 1 + 0.6 * 5, 0.6 * 2])


def test_one_world_of_each_plan_says_how_wide() -> None:
    """Two worlds: compared with each other, as if of one plan."""
    found = estimate(certain(["a", "b"]), plans=Plans(["a", "b"], {"a": 0.5, "b": 0.5}))
    plain = estimate(certain(["a", "b"]))
    for name in ("expected_leakers", "difference_expected_leakers", "sampling_error_between"):
        assert found[name] == pytest.approx(plain[name])
        if name != "sampling_error_between":
            assert found[f"{name}_high"] == pytest.approx(plain[f"{name}_high"])


def test_verdicts_count_by_weight() -> None:
    """Compare saves 1 in plan a, 3 in plan b, none in plan c: margin 2 tells a from b."""
    plans = ["a"] * 3 + ["b"] * 3 + ["c"] * 6
    tally = certain(plans, trials=400)
    weights = {"a": 0.2, "b": 0.3, "c": 0.5}
    near, far = (
        estimate(tally, plans=Plans(plans, weights), margin=margin) for margin in (0.5, 2.0)
    )
    assert near["worlds_helped"] == pytest.approx([0.5])
    assert near["worlds_same"] == pytest.approx([0.5])
    assert far["worlds_helped"] == pytest.approx([0.3])
    assert far["worlds_same"] == pytest.approx([0.7])
    for found in (near, far):
        assert found["worlds_hurt"] == pytest.approx([0])
        assert found["worlds_unclear"] == pytest.approx([0])
        assert 0 < found["worlds_helped_low"][0] < found["worlds_helped"][0]
        assert found["worlds_helped"][0] < found["worlds_helped_high"][0] < 1
        assert 0 < found["worlds_hurt_high"][0] < 0.5
