"""Exact checks, a: independent shots with a track factor, and shoot-look-shoot.

Each comparison raises a false alarm with probability 6e-5 (validation_record.py).
"""

from __future__ import annotations

import numpy as np
import pytest

from mcdefense.statistics.closed_forms import distribution
from mcdefense.statistics.closed_forms import shots as exact
from tests.support.exact_case import Counted, battery, run, scenario, setting, shots, threats, waves

pytestmark = pytest.mark.claim(
    "a", "Independent shots with a track factor, and shoot-look-shoot", oracle="binomial, exact"
)
SHARED_LUCK = pytest.mark.claim(
    "g", "Independent luck at the mean of a shared cause", oracle="binomial, exact"
)

# name: threats, kill probability, shots each, track factor, exact P(no leakers)
BARRAGES = {
    "four": (4, 0.8, 2, 1.0, 0.8493465600),
    "ten": (10, 0.7, 4, 0.98, 0.7532509005),
    "twenty": (20, 0.5, 3, 0.95, 0.0248103657),
    "hundred": (100, 0.9, 2, 1.0, 0.3660323413),
    "ten_sized": (10, 0.7, 5, 1.0, 0.97596401),
    "twenty_sized": (20, 0.5, 8, 1.0, 0.92470733),
    "infeasible": (10, 0.7, 15, 0.99, 0.904382),
    # What section g compares with: the mean of a drawn probability, without its spread.
    "fixed_eight_tenths": (10, 0.8, 1, 1.0, 0.1073741824),
    "fixed_nine_tenths": (20, 0.9, 1, 1.0, 0.1215766546),
    "fixed_seven_tenths": (5, 0.7, 4, 1.0, 0.9601508071),
}


def _coin(name: str, track: float) -> str:
    return (
        f'coin.track_{name} = {{level = "threat", probability = {track}, '
        f'effect = "launch", classes = ["{name}"]}}'
    )


@pytest.fixture(scope="module")
def barrages(seed: int) -> Counted:
    parts: list[str] = []
    rows: list[str] = []
    for name, (count, kill, salvo, track, _) in BARRAGES.items():
        parts += [threats(name, count), battery(name, count * salvo), _coin(name, track)]
        parts.append(f'doctrine.{name} = {{classes = ["{name}"], salvo = [{salvo}, 0]}}')
        rows += shots(name, name, waves(1), kill)
    return run(scenario(parts, rows, {"only": ""}), seed, 100_000)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[SHARED_LUCK] if name.startswith("fixed") else [])
        for name in BARRAGES
    ],
)
def test_barrage_with_track_factor(barrages: Counted, name: str) -> None:
    count, kill, salvo, track, p_no_leakers = BARRAGES[name]
    pmf = exact.leakers(count, kill, salvo, track)
    assert pmf[0] == pytest.approx(p_no_leakers, abs=5e-7)
    label = f"W {count}, k {kill}, n {salvo}, t {track:g}"
    barrages.leakers_are("only", name, pmf, label)
    one = int(barrages.histogram("only", name)[1])
    barrages.share_is(f"{label}: P(one leaker)", one, float(pmf[1]))
    # What isn't tracked isn't fired at.
    barrages.mean_is(
        f"{label}: rounds",
        barrages.rounds("only", name),
        count * track * salvo,
        salvo**2 * count * track * (1 - track),
    )


# salvos until a look shows the kill, by class: threats, kill probability, track factor
LOOKS = {"eights": (10, 0.8, 1.0), "sevens": (10, 0.7, 1.0), "tracked": (10, 0.7, 0.9)}
SALVOS: dict[str, dict[str, tuple[int, ...]]] = {
    "looks": {"eights": (1, 1), "sevens": (2, 2), "tracked": (2, 1)},
    "short": {"eights": (1, 1), "sevens": (2, 1, 1), "tracked": (1, 2)},
    "barrage": {"eights": (2,), "sevens": (4,), "tracked": (3,)},
}
PRINTED_ROUNDS = {
    ("looks", "eights"): 12.0,
    ("barrage", "eights"): 20.0,
    ("looks", "sevens"): 21.8,
    ("short", "sevens"): 21.17,
    ("barrage", "sevens"): 40.0,
}
SHORT_STOCK = 14


@pytest.fixture(scope="module")
def looks(seed: int) -> Counted:
    """Salvos with looks between them, the same rounds as a barrage, and a stock of 14."""
    parts: list[str] = []
    rows: list[str] = []
    for name, (count, kill, track) in LOOKS.items():
        parts += [threats(name, count), battery(name, 60)]
        parts += [f'doctrine.{name} = {{classes = ["{name}"], salvo = [1]}}', _coin(name, track)]
        rows += shots(name, name, waves(3), kill)
    architectures = {}
    for architecture, salvos in SALVOS.items():
        values = {f"doctrine__{name}__salvo": str([*s, 0]) for name, s in salvos.items()}
        if architecture == "short":
            values["battery__eights__magazine__shot"] = str(SHORT_STOCK)
        architectures[architecture] = setting(**values)
    return run(scenario(parts, rows, architectures), seed, 100_000)


def _rounds_at_one(kill: float, salvos: tuple[int, ...], track: float) -> np.ndarray:
    """Distribution of the rounds fired at one threat."""
    pmf = np.zeros(sum(salvos) + 1)
    pmf[0] = 1 - track
    missed, fired = track, 0
    for salvo in salvos:
        fired += salvo
        goes_on = missed * (1 - kill) ** salvo
        pmf[fired] += missed - goes_on if fired < sum(salvos) else missed
        missed = goes_on
    return pmf


@pytest.mark.parametrize(
    ("architecture", "name"),
    [(a, n) for a in SALVOS for n in LOOKS if (a, n) != ("short", "eights")],
)
def test_shoot_look_shoot(looks: Counted, architecture: str, name: str) -> None:
    (count, kill, track), salvos = LOOKS[name], SALVOS[architecture][name]
    label = f"W {count}, k {kill}, t {track:g}, salvos {salvos}"
    # The same leakers as a barrage of the sum, at fewer rounds.
    looks.leakers_are(architecture, name, exact.leakers(count, kill, sum(salvos), track), label)
    one = _rounds_at_one(kill, salvos, track)
    rounds = exact.shoot_look_shoot_rounds(count, kill, salvos, track)
    assert count * distribution.mean(one) == pytest.approx(rounds)
    assert rounds == pytest.approx(PRINTED_ROUNDS.get((architecture, name), rounds))
    looks.mean_is(
        f"{label}: rounds",
        looks.rounds(architecture, name),
        rounds,
        count * distribution.variance(one),
    )


def test_stock_that_is_enough_with_a_given_probability(looks: Counted) -> None:
    """P(enough) is no denial, not "not emptied": a stock may just suffice."""
    count, kill, _ = LOOKS["eights"]
    enough = exact.p_enough_for_two_looks(count, kill, SHORT_STOCK)
    assert enough == pytest.approx(0.96720650, abs=1e-8)
    denied, emptied = looks.denied("short", "eights"), looks.emptied("short", "eights")
    looks.share_is("W 10, k 0.8, 14 rounds: denied", denied, 1 - enough)
    survivors = distribution.binomial(count, 1 - kill)
    looks.share_is(
        "W 10, k 0.8, 14 rounds: emptied", emptied, float(survivors[SHORT_STOCK - count :].sum())
    )
