"""Exact checks, d1 to d3: random fire, even fire, and independent cells.

Each comparison raises a false alarm with probability 6e-5 (validation_record.py).
"""

from __future__ import annotations

import numpy as np
import pytest

from mcdefense.statistics.closed_forms import coordination, distribution
from tests.support.exact_case import (
    Counted,
    battery,
    cells,
    run,
    scenario,
    setting,
    shots,
    threats,
    waves,
)
from tests.support.validation_record import Record

pytestmark = pytest.mark.claim(
    "d", "Random fire, even fire and independent cells", oracle="occupancy chain, exact"
)

# name: threats, batteries of one round, kill probability; E[X] and P0 coordinated, then not
PAIRS = {
    "ten": (10, 10, 0.8, 2.0, 0.1073741824, 4.3438845422, 0.0000389639),
    "twenty": (10, 20, 0.8, 0.4, 0.6648326360, 1.8869332916, 0.0787276933),
    "six": (6, 18, 0.5, 0.75, 0.4487953186, 1.2530175515, 0.2074302151),
    "odd": (10, 16, 0.7, 1.74, 0.1363454074, None, None),
}


def _one_round_each(
    name: str, count: int, batteries: int, kill: float, start: int
) -> tuple[list[str], list[str], list[str]]:
    sites = [f"{name}_{i}" for i in range(batteries)]
    parts = [threats(name, count, start_s=str(start)), *(battery(site, 1) for site in sites)]
    rows = [row for site in sites for row in shots(name, site, waves(1), kill)]
    return sites, parts, rows


@pytest.fixture(scope="module")
def pairs(seed: int) -> Counted:
    """Every battery on its own, even and first come, and all under one fire control."""
    parts, rows = ["doctrine.every = {salvo = [4]}"], []
    for number, (name, (count, batteries, kill, *_)) in enumerate(PAIRS.items()):
        _, some, shots_ = _one_round_each(name, count, batteries, kill, 1000 * number)
        parts += some
        rows += shots_
    architectures = {
        "together": 'join = "all"',
        "apart": "",
        "first_come": setting(doctrine__every__allot='"first_come"'),
    }
    return run(scenario(parts, rows, architectures), seed, 50_000)


@pytest.mark.parametrize("name", PAIRS)
def test_one_fire_control_spreads_its_rounds_evenly(pairs: Counted, name: str) -> None:
    """Also where a threat's rounds come from several batteries."""
    count, batteries, kill, mean, p_no_leakers, *_ = PAIRS[name]
    pmf = coordination.even_fire(count, batteries, kill)
    assert distribution.mean(pmf) == pytest.approx(mean, abs=1e-10)
    assert pmf[0] == pytest.approx(p_no_leakers, abs=1e-10)
    label = f"{count}, {batteries}, {kill}; coordinated"
    pairs.leakers_are("together", name, pmf, label)


@pytest.mark.parametrize("architecture", ["apart", "first_come"])
@pytest.mark.parametrize("name", PAIRS)
def test_batteries_apart_fire_at_random(
    pairs: Counted, record: Record, name: str, architecture: str
) -> None:
    count, batteries, kill, _, _, mean, p_no_leakers = PAIRS[name]
    pmf = coordination.random_fire(count, batteries, kill)
    if mean is not None:
        assert distribution.mean(pmf) == pytest.approx(mean, abs=1e-10)
        assert pmf[0] == pytest.approx(p_no_leakers, abs=1e-10)
    label = f"{count}, {batteries}, {kill}; {architecture}"
    pairs.leakers_are(architecture, name, pmf, label)
    fired = sum(pairs.rounds(architecture, f"{name}_{i}") for i in range(batteries))
    # Nobody knows that a round would be wasted.
    all_fired = batteries * pairs.trials
    record.same(f"{label}: rounds fired", exact=all_fired, estimated=fired)


def test_fire_at_random_isn_t_even_fire(pairs: Counted, record: Record) -> None:
    """The comparison can fail: random fire isn't taken for even fire, nor the reverse."""
    count, batteries, kill, *_ = PAIRS["six"]
    with record.refuses("even fire for random", by="z"):
        pairs.leakers_are("apart", "six", coordination.even_fire(count, batteries, kill))
    with record.refuses("random fire for even", by="z"):
        pairs.leakers_are("together", "six", coordination.random_fire(count, batteries, kill))


CELLS = {
    1: 1.08,
    2: 1.08,
    3: 1.82044444,
    4: 2.14207500,
    6: 2.43680476,
    8: 2.57521109,
    12: 2.70817470,
    24: 2.83605066,
}


@pytest.fixture(scope="module")
def cells_apart(seed: int) -> Counted:
    """24 batteries of one round at 12 threats, under 1, 2, ..., 24 independent fire controls."""
    sites, parts, rows = _one_round_each("dozen", 12, 24, 0.7, 0)
    parts.append("doctrine.every = {salvo = [3]}")
    architectures = {
        f"cells_{g}": cells(
            {f"cell_{g}_{i}": sites[i * 24 // g : (i + 1) * 24 // g] for i in range(g)}
        )
        for g in CELLS
    }
    return run(scenario(parts, rows, architectures), seed, 50_000)


def _independent_cells(threats_: int, rounds: int, kill: float, number: int) -> np.ndarray:
    """Leakers: each cell gives every threat a rounds, and one more to a random r of them."""
    each, odd = divmod(rounds // number, threats_)
    pmf = np.eye(threats_ + 1)[threats_]
    for _ in range(number):
        following = np.zeros(threats_ + 1)
        for alive, p in enumerate(pmf):
            for lucky, chance in enumerate(distribution.hypergeometric(threats_, alive, odd)):
                left = np.convolve(
                    distribution.binomial(alive - lucky, (1 - kill) ** each),
                    distribution.binomial(lucky, (1 - kill) ** (each + 1)),
                )
                following[: alive + 1] += p * chance * left
        pmf = following
    return pmf


@pytest.mark.parametrize("number", CELLS)
def test_independent_cells(cells_apart: Counted, number: int) -> None:
    pmf = _independent_cells(12, 24, 0.7, number)
    assert distribution.mean(pmf) == pytest.approx(CELLS[number], abs=1e-8)
    assert distribution.mean(pmf) == pytest.approx(
        coordination.cells_expected_leakers(12, 24, 0.7, number), abs=1e-12
    )
    cells_apart.leakers_are(f"cells_{number}", "dozen", pmf, f"12, 24, 0.7; {number} cells")


@pytest.mark.slow
def test_a_hundred_batteries_at_fifty_threats(seed: int) -> None:
    _, parts, rows = _one_round_each("fifty", 50, 100, 0.7, 0)
    parts.append("doctrine.every = {salvo = [3]}")
    large = run(scenario(parts, rows, {"together": 'join = "all"', "apart": ""}), seed, 8192)
    even, random = coordination.even_fire(50, 100, 0.7), coordination.random_fire(50, 100, 0.7)
    assert distribution.mean(even) == pytest.approx(4.5)
    assert distribution.mean(random) == pytest.approx(12.2084772559, abs=1e-10)
    large.leakers_are("together", "fifty", even, "50, 100, 0.7; coordinated")
    large.leakers_are("apart", "fifty", random, "50, 100, 0.7; apart")
