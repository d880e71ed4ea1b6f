"""Batteries and sensors that leakers damage (rule 39, `losses`): what is lost, and what it ends.

Each battery and sensor that a wave may fly at has a row in which a trial keeps whether it is lost;
so has a radar that only such a battery has, since it goes with it. A lost sensor takes its tracks
out of every gate. So a gate with tracks of such sensors is told in parts as well: what the others
see, which is never lost, and what each of them sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import (
    NEVER_LOST,
    DoctrineRows,
    Integers,
    LossRows,
    Names,
    ObjectRows,
    SharingRows,
)
from mcdefense.encounter import TimedObjects, TimedOpportunities
from mcdefense.firecontrol import FireControl
from mcdefense.scenario import Scenario
from mcdefense.schedule.gate_types import SharedGates
from mcdefense.schedule.onsets import OrdersOf

_BATTERY, _SENSOR = "battery.", "sensor."


@dataclass(frozen=True)
class Lossable:
    """What a run's leakers can damage, with the row of each; rows count from 1."""

    battery: dict[int, int]
    sensor: dict[int, int]
    by_asset: dict[int, tuple[int, ...]]
    """Rows that a leaker at an asset sets."""

    @property
    def rows(self) -> int:
        """How many there are, with NEVER_LOST."""
        return 1 + len(self.battery) + len(self.sensor)

    @classmethod
    def of(cls, scenario: Scenario, names: Names) -> Lossable:
        """Those of a scenario under its architectures."""
        battery: dict[int, int] = {}
        sensor: dict[int, int] = {}
        by_asset: dict[int, tuple[int, ...]] = {}
        users = {s: [b for b in scenario.battery.values() if s in b.sensors] for s in names.sensor}
        row = NEVER_LOST + 1
        for place, asset in enumerate(names.asset):
            if asset in scenario.asset:
                continue
            lost = []
            if asset.startswith(_BATTERY):
                name = asset.removeprefix(_BATTERY)
                battery[names.battery.index(name)] = row
                lost.append(row)
                row += 1
                with_it = [s for s in scenario.battery[name].sensors if len(users[s]) == 1]
            else:
                with_it = [asset.removeprefix(_SENSOR)] if asset.startswith(_SENSOR) else []
            for name in with_it:
                number = names.sensor.index(name)
                if number not in sensor:
                    sensor[number] = row
                    row += 1
                lost.append(sensor[number])
            if lost:
                by_asset[place] = tuple(lost)
        return cls(battery, sensor, by_asset)


class Parts(NamedTuple):
    """What is asked of gates beyond the opportunities' own: pairs of gate type and object."""

    kind: Integers  # [parts] gate type
    object: Integers
    lost: Integers  # [parts] the loss that takes it away; NEVER_LOST none
    begin: Integers  # [A, O] range of the parts of each opportunity's gate; empty: nothing of it
    end: Integers  # can be lost


@dataclass(frozen=True)
class Impacts:
    """Leakers that may come at a battery or a sensor, in the order of their impacts."""

    lossable: Lossable
    object: list[int]
    row: list[int]
    impact_ms: Integers
    batteries: int
    orders: OrdersOf
    switched: list[bool]
    """By architecture, whether losses are on."""


def impacts_of(
    lossable: Lossable,
    controls: list[FireControl],
    orders: OrdersOf,
    objects: TimedObjects,
    names: Names,
) -> Impacts:
    """Those of a world; none if no architecture has losses."""
    scenario = controls[0].scenario
    switched = [_loses(control) for control in controls]
    live = [scenario.threat[c].role == "live" for c in names.threat_class]
    hit = range(objects.asset.size) if lossable.by_asset and any(switched) else ()
    some = [
        (int(objects.impact_ms[n]), n, row)
        for n in hit
        if live[int(objects.threat_class[n])] and objects.flown[n]
        for row in lossable.by_asset.get(int(objects.asset[n]), ())
    ]
    times, numbers, rows = zip(*sorted(some), strict=True) if some else ([], [], [])
    return Impacts(
        lossable,
        list(numbers),
        list(rows),
        np.array(times, np.int64),
        len(names.battery),
        orders,
        switched,
    )


def _loses(control: FireControl) -> bool:
    """Whether batteries and sensors are lost under an architecture."""
    own = control.scenario.architecture[control.name].losses
    return control.scenario.engagement.losses if own is None else own


