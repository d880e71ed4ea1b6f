"""Which opportunities one architecture may use at all, for whoever looks before a run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mcdefense.contract import Names
from mcdefense.encounter import Engagements
from mcdefense.firecontrol import SHARE_LEVELS, FireControl, scope_of
from mcdefense.schedule.gate_types import gate_types, shared_gates


def permitted(control: FireControl, names: Names, met: Engagements) -> NDArray[np.bool_]:
    """Whether the architecture allows each opportunity [O] of a world with one variant of its
    physics: a cell may fire at the object, and the round can be guided all the way."""
    o = met.opportunities
    remote = [control.scenario.interceptor[name].remote for name in names.interceptor]
    levels = np.array([SHARE_LEVELS[level] for level in remote])
    gates = shared_gates([control], [0], names)
    _, guided = gate_types(gates.by_battery[0], o, o.own_covers[0] != 0, levels)
    return scope_of(control, o, met.objects, o.possible[0] & guided).allowed
