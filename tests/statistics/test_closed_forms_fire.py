"""Every figure of the exact checks, a to c (shots, layers, magazine), to its printed digits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mcdefense.statistics.closed_forms import (
    coordination,
    distribution,
    layers,
    magazine,
    shots,
)
from mcdefense.statistics.closed_forms.layers import Layer
from tests.support.case_ids import flat
from tests.support.validation_record import Record

mean = distribution.mean

A = pytest.mark.claim("a", "Independent shots: closed forms", oracle="figures computed beforehand")
B = pytest.mark.claim("b", "Layers: closed forms", oracle="figures computed beforehand")
C = pytest.mark.claim("c", "A finite magazine: closed forms", oracle="figures computed beforehand")


@A
@pytest.mark.parametrize(
    ("raid", "exact"),
    [
        ((4, 0.8, 2, 1), (0.04, 0.16, 0.8493465600, 0.1415577600)),
        ((10, 0.7, 4, 0.98), (0.027938, 0.27938, 0.7532509005, 0.2164915783)),
        ((20, 0.5, 3, 0.95), (0.16875, 3.375, 0.0248103657, 0.1007338157)),
        ((100, 0.9, 2, 1), (0.01, 1.0, 0.3660323413, 0.3697296376)),
    ],
    ids=flat,
)
def test_a_independent_shots(
    record: Record,
    raid: tuple[int, float, int, float],
    exact: tuple[float, float, float, float],
) -> None:
    threats, kill, each, track = raid
    leak, expected, p0, p1 = exact
    label = f"W {threats}, k {kill}, n {each}, t {track}"
    found = shots.leak_probability(kill, each, track)
    record.digits(f"{label}: L", exact=leak, estimated=found)
    pmf = shots.leakers(threats, kill, each, track)
    record.digits(f"{label}: E[X]", exact=expected, estimated=mean(pmf))
    record.digits(f"{label}: P(X = 0)", exact=p0, estimated=pmf[0])
    record.digits(f"{label}: P(X = 1)", exact=p1, estimated=pmf[1])


@A
@pytest.mark.parametrize(
    ("threats", "kill", "wanted", "real", "whole", "achieved"),
    [
        (4, 0.8, 0.80, 1.810569, 2, 0.84934656),
        (10, 0.7, 0.95, 4.381614, 5, 0.97596401),
        (20, 0.5, 0.90, 7.572320, 8, 0.92470733),
    ],
)
def test_a_shots_needed(
    record: Record,
    threats: int,
    kill: float,
    wanted: float,
    real: float,
    whole: int,
    achieved: float,
) -> None:
    label, needed = f"W {threats}, k {kill}, C {wanted}", shots.shots_needed(threats, kill, wanted)
    record.digits(f"{label}: n, real", exact=real, estimated=needed, decimals=6)
    record.same(f"{label}: n", exact=whole, estimated=math.ceil(needed))
    found = shots.leakers(threats, kill, whole)[0]
    record.digits(f"{label}: P0 achieved", exact=achieved, estimated=found, decimals=8)


@A
def test_a_sizing_can_be_infeasible(record: Record) -> None:
    needed = shots.shots_needed(10, 0.7, 0.95, track=0.99)
    record.same("W 10, k 0.7, t 0.99, C 0.95: n", exact="inf", estimated=str(needed))
    record.digits("0.99^10", exact=0.904382, estimated=0.99**10, decimals=6)
    assert shots.shots_needed(10, 0.7, 0.90, track=0.99) < math.inf


@A
@pytest.mark.parametrize(
    ("kill", "salvos", "rounds", "barrage", "leak"),
    [
        (0.8, (1, 1), 12.0, 20, 0.04),
        (0.7, (2, 2), 21.8, 40, 0.0081),
        (0.7, (2, 1, 1), 21.17, 40, 0.0081),
    ],
)
def test_a_shoot_look_shoot(
    record: Record, kill: float, salvos: tuple[int, ...], rounds: float, barrage: int, leak: float
) -> None:
    label = f"W 10, k {kill}, salvos {salvos}"
    found = shots.shoot_look_shoot_rounds(10, kill, salvos)
    record.digits(f"{label}: E[rounds]", exact=rounds, estimated=found)
    record.same(f"{label}: rounds of a barrage", exact=barrage, estimated=10 * sum(salvos))
    found = shots.leak_probability(kill, sum(salvos))
    record.digits(f"{label}: L", exact=leak, estimated=found)


@A
def test_a_stock_for_two_looks(record: Record) -> None:
    enough = shots.p_enough_for_two_looks(10, 0.8, 14)
    record.digits("10, .8, 14 rounds: P(enough)", exact=0.9672065, estimated=enough, decimals=8)
    assert shots.p_enough_for_two_looks(10, 0.8, 13) < 0.95


@A
def test_a_level_of_the_coin(record: Record) -> None:
    threat = shots.p_no_leakers_with_track_coin(10, 0.8, 2, 0.95, once_per_raid=False)
    raid = shots.p_no_leakers_with_track_coin(10, 0.8, 2, 0.95, once_per_raid=True)
    record.digits("t 0.95 drawn per threat: P0", exact=0.3980598576, estimated=threat)
    record.digits("t 0.95 drawn per raid: P0", exact=0.6315910042, estimated=raid)
    found = 10 * shots.leak_probability(0.8, 2, 0.95)
    record.digits("t 0.95 either way: E[X]", exact=0.88, estimated=found)


@B
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
    record: Record,
    threats: int,
    given: list[tuple[float, float, int]],
    leak: float,
    p0: float,
    rounds: list[float],
) -> None:
    label, stack = f"W {threats}, {len(given)} layers", [Layer(*layer) for layer in given]
    record.digits(f"{label}: L", exact=leak, estimated=layers.leak_probability(stack))
    record.digits(f"{label}: P0", exact=p0, estimated=layers.leakers(threats, stack)[0])
    found = layers.rounds_by_layer(threats, stack)
    for i, (expected, estimated) in enumerate(zip(rounds, found, strict=True)):
        record.digits(f"{label}: E[rounds {i + 1}]", exact=expected, estimated=estimated)


@C
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
    ids=[
        "barrage, even",
        "salvo 2, fill",
        "wave 1,1",
        "wave 1,1,1",
        "unlimited looks",
        "6,15 wave 2,2 fill",
        "6,15 wave 2,2 even",
        "20,24 wave 1,1",
        "6,10 fixed 1,1",
        "6,10 one, then the rest",
    ],
)
def test_c_finite_magazine(
    record: Record,
    request: pytest.FixtureRequest,
    engagement: magazine.WavesAnswer,
    expected: float,
    p0: float,
    rounds: float,
    exhausted: float,
) -> None:
    label = request.node.callspec.id
    assert engagement.leakers.sum() == pytest.approx(1, abs=1e-12)
    record.digits(f"{label}: E[X]", exact=expected, estimated=engagement.expected_leakers)
    record.digits(f"{label}: P0", exact=p0, estimated=engagement.p_no_leakers)
    record.digits(f"{label}: E[rounds]", exact=rounds, estimated=engagement.expected_rounds)
    record.digits(f"{label}: P(exhausted)", exact=exhausted, estimated=engagement.p_exhausted)


@C
def test_c_best_of_two_rounds_is_one_each_then_the_rest(record: Record) -> None:
    found = magazine.least_expected_leakers(6, 10, 0.6, 2)
    record.digits("6, 10, .6; optimal, 2 rounds: E[X]", exact=0.7015071744, estimated=found)
    assert magazine.least_expected_leakers(6, 10, 0.6, 1) > 0.75


@C
def test_c_unlimited_looks_leave_what_the_stock_did_not_kill(record: Record) -> None:
    walked = magazine.unlimited_looks(10, 16, 0.7).leakers
    assert walked == pytest.approx(coordination.pooled(10, 16, 0.7), abs=1e-12)
    off = float(np.abs(walked - coordination.pooled(10, 16, 0.7)).max())
    label = "10, 16, .7; unlimited looks against max(0, W - Bin(M, k)): largest difference"
    record.digits(label, exact=0.0, estimated=off)


@C
def test_c_wave_and_sequential_leave_the_same_leakers(record: Record) -> None:
    """400 cases: the whole distribution, and E[X] = W - k E[rounds]."""
    cases = [
        (threats, rounds, 0.6, number)
        for threats in range(1, 9)
        for rounds in (0, 1, 2, 3, 5, 7, 8, 11, 13, 16)
        for number in range(1, 6)
    ]
    most = off = 0.0
    for threats, rounds, kill, number in cases:
        wave = magazine.waves(threats, rounds, kill, (1,) * number)
        row = magazine.sequential(threats, rounds, kill, (1,) * number)
        most = max(most, float(np.abs(wave.leakers - row.leakers).max()))
        for engagement in (wave, row):
            fewer = threats - kill * engagement.expected_rounds
            off = max(off, abs(engagement.expected_leakers - fewer))
    record.same("wave and sequential: cases", exact=400, estimated=len(cases))
    record.digits("wave and sequential: largest difference of P(X)", exact=0.0, estimated=most)
    record.digits("E[X] - (W - k E[rounds]): largest", exact=0.0, estimated=off)
