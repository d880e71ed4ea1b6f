"""Exact checks, c: a finite magazine under spelt-out firing rules.

Each comparison raises a false alarm with probability 6e-5 (validation_record.py).
"""

from __future__ import annotations

import pytest

from mcdefense.statistics.closed_forms import magazine
from mcdefense.statistics.closed_forms.magazine import WavesAnswer
from tests.support.exact_case import (
    Counted,
    battery,
    most_variance,
    run,
    scenario,
    setting,
    shots,
    threats,
    waves,
)
from tests.support.validation_record import Record

pytestmark = pytest.mark.claim(
    "c", "A finite magazine", oracle="dynamic programme on (survivors, rounds left), exact"
)

# name: threats, rounds, kill probability, opportunities
STOCKS = {
    "ten": (10, 16, 0.7, 16),
    "six": (6, 15, 0.7, 2),
    "twenty": (20, 24, 0.8, 2),
    "few": (6, 10, 0.6, 2),
    # These come one after another, each met before the next.
    "queue": (10, 16, 0.7, 2),
}
GAP_S = 100

EVEN, FILL = '"even"', '"first_come"'
RULES = {
    "even": {
        "ten": ("[2, 0]", EVEN),
        "six": ("[2, 2]", EVEN),
        "twenty": ("[1, 1]", EVEN),
        "queue": ("[1, 1]", EVEN),
    },
    "fill": {
        "ten": ("[2, 0]", FILL),
        "six": ("[2, 2]", FILL),
        "twenty": ("[1, 1]", FILL),
        "queue": ("[1, 2]", FILL),
    },
    "two": {"ten": ("[1, 1, 0]", EVEN), "few": ("[1, 1]", EVEN)},
    "three": {"ten": ("[1, 1, 1, 0]", EVEN)},
    "all_looks": {"ten": ("[1]", EVEN)},
}
# architecture, class: the exact engagement, and E[X], P0, E[rounds], P(exhausted) as printed
CASES: dict[tuple[str, str], tuple[WavesAnswer, tuple[float, ...]]] = {
    ("even", "ten"): (
        magazine.waves(10, 16, 0.7, [2], "even"),
        (1.7400000000, 0.1363454074, 16, 1),
    ),
    ("fill", "ten"): (magazine.waves(10, 16, 0.7, [2], "fill"), (2.7200000000, 0, 16, 1)),
    ("two", "ten"): (
        magazine.waves(10, 16, 0.7, [1, 1]),
        (0.9086324389, 0.3885856639, 12.9876679444, 0.0473489874),
    ),
    ("three", "ten"): (
        magazine.waves(10, 16, 0.7, [1, 1, 1]),
        (0.4018717958, 0.7120497664, 13.7116117203, 0.2098771590),
    ),
    ("all_looks", "ten"): (
        magazine.unlimited_looks(10, 16, 0.7),
        (0.2843368712, 0.8246866307, 13.8795187555, 0.2783785598),
    ),
    ("fill", "six"): (
        magazine.waves(6, 15, 0.7, [2, 2], "fill"),
        (0.0801536466, 0.9275925821, 12.9594148855, 0.0951533896),
    ),
    ("even", "six"): (
        magazine.waves(6, 15, 0.7, [2, 2], "even"),
        (0.0743545888, 0.9313611454, 12.9594148855, 0.0951533896),
    ),
    ("even", "twenty"): (
        magazine.waves(20, 24, 0.8, [1, 1]),
        (1.3585904690, 0.3397890258, 23.3017619138, 0.5885511380),
    ),
    ("fill", "twenty"): (
        magazine.waves(20, 24, 0.8, [1, 1], "fill"),
        (1.3585904690, 0.3397890258, 23.3017619138, 0.5885511380),
    ),
    ("two", "few"): (
        magazine.waves(6, 10, 0.6, [1, 1]),
        (0.9870336000, 0.3482403840, 8.3549440000, 0.1792),
    ),
    # The last chance spends the rest: the optimum of two rounds of fire.
    ("all_looks", "few"): (
        magazine.waves(6, 10, 0.6, [1, "rest"]),
        (0.7015071744, 0.5494957056, 9.8133760000, 0.9533440000),
    ),
    # One after another leaves the same leakers as wave by wave, if rounds go one by one.
    ("even", "queue"): (
        magazine.sequential(10, 16, 0.7, [1, 1]),
        (0.9086324389, 0.3885856639, 12.9876679444),
    ),
    ("fill", "queue"): (magazine.sequential(10, 16, 0.7, [1, 2]), ()),
}


