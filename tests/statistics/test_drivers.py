"""Drivers of worlds whose leakers are known exactly: shares, what is seen, where the sign turns.

One threat meets two looks with kill probabilities k1 ~ U(.2, .8) and k2 ~ U(.4, .6), so that it
leaks with probability (1 - k1)(1 - k2). Of the variance .0084333 the first explains .889328, the
second .098814, and their interaction is .011858.
"""

from __future__ import annotations

import numpy as np
import pytest

from mcdefense.statistics import DriverInput, Drivers, WorldMeans, drivers_of
from mcdefense.statistics.best_sum import basis_of, explained_by
from mcdefense.statistics.drivers import Replicates
from mcdefense.statistics.turn import turn_of

FIRST, SECOND, INTERACTION = 0.889328, 0.098814, 0.011858
TRIALS = 400


def worlds_of(worlds: int, seed: int, trials: int = TRIALS) -> tuple[WorldMeans, list[DriverInput]]:
    rng = np.random.default_rng(seed)
    first, second = rng.uniform(0.2, 0.8, worlds), rng.uniform(0.4, 0.6, worlds)
    leaks = (1 - first) * (1 - second)
    mean = rng.binomial(trials, leaks) / trials
    chance = mean * (1 - mean) / (trials - 1)
    inputs = [
        DriverInput("first", "draw", first),
        DriverInput("second", "draw", second),
        DriverInput("nothing", "draw", rng.uniform(0, 1, worlds)),
        DriverInput("constant", "draw", np.ones(worlds)),
    ]
    return WorldMeans(mean, chance, np.full(worlds, float(trials))), inputs


def share(found: Drivers, name: str) -> tuple[float, float, float]:
    one = next(s for s in found.shares if s.name == name)
    return one.value, one.low, one.high


def shares_of(of_worlds: WorldMeans, inputs: list[DriverInput], seed: int) -> Drivers:
    (found,) = drivers_of([of_worlds], inputs, Replicates.of(of_worlds.mean.size, seed))
    return found


def test_the_exact_shares_are_the_integrals() -> None:
    """Var(E[y | k1]) = Var(k1) (1 - E k2)^2, and so on, of uniform numbers."""
    v1, v2 = 0.6**2 / 12, 0.2**2 / 12
    parts = np.array([v1 * 0.5**2, v2 * 0.5**2, v1 * v2])
    assert parts.sum() == pytest.approx(0.0084333, abs=5e-8)
    shares = parts / parts.sum()
    assert shares == pytest.approx([FIRST, SECOND, INTERACTION], abs=5e-7)


def test_shares_of_many_worlds() -> None:
    """At 4.5 standard deviations as simulated (.0040, .0092 and .0014 for 4,096 worlds): of three
    comparisons one fails falsely with probability 2e-5."""
    of_worlds, inputs = worlds_of(4096, seed=11)
    found = shares_of(of_worlds, inputs, seed=1)
    assert [s.name for s in found.shares] == ["first", "second", "nothing"]
    assert share(found, "first")[0] == pytest.approx(FIRST, abs=4.5 * 0.0040)
    assert share(found, "second")[0] == pytest.approx(SECOND, abs=4.5 * 0.0092)
    assert found.remainder[0] == pytest.approx(INTERACTION, abs=4.5 * 0.0014)
    assert found.between == pytest.approx(0.0084333**0.5, rel=0.1)
    assert [s.name for s in found.shares if not s.is_seen] == ["nothing"]
    assert shares_of(of_worlds, inputs, seed=1).shares == found.shares


def test_chance_of_the_trials_is_no_part_of_the_variance() -> None:
    """With 20 trials a world, chance is more than half of the variance that is seen."""
    of_worlds, inputs = worlds_of(4096, seed=12, trials=20)
    assert of_worlds.variance.mean() > 0.0084333
    found = shares_of(of_worlds, inputs, seed=1)
    assert share(found, "first")[0] == pytest.approx(FIRST, abs=0.09)
    blind = WorldMeans(of_worlds.mean, np.zeros(4096), of_worlds.weight)
    assert share(shares_of(blind, inputs, seed=1), "first")[0] < 0.55


def test_intervals_hold_the_shares_and_what_does_nothing_is_not_seen() -> None:
    """Of 60 samples of 512 worlds, each in 49 or more: at a coverage of 93 % fewer come with
    probability 1e-3."""
    held = np.zeros(4, int)
    for number in range(60):
        of_worlds, inputs = worlds_of(512, seed=1000 + number)
        found = shares_of(of_worlds, inputs, seed=number)
        truths = (("first", FIRST), ("second", SECOND))
        for place, (name, truth) in enumerate(truths):
            _, low, high = share(found, name)
            held[place] += low <= truth <= high
        held[2] += found.remainder[1] <= INTERACTION <= found.remainder[2]
        held[3] += not next(s for s in found.shares if s.name == "nothing").is_seen
    assert np.all(held >= 49), held


def test_a_plan_explains_what_lies_between_its_worlds() -> None:
    """Two plans of weights .2 and .8 and the means 1 and 3, and noise of the variance .36: the plan
    has .64 / (.64 + .36) of the variance, by the weights and not by how often it was drawn."""
    rng = np.random.default_rng(3)
    plan = np.repeat(np.array(["storm", "calm"], object), 1000)
    mean = np.where(plan == "storm", 1.0, 3.0) + rng.normal(0, 0.6, 2000)
    weight = np.where(plan == "storm", 0.2, 0.8)
    of_worlds = WorldMeans(mean, np.zeros(2000), weight)
    found = shares_of(of_worlds, [DriverInput("raid plan", "plan", plan)], seed=5)
    assert share(found, "raid plan")[0] == pytest.approx(0.64, abs=0.04)


