"""Bursts: launches of one cell whose rounds are shared out together.

The rules are `sharing` (rule 18) and `random_sharing` (rule 19). A burst of one opportunity needs
no sharing; any other gets steps that the engine works through before its first opportunity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import (
    SHARE_BATTERY,
    SHARE_BEGIN,
    SHARE_COUNT,
    SHARE_EVEN,
    SHARE_MAGAZINE,
    SHARE_SERVE,
    SHARE_TEST,
    DoctrineRows,
    Integers,
    SharingRows,
    distinct_rows,
    stable_order,
)
from mcdefense.encounter import TimedOpportunities
from mcdefense.firecontrol import UNSET, FireControl, Scope, spends_rest
from mcdefense.schedule.limits import Delays, Guided, array, limits_at
from mcdefense.schedule.listing import Listing


@dataclass(frozen=True)
class Bursts:
    """Opportunities of one cell whose rounds are shared together; [bursts], or [members] in all."""

    cell: Integers
    start_ms: Integers
    even: NDArray[np.bool_]
    random: NDArray[np.bool_]
    member: Integers  # [members] opportunities in list order, burst by burst
    of: Integers  # [members] the burst that each is in


def _begins(launch_ms: Integers, cell: Integers, burst_ms: Integers) -> Integers:
    """Start index of each burst of ascending launches, cell by cell: [t0, t0 + burst), at least
    equal times; `burst_ms` is by cell."""
    new = np.ones(launch_ms.size, np.bool_)
    new[1:] = (cell[1:] != cell[:-1]) | (launch_ms[1:] != launch_ms[:-1])
    for wide in np.flatnonzero(burst_ms > 1).tolist():
        first, past = np.searchsorted(cell, [wide, wide + 1]).tolist()
        new[first:past] = False
        begin = first
        while begin < past:
            new[begin] = True
            until = launch_ms[begin] + burst_ms[wide]
            begin = first + int(np.searchsorted(launch_ms[first:past], until, side="left"))
    return np.flatnonzero(new)


def find_bursts(control: FireControl, scope: Scope, opportunities: TimedOpportunities) -> Bursts:
    """The bursts whose rounds are shared, over all cells."""
    o = opportunities
    rest = spends_rest(control, scope, o)
    contested = scope.cells_reaching[o.object] > 1
    allowed = np.flatnonzero(scope.allowed)
    by_cell = allowed[stable_order(scope.cell[allowed])]
    begin = _begins(o.launch_ms[by_cell], scope.cell[by_cell], control.cells.burst_ms)
    size = np.diff(np.append(begin, by_cell.size))
    of = np.repeat(np.arange(begin.size), size)
    cell = scope.cell[by_cell[begin]]
    asked = control.cells.random[cell]
    random = np.where(asked == UNSET, _any(contested[by_cell], of, begin.size), asked == 1)
    even = control.cells.even[cell] | _any(rest[by_cell], of, begin.size)
    shared = (size > 1) & (even | random)
    return Bursts(
        cell=cell[shared],
        start_ms=o.launch_ms[by_cell[begin[shared]]],
        even=even[shared],
        random=random[shared],
        member=by_cell[shared[of]],
        of=(np.cumsum(shared) - 1)[of[shared[of]]],
    )


def _any(values: NDArray[np.bool_], of: Integers, bursts: int) -> NDArray[np.bool_]:
    """Whether it is so for any member of each burst."""
    return np.bincount(of[values], minlength=bursts) > 0


@dataclass(frozen=True)
class Shared:
    """The steps of sharing, and the range of them before each opportunity [O]."""

    steps: SharingRows
    launch_rank: Integers  # [steps] of the burst's start, among the battery's launches
    begin: Integers
    end: Integers
    out: NDArray[np.bool_]  # [O] in a burst whose rounds are shared


class _Steps(NamedTuple):
    """Columns of the steps, [steps]; [bursts] where stated."""

    kind: Integers
    burst: Integers
    member: Integers  # the opportunity that the step looks at, at the burst's start
    magazine: Integers  # of steps for one, else 0
    random: NDArray[np.bool_]
    edges: Integers  # [bursts + 1] where each burst's begin


def _steps(bursts: Bursts, o: TimedOpportunities, magazine: Integers) -> _Steps:
    """What each burst asks, in this order: its magazines and batteries, then whether each of its
    objects is due, then each object's share; `magazine` is by opportunity."""
    member, of = bursts.member, bursts.of
    place = np.arange(member.size)

    def first_alike(*columns: Integers) -> Integers:
        """Place of the burst's first member that is alike in these columns."""
        first, number = distinct_rows(of, *columns)
        return first[number]

    of_battery = first_alike(o.battery[member])
    of_object = first_alike(o.object[member])
    of_magazine = first_alike(o.battery[member], magazine[member])
    begins = first_alike() == place
    magazines, batteries = of_magazine == place, (of_battery == place) & ~bursts.even[of]
    objects = of_object == place
    everyone = np.ones(member.size, np.bool_)
    shares = np.where(bursts.even[of], SHARE_EVEN, SHARE_SERVE)
    # Kind, whom it is for, and where it stands in its burst: part, first alike, order there.
    parts: list[tuple[Any, NDArray[np.bool_], Integers, int, Integers, Any]] = [
        (SHARE_BEGIN, begins, place, 0, place, 0),
        (SHARE_MAGAZINE, magazines, of_battery, 1, of_battery, place),
        (SHARE_BATTERY, batteries, place, 1, place, member.size),
        (SHARE_TEST, everyone, place, 2, of_object, place),
        (SHARE_COUNT, objects, place, 2, place, member.size),
        (shares, objects, place, 3, place, 0),
    ]
    columns = np.concatenate(
        [
            _picked(np.flatnonzero(where), kind, of, looks_at, part, alike, order, place)
            for kind, where, looks_at, part, alike, order in parts
        ],
        axis=1,
    )
    columns = columns[:, stable_order(*columns[[1, 3, 4, 5]])]
    kind, burst, looks_at, _, _, _, asking = columns
    return _Steps(
        kind=kind,
        burst=burst,
        member=member[looks_at],
        magazine=np.where(kind == SHARE_MAGAZINE, magazine[member[asking]], 0),
        random=((kind == SHARE_EVEN) | (kind == SHARE_SERVE)) & bursts.random[burst],
        edges=np.searchsorted(burst, np.arange(bursts.cell.size + 1)),
    )


