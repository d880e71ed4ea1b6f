"""What a schedule is made for: the architectures of one world, and what they have in common."""

from __future__ import annotations

from typing import NamedTuple

from mcdefense.contract import Names
from mcdefense.firecontrol import FireControl
from mcdefense.scenario import Scenario
from mcdefense.schedule.gate_types import SharedGates
from mcdefense.schedule.losses import Lossable


class Defences(NamedTuple):
    """The architectures of one world, in file order."""

    scenario: Scenario  # before any architecture's `set`
    controls: list[FireControl]  # then those of architectures whose cells have lost their posts
    variants: list[int]  # which variant of the physics each has
    names: Names
    gates: SharedGates
    lossable: Lossable
    without_posts: tuple[int, ...] = ()  # the architectures of the last controls

    @property
    def architectures(self) -> list[FireControl]:
        """The controls of the architectures themselves."""
        return self.controls[: len(self.controls) - len(self.without_posts)]
