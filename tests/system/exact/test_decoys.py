"""Exact checks, e: decoys and imperfect discrimination.

Each comparison raises a false alarm with probability 6e-5 (validation_record.py).
"""

from __future__ import annotations

import numpy as np
import pytest

from mcdefense.statistics.closed_forms import decoys, distribution
from tests.support.exact_case import Counted, battery, run, scenario, setting, shots, threats, waves
from tests.support.validation_record import Record

pytestmark = pytest.mark.claim(
    "e", "Decoys and imperfect discrimination", oracle="sum over both binomials, exact"
)

# raid: threats, decoys, kill probability, stock, salvo
RAIDS = {
    "plenty": (5, 20, 0.8, 50, 2),
    "scarce": (5, 20, 0.8, 20, 15),
    "small": (2, 3, 0.6, 4, 4),
}
# architecture: P(threat called a threat), P(decoy called a threat), in that order, by raid
CALLED: dict[str, dict[str, tuple[float, float]]] = {
    "imperfect": {"plenty": (0.9, 0.2), "scarce": (0.9, 0.2), "small": (0.9, 0.5)},
    "undiscerning": {"plenty": (1, 1), "scarce": (1, 1), "small": (1, 1)},
    "perfect": {"plenty": (1, 0), "scarce": (1, 0), "small": (1, 0)},
    # A threshold of 1 at a separation of 2.
    "binormal": {name: decoys.binormal(2, 1) for name in ("plenty", "scarce", "small")},
}
PRINTED = {
    ("imperfect", "plenty"): (0.68, 0.4814694242),
    ("imperfect", "scarce"): (0.6489737473, 0.4904222309),
    ("undiscerning", "scarce"): (1.8, 0.0956211316),
    ("perfect", "scarce"): (0.008, 0.9920255591),
    ("imperfect", "small"): (0.817076, 0.341172),
}


@pytest.fixture(scope="module")
def discrimination(seed: int) -> Counted:
    parts: list[str] = []
    rows: list[str] = []
    for number, (name, (live, false, kill, stock, salvo)) in enumerate(RAIDS.items()):
        start = str(1000 * number)
        parts += [threats(name, live, start_s=start), battery(f"{name}_site", stock)]
        parts.append(threats(f"{name}_decoy", false, start_s=start, more='role = "decoy"'))
        parts.append(f'doctrine.{name} = {{cells = ["{name}_site"], salvo = [{salvo}]}}')
        for kind in (name, f"{name}_decoy"):
            parts.append(f'doctrine.called_{kind} = {{classes = ["{kind}"], called = 1}}')
            rows += shots(kind, f"{name}_site", waves(1), kill)
    # Odd rounds go to a random object, whatever its place in the list.
    parts.append("doctrine.spread = {random = true}")
    architectures = {}
    for architecture, by_raid in CALLED.items():
        values = {}
        for name, (threat, decoy) in by_raid.items():
            values[f"doctrine__called_{name}__called"] = str(threat)
            values[f"doctrine__called_{name}_decoy__called"] = str(decoy)
        architectures[architecture] = setting(**values)
    return run(scenario(parts, rows, architectures), seed, 100_000)


def _exact(architecture: str, name: str) -> np.ndarray:
    live, false, kill, stock, salvo = RAIDS[name]
    a, b = CALLED[architecture][name]
    if name == "plenty":
        return distribution.binomial(live, decoys.unlimited_leak_probability(a, kill, salvo))
    return decoys.finite_stock_leakers(live, false, a, b, kill, stock)


@pytest.mark.parametrize(("architecture", "name"), [(a, n) for a in CALLED for n in RAIDS])
def test_leakers(discrimination: Counted, architecture: str, name: str) -> None:
    pmf = _exact(architecture, name)
    if (architecture, name) in PRINTED:
        mean, p_no_leakers = PRINTED[architecture, name]
        assert distribution.mean(pmf) == pytest.approx(mean, abs=1e-10)
        assert pmf[0] == pytest.approx(p_no_leakers, abs=1e-6)
    live, false, kill, stock, salvo = RAIDS[name]
    a, b = CALLED[architecture][name]
    stocked = f"n {salvo}" if name == "plenty" else f"M {stock}"
    label = f"{live}, {false}, {a:.3g}, {b:.3g}, {kill}, {stocked}"
    discrimination.leakers_are(architecture, name, pmf, label)


@pytest.mark.parametrize("architecture", CALLED)
def test_rounds_drawn_by_decoys(discrimination: Counted, record: Record, architecture: str) -> None:
    """n(aW + bD) rounds; those at decoys, and no others, are wasted."""
    live, false, _, _, salvo = RAIDS["plenty"]
    a, b = CALLED[architecture]["plenty"]
    expected = decoys.unlimited_rounds(live, false, a, b, salvo)
    variance = salvo**2 * (live * a * (1 - a) + false * b * (1 - b))
    fired = discrimination.rounds(architecture, "plenty_site")
    discrimination.mean_is(f"{architecture}: rounds", fired, expected, variance)
    place = (
        discrimination.at("architecture", architecture),
        discrimination.at("battery", "plenty_site"),
    )
    decoy = discrimination.at("threat_class", "plenty_decoy")
    tally = discrimination.result.tally
    at_decoys = int(tally["rounds_fired"][place][:, decoy].sum())
    wasted = int(tally["rounds_wasted"][place].sum())
    record.same(f"{architecture}: wasted are those at decoys", exact=at_decoys, estimated=wasted)
    variance = salvo**2 * false * b * (1 - b)
    discrimination.mean_is(f"{architecture}: wasted", at_decoys, salvo * b * false, variance)


def test_decoys_never_leak(discrimination: Counted, record: Record) -> None:
    leakers = discrimination.result.tally["leaked"]
    for name in RAIDS:
        leaked = int(leakers[..., discrimination.at("threat_class", f"{name}_decoy")].sum())
        record.same(f"{name}: decoys among the leakers", exact=0, estimated=leaked)
