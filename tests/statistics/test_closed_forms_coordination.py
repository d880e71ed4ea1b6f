"""Every figure of the exact checks, d (coordination), to its printed digits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mcdefense.statistics.closed_forms import (
    coordination,
    distribution,
)
from tests.support.validation_record import Record

mean = distribution.mean

D = pytest.mark.claim("d", "Coordination: closed forms", oracle="figures computed beforehand")


@D
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
    record: Record,
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
    label = f"{threats}, {rounds}, {kill}"
    record.digits(f"{label}: coordinated E[X]", exact=even, estimated=mean(together))
    record.digits(f"{label}: coordinated P0", exact=even_p0, estimated=together[0])
    record.digits(f"{label}: uncoordinated E[X]", exact=random, estimated=mean(apart))
    record.digits(
        f"{label}: uncoordinated P0", exact=random_p0, estimated=apart[0], decimals=digits
    )
    assert mean(apart) == pytest.approx(threats * (1 - kill / threats) ** rounds, abs=1e-12)


@D
def test_d_random_fire_is_the_occupancy_formula(record: Record) -> None:
    threats, rounds, kill = 6, 9, 0.6
    pmf = coordination.random_fire(threats, rounds, kill)
    for m in range(threats + 1):
        formula = math.comb(threats, m) * sum(
            (-1) ** j * math.comb(threats - m, j) * (1 - kill * (m + j) / threats) ** rounds
            for j in range(threats - m + 1)
        )
        record.digits(f"6, 9, .6: P(X = {m})", exact=formula, estimated=pmf[m], decimals=12)


@D
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
def test_d_cells(record: Record, cells: int, expected: float) -> None:
    found = coordination.cells_expected_leakers(12, 24, 0.7, cells)
    record.digits(f"{cells} cells: E[X]", exact=expected, estimated=found, decimals=8)


@D
def test_d_cells_run_from_even_to_random_fire(record: Record) -> None:
    for cells, fire in ((1, coordination.even_fire), (24, coordination.random_fire)):
        found = coordination.cells_expected_leakers(12, 24, 0.7, cells)
        record.digits(f"{cells} of 24 cells", exact=mean(fire(12, 24, 0.7)), estimated=found)


def test_d_cells_must_share_out() -> None:
    with pytest.raises(ValueError, match="can't be shared"):
        coordination.cells_expected_leakers(12, 24, 0.7, 5)


@D
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
    record: Record,
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
    for name, exact, estimated in (
        ("pooled E[X]", one, mean(pool)),
        ("pooled P0", one_p0, pool[0]),
        ("sectors E[X]", apart, mean(sectors)),
        ("sectors P0", apart_p0, sectors[0]),
    ):
        label = f"{threats}, {rounds}, {kill}, {number}: {name}"
        record.digits(label, exact=exact, estimated=estimated, decimals=8)
    assert sectors.sum() == pytest.approx(1, abs=1e-12)
    if net is not None:
        even = coordination.network_break_even(threats, mean(sectors), mean(pool))
        label = f"{threats}, {rounds}, {kill}, {number}: least availability of the net"
        record.digits(label, exact=net, estimated=even, decimals=8)


@D
@pytest.mark.parametrize(
    ("name", "pmf", "expected"),
    [
        ("share .3", coordination.sectors(20, (8, 24), 0.8, (0.3, 0.7)), 0.77784364),
        ("share .5", coordination.sectors(20, (8, 24), 0.8, (0.5, 0.5)), 3.67572159),
        ("pooled", coordination.pooled(20, 32, 0.8), 0.00875135),
    ],
    ids=["share .3", "share .5", "pooled"],
)
def test_d_missions(record: Record, name: str, pmf: np.ndarray, expected: float) -> None:
    record.digits(f"missions, {name}: E[X]", exact=expected, estimated=mean(pmf), decimals=8)


def _with_reserve(reserve: int) -> float:
    own = [(18 - reserve) // 3] * 3
    return mean(coordination.sectors(12, own, 0.8, reserve=reserve))


@D
@pytest.mark.parametrize(
    ("reserve", "expected"),
    [(0, 1.26977627), (3, 0.51461930), (6, 0.22766321), (9, 0.12305177), (18, 0.07289841)],
)
def test_d_partial_pooling(record: Record, reserve: int, expected: float) -> None:
    found = _with_reserve(reserve)
    record.digits(f"reserve of {reserve}: E[X]", exact=expected, estimated=found, decimals=8)


@D
def test_d_a_sixth_of_the_stock_closes_most_of_the_gap(record: Record) -> None:
    none, sixth, whole = (_with_reserve(reserve) for reserve in (0, 3, 18))
    closed = (none - sixth) / (none - whole)
    record.digits("gap closed by a sixth in reserve", exact=0.63, estimated=closed, decimals=2)


@D
def test_d_fused_picture(record: Record) -> None:
    own = (0.6, 0.5, 0.7)
    for name, exact, estimated in (
        ("one shot, fused", 0.248, coordination.leak_fused_track(own, 0.8)),
        ("one shot, own sensor", 0.52, coordination.leak_own_tracks(own[:1], 0.8)),
        ("all three fire, fused", 0.06752, coordination.leak_fused_track(own, 0.8, shots=3)),
        ("all three fire, own sensors", 0.13728, coordination.leak_own_tracks(own, 0.8)),
    ):
        record.digits(f"{name}: L", exact=exact, estimated=estimated)
