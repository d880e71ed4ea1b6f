"""What leakers damage, and so end (rules 39 and 43, `losses` and `post`).

Each battery and sensor that a wave may fly at has a row in which a trial keeps whether it is lost;
so has a radar that only such a battery has, since it goes with it. A lost sensor takes its tracks
out of every gate. So a gate with tracks of such sensors is told in parts as well: what the others
see, which is never lost, and what each of them sees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import (
    NEVER_LOST,
    TAKES_BATTERY,
    TAKES_SENSOR,
    DoctrineRows,
    Integers,
    LossRows,
    Names,
    ObjectRows,
    SharingRows,
    distinct_rows,
)
from mcdefense.encounter import TimedObjects, TimedOpportunities
from mcdefense.firecontrol import FireControl
from mcdefense.scenario import ResolvedArchitecture, Scenario
from mcdefense.schedule.gate_types import NO_TYPE, BatteryGates, SharedGates
from mcdefense.schedule.onsets import OrdersOf

_BATTERY = "battery"


LostWith: TypeAlias = dict[int, tuple[int, ...]]
"""Rows that a leaker at an asset sets, by asset."""


@dataclass(frozen=True)
class Lossable:
    """What a run's leakers can damage, with the row of each; rows count from 1."""

    battery: dict[int, int]
    sensor: dict[int, int]
    post: dict[int, int]
    """By asset."""
    over: dict[int, int]
    """By architecture whose network has a post: set when the dead time after its loss is over."""
    by_asset: tuple[LostWith, ...]
    """Of each architecture; nothing where it has no losses."""

    @property
    def rows(self) -> int:
        """How many there are, with NEVER_LOST."""
        return 1 + sum(map(len, (self.battery, self.sensor, self.post, self.over)))

    @classmethod
    def of(cls, resolved: list[ResolvedArchitecture], names: Names) -> Lossable:
        """Those of a run's architectures, each with the sensors that its batteries have."""
        battery: dict[int, int] = {}
        sensor: dict[int, int] = {}
        post: dict[int, int] = {}
        over: dict[int, int] = {}
        by_asset: list[LostWith] = [{} for _ in resolved]
        every = (battery, sensor, post, over)

        def row_of(rows: dict[int, int], number: int) -> int:
            return rows.setdefault(number, NEVER_LOST + 1 + sum(map(len, every)))

        for place, asset in enumerate(names.asset):
            what, _, name = asset.partition(".")
            for one, lost in zip(resolved, by_asset, strict=True):
                if asset in one.scenario.asset or not name or not one.losses:
                    continue
                with_it: tuple[str, ...] = (name,)
                rows: list[int] = []
                if what == _BATTERY:
                    rows.append(row_of(battery, names.battery.index(name)))
                    with_it = _sensors_of_no_other(one.scenario, name)
                rows += [row_of(sensor, names.sensor.index(s)) for s in with_it]
                lost[place] = tuple(rows)
        by_name = {one.name: one for one in resolved}
        for a, (one, lost) in enumerate(zip(resolved, by_asset, strict=True)):
            for name in _posts(one, by_name) if one.losses else ():
                if name in names.asset:
                    place = names.asset.index(name)
                    lost[place] = (*lost.get(place, ()), row_of(post, place))
            if one.network_post in names.asset:
                row_of(over, a)
        return cls(battery, sensor, post, over, tuple(by_asset))


def _posts(one: ResolvedArchitecture, by_name: Mapping[str, ResolvedArchitecture]) -> list[str]:
    """The posts of its network, of its cells and of its fallback's cells, each once."""
    after = by_name.get(one.fallback or "")
    cells = [*one.cells, *(() if after is None else after.cells)]
    found = [one.network_post, *(cell.post for cell in cells)]
    return list(dict.fromkeys(name for name in found if name is not None))


def _sensors_of_no_other(scenario: Scenario, name: str) -> tuple[str, ...]:
    """The sensors of a battery that no other battery has."""
    others = {s for b, battery in scenario.battery.items() if b != name for s in battery.sensors}
    return tuple(s for s in dict.fromkeys(scenario.battery[name].sensors) if s not in others)


_Delayed: TypeAlias = dict[int, list[tuple[int, int]]]
"""Rows that a leaker at an asset sets, by asset, each with how long after the impact [ms]."""


