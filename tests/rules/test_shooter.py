"""Rule 31: who fires first at one object, and reserves over all magazines of a cell."""

from __future__ import annotations

import math
from itertools import permutations, product

import pytest

from tests.support.opportunity_table import MANY, one_cell, replay, split

ONE = {"m": 'class = "m", count = 1'}
KILL = 0.7


SHOOTERS = {
    "the cheapest": ("m a x 0 9 1\nm b z 0 9 1\nm c y 0 9 1", "b"),
    "the cheapest before the least versatile": ("m a y 0 9 1\nm b x 0 9 1\nn a y 99 109 1", "a"),
    "the least versatile": ("m a x 0 9 1\nm b x 0 9 1\nn a x 99 109 1", "b"),
    "the least versatile before the earliest intercept": (
        "m a x 0 8 1\nm b x 0 9 1\nn a x 99 109 1",
        "b",
    ),
    "the earliest intercept": ("m a x 0 9 1\nm b x 0 8 1\nm c x 0 9 1", "b"),
    "the earliest launch before all": ("m a x 0 9 1\nm b z 1 8 1\nn a x 99 109 1", "a"),
}


@pytest.mark.parametrize("what", SHOOTERS)
def test_rule_31_who_fires_first_does_not_depend_on_the_file(what: str) -> None:
    """One sure round kills, so whoever comes first fires alone, in every order of the file."""
    shots, fires = SHOOTERS[what]
    names = sorted({line.split()[1] for line in shots.splitlines()})
    for order in permutations(names):
        case = replay(
            shots=shots,
            raid=ONE | {"n": 'class = "n", count = 1'},
            battery=dict.fromkeys(order, "magazine = {x = 1, y = 1, z = 1}"),
            architecture=one_cell(*names),
            doctrine='choice = "first"',
        )
        assert [b for b in names if case.rounds(battery=b, kind="m")] == [fires], order


@pytest.mark.parametrize(
    ("prefer", "fires"),
    [
        ('["cost", "versatility"]', "b"),
        ('["cost"]', "b"),
        ('["versatility", "cost"]', "c"),
        ('["versatility"]', "c"),
        ('["file"]', "a"),
        ('["versatility", "file"]', "c"),
        ('["cost", "file"]', "b"),
    ],
)
def test_rule_31_what_prefer_names_decides_in_its_order(prefer: str, fires: str) -> None:
    """b's round is the cheapest, c reaches one class only, a stands first in the file."""
    case = replay(
        shots="m a x 0 8 1\nm b z 0 9 1\nm c x 0 9 1\nn a x 99 109 1\nn b z 99 109 1",
        raid=ONE | {"n": 'class = "n", count = 1'},
        battery=dict.fromkeys("abc", "magazine = {x = 1, z = 1}"),
        architecture=one_cell("a", "b", "c"),
        doctrine='choice = "first"',
        more=f"engagement.prefer = {prefer}",
    )
    assert [b for b in "abc" if case.rounds(battery=b, kind="m")] == [fires]


def test_rule_31_the_file_decides_among_equals() -> None:
    """Of two that are alike in all of this, the first of the file fires."""
    for order in ("ab", "ba"):
        case = replay(
            shots="m a x 0 9 1\nm b x 0 9 1",
            raid=ONE,
            battery=dict.fromkeys(order, "magazine = {x = 1}"),
            architecture=one_cell("a", "b"),
        )
        assert [b for b in "ab" if case.rounds(battery=b)] == [order[0]]


def _within(found: float, exact: float, variance: float) -> bool:
    """Within four standard errors of the mean of MANY trials (false alarm 6e-5)."""
    return abs(found - exact) <= 4 * math.sqrt(variance / MANY)


def _leakers(shots_at: list[int]) -> tuple[float, float]:
    """Mean and variance of the leakers among objects with so many independent shots each, by
    going through all outcomes."""
    mean = square = 0.0
    for leaks in product((0, 1), repeat=len(shots_at)):
        chances = [(1 - KILL) ** n for n in shots_at]
        chance = math.prod(c if leak else 1 - c for c, leak in zip(chances, leaks, strict=True))
        mean, square = mean + chance * sum(leaks), square + chance * sum(leaks) ** 2
    return mean, square - mean**2


