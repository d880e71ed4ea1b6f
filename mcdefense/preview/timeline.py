"""What one threat of one world meets under one architecture: tracks, launches, intercepts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from mcdefense.contract import Names
from mcdefense.encounter import Engagements, Kinematics
from mcdefense.errors import Fault, InputError, McdefenseError
from mcdefense.firecontrol import fire_control, salvo_length
from mcdefense.report import MOST_ROWS, Fired, Heading, Seen, Timeline
from mcdefense.scenario import (
    Scenario,
    by_label,
    did_you_mean,
    resolve_architecture,
    with_values,
    world_values,
)
from mcdefense.schedule import permitted
from mcdefense.statistics import Result
from mcdefense.world import Flight, draw_world, flights

_MS = 1000.0


class AskedThreat(NamedTuple):
    """Which threat a timeline is of: the wave's first live one of world 0 unless it says more."""

    architecture: str | None = None
    wave: str | None = None
    member: int = 1
    world: int = 0


FIRST = AskedThreat()


def threat_timeline(
    scenario: Scenario, asked: AskedThreat = FIRST, result: Result | None = None
) -> Timeline:
    """Who could see and engage the threat, and when; with a `result` of the scenario, also how
    often each round was engaged, a live threat of its class.

    Raises InputError for an architecture, a wave or a member that is not there, and
    McdefenseError for a world in which the wave does not come.
    """
    labels = {name: entry.label or name for name, entry in scenario.architecture.items()}
    name = by_label(asked.architecture or scenario.compare, labels)
    name = _one_of("architecture", name, scenario.architecture)
    resolved = resolve_architecture(scenario, name)
    names = Names.of(scenario, [resolved.scenario])
    world = draw_world(scenario, scenario.run.seed, asked.world)
    values = world_values(resolved.scenario, world.parameters, resolved.set_paths)
    if values:
        resolved = resolved.in_world(with_values(resolved.scenario, values), values)
    drawn = resolved.scenario
    kinematics = Kinematics(names)
    raid = flights(drawn, names, world)
    flight, number = _object(drawn, raid, asked)
    met = kinematics.engagements([kinematics.variant(drawn)], raid)
    control = fire_control(resolved, name, names, salvo_length([resolved], names))
    allowed = permitted(control, names, met)
    impact = met.objects.impact_ms[number] / _MS
    kind = drawn.raid[flight.wave].class_
    seen = _seen(met, names, number, impact)
    fired = _fired(met, names, number, allowed, _engaged(result, name, kind))
    asset = names.asset[int(met.objects.asset[number])]
    label = scenario.architecture[name].label or name
    shows = (
        f"{flight.wave.replace('_', ' ')} {asked.member}, a {kind.replace('_', ' ')} at "
        f"{asset.replace('_', ' ')} in world {asked.world}, under {label}"
    )
    note = (
        "What the geometry allows and the architecture permits, once the earliest track, the "
        "identification and the reaction have passed: who could engage it when. Pk is the best "
        "kill probability of one round. Whether a launch happens depends on the trial: on the "
        "track, free channels, rounds and orders. "
    )
    if result is not None:
        note += (
            f"Engaged: engagements a live threat of this class in {result.tally.trials:,} trials "
            f"in {np.count_nonzero(result.tally['trials']):,} worlds, over all its threats. "
        )
    hidden = max(len(seen) - MOST_ROWS, 0) + max(len(fired) - MOST_ROWS, 0)
    note += f"{hidden} further rows are left out. " * (hidden > 0) + "Inputs are notional."
    flight_s = float(met.objects.impact_ms[number] - met.objects.start_ms[number]) / _MS
    heading = Heading(scenario.marking, scenario.title, shows, note)
    return Timeline(heading, flight_s, tuple(seen), tuple(fired))


def _one_of(option: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    if name not in names:
        came = f"got {name!r}, expected one of {', '.join(names)}{did_you_mean(name, names)}"
        raise InputError([Fault(option, "", came, option=True)])
    return name


def _object(scenario: Scenario, raid: list[Flight], asked: AskedThreat) -> tuple[Flight, int]:
    """The flight and the number among the world's objects of the threat asked for."""
    if asked.wave is not None:
        _one_of("wave", asked.wave, scenario.raid)
    before = 0
    for flight in raid:
        live = scenario.threat[scenario.raid[flight.wave].class_].role == "live"
        if flight.wave == asked.wave or (asked.wave is None and live and flight.member.size):
            if not 1 <= asked.member <= flight.member.size:
                came = f"got {asked.member}, expected 1 to {flight.member.size}"
                came += f", the objects of {flight.wave} in world {asked.world}"
                raise InputError([Fault("member", "", came, option=True)])
            return flight, before + asked.member - 1
        before += flight.member.size
    what = asked.wave or "a live threat"
    raise McdefenseError(f"{what} does not come in world {asked.world}: choose another `world`")


def _seen(met: Engagements, names: Names, number: int, impact_s: float) -> list[Seen]:
    tracks, seen = met.tracks, []
    for row in np.flatnonzero(tracks.object == number).tolist():
        used = int(tracks.times[row])
        times = tracks.time_ms[row, :used] / _MS - impact_s
        name = names.sensor[int(tracks.sensor[row])]
        seen.append(Seen(name, times, tracks.probability[row, :used]))
    return sorted(seen, key=lambda one: float(one.time_s.min(initial=0.0)))


def _fired(
    met: Engagements,
    names: Names,
    number: int,
    allowed: np.ndarray,
    engaged: dict[tuple[str, str], float],
) -> list[Fired]:
    o, found = met.opportunities, []
    impact = met.objects.impact_ms[number]
    mine = np.flatnonzero((o.object == number) & o.possible[0])
    shooters = zip(o.battery[mine].tolist(), o.interceptor[mine].tolist(), strict=True)
    for b, i in dict.fromkeys(shooters):
        rows = mine[(o.battery[mine] == b) & (o.interceptor[mine] == i)]
        pair = names.battery[b], names.interceptor[i]
        found.append(
            Fired(
                f"{pair[0]}: {pair[1]}",
                (o.launch_ms[rows] - impact) / _MS,
                (o.intercept_ms[rows] - impact) / _MS,
                float(o.sspk[0, rows].max()),
                allowed[rows],
                o.own_covers[0, rows] != 0,
                engaged.get(pair, float("nan")),
            )
        )
    return sorted(found, key=lambda one: (not one.allowed.any(), float(one.launch_s.min())))


def _engaged(result: Result | None, architecture: str, kind: str) -> dict[tuple[str, str], float]:
    """Engagements by battery and interceptor, a live threat of the class, as a result counted."""
    if result is None:
        return {}
    axes = result.tally.axes
    if architecture not in axes.architecture or kind not in axes.threat_class:
        return {}
    a, c = axes.architecture.index(architecture), axes.threat_class.index(kind)
    live = float(result.tally["live"][:, c].sum())
    counts = result.tally["engagements"][a, :, :, c]
    return {
        (axes.battery[b], axes.interceptor[i]): float(counts[b, i]) / live
        for b, i in np.ndindex(counts.shape)
        if live
    }
