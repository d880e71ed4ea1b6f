"""What joining leaves out without a word: a battery beside the others, what holds when the network
is lost, and rounds that no track of the others may serve."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mcdefense.contract import Names
from mcdefense.firecontrol import SHARE_LEVELS, find_sources
from mcdefense.geometry import great_circle_m
from mcdefense.scenario import (
    ResolvedArchitecture,
    Scenario,
    named_paths,
    resolve_architecture,
)


def forgotten_batteries(scenario: Scenario) -> Iterator[str]:
    """Batteries that the list of a `join` leaves out, where that looks like a slip: it has most of
    the batteries, and the one nearest to it among them.

    Nothing is said of what looks meant: a battery with a link of its own; an architecture that
    takes over for another, which may well have less; and a step before one that joins it too.
    """
    networks = [resolve_architecture(scenario, name).network for name in scenario.architecture]
    fallbacks = {network.fallback for network in networks if network is not None}
    joined = {
        name: _joined(scenario, name)
        for name, entry in scenario.architecture.items()
        if entry.join is not None
    }
    found: dict[tuple[str, str | None], list[str]] = {}
    for name, members in joined.items():
        left = [battery for battery in scenario.battery if battery not in members]
        listed = isinstance(scenario.architecture[name].join, tuple)
        if not listed or name in fallbacks or 2 * len(left) > len(members):
            continue
        for battery in left:
            near = _nearest(scenario, battery)
            later = any(others >= {*members, battery} for others in joined.values())
            meant = later or battery in scenario.architecture[name].links
            if not meant and (near is None or near in members):
                found.setdefault((battery, near), []).append(name)
    for (battery, near), names in found.items():
        beside = f", though {near}, the nearest to it, is" if near is not None else ""
        yield (
            f"battery {battery} is not in the `join` of {', '.join(names)}{beside}: it fights by "
            "itself there; add it to the list, or give it a link if it shares tracks only"
        )


def _joined(scenario: Scenario, name: str) -> set[str]:
    """Batteries of the cell that a `join` makes."""
    (cell, *_) = resolve_architecture(scenario, name).cells
    return set(cell.batteries)


def _nearest(scenario: Scenario, battery: str) -> str | None:
    """The battery that stands the nearest to one; None where places are not known."""
    here = scenario.battery[battery].at_deg
    if here is None:
        return None
    away = {
        name: float(great_circle_m(*here, *other.at_deg))
        for name, other in scenario.battery.items()
        if name != battery and other.at_deg is not None
    }
    return min(away, key=lambda name: away[name], default=None)


def without_fallback(scenario: Scenario) -> Iterator[str]:
    """Networks that may be lost, and of which nothing says who fights on then: nobody does.

    A scenario that writes fallback = "none" means it.
    """
    drawn = {path for paths in named_paths(scenario).values() for path in paths}
    found: dict[str, list[str]] = {}
    for name in scenario.architecture:
        resolved = resolve_architecture(scenario, name)
        network = resolved.network
        if network is None or "fallback" in network.model_fields_set:
            continue
        uncertain = f"architecture.{name}.network.availability" in drawn
        if uncertain:
            when = "in the trials in which it is lost"
        elif network.availability < 1:
            when = f"in the {100 * (1 - network.availability):.3g} % of the trials that lose it"
        elif resolved.network_post is not None:
            when = f"once {resolved.network_post} is hit"
        else:
            continue
        found.setdefault(when, []).append(name)
    for when, names in found.items():
        yield (
            f"the network of {', '.join(names)} has no `fallback`: {when}, nobody fires any more; "
            'name the architecture that takes over, or write fallback = "none" if that is meant'
        )


def tracks_of_no_use(scenario: Scenario, names: Names) -> Iterator[str]:
    """Architectures that share tracks for the launch or the whole engagement, of which no round may
    use one: what is shared licenses nothing, and cues nobody's own sensor either."""
    found: dict[tuple[str, ...], list[str]] = {}
    for name in scenario.architecture:
        resolved = resolve_architecture(scenario, name)
        offered = _offered_others(resolved, names)
        batteries = [resolved.scenario.battery[battery] for battery in offered]
        rounds = dict.fromkeys(i for b in batteries for i, held in b.magazine.items() if held)
        remote = {resolved.scenario.interceptor[i].remote for i in rounds}
        own = {sensor for battery in batteries for sensor in battery.sensors}
        if remote == {"none"} and not _can_be_cued(resolved.scenario, own):
            found.setdefault(tuple(rounds), []).append(name)
    for kinds, shared_in in found.items():
        it = kinds[0] if len(kinds) == 1 else "each of them"
        yield (
            f"{', '.join(shared_in)}: tracks of others' sensors are shared and license no launch, "
            f'since `remote` of {", ".join(kinds)} is "none"; write remote = "launch" or "engage" '
            f'for {it} if it can use them, or share = "none" if nothing but fire is to be joined'
        )


def _offered_others(resolved: ResolvedArchitecture, names: Names) -> list[str]:
    """Batteries that are offered tracks of sensors not their own, for a launch at least."""
    sources = find_sources(resolved, names)
    return [
        battery
        for cell, offered in zip(resolved.cells, sources.offered, strict=True)
        for battery in cell.batteries
        if any(
            source.level >= SHARE_LEVELS["launch"]
            and source.sensor not in sources.own[names.battery.index(battery)]
            for source in offered
        )
    ]


def _can_be_cued(scenario: Scenario, sensors: set[str]) -> bool:
    """Whether a warning makes any of the sensors see better, by its table of tracks or a cue."""
    if scenario.tracks is not None:
        columns = scenario.tracks.columns
        given = zip(columns.sensor, np.isnan(columns.cued_probability).tolist(), strict=True)
        if any(sensor in sensors and not absent for sensor, absent in given):
            return True
    known = [scenario.sensor[name] for name in sensors if name in scenario.sensor]
    return any(sensor.cued is not None for sensor in known)
