"""What the engine makes of all scenarios of this folder, simulated once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property

from tests.support.random_scenarios import random_scenario
from tests.support.toml_text import Document
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
)
from tests.system.reference.lean_scenarios import lean_scenario
from tests.system.reference.loss_scenarios import loss_scenario
from tests.system.reference.named_cases import NAMED
from tests.system.reference.onset_scenarios import onset_scenario
from tests.system.reference.post_scenarios import post_scenario
from tests.system.reference.reload_scenarios import reload_scenario


class EngineCases:
    """What the engine makes of each kind of scenario, simulated when it is first asked for."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def _simulated(self, scenario: Callable[[int], Document], number: int) -> list[Case]:
        first = 10_000 * self._seed
        return list(engine_cases({first + i: scenario(first + i) for i in range(number)}, TRIALS))

    @cached_property
    def _random_and_named(self) -> list[Case]:
        first = 10_000 * self._seed
        documents = {-1 - i: case.document for i, case in enumerate(NAMED.values())}
        documents |= {first + i: random_scenario(first + i) for i in range(SCENARIOS)}
        return list(engine_cases(documents, TRIALS))

    @property
    def named(self) -> dict[str, Case]:
        """The named cases, by name."""
        return dict(zip(NAMED, self._random_and_named, strict=False))

    @property
    def random(self) -> list[Case]:
        """Scenarios of all rules that hold in every raid."""
        return self._random_and_named[len(NAMED) :]

    @cached_property
    def lean(self) -> list[Case]:
        """Scenarios that use few rules."""
        first = 1_000 * self._seed
        return list(
            engine_cases({first + i: lean_scenario(first + i) for i in range(LEAN)}, TRIALS)
        )

    @cached_property
    def onsets(self) -> list[Case]:
        """Scenarios whose networks are lost during the raid."""
        return self._simulated(onset_scenario, ONSETS)

    @cached_property
    def losses(self) -> list[Case]:
        """Scenarios whose leakers damage batteries and sensors."""
        return self._simulated(loss_scenario, LOSSES)

    @cached_property
    def posts(self) -> list[Case]:
        """Scenarios with command posts."""
        return self._simulated(post_scenario, POSTS)

    @cached_property
    def reloads(self) -> list[Case]:
        """Scenarios with reloads and raids in sequence."""
        return self._simulated(reload_scenario, RELOADS)


@cache
def every_case(seed: int) -> EngineCases:
    """Every case of the short comparison."""
    return EngineCases(seed)
