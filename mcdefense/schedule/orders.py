"""What one architecture's doctrine makes of each opportunity, as integers for the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

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
    ranks_of_rising,
)
from mcdefense.firecontrol import (
    NONE,
    FireControl,
    Scope,
    looks_left,
    preferred_later,
    salvos,
    spends_rest,
)
from mcdefense.schedule.bursts import Bursts, make_sharing
from mcdefense.schedule.limits import Delays, Guided, array, limits_at
from mcdefense.schedule.listing import Listing, release_ranks


class FlagsOf(NamedTuple):
    """Flags rows of each opportunity [O] (rule 6, `coins`)."""

    site: Integers  # of battery, interceptor, cell and raid
    pair: Integers  # of the object, alone and with its battery


class RoundMerit(NamedTuple):
    """By what a cheaper round is preferred, of each opportunity [O] (rule 21, `waiting`)."""

    sspk: NDArray[np.float64]
    cost_rank: Integers  # dearer interceptors have greater ones


@dataclass(frozen=True)
class Orders:
    """One architecture's arrays and the rows they need."""

    doctrine: DoctrineRows
    sharing: SharingRows
    release: Integers  # [O] rank of its battery's launches at which the channel is free again
    sharing_launch: Integers  # [steps] rank of the burst's start
    preferred: Integers  # [O] the opportunity that each waits for, or NONE
    pairs: int
    cells: int
    allowed: NDArray[np.bool_]  # [O]
    decisions: bool
    waits: bool
    shares: bool


def make_orders(
    control: FireControl,
    listing: Listing,
    guided: Guided,
    bursts: Bursts,
    flags: FlagsOf,
    worth: RoundMerit,
    unlimited: NDArray[np.bool_],
) -> Orders:
    """The doctrine's arrays; `unlimited` [B] are batteries whose channels have no number."""
    o, by_class, scope = listing.timed, control.by_class, guided.scope
    delays = Delays.of(control, listing, guided)
    limits = limits_at(o.launch_ms, slice(None), listing, guided, delays)
    preferred = _preferred(control, listing, scope, worth)
    waits = preferred != NONE
    later = np.maximum(preferred, 0)
    reserve = control.batteries.reserve[o.battery, o.interceptor, scope.threat_class]

    decision_ms = control.cells.decision_ms[scope.cell]
    limited = decision_ms > 0
    decision_limit = np.full(o.object.size, NEVER)
    if limited.any():
        openings = GroupedTimes(scope.cell, o.launch_ms, len(control.cell_names), distinct=True)
        last = openings.at_or_before(scope.cell, o.launch_ms - decision_ms) - 1
        decision_limit = np.where(limited, last, NEVER)

    held = scope.of_row(by_class.hold_stock)
    even = control.cells.even[scope.cell] | spends_rest(control, scope, o)
    mode = np.where(even, INLINE_EVEN, FIRST_COME)
    nothing = np.zeros(o.object.size, np.int32)
    doctrine = DoctrineRows(
        allowed=array(scope.allowed),
        pair=array(scope.pair),
        **limits._asdict(),
        site_flags=array(flags.site),
        pair_flags=array(flags.pair),
        reserve=array(reserve),
        wait_magazine=array(listing.magazine[later]),
        wait_stock=array(np.where(waits, held + reserve[later], NEVER)),
        pool=nothing,
        wait_pool=nothing,
        cell=array(scope.cell),
        decision_rank=array(ranks_of_rising(scope.cell, o.launch_ms)),
        decision_limit=array(decision_limit),
        mode=array(mode),
        sharing_begin=nothing,
        sharing_end=nothing,
        salvo=array(salvos(control, scope, o)),
        **{key: array(scope.of_row(table)) for key, table in by_class.passed_on.items()},
    )
    cell_key = control.cell_keys[scope.cell]
    shared = make_sharing(bursts, doctrine, listing, guided, delays, cell_key, unlimited)
    doctrine = doctrine._replace(
        mode=array(np.where(shared.out, SHARED_OUT, mode)),
        sharing_begin=array(shared.begin),
        sharing_end=array(shared.end),
    )
    batteries = control.batteries
    return Orders(
        doctrine=doctrine,
        sharing=shared.steps,
        release=release_ranks(listing, batteries.hold_ms, batteries.reload_ms, unlimited),
        sharing_launch=shared.launch_rank,
        preferred=preferred,
        pairs=scope.pair_first.size,
        cells=len(control.cell_names),
        allowed=scope.allowed,
        decisions=bool(limited[scope.allowed].any()),
        waits=bool(waits.any()),
        shares=bursts.cell.size > 0,
    )


def _preferred(control: FireControl, listing: Listing, scope: Scope, worth: RoundMerit) -> Integers:
    """The later opportunity that each waits for [O], or NONE (rule 21, `waiting`)."""
    o, by_class = listing.timed, control.by_class
    preferred = np.full(o.object.size, NONE, np.int64)
    pick = np.flatnonzero(scope.allowed & scope.of_row(by_class.cheapest))
    if pick.size:
        found = preferred_later(
            scope.pair[pick],
            worth.cost_rank[pick],
            worth.sspk[pick],
            scope.of_row(by_class.adequate_sspk)[pick],
            looks_left(control, scope, o)[pick],
        )
        preferred[pick] = np.where(found == NONE, NONE, pick[np.maximum(found, 0)])
    return preferred


def joined_orders(orders: list[Orders]) -> tuple[DoctrineRows, SharingRows]:
    """All architectures' doctrine and sharing, its steps numbered through."""
    doctrines, shared = [], []
    steps = 0
    for order in orders:
        d = order.doctrine
        doctrines.append(
            d._replace(sharing_begin=d.sharing_begin + steps, sharing_end=d.sharing_end + steps)
        )
        shared.append(order.sharing)
        steps += order.sharing.kind.size
    return (
        DoctrineRows(*(np.stack(field) for field in zip(*doctrines, strict=True))),
        SharingRows(*(np.concatenate(field) for field in zip(*shared, strict=True))),
    )