RULE = {
    (architecture, name): f"{'one after another' if name == 'queue' else 'waves'} of {salvo}"
    + (", fill" if allot == FILL else "")
    for architecture, rules in RULES.items()
    for name, (salvo, allot) in rules.items()
} | {("all_looks", "few"): "one each, then all that is left"}


def _text(kill_of_ten: float = 0.7) -> str:
    parts: list[str] = []
    rows: list[str] = []
    for name, (count, rounds, kill, looks) in STOCKS.items():
        last = f"[0, {GAP_S * (count - 1)}]"
        one_by_one = {"start_s": last, "raid": 'arrival = "regular"'} if name == "queue" else {}
        parts += [threats(name, count, **one_by_one), battery(name, rounds)]
        parts.append(f'doctrine.{name} = {{cells = ["{name}"], salvo = [1], allot = "even"}}')
        rows += shots(name, name, waves(looks), kill_of_ten if name == "ten" else kill)
    parts.append('doctrine.last_chance = {cells = ["few"], last_salvo = 1}')
    architectures = {}
    for architecture, rules in RULES.items():
        values = {}
        for name, (salvo, allot) in rules.items():
            values[f"doctrine__{name}__salvo"] = salvo
            values[f"doctrine__{name}__allot"] = allot
        if architecture == "all_looks":
            values["doctrine__last_chance__last_salvo"] = '"rest"'
        architectures[architecture] = setting(**values)
    return scenario(parts, rows, architectures)


@pytest.fixture(scope="module")
def stocks(seed: int) -> Counted:
    return run(_text(), seed, 100_000)


@pytest.mark.parametrize(("architecture", "name"), CASES)
def test_finite_magazine(stocks: Counted, architecture: str, name: str) -> None:
    exact, printed = CASES[architecture, name]
    threats_, rounds, kill, _ = STOCKS[name]
    values = exact.expected_leakers, exact.p_no_leakers, exact.expected_rounds, exact.p_exhausted
    assert values[: len(printed)] == pytest.approx(printed, abs=1e-10)
    label = f"{threats_}, {rounds}, {kill}; {RULE[architecture, name]}"
    stocks.leakers_are(architecture, name, exact.leakers, label)
    stocks.mean_is(
        f"{label}: rounds",
        stocks.rounds(architecture, name),
        exact.expected_rounds,
        most_variance(exact.expected_rounds, min(threats_, rounds), rounds),
    )
    emptied = stocks.emptied(architecture, name)
    stocks.share_is(f"{label}: exhausted", emptied, exact.p_exhausted)


@pytest.mark.parametrize("architecture", ["two", "three", "all_looks"])
def test_leakers_are_what_the_rounds_did_not_kill(stocks: Counted, architecture: str) -> None:
    """E[X] = W - k E[rounds] where each round meets a live threat, so the difference has mean 0.

    Given the number of rounds R, W - X is Bin(R, k) stopped; its excess over kR is a martingale
    of variance k (1-k) E[R].
    """
    count, _, kill, _ = STOCKS["ten"]
    seen = stocks.histogram(architecture, "ten")
    killed = count * stocks.trials - int(sum(i * n for i, n in enumerate(seen)))
    rounds = stocks.rounds(architecture, "ten") / stocks.trials
    variance = kill * (1 - kill) * rounds
    label = f"10, 16, 0.7; {RULE[architecture, 'ten']}: kills"
    stocks.mean_is(label, killed, kill * rounds, variance)


def test_a_wrong_kill_probability_is_detected(seed: int, record: Record) -> None:
    """The comparison can fail: 0.71 for 0.7 at the ten, with all else right."""
    wrong = run(_text(kill_of_ten=0.71), seed, 100_000)
    with record.refuses("a kill probability of .71 for .7", by="z"):
        wrong.leakers_are("two", "ten", CASES["two", "ten"][0].leakers)
    exact = CASES["two", "ten"][0].expected_rounds
    with record.refuses("a kill probability of .71 for .7", by="z"):
        wrong.mean_is("wrong: rounds", wrong.rounds("two", "ten"), exact, 2.0)
    wrong.leakers_are("fill", "twenty", CASES["fill", "twenty"][0].leakers)


def test_a_wrong_rule_is_detected(stocks: Counted, record: Record) -> None:
    """Even for fill moves the mean by 0.006 at the six, one leaker in the ten, and fails."""
    with record.refuses("even for fill", by="z"):
        stocks.leakers_are("fill", "ten", CASES["even", "ten"][0].leakers)
    with record.refuses("even for fill", by="z"):
        stocks.leakers_are("fill", "six", CASES["even", "six"][0].leakers)
