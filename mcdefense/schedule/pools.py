"""Rounds that a cell keeps of one interceptor over all its magazines (rule 23, `magazine`)."""

from __future__ import annotations

import numpy as np

from mcdefense.contract import NEVER, NO_POOL, Integers, PoolRows
from mcdefense.encounter import TimedOpportunities
from mcdefense.firecontrol import NONE, FireControl, Scope
from mcdefense.schedule.limits import array
from mcdefense.schedule.stocks import Magazines


def make_pools(
    controls: list[FireControl],
    scopes: list[Scope],
    o: TimedOpportunities,
    preferred: list[Integers],
    magazines: Magazines,
) -> tuple[PoolRows, Integers, Integers]:
    """The pools of all architectures; each opportunity's, and that of its preferred one [A, O].

    `preferred` is by architecture the opportunity that each waits for, or NONE.
    """
    pool = np.full((len(controls), o.object.size), NO_POOL, np.int64)
    wait_pool = pool.copy()
    reserves, members = [-NEVER], [np.zeros(0, np.int64)]
    for a, (control, scope) in enumerate(zip(controls, scopes, strict=True)):
        kept = control.by_class.pooled_reserve
        if not kept.any():
            continue
        row_of, wait_row_of = (np.full(kept.shape, NO_POOL, np.int64) for _ in range(2))
        for cell, kind, interceptor in np.argwhere(kept > 0).tolist():
            own = (control.batteries.cell[magazines.battery] == cell) & (
                magazines.interceptor == interceptor
            )
            reserve = int(kept[cell, kind, interceptor])
            row_of[cell, kind, interceptor] = len(reserves)
            wait_row_of[cell, kind, interceptor] = len(reserves) + 1
            reserves += [reserve, reserve + int(control.by_class.hold_stock[cell, kind])]
            members += [np.flatnonzero(own)] * 2
        where = (scope.cell, scope.threat_class, o.interceptor)
        pool[a] = np.where(scope.allowed, row_of[where], NO_POOL)
        held = wait_row_of[where][np.maximum(preferred[a], 0)]
        wait_pool[a] = np.where(preferred[a] != NONE, held, NO_POOL)
    ends = np.cumsum([some.size for some in members])
    pools = PoolRows(
        begin=array(ends - [some.size for some in members]),
        end=array(ends),
        reserve=array(np.array(reserves)),
        magazine=array(np.concatenate(members)),
    )
    return pools, pool, wait_pool
