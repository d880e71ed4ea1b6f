"""Command posts (rule 43, `post`): whose orders hold before and after the loss of each.

A network that is led from a post is lost with it, as at an onset. A cell that is led from one ends:
its batteries then follow orders of their own, which stand beside the architecture's and hold from
the loss on. Both are told by the rows that the impact sets (losses.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import NEVER_LOST, Integers, Names, PostRows
from mcdefense.encounter import TimedObjects
from mcdefense.firecontrol import FireControl, Scope
from mcdefense.schedule.losses import Impacts, Lossable, live_classes


def post_rows(
    impacts: Impacts, controls: Sequence[FireControl], scopes: Sequence[Scope]
) -> PostRows:
    """The rows of a world. `controls` are those of the architectures, then of those whose batteries
    fight by themselves; `scopes` are by orders."""
    lossable, orders = impacts.lossable, impacts.orders
    shape = len(scopes), scopes[0].cell.size
    if not impacts.object.size or not lossable.post:
        none = np.zeros(0, np.int32)
        return PostRows(none, none, np.zeros((shape[0], 0), np.int32), none, none)
    network, over = np.full((2, shape[0]), NEVER_LOST, np.int64)
    alone = np.zeros(shape[0], np.int64)
    cell = np.full(shape, NEVER_LOST, np.int64)
    for number, (owner, followed) in enumerate(zip(orders.owner, orders.doctrine, strict=True)):
        network[number] = lossable.post.get(controls[owner].post, NEVER_LOST)
        if orders.onsets[owner] >= 0:
            over[number] = lossable.over.get(owner, NEVER_LOST)
        alone[number] = number in orders.alone
        of_cell, scope = _rows_of(controls[followed].cells.post, lossable), scopes[number]
        cell[number] = np.where(scope.allowed, of_cell[scope.cell], NEVER_LOST)
    columns = (network, over, cell, np.array(orders.takes_over), alone)
    return PostRows(*(column.astype(np.int32) for column in columns))


def _rows_of(post: Integers, lossable: Lossable) -> Integers:
    rows = [lossable.post.get(asset, NEVER_LOST) for asset in post.tolist()]
    return np.array(rows, np.int64)


def led_from_posts(control: FireControl, objects: TimedObjects, names: Names) -> NDArray[np.bool_]:
    """Batteries [B] of cells whose post a live threat of this world may damage. The others never
    fight by themselves, so that they have no orders for it."""
    flown_at = objects.asset[objects.flown & live_classes(control, names)[objects.threat_class]]
    led: NDArray[np.bool_] = np.isin(control.cells.post, flown_at)[control.batteries.cell]
    return led
