"""What one architecture's doctrine makes of each opportunity, as integers for the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import (
    FIRST_COME,
    INLINE_EVEN,
    NEVER,
    SHARED_OUT,
    DoctrineRows,
    GroupedTimes,
    Integers,
    SharingRows,
)
from mcdefense.firecontrol import (
    NONE,
    UNSET,
    FireControl,
    Scope,
    last_chance,
    preferred_later,
    salvos,
    spends_rest,
)
from mcdefense.schedule.bursts import Bursts, make_sharing
from mcdefense.schedule.gates import Gates, gates_at
from mcdefense.schedule.listing import Listing, release_ranks


@dataclass(frozen=True)
class Orders:
    """One architecture's arrays and the rows they need."""

    doctrine: DoctrineRows
    plan: SharingRows
    release: Integers  # [O] rank of its battery's launches at which the channel is free again
    sharing_launch: Integers  # [entries] rank of the burst's start
    pairs: int
    cells: int
    allowed: NDArray[np.bool_]  # [O]
    decisions: bool
    holds: bool
    plans: bool


def make_orders(
    control: FireControl,
    listing: Listing,
    scope: Scope,
    bursts: Bursts,
    gates: Gates,
    gate_row: Integers,
    start_ms: Integers,
    site_flags: Integers,
    pair_flags: Integers,
    sspk: NDArray[np.float64],
    cost: NDArray[np.float64],
    unlimited: NDArray[np.bool_],
) -> Orders:
    """The doctrine's arrays.

    `gate_row` [O] is the row of each opportunity's gate or FROM_THE_START; `cost` [I] is by
    interceptor.
    """
    o, by_class = listing.timed, control.by_class
    where = (scope.cell, scope.threat_class)
    assessment = by_class.assessment_ms[where]
    delay = by_class.identification_ms[where] + control.batteries.reaction_ms[o.battery]
    ready_ms = o.launch_ms - delay
    gate = gates_at(ready_ms, gate_row, start_ms[o.object])

    others = by_class.others_kills_ms[where]
    # With one cell at an object, its own looks tell it all: nothing to test.
    shared = (scope.cells_reaching[o.object] > 1) & (others != UNSET)
    seen_limit = np.where(
        shared, listing.intercepts.at_or_before(o.object, o.launch_ms - others) - 1, -1
    )
    look_limit = listing.intercepts.at_or_before(o.object, o.launch_ms - assessment) - 1
    salvo = salvos(control, scope, o)

    preferred = np.full(o.object.size, NONE, np.int64)
    choosing = scope.allowed & by_class.cheapest[where]
    if choosing.any():
        pick = np.flatnonzero(choosing)
        found = preferred_later(
            scope.pair[pick],
            cost[o.interceptor[pick]],
            sspk[pick],
            by_class.adequate_sspk[where][pick],
            last_chance(control, scope, o)[pick],
        )
        preferred[pick] = np.where(found == NONE, NONE, pick[np.maximum(found, 0)])
    holds = preferred != NONE

    decision_ms = control.cells.decision_ms[scope.cell]
    openings = GroupedTimes(scope.cell, o.launch_ms, len(control.cell_names), distinct=True)
    limited = decision_ms > 0
    decision_limit = np.where(
        limited, openings.at_or_before(scope.cell, o.launch_ms - decision_ms) - 1, NEVER
    )

    even = control.cells.even[scope.cell] | spends_rest(control, scope, o)
    mode = np.where(even, INLINE_EVEN, FIRST_COME)
    nothing = np.zeros(o.object.size, np.int32)
    doctrine = DoctrineRows(
        allowed=_array(scope.allowed),
        pair=_array(scope.pair),
        gate=_array(gate),
        gate_limit=_array(2 * gates.times.at_or_before(o.object, ready_ms) - 1),
        look_limit=_array(look_limit),
        seen_limit=_array(seen_limit),
        site_flags=_array(site_flags),
        pair_flags=_array(pair_flags),
        reserve=_array(control.batteries.reserve[o.battery, o.interceptor, scope.threat_class]),
        wait_magazine=_array(listing.magazine[np.maximum(preferred, 0)]),
        wait_stock=_array(np.where(holds, by_class.hold_stock[where], NEVER)),
        cell=_array(scope.cell),
        decision_rank=_array(openings.at_or_before(scope.cell, o.launch_ms) - 1),
        decision_limit=_array(decision_limit),
        mode=_array(mode),
        sharing_begin=nothing,
        sharing_end=nothing,
        salvo=_array(salvo),
    )
    plans = make_sharing(
        bursts,
        doctrine,
        scope,
        listing,
        gates,
        gate_row,
        start_ms,
        delay,
        assessment,
        others,
        shared,
        control.cell_keys,
        unlimited,
    )
    doctrine = doctrine._replace(
        mode=_array(np.where(plans.planned, SHARED_OUT, mode)),
        sharing_begin=_array(plans.begin),
        sharing_end=_array(plans.end),
    )
    return Orders(
        doctrine=doctrine,
        plan=plans.plan,
        release=release_ranks(
            listing, control.batteries.hold_ms, control.batteries.reload_ms, unlimited
        ),
        sharing_launch=plans.launch_rank,
        pairs=scope.pair_first.size,
        cells=len(control.cell_names),
        allowed=scope.allowed,
        decisions=bool(limited[scope.allowed].any()),
        holds=bool(holds.any()),
        plans=bursts.cell.size > 0,
    )


def joined_orders(orders: list[Orders]) -> tuple[DoctrineRows, SharingRows]:
    """All architectures' doctrine and plans, plan entries numbered through."""
    doctrines, plans = [], []
    entries = 0
    for order in orders:
        d = order.doctrine
        doctrines.append(
            d._replace(sharing_begin=d.sharing_begin + entries, sharing_end=d.sharing_end + entries)
        )
        plans.append(order.plan)
        entries += order.plan.kind.size
    return (
        DoctrineRows(*(np.stack(field) for field in zip(*doctrines, strict=True))),
        SharingRows(*(np.concatenate(field) for field in zip(*plans, strict=True))),
    )


def _array(values: NDArray[Any]) -> NDArray[np.int32]:
    return values.astype(np.int32)
