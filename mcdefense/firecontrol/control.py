"""One architecture as tables by cell, battery and class: who may fire when, at what, on whose
track. Nothing here depends on a world's raid."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import MAX_ROUNDS, Kept, Names
from mcdefense.encounter import durations_ms
from mcdefense.firecontrol.onset import Onset, onset_of
from mcdefense.firecontrol.sources import Source, find_sources, latencies_ms
from mcdefense.scenario import (
    PASSED_ON,
    Battery,
    ClassDoctrine,
    ClassDoctrines,
    ResolvedArchitecture,
    Scenario,
    cell_doctrine_for,
)

UNSET = -1
NO_POST = -1
"""Instead of an asset: there is no post."""


@dataclass(frozen=True)
class ClassTables:
    """Doctrine by cell and threat class; every field [cells, C] unless stated."""

    salvo: NDArray[np.int32]  # [cells, C, L]
    last_salvo: NDArray[np.int32]  # UNSET where there is none
    rest: NDArray[np.bool_]  # the last salvo is all that is left
    assessment_ms: NDArray[np.int64]
    others_kills_ms: NDArray[np.int64]  # UNSET: never seen
    identification_ms: NDArray[np.int64]
    dead_called_alive: NDArray[np.float64]
    live_called_dead: NDArray[np.float64]
    called: NDArray[np.float64]
    cheapest: NDArray[np.bool_]
    adequate_sspk: NDArray[np.float64]
    hold_stock: NDArray[np.int32]
    looks_kept: NDArray[np.int64]
    pooled_reserve: NDArray[np.int64]  # [cells, C, I]
    passed_on: dict[str, NDArray[np.int64]]  # keys that reach a rule as they are; times in ms
    in_use: tuple[str, ...]  # those of them that some table gives another value than the default


@dataclass(frozen=True)
class CellTables:
    """Every field [cells] unless stated."""

    accepts: NDArray[np.bool_]  # [cells, C, M] by class and asset
    assign_low: NDArray[np.float64]
    assign_high: NDArray[np.float64]
    burst_ms: NDArray[np.int64]
    even: NDArray[np.bool_]
    random: NDArray[np.int32]  # 1, 0, or UNSET: where several cells reach one object
    decision_ms: NDArray[np.int64]  # 0: no limit
    sensors: NDArray[np.bool_]  # any sensor, own or linked
    post: NDArray[np.int64]  # asset from which it is led, NO_POST if none


@dataclass(frozen=True)
class BatteryTables:
    """Every field [B] unless stated."""

    cell: NDArray[np.int32]
    reaction_ms: NDArray[np.int64]
    hold_ms: NDArray[np.int64]
    reload_ms: NDArray[np.int64]
    salvo: NDArray[np.int32]  # [B, C, L], UNSET where the cell's holds
    reserve: NDArray[np.int32]  # [B, I, C]


@dataclass(frozen=True)
class FireControl:
    """One architecture under one set of parameter values."""

    name: str
    scenario: Scenario
    cell_names: tuple[str, ...]
    cell_keys: NDArray[np.int64]  # [cells] names the cell's luck, see `_cell_keys`
    by_class: ClassTables
    cells: CellTables
    batteries: BatteryTables
    own: tuple[tuple[int, ...], ...]  # per battery: own sensors
    offered: tuple[tuple[Source, ...], ...]  # per cell: what sensors offer, its own and others'
    latencies_ms: NDArray[np.int64]  # that sources name
    spoke_availability: dict[str, float]
    network_availability: float | None
    fallback: str | None  # "none": nothing is fired
    onset: Onset | None  # when the network is lost during the raid; None: from the start
    post: int  # asset with whose damage the network is lost, NO_POST if none
    dead_ms: int  # from then until the fallback fires
    kept: Kept  # for whoever makes something of it that holds in other worlds too


def _salvo_row(salvo: list[int] | tuple[int, ...], length: int) -> list[int]:
    return list(salvo) + [salvo[-1]] * (length - len(salvo))


def salvo_length(resolved: list[ResolvedArchitecture], names: Names) -> int:
    """L: the longest salvo list that any cell or battery uses."""
    longest = 1
    for architecture in resolved:
        doctrines = ClassDoctrines(architecture.scenario)
        for cell in architecture.cells:
            for kind in names.threat_class:
                longest = max(longest, len(doctrines.of(cell.name, kind).salvo))
        for battery in architecture.scenario.battery.values():
            longest = max([longest, *(len(s) for s in (battery.salvo or {}).values())])
    return longest


def _class_tables(
    resolved: ResolvedArchitecture, names: Names, length: int, kept: Kept
) -> ClassTables:
    """Every class's tables side by side: a draw that changes one class leaves the others', and one
    of how often objects of it are called leaves all tables but one."""
    doctrine, parts, called = resolved.scenario.doctrine, [], []
    for kind in names.threat_class:
        threat = resolved.scenario.threat.get(kind)
        made_from = (None, None) if threat is None else (threat.looks_kept, threat.called)
        one = functools.partial(_one_class, resolved, names, kind, length)
        parts.append(kept.value(f"class {kind}", (doctrine, made_from[0]), one))
        column = functools.partial(_called, resolved, kind)
        called.append(kept.value(f"called {kind}", (doctrine, made_from[1]), column))
    tables = kept.value("by class", tuple(parts), lambda: _side_by_side(parts))
    return replace(tables, called=np.stack(called, axis=1))


def _called(resolved: ResolvedArchitecture, kind: str) -> NDArray[np.float64]:
    """How often each cell calls an object of this class a threat [cells]."""
    found = ClassDoctrines(resolved.scenario)
    return np.array([found.of(cell.name, kind).called for cell in resolved.cells], np.float64)


def _side_by_side(parts: list[ClassTables]) -> ClassTables:
    joined: dict[str, Any] = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts], axis=1)
        for field in fields(ClassTables)
        if field.name not in ("passed_on", "in_use")
    }
    passed_on = {
        name: np.concatenate([part.passed_on[name] for part in parts], axis=1)
        for name in parts[0].passed_on
    }
    in_use = tuple(name for name in passed_on if any(name in part.in_use for part in parts))
    return ClassTables(**joined, passed_on=passed_on, in_use=in_use)


def _one_class(resolved: ResolvedArchitecture, names: Names, kind: str, length: int) -> ClassTables:
    """The tables of one class, C = 1."""
    found = ClassDoctrines(resolved.scenario)
    doctrines = [[found.of(cell.name, kind)] for cell in resolved.cells]

    def table(value: Callable[[ClassDoctrine], Any], dtype: type[np.generic]) -> NDArray[Any]:
        return np.array([[value(d) for d in row] for row in doctrines], dtype)

    def last_salvo(d: ClassDoctrine) -> int:
        if d.last_salvo is None:
            return UNSET
        return MAX_ROUNDS if d.last_salvo == "rest" else d.last_salvo

    def times_ms(seconds: Callable[[ClassDoctrine], float]) -> NDArray[np.int64]:
        return durations_ms(table(seconds, np.float64))

    never = table(lambda d: d.others_kills_s == "never", np.bool_)
    others_ms = times_ms(lambda d: 0.0 if d.others_kills_s == "never" else d.others_kills_s)
    return ClassTables(
        salvo=table(lambda d: _salvo_row(d.salvo, length), np.int32),
        last_salvo=table(last_salvo, np.int32),
        rest=table(lambda d: d.last_salvo == "rest", np.bool_),
        assessment_ms=times_ms(lambda d: d.assessment_s),
        others_kills_ms=np.where(never, UNSET, others_ms),
        identification_ms=times_ms(lambda d: d.identification_s),
        dead_called_alive=table(lambda d: d.dead_called_alive, np.float64),
        live_called_dead=table(lambda d: d.live_called_dead, np.float64),
        called=table(lambda d: d.called, np.float64),
        cheapest=table(lambda d: d.choice == "cheapest_adequate", np.bool_),
        adequate_sspk=table(lambda d: d.adequate_sspk, np.float64),
        hold_stock=table(lambda d: d.hold_stock, np.int32),
        looks_kept=table(lambda d: d.looks_kept, np.int64),
        pooled_reserve=table(
            lambda d: [d.pooled_reserve.get(i, 0) for i in names.interceptor], np.int64
        ),
        **_passed_on(doctrines),
    )


def _passed_on(doctrines: list[list[ClassDoctrine]]) -> dict[str, Any]:
    """Doctrine's keys that no other table has: whole numbers, and times in milliseconds."""
    tables: dict[str, NDArray[np.int64]] = {}
    in_use = []
    for key, default in PASSED_ON.items():
        values = np.array([[d.passed_on[key] for d in row] for row in doctrines], np.float64)
        is_time = key.endswith("_s")
        name = key.removesuffix("_s") + "_ms" if is_time else key
        tables[name] = durations_ms(values) if is_time else values.astype(np.int64)
        if (values != default).any():
            in_use.append(name)
    return {"passed_on": tables, "in_use": tuple(in_use)}


