"""The engine and an engine written from the rules alone count the same, trial by trial.

No chance of a false alarm: both draw the same numbers, so every count must be equal.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable

import pytest
import reference_draws
import reference_orders
import reference_trial
from comparing import LEAN, SCENARIOS, TRIALS, Case, engine_cases, report
from every_case import every_case
from random_scenarios import random_scenario
from reference_belief import CAUSES, Belief
from reference_luck import NEVER, Luck
from reference_trial import Trial
from reference_world import RaidObject
from validation_record import Record

MANY = int(os.environ.get("MCDEFENSE_REFERENCE_SCENARIOS", "2000"))
"""Scenarios of the slow comparison."""
EQUAL = pytest.mark.claim(
    "Second engine",
    "The engine counts as a second engine does, trial by trial, bit for bit",
    oracle="tests/reference: an event queue in plain Python, written from docs/model.md",
)


WHAT = (
    *("live", "leaker", "hit", "asset_hit", "live_reachable", "leakers_reachable", "no_leakers"),
    *("fired", "wasted", "kills", "engagements", "remote", "looks", "fired_network_lost"),
    *("left", "emptied", "denied", "network_lost"),
)
"""What is compared, beside causes."""


def disagreement(cases: list[Case]) -> str | None:
    """The first disagreement in words, None if there is none."""
    for case in cases:
        for trial, difference in case.disagreements():
            return report(case, trial, difference)
    return None


@pytest.fixture
def cases(seed: int) -> list[Case]:
    """The random scenarios."""
    return every_case(seed).random


def hold_alike(record: Record, what: str, cases: Iterable[Case], scenarios: int) -> None:
    """So many scenarios, and no trial of them that the reference counts differently."""
    compared, trials, differ = 0, 0, []
    for case in cases:
        compared, trials = compared + 1, trials + len(case.outcomes)
        differ += [report(case, *difference) for difference in case.disagreements()]
    assert not differ, differ[0]
    record.same(f"{what} scenarios", exact=scenarios, estimated=compared)
    record.same(f"{what} scenarios: trials", exact=scenarios * TRIALS, estimated=trials)
    record.same(f"{what} scenarios: trials that differ", exact=0, estimated=len(differ))


@EQUAL
def test_random_scenarios(cases: list[Case], record: Record) -> None:
    hold_alike(record, "random", cases, SCENARIOS)


def test_random_scenarios_reach_every_rule(cases: list[Case]) -> None:
    """Everything that is counted occurs, in most cases often."""
    seen: Counter[str] = Counter()
    for case in cases:
        for outcome in case.outcomes.values():
            for key in outcome:
                if "far" not in key and "guard" not in key:
                    seen[key[-1] if key[0] == "cause" else key[0]] += 1
    # Who is held fires later as a rule; that holding matters a planted fault shows.
    for name in {*CAUSES, *WHAT} - {"held"}:
        assert seen[name] >= 2, (name, seen)


@EQUAL
def test_lean_scenarios(seed: int, record: Record) -> None:
    hold_alike(record, "lean", every_case(seed).lean, LEAN)


@pytest.mark.slow
def test_many_random_scenarios(seed: int) -> None:
    numbers = range(10_000 * seed + SCENARIOS, 10_000 * seed + SCENARIOS + MANY)
    trials = 0
    for case in engine_cases({n: random_scenario(n) for n in numbers}, TRIALS):
        found = disagreement([case])
        assert found is None, found
        trials += len(case.outcomes)
    assert trials == MANY * TRIALS


def _blind_to_others(_trial: Trial, belief: Belief) -> bool:
    return belief.alive or (belief.look is not None and belief.look.open)


def _never_cued(luck: Luck, sensor: str, one: RaidObject, _warned_ms: int) -> int:
    return _first_track(luck, sensor, one, NEVER)


def _never(*_arguments: object) -> bool:
    return False


def _nothing(*_arguments: object) -> None:
    return None


def _no_time(_seconds: float) -> int:
    return 0


_first_track = Luck._first_track
FAULTS: dict[str, tuple[object, str, object]] = {
    "a channel that ends at t is not free at t": (reference_trial, "RELEASE", 9),
    "a look that ends at t is not over at t": (reference_trial, "LOOK_OVER", 9),
    "a plan comes after the launches of its time": (reference_trial, "PLAN", 9),
    "others' kills are never seen": (Trial, "_believed_alive", _blind_to_others),
    "no sensor is cued": (Luck, "_first_track", _never_cued),
    "dual tracks are not doubled": (Luck, "doubled", _never),
    "nothing is preferred": (reference_orders, "_preferred", _nothing),
    "the choice has another draw": (reference_trial, "CHOICE", reference_draws.DAMAGE),
    "decisions and holds take no time": (reference_trial, "milliseconds", _no_time),
}
"""Faults of the reference: what is changed, and to what."""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(
    fault: str, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*FAULTS[fault])
    assert disagreement(cases) is not None
