"""Every figure of the exact checks, d (coordination), to its printed digits."""

from __future__ import annotations

import math
from typing import Any

import pytest

from mcdefense.statistics.closed_forms import (
    coordination,
    distribution,
)

mean = distribution.mean


def printed(value: float, digits: int = 10) -> Any:
    """A figure printed with so many decimals: half a unit of the last is allowed."""
    return pytest.approx(value, rel=0, abs=0.51 * 10.0**-digits)


@pytest.mark.parametrize(
    ("threats", "rounds", "kill", "even", "even_p0", "random", "random_p0", "digits"),
    [
        (10, 10, 0.8, 2.0, 0.1073741824, 4.3438845422, 0.0000389639, 10),
        (10, 20, 0.8, 0.4, 0.6648326360, 1.8869332916, 0.0787276933, 10),
        (6, 18, 0.5, 0.75, 0.4487953186, 1.2530175515, 0.2074302151, 10),
        (50, 100, 0.7, 4.5, 0.0089550830, 12.2084772559, 2.38e-8, 10),
    ],
)
def test_d_coordinated_and_random_fire(
    threats: int,
    rounds: int,
    kill: float,
    even: float,
    even_p0: float,
    random: float,
    random_p0: float,
    digits: int,
) -> None:
    together = coordination.even_fire(threats, rounds, kill)
    apart = coordination.random_fire(threats, rounds, kill)
    assert (mean(together), together[0]) == (printed(even, digits), printed(even_p0, digits))
    assert (mean(apart), apart[0]) == (printed(random, digits), printed(random_p0, digits))
    assert mean(apart) == pytest.approx(threats * (1 - kill / threats) ** rounds, abs=1e-12)


def test_d_random_fire_is_the_occupancy_formula() -> None:
    threats, rounds, kill = 6, 9, 0.6
    pmf = coordination.random_fire(threats, rounds, kill)
    for m in range(threats + 1):
        formula = math.comb(threats, m) * sum(
            (-1) ** j * math.comb(threats - m, j) * (1 - kill * (m + j) / threats) ** rounds
            for j in range(threats - m + 1)
        )
        assert pmf[m] == pytest.approx(formula, abs=1e-12)
    assert coordination.random_fire(50, 100, 0.7)[0] == pytest.approx(2.38e-8, abs=0.5e-10)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (1, 1.08),
        (2, 1.08),
        (3, 1.82044444),
        (4, 2.14207500),
        (6, 2.43680476),
        (8, 2.57521109),
        (12, 2.70817470),
        (24, 2.83605066),
    ],
)
def test_d_cells(cells: int, expected: float) -> None:
    assert coordination.cells_expected_leakers(12, 24, 0.7, cells) == printed(expected, 8)


def test_d_cells_must_share_out() -> None:
    with pytest.raises(ValueError, match="can't be shared"):
        coordination.cells_expected_leakers(12, 24, 0.7, 5)


@pytest.mark.parametrize(
    ("threats", "rounds", "kill", "number", "one", "one_p0", "apart", "apart_p0", "net"),
    [
        (10, 16, 0.7, 2, 0.28433687, 0.82468663, 1.08233348, 0.43724463, 0.91786494),
        (10, 16, 0.7, 4, 0.28433687, 0.82468663, 2.03309653, 0.13219491, 0.82000614),
        (20, 32, 0.8, 4, 0.00875135, 0.99394648, 1.48384077, 0.33200870, 0.92621324),
        (20, 40, 0.8, 4, 0.00000633, 0.99999497, 0.47495644, 0.72840734, None),
    ],
)
def test_d_sectors_and_pool(
    threats: int,
    rounds: int,
    kill: float,
    number: int,
    one: float,
    one_p0: float,
    apart: float,
    apart_p0: float,
    net: float | None,
) -> None:
    pool = coordination.pooled(threats, rounds, kill)
    sectors = coordination.sectors(threats, [rounds // number] * number, kill)
    assert (mean(pool), pool[0]) == (printed(one, 8), printed(one_p0, 8))
    assert (mean(sectors), sectors[0]) == (printed(apart, 8), printed(apart_p0, 8))
    assert sectors.sum() == pytest.approx(1, abs=1e-12)
    if net is not None:
        even = coordination.network_break_even(threats, mean(sectors), mean(pool))
        assert even == printed(net, 8)


def test_d_missions() -> None:
    right = coordination.sectors(20, (8, 24), 0.8, (0.3, 0.7))
    wrong = coordination.sectors(20, (8, 24), 0.8, (0.5, 0.5))
    assert (mean(right), mean(wrong)) == (printed(0.77784364, 8), printed(3.67572159, 8))
    assert mean(coordination.pooled(20, 32, 0.8)) == printed(0.00875135, 8)


@pytest.mark.parametrize(
    ("reserve", "expected"),
    [(0, 1.26977627), (3, 0.51461930), (6, 0.22766321), (9, 0.12305177), (18, 0.07289841)],
)
def test_d_partial_pooling(reserve: int, expected: float) -> None:
    own = [(18 - reserve) // 3] * 3
    assert mean(coordination.sectors(12, own, 0.8, reserve=reserve)) == printed(expected, 8)


def test_d_fused_picture() -> None:
    own = (0.6, 0.5, 0.7)
    assert coordination.leak_fused_track(own, 0.8) == printed(0.248)
    assert coordination.leak_own_tracks(own[:1], 0.8) == printed(0.52)
    assert coordination.leak_fused_track(own, 0.8, shots=3) == printed(0.06752)
    assert coordination.leak_own_tracks(own, 0.8) == printed(0.13728)
