"""What the engine makes of all scenarios of this folder, simulated once, in one room."""

from __future__ import annotations

from functools import cache

from tests.support.random_scenarios import random_scenario
from tests.system.reference.comparing import (
    LEAN,
    LOSSES,
    ONSETS,
    POSTS,
    RELOADS,
    SCENARIOS,
    TRIALS,
    EngineCases,
    engine_cases,
)
from tests.system.reference.lean_scenarios import lean_scenario
from tests.system.reference.loss_scenarios import loss_scenario
from tests.system.reference.named_cases import NAMED
from tests.system.reference.onset_scenarios import onset_scenario
from tests.system.reference.post_scenarios import post_scenario
from tests.system.reference.reload_scenarios import reload_scenario


@cache
def every_case(seed: int) -> EngineCases:
    """Every case of the short comparison."""
    documents = {-1 - i: case.document for i, case in enumerate(NAMED.values())}
    documents |= {10_000 * seed + i: random_scenario(10_000 * seed + i) for i in range(SCENARIOS)}
    lean = {1_000 * seed + i: lean_scenario(1_000 * seed + i) for i in range(LEAN)}
    made = list(engine_cases(documents, TRIALS))
    named = dict(zip(NAMED, made, strict=False))
    onsets = {10_000 * seed + i: onset_scenario(10_000 * seed + i) for i in range(ONSETS)}
    losses = {10_000 * seed + i: loss_scenario(10_000 * seed + i) for i in range(LOSSES)}
    posts = {10_000 * seed + i: post_scenario(10_000 * seed + i) for i in range(POSTS)}
    reloads = {10_000 * seed + i: reload_scenario(10_000 * seed + i) for i in range(RELOADS)}
    return EngineCases(
        made[len(NAMED) :],
        list(engine_cases(lean, TRIALS)),
        list(engine_cases(onsets, TRIALS)),
        list(engine_cases(losses, TRIALS)),
        list(engine_cases(posts, TRIALS)),
        list(engine_cases(reloads, TRIALS)),
        named,
    )
