"""Exact checks, f: the defensive half of a salvo exchange.

Incoming missiles that would hit are the threats present, each with the class's reliability;
defenders fire one round after another, a look after each. Each comparison raises a false alarm
with probability 6e-5 (validation_record.py).
"""

from __future__ import annotations

import pytest

from mcdefense.statistics.closed_forms import distribution, exchange
from tests.support.exact_case import Counted, battery, run, scenario, shots, threats, waves

pytestmark = pytest.mark.claim(
    "f", "The defensive half of a salvo exchange", oracle="convolution of two binomials, exact"
)

# name: missiles, P(would hit), rounds, kill probability, rounds of fire; E[X], P0
EXCHANGES = {
    "ten": (10, 0.8, 12, 0.7, 12, 0.6105323137, 0.6727053590),
    "twenty": (20, 0.9, 16, 0.7, 16, 6.8008088772, 0.0026981659),
    # More than 14 looks at one of 24 would be needed with a probability of 24 x .3^14 = 1e-6.
    "break_even": (24, 1.0, 32, 0.7, 14, 2.0015548116, 0.3439790599),
    "eight": (8, 0.5, 4, 0.9, 4, 0.8142531250, 0.5308351562),
}


@pytest.fixture(scope="module")
def exchanges(seed: int) -> Counted:
    parts: list[str] = []
    rows: list[str] = []
    for name, (missiles, hit, rounds, kill, looks, *_) in EXCHANGES.items():
        parts += [threats(name, missiles, more=f"reliability = {hit}"), battery(name, rounds)]
        rows += shots(name, name, waves(looks), kill)
    return run(scenario(parts, rows, {"only": ""}), seed, 65_536)


@pytest.mark.parametrize("name", EXCHANGES)
def test_salvo_exchange(exchanges: Counted, name: str) -> None:
    missiles, hit, rounds, kill, _, mean, p_no_leakers = EXCHANGES[name]
    pmf = exchange.leakers(missiles, hit, rounds, kill)
    assert distribution.mean(pmf) == pytest.approx(mean, abs=1e-10)
    assert pmf[0] == pytest.approx(p_no_leakers, abs=1e-10)
    exchanges.leakers_are("only", name, pmf, f"{missiles}, {hit}, {rounds}, {kill}")


def test_missiles_that_would_miss_are_no_threats(exchanges: Counted) -> None:
    kind = exchanges.at("threat_class", "eight")
    live = int(exchanges.result.tally["live"][:, kind].sum())
    exchanges.mean_is("eight: live", live, 8 * 0.5, 8 * 0.25)
