"""The slow comparison of the two engines: thousands of random scenarios of every kind.

No chance of a false alarm: both draw the same numbers, so every count must be equal.
"""

from __future__ import annotations

import os

import pytest

from tests.support.random_scenarios import random_scenario
from tests.support.validation_record import Record
from tests.system.reference.comparing import (
    LOSSES,
    ONSETS,
    POSTS,
    RELOADS,
    SCENARIOS,
    TRIALS,
    engine_cases,
)
from tests.system.reference.holding import EQUAL, disagreement, hold_alike
from tests.system.reference.loss_scenarios import loss_scenario
from tests.system.reference.onset_scenarios import onset_scenario
from tests.system.reference.post_scenarios import post_scenario
from tests.system.reference.reload_scenarios import reload_scenario

MANY = int(os.environ.get("MCDEFENSE_REFERENCE_SCENARIOS", "2000"))
"""Scenarios of the slow comparison."""


@EQUAL
@pytest.mark.slow
def test_many_onset_scenarios(seed: int, record: Record) -> None:
    first = 10_000 * seed + ONSETS
    documents = {number: onset_scenario(number) for number in range(first, first + MANY)}
    hold_alike(record, "many onset", engine_cases(documents, TRIALS), MANY)


@EQUAL
@pytest.mark.slow
def test_many_loss_scenarios(seed: int, record: Record) -> None:
    first = 10_000 * seed + LOSSES
    documents = {number: loss_scenario(number) for number in range(first, first + MANY)}
    hold_alike(record, "many loss", engine_cases(documents, TRIALS), MANY)


@pytest.mark.slow
def test_many_post_scenarios(seed: int) -> None:
    first = 10_000 * seed + POSTS
    documents = {number: post_scenario(number) for number in range(first, first + MANY)}
    assert disagreement(engine_cases(documents, TRIALS)) is None


@pytest.mark.slow
def test_many_reload_scenarios(seed: int) -> None:
    first = 10_000 * seed + RELOADS
    documents = {number: reload_scenario(number) for number in range(first, first + MANY)}
    assert disagreement(engine_cases(documents, TRIALS)) is None


@EQUAL
@pytest.mark.slow
def test_many_random_scenarios(seed: int, record: Record) -> None:
    first = 10_000 * seed + SCENARIOS
    documents = {number: random_scenario(number) for number in range(first, first + MANY)}
    hold_alike(record, "many random", engine_cases(documents, TRIALS), MANY)
