"""The engine and an engine written from the rules alone count the same, trial by trial.

No chance of a false alarm: both draw the same numbers, so every count must be equal.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from tests.support.random_scenarios import random_scenario
from tests.support.toml_text import toml
from tests.support.validation_record import Record
from tests.system.reference import (
    reference_draws,
    reference_losses,
    reference_onset,
    reference_orders,
    reference_sharing,
    reference_trial,
    reference_world,
)
from tests.system.reference.comparing import (
    LEAN,
    LOSSES,
    ONSETS,
    POSTS,
    RELOADS,
    SCENARIOS,
    TRIALS,
    Case,
    engine_cases,
    report,
)
from tests.system.reference.every_case import every_case
from tests.system.reference.loss_scenarios import loss_scenario
from tests.system.reference.onset_scenarios import onset_scenario
from tests.system.reference.post_scenarios import post_scenario
from tests.system.reference.reference_belief import CAUSES, Belief
from tests.system.reference.reference_defence import Defence
from tests.system.reference.reference_losses import Lost
from tests.system.reference.reference_luck import NEVER, Luck
from tests.system.reference.reference_onset import Charge
from tests.system.reference.reference_raid import RaidObject
from tests.system.reference.reference_reloads import Due, Stores
from tests.system.reference.reference_trial import Trial
from tests.system.reference.reload_scenarios import reload_scenario
from tests.system.reference.smaller import smaller

MANY = int(os.environ.get("MCDEFENSE_REFERENCE_SCENARIOS", "2000"))
"""Scenarios of the slow comparison."""
EQUAL = pytest.mark.claim(
    "Second engine",
    "The engine counts as a second engine does, trial by trial, bit for bit",
    oracle="tests/system/reference: an event queue in plain Python, written from docs/explanation",
)


WHAT = (
    *("live", "leaker", "hit", "asset_hit", "live_reachable", "leakers_reachable", "no_leakers"),
    *("fired", "wasted", "kills", "engagements", "remote", "looks", "fired_network_lost"),
    *("left", "emptied", "denied", "network_lost", "leaked_alone", "leaker_looks"),
)
"""What is compared, beside causes; and the rounds reloaded, where any are."""


@pytest.fixture
def onsets(seed: int) -> list[Case]:
    """The random scenarios with a loss during the raid."""
    return every_case(seed).onsets


@pytest.fixture
def losses(seed: int) -> list[Case]:
    """The random scenarios with losses."""
    return every_case(seed).losses


@pytest.fixture
def posts(seed: int) -> list[Case]:
    """The random scenarios with command posts."""
    return every_case(seed).posts


@pytest.fixture
def reloads(seed: int) -> list[Case]:
    """The random scenarios with reloads and raids in sequence."""
    return every_case(seed).reloads


def disagreement(cases: Iterable[Case]) -> tuple[Case, int] | None:
    """The first case, and its trial, of which the reference counts something else."""
    return next(((case, trial) for case in cases for trial, _ in case.disagreements()), None)


@pytest.fixture
def cases(seed: int) -> list[Case]:
    """The random scenarios."""
    return every_case(seed).random


def hold_alike(record: Record, what: str, cases: Iterable[Case], scenarios: int) -> None:
    """So many scenarios, and no trial of them that the reference counts differently.

    The first that differs is made small before it is shown.
    """
    compared, trials = 0, 0
    for case in cases:
        compared, trials = compared + 1, trials + len(case.outcomes)
        for trial, _ in case.disagreements():
            least, difference = smaller(case, trial)
            pytest.fail(report(least, trial, difference))
    record.same(f"{what} scenarios", exact=scenarios, estimated=compared)
    record.same(f"{what} scenarios: trials alike", exact=scenarios * TRIALS, estimated=trials)


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
    # Who is held fires later as a rule; that holding matters a planted fault shows. Networks that
    # are lost during the raid, and batteries, have scenarios of their own.
    for name in {*CAUSES, *WHAT} - {"held", "network", "lost"}:
        assert seen[name] >= 2, (name, seen)


@EQUAL
def test_lean_scenarios(seed: int, record: Record) -> None:
    hold_alike(record, "lean", every_case(seed).lean, LEAN)


@EQUAL
def test_onset_scenarios(onsets: list[Case], record: Record) -> None:
    """Networks that are lost during the raid (rule 38)."""
    hold_alike(record, "onset", onsets, ONSETS)


def test_onset_scenarios_reach_the_rule(onsets: list[Case]) -> None:
    seen = Counter(
        key[-1] if key[0] == "cause" else key[0]
        for case in onsets
        for outcome in case.outcomes.values()
        for key in outcome
    )
    for name in ("network", "network_lost", "before_onset", "fired_network_lost"):
        assert seen[name] >= 2, (name, seen)


@EQUAL
@pytest.mark.slow
def test_many_onset_scenarios(seed: int, record: Record) -> None:
    first = 10_000 * seed + ONSETS
    documents = {number: onset_scenario(number) for number in range(first, first + MANY)}
    hold_alike(record, "many onset", engine_cases(documents, TRIALS), MANY)


@EQUAL
def test_loss_scenarios(losses: list[Case], record: Record) -> None:
    """Batteries and sensors that leakers damage (rule 39), some with onsets too."""
    hold_alike(record, "loss", losses, LOSSES)


def test_loss_scenarios_reach_the_rule(losses: list[Case]) -> None:
    seen = Counter(
        key[-1] if key[0] == "cause" else key[0]
        for case in losses
        for outcome in case.outcomes.values()
        for key in outcome
    )
    for name in ("lost", "battery_lost", "sensor_lost"):
        assert seen[name] >= 2, (name, seen)


@EQUAL
@pytest.mark.slow
def test_many_loss_scenarios(seed: int, record: Record) -> None:
    first = 10_000 * seed + LOSSES
    documents = {number: loss_scenario(number) for number in range(first, first + MANY)}
    hold_alike(record, "many loss", engine_cases(documents, TRIALS), MANY)


@EQUAL
def test_post_scenarios(posts: list[Case], record: Record) -> None:
    """Command posts that leakers damage (rule 43), some with onsets too."""
    hold_alike(record, "post", posts, POSTS)


@EQUAL
@pytest.mark.slow
def test_many_post_scenarios(seed: int, record: Record) -> None:
    first = 10_000 * seed + POSTS
    documents = {number: post_scenario(number) for number in range(first, first + MANY)}
    hold_alike(record, "many post", engine_cases(documents, TRIALS), MANY)


@EQUAL
def test_reload_scenarios(reloads: list[Case], record: Record) -> None:
    """Magazines that are filled up (rule 41) and waves that fly again (rule 42), some with onsets
    or losses too."""
    hold_alike(record, "reload", reloads, RELOADS)


def test_reload_scenarios_reach_the_rules(reloads: list[Case]) -> None:
    seen = Counter(
        key[0]
        for case in reloads
        for outcome in case.outcomes.values()
        for key in outcome
        if key[0] == "reloaded" and "guard" not in key
    )
    assert seen["reloaded"] >= 20
    repeats = [wave.get("repeat", 1) for c in reloads for wave in c.document["raid"].values()]
    assert sum(repeat > 1 for repeat in repeats) >= 20


@pytest.mark.slow
def test_many_reload_scenarios(seed: int) -> None:
    first = 10_000 * seed + RELOADS
    documents = {number: reload_scenario(number) for number in range(first, first + MANY)}
    assert disagreement(engine_cases(documents, TRIALS)) is None


def _never_refused(*_arguments: object) -> None:
    return None


def _all_remember(trial: Trial, others: Sequence[Trial]) -> None:
    """The fallback's cells have the looks of those before them, where they have their names."""
    cut(trial, others)
    for other in others:
        other.beliefs = trial.beliefs