def _picked(at: Integers, *columns: Any) -> Integers:
    """Columns, of which some are the same number everywhere, at these places."""
    picked = np.empty((len(columns), at.size), np.int64)
    for row, column in zip(picked, columns, strict=True):
        row[:] = column[at] if isinstance(column, np.ndarray) else column
    return picked


def make_sharing(
    bursts: Bursts,
    doctrine: DoctrineRows,
    listing: Listing,
    guided: Guided,
    delays: Delays,
    cell_key: Integers,
    unlimited: NDArray[np.bool_],
) -> Shared:
    """Steps of every burst.

    `doctrine` is the architecture's, but for what follows from the bursts; `cell_key` [O] is the
    key of each one's cell; `unlimited` [B] are batteries whose channels have no number.
    """
    o = listing.timed
    begin, end = np.zeros((2, o.object.size), np.int64)
    out = np.zeros(o.object.size, np.bool_)
    if not bursts.cell.size:
        none = np.zeros(0, np.int32)
        columns = dict.fromkeys(SharingRows._fields, none) | {"salvo": doctrine.salvo[:0]}
        return Shared(SharingRows(**columns), none, begin, end, out)
    asked = _steps(bursts, o, listing.magazine)
    out[bursts.member] = True
    first = bursts.member[np.searchsorted(bursts.of, np.arange(bursts.cell.size))]
    begin[first], end[first] = asked.edges[:-1], asked.edges[1:]
    member, start = asked.member, bursts.start_ms[asked.burst]
    battery = o.battery[member]
    steps = SharingRows(
        kind=array(asked.kind),
        magazine=array(asked.magazine),
        battery=array(battery),
        unlimited=array(unlimited[battery]),
        object=array(o.object[member]),
        pair=doctrine.pair[member],
        **limits_at(start, member, listing, guided, delays)._asdict(),
        site_flags=doctrine.site_flags[member],
        pair_flags=doctrine.pair_flags[member],
        salvo=doctrine.salvo[member],
        cell_key=array(cell_key[member]),
        entity=array(member),
        random=array(asked.random),
    )
    launch_rank = array(listing.launches.at_or_before(battery, start) - 1)
    return Shared(steps, launch_rank, begin, end, out)
