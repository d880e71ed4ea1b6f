"""The orders of every architecture of a world, and those that take over from them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcdefense.chance import FlagRows, pair_flag_rows, site_flag_rows
from mcdefense.encounter import TimedObjects
from mcdefense.schedule.bursts import Bursts
from mcdefense.schedule.defences import Defences
from mcdefense.schedule.gates import Gates
from mcdefense.schedule.guidance import Guidance, guided_under
from mcdefense.schedule.limits import Guided
from mcdefense.schedule.listing import Listing
from mcdefense.schedule.onsets import OrdersOf, beside
from mcdefense.schedule.orders import FlagsOf, Orders, RoundMerit, make_orders


class Basis(NamedTuple):
    """What orders of every architecture are made from."""

    defences: Defences
    which: OrdersOf
    listing: Listing
    guidance: list[Guidance]
    gates: Gates
    objects: TimedObjects
    bursts: list[Bursts]
    rows: FlagRows


def every_orders(basis: Basis, unlimited: NDArray[np.bool_]) -> list[Orders]:
    """The orders of every architecture, then those that follow on the loss of a network or a post;
    `unlimited` [orders, B] are the batteries whose channels are not counted."""
    which, orders = basis.which, list[Orders]()
    before: dict[int, Orders] = {}  # all of an architecture's so far
    made: dict[tuple[int, bool], Orders] = {}  # a fallback may follow on several architectures
    for number, a in enumerate(which.doctrine):
        takes_over = not which.comes_first[number]
        if (a, takes_over) not in made:
            guided = guided_under(basis.guidance, basis.gates, basis.objects, a)
            guided = guided._replace(takes_over=takes_over)
            made[a, takes_over] = _orders(basis, a, guided, unlimited[number])
        own = before.get(which.owner[number])
        orders.append(made[a, takes_over] if own is None else beside(made[a, takes_over], own))
        before[which.owner[number]] = orders[-1]
    return orders


def _orders(
    basis: Basis, architecture: int, guided: Guided, unlimited: NDArray[np.bool_]
) -> Orders:
    control, names = basis.defences.controls[architecture], basis.defences.names
    o, rows, scope = basis.listing.timed, basis.rows, guided.scope
    site = site_flag_rows(control, names, rows, scope, o.battery, o.interceptor)
    pair = pair_flag_rows(control, names, rows, scope, o.battery, o.interceptor, o.object)
    costs = np.array([control.scenario.interceptor[i].cost for i in names.interceptor])
    cost_rank = np.unique(costs, return_inverse=True)[1]
    sspk = o.sspk[basis.defences.variants[architecture]]
    worth = RoundMerit(sspk, cost_rank[o.interceptor])
    bursts, flags = basis.bursts[architecture], FlagsOf(site, pair)
    return make_orders(control, basis.listing, guided, bursts, flags, worth, unlimited)
