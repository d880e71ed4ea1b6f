"""From a scenario to the schedule of each of its worlds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Kept, Names, Schedule
from mcdefense.encounter import Engagements, Kinematics, Variant
from mcdefense.firecontrol import FireControl, fire_control, salvo_length
from mcdefense.scenario import (
    ResolvedArchitecture,
    Scenario,
    resolve_architecture,
    with_values,
    world_values,
)
from mcdefense.schedule.compile import compile_schedule
from mcdefense.schedule.defences import Defences
from mcdefense.schedule.gate_types import KeptGates
from mcdefense.schedule.losses import Lossable
from mcdefense.schedule.onsets import with_own_losses
from mcdefense.schedule.shared_list import SharedList, draws_rounds, key_but_rounds
from mcdefense.schedule.stocks import initial_stocks, magazine_rows
from mcdefense.world import World, draw_world, flights

Int32s = NDArray[np.int32]


class Builder:
    """Builds worlds of one scenario; keeps what they share (names, cells, geometry)."""

    def __init__(self, scenario: Scenario, beside: Sequence[Scenario] = ()) -> None:
        """`beside` are scenarios with the same waves in larger or smaller raids: objects are
        numbered by their place in the largest, so that all of them meet the same luck."""
        self.scenario = scenario
        self.beside = tuple(beside)
        self._resolved = [resolve_architecture(scenario, name) for name in scenario.architecture]
        self.names = Names.of(scenario, [resolved.scenario for resolved in self._resolved])
        self._without_posts = tuple(a for a, r in enumerate(self._resolved) if r.has_posts)
        alone = [self._resolved[a].without_posts() for a in self._without_posts]
        self._length = salvo_length([*self._resolved, *alone], self.names)
        self._kinematics = Kinematics(self.names)
        self._kept = [Kept() for _ in (*self._resolved, *alone)]
        self._lossable = Lossable.of(self._resolved, self.names)
        self._gates = KeptGates(self.names, self._lossable.sensor)
        self._same_rounds: Int32s | None = None

    def follow(self, other: Builder) -> None:
        """Use the geometry that another builder has worked out, if it is of the same names."""
        if other.names == self.names:
            self._kinematics = other._kinematics

    @property
    def but_rounds(self) -> str:
        """What the scenarios have in common that differ in nothing but the rounds of their
        magazines: their worlds share one list."""
        return key_but_rounds(self.scenario, self._resolved, self.beside)

    def world(self, seed: int, number: int) -> World:
        """What world `number` draws."""
        return draw_world(self.scenario, seed, number)

    def schedule(self, world: World) -> Schedule:
        """The arrays of one world; the same whatever was built before."""
        return self._made(*self._in_world(world), world)

    def with_own_rounds(self, world: World, shared: SharedList) -> Schedule:
        """The same, of a list that was built for a scenario with other rounds (`but_rounds`)."""
        return shared.with_rounds(self._rounds(world))

    def _rounds(self, world: World) -> Int32s:
        """Rounds of each architecture's magazines in this world [A, magazines, 1]."""
        if self._same_rounds is not None:
            return self._same_rounds
        if any(draws_rounds(r.scenario) for r in self._resolved):
            return self._rounds_of(self._in_world(world)[1])
        self._same_rounds = self._rounds_of(self._resolved)
        return self._same_rounds

    def _rounds_of(self, resolved: list[ResolvedArchitecture]) -> Int32s:
        controls = self._controls(resolved)
        stocks, _ = initial_stocks(controls, self.names, magazine_rows(self.names, controls))
        return stocks.rounds

    def _controls(self, resolved: list[ResolvedArchitecture]) -> list[FireControl]:
        return [
            fire_control(r, r.name, self.names, self._length, kept)
            for r, kept in zip(resolved, self._kept, strict=False)
        ]

    def _made(
        self, scenario: Scenario, resolved: list[ResolvedArchitecture], world: World
    ) -> Schedule:
        alone = [resolved[a].without_posts() for a in self._without_posts]
        variants, which = self._variants([r.scenario for r in (*resolved, *alone)])
        engagements = self._met(variants, world)
        controls = self._controls([*resolved, *alone])
        own, others = controls[: len(resolved)], controls[len(resolved) :]
        controls = with_own_losses(own, self._lossable.by_asset) + others
        gates = self._gates.of(controls, which)
        defences = Defences(
            scenario, controls, which, self.names, gates, self._lossable, self._without_posts
        )
        return compile_schedule(engagements, defences, world.number)

    def engagements(self, world: World) -> Engagements:
        """What the raid of one world meets in the physics of every architecture."""
        resolved = self._in_world(world)[1]
        return self._met(self._variants([r.scenario for r in resolved])[0], world)

    def _met(self, variants: list[Variant], world: World) -> Engagements:
        beside = [_raid_of(one, world) for one in self.beside]
        raid = flights(variants[0].scenario, self.names, world, beside)
        return self._kinematics.engagements(variants, raid)

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
            # Whose sensors cover an intercept of a table the physics do not tell.
            own = tuple(scenario.battery[b].sensors for b in self.names.battery)
            identity = (variant.number, kills, repr(flown), own)
            if identity not in of_physics:
                of_physics[identity] = len(variants)
                variants.append(variant)
            of_scenario[id(scenario)] = of_physics[identity]
        return variants, [of_scenario[id(scenario)] for scenario in scenarios]


def _raid_of(scenario: Scenario, world: World) -> Scenario:
    """The scenario with what the world draws of its raid."""
    if not any(path.startswith("raid.") for some in scenario.drawn.values() for path in some):
        return scenario
    own = draw_world(scenario, world.seed, world.number)
    drawn = world_values(scenario, own.parameters, frozenset())
    values = {path: value for path, value in drawn.items() if path.startswith("raid.")}
    return with_values(scenario, values) if values else scenario