def _post(post: str | None, names: Names) -> int:
    """The asset's number; NO_POST where nothing flies at it."""
    return names.asset.index(post) if post in names.asset else NO_POST


def _cell_tables(
    resolved: ResolvedArchitecture, names: Names, reached: tuple[bool, ...]
) -> CellTables:
    doctrines = [cell_doctrine_for(resolved.scenario, cell.name) for cell in resolved.cells]
    accepts = np.ones((len(resolved.cells), len(names.threat_class), len(names.asset)), np.bool_)
    low, high, start = [], [], 0.0
    for i, cell in enumerate(resolved.cells):
        if cell.classes is not None:
            accepts[i] &= np.isin(names.threat_class, list(cell.classes))[:, None]
        if cell.assets is not None:
            accepts[i] &= np.isin(names.asset, list(cell.assets))[None, :]
        share = 1.0 if cell.assign is None else cell.assign
        low.append(0.0 if cell.assign is None else start)
        high.append(1.0 if cell.assign is None else min(start + share, 1.0))
        start += 0.0 if cell.assign is None else share
    return CellTables(
        accepts=accepts,
        assign_low=np.array(low),
        assign_high=np.array(high),
        burst_ms=durations_ms(np.array([d.burst_s for d in doctrines], np.float64)),
        even=np.array([d.allot == "even" for d in doctrines], np.bool_),
        random=np.array([UNSET if d.random is None else int(d.random) for d in doctrines]),
        decision_ms=durations_ms(np.array([d.decision_s for d in doctrines], np.float64)),
        sensors=np.array(reached, np.bool_),
        post=np.array(
            [_post(cell.post if resolved.losses else None, names) for cell in resolved.cells],
            np.int64,
        ),
    )