def test_quantities_together_have_the_drivers_of_each_alone() -> None:
    """Bit by bit but for the remainder, whose sums of products come in another order."""
    first, inputs = worlds_of(512, seed=21)
    second, _ = worlds_of(512, seed=22)
    alike = WorldMeans(np.full(512, 2.0), np.full(512, 0.1), first.weight)
    together = drivers_of([first, alike, second], inputs, Replicates.of(512, 7))
    for one, found in zip((first, alike, second), together, strict=True):
        alone = shares_of(one, inputs, seed=7)
        assert found.shares == alone.shares
        assert (found.between, found.mean) == (alone.between, alone.mean)
        assert found.remainder == pytest.approx(alone.remainder, abs=1e-12, nan_ok=True)


def test_the_best_sum_is_that_of_least_squares() -> None:
    """Of samples of 60 worlds, as numpy's least squares of the weighted columns say, where one
    column follows from others and one is of a single world, which most samples lack."""
    rng = np.random.default_rng(8)
    design = rng.normal(size=(60, 8))
    design[:, 0] = 1.0
    design[:, 6] = design[:, 1] + design[:, 2]
    design[:, 7] = np.arange(60) == 17
    ys = rng.normal(size=(60, 2))
    rows = Replicates.of(60, 1).counts[:50] / 60
    assert 10 < np.sum(rows[:, 17] == 0) < 40
    for weights in rows:
        root = np.sqrt(weights)[:, np.newaxis]
        fit, *_ = np.linalg.lstsq(design * root, ys * root, rcond=None)
        left = weights @ (ys - design @ fit) ** 2
        whole = weights @ (ys - weights @ ys) ** 2
        assert explained_by(basis_of(design), ys, weights) == pytest.approx(
            1 - left / whole, abs=1e-12
        )
    assert basis_of(design).shape == (60, 7)


def sloped(slope: float, seed: int) -> Drivers:
    """Drivers of 128 worlds of two plans of other weights, whose mean rises by the slope along x,
    beside noise of the standard deviation .5."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 1, 128)
    plan = np.repeat(np.array(["storm", "calm"], object), 64)
    of_worlds = WorldMeans(
        slope * x + rng.normal(0, 0.5, 128), np.zeros(128), np.where(plan == "storm", 1.0, 2.0)
    )
    return shares_of(
        of_worlds, [DriverInput("x", "draw", x), DriverInput("raid plan", "plan", plan)], seed
    )


def test_the_direction_is_the_sign_of_the_slope() -> None:
    """A slope of 1 is six of its standard deviations, so that of 40 none is missed or turned with
    probability 1e-3. Without one 5 % of the samples tell a direction: of 200 more than 23, or
    none, come with probability 1e-4."""
    for slope in (1, -1):
        for seed in range(20):
            of = {share.name: share.direction for share in sloped(slope, seed).shares}
            assert of == {"x": slope, "raid plan": None}
    wrong = sum(
        one.direction != 0
        for seed in range(200)
        for one in sloped(0.0, seed).shares
        if one.name == "x"
    )
    assert 1 <= wrong <= 23, wrong


def test_a_direction_needs_no_straight_line_but_a_trend() -> None:
    """A bowl with its least in the middle of the worlds has a share and no direction; x to the
    ninth power has one."""
    x = np.linspace(-1, 1, 200)
    for y, direction in ((x**2, 0), (x**9, 1), (-(x**9), -1)):
        of_worlds = WorldMeans(y, np.zeros(200), np.ones(200))
        (one,) = shares_of(of_worlds, [DriverInput("x", "draw", x)], seed=1).shares
        assert one.is_seen
        assert one.direction == direction


def test_the_remainder_takes_three_worlds_for_each_term() -> None:
    """Four terms for each of two inputs that differ: 24 worlds, which 23 are not."""
    for worlds, known in ((23, False), (24, True)):
        of_worlds, inputs = worlds_of(worlds, seed=5)
        found = shares_of(of_worlds, [inputs[0], inputs[1]], seed=1)
        assert found.worlds_for_remainder == 24
        assert np.isfinite(found.remainder[0]) == known


def test_worlds_that_are_alike_have_no_drivers() -> None:
    rng = np.random.default_rng(4)
    x = DriverInput("x", "draw", rng.uniform(0, 1, 64))
    of_worlds = WorldMeans(np.full(64, 2.0), np.full(64, 0.1), np.ones(64))
    found = shares_of(of_worlds, [x], seed=1)
    assert found.shares == ()
    assert found.between == 0.0


def turned(seed: int, at: float, worlds: int = 400) -> tuple[WorldMeans, DriverInput]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 1, worlds)
    mean = 2.0 * (at - x) + rng.normal(0, 0.5, worlds)
    return WorldMeans(mean, np.zeros(worlds), np.ones(worlds)), DriverInput("x", "draw", x)


def test_where_the_sign_turns() -> None:
    """Of 200 samples whose mean is 0 at x = .6: 93 to 97 % of the intervals hold that. Fewer than
    178 or more than 199 come with probability 2e-3 at 93 or 97 %."""
    held = 0
    for seed in range(200):
        turn = turn_of(*turned(seed, 0.6), Replicates.of(400, seed))
        assert turn.before == 1
        held += turn.low <= 0.6 <= turn.high
    assert 178 <= held <= 199


def test_a_sign_that_stays_has_no_turn() -> None:
    for at, sign in ((1.5, 1), (-0.5, -1)):
        turn = turn_of(*turned(1, at), Replicates.of(400, 1))
        assert np.isnan(turn.value)
        assert (turn.before, turn.clear) == (sign, True)
