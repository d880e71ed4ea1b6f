"""What is there in vain: sensors that see nothing, assets that nobody can defend, tracks that come
too late, and reserves that no magazine holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from mcdefense.contract import NO_ASSET
from mcdefense.preview.survey import Counts, Survey, met_by_asset, sightings
from mcdefense.scenario import Scenario, expand_cells, named_paths, resolve_architecture
from mcdefense.schedule import Builder
from mcdefense.world import World

_MOST_LOOKED = 32
"""Worlds drawn before a sensor is said to see nothing, or an asset to be without defence."""


def in_vain(scenario: Scenario, survey: Survey, seed: int) -> Iterator[str]:
    """A sentence for each."""
    yield from _blind(scenario, survey, seed)
    yield from _undefended(scenario, survey, seed)
    yield from _late(scenario, survey)
    yield from _reserves(scenario)


def _blind(scenario: Scenario, survey: Survey, seed: int) -> Iterator[str]:
    """Sensors that see nothing of the raid in any of many worlds; a battery that reaches nothing
    is told of by itself, and its own sensors with it."""
    names = survey.names
    owners: dict[str, list[bool]] = {}
    for b, battery in enumerate(names.battery):
        for sensor in scenario.battery[battery].sensors:
            owners.setdefault(sensor, []).append(bool(survey.opportunities[:, :, b].any()))
    blind = [
        s
        for s, name in enumerate(names.sensor)
        if not survey.sighted[s] and any(owners.get(name, [True]))
    ]

    def seen(builder: Builder, world: World) -> Counts:
        return sightings(builder.engagements(world), len(names.sensor))

    blind, worlds = _left_in_more_worlds(scenario, survey, seed, blind, seen)
    for s in blind:
        yield f"sensor {names.sensor[s]} sees nothing of the raid in the {worlds} worlds drawn"


def _undefended(scenario: Scenario, survey: Survey, seed: int) -> Iterator[str]:
    """Defended assets at which objects fly and none can be engaged in any of many worlds, though
    elsewhere somebody can engage their class: a class that nobody engages is told of by itself."""
    known = survey.reached.any(axis=0)
    met = survey.met_at[:, known].sum(axis=1)
    places = np.flatnonzero((met[0] > 0) & (met[1] == 0))
    left = {NO_ASSET, *(name for name, asset in scenario.asset.items() if not asset.defended)}
    bare = [m for m in places.tolist() if survey.names.asset[m] not in left]

    def reached(builder: Builder, world: World) -> Counts:
        met: Counts = met_by_asset(builder.schedule(world), survey.met_at.shape)[1].sum(axis=0)
        return met

    bare, worlds = _left_in_more_worlds(scenario, survey, seed, bare, reached)
    for m in bare:
        yield (
            f"asset {survey.names.asset[m]}: no battery can engage anything that flies at it in "
            f"the {worlds} worlds drawn; its at_deg is [latitude, longitude]"
        )


def _left_in_more_worlds(
    scenario: Scenario,
    survey: Survey,
    seed: int,
    places: list[int],
    counts: Callable[[Builder, World], Counts],
) -> tuple[list[int], int]:
    """Those of the places at which nothing is counted in worlds beyond the survey's either, and how
    many worlds were looked at in all; it stops where none is left."""
    builder, worlds = Builder(scenario), set(survey.worlds)
    for number in range(min(_MOST_LOOKED, scenario.run.worlds)):
        if places and number not in worlds:
            found = counts(builder, builder.world(seed, number))
            places = [place for place in places if not found[place]]
            worlds.add(number)
    return places, len(worlds)


def _late(scenario: Scenario, survey: Survey) -> Iterator[str]:
    """Delays that no threat is in flight for: what is shared comes after every impact."""
    longest = survey.longest_flight_s
    drawn = {path for paths in named_paths(scenario).values() for path in paths}
    late_if_drawn = {path.split(".")[1] for path in drawn if path.endswith(".latency_s")}
    for name in scenario.architecture:
        if name in late_if_drawn:
            continue
        late = {
            what: latency
            for cell in expand_cells(scenario, name)
            for what, latency in (
                (f"cell {cell.name}", cell.latency_s if len(cell.batteries) > 1 else 0.0),
                (f"the link of {cell.name}", cell.spoke.latency_s if cell.spoke else 0.0),
            )
            if latency >= longest > 0
        }
        for what, latency in late.items():
            yield (
                f"architecture {name}: {what} has a latency_s of {latency:,g}, and no threat flies "
                f"longer than {longest:,.0f} s: every shared track comes too late"
            )


def _reserves(scenario: Scenario) -> Iterator[str]:
    """Reserves of more rounds than the magazine holds under any architecture: they keep all."""
    varied = {path for paths in named_paths(scenario).values() for path in paths}
    each = [resolve_architecture(scenario, name).scenario for name in scenario.architecture]
    for name, battery in scenario.battery.items():
        for interceptor, kept in (battery.reserve or {}).items():
            held = max(one.battery[name].magazine.get(interceptor, 0) for one in each)
            if f"battery.{name}.magazine.{interceptor}" in varied or not held:
                continue
            for kind, rounds in kept.items():
                if rounds > held:
                    yield (
                        f"battery {name}: the reserve of {interceptor} from {kind} is {rounds} "
                        f"rounds, and its magazine holds {held}: none is ever fired at one"
                    )
