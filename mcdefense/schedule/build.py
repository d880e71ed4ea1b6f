"""From a scenario to the schedule of each of its worlds."""

from __future__ import annotations

from mcdefense.scenario import Scenario, resolve_architecture, world_values
from mcdefense.schedule.compile import Defences, compile_schedule
from mcdefense.schedule.fire_control import fire_control, salvo_length
from mcdefense.schedule.kinematics import Kinematics
from mcdefense.schedule.names import Names
from mcdefense.schedule.physics import physics_of
from mcdefense.schedule.raid import flights
from mcdefense.schedule.schedule import Schedule
from mcdefense.schedule.world import World, draw_world


class Builder:
    """Builds worlds of one scenario; keeps what they share (names, cells, geometry)."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._resolved = [resolve_architecture(scenario, name) for name in scenario.architecture]
        self.names = Names.of(scenario, [resolved.scenario for resolved in self._resolved])
        self._length = salvo_length(self._resolved, self.names)
        self._kinematics = Kinematics(self.names)

    def world(self, seed: int, number: int) -> World:
        """What world `number` draws."""
        return draw_world(self.scenario, seed, number)

    def schedule(self, world: World) -> Schedule:
        """The arrays of one world; the same whatever was built before."""
        values = [world_values(r.scenario, world.parameters, r.set_paths) for r in self._resolved]
        resolved = [
            r.with_values(v) if v else r for r, v in zip(self._resolved, values, strict=True)
        ]
        scenarios: list[Scenario] = []
        variants: list[int] = []
        known: dict[object, int] = {}
        for r in resolved:
            kills = tuple(
                (i, k, r.scenario.interceptor[i].against[k].sspk)
                for i in self.names.interceptor
                for k in r.scenario.interceptor[i].against
            )
            flown = tuple(r.scenario.threat[k] for k in self.names.threat_class)
            identity = (physics_of(r.scenario, self.names), kills, repr(flown))
            if identity not in known:
                known[identity] = len(scenarios)
                scenarios.append(r.scenario)
            variants.append(known[identity])
        raid = flights(scenarios[0], self.names, world)
        engagements = self._kinematics.engagements(scenarios, raid)
        controls = [fire_control(r, r.name, self.names, self._length) for r in resolved]
        defences = Defences(controls, variants, self.names)
        return compile_schedule(engagements, defences, world.number)