class Parts(NamedTuple):
    """What is asked of gates beyond the opportunities' own: pairs of gate type and object."""

    kind: Integers  # [parts] gate type
    object: Integers
    lost: Integers  # [parts] the loss that takes it away; NEVER_LOST none
    cover: Integers  # [parts] the loss of the sensor that covers for it; NEVER_LOST none
    begin: Integers  # [A, O] range of the parts of each opportunity's gate; empty: nothing of it
    end: Integers  # can be lost


@dataclass(frozen=True)
class Impacts:
    """Leakers that may come at a battery, a sensor or a post, in the order of their impacts;
    architectures under which other things are lost with these have lists of their own. Where a dead
    time follows on a post's loss, its end is one more entry of the same leaker."""

    lossable: Lossable
    object: Integers
    row: Integers
    lists: list[tuple[int, Integers]]
    """Of each architecture: where its list begins, and the times of its impacts [ms]."""
    batteries: int
    orders: OrdersOf


def impacts_of(
    lossable: Lossable,
    controls: Sequence[FireControl],
    orders: OrdersOf,
    objects: TimedObjects,
    names: Names,
) -> Impacts:
    """Those of a world under these architectures; none if none has losses."""
    live = live_classes(controls[0], names)
    known: list[_Delayed] = []
    lists, found = [], np.zeros((0, 3), np.int64)
    made: list[tuple[int, Integers]] = []
    for a, (control, lost) in enumerate(zip(controls, lossable.by_asset, strict=True)):
        delayed: _Delayed = {place: [(0, row) for row in rows] for place, rows in lost.items()}
        if a in lossable.over:
            delayed[control.post].append((control.dead_ms, lossable.over[a]))
        if delayed not in known:
            at = np.isin(objects.asset, [*delayed]) & live[objects.threat_class] & objects.flown
            hits = [
                (int(objects.impact_ms[n]) + after_ms, n, row)
                for n in np.flatnonzero(at).tolist()
                for after_ms, row in delayed[int(objects.asset[n])]
            ]
            some = np.array(sorted(hits), np.int64).reshape(-1, 3)
            known.append(delayed)
            made.append((len(found), some[:, 0]))
            found = np.concatenate([found, some])
        lists.append(made[known.index(delayed)])
    return Impacts(lossable, found[:, 1], found[:, 2], lists, len(names.battery), orders)


def live_classes(control: FireControl, names: Names) -> NDArray[np.bool_]:
    """Threat classes [C] that can damage what they fly at."""
    threats = control.scenario.threat
    return np.array([threats[c].role == "live" for c in names.threat_class], np.bool_)


class GateUse(NamedTuple):
    """What one architecture's opportunities ask of gates."""

    own: tuple[tuple[int, ...], ...]  # per battery: its own sensors
    gates: list[BatteryGates]
    kind: Integers  # [O] gate type
    asks: NDArray[np.bool_]  # [O] needs a gate
    battery: Integers  # [O]
    covers: Integers  # [O] bits: which of the own sensors cover the intercept
    engages: NDArray[np.bool_]  # [O] a remote track may guide it all the way


_Cover: TypeAlias = tuple[int, tuple[int, ...]]
"""The type of the tracks that need no cover, and the rows of the sensors that give it; without
rows: the cover is never lost, or there is none."""


def parts_of(
    impacts: Impacts, shared: SharedGates, asked: list[GateUse], object_: Integers
) -> Parts:
    """The parts of the gates that opportunities ask for."""
    shape = len(asked), object_.size
    begin, end = np.zeros((2, *shape), np.int64)
    if not impacts.object.size or not shared.parts:
        none = np.zeros(0, np.int64)
        return Parts(none, none, none, none, begin, end)
    covers: dict[_Cover, int] = {(NO_TYPE, ()): 0}
    kind = np.stack([some.kind for some in asked])
    cover = np.zeros(shape, np.int64)
    asking = np.stack([some.asks for some in asked]) & np.isin(kind, [*shared.parts])
    for a, some in enumerate(asked):
        cover[a, asking[a]] = _cover_of(some, asking[a], impacts, covers)
    # Each form, a type and its cover, is told in parts once, and each form of an object.
    asked_kind, asked_cover = kind[asking], cover[asking]
    asked_object = np.broadcast_to(object_, shape)[asking]
    first, form = distinct_rows(asked_kind, asked_cover)
    known = [*covers]
    forms = zip(asked_kind[first].tolist(), asked_cover[first].tolist(), strict=True)
    told = [_told(shared, of_kind, known[of_cover]) for of_kind, of_cover in forms]
    first, place = distinct_rows(form, asked_object)
    in_order = np.argsort(first)
    first, place = first[in_order], np.argsort(in_order)[place]
    form_of, object_of = form[first], asked_object[first]
    sizes = np.array([len(parts) for parts in told], np.int64)[form_of]
    ends = np.cumsum(sizes)
    begin[asking], end[asking] = (ends - sizes)[place], ends[place]
    table = np.zeros((len(told), max(map(len, told), default=0), 3), np.int64)
    for one, parts in enumerate(told):
        table[one, : len(parts)] = parts
    part, lost, covered = table[form_of][np.arange(table.shape[1]) < sizes[:, None]].T
    return Parts(part, np.repeat(object_of, sizes), lost, covered, begin, end)


