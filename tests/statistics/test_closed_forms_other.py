"""Every figure of the exact checks, e to h and l (decoys to looks), to its printed digits."""

from __future__ import annotations

import math
from itertools import pairwise

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
from tests.support.validation_record import Record

mean = distribution.mean

E = pytest.mark.claim("e", "Decoys: closed forms", oracle="figures computed beforehand")
F = pytest.mark.claim("f", "Salvo exchange: closed forms", oracle="figures computed beforehand")
G = pytest.mark.claim("g", "Common causes: closed forms", oracle="figures computed beforehand")
H = pytest.mark.claim("h", "Fire channels: closed forms", oracle="figures computed beforehand")
L = pytest.mark.claim(
    "l",
    "Looks, run-in, Poisson raids, assets: closed forms",
    oracle="figures computed beforehand",
)


@E
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
    record: Record,
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
    label = f"{threats}, {false}, {called}, {decoy_called}, {kill}, M {rounds}"
    record.digits(f"{label}: E[X]", exact=expected, estimated=mean(pmf), decimals=digits)
    record.digits(f"{label}: P0", exact=p0, estimated=pmf[0], decimals=digits)


@E
def test_e_decoys_unlimited_stock_and_roc(record: Record) -> None:
    leak = decoys.unlimited_leak_probability(0.9, 0.8, 2)
    record.digits("5, 20, .9, .2, .8, n 2: E[X]", exact=0.68, estimated=5 * leak)
    record.digits("5, 20, .9, .2, .8, n 2: P0", exact=0.4814694242, estimated=(1 - leak) ** 5)
    rounds = decoys.unlimited_rounds(5, 20, 0.9, 0.2, 2)
    record.digits("5, 20, .9, .2, .8, n 2: E[rounds]", exact=17, estimated=rounds)
    called, decoy_called = decoys.binormal(2, 1)
    record.digits("d' 2, t 1: a", exact=0.84134475, estimated=called, decimals=8)
    record.digits("d' 2, t 1: b", exact=0.15865525, estimated=decoy_called, decimals=8)


@F
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
    record: Record,
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
    label = f"{fired}, {hit}, {defenders}, {kill}"
    deterministic = exchange.deterministic_leakers(fired, hit, defenders, kill)
    record.digits(f"{label}: Hughes", exact=hughes, estimated=deterministic)
    record.digits(f"{label}: E[X]", exact=expected, estimated=mean(pmf))
    record.digits(f"{label}: P0", exact=p0, estimated=pmf[0])
    normally = exchange.normal_expected_leakers(fired, hit, defenders, kill)
    record.digits(f"{label}: normal E[X]", exact=normal, estimated=normally, decimals=8)


@F
@pytest.mark.parametrize(("hit", "defenders", "kill"), [(0.8, 12, 2 / 3), (0.5, 10, 0.8)])
def test_f_the_deterministic_model_is_worst_at_the_break_even_raid(
    record: Record, hit: float, defenders: int, kill: float
) -> None:
    """Its error, as a function of the raid's size, is greatest where nx px = ny py."""
    even = round(defenders * kill / hit)
    assert even * hit == pytest.approx(defenders * kill)
    error = [
        mean(exchange.leakers(fired, hit, defenders, kill))
        - exchange.deterministic_leakers(fired, hit, defenders, kill)
        for fired in range(3 * even)
    ]
    worst = max(range(len(error)), key=error.__getitem__)
    label = f"hit {hit}, {defenders} rounds, kill {kill:.3g}: raid of the greatest error"
    record.same(label, exact=even, estimated=worst)


def test_f_losses_stay_between_nothing_and_everything() -> None:
    assert exchange.losses(4, 5, 3, 4, 8) == pytest.approx(1)
    assert exchange.losses(1, 5, 3, 4, 8) == 0
    assert exchange.losses(40, 5, 3, 4, 8) == 3


