"""Every figure of the exact checks, a to c (shots, layers, magazine), to its printed digits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from mcdefense.statistics.closed_forms import (
    distribution,
    layers,
    magazine,
    shots,
)
from mcdefense.statistics.closed_forms.layers import Layer

mean = distribution.mean


def printed(value: float, digits: int = 10) -> Any:
    """A figure printed with so many decimals: half a unit of the last is allowed."""
    return pytest.approx(value, rel=0, abs=0.51 * 10.0**-digits)


@pytest.mark.parametrize(
    ("threats", "kill", "each", "track", "leak", "expected", "p0", "p1"),
    [
        (4, 0.8, 2, 1, 0.04, 0.16, 0.8493465600, 0.1415577600),
        (10, 0.7, 4, 0.98, 0.027938, 0.27938, 0.7532509005, 0.2164915783),
        (20, 0.5, 3, 0.95, 0.16875, 3.375, 0.0248103657, 0.1007338157),
        (100, 0.9, 2, 1, 0.01, 1.0, 0.3660323413, 0.3697296376),
    ],
)
def test_a_independent_shots(
    threats: int,
    kill: float,
    each: int,
    track: float,
    leak: float,
    expected: float,
    p0: float,
    p1: float,
) -> None:
    assert shots.leak_probability(kill, each, track) == printed(leak)
    pmf = shots.leakers(threats, kill, each, track)
    assert mean(pmf) == printed(expected)
    assert pmf[:2] == printed(np.array([p0, p1]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("threats", "kill", "wanted", "real", "whole", "achieved"),
    [
        (4, 0.8, 0.80, 1.810569, 2, 0.84934656),
        (10, 0.7, 0.95, 4.381614, 5, 0.97596401),
        (20, 0.5, 0.90, 7.572320, 8, 0.92470733),
    ],
)
def test_a_shots_needed(
    threats: int, kill: float, wanted: float, real: float, whole: int, achieved: float
) -> None:
    needed = shots.shots_needed(threats, kill, wanted)
    assert needed == printed(real, 6)
    assert math.ceil(needed) == whole
    assert shots.leakers(threats, kill, whole)[0] == printed(achieved, 8)


def test_a_sizing_can_be_infeasible() -> None:
    assert shots.shots_needed(10, 0.7, 0.95, track=0.99) == math.inf
    assert shots.shots_needed(10, 0.7, 0.90, track=0.99) < math.inf


def test_a_shoot_look_shoot() -> None:
    assert shots.shoot_look_shoot_rounds(10, 0.8, (1, 1)) == printed(12)
    assert shots.leak_probability(0.8, 2) == printed(0.04)
    assert shots.shoot_look_shoot_rounds(10, 0.7, (2, 2)) == printed(21.8)
    assert shots.shoot_look_shoot_rounds(10, 0.7, (2, 1, 1)) == printed(21.17)
    assert shots.leak_probability(0.7, 4) == printed(0.0081)
    assert shots.p_enough_for_two_looks(10, 0.8, 14) == printed(0.96720650, 8)
    assert shots.p_enough_for_two_looks(10, 0.8, 13) < 0.95


def test_a_level_of_the_coin() -> None:
    threat = shots.p_no_leakers_with_track_coin(10, 0.8, 2, 0.95, once_per_raid=False)
    raid = shots.p_no_leakers_with_track_coin(10, 0.8, 2, 0.95, once_per_raid=True)
    assert (threat, raid) == (printed(0.3980598576), printed(0.6315910042))
    assert 10 * shots.leak_probability(0.8, 2, 0.95) == printed(0.88)


@pytest.mark.parametrize(
    ("threats", "given", "leak", "p0", "rounds"),
    [
        (10, [(1, 0.8, 1), (1, 0.8, 1)], 0.04, 0.6648326360, [10, 2]),
        (
            20,
            [(1, 0.7, 1), (0.9, 0.8, 2), (1, 0.5, 1)],
            0.0204,
            0.6621791912,
            [20, 10.8, 0.816],
        ),
        (50, [(0.6, 0.9, 1), (1, 0.7, 2)], 0.0414, 0.1207455774, [30, 46]),
        (12, [(1, 0.5, 2)] * 3, 0.015625, 0.8278028278, [24, 6, 1.5]),
    ],
)
def test_b_layers(
    threats: int, given: list[tuple[float, float, int]], leak: float, p0: float, rounds: list[float]
) -> None:
    stack = [Layer(*layer) for layer in given]
    assert layers.leak_probability(stack) == printed(leak)
    assert layers.leakers(threats, stack)[0] == printed(p0)
    assert layers.rounds_by_layer(threats, stack) == pytest.approx(rounds, abs=1e-10)


@pytest.mark.parametrize(
    ("engagement", "expected", "p0", "rounds", "exhausted"),
    [
        (magazine.waves(10, 16, 0.7, (2,)), 1.74, 0.1363454074, 16, 1),
        (magazine.waves(10, 16, 0.7, (2,), "fill"), 2.72, 0, 16, 1),
        (
            magazine.waves(10, 16, 0.7, (1, 1)),
            0.9086324389,
            0.3885856639,
            12.9876679444,
            0.0473489874,
        ),
        (
            magazine.waves(10, 16, 0.7, (1, 1, 1)),
            0.4018717958,
            0.7120497664,
            13.7116117203,
            0.2098771590,
        ),
        (
            magazine.unlimited_looks(10, 16, 0.7),
            0.2843368712,
            0.8246866307,
            13.8795187555,
            0.2783785598,
        ),
        (
            magazine.waves(6, 15, 0.7, (2, 2), "fill"),
            0.0801536466,
            0.9275925821,
            12.9594148855,
            0.0951533896,
        ),
        (
            magazine.waves(6, 15, 0.7, (2, 2), "even"),
            0.0743545888,
            0.9313611454,
            12.9594148855,
            0.0951533896,
        ),
        (
            magazine.waves(20, 24, 0.8, (1, 1)),
            1.3585904690,
            0.3397890258,
            23.3017619138,
            0.5885511380,
        ),
        (magazine.waves(6, 10, 0.6, (1, 1)), 0.9870336, 0.3482403840, 8.3549440000, 0.1792),
        (
            magazine.waves(6, 10, 0.6, (1, "rest")),
            0.7015071744,
            0.5494957056,
            9.8133760000,
            0.9533440000,
        ),
    ],
)
def test_c_finite_magazine(
    engagement: magazine.Engagement, expected: float, p0: float, rounds: float, exhausted: float
) -> None:
    assert engagement.leakers.sum() == pytest.approx(1, abs=1e-12)
    assert engagement.expected_leakers == printed(expected)
    assert engagement.p_no_leakers == printed(p0)
    assert engagement.expected_rounds == printed(rounds)
    assert engagement.p_exhausted == printed(exhausted)


def test_c_best_of_two_rounds_is_one_each_then_the_rest() -> None:
    assert magazine.least_expected_leakers(6, 10, 0.6, 2) == printed(0.7015071744)
    assert magazine.least_expected_leakers(6, 10, 0.6, 1) > 0.75


@pytest.mark.parametrize("threats", [1, 3, 6])
@pytest.mark.parametrize("rounds", [0, 2, 5, 11])
@pytest.mark.parametrize("given_looks", [1, 2, 3])
def test_c_wave_and_sequential_leave_the_same_leakers(
    threats: int, rounds: int, given_looks: int
) -> None:
    wave = magazine.waves(threats, rounds, 0.6, (1,) * given_looks)
    row = magazine.sequential(threats, rounds, 0.6, (1,) * given_looks)
    assert wave.leakers == pytest.approx(row.leakers, abs=1e-12)
    for engagement in (wave, row):
        fewer = threats - 0.6 * engagement.expected_rounds
        assert engagement.expected_leakers == pytest.approx(fewer, abs=1e-12)
