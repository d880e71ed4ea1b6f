"""Bursts: launches of one cell that are shared out together (rules 18 and 19).

A burst of one opportunity needs no plan; any other gets entries that the engine works through
before its first opportunity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcdefense.schedule.engagements import Opportunities
from mcdefense.schedule.fire_control import UNSET, FireControl
from mcdefense.schedule.gates import Gates, gates_at
from mcdefense.schedule.listing import Listing
from mcdefense.schedule.ordering import Integers
from mcdefense.schedule.salvos import spends_rest
from mcdefense.schedule.schedule import (
    PLAN_BATTERY,
    PLAN_BEGIN,
    PLAN_COUNT,
    PLAN_EVEN,
    PLAN_MAGAZINE,
    PLAN_SERVE,
    PLAN_TEST,
    Doctrine,
    Plan,
)
from mcdefense.schedule.scope import Scope


@dataclass(frozen=True)
class Burst:
    """Opportunities of one cell that are planned together, in list order."""

    cell: int
    start_ms: int
    members: Integers
    even: bool
    random: bool


def _groups(launch_ms: Integers, burst_ms: int) -> Integers:
    """Start index of each burst of ascending launches: [t0, t0 + burst), at least equal times."""
    starts, begin = [], 0
    if burst_ms <= 1:
        return np.flatnonzero(np.diff(launch_ms, prepend=launch_ms[:1] - 1))
    while begin < launch_ms.size:
        starts.append(begin)
        begin = int(np.searchsorted(launch_ms, launch_ms[begin] + burst_ms, side="left"))
    return np.array(starts, np.int64)


def find_bursts(control: FireControl, scope: Scope, opportunities: Opportunities) -> list[Burst]:
    """The bursts that need a plan, over all cells."""
    bursts = []
    rest = spends_rest(control, scope, opportunities)
    for cell in range(len(control.cell_names)):
        members = np.flatnonzero(scope.allowed & (scope.cell == cell))
        if members.size < 2:
            continue
        edges = np.append(
            _groups(opportunities.launch_ms[members], int(control.cells.burst_ms[cell])),
            members.size,
        )
        random = int(control.cells.random[cell])
        for number in np.flatnonzero(np.diff(edges) > 1):
            group = members[edges[number] : edges[number + 1]]
            even = bool(control.cells.even[cell] or rest[group].any())
            drawn = random == 1
            if random == UNSET:
                drawn = bool((scope.cells_reaching[opportunities.object[group]] > 1).any())
            if even or drawn:
                start = int(opportunities.launch_ms[group[0]])
                bursts.append(Burst(cell, start, group, even, drawn))
    return bursts


@dataclass(frozen=True)
class Plans:
    """Plan entries, and the range of them before each opportunity; ranges [O]."""

    plan: Plan
    begin: Integers
    end: Integers
    planned: NDArray[np.bool_]


class _Entries:
    """Columns of a plan under construction."""

    def __init__(self) -> None:
        self.rows: list[dict[str, int]] = []

    def add(self, kind: int, member: int, start_ms: int, **values: int) -> None:
        """An entry that looks at opportunity `member` at the burst's start."""
        self.rows.append({"kind": kind, "member": member, "start": start_ms, **values})

    def column(self, name: str) -> Integers:
        """One value of every entry, 0 where it has none."""
        return np.array([row.get(name, 0) for row in self.rows], np.int64)


def make_plans(
    bursts: list[Burst],
    doctrine: Doctrine,
    scope: Scope,
    listing: Listing,
    gates: Gates,
    gate_row: Integers,
    start_ms: Integers,
    delay_ms: Integers,
    assessment_ms: Integers,
    others_ms: Integers,
    sees_others: NDArray[np.bool_],
    cell_keys: Integers,
    unlimited: NDArray[np.bool_],
) -> Plans:
    """Entries of every burst; times by opportunity [O] as its doctrine has them, `gate_row` [O]
    as in make_orders, `start_ms` [N] by object."""
    o = listing.kinematics
    size = o.object.size
    begin, end = np.zeros(size, np.int64), np.zeros(size, np.int64)
    planned = np.zeros(size, np.bool_)
    entries = _Entries()
    for burst in bursts:
        first = int(burst.members[0])
        begin[first] = len(entries.rows)
        planned[burst.members] = True
        entries.add(PLAN_BEGIN, first, burst.start_ms)
        for battery in dict.fromkeys(o.battery[burst.members].tolist()):
            mine = burst.members[o.battery[burst.members] == battery]
            seen = dict.fromkeys(listing.magazine[mine].tolist())
            for magazine in seen:
                entries.add(PLAN_MAGAZINE, int(mine[0]), burst.start_ms, magazine=magazine)
            if not burst.even:
                entries.add(PLAN_BATTERY, int(mine[0]), burst.start_ms)
        in_turn = dict.fromkeys(o.object[burst.members].tolist())
        firsts = {}
        for target in in_turn:
            mine = burst.members[o.object[burst.members] == target]
            firsts[target] = int(mine[0])
            for member in mine.tolist():
                entries.add(PLAN_TEST, member, burst.start_ms)
            entries.add(PLAN_COUNT, firsts[target], burst.start_ms)
        kind = PLAN_EVEN if burst.even else PLAN_SERVE
        for member in firsts.values():
            entries.add(kind, member, burst.start_ms, random=int(burst.random))
        end[first] = len(entries.rows)
    return Plans(
        _plan(
            entries,
            doctrine,
            scope,
            listing,
            gates,
            gate_row,
            start_ms,
            delay_ms,
            assessment_ms,
            others_ms,
            sees_others,
            cell_keys,
            unlimited,
        ),
        begin,
        end,
        planned,
    )


def _plan(
    entries: _Entries,
    doctrine: Doctrine,
    scope: Scope,
    listing: Listing,
    gates: Gates,
    gate_row: Integers,
    start_ms: Integers,
    delay_ms: Integers,
    assessment_ms: Integers,
    others_ms: Integers,
    sees_others: NDArray[np.bool_],
    cell_keys: Integers,
    unlimited: NDArray[np.bool_],
) -> Plan:
    o = listing.kinematics
    member, start = entries.column("member"), entries.column("start")
    battery, target = o.battery[member], o.object[member]
    seen = listing.intercepts.at_or_before(target, start - others_ms[member]) - 1

    def array(values: NDArray) -> NDArray[np.int32]:
        return values.astype(np.int32)

    return Plan(
        kind=array(entries.column("kind")),
        magazine=array(entries.column("magazine")),
        battery=array(battery),
        unlimited=array(unlimited[battery]),
        object=array(target),
        pair=doctrine.pair[member],
        gate=array(gates_at(start - delay_ms[member], gate_row[member], start_ms[target])),
        gate_limit=array(2 * gates.times.at_or_before(target, start - delay_ms[member]) - 1),
        look_limit=array(
            listing.intercepts.at_or_before(target, start - assessment_ms[member]) - 1
        ),
        seen_limit=array(np.where(sees_others[member], seen, -1)),
        site_flags=doctrine.site_flags[member],
        pair_flags=doctrine.pair_flags[member],
        launch_rank=array(listing.launches.at_or_before(battery, start) - 1),
        salvo=doctrine.salvo[member],
        cell_key=array(cell_keys[scope.cell[member]]),
        entity=array(member),
        random=array(entries.column("random")),
    )