def _cover_of(
    asked: GateUse, asking: NDArray[np.bool_], impacts: Impacts, covers: dict[_Cover, int]
) -> Integers:
    """The number of each opportunity's cover, new or known in `covers`."""
    battery, bits = asked.battery[asking], asked.covers[asking]
    engages = asked.engages[asking]
    first, which = distinct_rows(battery, bits, engages.astype(np.int64))
    numbers = []
    for b, seen, free in zip(*(x[first].tolist() for x in (battery, bits, engages)), strict=True):
        own = [s for place, s in enumerate(asked.own[b]) if seen >> place & 1]
        rows = tuple(sorted(impacts.lossable.sensor.get(s, NEVER_LOST) for s in own))
        cover: _Cover = (NO_TYPE, ())
        if rows and rows[0] != NEVER_LOST:
            cover = (asked.gates[b].remote if free else NO_TYPE, rows)
        numbers.append(covers.setdefault(cover, len(covers)))
    return np.array(numbers, np.int64)[which]


def _told(shared: SharedGates, kind: int, cover: _Cover) -> list[tuple[int, int, int]]:
    """The parts of a type: gate type, row of its loss, row of the sensor that covers for it. What
    several sensors cover has a part for each."""
    free, rows = cover
    if not rows:
        return [(part, lost, NEVER_LOST) for part, lost in shared.parts[kind]]
    return [
        (part, lost, row)
        for part, lost, needs in shared.by_cover[kind, free]
        for row in (rows if needs and lost not in rows else (NEVER_LOST,))
    ]


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
    if not impacts.object.size:
        none, whole = np.zeros(0, np.int32), np.zeros((len(doctrine_of), 0), np.int32)
        held = whole[: len(owners)]
        some = (whole, whole, none, none, whole, whole, none, none, none)
        return LossRows(none, none, none, held, *some)
    begin, end = np.zeros((2, *doctrine.allowed.shape), np.int64)
    may_come = np.zeros((len(owners), impacts.object.size), np.int64)
    takes = np.zeros(impacts.lossable.rows, np.int64)
    takes[[*impacts.lossable.battery.values()]] = TAKES_BATTERY
    takes[[*impacts.lossable.sensor.values()]] = TAKES_SENSOR
    for architecture in owners:
        start, times = impacts.lists[architecture]
        if not times.size:
            continue
        own = slice(start, start + times.size)
        may_come[architecture, own] = takes[impacts.row[own]]
        due = start + np.searchsorted(times, o.launch_ms, "right")
        # Each impact comes before the first turn that is not earlier. Where two orders have it, it
        # comes twice, and changes nothing the second time.
        mine = impacts.orders.of_architecture(architecture)
        turns = np.flatnonzero((doctrine.allowed[mine] != 0).any(axis=0))
        before = np.r_[start, due[turns[:-1]]] if turns.size else np.zeros(0, np.int64)
        for number in mine:
            has = doctrine.allowed[number, turns] != 0
            begin[number, turns[has]], end[number, turns[has]] = before[has], due[turns[has]]
    battery = np.zeros(impacts.batteries, np.int64)
    for place, row in impacts.lossable.battery.items():
        battery[place] = row
    flags = objects.present_flags[impacts.object]
    columns: tuple[Integers, ...] = (
        impacts.object,
        impacts.row,
        flags,
        may_come,
        begin,
        end,
        battery,
        battery[magazine_battery],
        parts.begin[doctrine_of],
        parts.end[doctrine_of],
        # One at least, which no range has: the engine reads from no table without entries.
        _or_one(gates[gates.size - parts.kind.size :]),
        _or_one(parts.lost),
        _or_one(parts.cover),
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
