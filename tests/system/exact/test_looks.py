"""Exact checks, l: looks that err, and damage by leakers.

Each comparison raises a false alarm with probability 6e-5 (validation_record.py).
"""

from __future__ import annotations

import numpy as np
import pytest

from mcdefense.statistics.closed_forms import distribution, looks
from mcdefense.statistics.closed_forms import shots as exact_shots
from tests.support.exact_case import Counted, battery, run, scenario, setting, shots, threats, waves

pytestmark = pytest.mark.claim(
    "l", "Looks that err, and damage by leakers", oracle="closed form, and walked look by look"
)

COUNT, KILL, DAMAGE = 5, 0.7, 0.4
# architecture: P(live called dead), P(dead called alive), salvo, salvos; leak, rounds as printed
LOOKS = {
    "perfect": (0.0, 0.0, 1, 2, 0.09, 1.3),
    "errs": (0.1, 0.2, 1, 2, 0.111, 1.41),
    "blind": (0.0, 1.0, 1, 3, 0.027, 3.0),
    "errs_often": (0.3, 0.4, 2, 3, None, None),
}


@pytest.fixture(scope="module")
def imperfect(seed: int) -> Counted:
    parts = [threats("raid", COUNT, raid='asset = "town"'), battery("site", 6 * COUNT)]
    parts += [f"asset.town = {{damage_probability = {DAMAGE}}}"]
    parts += ["doctrine.every = {salvo = [1], live_called_dead = 0, dead_called_alive = 0}"]
    architectures = {
        name: setting(
            doctrine__every__live_called_dead=str(live),
            doctrine__every__dead_called_alive=str(dead),
            doctrine__every__salvo=str([salvo] * salvos + [0]),
        )
        for name, (live, dead, salvo, salvos, *_) in LOOKS.items()
    }
    text = scenario(parts, shots("raid", "site", waves(3), KILL), architectures)
    return run(text, seed, 200_000)


def _rounds_at_one(
    salvo: int, salvos: int, live_called_dead: float, dead_called_alive: float
) -> np.ndarray:
    """Distribution of the rounds fired at one threat, walked look by look."""
    missed = (1 - KILL) ** salvo
    alive, dead = 1.0, 0.0  # still fired at, and which of the two
    pmf = np.zeros(salvo * salvos + 1)
    for number in range(1, salvos + 1):
        dead, alive = dead + alive * (1 - missed), alive * missed
        if number == salvos:
            pmf[salvo * number] = dead + alive
        else:
            pmf[salvo * number] = dead * (1 - dead_called_alive) + alive * live_called_dead
            dead, alive = dead * dead_called_alive, alive * (1 - live_called_dead)
    return pmf


@pytest.mark.parametrize("architecture", LOOKS)
def test_imperfect_look(imperfect: Counted, architecture: str) -> None:
    live, dead, salvo, salvos, leak, rounds = LOOKS[architecture]
    exact_leak = looks.imperfect_look_leak(KILL, salvo, salvos, live)
    one = _rounds_at_one(salvo, salvos, live, dead)
    expected = looks.imperfect_look_rounds(KILL, salvo, salvos, live, dead)
    assert distribution.mean(one) == pytest.approx(expected)
    if leak is not None:
        assert (exact_leak, expected) == pytest.approx((leak, rounds))
    imperfect.leakers_are(architecture, "raid", distribution.binomial(COUNT, exact_leak))
    imperfect.mean_is(
        f"{architecture}: rounds",
        imperfect.rounds(architecture, "site"),
        COUNT * expected,
        COUNT * distribution.variance(one),
    )


@pytest.mark.parametrize("architecture", LOOKS)
def test_asset_survives(imperfect: Counted, architecture: str) -> None:
    live, _, salvo, salvos, *_ = LOOKS[architecture]
    leak = looks.imperfect_look_leak(KILL, salvo, salvos, live)
    survives = exact_shots.asset_survival(COUNT, leak, DAMAGE)
    place = imperfect.at("architecture", architecture), imperfect.at("asset", "town")
    hit = int(imperfect.result.tally["asset_damaged"][place])
    imperfect.share_is(f"{architecture}: town damaged", hit, 1 - survives)
    hits = int(imperfect.result.tally["damaging_leakers"][place])
    mean = leak * DAMAGE
    imperfect.mean_is(
        f"{architecture}: damaging leakers", hits, COUNT * mean, COUNT * mean * (1 - mean)
    )
