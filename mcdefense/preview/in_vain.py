"""What is there in vain: sensors that see nothing, assets that nobody can defend, coins that nobody
tosses, tracks and losses of networks that come too late, and reserves that nothing can fill."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from mcdefense.contract import NO_ASSET
from mcdefense.preview.inert import coming_classes, fired_pairs, last_word
from mcdefense.preview.survey import Counts, Survey, last_s, met_by_asset, sightings
from mcdefense.preview.tossed import tosses_of_coins, why_untossed
from mcdefense.scenario import Scenario, expand_cells, named_paths, resolve_architecture
from mcdefense.schedule import Builder
from mcdefense.world import World

_MOST_LOOKED = 32
"""Worlds drawn before a sensor is said to see nothing, or an asset to be without defence."""


def in_vain(scenario: Scenario, survey: Survey, seed: int) -> Iterator[str]:
    """A sentence for each."""
    yield from _blind(scenario, survey, seed)
    yield from _undefended(scenario, survey, seed)
    yield from _untossed(scenario, survey, seed)
    yield from _late(scenario, survey)
    yield from _late_onsets(scenario, survey, seed)
    yield from _reserves(scenario)
    yield from _pooled_reserves(scenario)


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


def _untossed(scenario: Scenario, survey: Survey, seed: int) -> Iterator[str]:
    """Coins that no architecture tosses in any of many worlds; of those that always hold, or whose
    classes do not come, inert.py tells."""
    coming = coming_classes(scenario)
    left = [
        i
        for i, coin in enumerate(scenario.coin.values())
        if not survey.tossed[i]
        and coin.probability < 1
        and (coin.classes is None or coming & set(coin.classes))
    ]

    def tossed(builder: Builder, world: World) -> Counts:
        return tosses_of_coins(scenario, survey.names, builder.schedule(world))

    left, worlds = _left_in_more_worlds(scenario, survey, seed, left, tossed)
    names = list(scenario.coin)
    for i in left:
        why = why_untossed(scenario.coin[names[i]].level)
        yield (
            f"coin {names[i]} changes nothing: no architecture tosses it in the {worlds} worlds "
            f"drawn, since {why}"
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


def _late_onsets(scenario: Scenario, survey: Survey, seed: int) -> Iterator[str]:
    """Losses of a network that come after the last launch of every one of many worlds."""
    drawn = {path for paths in named_paths(scenario).values() for path in paths}
    begins: list[float] = []
    for name in survey.names.architecture:
        network = resolve_architecture(scenario, name).network
        own = f"architecture.{name}.network."
        begin = None
        if network is not None and not any(path.startswith(own) for path in drawn):
            begin = None if network.availability == 1 else network.onset_s
        begins.append(0.0 if begin is None else begin[0] if isinstance(begin, tuple) else begin)
    begin_ms = np.rint(np.array(begins) * 1000)
    late = [a for a, begin_s in enumerate(begins) if begin_s > survey.last_launch_s > 0]

    def launched(builder: Builder, world: World) -> Counts:
        after: Counts = begin_ms <= 1000 * last_s(builder.engagements(world))
        return after

    late, worlds = _left_in_more_worlds(scenario, survey, seed, late, launched)
    for a in late:
        yield (
            f"architecture {survey.names.architecture[a]}: its network is lost at "
            f"{begins[a]:,g} s at the earliest, after the last launch of the {worlds} worlds drawn "
            f"({survey.last_launch_s:,g} s in those looked at first): the loss costs nothing; "
            "onset_s counts in seconds from the start of the raid"
        )


def _pooled_reserves(scenario: Scenario) -> Iterator[str]:
    """Pooled reserves of all rounds that any cell has in which they hold: they keep all."""
    varied = {path for paths in named_paths(scenario).values() for path in paths}
    coming = sorted(coming_classes(scenario))
    found: dict[tuple[str, str], list[tuple[int, int, str]]] = {}
    for name in scenario.architecture:
        resolved = resolve_architecture(scenario, name)
        tables, fired = resolved.scenario.doctrine, fired_pairs(resolved.scenario)
        for cell in resolved.cells:
            magazines = [resolved.scenario.battery[b].magazine for b in cell.batteries]
            for kind in coming:
                table = last_word(tables, "pooled_reserve", cell.name, kind)
                kept = {} if table is None else tables[table].pooled_reserve or {}
                for i, rounds in kept.items():
                    held = sum(magazine.get(i, 0) for magazine in magazines)
                    if rounds and held and (i, kind) in fired:
                        found.setdefault((str(table), i), []).append((rounds, held, kind))
    for (table, i), entries in found.items():
        open_to_change = any(
            path == f"doctrine.{table}.pooled_reserve.{i}" or path.endswith(f".magazine.{i}")
            for path in varied
        )
        if not open_to_change and all(rounds >= held for rounds, held, _ in entries):
            kinds = dict.fromkeys(kind for _, _, kind in entries)
            yield (
                f"doctrine {table}: its pooled_reserve of {i} is {entries[0][0]} rounds, and no "
                f"cell in which it holds has more than {max(held for _, held, _ in entries)}: none "
                f"is ever fired at {', '.join(kinds)}"
            )


def _reserves(scenario: Scenario) -> Iterator[str]:
    """Reserves of more rounds than the magazine holds under any architecture: they keep all.

    One of exactly as many is how a file says that a round is never fired at a class.
    """
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