@pytest.mark.parametrize("order", ["ab", "ba"])
@pytest.mark.parametrize("rounds", [2, 3])
def test_rule_31_two_batteries_of_which_one_reaches_all(order: str, rounds: int) -> None:
    """Two m at 5 s reach of both a and b, two n at 105 s only of a; SSPK .7, one look. Joined,
    b fires at m and a at n: 4 x .3 = 1.2, in either order of the file. Separate, with two rounds
    each: both at m, .09 each, and nothing is left for n: 2.18; with three: one n gets a round."""
    case = replay(
        shots="\n".join(f"{k} {b} x 5 15 {KILL}" for k, b in ("ma", "mb", "na")),
        raid={"m": 'class = "m", count = 2', "n": 'class = "n", count = 2, start_s = 100'},
        battery=dict.fromkeys(order, f"magazine = {{x = {rounds}}}"),
        architecture={"joined": one_cell("a", "b"), "separate": split("a", "b")},
        trials=MANY,
    )
    assert [case.rounds("joined", b, kind=k) for k, b in ("ma", "mb", "na")] == [0, 2, 2]
    left = rounds - 2
    assert [case.rounds("separate", b, kind=k) for k, b in ("ma", "mb", "na")] == [2, 2, left]
    exact = {"joined": (1.2, [1, 1, 1, 1]), "separate": (2.18 - 0.7 * left, [2, 2, 1, 0])}
    if not left:
        exact["separate"] = (2.18, [2, 2, 0, 0])
    for name, (mean, shots_at) in exact.items():
        enumerated, variance = _leakers(shots_at)
        assert enumerated == pytest.approx(mean)
        found = case.mean_leakers(name, "m") + case.mean_leakers(name, "n")
        assert _within(float(found), mean, variance), name


@pytest.mark.parametrize(
    ("kept", "leak", "dear", "cheap"), [(1, 0.3, 0.0, 1.0), (2, 0.027, 1.3, 0.09)]
)
def test_rule_21_two_dear_rounds_and_a_cheap_one(
    kept: int, leak: float, dear: float, cheap: float
) -> None:
    """Dear rounds at 0 s and 60 s, a cheap one at 120 s, SSPK .7, assessment 10 s. One look kept:
    the cheap round alone. Two kept: all three while the threat lives, .3 of it after each."""
    case = replay(
        shots=f"m a x 0 10 {KILL}\nm a x 60 70 {KILL}\nm a z 120 130 {KILL}",
        raid=ONE,
        battery={"a": "magazine = {x = 2, z = 1}"},
        architecture=one_cell("a"),
        doctrine=f"looks_kept = {kept}",
        trials=MANY,
    )
    assert _within(float(case.mean_leakers()), leak, leak * (1 - leak))
    fired = [float(case.rounds(interceptor=i)) for i in "xz"]
    assert _within(fired[0], dear, 0.21 if dear else 0.0)
    assert _within(fired[1], cheap, cheap * (1 - cheap))


@pytest.mark.parametrize(
    ("reserve", "pooled", "fired"),
    [
        (0, 0, [2, 2, 0]),  # m takes all four rounds, and n has none
        (1, 0, [1, 1, 1]),  # each battery keeps one, of which n reaches b's only
        (0, 1, [2, 1, 1]),  # the cell keeps one, and it lies in b, which fires last
        (0, 2, [2, 0, 2]),
        (0, 3, [1, 0, 2]),
        (0, 4, [0, 0, 2]),
        (0, 9, [0, 0, 2]),
        (1, 2, [1, 1, 1]),  # the lesser of both: one of each battery's, two of the cell's
        (1, 3, [1, 0, 2]),
    ],
)
def test_rule_23_a_reserve_over_all_magazines_of_a_cell(
    reserve: int, pooled: int, fired: list[int]
) -> None:
    """Batteries a and b with two rounds each; four m, met by a at 0 s and by b at 1 s; two n at
    20 s that only b reaches. `fired`: a at m, b at m, b at n."""
    case = replay(
        shots="m a x 0 10 1\nm b x 1 11 1\nn b x 20 30 1",
        raid={"m": 'class = "m", count = 4', "n": 'class = "n", count = 2'},
        battery=dict.fromkeys("ab", f"magazine = {{x = 2}}, reserve = {{x = {{m = {reserve}}}}}"),
        architecture=one_cell("a", "b"),
        doctrine=f'classes = ["m"], pooled_reserve = {{x = {pooled}}}, others_kills_s = 0',
    )
    assert [case.rounds(battery=b, kind=k) for b, k in ("am", "bm", "bn")] == fired
    assert case.leakers(kind="n") == 2 - fired[2]


def test_rule_23_a_reserve_is_pooled_within_a_cell_and_by_interceptor() -> None:
    """Two rounds kept of x: a cell of a alone has two and may fire none, joined with b it may fire
    two of the four. Rounds of another interceptor do not count."""
    case = replay(
        shots="m a x 0 10 1\nm a z 1 11 1",
        raid={"m": 'class = "m", count = 2'},
        battery={"a": "magazine = {x = 2, z = 9}", "b": "magazine = {x = 2}"},
        architecture={"joined": one_cell("a", "b"), "apart": split("a", "b")},
        doctrine='choice = "first", pooled_reserve = {x = 2}',
    )
    assert [case.rounds("joined", interceptor=i) for i in "xz"] == [2, 0]
    assert [case.rounds("apart", interceptor=i) for i in "xz"] == [0, 2]
