"""Whom each opportunity belongs to in one architecture (rule 3, `assignment`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Integers, distinct_rows
from mcdefense.encounter import TimedObjects, TimedOpportunities
from mcdefense.firecontrol.control import FireControl


@dataclass(frozen=True)
class Scope:
    """Per opportunity, which cell, class and object it concerns; every field [O] unless stated."""

    allowed: NDArray[np.bool_]
    cell: Integers
    threat_class: Integers
    row: Integers  # (cell, class) as one number, see `of_row`
    pair: Integers  # row of (cell, object); 0 where not allowed
    pair_first: Integers  # [pairs] an opportunity of each pair
    cells_reaching: Integers  # [N] cells with an opportunity at each object

    def of_row(self, table: NDArray[Any]) -> NDArray[Any]:
        """What a table by cell and class [cells, C, ...] says of each opportunity [O, ...].

        NumPy looks up one number three times as fast as two.
        """
        found: NDArray[Any] = table.reshape(-1, *table.shape[2:])[self.row]
        return found


def scope_of(
    control: FireControl,
    opportunities: TimedOpportunities,
    objects: TimedObjects,
    possible: NDArray[np.bool_],
) -> Scope:
    """The scope of an ordered list of opportunities at these objects."""
    o = opportunities
    cell = control.batteries.cell[o.battery].astype(np.int64)
    kind = objects.threat_class.astype(np.int64)[o.object]
    allowed = possible & control.cells.accepts[cell, kind, objects.asset[o.object]]
    first, number = distinct_rows(cell[allowed], o.object[allowed].astype(np.int64))
    pair = np.zeros(o.object.size, np.int64)
    pair[allowed] = number
    pair_first = np.flatnonzero(allowed)[first]
    cells_reaching = np.zeros(objects.threat_class.size, np.int64)
    np.add.at(cells_reaching, o.object[pair_first], 1)
    row = cell * control.by_class.rest.shape[1] + kind
    return Scope(allowed, cell, kind, row, pair, pair_first, cells_reaching)
