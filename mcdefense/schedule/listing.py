"""The fixed list of opportunities in its `order` (rule 4), and ranks that architectures share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import (
    NEVER,
    GroupedTimes,
    Integers,
    Names,
    OpportunityRows,
    stable_order,
)
from mcdefense.encounter import TimedOpportunities
from mcdefense.errors import Fault, InputError
from mcdefense.scenario import Scenario

MOST_RANKS = NEVER // 2
"""Launch times of a battery, and opportunities at an object, in one world: ranks are doubled."""


@dataclass(frozen=True)
class Listing:
    """The list in order, in milliseconds, with the times that ranks are taken in."""

    timed: TimedOpportunities  # in list order
    magazine: Integers  # [O]
    intercepts: GroupedTimes  # by object, every opportunity's
    launches: GroupedTimes  # by battery, distinct
    death_rank: Integers
    intercept_rank: Integers
    launch_rank: Integers


def ordered(
    opportunities: TimedOpportunities,
    priority: NDArray[np.float64] | None,
    shooter: list[NDArray[Any]],
) -> TimedOpportunities:
    """In list order: launch, then priority (highest first, by object), object, the keys of the
    `shooter` [O], battery, interceptor; ties beyond that by intercept."""
    o = opportunities
    served = np.zeros(o.object.size, np.int64)
    if priority is not None:
        served = np.unique(-priority, return_inverse=True)[1][o.object]
    first = (o.launch_ms, served, o.object)
    order = stable_order(*first)
    # What differs in the first keys is in its place: the others are for the few that do not.
    equal = np.ones(max(order.size - 1, 0), np.bool_)
    for key in first:
        equal &= key[order[1:]] == key[order[:-1]]
    tied = np.zeros(order.size, np.bool_)
    tied[1:] |= equal
    tied[:-1] |= equal
    some = order[tied]
    file_order = (o.intercept_ms, o.interceptor, o.battery)
    rest = (*file_order, *reversed(shooter), o.object, served, o.launch_ms)
    order[tied] = some[np.lexsort([key[some] for key in rest])]
    return TimedOpportunities(
        o.object[order],
        o.battery[order],
        o.interceptor[order],
        o.launch_ms[order],
        o.intercept_ms[order],
        o.possible[:, order],
        o.own_covers[:, order],
        o.sspk[:, order],
    )


def make_listing(
    opportunities: TimedOpportunities,
    objects: int,
    batteries: int,
    magazine_of: NDArray[np.int64],
    shared: tuple[Integers, Integers],
) -> Listing:
    """Ranks of an ordered list; `magazine_of` [B, I] is the row of each magazine.

    `shared` are batteries and times at which a burst asks for their free channels: these times
    are told apart from launches too.
    """
    o = opportunities
    intercepts = GroupedTimes(o.object, o.intercept_ms, objects, distinct=False)
    launches = GroupedTimes(
        np.concatenate([o.battery, shared[0]]),
        np.concatenate([o.launch_ms, shared[1]]),
        batteries,
        distinct=True,
    )
    return Listing(
        timed=o,
        magazine=magazine_of[o.battery, o.interceptor],
        intercepts=intercepts,
        launches=launches,
        # Ties at one instant are broken by list order.
        death_rank=intercepts.own_places(),
        intercept_rank=intercepts.own_ranks(),
        launch_rank=launches.own_ranks()[: o.object.size],
    )


def check_ranks(listing: Listing, threat_class: Integers, scenario: Scenario, names: Names) -> None:
    """Raises InputError where a battery has more launches, or an object more opportunities, than
    16 bits can rank; `threat_class` is by object."""
    o, faults = listing.timed, []

    def add(section: str, name: str, count: int, what: str) -> None:
        message = f"got {count:,} {what}, expected fewer than {MOST_RANKS:,}"
        message += ": list fewer, or widen launch_spacing_s"
        where = scenario.where(section, name, "launch_spacing_s")
        faults.append(Fault(where, f"{section}.{name}.launch_spacing_s", message))

    for battery in np.unique(o.battery[listing.launch_rank >= MOST_RANKS]).tolist():
        count = int(listing.launch_rank[o.battery == battery].max()) + 1
        add("battery", names.battery[battery], count, "launch times")
    kinds = threat_class[o.object]
    for kind in np.unique(kinds[listing.death_rank >= MOST_RANKS]).tolist():
        count = int(listing.death_rank[kinds == kind].max()) + 1
        add("threat", names.threat_class[kind], count, "opportunities at one object")
    if faults:
        raise InputError(faults)


def shared_arrays(listing: Listing, account: Integers) -> OpportunityRows:
    """The arrays that all architectures share; `account` [O] is the row each is counted in."""
    o = listing.timed
    columns = (
        o.object,
        o.battery,
        listing.magazine,
        listing.death_rank,
        listing.intercept_rank,
        account,
    )
    return OpportunityRows(*(column.astype(np.int32) for column in columns))


def release_ranks(
    listing: Listing, hold_ms: Integers, reload_ms: Integers, unlimited: NDArray[np.bool_]
) -> Integers:
    """Launch rank of its battery at which each opportunity's channel is free again.

    By `channel` (rule 23) that is at intercept + hold or launch + reload, whichever is later; one
    of an unlimited battery is free at once. Hold, reload and unlimited are by battery.
    """
    o = listing.timed
    release_ms = np.maximum(o.intercept_ms + hold_ms[o.battery], o.launch_ms + reload_ms[o.battery])
    release = listing.launches.before(o.battery, release_ms)
    return np.where(unlimited[o.battery], listing.launch_rank, release)
