"""Whether worlds of a scenario can differ at all."""

from __future__ import annotations

from mcdefense.scenario.architecture import resolve_architecture
from mcdefense.scenario.model_raid import Wave
from mcdefense.scenario.model_scenario import Scenario


def draws_worlds(scenario: Scenario) -> bool:
    """Whether a world draws anything at all: a value, a plan, a night, or something of its raid."""
    if scenario.history is not None or len(scenario.plan) > 1:
        return True
    if any(scenario.drawn.values()) or any(map(_is_drawn, scenario.raid.values())):
        return True
    resolved = [resolve_architecture(scenario, name) for name in scenario.architecture]
    networks = [one.network for one in resolved if one.network is not None]
    return any(isinstance(network.onset_s, tuple) for network in networks) or any(
        cell.assign is not None for one in resolved for cell in one.cells
    )


def _is_drawn(wave: Wave) -> bool:
    """Whether a world draws how many come, when, at what, or by which route."""
    return (
        wave.laydown
        or not isinstance(wave.count, int)
        or isinstance(wave.start_s, tuple)
        or len(wave.asset_weights) > 1
    )
