"""Exact checks, d4: pooled stocks, sectors, missions, a common reserve, and the network's part.

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
    "d", "Pooled stocks, sectors, missions, reserves and the network", oracle="convolution, exact"
)

SITES = ["north", "east", "south", "west"]
HALVES = {"first": SITES[:2], "second": SITES[2:]}
QUARTERS = {f"at_{site}": [site] for site in SITES}
NETWORK = {"two": 0.91786494, "four": 0.82000614}
"""Availability at which pooling with no fallback leaks as much as these sectors, in the mean."""
NETWORK_OF_TWENTY = 0.92621324


def _sectors(members: dict[str, list[str]], shares: list[float] | None = None) -> str:
    shares = shares or [1 / len(members)] * len(members)
    return cells(members, dict(zip(members, shares, strict=True)))


@pytest.fixture(scope="module")
def ten(seed: int) -> Counted:
    """Ten threats at 16 rounds; 16 rounds of fire are enough for any number of looks."""
    parts = [threats("raid", 10), *(battery(site, 4) for site in SITES)]
    rows = [row for site in SITES for row in shots("raid", site, waves(16), 0.7)]
    architectures = {
        "pooled": 'join = "all"',
        "two": _sectors(HALVES),
        "four": _sectors(QUARTERS),
        **{
            f"pooled_as_{sectors}": f'join = "all", network = {{availability = {up}}}'
            for sectors, up in NETWORK.items()
        },
        "pooled_or_four": 'join = "all", network = {availability = 0.8, fallback = "four"}',
    }
    return run(scenario(parts, rows, architectures), seed, 50_000)


POOLED_TEN = coordination.pooled(10, 16, 0.7)
HALVED_TEN = coordination.sectors(10, (8, 8), 0.7)
QUARTERED_TEN = coordination.sectors(10, (4, 4, 4, 4), 0.7)


@pytest.mark.parametrize(
    ("architecture", "pmf", "mean", "p_no_leakers"),
    [
        ("pooled", POOLED_TEN, 0.28433687, 0.82468663),
        ("two", HALVED_TEN, 1.08233348, 0.43724463),
        ("four", QUARTERED_TEN, 2.03309653, 0.13219491),
    ],
)
def test_ten_pooled_and_in_sectors(
    ten: Counted, architecture: str, pmf: np.ndarray, mean: float, p_no_leakers: float
) -> None:
    assert distribution.mean(pmf) == pytest.approx(mean, abs=1e-8)
    assert pmf[0] == pytest.approx(p_no_leakers, abs=1e-8)
    ten.leakers_are(architecture, "raid", pmf, f"10, 16, 0.7; {architecture}")


@pytest.mark.parametrize(("sectors", "apart"), [("two", HALVED_TEN), ("four", QUARTERED_TEN)])
def test_pooling_breaks_even_where_its_network_is_up_just_enough(
    ten: Counted, sectors: str, apart: np.ndarray
) -> None:
    up = NETWORK[sectors]
    pmf = up * POOLED_TEN + (1 - up) * np.eye(11)[10]
    assert distribution.mean(pmf) == pytest.approx(distribution.mean(apart), abs=1e-6)
    label = f"10, 16, 0.7; pooled, no defence without the net, as {sectors} sectors"
    ten.leakers_are(f"pooled_as_{sectors}", "raid", pmf, label)


def test_a_fallback_takes_over_when_the_network_is_down(ten: Counted, record: Record) -> None:
    """So pooling with sectors to fall back on never loses to them in the mean."""
    pmf = 0.8 * POOLED_TEN + 0.2 * QUARTERED_TEN
    ten.leakers_are("pooled_or_four", "raid", pmf, "10, 16, 0.7; pooled, or four sectors")
    leaked = ten.result.tally["leaked"].sum(0)[:, ten.at("threat_class", "raid")]
    fewer = int(leaked[ten.at("architecture", "four")])
    fewer -= int(leaked[ten.at("architecture", "pooled_or_four")])
    label = "pooled with four sectors to fall back on: fewer leakers than four sectors"
    record.between(label, least=0, most=10, estimated=fewer / ten.trials)


LOOKS = 12
"""Rounds of fire at the twenty: more would be needed with a probability below 20 x .2^12 = 8e-8."""
STOCK_40 = {f"battery__{site}__magazine__shot": "10" for site in SITES}
MISSIONS = {"ballistic": SITES[:1], "air": SITES[1:]}


@pytest.fixture(scope="module")
def twenty(seed: int) -> Counted:
    """Twenty threats at 32 or 40 rounds; two missions with 8 and 24 rounds."""
    parts = [threats("raid", 20), *(battery(site, 8) for site in SITES)]
    rows = [row for site in SITES for row in shots("raid", site, waves(LOOKS), 0.8)]
    architectures = {
        "pooled": 'join = "all"',
        "four": _sectors(QUARTERS),
        "pooled_40": f'join = "all", {setting(**STOCK_40)}',
        "four_40": f"{_sectors(QUARTERS)}, {setting(**STOCK_40)}",
        "pooled_as_four": f'join = "all", network = {{availability = {NETWORK_OF_TWENTY}}}',
        "missions": _sectors(MISSIONS, [0.3, 0.7]),
        "missions_misjudged": _sectors(MISSIONS, [0.5, 0.5]),
    }
    return run(scenario(parts, rows, architectures), seed, 32_768)


@pytest.mark.parametrize(
    ("architecture", "pmf", "mean"),
    [
        ("pooled", coordination.pooled(20, 32, 0.8), 0.00875135),
        ("four", coordination.sectors(20, [8] * 4, 0.8), 1.48384077),
        (
            "pooled_as_four",
            NETWORK_OF_TWENTY * coordination.pooled(20, 32, 0.8)
            + (1 - NETWORK_OF_TWENTY) * np.eye(21)[20],
            1.48384077,
        ),
        ("pooled_40", coordination.pooled(20, 40, 0.8), 0.00000633),
        ("four_40", coordination.sectors(20, [10] * 4, 0.8), 0.47495644),
        ("missions", coordination.sectors(20, (8, 24), 0.8, (0.3, 0.7)), 0.77784364),
        ("missions_misjudged", coordination.sectors(20, (8, 24), 0.8, (0.5, 0.5)), 3.67572159),
    ],
)
def test_twenty_pooled_in_sectors_and_by_mission(
    twenty: Counted, architecture: str, pmf: np.ndarray, mean: float
) -> None:
    assert distribution.mean(pmf) == pytest.approx(
        mean, abs=2e-7 if architecture == "pooled_as_four" else 1e-8
    )
    stock = 40 if architecture.endswith("40") else 32
    twenty.leakers_are(architecture, "raid", pmf, f"20, {stock}, 0.8; {architecture}")


RESERVES = {0: 1.26977627, 3: 0.51461930, 6: 0.22766321, 9: 0.12305177, 18: 0.07289841}


@pytest.fixture(scope="module")
def reserves(seed: int) -> Counted:
    """Three sectors, then a common reserve that sees what they left; 18 rounds in all."""
    sectors = SITES[:3]
    parts = [threats("raid", 12), *(battery(site, 6) for site in sectors), battery("reserve", 18)]
    rows = [row for site in sectors for row in shots("raid", site, waves(6), 0.8)]
    rows += shots("raid", "reserve", waves(18, begin=120), 0.8)
    members = {f"at_{site}": [site] for site in sectors}
    architectures = {}
    for reserve in RESERVES:
        values = {f"battery__{site}__magazine__shot": str((18 - reserve) // 3) for site in sectors}
        values["battery__reserve__magazine__shot"] = str(reserve)
        layout = cells({**members, "common": ["reserve"]}, dict.fromkeys(members, 1 / 3))
        architectures[f"reserve_{reserve}"] = f"{layout}, {setting(**values)}"
    return run(scenario(parts, rows, architectures), seed, 50_000)


@pytest.mark.parametrize("reserve", RESERVES)
def test_common_reserve(reserves: Counted, reserve: int) -> None:
    own = (18 - reserve) // 3
    pmf = coordination.sectors(12, [own] * 3, 0.8, reserve=reserve)
    assert distribution.mean(pmf) == pytest.approx(RESERVES[reserve], abs=1e-8)
    label = f"12, 18, 0.8; three sectors, {reserve} in reserve"
    reserves.leakers_are(f"reserve_{reserve}", "raid", pmf, label)
