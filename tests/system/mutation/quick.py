"""The comparison of tests/system/reference, made to be repeated: same scenarios, one program; it
stops at the first difference.

What no mutant changes is made once: scenarios, what the reference expects, and the room.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SEED = 1
RANDOM = 40
"""Random scenarios; tests/system/reference takes more of the same."""
KEPT = ("mcdefense.errors", "mcdefense.scenario", "mcdefense.geometry")
"""Rooms that are not changed."""


@dataclass(frozen=True)
class Question:
    """One world of a scenario, and what the reference says of some of its trials."""

    name: str
    scenario: Any
    world: int
    expected: dict[int, Any]


def questions() -> list[Question]:
    """The named and the random cases of tests/system/reference; needs its folder on the path."""
    import mcdefense
    from tests.support.random_scenarios import random_scenario
    from tests.support.toml_text import toml
    from tests.system.reference.comparing import SEED as LUCK
    from tests.system.reference.comparing import TRIALS, WORLDS
    from tests.system.reference.named_cases import NAMED
    from tests.system.reference.reference_outcome import Reference

    # Random ones first: most mutants fall to one of the first three.
    numbers = range(10_000 * SEED, 10_000 * SEED + RANDOM)
    documents = {f"random:{number}": (number, random_scenario(number)) for number in numbers}
    for i, (name, case) in enumerate(NAMED.items()):
        documents[f"named:{name}"] = -1 - i, case.document
    asked = []
    for name, (number, document) in documents.items():
        scenario, world = mcdefense.loads(toml(document)), number % WORLDS
        reference = Reference(scenario, LUCK, world)
        first = 7919 * number % (2**32 - TRIALS)
        expected = {trial: reference.outcome(trial) for trial in range(first, first + TRIALS)}
        asked.append(Question(name, scenario, world, expected))
    return asked


def room_of(asked: list[Question]) -> Any:
    """Room for all of them: one program."""
    from tests.system.reference.comparing import SEED as LUCK
    from tests.system.reference.engine_trial import Engine, capacity_for

    return capacity_for([Engine(q.scenario, LUCK, q.world).sizes for q in asked])


def differing(asked: list[Question], capacity: tuple[int, ...]) -> Iterator[str]:
    """Questions that the engine answers otherwise than the reference."""
    from mcdefense.contract import Sizes
    from tests.system.reference.comparing import SEED as LUCK
    from tests.system.reference.engine_trial import Engine, capacity_for

    for question in asked:
        engine = Engine(question.scenario, LUCK, question.world)
        roomy = capacity_for([Sizes(*capacity), engine.sizes])
        found = dict(zip(question.expected, engine.outcomes(question.expected, roomy), strict=True))
        if found != question.expected:
            yield question.name


def forget() -> None:
    """Import the changed rooms, and what builds on them, anew."""
    for name in list(sys.modules):
        built_on = name.startswith("tests.system.reference.")
        if built_on or (name.partition(".")[0] == "mcdefense" and not name.startswith(KEPT)):
            del sys.modules[name]


def prepend(copy: Path) -> None:
    """The copy's package and reference come first."""
    sys.path.insert(0, str(copy))