cut = reference_onset.cut
ONSET_FAULTS: dict[str, tuple[object, str, object]] = {
    "nobody loses anything": (Charge, "refuses", _never_refused),
    "looks are remembered": (reference_onset, "cut", _all_remember),
    "the onset has another draw": (reference_onset, "ONSET", reference_draws.DAMAGE),
}
"""Faults of the reference that only a loss during the raid shows."""


@pytest.mark.parametrize("fault", ONSET_FAULTS)
def test_a_planted_fault_of_the_loss_is_found(
    fault: str, onsets: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*ONSET_FAULTS[fault])
    assert disagreement(onsets) is not None


@EQUAL
@pytest.mark.slow
def test_many_random_scenarios(seed: int, record: Record) -> None:
    first = 10_000 * seed + SCENARIOS
    documents = {number: random_scenario(number) for number in range(first, first + MANY)}
    hold_alike(record, "many random", engine_cases(documents, TRIALS), MANY)


def _blind_to_others(_trial: Trial, belief: Belief) -> bool:
    return belief.alive or (belief.look is not None and belief.look.open)


def _never_cued(luck: Luck, sensor: str, one: RaidObject, _warned_ms: int) -> int:
    return first_track(luck, sensor, one, NEVER)


def _never(*_arguments: object) -> bool:
    return False


