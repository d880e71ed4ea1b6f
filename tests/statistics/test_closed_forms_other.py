"""Every figure of the exact checks, e to h and l (decoys to looks), to its printed digits."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest

from mcdefense.statistics.closed_forms import (
    channels,
    common_mode,
    coordination,
    decoys,
    distribution,
    exchange,
    looks,
    shots,
)

mean = distribution.mean


def printed(value: float, digits: int = 10) -> Any:
    """A figure printed with so many decimals: half a unit of the last is allowed."""
    return pytest.approx(value, rel=0, abs=0.51 * 10.0**-digits)


@pytest.mark.parametrize(
    ("threats", "false", "called", "decoy_called", "kill", "rounds", "expected", "p0", "digits"),
    [
        (5, 20, 0.9, 0.2, 0.8, 20, 0.6489737473, 0.4904222309, 10),
        (5, 20, 1, 1, 0.8, 20, 1.8, 0.0956211316, 10),
        (5, 20, 1, 0, 0.8, 20, 0.008, 0.9920255591, 10),
        (2, 3, 0.9, 0.5, 0.6, 4, 0.817076, 0.341172, 6),
    ],
)
def test_e_decoys_finite_stock(
    threats: int,
    false: int,
    called: float,
    decoy_called: float,
    kill: float,
    rounds: int,
    expected: float,
    p0: float,
    digits: int,
) -> None:
    pmf = decoys.finite_stock_leakers(threats, false, called, decoy_called, kill, rounds)
    assert pmf.sum() == pytest.approx(1, abs=1e-12)
    assert (mean(pmf), pmf[0]) == (printed(expected, digits), printed(p0, digits))


def test_e_decoys_unlimited_stock_and_roc() -> None:
    leak = decoys.unlimited_leak_probability(0.9, 0.8, 2)
    assert 5 * leak == printed(0.68)
    assert (1 - leak) ** 5 == printed(0.4814694242)
    assert decoys.unlimited_rounds(5, 20, 0.9, 0.2, 2) == printed(17)
    called, decoy_called = decoys.binormal(2, 1)
    assert (called, decoy_called) == (printed(0.84134475, 8), printed(0.15865525, 8))


@pytest.mark.parametrize(
    ("fired", "hit", "defenders", "kill", "hughes", "expected", "p0", "normal"),
    [
        (10, 0.8, 12, 0.7, 0, 0.6105323137, 0.6727053590, 0.62543728),
        (20, 0.9, 16, 0.7, 6.8, 6.8008088772, 0.0026981659, 6.80088813),
        (24, 1, 32, 0.7, 1.6, 2.0015548116, 0.3439790599, 2.02513944),
        (8, 0.5, 4, 0.9, 0.4, 0.8142531250, 0.5308351562, 0.83352532),
    ],
)
def test_f_salvo_exchange(
    fired: int,
    hit: float,
    defenders: int,
    kill: float,
    hughes: float,
    expected: float,
    p0: float,
    normal: float,
) -> None:
    pmf = exchange.leakers(fired, hit, defenders, kill)
    assert exchange.deterministic_leakers(fired, hit, defenders, kill) == printed(hughes)
    assert (mean(pmf), pmf[0]) == (printed(expected), printed(p0))
    assert exchange.normal_expected_leakers(fired, hit, defenders, kill) == printed(normal, 8)


def test_f_losses_stay_between_nothing_and_everything() -> None:
    assert exchange.losses(4, 5, 3, 4, 8) == printed(1)
    assert exchange.losses(1, 5, 3, 4, 8) == 0
    assert exchange.losses(40, 5, 3, 4, 8) == 3


def test_g_raid_coin_and_shared_leak() -> None:
    coin = common_mode.raid_coin(10, 0.04, 0.9)
    assert (mean(coin), distribution.variance(coin)) == (printed(1.36), printed(8.64))
    assert coin[0] == printed(0.5983493724)
    assert distribution.binomial(10, 0.136)[0] == printed(0.2318128064)
    for threats, a, b, spread, p0, fixed in (
        (10, 2, 8, 2.90909091, 0.2105263158, 0.1073741824),
        (20, 1, 9, 4.90909091, 0.3103448276, 0.1215766546),
    ):
        pmf = common_mode.beta_leak(threats, a, b)
        assert (mean(pmf), distribution.variance(pmf)) == (printed(2), printed(spread, 8))
        assert pmf[0] == printed(p0)
        assert distribution.binomial(threats, 2 / threats)[0] == printed(fixed)


@pytest.mark.parametrize(
    ("threats", "a", "b", "each", "expected", "p0", "fixed", "fixed_p0"),
    [
        (10, 8, 2, 2, 0.5454545455, 0.6565585076, 0.4, 0.6648326360),
        (5, 7, 3, 4, 0.1048951049, 0.9108712093, 0.0405, 0.9601508071),
    ],
)
def test_g_shared_kill_probability(
    threats: int,
    a: float,
    b: float,
    each: int,
    expected: float,
    p0: float,
    fixed: float,
    fixed_p0: float,
) -> None:
    assert common_mode.beta_kill_expected_leakers(threats, a, b, each) == printed(expected)
    assert common_mode.beta_kill_p_no_leakers(threats, a, b, each) == printed(p0)
    pmf = shots.leakers(threats, a / (a + b), each)
    assert (mean(pmf), pmf[0]) == (printed(fixed), printed(fixed_p0))


def test_g_layers_behind_one_coin() -> None:
    assert common_mode.layers_behind_coin((0.2, 0.2, 0.2), 1.0) == printed(0.008)
    assert common_mode.layers_behind_coin((0.2, 0.2, 0.2), 0.9) == printed(0.1072)


@pytest.mark.parametrize(
    ("number", "load", "blocked"),
    [
        (1, 1, 0.5),
        (2, 1.5, 0.3103448276),
        (4, 4, 0.3106796117),
        (6, 3, 0.0521571153),
        (10, 12, 0.3019250403),
        (16, 10, 0.0223018720),
    ],
)
def test_h_erlang_b(number: int, load: float, blocked: float) -> None:
    assert channels.erlang_b(number, load) == printed(blocked)


@pytest.mark.parametrize(
    ("number", "served", "blocked"),
    [(2, 0.5, 0.2930721971), (4, 0.25, 0.2263208023), (6, 0.2, 0.1115276360)],
)
def test_h_regular_arrivals(number: int, served: float, blocked: float) -> None:
    assert channels.regular_arrivals_blocked(number, served) == printed(blocked)


@pytest.mark.parametrize(
    ("number", "gap", "service", "threats", "served"),
    [(2, 10, 25, 12, 8), (6, 2, 30, 60, 24), (4, 5, 20, 40, 40)],
)
def test_h_all_regular(number: int, gap: int, service: int, threats: int, served: int) -> None:
    assert channels.regular_served(number, gap, service, threats) == served
    share = channels.regular_served(number, gap, service, 6000) / 6000
    assert share == pytest.approx(channels.regular_served_share(number, gap, service), abs=1e-2)


def test_h_window() -> None:
    most = channels.shots_in_window(4, 120, 30)
    assert mean(coordination.pooled(10, most, 0.7)) == printed(0.2843368712)
    under_the_rules = channels.simultaneous_raid(10, 4, 4, 0.7)
    assert (mean(under_the_rules), under_the_rules[0]) == (
        printed(0.5807216638),
        printed(0.5745466342),
    )
    assert channels.leak_probability(0.5, 0.2) == printed(0.6)


@pytest.mark.parametrize(
    ("salvos", "live_called_dead", "dead_called_alive", "leak", "rounds"),
    [(2, 0, 0, 0.09, 1.3), (2, 0.1, 0.2, 0.111, 1.41), (3, 0, 1, 0.027, 3)],
)
def test_l_imperfect_look(
    salvos: int, live_called_dead: float, dead_called_alive: float, leak: float, rounds: float
) -> None:
    assert looks.imperfect_look_leak(0.7, 1, salvos, live_called_dead) == printed(leak)
    fired = looks.imperfect_look_rounds(0.7, 1, salvos, live_called_dead, dead_called_alive)
    assert fired == printed(rounds)


def test_l_imperfect_look_is_the_closed_form() -> None:
    q, al, salvos = 0.3**2, 0.15, 4
    x = q * (1 - al)
    formula = q * al * (1 - x ** (salvos - 1)) / (1 - x) + q * x ** (salvos - 1)
    assert looks.imperfect_look_leak(0.7, 2, salvos, al) == pytest.approx(formula, rel=1e-12)


def test_l_run_in_poisson_raid_and_bound() -> None:
    assert looks.radial_run_in(100, 5, 0.25, 1.2, 10, 5) == 11
    assert looks.radial_run_in(150, 10, 2, 1.5, 10, 5) == 2
    assert shots.poisson_raid(20, 0.1, 60)[0] == printed(math.exp(-2))
    assert mean(shots.poisson_raid(20, 0.1, 60)) == printed(2)
    assert shots.asset_survival(3, 0.1, 0.5) == printed(0.95**3)
    assert (1 - shots.zero_failure_bound(1000)) ** 1000 == printed(0.05)
    assert shots.zero_failure_bound(1000) == pytest.approx(3 / 1000, rel=4e-3)
    bounds = [shots.zero_failure_bound(n) for n in (1, 10, 100)]
    assert all(a > b for a, b in pairwise(bounds))
    assert bounds[0] == printed(0.95)