def parts_of(
    impacts: Impacts,
    shared: SharedGates,
    kinds: list[Integers],
    asks: list[NDArray[np.bool_]],
    object_: Integers,
) -> Parts:
    """The parts of the gates that opportunities ask for; `kinds` and `asks` [A][O]."""
    count = int(object_.max(initial=-1)) + 1
    begin, end = np.zeros((2, len(kinds), object_.size), np.int64)
    first: dict[int, int] = {}
    asked: list[tuple[int, int, int]] = []
    for a, kind in enumerate(kinds):
        may = asks[a] & (len(impacts.object) > 0)
        for i in np.flatnonzero(may & np.isin(kind, [*shared.parts])).tolist():
            key, parts = int(kind[i]) * count + int(object_[i]), shared.parts[int(kind[i])]
            if key not in first:
                first[key] = len(asked)
                asked += [(part, int(object_[i]), row) for part, row in parts]
            begin[a, i], end[a, i] = first[key], first[key] + len(parts)
    kind_of, object_of, lost = np.array(asked, np.int64).reshape(-1, 3).T
    return Parts(kind_of, object_of, lost, begin, end)


def loss_rows(
    impacts: Impacts,
    parts: Parts,
    gates: Integers,
    objects: ObjectRows,
    doctrine: DoctrineRows,
    o: TimedOpportunities,
    magazine_battery: Integers,
) -> LossRows:
    """The rows of a world; `gates` are the rows of all gates asked for, the parts' last."""
    doctrine_of, owners = [*impacts.orders.doctrine], dict.fromkeys(impacts.orders.owner)
    if not impacts.object:
        none, whole = np.zeros(0, np.int32), np.zeros((len(doctrine_of), 0), np.int32)
        return LossRows(none, none, none, whole, whole, none, none, whole, whole, none, none)
    begin, end = np.zeros((2, *doctrine.allowed.shape), np.int64)
    due = np.searchsorted(impacts.impact_ms, o.launch_ms, "right")
    for architecture in owners:
        if not impacts.switched[architecture]:
            continue
        # Each impact comes before the first turn that is not earlier. Where two orders have it, it
        # comes twice, and changes nothing the second time.
        mine = impacts.orders.of_architecture(architecture)
        turns = np.flatnonzero((doctrine.allowed[mine] != 0).any(axis=0))
        before = np.r_[0, due[turns[:-1]]] if turns.size else np.zeros(0, np.int64)
        for number in mine:
            has = doctrine.allowed[number, turns] != 0
            begin[number, turns[has]], end[number, turns[has]] = before[has], due[turns[has]]
    battery = np.zeros(impacts.batteries, np.int64)
    for place, row in impacts.lossable.battery.items():
        battery[place] = row
    flags = objects.present_flags[impacts.object]
    columns: tuple[Integers, ...] = (
        np.array(impacts.object, np.int64),
        np.array(impacts.row, np.int64),
        flags,
        begin,
        end,
        battery,
        battery[magazine_battery],
        parts.begin[doctrine_of],
        parts.end[doctrine_of],
        # One at least, which no range has: the engine reads from no table without entries.
        _or_one(gates[gates.size - parts.kind.size :]),
        _or_one(parts.lost),
    )
    return LossRows(*(column.astype(np.int32) for column in columns))


def _or_one(values: Integers) -> Integers:
    return values if values.size else np.zeros(1, np.int64)


def asked_of_parts(
    losses: LossRows, doctrine: DoctrineRows, sharing: SharingRows, tests: NDArray[np.bool_]
) -> tuple[Integers, Integers]:
    """The gates of all parts, and the limits with which each is compared; `tests` [steps] are the
    steps of sharing that ask for a gate."""
    gates, limits = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    member, at_start = sharing.entity[tests], sharing.gate_limit[tests]
    for orders in range(losses.part_begin.shape[0]):
        begin, size = losses.part_begin[orders], losses.part_end[orders] - losses.part_begin[orders]
        asking = np.concatenate([np.arange(begin.size), member])
        highest = np.concatenate([doctrine.gate_limit[orders], at_start])
        for place in range(int(size.max(initial=0))):
            some = size[asking] > place
            gates.append(losses.part_gate[begin[asking[some]] + place])
            limits.append(highest[some])
    return np.concatenate(gates), np.concatenate(limits)