@G
def test_g_raid_coin_and_shared_leak(record: Record) -> None:
    coin = common_mode.raid_coin(10, 0.04, 0.9)
    record.digits("coin .9: E[X]", exact=1.36, estimated=mean(coin))
    record.digits("coin .9: variance", exact=8.64, estimated=distribution.variance(coin))
    record.digits("coin .9: P0", exact=0.5983493724, estimated=coin[0])
    fixed_p0 = distribution.binomial(10, 0.136)[0]
    record.digits("coin .9, independent: P0", exact=0.2318128064, estimated=fixed_p0)
    for threats, a, b, spread, p0, fixed in (
        (10, 2, 8, 2.90909091, 0.2105263158, 0.1073741824),
        (20, 1, 9, 4.90909091, 0.3103448276, 0.1215766546),
    ):
        pmf = common_mode.beta_leak(threats, a, b)
        label, variance = f"leak Beta({a},{b}), W {threats}", distribution.variance(pmf)
        record.digits(f"{label}: E[X]", exact=2, estimated=mean(pmf))
        record.digits(f"{label}: variance", exact=spread, estimated=variance, decimals=8)
        record.digits(f"{label}: P0", exact=p0, estimated=pmf[0])
        fixed_p0 = distribution.binomial(threats, 2 / threats)[0]
        record.digits(f"{label}, independent: P0", exact=fixed, estimated=fixed_p0)


@G
@pytest.mark.parametrize(
    ("threats", "a", "b", "each", "expected", "p0", "fixed", "fixed_p0"),
    [
        (10, 8, 2, 2, 0.5454545455, 0.6565585076, 0.4, 0.6648326360),
        (5, 7, 3, 4, 0.1048951049, 0.9108712093, 0.0405, 0.9601508071),
    ],
)
def test_g_shared_kill_probability(
    record: Record,
    threats: int,
    a: float,
    b: float,
    each: int,
    expected: float,
    p0: float,
    fixed: float,
    fixed_p0: float,
) -> None:
    label = f"SSPK Beta({a},{b}), W {threats}, n {each}"
    leakers = common_mode.beta_kill_expected_leakers(threats, a, b, each)
    record.digits(f"{label}: E[X]", exact=expected, estimated=leakers)
    none = common_mode.beta_kill_p_no_leakers(threats, a, b, each)
    record.digits(f"{label}: P0", exact=p0, estimated=none)
    pmf = shots.leakers(threats, a / (a + b), each)
    record.digits(f"{label}, fixed at the mean: E[X]", exact=fixed, estimated=mean(pmf))
    record.digits(f"{label}, fixed at the mean: P0", exact=fixed_p0, estimated=pmf[0])
    if each == 4:
        ratio = leakers / mean(pmf)
        record.digits(f"{label}: times the fixed leak", exact=2.6, estimated=ratio, decimals=1)


@G
def test_g_layers_behind_one_coin(record: Record) -> None:
    for coin, exact in ((1.0, 0.008), (0.9, 0.1072)):
        leak = common_mode.layers_behind_coin((0.2, 0.2, 0.2), coin)
        record.digits(f"three layers of .8, coin {coin}: L", exact=exact, estimated=leak)


@H
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
def test_h_erlang_b(record: Record, number: int, load: float, blocked: float) -> None:
    found = channels.erlang_b(number, load)
    record.digits(f"Erlang B {number}, {load}", exact=blocked, estimated=found)


@H
@pytest.mark.parametrize(
    ("number", "served", "blocked"),
    [(2, 0.5, 0.2930721971), (4, 0.25, 0.2263208023), (6, 0.2, 0.1115276360)],
)
def test_h_regular_arrivals(record: Record, number: int, served: float, blocked: float) -> None:
    found = channels.regular_arrivals_blocked(number, served)
    record.digits(f"D/M/c/c {number}, {served}: B", exact=blocked, estimated=found)