def _battery_tables(
    resolved: ResolvedArchitecture, names: Names, length: int, kept: Kept
) -> BatteryTables:
    batteries = [resolved.scenario.battery[name] for name in names.battery]
    salvo, reserve = kept.value(
        "salvo and reserve",
        tuple(part for b in batteries for part in (b.salvo, b.reserve)),
        lambda: _salvo_and_reserve(batteries, names, length),
    )
    return BatteryTables(
        # A draw changes numbers, never the members of a cell.
        cell=kept.value("cell", (), lambda: _cell_of_battery(resolved, names)),
        reaction_ms=durations_ms(np.array([b.reaction_s for b in batteries], np.float64)),
        hold_ms=durations_ms(np.array([b.hold_s for b in batteries], np.float64)),
        reload_ms=durations_ms(np.array([b.reload_s for b in batteries], np.float64)),
        salvo=salvo,
        reserve=reserve,
    )


def _cell_of_battery(resolved: ResolvedArchitecture, names: Names) -> NDArray[np.int32]:
    cell = np.zeros(len(names.battery), np.int32)
    for i, c in enumerate(resolved.cells):
        for name in c.batteries:
            cell[names.battery.index(name)] = i
    return cell


def _salvo_and_reserve(
    batteries: list[Battery], names: Names, length: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    shape = (len(names.battery), len(names.threat_class))
    salvo = np.full((*shape, length), UNSET, np.int32)
    reserve = np.zeros((shape[0], len(names.interceptor), shape[1]), np.int32)
    for b, battery in enumerate(batteries):
        for kind, rounds in (battery.salvo or {}).items():
            if kind in names.threat_class:
                salvo[b, names.threat_class.index(kind)] = _salvo_row(rounds, length)
        for interceptor, by_class in (battery.reserve or {}).items():
            for kind, rounds_kept in by_class.items():
                if kind in names.threat_class and interceptor in names.interceptor:
                    i, c_ = names.interceptor.index(interceptor), names.threat_class.index(kind)
                    reserve[b, i, c_] = rounds_kept
    return salvo, reserve


def _cell_keys(
    resolved: ResolvedArchitecture, sensors_of: tuple[tuple[str, ...], ...], names: Names
) -> NDArray[np.int64]:
    """What names each cell as the entity of a draw: its first battery, else the first of its
    sensors that names no cell before it.

    Neither the cell's name nor its number would do: `join` names a cell after its architecture,
    and a number would change with the architectures beside it (rule 8, `same_luck`).
    """
    batteries, sensors = list(names.battery), list(names.sensor)
    nameless = len(batteries) + len(sensors)
    keys: list[int] = []
    for number, cell in enumerate(resolved.cells):
        if cell.batteries:
            keys.append(min(batteries.index(name) for name in cell.batteries))
            continue
        by_sensor = {len(batteries) + sensors.index(name) for name in sensors_of[number]}
        keys.append(min(by_sensor.difference(keys), default=nameless + number))
    return np.array(keys, np.int64)


def fire_control(
    resolved: ResolvedArchitecture, name: str, names: Names, length: int, kept: Kept | None = None
) -> FireControl:
    """The architecture's tables; `length` is L for the whole run, `kept` its tables so far."""
    scenario, cells, kept = resolved.scenario, resolved.cells, kept or Kept()
    # A draw changes numbers, never the members of a cell.
    sources = kept.value("sources", (), lambda: find_sources(resolved, names))
    network = resolved.network
    return FireControl(
        name=name,
        scenario=scenario,
        cell_names=tuple(cell.name for cell in cells),
        cell_keys=kept.value("keys", (), lambda: _cell_keys(resolved, sources.sensors_of, names)),
        by_class=_class_tables(resolved, names, length, kept),
        cells=kept.value(
            "cells",
            (scenario.doctrine, *(x for c in cells for x in (c.classes, c.assets, c.assign))),
            lambda: _cell_tables(resolved, names, sources.reached),
        ),
        batteries=_battery_tables(resolved, names, length, kept),
        own=sources.own,
        offered=sources.offered,
        latencies_ms=latencies_ms(cells),
        spoke_availability={c.name: c.spoke.availability for c in cells if c.spoke is not None},
        network_availability=None if network is None else network.availability,
        fallback=None if network is None else network.fallback,
        onset=onset_of(resolved),
        post=_post(resolved.network_post, names),
        dead_ms=0 if network is None else int(durations_ms(network.dead_time_s)),
        kept=kept,
    )