def _nothing(*_arguments: object) -> None:
    return None


def _one_look(*_arguments: object) -> int:
    return 1


def _order_of_the_file(*arguments: Any) -> Any:
    return arguments[1]


def _none(*_arguments: object) -> int:
    return 0


def _no_time(_seconds: float) -> int:
    return 0


first_track = Luck.first_track
FAULTS: dict[str, tuple[object, str, object]] = {
    "a channel that ends at t is not free at t": (reference_trial, "RELEASE", 9),
    "a look that ends at t is not over at t": (reference_trial, "LOOK_OVER", 9),
    "a plan comes after the launches of its time": (reference_trial, "PLAN", 9),
    "others' kills are never seen": (Trial, "_believed_alive", _blind_to_others),
    "no sensor is cued": (Luck, "first_track", _never_cued),
    "dual tracks are not doubled": (Luck, "doubled", _never),
    "nothing is preferred": (reference_orders, "_preferred", _nothing),
    "waiting keeps no looks": (reference_orders, "looks_left", _one_look),
    "the file decides who fires first": (reference_world, "_order", _order_of_the_file),
    "no reserve is pooled": (Trial, "_pooled_reserve", _none),
    "the choice has another draw": (reference_sharing, "CHOICE", reference_draws.DAMAGE),
    "decisions and holds take no time": (reference_trial, "milliseconds", _no_time),
}
"""Faults of the reference: what is changed, and to what."""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(
    fault: str, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*FAULTS[fault])
    assert disagreement(cases) is not None


def _nobody_alone(_defence: Defence) -> None:
    return None


POST_FAULTS: dict[str, tuple[object, str, object]] = {
    "nothing is ever damaged": (Lost, "hit", _nothing),
    "batteries do not go on by themselves": (Defence, "alone", _nobody_alone),
    "looks are remembered": (reference_onset, "cut", _all_remember),
    "damage has another draw": (reference_losses, "DAMAGE", reference_draws.ONSET),
    "an impact comes after the launches of its time": (reference_trial, "IMPACT", 9),
}
"""Faults of the reference that only posts show."""


@pytest.mark.parametrize("fault", POST_FAULTS)
def test_a_planted_fault_of_posts_is_found(
    fault: str, posts: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*POST_FAULTS[fault])
    assert disagreement(posts) is not None


LOSS_FAULTS: dict[str, tuple[object, str, object]] = {
    "nothing is ever lost": (Lost, "hit", _nothing),
    "an impact comes after the launches of its time": (reference_trial, "IMPACT", 9),
}
"""Faults of the reference that only losses show."""


@pytest.mark.parametrize("fault", LOSS_FAULTS)
def test_a_planted_fault_of_losses_is_found(
    fault: str, losses: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*LOSS_FAULTS[fault])
    assert disagreement(losses) is not None


def _without_end(stores: Stores, rounds: dict[tuple[str, str], int], due: Due) -> None:
    """A store that never runs out."""
    stores.left[due.magazine] = float("inf")
    fill(stores, rounds, due)


fill = Stores.fill
RELOAD_FAULTS: dict[str, tuple[object, str, object]] = {
    "nothing is ever put in": (Stores, "fill", _nothing),
    "a store has no end": (Stores, "fill", _without_end),
    "a reload comes after the launches of its time": (reference_trial, "RELOAD", 9),
}
"""Faults of the reference that only reloads show."""


@pytest.mark.parametrize("fault", RELOAD_FAULTS)
def test_a_planted_fault_of_reloads_is_found(
    fault: str, reloads: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*RELOAD_FAULTS[fault])
    assert disagreement(reloads) is not None


def test_a_disagreement_is_made_smaller(cases: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*FAULTS["a channel that ends at t is not free at t"])
    found = disagreement(cases)
    assert found is not None
    case, difference = smaller(*found, tries=60)
    assert difference
    assert len(toml(case.document)) < 0.9 * len(toml(found[0].document)), toml(case.document)