@H
@pytest.mark.parametrize(
    ("number", "gap", "service", "threats", "served"),
    [(2, 10, 25, 12, 8), (6, 2, 30, 60, 24), (4, 5, 20, 40, 40)],
)
def test_h_all_regular(
    record: Record, number: int, gap: int, service: int, threats: int, served: int
) -> None:
    found = channels.regular_served(number, gap, service, threats)
    record.same(f"D/D/c/c {number},{gap},{service},{threats}", exact=served, estimated=found)
    share = channels.regular_served(number, gap, service, 6000) / 6000
    assert share == pytest.approx(channels.regular_served_share(number, gap, service), abs=1e-2)


@H
def test_h_window(record: Record) -> None:
    most = channels.shots_in_window(4, 120, 30)
    record.same("window: shots", exact=16, estimated=most)
    bound = mean(coordination.pooled(10, most, 0.7))
    record.digits("window: bound of E[X]", exact=0.2843368712, estimated=bound)
    rules = channels.simultaneous_raid(10, 4, 4, 0.7)
    record.digits("window, under the rules: E[X]", exact=0.5807216638, estimated=mean(rules))
    record.digits("window, under the rules: P0", exact=0.5745466342, estimated=rules[0])
    leak = channels.leak_probability(0.5, 0.2)
    record.digits("B .5, K .8: L", exact=0.6, estimated=leak)


@L
@pytest.mark.parametrize(
    ("salvos", "live_called_dead", "dead_called_alive", "leak", "rounds"),
    [(2, 0, 0, 0.09, 1.3), (2, 0.1, 0.2, 0.111, 1.41), (3, 0, 1, 0.027, 3)],
)
def test_l_imperfect_look(
    record: Record,
    salvos: int,
    live_called_dead: float,
    dead_called_alive: float,
    leak: float,
    rounds: float,
) -> None:
    label = f"R {salvos}, ({live_called_dead}, {dead_called_alive})"
    found = looks.imperfect_look_leak(0.7, 1, salvos, live_called_dead)
    record.digits(f"{label}: L", exact=leak, estimated=found)
    fired = looks.imperfect_look_rounds(0.7, 1, salvos, live_called_dead, dead_called_alive)
    record.digits(f"{label}: shots", exact=rounds, estimated=fired)


@L
def test_l_imperfect_look_is_the_closed_form(record: Record) -> None:
    q, al, salvos = 0.3**2, 0.15, 4
    x = q * (1 - al)
    formula = q * al * (1 - x ** (salvos - 1)) / (1 - x) + q * x ** (salvos - 1)
    found = looks.imperfect_look_leak(0.7, 2, salvos, al)
    record.digits("s 2, R 4, al .15: L by the formula", exact=formula, estimated=found)


@L
def test_l_run_in_poisson_raid_and_bound(record: Record) -> None:
    for case, exact in (((100, 5, 0.25, 1.2, 10, 5), 11), ((150, 10, 2, 1.5, 10, 5), 2)):
        found = looks.radial_run_in(*case)
        record.same(f"run-in {case}: shots", exact=exact, estimated=found)
    raid = shots.poisson_raid(20, 0.1, 60)
    record.digits("Poisson(20), L .1: P0", exact=math.exp(-2), estimated=raid[0])
    record.digits("Poisson(20), L .1: E[X]", exact=2, estimated=mean(raid))
    survival = shots.asset_survival(3, 0.1, 0.5)
    record.digits("n 3, L .1, p_d .5: survival", exact=0.95**3, estimated=survival)
    bound = shots.zero_failure_bound(1000)
    record.digits("none in 1,000: bound", exact=1 - 0.05**0.001, estimated=bound)
    assert shots.zero_failure_bound(1000) == pytest.approx(3 / 1000, rel=4e-3)
    bounds = [shots.zero_failure_bound(n) for n in (1, 10, 100)]
    assert all(a > b for a, b in pairwise(bounds))
    assert bounds[0] == pytest.approx(0.95)
