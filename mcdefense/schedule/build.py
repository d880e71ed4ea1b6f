"""From a scenario to the schedule of each of its worlds."""

from __future__ import annotations

from typing import Any

from mcdefense.contract import Kept, Names, Schedule
from mcdefense.encounter import Kinematics, Variant
from mcdefense.firecontrol import fire_control, salvo_length
from mcdefense.scenario import (
    ResolvedArchitecture,
    Scenario,
    resolve_architecture,
    with_values,
    world_values,
)
from mcdefense.schedule.compile import Defences, compile_schedule
from mcdefense.schedule.gate_types import KeptGates
from mcdefense.schedule.losses import Lossable
from mcdefense.world import World, draw_world, flights


class Builder:
    """Builds worlds of one scenario; keeps what they share (names, cells, geometry)."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._resolved = [resolve_architecture(scenario, name) for name in scenario.architecture]
        self.names = Names.of(scenario, [resolved.scenario for resolved in self._resolved])
        self._length = salvo_length(self._resolved, self.names)
        self._kinematics = Kinematics(self.names)
        self._kept = [Kept() for _ in self._resolved]
        self._lossable = Lossable.of(scenario, self.names)
        self._gates = KeptGates(self.names, self._lossable.sensor)

    def world(self, seed: int, number: int) -> World:
        """What world `number` draws."""
        return draw_world(self.scenario, seed, number)

    def schedule(self, world: World) -> Schedule:
        """The arrays of one world; the same whatever was built before."""
        scenario, resolved = self._in_world(world)
        variants, which = self._variants([r.scenario for r in resolved])
        raid = flights(variants[0].scenario, self.names, world)
        engagements = self._kinematics.engagements(variants, raid)
        controls = [
            fire_control(r, r.name, self.names, self._length, kept)
            for r, kept in zip(resolved, self._kept, strict=True)
        ]
        gates = self._gates.of(controls, which)
        defences = Defences(scenario, controls, which, self.names, gates, self._lossable)
        return compile_schedule(engagements, defences, world.number)

    def _in_world(self, world: World) -> tuple[Scenario, list[ResolvedArchitecture]]:
        """The scenario and its architectures with the values that the world draws."""
        drawn: dict[object, tuple[dict[str, Any], Scenario]] = {}

        def of(scenario: Scenario, set_paths: frozenset[str]) -> tuple[dict[str, Any], Scenario]:
            key = (id(scenario), set_paths)
            if key not in drawn:
                values = world_values(scenario, world.parameters, set_paths)
                drawn[key] = values, with_values(scenario, values) if values else scenario
            return drawn[key]

        found = []
        for r in self._resolved:
            values, scenario = of(r.scenario, r.set_paths)
            found.append(r.in_world(scenario, values) if values else r)
        return of(self.scenario, frozenset())[1], found

    def _variants(self, scenarios: list[Scenario]) -> tuple[list[Variant], list[int]]:
        """Scenarios that differ in their physics, and which of them each is."""
        variants: list[Variant] = []
        of_scenario: dict[int, int] = {}
        of_physics: dict[object, int] = {}
        for scenario in scenarios:
            if id(scenario) in of_scenario:
                continue
            variant = self._kinematics.variant(scenario)
            kills = tuple(
                (i, k, scenario.interceptor[i].against[k].sspk)
                for i in self.names.interceptor
                for k in scenario.interceptor[i].against
            )
            flown = tuple(scenario.threat[k] for k in self.names.threat_class)
            identity = (variant.number, kills, repr(flown))
            if identity not in of_physics:
                of_physics[identity] = len(variants)
                variants.append(variant)
            of_scenario[id(scenario)] = of_physics[identity]
        return variants, [of_scenario[id(scenario)] for scenario in scenarios]
