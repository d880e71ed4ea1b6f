"""The network is lost during the raid (rule 38, `onset`), against enumeration and against rule 26.

Probabilities are held within 4 standard errors: one comparison in 16,000 alarms falsely.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import mcdefense
from mcdefense.contract import OUTCOMES
from mcdefense.schedule import Builder, every_orders, orders
from mcdefense.statistics import Result
from tests.support.cut_defence import Phase, expected_leakers
from tests.support.random_scenarios import random_scenario
from tests.support.toml_text import Document, toml
from tests.support.unreached import LOST, UNREACHED
from tests.system.invariances.transforms import assert_same_counts
from tests.system.reference.comparing import SEED
from tests.system.reference.engine_trial import Engine, capacity_for

TRIALS = 20_000
KILL = 0.7


def raid_text(rounds: int, threats: int, networks: dict[str, str]) -> str:
    """Batteries a and b of so many rounds; a threat every 1,000 s, at which first a and then b can
    fire all its rounds, each outcome known before the next. Joined in every architecture but apart,
    where a fair coin gives each threat to one of the two."""
    rows = [
        f'{{threat = "m", battery = "{battery}", interceptor = "x", launch_s = {first + 20 * i}, '
        f"intercept_s = {first + 20 * i + 5}, sspk = {KILL}}}"
        for battery, first in (("a", 0), ("b", 400))
        for i in range(rounds)
    ]
    lines = [
        "threat.m = {}",
        f'raid.m = {{class = "m", count = {threats}, arrival = "regular", '
        f"start_s = [0, {1000 * (threats - 1)}], impact_s = 900}}",
        "interceptor.x = {}",
        f"battery.a = {{magazine = {{x = {rounds}}}}}",
        f"battery.b = {{magazine = {{x = {rounds}}}}}",
        "doctrine.every = {assessment_s = 10, choice = 'first'}",
        'architecture.apart.cells.east = {batteries = ["a"], assign = 0.5}',
        'architecture.apart.cells.west = {batteries = ["b"], assign = 0.5}',
        "architecture.whole = {join = 'all'}",
        *(
            f"architecture.{name} = {{join = 'all', network = {{{text}}}}}"
            for name, text in networks.items()
        ),
        "opportunities.rows = [",
        *(f"  {row}," for row in rows),
        "]",
    ]
    return "\n".join(lines)


def leakers(result: Result, architecture: str) -> tuple[float, float]:
    """Leakers a raid, and their standard error."""
    counts = result.tally
    a, trials = counts.axes.architecture.index(architecture), int(counts["trials"].sum())
    mean = counts["leaked"][0, a, -1] / trials
    variance = counts["leakers_squared"][0, a, -1] / trials - mean**2
    return float(mean), float(np.sqrt(variance / trials))


def after(number: int, threats: int, nobody: Sequence[int] = ()) -> list[Phase]:
    """The phases of the threats if the network is lost after so many."""
    return [
        "nobody" if i in nobody else "joined" if i < number else "apart" for i in range(threats)
    ]


def lost(after_s: float | str, more: str = "", availability: float = 0) -> str:
    return f'availability = {availability}, fallback = "apart", onset_s = {after_s}{more}'


FOUR = {
    "at_once": lost(0),
    "after_1": lost(950),
    "after_2": lost(1950),
    "after_3": lost(2950),
    "silent_one": lost(1950, ", dead_time_s = 1000"),
    "silent_rest": lost(950, ", dead_time_s = 9000"),
    "mostly_up": lost(1950, availability=0.6),
    "any_time": lost("[0, 3999.999]"),
    "idle": "availability = 0, onset_s = 1950",
    "from_the_start": 'availability = 0, fallback = "apart"',  # of rule 26, beside those of 38
}
"""Networks of the raid of four threats; the loss comes between two of them."""


@pytest.fixture(scope="module")
def four() -> Result:
    text = raid_text(2, 4, FOUR)
    return mcdefense.simulate(mcdefense.loads(text), worlds=1, trials_per_world=TRIALS, seed=SEED)


def _mixed(rounds: tuple[int, int]) -> float:
    """A loss at any time of 4,000 s: uniform over each threat's 1,000 s, in whose first part some
    of its shots are still joined. Shots of a are at 0 and 20 s, of b at 400 and 420 s.

    A threat that is cut among its own shots is engaged anew by the cell that it is assigned to,
    which knows of no earlier look, so that the parts are enumerated one by one.
    """
    total = 0.0
    for threat in range(4):
        for share, shots_before in ((0.02, 1), (0.38, 2), (0.02, 3), (0.58, 4)):
            total += 0.25 * share * _cut_within(rounds, threat, shots_before)
    return total


def _cut_within(rounds: tuple[int, int], threat: int, shots_before: int) -> float:
    """The loss comes after so many of the threat's four shot times, of a, a, b, b.

    The threats before it were engaged by the one cell. Of the threat itself the cell fires at the
    times before the loss; if it lives, its own battery fires at the times after.
    """
    times = ("a", "a", "b", "b")

    def rest(number: int, a: int, b: int) -> float:
        return expected_leakers((a, b), KILL, ["apart"] * (3 - number))

    def shot(at: int, a: int, b: int, mine: str) -> float:
        if at == len(times):
            return 1 + rest(threat, a, b)
        battery = times[at]
        stock = a if battery == "a" else b
        fires = stock > 0 and (at < shots_before or battery == mine)
        if not fires:
            return shot(at + 1, a, b, mine)
        a, b = (a - 1, b) if battery == "a" else (a, b - 1)
        return KILL * rest(threat, a, b) + (1 - KILL) * shot(at + 1, a, b, mine)

    def threats_before(number: int, a: int, b: int) -> float:
        if number == threat:
            return 0.5 * (shot(0, a, b, "a") + shot(0, a, b, "b"))
        total, alive = 0.0, 1.0
        for used in range(1, a + b + 1):
            left = max(a - used, 0), b - max(used - a, 0)
            total += alive * KILL * threats_before(number + 1, *left)
            alive *= 1 - KILL
        return total + alive * (1 + threats_before(number + 1, 0, 0))

    return threats_before(0, *rounds)


EXACT = {
    "apart": expected_leakers((2, 2), KILL, after(0, 4)),
    "whole": expected_leakers((2, 2), KILL, after(4, 4)),
    "at_once": expected_leakers((2, 2), KILL, after(0, 4)),
    "after_1": expected_leakers((2, 2), KILL, after(1, 4)),
    "after_2": expected_leakers((2, 2), KILL, after(2, 4)),
    "after_3": expected_leakers((2, 2), KILL, after(3, 4)),
    "silent_one": expected_leakers((2, 2), KILL, after(2, 4, [2])),
    "silent_rest": expected_leakers((2, 2), KILL, after(1, 4, [1, 2, 3])),
    "mostly_up": 0.6 * 1.2 + 0.4 * expected_leakers((2, 2), KILL, after(2, 4)),
    "any_time": _mixed((2, 2)),
    "idle": expected_leakers((2, 2), KILL, after(2, 4, [2, 3])),
}


def test_the_enumeration_gives_the_values_worked_out_by_hand() -> None:
    assert EXACT["whole"] == pytest.approx(1.2)
    assert EXACT["apart"] == pytest.approx(1.62)
    assert EXACT["after_2"] == pytest.approx(1.543)


@pytest.mark.parametrize("name", EXACT)
def test_leakers_are_those_of_the_enumeration(four: Result, name: str) -> None:
    mean, error = leakers(four, name)
    assert abs(mean - EXACT[name]) < 4 * error


def test_a_loss_that_is_told_apart_by_4_errors_would_be_found(four: Result) -> None:
    """The values differ by more than the comparison lets pass."""
    mean, error = leakers(four, "after_1")
    for name in ("whole", "apart", "after_2", "after_3"):
        assert abs(mean - EXACT[name]) > 4 * error


def test_joined_and_then_cut_is_worse_than_separate() -> None:
    """Four and four rounds, six threats, lost after three: the rounds lie in the wrong place."""
    text = raid_text(4, 6, {"cut": lost(2950)})
    scenario = mcdefense.loads(text)
    result = mcdefense.simulate(scenario, worlds=1, trials_per_world=TRIALS, seed=SEED)
    exact = {"whole": 0.71294634, "apart": 1.3946125, "cut": 1.5250815888}
    for name, value in exact.items():
        mean, error = leakers(result, name)
        assert abs(mean - value) < 4 * error
    assert expected_leakers((4, 4), KILL, after(3, 6)) == pytest.approx(exact["cut"])


def _of(result: Result, what: str, architecture: str) -> np.ndarray:
    counts: np.ndarray = result.tally[what]
    axis = result.tally.axes.architecture.index(architecture)
    by_world = what in ("network_lost", "leakers_network_lost", "leaked")
    return counts[:, axis] if by_world else counts[axis]


def test_causes_say_who_was_in_charge(four: Result) -> None:
    """The third threat comes in the dead time of `silent_one`, and always leaks; without a fallback
    whatever comes after the loss is `unavailable`, as where the network is down from the start."""
    causes = {name: _of(four, "outcome", name).sum(0) for name in FOUR}
    network, unavailable = OUTCOMES.index("network"), OUTCOMES.index("unavailable")
    assert causes["silent_one"][network] == TRIALS
    assert causes["silent_rest"][network] == 3 * TRIALS
    assert causes["after_2"][network] == 0
    assert causes["idle"][unavailable] == 2 * TRIALS
    assert causes["idle"][network] == 0


def test_leakers_are_told_apart_by_the_loss(four: Result) -> None:
    """Threats reach their asset 900 s after their start, and those lost at 1,950 s lose the third
    and fourth: their leakers before it are those of the first two, as with the network up."""
    before = int(_of(four, "leakers_before_onset", "after_2").sum())
    same = int(_of(four, "leakers_before_onset", "idle").sum())
    assert before == same
    # The first two threats fire up to four rounds: only four misses leak the first, and so on.
    q = 1 - KILL
    first = q**4
    second = q**4 + sum(KILL * q**used * q ** (3 - used) for used in range(4))
    error = np.sqrt(0.5 * (first + second) / TRIALS)
    assert abs(before / TRIALS - first - second) < 4 * error
    assert int(_of(four, "leakers_before_onset", "whole").sum()) == 0


def test_the_network_is_lost_in_the_trials_that_lose_it(four: Result) -> None:
    assert _of(four, "network_lost", "after_2").sum() == TRIALS
    share = _of(four, "network_lost", "mostly_up").sum() / TRIALS
    assert abs(share - 0.4) < 4 * np.sqrt(0.24 / TRIALS)
    fired = _of(four, "rounds_fired_network_lost", "mostly_up").sum()
    assert 0 < fired < _of(four, "rounds_fired", "mostly_up").sum()


def test_networks_of_both_kinds_stand_side_by_side(four: Result) -> None:
    """One lost from the start, and one lost at 0 s, in one run: the same trials leak alike."""
    for count in ("leaked", "outcome", "rounds_fired", "leakers_by_looks", "rounds_left"):
        at_once, start = (_of(four, count, name) for name in ("at_once", "from_the_start"))
        assert np.array_equal(at_once, start), count


def _from_the_start(number: int, onset: float | None) -> Document:
    """A random scenario whose networks are lost from the start, by the one rule or the other."""
    document = random_scenario(number)
    joined, sectors = (document["architecture"][name] for name in ("joined", "sectors"))
    joined["set"].pop("battery.b1.magazine.cheap", None)
    sectors["network"] = {"availability": 0.5, "fallback": "none"}
    for entry in (joined, sectors):
        if onset is not None:
            entry["network"] = entry["network"] | {"onset_s": onset}
    return document


@pytest.mark.parametrize("numbers", [range(12)])
def test_a_loss_at_0_counts_as_one_from_the_start(numbers: range) -> None:
    """Bit for bit, trial by trial: all counts, causes included (rule 26, `fallback`)."""
    counted = []
    for onset in (None, 0.0):
        engines = [
            Engine(mcdefense.loads(toml(_from_the_start(n, onset))), SEED, n % 4) for n in numbers
        ]
        capacity = capacity_for([engine.sizes for engine in engines])
        counted.append([list(engine.outcomes(range(6), capacity)) for engine in engines])
    assert counted[0] == counted[1]
    assert any(trial["network_lost", "joined"] for engine in counted[0] for trial in engine)


def test_shifting_all_times_changes_nothing() -> None:
    networks = {"cut": lost("[900, 2100]", ", dead_time_s = 300", 0.5)}
    text = raid_text(2, 4, networks)
    later = text.replace("start_s = [0, 3000]", "start_s = [70, 3070]")
    later = later.replace("onset_s = [900, 2100]", "onset_s = [970, 2170]")
    assert later != text
    results = [
        mcdefense.simulate(mcdefense.loads(one), worlds=1, trials_per_world=2_000, seed=SEED)
        for one in (text, later)
    ]
    assert_same_counts(results[0].tally, results[1].tally, by_time=False)


def test_a_window_that_a_draw_makes_too_long_is_cut() -> None:
    """A factor on its end may lead further than a user may write: the draw fits its integers."""
    networks = {"cut": lost("[0, 1000]", "", 0.5)}
    wide = (
        '\n[uncertainty.wide]\npaths = ["architecture.cut.network.onset_s.1"]\nas = "factor"\n'
        'distribution = "uniform"\nlow = 20000\nhigh = 20001\n'
    )
    scenario = mcdefense.loads(raid_text(2, 4, networks) + wide)
    builder = Builder(scenario)
    rows = builder.schedule(builder.world(SEED, 0)).arrays.onsets
    limits = np.concatenate([np.ravel(getattr(rows, name)) for name in ("ended", "impact")])
    assert limits.min() >= -1
    assert limits.max() > 2**20  # 3.9 s of 1,000,000 s, of 2**30


def test_the_orders_of_a_fallback_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many architectures fall back on it: beside their own, one more are made."""
    builder = Builder(
        mcdefense.loads(raid_text(2, 4, {n: FOUR[n] for n in ("after_1", "any_time")}))
    )
    made: list[str] = []
    make = orders.make_orders

    def noted(control: Any, *others: Any) -> Any:
        made.append(control.name)
        return make(control, *others)

    monkeypatch.setattr(every_orders, "make_orders", noted)
    schedule = builder.schedule(builder.world(SEED, 0))
    assert schedule.features.onsets == (-1, -1, 4, 5)
    assert made == ["apart", "whole", "after_1", "any_time", "apart"]


@pytest.mark.parametrize("joined", LOST)
def test_a_world_in_which_nobody_can_fire_is_a_world(joined: str) -> None:
    """Whatever is lost in it: its list of opportunities is empty, and all that come leak."""
    scenario = mcdefense.loads(UNREACHED + joined)
    result = mcdefense.simulate(scenario, worlds=8, trials_per_world=20, devices=1)
    unseen = result.plan == "unseen"
    assert 0 < unseen.sum() < 8
    leaked = result.tally["leaked"][..., -1]  # [W, A]
    assert (leaked[unseen] == 2 * 20).all()
    assert (leaked[~unseen] == 0).all()
